"""Which trade terms does one mail name?

Only its new text is read (DOMAIN 3), so quoted history and the "FOB" of a signature do not count. Phrases come from
``rules/phrases/``; money, Incoterms, quantities and models have readers of their own because a phrase cannot say them.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import regex

from followupd.judging.counts import THOUSANDS, find_quantities
from followupd.judging.dates import add_working_days, find_dates, number_of
from followupd.judging.extras import find_courier, find_hs_codes, sample_fee
from followupd.judging.goods import clean_product, counted_goods, ex_works, find_incoterms, find_models, find_product
from followupd.judging.lines import Bound, bind, with_names
from followupd.judging.money import COMMA_DECIMAL, MAX_PRICES, find_prices, parse_amount
from followupd.judging.payment import payment_of, split_of
from followupd.judging.periods import in_figures
from followupd.judging.price_rows import Rows, read_rows
from followupd.judging.replies import written_on
from followupd.judging.sentences import CAP, sentences
from followupd.model import Direction, DocNumber, LeadTime, Message, Price, Quantity, Terms, Validity
from followupd.reading.language import detect
from followupd.reading.normal import fold

if TYPE_CHECKING:
    from followupd.judging.tables import JudgingRules
    from followupd.judging.term_tables import TermRules

MAX_VALIDITY_DAYS = 400
"""A validity farther off than this is a slip of the pen."""
MONTH, WEEK = 30, 7
_WORDS_OF_UNIT = (
    ("month", MONTH), ("monat", MONTH), ("mois", MONTH), ("mes", MONTH), ("mês", MONTH), ("месяц", MONTH),
    ("ay", MONTH), ("月", MONTH), ("شهر", MONTH), ("week", WEEK), ("woche", WEEK), ("semaine", WEEK),
    ("seman", WEEK), ("settiman", WEEK), ("недел", WEEK),
    ("tydz", WEEK), ("hafta", WEEK), ("周", WEEK), ("أسبوع", WEEK), ("اسبوع", WEEK), ("أسابيع", WEEK),
)  # fmt: skip


_ARABIC_MARKS = {0x66B: ".", 0x66C: ","}


def extract_terms(message: Message, rules: JudgingRules) -> Terms:
    """Everything of DOMAIN 3 that a mail names: its new text, and for what that lacks the quotes attached to it."""
    said = _terms_of(message, rules)
    for attached in message.attachments:
        if attached.text and message.direction is Direction.OUT:
            said = _filled(said, _terms_of(_as_mail(message, attached.text), rules))
    return said


def _as_mail(message: Message, text: str) -> Message:
    """The text of an attached quote as if it had been written into the mail, in the language of its own."""
    language = detect(text)
    language = message.language if language == "und" else language
    return replace(message, new_text=text, subject="", language=language, attachments=())


def _filled(said: Terms, more: Terms) -> Terms:
    """The terms of the mail; those that it does not name are taken from the file. Prices and numbers add up."""
    known = {(p.amount, p.currency) for p in said.prices}
    prices = (*said.prices, *(p for p in more.prices if (p.amount, p.currency) not in known))
    numbers = tuple(dict.fromkeys((*said.doc_numbers, *more.doc_numbers)))
    models = tuple(dict.fromkeys((*said.models, *more.models)))
    names = [f.name for f in fields(Terms) if not getattr(said, f.name)]
    filled = replace(said, **{name: getattr(more, name) for name in names})
    return replace(filled, prices=prices[:MAX_PRICES], doc_numbers=numbers, models=models)


def _terms_of(message: Message, rules: JudgingRules) -> Terms:
    """The terms of the new text alone. Days count from the writer's own calendar day."""
    table, language, base = rules.phrases.spoken_in(message.language), message.language, written_on(message)
    written = in_figures(message.new_text.translate(_ARABIC_MARKS), table.calendar)
    rows = read_rows(written[:CAP], message.language)
    spoken = sentences(rows.rest) if rows.prices or rows.lines else sentences(written)
    parts = (*(sentences(written) if rows.lines or rows.prices else spoken), *rows.said)
    text = "\n".join(parts)
    fee, refundable = sample_fee(parts, table.words, language)
    delivered = find_incoterms(text, table.places) or ex_works(parts, table.words, table.places)
    prices = _prices(rows.prices, "\n".join(spoken) if rows.prices else text, language)
    moq = find_moq(parts, table, language, several=len(prices) > 1)
    bound = bind(spoken, table.words, language, asked=message.direction is not Direction.OUT)
    product = find_product(message.subject, parts, table, bound.goods or clean_product(rows.goods))
    return Terms(
        prices=_unsampled(prices, fee),
        lines=with_names((*rows.lines, *bound.lines), product),
        incoterm=next(iter(delivered), None),
        other_incoterms=delivered[1:],
        quantities=_quantities(rows, bound, spoken, message, moq, table),
        moq=moq,
        validity=find_validity(parts, base, table, language),
        lead_time=find_lead_time(parts, table),
        payment=find_payment(parts, table),
        packing=_group(parts, table, "packing", "packing"),
        doc_numbers=find_doc_numbers(message.subject, parts, table),
        models=find_models(text),
        product=product,
        sample=_sentence(parts, table, "sample"),
        sample_fee=fee,
        sample_refundable=refundable,
        courier=find_courier(" ".join(parts)),
        hs_codes=find_hs_codes(text),
        need_by=find_need_by(_asking(parts, message, table), base, table, language, asked=message.direction is not Direction.OUT),
    )


