"""Trade terms in a mail's new text: a sentence per case (DOMAIN 3)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from judging_at_hand import mail, tables

from followupd.judging.terms import extract_terms
from followupd.model import DocNumber, Terms


def terms(text: str, **more: object) -> Terms:
    return extract_terms(mail(text, **more), tables())  # type: ignore[arg-type]


PRICES = [
    ("an English decimal point", "Our price: USD 0.86/pc", "en", [("0.86", "USD", "pc")]),
    ("thousands with a comma", "US$1,250.00 per MT CIF Lagos", "en", [("1250.00", "USD", "mt")]),
    ("German marks", "Der Preis beträgt 1.234,50 EUR/Stück", "de", [("1234.50", "EUR", "stück")]),
    ("a thousand with a point in German", "Preis 1.250 EUR pro Set", "de", [("1250", "EUR", "set")]),
    ("three decimals with a point in English", "We offer USD 1.250 per piece", "en", [("1.250", "USD", "piece")]),
    ("spaces for thousands", "prix 1 234,50 € par pièce", "fr", [("1234.50", "EUR", "pièce")]),
    ("Swiss apostrophes", "CHF 1'234.50 per unit", "en", [("1234.50", "CHF", "unit")]),
    ("Indian lakhs", "INR 12,34,567 per set", "en", [("1234567", "INR", "set")]),
    ("the currency behind", "the cost is 8.5 USD/pc", "en", [("8.5", "USD", "pc")]),
    ("the sign behind", "we can do 2.1$ each", "en", [("2.1", "USD", "pc")]),
    ("per thousand", "USD 12 per 1000 pcs", "en", [("12", "USD", "1000 pcs")]),
    ("a range is two prices", "USD 2.35-2.50/pc by quantity", "en", [("2.35", "USD", "pc"), ("2.50", "USD", "pc")]),
    ("items stay apart", "Lamp A: USD 1.20\nLamp B: USD 3.40", "en", [("1.20", "USD", ""), ("3.40", "USD", "")]),
    (
        "quantity tiers",
        "500 pcs: USD 2.60/pc\n2000 pcs: USD 2.40/pc",
        "en",
        [("2.60", "USD", "pc"), ("2.40", "USD", "pc")],
    ),
    ("the currency in brackets", "Unit price (USD/pc): 2.35", "en", [("2.35", "USD", "pc")]),
    ("another dollar named in full", "All in AUD. The pump is $45 per unit.", "en", [("45", "AUD", "unit")]),
    ("yuan", "单价 RMB 15.8/pc", "zh", [("15.8", "CNY", "pc")]),
    ("a total is no price", "Total amount: USD 12,500", "en", []),
    ("a total beside its price", "5000 pcs x USD 2.50/pc, total USD 12,500", "en", [("2.50", "USD", "pc")]),
    ("turnover is no price", "Our group has a USD 5 million turnover", "en", []),
    ("a bank fee is no price", "Bank charges of USD 25 are on your side", "en", []),
    ("freight alone is no price", "The sea freight to Lagos is USD 1,850 at the moment", "en", []),
    ("a sample fee alone is no price", "The sample fee is USD 50", "en", []),
    ("a tooling cost is no price", "Mould cost: USD 3,000", "en", []),
    ("an old price is no price", "Now USD 2.35/pc instead of USD 2.50/pc", "en", [("2.35", "USD", "pc")]),
    ("reduced from one to the other", "We reduced it from USD 2.50 to USD 2.35", "en", [("2.35", "USD", "")]),
    ("a deposit is no price", "Please pay the deposit of USD 3,000", "en", []),
    ("CAD as cash against documents", "Payment CAD 30 days", "en", []),
    ("a model number is no price", "Model A10 and EUR1 certificate", "en", []),
    ("the same price once", "USD 2.35/pc FOB. I repeat: USD 2.35/pc.", "en", [("2.35", "USD", "pc")]),
    ("an absurd number does not hang", "USD " + "9" * 400, "en", []),
]


@pytest.mark.parametrize(("case", "text", "language", "wanted"), PRICES, ids=[c[0] for c in PRICES])
def test_a_price_is_read_in_the_habit_of_its_writer(
    case: str, text: str, language: str, wanted: list[tuple[str, str, str]]
) -> None:
    found = [(p.amount, p.currency, p.unit) for p in terms(text, language=language).prices]
    assert found == [(Decimal(a), c, u) for a, c, u in wanted]


INCOTERMS = [
    ("behind the price", "USD 0.86/pc FOB Ningbo", ("FOB", "Ningbo")),
    ("two words", "CIF New York please", ("CIF", "New York")),
    ("with a country", "DDP Hamburg, Germany", ("DDP", "Hamburg, Germany")),
    ("old terms", "C&F Jebel Ali", ("C&F", "Jebel Ali")),
    ("lower case before a place", "best price cif Chittagong", ("CIF", "Chittagong")),
    ("price between", "FOB price Shenzhen", ("FOB", "Shenzhen")),
    ("a port named so", "CFR port of Mombasa", ("CFR", "Mombasa")),
    ("the year of the rules", "FCA Incoterms 2020 Shanghai", ("FCA", "Shanghai")),
    ("no place", "what is the FOB price?", ("FOB", "")),
    ("what follows is no place", "EXW. MOQ 500 pcs", ("EXW", "")),
    ("in brackets", "USD 3 (FOB Qingdao)", ("FOB", "Qingdao")),
    ("lower case alone is no term", "the cif file was fobbed off", None),
]


@pytest.mark.parametrize(("case", "text", "wanted"), INCOTERMS, ids=[c[0] for c in INCOTERMS])
def test_an_incoterm_keeps_its_place(case: str, text: str, wanted: tuple[str, str] | None) -> None:
    found = terms(text).incoterm
    assert (found and (found.term, found.place)) == wanted


QUANTITIES = [
    ("pieces", "we need 5,000 pcs", [("5000", "pcs")]),
    ("with k", "20k pieces a year", [("20000", "pieces")]),
    ("two kinds", "500 sets and 20 tons", [("500", "sets"), ("20", "tons")]),
    ("containers", "1x40HQ and 2 x 20GP", [("1", "40HQ"), ("2", "20GP")]),
    ("a container in words", "one 40ft container", [("1", "40FT")]),
    ("the MOQ is not ordered", "MOQ 1,000 pcs", []),
    ("packing is not ordered", "50 pcs per carton", []),
    ("a price unit is not ordered", "USD 12 per 1000 pcs", []),
    ("asked and MOQ stay apart", "For 3000 pcs the price holds, MOQ 1000 pcs.", [("3000", "pcs")]),
    ("days are no goods", "within 10 days", []),
]


@pytest.mark.parametrize(("case", "text", "wanted"), QUANTITIES, ids=[c[0] for c in QUANTITIES])
def test_quantities_are_what_somebody_wants(case: str, text: str, wanted: list[tuple[str, str]]) -> None:
    assert [(q.amount, q.unit) for q in terms(text).quantities] == [(Decimal(a), u) for a, u in wanted]


MOQS = [
    ("with a colon", "MOQ: 5,000 pcs", ("5000", "pcs")),
    ("in full", "Minimum order quantity is 500 sets", ("500", "sets")),
    ("with k", "our MOQ is 2k", ("2000", "pcs")),
    ("asked only", "What is your MOQ?", None),
    ("behind the number", "300 pcs (MOQ)", ("300", "pcs")),
]


@pytest.mark.parametrize(("case", "text", "wanted"), MOQS, ids=[c[0] for c in MOQS])
def test_the_smallest_order(case: str, text: str, wanted: tuple[str, str] | None) -> None:
    found = terms(text).moq
    assert (found and (found.amount, found.unit)) == (wanted and (Decimal(wanted[0]), wanted[1]))


VALIDITIES = [
    ("days from the mail", "This offer is valid for 20 days.", date(2026, 12, 13)),
    ("working days", "Validity: 10 working days", date(2026, 12, 7)),
    ("weeks in words", "We hold the price for two weeks.", date(2026, 12, 7)),
    ("a day without a year", "valid until 30 Nov", date(2026, 11, 30)),
    ("over the new year", "valid until 5 January", date(2027, 1, 5)),
    ("American order", "valid until November 30, 2026", date(2026, 11, 30)),
    ("dots", "The offer is valid till 31.12.2026", date(2026, 12, 31)),
    ("ISO", "Validity: 2026-12-15", date(2026, 12, 15)),
    ("end of the month", "prices are firm until the end of November", date(2026, 11, 30)),
    ("end of the year", "This price is good until year-end", date(2026, 12, 31)),
    ("expires", "The offer expires on 12 December", date(2026, 12, 12)),
    ("no term at all", "Prices are subject to change without notice.", None),
    ("away is no validity", "I am out of office until 30 Nov", None),
    ("delivery behind a comma is no validity", "Our price is firm, delivery within 30 days", None),
    ("delivery is no validity", "Delivery within 30 days after deposit", None),
    ("the freight's own term", "The freight is valid until 25 Nov only", date(2026, 11, 25)),
    (
        "the offer's term beats the freight's",
        "Freight valid until 25 Nov. Our price is valid until 15 Dec.",
        date(2026, 12, 15),
    ),
    ("a date long past is a slip", "valid until 30 Nov 2019", None),
]


@pytest.mark.parametrize(("case", "text", "wanted"), VALIDITIES, ids=[c[0] for c in VALIDITIES])
def test_how_long_an_offer_holds(case: str, text: str, wanted: date | None) -> None:
    found = terms(text).validity
    assert (found.until if found else None) == wanted


def test_a_date_with_two_readings_is_the_later_one_and_marked() -> None:
    found = terms("valid until 03/12/2026", date=datetime(2026, 2, 10, tzinfo=UTC)).validity
    assert found is not None
    assert (found.until, found.ambiguous) == (date(2026, 12, 3), True)


def test_days_count_from_the_writers_own_calendar_day() -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    found = terms("valid for 10 days", date=late, utc_offset=480).validity
    assert found is not None
    assert found.until == date(2026, 12, 3)


LEAD_TIMES = [
    ("a range and its start", "Lead time: 25-30 days after deposit", (25, 30, "deposit")),
    ("weeks", "delivery time 4 weeks after receipt of your order", (28, 28, "order")),
    ("working days become calendar days", "Production 20 working days", (28, 28, "")),
    ("letter of credit", "Shipment within 45 days after receipt of L/C", (45, 45, "L/C")),
    ("artwork", "Goods ready in 15 days after artwork approval", (15, 15, "artwork approval")),
    ("the number first", "about 4 weeks lead time", (28, 28, "")),
    ("a sample's time is not the order's", "samples are ready in 5 days", None),
    ("credit days are no lead time", "D/A 60 days", None),
]


@pytest.mark.parametrize(("case", "text", "wanted"), LEAD_TIMES, ids=[c[0] for c in LEAD_TIMES])
def test_lead_time_keeps_its_start(case: str, text: str, wanted: tuple[int, int, str] | None) -> None:
    found = terms(text).lead_time
    assert (found and (found.min_days, found.max_days, found.after)) == wanted


PAYMENTS = [
    ("deposit and balance", "Payment: T/T 30% deposit, 70% before shipment", "T/T, 30% deposit, 70% before shipment"),
    (
        "the balance without a figure",
        "30% TT in advance and balance against copy of B/L",
        "T/T, 30% deposit, 70% against copy of B/L",
    ),
    ("at sight", "We accept irrevocable L/C at sight", "L/C at sight"),
    ("a tenor", "D/A 60 days is possible", "D/A 60 days"),
    ("only the split", "Our terms are 30/70", "30% deposit, 70% balance"),
    ("net days", "we need net 45 days", "net 45 days"),
    ("two ways", "T/T or L/C at sight", "T/T, L/C at sight"),
    ("in full", "100% TT in advance", "T/T, 100% in advance"),
    ("L/C as a start is no payment", "Delivery within 45 days after receipt of L/C", ""),
    ("a discount is no payment", "we give you 5% discount", ""),
]


@pytest.mark.parametrize(("case", "text", "wanted"), PAYMENTS, ids=[c[0] for c in PAYMENTS])
def test_payment_in_one_normal_form(case: str, text: str, wanted: str) -> None:
    assert terms(text).payment == wanted


NUMBERS = [
    ("a quotation", "see our Quotation No. 2025001", [("quote", "2025001")]),
    ("an offer", "our offer Q-118 for the lamps", [("quote", "Q-118")]),
    ("a proforma", "PI No. KH-2026-118 attached", [("pi", "KH-2026-118")]),
    ("an order", "our PO# 45001234", [("po", "45001234")]),
    ("an inquiry", "RFQ#20231015", [("rfq", "20231015")]),
    ("a letter box", "PO box 123456, Dubai", []),
    ("an amount", "please offer 5000 pcs", []),
    ("a year", "your offer 2026", []),
]


@pytest.mark.parametrize(("case", "text", "wanted"), NUMBERS, ids=[c[0] for c in NUMBERS])
def test_document_numbers(case: str, text: str, wanted: list[tuple[str, str]]) -> None:
    assert list(terms(text).doc_numbers) == [DocNumber(k, n) for k, n in wanted]


def test_the_number_of_the_subject_counts_too() -> None:
    assert terms("please find our prices", subject="Quotation Q-2026-77 for pumps").doc_numbers == (
        DocNumber("quote", "Q-2026-77"),
    )


MODELS = [
    ("in the text", "price for X123 and WL-200B", ("X123", "WL-200B")),
    ("labelled", "Item No. 4711-A please", ("4711-A",)),
    ("norms and materials are none", "ISO9001, SS304, IP65, DN50, RAL9005", ()),
    ("containers are none", "1x40HQ", ()),
    ("papers are none", "our PO AB1234", ()),
]


@pytest.mark.parametrize(("case", "text", "wanted"), MODELS, ids=[c[0] for c in MODELS])
def test_model_numbers(case: str, text: str, wanted: tuple[str, ...]) -> None:
    assert terms(text).models == wanted


PRODUCTS = [
    (
        "interested in",
        "We are interested in your stainless ball valves for a plant in Chile.",
        "",
        "stainless ball valves",
    ),
    ("quantity first", "Please quote 5000 pcs of LED work lamps, model WL-200.", "", "LED work lamps"),
    ("price for", "Kindly send your best price for solar street lights.", "", "solar street lights"),
    ("looking for", "We are looking for a supplier of hydraulic hoses.", "", "hydraulic hoses"),
    ("need", "We need 20 tons of caustic soda flakes monthly", "", "caustic soda flakes monthly"),
    ("the subject", "Please see below.", "RFQ: submersible pumps", "submersible pumps"),
    ("shouted", "please quote for 500 STAINLESS STEEL SINKS", "", "stainless steel sinks"),
    ("nothing named", "We are interested in your products, send your catalogue.", "Inquiry", ""),
    ("a service is not goods", "I am interested in a long-term cooperation.", "", ""),
    ("a link is not goods", "price for https://shop.example.com/x?id=7", "", ""),
    ("markup is not goods", "price for {{ evil }} <b>lamps</b>", "", ""),
    ("a month is not goods", "Please send the price list of June.", "", ""),
    ("something to know is not goods", "We need to know the price.", "", ""),
    ("urgency is not goods", "We need it urgently!", "", ""),
    ("buying so many", "We are interested in buying 200 units of your solar panels 550W", "", "solar panels 550W"),
    ("to import", "We want to import rice", "", "rice"),
    ("behind a colon", "Pls offer: 500 kg citric acid anhydrous", "", "citric acid anhydrous"),
    ("more than the price", "price and lead time for 316L flanges", "", "316L flanges"),
    ("a container of", "price for one 40HQ of ceramic tiles", "", "ceramic tiles"),
    ("a lot of", "We buy a lot of canvas shoes every year", "", "canvas shoes"),
    ("what follows", "Quotation for the following:", "", ""),
    ("information", "I require more information about delivery.", "", ""),
    ("a paper", "Please send the quotation for our tender.", "", ""),
    ("a reply", "Re: Quotation", "Re: Quotation", ""),
    ("only numbers", "We need 500 sets and 20 tons", "", ""),
]


@pytest.mark.parametrize(("case", "text", "subject", "wanted"), PRODUCTS, ids=[c[0] for c in PRODUCTS])
def test_goods_in_the_buyers_words_or_nothing(case: str, text: str, subject: str, wanted: str) -> None:
    assert terms(text, subject=subject).product == wanted


OTHERS = [
    ("packing", "Packing: 50 pcs per carton.", "packing", "50 pcs per carton"),
    ("packed in", "The pumps are packed in wooden cases.", "packing", "packed in wooden cases"),
    ("sample fee", "Sample fee USD 30, refundable on order.", "sample", "Sample fee USD 30, refundable on order."),
    ("courier account", "Our DHL account is 961234567.", "sample", "Our DHL account is 961234567."),
    ("needed by", "We need the goods in March.", "need_by", date(2027, 3, 1)),
    ("must arrive", "Everything must arrive before 15 February", "need_by", date(2027, 2, 15)),
    ("a feast is no day to deliver by", "shipment before CNY please", "need_by", None),
]


@pytest.mark.parametrize(("case", "text", "field", "wanted"), OTHERS, ids=[c[0] for c in OTHERS])
def test_the_other_terms(case: str, text: str, field: str, wanted: object) -> None:
    assert getattr(terms(text), field) == wanted


def test_quoted_history_and_signature_do_not_count() -> None:
    old = "> USD 2.35/pc FOB Ningbo, valid for 20 days"
    message = mail(
        "Thank you.", whole=f"Thank you.\n{old}\n-- \nFOB Experts Ltd", signature="FOB Experts Ltd", quoted=old
    )
    assert extract_terms(message, tables()) == Terms()


def test_a_wrapped_line_is_one_sentence() -> None:
    found = terms("We can offer the lamp at USD 2.35/pc FOB Ningbo and this price is valid\nuntil 15 December 2026.")
    assert found.validity is not None
    assert found.validity.until == date(2026, 12, 15)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text",
    [
        "USD " * 5000, "1,234 " * 4000, "valid until " * 2000, "(" * 9000, "a" * 60000, "30 days " * 3000, "\n" * 50000,
        "FOB Aa Bb " * 2000, "Mr. " * 9000, "T/T 30% " * 4000,
    ],
)  # fmt: skip
def test_hostile_repetition_costs_little(text: str) -> None:
    terms(text)


FOREIGN = [
    ("de", "Das Angebot ist 10 Werktage gültig, Lieferzeit: 4 bis 6 Wochen.", date(2026, 12, 7), 28, 42),
    ("fr", "Offre valable 15 jours. Délai de livraison : 15 à 20 jours.", date(2026, 12, 8), 15, 20),
    ("es", "Validez: 15 días. Plazo de entrega: 4 semanas.", date(2026, 12, 8), 28, 28),
    ("pt", "Preço válido até 15/12/2026. Prazo de entrega: 25 a 30 dias.", date(2026, 12, 15), 25, 30),
    ("it", "Prezzo valido fino al 15 dicembre. Consegna in 4 settimane.", date(2026, 12, 15), 28, 28),
    ("ru", "Цена действительна до 15 декабря. Срок изготовления: 25-30 дней.", date(2026, 12, 15), 25, 30),
    ("tr", "Teklifimiz 10 gün geçerlidir. Teslim süresi: 25-30 gün.", date(2026, 12, 3), 25, 30),
    ("ar", "العرض صالح لمدة ١٥ يوما. مدة التسليم 25-30 يوم.", date(2026, 12, 8), 25, 30),
    ("zh", "有效期至12月15日。交货期25-30天。", date(2026, 12, 15), 25, 30),
]


@pytest.mark.parametrize(("language", "text", "until", "low", "high"), FOREIGN, ids=[f[0] for f in FOREIGN])
def test_other_languages_name_them_too(language: str, text: str, until: date, low: int, high: int) -> None:
    found = terms(text, language=language)
    assert found.validity is not None
    assert found.lead_time is not None
    assert (found.validity.until, found.lead_time.min_days, found.lead_time.max_days) == (until, low, high)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Zahlung: Vorkasse oder Akkreditiv", "L/C, 100% in advance"),
        ("Conditions de paiement : acompte de 40 % à la commande, solde avant expédition", "40% deposit, 60% before shipment"),
        ("Pago: L/C irrevocable a la vista", "L/C at sight"),
        ("Pagamento: bonifico bancario, 30% acconto, saldo a merce pronta", "T/T, 30% deposit, 70% when ready"),
        ("Оплата: 50% аванс, 50% перед отгрузкой", "50% deposit, 50% before shipment"),
        ("Ödeme: %30 peşin, %70 sevkiyat öncesi", "30% deposit, 70% before shipment"),
        ("付款方式：30%定金，70%见提单副本", "30% deposit, 70% against B/L copy"),
        ("Zahlbar innerhalb von 30 Tagen netto", "net 30 days"),
    ],
)
def test_payment_in_another_language_takes_the_same_form(text: str, wanted: str) -> None:
    assert terms(text, language="und").payment == wanted


TABLES = [
    (
        "columns of an HTML table",
        "Model   Name   Unit price (USD/pc)  MOQ\nX123    Work lamp   2.35   1000\nX124    Spot  2.80   500",
        [("2.35", "pc"), ("2.80", "pc")],
    ),
    (
        "bars",
        "Item | Qty | FOB price USD | Total\nA1 | 500 | 2.35 | 1175.00\nB2 | 100 | 3.10 | 310.00",
        [("2.35", ""), ("3.10", "")],
    ),
    ("the currency above", "All prices in USD.\n\nItem\tPrice\nA1\t2.35", [("2.35", "")]),
    ("only totals", "Item | Total price USD\nA1 | 1175.00", []),
    ("a broken row is left out", "Item | Qty | Price USD\nA1 | 2.35\nB2 | 100 | 3.10", [("3.10", "")]),
    ("a heading over two columns", "Art.   Price USD\n500 pcs   2000 pcs\nK1     1.95      1.72", [("1.95", ""), ("1.72", "")]),
    ("an empty cell before the price", "Item    Colour    Price USD\nA1                2.35", [("2.35", "")]),
    ("a German heading", "Pos.  Artikel  Einzelpreis USD  Gesamtpreis USD\n1     Pumpe    45.50            91.00", [("45.50", "")]),
]  # fmt: skip


@pytest.mark.parametrize(("case", "text", "wanted"), TABLES, ids=[c[0] for c in TABLES])
def test_prices_in_a_table(case: str, text: str, wanted: list[tuple[str, str]]) -> None:
    found = [(p.amount, p.currency, p.unit) for p in terms(text).prices]
    assert found == [(Decimal(a), "USD", u) for a, u in wanted]


def test_a_price_without_a_currency_is_read_where_a_price_is_spoken_of() -> None:
    found = [(p.amount, p.currency, p.unit) for p in terms("FOB Ningbo 2.35/pc, weight 3.40 kg per unit").prices]
    assert found == [(Decimal("2.35"), "", "pc")]
    assert [(p.amount, p.currency) for p in terms("Item | Price\nA1 | 2.35").prices] == [(Decimal("2.35"), "")]
    assert terms("Room 2.35, hall 5.1/unit").prices == ()


def test_a_validity_keeps_its_kind() -> None:
    found = terms("valid for 10 working days").validity
    assert found is not None
    assert (found.days, found.working) == (10, True)


def test_an_attached_quote_fills_what_the_mail_leaves_out_and_only_of_our_own_mail() -> None:
    from followupd.model import Attachment, Direction

    file = Attachment("Quotation.pdf", "application/pdf", 900, "USD 2.35/pc FOB Ningbo, valid for 10 days. MOQ: 500 pcs")
    found = terms("Please see our offer. MOQ: 800 pcs", attachments=(file,))
    assert ([p.amount for p in found.prices], found.moq and found.moq.amount) == ([Decimal("2.35")], Decimal(800))
    assert terms("Please see our offer.", attachments=(file,), direction=Direction.IN) == Terms()


def test_every_delivery_term_of_a_mail_is_kept() -> None:
    found = terms("USD 4.10/pc FOB Ningbo or USD 4.90/pc CIF Hamburg, and DDP Berlin at EUR 5.60.")
    assert found.incoterm is not None
    assert [(i.term, i.place) for i in (found.incoterm, *found.other_incoterms)] == [("FOB", "Ningbo"), ("CIF", "Hamburg"), ("DDP", "Berlin")]
    assert terms("FOB Ningbo, as said FOB Ningbo. Our FOB terms stand.").other_incoterms == ()


@pytest.mark.parametrize(
    ("text", "language", "until"),
    [
        ("Preise gelten bis Jahresende.", "de", date(2026, 12, 31)),
        ("Devis valable un mois.", "fr", date(2026, 12, 23)),
        ("Fiyat ay sonuna kadar geçerli.", "tr", date(2026, 11, 30)),
        ("报价两周内有效", "zh", date(2026, 12, 7)),
        ("السعر ثابت حتى 5 يناير 2027", "ar", date(2027, 1, 5)),
    ],
)
def test_validity_in_words(text: str, language: str, until: date) -> None:
    found = terms(text, language=language).validity
    assert found is not None
    assert found.until == until


@pytest.mark.parametrize(
    ("text", "language", "share"),
    [("付款方式：三成定金，余款发货前付清", "zh", "30% deposit"), ("Zahlung: ein Drittel bei Bestellung, Rest vor Versand", "de", "33% deposit")],
)
def test_shares_in_words(text: str, language: str, share: str) -> None:
    assert share in terms(text, language=language).payment


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        ("Angebot AN-40112 liegt bei", "de", "AN-40112"),
        ("Talep no: TLP-0092", "tr", "TLP-0092"),
        ("nossa referência: PC-3390", "pt", "PC-3390"),
        ("Please quote RS-500 lamps", "en", None),
        ("offerta del 30/01", "it", None),
        ("our offer USD500 stands", "en", None),
    ],
)
def test_a_number_without_the_word_number(text: str, language: str, number: str | None) -> None:
    assert [d.number for d in terms(text, language=language).doc_numbers] == ([number] if number else [])
