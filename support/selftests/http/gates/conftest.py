"""What tests of the circuit breaker share: a service, a clock, and what people were told."""

from __future__ import annotations

import pytest

from support.clock import FakeClock
from support.selftests.http.gates.breakers import Service


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def said() -> list[str]:
    return []
