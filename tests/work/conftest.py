"""Three offers of one day, all of them due for a follow-up."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from shutil import copytree

import pytest

from followupd.mailbox.memory import MemoryServer
from followupd.turn import run_turn
from tests.stories.play import Stage, when

INSTALLED = when("2026-09-01 09:00")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Three offers that are all due for a follow-up; closed, to be copied."""
    made = Stage(tmp_path_factory.mktemp("made"), INSTALLED)
    for n in range(3):
        made.buyer, made.now, made.mails = f"Buyer {n} <b{n}@firm{n}.de>", when(f"2026-09-01 1{n}:10"), []
        made.buyer_writes({"buyer": "inquiry_valves", "subject": f"Inquiry {n}"})
        made.now = when(f"2026-09-02 1{n}:10")
        made.we_write({"we": "quote_valves_30d"})
    run_turn(made.desk, made.now)
    made.close()
    return made


@pytest.fixture
def stage(made: Stage, tmp_path: Path) -> Iterator[Stage]:
    """A copy of it, on a server of its own."""
    server = MemoryServer()
    server.folders = deepcopy(made.server.folders)
    stage = Stage(Path(copytree(made.directory, tmp_path / "one")), INSTALLED, server=server)
    yield stage
    stage.close()
