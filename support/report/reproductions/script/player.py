"""Plays the requests of a plan once, with users of its own, judges the answers, and deletes the users.

Requests that meet a passing fault are sent again where that is safe. What a check is about is read after the
promised time where the newest state cannot be asked for.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from typing import TYPE_CHECKING, Any, Protocol

from support.report.reproductions.script.answers import Answer, id_in, items_of, look
from support.report.reproductions.script.checks import Checks
from support.report.reproductions.script.pages import follow, query_of
from support.report.reproductions.script.symbols import CannotTell, Symbols, new_mark, new_password

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TRIES = 8  # of a request that meets passing faults
PAUSE_S = 0.2
MOST_PAGES = 300
SAFE = ("GET", "HEAD", "PUT", "DELETE")


class Mended(Exception):
    """A step before the judged one was answered as it should have been then, and was not."""


class Send(Protocol):
    """Sends one request; raises OSError where there is no answer."""

    def __call__(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None, *, hang_up: bool
    ) -> Answer:
        """Send it; `path` begins below the base URL, and `hang_up` leaves before the answer."""


class Attempt:
    """One attempt: the answers by the names of their steps, and whom it has made."""

    def __init__(
        self,
        plan: Mapping[str, Any],
        send: Send,
        secret: Callable[[str], str],
        make_mark: Callable[[str, int], str] = new_mark,
        make_password: Callable[[int], str] = new_password,
    ) -> None:
        self.answers: dict[str, Answer] = {}
        self._plan = plan
        self._send = send
        self._symbols = Symbols(plan["marks"], self._told, secret, make_mark, make_password)
        self._checks = Checks(plan, self.answers, self._value)
        self._made: dict[str, Mapping[str, Any]] = {}
        self._may_have_made: list[Mapping[str, Any]] = []
        self._written_at = 0.0

    def play(self) -> str:
        """Return what is wrong, empty where nothing is; raises CannotTell."""
        with contextlib.suppress(Mended):
            return self._play()
        return ""

    def _play(self) -> str:
        steps = list(self._plan["steps"])
        while steps:
            together = [step for step in steps if step.get("together", 0) == steps[0].get("together")]
            group = together or steps[:1]
            steps = [step for step in steps if step not in group]
            if len(group) == 1:
                self._do(group[0])
            else:
                self._do_at_once(group)
            for step in group:
                if complaint := self._watch(step):
                    return complaint
        return ""

    def clean_up(self) -> None:
        """Delete whoever was made, or may have been."""
        for user_id, step in list(self._made.items()):
            self._delete(user_id, step)
        if self._may_have_made and self._plan["list"]:
            step = self._may_have_made[0]
            query = self._plan["everyone"]
            answer = self._walk({**self._plan["look"], "send": query, "as": step.get("as", {})})
            for item in items_of(answer, self._plan):
                text = json.dumps(item).lower()
                if any(mark.lower() in text for mark in self._symbols.marks.values()):
                    self._delete(str(id_in(item, self._plan)), step)

    def _delete(self, user_id: str, step: Mapping[str, Any]) -> None:
        path = self._symbols.fill_path(
            self._plan["delete"]["send"].partition(" ")[2].replace("{id}", user_id)
        )
        method = self._plan["delete"]["send"].partition(" ")[0]
        headers = self._headers({**self._plan["delete"], "as": step.get("as", {})})
        for _ in range(TRIES):
            try:
                answer = self._send(method, path, headers, None, hang_up=False)
            except OSError:
                time.sleep(PAUSE_S)
                continue
            if answer.status not in self._plan["faults"]:
                return
            time.sleep(PAUSE_S)

    def _do(self, step: Mapping[str, Any]) -> None:
        """Send a step's request, after the promised time where that is what it waits for."""
        if step.get("settle_s"):
            time.sleep(max(0.0, self._written_at + step["settle_s"] - time.monotonic()))
        if step.get("wait_s"):
            time.sleep(step["wait_s"])
        answer = self._ask(step)
        # What has to be shown before anything can be judged may take its time to be shown.
        while answer.status >= 300 and time.monotonic() < self._written_at + step.get("until_s", 0.0):
            time.sleep(PAUSE_S / 4)
            answer = self._ask(step)
        self.answers[step["name"]] = answer
        if not step["send"].startswith(("GET", "HEAD")):
            self._written_at = time.monotonic()
        self._expected(step, answer)

    def _do_at_once(self, group: list[Mapping[str, Any]]) -> None:
        problems: list[CannotTell | Mended] = []

        def do(step: Mapping[str, Any]) -> None:
            try:
                self._do(step)
            except (CannotTell, Mended) as problem:
                problems.append(problem)

        threads = [threading.Thread(target=do, args=(step,)) for step in group]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if problems:
            raise problems[0]

    def _watch(self, step: Mapping[str, Any]) -> str:
        """Judge what a step was answered, and go on reading for as long as it says: often first, then less.

        What shows only before a write is seen everywhere may show for a few milliseconds.
        """
        checks = [check for check in self._plan["checks"] if check["of"] == step["name"]]
        until = time.monotonic() + step.get("watch_s", 0.0)
        turn = 0
        while True:
            for check in checks:
                if complaint := self._checks.complaint(check):
                    return complaint
            if not checks or time.monotonic() >= until:
                return ""
            time.sleep(min(PAUSE_S / 4, turn * 0.002))
            turn += 1
            self.answers[step["name"]] = self._ask(step)

    def _expected(self, step: Mapping[str, Any], answer: Answer) -> None:
        """Raise CannotTell where what has to come before the judged answer did not go as it did then.

        Where that was wrong itself, and is right now, the fault is Mended.
        """
        checks = [each for each in self._plan["checks"] if step["name"] in {each["of"], each.get("than")}]
        is_judged = bool(checks)
        if not is_judged and answer.status in step.get("right", ()):
            raise Mended
        right = {status for check in checks for status in check.get("in", ())}
        # They tell of the caller, and nothing of the fault.
        if answer.status in {401, 403, 429} - {step["status"], *right}:
            raise CannotTell(f"{step['what']}: answered {answer.status}")
        if not is_judged and step["status"] < 300 <= answer.status:
            raise CannotTell(f"{step['what']}: answered {answer.status}, and {step['status']} before")

    def _ask(self, step: Mapping[str, Any]) -> Answer:
        return self._walk(step) if step.get("walk") else self._request(step)

    def _request(self, step: Mapping[str, Any]) -> Answer:
        """Send a request, again where it meets a fault that passes and that is safe."""
        method, _, template = step["send"].partition(" ")
        path, headers = self._symbols.fill_path(template), self._headers(step)
        body = None
        if step.get("body") is not None:
            body = self._symbols.fill_body(step["body"]).encode(step.get("coding", "utf-8"), "surrogatepass")
        again = method in SAFE or step.get("again", False)
        answer, said = None, ""
        for turn in range(TRIES if again else 1):
            if turn:
                time.sleep(PAUSE_S * turn)
            if step.get("controls") and turn:
                self._control()
            try:
                answer = self._send(method, path, headers, body, hang_up=step.get("hang_up", False))
            except OSError as problem:
                if step.get("hang_up"):
                    self._note(step, None)
                    return Answer(0, {})
                answer, said = None, f"{step['what']}: {problem}"
            self._note(step, answer)
            if answer is not None and answer.status not in self._plan["faults"]:
                return answer
            if answer is not None and (step["status"] == answer.status or step.get("controls")):
                said = ""
        if answer is not None and not said:
            return answer
        raise CannotTell(said or f"{step['what']}: answered {answer.status if answer else 'nothing'}")

    def _control(self) -> None:
        """Have a request of another kind answered, so that a fault is not one of the whole service."""
        look_ = self._plan["look"]
        method, _, path = look_["send"].partition(" ")
        if self._send(method, path, self._headers(look_), None, hang_up=False).status >= 500:
            raise CannotTell("the service fails altogether")

    def _note(self, step: Mapping[str, Any], answer: Answer | None) -> None:
        """Remember whom a creation has made, or may have."""
        if not step.get("creates"):
            return
        user_id = id_in(answer.json(), self._plan) if answer is not None and answer.status < 300 else None
        if user_id is not None:
            self._made[str(user_id)] = step
        else:
            self._may_have_made.append(step)

    def _walk(self, step: Mapping[str, Any]) -> Answer:
        """Turn the pages of a list, from a first request on to the end."""
        lists = self._plan["lists"]
        pages: list[Answer] = []
        send = step["send"]
        while send and len(pages) < MOST_PAGES:
            page = self._request({**step, "send": send})
            pages.append(page)
            send = follow(send, page, lists, len(items_of(page, self._plan)))
            if send and any(send == earlier for earlier in step.get("gone", ())):
                break
        return Answer(pages[-1].status, pages[-1].headers, pages[0].body, pages)

    def _headers(self, step: Mapping[str, Any]) -> dict[str, str]:
        given = {**self._plan["headers"], **step.get("as", {}), **step.get("headers", {})}
        return {name: self._symbols.fill(value) for name, value in given.items()}

    def _told(self, kind: str, what: str) -> Any:
        """Return what an earlier answer has told; None where it has not."""
        name, _, more = what.partition(" ")
        if name not in self.answers:
            return None
        answer = self.answers[name]
        if kind == "id":
            return id_in(answer.json(), self._plan)
        if kind == "tag":
            return answer.headers.get("etag", "").removeprefix("W/").strip('"') or None
        if kind == "header":
            return answer.headers.get(more)
        if kind == "cursor":
            lists = self._plan["lists"]
            following = follow("GET ?", answer, lists, len(items_of(answer, self._plan)))
            return query_of(following).get(lists["position"])
        found = look(look(answer.json(), self._plan["user_path"]), more)
        return found if isinstance(found, str | int) else None

    def _value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._symbols.fill(value)
        if isinstance(value, dict) and "id_of" in value:
            return id_in(self.answers[value["id_of"]].json(), self._plan)
        return value
