"""How clients of an exploration send what they send."""

from __future__ import annotations

import json

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
