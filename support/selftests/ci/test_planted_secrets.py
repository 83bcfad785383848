"""The trial with planted secrets plants what it says and finds what was planted, without the redactor."""

from __future__ import annotations

import gzip
import json
import zipfile

import pytest

from ci.trials.planted_secrets.encodings import ENCODINGS
from ci.trials.planted_secrets.gateway import FAULTS, HEADERS
from ci.trials.planted_secrets.planting import Plantation
from ci.trials.planted_secrets.search import _pieces, find, read_outputs
from ci.trials.planted_secrets.shapes import make_secrets
from ci.trials.planted_secrets.tests import TESTS
from ci.trials.planted_secrets.tests import WAYS as TESTED
from ci.trials.planted_secrets.ways import WAYS
from support.selftests.secrets.known_secrets import make_redactor

pytestmark = pytest.mark.whole_run

SECRETS = make_secrets(3)


def test_the_matrix_is_as_large_as_was_promised():
    """At least 35 ways, ten encodings and eight shapes; no two secrets are alike in two trials."""
    tested = {one or other for one, other in TESTED.findall(TESTS.read_text(encoding="utf-8"))}
    assert len(WAYS) + len(HEADERS) + len(FAULTS) + len(tested) >= 35
    assert len(ENCODINGS) >= 10
    assert len(SECRETS) >= 8
    assert not set(SECRETS.values()) & set(make_secrets(4).values())


def test_each_shape_is_planted_in_each_encoding():
    """In turn, with neighbours that differ, and with a number by which each is known."""
    plantation = Plantation(SECRETS)
    shown = " ".join(plantation.next("a way") for _ in range(len(SECRETS) * len(ENCODINGS)))
    assert {(each.shape, each.encoding) for each in plantation.planted} == {
        (shape, encoding) for shape in SECRETS for encoding in ENCODINGS
    }
    assert plantation.shown_in(shown) == set(range(len(plantation.planted)))
    assert len({each.encoding for each in plantation.planted[: len(ENCODINGS)]}) == len(ENCODINGS)


@pytest.fixture(scope="module")
def redactor():
    return make_redactor(*SECRETS.values())


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("shape", SECRETS)
def test_what_was_planted_is_found_unless_it_is_hidden(redactor, shape, encoding):
    """Also as JSON or a repr writes it; and the redactor hides it in all of them."""
    text = ENCODINGS[encoding](SECRETS[shape])
    shown = {
        "as it is": f"see {text} .",
        "in JSON": json.dumps({"a": [text]}),
        "in a repr": repr(text),
        "in JSON twice": json.dumps(json.dumps(text)),
    }
    assert {each.where for each in find({shape: SECRETS[shape]}, shown)} == set(shown)
    assert not find(SECRETS, {"a file": "\n".join(redactor.text(each) for each in shown.values())})


def test_packed_files_and_names_are_searched(tmp_path):
    """What is zipped in a file that was compressed, and what a file is called."""
    folder = tmp_path / "left"
    folder.mkdir()
    with zipfile.ZipFile(tmp_path / "trace.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.txt", f"token {SECRETS['short']}")
    (folder / "trace.gz").write_bytes(gzip.compress((tmp_path / "trace.zip").read_bytes()))
    (folder / f"{SECRETS['begins as another']}.txt").write_text("nothing", encoding="utf-8")
    found = {each.shape for each in find(SECRETS, read_outputs([folder]))}
    assert {"short", "begins as another"} <= found


def test_a_part_that_is_left_is_found():
    """Two thirds of a short secret, a dozen letters of a long one; ordinary text is none."""
    secret = SECRETS["quotes and backslashes"]
    assert find(SECRETS, {"a file": f"cut {secret[: len(secret) * 2 // 3 + 1]}…"})
    assert find(SECRETS, {"a file": f"cut {SECRETS['long'][200:220]}…"})
    assert not find(SECRETS, {"a file": f"cut {SECRETS['long'][:20]}…, and a correct horse in summer 2024"})


@pytest.mark.parametrize("secret", [*make_secrets(14).values()])
def test_each_piece_of_a_secret_holds_an_anchor(secret: str) -> None:
    """Else a text that shows too much of a secret would be passed over."""
    pieces = _pieces(secret)
    assert all(pieces.are_in(f"<{each}>") for each in pieces.every)
    assert not pieces.are_in("nothing of it")
