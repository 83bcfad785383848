"""A service in this process, a suite that judges it, and what makes its reproductions."""

from __future__ import annotations

import ast
import re
from types import SimpleNamespace
from typing import Any

from support.clock import SystemClock
from support.http.authentication.credentials import BearerToken
from support.report.reproductions.live import LiveService
from support.report.reproductions.recording.callers import Callers
from support.report.reproductions.reproducer import Reproducer
from support.report.reproductions.script.answers import Answer
from support.report.reproductions.script.player import Attempt
from support.selftests.behaviours.exploration.explorer import BASE_URL, Explorer, Passage
from support.selftests.reference.probe import MAIN
from support.target.settings import Constants

CALLERS = {"API_TOKEN": MAIN}


class NoGate:
    def before(self):
        """Let everything through."""

    def after(self, exchange):
        """Take note of nothing."""


class Stage:
    """A suite that has one service to judge, and what makes its reproductions."""

    def __init__(self, probe, folder):
        self.probe = probe
        self.suite = Explorer(probe, folder)
        self.target = self.suite.target
        self.api = self.suite.observer.api
        self.validator = self.suite.observer.validator
        self.history = self.api.client.history
        self.api.client._credentials = BearerToken(MAIN)
        callers = Callers(self.target, CALLERS, Constants())
        way: Any = Passage(probe, self.target, self.suite.clock, 0.0)
        gate: Any = NoGate()
        journal: Any = self.suite.journal
        normalizer, people = self.suite.observer.normalizer, self.suite.people
        live = LiveService(
            BASE_URL, self.target, way, gate, journal, callers, normalizer, SystemClock(), people
        )
        self.maker = Reproducer(
            folder, self.target, self.suite.observer.normalizer, callers, live, is_embedded=True
        )

    def reproduce(self, failure):
        story = SimpleNamespace(ids=("ABC-01",), name="A story [with $(signs)]")
        course: Any = SimpleNamespace(story=story, history=self.history, first_operation=0)
        return self.maker.reproduce(course, failure)

    def sends(self, method, path, headers, body, *, hang_up):
        reply = self.probe.send(method, f"/api/v1{path}", body=body, headers=headers, token=None)
        assert not hang_up
        return Answer(reply.status, reply.headers, reply.body)

    def judge(self, plan):
        attempt = Attempt(plan, self.sends, CALLERS.__getitem__)
        complaint = attempt.play()
        attempt.clean_up()
        return complaint


def plan_of(reproduction):
    text = next(text for name, text in reproduction.texts.items() if name.endswith(".py"))
    written = re.search(r"^PLAN = (\{.*?\})\n\n", text, re.MULTILINE | re.DOTALL)
    return ast.literal_eval(written[1])
