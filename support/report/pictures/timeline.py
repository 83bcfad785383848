"""A convergence as a picture, for people who have never heard of replicas.

Draws what a `Timeline` says and judges nothing.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from support.convergence.timelines import Seen
from support.report.pictures.convergence import LANES, describe, in_order
from support.report.pictures.drawing import (
    FAINT,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PALE_GREEN,
    PALE_ORANGE,
    PURPLE,
    RED,
    SOFT,
    Picture,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.convergence import Timeline
    from support.convergence.timelines import Sample

WIDTH, LEFT, RIGHT = 920, 150, 896
TOP, LANE = 92, 34
ROOM_FOR_WORDS = 150  # between two upright lines

MEANINGS = {
    GREEN: "saw the new state",
    ORANGE: "saw the old one, still allowed",
    RED: "saw the old one, too late",
    PURPLE: "saw what was never written",
    GREY: "no answer",
}


def draw(timeline: Timeline) -> str:
    """Return the SVG: the write, its acknowledgement, the bound, and each read in the lane of what it saw."""
    zero = timeline.acknowledged_at
    samples = in_order(timeline)
    first = min(timeline.written_at - zero, 0.0)
    ends = [sample.answered_at - zero for sample in samples]
    last = max([*ends, timeline.bound_s * 1.12, 0.1]) * 1.03
    lanes = [seen for seen in LANES if seen in {Seen.NEW, Seen.OLD} | {sample.seen for sample in samples}]
    floor = TOP + LANE * len(lanes)

    def x(moment: float) -> float:
        return LEFT + (moment - first) * (RIGHT - LEFT) / (last - first)

    picture = Picture(describe(timeline), WIDTH, floor + 74)
    _draw_ground(picture, x(0), x(timeline.bound_s), floor)
    heights = {seen: TOP + LANE * row + LANE / 2 for row, seen in enumerate(lanes)}
    for seen, y in heights.items():
        picture.line((LEFT, y), (RIGHT, y), FAINT)
        picture.text(LEFT - 12, y + 4, LANES[seen], INK, "end")
    _draw_axis(picture, first, last, floor, x)
    _draw_events(picture, timeline, floor, x)
    for sample in samples:
        begin, end, y = x(sample.sent_at - zero), x(sample.answered_at - zero), heights[sample.seen]
        colour = _colour(sample, timeline)
        note = f"sent at {sample.sent_at - zero:.3f} s, saw {sample.shown or LANES[sample.seen]}"
        picture.line((begin, y), (end, y), colour, 3)
        picture.dot(begin, y, 5.5, colour, note)
    _draw_key(picture, floor + 58, {_colour(sample, timeline) for sample in samples})
    return picture.finish()


def _colour(sample: Sample, timeline: Timeline) -> str:
    if sample.seen is Seen.OLD:
        return RED if sample.sent_at > timeline.limit else ORANGE
    return {Seen.NEW: GREEN, Seen.NOTHING: GREY}.get(sample.seen, PURPLE)


def _draw_ground(picture: Picture, begin: float, bound: float, floor: float) -> None:
    picture.bar(begin, TOP - 6, bound - begin, floor - TOP + 6, PALE_ORANGE)
    picture.bar(bound, TOP - 6, RIGHT - bound, floor - TOP + 6, PALE_GREEN)
    if bound - begin > 180:
        picture.text((begin + bound) / 2, TOP - 12, "old and new may still alternate", anchor="middle")
    if RIGHT - bound > 190:
        picture.text((bound + RIGHT) / 2, TOP - 12, "everyone must see the new state", anchor="middle")


def _draw_axis(
    picture: Picture, first: float, last: float, floor: float, x: Callable[[float], float]
) -> None:
    step = _step(last - first)
    picture.line((LEFT, floor), (RIGHT, floor), SOFT)
    for tick in range(math.ceil(first / step), math.floor(last / step) + 1):
        at = x(tick * step)
        picture.line((at, floor), (at, floor + 5), SOFT)
        picture.text(at, floor + 18, f"{tick * step:g}", anchor="middle")
    picture.text(RIGHT, floor + 34, "seconds since the write was acknowledged", anchor="end")


def _step(span: float) -> float:
    """Return a round distance of ticks [s], so that there are four to ten of them."""
    power = 10.0 ** math.floor(math.log10(span / 8))
    return round(next(power * factor for factor in (1, 2, 5, 10) if power * factor >= span / 8), 9)


def _draw_events(picture: Picture, timeline: Timeline, floor: float, x: Callable[[float], float]) -> None:
    written, acknowledged = x(timeline.written_at - timeline.acknowledged_at), x(0)
    picture.line((written, TOP - 32), (written, floor), SOFT, 1.5)
    picture.text(written - 5, TOP - 24, "write sent", anchor="end")
    picture.line((acknowledged, TOP - 32), (acknowledged, floor), INK, 1.5)
    name = "write acknowledged" if timeline.bound_s else "write acknowledged: promised from here on"
    picture.text(acknowledged + 5, TOP - 24, name, INK)
    if timeline.bound_s:
        bound = x(timeline.bound_s)
        # Above the words beside it where there is no room for them.
        has_room = bound - acknowledged > ROOM_FOR_WORDS
        top = TOP - 24 if has_room else TOP - 40
        picture.line((bound, top - 8), (bound, floor if has_room else top + 4), INK, 1.5, "5 4")
        if not has_room:
            picture.line((bound, TOP - 18), (bound, floor), INK, 1.5, "5 4")
        picture.text(bound + 5, top, f"promise: {timeline.bound_s:g} s", INK)


def _draw_key(picture: Picture, y: float, colours: set[str]) -> None:
    picture.text(20, y + 4, "each dot is one read, where it was sent:")
    at = 280.0
    for colour, meaning in MEANINGS.items():
        if colour in colours:
            picture.dot(at, y, 5, colour)
            picture.text(at + 10, y + 4, meaning)
            at += 36 + 6.3 * len(meaning)
