"""Law 1 on mailboxes drawn by lot: the index is deleted, and not one decision, draft or word of the ledger changes.

Nor does anything where nothing happened at all: who looks twice at one moment finds what stands there (law 8).

Some mailboxes in an ordinary run, always the same; ``FOLLOWUPD_MAILBOXES=1000`` for as many, ``FOLLOWUPD_SEED=7`` for others.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from followupd.model import Word
from tests.laws.mailboxes import later, lived
from tests.laws.scene import Scene

MAILBOXES = int(os.environ.get("FOLLOWUPD_MAILBOXES", "24"))
SEED = int(os.environ.get("FOLLOWUPD_SEED", "1"))
PARTS = 8
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None


def told(scene: Scene) -> dict[str, Any]:
    """Everything that is thought and kept: of every thread its mails, facts and decision, decided now; drafts; ledger."""
    with scene.index.transaction():
        scene.index.mark_all_dirty()
    scene.turn()
    scene.ledger.flush()  # the note of its schema is written at the first flush, and a close is one
    ledger = scene.directory / "ledger.json"
    return {
        "threads": {row.id: (scene.index.thread(row.id), row.facts, row.decision) for row in scene.index.rows()},
        "drafts": scene.bodies(),
        "ledger": json.loads(ledger.read_text()) if ledger.exists() else {},
    }


def changed_by_the_loss(scene: Scene) -> list[str]:
    """What is another after the index was deleted, now and two days later; empty when nothing is."""
    changes = []
    for _ in range(2):
        before = told(scene)
        changes += [f"{name}, without any loss" for name, again in told(scene).items() if again != before[name]]
        scene.lose_index()
        scene.turn()
        changes += [name for name, after in told(scene).items() if after != before[name]]
        later(scene, scene.now + timedelta(days=2))
    return changes


def after_weeks(seed: int, kind: type[Scene] = Scene) -> tuple[list[str], int, int]:
    """What the loss changed on the mailbox of this seed; how many threads and draft records it had."""
    place = Path(tempfile.mkdtemp(prefix="followupd-lost-", dir=MEMORY))
    try:
        scene = lived(place, seed, kind)
        found = changed_by_the_loss(scene), len(list(scene.index.rows())), len(scene.ledger.drafts())
        scene.close()
    finally:
        shutil.rmtree(place)
    return found


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("part", range(PARTS))
def test_a_deleted_index_changes_no_decision_no_draft_and_no_ledger(part: int) -> None:
    threads = drafts = 0
    for n in range(part, MAILBOXES, PARTS):
        changes, of_it, made = after_weeks(SEED * 1_000_003 + n)
        assert changes == [], f"seed {SEED * 1_000_003 + n}"
        threads, drafts = threads + of_it, drafts + made
    print(f"{len(range(part, MAILBOXES, PARTS))} mailboxes, {threads} threads, {drafts} drafts")
    assert drafts, "mailboxes without a draft prove little"


class WordsInTheIndex(Scene):
    """The naive variant: it survives a restart, but keeps the user's words in the index alone."""

    def open(self) -> None:
        super().open()
        kept = self.index.meta("words")
        self.ledger._words = list(msgspec.json.decode(kept, type=list[Word])) if kept else []
        self.ledger.add_word = self.ledger._words.append  # type: ignore[method-assign]
        self.ledger.drop_words = self._drop  # type: ignore[method-assign]

    def _drop(self, words: Any) -> None:
        for word in set(words):
            self.ledger._words.remove(word)

    def turn(self) -> Any:
        report = super().turn()
        with self.index.transaction():
            self.index.set_meta("words", msgspec.json.encode(self.ledger._words).decode())
        return report


def test_the_check_fails_for_a_variant_that_keeps_one_thing_in_the_index_alone() -> None:
    changes = [after_weeks(SEED * 1_000_003 + n, WordsInTheIndex)[0] for n in range(6)]
    assert any("threads" in c for c in changes)
