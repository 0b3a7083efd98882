"""How is a period written in figures?

"Four weeks", "zwei Monate", "两周" and the Arabic dual become "4 weeks", "2 Monate", "2周", "2 أسبوع", and "35/40 giorni" becomes
"35-40 giorni", so that each phrase of the rules need only know figures. Words that name no number for sure ("a few") stay.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import regex

from followupd.judging.calendar_tables import CalendarWords
from followupd.judging.dates import NUMBER_WORDS
from followupd.reading.normal import fold

_VAGUE = frozenset(
    ["a couple of", "couple of", "a few", "few", "several", "ein paar", "quelques", "unos", "un par de", "alguns", "alcuni", "qualche",
     "пару", "несколько", "birkaç", "عدة", "几"]
)
_DUALS = {"أسبوعين": "2 أسبوع", "اسبوعين": "2 أسبوع", "يومين": "2 يوم", "شهرين": "2 شهر"}
_DUAL = regex.compile("|".join(_DUALS))
_ONE = regex.compile(r"(?<!\p{L})(?P<unit>أسبوع|اسبوع|شهر|يوم)\s+واحد|(?<=(?:لمدة|خلال)\s)(?P<bare>أسبوع|اسبوع|شهر)(?!\p{L})")
_ARABIC = regex.compile(r"\p{Arabic}")
_ENGLISH = "days?|weeks?|months?"


def in_figures(text: str, words: CalendarWords) -> str:
    """The text with its periods in figures."""
    spelt, slashed, numbers = _patterns(words.key(("numbers", "units")), tuple(words.numbers.items()))
    if _ARABIC.search(text):
        text = _DUAL.sub(lambda m: _DUALS[m[0]], _ONE.sub(lambda m: f"1 {m['unit'] or m['bare']}", text))
    text = slashed.sub(r"\1-\2", text)
    return str(spelt.sub(lambda m: _figure(m, numbers), text))


def _figure(match: Any, numbers: dict[str, int]) -> str:
    """The number in figures, with whatever stood behind it."""
    said = fold(match["n"])
    return f"{numbers[said]}{match['rest']}" if said in numbers else str(match[0])


@lru_cache(maxsize=8)
def _patterns(key: tuple[str, ...], numbers: tuple[tuple[str, int], ...]) -> tuple[Any, Any, dict[str, int]]:
    known = {fold(w): n for w, n in (*NUMBER_WORDS.items(), *numbers) if w not in _VAGUE}
    units = f"{key[1]}|{_ENGLISH}"
    spelt = "|".join(regex.escape(w) for w in sorted(known, key=len, reverse=True))
    work = r"(?:working\s+|business\s+|рабочих\s+|iş\s+)?"
    rest = rf"(?P<rest>(?:\s+|(?<=\p{{Han}})(?:\s|个)?){work}(?:{units})(?!\p{{Latin}}|\p{{Cyrillic}}))"
    return (
        regex.compile(rf"(?<![\p{{L}}\d])(?P<n>{spelt}){rest}|(?P<n>[一两二三四五六七八九十])(?P<rest>个?(?:{units}))", regex.IGNORECASE),
        regex.compile(rf"(?<![\d/.,-])(\d{{1,3}})\s?/\s?(\d{{1,3}})(?=\s*(?:{units}|gg|h)(?!\p{{L}}))", regex.IGNORECASE),
        known,
    )
