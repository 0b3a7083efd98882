"""What does a buyer's answer mean, and until when?

Only the new text counts (DOMAIN 5), sentence by sentence: a sentence that an ``unless`` takes out does not count. Among
the types that match, the lowest precedence wins. A text in which nothing is recognised is ``unclassified``: the buyer
is engaged, a person should look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

import regex

from followupd.judging.dates import FoundDate, find_dates
from followupd.judging.likeness import Likeness
from followupd.judging.reply_tables import ReplyType
from followupd.judging.said import GRAVE, GRAVEST, NONE, SURE, Said, borne_out, said
from followupd.judging.sentences import sentences, straight
from followupd.model import Kind, Message
from followupd.reading.patterns import Group, first_match, is_tried
from followupd.reading.subject import answers_a_machine

if TYPE_CHECKING:
    from followupd.judging.tables import JudgingRules

UNCLASSIFIED = "unclassified"
QUESTION = "question"
ALARM = "bank_change"
"""An idiom with "account" in it (``unless``) alarms nobody, but excuses nothing either: "tenga en cuenta que nuestra cuenta
ha cambiado". It is cut out of the sentence, and what is left is read, by phrases and by likeness."""
COMPLAINT = "complaint"
"""What its ``unless`` finds ("no problem") takes out a sentence that only reads like one, too."""
IDIOMS = 4
"""So many are cut out of one sentence."""
_WEAK = frozenset({QUESTION, "ack"})
"""Types that a sentence may show while it means something more."""
_CLOSING = frozenset({"lost", "no_need_now", "ooo"})
_OUTWEIGHED = {"lost": QUESTION, "no_need_now": QUESTION, "waiting_client": "holding"}
"""Types of which a sentence may speak while it means the other, if its phrases say the other, too."""
EVEN = 0.5
"""Whoever asks in the same breath closes only if the sentence reads more like closing than like all else together."""
CERTAIN = 0.85
MOSTLY = 0.5
"""From this share on a whole mail reads like one type more than like all others."""
"""Whoever asks something has not said good-bye, unless it reads so for certain."""
SHORT = 60
"""Below so many characters the language is a guess and all languages are tried."""
FARTHEST = timedelta(days=500)
_UNTIL = regex.compile(
    r"\b(?:until|till|til|through|back|return\w*|to|by|after|from|available|resume|reopen\w*|next|again|in|"
    r"erreichbar|zurück|bis|"
    r"jusqu|retour|hasta|regres\w*|até|fino|до|вернусь)\b|回来|至|到",
    regex.IGNORECASE,
)
_RECEIPT = regex.compile(
    r"\b(?:ticket|case\s+(?:no|number|id)|(?:has|have|was|were)\s+(?:been\s+)?(?:safely\s+)?received|(?:we|"
    r"i)\s+(?:have\s+)?received\s+your|"
    r"will\s+(?:reply|respond|answer|be\s+answered|get\s+back)|within\s+\d+\s*h)",
    regex.IGNORECASE,
)
"""A machine confirms receipt: "Automatic reply" in the subject alone does not make it an absence."""


class ReplyReading(NamedTuple):
    """``type`` is an id of rules/replies.yaml, ``unclassified``, or None for a note of a machine that says nothing.

    ``until`` is the day the mail names for coming back, deciding or needing again; of an ambiguous date the later
    reading, which ``ambiguous`` marks. ``evidence`` is the sentence that counted. ``asks`` says that the text holds an
    open question or request, whatever its type.
    """

    type: str | None
    until: date | None = None
    evidence: str = ""
    ambiguous: bool = False
    asks: bool = False


