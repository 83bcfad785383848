"""Reading answers of a form that nobody has described yet: ids, lists, places of values, missing members."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from support.users.forms.paths import only, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

IDS = ("id", "_id", "uuid", "objectId", "uid", "guid", "pk", "key", "userId", "user_id")
WRAPPERS = ("data", "user", "result", "item", "payload", "record")
LISTS = ("data", "items", "results", "Resources", "users", "records", "_items", "content", "result", "value")
MISSING = re.compile(
    r"required|missing|(?:must|may) not be (?:blank|empty|null)|can't be blank", re.IGNORECASE
)
UNKNOWN = re.compile(
    r"unknown|unexpected|not (?:permitted|allowed|recognized)|additional propert|extra", re.IGNORECASE
)
# How errors name the member that they are about, in words.
NAMED = (
    re.compile(
        r"['\"`]([\w.$-]+)['\"`] (?:field |property |member )?(?:is|are) (?:a )?required", re.IGNORECASE
    ),
    re.compile(r"\b([\w.$-]+) (?:is|are) (?:a )?(?:required|missing)", re.IGNORECASE),
    re.compile(
        r"(?:required|missing) (?:field|propert(?:y|ies)|member)s?:? ['\"`]?([\w.$-]+)", re.IGNORECASE
    ),
    re.compile(r"^([\w.$-]+):? required\b", re.IGNORECASE),
)
PLACES = ("loc", "field", "path", "param", "property", "pointer", "name", "source", "instancePath")
# Members of an error that are no members of a user.
FRAMES = frozenset({"message", "detail", "error", "title", "msg", "errors", "type", "code", "info", "_error"})
NO_NAMES = frozenset({"field", "this", "it", "value", "property", "is", "a", "the", "body", "data", "that"})


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Return every value that is no object or list, with its dotted path."""
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for name, below in pairs:
            step = str(name).replace(".", "\\.")
            yield from leaves(below, f"{path}.{step}" if path else step)
    else:
        yield path, value


def find_path(value: Any, wanted: object) -> str | None:
    """Return the shortest path at which a value stands, in any letter case for text."""
    alike = [path for path, found in leaves(value) if _is_alike(found, wanted)]
    return min(alike, key=lambda path: (path.count("."), len(path)), default=None)


def _is_alike(found: object, wanted: object) -> bool:
    if isinstance(found, str) and isinstance(wanted, str):
        return found.strip().casefold() == wanted.strip().casefold()
    return type(found) is type(wanted) and found == wanted


def find_id_path(body: Any) -> str | None:
    """Return where an answer about one user holds the id, wrappers looked into."""
    for wrapper in ("", *WRAPPERS):
        inside: Any = read(body, wrapper, None) if isinstance(body, dict) else None
        for name in IDS if isinstance(inside, dict) else ():
            if _is_id(inside.get(name)):
                return f"{wrapper}.{name}" if wrapper else name
    return None


def find_user_id_path(body: Any, details: Iterable[str]) -> str | None:
    """Return where a look-up holds the id beside these details; some repeat the id outside a wrapper."""
    texts = list(details)
    for wrapper in WRAPPERS:
        inside = read(body, wrapper, None) if isinstance(body, dict) else None
        if isinstance(inside, dict) and any(find_path(inside, text) is not None for text in texts):
            path = next((name for name in IDS if _is_id(inside.get(name))), None)
            if path:
                return f"{wrapper}.{path}"
    return find_id_path(body)


def _is_id(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and value != ""


def find_id(body: Any, location: str, collection: str) -> int | str | None:
    """Return the id that the answer to a creation tells, in its body or by its Location.

    PiccoloCRUD and PostgREST answer with a list of whoever was created.
    """
    body = only(body)
    path = find_id_path(body)
    if path is not None:
        found: int | str = read(body, path)
        return found
    steps = urlsplit(location).path.rstrip("/").split("/")
    is_below = len(steps) > 1 and steps[-2] == collection.strip("/").split("/")[-1]
    return unquote(steps[-1]) if is_below and steps[-1] else None


def find_items(body: Any) -> str | None:
    """Return where an answer holds a list of users, empty for the whole answer; None where there is none."""
    if isinstance(body, list):
        return "" if all(isinstance(item, dict) for item in body) else None
    if not isinstance(body, dict):
        return None
    names: list[str] = [
        *(name for name in LISTS if name in body),
        *(name for name in body if name not in LISTS),
    ]
    for name in names:
        if isinstance(body[name], list) and all(isinstance(item, dict) for item in body[name]):
            return name
    for name in names:
        below = find_items(body[name]) if isinstance(body[name], dict) else None
        if below:
            return f"{name}.{below}"
    return None


def missing_members(body: Any) -> list[str]:
    """Return the members that a refusal says are missing, in its order."""
    return list(dict.fromkeys(_named(body, MISSING)))


def unknown_members(body: Any) -> list[str]:
    """Return the members that a refusal says are not known."""
    return list(dict.fromkeys(_named(body, UNKNOWN)))


def _named(body: Any, kind: re.Pattern[str], above: str = "") -> Iterator[str]:
    """Return the members of which a refusal says something of a kind, however deep it says so."""
    if isinstance(body, dict):
        if any(kind.search(text) for text in body.values() if isinstance(text, str)):
            yield from filter(None, (_last_step(body.get(place)) for place in PLACES))
        for name, below in body.items():
            yield from _named(below, kind, str(name))
    elif isinstance(body, list):
        for below in body:
            yield from _named(below, kind, above)
    elif isinstance(body, str) and kind.search(body):
        yield from _named_in(body, kind, above)


def _named_in(text: str, kind: re.Pattern[str], above: str) -> Iterator[str]:
    if above and above.lower() not in FRAMES:
        yield above
    for pattern in NAMED if kind is MISSING else ():
        yield from (
            name for name in pattern.findall(text) if name.lower() not in NO_NAMES and not name.isdigit()
        )


def _last_step(place: Any) -> str:
    if isinstance(place, dict):
        return _last_step(place.get("pointer") or place.get("parameter"))
    if isinstance(place, list):
        place = place[-1] if place else ""
    name = re.split(r"[/.]", place)[-1] if isinstance(place, str) else ""
    return name if re.fullmatch(r"[\w$-]+", name) and name.lower() not in NO_NAMES else ""
