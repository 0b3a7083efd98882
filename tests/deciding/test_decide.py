"""The decision itself: properties that hold whatever the thread, and a table of vetoes with a sentence each."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followupd.deciding.asked import Settings
from followupd.deciding.decide import decide
from followupd.deciding.reasons import TEXTS
from followupd.deciding.rulebook import Rulebook
from followupd.deciding.steps import steps_used, token
from followupd.deciding.topics import triggers
from followupd.errors import ConfigError
from followupd.model import (
    Absence,
    Action,
    Address,
    Answer,
    Buyer,
    Decision,
    Direction,
    DraftRecord,
    DraftState,
    Facts,
    Hit,
    Identity,
    Judgement,
    Kind,
    LedgerView,
    Message,
    OpenDraft,
    OurTurn,
    Price,
    Quote,
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
from followupd.rulesource import Entry, read_rules
from followupd.yamlfile import parse_yaml

BOOK = Rulebook.build(read_rules())
US = Identity(address=Address("lily@brightway.example", "Lily Chen"))
ANNA = Address("anna@schmidt.de", "Anna Schmidt")
SENT = datetime(2026, 9, 2, 2, 0, tzinfo=UTC)
ASKED = SENT - timedelta(days=1)
SET = Settings(identity=US, installed_at=SENT - timedelta(days=5))
NOW = datetime(2026, 9, 8, 8, 0, tzinfo=UTC)


def quote(**changes: Any) -> Quote:
    terms = Terms(prices=(Price(Decimal("2.35"), "USD", "pc"),))
    plain = {"message_id": "q1@us", "sent": SENT, "terms": terms, "number": "Q-118", "missing": ("lead_time",)}
    return Quote(**{**plain, **changes})


def facts(**changes: Any) -> Facts:
    plain = {
        "thread_id": "t1",
        "buyer": Buyer(address=ANNA, name="Anna Schmidt", country="DE", timezone="Europe/Berlin"),
        "stage": "quoted",
        "move": Side.THEM,
        "inquiry_id": "i1@de",
        "inquiry": Judgement(kind=Kind.INQUIRY, verdict=Verdict.GENUINE),
        "turn": OurTurn(id="q1@us", started=SENT, last=SENT),
        "quotes": (quote(),),
        "product": "ball valves",
        "last_in": ASKED,
        "last_out": SENT,
    }
    return Facts(**{**plain, **changes})


def thread() -> Thread:
    first = Message(id="i1@de", direction=Direction.IN, date=ASKED, sender=ANNA, subject="Inquiry")
    ours = Message(id="q1@us", direction=Direction.OUT, date=SENT, sender=US.address, to=(ANNA,), subject="Re: Inquiry")
    return Thread(id="t1", messages=(first, ours), buyer=ANNA, subject="Inquiry")


def record(**changes: Any) -> DraftRecord:
    plain = {
        "token": token("q1@us", 0), "thread_id": "t1", "turn_id": "q1@us", "step": 0, "topic": "complete_quote",
        "stage": "quoted", "buyer": ANNA.email, "message_id": "fu.1@us", "subject": "Re: Inquiry", "body_sha256": "x",
        "created": SENT + timedelta(days=4), "state": DraftState.PLACED,
    }  # fmt: skip
    return DraftRecord(**{**plain, **changes})


def ask(f: Facts | None = None, now: datetime = NOW, open: tuple[OpenDraft, ...] = (), **ledger: Any) -> Decision:
    return decide(thread(), f or facts(), BOOK, LedgerView(**ledger), open, SET, now)


def word(kind: WordKind, **more: Any) -> tuple[Word, ...]:
    return (Word(kind=kind, scope="thread", target="i1@de", at=NOW - timedelta(hours=1), **more),)


def test_the_plain_case_drafts_with_evidence_for_every_value() -> None:
    decision = ask()
    assert (decision.action, decision.topic, decision.step) == (Action.DRAFT, "complete_quote", 0)
    assert {e.what for e in decision.evidence} >= {"price", "quote_number", "quote_date", "missing", "product"}
    assert all(e.source for e in decision.evidence)


@pytest.mark.parametrize(
    ("changes", "ledger", "reason", "action", "why"),
    [
        ({"stop_wish": "s@de"}, {}, Reason.SUPPRESSED, Action.NONE, "a stop wish binds"),
        ({}, {"words": word(WordKind.STOP)}, Reason.SUPPRESSED, Action.NONE, "also when only the ledger remembers it"),
        ({"bounced": True}, {}, Reason.BOUNCED, Action.NONE, "an undeliverable quote is no silence"),
        ({"risk": Risk.FRAUD, "last_in": NOW - timedelta(days=2)}, {}, Reason.RISK_ALARM, Action.ALARM, "fresh danger is told at once"),
        ({"risk": Risk.FRAUD, "last_in": NOW - timedelta(days=9)}, {}, Reason.RISKY, Action.NONE, "old danger is listed"),
        ({}, {"words": word(WordKind.MUTE)}, Reason.MUTED, Action.NONE, "the user muted it"),
        ({}, {"words": word(WordKind.SNOOZE, until=NOW + timedelta(days=3))}, Reason.SNOOZED, Action.NONE, "snoozed"),
        ({}, {"words": word(WordKind.STAGE, value="lost")}, Reason.FINISHED, Action.NONE, "the user's stage wins"),
        (
            {"quotes": (), "inquiry": Judgement(kind=Kind.PITCH)}, {}, Reason.NOT_A_BUYER, Action.NONE, "a pitch",
        ),
        (
            {"quotes": (), "inquiry": Judgement(kind=Kind.INQUIRY, verdict=Verdict.VAGUE)},
            {}, Reason.VAGUE, Action.NONE, "vague and not quoted",
        ),
        (
            {"inquiry": Judgement(kind=Kind.INQUIRY, verdict=Verdict.VAGUE)},
            {}, Reason.SILENCE, Action.DRAFT, "vague, but we quoted: a person judged it worth it",
        ),
        ({"last_in": SENT - timedelta(days=90), "last_out": SENT - timedelta(days=89)}, {}, Reason.TOO_OLD, Action.NONE, "too old"),
        ({"move": Side.US, "last_in": NOW - timedelta(hours=1)}, {}, Reason.OUR_MOVE, Action.NONE, "not late yet"),
        ({"move": Side.US, "last_in": NOW - timedelta(days=2)}, {}, Reason.REPLY_OWED, Action.ALARM, "late"),
        (
            {"move": Side.US, "last_in": NOW - timedelta(days=2),
             "answer": Answer(message_id="a", at=NOW - timedelta(days=2), type="unclassified")},
            {}, Reason.UNCLEAR_ANSWER, Action.ALARM, "nobody understood: ask the owner",
        ),
        ({"turn": None, "move": Side.THEM}, {}, Reason.NO_QUOTE, Action.NONE, "we never wrote"),
        ({"quotes": (quote(missing=()),), "product": "x"}, {}, Reason.NOT_DUE, Action.NONE, "no fact now, ask_demand later"),
        ({"absence": Absence(message_id="o", at=SENT, until=date(2026, 9, 30))}, {}, Reason.BUYER_AWAY, Action.NONE, "away"),
        (
            {"answer": Answer(message_id="a", at=SENT + timedelta(days=1), type="holding")},
            {}, Reason.NOT_DUE, Action.NONE, "he said he would come back",
        ),
        ({"stage": "in_production"}, {}, Reason.OUR_MOVE, Action.NONE, "a stage whose clock is ours"),
        ({"stage": "no_such_stage"}, {}, Reason.NO_TOPIC, Action.NONE, "an unknown stage does nothing"),
    ],
)  # fmt: skip
def test_vetoes(changes: dict[str, Any], ledger: dict[str, Any], reason: Reason, action: Action, why: str) -> None:
    decision = ask(facts(**changes), **ledger)
    assert decision.action is action, f"{why}: {decision}"
    if changes.get("stage") != "no_such_stage" and reason is not Reason.FINISHED:
        assert decision.reason is reason, f"{why}: {decision}"


@pytest.mark.parametrize(
    ("reach", "reason"), [(Reach.SITE, Reason.ANSWER_ON_SITE), (Reach.ASK, Reason.ADDRESS_UNKNOWN)]
)
def test_nothing_is_drafted_to_whom_a_mail_does_not_reach(reach: Reach, reason: Reason) -> None:
    buyer = replace(facts().buyer, reach=reach, platform="Alibaba.com")
    decision = ask(facts(buyer=buyer))
    assert (decision.action, decision.reason) == (Action.NONE, reason)
    assert ask(facts(buyer=replace(buyer, reach=Reach.RELAY))).action is Action.DRAFT


def test_an_ambiguous_last_day_is_never_spoken_of() -> None:
    from followupd.model import Validity

    terms = Terms(prices=quote().terms.prices, validity=Validity(date(2026, 9, 10), ambiguous=True))
    decision = ask(facts(quotes=(quote(terms=terms, valid_until=date(2026, 9, 10)),)))
    assert "valid_until" not in {e.what for e in decision.evidence}
    assert decision.topic != "validity_ending"


@pytest.mark.parametrize("state", [s for s in DraftState if s not in {DraftState.FAILED, DraftState.WITHDRAWN}])
def test_a_step_is_used_up_whatever_became_of_its_draft(state: DraftState) -> None:
    assert steps_used(OurTurn(id="q1@us", started=SENT, last=SENT), LedgerView(drafts=(record(state=state),))) == 1


def test_a_step_is_given_back_when_its_draft_never_came_to_be() -> None:
    for state in (DraftState.FAILED, DraftState.WITHDRAWN):
        assert steps_used(OurTurn(id="q1@us", started=SENT, last=SENT), LedgerView(drafts=(record(state=state),))) == 0


def test_a_sent_draft_is_not_counted_twice() -> None:
    turn = OurTurn(id="q1@us", started=SENT, last=SENT, followups=("mine@us", "hand@us"))
    ledger = LedgerView(drafts=(record(state=DraftState.SENT, sent_as="mine@us"),))
    assert steps_used(turn, ledger) == 2


def test_an_untouched_draft_is_withdrawn_and_a_touched_one_never() -> None:
    wrote = facts(last_in=NOW, move=Side.US)
    ours = OpenDraft(thread_id="t1", message_id="fu.1@us", uid=1, ours=True, untouched=True)
    assert ask(wrote, open=(ours,), drafts=(record(),)).action is Action.WITHDRAW
    touched = replace(ours, untouched=False)
    assert ask(wrote, open=(touched,), drafts=(record(state=DraftState.EDITED),)).action is not Action.WITHDRAW


def test_a_draft_about_a_day_that_is_over_is_withdrawn() -> None:
    over = facts(quotes=(quote(valid_until=date(2026, 9, 7)),))
    ours = OpenDraft(thread_id="t1", message_id="fu.1@us", uid=1, ours=True, untouched=True)
    decision = ask(over, open=(ours,), drafts=(record(topic="validity_ending"),))
    assert (decision.action, decision.reason) == (Action.WITHDRAW, Reason.OVERTAKEN)


def test_two_threads_of_one_buyer_do_not_write_on_the_same_morning() -> None:
    other = record(token="x", thread_id="t2", turn_id="q9@us", created=NOW - timedelta(hours=3))
    assert ask(buyer_drafts=(other,)).reason is Reason.MIN_GAP


def test_four_in_thirty_days_are_enough_for_anybody() -> None:
    many = tuple(record(token=str(n), turn_id=f"q{n}@us", created=NOW - timedelta(days=5 + n)) for n in range(4))
    assert ask(buyer_drafts=many).action is Action.NONE


# ---- properties -----------------------------------------------------------------------------------

days = st.integers(min_value=0, max_value=200)
answers = st.sampled_from([None, "ack", "holding", "waiting_client", "no_need_now", "lost", "question", "unclassified", "price_high"])
states = st.sampled_from(list(DraftState))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Facts, LedgerView, tuple[OpenDraft, ...], datetime]:
    now = SENT + timedelta(days=draw(days), hours=draw(st.integers(0, 23)))
    kind = draw(answers)
    at = SENT + timedelta(days=draw(days))
    leaves = {"ack", "holding", "waiting_client", "no_need_now", "lost"}
    valid = draw(st.none() | st.integers(-5, 60))
    last_in = at if kind and at <= now else ASKED
    f = facts(
        move=Side.US if kind and kind not in leaves and at <= now else Side.THEM,
        answer=Answer(message_id="a@de", at=at, type=kind) if kind and at <= now else None,
        last_in=last_in,
        stage={"lost": "lost", "no_need_now": "paused"}.get(kind or "", "quoted") if at <= now else "quoted",
        quotes=(quote(valid_until=(SENT + timedelta(days=valid)).date() if valid is not None else None),),
        absence=Absence(message_id="o@de", at=SENT + timedelta(days=1)) if draw(st.booleans()) else None,
        risk=draw(st.sampled_from([Risk.NONE, Risk.NONE, Risk.NONE, Risk.FRAUD])),
        risk_hits=(Hit("x", -10, "x"),),
    )
    topics = st.sampled_from([t.id for t in BOOK.topics])
    drafts = tuple(
        record(token=token("q1@us", n), step=n, topic=draw(topics), state=draw(states), message_id=f"fu.{n}@us",
               created=SENT + timedelta(days=draw(days)))
        for n in range(draw(st.integers(0, 4)))
    )  # fmt: skip
    drafts = tuple(sorted(drafts, key=lambda d: d.created))
    standing = tuple(
        OpenDraft(thread_id="t1", message_id=d.message_id, uid=n + 1, ours=True, untouched=d.state is DraftState.PLACED)
        for n, d in enumerate(drafts)
        if draw(st.booleans())
    )[:1]
    return f, LedgerView(drafts=drafts, buyer_drafts=drafts), standing, now


@settings(max_examples=400, deadline=None)
@given(cases())
def test_laws_of_the_decision(case: tuple[Facts, LedgerView, tuple[OpenDraft, ...], datetime]) -> None:
    f, ledger, standing, now = case
    decision = decide(thread(), f, BOOK, ledger, standing, SET, now)
    assert decision == decide(thread(), f, BOOK, ledger, standing, SET, now), "the same in, the same out"
    assert decision.reason in TEXTS
    assert decision.next_due is None or decision.next_due > now, "a due date lies ahead"
    if decision.action is Action.DRAFT:
        assert not standing, "one open draft per thread"
        assert f.move is Side.THEM, "the buyer's word stops the clock"
        assert f.risk is Risk.NONE
        assert decision.step == steps_used(f.turn, ledger) if f.turn else False
        used = {d.token for d in ledger.drafts if d.state not in {DraftState.FAILED, DraftState.WITHDRAWN}}
        assert token(decision.turn_id or "", decision.step) not in used, "at most one draft per turn and step"
        counted = [d for d in ledger.drafts if d.state not in {DraftState.FAILED, DraftState.WITHDRAWN}]
        assert not counted or counted[-1].topic != decision.topic or decision.topic == "forwardable_help"
        assert BOOK.calendar(f.buyer, US).is_business(BOOK.calendar(f.buyer, US).day(now)), "never on a weekend"
    if decision.action is Action.WITHDRAW:
        assert any(d.untouched for d in standing), "only what nobody touched is withdrawn"


# ---- rules ----------------------------------------------------------------------------------------


def test_every_trigger_is_named_by_a_topic_and_every_topic_has_one() -> None:
    named = {entry.data["trigger"] for entry in read_rules().tables["topics"].values()}
    assert named == set(triggers()), "those that are switched off included"


def test_every_reason_has_a_sentence_in_both_languages() -> None:
    assert set(TEXTS) == set(Reason)
    assert all(en and zh for en, zh in TEXTS.values())


def _with_rule(table: str, id: str, text: str) -> Any:
    source = read_rules()
    file = parse_yaml(f"{id}: {text}\n", f"mine/{table}.yaml")
    old = source.tables[table].get(id)
    data = {**(old.data if old else {}), **file.data[id]}
    source.tables[table][id] = Entry(id, data, (*(old.files if old else ()), (file, (id,))))
    return source


@pytest.mark.parametrize(
    ("table", "id", "text", "words"),
    [
        ("stages", "quoted", "{silence: [7bd, 3bd]}", "the thresholds must rise"),
        ("stages", "quoted", "{silence: [3 days]}", "must be like 3bd"),
        ("stages", "quoted", "{then: nowhere}", "there is no stage 'nowhere'"),
        ("topics", "close_out", "{trigger: magic}", "there is no trigger 'magic'"),
        ("topics", "close_out", "{stages: [quotd]}", "there is no stage 'quotd'"),
        ("countries", "DE", "{timezone: Europe/Berln}", "must be an IANA time zone"),
        ("countries", "DE", "{weekend: [saturday]}", "days are mon"),
    ],
)
def test_a_broken_rule_is_named_with_its_line(table: str, id: str, text: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Rulebook.build(_with_rule(table, id, text))
    assert words in str(caught.value)
    assert f"mine/{table}.yaml:1" in str(caught.value)


def test_a_threshold_of_the_user_wins() -> None:
    book = Rulebook.build(_with_rule("stages", "quoted", "{silence: [8bd, 12bd]}"))
    assert decide(thread(), facts(), book, LedgerView(), (), SET, NOW).reason is Reason.NOT_DUE
