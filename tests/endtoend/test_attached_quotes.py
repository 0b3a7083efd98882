"""A quote that stands only in a file of ours in Sent, from Dovecot to ``show``."""

from __future__ import annotations

import os
from decimal import Decimal
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path

import pytest

from tests.endtoend.office import BUYER, Office, ago, text
from tests.papers.files import ROWS, a_pdf, an_xlsx
from tests.servers.dovecot import Dovecot

XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


@pytest.fixture
def office(dovecot: Dovecot, user: str, tmp_path: Path) -> Office:
    return Office(dovecot, user, tmp_path)


def reply(
    office: Office, inquiry: EmailMessage, files: list[tuple[str, tuple[str, str], bytes]], *, ours: bool = True
) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = (office.us, inquiry["From"]) if ours else (inquiry["From"], office.us)
    mail["Date"], mail["Message-ID"] = format_datetime(ago(9)), make_msgid(domain="brightway.test")
    mail["Subject"], mail["In-Reply-To"] = f"Re: {inquiry['Subject']}", inquiry["Message-ID"]
    mail.set_content("Dear Anna,\n\nthank you for your inquiry. Please find our offer attached.\n\nBest regards\nLily\n")
    for name, (main, sub), content in files:
        mail.add_attachment(content, maintype=main, subtype=sub, filename=name)
    office.deliver(mail.as_bytes(), "Sent" if ours else "INBOX", ago(9))
    return mail


def test_a_pdf_beside_a_large_photo_and_a_small_workbook(office: Office) -> None:
    one = office.mail(text("inquiry_valves"), BUYER, office.us, ago(10), subject="Work lamps")
    two = office.mail(text("inquiry_valves"), "Ben <ben@other.example>", office.us, ago(10), subject="Floor lamps")
    photo = ("IMG_1.jpg", ("image", "jpeg"), os.urandom(90_000))
    reply(office, one, [photo, ("Quotation Q-2026-118.pdf", ("application", "pdf"), a_pdf())])
    rows = [("Model", "Qty", "Unit price (EUR)"), ("A1", 100, 7.5), (), ("Validity", "30 days")]
    reply(office, two, [("报价单 A1.xlsx", XLSX, an_xlsx(rows))])
    office.once()

    first, second = (office.row(mail) for mail in (one, two))
    assert first
    assert first.facts
    assert second
    assert second.facts
    quote, other = first.facts.quotes[-1], second.facts.quotes[-1]
    assert [p.amount for p in quote.terms.prices] == [Decimal("2.35"), Decimal("3.40")]
    assert (quote.source, quote.number, quote.terms.payment) == (
        "Quotation Q-2026-118.pdf", "Q-2026-118", "T/T, 30% deposit, 70% before shipment",
    )  # fmt: skip
    assert (quote.valid_until is not None, quote.terms.moq is not None) == (True, True)
    assert ([(p.amount, p.currency) for p in other.terms.prices], other.source) == ([(Decimal("7.5"), "EUR")], "报价单 A1.xlsx")
    for command in ("show", "explain"):
        assert "(in Quotation Q-2026-118.pdf)" in office.call(command, first.facts.thread_id).stdout


@pytest.mark.parametrize("padding", [0, 90_000])
def test_what_a_buyer_attaches_is_never_opened(office: Office, padding: int) -> None:
    one = office.mail(text("inquiry_valves"), BUYER, office.us, ago(10), subject="Work lamps")
    photo = [("IMG_1.jpg", ("image", "jpeg"), os.urandom(padding))] if padding else []
    theirs = reply(office, one, [*photo, ("Quotation.pdf", ("application", "pdf"), a_pdf(ROWS))], ours=False)
    ours = reply(office, one, [*photo, ("certificate.pdf", ("application", "pdf"), a_pdf(ROWS))])
    office.once()
    row = office.row(one)
    assert row
    assert row.facts
    assert row.facts.quotes == ()
    thread = office._look(lambda index, _: index.thread(row.facts.thread_id))
    assert thread is not None
    attached = {a.filename: a.text for m in thread.messages for a in m.attachments}
    assert len(thread.messages) == 3, (theirs["Message-ID"], ours["Message-ID"])
    assert {attached["Quotation.pdf"], attached["certificate.pdf"]} == {""}
