"""What does a workbook say? Values as last calculated, never formulas, links or macros (openpyxl, read-only)."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

MAX_ENTRIES = 300
MAX_UNPACKED = 30_000_000
"""Octets of all entries together when unpacked."""
MAX_SHEETS = 4
MAX_ROWS = 400
MAX_COLUMNS = 40
MAX_CELL = 300
MAX_TEXT = 60_000
_MARK = re.compile(r"\[\$([^\]\-]{1,5})(?:-[0-9A-Fa-f]+)?\]|\"([^\"]{1,6})\"|([$€£¥₹₽₺])")
_MONEY = re.compile(r"[A-Z]{3}|(?:[A-Z]{1,2})?[$€£¥₹₽₺]|元")


def xlsx_text(data: bytes) -> str:
    """The visible sheets, a line for a row, cells apart by bars. Raises ValueError for a file that unpacks too large."""
    _weigh(data)
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    lines: list[str] = []
    for sheet in [s for s in book.worksheets if s.sheet_state == "visible"][:MAX_SHEETS]:
        sheet.reset_dimensions()
        rows = sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS)
        lines += [*(_line(row) for row in rows), ""]
    return "\n".join(lines)[:MAX_TEXT]


def _weigh(data: bytes) -> None:
    """Refuse a bomb by its own table of contents; zipfile unpacks no more than that table says."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        entries = packed.infolist()
        if len(entries) > MAX_ENTRIES or sum(e.file_size for e in entries) > MAX_UNPACKED:
            raise ValueError("it unpacks to more than a quote can be")


def _line(row: Iterable[Any]) -> str:
    """Inner empty cells are kept, so that a figure stands below its heading."""
    cells = [_shown(cell) for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    filled = [c for c in cells if c]
    if len(filled) == 2 and not filled[1][-1:].isdecimal():
        return f"{filled[0].rstrip(' :：')}: {filled[1]}"
    return " | ".join(cells) if len(filled) > 1 else "".join(filled)


def _shown(cell: Any) -> str:
    """A value in words; a figure with the currency of its format. Three decimals get a fourth: 1.125 is no thousand."""
    value = cell.value
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if not isinstance(value, int | float):
        return " ".join(str(value)[:MAX_CELL].replace("|", "/").split())
    figure = f"{value:.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    if len(figure.partition(".")[2]) == 3:
        figure += "0"
    return f"{_currency(cell.number_format)}{figure}"


def _currency(number_format: str) -> str:
    """``USD `` of a cell formatted as money, else nothing."""
    for match in _MARK.finditer(str(number_format or "")[:100]):
        mark = str(next(g for g in match.groups() if g)).strip()
        if _MONEY.fullmatch(mark):
            return f"{mark} "
    return ""
