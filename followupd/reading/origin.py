"""Whose words does a mail carry that its sender only passed on?

Notices of platforms and forms (DOMAIN 4) and what a colleague forwards. What comes out is a mail of the buyer: his name and
address, his text alone; who passed it on stands in ``via``. A mail that its writer wrote himself stays as it is.
"""

from __future__ import annotations

from dataclasses import replace

from followupd.model import Direction, Message, Own
from followupd.reading.language import detect
from followupd.reading.marks import Marks
from followupd.reading.platforms import Behind, Platforms, behind, shipped_platforms
from followupd.reading.text import split


def as_written(
    message: Message, own: Own, *, marks: Marks | None = None, platforms: Platforms | None = None
) -> Message:
    """The mail as a mail of whoever wrote it. ``platforms``: without, those that come with followupd."""
    found = behind(message, platforms or shipped_platforms(), own)
    return _of_buyer(message, found, marks) if found else message


def _of_buyer(message: Message, found: Behind, marks: Marks | None) -> Message:
    parts = split(found.words, sender=found.via.name, marks=marks)
    new = parts.new_text or found.words
    return replace(
        message,
        direction=Direction.IN,
        sender=found.address,
        reply_to=(),
        cc=(),
        text=found.words,
        new_text=new,
        signature=parts.signature,
        quoted=parts.quoted,
        language=detect(new),
        utc_offset=None,
        via=found.via,
    )
