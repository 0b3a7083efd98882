"""Which unit prices stand in a table?

A heading row names the columns ("Model | Unit price (USD) | MOQ"), the rows below hold bare figures. Cells are told
apart by bars, tabs or two spaces, which is how HTML tables arrive as text. A row counts only when it has as many cells
as the heading.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex

from followupd.judging.money import COMMA_DECIMAL, CURRENCIES, find_money, parse_amount
from followupd.model import Price

MAX_LINES = 400
MAX_ROWS = 40
_CELL = regex.compile(r"\s*\|\s*|\t+|\s{2,}")
_PRICE = regex.compile(
    r"\b(?:unit\s+)?price\b|\b(?:fob|exw|cif|cfr|ddp|fca|dap)\b|单价|\bpreis\b|\bprecio\b|\bprix\b|\bцена\b", regex.I
)
_NOT_UNIT = regex.compile(r"\b(?:total|amount|sum|subtotal|list|old)\b", regex.IGNORECASE)
_CURRENCY = regex.compile(r"US\$|USD|EUR|€|GBP|£|RMB|CNY|¥|CHF|AED|INR|AUD|CAD|\$", regex.IGNORECASE)
_PER = regex.compile(r"(?:/|per)\s?(?P<unit>\p{L}{1,8})", regex.IGNORECASE)
_FIGURE = regex.compile(
    r"(?:US\$|USD|EUR|[€$£¥])?\s?(?P<n>\d[\d.,' ]*)\s?(?:USD|EUR|RMB|[€$])?(?:\s?/\s?\p{L}+)?", regex.IGNORECASE
)


def table_prices(text: str, language: str = "en") -> tuple[Price, ...]:
    """The prices of all tables in a text, row by row; empty where no heading names a price and a currency."""
    found: list[Price] = []
    for heading, rows in _tables(text):
        column = next((n for n, cell in enumerate(heading) if _PRICE.search(cell) and not _NOT_UNIT.search(cell)), None)
        currency = _currency(heading, text)
        if column is None or not currency:
            continue
        per = _PER.search(heading[column])
        for row in rows:
            if price := _price(row, column, currency, per["unit"].lower() if per else "", language):
                found.append(price)
    return tuple(found[:MAX_ROWS])


def _tables(text: str) -> Iterator[tuple[list[str], list[list[str]]]]:
    """Heading and rows of every block of lines that begins with a heading."""
    heading: list[str] = []
    rows: list[list[str]] = []
    for line in [*text.splitlines()[:MAX_LINES], ""]:
        cells = [c for c in _CELL.split(line.strip(" |\t")) if c]
        if heading and len(cells) == len(heading):
            rows.append(cells)
            continue
        if heading and rows:
            yield heading, rows
        heading, rows = (cells, []) if len(cells) > 1 and any(_PRICE.search(c) for c in cells) else ([], [])


def _currency(heading: list[str], text: str) -> str:
    """The currency of the heading, else the only one that the text names."""
    named = _CURRENCY.search(" ".join(heading))
    marks = {named.group(0)} if named else {m.group(0) for m in _CURRENCY.finditer(text[:5000])}
    codes = {CURRENCIES[mark.casefold()].replace("$", "USD") for mark in marks}
    return codes.pop() if len(codes) == 1 else ""


def _price(row: list[str], column: int, currency: str, unit: str, language: str) -> Price | None:
    """The figure of a row's price cell; a cell that names its own currency is left to the ordinary reader."""
    cell = row[column]
    match = _FIGURE.fullmatch(cell.strip())
    if not match or find_money(cell, language):
        return None
    amount = parse_amount(match["n"], language in COMMA_DECIMAL)
    return Price(amount, currency, unit, " ".join(row)[:80]) if amount else None
