"""How is a sentence that was made elsewhere, its figures filled in, said in another language?

Rooms below speak English and keep what they said: in the index, in the ledger, in an error. A phrasebook knows those sentences with
holes for what is filled in, as gettext knows whole ones, and finds the holes again. A hole whose name begins with a capital holds
words of ours (a stage, a span, another sentence), which must be said in that language too; every other one is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property

Names = Callable[[str], str | None]
"""Looks up a name that the rules give: of a stage, a topic, a sign. None where there is none."""
_HOLE = re.compile(r"\{(\w+)\}")
MAX_CHARS = 2000
"""A longer text is none of ours."""
SEPARATORS = ((", ", "、"), ("; ", "；"))


def nobody(_: str) -> str | None:
    """Knows no names."""
    return None


class Phrasebook:
    """Sentences of one language by their English."""

    def __init__(self, table: Mapping[str, str]) -> None:
        self._table = table

    def told(self, english: str, names: Names = nobody) -> str | None:
        """The sentence in the other language; None where it stands in no table."""
        if found := self._table.get(english):
            return found
        if len(english) > MAX_CHARS:
            return None
        for key, other in self._open:
            if (held := _held(key, english)) is not None and (parts := self._parts(held, names)) is not None:
                return _HOLE.sub(lambda hole, parts=parts: parts[hole[1]], other)  # type: ignore[misc]
        return None

    @cached_property
    def _open(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        """The sentences with holes, taken apart: first those that begin with another sentence, then by how much of them is fixed."""
        keys = sorted((key for key in self._table if _HOLE.search(key)), key=lambda key: (not re.match(r"\{[A-Z]", key), -len(_HOLE.sub("", key)), key))
        return tuple((tuple(_HOLE.split(key)), self._table[key]) for key in keys)

    def _parts(self, held: Mapping[str, str], names: Names) -> dict[str, str] | None:
        """What the holes hold, in the other language where it must be; None where that cannot be."""
        parts: dict[str, str] = {}
        for name, value in held.items():
            told = self._word(value, names) if name[0].isupper() else value
            if told is None:
                return None
            parts[name] = told
        return parts

    def _word(self, value: str, names: Names) -> str | None:
        """Words of ours, or a row of them."""
        if found := names(value) or self.told(value, names):
            return found
        for sign, other in SEPARATORS:
            said = [names(part) or self.told(part, names) or "" for part in value.split(sign)]
            if len(said) > 1 and all(said):
                return other.join(said)
        return None


def _held(key: tuple[str, ...], text: str) -> dict[str, str] | None:
    """What the holes hold in ``text``: each as little as possible, looked for once from left to right, so that no text makes it slow."""
    fixed, holes = key[::2], key[1::2]
    if not text.startswith(fixed[0]) or not text.endswith(fixed[-1]):
        return None
    at, end, held = len(fixed[0]), len(text) - len(fixed[-1]), {}
    for hole, behind in zip(holes[:-1], fixed[1:-1], strict=True):
        found = text.find(behind, at, end)
        if found < 0:
            return None
        held[hole], at = text[at:found], found + len(behind)
    return {**held, holes[-1]: text[at:end]} if at <= end else None
