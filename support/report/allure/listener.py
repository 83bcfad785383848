"""allure-pytest's listener without what nobody reads: a container for each look-up of a fixture.

pytest-bdd looks every step's definition up as a fixture, so that this bookkeeping would cost more than the
results. Whatever a fixture attaches belongs to its story all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from allure_pytest.listener import AllureListener

if TYPE_CHECKING:
    import pytest

NAME = "allure_listener"


class QuietListener(AllureListener):
    """Listens to stories and not to fixtures."""

    pytest_fixture_setup = None  # type: ignore[assignment]
    pytest_fixture_post_finalizer = None  # type: ignore[assignment]

    def _update_fixtures_children(self, item: pytest.Item) -> None:
        """Do nothing: there are no containers that could have children."""

    @classmethod
    def take_over(cls, config: pytest.Config) -> QuietListener | None:
        """Put this class in the place of the listener that allure-pytest registered; None without one."""
        listener = config.pluginmanager.get_plugin(NAME)
        if listener is not None and type(listener) is AllureListener:
            # The same object, since allure-pytest unregisters by identity when it ends.
            config.pluginmanager.unregister(listener)
            listener.__class__ = cls
            config.pluginmanager.register(listener, NAME)
        return cast("QuietListener | None", listener)
