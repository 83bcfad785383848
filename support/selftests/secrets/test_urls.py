"""The secrets of an address are found, also in one that is none."""

from __future__ import annotations

import pytest

from support.secrets.urls import secrets_in


@pytest.mark.parametrize(
    ("address", "secret"),
    [
        ("https://ada:s3cret@example.com/v1", "s3cret"),
        ("https://ada:s3c/r@t@example.com/v1", "s3c/r@t"),
        ("https://ada:s3c%2Fret@example.com", "s3c/ret"),
        ("https://ada:s3c?ret@example.com", "s3c?ret"),
        ("ada:s3cret@example.com", "s3cret"),
        ("ada:s3/cret@example.com:3128", "s3/cret"),
        ("https://ghp_s3cret@example.com", "ghp_s3cret"),
        ("redis://:s3cret@127.0.0.1:6379/0", "s3cret"),
        ("redis://:pa/s3cret@127.0.0.1:6379/0", "pa/s3cret"),
        ("redis://127.0.0.1/0?db=1&password=s3cret", "s3cret"),
        ("https://example.com/v1?api_key=s3%26cret&page=2", "s3&cret"),
        ("example.com/v1?a=b;access_token=s3cret#top", "s3cret"),
        ("http://[::1:s3cret@", "s3cret"),
    ],
)
def test_a_secret_of_an_address_is_found(address: str, secret: str) -> None:
    """As it was meant, whatever had to be escaped; at times with more than it."""
    assert any(found.endswith(secret) for found in secrets_in(address))


@pytest.mark.parametrize(
    "address",
    [
        "", "https://example.com:8443/api/v1", "http://127.0.0.1:8080", "http://host:8080/users/@me",
        "https://example.com/v1?tenant=1&monkey_bars=2&page=3", "user@example.com/x?y".partition("@")[2],
        "/usr/bin:/bin", "localhost:6379", "a b c", "http://[::1", "C:\\x",
    ],
)  # fmt: skip
def test_an_address_without_a_secret_has_none(address: str) -> None:
    """Ports, paths and ordinary parameters are no secrets."""
    assert secrets_in(address) == []
