"""Traps of the deciding room, one story each: what the user said, what the buyer said, and what must not happen then."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from followupd.deciding.asked import Settings
from followupd.deciding.decide import decide
from followupd.model import (
    Absence,
    Action,
    Answer,
    Buyer,
    Decision,
    DraftState,
    LedgerView,
    OpenDraft,
    OurTurn,
    Reason,
    Risk,
    Side,
    Validity,
    Verdict,
    Word,
    WordKind,
)  # fmt: skip
from tests.deciding.test_decide import ANNA, ASKED, BOOK, SENT, SET, US, facts, quote, record, thread

DAY = timedelta(days=1)


def at(days: float) -> datetime:
    return SENT + days * DAY


def ask(f: Any, now: datetime, *, open: tuple[OpenDraft, ...] = (), words: tuple[Word, ...] = (), drafts: Any = ()) -> Decision:
    return decide(thread(), f, BOOK, LedgerView(drafts=tuple(drafts), buyer_drafts=tuple(drafts), words=words), open, SET, now)


def say(kind: WordKind, when: datetime, value: str = "", **more: Any) -> Word:
    return Word(kind=kind, scope="thread", target="i1@de", value=value, at=when, **more)


def series(*topics: str, turn: str = "q1@us", first: float = 5, gap: float = 6, state: DraftState = DraftState.SENT) -> list[Any]:
    return [
        record(token=f"{turn}{n}", turn_id=turn, step=n, topic=t, created=at(first + n * gap), state=state,
               message_id=f"fu.{turn}.{n}", sent_as=f"sent.{turn}.{n}")
        for n, t in enumerate(topics)
    ]  # fmt: skip


def turn(drafts: list[Any], **more: Any) -> OurTurn:
    plain: dict[str, Any] = {"id": "q1@us", "started": SENT, "last": max([SENT, *(d.created for d in drafts)])}
    return OurTurn(**{**plain, "followups": tuple(d.sent_as for d in drafts), **more})


def days_of(f: Any, until: int, *, words: tuple[Word, ...] = (), start: int = 0) -> list[tuple[int, str]]:
    """Play the days; each draft is sent by hand on the spot. What was drafted, by day and topic."""
    drafts: list[Any] = []
    found = []
    own = f.turn
    for day in range(start, until):
        now = at(day) + timedelta(hours=6)
        f = replace(f, turn=replace(own, followups=tuple(d.sent_as for d in drafts), last=max([own.last, *(d.created for d in drafts)])))
        d = ask(f, now, words=words, drafts=drafts)
        if d.action is Action.DRAFT:
            found.append((day, d.topic or ""))
            drafts.append(record(token=f"s{d.step}", step=d.step, topic=d.topic, created=now, state=DraftState.SENT,
                                 message_id=f"m{d.step}", sent_as=f"s{d.step}@us", turn_id=own.id))  # fmt: skip
    return found


def test_the_users_verdict_ends_the_suspicion_for_drafts_that_stand_as_well() -> None:
    """Else the draft is placed and withdrawn in every turn, for ever."""
    f = facts(risk=Risk.SUSPICIOUS)
    words = (say(WordKind.VERDICT, at(1), "genuine"),)
    now = datetime(2026, 9, 8, 8, 0, tzinfo=UTC)
    first = ask(f, now, words=words)
    assert first.action is Action.DRAFT
    placed = record(created=now, topic=first.topic)
    ours = OpenDraft(thread_id="t1", message_id=placed.message_id, uid=1, ours=True, untouched=True)
    assert ask(f, now + timedelta(minutes=10), words=words, open=(ours,), drafts=(placed,)).reason is Reason.DRAFT_OPEN


@pytest.mark.parametrize("stage", ["paused", "lost"])
def test_a_thread_that_the_user_paused_or_gave_up_is_not_written_to_the_next_day(stage: str) -> None:
    words = (say(WordKind.STAGE, at(40), stage),)
    d = ask(facts(quotes=(quote(missing=()),)), at(41), words=words)
    assert d.action is Action.NONE
    assert d.next_due is not None
    assert d.next_due >= at(40 + 55), "and it wakes when the pause, or the loss, is old enough"


def test_a_stage_that_nobody_knows_is_never_written_in() -> None:
    f = facts(stage="no_such_stage", answer=Answer(message_id="a", at=at(1), type="no_need_now"), last_in=at(1))
    assert all(ask(f, at(n)).action is Action.NONE for n in range(2, 150, 7))


def test_after_three_follow_ups_and_a_close_out_nurture_still_asks_once() -> None:
    drafts = series("complete_quote", "validity_ending", "validity_ended", "close_out", gap=9)
    f = facts(turn=turn(drafts), quotes=(quote(valid_until=date(2026, 9, 20)),))
    asked = [n for n in range(35, 170) if ask(f, at(n), drafts=drafts).topic == "ask_demand"]
    assert asked
    assert asked[0] >= 32 + 85


def test_a_second_series_in_the_thread_ends_in_nurture_though_the_close_out_was_used_up() -> None:
    old = series("complete_quote", "close_out", turn="q0@us", first=-60, gap=20)
    new = series("validity_ended", turn="q1@us", first=20)
    f = facts(turn=turn(new), quotes=(quote(valid_until=date(2026, 9, 20)),))
    found = [n for n in range(25, 175) if ask(f, at(n), drafts=[*old, *new]).topic == "ask_demand"]
    assert found


def test_without_an_offer_no_draft_speaks_of_our_offer() -> None:
    f = facts(quotes=(), stage="paused", answer=Answer(message_id="a", at=at(1), type="no_need_now"), last_in=at(1))
    assert ask(f, at(70)).action is Action.NONE
    waiting = facts(quotes=(), stage="inquiry_new", answer=Answer(message_id="a", at=at(1), type="waiting_client"), last_in=at(1))
    assert ask(waiting, at(20)).action is Action.NONE


def test_a_day_the_buyer_named_holds_though_we_thanked_for_the_note() -> None:
    """We answered "fine, thank you": the buyer's day still stands."""
    kind = Answer(message_id="a@de", at=at(1), type="holding", until=date(2026, 10, 15))
    f = facts(answer=kind, last_in=at(1), turn=OurTurn(id="ok@us", started=at(1.2), last=at(1.2)))
    assert all(ask(f, at(n)).action is Action.NONE for n in range(2, 43))


