"""What is this mail at all?

Headers before words (RFC 3834, RFC 3464): a machine says so itself. ``X-Auto-Response-Suppress`` and
``Auto-Submitted: auto-forwarded`` are no marks of a machine; "Re:" proves no thread, only our own mail in it does. Words
are the entries of rules/kinds.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from followupd.judging.circular import Sums, header_of, kind_of_circular
from followupd.judging.detectors import DETECTORS
from followupd.judging.intent import NAME_ALONE, judge_intent
from followupd.judging.seen import Seen
from followupd.judging.tables import JudgingRules, KindEntry, SignalEntry
from followupd.model import Direction, Hit, Kind, Message, Verdict
from followupd.reading.origin import FORWARD
from followupd.reading.reports import Returned, is_agent, returned
from followupd.reading.subject import answers_a_machine, is_reply_subject

ENOUGH = 4
"""From so many points on words make a machine's note or a pitch."""
CLEAR = 3
"""An entry of so many points is written by machines and the absent only."""
FACTS = 2
"""So many facts of the trade (an amount, a specification, a question after certificates) make an inquiry of a mail that asks in no known words."""
TERSE = 300
"""A mail of so few characters may be an inquiry without a verb."""
BARE = 80
"""And one of so few needs no more than an amount or a model."""
SHORT = 2_500
"""A machine's note by words alone is no longer than this."""
_ACTION = re.compile(r"(?im)^\s*action\s*:\s*(failed|delivered|relayed|expanded|delayed)")
_DELIVERED = re.compile(
    r"(?i)\b(?:successful(?:ly)?\s+(?:mail\s+)?deliver|(?:was|been)\s+successfully\s+delivered|delivery\s+report\s*\(success)"
)
_MACHINE_HEADERS = ("x-autoreply", "x-autorespond", "x-vacation", "x-ms-exchange-inbox-rules-loop")
_NO_MARK = ("no", "auto-forwarded")
"""Values of Auto-Submitted that people's mail has (RFC 3834 section 5 and practice)."""

Told = tuple[Kind, tuple[Hit, ...]]


def kind_of(seen: Seen, rules: JudgingRules, *, known_thread: bool) -> Told:
    """The kind and what told it. ``known_thread``: we wrote in this thread before."""
    if seen.message.direction is Direction.OUT:
        return Kind.OURS, ()
    if seen.message.via is not None:
        return (Kind.REPLY, ()) if known_thread else _passed_on(seen, rules)
    for teller in TELLERS:
        found = teller(seen, rules)
        if found and not (known_thread and _could_be_a_person(found)):
            return found
    if known_thread:
        return Kind.REPLY, ()
    return _by_words(seen, rules)


def _passed_on(seen: Seen, rules: JudgingRules) -> Told:
    """What came through a platform or a form is an inquiry, unless it sells to us; a colleague passes on anything."""
    kind, hits = _by_words(seen, rules)
    via = seen.message.via
    assert via is not None
    if via.platform == FORWARD:
        return kind, hits
    told = _hit(Kind.INQUIRY, f"{via.title or via.platform}: {via.by.email}")
    return (kind, hits) if kind is Kind.PITCH else (Kind.INQUIRY, (*told[1], *hits))


def _could_be_a_person(told: Told) -> bool:
    """An answer such as "We received your mail and will get back to you" is what people answer as well; only in a thread that matters."""
    kind, hits = told
    return kind is Kind.AUTO_REPLY and all(0 < h.points < CLEAR for h in hits)


def _hit(kind: Kind, evidence: str) -> Told:
    return kind, (Hit(f"kind:{kind.value}", 0, evidence[:160]),)


def _words(kind: Kind, seen: Seen, rules: JudgingRules, enough: float = 0) -> tuple[float, tuple[Hit, ...]]:
    """Sum and hits of the entries of one kind; no more is searched when ``enough`` points can no longer come together."""
    entries = [(r, e, points) for r in rules.kinds.values() if isinstance(e := r.entry, KindEntry) and (points := _points(e, kind))]
    left = sum(max(points, 0) for *_, points in entries)
    hits = []
    for rule, entry, points in entries:
        words = DETECTORS[entry.detector](seen) if entry.detector else rule.look(seen.message)
        if words:
            hits.append(Hit(rule.id, points, words, entry.en, entry.zh))
        else:
            left -= max(points, 0)
        if left < enough:
            return 0.0, ()
    return sum(h.points for h in hits), tuple(hits)


def _points(entry: KindEntry, kind: Kind) -> float:
    """What the entry says for or against a kind; nothing: 0."""
    if entry.kind == kind.value:
        return entry.points
    return -entry.against_inquiry if kind is Kind.INQUIRY else 0.0


# ---- machines -------------------------------------------------------------------------------------


