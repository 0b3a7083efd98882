"""Terms over invented mails in ten languages: no term falls below its floor."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest
from judging_at_hand import tables
from term_score import TERMS, rates, score

LANGUAGES = {"ar", "de", "en", "es", "fr", "it", "pt", "ru", "tr", "zh"}
FLOOR = {"quantity": 0.85}
"""By term over all files, 0.90 for all others."""


@cache
def both() -> tuple[dict[str, Counter[str]], set[str]]:
    terms: dict[str, Counter[str]] = {name: Counter() for name in TERMS}
    languages: set[str] = set()
    for half in ("tune", "held", "fresh", "more", "sixty", "forty"):
        by_term, by_language = score(half)
        languages |= set(by_language)
        for name, counts in by_term.items():
            terms[name].update(counts)
    return terms, languages


@pytest.mark.parametrize("name", TERMS)
def test_a_term_is_read_as_well_as_promised(name: str) -> None:
    terms, languages = both()
    assert languages == LANGUAGES
    assert rates(terms[name])[2] >= FLOOR.get(name, 0.90), terms[name]


@pytest.mark.parametrize("word", [w for kind in ("way", "moment", "event", "note") for w in tables().phrases.words.of(kind)], ids=lambda w: w.id)
def test_every_word_of_the_trade_stands_by_its_examples(word: object) -> None:
    from followupd.judging.trade_words import TradeWordEntry
    from followupd.rulesource import check_entries, read_rules

    entry = check_entries(TradeWordEntry, read_rules(), "trade_words")[word.id]  # type: ignore[attr-defined]
    assert entry.match
    assert entry.no_match
    assert [text for text in entry.match if not word.first(text)] == []  # type: ignore[attr-defined]
    assert [text for text in entry.no_match if word.first(text)] == []  # type: ignore[attr-defined]
