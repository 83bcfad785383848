"""Stories against a service that gives away what it was sent, and what was put into its users."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ci.trials.planted_secrets.gateway import Gateway
from ci.trials.projects import copy_project
from ci.trials.reference import TrialService
from ci.trials.runs import cleanup, suite
from support.target.settings import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from ci.trials.planted_secrets.planting import Plantation

STORIES = "nickname or replacing"
# A promise that the service breaks, so that stories fail.
OPTIONS = ("--defect", "M28", "--weather", "calm", "--bound", "1", "--seed", "1")
SAYING = ("-vv", "--showlocals", "--full-trace", "-rA")


def tell_stories(folder: Path, plantation: Plantation) -> tuple[list[Path], dict[str, str]]:
    """Run stories, then sweep; return the folders of what is left, and the passwords that were given away.

    Every secret of the plantation goes with every request: as a query parameter, and as a header where
    a header can hold it.
    """
    project = copy_project(folder / "stories")
    variables = {f"PLANTED_{number}": secret for number, secret in enumerate(plantation.secrets.values())}
    names = {name: f"s{name.rpartition('_')[2]}" for name in variables}
    headers = {f"X-S{each[1:]}": name for name, each in names.items() if _fits_header(variables[name])}
    profile = (ROOT / "support/target/profiles/reference.toml").read_text(encoding="utf-8")
    profile = profile.replace("../profile.schema.json", "profile.schema.json")
    profile += f"\n[sending.secret_query]\n{_table({each: name for name, each in names.items()})}"
    profile += f"\n[sending.secret_headers]\n{_table(headers)}"
    (project / "planted.toml").write_text(profile, encoding="utf-8")
    secret_names = frozenset([*names.values(), *(name.lower() for name in headers)])
    with (
        TrialService(*OPTIONS) as service,
        Gateway(service.base_url.removesuffix("/api/v1"), plantation, secret_names) as gateway,
    ):
        given = {**service.tokens, **variables, "BASE_URL": f"{gateway.url}/api/v1"}
        options = ["-k", STORIES, "-n", "2", "--bound", "1", "--target", "planted.toml", *SAYING]
        ended = suite(project, *options, "--alluredir=allure", "--junitxml=junit.xml", variables=given).wait()
        (project / "said by the run").write_text(ended.said, encoding="utf-8")
        gateway.is_calm = True
        swept = cleanup(project, "--target", "planted.toml", variables=given)
        (project / "said by the sweep").write_text(swept.said, encoding="utf-8")
        print(f"stories: exit code {ended.code}, {ended.last_line}; sweep: {swept.code}", flush=True)
        passwords = {f"password of user {number}": each for number, each in enumerate(gateway.passwords)}
    left = ("reports", "allure", ".acceptance")
    for name in ("said by the run", "said by the sweep", "junit.xml"):
        (project / "said").mkdir(exist_ok=True)
        if (project / name).exists():
            (project / name).rename(project / "said" / name)
    return [project / name for name in (*left, "said") if (project / name).is_dir()], passwords


def _fits_header(secret: str) -> bool:
    return secret.isascii() and secret == secret.strip()


def _table(entries: dict[str, str]) -> str:
    return "".join(f"{name} = {json.dumps(value)}\n" for name, value in entries.items())
