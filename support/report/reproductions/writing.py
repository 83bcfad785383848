"""Writes a plan as a script of its own: the data on top, then the machinery, the same in all of them."""

from __future__ import annotations

import pprint
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from support.secrets import REDACTOR

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).parent / "script"
MODULES = ("symbols", "answers", "described", "checks", "pages", "player", "standalone")
LINE = 106
OWN_IMPORT = re.compile(r"^ *from support\.[\w.]+ import (\([^)]*\)|[^\n]*)\n", re.MULTILINE)
HEAD = '''"""{title}

{description}

Run it with Python 3.11 or later and `requests`:

    pip install requests
    {command}

Exit codes: 1 the service has the fault, 0 it is mended, 2 cannot be told. The users that it creates are its
own, and it deletes them.
"""

from __future__ import annotations

# What is sent, in this order, and what must hold of the answers. Between \u00ab and \u00bb stands what is new
# in each attempt (marks, keys, passwords), what an earlier answer has told (ids, versions), or the value of a
# variable.
PLAN = {plan}

'''


class HoldsSecret(Exception):
    """A text that was about to be written holds a registered secret."""


def write_script(title: str, description: str, command: str, plan: Mapping[str, Any]) -> str:
    """Return the script; raises HoldsSecret rather than give one away."""
    data = pprint.pformat(dict(plan), width=LINE, sort_dicts=False)
    head = HEAD.format(
        title=_quiet(title), description=_quiet(description), command=_quiet(command), plan=data
    )
    text = head + "\n\n".join(_module(name) for name in MODULES)
    return checked(text.replace("sys.exit(main({}))", "sys.exit(main(PLAN))"))


def checked(text: str) -> str:
    """Return a text that holds no registered secret; raises HoldsSecret."""
    text = text.encode("utf-8", "backslashreplace").decode()
    if REDACTOR.text(text) is not text:
        raise HoldsSecret
    return text


def _quiet(text: str) -> str:
    """Return a text as a docstring can hold it."""
    return (
        text.replace("\\", "\\\\").replace('"""', "'''").strip().encode("utf-8", "backslashreplace").decode()
    )


def _module(name: str) -> str:
    """Return a module of the machinery without what holds it together in the project."""
    text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    text = re.sub(r'\A""".*?"""\n', "", text, flags=re.DOTALL)
    text = OWN_IMPORT.sub("", text)
    text = text.replace("from __future__ import annotations\n", "")
    text = re.sub(r"  # noqa: .*", "", text)
    # What only type checkers import may be gone altogether.
    text = re.sub(r"if TYPE_CHECKING:\n(?=\n|\Z)", "", text)
    return text.strip() + "\n"