def test_who_waits_for_his_client_gets_help_though_we_thanked_for_the_note() -> None:
    f = facts(answer=Answer(message_id="a@de", at=at(1), type="waiting_client"), last_in=at(1),
              turn=OurTurn(id="ok@us", started=at(1.2), last=at(1.2)))  # fmt: skip
    assert {t for _, t in days_of(f, 60, start=2)} == {"forwardable_help"}


def test_an_absence_that_began_before_our_offer_does_not_use_up_the_wait() -> None:
    away = Absence(message_id="o@de", at=at(-1), until=date(2026, 9, 18))
    f = facts(absence=away)
    first = next(n for n in range(60) if ask(f, at(n) + timedelta(hours=6)).action is Action.DRAFT)
    assert at(first).date() == date(2026, 9, 24), "back on Monday 21, then three business days"


def test_the_user_may_open_a_thread_again_after_a_stop_wish() -> None:
    f = facts(stop_wish="s@de", stage="suppressed", last_in=at(1), turn=OurTurn(id="q2@us", started=at(9), last=at(9)))
    stop = say(WordKind.STOP, at(1), "s@de")
    assert ask(f, at(20), words=(stop,)).reason is Reason.SUPPRESSED
    again = say(WordKind.STAGE, at(9), "quoted")
    assert ask(f, at(20), words=(stop, again)).reason is not Reason.SUPPRESSED
    assert ask(f, at(20), words=(again, replace(stop, at=at(12)))).reason is Reason.SUPPRESSED


def test_the_users_own_vague_counts_even_where_we_quoted() -> None:
    assert ask(facts(), at(6), words=(say(WordKind.VERDICT, at(1), "vague"),)).reason is Reason.VAGUE


def test_mail_from_the_eve_of_a_long_holiday_of_ours_still_raises_its_alarm() -> None:
    """Golden Week: four of our working hours have passed only eight days later."""
    wrote = datetime(2026, 9, 30, 11, 0, tzinfo=UTC)
    f = facts(stage="inquiry_new", move=Side.US, turn=None, quotes=(), last_in=wrote, last_out=None)
    hours = [wrote + timedelta(hours=n) for n in range(24 * 12)]
    assert any(ask(f, h).action is Action.ALARM for h in hours)


