"""How is a figure told? Minimum, median and maximum of several runs, beside its limit; as a table and as JSON."""

from __future__ import annotations

import json
import platform
import statistics
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One measured thing. ``limit`` with ``at_least`` False is the most that is allowed."""

    name: str
    unit: str
    values: tuple[float, ...]
    limit: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def kept(self) -> bool | None:
        """Is the median within the limit? None where there is none."""
        if self.limit is None:
            return None
        return self.median >= self.limit if self.at_least else self.median <= self.limit


@dataclass
class Report:
    """All figures of one run."""

    figures: list[Figure] = field(default_factory=list)

    def add(
        self, name: str, unit: str, values: Iterable[float] | float, limit: float | None = None, *, at_least: bool = False, note: str = ""
    ) -> Figure:
        """Keep a figure and print it at once."""
        found = tuple(values) if isinstance(values, Iterable) else (values,)
        figure = Figure(name, unit, found, limit, at_least, note)
        self.figures.append(figure)
        print(line(figure), flush=True)
        return figure

    def ratio(
        self, name: str, over: Sequence[float], under: Sequence[float], limit: float | None = None, *, at_least: bool = False, note: str = ""
    ) -> Figure:
        """The first measure divided by the second, medians; the least and the most by the quartiles of both."""
        low, middle, high = zip(_quartiles(over), _quartiles(under), strict=True)
        values = [low[0] / high[1], middle[0] / middle[1], high[0] / low[1]]
        return self.add(name, "x", values, limit, at_least=at_least, note=note)

    def save(self, path: Path) -> None:
        """For machines."""
        data = {
            "python": sys.version.split()[0],
            "machine": platform.machine(),
            "figures": [asdict(f) | {"median": f.median, "kept": f.kept} for f in self.figures],
        }
        path.write_text(json.dumps(data, indent=1) + "\n")


def _quartiles(values: Sequence[float]) -> Sequence[float]:
    return statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else [*values] * 3


def line(figure: Figure) -> str:
    """One figure on one line."""
    low, high = min(figure.values), max(figure.values)
    spread = f"{low:.4g} / {figure.median:.4g} / {high:.4g}" if len(figure.values) > 1 else f"{figure.median:.4g}"
    goal = "" if figure.limit is None else f"  {'>=' if figure.at_least else '<='} {figure.limit:g} {'ok' if figure.kept else 'MISSED'}"
    note = f"  ({figure.note})" if figure.note else ""
    return f"{figure.name:<58} {spread:>30} {figure.unit}{goal}{note}"
