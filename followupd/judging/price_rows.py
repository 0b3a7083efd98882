"""What do the rows of a table say: which unit prices, which smallest order, which lead time?

A heading row names the columns ("Model | Unit price (USD) | MOQ"), the rows below hold bare figures. Cells are told
apart by bars, tabs or two spaces, which is how HTML tables, PDF pages and worksheets arrive as text. Between blanks a
cell belongs to the heading above it, so that empty and merged cells do no harm; a heading over several columns ("Price,
EUR" above "500 pcs" and "2000 pcs") has all that stand below it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import regex

from followupd.judging.money import COMMA_DECIMAL, CURRENCIES, find_money, parse_amount
from followupd.model import Price

MAX_LINES = 400
MAX_ROWS = 40
_GAP = regex.compile(r"\t+|\s{2,}")
_PRICE = regex.compile(
    r"\bprices?\b|\brate\b|\b(?:fob|exw|cif|cfr|ddp|fca|dap)\b|preis|\bprecio|\bprix\b|\bP\.?\s?U\.?(?=\s|$|\()|\btarif|\bpre[çc]o|\bprezz[oi]"
    r"|(?<!\p{L})цен[аы]|fiyat|سعر|السعر|单价|單價|价格",
    regex.IGNORECASE,
)
_NOT_UNIT = regex.compile(
    r"\b(?:total|amount|sum|subtotal|list|old|value)\b|gesamt|summe|montant|importe|\bvalor\s+total|totale|сумм|всего|итог|toplam|tutar"
    r"|المجموع|الإجمالي|总|金额|合计|小计",
    regex.IGNORECASE,
)
_SAID = regex.compile(
    r"\bMOQ\b|\bmin\w*\s+(?:order|qty|quantity)|Mindest|minim|m[íi]nim|起订|الحد\s+الأدنى|минимал|\blead\s*time|\bdelivery|Lieferzeit|\bd[ée]lai"
    r"|\bplazo|\bprazo|\bconsegna|\bсрок|\bteslim|交期|货期|交货|مدة",
    regex.IGNORECASE,
)
_CURRENCY = regex.compile(
    r"US\$|USD|EUR|€|GBP|£|RMB|CNY|¥|￥|CHF|AED|INR|AUD|CAD|R\$|BRL|TRY|\bTL\b|₺|₽|RUB|руб|PLN|美元|人民币|欧元|\$|元", regex.IGNORECASE
)
_PER = regex.compile(r"(?:/|per|je|par|por|за)\s?(?P<unit>\p{L}{1,8})", regex.IGNORECASE)
_FIGURE = regex.compile(
    r"(?:US\$|USD|EUR|RMB|CNY|GBP|R\$|[€$£¥￥])?\s?(?P<n>\d[\d.,' ]*)\s?(?:USD|EUR|RMB|CNY|руб\.?|TL|元|[€$£¥])?(?P<per>\s?/\s?\p{L}+\.?)?", regex.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with the place of its text in the line."""

    text: str
    start: int
    end: int


