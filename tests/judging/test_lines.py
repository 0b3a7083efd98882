"""Items of one mail keep their own quantities and prices."""

from __future__ import annotations

import pytest
from judging_at_hand import mail, tables

from followupd.judging.terms import extract_terms
from followupd.model import Direction, Terms
from followupd.reading.html import html_to_text


def terms(text: str, language: str = "en", direction: Direction = Direction.OUT, subject: str = "") -> Terms:
    return extract_terms(mail(text, language=language, direction=direction, subject=subject), tables())  # type: ignore[arg-type]


def said(found: Terms) -> list[tuple[str, str, str, str]]:
    """Item, quantity, unit, price of each line."""
    return [
        (line.item, str(line.quantity.amount) if line.quantity else "", line.quantity.unit if line.quantity else "", str(line.price.amount) if line.price else "")
        for line in found.lines
    ]


LINES = [
    (
        "a list, the price last",
        "We offer:\n- Vise BV-6: 240 pcs at USD 31.50 each\n- Vise BV-8: 120 pcs at USD 44.20 each\n- Base SB-2: 360 pcs at USD 7.90 each",
        "en", Direction.OUT,
        [("Vise BV-6", "240", "pcs", "31.50"), ("Vise BV-8", "120", "pcs", "44.20"), ("Base SB-2", "360", "pcs", "7.90")],
    ),
    (
        "a sentence, the quantity behind its price",
        "Preise FCA Hamburg: Aktenvernichter AV-8 48,90 EUR (60 Stück), Aktenvernichter AV-12 71,50 EUR (30 Stück).",
        "de", Direction.OUT,
        [("Aktenvernichter AV-8", "60", "Stück", "48.90"), ("Aktenvernichter AV-12", "30", "Stück", "71.50")],
    ),
    (
        "bare numbers before the goods",
        "300 raccordi RC-15 a 2,35 euro, 50 collettori CL-4 a 28,00 euro.",
        "it", Direction.OUT,
        [("raccordi RC-15", "300", "", "2.35"), ("collettori CL-4", "50", "", "28.00")],
    ),
    (
        "what a set holds is no quantity of its own",
        "Jogo de soquetes 46 pçs - 150 jogos - USD 14,80\nChave 13 mm - 600 pçs - USD 1,95",
        "pt", Direction.OUT,
        [("Jogo de soquetes 46 pçs", "150", "jogos", "14.80"), ("Chave 13 mm", "600", "pçs", "1.95")],
    ),
    (
        "steps of one price",
        "USD 1.95 a piece for 1000 pcs, USD 1.72 a piece for 3000 pcs",
        "en", Direction.OUT,
        [("", "1000", "pcs", "1.95"), ("", "3000", "pcs", "1.72")],
    ),
    (
        "an inquiry without a price",
        "请报不锈钢保温杯8000个、玻璃杯3000个，CIF鹿特丹。",
        "zh", Direction.IN,
        [("不锈钢保温杯", "8000", "个", ""), ("玻璃杯", "3000", "个", "")],
    ),
    (
        "goods before their numbers",
        "Интересует арматура стеклопластиковая, 20 000 метров, и сетка базальтовая, 150 рулонов.",
        "ru", Direction.IN,
        [("арматура стеклопластиковая", "20000", "метров", ""), ("сетка базальтовая", "150", "рулонов", "")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "language", "direction", "wanted"), [row[1:] for row in LINES], ids=[row[0] for row in LINES])
def test_what_belongs_together(text: str, language: str, direction: Direction, wanted: list[tuple[str, str, str, str]]) -> None:
    assert said(terms(text, language, direction)) == wanted


def test_a_table_gives_a_line_for_each_row_and_none_for_its_total() -> None:
    rows = "<tr><td>MT-10</td><td>Towel</td><td>5,000</td><td>pcs</td><td>0.62</td><td>3,100.00</td></tr>"
    rows += "<tr><td>MB-1</td><td>Bag</td><td>7,000</td><td>pcs</td><td>0.11</td><td>770.00</td></tr>"
    head = "<tr><th>Item</th><th>Description</th><th>Qty</th><th>Unit</th><th>Unit price USD</th><th>Amount USD</th></tr>"
    found = terms(html_to_text(f"<table>{head}{rows}<tr><td colspan=5>Total</td><td>3,870.00</td></tr></table>"))
    assert said(found) == [("MT-10 Towel", "5000", "pcs", "0.62"), ("MB-1 Bag", "7000", "pcs", "0.11")]
    assert [(str(p.amount), p.currency, p.unit) for p in found.prices] == [("0.62", "USD", "pcs"), ("0.11", "USD", "pcs")]
    assert [str(q.amount) for q in found.quantities] == ["5000", "7000"]


def test_a_table_of_an_inquiry_has_no_prices() -> None:
    found = terms(
        html_to_text("<table><tr><td>Artikel</td><td>Bezeichnung</td><td>Menge</td></tr><tr><td>7710</td><td>Spannratsche</td><td>2.500</td></tr><tr><td>7712</td><td>Zurrgurt</td><td>1.800</td></tr></table>"),
        "de", Direction.IN,
    )  # fmt: skip
    assert said(found) == [("7710 Spannratsche", "2500", "", ""), ("7712 Zurrgurt", "1800", "", "")]
    assert (found.prices, found.product) == ((), "Spannratsche")


def test_the_pieces_of_a_set_are_not_what_is_asked_for() -> None:
    found = terms("favor de cotizar 600 juegos de dados de 94 piezas, FOB Ningbo", "es", Direction.IN)
    assert [(str(q.amount), q.unit) for q in found.quantities] == [("600", "juegos")]


def test_a_currency_is_no_part_of_the_goods() -> None:
    assert terms("We can offer you: price for solar wall light SL-18 USD 4.15/pc FOB Ningbo").product == "solar wall light SL-18"


def test_days_and_payments_are_no_goods() -> None:
    assert terms("我们需要后天当天预付60%，请确认。", "zh", Direction.IN).product == ""


def test_a_way_to_pay_that_is_refused_is_none() -> None:
    assert terms("Ein Akkreditiv möchten wir vermeiden, 30 % Anzahlung und Rest nach Wareneingang.", "de", Direction.IN).payment == "30% deposit, 70% balance"


def test_a_day_in_figures_has_one_reading_where_the_language_writes_the_day_first() -> None:
    german = terms("Unser Angebot ist gültig bis 10/12/2026.", "de").validity
    english = terms("Our offer is valid until 10/12/2026.", "en").validity
    assert german is not None
    assert english is not None
    assert (str(german.until), german.ambiguous, english.ambiguous) == ("2026-12-10", False, True)
