"""How do bytes from a stranger become a Message?

mail-parser does the parsing; around it stand the limits (nothing is parsed before it is known to be small and flat), the
cleaning of every string, and what has to be mended: undecoded ISO-2022-JP, line breaks in decoded headers, impossible ids
and dates. Any bytes in, a Message or Quarantined out (law 9).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message as EmailMessage
from email.utils import parsedate_tz
from hashlib import sha256

import mailparser

from followupd.errors import Quarantined
from followupd.model import Address, Attachment, Direction, Message, Own
from followupd.reading.body import decode_words, header_text, text_of
from followupd.reading.headers import keep
from followupd.reading.held import held_by
from followupd.reading.language import detect
from followupd.reading.marks import Marks
from followupd.reading.normal import normalise, one_line
from followupd.reading.origin import as_written
from followupd.reading.platforms import Platforms
from followupd.reading.reports import copied_ids, noted
from followupd.reading.subject import base_subject
from followupd.reading.text import split

MAX_RAW = 8_000_000
MAX_HEADERS = 256_000
MAX_FIELD = 32_000
MAX_PARTS = 200
MAX_NESTING = 40
MAX_ADDRESSES = 200
MAX_REFERENCES = 200
MAX_ID = 250
MAX_TEXT = 100_000
_ID = re.compile(r"<\s*([^<>\s\x00-\x1f\x7f]{1,250})\s*>")
_BARE_ID = re.compile(r"[^<>\s,;\x00-\x1f\x7f]{1,250}@[^<>\s,;\x00-\x1f\x7f]{1,250}")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\\\"\x00-\x1f\x7f@]{1,128}@[^\s<>()\[\],;:\\\"\x00-\x1f\x7f@]{1,190}")
logging.getLogger("mailparser").setLevel(logging.CRITICAL)  # it logs parts of hostile mail; we count problems ourselves
EPOCH = datetime(1995, 1, 1, tzinfo=UTC)


def read(
    raw: bytes,
    *,
    own: Own,
    internaldate: datetime,
    ours: bool = False,
    size: int = 0,
    truncated: bool = False,
    attachments: tuple[Attachment, ...] = (),
    marks: Marks | None = None,
    platforms: Platforms | None = None,
) -> Message:
    """Read one mail. ``internaldate`` is aware; ``ours`` for mail from Sent. Raises Quarantined.

    ``marks`` are the words by which history and signatures are told; without, those that come with followupd.
    What is not ours is given to whoever wrote it (reading/origin.py), by ``platforms`` or those that come with followupd.
    """
    raw, problems = _capped(raw)
    parsed = _parse(raw)
    message = parsed.message
    if message is None:
        raise Quarantined("nothing in it can be parsed")
    sender = next(iter(_addresses(parsed, "from")), None) or _bent_sender(message)
    text, has_html = text_of(message, marks)
    subject = header_text(message, "Subject")
    ids = _ids(str(message.get("Message-ID") or ""))
    parts = split(text, subject=subject, sender=sender.name, address=sender.email, marks=marks)
    date, offset = _date(message, internaldate.astimezone(UTC), ours=ours)
    direction = Direction.OUT if ours or (own.holds(sender.email) and not _is_report(sender, message)) else Direction.IN
    message_read = Message(
        id=ids[0] if ids else f"{sha256(raw).hexdigest()}@missing.invalid",
        direction=direction,
        date=date,
        sender=sender,
        subject=subject,
        base_subject=base_subject(subject),
        to=_addresses(parsed, "to"),
        cc=_addresses(parsed, "cc"),
        reply_to=_addresses(parsed, "reply-to"),
        in_reply_to=tuple(_ids(str(message.get("In-Reply-To") or ""))[:4]),
        references=_references(message, text, sender.email),
        text=text[:MAX_TEXT],
        new_text=parts.new_text,
        signature=parts.signature,
        quoted=parts.quoted,
        language=detect(parts.new_text),
        utc_offset=offset,
        attachments=attachments or _attachments(message),
        headers=(*keep(message), *noted(message, text, sender.email, own)),
        size=size or len(raw),
        truncated=truncated,
        has_html=has_html,
        problems=tuple(problems + ([] if sender.email else ["no sender"]) + ([] if ids else ["no Message-ID"])),
    )
    return message_read if ours else as_written(message_read, own, marks=marks, platforms=platforms)


def _is_report(sender: Address, message: EmailMessage) -> bool:
    """Our own mail server tells of a mail that came back: that is no word of ours."""
    agent = sender.email.partition("@")[0] in {"mailer-daemon", "postmaster", "mail-daemon", "mdaemon"}
    return agent or str(message.get("Return-Path") or "").strip() == "<>"


# ---- limits ---------------------------------------------------------------------------------------


def _capped(raw: bytes) -> tuple[bytes, list[str]]:
    """The mail with its header block and every header field cut to size. Raises Quarantined for what is too deep."""
    if len(raw) > MAX_RAW:
        raise Quarantined(f"{len(raw)} bytes to parse, more than {MAX_RAW}")
    if not raw.strip():
        raise Quarantined("it is empty")
    problems: list[str] = []
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\r\n")
        problems.append("bare CR line ends")
    end = re.search(rb"\r?\n\r?\n", raw)
    head, body = (raw[: end.start()], raw[end.start() :]) if end else (raw, b"")
    if len(head) > MAX_HEADERS or max((len(x) for x in head.split(b"\n")), default=0) > MAX_FIELD:
        head = _cut_fields(head)
        problems.append("headers cut")
    if raw.count(b"\n--") > MAX_PARTS * 10 and len(re.findall(rb"(?i)\ncontent-type\s*:", raw)) > MAX_PARTS:
        raise Quarantined(f"more than {MAX_PARTS} parts")
    containers = re.findall(rb"(?im)^content-type\s*:\s*(?:multipart/|message/rfc822|message/global)", raw)
    if len(containers) > MAX_NESTING:
        raise Quarantined(f"{len(containers)} nested parts, more than {MAX_NESTING}")
    return head + body, problems


def _cut_fields(head: bytes) -> bytes:
    """Unfold nothing, keep every field's beginning, and of all of them as many as the limit takes."""
    fields = re.split(rb"\r?\n(?![ \t])", head)
    kept, total = [], 0
    for field in fields:
        short = field[:MAX_FIELD]
        total += len(short)
        if total > MAX_HEADERS:
            break
        kept.append(short)
    return b"\r\n".join(kept)