@dataclass(slots=True)
class Table:
    """A heading and its rows; ``lines`` are the numbers of all lines that it takes."""

    heading: list[Cell]
    rows: list[list[Cell]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    bars: bool = False
    open_lines: int = 0

    def columns(self) -> list[int]:
        """Those of unit prices."""
        return [n for n, c in enumerate(self.heading) if _PRICE.search(c.text) and not _NOT_UNIT.search(c.text)]

    def below(self, row: list[Cell], column: int) -> list[Cell]:
        """The cells of a row that stand below a heading."""
        if len(row) == len(self.heading):
            return [row[column]]
        if self.bars:
            return row[column : column + 1] if len(row) > column and len(row) >= len(self.heading) - 1 else []
        if len(row) > len(self.heading):
            return row[column:] if column == len(self.heading) - 1 else row[column : column + 1]
        head = self.heading[column]
        right = self.heading[column + 1].start if column + 1 < len(self.heading) else 10_000
        return [c for c in row if c.start < right - 1 and c.end > head.start]


def table_prices(text: str, language: str = "en") -> tuple[tuple[Price, ...], str, tuple[str, ...]]:
    """The prices of all tables, row by row; the text without those tables; what their first rows say of MOQ and lead time."""
    found: list[Price] = []
    said: list[str] = []
    taken: set[int] = set()
    for table in _tables(text):
        prices = [p for column in table.columns() for p in _column(table, column, text, language)]
        if prices:
            found += prices
            taken.update(table.lines)
            said += _said(table)
    rest = "\n".join("" if n in taken else line for n, line in enumerate(text.split("\n")))
    return tuple(found[:MAX_ROWS]), rest if taken else text, tuple(said)


def _tables(text: str) -> Iterator[Table]:
    """Every block of lines that begins with a heading; a wrapped cell on a line of its own does not end it."""
    table: Table | None = None
    for number, line in enumerate([*text.split("\n")[:MAX_LINES], ""]):
        cells = _cells(line)
        if table and line.strip() and (len(cells) > 1 or table.open_lines < 2):
            table.lines.append(number)
            table.open_lines = 0 if len(cells) > 1 else table.open_lines + 1
            if len(cells) > 1 and not _NOT_UNIT.search(cells[0].text):
                table.rows.append(cells)
            continue
        if table and table.rows:
            yield table
        table = Table(cells, lines=[number], bars="|" in line) if _is_heading(cells) else None


_DECIMAL = regex.compile(r"\d[.,]\d")


def _is_heading(cells: list[Cell]) -> bool:
    return len(cells) > 1 and not any(_DECIMAL.search(c.text) for c in cells) and any(_PRICE.search(c.text) and len(c.text) < 40 for c in cells)


def _cells(line: str) -> list[Cell]:
    """Between bars every cell counts, the empty ones too; between blanks only those with text."""
    if "|" in line:
        parts, at, out = line.strip().removeprefix("|").removesuffix("|").split("|"), 0, []
        for part in parts:
            out.append(Cell(part.strip(), at, at + len(part)))
            at += len(part) + 1
        return out
    out, at = [], 0
    for gap in [*_GAP.finditer(line), None]:
        end = gap.start() if gap else len(line)
        if line[at:end].strip():
            out.append(Cell(line[at:end].strip(), at, end))
        at = gap.end() if gap else end
    return out


def _column(table: Table, column: int, text: str, language: str) -> Iterator[Price]:
    currency = _currency(table.heading, text)
    per = _PER.search(table.heading[column].text)
    unit = per["unit"].lower() if per else ""
    for row in table.rows:
        for cell in table.below(row, column):
            if price := _price(cell.text, currency, unit, language):
                yield Price(price.amount, price.currency, price.unit, " ".join(" ".join(c.text for c in row).split())[:80])


def _currency(heading: list[Cell], text: str) -> str:
    """The currency of the heading, else the only one that the text names; empty for none or several."""
    named = _CURRENCY.search(" ".join(c.text for c in heading))
    marks = {named.group(0)} if named else {m.group(0) for m in _CURRENCY.finditer(text[:5000])}
    codes = {CURRENCIES.get(mark.casefold(), "").replace("$", "USD") for mark in marks}
    return codes.pop() if len(codes) == 1 else ""


def _price(cell: str, currency: str, unit: str, language: str) -> Price | None:
    """The figure of a price cell, with the cell's own currency and unit where it names them."""
    match = _FIGURE.fullmatch(cell)
    if not match:
        return None
    own = find_money(cell, language)
    amount = own[0].amount if own else parse_amount(match["n"].strip(), language in COMMA_DECIMAL)
    if not amount:
        return None
    per = (match["per"] or "").strip(" /.").lower()
    return Price(amount, own[0].currency if own else currency, per or unit, cell)


def _said(table: Table) -> Iterator[str]:
    """Such as "MOQ (pcs): 500", from the first row that has it."""
    for column, head in enumerate(table.heading):
        if not _SAID.search(head.text):
            continue
        cell = next((c[0].text for row in table.rows if (c := table.below(row, column)) and regex.search(r"\d", c[0].text)), "")
        if cell:
            yield f"{head.text.rstrip(' :：')}: {cell}"
