# ruff: noqa: RUF001 - the marks of what is hidden
"""What a command says passes the redactor, whoever formatted it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from support.secrets import REDACTOR
from support.secrets.output import redacted_output
from support.users.validators import clip

SECRET = "0utput-Zk3x9QvLw8aP"
CRASHES = f"""
from support.secrets import REDACTOR
from support.secrets.output import redacted_output

@redacted_output()
def main():
    REDACTOR.register({SECRET!r}, "SECRET")
    raise ValueError("0utput-Zk3x" + "9QvLw8aP")

main()
"""


@pytest.fixture(autouse=True)
def _known() -> None:
    REDACTOR.register(SECRET, "SECRET")


def test_what_is_printed_is_redacted(capsys: pytest.CaptureFixture[str]) -> None:
    """On both streams; afterwards they are the old ones."""
    before = sys.stdout, sys.stderr, sys.excepthook
    with redacted_output():
        print(f"out {SECRET}")  # noqa: T201
        sys.stderr.write(f"err {SECRET}\n")
        sys.stderr.writelines([f"{SECRET[:12]}\n", f"{SECRET[12:]}\n"])
        assert sys.stdout.encoding == before[0].encoding
    assert (sys.stdout, sys.stderr, sys.excepthook) == before
    said = capsys.readouterr()
    assert said.out == "out ‹SECRET›\n"
    assert said.err == "err ‹SECRET›\n‹SECRET›\n"


def test_a_command_that_crashes_says_no_secret() -> None:
    """Not in the traceback of what nobody catches."""
    done = subprocess.run([sys.executable, "-c", CRASHES], capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 1
    assert "ValueError: ‹SECRET›" in done.stderr


@pytest.mark.parametrize("length", [10, 18, 30, 60])
def test_a_clip_hides_before_it_cuts(length: int) -> None:
    """No half of a secret is left beside the dots."""
    shown = clip(f"the password {SECRET} is not right", length)
    assert not any(SECRET[at : at + 4] in shown for at in range(len(SECRET) - 3))
    assert len(shown) <= length
