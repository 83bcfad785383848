"""A copy of the project, in which a trial may break what it likes and leave what it likes."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from support.target.settings import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PARTS = ("features", "steps", "support", "conftest.py", "pyproject.toml")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "selftests")


def copy_project(folder: Path) -> Path:
    """Copy what a run needs into a folder, and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, folder / part, ignore=LEFT_OUT)
        else:
            shutil.copy(ROOT / part, folder / part)
    return folder