def _quantities(rows: Rows, bound: Bound, spoken: tuple[str, ...], message: Message, moq: Quantity | None, table: TermRules) -> tuple[Quantity, ...]:
    """What is wanted or offered, the smallest order left out."""
    lines = (*rows.lines, *bound.lines)
    named = tuple(line.quantity for line in lines if line.quantity and not (len(lines) == 1 and _only(line.quantity, moq, spoken)))
    found = bound.loose
    if not (named or found) and rows.prices:
        found = find_quantities(_in_cells(message.new_text.translate(_ARABIC_MARKS)), message.language)
    found = tuple(dict.fromkeys((*named, *(q for q in found if not _same(q, moq)))))
    if found or message.direction is Direction.OUT:
        return found
    return counted_goods(spoken, table, message.language)


def _unsampled(prices: tuple[Price, ...], fee: Price | None) -> tuple[Price, ...]:
    """Without what a sample costs."""
    if fee is None:
        return prices
    return tuple(p for p in prices if p.unit or (p.amount, p.currency) != (fee.amount, fee.currency))


def _only(quantity: Quantity, moq: Quantity | None, spoken: tuple[str, ...]) -> bool:
    """Is the quantity of a line the smallest order, said once?"""
    return _same(quantity, moq) and sum(part.count(quantity.evidence) for part in spoken) == 1


def _in_cells(text: str) -> str:
    """Sentences with the gaps of tables as bars: the 15 of "DN 15   100 pcs" belongs to no number."""
    return "\n".join(sentences(regex.sub(r"(?<=\S)(?:\t| {2,})(?=\S)", " | ", text)))


def _prices(rows: tuple[Price, ...], text: str, language: str) -> tuple[Price, ...]:
    """Prices of running text, then those of tables; none twice."""
    written = find_prices(text, language)
    known = {(p.amount, p.currency) for p in written}
    return (*written, *(p for p in dict.fromkeys(rows) if (p.amount, p.currency) not in known))[:MAX_PRICES]


def find_validity(parts: tuple[str, ...], base: date, table: TermRules, language: str = "") -> Validity | None:
    """Until which day the offer holds. A stated term beats "subject to change"; freight terms are not the offer's."""
    own = tuple(p for p in parts if not _NOT_OF_THE_OFFER.search(p)) or parts
    found = list(_validities(own, base, table, language))
    if found:
        return found[0]
    return next((Validity(None, False, _short(part)) for part, _ in _matches(own, table, "validity_none")), None)


_NOT_OF_THE_OFFER = regex.compile(r"\bfreight\b|\bout\s+of\s+(?:the\s+)?office\b", regex.I)


