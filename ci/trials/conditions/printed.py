"""C11 and C14: what is printed and written: secrets in addresses, in a crash, from an issuer; and how much.

Each secret is searched for as it is, in everything that a command says and in every file that it leaves.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from ci.trials.conditions.checks import (
    CREATING,
    FEW,
    crashed,
    ends_with,
    files_of,
    judge,
)
from ci.trials.conditions.rows import Row
from ci.trials.reference import TOKENS, TrialService
from ci.trials.runs import Ended, Running, suite
from support.selftests.servers.raw_server import RawServer, answer, send

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator
    from pathlib import Path

    from support.selftests.servers.raw_server import Received

SECRET = "Sommer2024-q7Zx"  # noqa: S105 - made up
DEAD = "127.0.0.1:1"
MOST_MIB = 1.0  # for each story
MOST_TIMES = 2.0  # as long as without
HIDDEN = "hidden; 4 or 10, no crash"
ADDRESSES: dict[str, dict[str, str]] = {
    "a password in BASE_URL": {"BASE_URL": f"http://user:{SECRET}@{DEAD}/api"},
    "a password with / in BASE_URL": {"BASE_URL": f"http://user:x/{SECRET}@{DEAD}/api"},
    "a password with # in BASE_URL": {"BASE_URL": f"http://user:x#{SECRET}@{DEAD}/api"},
    "a password with ? in BASE_URL": {"BASE_URL": f"http://user:x?{SECRET}@{DEAD}/api"},
    "a password with @ in BASE_URL": {"BASE_URL": f"http://user:x@{SECRET}@{DEAD}/api"},
    "a password in BASE_URL without scheme": {"BASE_URL": f"user:{SECRET}@{DEAD}/api"},
    "a password in a path of BASE_URL": {"BASE_URL": f"http://{DEAD}/user:{SECRET}@x/api"},
    "a password as a user's name in BASE_URL": {"BASE_URL": f"http://{SECRET}@{DEAD}/api"},
    "an API key in the query of BASE_URL": {"BASE_URL": f"http://{DEAD}/api?api_key={SECRET}"},
    "a token in the fragment of BASE_URL": {"BASE_URL": f"http://{DEAD}/api#access_token={SECRET}"},
    "a password in a BASE_URL of another scheme": {"BASE_URL": f"ftp://user:{SECRET}@{DEAD}/api"},
    "a password in REDIS_URL, nobody there": {"REDIS_URL": f"redis://:{SECRET}@{DEAD}/0"},
    "a password in a malformed REDIS_URL": {"REDIS_URL": f"redis//:{SECRET}@{DEAD}/0"},
    "a password in a REDIS_URL with a wrong port": {"REDIS_URL": f"redis://:{SECRET}@127.0.0.1:port/0"},
    "a password in HTTP_PROXY, nobody there": {
        "HTTP_PROXY": f"http://u:{SECRET}@{DEAD}", "BASE_URL": "http://users.invalid/api", "NO_PROXY": "",
    },
}  # fmt: skip
KEY = """
name = "keyed"
base_path = "/api/v1"
[sending]
secret_query = { code = "FUNCTION_KEY" }
[faults]
max_outage_s = 0.5
"""
ISSUED = """
name = "issued"
base_path = "/api/v1"
promises = ["auth"]
[auth]
scheme = "oauth2"
[auth.oauth2]
token_url = "{0}/token"
[faults]
max_outage_s = 0.5
"""
# A mistake of ours at the start, with everything in reach that is secret.
CRASH = """
import support.runner.controller

def fail(sweeper, clock):
    password = "{secret}"
    raise KeyError(password)

def break_check(*arguments):
    fail(*arguments)

