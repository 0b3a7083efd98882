"""Can this pattern match that text at all?

Most patterns of the rules match in no mail. Each of them needs certain letters in a row; the runs of three letters of a text
are counted once and every pattern is asked for its own first, which costs a tenth of a search. A pattern of which nothing
certain can be said is always searched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from re import _constants as sre  # type: ignore[attr-defined]  # the parser of re is the only one that shows its tree
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

from followupd.reading.han import SIMPLIFIED

WORTH = 12
"""A shorter text is searched as quickly as it is counted."""
KEPT = 3
MOST = 120
"""More needles than this cost more than they save."""
_IDEOGRAPHS = "\u2e80"
_COMMON = "etaoinsrhldc "
_PROPERTY = re.compile(r"\\[pP]\{\^?\w+(?:=\w+)?\}")



class Need(NamedTuple):
    """What a part of a pattern needs: one of its words, and so one of their rarest runs."""

    grams: frozenset[str]
    words: tuple[str, ...]


Needles = tuple[tuple[Need, ...], ...]
"""Ways to match, each with what a match of it must hold. No ways: nothing certain is known."""


ONE_LETTER = {**SIMPLIFIED, **str.maketrans("\u0130\u0131\u017f\u212a", "iisk")}
"""Letters that a search takes for one another: Turkish i, long s, the sign of the kelvin, traditional characters."""


@lru_cache(maxsize=64)
def folded(text: str) -> str:
    """A text in lower case, such letters made one."""
    return text.translate(ONE_LETTER).lower()


@lru_cache(maxsize=256)
def grams(text: str) -> frozenset[str]:
    """All runs of three characters of a text, and of two where they are ideographs; in lower case."""
    low = folded(text)
    found = {low[at : at + 3] for at in range(len(low) - 2)}
    if not low.isascii():
        found |= {low[at : at + 2] for at in range(len(low) - 1) if low[at] >= _IDEOGRAPHS}
    return frozenset(found)


def needles(pattern: str) -> Needles:
    """What a match of the pattern (without regard to case) must hold."""
    try:
        tree = parser.parse(_PROPERTY.sub(r"\\w", pattern), re.IGNORECASE)
    except (re.error, RecursionError, OverflowError, ValueError):
        return ()
    ways = [_needed(list(way)) for way in _ways(list(tree))]
    return tuple(ways) if all(ways) and sum(len(need.grams) for way in ways for need in way) <= MOST else ()


def of_any(ways: Needles) -> frozenset[str]:
    """Runs of which every match holds one; the empty run where nothing certain is known."""
    return frozenset(run for way in ways for run in way[0].grams) if ways else frozenset({""})


def hopeless(ways: Needles, text: str) -> bool:
    """Does the text lack what every match holds?"""
    if not ways or len(text) < WORTH:
        return False
    return not may_match(ways, grams(text), folded(text))


def may_match(ways: Needles, runs: frozenset[str], low: str) -> bool:
    """Does a text, told by its runs and in lower case, hold all that one of the ways needs? The runs first, they are quicker asked."""
    for way in ways:
        for need in way:
            if need.grams.isdisjoint(runs):
                break
        else:
            for need in way:
                for word in need.words:
                    if word in low:
                        break
                else:
                    break
            else:
                return True
    return False


def _ways(items: list[Any]) -> list[Any]:
    """The alternatives at the top of a pattern; one when there are none."""
    if len(items) == 1 and items[0][0] is sre.BRANCH:
        return list(items[0][1][1])
    if len(items) == 1 and items[0][0] is sre.SUBPATTERN:
        return _ways(list(items[0][1][-1]))
    return [items]


def _needed(items: Iterable[Any]) -> tuple[Need, ...]:
    """What one way needs: the best KEPT of its parts, the rarest first."""
    found = sorted(_parts(items), key=_worth)
    return tuple(Need(frozenset(map(_gram, runs)), tuple(sorted(runs))) for runs in found[:KEPT])


def _parts(items: Iterable[Any]) -> list[set[str]]:
    """What each part of a sequence needs, parts that need nothing certain left out."""
    found: list[set[str]] = []
    run = ""
    for op, value in [*items, (None, None)]:
        if op is sre.LITERAL:
            run += folded(chr(value))
            continue
        found += [{run}] if _counts(run) else []
        run = ""
        needs = _of_part(op, value)
        found += [needs] if needs and all(map(_counts, needs)) else []
    return found


def _of_sequence(items: Iterable[Any]) -> set[str] | None:
    """The best of what the parts of a sequence need: all parts must be there, so one is enough."""
    return min(_parts(items), key=_worth, default=None)


def _of_part(op: Any, value: Any) -> set[str] | None:
    if op is sre.SUBPATTERN:
        return _of_sequence(value[-1])
    if op in {sre.MAX_REPEAT, sre.MIN_REPEAT}:
        return _of_sequence(value[2]) if value[0] >= 1 else None
    if op is sre.BRANCH:
        return _of_branches(value[1])
    if op is sre.ASSERT and value[0] >= 0:
        return _of_sequence(value[1])
    return None


def _of_branches(branches: Iterable[Any]) -> set[str] | None:
    """A branch needs what any of its ways needs; when one needs nothing, all do."""
    needs = [_of_sequence(branch) for branch in branches]
    return set().union(*(n for n in needs if n)) if all(needs) else None


def _worth(runs: set[str]) -> tuple[int, int, tuple[str, ...]]:
    """Sorts first what fewer texts hold: longer runs, then fewer."""
    return (-min(4, *map(len, runs)), len(runs), tuple(sorted(runs)))


def _counts(run: str) -> bool:
    return len(run) >= 3 or (len(run) == 2 and run[0] >= _IDEOGRAPHS)


def _gram(run: str) -> str:
    """The rarest run of three letters in a needle."""
    if len(run) == 2:
        return run
    return min((run[at : at + 3] for at in range(len(run) - 2)), key=lambda g: (sum(c in _COMMON for c in g), g))
