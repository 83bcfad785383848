"""A file that others read is there as a whole or not at all, whoever is killed while it is written."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from support.command_line.files import write_whole

KILLED = """
import os, pathlib, signal, sys
from support.command_line.files import write_whole

write = pathlib.Path.write_text

def write_a_part(file, text, **options):
    write(file, text[: len(text) // 2], **options)
    os.kill(os.getpid(), signal.SIGKILL)

pathlib.Path.write_text = write_a_part
write_whole(pathlib.Path(sys.argv[1]), "new " * 1000)
"""


def test_who_is_killed_while_writing_leaves_the_file_before(tmp_path):
    """A shard killed at its end kept the others from being put together: half its facts stood there."""
    file = tmp_path / "shard.json"
    write_whole(file, "old")
    ended = subprocess.run([sys.executable, "-c", KILLED, str(file)], check=False)  # noqa: S603 - this interpreter
    assert ended.returncode == -signal.SIGKILL
    assert file.read_text(encoding="utf-8") == "old"


def test_what_cannot_be_written_leaves_no_draft(tmp_path):
    """Half a character cannot be written as UTF-8."""
    file = tmp_path / "history.jsonl"
    write_whole(file, "old")
    with pytest.raises(UnicodeEncodeError):
        write_whole(file, "\ud800")
    assert list(tmp_path.iterdir()) == [file]
    assert file.read_text(encoding="utf-8") == "old"
