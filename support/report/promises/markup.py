"""Pieces of HTML that every section of the page of promises has."""

from __future__ import annotations

from datetime import datetime
from html import escape


def open_section(name: str, title: str) -> str:
    """Return the begin of a section with its heading; `name` is what links call it."""
    return f'<section aria-labelledby="{name}"><h2 id="{name}">{escape(title)}</h2>'


def open_table(caption: str, *columns: str) -> str:
    """Return the begin of a table up to its first row."""
    cells = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{cells}</tr></thead><tbody>"


def show_moment(text: str) -> str:
    """Return an ISO 8601 date with a zone as people write it."""
    moment = datetime.fromisoformat(text)
    return f'<time datetime="{escape(text)}">{moment.day} {moment:%B %Y, %H:%M} {moment.tzname()}</time>'
