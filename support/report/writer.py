"""What writes Allure's files: nothing that is registered as a secret, and nothing that nobody reads.

Takes the place of allure-pytest's own writer, so that every string of every result and every attachment
passes here, whoever made it. A full disk is a problem to report, not an exception in the middle of a story.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

import allure_commons
from allure_commons.logger import AllureFileLogger

from support.redaction import REDACTOR

if TYPE_CHECKING:
    from collections.abc import Callable

    from allure_commons.model2 import Globals, TestResult, TestResultContainer


class GuardedWriter(AllureFileLogger):
    """Writes results and attachments with their secrets hidden; `problem` says why it could not.

    Containers are left out unless a fixture of theirs has steps or attachments: allure-pytest makes one for
    each look-up of a fixture, nine for a story.
    """

    problem = ""

    @classmethod
    def take_over(cls) -> GuardedWriter | None:
        """Put this class in the place of the writer that allure-pytest registered; None without one."""
        manager = allure_commons.plugin_manager
        for plugin in manager.get_plugins():
            if isinstance(plugin, AllureFileLogger):
                if not isinstance(plugin, cls):
                    # The same object, since allure-pytest unregisters by identity when it ends.
                    manager.unregister(plugin)
                    plugin.__class__ = cls
                    manager.register(plugin)
                return cast("GuardedWriter", plugin)
        return None

    @allure_commons.hookimpl
    def report_result(self, result: TestResult) -> None:
        """Write a story's result."""
        self._write_item(result)

    @allure_commons.hookimpl
    def report_container(self, container: TestResultContainer) -> None:
        """Write what a fixture did, if it did anything that people read."""
        if any(part.steps or part.attachments for part in (*container.befores, *container.afters)):
            self._write_item(container)

    @allure_commons.hookimpl
    def report_globals(self, globals_item: Globals) -> None:
        """Write what belongs to the run as a whole."""
        self._write_item(globals_item)

    @allure_commons.hookimpl
    def report_attached_file(self, source: str, file_name: str) -> None:
        """Write a file as an attachment."""
        self._try(lambda: self._write_body(Path(source).read_bytes(), file_name))

    @allure_commons.hookimpl
    def report_attached_data(self, body: str | bytes, file_name: str) -> None:
        """Write a text or bytes as an attachment."""
        self._try(lambda: self._write_body(body, file_name))

    def _write_item(self, item: Any) -> None:
        name = item.file_pattern.format(prefix=uuid4())
        text = redact_json(json.dumps(item, default=_members, ensure_ascii=False))

        def write() -> None:
            # Whole or not at all: report makers choke on halves. Half a character becomes a JSON escape.
            unfinished = self._report_dir / f"{name}.tmp"
            unfinished.write_text(text, encoding="utf-8", errors="backslashreplace")
            unfinished.replace(self._report_dir / name)

        self._try(write)

    def _write_body(self, body: str | bytes, name: str) -> None:
        raw = body.encode("utf-8", "backslashreplace") if isinstance(body, str) else body
        text = raw.decode("utf-8", "surrogateescape")
        hidden = REDACTOR.text(text)
        if hidden is not text:
            raw = hidden.encode("utf-8", "surrogateescape")
        (self._report_dir / name).write_bytes(raw)

    def _try(self, write: Callable[[], None]) -> None:
        """Write, once the first failure is noted in vain."""
        if self.problem:
            return
        try:
            write()
        except OSError as error:
            self.problem = f"results cannot be written: {error.strerror or error} ({self._report_dir})"


def redact_json(text: str) -> str:
    """Hide the secrets in a JSON document, which stays one."""
    if REDACTOR.text(text) is text:
        return text
    return json.dumps(REDACTOR.structure(json.loads(text), by_name=False), ensure_ascii=False)


def write_facts(folder: Path, name: str, facts: dict[str, str], allowed: frozenset[str]) -> None:
    """Write a file of `name=value` lines for the report's front page: only what is on the list.

    Raises OSError when it cannot be written.
    """
    lines = [f"{key}={REDACTOR.text(value)}" for key, value in facts.items() if key in allowed]
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _members(item: Any) -> Any:
    """Give the members of a part of a result that say something."""
    try:
        return {name: value for name, value in vars(item).items() if value or value is False}
    except TypeError:
        return str(item)
