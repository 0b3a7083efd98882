"""How did we address this buyer before? A person of ours chose it, so it goes before every convention."""

from __future__ import annotations

import re
from collections.abc import Iterator

from followupd.drafting.greetings import used_before
from followupd.drafting.languages import HAN, Language
from followupd.drafting.tables import DraftingRules
from followupd.model import Buyer, Direction, Thread


def address_used_before(thread: Thread, buyer: Buyer, language: Language) -> str:
    """The first line of our own last mail to this buyer, if it is in ``language``. Empty when it names nobody we know.

    Only a line that shares a word with the buyer's own name is taken over; "Dear Sirs" is not.
    """
    known = _words(buyer)
    return next((kept for line in _first_lines(thread) if (kept := used_before(line, known, language))), "")


def title_used_before(thread: Thread, buyer: Buyer, rules: DraftingRules) -> str:
    """The title (Ms., Herr, Dr.) with which we named this buyer before, in whatever language; empty when we used none."""
    known = _words(buyer)
    titles = {word.strip(".") for entry in rules.titles.values() for word in entry.words}
    for line in _first_lines(thread):
        words = re.findall(r"[^\W_][\w.]*", line[:80])
        if known & {w.casefold() for w in words}:
            return " ".join(w for w in words if w.casefold().strip(".") in titles)
    return ""


def _words(buyer: Buyer) -> set[str]:
    """The words of the buyer's name, casefolded; initials tell nothing."""
    words = {w.casefold() for w in re.findall(r"[^\W\d_]+", f"{buyer.name} {buyer.address.name}")}
    return {w for w in words if len(w) > (1 if re.match(f"[{HAN}]", w) else 2)}


def _first_lines(thread: Thread) -> Iterator[str]:
    """The first lines of our own mails, the latest mail first."""
    for message in reversed(thread.messages):
        if message.direction is Direction.OUT:
            yield from (line.strip() for line in message.new_text.splitlines()[:3])
