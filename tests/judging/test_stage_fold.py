"""The stage of a thread as a fold over its mails (DOMAIN 2.2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from judging_at_hand import MONDAY, mail, tables

from followupd.judging.quotes import FIELDS, quote_of, quotes_of
from followupd.judging.stage import Standing, Word, standing
from followupd.judging.terms import extract_terms
from followupd.model import Direction, Message, Quote, Side


def story(*steps: tuple[str, str]) -> Standing:
    """Steps: ("we", text), ("quote", text) or (reply type, text); "inquiry" is a word without a type."""
    messages: list[Message] = []
    words: dict[str, Word] = {}
    quotes: list[Quote] = []
    for day, (who, text) in enumerate(steps):
        out = who in {"we", "quote"}
        message = mail(
            text,
            id=f"m{day}@test",
            date=MONDAY + timedelta(days=day),
            direction=Direction.OUT if out else Direction.IN,
        )
        messages.append(message)
        if who == "quote" and (quote := quote_of(message, extract_terms(message, tables()))):  # type: ignore[arg-type]
            quotes.append(quote)
        if not out:
            words[message.id] = Word(message, None if who == "inquiry" else who, "?" in text)
    return standing(tuple(messages), words, tuple(quotes), tables().replies)


IN, QUOTE, WE = ("inquiry", "Need lamps."), ("quote", "USD 2.35/pc"), ("we", "Thank you.")
PAUSED = (IN, QUOTE, ("no_need_now", "Not now."))
BROKEN = (IN, QUOTE, ("complaint", "Broken."))

STORIES = [
    ("nobody wrote", (), "inquiry_new", Side.US),
    ("an inquiry", (IN,), "inquiry_new", Side.US),
    ("answered without a price", (IN, WE), "inquiry_new", Side.THEM),
    ("quoted", (IN, QUOTE), "quoted", Side.THEM),
    ("a second mail of an inquiry", (IN, IN), "inquiry_new", Side.US),
    ("waiting keeps the stage", (IN, QUOTE, ("waiting_client", "Waiting.")), "quoted", Side.THEM),
    ("waiting and asking", (IN, QUOTE, ("waiting_client", "Waiting. Drawing?")), "quoted", Side.US),
    ("haggling", (IN, QUOTE, ("price_high", "Too high.")), "negotiating", Side.US),
    ("haggling answered in words", (IN, QUOTE, ("price_high", "Too high."), WE), "negotiating", Side.THEM),
    ("paused outlives our thanks", (IN, QUOTE, ("no_need_now", "Not now."), WE), "paused", Side.THEM),
    ("paused ends with a question", (*PAUSED, WE, ("question", "Price?")), "negotiating", Side.US),
    ("thanks do not end a pause", (IN, QUOTE, ("no_need_now", "Not now."), WE, ("ack", "Ok.")), "paused", Side.THEM),
    ("a new quote ends a pause", (IN, QUOTE, ("no_need_now", "Not now."), QUOTE), "quoted", Side.THEM),
    ("stopped for good", (IN, QUOTE, ("stop", "Stop."), ("question", "Price?"), QUOTE), "suppressed", Side.THEM),
    ("a stop without a word of ours", (("stop", "Stop."),), "suppressed", Side.THEM),
    ("a complaint holds through our answer", (IN, QUOTE, ("complaint", "Broken."), WE), "complaint", Side.THEM),
    ("a complaint is over when they ask on", (*BROKEN, WE, ("question", "Price?")), "negotiating", Side.US),
    ("an unknown type is engaged", (IN, QUOTE, ("something", "Eh.")), "quoted", Side.US),
    ("thanks while we owe leave it with us", (IN, ("ack", "Thanks.")), "inquiry_new", Side.US),
]  # fmt: skip


@pytest.mark.parametrize(("case", "steps", "stage", "move"), STORIES, ids=[c[0] for c in STORIES])
def test_a_thread_stands_where_mail_says(case: str, steps: tuple[tuple[str, str], ...], stage: str, move: Side) -> None:
    found = story(*steps)
    assert (found.stage, found.move) == (stage, move)


def test_the_evidence_names_mail_and_figure() -> None:
    assert story(IN, QUOTE).evidence == "our mail of 2026-11-24 names 2.35 USD"
    assert "lost" in story(IN, QUOTE, ("lost", "Bought elsewhere.")).evidence


# ---- quotes --------------------------------------------------------------------------------------


def quote(text: str, **more: object) -> Quote | None:
    message = mail(text, **more)  # type: ignore[arg-type]
    return quote_of(message, extract_terms(message, tables()))  # type: ignore[arg-type]


def test_a_complete_quote_lacks_nothing() -> None:
    found = quote(
        "Quotation No. Q-118: USD 2.35/pc FOB Ningbo, MOQ 500 pcs, valid for 20 days. Lead time 30 days after deposit. "
        "T/T 30% deposit, 70% before shipment. Packing: 50 pcs/ctn. Sample fee USD 20, refundable."
    )
    assert found is not None
    assert (found.missing, found.number) == ((), "Q-118")


def test_a_bare_price_lacks_all_the_rest() -> None:
    found = quote("The lamp is USD 2.35/pc.")
    assert found is not None
    assert found.missing == FIELDS[1:]


NO_QUOTES = [
    ("freight", "The sea freight to Lagos is USD 1,850 at the moment."),
    ("a sample fee", "The sample fee is USD 50, refundable."),
    ("a bank fee", "Bank charges of USD 25 are on your side."),
    ("a turnover", "Our factory has USD 5 million turnover a year."),
    ("no price", "We will quote tomorrow."),
]


@pytest.mark.parametrize(("case", "text"), NO_QUOTES, ids=[c[0] for c in NO_QUOTES])
def test_other_money_makes_no_quote(case: str, text: str) -> None:
    assert quote(text) is None


def test_their_mail_is_never_our_quote() -> None:
    assert quote("Our price is USD 2.35/pc.", direction=Direction.IN) is None


def test_the_same_price_in_a_new_turn_is_a_quote_again() -> None:
    mails = tuple(
        mail(text, id=f"m{n}@test", date=MONDAY + timedelta(days=n), direction=way)
        for n, (way, text) in enumerate(
            [(Direction.OUT, "USD 2.35/pc"), (Direction.IN, "Colour?"), (Direction.OUT, "Blue. USD 2.35/pc")]
        )
    )
    found = quotes_of(mails, frozenset({"m1@test"}), lambda m: extract_terms(m, tables()))  # type: ignore[arg-type]
    assert [q.message_id for q in found] == ["m0@test", "m2@test"]
