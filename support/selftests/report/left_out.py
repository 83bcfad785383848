"""A target that promises next to nothing, and every reason for which its stories are left out."""

from __future__ import annotations

import pytest
from pytest_bdd.feature import get_features

from support.runner.applicability import reasons_against
from support.runner.needs import reasons_by_wording
from support.target import Target
from support.target.promises import PROMISES
from support.target.settings import ROOT
from support.users.pages import SORT_KEYS

BARE = Target(
    name="staging",
    server_fields=["id"],
    fields={"nickname": "", "password": "", "nullable": ["name", "email"]},
    lists={"sort_keys": {}, "size": ""},
    operations={"list": "none"},
)


def every_reason() -> list[str]:
    """Return each reason once: by the tags, the rows and the sentences of all stories there are."""
    tags = [*(f"needs-{promise}" for promise in PROMISES), "destructive"]
    example = {"field": "role", "key": next(iter(SORT_KEYS))}
    sentences = [
        step.name
        for feature in get_features([str(ROOT / "features")])
        for scenario in feature.scenarios.values()
        for step in scenario.steps
    ]
    with pytest.raises(LookupError) as missing:
        BARE.route("list")
    by_tags, by_wording = reasons_against(tags, example, BARE, {}), reasons_by_wording(sentences, BARE)
    return list(dict.fromkeys((*by_tags, *by_wording, str(missing.value))))
