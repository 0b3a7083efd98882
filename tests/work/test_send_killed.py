"""Killed at any step around a sending: never twice, never silently lost.

The ordinary run takes the steps of the sending itself; ``FOLLOWUPD_KILL=full`` takes every step of that turn.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from followupd import crash
from followupd.config import load_config
from followupd.daemon import once
from followupd.model import SendingState
from tests.endtoend.office import ROOT, Office
from tests.servers.dovecot import Dovecot
from tests.work.test_send import SEND, Counter, Sales, counter  # noqa: F401 - a fixture

STEPS = ["say mail", "said mail", "noted mail", "append sent", "appended sent", "deleted sent draft"]
DOUBTED = {"say mail", "said mail"}
"""Killed there, nobody can know whether the server took it."""


def killed(sales: Sales, step: str, number: int = 0) -> bool:
    """One run at that moment, in a process that kills itself at the step of that name (or, without one, of that number)."""
    command = [sys.executable, "-m", "tests.work.test_send_killed", str(sales.office.config_file), sales.now.isoformat(), step, str(number)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert done.returncode in {0, -signal.SIGKILL}, done.stderr.decode()
    return done.returncode != 0


def main(config: str, at: str, name: str, number: str) -> None:
    seen: list[str] = []

    def hook(step: str) -> None:
        seen.append(step)
        if step == name or (not name and len(seen) > int(number)):
            os.kill(os.getpid(), signal.SIGKILL)

    crash.hook = hook
    once(load_config(Path(config)), clock=lambda: datetime.fromisoformat(at))


def ends_well(sales: Sales, step: str) -> None:
    """The days after: at most one mail to the buyer, and a word to the owner where nobody knows."""
    for _ in range(4):
        sales.turn(timedelta(hours=12))
    assert len(sales.to_buyer) <= 1
    assert sales.lies()[SEND] == 0
    if sales.record.state is SendingState.DONE:
        assert len(sales.to_buyer) == 1
        assert sales.lies() == {"Drafts": 0, SEND: 0, "Sent": 2}
    else:
        assert sales.record.state is SendingState.DOUBT, step
        assert sales.lies() == {"Drafts": 1, SEND: 0, "Sent": 1}
        assert "Nobody knows whether it went out" in sales.alarms


@pytest.fixture
def due(dovecot: Dovecot, user: str, tmp_path: Path, counter: Counter) -> Sales:  # noqa: F811
    sales = Sales(Office(dovecot, user, tmp_path), counter)
    sales.lay()
    sales.now = sales.record.due
    return sales


@pytest.mark.parametrize("step", STEPS)
def test_killed_around_the_sending(due: Sales, step: str) -> None:
    assert killed(due, step)
    assert len(due.to_buyer) == (step != "say mail")
    ends_well(due, step)
    assert (due.record.state is SendingState.DOUBT) == (step in DOUBTED)


@pytest.mark.skipif(os.environ.get("FOLLOWUPD_KILL") != "full", reason="FOLLOWUPD_KILL=full")
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("number", range(44))
def test_killed_at_every_step(due: Sales, number: int) -> None:
    if not killed(due, "", number):
        pytest.skip("that turn has fewer steps")
    ends_well(due, str(number))


def test_killed_again_and_again(due: Sales) -> None:
    """Each start is killed one step later than the one before."""
    kills = sum(killed(due, "", number) for number in range(2, 26, 4))
    assert kills > 2
    ends_well(due, "again")


def test_killed_while_it_goes_back_to_drafts(due: Sales) -> None:
    due.buyer_says("Thank you, please send the proforma invoice.")
    for _ in range(3):
        killed(due, "return mail")
    for _ in range(3):
        due.turn(timedelta(hours=12))
    assert not due.to_buyer
    assert due.record.state is SendingState.RETURNED
    assert "written in this conversation" in due.alarms


if __name__ == "__main__":
    main(*sys.argv[1:])
