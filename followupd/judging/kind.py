"""What is this mail at all?

Headers before words (RFC 3834, RFC 3464): a machine says so itself. ``X-Auto-Response-Suppress`` and
``Auto-Submitted: auto-forwarded`` are no marks of a machine; "Re:" proves no thread, only our own mail in it does.
"""

from __future__ import annotations

import re

from followupd.judging.tables import JudgingRules, KindEntry
from followupd.model import Direction, Hit, Kind, Message

_AGENT = re.compile(r"^(?:mailer-daemon|postmaster|mail-daemon|mdaemon|bounce[sd]?|noreply-dmarc)\b", re.IGNORECASE)
_FAILED = re.compile(
    r"(?i)\b(?:undeliver\w+|delivery\s+(?:status\s+notification\s*\(failure|failure|has\s+failed|failed|to\s+the\s+following\s+recipients?\s+failed)|"
    r"returned\s+mail|mail\s+delivery\s+(?:failed|failure|system|error)|failure\s+notice|could\s+not\s+be\s+delivered|"
    r"did\s+not\s+reach|not\s+delivered|returned\s+to\s+sender|message\s+undeliverable|unzustellbar|non\s+remis|退信)"
)
_SUBJECT_FAILED = re.compile(
    r"(?i)^\s*(?:\[[^\]]*\]\s*)?(?:undeliver\w*|mail\s+delivery|delivery\s+(?:status|failure|has\s+failed)|returned\s+mail|failure\s+notice|"
    r"message\s+undeliverable|unzustellbar|non[- ]?remis|退信|系统退信)"
)
_REPORTED = re.compile(r"(?im)^\s*action\s*:\s*(failed|delivered|relayed|expanded|delayed)")
_AUTO_SUBJECT = re.compile(
    r"(?i)^\s*(?:\[[^\]]*\]\s*)?(?:automatic\s+reply|auto[- ]?reply|auto(?:matic)?[- ]?response|autoreply|out\s+of\s+(?:the\s+)?office|"
    r"away\s+(?:until|from)|abwesenheit\w*|automatische\s+antwort|r[ée]ponse\s+automatique|respuesta\s+autom|resposta\s+autom|"
    r"risposta\s+automatica|автоответ|otomatik\s+(?:yan[ıi]t|cevap)|رد\s+تلقائي|自动回复|自動回覆|vacation)"
)
_AUTO_TEXT = re.compile(
    r"(?i)\b(?:(?:i|we)\s*(?:am|.m|are|will\s+be)\s+(?:currently\s+|now\s+)?(?:away|out\s+of\s+(?:the\s+)?office|on\s+(?:\w+\s+)?(?:leave|vacation|holiday))|"
    r"we\s+have\s+received\s+your\s+(?:e-?mail|message|enquiry|inquiry|request)\b.{0,80}\b(?:get\s+back|contact|reply|respond|touch)|"
    r"this\s+is\s+an\s+auto(?:mat\w+|[- ]?generated)|"
    r"(?:thank\s+you|thanks)\s+for\s+(?:your\s+(?:message|e-?mail|enquiry|inquiry)|getting\s+in\s+touch|contacting)\b.{0,160}\b(?:we\s+(?:have\s+received|will)|get\s+back|shortly)|"
    r"vielen\s+dank\s+für\s+(?:deine|ihre)\s+(?:nachricht|anfrage|e-?mail)\b.{0,120}\b(?:in\s+kürze|so\s+bald|schnellstmöglich|verbindung))",
    re.DOTALL,
)
_CHALLENGE = re.compile(r"(?i)\b(?:confirm\s+(?:that\s+)?you\s+are\s+(?:a\s+)?human|challenge[- ]response|to\s+deliver\s+your\s+message,?\s+(?:please\s+)?click|sender\s+verification)\b")
SHORT = 900


def kind_of(message: Message, rules: JudgingRules, *, known_thread: bool) -> tuple[Kind, tuple[Hit, ...]]:
    """The kind and what told it. ``known_thread``: we wrote in this thread before."""
    if message.direction is Direction.OUT:
        return Kind.OURS, ()
    for told in (_machine, _bulk, _platform):
        if found := told(message, rules):
            return found
    if known_thread:
        return Kind.REPLY, ()
    return _by_words(message, rules)


Told = tuple[Kind, tuple[Hit, ...]]


def _hit(kind: Kind, evidence: str) -> Told:
    return kind, (Hit(f"kind:{kind.value}", 0, evidence[:160]),)


