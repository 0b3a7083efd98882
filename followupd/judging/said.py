"""What does a sentence of a buyer read like, and is that sure enough to count?

Phrases of rules/replies.yaml know few ways of saying a thing, and know them for certain; the examples of rules/said speak for
the ways that no phrase foresaw (DOMAIN 11). What binds for long (a stop wish, a lost order, a changed account) must read
so more surely than what only asks a person to look.
"""

from __future__ import annotations

from typing import NamedTuple

from followupd.judging.examples import Taught
from followupd.judging.likeness import Likeness

NONE = "none"
"""The label of examples that are no answer at all: greetings, news of the firm, a parcel's number."""
SURE = 0.4
"""A sentence counts from this share on; one that the whole mail bears out from BORNE_OUT on."""
BORNE_OUT = 0.2
GRAVE = {"stop": 0.5, "bank_change": 0.3, "lost": 0.3, "no_need_now": 0.3, "ooo": 0.65, "paid": 0.4}
"""Types whose mistake costs more: the share from which they count, borne out or not."""

GRAVEST = frozenset({"bounce", "ooo", "stop", "bank_change", "complaint", "paid"})
"""Types that one sentence tells, whatever the rest of the mail reads like."""
CLEAR = 0.8
"""From this share on a whole mail reads like one type, and a sentence that only reads like another must be as sure."""


class Said(NamedTuple):
    """A type with the words that spoke for it."""

    type: str
    share: float
    words: tuple[str, ...]


def said(sentence: str, whole: Likeness, taught: Taught, language: str) -> Said | None:
    """The type a sentence reads like; None where it is not sure enough, or says nothing."""
    found = taught.read(sentence, language)
    needed = BORNE_OUT if found.label in {whole.label, whole.second} else SURE
    needed = max(needed, GRAVE.get(found.label, 0.0))
    if whole.share >= CLEAR and found.label not in {whole.label, *GRAVEST}:
        needed = CLEAR
    if not found.label or found.label == NONE or found.share < needed:
        return None
    return Said(found.label, found.share, found.words)
