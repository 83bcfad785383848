"""What Allure is told of a story, read back from the files that it writes."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from allure_pytest.listener import AllureListener

from support.report.story import with_example
from support.secrets.redaction import REDACTOR
from support.selftests.report.playground import Outcome, run, steps_of
from support.selftests.report.small_project import TOKEN

FAULT = "503 Service Unavailable after 12 ms, Retry-After: 1, may have been done"
HIDDEN = REDACTOR.text(TOKEN)

SIGN_UP = '''
@users @critical
Feature: Signing up
  People come to us
  by signing up.

  Background:
    Given the service is there
    And nothing else

  Rule: Whoever signs up is stored

    @REG-01 @clause-2.1 @clause-10.2 @clause-5.1
    Scenario: A new user can be looked up
      Given these people
        | name   | age |
        | A, "b" | 36  |
      And this text
        """
        two
        lines
        """
      When the client creates user Ada
      Then user Ada can be looked up within the promised time

    @minor
    Scenario Outline: A name with <what> is kept
      When the client creates user Ada with <what> for a name

      Examples: Names
        | what   | why  |
        | emoji  | fun  |
        | blanks | long |

    Scenario: A wrong answer is shown
      When the client creates user Ada
      Then the answer is wrong
      And nobody knows

    Scenario: Bad weather is no verdict
      Then nobody knows

    Scenario: A mistake of the suite is no verdict
      Then the suite is wrong

    Scenario: A run that is stuck is no verdict
      Then it takes too long

    Scenario: Late is late
      Then everyone catches up

    Scenario: A step may find that it does not apply
      Then it does not apply
      And nobody knows

    @needs-etag
    Scenario: A promise that is not made
      Then nobody knows

    Scenario: A user is created and seen
      Given user Ada exists

    Scenario: A sentence that nobody knows
      Then nobody has written this
      And nobody knows

    Scenario: Many requests
      When the client asks very often
'''


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return run(tmp_path_factory.mktemp("stories"), signing_up=SIGN_UP)


def labels(result: dict, name: str) -> list[str]:
    return [label["value"] for label in result["labels"] if label["name"] == name]


def test_steps_are_the_sentences(outcome: Outcome) -> None:
    """Keyword and sentence are the steps, the Background is folded, each with status and time."""
    result = outcome.results["A new user can be looked up"]
    assert [step["name"] for step in result["steps"]] == [
        "Background",
        "Given these people",
        "And this text",
        "When the client creates user Ada",
        "Then user Ada can be looked up within the promised time",
    ]
    background = result["steps"][0]
    assert [step["name"] for step in background["steps"]] == [
        "Given the service is there",
        "And nothing else",
    ]
    assert {step["status"] for step in steps_of(result)} == {"passed"}
    assert all(step["start"] <= step["stop"] for step in steps_of(result))
    assert background["start"] == background["steps"][0]["start"]


def test_tables_and_texts_are_attachments(outcome: Outcome) -> None:
    """A table is CSV, a doc string is text."""
    story = "A new user can be looked up"
    (table,) = outcome.step(story, "Given these people")["attachments"]
    assert table["type"] == "text/csv"
    assert outcome.read(table) == 'name,age\n"A, ""b""",36\n'
    (text,) = outcome.step(story, "And this text")["attachments"]
    assert outcome.read(text) == "two\nlines"


@pytest.mark.parametrize(
    ("story", "status", "steps"),
    [
        ("A wrong answer is shown", "failed", ["passed", "failed", "skipped"]),
        ("Bad weather is no verdict", "broken", ["broken"]),
        ("A mistake of the suite is no verdict", "broken", ["broken"]),
        ("A run that is stuck is no verdict", "broken", ["broken"]),
        ("A sentence that nobody knows", "broken", ["broken", "skipped"]),
        ("Late is late", "failed", ["failed"]),
        ("A step may find that it does not apply", "skipped", ["skipped", "skipped"]),
    ],
)
def test_verdicts(outcome: Outcome, story: str, status: str, steps: list[str]) -> None:
    """Only a judge's finding fails a story; what did not run is skipped."""
    result = outcome.results[story]
    assert result["status"] == status
    assert [step["status"] for step in result["steps"]] == ["passed", *steps]


