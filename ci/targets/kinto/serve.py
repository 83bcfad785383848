"""Serve Kinto from its own configuration, with the accounts of those whose passwords the environment holds.

`kinto create-user` makes them from outside, but a store in memory is seen by its own process alone.
"""

import os

import waitress
from kinto.plugins.accounts.scripts import create_user
from pyramid.paster import bootstrap

ACCOUNTS = {"admin": "ADMIN_PASSWORD", "other": "OTHER_PASSWORD"}

kinto = bootstrap("kinto.ini")
for name, variable in ACCOUNTS.items():
    if password := os.environ.get(variable):
        create_user(kinto, name, password)
waitress.serve(kinto["app"], host="127.0.0.1", port=int(os.environ["PORT"]))
