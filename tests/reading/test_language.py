"""The language of a mail, from a few words on; never a wrong one where nothing decides."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from followupd.reading.language import detect
from followupd.rulesource import read_rules

SHORT = Path(__file__).parent / "data" / "short_texts.txt"


def short_texts() -> list[tuple[str, str]]:
    lines = (line.partition(" | ") for line in SHORT.read_text("utf-8").splitlines() if not line.startswith("#"))
    return [(language, text) for language, _, text in lines]


def phrases() -> list[tuple[str, str]]:
    source = read_rules()
    tables = [(name.rpartition("/")[2], source.entries(name)) for name in source.names("phrases/")]
    return [(name, text) for name, table in tables for entry in table.values() for text in entry.data.get("match", [])]


@pytest.mark.parametrize(("texts", "right", "wrong"), [(short_texts(), 0.95, 0.015), (phrases(), 0.8, 0.03)])
def test_short_texts(texts: list[tuple[str, str]], right: float, wrong: float) -> None:
    said = [(language, detect(text), text) for language, text in texts]
    per_language = Counter(language for language, found, _ in said if language == found)
    amiss = [(language, found, text) for language, found, text in said if found not in (language, "und")]
    print(f"{sum(per_language.values())} of {len(said)} right, wrong: {amiss}; {dict(per_language)}")
    assert len(texts) > 100
    assert sum(per_language.values()) >= right * len(texts)
    assert len(amiss) <= wrong * len(texts)
    assert set(per_language) == {language for language, _ in texts}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "Guten Tag, bitte senden Sie uns ein Angebot: stainless steel ball valve DN50 PN40, full bore, 200 pcs.",
            "de",
        ),
        ("您好，请报价 stainless steel ball valve DN50，200 pcs，FOB Ningbo，谢谢", "zh"),
        ("Добрый день! Нужны LED work lamps 20W, 300 pcs, CIF Novorossiysk.", "ru"),
        ("مرحبا، نحتاج LED lamps 20W عدد 300 قطعة", "ar"),
        ("Merhaba, 300 adet LED lamp için fiyat alabilir miyiz?", "tr"),
        ("見積りをお願いします", "ja"),
        ("견적을 부탁드립니다", "ko"),
        ("Będziemy wdzięczni za ofertę na 500 sztuk.", "pl"),
    ],
)
def test_mixed_mails_have_the_language_of_their_sentences(text: str, language: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize(
    "text", ["", "500", "SKF 6205-2RS", "ann@buyer.example", "https://x.example/y", "??", "GT-20 / 40HQ", "Ok",
     "Дякую, чекаємо відповіді", "سلام، لطفا قیمت را ارسال کنید"]
)  # fmt: skip
def test_what_nothing_decides_stays_with_the_thread(text: str) -> None:
    assert detect(text) == "und"
    assert detect(text, "tr") == "tr"


def test_a_megabyte_costs_no_more_than_a_page() -> None:
    import time

    start = time.perf_counter()
    assert detect("bitte senden Sie uns ein Angebot " * 30_000) == "de"
    assert time.perf_counter() - start < 1
