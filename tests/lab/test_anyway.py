"""Follow-ups against silences without one: figures worked out by hand, and an invented mailbox whose truth is known."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from itertools import count

import pytest

from followupd.lab.anyway import Alike, Effect, FollowUp, Group, effects
from followupd.lab.case import Quiet
from followupd.lab.survival import Silence

AT = datetime(2026, 3, 2, tzinfo=UTC)
number = count()


def quiet(days: int, answered: bool, *, buyer: str = "", stage: str = "quoted", ours: bool = True, before: Quiet | None = None) -> Quiet:
    n = next(number)
    return Quiet(f"m{n}", buyer or f"b{n}@x.example", stage, ours, AT, Silence(days, answered), before)


def followed(waited: int, days: int, answered: bool, topic: str = "ask_demand", **more: str) -> FollowUp:
    """A buyer silent for ``waited`` days, then followed up; the answer came ``days`` after, or nothing for so long."""
    broke = quiet(waited, False, **more)
    return FollowUp(topic, quiet(days, answered, buyer=broke.buyer, before=broke), broke)


def told(followups: list[FollowUp], others: list[Quiet]) -> tuple[Effect, ...]:
    return effects(followups, [*(f.broke for f in followups), *(f.quiet for f in followups), *others])


def test_the_share_answered_stands_against_silences_as_long_without_a_follow_up() -> None:
    """24 were followed up on day 3, 12 answered. Of 40 others still silent then, 4 answered on day 5. Ten had answered before and say nothing."""
    ups = [followed(3, 2, True) for _ in range(12)] + [followed(3, 30, False) for _ in range(12)]
    others = [quiet(5, True) for _ in range(4)] + [quiet(60, False) for _ in range(36)] + [quiet(1, True) for _ in range(10)]
    (found,) = told(ups, others)
    assert (found.sent, found.answered, found.open, found.compared) == (24, 12, 0, 24)
    assert found.after.share == pytest.approx(12 / 24)
    assert found.silences == 40
    assert found.anyway.share == pytest.approx(4 / 40)
    assert found.apart


def test_a_silence_after_a_follow_up_is_no_comparison() -> None:
    """What follows a follow-up was followed up: only silences that nobody broke may tell what happens anyway."""
    ups = [followed(3, 20, True) for _ in range(25)]
    others = [quiet(60, False) for _ in range(30)]
    (found,) = told(ups, others)
    assert found.silences == 30
    assert found.anyway.share == 0.0


def test_only_the_same_stage_is_compared_and_never_the_same_buyer() -> None:
    ups = [followed(3, 2, True, buyer="one@x.example")]
    others = [quiet(60, False) for _ in range(6)] + [quiet(5, True, stage="pi_sent") for _ in range(6)] + [quiet(5, True, buyer="one@x.example") for _ in range(6)]
    (found,) = told(ups, others)
    assert (found.silences, found.anyway.share) == (6, 0.0)


def test_a_second_follow_up_is_held_against_silences_after_a_first() -> None:
    """Whoever was followed up once and fell silent again is compared with the like, never with buyers nobody had followed up."""
    first = [followed(3, 60, False) for _ in range(30)]
    again = [followed(3, 4, False) for _ in range(5)]
    second = [FollowUp("close_out", quiet(1, True, buyer=f.quiet.buyer, before=f.quiet), f.quiet) for f in again]
    fresh = [quiet(60, False) for _ in range(40)]
    found = {e.topic: e for e in told([*first, *again, *second], fresh)}
    assert found["close_out"].silences == 30
    assert found["ask_demand"].silences == 40


def test_silences_cut_off_count_for_as_long_as_they_lasted() -> None:
    """Ten silent on day 3: one answers 2 days later, four are cut off 3 days later, one of the five left answers on day 5: 1 - 0.9 x 0.8."""
    others = [quiet(5, True), *[quiet(6, False) for _ in range(4)], quiet(8, True), *[quiet(40, False) for _ in range(4)]]
    (found,) = told([followed(3, 9, True)], others)
    assert found.anyway.share == pytest.approx(0.28)
    assert found.anyway.counted < 10


def test_an_answer_after_the_days_looked_at_is_none() -> None:
    (found,) = told([followed(3, 11, True) for _ in range(20)], [])
    assert (found.answered, found.after.share) == (0, 0.0)


def test_follow_ups_whose_days_are_not_over_are_told_apart() -> None:
    (found,) = told([followed(3, 4, False) for _ in range(5)] + [followed(3, 2, True)], [])
    assert (found.sent, found.answered, found.open) == (6, 1, 5)
    assert not found.after.enough


def test_few_numbers_show_no_share() -> None:
    ups = [followed(3, 2, True) for _ in range(19)]
    (found,) = told(ups, [quiet(60, False) for _ in range(100)])
    assert not found.enough
    (found,) = told([*ups, followed(3, 2, True)], [quiet(60, False) for _ in range(19)])
    assert found.after.enough
    assert not found.enough, "nineteen silences to compare with are too few"


def test_all_topics_together_come_first() -> None:
    ups = [followed(3, 2, True, "close_out"), *(followed(3, 2, True) for _ in range(3))]
    assert [e.topic for e in told(ups, [])] == ["", "ask_demand", "close_out"]
    assert [e.topic for e in told(ups[:1], [])] == ["close_out"]
    assert told([], [quiet(3, True)]) == ()


def mailbox(lift: float, buyers: int = 3000, seed: int = 5) -> Effect:
    """Every buyer answers each day with a rate of 3 %, after a follow-up with 3 % + ``lift``; half are followed up, on a day drawn by lot."""
    lot = random.Random(seed)
    ups: list[FollowUp] = []
    others: list[Quiet] = []
    for n in range(buyers):
        day, buyer = lot.choice([3, 5, 7]), f"s{n}@x.example"
        own = answer(lot, 0.03)
        cut = day if lot.random() < 0.5 else lot.randrange(10, 60)
        if own < cut:
            others.append(quiet(own, True, buyer=buyer))
        elif cut != day:
            others.append(quiet(cut, False, buyer=buyer))
        else:
            after, ends = answer(lot, 0.03 + lift), lot.randrange(5, 40)
            ups.append(followed(day, min(after, ends), after <= ends, buyer=buyer))
    return told(ups, others)[0]


def answer(lot: random.Random, rate: float) -> int:
    return next(day for day in count() if lot.random() < rate)


def test_follow_ups_that_do_nothing_are_found_to_do_nothing() -> None:
    """A naive share would tell 26 % as success; the comparison tells the same 26 %."""
    found = mailbox(0.0)
    assert found.enough
    assert found.after.share > 0.2
    assert found.after.share == pytest.approx(found.anyway.share, abs=0.035)
    assert not found.apart


def test_follow_ups_that_do_something_are_found_to_do_so() -> None:
    found = mailbox(0.04)
    true_after, true_anyway = 1 - 0.93**11, 1 - 0.97**11
    assert found.after.share == pytest.approx(true_after, abs=0.04)
    assert found.anyway.share == pytest.approx(true_anyway, abs=0.04)
    assert found.apart


def test_many_followups_go_through_the_silences_once_and_not_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise a mailbox of ten thousand follow-ups would be counted for an hour."""
    looked: list[int] = []
    real = Alike.of

    def of(self: Alike, group: Group) -> tuple[Quiet, ...]:
        found = real(self, group)
        looked.append(len(found))
        return found

    monkeypatch.setattr(Alike, "of", of)
    sent = [followed(3, n % 9, n % 3 == 0, buyer=f"b{n}@x.example") for n in range(200)]
    others = [quiet(4 + n % 20, n % 4 == 0, buyer=f"b{n}@x.example") for n in range(200)]
    (found,) = told(sent, others)
    assert (found.compared, found.silences) == (200, 200)
    assert sum(looked) <= 2 * len(others)
