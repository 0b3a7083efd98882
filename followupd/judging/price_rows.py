"""What do the rows of a table say: which items, how many, at which unit prices, which smallest order, which lead time?

A heading row names the columns ("Model | Unit price (USD) | MOQ"), the rows below hold bare figures. Cells are told
apart by bars, tabs or two spaces, which is how HTML tables, PDF pages and worksheets arrive as text. Between blanks a
cell belongs to the heading above it, so that empty and merged cells do no harm; a heading over several columns ("Price,
EUR" above "500 pcs" and "2000 pcs") has all that stand below it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import regex

from followupd.judging.counts import amount_of
from followupd.judging.money import COMMA_DECIMAL, CURRENCIES, find_money, parse_amount
from followupd.model import Line, Price, Quantity

MAX_LINES = 400
MAX_ROWS = 40
_GAP = regex.compile(r"\t+|\s{2,}")
_PRICE = regex.compile(
    r"\bvalor\s+unit\w*|\bv\.?\s?unit|\bunit\s+cost|\bp\.?\s?unit|\bcosto\s+unit|\bprices?\b|\brate\b|\b(?:fob|exw|cif|cfr|ddp|fca|dap)\b|preis|\bprecio|\bprix\b|\bP\.?\s?U\.?(?=\s|$|\()|\btarif|\bpre[çc]o|\bprezz[oi]"
    r"|(?<!\p{L})цен[аы]|fiyat|سعر|السعر|单价|單價|价格",
    regex.IGNORECASE,
)
_NOT_UNIT = regex.compile(
    r"\b(?:total|amount|sum|subtotal|list|old|value)\b|gesamt|\bG-?\s?preis|\bGP\b|\bext\.|summe|montant|importe|\bvalor\s+total|totale|сумм|всего|итог|toplam|tutar"
    r"|المجموع|الإجمالي|总|金额|合计|小计",
    regex.IGNORECASE,
)
_SAID = regex.compile(
    r"\bMOQ\b|\bmin\w*\s+(?:order|qty|quantity)|Mindest|minim|m[íi]nim|起订|الحد\s+الأدنى|минимал|\blead\s*time|\bdelivery|Lieferzeit|\bd[ée]lai"
    r"|\bplazo|\bprazo|\bconsegna|\bсрок|\bteslim|交期|货期|交货|مدة",
    regex.IGNORECASE,
)
_CURRENCY = regex.compile(
    r"US\$|USD|\bEUR(?:OS?)?\b|€|\bGBP\b|£|\b(?:RMB|CNY|CHF|AED|INR|AUD|CAD|BRL|TRY|TL|RUB|PLN)\b|¥|￥|R\$|₺|₽|руб|d[óo]lar(?:es)?|dollars?|dolar|долл\w*|евро|юан\w+"
    r"|دولار|يورو|ريال|درهم|美元|美金|人民币|欧元|\$|元",
    regex.IGNORECASE,
)
_COUNTED = regex.compile(
    r"\bq(?:uanti)?ty\b|\bquantit(?:y|ies)\b|\bMenge\b|\bAnzahl\b|\bStückzahl\b|\bcant(?:idad|\.)|\bquantité|\bqté|\bqte\b|\bquantit[àa]|\bq\.?\s?t[àa]\b"
    r"|\bquant(?:idade|\.)|\bqtde?\b|(?<!\p{L})кол(?:ичеств|-во|\.)|\bmiktar|^adet$|الكمية|^كمية|^العدد$|数量|订购量|订货量|數量",
    regex.IGNORECASE,
)
_UNIT_HEAD = regex.compile(
    r"^(?:unit|uom|u/?m|einheit|me|unidad|und\.?|unité|unità|u\.?\s?m\.?|unidade|un\.?|ед\.?(?:\s?изм\.?)?|единица(?:\s+измерения)?|birim|الوحدة|单位|單位)$",
    regex.IGNORECASE,
)
_CODE_HEAD = regex.compile(
    r"\b(?:model|modell|modelo|modello|modèle|sku|part|item\s*(?:no|code|#)|art(?:ikel|icle)?\.?-?\s*(?:no|nr|n[°º])|ref|réf|code|c[óo]d(?:igo|\.)?|codice|stok|kod)\b"
    r"|модель|артикул|型号|型號|货号|الموديل|الطراز|رقم\s+الصنف",
    regex.IGNORECASE,
)
_NAME_HEAD = regex.compile(
    r"\b(?:item|product|goods|description|article|artikel|bezeichnung|désignation|designation|produit|descripci[óo]n|producto|artículo|descrizione|articolo|prodotto"
    r"|descriç[ãa]o|artigo|produto|ürün|açıklama|malzeme)\b|наименован|товар|издели|الصنف|البند|الوصف|المنتج|الخامة|品名|产品|產品|名称|描述",
    regex.IGNORECASE,
)
_WITHIN = regex.compile(r"(?:[(,\[/]\s?|^(?=adet$|stück$|pcs$))(?P<unit>\p{L}{1,8})\.?\s?[)\]]?$", regex.IGNORECASE)
_AMOUNT = regex.compile(r"(?P<n>\d[\d.,' ]*)\s?(?P<unit>\p{L}[\p{L}²³.]{0,11})?")
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

    def headed(self, pattern: regex.Pattern[str]) -> list[int]:
        """Columns whose heading says that."""
        return [n for n, c in enumerate(self.heading) if pattern.search(c.text) and not (_PRICE.search(c.text) or _NOT_UNIT.search(c.text) or _SAID.search(c.text))]

    def names(self) -> list[int]:
        """The columns that say what it is, its code first; a column of running numbers says nothing."""
        codes, names = self.headed(_CODE_HEAD)[:1], [n for n in self.headed(_NAME_HEAD) if not self._runs_on(n)]
        return list(dict.fromkeys((*(n for n in codes if not self._runs_on(n)), *names[:2])))

    def _runs_on(self, column: int) -> bool:
        said = [c[0].text for row in self.rows if (c := self.below(row, column))]
        return not said or all(regex.fullmatch(r"\d{1,3}\.?", text) for text in said)

    def unit_of(self, column: int, pattern: regex.Pattern[str]) -> str:
        """The unit that a heading names: "Количество, шт", "US$/pc"."""
        match = pattern.search(self.heading[column].text)
        unit = str(match["unit"]).lower() if match else ""
        return "" if unit.upper() in {*CURRENCIES.values(), "ОБЩ", "HT", "TTC", "NET"} or _CURRENCY.fullmatch(unit) else unit

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


@dataclass(frozen=True, slots=True)
class Rows:
    """What all tables of a text say, row by row; ``rest`` is the text without them, ``said`` what their first rows say of MOQ and lead time."""

    prices: tuple[Price, ...] = ()
    lines: tuple[Line, ...] = ()
    goods: str = ""
    """The name of the first item."""
    rest: str = ""
    said: tuple[str, ...] = ()


def read_rows(text: str, language: str = "en") -> Rows:
    """The prices and items of all tables of a text."""
    prices: list[Price] = []
    lines: list[Line] = []
    said: list[str] = []
    goods = ""
    taken: set[int] = set()
    for table in _tables(text):
        priced = [p for column in table.columns() for p in _column(table, column, text, language)]
        items = list(_items(table, text, language))
        if priced or items:
            prices += [line.price for line in items if line.price] if len(table.columns()) == 1 and items else priced
            lines += items
            goods = goods or next((_text(table, row, table.names()[-1:]) for row in table.rows if table.names()), "")
            taken.update(table.lines)
            said += _said(table)
    rest = "\n".join("" if n in taken else line for n, line in enumerate(text.split("\n")))
    return Rows(tuple(prices[:MAX_ROWS]), tuple(lines[:MAX_ROWS]), goods, rest if taken else text, tuple(said))


def _items(table: Table, text: str, language: str) -> Iterator[Line]:
    """One line for each row that counts something, or that has one price and names what it is for."""
    counted, unit_column = table.headed(_COUNTED), table.headed(_UNIT_HEAD)
    priced, names = table.columns(), table.names()
    several = len(counted) > 1 or len(priced) > 1 or any(len(table.below(row, priced[0])) > 1 for row in table.rows if priced)
    if several or not (counted or (names and priced)):
        return
    counted_in = table.unit_of(counted[0], _WITHIN) if counted else ""
    currency = _currency(table.heading, text) if priced else ""
    per = table.unit_of(priced[0], _PER) if priced else ""
    for row in table.rows:
        unit = _plain_unit(_text(table, row, unit_column))
        quantity = _quantity(_text(table, row, counted), unit or counted_in, language)
        price = _price(_text(table, row, priced), currency, per or unit or (quantity.unit.casefold() if quantity and counted_in else ""), language)
        if price:
            price = Price(price.amount, price.currency, price.unit, " ".join(" ".join(c.text for c in row).split())[:80])
        if quantity or price:
            yield Line(" ".join(filter(None, (_text(table, row, [n]) for n in names)))[:80], quantity, price)


def _text(table: Table, row: list[Cell], columns: list[int]) -> str:
    below = table.below(row, columns[0]) if columns else []
    return " ".join(below[0].text.split()) if below else ""


def _plain_unit(said: str) -> str:
    return said.casefold().strip(" .") if regex.fullmatch(r"\p{L}[\p{L}²³. ]{0,11}", said) else ""


def _quantity(said: str, unit: str, language: str) -> Quantity | None:
    match = _AMOUNT.fullmatch(said)
    amount = amount_of(match["n"].strip(), language) if match else None
    return Quantity(amount, (match["unit"] or "").strip(". ") or unit, said) if match and amount else None


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
    if len(cells) < 2 or any(_DECIMAL.search(c.text) for c in cells):
        return False
    short = [c.text for c in cells if len(c.text) < 40]
    if any(map(_PRICE.search, short)):
        return True
    return any(map(_COUNTED.search, short)) and any(_NAME_HEAD.search(text) or _CODE_HEAD.search(text) for text in short)


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
    currency, unit = _currency(table.heading, text), table.unit_of(column, _PER)
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
