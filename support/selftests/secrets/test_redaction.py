# ruff: noqa: RUF001 - the marks of what is hidden
"""The redactor hides every registered secret in every encoding, nothing else, and at little cost."""

from __future__ import annotations

import base64
import difflib
import html
import json
import pprint
import quopri
import random
import re
import reprlib
import shlex
import string
import time
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from support.secrets.redaction import Redactor
from support.selftests.secrets.known_secrets import PASSWORD, TOKEN, make_redactor
from support.selftests.secrets.leaks import find_leaks

NASTY = [
    TOKEN,
    PASSWORD,
    's3cr&t"%é\\',
    "a b'c\"d&e<f>%2",
    "pass\nword\twith\\nmore\\\\of it",
    "\\token%41bc\\u0041def\\",
    "pa$$w0rd😀ß→é`x`",
    "\"'&%é\\+ /?#",
    "correct horse battery staple",
    "n" * 30 + "1",
    "&amp;%2520&quot;abcdefghijkl;x",
    "12345678",
    "ÄÖÜäöüß€",
]
ENCODINGS = {
    "plain": str,
    "lower": lambda s: s.lower() if s.isascii() else s,
    "upper": lambda s: s.upper() if s.isascii() else s,
    "json": json.dumps,
    "json utf-8": lambda s: json.dumps(s, ensure_ascii=False),
    "json in json": lambda s: json.dumps({"body": json.dumps({"p": s})}),
    "json thrice": lambda s: json.dumps(json.dumps(json.dumps(s, ensure_ascii=False))),
    "json, upper-case escapes": lambda s: re.sub(
        r"\\u[0-9a-f]{4}", lambda m: "\\u" + m[0][2:].upper(), json.dumps(s)
    ),
    "repr": repr,
    "repr of repr": lambda s: repr(repr(s)),
    "repr of bytes": lambda s: repr(s.encode()),
    "ascii": ascii,
    "str of a dict": lambda s: str({"password": s, "more": [s]}),
    "url": lambda s: quote(s, safe=""),
    "url, slashes kept": quote,
    "url twice": lambda s: quote(quote(s, safe=""), safe=""),
    "url, lower-case hex": lambda s: re.sub(r"%[0-9A-F]{2}", lambda m: m[0].lower(), quote(s, safe="")),
    "url plus": quote_plus,
    "url, partly": lambda s: quote(s, safe="\"&'<+ \\é"),
    "form": lambda s: urlencode({"a": "b", "password": s, "c": "d"}),
    "html": html.escape,
    "html twice": lambda s: html.escape(html.escape(s)),
    "html decimal": lambda s: "".join(c if c.isascii() and c.isalnum() else f"&#{ord(c)};" for c in s),
    "html hex": lambda s: "".join(c if c.isascii() and c.isalnum() else f"&#x{ord(c):X};" for c in s),
    "xml in json": lambda s: json.dumps(f"<p a={html.escape(s)!r}/>"),
    "base64": lambda s: base64.b64encode(s.encode()).decode(),
    "base64, urlsafe": lambda s: base64.urlsafe_b64encode(s.encode()).decode().rstrip("="),
    "basic": lambda s: "Basic " + base64.b64encode(f"ada:{s}".encode()).decode(),
    "basic 2": lambda s: base64.b64encode(f"user1:{s}".encode()).decode(),
    "base64 within": lambda s: base64.b64encode(f"xx{s}yyy".encode()).decode(),
    "hex": lambda s: s.encode().hex(),
    "HEX": lambda s: s.encode().hex().upper(),
    "mojibake": lambda s: s.encode().decode("latin-1"),
    "mojibake in repr": lambda s: repr(s.encode().decode("latin-1")),
    "quoted-printable": lambda s: quopri.encodestring(s.encode()).decode(),
    "quoted-printable in a header": lambda s: quopri.encodestring(s.encode(), header=True).decode(),
    "mojibake in json": lambda s: json.dumps(s.encode().decode("latin-1")),
    "shell": shlex.quote,
    "curl in json": lambda s: json.dumps("curl -d " + shlex.quote(json.dumps({"p": s}))),
    "header as latin-1": lambda s: repr(s.encode("latin-1", "replace")) if s.isascii() else repr(s),
}


