"""Which item, quantity and price of one mail belong together?

A mail that offers or asks for several items names them one after the other: "240 pcs BV-6 at USD 31.50, 120 pcs BV-8 at USD 44.20". Every
price of a sentence takes the words since the one before it; whether a quantity stands ahead of its price or behind it is told by the
first one. Where nothing is priced, the quantities themselves part the items. Words that stand round an item and are none of it ("at",
"unit price", "we offer") are notes of ``rules/trade_words.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import regex

from followupd.judging.counts import Count, amount_of, find_counts, holds
from followupd.judging.goods import clean_product
from followupd.judging.money import Money, find_unit_money, one_currency
from followupd.judging.trade_words import TradeWords
from followupd.model import Line, Price, Quantity

MAX_LINES = 40
LONGEST = 60
"""Characters of an item; what is longer is talk."""
_PARTS = regex.compile(r"[;:：，；،؛、()（）|\n]|,(?!\d)|\s[-–—]+\s|(?<=\p{L}\p{L})\.\s")
_BARE = regex.compile(
    r"(?<![\p{L}\d.,/%€$£¥#-])(?:(?P<times>[x×*])\s?)?(?P<n>\d{1,3}(?:[.,' ]\d{3})+|\d{1,6})"
    r"(?=\s+(?P<noun>\p{L}{3}[\p{L}\p{M}-]*|\p{Arabic}\p{Arabic}+)|\s*[)）]|(?(times)(?![\w]|[.,]\d)|(?!)))"
)
_EDGE = " \t\n.,:;?!؟-–—•*·|/=+&()（）\"“”«»'’"


@dataclass(frozen=True, slots=True)
class _Place:
    """One part of a mail with what was found in it, places counted from its beginning."""

    text: str
    money: tuple[Money, ...]
    counts: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """The lines of the running text, and the quantities of sentences that make none."""

    lines: tuple[Line, ...] = ()
    goods: str = ""
    """What stands beside the first quantity."""
    loose: tuple[Quantity, ...] = ()


def bind(parts: tuple[str, ...], words: TradeWords, language: str, *, asked: bool) -> Bound:
    """Items with their quantities and prices, part by part. ``asked``: somebody asks, so that goods need no price to be counted."""
    found: list[Line] = []
    loose: list[Quantity] = []
    goods, currency = "", one_currency("\n".join(parts), language)
    for text in parts:
        if not _COUNTS.search(text):
            continue
        money = find_unit_money(text, language, currency)
        place = _Place(text, money, _counts(text, money, words, language, asked=asked))
        lines = list(_priced(place, words) if money else _listed(place, words) if asked else ())
        if not goods and place.counts and (money or asked):
            goods = _goods(lines, place, words)
        found += lines
        loose += [] if lines else _unbound(place, words)
    return Bound(tuple(found[:MAX_LINES]), goods, tuple(loose))


_COUNTS = regex.compile(r"\d|\bcontainers?\b|\bFCL\b|\p{Han}个?尺", regex.IGNORECASE)


def _unbound(place: _Place, words: TradeWords) -> list[Quantity]:
    """Quantities of a sentence that makes no lines: with a unit, or after an "and" behind one that has it."""
    if not any(c.quantity.unit for c in place.counts):
        return []
    also = words.note("also")
    return [c.quantity for c in place.counts if c.quantity.unit or also.first(place.text[max(0, c.start - 14) : c.start])]


def _goods(lines: list[Line], place: _Place, words: TradeWords) -> str:
    """What stands beside the first quantity, fit to be said again."""
    name = lines[0].item if lines else _item_behind(place, 0, words) or (_item_before(place, 0, words) if place.counts[0].quantity.unit else "")
    return "" if words.note("asks_for").first(name) else clean_product(_without_rest(name, words))


def _counts(text: str, money: tuple[Money, ...], words: TradeWords, language: str, *, asked: bool) -> tuple[Count, ...]:
    """Counts with a unit, and bare ones beside goods where a price or a question makes them some."""
    counted = tuple(c for c in find_counts(text, language) if not _covers(money, c.start, c.end) and not _smallest(text, c, words))
    if not money and not (asked and (counted or words.note("asks_for").first(text))):
        return counted
    bare = []
    for match in _BARE.finditer(text):
        start, end = match.span("n")
        ahead = max((c.end for c in counted if c.end <= start), default=None)
        inside = any(c.start < end and start < c.end for c in counted) or (ahead is not None and holds(text[ahead:start]))
        if _covers(money, start, end) or inside or words.note("counts_nothing").first(match["noun"] or "-"):
            continue
        if (not match["noun"] and not match["times"] and not _bracketed(text, start, words)) or words.note("packing_of").first(text[max(0, start - 20) : start]):
            continue
        amount = amount_of(match["n"], language)
        year = len(match["n"]) == 4 and match["n"][:2] in {"19", "20"} and not match["times"]
        if amount and amount > 1 and not year and amount == amount.to_integral_value() and not _smallest(text, Count(Quantity(amount), start, end), words):
            bare.append(Count(Quantity(amount, "", match["n"]), start, end))
    return tuple(sorted((*counted, *bare), key=lambda c: c.start))


def _bracketed(text: str, start: int, words: TradeWords) -> bool:
    """A bare number in brackets is a quantity behind a word for it: "(par 500)"."""
    opened = text.rfind("(", 0, start)
    return opened >= 0 and words.note("from_quantity").first(text[opened + 1 : start]) is not None


def _covers(money: tuple[Money, ...], start: int, end: int) -> bool:
    return any(m.start < end and start < m.end for m in money)


def _smallest(text: str, count: Count, words: TradeWords) -> bool:
    """Is it the smallest order, and not what is offered?"""
    around = _PARTS.split(text[max(0, count.start - 40) : count.start])[-1]
    return words.note("smallest").first(around + " " + _PARTS.split(text[count.end : count.end + 20])[0]) is not None


# ---- prices that take their items ------------------------------------------------------------------


def _priced(place: _Place, words: TradeWords) -> Iterator[Line]:
    """One line for each price that has a quantity or an item of its own."""
    money = place.money
    ahead = any(c.end <= money[0].start for c in place.counts)
    at, out = 0, []
    for number, m in enumerate(money):
        until = money[number + 1].start if number + 1 < len(money) else len(place.text)
        counts = [c for c in place.counts if (at <= c.start and c.end <= m.start if ahead else m.end <= c.start and c.end <= until)]
        count = _own(place.text, counts, ahead=ahead, alone=len(money) == 1)
        end = max(m.end, count.end if count else 0)
        item = _item_of(place.text, at, m, count, words)
        out.append(Line(item, count.quantity if count else None, Price(m.amount, m.currency, m.unit, m.text)))
        at = end
    if len(out) > 1 or (out[0].item and out[0].quantity):
        yield from out if any(line.quantity or line.item for line in out) else ()


def _own(text: str, counts: list[Count], *, ahead: bool, alone: bool) -> Count | None:
    """Of several counts the one that stands free between marks, else the nearest: the 150 of "set 46 pcs - 150 sets - USD 14.80"."""
    if not counts:
        return None
    free = [c for c in counts if regex.search(r"(?:^|[-–—:;,(|x×])\s*$", text[max(0, c.start - 4) : c.start])]
    near = counts[-1] if ahead else counts[0]
    return near if alone and not free else (free or [near])[-1 if ahead else 0]


def _item_of(text: str, at: int, money: Money, count: Count | None, words: TradeWords) -> str:
    """What is counted or priced: right behind its count, else the last words before the count or the price."""
    if count and count.end <= money.start and (behind := _item(_PARTS.split(text[count.end : money.start])[0], words)):
        return behind
    until = min(money.start, count.start) if count else money.start
    for piece in reversed(_PARTS.split(text[at:until])):
        if item := _item(piece, words):
            return item
        if regex.search(r"\p{L}{3}", piece) and words.note("before_list").first(piece):
            return ""
    return ""


def _item(piece: str, words: TradeWords) -> str:
    """A piece without the words round an item; empty where nothing is left, or talk."""
    if words.note("before_list").first(piece):
        return ""
    name = piece.strip(_EDGE)
    for _ in range(3):
        for edge in ("item_lead", "item_tail"):
            if match := words.note(edge).first(name):
                name = (name[: match.start()] + name[match.end() :]).strip(_EDGE)
    name = " ".join((piece[piece.find(name) :][: len(name) + 1] if name and piece[piece.find(name) + len(name) :][:1] == '"' else name).split())
    letters = regex.search(r"\p{L}{2}|\p{L}-?\d|\d\S*\"|\p{Han}", name)
    return name if letters and len(name) <= LONGEST and len(name.split()) <= 8 else ""


# ---- quantities that take their items ---------------------------------------------------------------


def _listed(place: _Place, words: TradeWords) -> Iterator[Line]:
    """Several counted goods in one sentence, the goods behind their numbers or before them."""
    if len(place.counts) < 2:
        return
    behind = all(_item_behind(place, n, words) for n in range(len(place.counts)))
    lines = [
        Line(_item_behind(place, n, words) if behind else _item_before(place, n, words), c.quantity) for n, c in enumerate(place.counts)
    ]
    lines = [line for line in lines if line.item]
    if len({line.item for line in lines}) > 1:
        yield from lines


def _item_behind(place: _Place, number: int, words: TradeWords) -> str:
    until = place.counts[number + 1].start if number + 1 < len(place.counts) else len(place.text)
    piece = _PARTS.split(place.text[place.counts[number].end : until])[0]
    return clean_product(_item(_without_rest(piece, words), words))


def _item_before(place: _Place, number: int, words: TradeWords) -> str:
    start = place.counts[number - 1].end if number else 0
    pieces = [p for p in _PARTS.split(place.text[start : place.counts[number].start]) if p.strip(_EDGE)]
    name = _item(pieces[-1], words) if pieces else ""
    return name if len(name.split()) <= 5 else ""


def _without_rest(piece: str, words: TradeWords) -> str:
    """Up to the words that end a noun phrase in any of the languages."""
    match = words.note("ends_item").first(piece)
    return piece[: match.start()] if match and match.start() > 1 else piece


def with_names(lines: tuple[Line, ...], product: str) -> tuple[Line, ...]:
    """Steps of one price are of the one item that was named."""
    named = next((line.item for line in lines if line.item), product)
    return tuple(line if line.item else replace(line, item=named) for line in lines)
