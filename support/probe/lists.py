"""How a service lists users: where they stand, how pages and totals are told, how to search and to sort.

Judges by the probe's own users alone: there may be others, and they may come and go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.probe.answers import find_items, leaves
from support.probe.visit import body_of, was_done
from support.secrets import REDACTOR
from support.target.lists import Lists as ListsOfTarget
from support.users.forms.packing import pack
from support.users.forms.paths import read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.http import Response
    from support.probe.creation import Creation
    from support.probe.draft import Draft
    from support.probe.visit import Visit

SIZES = (
    "limit",
    "per_page",
    "page_size",
    "pageSize",
    "_limit",
    "_per_page",
    "perPage",
    "max_results",
    "count",
    "size",
    "$limit",
    "$top",
    "first",
    "take",
    "itemsPerPage",
    "__page_size",
    "page[size]",
    "page[limit]",
)
PAGES = ("page", "_page", "p", "pageNumber", "page_number", "pageIndex", "__page", "page[number]")
OFFSETS = ("offset", "startIndex", "skip", "$skip", "_start", "start", "page[offset]")
NEXTS = ("next", "next_page", "nextPage", "next_cursor", "nextCursor", "nextPageToken")
NEXT_HEADERS = ("next-page", "x-next-page", "x-next-cursor")
TOTALS = ("x-total-count", "total-objects", "total-records", "x-total", "content-range")
FAR = "99999"
# How all parameters of a list may be taken as one: as they are, in rison, in JSON.
PACKINGS: tuple[Mapping[str, str], ...] = (
    {},
    {"packed_in": "q", "packed_as": "rison"},
    {"packed_in": "filter", "packed_as": "json"},
)
MORE_THAN_A_PAGE = 31  # users: pages of 10, 20, 25 and 30 are common where nobody asks for a size
LOOKS, PAUSE_S = 6, 0.5
LONGEST_QUOTE = 80


class Lists:
    """Looks at the list with some users of the probe's own in it."""

    def __init__(self, visit: Visit, draft: Draft, creation: Creation, before: Response | None) -> None:
        self._visit, self._draft, self._creation = visit, draft, creation
        self._before = before
        self.items = ""
        self._size = ""
        self.packing: Mapping[str, str] = PACKINGS[0]

    def learn(self, *, created: int) -> None:
        """Look at the form of lists; `created` users have come to be since the first look."""
        now = self._visit.get()
        body = body_of(now)
        items = find_items(body)
        if not was_done(now) or items is None:
            self._draft.set("operations.list", "none", f"GET {self._visit.collection} answered {now.status}")
            return
        self.items = items
        self._draft.set("accepted.list", [now.status], f"GET {self._visit.collection} answered so")
        self._draft.set("limits.page_max", 0, "no largest page was looked for; name one if it is promised")
        self._draft.set("lists.items", items, "the users of a list stand there")
        self._learn_total(now, created)
        self._learn_pages(now)

    def users_of(self, response: Response) -> list[Any] | None:
        """Return the users on a page, None where an answer is none."""
        body = body_of(response)
        found = read(body, self.items, None) if was_done(response) and isinstance(body, dict | list) else None
        return found if isinstance(found, list) else None

    def ids_of(self, response: Response) -> list[str] | None:
        """Return the ids on a page as text, None where an answer is no page."""
        users = self.users_of(response)
        name = self._draft.get("fields.id")
        return (
            None if users is None else [str(read(user, name, "")) for user in users if isinstance(user, dict)]
        )

    def _ask(self, **query: str | int) -> list[str] | None:
        return self.ids_of(self._visit.get(query=self.packed(query)))

    def packed(self, query: Mapping[str, str | int]) -> dict[str, str]:
        """Return a query as the service takes it, as far as that is known."""
        found = pack(ListsOfTarget.model_validate(self.packing), query)
        return {name: str(value) for name, value in found.items()}

    def _learn_total(self, now: Response, created: int) -> None:
        """Look for a number that has risen by as many as were created."""
        then = dict(self._around(self._before)) if self._before else {}
        risen = [
            path
            for path, value in self._around(now)
            if isinstance(value, int) and isinstance(then.get(path), int) and value - then[path] == created
        ]
        for name in TOTALS:
            number = now.headers.get(name, "").rpartition("/")[2]
            if number.isdecimal():
                self._draft.set("lists.total_header", name, f"{name}: {now.headers[name]}")
                self._draft.saw("total-count", f"the header {name}")
                return
        if risen:
            self._draft.set(
                "lists.total", risen[0], f"it rose by {created} when {created} users were created"
            )
            self._draft.saw("total-count", f"the member {risen[0]}")
        else:
            self._draft.cannot_tell("whether lists tell a total: no number rose as users were created")

    def _around(self, response: Response) -> list[tuple[str, Any]]:
        """Return the values of an answer that do not belong to a user."""
        body = body_of(response)
        if not isinstance(body, dict):
            return []
        inside = f"{self.items}."
        return [
            pair for pair in leaves(body) if not pair[0].startswith(inside) and not isinstance(pair[1], bool)
        ]

    def _learn_pages(self, now: Response) -> None:
        whole = self.ids_of(now) or []
        for self.packing in (*PACKINGS, PACKINGS[0]):
            self._size = next((name for name in SIZES if self._is_size(name, whole)), "")
            if self._size:
                break
        for key, value in self.packing.items():
            self._draft.set(f"lists.{key}", value, "pages are asked for so")
        if self._size:
            self._draft.set(
                "lists.size", self._size, f"{self._size}=2 gave two users, and {self._size}=1 one"
            )
        style = self._learn_counting(whole) or self._learn_following()
        if style is None:
            self._draft.set("lists.style", "none", "no way to a next page was found")
            if not self._size:
                self._draft.set("lists.size", "", "no parameter for a size was found")
            self._learn_window(now)
            return
        if not self._size:
            self._draft.set("lists.size", "", "no parameter for a size was found")
            self._draft.cannot_tell(
                "how many users a page holds; look it up and say so as page_size under [lists]"
            )
        self._draft.saw("pagination", f"pages of style {style}")

    def _learn_window(self, now: Response) -> None:
        """See whether a list without pages shows everybody; creates some users where it does not tell."""
        shown, total = len(self.users_of(now) or []), self._total_of(now)
        if total is None or total <= shown:
            while self._visit.created < MORE_THAN_A_PAGE and self._creation.again(4)[1] is not None:
                pass
            for look in range(LOOKS):
                self._visit.wait(PAUSE_S if look else 0.0)  # a list may lag behind
                again = self._visit.get()
                ids = self.ids_of(again) or []
                if set(self._visit.own) <= set(ids):
                    return
            shown, total = len(ids), self._total_of(again)
        what = f"a list shows {shown} users of {total or 'more'}"
        self._draft.set("lists.window", shown, f"{what}, and no way to the others was found")
        self._draft.cannot_tell(
            f"how a list goes on: {what}. Say under [lists] how its pages are asked for, in place of window, "
            "or stories look at those alone"
        )

    def _total_of(self, response: Response) -> int | None:
        """Return the number of users that a list tells, where one was found."""
        path, header = self._draft.get("lists.total"), self._draft.get("lists.total_header")
        if header:
            number = response.headers.get(header, "").rpartition("/")[2]
            return int(number) if number.isdecimal() else None
        body = body_of(response)
        found = read(body, path, None) if path and isinstance(body, dict) else None
        return found if isinstance(found, int) else None

    def _is_size(self, name: str, whole: list[str]) -> bool:
        two, one = self._ask(**{name: 2}), self._ask(**{name: 1})
        return len(whole) > 2 and two is not None and one is not None and (len(two), len(one)) == (2, 1)

    def _learn_counting(self, whole: list[str]) -> str | None:
        """Count pages or users; pages do not overlap when the count moves by one, offsets do."""
        size: dict[str, str | int] = {self._size: 2} if self._size else {}
        for name in (*PAGES, *OFFSETS):
            first, second = self._ask(**size, **{name: 1}), self._ask(**size, **{name: 2})
            if not size:
                far = self._ask(**{name: FAR})
                if name in PAGES and first == whole and whole and not far:
                    self._say_counting("page", name, 1, f"{name}=1 is the list, {name}={FAR} holds nobody")
                    return "page"
                continue
            if not first or second is None or second == first:
                continue
            style = "offset" if set(first) & set(second) else "page"
            zero = self._ask(**size, **{name: 0})
            begins = 0 if zero and zero != first else 1
            self._say_counting(
                style, name, begins, f"{name}=1 and {name}=2 with {self._size}=2 gave {first}, {second}"
            )
            return style
        return None

    def _say_counting(self, style: str, name: str, first: int, seen: str) -> None:
        self._draft.set("lists.style", style, seen)
        self._draft.set("lists.position", name)
        if first != (1 if style == "page" else 0):
            self._draft.set(
                "lists.first", first, f"{name}=0 is {'a page of its own' if first == 0 else 'as 1'}"
            )
        size = {self._size: "1"} if self._size else {}
        far = self._visit.get(query=self.packed({**size, name: FAR}))
        if 400 <= far.status < 500 and far.status not in {401, 429}:
            self._draft.set("lists.nothing_found", [far.status], f"{name}={FAR} was answered so")
        body = body_of(self._visit.get(query=self.packed({**size, name: first})))
        told = self._told_next(body)
        if told:
            self._draft.set("lists.next", told[0], f"{told[0]} = {_cut(str(told[1]))!r}")

    def _learn_following(self) -> str | None:
        response = self._visit.get(query=self.packed({self._size: 1} if self._size else {}))
        if "next" in response.headers.get("link", ""):
            self._draft.set("lists.style", "link", f"Link: {_cut(response.headers['link'])}")
            return "link"
        header = next((name for name in NEXT_HEADERS if response.headers.get(name)), "")
        told = self._told_next(body_of(response))
        if header:
            self._draft.set("lists.next_header", header, f"{header}: {_cut(response.headers[header])}")
            is_url = "/" in response.headers[header]
        elif told and told[1]:
            self._draft.set("lists.next", told[0], f"{told[0]} = {_cut(str(told[1]))!r}")
            is_url = "/" in str(told[1])
        else:
            return None
        style = "link" if is_url else "cursor"
        self._draft.set("lists.style", style, "the next page is told so")
        return style

    def _told_next(self, body: Any) -> tuple[str, Any] | None:
        """Return the member that tells of a next page and what it says, null included."""
        if not isinstance(body, dict):
            return None
        inside = f"{self.items}."
        for path, value in leaves(body):
            steps = path.split(".")
            is_named = steps[-1] in NEXTS or (steps[-1] == "href" and "next" in steps)
            if is_named and not (self.items and path.startswith(inside)) and not isinstance(value, bool):
                return (path.removesuffix(".href"), value)
        return None


def search_forms(email: str, packing: Mapping[str, str]) -> tuple[str | Mapping[str, str], ...]:
    """Return the ways of searching by a member, as a profile with such a packing writes them."""
    if packing.get("packed_as") == "rison":
        return ({"filters": f"!((col:{email},opr:eq,value:{{rison}}))"},)
    if packing:
        return ({"where": '{"' + email + '": {json}}'},)
    return (
        email,
        {"where": '{"' + email + '": {json}}'},
        {"filter": f"{email} eq {{scim}}"},
        {"q": f"(filters:!((col:{email},opr:eq,value:{{rison}})))"},
        {"$filter": f"{email} eq {{odata}}"},
    )


def _cut(text: str) -> str:
    """Return the beginning of what an answer said, its secrets hidden before it is cut."""
    return REDACTOR.text(text)[:LONGEST_QUOTE]
