"""Card, vCard, CSV and workbook: what strangers wrote stays text in each of them."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from followupd.dossier.markdown import card, plain
from followupd.dossier.sheets import QUOTES, SAMPLES, harmless, timeline_csv, workbook
from followupd.dossier.vcard import FOLD, vcard
from tests.dossier.room import BUYER, HOSTILE, NOW, dossier


def parsed(raw: bytes) -> dict[str, str]:
    """Property > value, by RFC 6350: unfold (3.2), then undo the escapes (3.4)."""
    text = raw.decode()
    assert "\n" not in text.replace("\r\n", "")
    lines = text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")
    assert (lines[0], lines[1], lines[-1]) == ("BEGIN:VCARD", "VERSION:4.0", "END:VCARD")
    pairs = [line.partition(":") for line in lines[1:-1]]
    assert all(colon and re.fullmatch(r"[A-Z]+(;[A-Z]+=[a-z,]+)*", name) for name, colon, _ in pairs), lines
    return {name.partition(";")[0]: value for name, _, value in pairs}


def unescaped(value: str) -> str:
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], value)


def test_a_vcard_folds_and_escapes_as_the_rfc_says() -> None:
    raw = vcard(dossier(grade_why=HOSTILE), NOW)
    assert all(len(line) <= FOLD for line in raw.split(b"\r\n"))
    assert any(line.startswith(b" ") for line in raw.split(b"\r\n"))
    found = parsed(raw)
    assert unescaped(found["FN"]) == BUYER.name
    assert unescaped(found["ORG"]) == BUYER.company
    assert found["N"].endswith(";;Ms.;")
    assert re.sub(r"\\.", "", found["N"]).count(";") == 4
    assert (found["TEL"], found["IMPP"], found["TZ"]) == ("tel:+4930123456", "wechat:anna%3Bs", "Europe/Berlin")
    assert found["URL"] == "https://www.armaturen.example/x%3Fy"
    assert found["REV"] == "20261123T090000Z"
    assert raw.count(b"BEGIN:VCARD") == 2, "the one in the note is text"
    assert b"\x1b" not in raw


def test_the_timeline_opens_in_excel_and_runs_nothing() -> None:
    raw = timeline_csv(dossier())
    assert raw.startswith(b"\xef\xbb\xbfwhen_utc,what,")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    assert rows[1][:4] == ["2026-11-23 09:00", "mail", "buyer", "anna@armaturen.example"]
    assert rows[1][4].startswith("'=cmd")
    assert rows[1][5] == "'-2+3"
    assert len(rows) == 2


@pytest.mark.parametrize("said", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "\x00=1", "\n@x", "＝1", "\u3000＠x"])
def test_no_cell_begins_as_a_formula(said: str) -> None:
    assert harmless(said).startswith("'")
    assert harmless(None) == ""
    assert harmless("a=1") == "a=1"


def test_the_workbook_has_figures_days_and_no_formula() -> None:
    book = load_workbook(io.BytesIO(workbook(dossier())))
    assert book.sheetnames == ["quotes", "samples"]
    quotes, samples = book["quotes"], book["samples"]
    assert [c.value for c in quotes[1]] == list(QUOTES)
    assert [c.value for c in samples[1]] == list(SAMPLES)
    row = dict(zip(QUOTES, (c.value for c in quotes[2]), strict=True))
    assert Decimal(str(row["price"])) == Decimal("2.3")
    assert (row["valid until"], row["file"]) == (datetime(2026, 12, 1), "报价单.xlsx")  # noqa: DTZ001 - days have no zone
    assert str(row["item"]).startswith("'=cmd")
    assert {c.data_type for sheet in book for cells in sheet for c in cells} <= {"s", "n", "d"}
    assert samples[2][1].value == "'+DHL 1"


def test_an_empty_dossier_has_its_sheets_all_the_same() -> None:
    book = load_workbook(io.BytesIO(workbook(dossier(offers=(), samples=()))))
    assert [sheet.max_row for sheet in book] == [1, 1]


def test_the_page_is_text_whatever_it_tells() -> None:
    page = card(dossier(), [("role", HOSTILE)], "Asia/Shanghai", NOW)
    assert "<script" not in page.replace("\\<", "")
    assert "\x1b" not in page
    assert "2026-11-23 17:00 | buyer mail" in page, "by the user's own clock"
    tables = [line for line in page.splitlines() if line.startswith("| a1")]
    assert tables
    assert all(len(re.findall(r"(?<!\\)\|", line)) == 6 for line in tables), "a bar in a subject makes no column"
    assert "a.schmidt@other.example" in page.replace("\\", "")


@pytest.mark.parametrize("said", ["https://evil.example/x", "see HTTP://evil.example", "www.evil.example", "ftp://a.example", "mailto:a"])
def test_an_address_of_a_page_is_text_and_no_link(said: str) -> None:
    """GFM 6.9: bare addresses become links where nothing stands between their parts."""
    told = plain(said)
    assert not re.search(r"(?i)(?:https?|ftp)://|www\.|mailto:", told)
    assert told.replace("\\", "") == said
