"""The survival of silence: against figures worked out by hand, against recorded reply times, and honest about small numbers."""

from __future__ import annotations

import csv
import gzip
import random
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followupd.lab.survival import Silence, business_days, curve, silences_of
from followupd.model import Address, Direction, Judgement, Kind, Message, Thread

EVENTS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "reply_events.csv.gz"


def test_the_estimate_is_that_of_the_textbook() -> None:
    """Six silences: answers on days 1, 2, 2, 4; cut off on days 2 and 5."""
    found = curve([Silence(1, True), Silence(2, True), Silence(2, True), Silence(2, False), Silence(4, True), Silence(5, False)])
    assert [(s.days, round(s.silent, 4), s.at_risk) for s in found.steps] == [(1, 0.8333, 6), (2, 0.5, 5), (4, 0.25, 2)]
    assert found.silent_after(3) == pytest.approx(0.5)
    assert found.answers_later(3) == pytest.approx(0.5)
    assert (found.silences, found.answered) == (6, 4)


def test_who_was_cut_off_does_not_count_as_silent_for_ever() -> None:
    answers = [Silence(n % 5 + 1, True) for n in range(50)]
    naive = 1 - 50 / 100
    assert curve([*answers, *[Silence(1, False)] * 50]).silent_after(30) < naive


silences = st.lists(st.builds(Silence, st.integers(0, 90), st.booleans()), max_size=60)


@given(silences)
def test_the_share_falls_and_stays_within_its_bounds(found: list[Silence]) -> None:
    steps = curve(found).steps
    assert all(a.silent > b.silent for a, b in pairwise(steps))
    assert all(0 <= s.low <= s.silent + 1e-9 and s.silent <= s.high + 1e-9 <= 1 + 1e-8 for s in steps)


@given(silences)
def test_a_proposal_rises_or_there_is_none(found: list[Silence]) -> None:
    proposed = curve(found * 5).proposal()
    assert not proposed or (len(proposed) == 3 and proposed[0] < proposed[1] < proposed[2])


def test_too_little_proposes_nothing() -> None:
    assert curve([Silence(2, True)] * 20).proposal() == ()
    assert curve([Silence(2, False)] * 500).proposal() == ()


def test_what_was_put_in_comes_out() -> None:
    """Answers drawn with a known rate, a third of the silences cut off at random: the curve finds the rate again."""
    lot = random.Random(7)
    found = []
    for _ in range(4000):
        answer, cut = lot.expovariate(1 / 4), lot.uniform(0, 24)
        found.append(Silence(int(min(answer, cut)), answer <= cut))
    told = curve(found)
    for days, true in ((2, 0.47), (5, 0.22), (9, 0.08)):
        assert told.silent_after(days) == pytest.approx(true, abs=0.03)


def mail(id: str, direction: Direction, day: int) -> Message:
    sender = Address("lily@us.example") if direction is Direction.OUT else Address("bob@buyer.example")
    return Message(id=id, direction=direction, date=datetime(2026, 9, day, 9, tzinfo=UTC), sender=sender)


def test_the_silences_of_a_thread() -> None:
    """Asked, quoted, followed up, a machine answers, the buyer answers; then we thank and the record ends."""
    thread = Thread(id="t", buyer=Address("bob@buyer.example"), messages=(
        mail("a", Direction.IN, 1), mail("q", Direction.OUT, 2), mail("f", Direction.OUT, 9), mail("ooo", Direction.IN, 10),
        mail("yes", Direction.IN, 14), mail("thanks", Direction.OUT, 15),
    ))  # fmt: skip
    judged = {"ooo": Judgement(kind=Kind.AUTO_REPLY), "yes": Judgement(kind=Kind.REPLY)}
    found = list(silences_of(thread, judged, datetime(2026, 9, 22, tzinfo=UTC), lambda day: day.weekday() < 5, lambda id: id))
    assert found == [Silence(5, False, "q"), Silence(3, True, "f"), Silence(5, False, "thanks")]


def test_weekends_and_holidays_do_not_count() -> None:
    friday = datetime(2026, 9, 4, 15, tzinfo=UTC)
    assert business_days(friday, friday + timedelta(days=3), lambda day: day.weekday() < 5) == 1
    assert business_days(friday, friday + timedelta(days=3), lambda day: day != date(2026, 9, 7) and day.weekday() < 5) == 0
    assert business_days(friday, friday, lambda _: True) == 0


@pytest.mark.corpus
@pytest.mark.skipif(not EVENTS.exists(), reason="the recorded reply times lie beside a checkout")
def test_recorded_reply_times_come_out_as_measured_by_others() -> None:
    """usrp-users: of threads still silent after 1, 3, 7, 14, 30 days, 22, 12.8, 5.8, 3.0 and 0.7 % are answered later."""
    with gzip.open(EVENTS, "rt") as file:
        rows = [r for r in csv.DictReader(file) if r["list"] == "usrp-users"]
    lags = sorted(float(r["lag_h"]) for r in rows if r["got_reply"] == "1")
    assert lags[len(lags) // 2] == pytest.approx(1.8, rel=0.05)
    assert lags[int(len(lags) * 0.9)] / 24 == pytest.approx(2.0, rel=0.05)
    first = [r for r in rows if r["depth"] == "0"]
    found = curve(Silence(int(float(r["lag_h"])) if r["got_reply"] == "1" else 24 * 400, r["got_reply"] == "1") for r in first)
    for days, later in ((1, 0.22), (3, 0.128), (7, 0.058), (14, 0.030), (30, 0.007)):
        assert found.answers_later(24 * days) == pytest.approx(later, abs=0.012)
