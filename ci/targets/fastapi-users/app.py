"""A users API of FastAPI Users, put together as its documentation does; people also have a name."""

import os
import uuid
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Depends, FastAPI
from fastapi_users import BaseUserManager, FastAPIUsers, UUIDIDMixin, schemas
from fastapi_users.authentication import AuthenticationBackend, BearerTransport, JWTStrategy
from fastapi_users.db import SQLAlchemyBaseUserTableUUID, SQLAlchemyUserDatabase
from fastapi_users.password import PasswordHelper
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped

SECRET = os.environ["SECRET_KEY"]
# Nobody keeps the passwords of a database that lives so long, and cheap hashes save most of a run's time.
PASSWORDS = PasswordHelper(PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),)))

# Writers wait for each other, and none for the disk: how fast that is would decide who is answered 500.
engine = create_async_engine("sqlite+aiosqlite:///users.sqlite3", connect_args={"timeout": 30})
make_session = async_sessionmaker(engine, expire_on_commit=False)


@event.listens_for(engine.sync_engine, "connect")
def leave_the_disk_to_itself(connection: Any, _: Any) -> None:
    """Have no commit wait for the disk: the database goes with the service."""
    connection.execute("PRAGMA synchronous = OFF")


class Base(DeclarativeBase):
    """The tables of this service."""


class User(SQLAlchemyBaseUserTableUUID, Base):
    """A user."""

    name: Mapped[str]


class UserRead(schemas.BaseUser[uuid.UUID]):
    """What is shown of a user."""

    name: str


class UserCreate(schemas.BaseUserCreate):
    """What a new user is made from."""

    name: str


class UserUpdate(schemas.BaseUserUpdate):
    """What can be changed."""

    name: str | None = None


class UserManager(UUIDIDMixin, BaseUserManager[User, uuid.UUID]):
    """The rules for users: the default ones."""

    reset_password_token_secret = SECRET
    verification_token_secret = SECRET

    def __init__(self, user_db: SQLAlchemyUserDatabase[User, uuid.UUID]) -> None:
        super().__init__(user_db, PASSWORDS)


async def open_session() -> AsyncIterator[AsyncSession]:
    """Yield a database session for one request."""
    async with make_session() as session:
        yield session


async def get_user_db(
    session: Annotated[AsyncSession, Depends(open_session)],
) -> AsyncIterator[SQLAlchemyUserDatabase[User, uuid.UUID]]:
    """Yield the table of users."""
    yield SQLAlchemyUserDatabase(session, User)


async def get_user_manager(
    user_db: Annotated[SQLAlchemyUserDatabase[User, uuid.UUID], Depends(get_user_db)],
) -> AsyncIterator[UserManager]:
    """Yield what knows the rules."""
    yield UserManager(user_db)


def get_jwt_strategy() -> JWTStrategy[User, uuid.UUID]:
    """Return how tokens are made: they are good for an hour."""
    return JWTStrategy(secret=SECRET, lifetime_seconds=3600)


backend = AuthenticationBackend(
    name="jwt", transport=BearerTransport(tokenUrl="auth/jwt/login"), get_strategy=get_jwt_strategy
)
users = FastAPIUsers[User, uuid.UUID](get_user_manager, [backend])

app = FastAPI()
app.include_router(users.get_auth_router(backend), prefix="/auth/jwt")
app.include_router(users.get_register_router(UserRead, UserCreate), prefix="/auth")
app.include_router(users.get_users_router(UserRead, UserUpdate), prefix="/users")
