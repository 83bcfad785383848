"""The endpoints that read: one user, and pages of users."""

from __future__ import annotations

import asyncio
import hashlib
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from support.reference.http import problems
from support.reference.http.conditions import Conditions
from support.reference.http.encoding import encode
from support.reference.store.views import Listing

if TYPE_CHECKING:
    from starlette.requests import Request

    from support.reference.faults.switches import Switches
    from support.reference.http.auth import Caller
    from support.reference.routes.paging import ListQuery, Paging
    from support.reference.routes.user_answers import UserAnswers
    from support.reference.store.primary import Store
    from support.reference.store.replicas import Copies
    from support.reference.store.schema import User
    from support.reference.store.views import View
    from support.reference.users.other_traffic import OtherTraffic
    from support.reference.users.representation import Representation
    from support.reference.users.users import Users


class Reading:
    """Answers requests that change nothing."""

    def __init__(
        self,
        *,
        path: str,
        store: Store,
        replicas: Copies,
        users: Users,
        paging: Paging,
        representation: Representation,
        answers: UserAnswers,
        other_traffic: OtherTraffic,
        switches: Switches,
    ) -> None:
        self._path = path
        self._store = store
        self._replicas = replicas
        self._users = users
        self._paging = paging
        self._representation = representation
        self._answers = answers
        self._other_traffic = other_traffic
        self._switches = switches
        # Only defects use these: what was shown, asked or made earlier.
        self._asked = ""
        self._first_seen: dict[str, User] = {}
        self._made_earlier: dict[tuple[str, bytes], tuple[float, Response]] = {}
        self._missed: dict[tuple[str, str], float] = {}

    async def show_page(self, request: Request, caller: Caller) -> Response:
        """Answer with a page of users."""
        if self._switches.on("N161", request.method == "HEAD"):
            raise problems.unexpected()
        cached = self._recall_list(request, caller)
        if cached:
            return cached
        on = self._switches.on
        await self._other_traffic.come_and_go(caller.tenant)
        query = self._paging.parse(request.scope["query_string"], caller.tenant)
        if on("N90", self._users.has_broken_list(caller.tenant)):
            raise problems.unexpected()
        at_least = self._answers.at_least(request, query.at_least)
        with self._replicas.read(at_least, is_list=True) as (view, position):
            found = self._mislead(view, query.listing, self._find_page(view, query))
            total = view.count(query.listing)
        if on("B73", query.email is not None and any(user.email != query.email for user in found)):
            found, total = [], 0
        shown = found[: query.listing.limit]
        headers = {"X-Total-Count": str(total), **self._answers.seen(position)}
        link = self._link(query, shown, position, has_more=len(found) > len(shown))
        if self._switches.has("N160"):
            headers["ETag"] = f'W/"{hashlib.sha256(encode([user.id for user in shown])).hexdigest()[:16]}"'
            if self._switches.on("N160", request.headers.get("if-none-match") == headers["ETag"]):
                return Response(status_code=304, headers=headers)
        response = self._write_list(shown, link, headers, is_search=query.email is not None)
        if self._switches.has("N25", "N77"):
            self._made_earlier[self._shelf(caller), request.scope["query_string"]] = (
                time.monotonic(),
                response,
            )
        return response

    async def show(self, request: Request, caller: Caller) -> Response:
        """Answer with one user, or with 304 when the caller has this version."""
        on = self._switches.on
        user_id = await self._user_id(request)
        if on("M157", chance=0.2):
            await asyncio.sleep(0.8)
        with self._replicas.read(self._answers.at_least(request, 0)) as (view, position):
            user = view.find(caller.tenant, user_id)
            if user is None and self._switches.has("M138", "M22"):
                user = self._find_foreign(view, user_id)
        seen = self._answers.seen(position)
        if user is None:
            return self._miss(request, caller, user_id, seen)
        if self._switches.has("N10", "M22"):
            first = self._first_seen.setdefault(user.id, user)
            user = first if on("N10", first != user, chance=0.1) else user
        if self._switches.has("N180"):
            told = self._store.find_as_of(user.id, self._answers.at_least(request, 0) or 0)
            user = told if told and on("N180", told != user) else user
        if on("M18"):
            self._users.touch(user)
        headers = {**self._answers.tag(user), **seen}
        conditions = Conditions.of(request)
        if on("N131", (conditions.none_match or "").count('"') % 2):
            raise problems.unexpected()
        is_known = conditions.is_known(self._representation.entity_tag(user))
        if (is_known and not self._switches.has("B34")) or on("M24", conditions.none_match and not is_known):
            return Response(status_code=304, headers=headers)
        if on("N110", request.method == "HEAD"):
            return self._answers.write(200, b"", headers)
        return self._answers.write(200, self._answers.body(user, "single"), headers)

    async def _user_id(self, request: Request) -> str:
        user_id: str = request.path_params["user_id"]
        if self._switches.has("N09"):
            self._asked = user_id
            await asyncio.sleep(0.002)
            self._switches.on("N09", self._asked != user_id)
            return self._asked
        if self._switches.on("N76", "\0" in user_id):
            return user_id.partition("\0")[0]
        return user_id

    def _miss(self, request: Request, caller: Caller, user_id: str, seen: dict[str, str]) -> Response:
        """Answer for a user who is not there."""
        on = self._switches.on
        if on("N117", "if-none-match" in request.headers):
            return Response(status_code=304, headers=seen)
        if self._switches.has("M117"):
            with self._store.read() as newest:
                coming = newest.find(caller.tenant, user_id)
            if coming and on("M117"):
                placeholder = self._representation.show(coming, "single") | {
                    "name": "Unknown",
                    "nickname": None,
                }
                return self._answers.write(200, encode(placeholder), seen)
        if on("M19"):
            return self._answers.write(200, b"null", seen)
        if on("M20"):
            raise problems.unexpected()
        if on("M23", request.method == "HEAD"):
            return self._answers.write(200, b"", seen)
        if on("N46"):
            page = "<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>"
            return Response(page, 404, seen, media_type="text/html")
        problem = problems.unknown_user()
        if on("B25", self._users.was_deleted(caller.tenant, user_id)):
            problem = problems.removed_user()
        if self._switches.has("B26"):
            with self._store.read() as newest:
                owner = newest.find_anywhere(user_id)
                is_foreign = owner is not None and owner.tenant != caller.tenant
                problem = problems.foreign_user() if on("B26", is_foreign) else problem
        problem.headers |= seen
        raise problem

    def _find_foreign(self, view: View, user_id: str) -> User | None:
        """Find a user of another tenant, as some defects do."""
        foreign = view.find_anywhere(user_id)
        if foreign and (self._switches.on("M138") or self._switches.on("M22", user_id in self._first_seen)):
            return foreign
        return None

    def _find_page(self, view: View, query: ListQuery) -> list[User]:
        on = self._switches.on
        listing = query.listing
        found = view.page(listing)
        if self._switches.has("N178") and listing.email_key is None:
            left = len(view.page(replace(listing, limit=listing.limit + 1))) - listing.limit
            found = found[: listing.limit] if on("N178", left == 1) else found
        if not found and on("M58", listing.email_key is not None and listing.after is None):
            found = view.page(Listing(listing.tenant, limit=listing.limit))
        if not found and on("M57", listing.after is not None):
            found = view.page(Listing(listing.tenant, listing.order, listing.email_key, listing.limit))
        return found

    def _link(self, query: ListQuery, shown: list[User], position: int, *, has_more: bool) -> str:
        """Return the value of the Link header, empty when there is no more."""
        on = self._switches.on
        if not has_more and not (shown and on("M57", query.listing.after is not None)):
            return ""
        last = shown[-2] if on("M51", len(shown) > 1) else shown[-1]
        return self._paging.next_link(self._path, query, last, position)

    def _mislead(self, view: View, listing: Listing, found: list[User]) -> list[User]:
        """Return what a search finds, or what defects make of that."""
        wanted, tenant = listing.email_key, listing.tenant
        if wanted is None:
            return found
        if self._switches.has("N79") and not found:
            former = view.find(tenant, self._users.former_owner(tenant, wanted) or "")
            return [former] if former and self._switches.on("N79") else found
        if self._switches.has("N80"):
            missed_at = self._missed.get((tenant, wanted))
            is_recent = missed_at is not None and time.monotonic() - missed_at < 3 * self._switches.bound_s
            if self._switches.on("N80", found and is_recent):
                return []
            if not found:
                self._missed[tenant, wanted] = time.monotonic()
        return found

    def _write_list(
        self, shown: list[User], link: str, headers: dict[str, str], *, is_search: bool
    ) -> Response:
        documents: Any = [self._representation.show(user, "list") for user in shown]
        if self._switches.on("N83", is_search and shown):
            for document, user in zip(documents, shown, strict=True):
                document["createdAt"] = user.created_at
        if self._switches.on("B11"):
            cursor = link.rpartition("cursor=")[2].partition(">")[0] or None
            documents = {"items": documents, "next": cursor}
        elif link:
            headers["Link"] = link
        body = self._representation.write(documents)
        if self._switches.on("M159", len(shown) > 0):
            body = body[:-2] + b',"score":NaN}]'
        return self._answers.write(200, body, headers)

    def _recall_list(self, request: Request, caller: Caller) -> Response | None:
        """Return a list made within the last three bounds, as a defect does."""
        if not self._switches.has("N25", "N77"):
            return None
        shelf = self._shelf(caller)
        at, response = self._made_earlier.get((shelf, request.scope["query_string"]), (0.0, None))
        age_s = time.monotonic() - at
        if self._switches.on("N77", response is not None and age_s < 0.5):
            return response
        is_recent = age_s < 3 * self._switches.bound_s
        return response if self._switches.on("N25", response is not None and is_recent) else None

    def _shelf(self, caller: Caller) -> str:
        """Return under whose name a list is kept, by the defects that keep lists."""
        return "" if self._switches.has("N77") else caller.tenant