def _machine(message: Message, rules: JudgingRules) -> Told | None:  # noqa: ARG001 - one signature for all that tell
    """Bounces, automatic answers, challenges, calendar mail."""
    if bounce := _bounce(message):
        return bounce
    auto = message.header("auto-submitted").lower()
    if auto.startswith(("auto-replied", "auto-generated", "auto-notified")):
        return _hit(Kind.AUTO_REPLY, f"Auto-Submitted: {auto}")
    for name in ("x-autoreply", "x-autorespond", "x-vacation"):
        if message.header(name):
            return _hit(Kind.AUTO_REPLY, f"{name}: {message.header(name)}")
    if "auto_reply" in message.header("precedence").lower():
        return _hit(Kind.AUTO_REPLY, "Precedence: auto_reply")
    if found := _AUTO_SUBJECT.match(message.subject):
        return _hit(Kind.AUTO_REPLY, found[0])
    if len(message.new_text) < SHORT and (words := _AUTO_TEXT.search(message.new_text)) and _starts_early(words, message):
        return _hit(Kind.AUTO_REPLY, words[0])
    if words := _CHALLENGE.search(message.new_text):
        return _hit(Kind.CHALLENGE, words[0])
    if any(a.content_type == "text/calendar" or a.filename.lower().endswith(".ics") for a in message.attachments):
        return _hit(Kind.CALENDAR, "text/calendar")
    return None


def _starts_early(words: re.Match[str], message: Message) -> bool:
    """An absence told in passing at the end of a real mail is no automatic answer."""
    return words.start() < 160 and "?" not in message.new_text


def _bounce(message: Message) -> Told | None:
    """Delivery reports (RFC 3464) and their older kin; a report of success is an automatic answer, no bounce."""
    content = message.header("content-type").lower()
    report = "multipart/report" in content and "delivery-status" in content
    agent = bool(_AGENT.match(message.sender.email)) or message.header("return-path").strip() == "<>"
    action = _REPORTED.search(message.text)
    if action and action[1].lower() != "failed" and not re.search(r"(?im)^\s*action\s*:\s*failed", message.text):
        return _hit(Kind.AUTO_REPLY, action[0])
    if message.header("x-failed-recipients") and (agent or report):
        return _hit(Kind.BOUNCE, f"X-Failed-Recipients: {message.header('x-failed-recipients')}")
    if report:
        return _hit(Kind.BOUNCE, "multipart/report; report-type=delivery-status")
    subject = _SUBJECT_FAILED.match(message.subject)
    words = _FAILED.search(message.text[:3000])
    if agent and (subject or words):
        return _hit(Kind.BOUNCE, (subject or words)[0])  # type: ignore[index]
    if subject and words and not re.search(r"(?i)\b(?:click|log\s?in|password|release)\b", message.text):
        return _hit(Kind.BOUNCE, f"{subject[0]}: {words[0]}")
    return None


def _bulk(message: Message, rules: JudgingRules) -> Told | None:  # noqa: ARG001 - see _machine
    """Newsletters and lists say so in their headers (RFC 2369, RFC 2919)."""
    if message.header("list-unsubscribe") or message.header("list-id"):
        return _hit(Kind.NEWSLETTER, "List-Unsubscribe" if message.header("list-unsubscribe") else "List-Id")
    precedence = message.header("precedence").lower()
    return _hit(Kind.NEWSLETTER, f"Precedence: {precedence}") if precedence in {"bulk", "list", "junk"} else None


def _platform(message: Message, rules: JudgingRules) -> Told | None:
    """A notice of a trade platform; where it belongs to is told by the sender's address."""
    for entry, patterns in rules.platforms.values():
        if any(p.search(message.sender.email) for p in patterns):
            return _hit(Kind.PLATFORM_NOTICE, f"{entry.title}: {message.sender.email}")
    return None


def _by_words(message: Message, rules: JudgingRules) -> Told:
    """Pitch or inquiry by the sum of their words; neither is personal."""
    text = f"{message.subject}\n{message.new_text}"
    sums = {"pitch": 0.0, "inquiry": 0.0}
    hits: dict[str, list[Hit]] = {"pitch": [], "inquiry": []}
    for rule in rules.kinds.values():
        entry = rule.entry
        assert isinstance(entry, KindEntry)
        if words := rule.find(text, message.language):
            sums[entry.kind] += entry.points
            hits[entry.kind].append(Hit(rule.id, entry.points, words, entry.en, entry.zh))
    if not sums["pitch"] and not sums["inquiry"]:
        return Kind.PERSONAL, ()
    if sums["pitch"] >= 4 and sums["pitch"] >= sums["inquiry"]:
        return Kind.PITCH, tuple(hits["pitch"])
    return (Kind.INQUIRY, tuple(hits["inquiry"])) if sums["inquiry"] else (Kind.PERSONAL, tuple(hits["pitch"]))