def judge_reply(message: Message, rules: JudgingRules, *, kind: Kind = Kind.REPLY) -> ReplyReading:
    """Read a mail of the other side. ``kind`` is what judging made of its headers (auto-replies, bounces)."""
    parts = tuple(p for p in sentences(message.new_text) if not _is_address(p))
    hits = _matching(message, parts, rules, vetoes=kind is not Kind.AUTO_REPLY)
    if kind is Kind.BOUNCE:
        return ReplyReading("bounce", None, _evidence(hits, "bounce") or message.subject[:160])
    if kind is Kind.AUTO_REPLY:
        return _auto(message, parts, hits, rules)
    hits = [h for h in hits if h[0].id != "bounce"]
    asks = any(type.id == QUESTION for type, _ in hits)
    if read := _merely_read(message, parts, hits, rules):
        return ReplyReading(read[0].id, None, read[1][:160], False, asks)
    hits = _with_likeness(message, parts, hits, rules, asks=asks)
    hits = _without_conditions(hits)
    found = next((h for h in hits if not h[0].entry.whole or _all(h[0], parts, message, rules)), None)
    if found is None:
        return ReplyReading(UNCLASSIFIED, None, parts[0][:160] if parts else "", False, asks)
    type, evidence = found
    until = _until(message, type, evidence, parts, rules) if type.entry.effect.until else None
    return _reading(type.id, evidence, until, asks=asks or type.id == QUESTION)


def _reading(type: str, evidence: str, until: FoundDate | None, *, asks: bool = False) -> ReplyReading:
    """What was read, with its day."""
    return ReplyReading(type, until.day if until else None, evidence[:160], bool(until and until.ambiguous), asks)


def _merely_read(
    message: Message, parts: tuple[str, ...], hits: list[tuple[ReplyType, str]], rules: JudgingRules
) -> tuple[ReplyType, str] | None:
    """A type whose sentences fill the mail but for some that add nothing to it: "Thanks, got it. I will look at it tonight."."""
    clauses = tuple(clause.strip() for part in parts for clause in _COMMA.split(part) if clause.strip())
    for type in (t for t in rules.replies.types if t.entry.beside):
        for pieces in (parts, clauses) if len(parts) <= FEW else ():
            rest = tuple(p for p in pieces if not _in_group(type.beside, p, _tongue(p, message)))
            if len(rest) == len(pieces) or any(t.id not in {type.id, QUESTION, "holding"} for t, text in hits if text in rest):
                continue
            said = next((p for p in rest if _hit(type, p, _tongue(p, message)) or _reads(rules, p, message.language, {type.id}) >= SURE), "")
            if said and _all(type, rest, message, rules):
                return type, said
    return None


def _tongue(part: str, message: Message) -> str:
    return "und" if len(part) < SHORT else message.language


def _reads(rules: JudgingRules, text: str, language: str, labels: set[str]) -> float:
    """How surely a text reads like one of these."""
    like = rules.replies.said.read(text, language)
    return like.share if like.label in labels else 0.0


def matching_types(message: Message, rules: JudgingRules) -> tuple[tuple[str, str], ...]:
    """Every type that matches with the sentence that made it, in order of precedence (for ``explain``)."""
    parts = sentences(message.new_text)
    hits = _with_likeness(message, parts, _matching(message, parts, rules), rules, asks=False)
    return tuple((type.id, text[:160]) for type, text in hits)


_IF = regex.compile(
    r"\b(?:if|once|provided|as\s+soon\s+as|wenn|falls|sobald|si|se|если|eğer|antes\s+de|\p{L}{3,}[sş][ea](?:niz|nız|k))\b|的话|如果|要是|إذا|لو\s", regex.IGNORECASE
)
_ORDER, _PRICE = "send_pi", frozenset({"target_price", "price_high"})
_TRIED, AWAY = "sample_feedback", "ooo"
_FIGURE = regex.compile(r"\d[.,]\d|[$€£¥]|\b(?:usd|eur|gbp|cny|rmb|dollars?|euros?)\b|美元|美金|元|доллар|руб|دولار|يورو", regex.IGNORECASE)


def _without_conditions(hits: list[tuple[ReplyType, str]]) -> list[tuple[ReplyType, str]]:
    """"If you can do that we sign this week" orders nothing where the same mail speaks of the price, or of a sample's faults.

    Beside a tried sample "if you mend it we take it" names no target price either, unless there is a price in it.
    """
    types = {type.id for type, _ in hits}
    if _TRIED in types:
        hits = [h for h in hits if h[0].id not in {_ORDER, *_PRICE} or not _IF.search(h[1]) or _FIGURE.search(h[1])]
    if not _PRICE & types:
        return hits
    return [h for h in hits if h[0].id != _ORDER or not _IF.search(h[1])]


