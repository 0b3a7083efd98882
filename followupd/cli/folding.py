"""Where does a line end, in a script with blanks between its words and in one without?

Words in Latin letters stay whole. Chinese characters are two cells wide and may part anywhere, but a line begins with no closing mark
and ends with no opening one. A path or an address that no line holds is left whole, so that it can be copied.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_WIDE = "\u2e80-\uffef"
_CLOSING, _OPENING = "，。；：、！？）》】”", "（《【“"
_UNIT = re.compile(rf"\s+|[{_OPENING}]*(?:[^\s{_WIDE}{_OPENING}]+|[{_WIDE}]|[{_OPENING}]+)[{_CLOSING}]*")
"""What stays together: blanks, a word in Latin letters, or one wide character, with the marks that cling to it."""
_WHOLE = re.compile(r"~?/|\w+://")


def folded(text: str, width: int, indent: str = "", further: str | None = None) -> list[str]:
    """Lines of at most ``width`` cells; the first begins with ``indent``, the others with ``further`` (default: the same)."""
    from rich.cells import cell_len

    rest = indent if further is None else further
    lines, line, begin = [], indent, indent
    for unit in _units(text, width - max(len(indent), len(rest))):
        if cell_len(line + unit.rstrip()) > width and line != begin:
            lines.append(line.rstrip())
            line = begin = rest
        if unit.strip() or line != begin:
            line += unit
    return [*lines, line.rstrip()]


def _units(text: str, room: int) -> Iterator[str]:
    """Blanks, words and wide characters in turn; a word that no line holds comes in pieces."""
    from rich.cells import cell_len

    for unit in _UNIT.findall(text):
        rest = unit
        while cell_len(rest) > room > 1 and not _WHOLE.match(unit):
            cut = next(n for n in range(len(rest), 0, -1) if cell_len(rest[:n]) <= room or n == 1)
            yield rest[:cut]
            rest = rest[cut:]
        yield rest
