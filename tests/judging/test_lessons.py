"""What corrections teach: little, only when they agree, never the opposite of what a sign means."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from followupd.judging.intent import judge_intent
from followupd.judging.lessons import ENOUGH, RANK, TOP, Correction, Lesson, Lessons, learn
from followupd.judging.message import JudgeContext, seen_as
from followupd.model import Verdict
from tests.judging.judging_at_hand import mail
from tests.judging.test_invented_mails import OWN, rules

POINTS = {"free_mail": -1.0, "quantity": 3.0, "catalogue": -3.0}


def corrected(number: int, theirs: Verdict, *signals: str, ours: Verdict = Verdict.UNSURE) -> Correction:
    return Correction(f"m{number}@x", ours, theirs, signals)


def test_a_sign_that_is_wrong_again_and_again_counts_less() -> None:
    lessons = learn([corrected(n, Verdict.GENUINE, "free_mail", "catalogue") for n in range(6)], POINTS)
    assert lessons.points("catalogue", -3.0) == -2.0
    assert lessons.points("free_mail", -1.0) == 0.0, "it may come to count nothing, never the opposite"
    assert lessons.points("quantity", 3.0) == 3.0, "a sign that was not there learns nothing"


def test_too_few_or_contradictory_corrections_teach_nothing() -> None:
    few = [corrected(n, Verdict.GENUINE, "catalogue") for n in range(ENOUGH - 1)]
    mixed = [corrected(n, Verdict.GENUINE if n % 2 else Verdict.VAGUE, "catalogue") for n in range(20)]
    agreed = [corrected(n, Verdict.GENUINE, "quantity", ours=Verdict.GENUINE) for n in range(20)]
    for corrections in (few, mixed, agreed):
        assert learn(corrections, POINTS).by_signal == {}


def test_a_word_taken_back_takes_its_lesson_back() -> None:
    corrections = [corrected(n, Verdict.VAGUE, "quantity", ours=Verdict.LIKELY) for n in range(ENOUGH)]
    assert learn(corrections, POINTS).points("quantity", 3.0) < 3.0
    assert learn(corrections[1:], POINTS).by_signal == {}


@given(st.lists(st.tuples(st.sampled_from(list(RANK)), st.sampled_from(list(RANK)), st.sets(st.sampled_from(list(POINTS)))), max_size=60))
def test_lessons_are_bounded_and_need_no_order(said: list[tuple[Verdict, Verdict, set[str]]]) -> None:
    corrections = [Correction(f"m{n}", ours, theirs, tuple(sorted(signals))) for n, (ours, theirs, signals) in enumerate(said)]
    lessons = learn(corrections, POINTS)
    assert learn(reversed(corrections), POINTS) == lessons
    for lesson in lessons.by_signal.values():
        assert abs(lesson.now - lesson.points) <= TOP
        assert lesson.now * lesson.points >= 0


def test_the_reason_shown_tells_what_was_learnt() -> None:
    message = mail("Please quote 2000 pcs of ball valve DN50 with CE certificate, CIF Valencia.")
    taught = replace(rules(), lessons=Lessons({"quantity": Lesson("quantity", 3.0, 2.0, 6)}))
    _, before, _ = judge_intent(seen_as(message, rules(), JudgeContext(OWN)), rules())
    _, after, hits = judge_intent(seen_as(message, taught, JudgeContext(OWN)), taught)
    hit = next(h for h in hits if h.signal == "quantity")
    assert (hit.points, after) == (2.0, before - 1.0)
    assert "+3 before your corrections" in hit.en
    assert "+3" in hit.zh
