"""Which recorded mails are to be judged?

Files and directories as people have them: .eml, mbox, Maildir, .jsonl of subject and text. One bad item never stops the
rest: it comes out as an item that names its problem. Nothing here changes a file.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from followupd.errors import Problem, Quarantined
from followupd.model import Address, Direction, Message, Own
from followupd.reading.normal import normalise, one_line
from followupd.reading.parse import read

MAX_MAIL = 30_000_000
MAX_LINE = 4_000_000
UNDATED = datetime(2000, 1, 1, tzinfo=UTC)
"""The arrival of a mail that names no date: a fixed day, so that judging it twice says the same (law 8)."""
MAIL_SUFFIXES = frozenset({".eml", ".mbox", ".mbx", ".jsonl", ".ndjson"})
NOBODY = Own(frozenset())
_DATE = re.compile(rb"(?im)^Date:[ \t]*([^\r\n]{4,120})")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"@]{1,128}@[^\s<>()\[\],;:\"@]{1,190}")
_MH = re.compile(r"\d{1,9}")


@dataclass(frozen=True, slots=True)
class Item:
    """One recorded mail. Exactly one of ``message`` and ``problem`` is set.

    ``id`` is the Message-ID or the ``id`` of a .jsonl line; ``where`` the file, with the line or number inside it;
    ``label`` what the record says the mail is, None when it says nothing.
    """

    id: str
    where: str
    message: Message | None = None
    label: str | None = None
    problem: Problem | None = None


def read_inputs(paths: Iterable[Path], own: Own = NOBODY) -> Iterator[Item]:
    """Every mail of these paths, directories with all below them in the order of their names. Never raises for a mail."""
    for path in paths:
        if path.is_dir():
            for file in _files(path):
                yield from _file(file, own)
        else:
            yield from _file(path, own)


def _files(directory: Path) -> Iterator[Path]:
    """Mail files below a directory: known suffixes, numbered files of MH, everything in cur/ and new/ of a Maildir."""
    for folder, folders, names in os.walk(directory):
        folders[:] = sorted(f for f in folders if f != "tmp" and (not f.startswith(".") or _is_maildir(Path(folder, f))))
        inside = Path(folder).name in {"cur", "new"}
        for name in sorted(names):
            if not name.startswith(".") and (inside or Path(name).suffix.lower() in MAIL_SUFFIXES or _MH.fullmatch(name)):
                yield Path(folder, name)


def _is_maildir(folder: Path) -> bool:
    """Maildir++ keeps its folders in directories that begin with a dot."""
    return (folder / "cur").is_dir()


def _file(path: Path, own: Own) -> Iterator[Item]:
    try:
        if not path.is_file():
            raise FileNotFoundError(2, "No such file or directory" if not path.exists() else "Not a file or directory")
        if path.suffix.lower() in {".jsonl", ".ndjson"}:
            yield from _jsonl(path, own)
        elif _starts_as_mbox(path):
            yield from _mbox(path, own)
        else:
            with path.open("rb") as file:
                yield _mail(file.read(MAX_MAIL + 1), str(path), own)
    except OSError as error:
        yield _bad(str(path), f"cannot be read: {error.strerror}")


def _bad(where: str, what: str) -> Item:
    return Item(where, where, problem=Problem(where, what))


def _mail(raw: bytes, where: str, own: Own) -> Item:
    """One mail of RFC 5322."""
    if len(raw) > MAX_MAIL:
        return _bad(where, f"is larger than {MAX_MAIL} bytes")
    try:
        message = read(raw, own=own, internaldate=_dated(raw))
    except Quarantined as error:
        return _bad(where, str(error))
    return Item(message.id, where, message)


def _dated(raw: bytes) -> datetime:
    """What its own Date says; a file on disk has no arrival."""
    match = _DATE.search(raw[:64_000])
    return _when(match[1].decode("ascii", "replace")) if match else UNDATED


def _when(value: str) -> datetime:
    """A date of RFC 5322 or ISO 8601; ``UNDATED`` for anything else."""
    for reader in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            found = reader(value.strip())
            return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return UNDATED


# ---- mbox -----------------------------------------------------------------------------------------


def _starts_as_mbox(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(5) == b"From "


def _mbox(path: Path, own: Own) -> Iterator[Item]:
    """Mails begin at "From " after an empty line (RFC 4155); ``>From`` is unquoted as mboxrd has it."""
    for number, raw in enumerate(_mails_of(path), 1):
        yield _mail(re.sub(rb"(?m)^>(>*From )", rb"\1", raw), f"{path}#{number}", own)


def _mails_of(path: Path) -> Iterator[bytes]:
    kept: list[bytes] = []
    size, begun, blank = 0, False, True
    with path.open("rb") as file:
        while line := file.readline(MAX_LINE):
            if blank and line.startswith(b"From "):
                if begun:
                    yield b"".join(kept)
                kept, size, begun, blank = [], 0, True, False
                continue
            blank = not line.strip(b"\r\n")
            size += len(line)
            if size <= MAX_MAIL + MAX_LINE:
                kept.append(line)
    if begun:
        yield b"".join(kept)


# ---- jsonl ----------------------------------------------------------------------------------------


def _jsonl(path: Path, own: Own) -> Iterator[Item]:
    """One object per line: subject, text, from; or from_domain, reply_to, reply_to_domain, to, cc, date, id, label."""
    with path.open("rb") as file:
        number = 0
        while line := file.readline(MAX_LINE):
            number += 1
            if line.strip():
                yield _line(line, f"{path}:{number}", own)


def _line(line: bytes, where: str, own: Own) -> Item:
    if len(line) >= MAX_LINE:
        return _bad(where, f"the line is longer than {MAX_LINE} bytes")
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        return _bad(where, f"is not JSON: {str(error)[:100]}")
    if not isinstance(record, dict):
        return _bad(where, "is not a JSON object")
    if not any(isinstance(record.get(key), str) for key in ("text", "subject", "raw")):
        return _bad(where, "has neither subject nor text")
    label = record.get("label")
    item = _recorded(record, where, own)
    return Item(item.id, where, item.message, label if isinstance(label, str) else None, item.problem)


def _recorded(record: dict[str, Any], where: str, own: Own) -> Item:
    """Through the same reading as real mail: the record is written as RFC 5322 first."""
    given = _text(record, "id") or f"{sha256(repr(sorted(record.items())).encode('utf-8', 'replace')).hexdigest()[:16]}"
    if raw := _text(record, "raw"):
        item = _mail(raw.encode("utf-8", "replace"), where, own)
        return Item(given, where, item.message, problem=item.problem)
    return Item(given, where, message_of(record, given, own))


def message_of(record: dict[str, Any], given: str, own: Own) -> Message:
    """A recorded mail as a Message with the id ``given``; fields as in a .jsonl line, plus ``headers`` by name."""
    from followupd.reading.language import detect
    from followupd.reading.origin import as_written
    from followupd.reading.subject import base_subject
    from followupd.reading.text import split

    text = normalise(_text(record, "text"))[:100_000]
    subject = one_line(_text(record, "subject"))
    sender = _sender(record)
    parts = split(text, subject=subject, sender=sender.name, address=sender.email)
    given_as = Message(
        id=one_line(given, 250),
        direction=Direction.OUT if own.holds(sender.email) else Direction.IN,
        date=_when(_text(record, "date")),
        sender=sender,
        subject=subject,
        base_subject=base_subject(subject),
        to=_addresses(_text(record, "to")),
        cc=_addresses(_text(record, "cc")),
        reply_to=_addresses(_text(record, "reply_to")) or _somebody(_text(record, "reply_to_domain")),
        text=text,
        new_text=parts.new_text,
        signature=parts.signature,
        quoted=parts.quoted,
        language=detect(parts.new_text),
        headers=_headers(record.get("headers")),
        size=len(text),
    )
    return as_written(given_as, own)


def _headers(given: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(given, dict):
        return ()
    return tuple((one_line(str(k), 100).lower(), one_line(str(v), 1000)) for k, v in list(given.items())[:40])


def _text(record: dict[str, Any], key: str) -> str:
    value = record.get(key)
    if isinstance(value, list):
        value = ", ".join(str(v) for v in value[:50])
    return value if isinstance(value, str) else ""


def _sender(record: dict[str, Any]) -> Address:
    found = _addresses(_text(record, "from")) or _somebody(_text(record, "from_domain"))
    return found[0] if found else Address("", one_line(_text(record, "from"), 200))


def _somebody(domain: str) -> tuple[Address, ...]:
    """Of a record that keeps only the domain: who it was is not known."""
    domain = one_line(domain, 190).strip().lower()
    return (Address(f"unknown@{domain}"),) if re.fullmatch(r"[\w.-]+", domain) else ()


def _addresses(value: str) -> tuple[Address, ...]:
    """Mailboxes of a header as written: ``Name <a@b>, c@d``."""
    found = []
    for part in re.split(r"[,;]\s*(?=[^@]*@)", value[:8_000]):
        if match := _ADDRESS.search(part):
            name = part[: match.start()].strip(" <\"'")
            found.append(Address(match[0].lower().rstrip("."), one_line(name, 200)))
    return tuple(found[:200])