def _with_likeness(
    message: Message, parts: tuple[str, ...], hits: list[tuple[ReplyType, str]], rules: JudgingRules, *, asks: bool
) -> list[tuple[ReplyType, str]]:
    """The hits of the phrases, and those of sentences in which no phrase says anything but a question or a thank-you."""
    whole = rules.replies.said.read(message.new_text, message.language)
    hits = [h for h in hits if not _doubtful(h, message, rules) and not _outweighed(h, whole, message, rules)]
    told = {text for type, text in hits if type.id not in _WEAK}
    found = {type.id: (type, text) for type, text in hits}
    read = [
        (type, one, text) for one, text in _said(message, [p for p in parts if p not in told], whole, rules)
        if (type := rules.replies.get(one.type)) is not None
        and not _excused(type, text, message, rules) and not (asks and one.type in _CLOSING and one.share < CERTAIN)
    ]  # fmt: skip
    for type, _, text in _surest(read, whole):
        found.setdefault(type.id, (type, text))
    return sorted(found.values(), key=lambda h: (h[0].entry.precedence, h[0].id))


def _surest(read: list[tuple[ReplyType, Said, str]], whole: Likeness) -> list[tuple[ReplyType, Said, str]]:
    """The grave and the certain ones, and of the others the type that reads surest: precedence is for what is said in so many words."""
    light = [one for one in read if one[0].id not in GRAVEST]
    best = max(light, key=lambda one: one[1].share + borne_out(one[1].type, whole), default=None)
    if any(one[0].id in GRAVEST - {AWAY} for one in read):
        read = [one for one in read if one[0].id != AWAY]  # "I am travelling, by mail only" beside another account is no absence
    return [one for one in read if one[0].id in GRAVEST or one[1].share >= CERTAIN or (best is not None and one[0].id == best[0].id)]


def _excused(type: ReplyType, sentence: str, message: Message, rules: JudgingRules) -> bool:
    """Is a sentence that reads like a grave type taken out again by what stands in it?"""
    if type.id == ALARM:
        return not _alarming(type, sentence, message, rules)
    return type.id == COMPLAINT and type.unless.search(sentence) is not None


def _alarming(type: ReplyType, sentence: str, message: Message, rules: JudgingRules) -> bool:
    """Does the sentence still read like another account without the idioms in it?"""
    left = _without_idioms(type, sentence)
    if left == sentence:
        return True
    like = rules.replies.said.read(left, message.language)
    return like.label == ALARM and like.share >= GRAVE[ALARM] and _says_something(left)


def _without_idioms(type: ReplyType, sentence: str) -> str:
    """The sentence without what the type's ``unless`` finds."""
    for _ in range(IDIOMS):
        match = type.unless.search(sentence)
        if match is None:
            break
        sentence = f"{sentence[: match.start()]} {sentence[match.end() :]}"
    return sentence


def _doubtful(hit: tuple[ReplyType, str], message: Message, rules: JudgingRules) -> bool:
    """Is what a phrase says outweighed by how the sentence reads?

    "Not interested in the small one, quote the large one" ends nothing; "we get back to you after the board meeting" is the
    writer's own word, not a client's.
    """
    type, text = hit
    if type.id not in _OUTWEIGHED or message.language not in rules.replies.said.examples:
        return False
    like = rules.replies.said.read(text, message.language)
    rival = rules.replies.get(_OUTWEIGHED[type.id])
    own = {like.label: like.share, like.second: like.second_share}.get(type.id, 0.0)
    if rival is None or not _hit(rival, text, message.language):
        return False
    return own < EVEN if type.id in _CLOSING else like.label == rival.id and like.share >= SURE


def told_by_phrase(type: ReplyType, message: Message) -> bool:
    """Does a sentence say it in so many words, and not only by likeness?"""
    return any(_hit(type, part, message.language) for part in sentences(message.new_text))


