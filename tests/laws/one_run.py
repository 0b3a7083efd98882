"""What does one run write? Prints a hash of all drafts and decisions; started twice under different hash seeds."""

from __future__ import annotations

import sys
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from tests.laws.scene import DUE, Scene


def run(directory: Path) -> str:
    """All drafts of a month, each sent by the person, and the last decisions, as one hash."""
    scene = Scene(directory, 8)
    scene.turn()
    told = sha256()
    for day in range(0, 36, 3):
        scene.at(DUE + timedelta(days=day))
        for raw in scene.bodies():
            told.update(raw)
        for draft in scene.drafts():
            scene.server.move("Drafts", draft.uid, "Trash")
    for row in sorted(scene.index.rows(), key=lambda r: r.id):
        told.update(repr((row.facts, row.decision, row.acted)).encode())
    assert len(scene.placed) >= 16
    return told.hexdigest()


if __name__ == "__main__":
    sys.stdout.write(run(Path(sys.argv[1])))
