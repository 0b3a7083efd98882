"""What becomes of the state that an older followupd left? The ledger is read and goes on, the index is built again.

``old/`` holds the ledger as the first followupd with a ledger wrote it, byte for byte, and the tables of its index.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from followupd.model import Address, DraftState, Thread, WordKind
from followupd.store.ledger import SCHEMA, Ledger
from tests.laws.scene import DUE, Scene

OLD = Path(__file__).parent / "old"
SINCE = {"drafts": ("reason", "detail"), "words": ("note",)}
"""What the records of the first ledger did not have."""


def first_shape(ledger: Path) -> None:
    """Make a ledger of today one that the first followupd could have written."""
    data = json.loads(ledger.read_text())
    data.pop("sendings", None)
    for table, names in SINCE.items():
        for document in data.get(table, {}).values():
            for name in names:
                document.pop(name, None)
    data["notes"] = {k: n for k, n in data["notes"].items() if n["key"] != "schema"}
    ledger.write_text(json.dumps(data))


def first_index(index: Path) -> None:
    """Put an index of the first followupd in place of today's, with rows in it that are wrong by now."""
    for part in index.parent.glob(f"{index.name}*"):
        part.unlink()
    db = sqlite3.connect(index)
    db.executescript((OLD / "index-1.sql").read_text())
    db.execute("INSERT INTO cursors VALUES ('INBOX', 1000, 999999, 0, 0, 0)")
    db.execute("INSERT INTO threads (id) VALUES ('of-old')")
    db.commit()
    db.close()


def test_the_first_ledger_is_read_kept_and_gone_on_with(tmp_path: Path) -> None:
    path = tmp_path / "ledger.json"
    shutil.copy(OLD / "ledger-first.json", path)
    ledger = Ledger(path)
    kept = [(r.token, r.state, r.reason, r.detail) for r in ledger.drafts()]
    assert kept == [("t0", DraftState.PLACED, None, ""), ("t1", DraftState.SENT, None, ""), ("t2", DraftState.DELETED, None, "")]
    snooze, stop = ledger.words()
    assert (snooze.kind, snooze.until, snooze.note) == (WordKind.SNOOZE, datetime(2026, 3, 11, 8, tzinfo=UTC), "")
    assert (stop.kind, stop.scope, stop.target) == (WordKind.STOP, "buyer", "k@lang.example")
    assert ledger.sendings() == {}
    assert ledger.get("digest") == "2026-03-02"
    ledger.update_draft("t0", detail="known since")
    ledger.flush()
    again = Ledger(path)
    assert [r.token for r in again.drafts()] == ["t0", "t1", "t2"]
    assert again.draft("t0") == ledger.draft("t0")
    assert again.words() == (snooze, stop)
    assert again.get("schema") == str(SCHEMA)
    view = again.view(Thread(id="0123456789", messages=(), buyer=Address("a.schmidt@lichthaus.example", "")))
    assert len(view.drafts) == 3


def test_a_ledger_without_a_schema_counts_as_the_first_and_is_marked_at_the_next_write(tmp_path: Path) -> None:
    path = tmp_path / "ledger.json"
    shutil.copy(OLD / "ledger-first.json", path)
    first_shape(path)
    assert '"schema"' not in path.read_text()
    ledger = Ledger(path)
    assert len(ledger.drafts()) == 3
    ledger.flush()
    assert json.loads(path.read_text())["notes"]
    assert Ledger(path, read_only=True).get("schema") == str(SCHEMA)


def standing(scene: Scene) -> dict[str, Any]:
    with scene.index.transaction():
        scene.index.mark_all_dirty()
    scene.turn()
    return {row.id: (row.facts, row.decision, scene.index.thread(row.id)) for row in scene.index.rows()}


@pytest.mark.parametrize("what", ["ledger", "index", "both"])
def test_an_upgrade_changes_no_decision_and_makes_no_draft_again(tmp_path: Path, what: str) -> None:
    scene = Scene(tmp_path, 3)
    scene.turn()
    scene.at(DUE)
    scene.human_delete()
    scene.at(DUE + timedelta(hours=1))
    before, drafts = standing(scene), scene.bodies()
    states = [(r.token, r.state) for r in scene.ledger.drafts()]
    assert len(drafts) == 2
    scene.close()
    if what != "index":
        first_shape(tmp_path / "ledger.json")
    if what != "ledger":
        first_index(tmp_path / "index.sqlite")
    scene.open()
    scene.turn()
    assert standing(scene) == before
    for hours in (2, 26):
        scene.at(DUE + timedelta(hours=hours))
        assert scene.bodies() == drafts
    assert [(r.token, r.state) for r in scene.ledger.drafts()] == states
