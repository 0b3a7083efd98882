"""The first reply: the one draft that answers the buyer's word. When is it made, and when not?"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from followupd.deciding.decide import decide
from followupd.deciding.rulebook import Rulebook
from followupd.deciding.wanted import to_ask, wanted
from followupd.model import (
    Action,
    Attachment,
    Decision,
    Direction,
    DraftState,
    Facts,
    Fit,
    Hit,
    Incoterm,
    Judgement,
    Kind,
    LedgerView,
    Message,
    OpenDraft,
    Reach,
    Reason,
    Risk,
    Side,
    Terms,
    Thread,
    Verdict,
    Word,
    WordKind,
)
from tests.deciding.test_decide import ANNA, ASKED, BOOK, SET, US, _with_rule, facts, record

ASKING = Rulebook.build(_with_rule("topics", "first_reply", "{enabled: true}"))
SOON = ASKED + timedelta(minutes=2)
FIRST = Message(id="i1@de", direction=Direction.IN, date=ASKED, sender=ANNA, subject="Inquiry")
LONE = Thread(id="t1", messages=(FIRST,), buyer=ANNA, subject="Inquiry")


def asked(*signals: str, **changes: Any) -> Facts:
    """An inquiry alone in its thread; ``signals`` are those that judging found in it."""
    hits = tuple(Hit(s, 1, s) for s in signals)
    more = {k: changes.pop(k) for k in ("verdict", "kind", "fit", "terms") if k in changes}
    inquiry = Judgement(**{"kind": Kind.INQUIRY, "verdict": Verdict.LIKELY, "hits": hits, **more})
    alone = {"stage": "inquiry_new", "move": Side.US, "turn": None, "quotes": (), "last_out": None, "inquiry": inquiry}
    return facts(**{**alone, **changes})


def look(
    f: Facts | None = None, now: datetime = SOON, *, thread: Thread = LONE, book: Rulebook = ASKING, open: tuple[OpenDraft, ...] = (), **ledger: Any
) -> Decision:
    return decide(thread, f or asked("product"), book, LedgerView(**ledger), open, SET, now)


def placed(**changes: Any) -> Any:
    plain = {"turn_id": "i1@de", "topic": "first_reply", "stage": "inquiry_new", "created": SOON}
    return record(**{**plain, **changes})


STANDS = (OpenDraft(thread_id="t1", message_id="fu.1@us", uid=1, ours=True, untouched=True),)


def test_it_is_off_until_switched_on() -> None:
    assert look(book=BOOK).action is Action.NONE
    assert look(book=BOOK).refused == ()


def test_an_inquiry_that_lacks_something_is_asked_back_at_once_whatever_the_hour() -> None:
    for hours in range(24):
        found = look(now=SOON + timedelta(hours=hours))
        assert (found.action, found.topic, found.reason, found.step) == (Action.DRAFT, "first_reply", Reason.INQUIRY_LACKS, 0)
        assert found.turn_id == "i1@de"
    assert {e.what: e.value for e in look().evidence} == {"product": "ball valves", "wanted": "specification, quantity, destination"}
    assert {e.source for e in look().evidence} == {"i1@de"}


@pytest.mark.parametrize("verdict", [Verdict.GENUINE, Verdict.LIKELY, Verdict.UNSURE])
def test_whoever_may_be_a_buyer_is_asked(verdict: Verdict) -> None:
    assert look(asked("product", verdict=verdict)).topic == "first_reply"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"verdict": Verdict.VAGUE}, "a vague mail is asked nothing"),
        ({"risk": Risk.SUSPICIOUS}, "nor is who may be a fraud"),
        ({"risk": Risk.FRAUD}, "nor a fraud"),
        ({"kind": Kind.PITCH, "verdict": None}, "nor who wants to sell to us"),
        ({"kind": Kind.PLATFORM_NOTICE, "verdict": None}, "nor the platform itself"),
        ({"fit": Fit.NOT_OURS}, "nor who asks for goods that we do not have"),
        ({"stop_wish": "i1@de"}, "nor who asked for silence"),
        ({"bounced": True}, "nor whom no mail reaches"),
    ],
)
def test_nobody_else_is_asked(changes: dict[str, Any], why: str) -> None:
    assert look(asked("product", **changes)).action is not Action.DRAFT, why


@pytest.mark.parametrize("reach", [Reach.SITE, Reach.ASK])
def test_where_a_mail_does_not_reach_the_buyer_nothing_is_drafted_and_the_alarm_says_where_to_answer(reach: Reach) -> None:
    f = asked("product")
    f = replace(f, buyer=replace(f.buyer, reach=reach, platform="Fairbay"))
    assert look(f).action is Action.NONE
    late = look(f, SOON + timedelta(days=2))
    assert late.reason is Reason.REPLY_OWED
    assert {r.reason for r in late.refused} <= {Reason.ANSWER_ON_SITE, Reason.ADDRESS_UNKNOWN}


@pytest.mark.parametrize(("kind", "value"), [(WordKind.MUTE, ""), (WordKind.VERDICT, "fraud"), (WordKind.VERDICT, "not_a_buyer"), (WordKind.VERDICT, "vague")])
def test_the_users_word_forbids_it_and_takes_it_back(kind: WordKind, value: str) -> None:
    words = (Word(kind=kind, scope="thread", target="i1@de", value=value, at=SOON),)
    assert look(words=words).action is not Action.DRAFT
    taken = look(now=SOON + timedelta(minutes=1), words=words, open=STANDS, drafts=(placed(),))
    assert taken.action is Action.WITHDRAW


def later(direction: Direction, minutes: int = 30) -> Thread:
    who = {"sender": ANNA} if direction is Direction.IN else {"sender": US.address, "to": (ANNA,)}
    more = Message(id="m2", direction=direction, date=ASKED + timedelta(minutes=minutes), subject="Re: Inquiry", **who)  # type: ignore[arg-type]
    return replace(LONE, messages=tuple(sorted((FIRST, more), key=lambda m: m.date)))


@pytest.mark.parametrize("minutes", [30, -30], ids=["later", "by a clock that is slow"])
def test_a_second_mail_of_the_buyer_ends_it(minutes: int) -> None:
    thread = later(Direction.IN, minutes)
    f = replace(asked("product"), last_in=thread.messages[-1].date)
    assert look(f, thread=thread).action is not Action.DRAFT
    taken = look(f, thread=thread, open=STANDS, drafts=(placed(),))
    assert (taken.action, taken.reason) == (Action.WITHDRAW, Reason.BUYER_WROTE)


def test_an_answer_by_hand_ends_it() -> None:
    thread = later(Direction.OUT)
    taken = look(thread=thread, open=STANDS, drafts=(placed(),))
    assert (taken.action, taken.reason) == (Action.WITHDRAW, Reason.OVERTAKEN)


def test_a_draft_that_nothing_overtook_stays_though_the_inquiry_is_minutes_old() -> None:
    """A follow-up is withdrawn when the buyer wrote within five minutes of it; this one answers just that mail."""
    for minutes in (1, 4, 60, 60 * 24 * 5):
        found = look(now=SOON + timedelta(minutes=minutes), open=STANDS, drafts=(placed(),))
        assert found.action in {Action.NONE, Action.ALARM}, "the draft stands, and the answer is still owed"


def test_an_answer_is_still_owed_while_the_draft_lies_there() -> None:
    found = look(now=SOON + timedelta(days=2), open=STANDS, drafts=(placed(),))
    assert (found.action, found.reason) == (Action.ALARM, Reason.REPLY_OWED)
    assert [r.reason for r in found.refused] == [Reason.DRAFT_OPEN]


@pytest.mark.parametrize("state", [DraftState.SENT, DraftState.DELETED, DraftState.EDITED])
def test_once_per_inquiry(state: DraftState) -> None:
    assert look(drafts=(placed(state=state),), buyer_drafts=(placed(state=state),)).action is Action.NONE


def test_two_inquiries_of_one_buyer_are_asked_back_once() -> None:
    elsewhere = placed(token="x", turn_id="i0@de", thread_id="t0", state=DraftState.SENT, message_id="fu.0@us")
    assert [r.reason for r in look(buyer_drafts=(elsewhere,)).refused] == [Reason.LIMIT_BUYER]
    lying = replace(elsewhere, state=DraftState.PLACED, topic="close_out")
    assert [r.reason for r in look(buyer_drafts=(lying,)).refused] == [Reason.LIMIT_BUYER]


def test_an_old_inquiry_is_not_asked_back_as_if_it_came_today() -> None:
    assert look(now=ASKED + timedelta(days=6)).action is Action.DRAFT
    assert look(now=ASKED + timedelta(days=8)).action is not Action.DRAFT


def test_after_our_first_mail_it_is_no_topic_any_more() -> None:
    found = decide(later(Direction.OUT), facts(stage="inquiry_new", quotes=()), ASKING, LedgerView(), (), SET, datetime(2026, 9, 20, 8, tzinfo=UTC))
    assert "first_reply" in {r.topic for r in found.refused}
    assert found.topic != "first_reply"


NAMED = ("product", "specification", "quantity", "ships_to")


@pytest.mark.parametrize(
    ("f", "missing", "why"),
    [
        (asked("product"), ("specification", "quantity", "destination"), "three are enough"),
        (asked("product", "specification"), ("quantity", "destination", "certificates"), "where there is room, the certificates"),
        (asked(*NAMED), (), "a whole inquiry is quoted, not asked"),
        (asked(*NAMED, "certification"), (), "all the more so"),
        (asked(product=""), ("goods", "quantity", "destination"), "who names no goods is asked for them, not for their details"),
        (asked("product", terms=Terms(models=("X123",))), ("quantity", "destination", "certificates"), "a model is a specification"),
        (asked("product", terms=Terms(incoterm=Incoterm("FOB"))), ("specification", "quantity", "certificates"), "FOB ends on our side"),
        (asked("product", terms=Terms(incoterm=Incoterm("CIF"))), ("specification", "quantity", "destination"), "CIF without a place"),
        (asked("product", "destination"), ("specification", "quantity", "destination"), "a country is a market and no port"),
        (asked("product", "ready_to_buy"), ("specification", "destination", "certificates"), "one piece is a quantity"),
        (asked("product", quantity="500 pcs"), ("specification", "destination", "certificates"), "as judged"),
    ],
)
def test_what_is_asked_for(f: Facts, missing: tuple[str, ...], why: str) -> None:
    assert to_ask(f) == missing, why
    assert len(missing) <= 3
    if not missing:
        assert look(f).action is Action.NONE
        assert [r.reason for r in look(f).refused] == [Reason.NO_FACT]


def test_a_drawing_is_a_specification() -> None:
    assert "specification" not in wanted(asked("product"), drawing=True)
    with_drawing = replace(LONE, messages=(replace(FIRST, attachments=(Attachment("valve.pdf", "application/pdf"),)),))
    assert {e.value for e in look(thread=with_drawing).evidence if e.what == "wanted"} == {"quantity, destination, certificates"}
