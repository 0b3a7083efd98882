"""A mail whose headers say that it goes to many: does it inform, does it sell, or does a buyer write through such a program?

RFC 2369 and RFC 2919 headers stand below newsletters and below offers alike, and some programs set them below the mail of
one person to another. Whoever offers something and wants our answer sells; an issue of news is a newsletter; a plain inquiry
with such a header, and without a word of how to be left alone, is a buyer's (law 10).
"""

from __future__ import annotations

from typing import NamedTuple

from followupd.model import Kind, Message

HEADERS = ("list-unsubscribe", "list-id")
PRECEDENCES = frozenset({"bulk", "list", "junk"})
LISTED = 3
"""What a List-Id adds to the side of news: offers mostly go out without one."""
SELLS, READS = 4, 2
"""From so many points on words sell (judging/kind.py); from so many where the mail reads like an offer."""
NEWS, OFFER = "newsletter", "pitch"
"""Labels of rules/letters."""


class Sums(NamedTuple):
    """Points of the words of each kind; ``asks`` says that something is asked for."""

    selling: float
    informing: float
    buying: float
    asks: bool


def header_of(message: Message) -> str:
    """The header that says so, ``""`` where none does."""
    for name in HEADERS:
        if message.header(name):
            return f"{name.title()}: {message.header(name)}"
    precedence = message.header("precedence").lower().strip()
    return f"Precedence: {precedence}" if precedence in PRECEDENCES else ""


def kind_of_circular(message: Message, sums: Sums, reads_like: str) -> Kind:
    """``reads_like``: the label of rules/letters that the mail is most like."""
    informing = sums.informing + (LISTED if message.header("list-id") else 0)
    rival = informing if reads_like == OFFER else max(informing, sums.buying)
    enough = READS if reads_like == OFFER else SELLS
    if reads_like != NEWS and sums.selling >= enough and sums.selling > rival:
        return Kind.PITCH
    one_to_one = not message.header("list-id") and not message.header("precedence") and informing <= 0
    if reads_like != NEWS and one_to_one and sums.asks and sums.buying > sums.selling:
        return Kind.INQUIRY
    return Kind.NEWSLETTER
