"""Runs of which there is no journal here: what bears their mark is deleted only where they must be over.

A run that began long ago may still be going on, here or on another machine. It is left alone while it lives,
and while any of its users is young.
"""

from __future__ import annotations

import time
from collections import defaultdict
from typing import TYPE_CHECKING

from support.cleanup.journal import is_alive
from support.cleanup.run import RUNS
from support.cleanup.swept import Swept
from support.cleanup.view import runs_in
from support.errors import SuiteError
from support.users.forms.paths import texts_in
from support.users.markers import is_marked_by

if TYPE_CHECKING:
    from support.cleanup.sweep import Sweeper
    from support.cleanup.view import UsersView

OLD_S = 3600.0


def sweep_other_runs(sweeper: Sweeper, older_than_s: float = OLD_S) -> Swept:
    """Delete what bears the mark of any run that began so long ago [s], as everybody who may see it."""
    swept = Swept()
    if not sweeper.target.has_list:
        swept.unseen.append("nobody can look for them: the profile says that there is no list")
        return swept
    other = sweeper.target.auth.other_tenant
    if other is not None and sweeper.target.promise("tenants"):
        swept.unseen += sweeper.unseen_callers([other])
    for name in sweeper.tenants:
        view = sweeper.views[name]
        try:
            found = _find(view, older_than_s)
            swept.created += len(found)
            refused = {user_id: reason for user_id in found if (reason := view.delete(user_id))}
            if found:
                sweeper.clock.sleep(sweeper.target.bounds.list_s)
                left = _find(view, older_than_s)
                swept.left += [str(user_id) for user_id in left]
                swept.unseen += sorted({refused[user_id] for user_id in left if user_id in refused})[:1]
        except SuiteError as error:
            swept.unseen.append(f"not all users could be looked at: {error}")
    swept.deleted = swept.created - len(swept.left)
    return swept


def _find(view: UsersView, older_than_s: float) -> list[int | str]:
    """Return the ids of users of runs that must be over, as one caller sees them."""
    now = time.time()
    users: dict[str, list[int | str]] = defaultdict(list)
    living: set[str] = set()
    for raw in view.listed():
        made_at = view.made_at(raw)
        for run, began in runs_in(raw).items():
            is_young = made_at is not None and made_at > now - older_than_s
            if is_young or began.timestamp() > now - older_than_s:
                living.add(run)
            elif (
                any(is_marked_by(run, text) for text in texts_in(raw))
                and (user_id := view.id_of(raw)) is not None
            ):
                users[run].append(user_id)
    over = users.keys() - living
    return [user_id for run in sorted(over) if not _lives_here(run) for user_id in users[run]]


def _lives_here(run: str) -> bool:
    folder = RUNS / run
    try:
        return folder.is_dir() and is_alive(folder)
    except OSError:
        return True  # what cannot be looked at is left alone
