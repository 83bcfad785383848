"""Makes the tables and the administrator, whose password is ADMIN_PASSWORD."""

import asyncio
import os

from app import Base, SQLAlchemyUserDatabase, User, UserCreate, UserManager, engine, make_session

ADMIN = UserCreate(
    name="Admin", email="admin@example.com", password=os.environ["ADMIN_PASSWORD"], is_superuser=True
)


async def create_admin() -> None:
    """Make them in an empty database."""
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with make_session() as session:
        await UserManager(SQLAlchemyUserDatabase(session, User)).create(ADMIN)
    await engine.dispose()


asyncio.run(create_admin())