def _parse(raw: bytes) -> mailparser.MailParser:
    try:
        return mailparser.parse_from_bytes(raw)
    except RecursionError:
        raise Quarantined("it is nested too deep to parse") from None
    except Exception:  # noqa: BLE001 - whatever a parser raises on hostile bytes is handled the same way
        return _parse_mended(raw)


def _parse_mended(raw: bytes) -> mailparser.MailParser:
    """Once more with an epilogue in every container: mail-parser 4.8 stumbles over containers that are never closed."""
    try:
        message = message_from_bytes(raw)
        for part in message.walk():
            held_by(part)
            part.epilogue = part.epilogue or f"--{part.get_boundary()}\n--{part.get_boundary()}--"
        return mailparser.MailParser(message)
    except Exception as error:  # noqa: BLE001 - see _parse; the mail is set aside, the daemon goes on
        raise Quarantined(f"it cannot be parsed: {type(error).__name__}") from None


# ---- fields ---------------------------------------------------------------------------------------


def _ids(value: str) -> list[str]:
    """Message-IDs of a header: decoded forms and forms without brackets do not count unless they look like one."""
    if "=?" in value or ("\r" in value.strip() and not _ID.search(value)):
        value = re.sub(r"=\?[^?]*\?[^?]*\?[^?]*\?=", " ", value)
    found = _ID.findall(value[:MAX_FIELD]) or _BARE_ID.findall(value[:MAX_FIELD])
    return list(dict.fromkeys(i for i in found if len(i) <= MAX_ID and i.isprintable()))


