"""What bodies look like, as JSON Schema: the limits of clauses 1.2, 1.6 and 3.3, from where they are kept."""

from __future__ import annotations

from typing import Any

from support.reference.users.addresses import EMAIL_MAX
from support.reference.users.validation import LENGTHS

Json = dict[str, Any]

_INSTANT = {"type": "string", "format": "date-time", "readOnly": True}
# No NUL, and something that is not a blank: what reads as blank has no length.
_TEXT = r"^[^\x00]*$"
_NAME = r"^[^\x00]*[^\s\x00\x1c-\x1f\x85][^\x00]*$"
_EMAIL = r"^[^\s\x00-\x1f@]+@[^\s\x00-\x1f@]+\.[^\s\x00-\x1f@]+$"


def shape(name: str) -> Json:
    """Refer to a shape."""
    return {"$ref": f"#/components/schemas/{name}"}


def _text(field: str, pattern: str = _TEXT, *, may_be_null: bool = False) -> Json:
    least, most = LENGTHS[field]
    kind = ["string", "null"] if may_be_null else "string"
    return {"type": kind, "minLength": least, "maxLength": most, "pattern": pattern}


_SETTABLE: Json = {
    "name": _text("name", _NAME),
    "email": {"type": "string", "format": "email", "maxLength": EMAIL_MAX, "pattern": _EMAIL},
    "nickname": _text("nickname", may_be_null=True),
    "password": _text("password", may_be_null=True) | {"writeOnly": True},
}
_SHOWN: Json = {
    "id": {"type": "string", "minLength": 1, "readOnly": True},
    "name": {"type": "string"},
    "email": {"type": "string"},
    "nickname": {"type": ["string", "null"]},
    "password": {"type": "string", "writeOnly": True},
    "role": {"type": "string", "enum": ["member"], "readOnly": True},
    "createdAt": _INSTANT,
    "updatedAt": _INSTANT,
}
# Members that the caller does not know may appear (clause 1.7); those that nobody knows are ignored.
SHAPES: Json = {
    "NewUser": {"type": "object", "required": ["name", "email"], "properties": _SETTABLE},
    "Change": {"type": "object", "properties": _SETTABLE},
    "User": {
        "type": "object",
        "required": [name for name in _SHOWN if name != "password"],
        "properties": _SHOWN,
    },
    "FieldError": {
        "type": "object",
        "required": ["field", "message"],
        "properties": {"field": {"type": "string"}, "message": {"type": "string", "minLength": 1}},
    },
    "Problem": {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string", "format": "uri-reference"},
            "title": {"type": "string", "minLength": 1},
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {"type": "string"},
            "errors": {"type": "array", "minItems": 1, "items": shape("FieldError")},
        },
    },
}


def with_nicknames(shapes: Json) -> Json:
    """Return the shapes as somebody wrote them down who never saw a user without a nickname."""
    user = shapes["User"]
    return {**shapes, "User": {**user, "properties": {**user["properties"], "nickname": {"type": "string"}}}}
