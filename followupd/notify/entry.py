"""Of what is a mail to the owner made?

Sections of entries, one entry for each thing that a person may have to do. Whatever stems from a mail is cleaned, shortened and
its web addresses made dead (law 9).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from followupd.drafting.clean import message_id, one_line
from followupd.model import Address

_WEB = re.compile(r"\b(?:https?|ftp)(?=:)", re.IGNORECASE)
_DOT = re.compile(r"(?<=www)\.", re.IGNORECASE)


class Tone(StrEnum):
    """How an entry looks at first glance."""

    PLAIN = "plain"
    GOOD = "good"
    LATE = "late"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Entry:
    """A card: a bold ``title`` with a ``badge``, ``lines`` below it, what is known by name, the one next step, the mails."""

    title: str
    lines: tuple[str, ...] = ()
    message_id: str = ""
    """The mail it speaks of, opened by the letter's ``open_label``."""
    facts: tuple[tuple[str, str], ...] = ()
    """Label and value."""
    badge: str = ""
    tone: Tone = Tone.PLAIN
    fresh: str = ""
    """The word that marks it as new; empty where it is not."""
    step: str = ""
    """The one next step, a whole sentence."""
    links: tuple[tuple[str, str], ...] = ()
    """Further mails to open: label and Message-ID."""

    def opens(self, label: str) -> tuple[tuple[str, str], ...]:
        """Label and ``mid:`` URL of each mail that can be opened, each once."""
        found = {mid(id): name for name, id in ((label, self.message_id), *self.links) if mid(id)}
        return tuple((name, link) for link, name in found.items())


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its entries; an empty heading for the text at the top or bottom. ``hint`` says what to do with all of them."""

    heading: str
    entries: tuple[Entry, ...]
    hint: str = ""


def clean(text: str, limit: int = 200) -> str:
    """A string from a mail on one line: no controls, no bidi marks, no web address that a client would make a link."""
    return _DOT.sub("[.]", _WEB.sub("hxxp", one_line(text, limit)))


def mid(id: str) -> str:
    """The ``mid:`` URL of a message (RFC 2392 section 2), empty when its id cannot stand in one."""
    fit = message_id(id)
    return f"mid:{quote(fit, safe='@')}" if fit else ""


def who(address: Address, name: str = "") -> str:
    """``Anna Schmidt <a.schmidt@example>`` from the parts a mail gave, cleaned."""
    shown = clean(name or address.name, 80)
    return f"{shown} <{clean(address.email, 100)}>" if shown else clean(address.email, 100)
