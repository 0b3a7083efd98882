"""The buyer as a vCard 4.0 that every address book takes (RFC 6350)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256

from followupd.dossier.gather import Dossier
from followupd.model import Buyer

FOLD = 75
"""Octets of a line, its end not counted (RFC 6350 section 3.2)."""


def vcard(dossier: Dossier, now: datetime) -> bytes:
    """One card, CRLF line ends, folded. ``now``: aware, for REV."""
    return "".join(f"{_folded(line)}\r\n" for line in _lines(dossier, now)).encode()


def _lines(dossier: Dossier, now: datetime) -> Iterator[str]:
    buyer = dossier.buyer
    name = buyer.name or buyer.address.name or buyer.address.email
    yield "BEGIN:VCARD"
    yield "VERSION:4.0"
    yield f"UID:urn:uuid:{_uuid(f'{dossier.account} {buyer.address.email}')}"
    yield f"FN:{escaped(name)}"
    yield f"N:{_structured(buyer, name)}"
    yield from (f"{label}:{escaped(value)}" for label, value in _known(buyer) if value)
    yield from _handles(buyer)
    if buyer.country:
        yield f"ADR;TYPE=work:;;;;;;{escaped(buyer.country)}"
    if note := _note(dossier):
        yield f"NOTE:{escaped(note)}"
    yield f"REV:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield "END:VCARD"


def _known(buyer: Buyer) -> tuple[tuple[str, str], ...]:
    """Properties whose value is plain text."""
    mail = buyer.address.email if not buyer.address.email.endswith(".invalid") else ""
    return (("ORG", buyer.company), ("EMAIL;TYPE=work", mail), ("TZ", buyer.timezone), ("LANG", buyer.language))


def _handles(buyer: Buyer) -> Iterator[str]:
    """Addresses as URIs: only characters that are safe there, everything else percent-encoded."""
    if buyer.phone:
        yield f"TEL;VALUE=uri;TYPE=work,voice:tel:{_uri(buyer.phone)}"
    for scheme, value in (("whatsapp", buyer.whatsapp), ("wechat", buyer.wechat), ("telegram", buyer.telegram)):
        if value:
            yield f"IMPP:{scheme}:{_uri(value)}"
    if buyer.website:
        yield f"URL:https://{_uri(buyer.website)}"


def _structured(buyer: Buyer, name: str) -> str:
    """Family; given; additional; prefix; suffix. A name of one word, or in a script without blanks, is the family's."""
    words = name.split()
    family, given = (words[-1], " ".join(words[:-1])) if len(words) > 1 else (name, "")
    return ";".join((escaped(family), escaped(given), "", escaped(buyer.title), ""))


def _note(dossier: Dossier) -> str:
    told = [f"grade {dossier.grade} ({dossier.grade_why})" if dossier.grade else "", f"role {dossier.role}" if dossier.role else ""]
    if dossier.last_contact:
        told.append(f"last contact {dossier.last_contact:%Y-%m-%d}")
    return ", ".join(t for t in told if t)


def escaped(value: str) -> str:
    """A text value (section 3.4): backslash, comma, semicolon and line end; other control characters are left out."""
    plain = "".join(c for c in value.replace("\r\n", "\n") if c == "\n" or c.isprintable())
    for mark in ("\\", ",", ";"):
        plain = plain.replace(mark, f"\\{mark}")
    return plain.replace("\n", "\\n")


def _uri(value: str) -> str:
    from urllib.parse import quote

    return quote(value, safe="+-._~/")


def _folded(line: str) -> str:
    """Lines of at most 75 octets; a character is never cut in two."""
    out, room = [""], FOLD
    for char in line:
        size = len(char.encode("utf-8", "replace"))
        if size > room:
            out.append("")
            room = FOLD - 1
        out[-1] += char
        room -= size
    return "\r\n ".join(out)


def _uuid(text: str) -> str:
    """The same buyer is the same card whenever it is made."""
    figures = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{figures[:8]}-{figures[8:12]}-5{figures[13:16]}-8{figures[17:20]}-{figures[20:32]}"