def test_what_is_not_asked_shows_its_sentences(outcome: Outcome) -> None:
    """A story that does not apply says why, and shows what it would have asked."""
    result = outcome.results["A promise that is not made"]
    assert result["status"] == "skipped"
    assert result["statusDetails"]["message"] == "target staging does not promise etag"
    assert [(step["name"], step["status"]) for step in result["steps"]] == [
        ("Background", "skipped"),
        ("Then nobody knows", "skipped"),
    ]


def test_messages(outcome: Outcome) -> None:
    """On top stand the promise and what was seen; what is no verdict begins with its kind."""
    details = outcome.results["A wrong answer is shown"]["statusDetails"]
    assert details["message"] == 'promised: the name is "Ada"\nseen: it is "Bob"\n(UnexpectedContent)'
    assert "run it alone: pytest 'test_stories.py::test_a_wrong_answer_is_shown'" in details["trace"]
    assert "Traceback" not in details["trace"]
    details = outcome.results["Bad weather is no verdict"]["statusDetails"]
    assert details["message"] == "Inconclusive: no answer within 20 s"
    details = outcome.results["A mistake of the suite is no verdict"]["statusDetails"]
    assert details["message"].startswith("KeyError: ")
    assert "small_project.py" in details["trace"]
    details = outcome.results["A sentence that nobody knows"]["statusDetails"]
    assert "  Then nobody has written this  (features/sign_up/signing_up.feature:" in details["trace"]


def test_labels(outcome: Outcome) -> None:
    """Folder, feature and rule group the stories; tags are severity, clauses, story ids and tags."""
    result = outcome.results["A new user can be looked up"]
    place = ["Sign up", "Signing up", "Whoever signs up is stored"]
    assert [labels(result, name) for name in ("epic", "feature", "story")] == [[part] for part in place]
    assert [labels(result, name) for name in ("parentSuite", "suite", "subSuite")] == [[p] for p in place]
    assert result["titlePath"] == place
    assert labels(result, "severity") == ["critical"]
    assert labels(result, "clause") == ["2.1", "5.1", "10.2"]
    assert labels(result, "as_id") == ["REG-01"]
    assert labels(result, "tag") == ["REG-01", "users"]
    assert "People come to us by signing up." in result["descriptionHtml"]
    assert "features/sign_up/signing_up.feature:" in result["descriptionHtml"]


@pytest.mark.parametrize(
    ("title", "example", "name"),
    [
        ("What the service decides stays", {"field": "id"}, "What the service decides stays [id]"),
        ("An id stays", {"field": "id"}, "An id stays"),
        ("An id stays", {"field": "id", "value": ""}, "An id stays [(empty)]"),
        ("A name is kept", {"name": "a+b (c)"}, "A name is kept [a+b (c)]"),
    ],
)
def test_a_title_always_carries_its_row(title: str, example: dict[str, str], name: str) -> None:
    """A value counts as said only where it stands as a word of its own."""
    assert with_example(title, example) == name


def test_example_values_are_parameters(outcome: Outcome) -> None:
    """A row is in the name as far as the title does not say it, and wholly in the parameters."""
    result = outcome.results["A name with emoji is kept [fun]"]
    assert result["parameters"] == [{"name": "what", "value": "emoji"}, {"name": "why", "value": "fun"}]
    assert labels(result, "severity") == ["minor"]
    assert result["testCaseId"] == outcome.results["A name with blanks is kept [long]"]["testCaseId"]
    assert result["historyId"] != outcome.results["A name with blanks is kept [long]"]["historyId"]
    assert result["fullName"].endswith("#test_a_name_with_what_is_kept")


