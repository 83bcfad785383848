"""Pictures, tables and texts of the report, made in this process."""

from __future__ import annotations

import json
import shlex
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from support.convergence.timelines import Finding, Seen
from support.http.history import Request
from support.report.curl import curl
from support.report.operations import entitle, render, render_briefly
from support.report.pictures import convergence as words
from support.report.pictures import lags, timeline
from support.secrets.redaction import REDACTOR
from support.selftests.report.small_project import TOKEN, USERS, convergence, operation

N, O = Seen.NEW, Seen.OLD  # noqa: E741 - as the samples are drawn


@pytest.mark.parametrize(
    ("seen", "finding", "ending"),
    [
        ([O, N], Finding.IN_TIME, "seen after 0.30 s"),
        ([O] * 9 + [N] * 9, Finding.LATE, "the old state was still shown after 2.40 s"),
        ([O] * 12, Finding.NEVER, "never seen, the old state was shown up to 3.30 s"),
        ([N] * 20 + [O], Finding.DIVERGED_AGAIN, "seen, and then an older state was shown again"),
        ([O, Seen.FOREIGN], Finding.FOREIGN, "something was seen that nobody wrote there"),
        ([O, Seen.TORN], Finding.TORN, "half of one version and half of another was seen"),
        ([Seen.NOTHING], Finding.UNDECIDED, "could not be decided"),
    ],
)
def test_each_finding_has_its_sentence_and_picture(seen: list[Seen], finding: Finding, ending: str) -> None:
    """A timeline says in one sentence how it ended, and its picture is well-formed and stands alone."""
    line = convergence(*seen, every_s=0.3)
    assert line.finding is finding
    assert words.describe(line).endswith(f"promised within 2.0 s; {ending}")
    picture = timeline.draw(line)
    ET.fromstring(picture)  # noqa: S314 - our own drawing
    assert "script" not in picture
    assert picture.count("http") == 1  # the name space
    assert f"{len(seen)} read" in words.tabulate(line)


def test_reads_are_coloured_by_what_they_saw() -> None:
    """Old within the bound is orange, old after it red, new green."""
    line = convergence(O, O, O, N, every_s=0.9)
    picture = timeline.draw(line)
    assert picture.count(f'fill="{timeline.ORANGE}"><title>') == 2 + 1  # type: ignore[attr-defined]
    late = convergence(O, O, O, O, N, every_s=0.9)
    assert timeline.draw(late).count(f'fill="{timeline.RED}"><title>') == 1  # type: ignore[attr-defined]


def test_markup_in_data_stays_data() -> None:
    """What a service shows cannot become part of the drawing."""
    line = convergence(N, every_s=0.1)
    line.subject = "user </text><script>alert(1)</script>"
    assert "<script>" not in timeline.draw(line)


def test_a_late_first_look_measures_nothing() -> None:
    """Only an early look or an old state seen before makes a lag."""
    assert words.is_measured(convergence(N, every_s=0.3))
    assert words.is_measured(convergence(O, O, N, every_s=0.3))
    late = convergence(N, every_s=0.3)
    late.acknowledged_at -= 1.5
    assert not words.is_measured(late)
    assert words.describe(late).endswith("seen at the first look, after 1.50 s")


def test_lost_reads_measure_nothing() -> None:
    """Where the reads around the bound were lost, nobody knows when the new state came."""
    line = convergence(O, Seen.NOTHING, Seen.NOTHING, N, every_s=0.8)
    assert line.finding is Finding.IN_TIME
    assert not words.is_measured(line)
    assert words.describe(line).endswith("seen by the next read that came through, after 2.40 s")


def test_lags_are_counted_by_the_nearest_rank() -> None:
    """p50, p95 and max are measured values, by change and view."""
    samples = [("create", "single", float(ms), 2000.0) for ms in range(1, 101)]
    whole = lags.summarize(samples)
    assert whole is not None
    assert (whole.p50, whole.p95, whole.max, whole.bound) == (50.0, 95.0, 100.0, 2000.0)
    assert lags.summarize([]) is None
    groups = lags.group([*samples, ("delete", "list", 2100.0, 2000.0)])
    assert [group.name for group in groups] == ["create, looked up", "delete, in the list"]
    ET.fromstring(lags.draw(groups))  # noqa: S314 - our own drawing


def test_an_operation_without_an_answer() -> None:
    """Nothing is invented where nothing came back."""
    begun = operation("create", method="POST")
    assert entitle(begun) == "create user Ada — not answered yet"
    assert render(begun) == render_briefly(begun) == entitle(begun)


@pytest.mark.parametrize("data", ['{"name": "O\'Brien"}', '{"name": "a\\nb $HOME `x` \\\\"}', "plain & <b>"])
def test_curl_lines_can_be_pasted(data: str) -> None:
    """A shell gives curl the same body again, and the token from a variable."""
    REDACTOR.register(TOKEN, "API_TOKEN")
    line = curl(Request("POST", USERS, {"Authorization": f"Bearer {TOKEN}", "Accept": "a/b"}, data.encode()))
    words = shlex.split(line)
    assert words[words.index("--data-raw") + 1] == data
    assert "Authorization: Bearer $API_TOKEN" in words
    assert TOKEN not in line


def test_bodies_that_a_shell_cannot_carry_are_left_out() -> None:
    """Neither a null character nor what is no text nor an enormous body goes into a curl line."""
    for body in (b'{"name": "a\0b"}', b"\xff\xfe", b'"' + b"x" * 5000 + b'"'):
        assert "--data-binary @body" in curl(Request("POST", USERS, {}, body))


def test_a_telling_header_is_shown_wherever_a_request_is() -> None:
    """A disguised deletion, replayed without the header that disguises it, shows nothing."""
    made = operation("delete", 201, method="POST", body=b"{}")
    telling = {"X-HTTP-Method-Override": "DELETE", "Authorization": f"Bearer {TOKEN}", "Host": "x"}
    made.exchanges[-1] = replace(made.last, request=replace(made.last.request, headers=telling))
    brief = render_briefly(made)
    assert "X-HTTP-Method-Override: DELETE" in brief
    assert "X-HTTP-Method-Override: DELETE" in curl(made.last.request)
    assert "Authorization" not in brief
    assert TOKEN not in brief


def test_a_password_is_hidden_by_the_name_of_its_field() -> None:
    """Also a password that nobody registered."""
    made = operation("create", 201, method="POST", body=json.dumps({"password": "hush-hush"}).encode())
    for text in (render(made), render_briefly(made)):
        assert "hush-hush" not in text
    assert not REDACTOR.contains_secret(render(made))


@pytest.mark.parametrize("reads", [3, 12, 90])
def test_no_words_of_a_picture_run_into_others_or_out_of_it(reads: int) -> None:
    """However long the title is and however little room there is between the lines."""
    line = convergence(*[O] * reads, every_s=0.4)
    root = ET.fromstring(timeline.draw(line))  # noqa: S314 - our own
    texts = [each for each in root.iter() if each.tag.endswith("text")]
    title = texts[0]
    assert 20 + 0.6 * float(title.get("font-size", "")) * len(title.text or "") <= 920 - 20 + 1
    begun = {each.text or "": (float(each.get("x", "")), float(each.get("y", ""))) for each in texts[1:]}
    (x, y), (other_x, other_y) = begun["write acknowledged"], begun["promise: 2 s"]
    assert other_y != y or other_x - x > 120
