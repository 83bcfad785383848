"""The peer itself: which version, where it is installed, and with which settings it is run.

It lives in an environment of its own, so that nothing that it needs becomes a need of the suite.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from support.target.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME, VERSION = "schemathesis", "4.32.5"
CONFIG = Path("ci/peer/schemathesis.toml")
HOOKS = Path("ci/peer/hooks.py")
REQUEST_TIMEOUT_S = 10
LONGEST_RUN_S = 600.0


@dataclass(frozen=True, slots=True)
class Peer:
    """An installed peer, and how many valid and invalid requests it tries for each operation."""

    venv: Path
    examples: int

    def run(self, base_url: str, seed: int, tokens: Mapping[str, str], folder: Path) -> dict[str, Any]:
        """Run it once against a service, with what it writes kept in a folder, and return what it found.

        Raises OSError or ValueError when it has not come to an end of its own.
        """
        identities = [
            {"name": name, "fixedHeaders": [{"name": "Authorization", "value": f"Bearer {token}"}]}
            for name, token in tokens.items()
        ]
        auth = folder / "auth.json"
        auth.write_text(json.dumps({"auth": identities}), encoding="utf-8")
        environment = {**os.environ, "PEER_AUTH": str(auth), "PEER_HOOKS": str(ROOT / HOOKS)}
        command = [str(self.venv / "bin" / "st"), *self.arguments(base_url, str(seed), str(ROOT / CONFIG))]
        try:
            said = subprocess.run(  # noqa: S603
                command,
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                timeout=LONGEST_RUN_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise ValueError(f"did not end within {LONGEST_RUN_S:g} s") from None
        report = folder / "report.json"
        if not report.exists():
            raise ValueError(f"exit {said.returncode}: {' / '.join(said.stdout.strip().splitlines()[-3:])}")
        return _read_findings(report, folder / "failures.json")

    def arguments(self, base_url: str, seed: str, config: str = str(CONFIG)) -> list[str]:
        """Return the arguments for the peer; what failed is written down in its own words."""
        line = (
            f"--config-file {config} run {base_url}/openapi.json --url {base_url} --checks all --seed {seed}"
        )
        line += f" --max-examples {self.examples} --max-response-time 0.5 --no-shrink --continue-on-failure"
        line += f" --request-timeout {REQUEST_TIMEOUT_S} --generation-database none --no-color"
        line += " --report json --report-json-path report.json --baseline failures.json --baseline-update"
        return line.split(" ")


def install(venv: Path) -> None:
    """Make the peer's environment unless it is there; raises CalledProcessError when it cannot be made."""
    program = venv / "bin" / "python"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)  # noqa: S603
    ask = f"import importlib.metadata as m; raise SystemExit(m.version('{NAME}') != '{VERSION}')"
    if subprocess.run([str(program), "-c", ask], check=False, capture_output=True).returncode:  # noqa: S603
        wanted = f"{NAME}=={VERSION}"
        subprocess.run([str(program), "-m", "pip", "install", "--quiet", wanted], check=True)  # noqa: S603


def read_settings() -> dict[str, Any]:
    """Return the settings that differ from the peer's defaults, as in its configuration file."""
    return tomllib.loads((ROOT / CONFIG).read_text(encoding="utf-8"))


def _read_findings(report: Path, failures: Path) -> dict[str, Any]:
    """Return what a run found: each failure by what makes it the same one again, as the peer sees it."""
    told = json.loads(report.read_text(encoding="utf-8"))
    entries = json.loads(failures.read_text(encoding="utf-8"))["entries"] if failures.exists() else []
    names = ("check", "operation", "failure", "signature")
    return {
        "failures": sorted([entry[name] for name in names] for entry in entries),
        "errors": told["errors"],
        "generated": told["test_cases"]["generated"],
        "stopped": told["stop_reason"],
    }
