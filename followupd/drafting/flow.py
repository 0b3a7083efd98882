"""How is text laid out so that every client shows it well?

RFC 3676, ``format=flowed``: lines of at most 73 characters; a space at the end says "goes on". Thunderbird, Roundcube
and NeoMutt join such lines again, Outlook shows them as they are, which reads well, too. A line of our own that begins
with a space, ``>`` or ``From `` is stuffed with one space (section 4.4).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

WIDTH = 75
"""Two less for stuffing and quote marks, and the space at the end of a line is three octets in quoted-printable."""
_SPACE = re.compile(r"[^\S\u00a0\u202f]+")
"""A space at which a line may break; one that keeps two words together is none."""
HARD = 900
"""No line longer than this, whatever a mail holds; RFC 5322 allows 998 octets, quoted-printable folds below that."""


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph or hard line of text; ``depth`` counts its quote marks."""

    text: str
    depth: int = 0


def flow(text: list[Line]) -> str:
    """The body with LF line ends, a final one included."""
    return "".join(f"{line}\n" for item in text for line in _wrapped(item))


def _wrapped(item: Line) -> list[str]:
    """One line as flowed lines: all but the last end with a space."""
    marks = ">" * item.depth
    rows = _rows(item.text.rstrip(), WIDTH - item.depth - 2)
    return [_stuffed(marks, row) + (" " if i < len(rows) - 1 else "") for i, row in enumerate(rows)]


def _stuffed(marks: str, row: str) -> str:
    if marks:
        return f"{marks} {row}" if row else marks
    return f" {row}" if row.startswith((" ", ">", "From ")) else row


def _rows(text: str, width: int) -> list[str]:
    """Break at spaces; words longer than a line stand alone, absurd ones are cut."""
    if len(text) <= width:
        return [text]
    indent = text[: len(text) - len(text.lstrip())][:20]
    rows, row = [], indent
    for word in (w[i : i + HARD] for w in _words(text) for i in range(0, len(w), HARD)):
        if row.strip() and len(row) + 1 + len(word) > width:
            rows.append(row)
            row = word
        else:
            row = f"{row} {word}" if row.strip() else f"{row}{word}"
    return [*rows, row]


def _words(text: str) -> list[str]:
    """What a line may break between. In text from right to left a Latin word stays with the word before it.

    A client takes the direction of each line from its first letter; one that begins with ``Q-118`` would run the wrong way.
    """
    words = _SPACE.split(text.strip())
    if not words or _direction(text) not in {"R", "AL"}:
        return words
    kept = words[:1]
    for word in words[1:]:
        if _direction(word) == "L":
            kept[-1] += f" {word}"
        else:
            kept.append(word)
    return kept


def _direction(text: str) -> str:
    """The direction of the first letter that has a strong one (UAX 9): ``L``, ``R``, ``AL``; empty when there is none."""
    found = (unicodedata.bidirectional(c) for c in text)
    return next((d for d in found if d in {"L", "R", "AL"}), "")
