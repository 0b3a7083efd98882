"""What does the daemon need while nothing happens, how soon does it start, and how soon does the command line answer?"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime

from bench.figures import Report
from bench.mails import US, Writer
from bench.office import ROOT
from bench.place import Place
from followupd.model import Own
from followupd.store.index import Index

IDLE_SECONDS = 60


def run(place: Place, report: Report) -> None:
    """Start, memory, idling, the due scan and the command line, at the largest index."""
    office = place.filled(place.largest)
    size = place.largest
    starts = []
    for _ in range(place.runs):
        with office.running() as daemon:
            starts.append(time.monotonic() - daemon.began)
    report.add(f"{size} messages: start to the first turn done", "s", starts, 2.0)
    with office.running() as daemon:
        office.deliver(p for pair in Writer(77).threads(20, days=30) for p in pair)
        time.sleep(5)
        cpu, wakes, began = daemon.cpu(), daemon.wakes(), time.monotonic()
        time.sleep(IDLE_SECONDS)
        passed = time.monotonic() - began
        report.add("idle: processor", "%", (daemon.cpu() - cpu) / passed * 100, 0.1)
        report.add("idle: wakes a minute", "", (daemon.wakes() - wakes) / passed * 60)
        report.add(f"{size} messages: resident memory after new mail", "MB", daemon.memory(), 120, note=f"peak {daemon.peak():.0f}")
    _due_scan(place, report)
    _command_line(place, report)


def _due_scan(place: Place, report: Report) -> None:
    office = place.filled(place.largest)
    now = datetime.now(UTC)
    address = US.partition("<")[2].rstrip(">")
    with closing(Index(office.index(), Own(addresses=frozenset({address})))) as index:
        threads = index.counts()[1]
        seconds = []
        for _ in range(place.runs):
            began = time.monotonic()
            index.due(now), index.dirty(), index.next_due()
            seconds.append((time.monotonic() - began) * 1000)
        report.add(f"{threads} threads: which are due", "ms", seconds, 1000)


def _command_line(place: Place, report: Report) -> None:
    office = place.filled(place.sizes[0])
    bare = [_seconds([sys.executable, "-c", "pass"]) for _ in range(place.runs)]
    loading = [_seconds([sys.executable, "-c", "import followupd.cli.main, followupd.cli.looking"]) for _ in range(place.runs)]
    report.add("python that does nothing, processor time", "s", bare)
    report.add("import time of followupd status, processor, python included", "s", loading, 0.3)
    report.add("followupd status, from call to answer", "s", [office.call("status") for _ in range(place.runs)])


def _seconds(command: list[str]) -> float:
    """Of processor time, which other work on the machine does not touch."""
    process = subprocess.Popen(command, cwd=ROOT)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return used.ru_utime + used.ru_stime
