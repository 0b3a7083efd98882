"""Did a story come out as it says, and if not: what was expected, and what came?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import getaddresses
from itertools import pairwise
from typing import Any

from followupd.lab.stage import Stage, opened, text_of
from followupd.lab.story import Expect, Step
from followupd.model import Decision, Facts

NEVER = "never"


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that came otherwise. ``where`` is ``file:line`` of the expectation."""

    where: str
    key: str
    expected: str
    came: str

    def __str__(self) -> str:
        """One line, as printed."""
        return f"{self.where}: {self.key}: expected {self.expected}, got {self.came}"


@dataclass(frozen=True)
class Seen:
    """How things stand at an ``expect``, and what happened since the one before."""

    stage: Stage
    facts: Facts
    decision: Decision
    topics: tuple[str, ...]
    texts: tuple[str, ...]
    raws: tuple[bytes, ...]
    withdrawn: int
    alarms: int


class Watch:
    """Counts from one ``expect`` to the next."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._drafts = self._withdrawn = self._alarms = 0

    def check(self, step: Step, line: Callable[[str], str]) -> Iterator[Failure]:
        """What differs from ``step.expect``. ``line`` tells where a key of it stands. Raises StoryBroken."""
        assert step.expect is not None
        seen = self._look()
        for key in Expect.model_fields:
            wanted = getattr(step.expect, key)
            if key in step.expect.model_fields_set and wanted is not None:
                for expected, came in CHECKS[key](seen, wanted):
                    yield Failure(line(key), key, expected, came)

    def _look(self) -> Seen:
        stage = self.stage
        row = stage.index.row(stage.thread_id())
        assert row is not None
        assert row.facts is not None
        assert row.decision is not None
        new = stage.placed[self._drafts :]
        seen = Seen(
            stage=stage,
            facts=row.facts,
            decision=row.decision,
            topics=tuple(p.topic for p in new),
            texts=tuple(text_of(p.raw) for p in new),
            raws=tuple(p.raw for p in new),
            withdrawn=stage.withdrawn - self._withdrawn,
            alarms=stage.alarms - self._alarms,
        )
        self._drafts, self._withdrawn, self._alarms = len(stage.placed), stage.withdrawn, stage.alarms
        return seen


Differences = Iterator[tuple[str, str]]
Check = Callable[[Seen, Any], Differences]


def _value(get: Callable[[Seen], object]) -> Check:
    """The value must be the one expected."""

    def check(seen: Seen, wanted: object) -> Differences:
        found = get(seen)
        if found != wanted:
            yield _said(wanted), _said(found) + _why(seen)

    return check


def _count(fits: Callable[[int, int], bool], word: str, get: Callable[[Seen], int]) -> Check:
    """The number must be large or small enough."""

    def check(seen: Seen, wanted: int) -> Differences:
        if not fits(get(seen), wanted):
            yield f"{word} {wanted}", f"{get(seen)}{_why(seen)}"

    return check


def _said(value: object) -> str:
    """A value as a story writes it."""
    if isinstance(value, tuple):
        return "[" + ", ".join(map(str, value)) + "]"
    return "nothing" if value is None else str(value)


def _why(seen: Seen) -> str:
    """What the decision says now, so that nobody has to ask a second time."""
    detail = f": {seen.decision.detail}" if seen.decision.detail else ""
    return f" (stage {seen.decision.stage}, {seen.decision.reason}{detail})"


def _included(seen: Seen, wanted: str) -> Differences:
    if wanted not in seen.topics:
        yield f"a draft about {wanted}", _said(seen.topics) + _why(seen)


def _no_repeat(seen: Seen, _: object) -> Differences:
    topics = [p.topic for p in seen.stage.placed]
    for one, next_one in pairwise(topics):
        if one == next_one:
            yield "no topic twice running", _said(tuple(topics))


def _never_on(seen: Seen, wanted: tuple[str, ...]) -> Differences:
    calendar = seen.stage.rules.book.calendar(seen.facts.buyer, seen.stage.desk.identity)
    for placed in seen.stage.placed[len(seen.stage.placed) - len(seen.topics) :]:
        local = calendar.local(placed.at)
        if f"{local:%a}".lower() in wanted:
            yield f"no draft on {', '.join(wanted)}", f"{placed.topic} on {local:%a %Y-%m-%d}"


def _contains(seen: Seen, wanted: tuple[str, ...]) -> Differences:
    if not seen.texts:
        yield f"drafts with {_said(wanted)}", "no draft" + _why(seen)
    for topic, text in zip(seen.topics, seen.texts, strict=True):
        flat = " ".join(text.split())
        if missing := tuple(w for w in wanted if w not in text and w not in flat):
            yield f"{_said(missing)} in every draft", f"{topic}: {_shown(text)}"


def _lacks(seen: Seen, wanted: tuple[str, ...]) -> Differences:
    for topic, text in zip(seen.topics, seen.texts, strict=True):
        own = _own(text)
        flat = " ".join(own.lower().split())
        if found := tuple(w for w in wanted if w.lower() in flat):
            yield f"no {_said(found)} in any draft", f"{topic}: {_shown(own)}"


def _subject(seen: Seen, wanted: str) -> Differences:
    for topic, raw in zip(seen.topics, seen.raws, strict=True):
        if wanted not in (subject := str(opened(raw)["Subject"])):
            yield f"'{wanted}' in every subject", f"{topic}: {subject}"


def _own(text: str) -> str:
    """Without the quoted mail."""
    return "\n".join(line for line in text.splitlines() if not line.startswith(">"))


def _shown(text: str) -> str:
    """A draft in one line."""
    return f"'{' '.join(_own(text).split())[:400]}'"


def _each_to_own_buyer(seen: Seen, _: object) -> Differences:
    index = seen.stage.index
    for placed in seen.stage.placed[len(seen.stage.placed) - len(seen.topics) :]:
        thread = index.thread(index.thread_of(placed.decision.turn_id or "") or "")
        to = _addresses(placed.raw)
        if thread is None or to[:1] != (thread.buyer.email,):
            yield f"a draft to {thread.buyer.email if thread else 'its own buyer'}", _said(to)


def _addresses(raw: bytes) -> tuple[str, ...]:
    mail = opened(raw)
    said = [str(value) for name in ("To", "Cc", "Bcc") for value in mail.get_all(name, [])]
    return tuple(address.lower() for _, address in getaddresses(said))


def _recipients(seen: Seen, wanted: int) -> Differences:
    for raw in seen.raws:
        if len(found := _addresses(raw)) != wanted:
            yield f"{wanted} addresses", _said(found)


def _next(seen: Seen) -> str:
    """The buyer's day on which the thread is looked at again."""
    due = seen.decision.next_due
    if due is None:
        return NEVER
    return seen.stage.rules.book.calendar(seen.facts.buyer, seen.stage.desk.identity).day(due).isoformat()


