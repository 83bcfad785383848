"""Run the stories against a service that nobody here wrote: `python -m ci.trials.services NAME [--runs 3]`.

NAME is a folder of `ci/targets` and a shipped profile. The service is started with credentials of this
trial, and its users are looked at before and after each run from its own side (`ci.trials.views`). What a
run leaves to reproduce what was broken is run against the service as well, each script alone. Prints a
row of a table for each run, what was broken or inconclusive, what the scripts said, and the stories whose
verdicts differ between runs. Exit code 1 where they do, or where a run did not end or did not leave the
users as they were. Further arguments go to pytest.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ci.trials.views import Service, ShownAs, basic, bearer, everywhere, listed, named, request, tabled
from support.http.authentication.credentials import credentials_for
from support.target import load_target
from support.target.settings import REPORTS, ROOT, resolve_base_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ci.trials.views import Users
    from support.target import Target

VERDICTS = ("kept", "broken", "inconclusive", "not_applicable")
COLUMNS = ("run", *VERDICTS, "seconds", "left", "touched")
TOLD = ("broken", "inconclusive")
SCRIPTS = (".py", ".sh")
ENDS_WITHIN_S = 20.0
Story = tuple[str, ...]  # what it is known by: ids, title, example


@dataclass(frozen=True, slots=True)
class Trial:
    """How a service is given its credentials, how the suite is, and how its users are seen."""

    view: Callable[[Service], Users]
    credentials: tuple[str, ...] = ()
    tokens: Mapping[str, str] = field(default_factory=dict)  # the suite's variables, made of the credentials
    options: tuple[str, ...] = ()  # of the start script
    residents: Sequence[tuple[str, Mapping[str, Any]]] = ()  # who lives there already: where to add them
    shown_as: ShownAs | None = None  # how those who add them say who they are


KINTO = "/v1/buckets/default/collections/users/records"
SCIM_USER = "urn:ietf:params:scim:schemas:core:2.0:User"
RESIDENTS = ("Ruth", "Omar")  # who live in a service that has no administrator among its users
EMAILS = [f"{name.lower()}@resident.example.com" for name in RESIDENTS]
ADMIN, OTHER = basic("admin", "ADMIN_PASSWORD"), basic("other", "OTHER_PASSWORD")
PARSE = named(X_Parse_Application_Id="PARSE_APPLICATION_ID", X_Parse_Master_Key="PARSE_MASTER_KEY")
DETAILED = [("/users", {"name": "Resident", "email": email}) for email in EMAILS]
TRIALS = {
    "django-rest-framework": Trial(
        tabled("accounts_user", "username", "email", "first_name", "last_name"),
        ("API_TOKEN",),
        {"API_TOKEN": "{API_TOKEN}"},
    ),
    "directus": Trial(
        listed("/users?limit=-1", "data", shown_as=bearer), ("API_TOKEN",), {"API_TOKEN": "{API_TOKEN}"}
    ),
    "eve": Trial(
        listed("/users?max_results=50", "_items", identifier="_id", page="page"),
        residents=DETAILED,
    ),
    "fastapi-users": Trial(
        tabled("user", "email", "name", "hashed_password"),
        ("ADMIN_PASSWORD",),
        {"API_TOKEN": "admin@example.com:{ADMIN_PASSWORD}"},
    ),
    "feathers": Trial(listed("/users", "data"), residents=DETAILED),
    "json-server": Trial(listed("/users"), residents=DETAILED),
    "json-server-0": Trial(listed("/users"), residents=DETAILED),
    "flask-restless-ng": Trial(tabled("user", "name", "email", "nickname")),
    "flask-appbuilder": Trial(
        tabled("ab_user", "username", "email", "first_name", "last_name", "password"),
        ("ADMIN_PASSWORD",),
        {"API_TOKEN": "admin:{ADMIN_PASSWORD}"},
    ),
    "loopback": Trial(listed("/users"), residents=DETAILED),
    "kinto": Trial(
        everywhere(listed(KINTO, "data", shown_as=ADMIN), listed(KINTO, "data", shown_as=OTHER)),
        ("ADMIN_PASSWORD", "OTHER_PASSWORD"),
        {"API_TOKEN": "admin:{ADMIN_PASSWORD}", "OTHER_TENANT_TOKEN": "other:{OTHER_PASSWORD}"},
        residents=[(KINTO, {"data": {"name": "Resident", "email": email}}) for email in EMAILS],
        shown_as=ADMIN,
    ),
    "mockapi": Trial(listed("/api/v1/users"), options=("0", "--others", "2")),
    "mockoon": Trial(listed("/users"), residents=DETAILED),
    "parse-server": Trial(
        listed("/parse/users?limit=1000", "results", identifier="objectId", shown_as=PARSE),
        ("PARSE_APPLICATION_ID", "PARSE_MASTER_KEY"),
        {name: f"{{{name}}}" for name in ("PARSE_APPLICATION_ID", "PARSE_MASTER_KEY")},
        residents=[
            ("/parse/users", {"username": email, "password": email, "name": "Resident", "email": email})
            for email in EMAILS
        ],
        shown_as=PARSE,
    ),
    "scim2-server": Trial(
        listed("/v2/Users", "Resources", shown_as=bearer),
        ("API_TOKEN",),
        {"API_TOKEN": "{API_TOKEN}"},
        residents=[("/v2/Users", {"schemas": [SCIM_USER], "userName": email}) for email in EMAILS],
        shown_as=bearer,
    ),
}


@dataclass(frozen=True, slots=True)
class Run:
    """What one run said, and what it did to the service's users: who came, and who changed or went."""

    number: int
    code: int
    summary: Mapping[str, Any]
    left: int
    touched: int
    scripts: dict[str, int] = field(default_factory=dict)  # what each said, run alone: its exit code

    @property
    def row(self) -> str:
        """The row of the table."""
        counts = self.summary.get("counts", {})
        values = (self.number, *(counts.get(name, "-") for name in VERDICTS))
        seconds = round(self.summary.get("seconds", 0))
        return as_row((*values, seconds, self.left, self.touched))

    @property
    def verdicts(self) -> dict[Story, str]:
        """The verdict of each story."""
        return {story_of(told): told["verdict"] for told in self.summary.get("scenarios", ())}

    @property
    def is_clean(self) -> bool:
        """Whether it came to its end and left the users as they were."""
        return bool(self.summary) and not self.left and not self.touched