def test_a_reply_owed_is_told_within_a_day_on_the_clock_at_the_latest() -> None:
    wrote = datetime(2026, 9, 2, 9, 0, tzinfo=UTC)
    f = facts(stage="inquiry_new", move=Side.US, turn=None, quotes=(), last_in=wrote, last_out=None)
    steps = [d.step for n in range(200) if (d := ask(f, wrote + timedelta(hours=n))).action is Action.ALARM and n <= 25]
    assert set(steps) == {0, 1}


@pytest.mark.parametrize("days", range(3, 22))
def test_a_short_validity_never_makes_three_mails_in_a_fortnight(days: int) -> None:
    f = facts(quotes=(quote(valid_until=(SENT + days * DAY).date()),))
    drafted = [n for n, _ in days_of(f, 60)]
    assert all(c - a >= 11 for a, _, c in zip(drafted, drafted[1:], drafted[2:], strict=False)), drafted


def test_an_ambiguous_last_day_does_not_keep_the_offer_from_being_completed() -> None:
    terms = replace(quote().terms, validity=Validity(date(2026, 9, 10), ambiguous=True))
    f = facts(quotes=(quote(terms=terms, valid_until=date(2026, 9, 10)),))
    assert ask(f, at(6)).topic == "complete_quote"


def test_nothing_is_announced_that_will_never_be_written() -> None:
    """Nurture ends 180 days after the buyer's last word; a question due later is not promised."""
    drafts = series("complete_quote", "close_out", first=120, gap=30)
    f = facts(turn=turn(drafts, started=at(115)), quotes=(quote(sent=at(115)),))
    d = ask(f, at(151), drafts=drafts)
    assert d.next_due is None or d.next_due < ASKED + 180 * DAY


def test_a_stage_the_user_named_after_the_draft_makes_it_void() -> None:
    placed = record(created=at(6))
    ours = OpenDraft(thread_id="t1", message_id=placed.message_id, uid=1, ours=True, untouched=True)
    words = (say(WordKind.STAGE, at(7), "lost"),)
    assert ask(facts(), at(8), words=words, open=(ours,), drafts=(placed,)).action is Action.WITHDRAW


def test_help_that_names_the_last_day_is_withdrawn_when_that_day_is_over() -> None:
    f = facts(quotes=(quote(valid_until=date(2026, 9, 20)),), answer=Answer(message_id="a", at=at(1), type="waiting_client"), last_in=at(1))
    placed = record(created=at(15), topic="forwardable_help")
    ours = OpenDraft(thread_id="t1", message_id=placed.message_id, uid=1, ours=True, untouched=True)
    assert ask(f, at(17), open=(ours,), drafts=(placed,)).action is Action.NONE
    assert ask(f, at(19.5), open=(ours,), drafts=(placed,)).action is Action.WITHDRAW


def test_new_offers_without_an_answer_do_not_open_endless_series() -> None:
    """Four unanswered drafts are enough, whatever new prices we sent in between."""
    old = series("complete_quote", "validity_ending", "validity_ended", "close_out", turn="q0@us", first=-30, gap=7)
    f = facts(last_in=at(-40))
    assert ask(f, at(6), drafts=old).action is Action.NONE


def test_a_buyer_who_named_no_place_is_counted_in_the_zone_of_his_own_mails() -> None:
    f = facts(buyer=Buyer(address=ANNA))
    first, ours = thread().messages
    there = replace(thread(), messages=(replace(first, utc_offset=-480), ours))
    settings = Settings(identity=US, installed_at=SENT)
    hours = [SENT + timedelta(hours=n) for n in range(24 * 8)]
    due = next(h for h in hours if decide(there, f, BOOK, LedgerView(), (), settings, h).action is Action.DRAFT)
    assert due.hour >= 8, "midnight at UTC-8, not in Shanghai"