support.runner.controller.check = break_check
"""
COMMANDS = {
    "pytest": ("-m", "pytest", *FEW, "-p", "no:cacheprovider"),
    "support.cleanup": ("-m", "support.cleanup"),
}


def shown_by(folder: Path, ended: Ended, *secrets: str) -> str:
    """Say where a secret is shown."""
    texts = {name: content.decode("utf-8", "replace") for name, content in files_of(folder).items()}
    texts["what was said"] = ended.said
    texts |= {
        str(path): path.read_text(encoding="utf-8", errors="replace")
        for path in (folder / ".acceptance").rglob("*")
        if path.is_file()
    }
    shown = [name for name, text in texts.items() if any(secret in text for secret in secrets)]
    return f"shown in {shown[0]}" if shown else ""


def secrets_in_addresses(folder: Path) -> Iterator[Row]:
    """C11: each address with a secret in it, for a run, for the sweep and for the probe."""
    main = TOKENS[0]
    for condition, variables in ADDRESSES.items():
        for command, words in COMMANDS.items():
            ended = Running(folder, *words, variables={main: "t0k-a1B2a1B2a1B2", **variables}).wait(120)
            yield _judge(folder, f"{condition}, {command}", ended, 0, 4, 10)
        if url := variables.get("BASE_URL"):
            ended = Running(folder, "-m", "support.probe", url, variables=variables).wait(120)
            yield _judge(folder, f"{condition}, support.probe", ended, 4, 10)
    yield from _in_the_query(folder)
    yield from _from_an_issuer(folder)
    yield from _in_a_crash(folder)


def _judge(folder: Path, condition: str, ended: Ended, *codes: int) -> Row:
    return judge("C11", condition, HIDDEN, ended, shown_by(folder, ended, SECRET), ends_with(ended, *codes))


def _in_the_query(folder: Path) -> Iterator[Row]:
    (folder / "keyed.toml").write_text(KEY, encoding="utf-8")
    variables = {"FUNCTION_KEY": SECRET, TOKENS[0]: "t0k-a1B2a1B2a1B2", "TARGET": "keyed.toml"}

    def refuse(connection: socket.socket, request: Received) -> None:
        said = f"no such key: {request.target}".encode()
        send(connection, answer(403, said, "Content-Type: text/plain\r\n"))

    for condition, url in (("nobody there", f"http://{DEAD}/api/v1"), ("refused, and echoed", "")):
        server = RawServer(refuse)
        for command, words in COMMANDS.items():
            ended = Running(folder, *words, variables={**variables, "BASE_URL": url or server.url}).wait(120)
            yield _judge(folder, f"an API key in the query, {condition}, {command}", ended, 4, 10)
        server.close()


def _from_an_issuer(folder: Path) -> Iterator[Row]:
    def echo(connection: socket.socket, request: Received) -> None:
        shown = request.headers.get("authorization")
        said = json.dumps({"error": "invalid_client", "error_description": shown, "secret": SECRET})
        send(connection, answer(400, said.encode(), "Content-Type: application/json\r\n"))

    server = RawServer(echo)
    (folder / "issued.toml").write_text(ISSUED.format(server.url), encoding="utf-8")
    variables = {TOKENS[0]: f"client:{SECRET}", "TARGET": "issued.toml", "BASE_URL": server.url}
    for command, words in COMMANDS.items():
        ended = Running(folder, *words, variables=variables).wait(120)
        yield _judge(folder, f"an issuer that echoes the header, {command}", ended, 4, 10)
    server.close()


def _in_a_crash(folder: Path) -> Iterator[Row]:
    """Have the start crash; a traceback is right here, but for what is secret."""
    (folder / "crash_at_start.py").write_text(CRASH.format(secret="a" * 8), encoding="utf-8")
    with TrialService("--bound", "0.3") as service:
        tokens = tuple(service.tokens.values())
        for options in ((), ("--full-trace", "--showlocals")):
            ended = suite(folder, *FEW, "-p", "crash_at_start", *options, variables=service.variables).wait()
            wrong = (
                shown_by(folder, ended, *tokens),
                ends_with(ended, 3),
                "" if crashed(ended) else "no crash",
            )
            found = "; ".join(filter(None, wrong))
            condition = f"a crash at the start {' '.join(options)}".strip()
            seen = found or ended.last_line[:160]
            yield Row("C11", condition, "hidden; 3", not found, "", ended.code, ended.seconds, seen=seen)


def much(folder: Path) -> Iterator[Row]:
    """C14: stories that fail, with all that pytest can show of them."""
    expected = f"1; at most {MOST_MIB:g} MiB a story, and {MOST_TIMES:g} times as long as without"
    stories = ("features/users/replacing_a_user.feature", "-k", "kept_as_they_were", *CREATING[2:])
    service_options = ("--bound", "0.3", "--defect", "M28", "--weather", "calm")
    for options in (("-vv", "--showlocals"), ("-vv", "--showlocals", "--tb=long", "--full-trace", "-n", "2")):
        with TrialService(*service_options) as service:
            plain = suite(folder, *stories, *options[4:], variables=service.variables).wait()
            began = time.time()
            ended = suite(folder, *stories, *options, variables=service.variables).wait()
            tokens = tuple(service.tokens.values())
        sizes = [len(content) for name, content in files_of(folder).items() if _is_new(folder / name, began)]
        mib = (len(ended.said) + sum(sizes)) / 1024 / 1024
        broken = ended.summary.get("counts", {}).get("broken", 0)
        wrong = (
            f"{mib:.1f} MiB" if mib > MOST_MIB * max(broken, 1) else "",
            f"{plain.seconds:.0f} s without" if ended.seconds > MOST_TIMES * plain.seconds else "",
            shown_by(folder, ended, *tokens),
            ends_with(ended, 1),
        )
        found = "; ".join(filter(None, wrong))
        yield Row(
            "C14", " ".join(options), expected, not found, ended.verdict, ended.code, ended.seconds,
            ended.peak_mib, f"{found}; {broken} broken, {mib:.1f} MiB".removeprefix("; "),
        )  # fmt: skip


def _is_new(file: Path, began: float) -> bool:
    return file.stat().st_mtime > began
