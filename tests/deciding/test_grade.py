"""Grades, how often each hears from us, and what a market's law asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from followupd.deciding.decide import decide
from followupd.deciding.grade import ends_after, grade_of, has_postal_address, market_of
from followupd.deciding.tables import Span
from followupd.model import (
    Action,
    Answer,
    Buyer,
    Decision,
    Direction,
    Judgement,
    Kind,
    LedgerView,
    Message,
    OurTurn,
    Side,
    Thread,
    Verdict,
    Word,
    WordKind,
)
from tests.deciding.test_decide import ANNA, ASKED, BOOK, SENT, SET, facts

NONE = LedgerView()


def inquiry(verdict: Verdict) -> Judgement:
    return Judgement(kind=Kind.INQUIRY, verdict=verdict)


@pytest.mark.parametrize(
    ("known", "grade"),
    [
        ({"ordered": True, "sampled": True}, "A"),
        ({"sampled": True}, "B"),
        ({"answer": Answer(message_id="x", at=SENT, type="target_price")}, "C"),
        ({"inquiry": inquiry(Verdict.GENUINE)}, "C"),
        ({"inquiry": inquiry(Verdict.UNSURE)}, "D"),
        ({"inquiry": inquiry(Verdict.VAGUE)}, "E"),
    ],
)
def test_the_grade_comes_from_what_the_buyer_did(known: dict[str, Any], grade: str) -> None:
    assert grade_of(facts(**{"inquiry": None, "answer": None, **known}), NONE)[0] == grade


def test_the_users_word_wins() -> None:
    word = Word(kind=WordKind.GRADE, scope="buyer", target=ANNA.email, value="B", at=SENT)
    assert grade_of(facts(ordered=True), LedgerView(words=(word,))) == ("B", "you said so")


def nurtured(now: datetime, country: str = "DE", signature: str = "", **changes: Any) -> Decision:
    mails = (
        Message(id="a@b", direction=Direction.IN, date=ASKED, sender=ANNA, text="?", new_text="?"),
        Message(id="q1@us", direction=Direction.OUT, date=SENT, sender=SET.identity.address, text="!", new_text="!"),
    )
    buyer = Buyer(address=ANNA, name="Anna Schmidt", country=country, timezone="Europe/Berlin")
    said = Word(kind=WordKind.STAGE, scope="thread", target="a@b", value="nurture", at=SENT + timedelta(hours=1))
    offer = {"turn": OurTurn(id="q1@us", started=SENT, last=SENT), "move": Side.THEM, "last_in": ASKED, "last_out": SENT, "buyer": buyer}
    settings = replace(SET, identity=replace(SET.identity, signature=signature))
    return decide(Thread(id="t1", messages=mails, buyer=ANNA), facts(**{**offer, **changes}), BOOK, LedgerView(words=(said,)), (), settings, now)


def test_the_better_the_buyer_the_sooner_the_question() -> None:
    graded: tuple[dict[str, Any], ...] = ({"ordered": True}, {"inquiry": inquiry(Verdict.GENUINE)}, {"inquiry": inquiry(Verdict.UNSURE)})
    waits = [nurtured(SENT + timedelta(days=1), **known).next_due for known in graded]
    assert all(waits)
    assert waits == sorted(waits)  # type: ignore[type-var]
    assert len(set(waits)) == 3


def test_in_germany_who_never_ordered_is_not_asked_after_half_a_year() -> None:
    late = ASKED + timedelta(days=181)
    assert nurtured(late).action is Action.NONE
    assert nurtured(late, ordered=True).action is Action.DRAFT


def test_american_buyers_are_asked_only_under_a_postal_address() -> None:
    when = SENT + timedelta(days=100)
    found = nurtured(when, "US", "Lily Chen\nBrightway Ltd.")
    assert found.action is Action.NONE
    assert any("postal address" in r.detail for r in found.refused)
    assert nurtured(when, "US", "Lily Chen\nNo. 8 Haitian Road, Ningbo 315800, China").action is Action.DRAFT


@pytest.mark.parametrize(
    ("signature", "there"),
    [
        ("Lily\n+86 574 8765 4321", False),
        ("Lily\nNo. 8 Haitian Road", True),
        ("315800 Ningbo", True),
        ("P.O. Box 12", True),
        ("浙江省宁波市海天路8号", True),
        ("", False),
    ],
)
def test_what_counts_as_an_address(signature: str, there: bool) -> None:
    assert has_postal_address(signature) is there


def test_the_shorter_of_our_limit_and_the_laws_holds() -> None:
    canada = market_of("CA", BOOK.markets)
    assert canada is not None
    assert ends_after(canada, False, Span(365, "d"), Span(730, "d")) == Span(180, "d")
    assert ends_after(canada, True, Span(365, "d"), Span(300, "d")) == Span(300, "d")
    assert market_of("SA", BOOK.markets) is None
