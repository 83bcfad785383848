"""The search for secrets finds what redaction would have missed."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from support.report.audit import main

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = 'audit-t0ken"&%é\\-0123456789abcdef'
PASSWORD = "Pw-acct0abcdzz.gw1-7-\"&%é\\'<+ zz11yy22"


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUDITED_TOKEN", TOKEN)


def test_clean_files_are_clean(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Also emails with a run's mark, binary files and long words."""
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "a.json").write_text('{"email":"ada.acct0abcdzz.gw1-7@example.com"}')
    (tmp_path / "b.bin").write_bytes(bytes(range(256)) * 10)
    (tmp_path / "c.txt").write_text("x" * 101 + "\n?cursor=x4sHIpw\n    Accept: application/json")
    assert main([str(tmp_path)]) == 0
    assert "no secret in 3 files" in capsys.readouterr().out


@pytest.mark.parametrize("secret", [TOKEN, PASSWORD])
@pytest.mark.parametrize("embedded", [False, True])
def test_secrets_are_found_where_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], secret: str, *, embedded: bool
) -> None:
    """In any encoding, embedded or not; the finding says where and not what."""
    shown = json.dumps({"body": json.dumps({"p": secret}), "url": quote(secret), "filling": "x" * 60})
    text = f"<script>d('{base64.b64encode(shown.encode()).decode()}')</script>" if embedded else shown
    (tmp_path / "index.html").write_text(text)
    assert main([str(tmp_path / "index.html")]) == 1
    out = capsys.readouterr().out
    assert "index.html:1:" in out
    assert ("(embedded as base64)" in out) == embedded
    assert "0123456789abcdef" not in out
    assert "zz11yy22" not in out


def test_the_first_place_is_named_with_line_and_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Counted from 1, and how many more there are."""
    (tmp_path / "log.txt").write_text(f"nothing\nAuthorization: {TOKEN}\nagain {TOKEN}\n", encoding="utf-8")
    assert main([str(tmp_path)]) == 1
    assert "log.txt:2:16: AUDITED_TOKEN, and 1 more in this file\n" in capsys.readouterr().out


def test_the_name_of_a_file_is_searched_and_not_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever lists the folder would see it."""
    (tmp_path / TOKEN).write_text("nothing")
    assert main([str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert f"{tmp_path}: AUDITED_TOKEN in the name of a file" in out
    assert "0123456789abcdef" not in out


def test_a_path_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An audit of nothing is no clean audit."""
    assert main([str(tmp_path / "nowhere")]) == 2
    assert "cannot be read: No such file" in capsys.readouterr().err
    assert main([]) == 2


def test_a_coded_secret_is_one_place_although_two_ways_find_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By its coded form, and by what is read out of what is embedded."""
    page = f"<script>d('{base64.b64encode(f'Authorization: Bearer {TOKEN} end'.encode()).decode()}')</script>"
    (tmp_path / "index.html").write_text(page, encoding="utf-8")
    assert main([str(tmp_path)]) == 1
    assert "index.html:1:12: AUDITED_TOKEN (embedded as base64)\n" in capsys.readouterr().out
