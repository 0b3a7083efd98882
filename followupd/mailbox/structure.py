"""Which parts of a large mail are worth fetching?

BODYSTRUCTURE (RFC 3501, 7.4.2) tells before a byte is fetched: text parts and delivery reports, yes; everything else is an
attachment of which only name, type and size are of interest.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.message import Message
from email.utils import collapse_rfc2231_value
from typing import Any

from followupd.model import Attachment
from followupd.papers.names import MAX_FILES, kind_of_quote

MAX_DEPTH = 30
MAX_PARTS = 200
_DISPOSITION = re.compile(r"(?s)\s*(attachment|inline)\s*(?:;.{0,2000})?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """One leaf of a mail: its section number, type, and what is needed to decode it."""

    section: str
    kind: str
    charset: str
    encoding: str
    size: int
    filename: str
    attached: bool


def leaves(body: Any, prefix: str = "", depth: int = 0) -> Iterator[Part]:
    """All leaves of a BODYSTRUCTURE as imapclient parses it; what is nested too deep or malformed is left out."""
    if depth > MAX_DEPTH or not isinstance(body, tuple) or not body:
        return
    if isinstance(body[0], list):
        for number, child in enumerate(body[0][:MAX_PARTS], 1):
            yield from leaves(child, f"{prefix}{number}.", depth + 1)
        return
    try:
        yield _leaf(body, prefix.rstrip(".") or "1")
    except (IndexError, TypeError, ValueError, AttributeError):
        return


def _leaf(body: Any, section: str) -> Part:
    kind = f"{_text(body[0])}/{_text(body[1])}".lower()
    parameters = _pairs(body[2])
    disposition, more = _disposition(body)
    name = _named(more, "filename") or _named(parameters, "name")
    attached = disposition == "attachment"
    return Part(
        section=section,
        kind=kind,
        charset=parameters.get("charset", "utf-8"),
        encoding=_text(body[5]).lower(),
        size=int(body[6] or 0),
        filename=_clean(name),
        attached=attached or (bool(name) and not kind.startswith("text/")),
    )


def _disposition(body: Any) -> tuple[str, dict[str, str]]:
    """Kind and parameters; some servers give the whole header line where RFC 3501 wants a list."""
    for value in body[7:]:
        if isinstance(value, tuple) and value and isinstance(value[0], bytes):
            return _text(value[0]).lower(), _pairs(value[1]) if len(value) > 1 else {}
        if isinstance(value, bytes) and (line := _DISPOSITION.match(_text(value))):
            message = Message()
            message["Content-Disposition"] = re.sub(r"[\r\n\0]+", " ", line[0])
            return line[1].lower(), {"filename": message.get_filename("")}
    return "", {}


def _named(parameters: dict[str, str], name: str) -> str:
    """A parameter, also when it is encoded or cut in pieces (RFC 2231), as mails from Asia have it."""
    if parameters.get(name):
        return parameters[name]
    pieces = {k: v for k, v in parameters.items() if k.startswith(name + "*")}
    if not pieces:
        return ""
    message = Message()
    quoted = [f'{k}="{re.sub(chr(34), "", v)}"' for k, v in pieces.items()]
    message["Content-Disposition"] = re.sub(r"[\r\n\0]+", " ", "; ".join(["attachment", *quoted]))
    value = message.get_param(name, "", "content-disposition")
    return collapse_rfc2231_value(value) if value else ""


def _pairs(values: Any) -> dict[str, str]:
    if not isinstance(values, tuple):
        return {}
    return {_text(k).lower(): _text(v) for k, v in zip(values[::2], values[1::2], strict=False)}


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")


def _clean(name: str) -> str:
    with suppress(ValueError, LookupError, UnicodeError):
        name = str(make_header(decode_header(name))) if "=?" in name else name
    return "".join(c if c.isprintable() else " " for c in name)[:200]


def texts(parts: list[Part]) -> list[Part]:
    """The parts that hold what the writer wrote, or what a server reports."""
    wanted = {"text/plain", "text/html", "message/delivery-status", "text/rfc822-headers"}
    return [p for p in parts if p.kind in wanted and not p.attached]


def attachments(parts: list[Part]) -> tuple[Attachment, ...]:
    """All other parts, by name, type and size."""
    shown = {p.section for p in texts(parts)}
    return tuple(Attachment(p.filename, p.kind, p.size) for p in parts if p.section not in shown)


def papers_among(parts: list[Part]) -> list[tuple[Part, str]]:
    """The parts that look like a quote in a file, each with the kind of file; for mail of our own only."""
    found = [(p, kind_of_quote(p.filename, p.kind, p.size)) for p in parts if p.size > 0]
    return [(part, kind) for part, kind in found if kind][:MAX_FILES]


def decoded(part: Part, body: bytes) -> bytes:
    """A part's content without its transfer encoding; empty when that is broken."""
    try:
        if part.encoding == "base64":
            return base64.b64decode(body)
    except (binascii.Error, ValueError):
        return b""
    return quopri.decodestring(body) if part.encoding == "quoted-printable" else body


def report_type(body: Any) -> str:
    """``multipart/report; report-type=...`` where the whole mail is one, else ``multipart/mixed``."""
    if isinstance(body, tuple) and body and isinstance(body[0], list) and len(body) > 1:
        if _text(body[1]).lower() == "report":
            kind = _pairs(body[2]).get("report-type", "delivery-status") if len(body) > 2 else "delivery-status"
            return f"multipart/report; report-type={kind if kind.replace('-', '').isalnum() else 'delivery-status'}"
        if _text(body[1]).lower() == "alternative":
            return "multipart/alternative"
    return "multipart/mixed"
