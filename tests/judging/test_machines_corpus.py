"""How often are bounces, automatic answers and neither told right, headers before words?

The truth is in the names of the files: ``rfc3834`` are vacation notes, ``arf`` complaints (a machine's note, no bounce),
``not`` are people's mail, the rest came back. LEFT_OUT holds two whose name says something else than their content.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from followupd.judging.kind import kind_of
from followupd.judging.seen import Seen
from followupd.judging.tables import JudgingRules
from followupd.model import Kind, Message, Own, Terms
from followupd.reading.parse import read
from followupd.reading.reports import returned
from followupd.rulesource import read_rules

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "bounces" / "sisimai"
OWN = Own(frozenset({"me@us.example"}))
LEFT_OUT = {"rb-issue-368-bug.eml", "make-test-36.eml"}
"""A report that a mail was rejected, kept among those that are none; and a person who forwards one."""
pytestmark = [pytest.mark.corpus, pytest.mark.skipif(not CORPUS.is_dir(), reason="the evaluation corpus is not here")]


def expected(path: Path) -> Kind | None:
    if path.parent.name == "not":
        return None
    machine = path.name.startswith("arf") or "rfc3834" in path.name
    return Kind.AUTO_REPLY if machine else Kind.BOUNCE


@cache
def mails() -> tuple[tuple[Path, Message], ...]:
    paths = sorted(p for p in CORPUS.rglob("*.eml") if p.name not in LEFT_OUT)
    return tuple((p, read(p.read_bytes(), own=OWN, internaldate=datetime(2026, 3, 2, tzinfo=UTC))) for p in paths)


def told(message: Message, rules: JudgingRules) -> Kind | None:
    seen = Seen(message=message, own=OWN, terms=Terms(), rules=rules.phrases, first=True)
    kind = kind_of(seen, rules, known_thread=False)[0]
    return kind if kind in (Kind.BOUNCE, Kind.AUTO_REPLY) else None


def test_bounces_and_automatic_answers_are_told_apart() -> None:
    rules = JudgingRules.build(read_rules())
    wrong = [(path.name, told(m, rules)) for path, m in mails() if told(m, rules) is not expected(path)]
    total = len(mails())
    print(f"bounces and notes: {total - len(wrong)} of {total} right ({1 - len(wrong) / total:.1%}); wrong: {wrong}")
    assert total > 400
    assert len(wrong) <= 0.03 * total


def test_it_is_known_which_address_failed_and_which_mail_came_back() -> None:
    bounces = [m for path, m in mails() if expected(path) is Kind.BOUNCE]
    named = [m for m in bounces if returned(m)]
    hard = [m for m in named if any(r.hard for r in returned(m) if r.action == "failed")]
    known = [m for m in bounces if m.references]
    print(f"of {len(bounces)} bounces: address {len(named)}, for good {len(hard)}, mail that came back {len(known)}")
    assert len(named) >= 0.9 * len(bounces)
    assert 0.4 * len(named) < len(hard) < 0.9 * len(named)
    assert len(known) >= 0.7 * len(bounces)
