"""How is a person erased who asks for it? (forget; GDPR art. 17)

First it is shown what is kept of him, then it is asked. A running daemon owns the stores, so it gets an order, as with other words;
without one the work is done here, under the same lock.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from followupd.cli.at_hand import Options, View, as_json, of_account, views
from followupd.cli.buyers import meant
from followupd.cli.output import clean, complain, plural, say, say_folded, say_json
from followupd.cli.tongue import marked, said
from followupd.config import AccountConfig, Config
from followupd.errors import AlreadyRunning, Problem, UserError
from followupd.files import sweep
from followupd.model import DraftState, SendingState
from followupd.store.atomic import backups
from followupd.store.commands import Erasure, leave_erasure
from followupd.store.erasing import Traces, traces
from followupd.store.forgotten import Forgotten
from followupd.store.index import Index
from followupd.store.ledger import Ledger
from followupd.store.lock import InstanceLock, running
from followupd.store.paths import prepare
from followupd.work.forget import Stores, letters_naming, obey, wished_to_stop

PATIENCE = 90.0
"""Seconds to wait for a running daemon; a look at a large mailbox may take it a while."""
QUICK = 2.0
EX_TEMPFAIL = 75


@dataclass(frozen=True)
class Held:
    """What an account keeps of a person, in figures."""

    account: AccountConfig
    email: str
    who: str
    mails: int
    threads: int
    named_in: int
    drafts: int
    standing: int
    """Drafts of ours that stand in the mailbox."""
    words: int
    copies: int
    letters: int
    stop: bool

    @property
    def anything(self) -> bool:
        """Is he known here at all?"""
        return bool(self.mails or self.named_in or self.drafts or self.words or self.letters)


@click.command("forget")
@click.argument("buyer")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
@of_account
@click.pass_obj
def forget_command(options: Options, buyer: str, yes: bool, json_: bool, only: str | None) -> int:
    """Erase what is kept of BUYER (an address, a domain or a name): mails read, judgements, your words, drafts' records, copies.

    Your mailbox is not touched. A salted hash of the address keeps him out when the index is built anew, and a wish not to be written
    to stays in force by it. What he writes from now on is read as a new buyer's.
    """
    now = datetime.now(UTC)
    with views(options.config, only) as opened:
        email = _address(opened, buyer)
        held = [h for view in opened if (h := _held(view, email, now)).anything]
    if not held:
        raise UserError(Problem(email, "nothing is kept of this address", "`followupd list threads` shows buyers"))
    if not json_:
        for line in _told(options.config, held):
            say_folded(line)
    if not yes:
        if not sys.stdin.isatty():
            raise UserError(Problem(email, "this cannot be undone", "say --yes"))
        click.confirm(said("Erase all of it?"), abort=True, err=True)
    waiting = [h for h in held if not _done(options.config, h, now)]
    for one in held:
        _report(one, json_=json_, waits=one in waiting)
    return EX_TEMPFAIL if waiting else 0


def _address(opened: list[View], said: str) -> str:
    """The one address that is meant; one given in full need not be a buyer's. Raises UserError."""
    wanted = said.strip().lower()
    if "@" not in wanted or wanted.startswith("@"):
        return meant(opened, said)[0].email
    if any(view.account.own().holds(wanted) for view in opened):
        raise UserError(Problem(wanted, "is one of your own addresses", "give the buyer's"))
    return wanted


def _held(view: View, email: str, now: datetime) -> Held:
    ledger, index = view.ledger, view.index
    stone = ledger.tombstone(email, now, stop=False)
    found = traces(index, email, Forgotten([stone]))
    _refuse_what_is_about_to_go_out(ledger, found)
    drafts = [d for d in ledger.drafts() if d.buyer == email or d.turn_id in found.ids]
    return Held(
        account=view.account,
        email=email,
        who=_who(index, email),
        mails=len(found.own),
        threads=len(found.counterpart),
        named_in=len(found.naming),
        drafts=len(drafts),
        standing=sum(d.state in {DraftState.PLACED, DraftState.EDITED} for d in drafts),
        words=sum(w.target in {email, *found.ids} for w in ledger.words()),
        copies=len(backups(view.paths.ledger)),
        letters=len(letters_naming(view.paths.outbox, email, found.ids)),
        stop=stone.stop or wished_to_stop(ledger, index, email),
    )


def _who(index: Index, email: str) -> str:
    facts = [f for id in sorted(index.threads_of_buyer(email)) if (f := index.facts(id))]
    return next((", ".join(filter(None, (f.buyer.name, f.buyer.company))) for f in facts if f.buyer.name or f.buyer.company), "")


def _refuse_what_is_about_to_go_out(ledger: Ledger, found: Traces) -> None:
    """A mail in the folder for sending would go out, or lie there unexplained."""
    waits = {SendingState.WAITING, SendingState.SENDING}
    if any(r.state in waits and r.turn_id in found.ids for r in ledger.sendings().values()):
        raise UserError(Problem("", "a mail to this person lies in the folder for sending", "take it out first, then forget him"))


