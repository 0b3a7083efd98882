"""What must be the same whatever was killed? All of it: mailbox, ledger, index, files and the mail that the owner got."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

from tests.kill.world import World

STAMP = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
DATE_LINE = re.compile(rb"(?im)^date: [^\r\n]*\r?\n")
CLOCK = re.compile(rb"\d\d:\d\d(?= there now)")
MOMENTS = {"cursors": {"seen_at"}, "quarantine": {"at"}, "threads": {"next_due"}}
"""Columns that tell when something was looked at: compared only when the clock stood still."""

HEARD = " WHERE key NOT LIKE 'corrected:%'"
"""Up to which UID a correction folder was heard: not noted again once the folder is empty."""


def outcome(world: World, *, moments: bool = True) -> dict[str, Any]:
    """Everything that a world holds. Without ``moments`` the time at which something was done does not count."""
    found: dict[str, Any] = {"mail to the owner": sorted(set(_dated(world.owner, moments=moments)))}
    for user, name in world.names.items():
        state = world.state(name)
        for folder, data in world.houses[user].folders.items():
            mails = ((m.raw, " ".join(sorted(m.flags)), m.when if moments else "") for m in data.messages.values())
            drafts = folder == "Drafts" and not moments
            found[f"{name} folder {folder}"] = Counter((DATE_LINE.sub(b"", r) if drafts else r, f, w) for r, f, w in mails)
        found[f"{name} ledger"] = ledger(state / "ledger.json", moments=moments)
        for table, rows in index(state / "index.sqlite", moments=moments).items():
            found[f"{name} index {table}"] = rows
        if (state / "outbox" / "state.json").exists():
            letters = json.loads((state / "outbox" / "state.json").read_bytes())
            found[f"{name} outbox"] = sorted([*letters["waiting"], *letters["sent"]])
        found[f"{name} files"] = sorted(str(p.relative_to(state)) for p in state.rglob("*") if "sqlite-" not in p.name)
    return found


def _dated(mails: list[bytes], *, moments: bool) -> list[bytes]:
    """Some minutes later clocks in the text differ, and drafts of the same moment may be told of in another order."""
    return mails if moments else [b"\n".join(sorted(CLOCK.sub(b"", DATE_LINE.sub(b"", m)).split(b"\r\n"))) for m in mails]


def ledger(path: Path, *, moments: bool) -> list[str]:
    """Every document of the ledger, whatever its number."""
    text = path.read_text(encoding="utf-8")
    tables = json.loads(text if moments else STAMP.sub("then", text))
    for document in tables.get("drafts", {}).values():
        document.pop("uidnext", None)  # where Drafts stood before the APPEND: another one when it is tried again
        document.pop("retried", None)  # that it is tried again: whatever was given up may come late
    documents = [(name, json.dumps(d, sort_keys=True)) for name, table in tables.items() for d in table.values()]
    return sorted(f"{name} {document}" for name, document in documents)


def index(path: Path, *, moments: bool) -> dict[str, list[str]]:
    """Every row of every table of the index."""
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        names = [r[0] for r in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {name: _rows(db, name, moments=moments) for name in names}
    finally:
        db.close()


def _rows(db: sqlite3.Connection, table: str, *, moments: bool) -> list[str]:
    cursor = db.execute(f"SELECT * FROM {table}" + (HEARD if table == "meta" else ""))
    names = [d[0] for d in cursor.description]
    left_out = set() if moments else MOMENTS.get(table, set())
    rows = [{n: _plain(v) for n, v in zip(names, row, strict=True) if n not in left_out} for row in cursor]
    texts = (json.dumps(row, sort_keys=True) for row in rows)
    return sorted(texts if moments else (STAMP.sub("then", t) for t in texts))


def _plain(value: Any) -> Any:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def differing(found: dict[str, Any], wanted: dict[str, Any]) -> list[str]:
    """What is not as it should be: where, and the place at which what is there and what is missing part."""
    wrong = []
    for key in sorted({*found, *wanted}):
        one, two = found.get(key, []), wanted.get(key, [])
        if one != two:
            more = [str(row) for row in (Counter(one) - Counter(two)).elements()]
            less = [str(row) for row in (Counter(two) - Counter(one)).elements()]
            wrong += [f"{key}: {text}" for text in map(_apart, more + [""] * (len(less) - len(more)), less + [""] * len(more))]
    return wrong


def _apart(one: str, two: str) -> str:
    same = next((n for n, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    start = max(0, same - 80)
    return f"is ...{one[start : same + 160]!r}, should be ...{two[start : same + 160]!r}"
