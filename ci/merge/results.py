"""The files of several shards as those of one run: Allure results, JUnit, lines of history and log, scripts.

Of a story that several shards tell of, as the audit of each, the worst telling stays; what a shard left to
another is left out.
"""

from __future__ import annotations

import json
import shutil
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

import allure_commons

from support.report.reproductions.reproducer import FOLDER as REPRODUCTIONS
from support.runner.results import scripts_in
from support.runner.shards.stories import LEFT_TO_THE_LAST
from support.secrets import REDACTOR

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

WORST_FIRST = ("failed", "broken", "skipped", "passed")  # as Allure calls them
FACTS = ("environment.properties", "executor.json", "categories.json")
COUNTS = ("tests", "errors", "failures", "skipped")
MOMENTS = ("sent_at", "answered_at")


class RunFacts:
    """Writes what belongs to no story into Allure's results, as allure-pytest does in a run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._attachments: list[dict[str, str]] = []
        self._errors: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        allure_commons.plugin_manager.register(self)
        return self

    def __exit__(self, *_: object) -> None:
        allure_commons.plugin_manager.unregister(self)
        if self._attachments or self._errors:
            text = json.dumps({"attachments": self._attachments, "errors": self._errors}, ensure_ascii=False)
            (self._folder / f"{uuid4()}-globals.json").write_text(REDACTOR.document(text), encoding="utf-8")

    @allure_commons.hookimpl
    def global_attach_data(self, body: str, name: str, attachment_type: str, extension: str) -> None:
        """Write an attachment of the run."""
        source = f"{uuid4()}-attachment.{extension}"
        (self._folder / source).write_text(body, encoding="utf-8")
        self._attachments.append({"name": name, "source": source, "type": attachment_type})

    @allure_commons.hookimpl
    def global_error(self, message: str) -> None:
        """Note what was wrong with the run."""
        self._errors.append({"message": message})


def merge_allure(folders: Sequence[Path], into: Path) -> None:
    """Copy the results of stories, with what is attached to them; raises OSError."""
    chosen: dict[str, tuple[int, Path, dict[str, Any]]] = {}
    for file in (file for folder in folders for file in sorted(folder.glob("*-result.json"))):
        result = json.loads(file.read_text(encoding="utf-8"))
        if LEFT_TO_THE_LAST in (result.get("statusDetails") or {}).get("message", ""):
            continue
        key = result.get("historyId") or file.name
        badness = WORST_FIRST.index(result["status"]) if result.get("status") in WORST_FIRST else 0
        if key not in chosen or badness < chosen[key][0]:
            chosen[key] = (badness, file, result)
    for _, file, result in chosen.values():
        _copy(file, result, into)
    for folder in folders:
        for file in folder.glob("*-container.json"):
            _copy(file, json.loads(file.read_text(encoding="utf-8")), into)
        for name in FACTS:
            if (folder / name).is_file() and not (into / name).exists():
                shutil.copyfile(folder / name, into / name)


def _copy(file: Path, content: dict[str, Any], into: Path) -> None:
    """Copy a file of Allure's with what it attaches."""
    shutil.copyfile(file, into / file.name)
    for source in _sources(content):
        if (file.parent / source).is_file():
            shutil.copyfile(file.parent / source, into / source)


def merge_junit(files: Iterable[Path], into: Path) -> None:
    """Write one suite with the test cases of all; raises OSError, or ParseError for what is no XML."""
    root = ET.Element("testsuites", name="pytest tests")
    whole = ET.SubElement(root, "testsuite", name="pytest")
    cases: dict[tuple[str | None, str | None], ET.Element] = {}
    seconds = 0.0
    for file in files:
        for suite in ET.parse(file).getroot().iter("testsuite"):  # noqa: S314 - our own file
            seconds = max(seconds, float(suite.get("time", 0)))
            for name in ("timestamp", "hostname"):
                whole.set(name, min(filter(None, (whole.get(name), suite.get(name))), default=""))
            for properties in suite.findall("properties"):
                if whole.find("properties") is None:
                    whole.append(properties)
            for case in suite.findall("testcase"):
                if _is_left(case):
                    continue
                key = (case.get("classname"), case.get("name"))
                if key not in cases or _badness(case) < _badness(cases[key]):
                    cases[key] = case
    whole.extend(cases.values())
    kinds = {"tests": "testcase", "errors": "error", "failures": "failure", "skipped": "skipped"}
    for name in COUNTS:
        whole.set(name, str(sum(1 for _ in whole.iter(kinds[name]))))
    whole.set("time", f"{seconds:.3f}")
    ET.ElementTree(root).write(into, encoding="utf-8", xml_declaration=True)


def merge_lines(files: Iterable[tuple[Path, float]], into: Path) -> None:
    """Append lines of JSON; moments of a machine's own clock become those of the epoch [s]."""
    with into.open("w", encoding="utf-8") as out:
        for file, ahead_s in files:
            if not file.is_file():
                continue
            with file.open(encoding="utf-8") as lines:
                for line in lines:
                    out.write(_shift(line, ahead_s))


def merge_scripts(folders: Iterable[Path], into: Path) -> None:
    """Copy the scripts that reproduce broken promises."""
    for folder in folders:
        for file in scripts_in(folder):
            (into / REPRODUCTIONS).mkdir(parents=True, exist_ok=True)
            shutil.copy(file, into / REPRODUCTIONS / file.name)


def _sources(part: Any) -> Iterator[str]:
    """Return the names of all files that are attached anywhere in a result."""
    if isinstance(part, dict):
        if isinstance(part.get("source"), str):
            yield part["source"]
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from _sources(each)


def _is_left(case: ET.Element) -> bool:
    skipped = case.find("skipped")
    return skipped is not None and LEFT_TO_THE_LAST in (skipped.get("message") or "")


def _badness(case: ET.Element) -> int:
    return next((n for n, tag in enumerate(("failure", "error", "skipped")) if case.find(tag) is not None), 3)


def _shift(line: str, ahead_s: float) -> str:
    if MOMENTS[0] not in line:
        return line
    try:
        facts = json.loads(line)
    except ValueError:
        return line  # torn by a crash
    facts.update({name: round(facts[name] + ahead_s, 6) for name in MOMENTS if name in facts})
    return json.dumps(facts, separators=(",", ":")) + "\n"
