"""The figures of the report, over conversations written in days and judged by the real rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from followupd.judging.lessons import Correction
from followupd.lab.anyway import OWN
from followupd.lab.case import quiets_of
from followupd.lab.report import Counted, Covered, Report, Source, StageRule, report_of
from followupd.model import Verdict, Word, WordKind
from tests.pages.office import MONDAY, PLACES, Talk, case

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
UNTIL = MONDAY + 120 * DAY
STAGES = [StageRule("quoted", "quoted", "已报价", (3, 7, 14)), StageRule("sample_sent", "sample on its way", "样品在途", ())]


def counted(*talks: Talk, until: datetime = UNTIL, since: datetime | None = None, corrections: tuple[Correction, ...] = ()) -> Report:
    covered = Covered(account="lily", first=MONDAY, last=UNTIL, mails=sum(len(t.mails) for t in talks), threads=len(talks), looked_at=until)
    source = Source(made=until, timezone="Asia/Shanghai", since=since, covered=(covered,), version="0", rules="r", own_rules=False)
    return report_of([case(t, until) for t in talks], corrections, source, STAGES, (), (9, 18))


def reached(report: Report) -> dict[str, int]:
    return {s.id: s.of_all.part for s in report.funnel.steps}


# ---- from inquiry to order ------------------------------------------------------------------------


def ordered(n: int) -> Talk:
    talk = Talk(n).say("ask").say("quote", 2 * HOUR).say("wants sample", 2 * DAY).say("sample", DAY).say("orders", 14 * DAY)
    return talk.say("pi", HOUR).say("paid", DAY).say("starts", HOUR)


def test_each_inquiry_counts_once_at_every_step_it_ever_reached() -> None:
    report = counted(
        Talk(1).say("ask"),
        Talk(2).say("ask").say("quote", HOUR),
        Talk(3).say("ask").say("quote", HOUR).say("wants sample", DAY).say("sample", DAY),
        Talk(4).say("ask").say("quote", HOUR).say("orders", DAY).say("pi", HOUR),
        ordered(5),
    )
    assert reached(report) == {"inquiry": 5, "quote": 4, "sample": 2, "pi": 2, "order": 1}
    assert report.funnel.step("sample").of_quoted == Counted(2, 4)
    assert report.funnel.young == 0


def test_what_is_no_inquiry_is_not_counted() -> None:
    """A fraud and no buyer by the user's word, and a conversation that we began ourselves."""
    report = counted(Talk(1).say("ask").verdict("fraud"), Talk(2).say("ask").verdict("not_a_buyer"), Talk(3).say("note"), Talk(4).say("vague"))
    assert reached(report)["inquiry"] == 1


def test_the_users_own_word_counts_as_a_step() -> None:
    talk = Talk(1).say("ask").say("quote", HOUR)
    talk.words.append(Word(kind=WordKind.STAGE, scope="thread", target=talk.mails[0].id, value="sample_sent", at=UNTIL))
    assert reached(counted(talk)) == {"inquiry": 1, "quote": 1, "sample": 1, "pi": 0, "order": 0}


def test_the_young_are_told_and_since_leaves_out_the_old() -> None:
    talks = [Talk(1).say("ask"), Talk(2, begin=UNTIL - 20 * DAY).say("ask")]
    assert counted(*talks).funnel.young == 1
    assert reached(counted(*talks, since=UNTIL - 25 * DAY))["inquiry"] == 1


# ---- silence --------------------------------------------------------------------------------------


def test_silences_are_told_by_the_stage_after_our_mail() -> None:
    talks = [Talk(n).say("ask").say("quote", HOUR).say("question", 2 * DAY) for n in range(20)] + [Talk(n).say("ask").say("quote", HOUR) for n in range(20, 40)]
    (quoted,) = counted(*talks, Talk(41).say("ask").say("quote", HOUR).say("wants sample", DAY).say("sample", DAY)).silences
    assert (quoted.stage, quoted.curve.silences, quoted.curve.answered) == ("quoted", 41, 21)
    assert quoted.curve.silent_after(2) == pytest.approx(20 / 41)
    assert quoted.at_risk == (41, 20, 20, 20, 20, 20)
    assert quoted.enough


def test_few_silences_are_not_drawn() -> None:
    (quoted,) = counted(*[Talk(n).say("ask").say("quote", HOUR) for n in range(19)]).silences
    assert not quoted.enough


def test_a_buyer_who_will_come_back_is_waited_for_from_that_day_on() -> None:
    found = list(quiets_of(case(Talk(1).say("ask").say("quote", HOUR).say("waits", 2 * DAY).say("note", 7 * DAY), UNTIL)))
    assert [(q.ours, q.days, q.silence.answered) for q in found[:2]] == [(True, 2, True), (False, 5, False)]
    assert found[2].before == found[1]


# ---- follow-ups -----------------------------------------------------------------------------------


