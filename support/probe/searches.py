"""How users are searched by email and put in order; each with a control, since much is ignored in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.probe.lists import search_forms
from support.probe.visit import was_done
from support.target.lists import Lists as Form
from support.users.forms.search import search_query

if TYPE_CHECKING:
    from support.http import Response
    from support.probe.creation import Creation
    from support.probe.draft import Draft
    from support.probe.lists import Lists
    from support.probe.visit import Visit

# The parameters of an ascending order and of a descending one, by the member's name.
ORDERS = (
    ({"sort": "{}"}, {"sort": "-{}"}),
    ({"ordering": "{}"}, {"ordering": "-{}"}),
    ({"_sort": "{}"}, {"_sort": "-{}"}),
    ({"order": "{}"}, {"order": "-{}"}),
    ({"order_by": "{}"}, {"order_by": "-{}"}),
    ({"__order": "{}"}, {"__order": "-{}"}),
    ({"sort": "{} ASC"}, {"sort": "{} DESC"}),
    ({"sort": "{}:asc"}, {"sort": "{}:desc"}),
    ({"order": "{} ASC"}, {"order": "{} DESC"}),
    ({"order": "{}.asc"}, {"order": "{}.desc"}),
    ({"$orderby": "{} asc"}, {"$orderby": "{} desc"}),
    ({"sortBy": "{}", "order": "asc"}, {"sortBy": "{}", "order": "desc"}),
    ({"sort": "{}", "order": "asc"}, {"sort": "{}", "order": "desc"}),
    ({"_sort": "{}", "_order": "asc"}, {"_sort": "{}", "_order": "desc"}),
    ({"sort_by": "{}", "order": "asc"}, {"sort_by": "{}", "order": "desc"}),
    ({"sortBy": "{}", "sortOrder": "ascending"}, {"sortBy": "{}", "sortOrder": "descending"}),
    ({"$sort[{}]": "1"}, {"$sort[{}]": "-1"}),
    ({"sort": '[("{}", 1)]'}, {"sort": '[("{}", -1)]'}),
    ({"orderBy": "{}", "direction": "asc"}, {"orderBy": "{}", "direction": "desc"}),
    (
        {"order_column": "{}", "order_direction": "asc"},
        {"order_column": "{}", "order_direction": "desc"},
    ),
)


class Searches:
    """Searches and sorts with some users of the probe's own."""

    def __init__(self, visit: Visit, draft: Draft, creation: Creation, lists: Lists) -> None:
        self._visit, self._draft, self._creation, self._lists = visit, draft, creation, lists

    def learn_search(self, user_id: int | str, email: str) -> None:
        """Search for a user, for nobody, and for a part of the email."""
        member = self._creation.email
        for form in search_forms(member, self._lists.packing) if member else ():
            written = form if isinstance(form, str) else dict(form)
            found = self._find(written, email)
            if found != [str(user_id)]:
                continue
            nobody = self._search(written, f"nobody.{email}")
            if was_done(nobody) and self._lists.ids_of(nobody) != []:
                continue
            self._draft.set(
                "lists.email", written, "a search found the one user, and nobody for an email of nobody"
            )
            if not was_done(nobody):
                statuses = {*(self._draft.get("lists.nothing_found") or ()), nobody.status}
                self._draft.set("lists.nothing_found", sorted(statuses), "a search for nobody answered so")
            if self._find(written, email[1:]):
                self._draft.saw_against("filter-by-email", "a search finds parts of emails as well")
            else:
                self._draft.saw("filter-by-email", "a search found exactly the user with that email")
            return
        self._draft.saw_against("filter-by-email", "no way to search by email was found")

    def _find(self, form: str | dict[str, str], email: str) -> list[str] | None:
        return self._lists.ids_of(self._search(form, email))

    def _search(self, form: str | dict[str, str], email: str) -> Response:
        query = {name: str(value) for name, value in search_query(Form(email=form), email).items()}
        return self._visit.get(query=self._lists.packed(query))

    def learn_orders(self, by_name: list[int | str], by_email: list[int | str]) -> None:
        """Look for the parameters that put the users in the order of their names, both ways."""
        wanted = {"name": (self._creation.name, by_name), "email": (self._creation.email, by_email)}
        for ascending, descending in ORDERS:
            keys = {}
            for key, (member, ids) in wanted.items():
                for sign, form, order in (("", ascending, ids), ("-", descending, ids[::-1])):
                    asked = {name.format(member): value.format(member) for name, value in form.items()}
                    if member and self._order(asked, order) == [str(each) for each in order]:
                        keys[sign + key] = asked
            if {"name", "-name"} <= set(keys) or {"email", "-email"} <= set(keys):
                self._say_orders(keys)
                return
        self._draft.set("lists.sort_keys", {}, "no parameter was found that puts users in an order")
        self._draft.saw_against("sorting", "no parameter was found that puts the probe's users in an order")

    def _order(self, asked: dict[str, str], among: list[int | str]) -> list[str]:
        """Return how some users came; there are more of the probe's own where a list has no pages."""
        ids = {str(each) for each in among}
        shown = self._lists.ids_of(self._visit.get(query=self._lists.packed(asked)))
        return [each for each in shown or [] if each in ids]

    def _say_orders(self, keys: dict[str, dict[str, str]]) -> None:
        parameters = {tuple(asked) for asked in keys.values()}
        seen = f"the probe's users came in these orders: {', '.join(keys)}"
        if len(parameters) == 1 and len(next(iter(parameters))) == 1:
            (parameter,) = next(iter(parameters))
            self._draft.set("lists.sort", parameter, seen)
            self._draft.set("lists.sort_keys", {key: asked[parameter] for key, asked in keys.items()}, seen)
        else:
            self._draft.set("lists.sort_keys", keys, seen)
        self._draft.saw("sorting", seen)
