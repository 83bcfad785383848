"""Every planted defect really misbehaves, counts itself, and is seen at no healthy service."""

from __future__ import annotations

import pytest

from support.reference.faults.defects import DEFECTS
from support.selftests.reference.probe import Probe
from support.selftests.reference.proofs import PROOFS, changing, deleting, lists, refusals, repeating, users

HEALTHY = {proof.see.__name__: (name, proof) for name, proof in PROOFS.items()}


def test_every_defect_has_a_proof():
    """The register and the proofs name the same defects, from all modules of proofs."""
    assert set(PROOFS) == set(DEFECTS)
    assert {proof.see.__module__ for proof in PROOFS.values()} == {
        module.__name__ for module in (changing, deleting, lists, refusals, repeating, users)
    }


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_is_seen_and_counted(name):
    """With the switch on, the proof sees the misbehaviour and the counter has moved."""
    proof = PROOFS[name]
    manners = DEFECTS[name].manners
    with Probe(name, *manners, **proof.options) as probe:
        assert proof.see(probe)
        assert probe.hits.get(name, 0) > 0
        assert set(probe.hits) - set(manners) == {name}


@pytest.mark.parametrize(("name", "proof"), HEALTHY.values(), ids=HEALTHY)
def test_a_healthy_service_shows_nothing(name, proof):
    """With no defect on, the same proof sees nothing."""
    manners = DEFECTS[name].manners
    with Probe(*manners, **proof.options) as probe:
        assert not proof.see(probe)
        assert set(probe.hits) <= set(manners)


def test_the_register_is_well_formed():
    """Kinds are of the six, and clauses and stories look like what they name."""
    for defect in DEFECTS.values():
        assert defect.kind in "ESPCLR"
        assert defect.stories
        assert defect.clause[0] in "12345678"
        assert defect.text
