"""Fifty accounts in one process: what does each of them need, how soon is a mail judged, and who waits when one is flooded?"""

from __future__ import annotations

import time

from bench.figures import Report
from bench.mails import Post, Writer
from bench.office import Daemon, Office, until
from bench.place import Place

FLOOD = 400
IDLE_SECONDS = 30


def run(place: Place, report: Report) -> None:
    """One account first, then all of them."""
    alone = _memory(place, 1)
    names = tuple(f"a{n:02d}" for n in range(place.accounts))
    office = Office(place.server, place.directory / "fifty", names)
    _furnish(office)
    with office.running(300) as daemon:
        began = time.monotonic()
        report.add(f"{len(names)} accounts: start to the last first look done", "s", began - daemon.began)
        quiet = [_one_mail(office, name, 100 + n) for n, name in enumerate(names[:: len(names) // 10])]
        report.add(f"{len(names)} accounts: delivery to verdict", "ms", quiet, 750, note="the server rings after up to 500 ms")
        report.add(f"{len(names)} accounts: memory for each further one", "MB", (daemon.memory() - alone) / (len(names) - 1))
        _idle(daemon, report, len(names))
        office.deliver((Post(m.raw, "INBOX", m.at) for m in Writer(90).mailbox(FLOOD)), names[0])
        flooded, n = [], 0
        while office.health(names[0]) != "reading" and n < 50:
            time.sleep(0.02)
            n += 1
        while not _done(office, names[0]) and len(flooded) < 30:
            flooded.append(_one_mail(office, names[1 + len(flooded) % (len(names) - 1)], 300 + len(flooded)))
        if flooded:
            report.add(f"while one of them reads {FLOOD} mails: delivery to verdict elsewhere", "ms", flooded)
            report.ratio("the same against quiet times", flooded, quiet)


def _furnish(office: Office) -> None:
    for number, name in enumerate(office.names):
        office.deliver((post for thread in Writer(700 + number).threads(5, days=60) for post in thread), name)


def _memory(place: Place, count: int) -> float:
    office = Office(place.server, place.directory / f"only{count}", tuple(f"a{n:02d}" for n in range(count)))
    _furnish(office)
    with office.running() as daemon:
        time.sleep(1)
        return daemon.memory()


def _idle(daemon: Daemon, report: Report, accounts: int) -> None:
    time.sleep(2)
    cpu, wakes, began = daemon.cpu(), daemon.wakes(), time.monotonic()
    time.sleep(IDLE_SECONDS)
    passed = time.monotonic() - began
    report.add(f"{accounts} accounts: processor while idle, for each", "%", (daemon.cpu() - cpu) / passed * 100 / accounts, 0.1)
    report.add(f"{accounts} accounts: wakes a minute while idle, for each", "", (daemon.wakes() - wakes) / passed * 60 / accounts)


def _one_mail(office: Office, name: str, seed: int) -> float:
    """Milliseconds from delivery to the keyword."""
    writer = Writer(seed)
    mail, _ = writer.inquiry(writer.end)
    before = _judged(office, name)
    began = time.monotonic()
    office.deliver([Post(mail.as_bytes(), "INBOX", writer.end)], name)
    until(lambda: _judged(office, name) > before, "a verdict", pause=0.005)
    return (time.monotonic() - began) * 1000


def _judged(office: Office, name: str) -> int:
    return office.count("SELECT count(*) FROM messages WHERE keyword <> ''", name)


def _done(office: Office, name: str) -> bool:
    return office.count("SELECT count(*) FROM messages", name) >= FLOOD and office.count("SELECT count(*) FROM todo", name) == 0
