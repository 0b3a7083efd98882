"""Does the bench still measure what it says? A very small run: no figure is judged here, only that each is there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import filled, new_mail, sync
from bench.figures import Report
from bench.place import Place
from tests.servers.dovecot import Dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.slow]


@pytest.fixture
def place(dovecot: Dovecot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr(filled, "BASE", 8)
    return Place(dovecot, tmp_path / tmp_path.name, 1, (32, 64), threads=16, sync=60, accounts=2)


def test_a_new_mail_is_followed_on_the_line(place: Place, tmp_path: Path) -> None:
    report = Report()
    new_mail.run(place, report)
    report.save(tmp_path / "bench.json")
    figures = {f["name"]: f for f in json.loads((tmp_path / "bench.json").read_text())["figures"]}
    for size in place.sizes:
        verdict, draft = figures[f"{size} messages: doorbell to verdict"], figures[f"{size} messages: doorbell to draft"]
        assert verdict["median"] > 0
        assert draft["median"] > 0
        assert figures[f"{size} messages: round trips for a new mail"]["median"] > 5
    assert figures["64 against 32 messages: draft"]["limit"] == new_mail.FLAT


def test_a_slow_line_carries_a_part_of_the_mailbox(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync, "DELAY", 0.002)
    monkeypatch.setattr(sync, "RATE", 200e6)
    monkeypatch.setattr(sync, "ATTACHED", 0.5)
    place.sync, report = 120, Report()
    sync._slow_line(place, report)
    figures = {f.name: f for f in report.figures}
    assert 0 < figures["slow line: octets of the mailbox's"].median < 10
    assert figures["slow line: round trips for a mail"].median > 0
