"""The service is broken at random in its own code, and nowhere else."""

from __future__ import annotations

import ast

import pytest

from ci.proof import mutation
from ci.proof.catalogue import Case
from ci.proof.mutants import _say
from ci.proof.mutation import SWITCH, list_mutants
from ci.proof.runner import Plan, run_cases
from support.target.settings import ROOT


def changed(source: str) -> list[str]:
    """Return the source with each of its changes made, one at a time."""
    changer = mutation._Changer(None)
    changer.visit(ast.parse(source))
    made = []
    for number in range(len(changer.sites)):
        tree = ast.parse(source)
        mutation._Changer(number).visit(tree)
        made.append(ast.unparse(ast.fix_missing_locations(tree)))
    return made


@pytest.mark.parametrize(
    ("source", "one"),
    [
        ("x = a < b", "x = a <= b"),
        ("x = a is None", "x = a is not None"),
        ("x = a and b and c", "x = a and b"),
        ("x = not a", "x = a"),
        ("x = 20", "x = 21"),
        ("x = {'Location': a, 'ETag': b}", "x = {'Location': a}"),
        ("x = a.lower()", "x = a"),
        ("if a:\n    b()", "if False:\n    b()"),
        ("def f():\n    raise refusal()", "def f():\n    pass"),
        ("def f():\n    a[b] = c", "def f():\n    pass"),
    ],
)
def test_a_change_is_made(source: str, one: str) -> None:
    assert one in changed(source)


@pytest.mark.parametrize(
    "source",
    [
        "if self._switches.on('M01', a < b):\n    c = 1",
        "x = switches.has('B02') and a",
        "if on('N03', a):\n    b()",
        "class A:\n\n    def __init__(self):\n        self.a = 1",
        "def f():\n    'Say 1.'",
        "if TYPE_CHECKING:\n    import a",
        "@dataclass(frozen=True, slots=True)\nclass A:\n    a: int",
    ],
)
def test_what_is_planted_or_no_behaviour_is_left_alone(source: str) -> None:
    assert changed(source) == []


@pytest.mark.whole_run
def test_every_change_of_the_service_is_one() -> None:
    mutants = list_mutants()
    assert len(mutants) > 500
    assert not [str(mutant) for mutant in mutants if SWITCH.search(mutant.what)]
    for module in sorted({mutant.module for mutant in mutants}):
        source = (ROOT / (module.replace(".", "/") + ".py")).read_text(encoding="utf-8")
        assert ast.unparse(ast.parse(source)) not in changed(source), module


def test_a_broken_service_is_seen() -> None:
    location = next(mutant for mutant in list_mutants() if mutant.what == "no entry 'Location'")
    case = Case(1, "calm", stories=("REG-01",), mutant=(location.module, location.number))
    (result,) = run_cases([case], Plan(1.0, 1, {}))
    assert _say(result) == "seen by REG-01"