@pytest.mark.parametrize("secret", NASTY)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_secret_is_hidden_in_every_disguise(secret: str, encoding: str) -> None:
    """Whatever a secret was wrapped into, nothing of it is left and its label stands there."""
    shown = f"before {ENCODINGS[encoding](secret)} after"  # type: ignore[operator]
    hidden = make_redactor(secret).text(shown)
    assert not find_leaks(hidden, secret)
    assert "‹SECRET›" in hidden
    assert hidden.startswith("before ")
    assert hidden.endswith(" after")
    for part in re.findall(r"[A-Za-z0-9]{8,}", secret):
        assert part not in hidden


@pytest.mark.parametrize("width", [16, 19, 33])
@pytest.mark.parametrize("indent", ["\n", "\n    ", "\r\n\t", "\nE       "])
def test_a_wrapped_secret_is_hidden(width: int, indent: str) -> None:
    """A long token that was broken over lines is hidden with the breaks."""
    for shown in (TOKEN, base64.b64encode(f"u:{TOKEN}".encode()).decode()):
        wrapped = indent.join(shown[at : at + width] for at in range(0, len(shown), width))
        hidden = make_redactor(TOKEN).text(f"x {wrapped} y")
        assert not re.search(r"[A-Za-z0-9_-]{6,}", hidden.replace("SECRET", "")), hidden


@pytest.mark.parametrize("secret", [TOKEN, PASSWORD, 's3cr&t"%é<9x'])
@pytest.mark.parametrize("margin", ["", "E         "])
@pytest.mark.parametrize("shift", range(0, 24, 3))
def test_what_a_pretty_printer_wrapped_is_hidden(secret: str, margin: str, shift: int) -> None:
    """Long texts and bytes are printed as several literals, one a line."""
    body = json.dumps({"name": "x" * shift, "password": secret}, ensure_ascii=False)
    for shown in (body, body.encode(), [{"deep": (body.encode(), secret.encode())}], {"a b " * 9: secret}):
        lines = pprint.pformat(shown, width=30).splitlines()
        for text in ("\n".join(margin + line for line in lines), json.dumps("\n".join(lines))):
            hidden = make_redactor(secret).text(text)
            assert "‹SECRET›" in hidden
            pieces = re.findall(r"[0-9A-Za-z]{4,}", secret)
            assert not [piece for piece in pieces if piece in hidden], hidden


@pytest.mark.parametrize("secret", [TOKEN, PASSWORD, "f" * 6 + "0123456789abcdef" * 4])
@pytest.mark.parametrize("limit", [18, 24, 30, 37])
def test_the_rest_of_a_shortened_repr_is_hidden(secret: str, limit: int) -> None:
    """What reprlib leaves at both sides of its dots is hidden as far as it tells anything."""
    shortener = reprlib.Repr()
    shortener.maxstring = limit
    shown = shortener.repr(secret)
    assert "..." in shown
    hidden = make_redactor(secret).text(f"assert {shown} == 1")
    left = shown[1 : shown.index("...")]
    right = shown[shown.index("...") + 3 : -1]
    label = "apitoken"
    for piece in (left, right):
        letters = re.sub(r"[^A-Za-z0-9]", "", piece)
        tells = len(letters.lower().removeprefix(label)) >= 6
        if tells and not piece.startswith("api_token"):
            assert piece not in hidden
    assert hidden.startswith("assert ")


