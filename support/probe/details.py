"""What the probe writes into its users: values by what a member seems to hold, marked as the run's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from support.users.forms.paths import write

if TYPE_CHECKING:
    from support.users.forms.further_details import FurtherDetails

LABELS = ("Charles", "Ada", "Grace", "Blaise", "Edsger")
SCIM_USER = "urn:ietf:params:scim:schemas:core:2.0:User"
# Members by what they hold, the likeliest name first.
NAMES = (
    "name",
    "displayName",
    "display_name",
    "fullName",
    "full_name",
    "fullname",
    "first_name",
    "firstName",
    "givenName",
)
EMAILS = ("email", "emailAddress", "email_address", "mail", "userName", "username", "login")
NICKNAMES = ("nickname", "nickName", "nick_name", "nick", "alias", "last_name", "lastName")
# The templates of `sending.extra` for each kind of value that is no detail of the contract.
TEMPLATES = {
    "username": "{unique}",
    "password": "{password}",
    "first": "{first_name}",
    "last": "{last_name}",
    "text": "{unique}",
}


def kind_of(member: str) -> str:
    """Return what a member seems to hold, judged by its name."""
    name = member.lower().replace("_", "").replace("-", "")
    if "mail" in name:
        return "email"
    if name == "schemas":
        return "schemas"
    for part, kind in (
        ("pass", "password"),
        ("nick", "nickname"),
        ("first", "first"),
        ("given", "first"),
        ("last", "last"),
        ("family", "last"),
        ("surname", "last"),
        ("username", "username"),
        ("login", "username"),
        ("name", "name"),
    ):
        if part in name:
            return kind
    return "text"


@dataclass(slots=True)
class Details:
    """The members that a creation sends, dotted, each with the kind of its value; `wrap` is round them."""

    members: dict[str, str] = field(default_factory=dict)
    wrap: str = ""
    further: FurtherDetails | None = None  # what a person said that creations need

    def body(self, mark: str, number: int = 0) -> dict[str, Any]:
        """Return the body of a creation."""
        inner = self.further.of({}, mark, is_new=True) if self.further else {}
        for path, kind in self.members.items():
            write(inner, path, value_of(kind, mark, number))
        if not self.wrap:
            return inner
        outer: dict[str, Any] = {}
        write(outer, self.wrap, inner)
        return outer

    def member(self, kind: str) -> str | None:
        """Return the first member of a kind."""
        return next((path for path, each in self.members.items() if each == kind), None)


def value_of(kind: str, mark: str, number: int = 0) -> Any:
    """Return a value of a kind, unlike any other that bears another mark."""
    label = LABELS[number % len(LABELS)]
    return {
        "email": f"{label.lower()}.{mark}@example.com",
        "name": f"{label} {mark}",
        "first": f"{label} {mark}",
        "last": f"Last {mark}",
        "nickname": f"Nick {mark}",
        "username": f"{label.lower()}.{mark}",
        "password": f"Pw-{mark}-x9Z!",
        "schemas": [SCIM_USER],
    }.get(kind, f"text.{mark}")