def _references(message: EmailMessage, text: str, sender: str) -> tuple[str, ...]:
    """The ids of References; a delivery report speaks of the mail that it returns (RFC 6522)."""
    found = [*_ids(str(message.get("References") or "")), *copied_ids(message, text, sender)]
    if message.get_content_type() == "multipart/report":
        for part in message.walk():
            if part.get_content_type() in {"message/rfc822", "message/global"} and part.is_multipart():
                found += _ids(str(part.get_payload(0).get("Message-ID") or ""))  # type: ignore[union-attr]
            elif part.get_content_type() == "text/rfc822-headers":
                returned = message_from_bytes(_payload(part).encode("utf-8", "replace"))
                found += _ids(str(returned.get("Message-ID") or ""))
    return tuple(dict.fromkeys(found))[-MAX_REFERENCES:]


def _addresses(parsed: mailparser.MailParser, field: str) -> tuple[Address, ...]:
    """Mailboxes of an address header; names cleaned, addresses lower-case, hostile ones left out."""
    try:
        pairs = getattr(parsed, {"from": "from_", "reply-to": "reply_to"}.get(field, field)) or []
    except Exception:  # noqa: BLE001 - see _parse
        pairs = []
    found = dict.fromkeys(_mailboxes(pairs[:MAX_ADDRESSES] if isinstance(pairs, list) else []))
    return tuple(found)


def _bent_sender(message: EmailMessage) -> Address:
    """The address in a From that breaks the grammar; none where there is none."""
    said = header_text(message, "From")
    found = _ADDRESS.search(said)
    return Address(found[0].lower().rstrip("."), said[: found.start()].strip("'\" <")[:200]) if found else Address("")


def _mailboxes(pairs: Iterable[object]) -> Iterable[Address]:
    for pair in pairs:
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            continue
        name, email = (str(part or "") for part in pair)
        match = _ADDRESS.fullmatch(normalise(email).strip().strip("'")) or _ADDRESS.search(normalise(email))
        if match:
            yield Address(match[0].lower().rstrip("."), one_line(name, 200).strip("'\" "))


def _date(message: EmailMessage, internaldate: datetime, *, ours: bool) -> tuple[datetime, int | None]:
    """When it was sent (ours) or arrived, and the UTC offset that its Date names.

    INTERNALDATE tells, unless a mailbox was moved and every mail seems to have come that day: then the server's own
    Received line is older. Date is believed only where it lies close before (scenario 37).
    """
    said, offset = _parse_date(str(message.get("Date") or ""))
    arrived = internaldate
    received = str(next(iter(message.get_all("Received") or []), "")).rpartition(";")[2]
    at_server, _ = _parse_date(received)
    if at_server and EPOCH < at_server < internaldate - timedelta(days=1):
        arrived = at_server
    if said and ours and EPOCH < said <= internaldate + timedelta(minutes=10):
        return said, offset
    if said and arrived - timedelta(days=3) <= said <= arrived:
        return said, offset
    return arrived, offset


def _parse_date(value: str) -> tuple[datetime | None, int | None]:
    """A date header as UTC, and its offset in minutes."""
    try:
        parts = parsedate_tz(value[:200].replace("\r", " ").replace("\n", " "))
        if not parts:
            return None, None
        seconds = parts[9] or 0
        when = datetime(*parts[:6], tzinfo=UTC) - timedelta(seconds=seconds)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None, None
    return when, None if parts[9] is None else seconds // 60


# ---- text and attachments -------------------------------------------------------------------------


def _payload(part: EmailMessage) -> str:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        return ""
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _attachments(message: EmailMessage) -> tuple[Attachment, ...]:
    """Names, types and sizes of what is not text; names cleaned, never used as paths."""
    found = []
    for part in message.walk():
        if part.is_multipart():
            continue
        try:
            name = part.get_filename() or ""
            kind = part.get_content_type()
            shown = part.get_content_disposition() == "attachment"
        except (ValueError, TypeError, LookupError, AttributeError):
            name, kind, shown = "", "application/octet-stream", True
        if name or shown or not kind.startswith(("text/", "message/delivery", "message/rfc822", "text/rfc822")):
            size = len(held) if isinstance(held := held_by(part), str) else 0
            found.append(Attachment(one_line(decode_words(name[:2000]), 200), one_line(kind, 100), size))
    return tuple(found[:MAX_PARTS])
