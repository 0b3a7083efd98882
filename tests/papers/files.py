"""Quotes as files, made by the tests: good ones and hostile ones."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Sequence

from fpdf import FPDF
from openpyxl import Workbook

ROWS = (
    ("Model", "Description", "Qty", "Unit price (USD)", "Amount"),
    ("WL-200", "LED work lamp 50W", "1000 pcs", "2.35", "2350.00"),
    ("WL-300", "LED work lamp 80W", "500 pcs", "3.40", "1700.00"),
)
TERMS = (
    "Price term: FOB Ningbo",
    "MOQ: 500 pcs",
    "Lead time: 25-30 days after deposit",
    "Payment: T/T 30% deposit, 70% before shipment",
    "Validity: 20 days",
)


def a_pdf(rows: Iterable[Sequence[str]] = ROWS, lines: Sequence[str] = TERMS, *, password: str = "") -> bytes:
    """A quotation with a table and terms below it."""
    pdf = FPDF()
    if password:
        pdf.set_encryption(owner_password=password + "owner", user_password=password)
    pdf.add_page()
    pdf.set_font("Helvetica", size=11)
    pdf.cell(0, 8, "QUOTATION No. Q-2026-118", new_x="LMARGIN", new_y="NEXT")
    with pdf.table() as table:
        for row in rows:
            line = table.row()
            for cell in row:
                line.cell(cell)
    pdf.ln(8)
    pdf.multi_cell(0, 6, "\n".join(lines))
    return bytes(pdf.output())


def an_xlsx(rows: Iterable[Sequence[object]], formats: dict[str, str] | None = None) -> bytes:
    """A workbook of one sheet."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    for place, form in (formats or {}).items():
        sheet[place].number_format = form
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_sheet(workbook: bytes, xml: bytes) -> bytes:
    """The workbook with other octets for its first sheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, xml if name == "xl/worksheets/sheet1.xml" else old.read(name))
    return out.getvalue()


def pdf_of_objects(*objects: bytes) -> bytes:
    """A PDF by hand: objects 1, 2, ... and the catalogue as object 1."""
    out = b"%PDF-1.7\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % at for at in places)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return out + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def stream(data: bytes, times: int = 1) -> bytes:
    """A stream object, packed ``times`` times over."""
    for _ in range(times):
        data = zlib.compress(data, 9)
    filters = b" ".join([b"/FlateDecode"] * times)
    return b"<</Length %d/Filter[%s]>>stream\n%s\nendstream" % (len(data), filters, data)


def pdf_with_content(content: bytes) -> bytes:
    """One page whose content is that stream object."""
    return pdf_of_objects(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        content,
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
