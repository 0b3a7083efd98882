"""What may a detector look at?

One mail with what is known around it; the words of a stranger are cut to a length that no search can choke on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from followupd.judging.term_tables import TermRules
from followupd.model import Message, Own, Terms
from followupd.reading.patterns import MAX_TEXT


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

    @property
    def words(self) -> str:
        """The new text, capped."""
        return self.message.new_text[:MAX_TEXT]


Detector = Callable[[Seen], str]
"""The words that counted, ``""`` when the sign is not there."""