def _validities(parts: tuple[str, ...], base: date, table: TermRules, language: str) -> Iterator[Validity]:
    for part, match in _matches(parts, table, "validity_days"):
        groups = _groups(match)
        if until := _validity_end(groups, base, table):
            working = _working(groups)
            days = (_count(groups["n"], table) or 0) * (1 if working else _unit_days(groups.get("unit") or "day"))
            yield Validity(until, False, _short(part), days, working)
    for part, match in _matches(parts, table, "validity_date"):
        for day in find_dates(_context(match), base, table.calendar, language):
            if 0 <= (day.day - base).days <= MAX_VALIDITY_DAYS:
                yield Validity(day.day, day.ambiguous, _short(part))
                break


_WEEKDAY = regex.compile(r"^\s*\p{L}{3,10}(?:-feira)?,?\s+(?=\d{1,2}[./]\d)")


def _context(match: Any) -> str:
    """The date as matched, with a word before it that lets a day without a year be read."""
    return f"until {_WEEKDAY.sub('', match.group('date'))}"


def _count(said: str, table: TermRules) -> int | None:
    """A number in figures or in a word of any language that the calendar counts with."""
    return number_of(_western(said)) or table.calendar.numbers.get(" ".join(fold(said).split()))


def _validity_end(groups: dict[str, Any], base: date, table: TermRules) -> date | None:
    count = _count(groups["n"], table)
    if not count:
        return None
    if _working(groups):
        return add_working_days(base, count) if count <= MAX_VALIDITY_DAYS else None
    days = count * _unit_days(groups.get("unit") or "day")
    return base + timedelta(days=days) if days <= MAX_VALIDITY_DAYS else None


