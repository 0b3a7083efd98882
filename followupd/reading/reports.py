"""What does a delivery report say: which address, for good or for now, and which mail came back?

RFC 3464 parts first; then what the servers before it wrote in plain words: addresses above the copy of the mail that
came back, and the Message-ID in that copy. What is found is kept with the message as a header of our own, ``returned``,
which no mail can forge because it is not among the headers that are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email import message_from_string
from email.message import Message as EmailMessage

from followupd.model import Message, Own
from followupd.reading.held import held_by
from followupd.reading.normal import one_line

HEADER = "returned"
MOST = 20
LOOKED_AT = 12_000
_AGENTS = re.compile(
    r"^(?:mailer[-_.]?daemon|post[-_.]?master|mail[-_.]?daemon|mdaemon|bounces?|mail\.delivery\.system|mail[-_]?delivery|"
    r"mailerdaemon|delivery|autoreply-bounce|microsoftexchange[0-9a-f]{20,})\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\\\"'/=*|]{1,64}@(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}\b", re.IGNORECASE)
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_CODE = re.compile(r"(?:^|[\s(\[#])([45])\d\d(?=[\s)\-\]])")
_COPY = re.compile(
    r"(?im)^[-=*_\s>]*(?:(?:below this line is a copy|(?:this is|here is) a copy|copy) of (?:the|your) (?:original )?message|"
    r"(?:original|unsent|returned|your) (?:message|mail)(?: (?:follows|headers?|text))?\b.{0,20}[-:=*]|message headers?|"
    r"the (?:header|original message) (?:of|was|follows)\b|return-path:|received: )"
)
_FOR_NOW = re.compile(
    r"(?:mailbox|inbox|quota|account|storage)\b.{0,40}\b(?:full|exceeded|over|limit)|over\s?quota|quota exceeded|"
    r"temporar|try again|grey-?list|too (?:large|big)|size limit|exceeds? .{0,30}size|\bspam\b|blocked|blacklist|block ?list|policy|"
    r"rate limit|too many|timed? ?out|connection refused",
    re.IGNORECASE,
)
_COPIED_ID = re.compile(r"(?im)^[>\s]{0,4}message-id\s*:\s*(<[^<>\s]{3,250}>)")


@dataclass(frozen=True, slots=True)
class Returned:
    """One recipient of whom a report speaks.

    ``action``: failed, delayed, delivered, relayed or expanded (RFC 3464 section 2.3.3). ``hard``: the address or its
    host does not take mail at all; a full mailbox, a policy or a time-out is soft. ``status``: RFC 3463, may be empty.
    """

    address: str
    action: str
    hard: bool
    status: str = ""


def returned(message: Message) -> tuple[Returned, ...]:
    """What the report says; empty for a mail that is none."""
    found = []
    for item in filter(None, message.header(HEADER).split("; ")):
        action, gravity, status, address = item.split(" ", 3)
        found.append(Returned(address, action, gravity == "hard", status.strip("-")))
    return tuple(found)


def is_agent(email: str, return_path: str) -> bool:
    """Did a mail server write it, by its sender or by an empty envelope sender (RFC 5321 section 4.5.5)?"""
    return bool(_AGENTS.match(email)) or return_path.strip() == "<>"


def noted(message: EmailMessage, text: str, sender: str, own: Own) -> tuple[tuple[str, str], ...]:
    """The headers to keep of a report: ``returned``, and X-Failed-Recipients where the server did not set it."""
    agent = is_agent(sender, str(message.get("Return-Path") or "")) or "<>" in str(message.get("From") or "")
    found = list(_by_parts(message))
    if not found and (agent or message.get_content_type() == "multipart/report"):
        found = list(_by_words(message, text, sender, own)) if not _is_complaint(message) else []
    if not found:
        return ()
    kept = (HEADER, "; ".join(_written(r) for r in dict.fromkeys(found[:MOST])))
    failed = dict.fromkeys(r.address for r in found[:MOST] if r.action == "failed")
    if message.get("X-Failed-Recipients") or not failed:
        return (kept,)
    return kept, ("x-failed-recipients", ", ".join(failed))


def copied_ids(message: EmailMessage, text: str, sender: str) -> list[str]:
    """Message-IDs of the mail that came back, where its copy stands in the text of an older kind of report."""
    if not is_agent(sender, str(message.get("Return-Path") or "")):
        return []
    return [found[1:-1] for found in _COPIED_ID.findall(text[:100_000])][:3]


def _written(one: Returned) -> str:
    return f"{one.action} {'hard' if one.hard else 'soft'} {one.status or '-'} {one.address}"


def _is_complaint(message: EmailMessage) -> bool:
    return any(part.get_content_type() == "message/feedback-report" for part in message.walk())


# ---- RFC 3464 -------------------------------------------------------------------------------------


def _by_parts(message: EmailMessage) -> Iterable[Returned]:
    """The recipients of all message/delivery-status parts; the To of what came back where the report names another."""
    for block in _blocks(message):
        action = str(block.get("Action") or "").strip().lower().split(" ")[0]
        if action not in {"failed", "delayed", "delivered", "relayed", "expanded"}:
            continue
        told = one_line(f"{block.get('Status') or ''} {block.get('Diagnostic-Code') or ''}", 600)
        status = _STATUS.search(told)
        hard = action == "failed" and _is_hard(status, told)
        for name in ("Final-Recipient", "Original-Recipient"):
            address = _ADDRESS.search(str(block.get(name) or ""))
            if address:
                yield Returned(address[0].lower(), action, hard, status[0] if status else "")


def _blocks(message: EmailMessage) -> Iterable[EmailMessage]:
    for part in message.walk():
        if part.get_content_type() not in {"message/delivery-status", "message/global-delivery-status"}:
            continue
        payload = held_by(part)
        if isinstance(payload, list):
            yield from (block for block in payload[:200] if isinstance(block, EmailMessage))
        elif isinstance(payload, str):
            yield from (message_from_string(block) for block in re.split(r"\n\s*\n", payload[:LOOKED_AT]))


def _is_hard(status: re.Match[str] | None, told: str) -> bool:
    """For good by its code (RFC 3463), unless words or the code speak of a full mailbox, a policy or a time-out."""
    if status is not None and (status[1] == "4" or (status[2] == "2" and status[3] in ("2", "3")) or status[2] == "7"):
        return False
    code = _CODE.search(told)
    if status is None and code is not None and code[1] == "4":
        return False
    return not _FOR_NOW.search(told)


# ---- plain words ----------------------------------------------------------------------------------


def _by_words(message: EmailMessage, text: str, sender: str, own: Own) -> Iterable[Returned]:
    """Addresses above the copy of what came back, none of them ours or the server's."""
    named = str(message.get("X-Failed-Recipients") or "")
    copy = _COPY.search(text, 1)
    told = text[: min(copy.start() if copy else LOOKED_AT, LOOKED_AT)]
    status = _STATUS.search(told)
    code = status[0] if status else ""
    hard = _is_hard(status, told)
    seen = set()
    for match in _ADDRESS.finditer(f"{named}\n{told}"):
        address = match[0].lower().rstrip(".")
        strange = address == sender or own.holds(address) or _AGENTS.match(address)
        if not strange and address not in seen:
            seen.add(address)
            yield Returned(address, "failed" if _says_failed(told, named, code) else "delayed", hard, code)


_FAILED = re.compile(
    r"(?i)fail|unable|could ?n.t|could not|cannot|can.t|unknown|undeliver|reject|not (?:be )?(?:found|delivered|exist)|returned|"
    r"refused|giving up|bounced|errors?\b|no such|invalid|denied|disabled|full|unzustellbar|nicht zugestellt|退信|投递失败|"
    r"не (?:может|удалось|доставлен)|non (?:remis|distribu|recapitat|consegnat)|no se (?:pudo|ha podido)|não (?:foi|pôde)"
)
_ONLY_LATE = re.compile(
    r"(?i)will (?:continue|keep|be retried|retry)|still trying|delayed|do not (?:need to )?resend|no action is required"
)


def _says_failed(told: str, named: str, status: str) -> bool:
    """Words of failure or a code of class 5 (RFC 3463), and none that it is only late."""
    return bool(named) or ((status.startswith("5.") or bool(_FAILED.search(told))) and not _ONLY_LATE.search(told))
