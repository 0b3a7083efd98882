"""How is a picture drawn that stands inside a page?

A thin pen over ElementTree, which escapes whatever it is given. Shapes carry class names only; colours and fonts are the style sheet's,
so that one picture serves light, dark and paper. Lengths are CSS pixels.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from xml.etree import ElementTree

from followupd.drafting.clean import one_line

SIZE = 13
"""Font size of all text in pictures, as in report.css."""
_WIDE = frozenset("WF")


def width_of(text: str, size: float = SIZE) -> float:
    """About how wide a text is in the fonts of the page."""
    return sum(1.0 if unicodedata.east_asian_width(c) in _WIDE else 0.53 for c in text) * size


def cut(text: str, room: float, size: float = SIZE) -> str:
    """The text as far as it fits into ``room`` pixels, with an ellipsis where it does not."""
    text = one_line(text, 200)
    if width_of(text, size) <= room:
        return text
    while text and width_of(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"


class Picture:
    """One SVG with a title and a description for those who do not see it. ``key`` makes its ids unique in the page."""

    def __init__(self, key: str, width: float, height: float, title: str, desc: str) -> None:
        names = f"{key}-t {key}-d"
        self._root = ElementTree.Element(
            "svg",
            {
                "viewBox": f"0 0 {_n(width)} {_n(height)}", "width": _n(width), "height": _n(height), "role": "img", "aria-labelledby": names,
                "focusable": "false",
            },
        )  # fmt: skip
        self.width, self.height = width, height
        for tag, text in (("title", title), ("desc", desc)):
            child = ElementTree.SubElement(self._root, tag, {"id": f"{key}-{tag[0]}"})
            child.text = one_line(text, 2000)

    def _draw(self, tag: str, kind: str, **values: float | str) -> ElementTree.Element:
        given = {name.rstrip("_").replace("_", "-"): v if isinstance(v, str) else _n(v) for name, v in values.items()}
        return ElementTree.SubElement(self._root, tag, {"class": kind, **given})

    def bar(self, kind: str, x: float, y: float, width: float, height: float) -> None:
        """A filled box."""
        self._draw("rect", kind, x=x, y=y, width=max(0.0, width), height=max(0.0, height))

    def line(self, kind: str, x1: float, y1: float, x2: float, y2: float) -> None:
        """A straight line."""
        self._draw("line", kind, x1=x1, y1=y1, x2=x2, y2=y2)

    def dot(self, kind: str, x: float, y: float, radius: float) -> None:
        """A circle."""
        self._draw("circle", kind, cx=x, cy=y, r=radius)

    def path(self, kind: str, points: Iterable[tuple[float, float]], *, closed: bool = False) -> None:
        """Straight lines through points."""
        corners = " L".join(f"{_n(x)} {_n(y)}" for x, y in points)
        self._draw("path", kind, d=f"M{corners}{'Z' if closed else ''}")

    def text(self, kind: str, x: float, y: float, text: str, anchor: str = "start") -> None:
        """One line of text; ``y`` is its baseline."""
        self._draw("text", kind, x=x, y=y, text_anchor=anchor).text = one_line(text, 200)

    def __str__(self) -> str:
        """The markup, escaped."""
        return ElementTree.tostring(self._root, encoding="unicode")


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
