"""How long does it take to replay a year of mail under the rules in force?"""

from __future__ import annotations

import resource

from bench.figures import Report
from bench.place import Place

THREADS = 10_000


def run(place: Place, report: Report) -> None:
    """The command as a person calls it."""
    office = place.filled(2 * THREADS)
    before = _processor()
    seconds = office.call("backtest")
    report.add(f"{THREADS} threads: backtest over a year", "s", seconds, 60.0, note=f"{_processor() - before:.1f} s of processor")


def _processor() -> float:
    """Seconds that our children have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
