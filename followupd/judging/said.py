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
BORNE_OUT = 0.25
GRAVE = {"stop": 0.45, "bank_change": 0.65, "lost": 0.25, "no_need_now": 0.25, "ooo": 0.5, "paid": 0.4}
"""Types whose mistake costs more: the share from which they count, borne out or not."""

GRAVEST = frozenset({"bounce", "ooo", "stop", "bank_change", "complaint", "paid"})
"""Types that one sentence tells, whatever the rest of the mail reads like."""
CLEAR = 0.7
"""From this share on a whole mail reads like one type, and a sentence that only reads like another must be as sure."""


class Said(NamedTuple):
    """A type with the words that spoke for it."""

    type: str
    share: float
    words: tuple[str, ...]


def said(sentence: str, whole: Likeness, taught: Taught, language: str) -> Said | None:
    """The type a sentence reads like; None where it is not sure enough, or says nothing.

    Of two that are near each other, the one that the whole mail bears out. Where a grave type is not sure enough, the
    runner-up may be: "our accounts sent it by the bank this morning" changes no account.
    """
    found = taught.read(sentence, language)
    if found.label == NONE:
        return None
    told = sorted(((found.label, found.share), (found.second, found.second_share)), key=lambda one: -one[1] - borne_out(one[0], whole))
    for label, share in told:
        if label in {"", NONE}:
            return None
        if share >= _needed(label, whole):
            return Said(label, share, found.words)
        if label not in GRAVE:
            return None
    return None


def borne_out(label: str, whole: Likeness) -> float:
    """How much the whole mail reads like this."""
    return {whole.second: whole.second_share, whole.label: whole.share}.get(label, 0.0)


def _needed(label: str, whole: Likeness) -> float:
    """From which share on a sentence says this."""
    if whole.share >= CLEAR and label not in {whole.label, *GRAVEST}:
        return CLEAR
    needed = BORNE_OUT if label in {whole.label, whole.second} else SURE
    return max(needed, GRAVE.get(label, 0.0))