def compare(before: Users, after: Users) -> tuple[int, int]:
    """Return how many users came, and how many of those before are gone or changed."""
    touched = [user for user, state in before.items() if after.get(user) != state]
    return len(after.keys() - before.keys()), len(touched)


def differences(runs: Sequence[Mapping[Story, str]]) -> dict[Story, tuple[str, ...]]:
    """Return the stories that did not have one verdict in all runs, with their verdicts in turn."""
    stories = sorted(set().union(*runs))
    told = {story: tuple(run.get(story, "not run") for run in runs) for story in stories}
    return {story: verdicts for story, verdicts in told.items() if len(set(verdicts)) > 1}


def story_of(told: Mapping[str, Any]) -> Story:
    """Return what a story of a summary is known by; one id may stand for several examples."""
    example = ", ".join(f"{name} {value}" for name, value in sorted((told.get("example") or {}).items()))
    return (" ".join(told["ids"]), told["title"], example)


def as_row(values: Sequence[object]) -> str:
    """Return a row of a table in Markdown."""
    return "| " + " | ".join(str(value).replace("_", " ") for value in values) + " |"


@contextmanager
def started(name: str, trial: Trial) -> Iterator[Service]:
    """Start a service for as long as it is needed; raises OSError where it does not start."""
    with tempfile.TemporaryDirectory(prefix="trial-") as folder:
        Path(folder).chmod(0o711)  # a database server may run as somebody else
        variables = {variable: secrets.token_hex(16) for variable in trial.credentials}
        script = ROOT / "ci" / "targets" / name / "start.sh"
        process = subprocess.Popen(  # noqa: S603 - a script of ours
            [script, *trial.options],
            env={**os.environ, **variables, "TMPDIR": folder},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdout is not None
            base_url = process.stdout.readline().strip()
            if not base_url:
                raise OSError(f"{name} does not start")
            yield Service(base_url, Path(folder), variables)
        finally:
            process.terminate()
            process.wait(ENDS_WITHIN_S)


def run_stories(
    name: str, tokens: Mapping[str, str], folder: Path, arguments: Sequence[str]
) -> tuple[int, Any]:
    """Run the stories, in a process of their own, and return its exit code and summary."""
    folder.mkdir(parents=True, exist_ok=True)
    summary = folder / "summary.json"
    summary.unlink(missing_ok=True)
    places = (f"--reports={folder}", f"--alluredir={folder / 'allure'}", f"--junitxml={folder / 'junit.xml'}")
    with (folder / "terminal.txt").open("w", encoding="utf-8") as said:
        code = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-m", "pytest", "-q", f"--target={name}", *places, *arguments],
            cwd=ROOT,
            env={**os.environ, **tokens},
            stdout=said,
            stderr=subprocess.STDOUT,
            check=False,
        ).returncode
    return code, json.loads(summary.read_text(encoding="utf-8")) if summary.exists() else {}


