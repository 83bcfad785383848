"""What a service says of itself in an OpenAPI document, held against what it does.

Responsible for making up requests that the document allows, and some that it forbids, and for holding each
answer against it. schemathesis does both, and the client of the suite sends them: with its credentials, its
retries of passing faults, its journal and history. Only operations that the profile names are asked for, and
never what has become of a user, so that neither lag nor weather is a finding. An extra:
`pip install '.[openapi]'`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.errors import Inconclusive, StoryError, UnexpectedContent

if TYPE_CHECKING:
    from support.behaviours.openapi.asking import Asked
    from support.cast import People
    from support.convergence import Observer
    from support.target.sending.operations import OperationName

__all__ = ["PURPOSES", "Description"]

# What a story asks by, as its sentences word it, and which operation of the profile that is.
PURPOSES: dict[str, OperationName] = {
    "create users": "create",
    "look up a user": "look_up",
    "replace a user": "replace",
    "change a user": "change",
    "delete users": "delete",
    "list users": "list",
}
LONGEST = 400  # characters of what is told of one answer


class Description:
    """The document of a target; `requests` are made up of each operation, by chance and by `seed`."""

    def __init__(self, observer: Observer, people: People, requests: int, seed: int) -> None:
        self._observer = observer
        self._people = people
        self._requests = requests
        self._seed = seed

    def ask(self, purpose: str) -> Asked:
        """Send what the document describes for a purpose.

        Raises NotApplicable where it has no such operation, Inconclusive for a document that cannot be had,
        and ConfigurationError for one that is none.
        """
        # Only where it is asked for: both take a second to load.
        from support.behaviours.openapi.asking import Asking  # noqa: PLC0415
        from support.behaviours.openapi.document import open_document  # noqa: PLC0415

        if purpose not in PURPOSES:
            raise StoryError(f"no story may ask to {purpose}; it may ask to: {'; '.join(PURPOSES)}")
        operation = open_document(self._observer.api).operation(PURPOSES[purpose])
        return Asking(self._observer, self._people).ask(operation, self._requests, f"{self._seed}:{purpose}")

    @staticmethod
    def is_kept(asked: Asked) -> None:
        """Require that every answer was as the document says; one that could not be had says nothing."""
        if asked.findings:
            first = asked.findings[0]
            more = len(asked.findings) - 1
            others = f"; {more} more of {asked.sent} answers were not either" if more else ""
            raise UnexpectedContent(
                "every answer is as the OpenAPI document of the service says",
                f"{first.said[:LONGEST]}{others}",
                evidence=[first.operation],
                check=first.check,
            )
        if asked.sent <= 2 * len(asked.doubts):
            reason = asked.doubts[-1] if asked.doubts else "nothing could be made up of it"
            raise Inconclusive(f"too little of the OpenAPI document could be tried: {reason}")
