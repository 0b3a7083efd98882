"""Are goods of many trades in one inquiry seen, in ten languages, and goods of one trade left alone?"""

from __future__ import annotations

from pathlib import Path

import pytest

from followupd.errors import ConfigError
from followupd.judging.families import Families
from followupd.judging.message import JudgeContext, judge_message
from followupd.model import Direction, Judgement, Risk
from followupd.rulesource import read_rules
from tests.judging.judging_at_hand import mail, source
from tests.judging.test_invented_mails import OWN, rules

MANY = [
    ("en", "We need rice, tyres, laptops and cement. Please quote all with prices."),
    ("de", "Wir benötigen Zucker, Reifen, Möbel und Spielzeug, bitte Angebot mit Preisen."),
    ("fr", "Nous cherchons du riz, des pneus, des meubles et du ciment, merci de votre prix."),
    ("es", "Necesitamos arroz, neumáticos, muebles y juguetes, por favor coticen precios."),
    ("it", "Cerchiamo riso, pneumatici, scarpe e cemento, inviate i prezzi."),
    ("pt", "Precisamos de açúcar, pneus, sapatos e cimento, enviem os preços."),
    ("ru", "Нужны сахар, шины, мебель и цемент, пришлите цены."),
    ("tr", "Şeker, lastik, ayakkabı ve çimento alacağız, fiyat verin."),
    ("ar", "نحتاج الأرز والإطارات والأثاث والإسمنت، نرجو السعر."),
    ("zh", "我们要采购大米、轮胎、手机和水泥，请报价。"),
]
FEW = [
    ("en", "We need tiles and cement for a hotel, and copy paper for the office. Please quote."),
    ("de", "Wir benötigen Fliesen, Zement und Ziegel, bitte Angebot."),
    ("es", "Necesitamos neumáticos para camión y baterías, por favor coticen precios."),
    ("ru", "Нужны шины, автошины и аккумуляторы, пришлите цены."),
    ("tr", "Lastik ve jant alacağız, fiyat verin."),
    ("zh", "我们要采购沙发、床垫和瓷砖，请报价。"),
]


def _judged(language: str, text: str) -> Judgement:
    return judge_message(mail(text, direction=Direction.IN, language=language, subject="RFQ"), rules(), JudgeContext(OWN))


@pytest.mark.parametrize(("language", "text"), MANY)
def test_goods_of_four_trades_are_a_soft_sign_and_a_middlemans(language: str, text: str) -> None:
    judged = _judged(language, text)
    assert "unrelated_goods" in {h.signal for h in judged.hits}
    assert judged.role == "trader"


@pytest.mark.parametrize(("language", "text"), FEW)
def test_goods_of_fewer_trades_are_none(language: str, text: str) -> None:
    judged = _judged(language, text)
    assert "unrelated_goods" not in {h.signal for h in judged.hits}
    assert (judged.risk, judged.role) == (Risk.NONE, "")


def test_every_trade_is_known_in_ten_languages() -> None:
    table = read_rules().entries("families")
    assert len(table) >= 10
    for id, entry in table.items():
        assert set(entry.data["words"]) >= set("ar de en es fr it pt ru tr zh".split()), id


def test_a_word_is_found_with_its_endings_and_not_inside_another() -> None:
    found = Families.build(source("families", "x:\n  en: x\n  zh: 某\n  words: {ru: [шин*], en: [rice], ar: [سكر]}\n"))
    assert found.named("Нужна шина", "ru") == ("шина",)
    assert found.named("машина", "ru") == ()
    assert found.named("the price", "en") == ()
    assert found.named("نحتاج والسكر", "ar") == ("والسكر",)
    assert found.named("rice", "ru") == ("rice",), "English is spoken everywhere"


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("pets:\n  en: pets\n  zh: 宠物\n  words: {en: ['(cat']}\n", "rules/families.yaml:1", "names no goods"),
        ("pets:\n  en: pets\n  zh: 宠物\n  words:\n    english: [cat]\n", "rules/families.yaml:5", "english"),
        ("pets:\n  en: pets\n  words: {en: [cat]}\n", "rules/families.yaml:1", "zh"),
        ("pets:\n  en: pets\n  zh: 宠物\n  words: {en: [x]}\n", "rules/families.yaml:4", "at least 2"),
    ],
)
def test_a_wrong_trade_is_refused_with_its_line(text: str, line: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Families.build(source("families", text))
    assert line in str(caught.value)
    assert told in str(caught.value)


def test_a_user_adds_goods_and_switches_a_trade_off(tmp_path: Path) -> None:
    (tmp_path / "families.yaml").write_text("food:\n  more: {en: [cassava]}\ntyres:\n  enabled: false\n", encoding="utf-8")
    found = Families.build(read_rules(tmp_path))
    assert found.named("cassava", "en") == ("cassava",)
    assert found.named("tyres", "en") == ()
