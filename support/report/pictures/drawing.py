"""A picture in the making: the few SVG shapes that the report draws with, and its colours.

Self-contained SVG on a ground of its own, so that it reads the same in a light and in a dark report and
when printed; no scripts, no fonts to load. Titles and notes are redacted here; labels are our own words.
"""

from __future__ import annotations

from html import escape

from support.secrets import REDACTOR

INK, SOFT, FAINT, PAPER = "#1f2933", "#66727f", "#e4e7eb", "#ffffff"
GREEN, ORANGE, RED, PURPLE, GREY = "#1a8f4b", "#e08a00", "#d0312d", "#8442c9", "#9aa5b1"
PALE_ORANGE, PALE_GREEN = "#fff4dc", "#e9f7ee"
_FONT = "system-ui, -apple-system, 'Segoe UI', sans-serif"
_LONGEST_TITLE = 130  # characters that fit across, in small letters
_TITLE_SIZE, _MARGIN = 15.0, 20
_WIDEST = 0.6  # of its size, which a letter of a title takes on average in the widest of these fonts


class Picture:
    """Shapes in the order of drawing; all lengths are pixels."""

    def __init__(self, title: str, width: int, height: int) -> None:
        shown = _safe(title)
        heading = shown if len(shown) <= _LONGEST_TITLE else _safe(title, _LONGEST_TITLE)
        room = (width - 2 * _MARGIN) / _WIDEST
        size = min(_TITLE_SIZE, room / max(1, min(len(shown), _LONGEST_TITLE)))
        opening = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"'
            f' height="{height}" role="img" font-family="{_FONT}" font-size="12" fill="{INK}">'
            f"<title>{shown}</title>"
            f'<rect width="{width}" height="{height}" rx="8" fill="{PAPER}"/>'
            f'<text x="{_MARGIN}" y="30" font-size="{size:.2f}" font-weight="600">{heading}</text>'
        )
        self._parts = [opening]

    def text(self, x: float, y: float, text: str, colour: str = SOFT, anchor: str = "start") -> None:
        """Write words of our own, that start, end or have their middle at x."""
        place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}"'
        self._parts.append(f"<text {place}>{escape(text)}</text>")

    def line(
        self,
        begin: tuple[float, float],
        end: tuple[float, float],
        colour: str,
        width: float = 1,
        dash: str = "",
    ) -> None:
        """Draw a straight line; `dash` is a pattern such as "4 3"."""
        ends = f'x1="{begin[0]:.1f}" y1="{begin[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}"'
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self._parts.append(f'<line {ends} stroke="{colour}" stroke-width="{width}"{dashes}/>')

    def bar(self, x: float, y: float, width: float, height: float, colour: str, opacity: float = 1) -> None:
        """Fill a rectangle."""
        place = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{height:.1f}"'
        self._parts.append(f'<rect {place} fill="{colour}" fill-opacity="{opacity}"/>')

    def dot(self, x: float, y: float, radius: float, colour: str, note: str = "") -> None:
        """Draw a dot, with a note that shows when it is pointed at."""
        title = f"<title>{_safe(note)}</title>" if note else ""
        place = f'cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{colour}"'
        self._parts.append(f"<circle {place}>{title}</circle>" if title else f"<circle {place}/>")

    def finish(self) -> str:
        """Return the SVG document."""
        return "\n".join([*self._parts, "</svg>"])


def _safe(text: str, width: int = 400) -> str:
    if not text.isprintable():
        text = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    redacted = REDACTOR.text(text)
    return escape(redacted if len(redacted) <= width else redacted[: width - 1] + "…")
