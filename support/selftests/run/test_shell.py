"""The client is of use in a Python shell, in the lines that the README shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from support.errors import ConfigurationError
from support.run.shell import connect
from support.runner.embedded import EmbeddedService
from support.target.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def service() -> Iterator[EmbeddedService]:
    made = EmbeddedService("support.reference", ["API_TOKEN"], ["--weather", "calm"])
    yield made
    made.stop()


def test_the_lines_of_the_readme_work(
    service: EmbeddedService, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    [lines] = [block for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "connect" in block]
    assert len([line for line in lines.splitlines() if line]) == 5
    for name, value in {"BASE_URL": service.base_url, **service.tokens}.items():
        monkeypatch.setenv(name, value)
    names: dict[str, Any] = {}
    exec(lines.replace('"staging.toml"', '"reference"'), names)  # noqa: S102 - our own lines
    said = capsys.readouterr().out
    assert said.count("create user Ada") >= 1
    assert "delete user Ada" in said
    assert service.tokens["API_TOKEN"] not in said
    shell = names["service"]
    folder = shell._run.folder
    assert folder.exists()
    shell.close()
    assert not folder.exists()


def test_what_is_missing_is_said_and_nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BASE_URL", "http://127.0.0.1:1")
    monkeypatch.delenv("API_TOKEN", raising=False)
    with pytest.raises(ConfigurationError, match="API_TOKEN is not set"):
        connect("reference")
