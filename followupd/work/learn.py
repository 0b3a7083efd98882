"""What have the user's corrections taught, and is it in force?

Lessons are computed from the ledger's words and the mails they speak of, whenever a word on an inquiry came or went: the
same words and the same mail teach the same (law 8), and a lost index changes nothing (law 1). A change is a change of
rules: all threads are looked at again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace

from followupd.judging.intent import judge_intent
from followupd.judging.lessons import Correction, Lessons
from followupd.judging.lessons import learn as taught_by
from followupd.judging.message import JudgeContext, seen_as
from followupd.judging.tables import JudgingRules, SignalEntry
from followupd.model import Direction, Own, Verdict, Word, WordKind
from followupd.store.index import Index
from followupd.work.desk import Desk

log = logging.getLogger(__name__)

MARK, NONE = "lessons", "none"
"""Where the index keeps by which lessons it was judged."""

MEANS = {**{v.value: v for v in Verdict}, "not_a_buyer": Verdict.VAGUE}
"""What a word says of seriousness. A fraud may be perfectly specific: it teaches nothing about intent."""


def learn(desk: Desk) -> bool:
    """Put what the corrections teach in force; True when something changed."""
    words = corrections_among(desk.ledger.words())
    if words == desk.learnt_from and desk.index.meta(MARK):
        return False
    rules = replace(desk.rules.judging, lessons=Lessons())
    lessons = lessons_of(words, desk.index, rules, desk.own)
    changed = lessons.by_signal != desk.rules.judging.lessons.by_signal
    desk.rules = replace(desk.rules, judging=replace(rules, lessons=lessons))
    desk.lessons, desk.learnt_from = lessons, words
    if changed:
        log.info("%s: corrections change what %d signals count", desk.name, len(lessons.by_signal))
    _judge_anew(desk, lessons)
    return changed


def _judge_anew(desk: Desk, lessons: Lessons) -> None:
    """Lessons are rules: when they are others than those by which the index was judged, every thread is looked at again."""
    before = desk.index.meta(MARK)
    now = ";".join(f"{signal}={lesson.now:g}" for signal, lesson in sorted(lessons.by_signal.items())) or NONE
    if now == before:
        return
    with desk.index.transaction():
        desk.index.set_meta(MARK, now)
        if before or now != NONE:
            desk.index.forget_judgements()
            desk.index.look_again(judge=True)


def corrections_among(words: Iterable[Word]) -> tuple[Word, ...]:
    """The user's words on inquiries that say how serious they are."""
    return tuple(w for w in words if w.kind is WordKind.VERDICT and w.scope == "thread" and w.value in MEANS)


def lessons_of(words: Iterable[Word], index: Index, rules: JudgingRules, own: Own) -> Lessons:
    """What these words teach, by the mails they speak of. ``rules`` without any lesson."""
    points = {id: r.entry.points for id, r in rules.signals.items() if isinstance(r.entry, SignalEntry)}
    return taught_by((c for w in words if (c := _correction(w, index, rules, own))), points)


def _correction(word: Word, index: Index, rules: JudgingRules, own: Own) -> Correction | None:
    """The correction that a word is: what we would say of that inquiry without any lesson."""
    thread_id = index.thread_of(word.target)
    thread = index.thread(thread_id) if thread_id else None
    first = next((m for m in thread.messages if m.direction is Direction.IN), None) if thread else None
    if first is None:
        return None
    context = JudgeContext(own, (), index.contacts([first.sender.email], before=first.date), index.same_letter(first))
    verdict, _, hits = judge_intent(seen_as(first, rules, context), rules)
    return Correction(first.id, verdict, MEANS[word.value], tuple(h.signal for h in hits))
