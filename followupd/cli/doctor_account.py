"""Is an account well: daemon, stores, queues, folders, clock against the server's? (doctor)"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from followupd.cli.at_hand import paths_of
from followupd.cli.checking import Step, Told
from followupd.cli.looking import read_health, read_outbox
from followupd.cli.output import ago
from followupd.config import AccountConfig, Config
from followupd.mailbox.base import Box, Folder, Mailbox
from followupd.store.atomic import backups
from followupd.store.index import Index
from followupd.store.ledger import Ledger
from followupd.store.lock import running
from followupd.store.paths import AccountPaths
from followupd.work.desk import called

STUCK = timedelta(minutes=5)
"""A daemon that is well leaves a sign of life every minute."""
UNSEEN = timedelta(hours=1)
STALE = timedelta(days=3)
"""A backup is made every day that followupd runs."""
SKEW = timedelta(minutes=2)
LAST_MAILS = 10
RESTART = "systemctl --user restart followupd, or end it and start `followupd run`"


def of_state(config: Config, account: AccountConfig, now: datetime) -> Iterator[Step]:
    """The looks at what lies on this machine."""
    paths = paths_of(config, account)
    for what, look in (
        ("daemon", partial(_daemon, paths, now)),
        ("index", partial(_index, paths, account, now)),
        ("ledger", partial(_ledger, paths)),
        ("backup", partial(_backups, paths, now)),
        ("outbox", partial(_outbox, config, paths)),
        ("words", partial(_words, paths)),
    ):
        yield account.title, what, look


def _daemon(paths: AccountPaths, now: datetime) -> Iterator[Told]:
    """Does it run, and did it do anything lately?"""
    health, pid = read_health(paths), running(paths.lock)
    at = datetime.fromisoformat(health["at"]) if health["at"] else None
    state, detail = health["state"] or "", health["detail"] or ""
    if not pid:
        yield "daemon", "warn", f"not running; last sign of life {ago(at, now)}", "systemctl --user start followupd, or followupd run"
    elif at is None or now - at > STUCK:
        yield "daemon", "fail", f"process {pid} runs, but its last sign of life is {ago(at, now)}", RESTART
    elif state in {"login refused", "needs a hand"}:
        yield "daemon", "fail", f"{state}: {detail}", "see the finding on login; it tries again by itself once that is mended"
    elif state == "trying again":
        yield "daemon", "warn", f"{state}: {detail}", "wait: it tries again by itself"
    else:
        yield "daemon", "ok", f"process {pid}, {state}, last turn {ago(at, now)}"


def _index(paths: AccountPaths, account: AccountConfig, now: datetime) -> Iterator[Told]:
    """Is it whole, how old is what it knows, and what could not be read?"""
    if not paths.index.exists():
        yield "index", "warn", "nothing was read from the mailbox yet", "followupd once, or followupd run"
        return
    with closing(Index(paths.index, account.own(), read_only=True)) as index:
        if faults := index.faults():
            yield "index", "fail", f"damaged: {faults[0]}", f"stop followupd, rm {paths.index}*, start it: it is built again from the mailbox"
            return
        yield "index", "ok", "whole: {} mails in {} threads".format(*index.counts())
        yield from _looks(index, now, daemon=bool(running(paths.lock)))
        if skipped := index.quarantined():
            last = skipped[-1]
            found = f"{len(skipped)} skipped; the last in {last.folder}, UID {last.uid}: {last.reason}"
            yield "mails", "warn", found, "read them in your mail client; `followupd status` lists them"


def _looks(index: Index, now: datetime, *, daemon: bool) -> Iterator[Told]:
    """When did the server last answer?"""
    seen = {name: cursor.seen_at for name, cursor in index.cursors().items() if cursor.seen_at}
    if not seen:
        return
    latest = max(seen.values())
    late = daemon and now - latest > UNSEEN
    told = f"last look into the mailbox {ago(latest, now)}"
    yield ("round trip", "fail", told, RESTART) if late else ("round trip", "ok", told)


def _ledger(paths: AccountPaths) -> Iterator[Told]:
    if not paths.ledger.exists():
        return
    with closing(Ledger(paths.ledger, read_only=True)) as ledger:
        yield "ledger", "ok", f"whole: {len(ledger.drafts())} drafts; words of yours: {len(ledger.words())}"


def _backups(paths: AccountPaths, now: datetime) -> Iterator[Told]:
    """The rolling copies of the ledger: is the newest of these days?"""
    if not paths.ledger.exists():
        return
    days = [day for path in backups(paths.ledger) if (day := _day(path))]
    newest = max(days, default=None)
    if newest is None:
        yield "backup", "warn", "no copy of the ledger yet", "followupd backup (the daemon makes one every day)"
    elif now.date() - newest > STALE:
        yield "backup", "warn", f"the newest copy of the ledger is of {newest}", "followupd backup (the daemon makes one every day)"
    else:
        yield "backup", "ok", f"{len(days)} copies, the newest of {newest}"


def _day(path: Path) -> date | None:
    try:
        return date.fromisoformat(path.suffixes[-2].removeprefix("."))
    except (ValueError, IndexError):
        return None


def _outbox(config: Config, paths: AccountPaths) -> Iterator[Told]:
    """Mail to the owner that does not go out."""
    queue = read_outbox(paths)
    if queue["failed"]:
        yield "outbox", "fail", f"{queue['failed']} mails to you were given up: {queue['error'] or 'unknown'}", f"read and delete {paths.outbox}/*.failed"
    if queue["waiting"] and queue["error"]:
        yield "outbox", "fail", f"{queue['waiting']} mails to you wait: {queue['error']}", f"mend smtp: in {config.path}; the queue goes on by itself"
    elif queue["waiting"]:
        yield "outbox", "ok", f"{queue['waiting']} mails to you wait for the next try"
    elif not queue["failed"]:
        yield "outbox", "ok", "empty"


def _words(paths: AccountPaths) -> Iterator[Told]:
    waiting, bad = list(paths.commands.glob("*.json")), list(paths.commands.glob("*.bad"))
    if waiting and not running(paths.lock):
        yield "words", "warn", f"{len(waiting)} words of yours wait for the next turn", "followupd once, or followupd run"
    if bad:
        yield "words", "warn", f"{len(bad)} words of yours could not be read", f"say them again, then rm {paths.commands}/*.bad"


# ---- in the mailbox -------------------------------------------------------------------------------


def clock_and_folders(mailbox: Mailbox, account: AccountConfig, *, now: datetime) -> Iterator[Told]:
    """Is this machine's clock behind the server's, and are the folders there that things are dragged into?"""
    folders = mailbox.folders()
    yield from _clock(mailbox, folders, now)
    wanted = {name for name in account.folders.corrections.model_dump().values() if name}
    lacking = sorted(name for name in wanted if not called(folders, name))
    if wanted and not lacking:
        yield "corrections", "ok", "all folders to drag a mail into are there"
    elif lacking and len(lacking) < len(wanted):
        yield "corrections", "warn", f"not found: {', '.join(lacking)}", "make these folders in your mail client"
    elif lacking:
        yield "corrections", "ok", f"not in use; to correct by dragging make folders like {lacking[0]}"
    if account.send.enabled and not called(folders, account.send.folder):
        yield "sending", "fail", f"the folder {account.send.folder} is not there, so nothing can be laid into it", "make that folder in your mail client"


def _clock(mailbox: Mailbox, folders: tuple[Folder, ...], now: datetime) -> Iterator[Told]:
    """IMAP tells no time; but a mail that came in the future says that our clock is late."""
    newest = []
    for folder in folders:
        if folder.box in {Box.INBOX, Box.SENT, Box.DRAFTS}:
            last = mailbox.state(folder).uidnext - 1
            if last > 0:
                newest += [s.internaldate for s in mailbox.stubs(folder, range(max(1, last - LAST_MAILS), last + 1))]
    if not newest:
        return
    ahead = max(newest) - now
    if ahead > SKEW:
        minutes = int(ahead.total_seconds() // 60)
        yield "server clock", "fail", f"the newest mail came {minutes} min in the future: this machine's clock is late", "timedatectl set-ntp true"
    else:
        yield "server clock", "ok", f"not ahead of ours, as far as mail tells (newest {ago(max(newest), now)})"
