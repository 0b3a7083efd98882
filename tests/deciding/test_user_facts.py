"""What only the user knows: true while it says so, for the buyers it concerns, and for nobody else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followupd.deciding.decide import decide
from followupd.deciding.rulebook import Rulebook
from followupd.deciding.userfacts import build_facts
from followupd.errors import ConfigError
from followupd.model import Action, Answer, Decision, Direction, LedgerView, Message, OurTurn, Reason, Side, Thread
from followupd.rulesource import Entry, RuleSource, read_rules
from followupd.yamlfile import parse_yaml
from tests.deciding.test_decide import ANNA, ASKED, SENT, SET, facts, quote

SHIPPED = read_rules()
DUE = datetime(2026, 9, 9, 8, 0, tzinfo=UTC)


def book(text: str = "") -> Rulebook:
    return Rulebook.build(source(text))


def source(text: str) -> RuleSource:
    file = parse_yaml(text or "{}", "facts.yaml")
    own = {id: Entry(id, data, ((file, (id,)),)) for id, data in file.data.items()}
    return RuleSource({**SHIPPED.tables, "facts": own})


def at(text: str, now: datetime = DUE, **changes: Any) -> Decision:
    mails = (
        Message(id="a@b", direction=Direction.IN, date=ASKED, sender=ANNA, text="?", new_text="?"),
        Message(id="q1@us", direction=Direction.OUT, date=SENT, sender=SET.identity.address, text="!", new_text="!"),
    )
    plain = {
        "quotes": (quote(missing=()),), "turn": OurTurn(id="q1@us", started=SENT, last=SENT), "move": Side.THEM, "last_in": ASKED, "last_out": SENT,
        "product": "copper pipes",
    }  # fmt: skip
    thread = Thread(id="t1", messages=mails, buyer=ANNA)
    return decide(thread, facts(**{**plain, **changes}), book(text), LedgerView(), (), SET, now)


SLOT = "slot: {kind: slot, since: 2026-09-01, confirm_by: 2026-09-20, ready_by: 2026-10-30}"
FELL = "copper: {kind: price, since: 2026-09-04, what: the price of copper, old: 9800, new: 9300, goods: [copper]}"


def test_no_fact_no_draft_and_explain_says_which_to_enter() -> None:
    found = at("")
    assert found.action is Action.NONE
    assert any(r.reason is Reason.NO_FACT and "followupd fact add slot" in r.detail for r in found.refused)


def test_a_slot_is_offered_with_its_days_and_its_line() -> None:
    found = at(SLOT)
    assert (found.action, found.topic, found.reason) == (Action.DRAFT, "lead_time_slot", Reason.NEWS)
    told = {e.what: (e.value, e.source) for e in found.evidence}
    assert told["slot_confirm"] == ("2026-09-20", "facts.yaml:1")
    assert told["slot_ready"] == ("2026-10-30", "facts.yaml:1")


def test_a_slot_that_must_be_confirmed_by_now_is_none() -> None:
    assert at(SLOT, datetime(2026, 9, 21, 8, tzinfo=UTC)).action is Action.NONE


def test_a_move_of_prices_since_the_offer_is_told() -> None:
    found = at(FELL)
    assert found.topic == "requote"
    told = {e.what: e.value for e in found.evidence}
    assert (told["moved_down"], told["moved_by"], told["moved_since"]) == ("the price of copper", "5.1%", "2026-09-04")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("since: 2026-09-01, old: 9800, new: 9300", "it moved before the offer went out"),
        ("since: 2026-09-04, old: 9800, new: 9700", "one percent is no news"),
        ("since: 2026-09-04, old: 9800, new: 9300, goods: [steel]", "other goods"),
        ("since: 2026-09-04, old: 9800, new: 9300, countries: [SA]", "another country"),
        ("since: 2026-09-04, old: 9800, new: 9300, until: 2026-09-08", "not true any more"),
        ("since: 2026-09-12, old: 9800, new: 9300", "not true yet"),
    ],
)
def test_what_does_not_concern_this_offer_is_not_told(change: str, why: str) -> None:
    assert at(f"c: {{kind: price, what: the price of copper, {change}}}").action is Action.NONE, why


def test_a_rise_is_told_as_a_rise() -> None:
    found = at("f: {kind: freight, what: the freight to Hamburg, since: 2026-09-04, old: 1800, new: 2400}")
    assert {e.what: e.value for e in found.evidence}["moved_up"] == "the freight to Hamburg"


@pytest.mark.parametrize(
    ("fact", "named"),
    [
        ("kind: freight, what: the freight to Hamburg", "freight"),
        ("kind: fx, what: the yuan rate of the dollar", "exchange_rate"),
        ("kind: price, what: the price of copper, cost: copper", "copper"),
        ("kind: price, what: the price of our valves", "other"),
    ],
)
def test_what_moved_is_told_by_a_word_that_every_language_knows(fact: str, named: str) -> None:
    found = at(f"f: {{{fact}, since: 2026-09-04, old: 1800, new: 2400}}")
    assert {e.what: e.value for e in found.evidence}["moved_cost"] == named


def test_an_event_is_told_once_to_a_buyer() -> None:
    event = "e: {kind: event, since: 2026-09-05, says: {en: Our valves carry the DVGW mark since September}}"
    found = at(event)
    assert found.topic == "event"
    assert {e.what: e.value for e in found.evidence}["event_en"].startswith("Our valves")


def test_our_closing_is_told_six_weeks_before_and_not_again_the_next_day() -> None:
    closing = "c: {kind: shutdown, since: 2026-08-01, first: 2026-10-20, last: 2026-10-30, order_by: 2026-09-25}"
    found = at(closing)
    assert found.topic == "supplier_shutdown"
    assert {e.what for e in found.evidence} >= {"closed_from", "closed_to", "order_by"}
    assert at(closing, first_day_before()).topic != "supplier_shutdown"


def first_day_before() -> datetime:
    return datetime(2026, 9, 7, 8, tzinfo=UTC)


def test_the_price_was_a_hurdle_and_we_answered() -> None:
    answer = Answer(message_id="a2@b", at=SENT - timedelta(hours=3), type="price_high")
    found = at("", stage="negotiating", answer=answer)
    assert found.topic == "alternative"


def test_the_sample_is_asked_after_when_it_arrived() -> None:
    found = at("", datetime(2026, 9, 22, 8, tzinfo=UTC), stage="sample_sent", arrives=date(2026, 9, 14))
    assert (found.topic, found.stage) == ("sample_feedback", "sample_delivered")
    assert {e.what: e.value for e in found.evidence}["arrived_on"] == "2026-09-14"


BROKEN = [
    ("x: {kind: rumour, since: 2026-09-01}", "kind must be one of"),
    ("x: {kind: slot, since: 2026-09-01, confirm_by: 2026-09-20, ready_by: 2026-09-10}", "ready_by must be after"),
    ("x: {kind: price, since: someday, what: copper price, old: 1, new: 2}", "since"),
    ("x: {kind: price, since: 2026-09-01, what: copper price, old: 0, new: 2}", "old"),
    ("x: {kind: event, since: 2026-09-01, says: {de: Nur auf Deutsch gesagt}}", "English"),
    ("x: {kind: shutdown, since: 2026-09-01, first: 2026-10-10, last: 2026-10-01}", "first <= last"),
    ("x: {kind: sample, since: 2026-09-01, fees: 1}", "not a known key"),
]


@pytest.mark.parametrize(("text", "says"), BROKEN)
def test_a_slip_names_its_line(text: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        build_facts(source(f"# mine\n{text}\n"))
    assert "facts.yaml:2" in str(caught.value)
    assert says in str(caught.value)


@given(st.sampled_from([SLOT, FELL, ""]), st.integers(0, 60))
def test_whatever_the_day_a_draft_speaks_only_of_what_is_true(text: str, days: int) -> None:
    now = SENT + timedelta(days=days)
    found = at(text, now)
    if found.topic == "lead_time_slot":
        assert now < datetime(2026, 9, 20, tzinfo=UTC)
    if found.topic in {"lead_time_slot", "requote"}:
        assert text