def test_a_sent_draft_and_the_users_own_words_are_follow_ups_a_new_offer_is_none() -> None:
    talks = [
        Talk(1).say("ask").say("quote", HOUR).follow_up("complete_quote", 4 * DAY).say("question", 2 * DAY),
        Talk(2).say("ask").say("quote", HOUR).say("note", 4 * DAY),
        Talk(3).say("ask").say("quote", HOUR).say("quote", 7 * DAY),
        Talk(4).say("ask").say("quote", HOUR).follow_up("complete_quote", 4 * DAY, sent=False),
        Talk(5).say("ask").say("quote", HOUR).say("note", HOUR),
    ]
    found = {e.topic: (e.sent, e.answered) for e in counted(*talks).followups}
    assert found == {"": (2, 1), "complete_quote": (1, 1), OWN: (1, 0)}


def test_follow_ups_stand_against_the_same_mailbox() -> None:
    """Twenty followed up on day 4, half of them answered two days later; of thirty others left alone three answered on day 7."""
    talks = [Talk(n).say("ask").say("quote", HOUR).follow_up("complete_quote", 4 * DAY) for n in range(20)]
    for talk in talks[:10]:
        talk.say("question", 3 * DAY)
    talks += [Talk(n).say("ask").say("quote", HOUR) for n in range(20, 50)]
    for talk in talks[20:23]:
        talk.say("question", 9 * DAY)
    (found,) = counted(*talks).followups
    assert (found.sent, found.answered, found.silences, found.compared) == (20, 10, 30, 20)
    assert found.after.share == pytest.approx(0.5)
    assert found.anyway.share == pytest.approx(0.1)
    assert found.apart


# ---- our own side ---------------------------------------------------------------------------------


def test_first_answers_are_measured_in_our_working_hours() -> None:
    """Monday ten o'clock: two hours; Friday five in the afternoon to Monday ten: two hours; a night in between: one."""
    friday, evening = MONDAY + 4 * DAY + 7 * HOUR, MONDAY + 8 * HOUR
    report = counted(
        Talk(1).say("ask").say("quote", 2 * HOUR),
        Talk(2, begin=friday).say("ask").say("quote", 2 * DAY + 17 * HOUR),
        Talk(3, begin=evening).say("ask").say("quote", 16 * HOUR),
        Talk(4).say("ask"),
        Talk(5).say("vague"),
    ).response
    assert report.hours == (1.0, 2.0, 2.0)
    assert report.bins == (1, 2, 0, 0, 0, 0)
    assert report.unanswered == 1
    assert dict(report.within) == {4: Counted(3, 4), 24: Counted(3, 4)}
    assert (report.quantile(0.5), report.quantile(0.9)) == (2.0, 2.0)
    assert [w.who for w in report.waiting] == ["Alex Glover"]


def test_an_inquiry_that_came_just_now_is_not_late() -> None:
    report = counted(Talk(1, begin=MONDAY).say("ask"), Talk(2).say("ask").say("quote", HOUR), until=MONDAY + 5 * HOUR).response
    assert dict(report.within) == {4: Counted(1, 2), 24: Counted(0, 0)}


def test_nothing_to_measure() -> None:
    report = counted()
    assert report.response.quantile(0.5) is None
    assert report.empty
    assert reached(report)["inquiry"] == 0


# ---- countries and verdicts -----------------------------------------------------------------------


def test_countries_with_the_most_inquiries_come_first() -> None:
    us, de = PLACES[1], PLACES[0]
    talks = [Talk(1, place=us).say("ask"), Talk(2, place=us).say("ask").say("quote", HOUR), Talk(3, place=de).say("ask")]
    talks.append(Talk(4, place=("com", "Nowhere", "")).say("ask"))
    assert [(c.code, c.inquiries, c.quoted, c.ordered) for c in counted(*talks).countries] == [("US", 2, 1, 0), ("DE", 1, 0, 0), ("", 1, 0, 0)]


def test_verdicts_are_held_against_the_users() -> None:
    talks = [Talk(n).say("ask") for n in range(4)]
    pairs = [(Verdict.GENUINE, Verdict.GENUINE), (Verdict.VAGUE, Verdict.GENUINE), (Verdict.UNSURE, Verdict.VAGUE)]
    said = tuple(Correction(talk.mails[0].id, ours, theirs, ()) for talk, (ours, theirs) in zip(talks, pairs, strict=False))
    found = counted(*talks, corrections=said).verdicts
    assert found.agreed == Counted(1, 3)
    assert found.judged == 4
    assert found.count(Verdict.VAGUE, Verdict.GENUINE) == 1
    assert [(d.ours, d.theirs) for d in found.differing] == [("vague", "genuine"), ("unsure", "vague")]


def test_the_same_conversations_give_the_same_report() -> None:
    assert counted(*[ordered(n) for n in range(5)]) == counted(*[ordered(n) for n in range(5)])


def test_working_time_between_two_moments() -> None:
    office = case(Talk(1).say("ask"), UNTIL).office
    monday = datetime(2026, 3, 2, 1, tzinfo=UTC)
    assert office.worked(monday, monday + 9 * HOUR) == 9 * HOUR
    assert office.worked(monday - 5 * HOUR, monday + HOUR) == HOUR
    assert office.worked(monday + 5 * DAY, monday + 6 * DAY) == timedelta()
    assert office.worked(monday, monday - HOUR) == timedelta()
    assert office.worked(monday, monday + 7 * DAY) == 45 * HOUR
