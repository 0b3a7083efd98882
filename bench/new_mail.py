"""What does one more mail cost, from the doorbell to its verdict and to its draft, in a small and in a large index?

The line between daemon and server is watched, so nothing of followupd is patched: the bell is the server's EXISTS, the verdict
stands when its keyword goes out, the draft when the server has answered the APPEND.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field

from bench.figures import Report
from bench.mails import Post, Writer
from bench.office import Daemon, Office, until
from bench.place import Place
from bench.wire import Wire

FLAT = 1.3
VERDICT_MS = 250
WARM = 3


@dataclass
class Cost:
    """What a run of new mails cost, mail by mail."""

    verdict: list[float] = field(default_factory=list)
    """Milliseconds from the bell."""
    draft: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    """Milliseconds of the daemon's processor time, the waiting for the next mail left out."""
    written: list[float] = field(default_factory=list)
    """kB to the disk."""
    trips: list[float] = field(default_factory=list)


def run(place: Place, report: Report) -> None:
    """New mail in indexes of growing size."""
    costs = {size: _at(place, size) for size in place.sizes}
    first = costs[place.sizes[0]]
    for size, cost in costs.items():
        report.add(f"{size} messages: doorbell to verdict", "ms", cost.verdict, VERDICT_MS)
        report.add(f"{size} messages: doorbell to draft", "ms", cost.draft, VERDICT_MS)
        report.add(f"{size} messages: processor time of a new mail", "ms", cost.cpu)
        report.add(f"{size} messages: written to disk for a new mail", "kB", cost.written)
        report.add(f"{size} messages: round trips for a new mail", "", cost.trips)
        if size != place.sizes[0]:
            for name in ("verdict", "draft", "cpu"):
                report.ratio(f"{size} against {place.sizes[0]} messages: {name}", getattr(cost, name), getattr(first, name), FLAT)


def _at(place: Place, size: int) -> Cost:
    office = place.filled(size)
    cost = Cost()
    with Wire(place.server.port) as wire:
        office.port = wire.port
        office.configure()
        writer = Writer(1000 + size)
        with office.running() as daemon:
            for number in range(WARM + place.runs):
                _inquiry(office, daemon, wire, writer, cost if number >= WARM else Cost())
            for number in range(WARM + place.runs):
                _due(office, wire, writer, cost if number >= WARM else Cost())
    return cost


def _inquiry(office: Office, daemon: Daemon, wire: Wire, writer: Writer, cost: Cost) -> None:
    mail, _ = writer.inquiry(writer.end)
    quiet(wire)
    began, cpu, written, trips = time.monotonic(), daemon.cpu(), daemon.written(), wire.trips
    office.deliver([Post(mail.as_bytes(), "INBOX", writer.end)])
    told = until(lambda: wire.find(True, b"$Followup", began), "a verdict")
    cost.verdict.append((told - _bell(wire, began)) * 1000)
    quiet(wire)
    cost.cpu.append((daemon.cpu() - cpu) * 1000)
    cost.written.append((daemon.written() - written) / 1000)
    cost.trips.append(wire.trips - trips)


def _due(office: Office, wire: Wire, writer: Writer, cost: Cost) -> None:
    """A quote that lay in Sent rings no bell; the inquiry it answers does, and then both are read."""
    inquiry, quote = writer.due()
    quiet(wire)
    began = time.monotonic()
    office.deliver([quote, inquiry])
    asked = until(lambda: wire.find(True, b"APPEND", began), "a draft")
    tag = next(s.data for s in wire.seen if s.up and s.at == asked).split(b" ", 1)[0]
    told = until(lambda: wire.find(False, tag + b" OK", asked), "the answer to the APPEND")
    cost.draft.append((told - _bell(wire, began)) * 1000)


def _bell(wire: Wire, after: float) -> float:
    """When the server said that there is a new mail."""
    return next(s.at for s in wire.seen if not s.up and s.at > after and re.match(rb"\* \d+ (EXISTS|RECENT)", s.data))


def quiet(wire: Wire) -> None:
    """Until the daemon listens again and nothing has passed for a moment."""

    def listening() -> bool:
        seen = list(wire.seen)
        last = next((s for s in reversed(seen) if s.up), None)
        return last is not None and b"IDLE" in last.data and time.monotonic() - seen[-1].at > 0.15

    until(listening, "the daemon listening")
