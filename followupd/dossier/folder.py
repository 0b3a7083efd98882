"""What lies in a buyer's folder, and what in the folder of all buyers?

    received/ sent/   the mails (.eml), from the server
    card.md card.vcf  who he is
    timeline.csv      what happened when
    quotes.xlsx       quotes and samples

Each file is old or new, never mixed. Everything but the mails is written anew each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from followupd.dossier.gather import Dossier
from followupd.dossier.mails import SIDES, Collector, Fetching
from followupd.dossier.markdown import card, plain
from followupd.dossier.names import buyer_name, open_below
from followupd.dossier.sheets import as_csv, timeline_csv, workbook
from followupd.dossier.vcard import vcard
from followupd.errors import Problem, UserError
from followupd.files import replace_file, sweep

HEADING = "# Buyers of an account of followupd"
INDEX = ("account", "address", "name", "company", "country", "grade", "mails", "last_contact", "folder")


@dataclass(frozen=True, slots=True)
class Exported:
    """A buyer's folder; ``mails`` is None where mails were not asked for.

    The dossier is without its mails and its timeline, of which only the number is kept: all buyers of a mailbox are held at once.
    """

    dossier: Dossier
    count: int
    folder: Path
    mails: Fetching | None


def write_folder(
    dossier: Dossier, particulars: Iterable[tuple[str, str]], root: Path, zone: str, collector: Collector | None, now: datetime,
    told: Callable[[], None] = lambda: None, *, under: Sequence[str] = (),
) -> Exported:  # fmt: skip
    """Write (or bring up to date) the folder of one buyer. Raises UnsafeState, StoreFull, LinkLost."""
    parts = (*under, buyer_name(dossier.buyer.address.email))
    folder = open_below(root, parts)
    sweep(folder)
    for name, data in (
        ("card.md", card(dossier, particulars, zone, now).encode("utf-8", "replace")),
        ("card.vcf", vcard(dossier, now)),
        ("timeline.csv", timeline_csv(dossier)),
        ("quotes.xlsx", workbook(dossier)),
    ):
        replace_file(folder / name, data)
    slim, count = replace(dossier, messages=(), timeline=()), len(dossier.messages)
    if collector is None:
        return Exported(slim, count, folder, None)
    for side in SIDES.values():
        sweep(open_below(root, (*parts, side)))
    return Exported(slim, count, folder, collector.collect(dossier.messages, folder, told))


def refuse_a_strangers_overview(root: Path) -> None:
    """Files of these names that we did not write are not overwritten. Raises UserError."""
    marks = {"README.md": HEADING.encode(), "index.csv": as_csv(INDEX, [])}
    for name, mark in marks.items():
        path = root / name
        if path.exists() and not (path.is_file() and path.read_bytes()[: len(mark)] == mark):
            raise UserError(Problem(str(path), "stands there and is not ours", "name another directory: -o DIR"))


def write_overview(exported: Sequence[Exported], root: Path, now: datetime) -> None:
    """``index.csv`` with a line for each buyer, and a README that says what is here and what is missing."""
    rows = [
        (e.dossier.account, d.buyer.address.email, d.buyer.name or d.buyer.address.name, d.buyer.company, d.buyer.country, d.grade,
         e.count, d.last_contact.date() if d.last_contact else "", e.folder.relative_to(root))
        for e in exported for d in (e.dossier,)
    ]  # fmt: skip
    replace_file(root / "index.csv", as_csv(INDEX, rows))
    replace_file(root / "README.md", _readme(exported, root, now).encode("utf-8", "replace"))


def _readme(exported: Sequence[Exported], root: Path, now: datetime) -> str:
    lines = [
        HEADING, "", f"Written by followupd on {now.astimezone():%Y-%m-%d %H:%M %z}: {len(exported)} buyers.", "",
        "- `index.csv`: all buyers, one a line; the last column is the folder.",
        "- In each folder: `card.md` to read, `card.vcf` for an address book, `timeline.csv`, `quotes.xlsx` (quotes and samples),",
        "  and the mails as they lie on the server in `received/` and `sent/` (any mail client opens an `.eml`).",
        "", "These are letters of other people: keep the folder where only you can read it.", "",
    ]  # fmt: skip
    missing = [line for e in exported if e.mails for line in missing_mails(e, root)]
    return "\n".join([*lines, *(["## Mails that are not here", "", *missing, ""] if missing else [])])


def missing_mails(exported: Exported, root: Path) -> list[str]:
    """A line for each mail that could not be had, and why."""
    found = exported.mails or Fetching()
    told = [(m, "no longer where it lay in the mailbox") for m in found.gone] + [(m, "too large") for m in found.large]
    return [f"- {plain(exported.folder.relative_to(root))}: {m.date:%Y-%m-%d} {plain(m.subject, 100)}: {why}" for m, why in told]
