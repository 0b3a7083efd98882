"""``python -m bench [MEASURE ...]``: measure, print, write bench.json. ``--large`` for the sizes of docs/performance.md."""

from __future__ import annotations

import argparse
import importlib
import tempfile
from pathlib import Path

from bench.figures import Report
from bench.place import Place
from tests.servers.dovecot import Dovecot, binary

MEASURES = ("new_mail", "at_rest", "reload", "sync", "sizes", "accounts", "backtest")


def main() -> None:
    """Run the measures one after the other on one machine, in one go."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("measures", nargs="*", metavar="MEASURE", help=f"of {', '.join(MEASURES)}; default: all")
    parser.add_argument("--large", action="store_true", help="100,000 messages, a first look at 20,000 mails; takes an hour")
    parser.add_argument("--runs", type=int, default=10, help="how often each thing is measured")
    parser.add_argument("--json", type=Path, default=Path("bench.json"), help="where the figures go for machines")
    said = parser.parse_args()
    if unknown := set(said.measures) - set(MEASURES):
        parser.error(f"no such measure: {', '.join(sorted(unknown))}")
    if binary() is None:
        parser.error("needs Dovecot (Debian: dovecot-imapd)")
    report = Report()
    with tempfile.TemporaryDirectory(prefix="bench-") as directory, Dovecot() as server:
        sizes = (1_000, 10_000, 100_000) if said.large else (1_000, 10_000)
        place = Place(
            server, Path(directory), said.runs, sizes,
            threads=100_000 if said.large else 10_000, sync=20_000 if said.large else 3_000, accounts=50,
        )  # fmt: skip
        for name in said.measures or MEASURES:
            print(f"\n{name.replace('_', ' ')}", flush=True)
            importlib.import_module(f"bench.{name}").run(place, report)
    report.save(said.json)


if __name__ == "__main__":
    main()