def find_lead_time(parts: tuple[str, ...], table: TermRules) -> LeadTime | None:
    """Calendar days to readiness (working days times 7/5, rounded up), and the event they count from."""
    for part, match in _matches(parts, table, "lead_time"):
        if _of_samples(part[: match.end()]) or _of_payment(part, match, table):
            continue
        groups = _groups(match)
        low = number_of(_western(groups["n"]))
        if not low:
            continue
        high = max(low, number_of(_western(groups.get("m") or "")) or low)
        if _HOURS.match(groups.get("unit") or ""):
            low, high = -(-low // 24), -(-high // 24)
        days = _calendar_days(groups, low, high)
        if days[1] <= 730:
            return LeadTime(days[0], days[1], _start_event(part, match, table), _short(match.group(0)))
    return next((found for part in parts if (found := _after_an_event(part, table))), None)


def _calendar_days(groups: dict[str, Any], low: int, high: int) -> tuple[int, int]:
    """A span in the unit that a match names, as calendar days."""
    scale = _unit_days(groups.get("unit") or "day")
    first, last = (math.ceil(n * 7 / 5) if _working(groups) else n * scale for n in (low, high))
    return first, last


def _after_an_event(part: str, table: TermRules) -> LeadTime | None:
    """A lead time without a word for it: days behind the deposit, the order, the letter of credit ("付款后10天可以提货")."""
    if not _DIGIT.search(part) or table.words.note("not_delivery").first(part):
        return None
    match = _period(table.calendar.key(("units",))[0]).search(part)
    if match is None or not table.words.note("counted_from").first(part[max(0, match.start() - 30) : match.end() + 30]):
        return None
    event = _start_event(part, match, table)
    if event not in _EVENTS:
        return None
    groups = _groups(match)
    low = int(_western(groups["n"]))
    high = max(low, int(_western(groups["m"] or groups["n"])))
    days = _calendar_days(groups, low, high)
    return LeadTime(days[0], days[1], event, _short(part)) if 0 < days[1] <= 365 else None


_EVENTS = frozenset({"deposit", "L/C", "order", "payment", "contract", "artwork approval", "sample approval", "drawing approval"})


@lru_cache(maxsize=4)
def _period(units: str) -> Any:
    work = r"(?:working|business|рабочих|iş|个?工作)"
    return regex.compile(
        rf"(?<![\d.,/-])(?P<n>\d{{1,3}})(?:\s*(?:-|–|to|bis|à|a|до|至|到)\s*(?P<m>\d{{1,3}}))?\s*(?P<work>{work}\s*)?"
        rf"(?P<unit>Werktage?n?|Arbeitstage?n?|days?|weeks?|months?|gg|{units})(?!\p{{Latin}}|\p{{Cyrillic}})",
        regex.IGNORECASE,
    )


def _of_payment(part: str, match: Any, table: TermRules) -> bool:
    """A period to pay in, not to deliver in: "plazo de pago 60 días"."""
    return table.words.note("payment_period").first(part[max(0, match.start() - 12) : match.start("n")]) is not None


_HOURS = regex.compile(r"(?:h|hours?|Stunden?|heures?|horas?|ore|час\w*|saat|小时|ساعة)$", regex.I)


def _of_samples(text: str) -> bool:
    """Did the text speak of samples last, and not of the bulk?"""
    named = regex.findall(r"\bsamples?\b(?!\s+approv)|\bmass\b|\bbulk\b", text, regex.IGNORECASE)
    return bool(named) and named[-1].casefold().startswith("sample")


def _start_event(part: str, match: Any, table: TermRules) -> str:
    """The event that the days count from: named behind them, or before them with an "after" of its own ("收到定金后25天")."""
    start, end = match.span("n")
    clause = regex.split(r"[;。；，\n]|[.,](?=\s|$)", part[end : end + 110])[0]
    if behind := table.words.spoken("event", clause):
        return behind[0][2]
    after = regex.split(r"[;。；\n]|\.(?=\s|$)", part[end : end + 110])[0]
    if late := [say for _, b, say in table.words.spoken("event", after) if _AFTERWARDS.match(after[b:])]:
        return late[0]
    before = part[max(0, start - 60) : start]
    before = regex.split(r"[;。；，\n:：]|[.,](?=\s|$)", before)[-1]
    hits = [say for _, b, say in table.words.spoken("event", before) if _AFTERWARDS.match(before[b:]) or before[b - 1 :].strip() == "到"]
    return hits[0] if hits else _plain_event(match.groupdict().get("after") or "")


_AFTERWARDS = regex.compile(r"[^.,;]{0,25}(?:后|之日起|起|\bsonra|\bitibaren|\w*[dt][ae]n\b|\b(?:received|afterwards|then)\b)", regex.I)


def _plain_event(words: str) -> str:
    """An event that is no word of ours, in the writer's own: "receipt of your signed form" as "signed form"."""
    words = regex.sub(
        r"\b(?:the|your|our|a|an|we|get|getting|receipt|receiving|received|receive|of|is|are|has|have|been|and\s.*|\d+\s?%)\b|%",
        " ", words, flags=regex.I,
    )  # fmt: skip
    return " ".join(words.split()[:4]).strip(" .,:;)")


def find_moq(parts: tuple[str, ...], table: TermRules, language: str = "en", *, several: bool = False) -> Quantity | None:
    """The smallest order, kept apart from the quantity that is asked for. ``several`` prices: "from 1000" is a step, not a minimum."""
    for part, match in _matches(parts, table, "moq"):
        groups = match.groupdict()
        if several and table.words.note("from_quantity").first(match.group(0)[: match.start("n") - match.start()]):
            continue
        if regex.match(r"\s?%", part[match.end("n") :]):
            continue
        amount = parse_amount(_western(groups["n"]).strip(" .,"), language in COMMA_DECIMAL)
        unit = (groups.get("unit") or "").strip()
        if amount and (thousands := regex.match(r"\s*(k\b|[万千])\s?(\p{L}*)", match.string[match.end("n") :], regex.I)):
            amount, unit = amount * THOUSANDS[thousands[1].casefold()], thousands[2] or "pcs"
        if amount and not _is_physical(match.string, match.start(), match.end("n")):
            return Quantity(amount, unit, " ".join(match.group(0).split()))
    return None


_MEASURED = regex.compile(
    r"\s*(?:m[³3²2]?\s*/|l\s*/|kg\s*/|bar\b|psi\b|[kM]?Pa\b|kW|kVA|[kM]?W\b|[km]?V\b|[m]?A\b|Hz|rpm|°|lm\b|lux|dB|N\b|kN|Nm|mm\b|cm\b|µm|micron|GSM|g/m|%|"
    r"days?\b|Tage|jours|d[íi]as|dias|giorni|дн|gün|يوم|天|weeks?|Wochen|semanas?|ton\w*\s*/|м[³3]\s*/|об)",
    regex.I,
)
_PROPERTY = regex.compile(
    r"\b(?:flow|pressure|temperature|thickness|voltage|speed|capacity|Druck|Durchfluss|Förder\w+|Temperatur|débit|pression|épaisseur|caudal|presión|presion|"
    r"espesor|vazão|pressão|portata|pressione|напор\w*|расход\w*|давлени\w*|debi|basınç|kalınlık)\b|流量|压力|扬程|厚度|ضغط|تدفق",
    regex.I,
)


def _is_physical(text: str, start: int, end: int) -> bool:
    """A smallest flow, pressure or thickness is asked of the goods, not of the order."""
    return _MEASURED.match(text, end) is not None or _PROPERTY.search(text[max(0, start - 25) : end]) is not None


def find_payment(parts: tuple[str, ...], table: TermRules) -> str:
    """Terms of payment as a short normal form ("T/T, 30% deposit, 70% before shipment")."""
    joined = _with_balance(parts, table)
    periods: dict[str, tuple[int, int]] = {}
    for part, match in _matches(joined, table, "lead_time"):
        if part not in periods and not _of_payment(part, match, table):
            periods[part] = match.span()
    whole = next((found for part in joined if _SHARED.search(part) and (found := split_of(part, table.words))), "")
    for part, match in _matches(joined, table, "payment"):
        delivery = periods.get(part, (0, 0))
        between = part[delivery[1] : match.start()] if delivery[1] and match.start() >= delivery[1] else "."
        inside = delivery[0] <= match.start() < delivery[1] or (len(between) < 45 and not regex.search(r"[,.;。，；،]", between))
        if inside and not _OF_A_SHARE.match(part, match.start()):
            continue
        found = payment_of(part, table.words, match.start())
        if found:
            return found if "%" in found or not whole else whole
    return whole or _unlabelled(parts, table) or _own_words(parts, table)


_SHARED = regex.compile(r"%|third|half|Drittel|Hälfte|tiers|moitié|tercio|mitad|terço|metade|terzo|metà|трет|половин|üçte|yarısı|ثلث|نصف|成")


def _unlabelled(parts: tuple[str, ...], table: TermRules) -> str:
    """Terms of payment without a word for them: an instrument with its days ("boleto 28 dias"), all of it at once."""
    credit, in_full = table.words.note("on_credit"), table.words.note("in_full")
    named = (payment_of(part, table.words, m.start()) for part in parts if _DIGIT.search(part) and (m := credit.first(part)))
    return next(filter(None, named), "") or next((payment_of(part, table.words, m.start()) for part in parts if (m := in_full.first(part))), "")


_DIGIT = regex.compile(r"\d")
_OF_A_SHARE = regex.compile(r"\p{L}+(?:\s+(?:de|del|von|di|of|da))?\s*\(?\s*(?:\d{1,2}\s?%|%\s?\d{1,2})")
"""A deposit that a lead time counts from and whose share is named there: "5 semaines à réception de l'acompte de 40 %"."""


def _with_balance(parts: tuple[str, ...], table: TermRules) -> tuple[str, ...]:
    """Sentences that name a share, together with the next one where that begins with the rest."""
    out = list(parts)
    rest = table.words.note("balance")
    for n, (part, following) in enumerate(itertools.pairwise(parts)):
        if "%" in part and (match := rest.first(following[:30])) and match.start() < 6:
            out[n] = f"{part.rstrip(' .。')}, {following}"
    return tuple(out)


def _own_words(parts: tuple[str, ...], table: TermRules) -> str:
    """Terms of payment that no word of ours names, as they were written behind their label."""
    return next((_short(m["t"], 80) for part in parts if (m := _PAYMENT_LABEL.match(part))), "") if table.of("payment") else ""


_PAYMENT_LABEL = regex.compile(r"^\W*(?:Zahlung|Conditions de paiement|Forma de pago|Pagamento|Ödeme|付款)[^:：]{0,25}[:：]\s*(?P<t>.{4,80})", regex.I)


def find_doc_numbers(subject: str, parts: tuple[str, ...], table: TermRules) -> tuple[DocNumber, ...]:
    """Numbers of documents in the text, then in the subject; each once."""
    found: dict[tuple[str, str], DocNumber] = {}
    texts = (*parts, subject)
    alive = table.alive("doc_number", texts)
    for text in texts:
        for phrase, pattern in alive:
            match = pattern.search(text)
            if match:
                number = match.group("id").strip(".-/")
                if all(number != n for _, n in found):
                    found[phrase.kind, number] = DocNumber(phrase.kind, number)
    numbers = tuple(found.values())
    return tuple(d for d in numbers if not any(o.number.endswith(f"-{d.number}") for o in numbers))


def _asking(parts: tuple[str, ...], message: Message, table: TermRules) -> tuple[str, ...]:
    """Sentences that may say by when goods are needed: in our own mail those that speak of our lead time do not."""
    if message.direction is not Direction.OUT:
        return parts
    of_delivery = {part for part, _ in _matches(parts, table, "lead_time")}
    return tuple(p for p in parts if p not in of_delivery)


def find_need_by(parts: tuple[str, ...], base: date, table: TermRules, language: str = "", *, asked: bool = False) -> date | None:
    """The day by which the goods are needed; in a mail that asks, any last day that is not one of the offer, of a payment, of a visit."""
    for part, match in _matches(parts, table, "need_by"):
        days = [d for d in find_dates(part, base, table.calendar, language) if not d.feast and 0 <= (d.day - base).days <= MAX_VALIDITY_DAYS]
        if days:
            return next((d for d in days if d.end > match.end() and not d.vague), days[0]).day
    return _last_day(parts, base, table, language) if asked else None


def _last_day(parts: tuple[str, ...], base: date, table: TermRules, language: str) -> date | None:
    deadline, other = table.words.note("deadline"), table.words.note("not_of_goods")
    for part in parts:
        if (match := deadline.first(part)) and not other.first(part):
            days = [d for d in find_dates(part, base, table.calendar, language) if not d.feast and 0 < (d.day - base).days <= MAX_VALIDITY_DAYS]
            near = [d for d in days if d.start <= match.end() + 40 and d.end >= match.start() - 30]
            if near:
                return near[0].day
    return None


# ---- small helpers -------------------------------------------------------------------------------


def _matches(parts: tuple[str, ...], table: TermRules, fact: str) -> Iterator[tuple[str, Any]]:
    """Sentences that name a fact with the match, phrase by phrase in the order of the rules."""
    alive = table.alive(fact, parts)
    for part in parts:
        for _, pattern in alive:
            yield from ((part, match) for match in pattern.finditer(part))


def _group(parts: tuple[str, ...], table: TermRules, fact: str, group: str) -> str:
    return next((_short(m.group(group)) for _, m in _matches(parts, table, fact) if m.group(group)), "")


def _sentence(parts: tuple[str, ...], table: TermRules, fact: str) -> str:
    return next((_short(part) for part, _ in _matches(parts, table, fact)), "")


def _short(text: str, limit: int = 100) -> str:
    text = " ".join(text.split()).strip(" ,;:-")
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0]


