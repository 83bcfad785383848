"""C10: the sweep where it cannot see everything: it says what, ends with 10 and keeps the journal.

What a killed run has left is made by hand: users with its mark in two tenants, and the journal that names
them.
"""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ci.trials.conditions.checks import ends_with, judge, tells
from ci.trials.reference import TENANTS, TrialService
from ci.trials.runs import cleanup
from support.cleanup.journal import HEADER, Journal, write_header
from support.users.markers import new_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from ci.trials.conditions.rows import Row

OTHER = TENANTS[1]
JOURNAL = "journal-gw0.jsonl"
EACH = 3  # users in each tenant
KEPT = "10, says what, the journal is kept"
SWEPT = "0, nobody is left"
NO_FACTS = {
    "5": b"5", "null": b"null", '{"foo": 1}': b'{"foo": 1}', "[]": b"[]", "a text": b'"x"', "true": b"true",
    "NaN": b"NaN", "no JSON": b"created u1", "no UTF-8": b"\xff\xfe\x80", "zeros": bytes(64),
    "an empty fact": b"{}", "an id that is none": b'{"created": {"a": 1}, "as": "API_TOKEN", "at": 1}',
    "a caller that is none": b'{"created": "u1", "as": 7, "at": 1}',
    "a moment that is none": b'{"created": "u1", "as": "API_TOKEN", "at": "now"}',
    "nested 100,000 deep": b"[" * 100_000, "a number of 10,000 digits": b"1" * 10_000,
    "half a character": b'{"created": "\\ud83d", "as": "API_TOKEN", "at": 1}',
    "an empty line": b"",
}  # fmt: skip


class Scene:
    """A service with users of a run that was killed, and the folder that the run has left."""

    def __init__(self, folder: Path, service: TrialService, began: datetime | None = None) -> None:
        self.folder = folder
        self.service = service
        self.run = new_run(began)
        self.runs = folder / ".acceptance" / "runs"
        shutil.rmtree(self.runs, ignore_errors=True)
        self.of_run = self.runs / self.run
        self.before = service.everybody()
        self.write_header()
        journal = Journal(self.of_run / JOURNAL)
        for tenant in TENANTS:
            for number in range(EACH):
                mark = f"{self.run}.gw0-{number + 1:05d}"
                body = {"name": f"Ada {mark}", "email": f"ada.{mark}.{tenant[:5].lower()}@example.com"}
                _, _, user = service.ask("POST", service.collection, tenant, body)
                journal.intend(body, tenant)
                journal.created(user["id"], tenant)
                journal.settle([number + 1])
        journal.close()

    def write_header(self, **changed: object) -> None:
        """Write what the run has noted of itself."""
        facts = {"base_url": self.service.base_url, "collection": "/users", "target": "reference", "seed": 1}
        write_header(self.of_run, {**facts, "embedded": False, **changed})

    @property
    def journal(self) -> Path:
        """The file that names the users."""
        return self.of_run / JOURNAL

    @property
    def left(self) -> int:
        """How many of the run's users are there."""
        return len(self.service.everybody().keys() - self.before.keys())


def _append(line: bytes) -> Callable[[Scene], None]:
    def act(scene: Scene) -> None:
        with scene.journal.open("ab") as file:
            file.write(line + b"\n")

    return act


def _unreadable(scene: Scene) -> None:
    """Have a journal that nobody can read, not even the one to whom all is allowed."""
    (scene.of_run / "journal-gw1.jsonl").symlink_to("journal-gw1.jsonl")


def _folder_for_a_journal(scene: Scene) -> None:
    (scene.of_run / "journal-gw1.jsonl").mkdir()


def _folder_for_a_header(scene: Scene) -> None:
    (scene.of_run / HEADER).unlink()
    (scene.of_run / HEADER).mkdir()


def _no_header(scene: Scene) -> None:
    (scene.of_run / HEADER).unlink()


def _truncated_header(scene: Scene) -> None:
    file = scene.of_run / HEADER
    file.write_bytes(file.read_bytes()[:20])


def _header(text: str) -> Callable[[Scene], None]:
    def act(scene: Scene) -> None:
        (scene.of_run / HEADER).write_text(text, encoding="utf-8")

    return act


def _elsewhere(scene: Scene) -> None:
    scene.write_header(base_url="http://127.0.0.1:1/api/v1")


def _named(host: str) -> Callable[[Scene], None]:
    return lambda scene: scene.write_header(base_url=scene.service.base_url.replace("127.0.0.1", host))


