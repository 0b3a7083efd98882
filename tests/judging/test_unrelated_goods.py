"""Are goods of many trades in one inquiry seen, and goods of one trade left alone?"""

from __future__ import annotations

import pytest

from followupd.judging.message import JudgeContext, judge_message
from followupd.model import Direction, Risk
from tests.judging.judging_at_hand import mail
from tests.judging.test_invented_mails import OWN, rules

MANY = [
    ("en", "We need rice, tyres, laptops and cement. Please quote all with prices."),
    ("es", "Necesitamos arroz, neumáticos, muebles y juguetes, por favor coticen precios."),
    ("zh", "我们要采购大米、轮胎、手机和水泥，请报价。"),
]
FEW = [
    ("en", "We need tiles and cement for a hotel, and copy paper for the office. Please quote."),
    ("es", "Necesitamos neumáticos para camión y baterías, por favor coticen precios."),
    ("zh", "我们要采购沙发、床垫和瓷砖，请报价。"),
]


def _found(language: str, text: str) -> tuple[bool, Risk]:
    judged = judge_message(mail(text, direction=Direction.IN, language=language, subject="RFQ"), rules(), JudgeContext(OWN))
    return "unrelated_goods" in {h.signal for h in judged.hits}, judged.risk


@pytest.mark.parametrize(("language", "text"), MANY)
def test_goods_of_four_trades_are_a_soft_sign(language: str, text: str) -> None:
    assert _found(language, text)[0]


@pytest.mark.parametrize(("language", "text"), FEW)
def test_goods_of_fewer_trades_are_none(language: str, text: str) -> None:
    assert _found(language, text) == (False, Risk.NONE)