@pytest.mark.parametrize("written", ["once", "twice", "each byte", "JSON", "HTML"])
def test_a_cut_in_the_middle_of_an_escape_hides_no_rest_from_the_redactor(written: str) -> None:
    """`…B%22quo` shows a secret as well as `…%2B%22quo` does; it was not hidden there."""
    secret = 'staging-tøken/4711+"quo%ted"-é-Zq9'
    shown = {
        "once": quote(secret, safe=""),
        "twice": quote(quote(secret, safe=""), safe=""),
        "each byte": "".join(f"%{byte:02X}" for byte in secret.encode()),
        "JSON": "".join(f"\\u{ord(char):04x}" for char in secret),
        "HTML": "".join(f"&#{ord(char)};" for char in secret),
    }[written]
    redactor, third = make_redactor(secret), len(shown) // 3
    for size in range(2 * len(shown) // 5, len(shown)):
        for cut in (f"{shown[:size]}…", f"…{shown[-size:]}"):
            hidden = redactor.text(f"see {cut} end")
            assert not any(shown[at : at + third] in hidden for at in range(len(shown) - third)), cut


@pytest.mark.parametrize("length", [50, 400, 900, 3000])
def test_the_rest_of_a_secret_of_any_length_is_hidden_beside_a_cut(length: int) -> None:
    """A signed token has a thousand characters; what was farther from the cut than 400 was shown."""
    secret = "".join(random.Random(length).choices(string.ascii_letters + string.digits, k=length))
    redactor = make_redactor(secret)
    for shown in (f"…{secret[3:]}", f"{secret[:-3]}…", f"...{secret[length // 3 :]} and more"):
        hidden = redactor.text(f"said: {shown}, he said")
        assert not any(secret[at : at + 12] in hidden for at in range(length - 12)), hidden


@pytest.mark.parametrize("wrap", ["=\n", "\n", "\n    "])
@pytest.mark.parametrize("show", [str, repr, json.dumps], ids=["as it is", "repr", "json"])
def test_the_last_line_of_a_secret_is_hidden_where_a_diff_shows_it_twice(wrap: str, show) -> None:
    """Mail breaks a long secret over lines, and what follows it on the last one differs."""
    secret = "".join(random.Random(5).choices(string.ascii_letters + string.digits, k=180))
    lines = wrap.join(secret[at : at + 70] for at in range(0, 180, 70)).splitlines()
    other = "and so on " * 20
    said = "\n".join(
        difflib.ndiff([*lines[:-1], f"{lines[-1]}; {other}end"], [*lines[:-1], f"{lines[-1]}; {other}END"])
    )
    hidden = make_redactor(secret).text(show(f"they differ:\n{said}"))
    assert not any(secret[at : at + 10] in hidden for at in range(170)), hidden
    assert "end" in hidden


def test_what_a_diff_leaves_of_a_secret_is_hidden() -> None:
    """A test runner cuts equal beginnings off its diffs without any dots."""
    rest = f"E   - {PASSWORD[-19:]}\nE   + x"
    text = f"E   Skipping 42 identical leading characters in diff, use -v to show\n{rest}"
    assert "k3j9x0qa" not in make_redactor(PASSWORD).text(text)


@settings(max_examples=150, deadline=None)
@given(
    secret=st.text(
        alphabet=st.sampled_from(string.ascii_letters + "0123456789\"'&%é\\<+ /\n😀ß;#=:"), min_size=8
    ),
    encodings=st.lists(st.sampled_from(["json", "json utf-8", "repr", "html", "url", "shell"]), max_size=3),
)
@example(secret="&amp;secretsecret;", encodings=["html", "json"])
@example(secret="\\nnnnnnnnnnnnnn", encodings=["json", "json"])
def test_any_secret_in_any_stack_of_disguises_is_hidden(secret: str, encodings: list[str]) -> None:
    """Escaping what was escaped already hides no secret from the redactor."""
    if len(secret.strip()) < 6 or not re.search(r"[0-9A-Za-z]{4}", secret) or encodings.count("shell") > 1:
        return  # quoting twice for a shell is found for longer secrets only
    shown = secret
    for encoding in encodings:
        shown = ENCODINGS[encoding](shown)  # type: ignore[operator]
    hidden = make_redactor(secret).text(f"[ {shown} ]")
    assert "‹SECRET›" in hidden
    assert not find_leaks(hidden, secret)


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=300), number=st.integers())
def test_a_text_without_secrets_stays_the_same_object(text: str, number: int) -> None:
    """Nothing that was not registered is touched."""
    redactor = make_redactor(TOKEN, PASSWORD)
    for shown in (text, json.dumps({"name": text, "age": number}), repr(text), quote(text)):
        assert redactor.text(shown) is shown


