"""The JSON schema of profiles is that of the models, and each profile that ships names it."""

from __future__ import annotations

import pytest

from support.target.profiles import TARGETS
from support.target.schema import FILE, schema_text


def test_the_schema_is_not_stale():
    assert FILE.read_text(encoding="utf-8") == schema_text(), "run python -m support.target.schema"


@pytest.mark.parametrize("profile", sorted(TARGETS.glob("*.toml")), ids=lambda path: path.stem)
def test_each_profile_names_it(profile):
    first = profile.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("#:schema ")
    assert (profile.parent / first.removeprefix("#:schema ")).resolve() == FILE