def _unit_days(unit: str) -> int:
    unit = unit.casefold()
    return next((days for word, days in _WORDS_OF_UNIT if unit.startswith(word) or (word in unit and len(word) > 3)), 1)


def _working(groups: dict[str, Any]) -> bool:
    """Working days, not weeks or months of work."""
    unit = (groups.get("unit") or "day").casefold()
    return _unit_days(unit) == 1 and bool(groups.get("work") or unit.startswith(("werk", "arbeits")))


_WORKING = regex.compile(r"\bworking|\bbusiness|ouvr(?:és|ables?)|\búteis|\buteis|\bh[áa]biles|\blaborables|\blavorativ|\bрабоч|\biş\s|عمل|工作", regex.I)


def _groups(match: Any) -> dict[str, Any]:
    """The groups of a period; words for working days stand before the unit or right behind it."""
    groups: dict[str, Any] = dict(match.groupdict())
    around = match.string[match.end("n") : match.end("unit") + 12] if groups.get("unit") else ""
    groups["work"] = groups.get("work") or bool(_WORKING.search(around))
    return groups


def _western(digits: str) -> str:
    """Arabic-Indic digits as 0-9 (DOMAIN 3.2)."""
    return "".join(str(int(c)) if c.isdecimal() else c for c in digits)


def _same(quantity: Quantity, moq: Quantity | None) -> bool:
    if moq is None or quantity.amount != moq.amount:
        return False
    return not moq.unit or quantity.unit.casefold() in moq.evidence.casefold()
