"""How long does it take until new rules have been applied to every thread, and does new mail wait for it?

A limit is changed in the user's rules, and the daemon sees it: nothing is judged anew, everything is decided anew.
"""

from __future__ import annotations

import time

from bench.figures import Report
from bench.mails import Post, Writer
from bench.new_mail import quiet
from bench.office import Office, until
from bench.place import Place
from bench.wire import Wire


def run(place: Place, report: Report) -> None:
    """New rules for every thread, with and without new mail meanwhile."""
    office = place.filled(2 * place.threads)
    rules = office.directory / "rules"
    rules.mkdir(exist_ok=True)
    writer, waits = Writer(500), list[float]()
    with Wire(place.server.port) as wire:
        office.port, office.more = wire.port, {"rules_dir": str(rules)}
        office.configure()
        with office.running() as daemon:
            quiet(wire)
            (rules / "limits.yaml").write_text("global: {drafts_per_day: 29}\n")
            began, cpu = time.monotonic(), daemon.cpu()
            until(lambda: _left(office) > 0, "the reload")
            while _left(office):
                waits.append(_one_mail(office, wire, writer))
            seconds, spent = time.monotonic() - began, daemon.cpu() - cpu
        threads = office.count("SELECT count(*) FROM threads")
    report.add(f"{threads} threads: decided anew after a reload", "s", seconds, 30.0, note=f"{spent:.1f} s of processor")
    if waits:
        report.add("meanwhile: delivery to verdict of a new mail", "ms", waits, 250)


def _one_mail(office: Office, wire: Wire, writer: Writer) -> float:
    mail, _ = writer.inquiry(writer.end)
    began = time.monotonic()
    office.deliver([Post(mail.as_bytes(), "INBOX", writer.end)])
    told = until(lambda: wire.find(True, b"$Followup", began), "a verdict")
    time.sleep(0.3)
    return (told - began) * 1000


def _left(office: Office) -> int:
    return office.count("SELECT count(*) FROM todo")
