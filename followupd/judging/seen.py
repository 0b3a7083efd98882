"""What may a detector look at?

One mail with what is known around it; the words of a stranger are cut to a length that no search can choke on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, wraps

import regex

from followupd.judging.examples import Taught
from followupd.judging.families import Families
from followupd.judging.likeness import Likeness
from followupd.judging.term_tables import TermRules
from followupd.model import Message, Own, Terms
from followupd.reading.patterns import MAX_TEXT

_SUM = regex.compile(
    r"(?:\b(?:usd|eur|gbp|cny|rmb|us\s?dollars?)|[$€£¥])\s?\d|\d\s?(?:\b(?:usd|eur|gbp|cny|rmb)\b|[$€£]|美元|元|dollar|euro|доллар|руб|دولار|يورو)"
)
ENOUGH_EXAMPLES = 25
"""From fewer letters of a language nothing is learnt but the habits of whoever wrote them."""


@dataclass(frozen=True)
class Seen:
    """A mail, whose side we are on, the terms it names, the words of the trade; ``first``: we do not know its writer."""

    message: Message
    own: Own
    terms: Terms
    rules: TermRules
    first: bool
    known: frozenset[str] = frozenset()
    """Addresses we wrote to before this mail."""
    same_letter: frozenset[str] = frozenset()
    """Other senders of nearly the same text before."""

    imitated: str = ""
    """A platform whose name its writer shows without being it (rules/platforms.yaml)."""

    answers: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    """What detectors that are asked several times have said of this mail."""
    letters: Taught = field(default_factory=Taught)
    """Example letters of each kind, by language."""
    families: Families = field(default_factory=Families)
    """Goods that belong to one trade."""

    @cached_property
    def likeness(self) -> Likeness:
        """What the mail reads like, by the examples of its language; nothing where there are none."""
        if self.letters.count(self.message.language) < ENOUGH_EXAMPLES:
            return Likeness()
        return self.letters.of(self.message.language).read(f"{self.message.subject}\n{self.message.new_text}")

    @cached_property
    def answers_ours(self) -> bool:
        """Does it quote an offer or an invoice that the address it went to had sent?

        Our own mail may not be at hand (sent from a telephone, or before followupd came). A price or a sum must stand in the
        quoted words: an empty "Re:" is forged in a moment.
        """
        message, quoted = self.message, self.message.quoted[:MAX_TEXT].lower()
        ours = {a.email for a in message.to if a.email} | self.own.addresses
        return bool(message.in_reply_to and any(a in quoted for a in ours) and _SUM.search(quoted))

    @property
    def words(self) -> str:
        """The new text, capped."""
        return self.message.new_text[:MAX_TEXT]


Detector = Callable[[Seen], str]
"""The words that counted, ``""`` when the sign is not there."""


def once(detector: Detector) -> Detector:
    """A detector that looks at a mail once, however many rules ask it."""

    @wraps(detector)
    def asked(seen: Seen) -> str:
        if detector.__name__ not in seen.answers:
            seen.answers[detector.__name__] = detector(seen)
        return seen.answers[detector.__name__]

    return asked
