"""One sequence of what clients do: each write judged by what may be true, and followed by every view.

A sequence begins with nobody of its own, remembers in plain words what was done, and deletes its users at its
end. `support.behaviours.exploration.machines` draws its values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.behaviours.exploration.addresses import write_out
from support.behaviours.exploration.keyed_requests import KeyedRequests
from support.behaviours.exploration.looks import Looks
from support.behaviours.exploration.manners import (
    PLAINLY,
    REFUSED_PASSWORDS,
    Address,
    Keyed,
    Manner,
    fit_password,
    in_words,
)
from support.behaviours.exploration.model import Known, creation, deletion, merge, replacement
from support.behaviours.exploration.newcomers import Newcomers
from support.behaviours.exploration.verdicts import INVALID, NOBODY, Expected, Verdicts
from support.errors import Failure, Inconclusive, SuiteError
from support.http import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from support.behaviours.exploration.newcomers import Setting
    from support.http import Operation
    from support.users import Person
    from support.users.pages import Listing


class Sequence(KeyedRequests):
    """What clients do to a few users, one thing after another.

    `words` tell it step by step; `failure` is what broke a promise, and `doubt` what made it impossible to go
    on. After either, nothing more is sent. `since` is where it begins in the history.
    """

    most_users = 6  # at once
    most_creations = 14

    def __init__(self, setting: Setting, is_over: Callable[[], bool] = lambda: False) -> None:
        observer = setting.observer
        self.words: list[str] = []
        self.failure: Failure | None = None
        self.doubt: Inconclusive | None = None
        self.users: list[Known] = []
        self.keyed: list[Keyed] = []
        self.since = len(observer.api.client.history)
        self.setting = setting
        self.observer = observer
        self.api = observer.api
        self.target = observer.api.target
        self._validator = observer.validator
        self.people = setting.people
        self.repeats = setting.repeats
        self.is_over = is_over
        self.looks = Looks(observer)
        # Where ids return, those of earlier sequences are free again.
        self.verdicts = Verdicts(observer, set() if setting.ids_return else setting.ids)
        self.cast = Newcomers(setting.people, setting.late_s)
        self._heard = setting.heard
        self._most = observer.api.fit(self.most_users)

    @property
    def has_room(self) -> bool:
        """Whether one more user may be made."""
        living = sum(not known.is_gone for known in self.users)
        return self.cast.count < self.most_creations and living < self._most

    def act(self, deed: Callable[[], Any]) -> Any:
        """Do something, unless the sequence has come to its end; a failure is kept and raised."""
        if self.failure is not None or self.doubt is not None or self.is_over():
            return None
        try:
            done = deed()
            self.setting.require_nothing_since(self._heard)
        except Failure as failure:
            self.failure = failure
            raise
        except Inconclusive as doubt:
            self.doubt = doubt
            return None
        return done

    def create(
        self, details: Mapping[str, Any], address: Address | None, manner: Manner = PLAINLY
    ) -> Known | None:
        """Create a user; return what is known of them, None where none was made or that is open."""
        person = self.cast.introduce()
        texts, expected = self._weigh(details, address, person, None)
        self.verdicts.heed_missing(texts, expected)
        also = manner.beside(person)
        person.details = {**texts, **also}
        if also:
            expected.excuse()
        under = f"{' under an idempotency key' if manner.key else ''}{manner.secrecy}"
        told = f"creates {person.subject} with {in_words(person.details)}{under}"
        person.details.update(self.secret(person, manner, expected))
        operation = self.api.create(person, key=manner.key)
        self.tell(told, operation)
        self.cast.marks.add(person.mark)  # an answer that was lost has given them another one
        is_lost = any(each.outcome is Outcome.UNKNOWN for each in operation.exchanges)
        if is_lost and (manner.key is None or person.id is None):
            self.cast.doubt(operation)
        known = None
        if person.id is not None:
            known = Known(person, self.observer.normalizer.stored, self.setting.late_s)
            known.note(operation, creation(person.writes[-1].details))
            if self.target.fields.ids_return:
                self._let_go(person.id)
            self.users.append(known)
        self.verdicts.require(operation, expected, self.target.accepted.create)
        if known is None:
            if operation.outcome is Outcome.OK and self.target.shows_user("create"):
                self._validator.user(operation)
            self.look_around()
            return None
        self.verdicts.made(known, operation, also)
        self.looks.own.tell(known, operation)
        if manner.key is not None:
            self.keyed.append(Keyed(manner.key, operation, known))
        self.look_at(known)
        return known

    def _let_go(self, user_id: object) -> None:
        """Have nothing more to do with whoever was deleted and had the id that is another user's now."""
        for former in [each for each in self.users if each.is_gone and each.person.id == user_id]:
            former.is_succeeded = True
            self.users.remove(former)
            if self.setting.ids_return:
                self.verdicts.free(user_id)

    def replace(
        self, known: Known, details: Mapping[str, Any], address: Address | None, manner: Manner = PLAINLY
    ) -> None:
        """Replace a user; without an address they keep the one that they have."""
        person = known.person
        texts, expected = self._weigh(details, address, person, known)
        if address is None and "email" not in texts:
            texts["email"] = person.email
            self._heed_email(person.email, known, expected)
        self.verdicts.heed_missing(texts, expected)
        self._write("replaces", known, texts, manner, expected)

    def change(
        self, known: Known, details: Mapping[str, Any], address: Address | None, manner: Manner = PLAINLY
    ) -> None:
        """Change some details of a user."""
        texts, expected = self._weigh(details, address, known.person, known)
        if not self.observer.normalizer.outgoing(texts):
            expected.excuse()  # of details that the target does not have nothing is left to change
        self._write("changes", known, texts, manner, expected)

    def delete(self, known: Known, manner: Manner = PLAINLY) -> None:
        """Delete a user, who may be gone already."""
        expected = Expected()
        conditions = self.verdicts.condition(known, manner.guard, expected)
        was_gone, was_there = known.is_gone, known.is_there
        headers = {**conditions, **self.api.key_headers(manner.key)}
        operation = self.api.delete(known.person, headers=headers)
        self.tell(f"deletes {known.person.subject}{manner.words(conditions)}", operation)
        known.note(operation, deletion(), adopted=operation.adopted)
        accepted = self.target.accepted
        if was_gone:
            again = (*accepted.delete, *self.target.deleted_before)
            self.verdicts.require(operation, Expected(), again)
        elif was_there:
            self.verdicts.require(operation, expected, accepted.delete)
        self.look_at(known)

    def look_at(self, known: Known) -> None:
        """Look at a user in every view, and at all others in the list."""
        self.looks.by_id(known)
        self.look_otherwise(known)
        if self.target.promise("filter-by-email"):
            self.looks.by_email(known)
            self.looks.by_former_email(known)
        self.look_around()

    def look_otherwise(self, known: Known) -> None:
        """Look at a user without being shown them, by turns, where the newest state can be asked for."""
        if not self.looks.is_newest:
            return
        if len(self.words) % 2:
            self.looks.own.unless_changed(known)
        elif self.target.promise("head"):
            self.looks.own.without_body(known)

    def look_around(self, size: int | None = None, order: str = "") -> Listing | None:
        """Walk through the list, in pages of some size and in some order; return what came, if anything."""
        return self.looks.listed(
            self.users, own=self.cast.marks, unsure=self.cast.unsure, size=size, order=order
        )

    def let_time_pass(self) -> None:
        """Wait until every reader has to show the newest state, and look at everybody."""
        if self.looks.is_newest or not self.users:
            return
        bounds = self.target.bounds
        self.words.append("the promised time passes")
        since = max(known.acknowledged_at for known in self.users)
        self.observer.settle(since, max(bounds.single_s, bounds.list_s))
        for known in self.users:
            self.looks.by_id(known)
            if self.target.promise("filter-by-email"):
                self.looks.by_email(known)
                self.looks.by_former_email(known)
        self.look_around()

    def breaks_promise(self, write: Callable[[Sequence], object]) -> bool:
        """Write, look, and look again when its time has passed; return whether a promise was broken."""
        try:
            write(self)
            self.act(self.look_around)
            self.act(self.let_time_pass)
        except Failure:
            pass  # taken down by `act`
        finally:
            self.clean_up()
        return self.failure is not None

    def clean_up(self) -> None:
        """Delete whoever may be there; what that does not achieve, the sweep of the run will."""
        for known in self.users:
            if not known.is_gone:
                try:
                    self.api.delete(known.person)
                except SuiteError:
                    return

    def _write(
        self, verb: str, known: Known, texts: Mapping[str, Any], manner: Manner, expected: Expected
    ) -> None:
        person = known.person
        also = manner.beside(person)
        sent = {**texts, **also}
        if also:
            expected.excuse()
        conditions = self.verdicts.condition(known, manner.guard, expected)
        if known.is_gone:
            expected.refuse(NOBODY)
        elif not known.is_there:
            expected.excuse()
        refused = {**(known.certain or {}), **texts}
        send, effect, accepted = (
            (self.api.replace, replacement(texts), self.target.accepted.replace)
            if verb == "replaces"
            else (self.api.change, merge(texts), self.target.accepted.change)
        )
        headers = {**conditions, **self.api.key_headers(manner.key)}
        secret = self.secret(person, manner, expected) if verb == "replaces" else {}
        operation = send(person, {**sent, **secret}, headers=headers)
        what = in_words(sent) or "nothing"
        self.tell(f"{verb} {person.subject}{manner.words(conditions)}: {what}", operation)
        known.note(operation, effect)
        if operation.outcome is Outcome.REFUSED:
            known.turn_away(refused)
        self.verdicts.require(operation, expected, accepted)
        self.verdicts.shows_newest(known, operation)
        self.looks.own.tell(known, operation)
        self.look_at(known)

    def secret(
        self, person: Person, manner: Manner = PLAINLY, expected: Expected | None = None
    ) -> dict[str, str]:
        """Return the password that goes with a user's details, where there are any."""
        if not self.target.promise("password"):
            return {}
        password = self.people.password(person.mark)
        if manner.password:
            # Without the mark, which is another one after a lost answer, and with it the password.
            password = fit_password(password.replace(person.mark, ""), manner.password, self.target.limits)
        if expected is not None and manner.password in REFUSED_PASSWORDS:
            expected.refuse(INVALID)
        return {"password": password}

    def _weigh(
        self, details: Mapping[str, Any], address: Address | None, person: Person, known: Known | None
    ) -> tuple[dict[str, Any], Expected]:
        """Return the details to send, and what the contract says of sending them."""
        expected = Expected()
        texts: dict[str, Any] = {}
        for name, value in details.items():
            texts[name] = getattr(value, "value", value)
            self.verdicts.heed_value(name, value, expected)
        if address is not None and "email" not in texts:
            mark = person.mark if address.owner is None else self.cast.owners[address.owner]
            texts["email"] = write_out(address.sample, mark)
            self.verdicts.heed_value("email", address.sample, expected)
            self._heed_email(texts["email"], known, expected)
        return texts, expected

    def _heed_email(self, email: str, known: Known | None, expected: Expected) -> None:
        others = [each for each in self.users if each is not known]
        self.verdicts.heed_email(email, others, self.cast.unsure, expected)

    def tell(self, words: str, operation: Operation) -> None:
        """Tell of a step, and of how it was answered."""
        response = operation.response
        self.words.append(f"the client {words} ({response.status if response else operation.last.fault})")
