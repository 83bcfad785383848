"""The users resource as Eve's own introduction would have it: a schema and the methods that write."""

RESOURCE_METHODS = ["GET", "POST"]
ITEM_METHODS = ["GET", "PUT", "PATCH", "DELETE"]
DOMAIN = {
    "users": {
        "schema": {
            "name": {"type": "string", "required": True, "minlength": 1, "maxlength": 100},
            "email": {
                "type": "string",
                "required": True,
                "unique": True,
                "maxlength": 254,
                "regex": r"^[^@\s]+@[^@\s]+$",
            },
            "nickname": {"type": "string", "nullable": True, "maxlength": 100},
        }
    }
}
