"""What writes Allure's files: nothing that is registered as a secret, and nothing that nobody reads.

Takes the place of allure-pytest's own writer, so that every string of every result and every attachment
passes here, wherever it was made. What is written was hidden before; making files is the work of a thread of
its own, one story behind at most. A full disk is a problem to report, not an exception in the middle of a
story.
"""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

import allure_commons
from allure_commons.logger import AllureFileLogger

from support.secrets import REDACTOR

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future

    from allure_commons.model2 import Globals, TestResult, TestResultContainer


class GuardedWriter(AllureFileLogger):
    """Writes results and attachments with their secrets hidden; `problem` says why it could not.

    Attachments wait for the result that they belong to; `flush`, which the guard calls when a session ends,
    waits for everything, and the interpreter does not end before the thread has.

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
                    cast("GuardedWriter", plugin).start()
                    manager.register(plugin)
                return cast("GuardedWriter", plugin)
        return None

    def start(self) -> None:
        """Begin with nothing to write."""
        self._thread = ThreadPoolExecutor(1, "allure-writer")
        self._waiting: list[tuple[str, bytes]] = []
        self._written: Future[None] | None = None

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
        try:
            self._keep_body(Path(source).read_bytes(), file_name)
        except OSError as error:
            self._note(error)

    @allure_commons.hookimpl
    def report_attached_data(self, body: str | bytes, file_name: str) -> None:
        """Write a text or bytes as an attachment."""
        self._keep_body(body, file_name)

    def flush(self) -> None:
        """Wait until everything is written."""
        self._hand_over()
        self._hand_over()

    def _write_item(self, item: Any) -> None:
        text = REDACTOR.document(json.dumps(item, default=_members, ensure_ascii=False))
        # Half a character becomes a JSON escape.
        self._waiting.append(
            (item.file_pattern.format(prefix=uuid4()), text.encode("utf-8", "backslashreplace"))
        )
        self._hand_over()

    def _keep_body(self, body: str | bytes, name: str) -> None:
        raw = body.encode("utf-8", "backslashreplace") if isinstance(body, str) else body
        text = raw.decode("utf-8", "surrogateescape")
        hidden = REDACTOR.text(text)
        if hidden is not text:
            raw = hidden.encode("utf-8", "surrogateescape")
        self._waiting.append((name, raw))

    def _hand_over(self) -> None:
        """Have what waits written, once what was handed over before is."""
        if self._written is not None:
            self._written.result()
        files, self._waiting = self._waiting, []
        self._written = self._thread.submit(self._write, files) if files else None

    def _write(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Write files in their order, until the first failure is noted."""
        try:
            for name, body in files if not self.problem else ():
                _write_file(f"{self._report_dir}/{name}", body)
        except OSError as error:
            self._note(error)

    def _note(self, error: OSError) -> None:
        self.problem = self.problem or (
            f"results cannot be written: {error.strerror or error} ({self._report_dir})"
        )


def _write_file(path: str, body: bytes) -> None:
    """Write a file; one of Allure's own whole or not at all, since report makers choke on parts."""
    draft = f"{path}.tmp" if path.endswith(".json") else path
    # At half the cost of a file object.
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    try:
        while body:
            body = body[os.write(handle, body) :]
    finally:
        os.close(handle)
    if draft is not path:
        Path(draft).replace(path)


def write_facts(folder: Path, name: str, facts: dict[str, str], allowed: frozenset[str]) -> None:
    """Write a file of `name=value` lines for the report's front page: only what is on the list.

    Raises OSError when it cannot be written.
    """
    lines = [f"{key}={REDACTOR.text(value)}" for key, value in facts.items() if key in allowed]
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _members(item: Any) -> Any:
    """Return the members of a part of a result that say something."""
    try:
        return {name: value for name, value in vars(item).items() if value or value is False}
    except TypeError:
        return str(item)