def _bounce(seen: Seen, rules: JudgingRules) -> Told | None:
    """Delivery reports (RFC 3464) and their older kin; a report of success is no bounce but a machine's note.

    A report of delay is told like a bounce; whether the mail is lost is in ``returned`` (reading/reports.py).
    """
    message = seen.message
    content = message.header("content-type").lower()
    told = returned(message)
    report = "multipart/report" in content and ("delivery-status" in content or bool(told))
    if "multipart/report" in content and not report:
        return _hit(Kind.AUTO_REPLY, content.split(";")[1].strip() if ";" in content else content)
    agent = is_agent(message.sender.email, message.header("return-path"))
    if (agent or report or _subject_reports(message)) and (delivered := _harmless(message)):
        return _hit(Kind.AUTO_REPLY, delivered)
    if message.header("x-failed-recipients") and (agent or report):
        return _hit(Kind.BOUNCE, f"X-Failed-Recipients: {message.header('x-failed-recipients')}")
    if report:
        return _hit(Kind.BOUNCE, _said(told) or "multipart/report; report-type=delivery-status")
    if is_agent(message.sender.email, "") and (failed := _said(told)):
        return _hit(Kind.BOUNCE, failed)
    enough = 2 if agent else ENOUGH
    points, hits = _words(Kind.BOUNCE, seen, rules, enough)
    return (Kind.BOUNCE, hits) if points >= enough else None


def _said(told: Iterable[Returned]) -> str:
    """Whose mail came back, with its code and whether for good."""
    failed = [r for r in told if r.action == "failed"]
    return ", ".join(f"{r.address}: {r.status} {'for good' if r.hard else 'for now'}" for r in failed[:3])


def _subject_reports(message: Message) -> bool:
    return bool(re.search(r"(?i)\bdelivery\s+(?:report|status|notification)", message.subject))


def _harmless(message: Message) -> str:
    """What says that nothing failed; empty when something did, or nothing is said."""
    actions = {m[1].lower(): m[0].strip() for m in _ACTION.finditer(message.text[:50_000])}
    if actions:
        return "" if actions.keys() & {"failed", "delayed"} else next(iter(actions.values()))
    success = _DELIVERED.search(f"{message.subject}\n{message.text[:2_000]}")
    return success[0] if success else ""


def _automatic(seen: Seen, rules: JudgingRules) -> Told | None:
    """Out-of-office notes and confirmations: by header, else by words that have nothing of a person's in them."""
    message = seen.message
    submitted = message.header("auto-submitted").lower().strip()
    if submitted and not submitted.startswith(_NO_MARK):
        return _hit(Kind.AUTO_REPLY, f"Auto-Submitted: {submitted}")
    for name in _MACHINE_HEADERS:
        if message.header(name):
            return _hit(Kind.AUTO_REPLY, f"{name}: {message.header(name)}")
    if "auto_reply" in message.header("precedence").lower():
        return _hit(Kind.AUTO_REPLY, "Precedence: auto_reply")
    if len(message.new_text) > SHORT:
        return None
    if answers_a_machine(message.subject):
        return None
    points, hits = _words(Kind.AUTO_REPLY, seen, rules, ENOUGH)
    return (Kind.AUTO_REPLY, hits) if points >= ENOUGH else None


def _challenge(seen: Seen, rules: JudgingRules) -> Told | None:
    """A filter wants to know that we are people."""
    points, hits = _words(Kind.CHALLENGE, seen, rules, ENOUGH)
    return (Kind.CHALLENGE, hits) if points >= ENOUGH else None


def _calendar(seen: Seen, rules: JudgingRules) -> Told | None:  # noqa: ARG001 - one signature for all tellers
    """Invitations of a calendar (RFC 6047)."""
    for attachment in seen.message.attachments:
        if attachment.content_type == "text/calendar" or attachment.filename.lower().endswith(".ics"):
            return _hit(Kind.CALENDAR, "text/calendar")
    content = seen.message.header("content-type").lower()
    return _hit(Kind.CALENDAR, "text/calendar") if content.startswith("text/calendar") else None


def _platform(seen: Seen, rules: JudgingRules) -> Told | None:
    """A notice of a trade platform or of a web form behind which no buyer stands."""
    found = rules.platforms.notice(seen.message) if seen.message.via is None else None
    return _hit(Kind.PLATFORM_NOTICE, f"{found[0].entry.title}: {found[1]}") if found else None


_DEAF = re.compile(
    r"(?i)^(?:no|do[-_.]?not|don.?t|ne[-_.]?pas|nicht)[-_.]?(?:reply|respond\w*|repondre|antworten)\b|"
    r"^(?:nao[-_.]?responda|no[-_.]?responder|nonrispondere|noreplay)\b"
)


