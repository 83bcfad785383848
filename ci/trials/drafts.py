"""Probe services that nobody here wrote, and run stories on the drafts: `python -m ci.trials.drafts [NAME]`.

Each service of `ci.trials.services` is started and probed as its users would, with what no look can
tell said beforehand (`BEFOREHAND`). The stories of `features/users` are run with the draft, edited
where its own remarks or the first look of a run ask for it, and the users are looked at from the
service's own side. Prints a row of a table for each and what was broken or inconclusive. Exit code 1
where a draft does not load, a run did not end, or users were left or touched.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ci.trials.services import TOLD, TRIALS, VERDICTS, Run, as_row, compare, run_stories, started, story_of
from ci.trials.views import request
from support.target.settings import REPORTS, ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COLUMNS = (
    "service",
    "said beforehand [lines]",
    "edited [lines]",
    "probe",
    *VERDICTS,
    "seconds",
    "left",
    "touched",
)
STORIES = ("-m", "users", "-n", "2")


@dataclass(frozen=True, slots=True)
class Beforehand:
    """What a person says to a probe: where the users are, how to get in, and a file of what no look tells.

    `edits` are made in the draft: what stands there, and what takes its place.
    """

    path: str = ""
    options: tuple[str, ...] = ("--auth", "none")
    known: str = ""
    shown: str = "{API_TOKEN}"  # what that variable holds, of the trial's credentials
    edits: Mapping[str, str] = field(default_factory=dict)


LOGIN = '[auth]\nscheme = "login"\n'
BEFOREHAND = {
    "django-rest-framework": Beforehand(
        "/users/", ("--auth", "api-key", "--header", "Authorization"), shown="Token {API_TOKEN}"
    ),
    "directus": Beforehand("/users", ("--auth", "bearer")),
    "eve": Beforehand(
        edits={'# "etag",': '"etag",', '# "precondition-required",': '"precondition-required",'}
    ),
    "fastapi-users": Beforehand(
        options=(),
        known=f'{LOGIN}login = {{ request = "POST /auth/jwt/login", body = "form" }}\n'
        '[operations]\ncreate = "POST /auth/register"\nlist = "none"\n',
        shown="admin@example.com:{ADMIN_PASSWORD}",
    ),
    "feathers": Beforehand(),
    "flask-appbuilder": Beforehand(
        "/api/v1/security/users/",
        (),
        f"{LOGIN}[auth.login]\n"
        'request = "POST /login"\n'
        'members = { username = "{user}", password = "{password}", provider = "db" }\n'
        '[sending]\npatch = "put-merges"\n'
        '[sending.extra_on_create]\nlast_name = ""\nroles = [2]\n',
        "admin:{ADMIN_PASSWORD}",
    ),
    "json-server": Beforehand(),
    "json-server-0": Beforehand(),
    "kinto": Beforehand(
        "/v1/buckets/default/collections/users/records",
        ("--auth", "basic"),
        shown="admin:{ADMIN_PASSWORD}",
    ),
    "loopback": Beforehand(),
    "mockapi": Beforehand("/api/v1/users"),
    "mockoon": Beforehand(),
    "parse-server": Beforehand(
        "/parse/users",
        ("--auth", "api-key", "--header", "X-Parse-Master-Key"),
        '[sending]\nsecret_headers = { X-Parse-Application-Id = "PARSE_APPLICATION_ID" }\n'
        'extra_on_create = { username = "{unique}", password = "{password}" }\n',
        "{PARSE_MASTER_KEY}",
    ),
    "scim2-server": Beforehand("/v2/Users", ("--auth", "bearer")),
}


def probe(base_url: str, said: Beforehand, variables: Mapping[str, str], folder: Path) -> int:
    """Have a service probed, in a process of its own, into `draft.toml` of a folder; return its exit code."""
    folder.mkdir(parents=True, exist_ok=True)
    options = list(said.options)
    if said.known:
        (folder / "known.toml").write_text(said.known, encoding="utf-8")
        options += ["--known", str(folder / "known.toml")]
    draft = folder / "draft.toml"
    draft.unlink(missing_ok=True)
    with (folder / "probe.txt").open("w", encoding="utf-8") as told:
        return subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-m", "support.probe", base_url + said.path, *options, "-o", str(draft)],
            cwd=ROOT,
            env={**os.environ, **variables},
            stdout=told,
            stderr=subprocess.STDOUT,
            check=False,
        ).returncode


def edit(draft: Path, edits: Mapping[str, str]) -> None:
    """Edit a draft; raises ValueError for what does not stand there."""
    text = draft.read_text(encoding="utf-8")
    for old, new in edits.items():
        if old not in text:
            raise ValueError(f"{draft}: {old} does not stand there")
        text = text.replace(old, new)
    draft.write_text(text, encoding="utf-8")


def try_draft(name: str, folder: Path, arguments: Sequence[str]) -> Run | None:
    """Probe one service, run the stories on the draft, and print what was seen."""
    trial, said = TRIALS[name], BEFOREHAND[name]
    with started(name, trial) as service:
        variables = {variable: text.format(**service.credentials) for variable, text in trial.tokens.items()}
        if said.options != ("--auth", "none"):
            variables["API_TOKEN"] = said.shown.format(**service.credentials)
        for path, body in trial.residents:
            request(service, path, trial.shown_as, body)
        before = trial.view(service)
        code = probe(service.base_url, said, variables, folder)
        lines = len(said.known.splitlines()), sum(len(new.splitlines()) for new in said.edits.values())
        if code:
            print(as_row((name, *lines, f"exit code {code}", *["-"] * (len(COLUMNS) - 4))), flush=True)
            return None
        edit(folder / "draft.toml", said.edits)
        variables["BASE_URL"] = service.base_url
        ended, summary = run_stories(str(folder / "draft.toml"), variables, folder, arguments)
        run = Run(1, ended, summary, *compare(before, trial.view(service)))
    counts = (summary.get("counts", {}).get(verdict, "-") for verdict in VERDICTS)
    seconds = round(summary.get("seconds", 0))
    print(as_row((name, *lines, "a draft", *counts, seconds, run.left, run.touched)), flush=True)
    return run


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the draft of each service, or of those that are named."""
    parser = argparse.ArgumentParser(prog="python -m ci.trials.drafts", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"default: {', '.join(sorted(BEFOREHAND))}")
    parser.add_argument("--to", type=Path, default=REPORTS / "drafts", help="the folder of the results")
    chosen, further = parser.parse_known_args(arguments)
    if unknown := sorted(set(chosen.names) - BEFOREHAND.keys()):
        parser.error(f"nothing is known of {', '.join(unknown)}; there are: {', '.join(sorted(BEFOREHAND))}")
    print(as_row([column.replace("_", " ") for column in COLUMNS]), as_row(["---"] * len(COLUMNS)), sep="\n")
    runs = {}
    for name in chosen.names or sorted(BEFOREHAND):
        runs[name] = try_draft(name, (chosen.to / name).resolve(), further or STORIES)
    for name, run in runs.items():
        for told in run.summary.get("scenarios", ()) if run else ():
            if told["verdict"] in TOLD:
                reason = str(told["reason"]).partition("\n")[0]
                print(f"{name}: {told['verdict']} {' '.join(story_of(told)).strip()}: {reason}")
    return int(not all(run is not None and run.is_clean for run in runs.values()))


if __name__ == "__main__":
    raise SystemExit(main())
