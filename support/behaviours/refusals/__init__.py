"""Requests that a service must refuse, sent as no careful client would send them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.behaviours.refusals.malformed_requests import MalformedRequests

if TYPE_CHECKING:
    from support.users import UsersApi

__all__ = ["MalformedRequests", "Refusals"]


class Refusals:
    """What stories about refusals do."""

    def __init__(self, api: UsersApi) -> None:
        self.malformed_requests = MalformedRequests(api)