def run_scripts(folder: Path, variables: Mapping[str, str]) -> dict[str, int]:
    """Run what a run has left to reproduce what was broken, and return the exit code of each script.

    1 says that the fault is there, 0 that it is not; a script of the shell may say 2, for people to compare.
    """
    codes = {}
    for script in sorted(p for p in (folder / "reproductions").glob("*.*") if p.suffix in SCRIPTS):
        command = [sys.executable, "-I"] if script.suffix == ".py" else ["sh"]
        with script.with_suffix(f"{script.suffix}.txt").open("w", encoding="utf-8") as said:
            codes[script.name] = subprocess.run(  # noqa: S603 - what the suite wrote
                [*command, script],
                cwd=folder,
                env={"PATH": os.environ["PATH"], **variables},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                check=False,
            ).returncode
    return codes


def access_token(target: Target, tokens: Mapping[str, str], base_url: str) -> dict[str, str]:
    """Return the variable with a fresh token that scripts want where a login gives them; else nothing."""
    login, variable = target.auth.login, target.auth.token
    credentials = credentials_for(target, tokens, variable, base_url)
    if target.auth.scheme != "login" or credentials is None:
        return {}
    before, _, after = login.sent_as.partition("{token}")
    sent = str(credentials.headers()[login.header])
    return {"ACCESS_TOKEN": sent.removeprefix(before).removesuffix(after)}


def try_service(name: str, count: int, folder: Path, arguments: Sequence[str]) -> list[Run]:
    """Run the stories several times against one service, and print what each said."""
    trial, runs = TRIALS[name], []
    with started(name, trial) as service:
        tokens = {variable: text.format(**service.credentials) for variable, text in trial.tokens.items()}
        for path, body in trial.residents:
            request(service, path, trial.shown_as, body)
        for number in range(1, count + 1):
            before = trial.view(service)
            variables = {**tokens, "BASE_URL": service.base_url}
            code, summary = run_stories(name, variables, folder / str(number), arguments)
            run = Run(number, code, summary, *compare(before, trial.view(service)))
            print(run.row, flush=True)
            target = load_target(name)
            whole = resolve_base_url(target, service.base_url)  # as a run tells it, with its path
            own = {**variables, "BASE_URL": whole, **access_token(target, tokens, whole)}
            run.scripts.update(run_scripts(folder / str(number), own))
            runs.append(run)
    return runs


def main(arguments: Sequence[str] | None = None) -> int:
    """Try one service and print what was seen."""
    parser = argparse.ArgumentParser(prog="python -m ci.trials.services", description=__doc__)
    parser.add_argument("name", choices=sorted(TRIALS))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--to", type=Path, help="the folder of the results; default: reports/trials/NAME")
    chosen, further = parser.parse_known_args(arguments)
    folder = (chosen.to or REPORTS / "trials" / chosen.name).resolve()
    print(as_row(COLUMNS), as_row(["---"] * len(COLUMNS)), sep="\n", flush=True)
    runs = try_service(chosen.name, chosen.runs, folder, further or ["-n", "2"])
    for run in runs:
        for told in run.summary.get("scenarios", ()):
            if told["verdict"] in TOLD:
                reason = str(told["reason"]).partition("\n")[0]
                print(f"run {run.number}: {told['verdict']} {' '.join(story_of(told)).strip()}: {reason}")
        for script, said in run.scripts.items():
            print(f"run {run.number}: alone, exit code {said}: {script}")
        if not run.summary:
            print(f"run {run.number} did not come to its end (exit code {run.code})")
    different = differences([run.verdicts for run in runs])
    for story, verdicts in different.items():
        print(f"differs: {' '.join(story).strip()}: {', '.join(verdicts)}")
    return int(bool(different) or not all(run.is_clean for run in runs))


if __name__ == "__main__":
    raise SystemExit(main())
