"""Drafts as a salesperson would read them: committed texts, one file per case.

After a wanted change: ``FOLLOWUPD_UPDATE_GOLDEN=1 pytest tests/drafting/test_golden.py`` and read every changed file.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from drafting_makers import FULL, ME, NOW, OTHERWISE, TOLD, decision, facts, inquiry, mail, only, templates, thread

from followupd.drafting.compose import compose
from followupd.model import Address, Answer, Draft

HERE = Path(__file__).parent / "golden"
UPDATE = bool(os.environ.get("FOLLOWUPD_UPDATE_GOLDEN"))

ENDED = {**FULL, "valid_until": "20 Nov 2026"}
DE: dict[str, Any] = {}
JP: dict[str, Any] = {"name": "Hiroshi Tanaka", "title": "", "country": "JP"}
US: dict[str, Any] = {"name": "John Miller", "title": "", "country": "US"}
AE: dict[str, Any] = {"name": "Ahmed Al-Rashid", "title": "Mr.", "country": "AE"}
TR: dict[str, Any] = {"name": "Ayşe Yılmaz", "title": "Ms.", "country": "TR"}
KR: dict[str, Any] = {"name": "Kim Min-su", "title": "Mr.", "country": "KR"}
ES: dict[str, Any] = {"name": "Carlos Andrés García López", "title": "Sr.", "country": "MX"}
IN: dict[str, Any] = {"name": "Rajesh Kumar", "title": "Mr.", "country": "IN"}
RU: dict[str, Any] = {"name": "Sidorov Ivan Petrovich", "title": "Mr.", "country": "RU"}
ALEX: dict[str, Any] = {"name": "Alex Kim", "title": "", "country": "GB"}
NOBODY: dict[str, Any] = {"name": "", "title": "", "country": "", "address": Address("a.schmidt@lichthaus.example")}
DR: dict[str, Any] = {"name": "Dr. Petra Vogel", "title": "Dr.", "country": "AT"}
BR: dict[str, Any] = {"name": "Juliana Costa", "title": "", "country": "BR"}

THREE = {"de": DE, "us": US, "ae": AE}
OTHER_TOPIC = {
    "rise": "requote", "rise after the end": "requote", "closing without a day": "supplier_shutdown", "sample at a fee": "sample_offer",
    "sample for nothing": "sample_offer",
}  # fmt: skip
CASES: dict[str, tuple[str, dict[str, Any], dict[str, str], str]] = {
    # name: topic, buyer, evidence, seed of the turn
    "ending_de_full": ("validity_ending", DE, FULL, "t1"),
    "ending_jp_no_price": ("validity_ending", JP, only("product", "quote_number", "valid_until"), "t2"),
    "ending_us_no_product": ("validity_ending", US, only("quote_date", "valid_until", "price"), "t3"),
    "ending_ae_quantity": ("validity_ending", AE, only("product", "quantity", "quote_date", "valid_until"), "t4"),
    "ending_container": ("validity_ending", IN, {**FULL, "quantity": "1 x 40HQ"}, "t5"),
    "ending_tr": ("validity_ending", TR, FULL, "t6"),
    "ended_de_full": ("validity_ended", DE, ENDED, "t1"),
    "ended_kr": ("validity_ended", KR, ENDED, "t2"),
    "ended_us_number_only": ("validity_ended", US, {"quote_number": "2026-0815", "valid_until": "2026-11-20"}, "t3"),
    "ended_mx": ("validity_ended", ES, ENDED, "t5"),
    "ended_nobody": ("validity_ended", NOBODY, {"product": "steel hinges", "valid_until": "20 Nov 2026"}, "t8"),
    "complete_de_port": ("complete_quote", DE, {**FULL, "missing": "incoterm, validity"}, "t4"),
    "complete_us_moq": ("complete_quote", US, {**FULL, "missing": "moq"}, "t2"),
    "complete_jp_many": (
        "complete_quote",
        JP,
        {**FULL, "missing": "sample, packing, payment, lead_time, moq, validity"},
        "t3",
    ),
    "complete_no_quantity": (
        "complete_quote",
        ALEX,
        only("product", "quote_date", missing="validity,lead_time"),
        "t5",
    ),
    "complete_ru": ("complete_quote", RU, only("quote_number", missing="payment"), "t6"),
    "complete_at_dr": ("complete_quote", DR, FULL, "t8"),
    "demand_de": ("ask_demand", DE, FULL, "t1"),
    "demand_ae_no_quantity": ("ask_demand", AE, only("product", "quote_date"), "t2"),
    "demand_br": ("ask_demand", BR, only("product", "quote_number", "quantity"), "t3"),
    "demand_us_price": ("ask_demand", US, only("quote_number", "price", "incoterm"), "t4"),
    "demand_tr": ("ask_demand", TR, FULL, "t7"),
    "forward_ae_client": ("forwardable_help", AE, {**FULL, "waiting_for": "I am waiting for my client"}, "t1"),
    "forward_in_customer": (
        "forwardable_help",
        IN,
        only("product", "quote_number", waiting_for="our customer did not decide yet"),
        "t2",
    ),
    "forward_de_boss": ("forwardable_help", DE, {**FULL, "waiting_for": "must ask my boss"}, "t3"),
    "forward_gb_management": (
        "forwardable_help",
        ALEX,
        only("product", "quote_date", waiting_for="with the management now"),
        "t5",
    ),
    "forward_kr_unnamed": ("forwardable_help", KR, only("product", "quote_number"), "t4"),
    "forward_us_past_validity": ("forwardable_help", US, {**ENDED, "waiting_for": "my client is travelling"}, "t6"),
    **{f"{topic}_{who}": (topic, buyer, {**FULL, **told}, f"u{n}") for topic, told in TOLD.items() for n, (who, buyer) in enumerate(THREE.items())},
    **{f"told_{case.replace(' ', '_')}": (OTHER_TOPIC[case], US, {**FULL, **told}, "u1") for case, told in OTHERWISE.items()},
    **{f"alternative_{who}": ("alternative", buyer, FULL, f"u{n}") for n, (who, buyer) in enumerate(THREE.items())},
    "close_us": ("close_out", US, FULL, "t1"),
    "close_de": ("close_out", DE, FULL, "t2"),
    "close_jp_no_number": ("close_out", JP, only("product", "quote_date", "month_later"), "t3"),
    "close_nobody": ("close_out", NOBODY, only("quote_number", "month_later"), "t4"),
    "close_gulf_eng": ("close_out", {"name": "Eng. Khalid Hassan", "title": "Eng.", "country": "SA"}, FULL, "t5"),
    "close_one_word": (
        "close_out",
        {"name": "john", "title": "", "country": "US"},
        only("product", "month_later"),
        "t6",
    ),
}


def made(name: str) -> Draft:
    topic, buyer, evidence, seed = CASES[name]
    return compose(decision(topic, evidence, turn_id=seed), thread(), facts(**buyer), ME, templates(), NOW)


def readable(draft: Draft) -> str:
    parsed = message_from_bytes(draft.raw, policy=policy.default)
    shown = "".join(f"{h}: {parsed[h]}\n" for h in ("To", "Cc", "Subject") if parsed[h])
    return f"{shown}\n{draft.body}\n"


def check(path: Path, got: bytes) -> None:
    if UPDATE:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(got)
    assert path.read_bytes() == got, f"{path.name} has changed: read the difference, then update on purpose"


@pytest.mark.parametrize("name", CASES)
def test_the_draft_reads_as_committed(name: str) -> None:
    check(HERE / f"{name}.txt", readable(made(name)).encode())


def test_no_golden_file_is_left_without_a_case() -> None:
    assert {p.stem for p in HERE.glob("*.txt")} == set(CASES)


WHOLE = {
    "whole_quotes_our_offer": (thread(), {}),
    "whole_quotes_the_buyer": (
        thread(
            inquiry(),
            mail(),
            inquiry(
                date=datetime(2026, 11, 16, 9, 20, tzinfo=UTC),
                subject="AW: Re: LED-Arbeitsleuchten für München",
                text="Dear Mr. Li,\n\nI must ask my client.\n\nAnna\n\n> our price is USD 2.35 per pc.\n>\n> Li Wei",
                cc=(Address("t.weber@lichthaus.example", "Weber, Thomas"),),
                references=("i1@lichthaus.example", "q1@brightlamp.example"),
            ),
        ),
        {"cc": (Address("t.weber@lichthaus.example", "Weber, Thomas"),)},
    ),
}


@pytest.mark.parametrize("name", WHOLE)
def test_the_bytes_are_as_committed(name: str) -> None:
    talk, buyer = WHOLE[name]
    found = facts(**buyer)
    answer = Answer(message_id="i1@lichthaus.example", at=NOW, type="waiting_client", evidence="I must ask my client")
    if buyer:
        found = type(found)(thread_id=found.thread_id, buyer=found.buyer, stage=found.stage, answer=answer)
    draft = compose(decision("forwardable_help"), talk, found, ME, templates(), NOW)
    check(HERE / f"{name}.eml", draft.raw)
