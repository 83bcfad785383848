"""C15: mistakes in options, variables, `.env`, profiles and folders: one line and exit 4."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

from ci.trials.conditions.checks import FEW, ends_with, few, is_brief, judge, lines_of, shell, tells
from ci.trials.conditions.endings import MOUNT, judge_unmeasured
from ci.trials.reference import TrialService

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ci.trials.conditions.rows import Row

EXPECTED = "4, one line that names it"
# What pytest and its other plugins check themselves is told with their usage.
PYTESTS = ("-n=x", "--maxfail=x", "--dist=nonsense")
OPTIONS = (
    *("--bound=-1", "--bound=inf", "--bound=nan", "--bound=1e9", "--bound=x", "--bound=", "--seed=-1"),
    *("--seed=1.5", "--explore=-1", "--explore=inf", "--weather=sunny", "--residents=-1", "--residents=x"),
    *("--target=refrence", "--target=no/such.toml", "--target=features", "-n=-1"),
    *("--reports=pyproject.toml", "--alluredir=pyproject.toml", "--junitxml=pyproject.toml/x.xml"),
    "--max-worker-restart=x",
    *PYTESTS,
)
VARIABLES: dict[str, dict[str, str]] = {
    "SEED": {"SEED": "x"},
    "SEED ": {"SEED": "-1"},
    "TARGET": {"TARGET": "refrence"},
    "REDIS_URL": {"REDIS_URL": "redis"},
    "REDIS_URL ": {"REDIS_URL": "redis://127.0.0.1:99999/0"},
    "REDIS_URL  ": {"REDIS_URL": "http://127.0.0.1:6379"},
    "BASE_URL": {"BASE_URL": "127.0.0.1:80"},
    "BASE_URL ": {"BASE_URL": "http://"},
    "BASE_URL  ": {"BASE_URL": "http://127.0.0.1:99999"},
    "BASE_URL   ": {"BASE_URL": "http://[::1"},
    "BASE_URL    ": {"BASE_URL": "http://a b/"},
    "BASE_URL     ": {"BASE_URL": "file:///etc/passwd"},
}
PROFILES: dict[str, tuple[str, tuple[str, ...]]] = {
    "a status of 99999": ("accepted = { delete = [99999] }", ("accepted.delete",)),
    "a status of 0": ("accepted = { create = [0] }", ("accepted.create",)),
    "an empty list of statuses": ("accepted = { delete = [] }", ("accepted.delete",)),
    "a negative limit": ("limits = { name = -1 }", ("limits.name",)),
    "a limit of 0": ("limits = { email = 0 }", ("limits.email",)),
    "a time-out of 0": ("timeouts = { read_s = 0 }", ("timeouts.read_s",)),
    "a negative time-out": ("timeouts = { connect_s = -1 }", ("timeouts.connect_s",)),
    "a time-out that is no number": ("timeouts = { read_s = nan }", ("timeouts.read_s",)),
    "an infinite time-out": ("timeouts = { attempt_s = inf }", ("timeouts.attempt_s",)),
    "an infinite bound": ("bounds = { single_s = inf }", ("bounds.single_s",)),
    "a probability of 7": ("faults = { per_request_probability = 7 }", ("faults.per_request_probability",)),
    "a promise that nobody knows": ('promises = ["uniqe-email"]', ("uniqe-email",)),
    "a key that nobody knows": ("bunds = { single_s = 1 }", ("bunds",)),
    "a text for a list": ('promises = "put"', ("promises",)),
    "a table for a text": ("collection = { a = 1 }", ("collection",)),
    "an empty name of a variable": ('auth = { token = "" }', ("auth.token",)),
    "a weekday that is none": ('[known]\n"DEL-01" = { reason = "x", expires = 2027-02-30 }', ()),
    "three mistakes": (
        'accepted = { delete = [99999] }\nlimits = { name = -1 }\npromises = ["uniqe-email"]',
        ("accepted.delete", "limits.name", "uniqe-email"),
    ),
    "no TOML": ("name = ", ()),
    "a key twice": ('collection = "/a"\ncollection = "/b"', ()),
}  # fmt: skip
HEAD = 'name = "wrong"\nbase_path = "/api/v1"\n'


def mistakes(folder: Path) -> Iterator[Row]:
    """C15: each mistake, of a run that would otherwise begin."""
    for option in OPTIONS:
        name, _, value = option.partition("=")
        ended = few(folder, *((name, value) if name == "-n" else (option,)))
        told = "cannot be written" if name in {"--reports", "--junitxml"} else name.strip("-")
        told = value if name == "--target" else told
        brief = is_brief(ended, 8 if option in PYTESTS else 1)
        yield judge("C15", option, EXPECTED, ended, ends_with(ended, 4), tells(ended, told), brief)
    for name, variables in VARIABLES.items():
        ended = few(folder, variables={"API_TOKEN": "t0k-a1B2a1B2", **variables})
        (given,) = variables.items()
        yield judge("C15", "=".join(given), EXPECTED, ended, ends_with(ended, 4), is_brief(ended),
                    tells(ended, name.strip() if name.strip() != "TARGET" else "target"))  # fmt: skip
    yield from _profiles(folder)
    yield from _files(folder)
    yield from _read_only(folder)


def _profiles(folder: Path) -> Iterator[Row]:
    profile = folder / "wrong.toml"
    with TrialService("--bound", "0.3") as service:
        for condition, (text, told) in PROFILES.items():
            profile.write_text(HEAD + text, encoding="utf-8")
            ended = few(folder, "--target=wrong.toml", variables=service.variables)
            yield judge("C15", f"a profile with {condition}", EXPECTED, ended, ends_with(ended, 4),
                        tells(ended, "wrong.toml", *told), is_brief(ended))  # fmt: skip
        profile.write_bytes(HEAD.encode() + b'title = "\xff\xfe"')
        ended = few(folder, "--target=wrong.toml", variables=service.variables)
        yield judge("C15", "a profile that is no UTF-8", EXPECTED, ended, ends_with(ended, 4),
                    tells(ended, "wrong.toml"), is_brief(ended))  # fmt: skip
    profile.unlink()


def _files(folder: Path) -> Iterator[Row]:
    env = folder / ".env"
    for condition, content in {
        ".env that is no UTF-8": b"API_TOKEN=\xff\xfe\n",
        ".env with a line that is no NAME=value": b"API_TOKEN t0k-a1B2\n",
        ".env in UTF-16": "API_TOKEN=t0k\n".encode("utf-16"),
    }.items():
        env.write_bytes(content)
        ended = few(folder)
        shown = "the line is shown" if "t0k-a1B2" in ended.said else ""
        yield judge(
            "C15",
            condition,
            EXPECTED,
            ended,
            ends_with(ended, 4),
            tells(ended, ".env"),
            is_brief(ended),
            shown,
        )
    env.unlink()
    for name in ("allure-results", ".acceptance", "reports"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).write_text("mine", encoding="utf-8")
        ended = few(folder)
        lost = "" if (folder / name).read_text(encoding="utf-8") == "mine" else "it was changed"
        yield judge(
            "C15",
            f"{name} is a file",
            EXPECTED,
            ended,
            ends_with(ended, 4),
            tells(ended, name),
            is_brief(ended),
            lost,
        )
        (folder / name).unlink()


def _read_only(folder: Path) -> Iterator[Row]:
    """Mount the checkout over itself, for reading."""
    condition = "a read-only checkout"
    if subprocess.run([*MOUNT, "true"], check=False, capture_output=True).returncode:  # noqa: S603
        yield judge_unmeasured("C15", condition, EXPECTED)
        return
    stories = " ".join(word for word in FEW if " " not in word).replace("-k", "")
    line = (
        f"touch said.txt; mount --bind . . && mount -o remount,bind,ro . && cd $PWD && "
        f"exec $PYTHON -B -m pytest {stories}"
    )
    ended = shell(folder, f"{' '.join(MOUNT)} bash -c '{line}'", {})
    brief = "" if len(lines_of(ended)) <= 3 else f"{len(lines_of(ended))} lines"
    yield judge("C15", condition, EXPECTED, ended, ends_with(ended, 4), brief)