def _torn(scene: Scene) -> None:
    """Cut off the last line, as a kill does."""
    scene.journal.write_bytes(scene.journal.read_bytes()[:-10])


# What was done to what the run has left, which variables are not as they were, what the last line must say.
Case = tuple["Callable[[Scene], None] | None", "Mapping[str, str]", tuple[str, ...], str]
CASES: Mapping[str, Case] = {
    "without the second token": (None, {OTHER: ""}, (), OTHER),
    "with a wrong second token": (None, {OTHER: "nobody-s"}, (), OTHER),
    "--all-runs without the second token": (None, {OTHER: ""}, ("--all-runs",), OTHER),
    "run.json lost": (_no_header, {}, (), HEADER),
    "run.json truncated": (_truncated_header, {}, (), HEADER),
    "run.json empty": (_header(""), {}, (), HEADER),
    "run.json holds null": (_header("null"), {}, (), HEADER),
    "run.json holds a list": (_header("[1]"), {}, (), HEADER),
    "run.json names no service": (_header('{"base_url": 5}'), {}, (), HEADER),
    "run.json is a folder": (_folder_for_a_header, {}, (), HEADER),
    "a journal that cannot be read": (_unreadable, {}, (), "journal-gw1.jsonl"),
    "a journal that is a folder": (_folder_for_a_journal, {}, (), "journal-gw1.jsonl"),
    "the run was elsewhere": (_elsewhere, {}, (), "was not looked at"),
    "the service is down": (None, {"BASE_URL": "http://127.0.0.1:1/api/v1"}, (), "journals are kept"),
    **{f"a journal line {name}": (_append(line), {}, (), JOURNAL) for name, line in NO_FACTS.items()},
}
CLEAN: dict[str, Callable[[Scene], None] | None] = {
    "as it was left": None,
    "localhost for 127.0.0.1": _named("localhost"),
    "a torn last line": _torn,
    "more in run.json than is known": lambda scene: scene.write_header(extra=[1]),
}


def sweeps(folder: Path) -> Iterator[Row]:
    """C10: each kind of blindness; and what is none."""
    with TrialService("--bound", "0.3", "--weather", "calm") as service:
        service.settle_strangers()
        for condition, (harm, variables, options, told) in CASES.items():
            yield _blind(Scene(folder, service), condition, harm, variables, options, told)
        for condition, harm in CLEAN.items():
            scene = Scene(folder, service)
            if harm:
                harm(scene)
            ended = cleanup(folder, variables=service.variables)
            left = f"{scene.left} users left" if scene.left else ""
            kept = "the journal is still there" if scene.of_run.exists() else ""
            yield judge(
                "C10",
                condition,
                SWEPT,
                ended,
                ends_with(ended, 0),
                left,
                kept,
                tells(ended, "nothing is left"),
            )
        yield from _all_runs(folder, service)


def _blind(
    scene: Scene, condition: str, harm: Callable[[Scene], None] | None, variables: Mapping[str, str],
    options: tuple[str, ...], told: str,
) -> Row:  # fmt: skip
    if harm:
        harm(scene)
    strangers = scene.before
    ended = cleanup(scene.folder, *options, variables={**scene.service.variables, **variables})
    after = scene.service.everybody()
    touched = sum(after.get(key) != user for key, user in strangers.items())
    wrong = [
        ends_with(ended, 10),
        tells(ended, told),
        f"{touched} users of others touched" if touched else "",
        "says that nothing is left" if ended.last_line == "nothing is left" else "",
        "" if scene.of_run.exists() else "the journal is gone",
    ]
    row = judge("C10", condition, KEPT, ended, *wrong)
    _remove(scene)
    return row


def _remove(scene: Scene) -> None:
    """Delete whom a sweep has left, for the next one."""
    for tenant, user_id in scene.service.everybody().keys() - scene.before.keys():
        scene.service.ask("DELETE", f"{scene.service.collection}/{user_id}", tenant)


def _all_runs(folder: Path, service: TrialService) -> Iterator[Row]:
    """Sweep runs of which there is no journal: an old one, whose users are young, is left alone."""
    scene = Scene(folder, service, datetime.now(UTC) - timedelta(days=2))
    shutil.rmtree(scene.runs)
    ended = cleanup(folder, "--all-runs", variables=service.variables)
    harmed = "" if scene.left == 2 * EACH else f"{2 * EACH - scene.left} of a living run deleted"
    yield judge(
        "C10", "--all-runs beside a run that still creates", "its users are left alone", ended, harmed
    )
    _remove(scene)
