"""Our own quotes in files: what they say, and what a hostile file costs."""

from __future__ import annotations

import os
import time
from email.message import EmailMessage
from functools import cache

import pytest

from followupd.papers.ask import quotes_in, text_of
from followupd.papers.names import MAX_SIZE, Paper, kind_of_quote
from tests.papers import files

PDF, XLSX = "application/pdf", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BOUND = 15.0
"""Seconds that no file may exceed, start of the reader included."""


@pytest.mark.parametrize(
    ("name", "type_", "size", "kind"),
    [
        ("Quotation Q-118.pdf", PDF, 90_000, "pdf"),
        ("PI_KH2026.pdf", PDF, 90_000, "pdf"),
        ("报价单.xlsx", XLSX, 20_000, "xlsx"),
        ("Angebot 4711.pdf", "application/octet-stream", 20_000, "pdf"),
        ("коммерческое предложение.pdf", PDF, 20_000, "pdf"),
        ("teklif.xlsx", XLSX, 20_000, "xlsx"),
        ("Quotation.pdf", PDF, 5 * MAX_SIZE, ""),
        ("catalogue with price list.pdf", PDF, 20_000, ""),
        ("CE certificate.pdf", PDF, 20_000, ""),
        ("Quotation.exe", "application/octet-stream", 20_000, ""),
        ("Quotation.pdf", "image/jpeg", 20_000, ""),
        ("pipe.pdf", PDF, 20_000, ""),
        ("scan0001.pdf", PDF, 20_000, ""),
    ],
)
def test_a_quote_is_told_before_it_is_fetched(name: str, type_: str, size: int, kind: str) -> None:
    assert kind_of_quote(name, type_, size) == kind


def test_a_pdf_keeps_its_columns_and_lines() -> None:
    lines = text_of(Paper("q.pdf", "pdf", files.a_pdf())).splitlines()
    assert [cell for cell in lines[1].split("  ") if cell.strip()][3].strip() == "Unit price (USD)"
    assert "Payment: T/T 30% deposit, 70% before shipment" in lines


def test_a_workbook_gives_values_with_the_currency_of_their_format() -> None:
    rows = [("Model", "Qty", "Unit price"), ("A1", 100, 2.35), ("A2", 200, 1.125), (), ("Validity", "30 days"), ("Sum", "=1+1", 3)]
    text = text_of(Paper("q.xlsx", "xlsx", files.an_xlsx(rows, {"C2": '"US$"#,##0.00', "C3": "[$€-407] #,##0.000"})))
    assert text.splitlines() == [
        "Model | Qty | Unit price", "A1 | 100 | US$ 2.35", "A2 | 200 | € 1.1250", "", "Validity: 30 days", "Sum |  | 3",
    ]  # fmt: skip


@cache
def bombs() -> dict[str, tuple[str, bytes]]:
    """Files that were made to hurt, each with its kind."""
    sheet = files.an_xlsx([("Model", "Price")])
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    laugh = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
    )
    outside = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + head
    cell = b'<row r="1"><c r="A1" t="inlineStr"><is><t>&%s;</t></is></c></row></sheetData></worksheet>'
    rows = b"<row r='1'><c r='A1'><v>1</v></c></row>" * 2_000_000
    kids = b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 99999999/Parent 2 0 R>>"
    deep = b"<</Type/Catalog/Pages 2 0 R/Names " + b"[" * 100_000 + b"]" * 100_000 + b">>"
    return {
        "a billion laughs": ("xlsx", files.with_sheet(sheet, laugh + b"]>" + head + cell % b"j")),
        "an entity from outside": ("xlsx", files.with_sheet(sheet, outside + cell % b"a")),
        "a zip bomb": ("xlsx", files.with_sheet(sheet, head + rows + b"</sheetData></worksheet>")),
        "a row past the end": ("xlsx", files.with_sheet(sheet, head + b'<row r="99999999"><c r="ZZZ99999999"><v>1</v></c></row></sheetData></worksheet>')),
        "a torn workbook": ("xlsx", sheet[: len(sheet) // 2]),
        "octets": ("xlsx", b"PK\x03\x04" + os.urandom(4000)),
        "pages that hold themselves": ("pdf", files.pdf_of_objects(b"<</Type/Catalog/Pages 2 0 R>>", kids)),
        "a nest of brackets": ("pdf", files.pdf_of_objects(deep, kids)),
        "a stream of streams": ("pdf", files.pdf_with_content(files.stream(b" " * 200_000_000, 3))),
        "a million words": ("pdf", files.pdf_with_content(files.stream(b"BT /F1 9 Tf " + b"1 0 0 1 9 9 Tm (word) Tj " * 1_000_000 + b"ET"))),
        "a locked file": ("pdf", files.a_pdf(password="secret")),
        "a torn file": ("pdf", files.a_pdf()[:900]),
        "garbage": ("pdf", b"%PDF-1.7\n" + os.urandom(20_000)),
        "something else": ("pdf", b"MZ" + os.urandom(2000)),
    }


@pytest.mark.parametrize("case", list(bombs()))
def test_a_hostile_file_costs_bounded_time_and_stops_nothing(case: str) -> None:
    kind, content = bombs()[case]
    began = time.monotonic()
    text = text_of(Paper("q", kind, content))
    assert time.monotonic() - began < BOUND
    assert len(text) <= 60_000
    assert "root:" not in text


def test_what_the_parser_cannot_bear_dies_with_its_child() -> None:
    """Control: without the limit of waiting this file would be read to its end."""
    busy = files.pdf_with_content(files.stream(b"BT /F1 9 Tf " + b"1 0 0 1 9 9 Tm (word) Tj " * 1_000_000 + b"ET"))
    began = time.monotonic()
    assert text_of(Paper("q.pdf", "pdf", busy), wait=0.5) == ""
    assert time.monotonic() - began < 3


def test_the_child_sees_no_secret_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    from followupd.papers import ask

    monkeypatch.setenv("MAIL_PASSWORD", "secret")
    assert "MAIL_PASSWORD" not in ask._surroundings()


def test_the_quotes_of_a_whole_mail_are_found_under_encoded_names() -> None:
    mail = EmailMessage()
    mail["Subject"] = "offer"
    mail.set_content("attached")
    mail.add_attachment(files.a_pdf(), maintype="application", subtype="pdf", filename="报价单.pdf")
    mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="certificate.pdf")
    found = quotes_in(mail)
    assert [(p.filename, p.kind) for p in found] == [("报价单.pdf", "pdf")]
    assert found[0].content.startswith(b"%PDF-")
