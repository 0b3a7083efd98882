"""What does a mail read like, by the examples of rules/letters?

One more sign beside the others, never enough for a verdict by itself: how sure it must be was measured on real mail, where a
likeness to scams was right 95 times in 100 and one to empty inquiries 4 times in 10. The words are those that counted.
"""

from __future__ import annotations

import re

from followupd.judging.seen import Seen
from followupd.judging.signs_of_danger import concrete

SURE = {"genuine": 0.5, "pitch": 0.5, "newsletter": 0.5, "personal": 0.6, "scam": 0.7, "vague": 0.75}
"""From which share of likelihood on a label is believed."""
BUYERS = frozenset({"genuine", "vague"})
BUYER = 0.6
"""For both of them together."""
QUITE_SURE = 0.75
VERY_SURE = 0.9
LETTER = 100
"""A scam takes more letters than this to tell its tale; a line about a bank account is none. A Chinese character counts as LETTERS of them."""
LETTERS = 3
TALE = 250
"""And one that speaks of goods as well takes more: "send the proforma with your bank details for 5,000 pots" is none."""
_HAN = re.compile(r"[\u3400-\u9fff]")


def _reads(seen: Seen, *labels: str, least: float = 0.0) -> str:
    found = seen.likeness
    sure = found.label in labels and found.share >= max(SURE[found.label], least)
    return ", ".join(found.words) if sure else ""


def reads_genuine(seen: Seen) -> str:
    """Reads like the examples of buyers."""
    return _reads(seen, "genuine")


def reads_vague(seen: Seen) -> str:
    """Reads like the examples of inquiries for nothing in particular."""
    return _reads(seen, "vague")


def reads_pitch(seen: Seen) -> str:
    """Reads like the examples of whoever sells to us."""
    return _reads(seen, "pitch", "newsletter")


def reads_surely_pitch(seen: Seen) -> str:
    """And like little else."""
    return _reads(seen, "pitch", "newsletter", least=QUITE_SURE)


def reads_only_pitch(seen: Seen) -> str:
    """And like nothing else, so that a price that is spoken of is theirs."""
    return _reads(seen, "pitch", least=VERY_SURE)


def reads_newsletter(seen: Seen) -> str:
    """Reads like the examples of circulars."""
    return _reads(seen, "newsletter")


def reads_surely_newsletter(seen: Seen) -> str:
    """And like little else."""
    return _reads(seen, "newsletter", least=QUITE_SURE)


def reads_otherwise(seen: Seen) -> str:
    """Reads like the examples of other matters: running orders, applications, private mail."""
    return _reads(seen, "personal")


def reads_buyer(seen: Seen) -> str:
    """Reads like the examples of buyers, serious ones or not, and like little else."""
    found = seen.likeness
    share = found.share + (found.second_share if found.second in BUYERS else 0.0)
    return ", ".join(found.words) if found.label in BUYERS and share >= BUYER else ""


def reads_surely_otherwise(seen: Seen) -> str:
    """And like little else."""
    return _reads(seen, "personal", least=QUITE_SURE)


def reads_scam(seen: Seen) -> str:
    """Reads like the examples of fraud, and says nothing concrete of goods."""
    return "" if concrete(seen) or _is_short(seen) else _reads(seen, "scam")


def reads_very_like_scam(seen: Seen) -> str:
    """Reads like nothing else."""
    return "" if concrete(seen) or _is_short(seen) else _reads(seen, "scam", least=VERY_SURE)


def reads_scam_about_goods(seen: Seen) -> str:
    """Reads like the examples of fraud, though it names goods and amounts: so do false orders."""
    return _reads(seen, "scam") if concrete(seen) and not _is_short(seen, TALE) else ""


def _is_short(seen: Seen, letters: int = LETTER) -> bool:
    return len(seen.words) + (LETTERS - 1) * len(_HAN.findall(seen.words)) < letters
