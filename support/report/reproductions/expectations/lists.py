"""What has to hold of lists, searches and walks, given the users that a story has made."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from support.users.forms.next_page import find_link
from support.users.forms.packing import query_of, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from support.http.call import QueryValue
    from support.http.history import Exchange
    from support.report.reproductions.expectations.details import Details
    from support.report.reproductions.expectations.someone import Someone
    from support.report.reproductions.recording.steps import Step
    from support.target import Target

    Check = dict[str, Any]


class ListExpectations:
    """Says what has to hold of answers that show several users."""

    def __init__(self, target: Target, details: Details) -> None:
        self._target = target
        self._details = details
        self._astray: Step | None = None  # the last page from a cursor that was never given out

    def of(
        self, step: Step, people: Mapping[str, Someone], refused: Sequence[Step], made: set[str], tenant: str
    ) -> Iterator[Check]:
        """Return what has to hold, given the users, the refused creations, and the marks of all others.

        `tenant` is the one that asks.
        """
        asked = self._searched(step) if step.verb == "find" else None
        if asked == "":
            return  # it was searched in the service's own words
        if asked is not None:
            yield {"that": "only_email", "email": asked, "path": self._details.paths["email"]}
        else:
            yield {"that": "ends"}
        for name, someone in people.items() if step.is_settled else ():
            if someone.is_gone or someone.tenant != tenant:
                yield {"that": "in_list", "user": name, "times": 0}
            elif someone.details is not None:
                yield from self._of_one(step, name, someone.details, asked)
        for each in refused if step.is_settled else ():
            for mark in sorted(each.marks - made):
                yield {"that": "nobody_with", "text": f"\u00abmark {mark}\u00bb"}
        if step.verb == "list":
            yield from self._of_pages(step, list(people))

    def _of_one(
        self, step: Step, name: str, details: Mapping[str, Any], asked: str | None
    ) -> Iterator[Check]:
        """Return how one living user has to stand there."""
        email = str(details.get("email"))
        if asked is not None and _key(email) != _key(asked):
            yield {"that": "in_list", "user": name, "times": 0}
        elif asked is not None and email != asked and not self._target.promise("unique-email-case"):
            return  # whether other letters find them is the service's choice
        elif asked is not None or self._is_whole(step):
            yield {"that": "in_list", "user": name, "times": 1}
            yield from self._details.shown(details, that="in_list", user=name, times=1)

    def _of_pages(self, step: Step, people: Sequence[str]) -> Iterator[Check]:
        lists, asked = self._target.lists, self._asked(step.exchange)
        size = str(asked.get(lists.size, "")) if lists.has_sizes else ""
        if size.isdigit() and int(size) > 0:
            yield {"that": "page_size", "most": int(size)}
        is_to_the_end = step.ends_list or lists.by_link_header
        is_start = not step.pages and self._is_from_start(self._asked(step.exchange))
        if is_start and self._astray is not None:
            yield {"that": "elsewhere", "than": self._astray.name}
        if not is_start and self._is_astray(step):
            self._astray = step
        if self._target.promise("total-count") and is_to_the_end and self._is_whole(step):
            yield {"that": "total"}
        order = asked.get(lists.sort)
        for key, written in lists.sort_keys.items():
            member = key.lstrip("-").replace("createdAt", "created_at")
            if order and written == order and member in self._ordered:
                path = self._details.paths[member]
                yield {"that": "order", "path": path, "descends": key.startswith("-"), "users": people}

    def _is_whole(self, step: Step) -> bool:
        """Return whether a list was walked from its beginning to its end."""
        lists = self._target.lists
        if not self._is_from_start(self._asked(step.operation.exchanges[0])):
            return False
        if not lists.by_link_header:
            return step.ends
        pages = step.answer.pages or [step.answer]
        return find_link(pages[-1].headers.get("link", ""), "next") is None

    def _is_from_start(self, asked: Mapping[str, QueryValue]) -> bool:
        """Return whether a query is for a first page; walks may begin late, and others may cross them."""
        lists = self._target.lists
        if lists.style in {"page", "offset"}:
            return str(asked.get(lists.position, lists.begins_with)) == str(lists.begins_with)
        if lists.style == "cursor":
            return lists.position not in asked
        # The services choose what stands in their links: all that is not ours may be a position.
        orders = [order for order in lists.sort_keys.values() if isinstance(order, dict)]
        ours = {lists.size, lists.sort, *(name for order in orders for name in order)} - lists.always.keys()
        return all(name in ours or str(lists.always.get(name)) == str(value) for name, value in asked.items())

    @property
    def _ordered(self) -> set[str]:
        """The members by which an order can be judged: dates where they are written so that they can be."""
        dates = {"created_at"} if self._target.timestamps == "rfc3339" else set()
        return {"name", "email", *dates} & self._details.paths.keys()

    def _is_astray(self, step: Step) -> bool:
        """Return whether a page was asked for from a cursor that no page has led on with."""
        lists = self._target.lists
        if lists.style not in {"cursor", "link"} or not lists.position or step.data.get("walk"):
            return False
        named = re.search(rf"[?&]{re.escape(lists.position)}=([^&]*)", step.data["send"])
        return named is not None and re.fullmatch(r"\u00abcursor a\d+\u00bb", named[1]) is None

    def _asked(self, exchange: Exchange) -> Mapping[str, QueryValue]:
        return unpack(self._target.lists, query_of(exchange.request.url))

    def _searched(self, step: Step) -> str:
        """Return the email that a search was for, as a template; empty where it cannot be told."""
        wanted = self._target.lists.email
        for pair in step.data["send"].partition("?")[2].split("&"):
            name, _, value = pair.partition("=")
            if name == wanted:
                return unquote(value)
        return ""


def _key(address: str) -> str:
    return address.strip().lower()
