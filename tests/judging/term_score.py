"""How well are trade terms read? Precision, recall and F1 by term and by language over invented mails.

``python tests/judging/term_score.py [held|tune] [--wrong]`` prints the tables; tests/judging/test_term_score.py holds the floor.
A payment is compared as a set of ways (T/T, L/C, ...), shares (30) and tenors (sight, 60); a lead time with the event that
starts it; a term that a mail does not name and that is found all the same counts against precision.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from followupd.judging.term_tables import TermRules
from followupd.judging.terms import extract_terms
from followupd.model import Direction, Line, Message, Price, Terms
from followupd.reading.html import html_to_text
from followupd.reading.normal import normalise
from followupd.yamlfile import read_yaml

try:
    from judging_at_hand import mail, tables
except ImportError:  # started as a script from the root
    sys.path.insert(0, str(Path(__file__).parent))
    from judging_at_hand import mail, tables

DATA = Path(__file__).parent / "data"
TERMS = (
    "price", "unit", "incoterm", "quantity", "moq", "validity", "lead", "payment", "sample", "courier", "number", "hs",
    "need_by", "product", "line",
)  # fmt: skip
_UNITS = {
    "pc": "pçs pezzi piezas uds ud ud. und stck st قطع قطعه pcs pieces piece pc pcs. stk stück stk. stueck pièce "
    "pièces pz pezzo unidad unidades unit units peça peças unité adet "
    "шт шт. штуку "
    "штука штук 件 个 只 each ea قطعة القطعة للقطعة وحدة الوحدة cadauno",
    "set": "set sets satz 套 台 juegos jogos jogo juego комплект комплектов",
    "ton": "mt ton tonne tons tonnes t to tm tonelada toneladas тонна тонн тонну 吨 طن الطن",
    "kg": "kg kgs кг 公斤",
    "m": "m metro metros metri meter metre metres meters متر المتر 米 м метров метр",
    "m2": "m2 m² sqm mq 平方米",
    "pair": "paar pair pairs paire par пара пар пару çift زوج",
    "bag": "bag bags",
    "roll": "roll rolls rolo rollo rollos rouleau rolle rulo рулон рулонов 卷",
    "carton": "carton ctn cartons caixa كرتون الكرتون",
    "box": "box boxes boîte boîtes caja cajas scatola kutu",
    "litre": "litre litres liter l",
}
_UNIT_OF = {word: name for name, words in _UNITS.items() for word in words.split()}
_UNIT_OF |= dict.fromkeys(("متر مربع", "متر المربع", "metro quadro", "metro cuadrado"), "m2")


@cache
def entries(half: str) -> dict[str, Any]:
    data = read_yaml(DATA / f"terms_{half}.yaml").data
    assert isinstance(data, dict)
    return data


def message(entry: dict[str, Any]) -> Message:
    text = normalise(html_to_text(entry["html"])) if "html" in entry else entry["text"]
    direction = Direction(entry.get("dir", "out"))
    return mail(normalise(text), subject=entry.get("subject", ""), language=entry["lang"], direction=direction, utc_offset=0)


def found(entry: dict[str, Any], rules: TermRules | None = None) -> dict[str, frozenset[str]]:
    """What is said of a mail, as comparable words by term."""
    said = extract_terms(message(entry), tables())  # type: ignore[arg-type]
    return {name: frozenset(values) for name, values in _words(said)}


def _words(t: Terms) -> Iterator[tuple[str, list[str]]]:
    yield "price", [_price(p) for p in t.prices]
    yield "unit", [_unit(p) for p in t.prices if p.unit]
    yield "incoterm", [f"{t.incoterm.term} {t.incoterm.place}".strip()] if t.incoterm else []
    yield "quantity", [str(q.amount.normalize() + 0) for q in t.quantities]
    yield "moq", [str(t.moq.amount.normalize() + 0)] if t.moq else []
    yield "validity", [str(t.validity.until or "none")] if t.validity else []
    yield "lead", [f"{t.lead_time.min_days}-{t.lead_time.max_days} {t.lead_time.after}".strip()] if t.lead_time else []
    yield "payment", [" ".join(sorted(_payment(t.payment)))] if t.payment else []
    yield "sample", [_sample(t)] if _sample(t) else []
    yield "courier", [t.courier] if t.courier else []
    yield "number", [d.number for d in t.doc_numbers]
    yield "hs", list(t.hs_codes)
    yield "need_by", [str(t.need_by)] if t.need_by else []
    yield "product", [t.product.casefold()] if t.product else []
    yield "line", [_line(line) for line in t.lines]


def _line(line: Line) -> str:
    """Such as "bench vise bv-6; 240 pc; 31.5 USD"."""
    quantity = line.quantity and f"{line.quantity.amount.normalize() + 0:f} {_UNIT_OF.get(line.quantity.unit.casefold(), line.quantity.unit.casefold())}"
    return f"{line.item.casefold()}; {quantity or ''}; {_price(line.price) if line.price else ''}"


def _price(p: Price) -> str:
    return f"{Decimal(p.amount).normalize() + 0:f} {p.currency or 'XXX'}"


def _unit(p: Price) -> str:
    return f"{_price(p)} {_UNIT_OF.get(p.unit.casefold(), p.unit.casefold())}"


def _payment(words: str) -> set[str]:
    ways = set(re.findall(r"T/T|L/C|D/P|D/A|O/A|CAD|PayPal|Western Union|Trade Assurance|net|card|sight", words))
    return ways | set(re.findall(r"\d+", words))


def _sample(t: Terms) -> str:
    fee = t.sample_fee
    if fee is None:
        return ""
    if not fee.amount:
        return "free"
    back = {True: " refundable", False: " nonrefundable", None: ""}[t.sample_refundable]
    return f"{_price(fee)}{back}"


def wanted(entry: dict[str, Any], said: dict[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """What should be said, in the same words; of several right ways to say it ("T/T 100|T/T"), the one that was said."""
    expect = entry["expect"]
    out: dict[str, frozenset[str]] = {}
    for name in TERMS:
        value = expect.get(name, [])
        if name == "line":
            out[name] = frozenset(_line_of(v, said.get(name, frozenset())) for v in value)
            continue
        ways = [str(v).split("|") for v in (value if isinstance(value, list) else [value])]
        out[name] = frozenset(_chosen(_comparable(name, way), said.get(name, frozenset())) for way in _of_unit(name, expect, ways))
    return out


def _of_unit(name: str, expect: dict[str, Any], ways: list[list[str]]) -> list[list[str]]:
    return [[str(v)] for v in expect.get("price", []) if len(str(v).split()) > 2] if name == "unit" else ways


def _chosen(ways: list[str], said: frozenset[str]) -> str:
    return next((w for w in ways if w in said), ways[0])


def _comparable(name: str, values: list[str]) -> list[str]:
    if name == "price":
        return [_plain(" ".join(v.split()[:2])) for v in values]
    if name == "payment":
        return [" ".join(sorted(set(v.split()))) for v in values]
    if name in {"unit", "sample"}:
        return [_plain(v) for v in values]
    return [v.casefold() for v in values] if name == "product" else values


def _line_of(wanted: list[Any], said: frozenset[str]) -> str:
    """The line that says this: its item holds one of the names, its quantity and price are the same; a unit counts where one is wanted."""
    names, amount, unit, price = (str(v) for v in wanted)
    for line in sorted(said):
        item, quantity, money = line.split("; ")
        counted = not amount or (quantity.split(" ")[0] == amount and (not unit or quantity.endswith(f" {unit}")))
        if counted and money == _plain(price) and any(name.casefold() in item for name in names.split("|")):
            return line
    return f"{names}; {amount} {unit}; {price}"


def _plain(price: str) -> str:
    first, _, rest = price.partition(" ")
    return f"{Decimal(first).normalize() + 0:f} {rest}" if re.match(r"\d", first) else price


def compare(entry: dict[str, Any]) -> Iterator[tuple[str, int, int, int]]:
    """Term, right, wrongly found, missed. A unit counts only where one was written down, goods in a quote only where expected."""
    said = found(entry)
    should = wanted(entry, said)
    for name in TERMS:
        got, want = said.get(name, frozenset()), should[name]
        if (name == "product" and not want and entry.get("dir") != "in") or (name == "line" and not want):
            continue
        if name == "unit":
            named = {w.rsplit(" ", 1)[0] for w in want}
            got = frozenset(g for g in got if " ".join(g.split()[:2]) in named)
        yield name, len(got & want), len(got - want), len(want - got)


def score(half: str) -> tuple[dict[str, Counter[str]], dict[str, Counter[str]]]:
    """Counts of right, wrong and missed by term and by language."""
    terms: dict[str, Counter[str]] = {name: Counter() for name in TERMS}
    languages: dict[str, Counter[str]] = {}
    for entry in entries(half).values():
        of_language = languages.setdefault(entry["lang"], Counter())
        for name, right, wrong, missed in compare(entry):
            for counts in (terms[name], of_language):
                counts.update(right=right, wrong=wrong, missed=missed)
    return terms, languages


def rates(counts: Counter[str]) -> tuple[float, float, float]:
    """Precision, recall, F1; 1.0 where there was nothing to find and nothing was found."""
    right, wrong, missed = counts["right"], counts["wrong"], counts["missed"]
    precision = right / (right + wrong) if right + wrong else 1.0
    recall = right / (right + missed) if right + missed else 1.0
    return precision, recall, 2 * right / (2 * right + wrong + missed) if right + wrong + missed else 1.0


def table(half: str) -> str:
    """Both tables in Markdown."""
    terms, languages = score(half)
    lines = [f"{half}: {len(entries(half))} mails", "", "| | named | precision | recall | F1 |", "|---|---|---|---|---|"]
    for name, counts in (*terms.items(), *sorted(languages.items())):
        p, r, f = rates(counts)
        lines.append(f"| {name} | {counts['right'] + counts['missed']} | {p:.2f} | {r:.2f} | {f:.2f} |")
    return "\n".join(lines)


def wrongs(half: str) -> Iterator[str]:
    """Every term that was read wrongly."""
    for id, entry in entries(half).items():
        said = found(entry)
        should = wanted(entry, said)
        for name, right, wrong, missed in compare(entry):
            if wrong or missed:
                yield f"{id} {name}: wanted {sorted(should[name])}, found {sorted(said[name])} ({right} right)"


if __name__ == "__main__":
    chosen = next((a for a in sys.argv[1:] if not a.startswith("-")), "held")
    print(table(chosen))
    if "--wrong" in sys.argv:
        print("\n".join(wrongs(chosen)))

