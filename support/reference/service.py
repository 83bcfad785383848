"""One running service: all parts made from the options, and everything let go of at the end."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Self

from support.reference.faults.switches import Switches
from support.reference.faults.weather import CLIMATES, Weather
from support.reference.http.auth import MAIN_TENANT, Doorkeeper
from support.reference.http.bodies import Bodies
from support.reference.http.opaque import Seals
from support.reference.http.rate_limits import Limits
from support.reference.routes.changing import Changing
from support.reference.routes.creating import Creating
from support.reference.routes.paging import Paging
from support.reference.routes.reading import Reading
from support.reference.routes.user_answers import UserAnswers
from support.reference.server.app import USERS_PATH, build_app
from support.reference.server.connections import put_on_wire
from support.reference.server.gateway import Gateway
from support.reference.server.inspection import Inspection
from support.reference.store.key_ledger import Ledger
from support.reference.store.primary import Store
from support.reference.store.replicas import Replicas
from support.reference.store.standbys import Standbys
from support.reference.users.identifiers import Identifiers
from support.reference.users.other_traffic import OtherTraffic
from support.reference.users.representation import Representation
from support.reference.users.residents import make_residents
from support.reference.users.users import Users
from support.reference.users.validation import Rules

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from starlette.types import ASGIApp

    from support.reference.options import Options
    from support.reference.store.replicas import Copies


class Service:
    """A service and what it holds; use it as a context manager, or close it."""

    app: ASGIApp

    def __init__(self, options: Options, environment: Mapping[str, str] = os.environ) -> None:
        self.switches = switches = Switches(options.switches, options.seed, options.bound_s)
        self.weather = Weather(CLIMATES[options.weather], options.bound_s, options.seed, switches)
        doorkeeper = Doorkeeper(environment, switches)
        self._folder = None
        url = options.database
        if url is None:
            self._folder = tempfile.TemporaryDirectory(prefix="users-reference-")
            url = f"sqlite:///{Path(self._folder.name) / 'users.db'}"
        self.store = Store(url, switches, is_lasting=options.database is not None)
        identifiers = Identifiers(switches)
        if options.residents:
            residents = make_residents(options.residents, MAIN_TENANT, identifiers, switches, options.seed)
            self.store.settle_in(residents)
        self.replicas: Copies
        if options.replicas:
            self.replicas = Standbys(self.store, options.replicas, switches, options.seed)
        else:
            self.replicas = Replicas(self.store, self.weather.lag, switches, options.seed)
        representation = Representation(switches)
        seals = Seals(self.store.secret)
        users = Users(self.store, self.replicas, representation, identifiers, switches)
        ledger, bodies, rules = Ledger(switches), Bodies(switches), Rules(switches)
        answers = UserAnswers(USERS_PATH, self.store, representation, seals, switches)
        reading = Reading(
            path=USERS_PATH,
            store=self.store,
            replicas=self.replicas,
            users=users,
            paging=Paging(seals, switches),
            representation=representation,
            answers=answers,
            other_traffic=OtherTraffic(users, switches),
            switches=switches,
        )
        creating = Creating(
            store=self.store,
            users=users,
            ledger=ledger,
            bodies=bodies,
            rules=rules,
            answers=answers,
            seals=seals,
            switches=switches,
            seed=options.seed,
        )
        changing = Changing(
            store=self.store,
            users=users,
            ledger=ledger,
            bodies=bodies,
            rules=rules,
            answers=answers,
            switches=switches,
        )
        limits = Limits(switches, options.seed)
        inspection = Inspection(
            {
                "users": self.store.count_users,
                "requests": self._count_requests,
                "faults": lambda: self.weather.faults,
                "switches": lambda: switches.hits,
            }
        )
        shown = inspection if options.is_open_to_inspection else None
        app = build_app(reading, creating, changing, doorkeeper, limits, switches, shown)
        self.gateway = Gateway(app, self.weather, switches)
        self.app = put_on_wire(self.gateway, USERS_PATH, switches)

    def _count_requests(self) -> dict[str, int]:
        """Return the requests served in each second [s since 1970]."""
        return {str(second): number for second, number in self.gateway.served.items()}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the databases and remove the temporary folder."""
        self.replicas.close()
        self.store.close()
        if self._folder is not None:
            self._folder.cleanup()
