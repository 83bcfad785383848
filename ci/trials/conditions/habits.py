"""C20 and C21: what people do with any pytest project, and the line that runs one story again."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

from ci.trials.conditions.checks import CREATING, ends_with, few, judge, nobody_left, shell, tells
from ci.trials.conditions.rows import Row
from ci.trials.reference import TrialService
from ci.trials.runs import suite
from support.target.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ci.trials.runs import Ended

AGAIN = "run it alone: "
PROFILE = """
name = "elsewhere"
base_path = "/api/v1"
promises = ["auth", "put", "patch"]
"""


def _stories(ended: Ended) -> list[str]:
    told = ended.summary.get("scenarios", ())
    return [story["title"] for story in told if story["verdict"] != "not_applicable"]


def _broken(ended: Ended) -> list[str]:
    return [story["title"] for story in ended.summary.get("scenarios", ()) if story["verdict"] == "broken"]


def habits(folder: Path) -> Iterator[Row]:
    """C20: selections, paths with blanks, installing, and editors."""
    for option in ("--allure-severities=blocker", "--allure-features=Creating a user", "--allure-ids=REG-01"):
        ended = suite(folder, *CREATING, option, variables={}).wait()
        nothing = "" if _stories(ended) else "nothing selected"
        yield judge("C20", option, "0, some stories", ended, nothing, ends_with(ended, 0), nobody_left(ended),
                    seen=f"{len(_stories(ended))} stories")  # fmt: skip
    elsewhere = folder.parent / "else where"
    elsewhere.mkdir()
    (elsewhere / "x.toml").write_text(PROFILE, encoding="utf-8")
    with TrialService("--bound", "0.3") as service:
        yield from _profiles(folder, elsewhere / "x.toml", service)
    for path in ("features/users/creating_a_user.feature", "features/users", "."):
        ended = suite(folder, path, "-q", "--explore=0", "-k", "an_id_of_their_own", variables={}).wait()
        nothing = "" if _stories(ended) else "nothing found"
        wrong = (ends_with(ended, 0), nobody_left(ended), nothing)
        yield judge("C20", f"pytest {path}", "0, the story runs", ended, *wrong)
    yield _installed(folder)
    yield plain_sentences()


def _profiles(folder: Path, profile: Path, service: TrialService) -> Iterator[Row]:
    """Name a profile that stands elsewhere, in each way that pytest and we offer.

    Without an equals sign pytest takes the path for that of the tests and looks for its configuration there,
    before anything of ours is loaded: it says itself that it knows no `--target`.
    """
    condition = "a profile elsewhere, a blank in its path"
    named: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
        "--target=FILE": ((f"--target={profile}",), {}),
        "--target FILE after features": (("--target", str(profile)), {}),
        "TARGET": ((), {"TARGET": str(profile)}),
    }
    for where, (options, variables) in named.items():
        ended = few(folder, *options, variables={**service.variables, **variables})
        yield judge("C20", f"{condition}: {where}", "0", ended, ends_with(ended, 0), nobody_left(ended))
    before = service.everybody()
    selections: dict[str, tuple[str, ...]] = {
        "and nothing else": (), "and -k": ("-q", "-k", "an_id_of_their_own")
    }  # fmt: skip
    for where, words in selections.items():
        ended = suite(folder, "--target", str(profile), *words, variables=service.variables).wait()
        told = tells(ended, "unrecognized arguments: --target")
        came = "users came" if service.everybody() != before else ""
        expected = "4, told by pytest, nothing sent"
        yield judge(
            "C20", f"{condition}: --target FILE {where}", expected, ended, told, came, ends_with(ended, 4)
        )


def _installed(folder: Path) -> Row:
    """Build the package as `pip install .` does: what it needs is installed, and no module of its own."""
    wheels = folder.parent / "wheels"
    words = (
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--disable-pip-version-check",
        "-w",
        str(wheels),
        ".",
    )
    for name in ("README.md", "LICENSE"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    built = subprocess.run([sys.executable, *words], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    found = sorted(wheels.glob("*.whl")) if wheels.is_dir() else []
    names = zipfile.ZipFile(found[0]).namelist() if found else []
    # It runs from its checkout: `support` and `steps` would be everybody's.
    modules = [name for name in names if name.endswith(".py")]
    seen = f"{len(names)} files" if names else (built.stderr.strip().splitlines() or ["nothing"])[-1][:160]
    seen = f"puts {modules[0]} anywhere" if modules else seen
    is_ok = not built.returncode and bool(names) and not modules
    return Row("C20", "pip wheel .", "0, without any module", is_ok, code=built.returncode, seen=seen)


def plain_sentences() -> Row:
    """Hold the decorators of sentences against what editors understand: a text, or a parser of a text."""
    odd = [
        f"{file.name}:{decorator.lineno}"
        for file in sorted((ROOT / "steps").rglob("*.py"))
        for function in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef)
        for decorator in function.decorator_list
        if isinstance(decorator, ast.Call)
        and getattr(decorator.func, "id", "") in {"given", "when", "then", "step"}
        and not _is_plain(decorator.args[0])
    ]  # fmt: skip
    return Row("C20", "sentences in decorators", "plain texts, or parsers of plain texts", not odd,
               seen=f"{len(odd)} others, {odd[0]} among them" if odd else "all are")  # fmt: skip


def _is_plain(node: ast.expr) -> bool:
    if isinstance(node, ast.Call) and node.args:
        return _is_plain(node.args[0])
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def again(folder: Path) -> Iterator[Row]:
    """C21: the line of a broken promise, pasted into a shell, shows the same again."""
    stories = ("features/users/replacing_a_user.feature", "-q", "--explore=0", "--bound=0.3", "--seed=7")
    elsewhere = folder.parent / "else where.toml"
    shutil.copy(ROOT / "support/target/profiles/reference.toml", elsewhere)
    with TrialService("--bound", "0.3", "--defect", "M28", "--weather", "calm") as service:
        for options in ((), (f"--target={elsewhere}", "-n", "2")):
            words = (*stories, "-k", "replace_the_old_ones or written", *options)
            yield from _pasted(folder, suite(folder, *words, variables=service.variables).wait(), service)


def _pasted(folder: Path, first: Ended, service: TrialService) -> Iterator[Row]:
    expected = "1, the same story with the same seed"
    lines = re.findall(rf"{AGAIN}(.+)", first.said)
    for line in dict.fromkeys(lines[:1] + lines[-1:]):
        ended = shell(folder, line.replace("pytest ", "$PYTHON -m pytest ", 1), service.tokens)
        seed = re.search(r"--seed[= ](\d+)", line)
        is_same = seed is not None and str(ended.summary.get("seed")) == seed[1]
        again = _broken(ended)
        wrong = (
            ends_with(ended, 1),
            "" if len(again) == 1 and again[0] in _broken(first) else f"broken: {again}",
            "a token in the line" if any(token in line for token in service.tokens.values()) else "",
            "" if is_same else "another seed",
        )
        yield judge("C21", line, expected, ended, *wrong)
    if not lines:
        yield judge("C21", "a broken promise", expected, first, tells(first, AGAIN) or "no line to paste")
