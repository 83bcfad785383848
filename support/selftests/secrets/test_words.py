"""Words with which a secret begins or ends stay readable elsewhere; what is secret of it does not."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest

from support.selftests.secrets.known_secrets import WORDY, make_redactor

OTHER = "other-tenant-token"
SENTENCE = "the-service-answers-7Hx92KdPq4"


@pytest.mark.parametrize(
    "text",
    [
        "an acceptance run, its acceptances, ACCEPTANCE",
        "The acceptance suite sends 7 requests",
        "acceptance_suite.suite(users), acceptance/suite",
        "what is accepted… and what it accepts...",
        "…users, …of users",
        "a user of the other tenant, other_tenant, OTHER TENANT",
        "the service answers 404, the service: answers",
        "the password of ada… is 12 characters long",
        json.dumps({"suite": "acceptance", "tenant": "other"}),
    ],
)
def test_words_that_anybody_writes_are_no_secret(text: str) -> None:
    """One word, or several that are parted otherwise than in the secret."""
    redactor = make_redactor(WORDY, OTHER, SENTENCE, "password-of-ada-1234")
    assert redactor.text(text) is text


@pytest.mark.parametrize(
    "shown",
    [
        WORDY,
        WORDY.upper(),
        WORDY[:20],
        WORDY[:16],  # two words, parted as they are in it
        "acceptance suite 7fQ",
        WORDY[:20] + "…",
        WORDY[:15] + "…",
        "…" + WORDY[-13:],
        "…" + WORDY[-8:],
        json.dumps(WORDY[:25]),
        quote(WORDY[:16]),
        WORDY[:16].replace("-", "&#45;"),
        WORDY[:16].replace("-", "\\u002d"),
        "acceptance-\nsuite-7f",
        base64.b64encode(WORDY.encode()).decode(),
        base64.b64encode(WORDY[:20].encode()).decode(),
        OTHER[:14],
        OTHER[:13] + "…",
        SENTENCE[:21],
    ],
)
def test_more_than_words_is_the_secret(shown: str) -> None:
    """What goes beyond the words, and words in the secret's own spelling."""
    redactor = make_redactor(WORDY, OTHER, SENTENCE)
    assert redactor.contains_secret(f"<{shown}>") == ["SECRET"]


@pytest.mark.parametrize(
    "secret",
    ["correct horse battery staple", "correct-horse-battery-staple", "administration-1", "acceptance-7fQ2x"],
)
def test_a_secret_of_words_is_hidden_by_each_of_them_beside_a_cut(secret: str) -> None:
    """Where hardly anything else is secret, a word is a part of the secret."""
    redactor = make_redactor(secret)
    assert redactor.contains_secret(f"said: {secret[:7]}…") == ["SECRET"]
    assert redactor.contains_secret(f"said: {secret[:-3]}") == ["SECRET"]


@pytest.mark.parametrize(
    "secret", ["kqzvhwmpabcdefghijklmn", "acceptanceSuite7fQ2xLm9Rt4v", "authentication%2dx-1234"]
)
def test_letters_that_are_no_word_are_the_secret(secret: str) -> None:
    """A word is parted from what follows by a sign that no escape explains."""
    assert make_redactor(secret).contains_secret(f"{secret[:10]} is shown") == ["SECRET"]


def test_a_name_before_the_words_changes_nothing() -> None:
    """What repeats the label is left out, and what comes then may be words."""
    redactor = make_redactor()
    redactor.register("api_token-acceptance-of-7fQ2xLm9Rt4v", "API_TOKEN")
    text = "the acceptance of API_TOKEN, api_token-acceptance, acceptance…"
    assert redactor.text(text) is text
    assert redactor.contains_secret("acceptance-of-7fQ2") == []
    assert redactor.contains_secret("api_token-acceptance-of-7fQ2") == ["API_TOKEN"]
