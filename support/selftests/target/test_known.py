"""Known deviations in a profile: a mistake is one line, and a day is a day."""

from __future__ import annotations

from datetime import date

import pytest

from support.errors import ConfigurationError
from support.target.known import Deviation, KnownDeviations, read_tags
from support.target.profiles import load_target

SOUND = 'reason = "slow", expires = 2027-01-31'
MISTAKES = {
    f'"DEL-99" = {{ {SOUND} }}': "known: no such story: 'DEL-99', did you mean 'DEL-0",
    f'"XYZ-01" = {{ {SOUND} }}': "known: no such story: 'XYZ-01'",
    f'"2.99" = {{ {SOUND} }}': "known: no such clause: '2.99', did you mean '2.",
    f'"a deletion" = {{ {SOUND} }}': "known: 'a deletion' is no story id such as RPT-01 and no clause such",
    '"DEL-01" = { expires = 2027-01-31 }': "known.DEL-01.reason: field required",
    '"DEL-01" = { reason = " ", expires = 2027-01-31 }': "known.DEL-01.reason: says nothing",
    '"DEL-01" = { reason = "slow" }': "known.DEL-01.expires: field required",
    '"DEL-01" = { reason = "slow", expires = "soon" }': "known.DEL-01.expires: input should be a valid date",
    '"DEL-01" = { reason = "slow", expires = "2027-02-30" }': "known.DEL-01.expires: input should be a valid",
    f'"DEL-01" = {{ {SOUND}, link = "17" }}': "known.DEL-01.link: string should match pattern",
    f'"DEL-01" = {{ {SOUND}, resaon = "x" }}': "known.DEL-01.resaon: is no key of a profile, did you mean",
    '"DEL-01" = "slow"': "known.DEL-01: input should be a valid dictionary",
}


def write(folder, lines):
    file = folder / "mine.toml"
    file.write_text(f'name = "mine"\n[known]\n{lines}\n', encoding="utf-8")
    return str(file)


@pytest.mark.parametrize(("line", "reason"), MISTAKES.items(), ids=list(MISTAKES.values()))
def test_a_mistake_is_one_line(tmp_path, line, reason):
    with pytest.raises(ConfigurationError) as caught:
        load_target(write(tmp_path, line))
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


def test_dates_are_toml_s_own_or_text(tmp_path):
    lines = f'"DEL-01" = {{ {SOUND} }}\n"2.7" = {{ reason = " so\\n it is ", expires = "2027-01-31" }}'
    known = load_target(write(tmp_path, lines)).known
    assert known["DEL-01"].expires == known["2.7"].expires == date(2027, 1, 31)
    assert known["2.7"].reason == "so it is"


def test_every_id_and_clause_of_the_features_may_be_known():
    tags = read_tags()
    assert {"DEL-01", "RPT-01", "2.7", "5.1"} <= tags
    assert not {tag for tag in tags if tag.startswith("clause")}


@pytest.mark.parametrize(("day", "is_expired"), [(30, False), (31, False)])
def test_the_last_day_still_counts(day, is_expired):
    table = {"DEL-01": Deviation(reason="slow", expires=date(2027, 1, 31))}
    (entry,) = KnownDeviations(table, date(2027, 1, day))
    assert entry.is_expired is is_expired
    (entry,) = KnownDeviations(table, date(2027, 2, 1))
    assert entry.is_expired
