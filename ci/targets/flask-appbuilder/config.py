"""The settings of the application."""

import os

SECRET_KEY = os.environ["SECRET_KEY"]
SQLALCHEMY_DATABASE_URI = f"sqlite:///{os.environ['FOLDER']}/users.sqlite3"
# Offers users, roles and permissions at /api/v1/security/.
FAB_ADD_SECURITY_API = True
# Nobody keeps the passwords of a database that lives so long, and cheap hashes save most of a run's time.
FAB_PASSWORD_HASH_METHOD = "pbkdf2:sha256:1000"  # noqa: S105 - a method, not a password