def _outweighed(hit: tuple[ReplyType, str], whole: Likeness, message: Message, rules: JudgingRules) -> bool:
    """Do the sentence and the whole mail read like something else for certain? A grave type is never taken out so."""
    type, text = hit
    if type.id in GRAVEST or whole.label in {"", NONE, type.id} or whole.share < MOSTLY or message.language not in rules.replies.said.examples:
        return False
    return _reads(rules, text, message.language, {whole.label}) >= CERTAIN


def _said(message: Message, parts: Iterable[str], whole: Likeness, rules: JudgingRules) -> Iterator[tuple[Said, str]]:
    """What the sentences read like, as far as they are sure enough."""
    taught, language = rules.replies.said, message.language
    for part in parts:
        if not _says_something(part):
            continue
        if found := said(part, whole, taught, language):
            yield found, part


_WORD = regex.compile(r"\p{Han}|\p{Arabic}{2,}|\p{L}{2,}")
_FORM = r"(?:GmbH|AG|KG|Ltd|LLC|Inc|Corp|S\.?A\.?S?|S\.?[rR]\.?[lL]|S\.?L\.?U?|B\.?V|A\.?Ş|Ltda|Sp\.\s*z\s*o\.?o)\.?"
_ADDRESS = (
    r"\p{Lu}[\p{L}.' -]{2,40}\s\d{1,4}\s?[a-z]?,\s*(?:\p{Lu}{1,3}-)?\d{4,6}(?:-\d{3})?\s+\p{Lu}|\b\p{Lu}{1,2}\d[\d\p{Lu}]?\s\d\p{Lu}{2}\b"
)
"""A street with its number, post code and town, as most of Europe writes them; a British post code."""
_FIRM = regex.compile(rf"\b{_FORM}[\s,;]*$|\b{_FORM},.{{3,60}}\b\d{{4,6}}\b|^(?:ООО|ЗАО|ИП)\b|{_ADDRESS}")
_STREET = regex.compile(_ADDRESS)
_LOWER = regex.compile(r"\b\p{Ll}{4,}")
_COMMA = regex.compile(r"[,;،；，](?!\d)")
FEW = 4
"""A mail of more sentences than this is no mere receipt."""
_NAME = regex.compile(r"^(?:\p{L}+,\s)?\p{Lu}[\p{L}.'-]*(?:\s\p{Lu}[\p{L}.'-]*){0,2}$|^\p{Han}{1,3}$")
"""Who signs, perhaps with a greeting before."""
_HEADING = regex.compile(r"^(?:[^.!?？؟。\p{Han}]{0,70}|[^.!?？؟。，,]{0,20})[:：]$")


_CALLS = regex.compile(r"(?:\S+\s){0,3}\S+[,，]")
"""Whom a mail is for: up to four words and a comma."""
_SIGNED = regex.compile(r"\p{Lu}[\p{L}.'-]+(?:\s\p{Lu}[\p{L}.'-]*){1,2}")
"""Whom it is from: two or three words with capitals."""


def _says_something(part: str) -> bool:
    """A telephone number, the mark of a list, a salutation, a name, a heading ("some questions:") or a firm's address reads like nothing."""
    if _CALLS.fullmatch(part) or _SIGNED.fullmatch(part):
        return False
    words = len(_WORD.findall(part))
    return (words >= 2 or (words == 1 and not any(c.isdecimal() for c in part))) and not _FIRM.search(part) and not _HEADING.match(part)


def _is_address(part: str) -> bool:
    """A line that is an address and no more: nothing can be asked or said in one."""
    return len(_LOWER.findall(part)) <= 1 and _STREET.search(part) is not None


def written_on(message: Message) -> date:
    """The day on which the writer wrote: their own calendar where the Date header tells its offset, else UTC."""
    return (message.date + timedelta(minutes=message.utc_offset or 0)).date()


def _auto(
    message: Message, parts: tuple[str, ...], hits: list[tuple[ReplyType, str]], rules: JudgingRules
) -> ReplyReading:
    """An automatic note: away, gone for good, or nothing of interest."""
    receipt = _RECEIPT.search(straight(message.new_text))
    for id in ("ooo", "redirect"):
        for type, evidence in hits:
            if type.id == id and not (receipt and evidence not in parts):
                until = _until(message, type, evidence, parts, rules) if id == "ooo" else None
                return _reading(id, evidence, until)
    return ReplyReading(None) if receipt else _auto_by_likeness(message, parts, rules)


