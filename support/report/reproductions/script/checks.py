"""What must hold of answers, as data: each check names its kind, its step, and what is right.

A check returns what is wrong, or nothing. It never looks beyond the answers that it names.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import json
import re
from typing import TYPE_CHECKING, Any

from support.report.reproductions.script.answers import (
    MISSING,
    fold,
    id_in,
    items_of,
    key_of,
    look,
)
from support.report.reproductions.script.described import KEYWORDS, places

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from support.report.reproductions.script.answers import Answer

JSON_TYPES = re.compile(r"application/([\w.+-]+\+)?json")


class Checks:
    """Judges the answers of one attempt; `value` gives what a check expects, symbols filled in."""

    def __init__(
        self,
        plan: Mapping[str, Any],
        answers: Mapping[str, Answer],
        value: Callable[[Any], Any],
    ) -> None:
        self._plan = plan
        self._answers = answers
        self._value = value

    def complaint(self, check: Mapping[str, Any]) -> str:
        """Return what is wrong, empty where nothing is."""
        judge: Callable[[Mapping[str, Any], Answer], str] = getattr(self, f"_{check['that']}")
        answer = self._answers[check["of"]]
        # Within the promised time somebody may be shown or not: what is shown is judged.
        return "" if check.get("if_shown") and answer.status >= 300 else judge(check, answer)

    def _status(self, check: Mapping[str, Any], answer: Answer) -> str:
        """Want one of some statuses: `in`, or any between `from` and `to`."""
        statuses = check.get("in")
        is_right = (
            answer.status in statuses
            if statuses
            else check["from"] <= answer.status < check["to"] or answer.status == 501
        )
        return "" if is_right else f"the status is {answer.status}"

    def _header(self, check: Mapping[str, Any], answer: Answer) -> str:
        """Want a header that is there, matches a pattern, or is (not) that of another answer."""
        value = answer.headers.get(check["name"])
        said = f"the header {check['name']} is {value!r}"
        if "like" in check:
            return "" if value is not None and re.search(check["like"], value) else said
        if "as_in" in check:
            return "" if value == self._answers[check["as_in"]].headers.get(check["name"]) else f"{said} now"
        if "not_as_in" in check:
            before = self._answers[check["not_as_in"]].headers.get(check["name"])
            return "" if value is None or value != before else f"{said} still"
        if "ends_with" in check:
            end = str(value).partition("?")[0].rstrip("/").rpartition("/")[2]
            return "" if end == self._value(check["ends_with"]) else said
        return "" if value is not None else f"there is no header {check['name']}"

    def _member(self, check: Mapping[str, Any], answer: Answer) -> str:
        """Want a member of the user who is shown to be right."""
        return self._judge_member(check, self._shown(answer))

    def _is_user(self, check: Mapping[str, Any], answer: Answer) -> str:
        """Want a JSON object with the members that every user has; nothing of an answer that shows nobody."""
        shown = self._shown(answer)
        if answer.status >= 300 or isinstance(shown, dict):
            return ""
        return f"step {check['of']} shows {str(shown)[:60]} and no user"

    def _judge_member(self, check: Mapping[str, Any], shown: Any) -> str:
        ways = check.get("kept", ())
        value = fold(look(shown, check["path"]), ways)
        said = f"{check['path']} is {value!r}"
        if "is" in check:
            right = fold(self._value(check["is"]), ways)
            return "" if value == right and isinstance(value, type(right)) else f"{said}, not {right!r}"
        if "any" in check:
            return "" if value in [fold(self._value(each), ways) for each in check["any"]] else said
        if "is_not" in check:
            return "" if value != self._value(check["is_not"]) else said
        if "as_in" in check:
            before = fold(look(self._shown(self._answers[check["as_in"]]), check["path"]), ways)
            is_same = value == before and isinstance(value, type(before))
            return "" if is_same else f"{said}, and was {before!r}"
        before = look(self._shown(self._answers[check["after"]]), check["path"])
        return "" if value != before else f"{said}, as before"

    def _new_id(self, check: Mapping[str, Any], answer: Answer) -> str:
        """Want an id that no other answer has given."""
        value = id_in(answer.json(), self._plan)
        if value is None:
            return "the answer shows no id"
        others = [id_in(self._answers[name].json(), self._plan) for name in check.get("unlike", ())]
        return f"the id {value!r} was given before" if value in others else ""

    def _same_user(self, check: Mapping[str, Any], answer: Answer) -> str:
        """Want the user whom another answer has shown, by id."""
        value = id_in(answer.json(), self._plan)
        was = id_in(self._answers[check["as_in"]].json(), self._plan)
        return "" if value == was and type(value) is type(was) else f"the id is {value!r}, and was {was!r}"

    def _in_list(self, check: Mapping[str, Any], answer: Answer) -> str:
        """Want a user to stand in a list or a search so often, with one member right."""
        user_id = id_in(self._answers[check["user"]].json(), self._plan)
        mine = [item for item in items_of(answer, self._plan) if id_in(item, self._plan) == user_id]
        if len(mine) != check["times"]:
            return f"the user of step {check['user']} stands there {len(mine)} times"
        return self._judge_member(check, mine[0]) if "path" in check and mine else ""

    def _nobody_with(self, check: Mapping[str, Any], answer: Answer) -> str:
        """Want no user with a text anywhere."""
        text = str(self._value(check["text"]))
        found = [i for i in items_of(answer, self._plan) if text in json.dumps(i, ensure_ascii=False)]
        return f"{len(found)} users have {text}" if found else ""

    def _only_email(self, check: Mapping[str, Any], answer: Answer) -> str:
        """Want nobody but users of one email address, whoever has made them."""
        wanted = key_of(self._value(check["email"]))
        shown = [look(item, check["path"]) for item in items_of(answer, self._plan)]
        others = [address for address in shown if key_of(address) != wanted]
        return f"the search finds {others[:3]!r}" if others else ""

    def _page_size(self, check: Mapping[str, Any], answer: Answer) -> str:
        """Want no page with more users than asked for."""
        longest = max(len(items_of(page, self._plan)) for page in answer.pages or [answer])
        return f"a page has {longest} users" if longest > check["most"] else ""

    def _elsewhere(self, check: Mapping[str, Any], answer: Answer) -> str:
        """Want a page that does not begin with whom another one begins with, where both show somebody."""
        other = self._answers[check["than"]]
        firsts = [item for page in (answer, other) for item in items_of(page, self._plan)[:1]]
        begins = [id_in(item, self._plan) for item in firsts]
        is_same = len(begins) == 2 and begins[0] == begins[1]
        return f"it begins as the page of step {check['than']} does" if is_same else ""

    def _total(self, _check: Mapping[str, Any], answer: Answer) -> str:
        """Want a total that is the number of users of the whole walk."""
        said = _total_in(answer.pages[0] if answer.pages else answer, self._plan["lists"])
        count = len(items_of(answer, self._plan))
        return "" if said in {None, count} else f"the total is {said}, and the list has {count} users"

    def _order(self, check: Mapping[str, Any], answer: Answer) -> str:
        """Want our users in the order of a member."""
        ours = {str(id_in(self._answers[name].json(), self._plan)) for name in check["users"]}
        items = [i for i in items_of(answer, self._plan) if str(id_in(i, self._plan)) in ours]
        values = [str(look(item, check["path"])) for item in items]
        moments = [_moment(value) for value in values]
        keys: list[Any] = values if None in moments else moments
        is_sorted = keys == sorted(keys, reverse=check["descends"])
        return "" if is_sorted else f"the order is {', '.join(values)}"

    def _ends(self, _check: Mapping[str, Any], answer: Answer) -> str:
        """Want a walk that shows nobody twice."""
        seen: set[str] = set()
        again: set[str] = set()
        for item in items_of(answer, self._plan):
            name = str(id_in(item, self._plan))
            (again if name in seen else seen).add(name)
        twice = sorted(again)
        return f"users stand there twice: {', '.join(twice[:3])}" if twice else ""

    def _is_json(self, _check: Mapping[str, Any], answer: Answer) -> str:
        """Want strict JSON with a JSON content type."""
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if not JSON_TYPES.fullmatch(kind):
            return f"the content type is {kind or 'missing'}"
        try:
            json.loads(answer.body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            return f"the body is not strict JSON: {error}"
        return ""

    def _hides(self, check: Mapping[str, Any], answer: Answer) -> str:
        """Want nothing of a text, or of a pattern, in head or body."""
        heads = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        whole = heads + "\n" + answer.body.decode("utf-8", "replace")
        if "text" in check:
            text = str(self._value(check["text"]))
            # Of a secret that is not known here, such as a token that a login gave, nothing can be found.
            found = bool(text) and (text in whole or json.dumps(text)[1:-1] in whole)
            return "the answer shows what it has to hide" if found else ""
        found_ = re.search(check["pattern"], whole)
        return f"the answer shows {found_[0][:60]!r}" if found_ else ""

    def _described(self, check: Mapping[str, Any], answer: Answer) -> str:
        """Want what a schema says of a place of the answer, or of the `user` who stands in it."""
        if answer.status != check["status"] or check["keyword"] not in KEYWORDS:
            return ""
        keyword, value = check["keyword"], check["value"]
        shown = [answer.json()]
        if "user" in check:
            user_id = id_in(self._answers[check["user"]].json(), self._plan)
            shown = [item for item in items_of(answer, self._plan) if id_in(item, self._plan) == user_id]
        values = [each for item in shown for each in places(item, check["path"])]
        wrong = [each for each in values if not KEYWORDS[keyword](each, value)]
        place = ".".join(map(str, check["path"])) or "the answer"
        return f"{place} is {str(wrong[0])[:60]!r}, described by {keyword} {value}" if wrong else ""

    def _now(self, check: Mapping[str, Any], answer: Answer) -> str:
        """Want a moment that is the one of the answer, by the service's clock or by ours."""
        text = str(look(self._shown(answer), check["path"]))
        try:
            moment = dt.datetime.fromisoformat(text)
        except ValueError:
            return f"{check['path']} is {text!r}, which is no moment"
        if moment.tzinfo is None:
            return f"{check['path']} is {text!r}, without a zone"
        clocks = [dt.datetime.now(dt.UTC)]
        if "date" in answer.headers:
            clocks.append(email.utils.parsedate_to_datetime(answer.headers["date"]))
        off_s = min(abs((moment - clock).total_seconds()) for clock in clocks)
        return f"{check['path']} is {off_s:.0f} s off" if off_s > check["tolerance_s"] else ""

    def _problem_status(self, _check: Mapping[str, Any], answer: Answer) -> str:
        """Want a status in the body that is the one of the answer."""
        said = look(answer.json(), "status")
        return "" if said in {MISSING, answer.status} else f"the body says {said}, the answer {answer.status}"

    def _passes(self, check: Mapping[str, Any], answer: Answer) -> str:
        """Want a fault to pass: the step was tried several times, with other requests in between."""
        return f"it is always answered {answer.status}" if answer.status in check["faults"] else ""

    def _shown(self, answer: Answer) -> Any:
        return look(answer.json(), self._plan["user_path"])


def _moment(text: str) -> dt.datetime | None:
    """Return the moment that a text tells, with its zone; None where it tells none."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _total_in(answer: Answer, lists: Mapping[str, Any]) -> int | None:
    value = (
        look(answer.json(), lists["total"]) if lists["total"] else answer.headers.get(lists["total_header"])
    )
    digits = re.search(r"(\d+)\s*\Z", str(value))
    return int(digits[1]) if digits else None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a member stands twice in one object")
    return dict(pairs)


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
