"""How fast, how steady and how strong a target says that it is, and how much may be asked of it.

Times are in seconds. What is promised and what is only to be expected stand side by side; which of them a
story judges is its own affair.
"""

from __future__ import annotations

from pydantic import Field

from support.target.part import Part, SomeStatuses

GENTLE = 4  # requests at once, of which even a busy service answers each in time


class Bounds(Part):
    """How long a write may take to be seen by every read, counted from its acknowledgement [s]."""

    single_s: float = Field(
        2.0,
        ge=0,
        le=600,
        description="How long until every look-up of a user shows a write [s].",
        examples=[0.5],
    )
    list_s: float = Field(
        2.0,
        ge=0,
        le=600,
        description="How long until every list and search shows a write [s].",
        examples=[5.0],
    )

    def of(self, view: str) -> float:
        """Return the bound of a view [s]: `single`, `list` or `filter`."""
        return self.single_s if view == "single" else self.list_s


class Faults(Part):
    """Which faults pass by themselves, and how many of them the target allows itself."""

    statuses: SomeStatuses = Field(
        (429, 502, 503, 504),
        description=("The statuses of passing faults, after which a request is repeated where that is safe."),
        examples=[[429, 500, 502, 503, 504]],
    )
    per_request_probability: float = Field(
        0.2, ge=0, lt=1, description="How often a request may meet such a fault.", examples=[0.01]
    )
    max_consecutive: int | None = Field(
        None,
        ge=0,
        le=1000,
        description="How many faults in a row are still usual, where it is known.",
        examples=[1],
    )
    max_outage_s: float = Field(
        30.0,
        ge=0,
        le=86400,
        description="How long an outage may last before the run ends [s].",
        examples=[10.0],
    )
    unavailable_is_unapplied: bool = Field(
        default=False, description="Whether 503 promises that nothing was done.", examples=[True]
    )


class Timeouts(Part):
    """How long the client waits [s] for a connection, the next bytes, an attempt, an operation."""

    connect_s: float = Field(
        5.0, gt=0, le=3600, description="How long the client waits for a connection [s].", examples=[2.0]
    )
    read_s: float = Field(
        15.0, gt=0, le=3600, description="How long it waits for the next bytes [s].", examples=[5.0]
    )
    attempt_s: float = Field(
        30.0, gt=0, le=3600, description="How long one attempt may take as a whole [s].", examples=[10.0]
    )
    operation_s: float = Field(
        60.0,
        gt=0,
        le=86400,
        description="How long an operation may take with all its attempts [s].",
        examples=[30.0],
    )


class Objective(Part):
    """The declared response times: `share` of the answers within `within_s` [s]."""

    share: float = Field(
        0.95, gt=0, lt=1, description="The share of answers that come in time.", examples=[0.99]
    )
    within_s: float = Field(0.5, gt=0, le=3600, description="In which time they come [s].", examples=[0.2])
    network_allowance_s: float = Field(
        0.0,
        ge=0,
        le=3600,
        description="What the way between client and service may take on top [s].",
        examples=[0.1],
    )


class Throttle(Part):
    """What the throttled token may do, where it is known: requests at once, and a second [1/s].

    `longest_wait_s` is the longest time [s] that a refusal may send a client away for.
    """

    burst: float | None = Field(
        None,
        gt=0,
        le=100_000,
        description="How many requests the throttled token may send at once.",
        examples=[5],
    )
    per_s: float | None = Field(
        None,
        gt=0,
        le=100_000,
        description="How many it may send a second, in the long run [1/s].",
        examples=[5],
    )
    longest_wait_s: float = Field(
        60.0,
        gt=0,
        le=86400,
        description="The longest time that a refusal may send a client away for [s].",
        examples=[30],
    )


class RequestLimits(Part):
    """What the suite may ask of the target, all workers together."""

    requests_per_s: float | None = Field(
        None,
        gt=0,
        le=100_000,
        description="How many requests a second the suite may send [1/s].",
        examples=[10],
    )
    in_flight: int | None = Field(
        None,
        ge=1,
        le=10000,
        description=(
            "How many requests may be on their way at once. Where nothing finds a user whose creation was "
            "not answered (no list, search nor idempotency key), it is 4 unless it is said."
        ),
        examples=[4],
    )
    live_users: int | None = Field(
        None,
        ge=1,
        le=1_000_000_000,
        description="How many users of the suite may exist at once: the service's quota, less a margin.",
        examples=[40],
    )

    @property
    def gentle(self) -> RequestLimits:
        """The same for a service that must not be too busy to answer; what its profile says stays."""
        return self.model_copy(update={"in_flight": self.in_flight or GENTLE})

    def part(self, of: int) -> RequestLimits:
        """Return what one of several machines may ask for, where they do not know of each other."""
        shares = {
            "requests_per_s": self.requests_per_s and self.requests_per_s / of,
            "in_flight": self.in_flight and max(1, self.in_flight // of),
        }
        return self.model_copy(update=shares)