def _notice(seen: Seen, rules: JudgingRules) -> Told | None:  # noqa: ARG001 - one signature for all tellers
    """Who writes from an address that hears nothing, and names no other one, is a machine that tells something."""
    message = seen.message
    deaf = message.via is None and _DEAF.search(message.sender.email) and all(_DEAF.search(a.email) for a in message.reply_to)
    return _hit(Kind.PLATFORM_NOTICE, message.sender.email) if deaf else None


def _bulk(seen: Seen, rules: JudgingRules) -> Told | None:
    """Newsletters and lists say so in their headers (RFC 2369, RFC 2919); so do offers that go to many."""
    header = header_of(seen.message)
    if not header:
        return None
    selling, sold = _words(Kind.PITCH, seen, rules)
    informing, _ = _words(Kind.NEWSLETTER, seen, rules)
    buying, bought = _words(Kind.INQUIRY, seen, rules)
    sums = Sums(selling, informing, buying, buying >= 1 and _asks(bought, seen, rules))
    kind = kind_of_circular(seen.message, sums, seen.likeness.label)
    words = {Kind.PITCH: sold, Kind.INQUIRY: bought}.get(kind, ())
    return kind, (*_hit(kind, header)[1], *_strongest(words))


TELLERS: tuple[Callable[[Seen, JudgingRules], Told | None], ...] = (
    _bounce, _platform, _automatic, _challenge, _calendar, _bulk, _notice,
)  # fmt: skip
"""Who is asked first: the surer ones. A platform's notice carries marks of a machine and of bulk mail as well."""


# ---- people ---------------------------------------------------------------------------------------


def _by_words(seen: Seen, rules: JudgingRules) -> Told:
    """Pitch, circular or inquiry by the sums of their words; a tie is an inquiry, none of them is personal."""
    selling, sold = _words(Kind.PITCH, seen, rules)
    buying, bought = _words(Kind.INQUIRY, seen, rules)
    circular, sent_round = _words(Kind.NEWSLETTER, seen, rules, ENOUGH)
    if circular >= ENOUGH and circular > buying:
        return Kind.NEWSLETTER, _strongest(sent_round)
    if selling >= ENOUGH and selling > buying:
        return Kind.PITCH, _strongest(sold)
    if selling < ENOUGH and (answered := _answers(seen.message)):
        return _hit(Kind.REPLY, answered)
    asks = buying >= 1 and _asks(bought, seen, rules)
    if asks:
        return Kind.INQUIRY, _strongest(bought)
    other = tuple(h for h in bought if h.points < 0)
    return (Kind.INQUIRY, facts) if selling < ENOUGH and not other and (facts := _by_facts(seen, rules)) else (Kind.PERSONAL, _strongest(other))


def _by_facts(seen: Seen, rules: JudgingRules) -> tuple[Hit, ...]:
    """The facts of a mail that asks in words nobody foresaw, but names what only buyers name; none where they are too few.

    Goods alone are named by friends as well ("12 kg of jam"), and all of it by our own suppliers.
    """
    verdict, _, signs = judge_intent(seen, rules)
    entries = {id: rule.entry for id, rule in rules.signals.items()}
    facts = [
        h.evidence for h in signs
        if h.points > 0 and h.signal != NAME_ALONE and isinstance(e := entries[h.signal], SignalEntry) and (e.concrete or e.firm or e.asks)
    ]  # fmt: skip
    return _hit(Kind.INQUIRY, ", ".join(facts))[1] if verdict in (Verdict.GENUINE, Verdict.LIKELY) and len(facts) >= FACTS else ()


_OFFER = re.compile(
    r"(?i)\b(?:quot(?:e|ation)s?|offers?|samples?|angebot\w*|muster\w*|devis|offre|échantillons?|cotizaci[oó]n|oferta|presupuesto|muestras?|cota[çc][ãa]o|"
    r"or[çc]amento|amostras?|preventivo|offerta|campion[ei]|teklif\w*|numune\w*|КП|предложени\w*|образ(?:ец|ц\w+))\b|عرض|عين[ةا]|报价|報價|样品|樣品"
)
"""What we send and buyers answer; "Re: order" and "Re: payment" are what frauds pretend."""


def _answers(message: Message) -> str:
    """The subject with a reply mark, where it answers an offer of ours or the mail quotes what it answers.

    Our own mail is not known here: it went out before the mailbox was watched, or from another address.
    """
    if not is_reply_subject(message.subject):
        return ""
    return message.subject if _OFFER.search(message.subject) or message.quoted else ""


def _asks(hits: Iterable[Hit], seen: Seen, rules: JudgingRules) -> bool:
    """Is anything asked? A short mail that names goods and an amount needs no verb."""
    held = [rules.kinds[h.signal].entry for h in hits]
    bare = sum(isinstance(e, KindEntry) and e.supports for e in held)
    length = len(seen.message.new_text)
    return bare < len(held) or (bare >= 2 and length <= TERSE) or length <= BARE


def _strongest(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    return tuple(sorted(hits, key=lambda h: (-abs(h.points), h.signal)))
