"""What only the inside of a service knows is found in a refusal; what anybody may say is not."""

from __future__ import annotations

import pytest

from support.users.refusal_text import find_internal_details


@pytest.mark.parametrize(
    "said",
    [
        'SELECT "users"."id" FROM "users" WHERE "users"."email" = ?',
        "INSERT INTO `users` (name) VALUES (?)",
        "UPDATE [dbo].[users] SET [name] = 'x'",
        'DELETE FROM "users"',
        'select "id" from "users" where "email" = $1',
        'insert into "users" ("name")',
        'update "users" set "name" = $1',
        "Traceback (most recent call last):",
        'File "/srv/app/views.py", line 12',
        "SQLSTATE[23505]",
        "UNIQUE constraint failed: users.tenant, users.email",
        'duplicate key value violates unique constraint "users_email_key"',
        "Duplicate entry 'ada@example.com' for key 'users.email'",
        'E11000 duplicate key error collection: app.users index: email_1 dup key: { email: "a" }',
    ],
)
def test_queries_frames_and_paths_are_found(said):
    assert find_internal_details(said)


@pytest.mark.parametrize(
    "said",
    [
        "select a name from the list",
        "update your name",
        "the email violates a rule: it has to be unique",
        "Duplicate entry",
        "the email is already in use",
        '{"type": "/problems/app/duplicate", "title": "Conflict"}',
        "please insert into the form what is missing",
    ],
)
def test_plain_words_are_not(said):
    assert not find_internal_details(said)
