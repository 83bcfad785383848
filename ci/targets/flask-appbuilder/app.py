"""A Flask-AppBuilder application with nothing in it but the security API that it brings along."""

from typing import Any

from flask import Flask
from flask_appbuilder import AppBuilder
from flask_appbuilder.utils.legacy import get_sqla_class
from sqlalchemy import event
from sqlalchemy.engine import Engine

db = get_sqla_class()()
appbuilder = AppBuilder()


@event.listens_for(Engine, "connect")
def leave_the_disk_to_itself(connection: Any, _: Any) -> None:
    """Have no commit wait for the disk: an empty database takes 200 of them, and goes with the service."""
    connection.execute("PRAGMA synchronous = OFF")


def create_app() -> Flask:
    """Make the application."""
    app = Flask(__name__)
    app.config.from_object("config")
    with app.app_context():
        db.init_app(app)
        appbuilder.init_app(app, db.session)
        # It is made before the server's processes part, which must not share a connection.
        db.session.remove()
        db.engine.dispose()
    return app