def _told(config: Config, held: list[Held]) -> Iterator[str]:
    for one in held:
        who = f" ({clean(one.who, 80)})" if one.who else ""
        yield said("Of {email}{who} followupd keeps in {account}:", email=clean(one.email), who=who, account=clean(one.account.title))
        yield from (f"  {line}" for line in _kept(one))
    yield said("All of it is erased, for good. A salted hash of the address stays, so that your mailbox does not bring him back.")
    if any(h.stop for h in held):
        yield said("He asked not to be written to: that stays in force, by the hash.")
    yield from _left_to_you(config, held)


def _kept(one: Held) -> Iterator[str]:
    """What of it there is, in figures."""
    mails = plural(one.mails, marked("{count} mail"), marked("{count} mails"))
    threads = plural(one.threads, marked("{count} thread"), marked("{count} threads"))
    named = plural(one.named_in, marked("{count} mail"), marked("{count} mails"))
    told = (
        (one.mails, said("{mails} in {threads}, and what was judged and decided", mails=mails, threads=threads)),
        (one.named_in, said("{mails} of others that name the address: kept, but his address and quoted words are struck out", mails=named)),
        (one.drafts, plural(one.drafts, marked("{count} record of drafts to him"), marked("{count} records of drafts to him"))),
        (
            one.words,
            plural(
                one.words,
                marked("{count} word of yours (grade, stage, mute, verdict, samples)"),
                marked("{count} words of yours (grade, stage, mute, verdict, samples)"),
            ),
        ),
        (one.letters, plural(one.letters, marked("{count} letter to you about him that waits"), marked("{count} letters to you about him that wait"))),
        (
            one.copies,
            plural(
                one.copies,
                marked("and what of it stands in {count} rolling copy of the ledger"),
                marked("and what of it stands in {count} rolling copies of the ledger"),
            ),
        ),
    )
    yield from (line for count, line in told if count)


def _left_to_you(config: Config, held: list[Held]) -> Iterator[str]:
    """What we do not touch, and how to see to it."""
    email = clean(held[0].email)
    yield said('Your mailbox is not touched: search your mail client for "{email}" and delete the mails there, in Sent and Trash too.', email=email)
    if standing := sum(h.standing for h in held):
        one, many = marked("In Drafts stands a draft to him: delete that there too."), marked("In Drafts stand {count} drafts to him: delete them there too.")
        yield "  " + plural(standing, one, many)
    for path in _own_files_naming(config, held[0].email):
        yield "  " + said("{path} names him: that file is yours, edit it yourself.", path=path)
    yield said("Exported folders, files of `followupd backup` and copies of this disk are yours to delete as well.")


def _own_files_naming(config: Config, email: str) -> list[Path]:
    """Config, rules and facts of the user that name the address."""
    files: list[Path] = []
    for root in filter(None, (config.path, config.facts_file(), *config.overlays)):
        files += sorted(p for p in root.rglob("*") if p.is_file()) if root.is_dir() else [root]
    small = [p for p in dict.fromkeys(files) if p.is_file() and p.stat().st_size < 5_000_000]
    return [p for p in small if email.encode() in p.read_bytes().lower()]


# ---- doing it -------------------------------------------------------------------------------------


def _done(config: Config, one: Held, now: datetime) -> bool:
    """Leave the order; then obey it here, or wait until the daemon has. False when it still waits."""
    paths = prepare(one.account.title, config.state_root)
    order = leave_erasure(paths.commands, Erasure(email=one.email, at=now))
    began = time.monotonic()
    told = False
    while order.exists() and (waited := time.monotonic() - began) < PATIENCE:
        if waited > QUICK and not told:
            told = True
            complain(said("{account}: waiting for the running daemon to come to it", account=one.account.title))
        if not running(paths.lock):
            with suppress(AlreadyRunning):
                _obey_here(config, one.account)
        if order.exists():
            time.sleep(0.2)
    return not order.exists()


def _obey_here(config: Config, account: AccountConfig) -> None:
    paths = prepare(account.title, config.state_root)
    with InstanceLock(paths.lock):
        sweep(paths.root)
        ledger, index = Ledger(paths.ledger), Index(paths.index, account.own())
        try:
            obey(Stores(ledger, index, paths), account.title)
        finally:
            index.close()
            ledger.close()


def _report(one: Held, *, json_: bool, waits: bool) -> None:
    account = one.account.title
    if json_:
        told: dict[str, Any] = {name: getattr(one, name) for name in ("email", "mails", "threads", "named_in", "drafts", "words", "copies", "letters", "stop")}
        say_json({"account": account, **told, "erased": not waits})
    elif waits:
        complain(said("{account}: the daemon has not come to it yet; it does so at its next turn (`followupd status`)", account=account))
    else:
        say(said("{account}: erased.", account=clean(account)))
