"""What four shards say, against what one run says: `python -m ci.trials.shards`.

The whole suite once in one run, once as four runs of their own that meet in a Redis, and once more with one
of them killed in its middle; the service is asked how many users there are, before and after each. Exit code
1 where a story has another verdict than in the one run, somebody is left, or the killed shard takes with it
more than stories of its own. It needs `redis-server` on the PATH.
"""

from __future__ import annotations

import argparse
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ci.proof.catalogue import profile_for
from ci.proof.runner import to_toml
from ci.trials.processes import kill_all
from ci.trials.projects import copy_project
from ci.trials.reference import TrialService
from ci.trials.runs import environment, suite
from ci.trials.tables import write_row, write_table
from support.runner.shards.manifest import FILE, read_manifest
from support.target.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

BOUND_S = 2.0
SHARDS = 4
WHOLE, TOGETHER, KILLS = "one run", "four shards", "four shards, one killed"
KILLED = 2  # the number of the shard that is killed
HEAD = ("run", "stories", "verdicts", "other verdicts", "not run", "left", "seconds", "ok")
STARTS_WITHIN_S = 10.0
KILLED_AFTER = 30  # lines of its log

Verdicts = dict[str, str]  # by story and example


@contextmanager
def redis() -> Iterator[str]:
    """Run a Redis that keeps nothing; yields its URL."""
    program = shutil.which("redis-server")
    if program is None:
        raise SystemExit("shards meet in a Redis: install redis-server")
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - as found on the PATH
    try:
        deadline = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait()


def verdicts_in(folder: Path) -> tuple[Verdicts, list[str]]:
    """Return what a run has said of each story, and which it could not run."""
    summary = json.loads((folder / "reports" / "summary.json").read_text(encoding="utf-8"))
    told = {
        " ".join([*story["ids"], story["title"], *map(str, story["example"].values())]): story["verdict"]
        for story in summary["scenarios"]
    }
    return told, summary["not_run"]


def run_whole(folder: Path, variables: Mapping[str, str], seed: int) -> None:
    """Run everything in one run."""
    suite(folder, "-q", "-n8", "--target=shards.toml", f"--seed={seed}", variables=variables).wait()


def run_shards(folders: Sequence[Path], variables: Mapping[str, str], seed: int, *, kills: bool) -> None:
    """Run everything in shards side by side, and put them together in the folder beside them."""
    options = ("-q", "-n2", "--target=shards.toml", f"--seed={seed}", "--run-id=trial")
    running = [
        suite(folder, *options, f"--shard={number}/{len(folders)}", variables=variables)
        for number, folder in enumerate(folders, 1)
    ]
    if kills:
        # What a run has sent stands with the run itself until it ends.
        runs = folders[KILLED - 1] / ".acceptance" / "runs"
        while running[KILLED - 1].process.poll() is None:
            if sum(log.read_bytes().count(b"\n") for log in runs.glob("*/run.jsonl")) >= KILLED_AFTER:
                kill_all(running[KILLED - 1].session)
                break
            time.sleep(0.1)
    for each in running:
        each.wait()
    merged = folders[0].parent / "merged"
    command = [sys.executable, "-m", "ci.merge", *map(str, folders), "--into", str(merged)]
    subprocess.run(command, cwd=ROOT, env=environment(variables), check=False)  # noqa: S603 - our own


def measure(title: str, variables: Mapping[str, str], seed: int, place: Path) -> tuple[Verdicts, list[str]]:
    """Run everything as a row says; returns the verdicts, and the stories that nobody ran."""
    folders = [copy_project(place / str(number)) for number in range(1, SHARDS + 1)]
    for folder in folders:
        (folder / "shards.toml").write_text(to_toml(profile_for([], BOUND_S)), encoding="utf-8")
    if title == WHOLE:
        run_whole(folders[0], variables, seed)
        return verdicts_in(folders[0])
    run_shards(folders, variables, seed, kills=title == KILLS)
    told, not_run = verdicts_in(place / "merged")
    plan = read_manifest(folders[0] / "reports" / FILE).plan
    if strangers := [story for story in not_run if plan[story] != KILLED]:
        print(f"of shards that were not killed: {', '.join(strangers)}")
    return told, not_run


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all three, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m ci.trials.shards", description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    seed = parser.parse_args(arguments).seed
    print(write_table(HEAD, []), flush=True)
    whole: Verdicts = {}
    are_ok = []
    for title in (WHOLE, TOGETHER, KILLS):
        begun = time.monotonic()
        with (
            tempfile.TemporaryDirectory(prefix="shards-") as name,
            redis() as url,
            TrialService(f"--bound={BOUND_S}", "--inspect", "--weather=flaky") as service,
        ):
            before = service.count_users()
            told, not_run = measure(title, {**service.variables, "REDIS_URL": url}, seed, Path(name))
            left = service.count_users() - before
        whole = whole or told
        others = sorted(story for story, verdict in told.items() if whole.get(story) != verdict)
        is_whole = len(told) + len(not_run) == len(whole) and bool(not_run) == (title == KILLS)
        are_ok.append(is_whole and not others and not left)
        counts = ", ".join(f"{number} {verdict}" for verdict, number in Counter(told.values()).most_common())
        figures = (len(told), counts, len(others), len(not_run), left, round(time.monotonic() - begun))
        print(write_row((title, *figures, "yes" if are_ok[-1] else "NO")), flush=True)
        for story in others:
            print(f"{story}: {whole.get(story)} in one run, and {told[story]}")
    return 0 if all(are_ok) else 1


if __name__ == "__main__":
    raise SystemExit(main())
