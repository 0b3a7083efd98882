"""Dates, figures and set phrases by language; what a language file must hold."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import get_args

import pytest
import yaml
from drafting_makers import FULL, NOW, decision, templates

from followupd.deciding.userfacts import Cost
from followupd.drafting.local import local
from followupd.drafting.tables import DraftingRules
from followupd.drafting.values import clean_evidence, template_values
from followupd.errors import ConfigError
from followupd.rulesource import read_rules

TEN = ("ar", "de", "en", "es", "fr", "it", "pt", "ru", "tr", "zh")
LANGUAGES = templates().rules.languages


def values(language: str, country: str = "", **evidence: str) -> dict[str, str]:
    rules = templates().rules
    return template_values(
        clean_evidence(decision("x", evidence).evidence, rules), rules, language, NOW.date(), country
    )


def test_the_ten_languages_are_there() -> None:
    assert tuple(sorted(LANGUAGES)) == TEN


LOCAL = [
    # language, country, evidence, as it reads there
    ("en", "DE", "USD 1,250.50 per pc", "USD 1,250.50 per pc"),
    ("de", "DE", "USD 1,250.50 per pc", "1.250,50 USD/Stück"),
    ("de", "CH", "USD 1,250.50 per pc", "1,250.50 USD/Stück"),
    ("de", "DE", "USD 2.35 per reel", "2,35 USD/reel"),
    ("fr", "FR", "EUR 12500 per set", "12 500 EUR/jeu"),
    ("es", "MX", "USD 2.35 per pc", "2.35 USD/unidad"),
    ("es", "ES", "USD 2.35 per pc", "2,35 USD/unidad"),
    ("pt", "BR", "USD 0.8", "USD 0,8"),
    ("ru", "RU", "USD 2.35 per pc", "2,35 USD/шт."),
    ("tr", "TR", "5,000 pcs", "5.000 adet"),
    ("de", "DE", "5000 pcs", "5000 Stück"),
    ("de", "DE", "5.000 pcs", "5.000 Stück"),
    ("de", "DE", "5.000 Stück", "5.000 Stück"),
    ("ar", "AE", "5,000 pcs", "5,000 قطعة"),
    ("zh", "CN", "5,000 pcs", "5,000件"),
    ("zh", "CN", "USD 2.35 per pc", "USD 2.35/件"),
    ("de", "DE", "25-30 days after deposit", "25 bis 30 Tage nach Anzahlung"),
    ("ar", "AE", "25-30 days after deposit", "25 إلى 30 يوماً بعد الدفعة المقدمة"),
    ("tr", "TR", "25-30 days", "25-30 gün"),
    ("ar", "AE", "2026-0815", "\u20662026-0815\u2069"),
    ("ar", "AE", "Q-118", "Q-118"),
    ("de", "DE", "2026-0815", "2026-0815"),
    ("de", "DE", "30 days after the moon", "30 Tage"),
    ("zh", "CN", "30 days after deposit", "收到定金后30天"),
    ("de", "DE", "2026-11-30", "30. November 2026"),
    ("fr", "FR", "1 Dec 2026", "1er décembre 2026"),
    ("es", "ES", "30 Nov 2026", "30 de noviembre de 2026"),
    ("ru", "RU", "30 Nov 2026", "30 ноября 2026 года"),
    ("ar", "EG", "30 Nov 2026", "30 نوفمبر 2026"),
    ("zh", "CN", "30 Nov 2026", "2026年11月30日"),
    ("ru", "RU", "March 2027", "марте 2027 года"),
    ("tr", "TR", "March 2027", "2027 Mart"),
    ("it", "IT", "LED-Arbeitsleuchten IP65", "LED-Arbeitsleuchten IP65"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "country", "value", "shown"), LOCAL)
def test_a_value_reads_as_the_buyer_expects(language: str, country: str, value: str, shown: str) -> None:
    assert local(value, LANGUAGES[language], country) == shown


PHRASES = [
    ("de", "offer_for_dat", "unserem Angebot Q-118 über LED work lamps"),
    ("fr", "missing_text", "la quantité minimale, le délai de livraison et les conditions de paiement"),
    ("es", "offer_for", "nuestra oferta Q-118 de LED work lamps"),
    ("it", "offer_for_in", "nella nostra offerta Q-118 (LED work lamps)"),
    ("ru", "offer_prep", "нашем предложении Q-118"),
    ("tr", "offer_for_acc", "LED work lamps konulu Q-118 numaralı teklifimizi"),
    ("ar", "missing_text", "الحد الأدنى للكمية ومدة التوريد وشروط الدفع"),
    ("zh", "price_terms", "USD 2.35/件 FOB Ningbo"),
]


@pytest.mark.parametrize(("language", "name", "phrase"), PHRASES)
def test_set_phrases_have_the_cases_that_templates_need(language: str, name: str, phrase: str) -> None:
    assert values(language, **FULL)[name] == phrase


@pytest.mark.parametrize(
    ("language", "heard", "name", "said"),
    [
        ("de", "ich warte noch auf meinen Kunden", "client_acc", "Ihren Kunden"),
        ("fr", "j'attends la réponse de mon client", "client", "votre client"),
        ("ru", "жду решения руководства", "inside_dat", "Вашему руководству"),
        ("tr", "müşterimizden cevap bekliyoruz", "client_gen", "müşterinizin"),
        ("ar", "ننتظر رد العميل", "client", "عميلكم"),
        ("zh", "我们还在等客户确认", "client", "您的客户"),
        ("es", "lo tiene mi jefe", "inside", "su jefe"),
    ],
)
def test_who_decides_is_heard_in_every_language(language: str, heard: str, name: str, said: str) -> None:
    assert values(language, waiting_for=heard)[name] == said


@pytest.mark.parametrize("language", TEN)
def test_every_language_names_every_field_and_every_decider(language: str) -> None:
    rules, spoken = templates().rules, LANGUAGES[language]
    assert all(set(words) == set(rules.fields) for words in spoken.fields.values())
    assert all(set(words) == set(rules.deciders) for words in spoken.said.values())
    assert set(spoken.costs) == set(get_args(Cost))


@pytest.mark.parametrize(
    ("language", "cost", "said"),
    [
        ("de", "copper", "der Kupferpreis"),
        ("fr", "labour", "le coût de la main-d'œuvre"),
        ("zh", "freight", "运费"),
        ("ru", "other", "одна из статей наших затрат"),
        ("es", "moon dust", "uno de nuestros costos"),
    ],
)
def test_what_moved_is_named_in_the_buyers_language(language: str, cost: str, said: str) -> None:
    assert values(language, moved_down="the price of copper", moved_cost=cost)["moved_cost"] == said
    assert "moved_cost" not in values(language, product="lamps")


@pytest.mark.parametrize("language", TEN)
def test_every_day_is_found_again_in_a_text(language: str) -> None:
    spoken = LANGUAGES[language]
    for month in range(1, 13):
        shown = spoken.day(date(2026, month, 1))
        assert [m[0] for m in spoken.found_dates.finditer(f"x {shown} y")] == [shown]
        assert spoken.found_dates.search(spoken.month(month, 2027))


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("valida fino al 8 novembre 2026", "valida fino all'8 novembre 2026"),
        ("la nostra offerta del 11 novembre", "la nostra offerta dell'11 novembre"),
        ("fino al 18 novembre", "fino al 18 novembre"),
        ("è sceso del 8% e del 11,5%", "è sceso dell'8% e dell'11,5%"),
    ],
)
def test_italian_articles_join_the_figure(text: str, mended: str) -> None:
    assert LANGUAGES["it"].mended(text) == mended


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"greeting": {"other": None}}, "languages/de.yaml:"),
        ({"dates": {"months": ["Januar"]}}, "months"),
        ({"poetry": {"x": "y"}}, "'poetry' is no part of a language"),
        ({"close": {"enabled": False}}, "the part 'close' is missing"),
        ({"mend": {"pattern": "(", "to": ""}}, "de"),
    ],
)
def test_a_broken_language_names_its_place(tmp_path: Path, entry: dict[str, object], words: str) -> None:
    (tmp_path / "languages").mkdir()
    (tmp_path / "languages" / "de.yaml").write_text(yaml.safe_dump(entry))
    with pytest.raises(ConfigError) as caught:
        DraftingRules.build(read_rules(tmp_path))
    assert words in str(caught.value)


def test_a_turkish_capital_i_keeps_its_dot() -> None:
    known = values("tr", product="iplik", quote_number="Q-118", valid_until="2026-11-30", quantity="5 ton")
    texts = [v.render(known) for v in templates().candidates("tr", "validity_ending", known, "x")]
    assert any(text.startswith("İplik konulu Q-118") for text in texts)
    assert not any("Iplik" in text for text in texts)
