"""Whole quotes as they are sent: every term of a mail at once."""

from __future__ import annotations

from datetime import date

import pytest
from judging_at_hand import mail, tables

from followupd.judging.terms import extract_terms

MAILS = [
    (
        "Dear John, thanks for your interest. Our best price for the 40W panel is $11.80 FOB Shenzhen. "
        "MOQ is 200pcs. Production takes around 3 weeks after we get the deposit. Payment by T/T, 30% "
        "down and 70% before delivery. This quote expires in 15 days.",
        ["11.80"],
        ("FOB", "Shenzhen"),
        200,
        date(2026, 12, 8),
        21,
        "30%",
    ),
    (
        "Hi Maria,\nX200: 4.15 USD/pc\nX300: 5.60 USD/pc\nIncoterms: EXW Ningbo\nMinimum quantity: 300 "
        "pcs per model\nDelivery: 20-25 days\nPayment terms: 100% before shipment\nPrice validity: "
        "until 20.12.2026",
        ["4.15", "5.60"],
        ("EXW", "Ningbo"),
        300,
        date(2026, 12, 20),
        20,
        "100%",
    ),
    (
        "We can offer you EUR 3,20 per piece CIF Rotterdam, offer good for one month.",
        ["3.20"],
        ("CIF", "Rotterdam"),
        None,
        date(2026, 12, 23),
        None,
        "",
    ),
    (
        "Please find our quotation: unit price US$ 86.5/set CFR Santos Brazil, delivery time 35 days "
        "upon receipt of the deposit, L/C at sight acceptable, offer valid through 31 Dec 2026.",
        ["86.5"],
        ("CFR", "Santos Brazil"),
        None,
        date(2026, 12, 31),
        35,
        "L/C at sight",
    ),
    (
        "Price: USD1280/MT, CNF Karachi. Min order 1x20' FCL. Shipment within 2 weeks after order "
        "confirmation. TT 20% advance, balance against scanned documents. Firm until Friday.",
        ["1280"],
        ("CNF", "Karachi"),
        1,
        date(2026, 11, 27),
        14,
        "20%",
    ),
    (
        "For 500 pcs the price would be 7.90$, for 1000 pcs 7.40$. All DDP Lyon. Prices are kept until "
        "the end of December.",
        ["7.90", "7.40"],
        ("DDP", "Lyon"),
        None,
        date(2026, 12, 31),
        None,
        "",
    ),
    (
        "Our price is USD 0.0125 per bag, packed 2000 bags/carton, MOQ 100,000 bags, lead time 15 "
        "working days after artwork confirmation; payment 50% deposit and 50% before loading",
        ["0.0125"],
        None,
        100000,
        None,
        21,
        "50%",
    ),
    (
        "We have recalculated: USD 44.00/unit FOB Xiamen instead of USD 46.50. The new price holds for "
        "orders confirmed before 10 December.",
        ["44.00"],
        ("FOB", "Xiamen"),
        None,
        date(2026, 12, 10),
        None,
        "",
    ),
    (
        "Sample: USD 30 + courier USD 45. Bulk: USD 12.40 each FCA Shanghai Airport. Samples ready in 4 "
        "days, bulk in 30 days.",
        ["12.40"],
        ("FCA", "Shanghai Airport"),
        None,
        None,
        30,
        "",
    ),
    (
        "The total for 2 x 40HQ comes to USD 58,400.00 CIF Valparaiso. Unit price USD 14.60/m2. "
        "Quotation no. TQ-8841, valid 7 days.",
        ["14.60"],
        ("CIF", "Valparaiso"),
        None,
        date(2026, 11, 30),
        None,
        "",
    ),
    (
        "Quote valid for 30 days from today. HS code 8513.10. Price $3.35 per pc, FOB Yantian port. We "
        "need 40 days for production. Net 30 days for repeat orders.",
        ["3.35"],
        ("FOB", "Yantian"),
        None,
        date(2026, 12, 23),
        40,
        "net 30",
    ),
    ("RMB 68/pc including 13% VAT, EXW our factory in Yiwu, minimum 50 pcs.", ["68"], ("EXW", ""), 50, None, None, ""),
]


@pytest.mark.parametrize(
    ("text", "prices", "incoterm", "moq", "until", "days", "payment"), MAILS, ids=[m[0][:30] for m in MAILS]
)
def test_a_quote_is_read_whole(
    text: str,
    prices: list[str],
    incoterm: tuple[str, str],
    moq: int | None,
    until: date | None,
    days: int | None,
    payment: str,
) -> None:
    found = extract_terms(mail(text), tables())  # type: ignore[arg-type]
    assert [str(p.amount) for p in found.prices] == prices
    assert (found.incoterm and (found.incoterm.term, found.incoterm.place)) == incoterm
    assert (found.moq and int(found.moq.amount)) == moq
    assert (found.validity and found.validity.until) == until
    assert (found.lead_time and found.lead_time.min_days) == days
    assert payment.casefold() in found.payment.casefold()
    assert bool(payment) == bool(found.payment)
