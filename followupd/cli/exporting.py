"""How does a buyer's dossier, or everybody's, become a folder to keep or to hand over? (export)"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

import click

from followupd.cli.at_hand import Options, View, as_json, of_account, views
from followupd.cli.buyers import Meant, dossier_of, drafting_rules, meant, particulars
from followupd.cli.output import clean, complain, plural, say, say_json
from followupd.config import Config
from followupd.dossier.folder import Exported, refuse_a_strangers_overview, write_folder, write_overview
from followupd.dossier.mails import Collector
from followupd.dossier.names import open_root
from followupd.dossier.people import Others, people_of
from followupd.errors import Problem, UserError
from followupd.rulesource import read_rules
from followupd.store.paths import safe_name

QUICK = 2.0
"""Seconds after which a person wants to see that it goes on."""
EX_INCOMPLETE = 75


@click.command("export")
@click.argument("buyer", required=False)
@click.option("-o", "--output", "directory", default="dossiers", show_default=True, type=click.Path(path_type=Path), help="Where the folders go.")
@click.option("--all", "everybody", is_flag=True, help="All buyers, with an index: for a handover or a backup.")
@click.option("--no-mail", is_flag=True, help="Card and tables only; the mail server is not asked.")
@as_json
@of_account
@click.pass_obj
def export_command(
    options: Options, buyer: str | None, directory: Path, everybody: bool, no_mail: bool, json_: bool, only: str | None
) -> int:
    """Write a folder for BUYER (an address, a domain or a name): his mails, card, timeline, quotes and samples.

    Mails are fetched whole, attachments included, by the account's own login. What lies there already is not fetched again, so an
    export that was broken off goes on. Exit code 75 when mails are missing.
    """
    if bool(buyer) == everybody:
        raise UserError(Problem("buyer", "is missing" if not buyer else "and --all exclude each other", "BUYER, or --all"))
    with views(options.config, only) as opened:
        chosen = _all(opened) if everybody else meant(opened, str(buyer))
        root = open_root(directory)
        if everybody:
            refuse_a_strangers_overview(root)
        done = list(_export(options.config, chosen, root, no_mail=no_mail, several=len(opened) > 1))
        if everybody:
            write_overview(done, root, datetime.now(UTC))
        elif not done:
            raise UserError(Problem(str(buyer), "nothing is known of him any more", "`followupd list threads` shows buyers"))
    for one in done:
        if json_:
            say_json(_plain(one))
        elif not everybody:
            _tell(one)
    if everybody and not json_:
        _tell_all(done, root)
    return EX_INCOMPLETE if any(e.mails and (e.mails.gone or e.mails.large) for e in done) else 0


def _all(opened: list[View]) -> list[Meant]:
    return [Meant(view, person.email) for view in opened for person in people_of(view.index)]


def _export(config: Config, chosen: list[Meant], root: Path, *, no_mail: bool, several: bool) -> Iterator[Exported]:
    """One account after the other, each over one connection."""
    rules, now = drafting_rules(config), datetime.now(UTC)
    bar = _Bar(len(chosen))
    for view in dict.fromkeys(one.view for one in chosen):
        under = (safe_name(view.account.title),) if several else ()
        others = Others(view.index)
        with _collector(config, view, no_mail=no_mail) as collector:
            for one in (o for o in chosen if o.view is view):
                bar.next(one.email)
                if (dossier := dossier_of(one, rules, now, others)) is None:
                    continue
                zone = view.account.timezone
                yield write_folder(dossier, particulars(dossier), root, zone, collector, now, bar.mail, under=under)
    bar.end()


@contextmanager
def _collector(config: Config, view: View, *, no_mail: bool) -> Iterator[Collector | None]:
    """A connection to the account's mailbox. Raises LoginRefused, LinkLost."""
    if no_mail:
        yield None
        return
    from followupd.accounts import connected
    from followupd.keys import Keys

    with closing(connected(Keys(config, view.account, read_rules(*config.overlays)))) as mailbox:
        yield Collector(mailbox, view.index, view.account.timezone)


class _Bar:
    """One line that overwrites itself, once it takes longer than a person likes to wait in silence."""

    def __init__(self, buyers: int) -> None:
        self.buyers, self.buyer, self.mails, self.who = buyers, 0, 0, ""
        self._began, self._said = monotonic(), 0.0

    def next(self, who: str) -> None:
        self.buyer, self.who = self.buyer + 1, who
        self._show()

    def mail(self) -> None:
        self.mails += 1
        self._show()

    def _show(self) -> None:
        now = monotonic()
        if not sys.stderr.isatty() or now - self._began < QUICK or now - self._said < 0.1:
            return
        self._said = now
        filled = "#" * round(20 * self.buyer / max(self.buyers, 1))
        line = clean(f"[{filled:.<20}] {self.buyer}/{self.buyers} buyers, {self.mails} mails: {self.who}", 78)
        print(f"\r{line:<78}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        if self._said:
            print(f"\r{'':<78}\r", end="", file=sys.stderr, flush=True)


def _plain(one: Exported) -> dict[str, Any]:
    told = {"account": one.dossier.account, "buyer": one.dossier.buyer.address.email, "folder": str(one.folder)}
    if one.mails is None:
        return {**told, "mails": None}
    lost = {"gone": [m.id for m in one.mails.gone], "too_large": [m.id for m in one.mails.large]}
    return {**told, "mails": {"fetched": one.mails.fetched, "there": one.mails.there, **lost}}


def _tell(one: Exported) -> None:
    quoted, samples = plural(len(one.dossier.offers), "quoted price"), plural(len(one.dossier.samples), "sample")
    say(f"{one.folder}: {_mails(one)}card, timeline, {quoted}, {samples}")
    _tell_missing([one])


def _mails(one: Exported) -> str:
    if one.mails is None:
        return ""
    known = f" ({one.mails.there} were there)" if one.mails.there else ""
    return f"{plural(one.mails.fetched + one.mails.there, 'mail')}{known}, "


def _tell_all(done: list[Exported], root: Path) -> None:
    mails = sum(e.mails.fetched + e.mails.there for e in done if e.mails)
    fresh = sum(e.mails.fetched for e in done if e.mails)
    what = f", {plural(mails, 'mail')} ({fresh} fetched now)" if any(e.mails for e in done) else ""
    say(f"{root}: {plural(len(done), 'buyer')}{what}; index.csv and README.md tell what is there")
    _tell_missing(done)


def _tell_missing(done: list[Exported]) -> None:
    gone = sum(len(e.mails.gone) for e in done if e.mails)
    large = sum(len(e.mails.large) for e in done if e.mails)
    if gone:
        complain(f"{plural(gone, 'mail')} no longer where they lay in the mailbox; `followupd once` learns where they went, then export again")
    if large:
        complain(f"{plural(large, 'mail')} too large to be exported")
