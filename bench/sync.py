"""How fast is a first look at a mailbox, beside a bare loop and others; and what goes over a slow line?"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime

from bench import peers
from bench.figures import Report
from bench.mails import Writer
from bench.office import Office
from bench.place import Place
from bench.wire import Wire
from followupd.accounts import RulesLoader, open_accounts
from followupd.config import load_config
from followupd.turn import run_turn
from followupd.work.desk import Desk
from followupd.work.pull import pull

DELAY, RATE = 0.020, 20e6 / 8
"""Seconds there and back; octets per second."""
RUNS = 3
ATTACHED = 0.10
"""Of so many mails with an attachment is a mailbox made of which nine tenths are attachments."""


@contextmanager
def at_work(office: Office) -> Iterator[Desk]:
    """A desk with nothing on it, connected."""
    shutil.rmtree(office.state, ignore_errors=True)
    config = load_config(office.config_file)
    with ExitStack() as stack:
        account = open_accounts(config, RulesLoader(config), stack, datetime.now(UTC))[0]
        mailbox = stack.enter_context(closing(account.connect()))
        yield account.desk(mailbox, lambda: False, lambda _: None)
        account.close()


def run(place: Place, report: Report) -> None:
    """Loopback first, then the slow line."""
    office = place.office("sync")
    octets = office.deliver(Writer(11).mailbox(place.sync))
    report.add("mailbox without attachments", "MB", octets / 1e6, note=f"{place.sync} mails")
    peers.bare(office, office.server.port)  # the server makes its own index
    bare = _rates(place.sync, lambda: peers.bare(office, office.server.port)[0])
    report.add("bare imapclient loop", "mails/s", bare)
    fetched, pulled, whole = [], [], []
    for number in range(RUNS):
        fetched.append(place.sync / _only_fetch(office))
        reading, everything = _first_look(office, judge=number == 0)
        pulled.append(place.sync / reading)
        whole += [place.sync / everything] if number == 0 else []
    report.add("followupd: fetched", "mails/s", fetched)
    report.add("followupd: fetched, read, threaded, stored", "mails/s", pulled)
    report.add("followupd: judged and decided as well", "mails/s", whole)
    report.ratio("fetching against the bare loop", fetched, bare, 0.8, at_least=True)
    report.ratio("with reading and storing against the bare loop", pulled, bare)
    _others(place, report, office, pulled)
    _slow_line(place, report)


def _rates(count: int, once: Callable[[], float | None], runs: int = RUNS) -> list[float]:
    return [count / seconds for _ in range(runs) if (seconds := once())]


def _only_fetch(office: Office) -> float:
    """What the mailbox room takes: states, UIDs, stubs, mails."""
    with at_work(office) as desk:
        began = time.monotonic()
        for folder in desk.folders:
            desk.mailbox.state(folder)
            uids = desk.mailbox.uids(folder)
            for start in range(0, len(uids), 100):
                for _ in desk.mailbox.fetch(folder, desk.mailbox.stubs(folder, uids[start : start + 100])):
                    pass
        return time.monotonic() - began


def _first_look(office: Office, *, judge: bool) -> tuple[float, float]:
    """Seconds until all is read and stored, and until all is judged and decided."""
    with at_work(office) as desk:
        now, began = datetime.now(UTC), time.monotonic()
        desk.write_drafts = False
        pull(desk, now)
        read = time.monotonic() - began
        while judge and run_turn(desk, now).again:
            pass
        return read, time.monotonic() - began


def _others(place: Place, report: Report, office: Office, ours: list[float]) -> None:
    directory = place.directory / "others"
    for name, once, runs in (("mbsync", peers.mbsync, RUNS), ("offlineimap", peers.offlineimap, 1)):
        if rates := _rates(place.sync, lambda once=once: once(office, directory), runs):  # type: ignore[misc]
            report.add(name, "mails/s", rates)
            report.ratio(f"fetched, read, threaded, stored against {name}", ours, rates)
    peers.mbsync(office, directory)
    if rates := _rates(place.sync, lambda: _indexed(directory / "mail")):
        report.add("notmuch new (files, no line)", "mails/s", rates)
        report.ratio("fetched, read, threaded, stored against notmuch", ours, rates)


def _indexed(maildir) -> float | None:  # type: ignore[no-untyped-def]
    shutil.rmtree(maildir / ".notmuch", ignore_errors=True)
    return peers.notmuch(maildir)


def _slow_line(place: Place, report: Report) -> None:
    """Octets and round trips are what counts there."""
    count = place.sync // 10
    office = place.office("attached")
    size = office.deliver(Writer(12).mailbox(count, ATTACHED))
    report.add("mailbox with attachments", "MB", size / 1e6, note=f"{count} mails")
    with Wire(place.server.port, DELAY, RATE, keep=0) as wire:
        seconds, _ = peers.bare(office, wire.port)
        report.add("slow line: bare loop, whole mails", "s", seconds, note=f"{wire.trips} round trips, {wire.down / 1e6:.1f} MB")
    with Wire(place.server.port, DELAY, RATE, keep=0) as wire:
        office.port = wire.port
        office.configure()
        with at_work(office) as desk:
            before, trips, began = wire.down, wire.trips, time.monotonic()
            pull(desk, datetime.now(UTC))
            passed = time.monotonic() - began
        report.add("slow line: followupd, fetched, read and stored", "s", passed)
        report.add("slow line: octets of the mailbox's", "%", (wire.down - before) / size * 100, 10)
        report.add("slow line: round trips for a mail", "", (wire.trips - trips) / count)
        report.ratio("slow line: bare loop against followupd", [seconds], [passed])
