"""Whose words does a mail carry that its sender only passed on?

Notices of platforms and forms (DOMAIN 4) and what a colleague forwards. What comes out is a mail of the buyer: his name and
address, his text alone; who passed it on stands in ``via``. A mail that its writer wrote himself stays as it is.
"""

from __future__ import annotations

from dataclasses import replace

from followupd.model import Address, Direction, Message, Own, Reach, Via
from followupd.reading.forwarded import Inner, forwarded
from followupd.reading.language import detect
from followupd.reading.marks import Marks, shipped_marks
from followupd.reading.platforms import Behind, Platforms, behind, nowhere, shipped_platforms
from followupd.reading.reports import is_agent
from followupd.reading.subject import base_subject
from followupd.reading.text import split

FORWARD = "forward"


def as_written(
    message: Message, own: Own, *, marks: Marks | None = None, platforms: Platforms | None = None
) -> Message:
    """The mail as a mail of whoever wrote it. ``marks``, ``platforms``: without, those that come with followupd.

    A report of a mail server is nobody's form, though it is full of labels and addresses.
    """
    if is_agent(message.sender.email, "") or "multipart/report" in message.header("content-type").lower():
        return message
    marks = marks or shipped_marks()
    if inner := forwarded(message, own, marks):
        message = _passed_on(message, inner, marks)
    found = behind(message, platforms or shipped_platforms(), own)
    return _of_buyer(message, found, marks) if found else message


def _passed_on(message: Message, inner: Inner, marks: Marks) -> Message:
    """The mail inside; where its block names no address, it comes from an address at which nobody is."""
    sure = bool(inner.sender.email)
    key = "" if sure else f"{FORWARD}:{' '.join(inner.sender.name.casefold().split())}"
    sender = inner.sender if sure else Address(nowhere(key), inner.sender.name)
    reach = Reach.DIRECT if sure else Reach.ASK
    parts = split(inner.text, subject=inner.subject, sender=sender.name, marks=marks)
    via = Via(
        platform=FORWARD, key=key, by=message.sender, reach=reach, name=inner.sender.name, note=inner.note[:4000]
    )  # fmt: skip
    return replace(
        message,
        direction=Direction.IN,
        date=inner.date or message.date,
        sender=sender,
        subject=inner.subject,
        base_subject=base_subject(inner.subject),
        reply_to=(),
        cc=(),
        text=inner.text,
        new_text=parts.new_text,
        signature=parts.signature,
        quoted=parts.quoted,
        language=detect(parts.new_text),
        utc_offset=None,
        via=via,
    )


def _of_buyer(message: Message, found: Behind, marks: Marks) -> Message:
    parts = split(found.words, sender=found.via.name, marks=marks)
    new = parts.new_text or found.words
    note = message.via.note if message.via else ""
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
        via=replace(found.via, note=note),
    )