def _verdict(seen: Seen) -> str | None:
    judged = seen.facts.inquiry
    return str(judged.verdict) if judged and judged.verdict else None


CHECKS: dict[str, Check] = {
    "drafts": _value(lambda s: s.topics),
    "drafts_exactly": _count(lambda a, b: a == b, "exactly", lambda s: len(s.topics)),
    "drafts_at_least": _count(lambda a, b: a >= b, "at least", lambda s: len(s.topics)),
    "drafts_at_most": _count(lambda a, b: a <= b, "at most", lambda s: len(s.topics)),
    "drafts_include": _included,
    "last": _value(lambda s: s.topics[-1] if s.topics else None),
    "no_repeat": _no_repeat,
    "never_on": _never_on,
    "contains": _contains,
    "lacks": _lacks,
    "subject": _subject,
    "open": _value(lambda s: len(s.stage.drafts())),
    "withdrawn": _value(lambda s: s.withdrawn),
    "alarms": _value(lambda s: s.alarms),
    "alarms_at_least": _count(lambda a, b: a >= b, "at least", lambda s: s.alarms),
    "stage": _value(lambda s: s.decision.stage),
    "move": _value(lambda s: str(s.facts.move)),
    "reason": _value(lambda s: str(s.decision.reason)),
    "answer": _value(lambda s: s.facts.answer.type if s.facts.answer else None),
    "verdict": _value(_verdict),
    "risk": _value(lambda s: str(s.facts.risk)),
    "next": _value(_next),
    "threads": _value(lambda s: sum(1 for _ in s.stage.index.rows())),
    "quotes": _value(lambda s: len(s.facts.quotes)),
    "each_to_own_buyer": _each_to_own_buyer,
    "recipients": _recipients,
}
