"""A users API of Flask-Restless-NG over one table, as its documentation has it."""

import os
from typing import Any

from flask import Flask
from flask_restless import APIManager
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Mapped, mapped_column, validates

LONGEST = {"name": 100, "email": 254, "nickname": 100}
db = SQLAlchemy()


class NotValid(Exception):
    """Details that the model refuses; `errors` say why, by their names."""

    def __init__(self, detail: str, reason: str) -> None:
        super().__init__(detail, reason)
        self.errors = {detail: reason}


class User(db.Model):  # type: ignore[name-defined,misc]
    """A user; an id is given once, which SQLite does only when it is told to."""

    __table_args__ = ({"sqlite_autoincrement": True},)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    nickname: Mapped[str | None]

    @validates("name", "email", "nickname")
    def check(self, detail: str, value: object) -> object:
        """Refuse what is no text, too long or empty, and an email without an at sign."""
        if value is None and detail == "nickname":
            return value
        if not isinstance(value, str):
            raise NotValid(detail, "must be a text")
        if not (detail == "nickname" or value):
            raise NotValid(detail, "must not be empty")
        if len(value) > LONGEST[detail]:
            raise NotValid(detail, "is too long")
        if detail == "email" and "@" not in value:
            raise NotValid(detail, "is no address")
        return value


@event.listens_for(Engine, "connect")
def leave_the_disk_to_itself(connection: Any, _: Any) -> None:
    """Have no commit wait for the disk: the database goes with the service."""
    connection.execute("PRAGMA synchronous = OFF")


def create_app() -> Flask:
    """Make the application."""
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{os.environ['FOLDER']}/users.sqlite3"
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"connect_args": {"timeout": 30}}
    db.init_app(app)
    app.cli.command("make-database")(db.create_all)
    with app.app_context():
        APIManager(app, session=db.session, url_prefix="").create_api(
            User,
            methods=["GET", "POST", "PATCH", "DELETE"],
            collection_name="users",
            validation_exceptions=[NotValid],
        )
    return app
