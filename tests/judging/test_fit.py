"""Does an inquiry ask for what we make? Ours, not ours, unknown; shown with the words, never hidden."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from judging_at_hand import mail

from followupd.errors import ConfigError
from followupd.judging.fit import Catalogue
from followupd.judging.message import JudgeContext, judge_message
from followupd.judging.tables import JudgingRules
from followupd.model import Address, Direction, Fit, Judgement, Kind, Own, Verdict
from followupd.rulesource import read_rules

EXAMPLE = Path(__file__).parents[2] / "catalogue.example.yaml"


@cache
def rules() -> JudgingRules:
    return JudgingRules.build(read_rules(EXAMPLE))


def judged(text: str, language: str = "en", subject: str = "Inquiry", given: JudgingRules | None = None) -> Judgement:
    message = mail(
        text, subject=subject, language=language, direction=Direction.IN, sender=Address("eva@buyer.example")
    )
    return judge_message(message, given or rules(), JudgeContext(Own(frozenset({"amy@factory.example"}))))


def told(said: Judgement) -> dict[str, str]:
    return {h.signal: h.evidence for h in said.hits if h.signal.startswith("fit")}


FITS = [
    ("a name of goods", "Please quote 500 brass valves to Linz.", "en", Fit.OURS, "brass valves"),
    ("a name across a hyphen", "We need 500 ball-valves.", "en", Fit.OURS, "ball-valves"),
    ("a model", "Price for BV-20, 300 pcs?", "en", Fit.OURS, "BV-20"),
    ("a model with a star", "Price for BVF100/6, 300 pcs?", "en", Fit.OURS, "BVF100/6"),
    ("in German", "Bitte um ein Angebot für 200 Kugelhähne.", "de", Fit.OURS, "Kugelhähne"),
    ("in Chinese", "请报价球阀500个", "zh", Fit.OURS, "球阀"),
    ("what we do not sell", "Please quote 500 garden hoses.", "en", Fit.NOT_OURS, "garden hoses"),
    ("what the catalogue does not know", "Please quote 500 bicycle saddles.", "en", Fit.NOT_OURS, "bicycle saddles"),
    ("a language it does not speak", "Chcemy kupić 500 siodełek rowerowych, prosimy o ofertę.", "pl", Fit.UNKNOWN, ""),
    ("nothing named", "Please send your best price.", "en", Fit.UNKNOWN, ""),
    ("part of another word", "Please quote your BV-2000X, 20 pcs", "en", Fit.NOT_OURS, "BV-2000X"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "language", "fit", "words"), FITS, ids=[f[0] for f in FITS])
def test_fit_with_the_words_that_told(why: str, text: str, language: str, fit: Fit, words: str) -> None:
    said = judged(text, language)
    assert said.fit is fit
    assert words in " ".join(told(said).values())
    assert all(h.en and h.zh for h in said.hits if h.signal.startswith("fit"))


def test_both_named_is_ours() -> None:
    assert judged("Please quote 500 ball valves and 20 garden hoses.").fit is Fit.OURS


def test_not_ours_is_judged_and_shown_like_any_other() -> None:
    said = judged("We are a shop in Leeds. Please quote 500 garden hoses 25 m, CIF Felixstowe. Delivery in March?")
    assert said.fit is Fit.NOT_OURS
    assert said.kind is Kind.INQUIRY
    assert said.verdict in {Verdict.GENUINE, Verdict.LIKELY}


def test_without_a_catalogue_nothing_is_said() -> None:
    said = judged("Please quote 500 ball valves.", given=JudgingRules.build(read_rules()))
    assert said.fit is Fit.UNKNOWN
    assert told(said) == {}


CERTIFICATES = [
    ("asked and held", "Please quote ball valves with CE to Hamburg, Germany.", ""),
    ("asked and not listed", "Please quote ball valves with SASO certificate.", "SASO"),
    ("held, but not for that market", "Please quote ball valves with UL mark to Hamburg, Germany.", "UL"),
    ("not asked, and something holds everywhere", "Please quote ball valves to Riyadh, Saudi Arabia.", ""),
    ("written apart", "Please quote ball valves, ISO9001 needed.", ""),
]


@pytest.mark.parametrize(("why", "text", "missing"), CERTIFICATES, ids=[c[0] for c in CERTIFICATES])
def test_a_missing_certificate_is_a_hint(why: str, text: str, missing: str) -> None:
    assert told(judged(text)).get("fit:certificate", "") == missing


def test_a_market_without_any_certificate_is_a_hint(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.yaml"
    path.write_text("lamp: {words: {en: [work lamp]}, certificates: {US: [UL]}}\n")
    given = JudgingRules.build(read_rules(path))
    assert told(judged("Please quote work lamps to Lyon, France.", given=given))["fit:certificate"] == "FR"
    assert "fit:certificate" not in told(judged("Please quote work lamps to Boston, USA.", given=given))


SLIPS = [
    ("a: {words: {en: [hose]}, colour: red}", ":1", "colour"),
    ("\na: {name: hoses}", ":2", "needs models or words"),
    ("a: {words: {en: [x]}}", ":1", "two characters"),
    ("a: {models: [M-1], certificates: {Europe: [CE]}}", ":1", "market"),
    ("a: {models: [M-1]}\nb: {models: [m-1]}", ":2", "stands in a already"),
    ("a: [hose]", ":1", "must be a mapping"),
]


@pytest.mark.parametrize(("text", "line", "says"), SLIPS, ids=[s[2] for s in SLIPS])
def test_a_slip_in_the_catalogue_names_its_line(tmp_path: Path, text: str, line: str, says: str) -> None:
    path = tmp_path / "goods.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        Catalogue.build(read_rules(path))
    assert f"goods.yaml{line}" in str(caught.value)
    assert says in str(caught.value)


def test_a_catalogue_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no\.yaml"):
        read_rules(tmp_path / "no.yaml")


def test_hostile_text_names_nothing() -> None:
    catalogue = Catalogue.build(read_rules(EXAMPLE))
    for text in ("ball " * 20_000, "BVF" * 30_000, "b" * 100_000, "球" * 50_000):
        assert list(catalogue.find(text)) == []
