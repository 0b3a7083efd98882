"""How does a buyer's dossier, or everybody's, become a folder to keep or to hand over? (export)"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from followupd.cli.at_hand import Options, View, as_json, of_account, views
from followupd.cli.buyers import Meant, dossier_of, drafting_rules, meant, particulars
from followupd.cli.output import Progress, complain, plural, say, say_json
from followupd.cli.tongue import comma, marked, said
from followupd.config import Config
from followupd.dossier.folder import Exported, refuse_a_strangers_overview, write_folder, write_overview
from followupd.dossier.mails import Collector
from followupd.dossier.names import open_root
from followupd.dossier.people import Others, people_of
from followupd.errors import Problem, UserError
from followupd.rulesource import read_rules
from followupd.store.paths import safe_name

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
    bar, mails = Progress(len(chosen)), 0

    def one_more() -> None:
        nonlocal mails
        mails += 1
        bar.show(said("{mails} mails: {who}", mails=mails, who=who))

    for view in dict.fromkeys(one.view for one in chosen):
        under = (safe_name(view.account.title),) if several else ()
        others = Others(view.index)
        with _collector(config, view, no_mail=no_mail) as collector:
            for one in (o for o in chosen if o.view is view):
                who = one.email
                bar.next(said("{mails} mails: {who}", mails=mails, who=who))
                if (dossier := dossier_of(one, rules, now, others)) is None:
                    continue
                zone = view.account.timezone
                yield write_folder(dossier, particulars(dossier), root, zone, collector, now, one_more, under=under)
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


def _plain(one: Exported) -> dict[str, Any]:
    told = {"account": one.dossier.account, "buyer": one.dossier.buyer.address.email, "folder": str(one.folder)}
    if one.mails is None:
        return {**told, "mails": None}
    lost = {"gone": [m.id for m in one.mails.gone], "too_large": [m.id for m in one.mails.large]}
    return {**told, "mails": {"fetched": one.mails.fetched, "there": one.mails.there, **lost}}


def _tell(one: Exported) -> None:
    quoted = plural(len(one.dossier.offers), marked("{count} quoted price"), marked("{count} quoted prices"))
    samples = plural(len(one.dossier.samples), marked("{count} sample"), marked("{count} samples"))
    say(said("{folder}: {mails}card, timeline, {quoted}, {samples}", folder=one.folder, mails=_mails(one), quoted=quoted, samples=samples))
    _tell_missing([one])


def _mails(one: Exported) -> str:
    if one.mails is None:
        return ""
    known = said(" ({count} were there)", count=one.mails.there) if one.mails.there else ""
    return _count_of_mails(one.mails.fetched + one.mails.there) + known + comma()


def _count_of_mails(count: int) -> str:
    return plural(count, marked("{count} mail"), marked("{count} mails"))


def _tell_all(done: list[Exported], root: Path) -> None:
    mails = sum(e.mails.fetched + e.mails.there for e in done if e.mails)
    fresh = sum(e.mails.fetched for e in done if e.mails)
    what = said(", {mails} ({fresh} fetched now)", mails=_count_of_mails(mails), fresh=fresh) if any(e.mails for e in done) else ""
    buyers = plural(len(done), marked("{count} buyer"), marked("{count} buyers"))
    say(said("{folder}: {buyers}{mails}; index.csv and README.md tell what is there", folder=root, buyers=buyers, mails=what))
    _tell_missing(done)


def _tell_missing(done: list[Exported]) -> None:
    gone = sum(len(e.mails.gone) for e in done if e.mails)
    large = sum(len(e.mails.large) for e in done if e.mails)
    if gone:
        lost = said("{mails} no longer where they lay in the mailbox; `followupd once` learns where they went, then export again", mails=_count_of_mails(gone))
        complain(lost)
    if large:
        complain(said("{mails} too large to be exported", mails=_count_of_mails(large)))
