"""How long does it take to replay a year of mail under the rules in force?"""

from __future__ import annotations

from bench.figures import Report
from bench.place import Place

THREADS = 10_000


def run(place: Place, report: Report) -> None:
    """The command as a person calls it."""
    report.add(f"{THREADS} threads: backtest over a year", "s", place.filled(2 * THREADS).call("backtest"), 60.0)
