"""Which parts of a mail are its text?

What a mail program would show in line (RFC 8621 section 4.1.4): of alternatives the plain one unless it is a stub, of
related parts the root, no attachments. A mail that hangs at another one as a file is not what its writer wrote now; it is
shown below a dividing line, so that a forwarded inquiry is found and a mere enclosure is not judged.
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import a2b_base64, a2b_qp
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, message_from_string
from email.message import Message as EmailMessage

from followupd.reading.charset import decode, known
from followupd.reading.held import held_by
from followupd.reading.html import html_to_text
from followupd.reading.marks import Marks
from followupd.reading.normal import normalise, one_line

MAX_TEXT_PARTS = 60
MAX_PART = 1_000_000
MAX_ENCLOSED = 20_000
MAX_DEPTH = 40
THIN = 200
FORWARD_MARK = "---------- Forwarded message ---------"
_TAGGED = re.compile(r"<\s*(?:html|body|div|p|br|table|span|font|blockquote)\b[^<>]{0,300}>", re.IGNORECASE)
_FIGURE = re.compile(
    r">\s*(?:[$€£¥]|us\$|usd|eur|rmb|cny|gbp)?\s?\d[\d.,]{0,12}\s?(?:[$€£¥%]|usd|eur|pcs|sets|kg)?\s*<", re.IGNORECASE
)
FIGURES = 3
MAX_LOOKED_AT = 200_000
_WORD = re.compile(r"=\?([\w.\-:*]{1,40})\?([bq])\?([^?\r\n]*)\?=", re.IGNORECASE)
_BETWEEN = re.compile(r"(\?=)\s+(?==\?)")


_NO_PROSE = frozenset(
    "text/calendar text/css text/csv text/vcard text/x-vcard text/directory text/xml text/javascript text/rtf "
    "text/x-amp-html text/watch-html text/rfc822-headers".split()
)
_BOUNDARY = re.compile(r"(?m)^--([\w'()+,./:=? -]{1,70})\r?$")


@dataclass
class _Found:
    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    """Text of rarer kinds, for mails that have no other (RFC 2046 section 4.1.4)."""
    enclosed: list[EmailMessage] = field(default_factory=list)
    status: list[str] = field(default_factory=list)
    has_html: bool = False


def text_of(message: EmailMessage, marks: Marks | None = None) -> tuple[str, bool]:
    """The text of the mail, normalised, and whether it has an HTML part. Never raises."""
    found = _Found()
    _collect(message, found, 0)
    text = _best(found, marks)
    text = "\n\n".join(filter(None, [text, *found.status]))
    for one in found.enclosed[:1]:
        if enclosed := _enclosed(one, marks):
            text = f"{text}\n\n{enclosed}".strip()
    return text, found.has_html


def html_side(raw: bytes) -> str:
    """The words that the HTML part of a mail shows, single spaces between them; empty where it has none. Never raises."""
    found = _Found()
    try:
        _collect(message_from_bytes(raw), found, 0)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return ""
    return " ".join(html_to_text(normalise("\n".join(found.html)), None).split()) if found.html else ""


def _best(found: _Found, marks: Marks | None) -> str:
    """Plain text; drawn HTML where there is none, where the plain text is but a stub of it, or where figures stand in tables."""
    plain = normalise("\n".join(found.plain)).strip()
    html = "\n".join(found.html)
    table = _has_figures(html)
    if html and (len(plain) < THIN or table):
        shown = normalise(html_to_text(normalise(html), marks)).strip()
        if not plain or len(shown) > 3 * len(plain) or (table and len(shown) > len(plain) / 2):
            return shown
    return plain or normalise("\n".join(found.other)).strip()


def _has_figures(html: str) -> bool:
    """Does a table hold figures? Plain text beside it tears its rows apart."""
    return "<table" in html.lower() and len(_FIGURE.findall(html[:MAX_LOOKED_AT])) >= FIGURES


def _collect(part: EmailMessage, found: _Found, depth: int, *, first: bool = True) -> None:
    """Sort the parts below ``part`` into ``found``; ``first`` of its container, where a name does not make it a file."""
    kind, children = part.get_content_type(), held_by(part)
    if kind in ("message/rfc822", "message/global"):
        found.enclosed += _mails(part, children)
    elif kind.startswith("message/"):
        if "delivery-status" in kind and depth < MAX_DEPTH:
            found.status.append(normalise(_fields(part)))
    elif isinstance(children, list):
        _collect_all(kind, [c for c in children if isinstance(c, EmailMessage)], found, depth)
    elif kind.startswith("multipart/") and depth < MAX_DEPTH and (again := _parsed_again(children)):
        _collect(again, found, depth + 1)
    elif depth == 0 or _shown(part, first=first):
        _take(part, kind, found)


def _fields(part: EmailMessage) -> str:
    """The fields of a machine-readable report, one a line."""
    payload = held_by(part)
    if not isinstance(payload, list):
        return str(payload)[:MAX_ENCLOSED]
    blocks = (b for b in payload[:MAX_TEXT_PARTS] if isinstance(b, EmailMessage))
    return "\n\n".join("\n".join(f"{k}: {v}" for k, v in b.items()) for b in blocks)[:MAX_ENCLOSED]


def _mails(part: EmailMessage, children: object) -> list[EmailMessage]:
    """The mail that hangs at this one; decoded where somebody encoded it against RFC 2046 section 5.2.1."""
    mails = [c for c in children if isinstance(c, EmailMessage)] if isinstance(children, list) else []
    if mails and not mails[0].keys() and "base64" in str(part.get("Content-Transfer-Encoding") or "").lower():
        try:
            return [message_from_bytes(b64decode(str(held_by(mails[0]))[: 2 * MAX_PART]))]
        except (ValueError, TypeError):
            return []
    return mails


def _parsed_again(body: object) -> EmailMessage | None:
    """A container whose boundary is not where it says: the first line that looks like one is taken for it."""
    line = _BOUNDARY.search(body[:MAX_PART]) if isinstance(body, str) else None
    if line is None:
        return None
    head = f'Content-Type: multipart/mixed; boundary="{line[1].strip()}"\n\n'
    again = message_from_string(head + str(body)[line.start() : MAX_PART])
    return again if again.is_multipart() else None


def _collect_all(kind: str, children: list[EmailMessage], found: _Found, depth: int) -> None:
    """The children of a container: of alternatives one, of related parts the first."""
    if kind == "multipart/related":
        children = children[:1] + [c for c in children[1:] if not c.get("Content-ID") and not _is_text(c)]
    if kind != "multipart/alternative":
        for i, child in enumerate(children):
            _collect(child, found, depth + 1, first=i == 0)
        return
    inner = [_Found() for _ in children]
    for child, one in zip(children, inner, strict=True):
        _collect(child, one, depth + 1)
    found.plain += dict.fromkeys(text for one in inner for text in one.plain)
    found.other += [text for one in inner for text in one.other]
    found.html += next((one.html for one in reversed(inner) if one.html), [])
    found.has_html = found.has_html or any(one.has_html for one in inner)
    for one in inner:
        found.enclosed += one.enclosed
        found.status += one.status


def _is_text(part: EmailMessage) -> bool:
    return part.get_content_maintype() == "text"


def _shown(part: EmailMessage, *, first: bool) -> bool:
    """Is it shown in line: no attachment by what it says of itself, no file by its name?"""
    try:
        disposition, name = part.get_content_disposition(), part.get_filename()
    except (ValueError, TypeError, LookupError, AttributeError):
        return False
    return disposition != "attachment" and (not name or (first and disposition == "inline"))


def _take(part: EmailMessage, kind: str, found: _Found) -> None:
    if len(found.plain) + len(found.html) >= MAX_TEXT_PARTS:
        return
    if kind in ("text/html", "application/xhtml+xml"):
        found.html.append(payload_of(part))
        found.has_html = True
    elif kind.startswith(("text/", "multipart/")) and kind not in _NO_PROSE:
        text = payload_of(part)
        if len(_TAGGED.findall(text[:5_000])) >= 4 and "<" in text[:200]:
            found.html.append(text)
            found.has_html = True
        elif kind in ("text/enriched", "text/richtext"):
            found.other.append(re.sub(r"<[^<>\n]{1,60}>", "", text))
        elif kind != "text/plain" and kind.startswith("text/"):
            found.other.append(text)
        else:
            found.plain.append(_unflowed(part, text))


def _unflowed(part: EmailMessage, text: str) -> str:
    """Soft line breaks taken back where the sender says that there are some (RFC 3676)."""
    if str(part.get_param("format") or "").lower() != "flowed":
        return text
    gap = "" if str(part.get_param("delsp") or "").lower() == "yes" else " "
    return re.sub(r"(?m)^((?![>\s-]).*\S) \r?\n(?=[^>\s])", rf"\1{gap}", text)


def payload_of(part: EmailMessage) -> str:
    """The decoded text of a leaf; an empty one for what cannot be decoded."""
    encoding = part.get("Content-Transfer-Encoding")
    if encoding is not None and str(encoding) != str(encoding).strip():
        part.replace_header("Content-Transfer-Encoding", str(encoding).strip())
    try:
        data = part.get_payload(decode=True)
        declared = part.get_content_charset() or ""
    except (ValueError, LookupError, AssertionError, TypeError, AttributeError):
        data, declared = None, ""
    if isinstance(data, bytes):
        return decode(data[:MAX_PART], declared)
    raw = held_by(part)
    return raw[:MAX_PART] if isinstance(raw, str) else ""


def _enclosed(message: EmailMessage, marks: Marks | None) -> str:
    """A mail that hangs at this one, below a dividing line with its header."""
    found = _Found()
    _collect(message, found, 1)
    fields = [
        f"{name}: {header_text(message, name)}" for name in ("From", "Date", "Subject", "To") if message.get(name)
    ]
    body = _best(found, marks)[:MAX_ENCLOSED]
    return "\n".join([FORWARD_MARK, *fields, "", body]) if body or fields else ""


# ---- headers --------------------------------------------------------------------------------------


def header_text(message: EmailMessage, name: str, limit: int = 1000) -> str:
    """A header of free text on one line: encoded words and raw bytes of any charset decoded (RFC 2047)."""
    values = _raw(message, name)
    value = next(values, "")
    charset = str(message.get_content_charset() or "") if not value.isascii() else ""
    return one_line(decode_words(value[: limit * 8], charset), limit)


def _raw(message: EmailMessage, name: str) -> Iterator[str]:
    """The values as they came, undecoded bytes as surrogates."""
    return (
        str(value) if not hasattr(value, "encode") else value
        for key, value in message.raw_items()
        if key.lower() == name.lower()
    )


def decode_words(value: str, charset: str = "") -> str:
    """Encoded words decoded, also where they hold raw bytes or blanks, stand inside words or break a letter in two."""
    value = _BETWEEN.sub(r"\1", re.sub(r"\r?\n[ \t]", " ", value))
    if not value.isascii():
        value = re.sub(
            "[\udc80-\udcff]+(?:[ -<>-~][\udc80-\udcff]+)*",
            lambda run: decode(run[0].encode("utf-8", "surrogateescape"), charset),
            value,
        )
    out, at, pending = [], 0, (b"", "")
    for word in _WORD.finditer(value):
        if word.start() > at or word[1].lower() != pending[1]:
            out += [decode(*pending) if pending[0] else "", value[at : word.start()]]
            pending = (b"", word[1].lower())
        pending = (pending[0] + _word_bytes(word), pending[1])
        at = word.end()
    return "".join([*out, decode(*pending) if pending[0] else "", value[at:]])


def _word_bytes(word: re.Match[str]) -> bytes:
    """The bytes of one encoded word, raw letters in it included; what is no base64 stays as it is."""
    charset = "ascii" if word[3].isascii() else known(word[1].partition("*")[0]) or "utf-8"
    text = word[3].encode(charset, "replace")
    if word[2] in "qQ":
        return a2b_qp(text, header=True)
    try:
        return a2b_base64(text.rstrip(b"=") + b"=" * (-len(text.rstrip(b"=")) % 4))
    except ValueError:
        return text