def test_the_run_mark_and_the_label_are_no_secrets() -> None:
    """Emails carry the run as passwords do, and variables are called as tokens begin."""
    redactor = Redactor()
    redactor.register(PASSWORD, "password")
    redactor.register(TOKEN, "API_TOKEN")
    text = "ada.acct0abcdzz.gw0-12@example.com API_TOKEN is not set... $API_TOKEN acct0abcdzz…"
    assert redactor.text(text) is text


def test_json_stays_json() -> None:
    """A document with secrets can still be read after they were hidden."""
    redactor = make_redactor(*NASTY)
    for secret in NASTY:
        for ascii_only in (True, False):
            document = json.dumps(
                {"a": secret, secret: [secret + "x", f"y{secret}"]}, ensure_ascii=ascii_only
            )
            assert not find_leaks(json.dumps(json.loads(redactor.text(document))), secret)


def test_an_audit_names_what_it_found() -> None:
    """The labels of the secrets in a text, and none where there is none."""
    redactor = Redactor()
    redactor.register(TOKEN, "API_TOKEN")
    redactor.register(PASSWORD, "password")
    assert redactor.contains_secret(f"{quote(TOKEN)} {json.dumps(PASSWORD)}") == ["API_TOKEN", "password"]
    assert redactor.contains_secret("nothing") == []


@pytest.mark.parametrize("shift", range(3))
def test_a_word_that_a_token_begins_with_is_no_token(shift: int) -> None:
    """Coded or not; ten letters of a token are, in base64 and hex as well."""
    redactor = Redactor()
    redactor.register("staging-0ther-t0ken-4711", "API_TOKEN")
    word, start = b"\0" * shift + b"staging does", b"\0" * shift + b"staging-0ther "
    for said in (word.decode(), base64.b64encode(word).decode(), word.hex()):
        assert redactor.contains_secret(said) == []
    for said in (start.decode(), base64.b64encode(start).decode(), start.hex()):
        assert redactor.contains_secret(said) == ["API_TOKEN"]


def test_too_short_a_secret_is_not_hidden() -> None:
    """Hiding every "a" would hide the report."""
    redactor = make_redactor("abc", "  a ", "")
    assert redactor.text("abc a") == "abc a"


def test_thousands_of_passwords_cost_one_search() -> None:
    """A 2 kB text costs microseconds with a thousand passwords of one cast registered."""
    redactor = make_redactor(TOKEN)
    for number in range(1000):
        redactor.register(f"Pw-acct0abcdzz.gw0-{number}-\"&%é\\'<+ {number:08x}", "password")
    text = (
        "Accept: application/json\nX-Correlation-ID: 3f0c\n" + json.dumps({"email": "ada@example.com"})
    ) * 25
    begin = time.thread_time()
    for number in range(50):  # another text each time: one that was searched before is not searched again
        another = f"{text}{number}"
        assert redactor.text(another) is another
    assert (time.thread_time() - begin) / 50 < 0.002  # 30 microseconds on an idle machine


def test_a_text_that_was_clean_is_searched_again_for_a_new_secret() -> None:
    """What is remembered of a text does not outlive the next secret."""
    redactor = make_redactor(TOKEN)
    later = "said later-than-that-4711"
    assert redactor.text(later) is later
    assert redactor.contains_secret(later) == []
    redactor.register("later-than-that-4711", "LATER")
    assert redactor.text(later) == "said \u2039LATER\u203a"
    assert redactor.contains_secret(later) == ["LATER"]


def test_a_long_run_does_not_remember_every_text() -> None:
    """What is remembered stays small."""
    redactor = make_redactor(TOKEN)
    for number in range(3000):
        assert TOKEN not in redactor.text(f"{number} {TOKEN}")
    assert len(redactor._found) <= 1000


def test_a_secret_may_hold_half_a_character() -> None:
    """As a variable of the environment does that is no UTF-8."""
    redactor = Redactor()
    secret = "abc\udcb4-def-ghi-jkl-mno"
    redactor.register(secret, "API_TOKEN")
    assert secret not in redactor.text(f"it is {secret} here")