_AUTOMATIC = regex.compile(r"automat|automá|otomati|автомат|自动|自動|تلقائي|آلي", regex.IGNORECASE)
"""A machine that says it is one says nothing of anybody's absence by that."""


def _auto_by_likeness(message: Message, parts: tuple[str, ...], rules: JudgingRules) -> ReplyReading:
    """What no phrase foresaw but the examples of absences: "at my desk again in March, Kerem sees to it meanwhile"."""
    away = rules.replies.get("ooo")
    said_so = max(((_reads(rules, p, message.language, {"ooo"}), p) for p in parts if _says_something(p) and not _AUTOMATIC.search(p)), default=(0.0, ""))
    if away is None or said_so[0] < CERTAIN:
        return ReplyReading(None)
    return _reading(away.id, said_so[1], _until(message, away, said_so[1], parts, rules))


def _matching(
    message: Message, parts: tuple[str, ...], rules: JudgingRules, *, vetoes: bool = True
) -> list[tuple[ReplyType, str]]:
    """The types that match, each with its first sentence, by precedence.

    What takes a person's sentence out again ("I will look when I am back") says nothing against a machine's note.
    """
    text = straight(message.new_text)
    subject = "" if answers_a_machine(message.subject) else straight(message.subject)
    out = []
    for type in rules.replies.types:
        evidence = _sentence(type, text, parts, message.language, vetoes=vetoes)
        if not evidence and type.entry.subject and _hit(type, subject, "und"):
            evidence = subject
        if evidence:
            out.append((type, evidence))
    return out


def _sentence(type: ReplyType, text: str, parts: tuple[str, ...], language: str, *, vetoes: bool) -> str:
    if len(text) < SHORT or type.entry.any_language:
        language = "und"
    return next((part for part in parts if _hit(type, part, language, vetoes=vetoes)), "")


def _hit(type: ReplyType, sentence: str, language: str, *, vetoes: bool = True) -> bool:
    """Does the sentence match a pattern of English or of its own language, and no ``unless``?"""
    worth = type.sieve.worth(sentence, language)
    for tongue, group in type.patterns.items():
        if first_match(worth.get((type.id, tongue), ()), sentence):
            if vetoes and type.id == ALARM:
                return group.search(_without_idioms(type, sentence)) is not None
            return not (vetoes and type.unless.search(sentence))
    return False


def _in_group(groups: dict[str, Group], sentence: str, language: str) -> bool:
    """Does the sentence match a pattern of English or of its own language?"""
    return any(g.search(sentence) for tongue, g in groups.items() if is_tried(tongue, language))


def _all(type: ReplyType, parts: tuple[str, ...], message: Message, rules: JudgingRules) -> bool:
    """Is there nothing in the mail beyond this type?"""
    taught, language = rules.replies.said, message.language
    if len(parts) > 1 and len(_WORD.findall(parts[-1])) <= 2 and taught.read(parts[-1], language).share < SURE:
        parts = parts[:-1]  # who signs
    return all(
        _hit(type, part, _tongue(part, message)) or _NAME.match(part) or taught.read(part, language).label in {type.id, NONE} or not _says_something(part)
        for part in parts
    )


def _evidence(hits: list[tuple[ReplyType, str]], id: str) -> str:
    return next((text[:160] for type, text in hits if type.id == id), "")


def _until(
    message: Message, type: ReplyType, evidence: str, parts: tuple[str, ...], rules: JudgingRules
) -> FoundDate | None:
    """The day named in the sentence that counted, else in the next one that speaks of coming back."""
    base, words = written_on(message), rules.replies.calendar
    named = (
        [d for d in find_dates(part, base, words, message.language) if base <= d.day <= base + FARTHEST]
        for part in (evidence, *(p for p in parts if p != evidence and _UNTIL.search(p)))
    )
    if type.id == AWAY:  # "on leave from Monday. Back in mid-May."
        return max((d for days in named for d in days), key=lambda d: d.day, default=None)
    return next((days[-1] for days in named if days), None)
