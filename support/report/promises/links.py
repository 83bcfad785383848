"""Where the report shows a story: `index.html` names a result by a digest of its id."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from support.report.story import with_example

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from support.report.promises.clauses import Scenario

REPORT = "index.html"
_Key = tuple[str, str, str]


class ReportLinks:
    """The addresses of a run's stories as seen from the report's folder; none where there is no report."""

    def __init__(self, results: Path, report: Path) -> None:
        self.has_report = (report / REPORT).is_file()
        self._digests: dict[_Key, list[tuple[str, str]]] = {}
        # What the builder says that it shows: should it name results otherwise one day, no link is dead.
        shown = report / "test-results.json"
        if self.has_report and shown.is_file():
            known = json.loads(shown.read_text(encoding="utf-8"))["byId"]
            for file in results.glob("*-result.json"):
                self._add(json.loads(file.read_text(encoding="utf-8")), known)

    def of(self, story: Scenario) -> str | None:
        """Return the address of a story, None where the report does not show it."""
        for name, digest in self._digests.get(_key(story["feature"], story["rule"], story["example"]), ()):
            if name == with_example(story["title"], story["example"]):
                return f"{REPORT}#{digest}"
        return None

    def _add(self, result: dict[str, Any], known: Mapping[str, Any]) -> None:
        labels = {label["name"]: label["value"] for label in result.get("labels", [])}
        example = {each["name"]: each.get("value", "") for each in result.get("parameters", [])}
        key = _key(labels.get("feature", ""), labels.get("story", ""), example)
        digest = hashlib.md5(result["uuid"].encode(), usedforsecurity=False).hexdigest()
        if digest in known:
            self._digests.setdefault(key, []).append((result["name"], digest))


def _key(feature: str, rule: str, example: Mapping[str, str]) -> _Key:
    return feature, rule, json.dumps(example, sort_keys=True)
