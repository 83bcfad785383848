"""How clients of an exploration send what they send."""

from __future__ import annotations

import json

import pytest

from support.behaviours.exploration.choices import Choices
from support.behaviours.exploration.machines import Slot, Texts
from support.behaviours.exploration.manners import Address, Manner
from support.behaviours.exploration.texts import Sample
from support.cast.variations import CHOSEN
from support.selftests.behaviours.exploration.explorer import Explorer
from support.selftests.reference.probe import Probe

ADA = Address(Sample("ada.{mark}@example.com", "an address"))
NAMED = {"name": Sample("Ada", "order")}


def test_an_id_that_a_client_chooses_is_each_users_own(tmp_path):
    """Parse Server moved a user to it; with one id for all the next sequence met a conflict."""
    manner = Manner(also={"id": CHOSEN["id"]})
    with Probe() as probe:
        explorer = Explorer(probe, tmp_path)
        for _ in range(2):
            sequence = explorer.sequence()
            sequence.create(NAMED, ADA, manner)
            known = sequence.create(NAMED, ADA)
            assert known is not None
            sequence.change(known, NAMED, None, manner)
        history = explorer.observer.api.client.history
        bodies = [each.last.request.body for each in history.since(0) if each.verb in {"create", "change"}]
        ids = [sent["id"] for body in bodies if "id" in (sent := json.loads(body))]
    assert len(ids) == len(set(ids)) == 4


@pytest.mark.parametrize("is_exclusive", [True, False])
def test_nothing_is_done_to_an_id_that_may_be_somebody_elses_by_now(tmp_path, is_exclusive):
    """In Flask-AppBuilder ids return: an exploration that came to a deleted user did not apply, by chance."""
    with Probe() as probe:
        explorer = Explorer(probe, tmp_path, ids_return=True)
        target = explorer.target.model_copy(update={"exclusive": is_exclusive})
        explorer.observer.api.client.target = target
        sequence = explorer.sequence()
        kind = type("kind", (Texts,), {"choices": Choices(target), "make_sequence": lambda _: sequence})
        machine, known = kind(), sequence.create(NAMED, ADA)
        assert known is not None
        sequence.delete(known)
        before = len(sequence.words)
        machine.on(Slot(known), sequence.delete)
        assert len(sequence.words) - before == int(is_exclusive)
