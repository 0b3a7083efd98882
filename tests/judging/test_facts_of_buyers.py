"""A mail that asks in words nobody foresaw: do the facts in it make an inquiry of it, and what makes one genuine?"""

from __future__ import annotations

from functools import cache

import pytest
from judging_at_hand import mail

from followupd.judging.message import JudgeContext, judge_message
from followupd.judging.tables import JudgingRules
from followupd.model import Address, Direction, Judgement, Kind, Own, Risk, Verdict
from followupd.rulesource import read_rules


@cache
def rules() -> JudgingRules:
    return JudgingRules.build(read_rules())


def judged(text: str, language: str, *, subject: str = "") -> Judgement:
    sender = Address("m.rossi@rossi-impianti.example", "M. Rossi")
    return judge_message(mail(text, subject=subject, language=language, direction=Direction.IN, sender=sender), rules(), JudgeContext(Own(frozenset())))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("it", "Parliamo di misure da 1/2\" a 2\", corpo ottone CW617N, certificazione per acqua potabile.\n\nRossi Impianti S.p.A.\n+39 0773 555 018"),
        ("de", "Bei uns laufen im Jahr etwa 4.000 Stück, Edelstahl 1.4408, PN40, mit 3.1-Zeugnis.\n\nRossi Impianti GmbH\nTel. +49 40 555018"),
        ("es", "Consumimos unas 3.000 piezas al año, cuerpo de latón, PN25.\n\nRossi Impianti S.L.\nTel. +34 91 555 018"),
        ("zh", "我們每年約用三千個，用量5000套，不鏽鋼304，需要認證。\n\n羅西設備有限公司\n電話 +886 4 555 0187"),
    ],
)
def test_facts_that_only_buyers_name_make_an_inquiry(language: str, text: str) -> None:
    found = judged(text, language)
    assert found.kind is Kind.INQUIRY
    assert found.hits, "and they are shown"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "We moved into the new flat last week, the kitchen is 3 metres long and the kids love it. See you at Christmas!"),
        ("de", "Am Samstag fahren wir 200 km an die See, kommt ihr mit? Bringt die Räder mit."),
        ("fr", "On a fait 12 kg de confiture avec les prunes du jardin, je t'en garde deux pots. On se voit dimanche chez maman, avec les enfants ?"),
    ],
)
def test_a_friend_who_names_an_amount_is_no_buyer(language: str, text: str) -> None:
    assert judged(text, language).kind is Kind.PERSONAL


def test_genuine_takes_an_amount_or_a_delivery_term() -> None:
    goods = "your ball valve BV-50, stainless steel 1.4408, PN40, with certificate 3.1"
    text = f"We are a distributor in Hamburg. Please quote {goods}.{{more}}\n\nRossi Impianti GmbH\nTel. +49 40 555018"
    assert judged(text.format(more=""), "en").verdict is Verdict.LIKELY
    assert judged(text.format(more=" We need 2,000 pcs."), "en").verdict is Verdict.GENUINE
    assert judged(text.format(more=" CIF Hamburg."), "en").verdict is Verdict.GENUINE


def test_an_account_with_a_courier_alarms_nobody_and_hides_nothing() -> None:
    harmless = "Please send three samples, freight collect, our DHL account is 951 234 567."
    assert judged(harmless, "en", subject="Samples").risk is Risk.NONE
    for language, alarm in (
        ("en", "Our DHL account is 951 234 567. Please pay the balance to our new bank account below."),
        ("tr", "UPS hesabımız 00X7. Banka hesabımız değişti, ödemeyi yeni hesaba yapınız."),
    ):
        assert judged(alarm, language).risk is Risk.FRAUD, alarm


def test_a_rip_deal_is_suspected() -> None:
    found = judged(
        "We buy goods of your choice for 480,000 euro at your list price. The contract is signed in a hotel in Milan, where I receive "
        "a commission of 4% in cash, and a currency exchange will be very advantageous for you.", "en", subject="Important purchase",
    )  # fmt: skip
    assert found.risk is not Risk.NONE
    assert "rip_deal" in {h.signal for h in found.hits}