def test_an_operation_is_an_attachment(outcome: Outcome) -> None:
    """Title, request, every attempt, answer and curl line, in one text."""
    step = outcome.step("A new user can be looked up", "When the client creates user Ada")
    (attachment,) = step["attachments"]
    assert attachment["name"] == "create user Ada — 201 after 12 ms (2 attempts)"
    text = outcome.read(attachment)
    for line in (
        "POST http://127.0.0.1:8080/api/v1/users",
        f"    Authorization: Bearer {HIDDEN}",
        f"attempt 1: {FAULT}; waited 1.00 s (Retry-After)",
        "attempt 2: 201 Created after 12 ms, done",
        '      "amount": 1.50,',
        '      "amount": 2',
    ):
        assert line in text.splitlines()
    assert '-H "Authorization: Bearer $API_TOKEN" ' in text
    assert "traceparent" not in text.partition("# the same from a shell")[2]
    assert "hush-hush" not in text


def test_a_convergence_is_a_picture_and_a_table(outcome: Outcome) -> None:
    """The reads of a convergence are folded into its picture and its table."""
    step = outcome.step(
        "A new user can be looked up", "Then user Ada can be looked up within the promised time"
    )
    picture, table = step["attachments"]
    assert picture["type"] == "image/svg+xml"
    sentence = "user Ada, looked up: shown as last written, promised within 2.0 s; seen after 0.40 s"
    assert picture["name"] == sentence
    drawing = ET.fromstring(outcome.read(picture))  # noqa: S314 - our own drawing
    assert len([item for item in drawing.iter() if item.tag.endswith("circle")]) == 3 + 2  # with the key
    assert table["name"] == "the 3 reads in detail"
    assert outcome.read(table).startswith(sentence)


def test_a_finding_shows_its_timeline(outcome: Outcome) -> None:
    """Also the step that fails shows the reads that convict."""
    step = outcome.step("Late is late", "Then everyone catches up")
    assert step["attachments"][0]["name"].endswith("the old state was still shown after 2.40 s")
    assert "saw the old one, too late" in outcome.read(step["attachments"][0])


def test_evidence_is_in_the_order_of_time(outcome: Outcome) -> None:
    """What was written comes before what was read of it."""
    step = outcome.step("A user is created and seen", "Given user Ada exists")
    names = [attachment["name"] for attachment in step["attachments"]]
    assert names[0].startswith("create user Ada")
    assert names[1].startswith("user Ada, looked up")
    assert names[2:] == ["the 2 reads in detail", "look up user Ada — 200 after 12 ms"]


def test_many_operations_share_one_text(outcome: Outcome) -> None:
    """A step of a dozen operations has one attachment that lists and shows them, in brief if all is well."""
    step = outcome.step("Many requests", "When the client asks very often")
    (attachment,) = step["attachments"]
    assert attachment["name"] == "12 operations"
    text = outcome.read(attachment)
    assert text.count("attempt 1: ") == 12
    assert "# the same from a shell" not in text


def test_nothing_is_told_of_fixtures(outcome: Outcome) -> None:
    """The hooks of allure-pytest for fixtures are still called as they were when they were taken out."""
    assert not list((outcome.folder / "allure-results").glob("*-container.json"))
    assert callable(AllureListener.pytest_fixture_setup)
    assert callable(AllureListener.pytest_fixture_post_finalizer)
    assert callable(AllureListener._update_fixtures_children)


def test_the_token_is_nowhere(outcome: Outcome) -> None:
    """What the bridge writes is redacted, a mistake's message included."""
    bare = TOKEN.encode()
    for path in (outcome.folder / "allure-results").iterdir():
        if path.name.endswith(("txt", "svg", "csv")):
            assert bare not in path.read_bytes()
    message = outcome.results["A mistake of the suite is no verdict"]["statusDetails"]["message"]
    assert HIDDEN in message
    assert "4711" not in message