def test_looking_again_before_the_day_named_never_changes_the_answer() -> None:
    """What next_due promises: a thread costs nothing until then."""
    wrote = datetime(2026, 9, 2, 9, 0, tzinfo=UTC)
    cases = [
        facts(), facts(quotes=(quote(valid_until=date(2026, 9, 25)),)), facts(quotes=(quote(missing=()),)),
        facts(absence=Absence(message_id="o", at=SENT)), facts(risk=Risk.FRAUD, last_in=SENT),
        facts(stage="inquiry_new", move=Side.US, turn=None, quotes=(), last_in=wrote),
        facts(answer=Answer(message_id="a", at=at(1), type="holding"), last_in=at(1)),
        facts(answer=Answer(message_id="a", at=at(1), type="waiting_client"), last_in=at(1)),
        facts(stage="lost", answer=Answer(message_id="a", at=at(1), type="lost"), last_in=at(1)),
        facts(stage="paused", answer=Answer(message_id="a", at=at(1), type="no_need_now"), last_in=at(1)),
    ]  # fmt: skip
    for number, f in enumerate(cases):
        before: Decision | None = None
        for hour in range(26, 24 * 120, 5):
            d = ask(f, SENT + timedelta(hours=hour))
            if before is not None and (before.next_due is None or d.at < before.next_due) and before.action is not Action.DRAFT:
                assert (d.action, d.reason, d.topic, d.step) == (before.action, before.reason, before.topic, before.step), f"case {number}"
            before = d


def test_an_untouched_draft_that_was_just_placed_is_not_withdrawn_with_nothing_changed() -> None:
    for f in (facts(), facts(quotes=(quote(valid_until=date(2026, 9, 9)),))):
        for n in range(2, 60):
            d = ask(f, at(n))
            if d.action is Action.DRAFT:
                placed = record(created=d.at, topic=d.topic, step=d.step)
                ours = OpenDraft(thread_id="t1", message_id=placed.message_id, uid=1, ours=True, untouched=True)
                assert ask(f, d.at + timedelta(hours=1), open=(ours,), drafts=(placed,)).action is Action.NONE


def test_a_draft_open_elsewhere_keeps_a_second_one_to_the_same_buyer_away() -> None:
    other = record(token="x", thread_id="t2", turn_id="q9@us", created=at(1), state=DraftState.PLACED)
    d = decide(thread(), facts(), BOOK, LedgerView(buyer_drafts=(other,)), (), SET, at(7))
    assert (d.action, d.reason) == (Action.NONE, Reason.LIMIT_BUYER)
    assert d.next_due is not None
    assert d.next_due - at(7) <= 3 * DAY


def test_after_a_call_the_user_names_the_stage_and_the_silence_begins_anew() -> None:
    words = (say(WordKind.STAGE, at(20), "negotiating"),)
    assert ask(facts(), at(20.5), words=words).action is Action.NONE
    assert ask(facts(), at(26), words=words).action is Action.DRAFT


def test_verdict_members_are_what_the_command_line_offers() -> None:
    assert {v.value for v in Verdict} == {"genuine", "likely", "unsure", "vague"}


@pytest.mark.parametrize(("many", "said"), [(1, "after 1 follow-up"), (2, "after 2 follow-ups")])
def test_the_close_out_counts_one_follow_up_in_the_singular(many: int, said: str) -> None:
    drafts = series("complete_quote", "validity_ended", gap=9)[:many]
    f = facts(turn=turn(drafts), quotes=(quote(missing=()),))
    closing = [d for d in (ask(f, at(n), drafts=drafts) for n in range(15, 60)) if d.topic == "close_out"]
    assert closing
    assert closing[0].detail.endswith(said)


@pytest.mark.parametrize(("many", "said"), [(1, "1 follow-up in this turn, the most is 1"), (2, "2 follow-ups in this turn, the most is 1")])
def test_the_stage_s_maximum_counts_one_follow_up_in_the_singular(many: int, said: str) -> None:
    stage = BOOK.stages["quoted"]
    book = replace(BOOK, stages={**BOOK.stages, "quoted": replace(stage, rule=stage.rule.model_copy(update={"max": 1}))})
    drafts = series("complete_quote", "validity_ended", gap=9)[:many]
    f = facts(turn=turn(drafts), quotes=(quote(missing=()),))
    found = decide(thread(), f, book, LedgerView(drafts=tuple(drafts)), (), SET, at(30))
    assert said in {refusal.detail for refusal in found.refused}
