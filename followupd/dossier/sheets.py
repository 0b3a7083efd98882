"""A dossier as tables: the timeline as CSV, quotes and samples as a workbook.

A cell that a spreadsheet would take for a formula is made text: what strangers wrote is never executed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from followupd.dossier.gather import Dossier

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""The wide ones, too: Excel in Chinese and Japanese takes them for the others."""
LONGEST = 30_000
"""Characters of a cell; a spreadsheet takes 32,767."""
TIMELINE = ("when_utc", "what", "side", "who", "subject", "detail", "thread")
QUOTES = (
    "quote", "sent", "item", "price", "currency", "unit", "incoterm", "valid until", "moq", "lead time", "payment", "lacks", "file",
    "thread",
)  # fmt: skip
SAMPLES = ("stage", "parcel", "arrives", "told by", "since", "thread")


def timeline_csv(dossier: Dossier) -> bytes:
    """UTF-8 with a mark at its head, so that Excel shows Chinese."""
    rows = [(_minute(e.at), e.what, e.side, e.who, e.subject, e.detail, e.thread) for e in dossier.timeline]
    return as_csv(TIMELINE, rows)


def as_csv(names: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A table as RFC 4180 has it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def harmless(cell: object) -> str:
    """A cell's text without control characters; what would be a formula begins with an apostrophe."""
    said = "" if cell is None else str(cell)
    text = "".join(c if c.isprintable() else " " for c in said)[:LONGEST]
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text


def _minute(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M")


def workbook(dossier: Dossier) -> bytes:
    """Two sheets, quotes and samples; figures as numbers, days as dates."""
    quotes: list[tuple[object, ...]] = [
        (o.number, o.sent.date(), o.item, o.amount, o.currency, o.unit, o.incoterm, o.until, o.moq, o.lead_time, o.payment,
         ", ".join(o.missing), o.source, o.thread)
        for o in dossier.offers
    ]  # fmt: skip
    samples: list[tuple[object, ...]] = [
        (s.stage.removeprefix("sample_"), s.parcel, s.arrives, s.told_by, s.at.date() if s.at else None, s.thread) for s in dossier.samples
    ]
    return _book((("quotes", QUOTES, quotes), ("samples", SAMPLES, samples)))


def _book(sheets: Iterable[tuple[str, Sequence[str], list[tuple[object, ...]]]]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    book.remove(book.worksheets[0])
    for title, names, rows in sheets:
        sheet = book.create_sheet(title)
        sheet.append(list(names))
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        for row in rows:
            sheet.append([_value(cell) for cell in row])
        sheet.freeze_panes = "A2"
        for column in sheet.columns:
            widest = max(len(str(cell.value or "")) for cell in column)
            sheet.column_dimensions[column[0].column_letter].width = min(48, max(10, widest + 2))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _value(cell: object) -> Any:
    """Numbers and days as such, everything else as harmless text."""
    return cell if isinstance(cell, date | Decimal | int | float) or cell is None else harmless(cell)
