"""Is an account well: daemon, stores, queues, folders, clock against the server's? (doctor)"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from shlex import quote

from followupd.cli.at_hand import paths_of
from followupd.cli.checking import Step, Told
from followupd.cli.looking import read_health, read_outbox
from followupd.cli.output import ago
from followupd.cli.terms import term
from followupd.cli.tongue import later, marked
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
RESTART = marked("systemctl --user restart followupd, or end it and start `followupd run`")


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
        yield "daemon", "warn", later("not running; last sign of life {last}", last=ago(at, now)), later("systemctl --user start followupd, or followupd run")
    elif at is None or now - at > STUCK:
        yield "daemon", "fail", later("process {pid} runs, but its last sign of life is {last}", pid=pid, last=ago(at, now)), later(RESTART)
    elif state in {"login refused", "needs a hand"}:
        mend = later("see the finding on login; it tries again by itself once that is mended")
        yield "daemon", "fail", later("{state}: {detail}", state=term(state), detail=detail), mend
    elif state == "trying again":
        yield "daemon", "warn", later("{state}: {detail}", state=term(state), detail=detail), later("wait: it tries again by itself")
    else:
        yield "daemon", "ok", later("process {pid}, {state}, last turn {last}", pid=pid, state=term(state), last=ago(at, now))


def _index(paths: AccountPaths, account: AccountConfig, now: datetime) -> Iterator[Told]:
    """Is it whole, how old is what it knows, and what could not be read?"""
    if not paths.index.exists():
        yield "index", "warn", later("nothing was read from the mailbox yet"), later("followupd once, or followupd run")
        return
    with closing(Index(paths.index, account.own(), read_only=True)) as index:
        if faults := index.faults():
            mend = later("stop followupd, rm {index}*, start it: it is built again from the mailbox", index=quote(str(paths.index)))
            yield "index", "fail", later("damaged: {fault}", fault=faults[0]), mend
            return
        mails, threads = index.counts()
        yield "index", "ok", later("whole: {mails} mails in {threads} threads", mails=mails, threads=threads)
        yield from _looks(index, now, daemon=bool(running(paths.lock)))
        if skipped := index.quarantined():
            last = skipped[-1]
            count = len(skipped)
            found = later("{count} skipped; the last in {folder}, UID {uid}: {why}", count=count, folder=last.folder, uid=last.uid, why=last.reason)
            yield "mails", "warn", found, later("read them in your mail client; `followupd status` lists them")


def _looks(index: Index, now: datetime, *, daemon: bool) -> Iterator[Told]:
    """When did the server last answer?"""
    seen = {name: cursor.seen_at for name, cursor in index.cursors().items() if cursor.seen_at}
    if not seen:
        return
    latest = max(seen.values())
    late = daemon and now - latest > UNSEEN
    told = later("last look into the mailbox {last}", last=ago(latest, now))
    yield ("round trip", "fail", told, later(RESTART)) if late else ("round trip", "ok", told)


def _ledger(paths: AccountPaths) -> Iterator[Told]:
    if not paths.ledger.exists():
        return
    with closing(Ledger(paths.ledger, read_only=True)) as ledger:
        yield "ledger", "ok", later("whole: {drafts} drafts; words of yours: {words}", drafts=len(ledger.drafts()), words=len(ledger.words()))


def _backups(paths: AccountPaths, now: datetime) -> Iterator[Told]:
    """The rolling copies of the ledger: is the newest of these days?"""
    if not paths.ledger.exists():
        return
    days = [day for path in backups(paths.ledger) if (day := _day(path))]
    newest = max(days, default=None)
    if newest is None:
        yield "backup", "warn", later("no copy of the ledger yet"), later("followupd backup (the daemon makes one every day)")
    elif now.date() - newest > STALE:
        yield "backup", "warn", later("the newest copy of the ledger is of {day}", day=newest), later("followupd backup (the daemon makes one every day)")
    else:
        yield "backup", "ok", later("{count} copies, the newest of {day}", count=len(days), day=newest)


def _day(path: Path) -> date | None:
    try:
        return date.fromisoformat(path.suffixes[-2].removeprefix("."))
    except (ValueError, IndexError):
        return None


def _outbox(config: Config, paths: AccountPaths) -> Iterator[Told]:
    """Mail to the owner that does not go out."""
    queue = read_outbox(paths)
    if queue["failed"]:
        found = later("{count} mails to you were given up: {why}", count=queue["failed"], why=queue["error"] or later("unknown"))
        yield "outbox", "fail", found, later("read and delete {place}/*.failed", place=quote(str(paths.outbox)))
    if queue["waiting"] and queue["error"]:
        found = later("{count} mails to you wait: {why}", count=queue["waiting"], why=queue["error"])
        yield "outbox", "fail", found, later("mend smtp: in {path}; the queue goes on by itself", path=config.path)
    elif queue["waiting"]:
        yield "outbox", "ok", later("{count} mails to you wait for the next try", count=queue["waiting"])
    elif not queue["failed"]:
        yield "outbox", "ok", later("empty")


def _words(paths: AccountPaths) -> Iterator[Told]:
    waiting, bad = list(paths.commands.glob("*.json")), list(paths.commands.glob("*.bad"))
    if waiting and not running(paths.lock):
        yield "words", "warn", later("{count} words of yours wait for the next turn", count=len(waiting)), later("followupd once, or followupd run")
    if bad:
        mend = later("say them again, then rm {place}/*.bad", place=quote(str(paths.commands)))
        yield "words", "warn", later("{count} words of yours could not be read", count=len(bad)), mend


# ---- in the mailbox -------------------------------------------------------------------------------


def clock_and_folders(mailbox: Mailbox, account: AccountConfig, *, now: datetime) -> Iterator[Told]:
    """Is this machine's clock behind the server's, and are the folders there that things are dragged into?"""
    folders = mailbox.folders()
    yield from _clock(mailbox, folders, now)
    wanted = {name for name in account.folders.corrections.model_dump().values() if name}
    lacking = sorted(name for name in wanted if not called(folders, name))
    if wanted and not lacking:
        yield "corrections", "ok", later("all folders to drag a mail into are there")
    elif lacking and len(lacking) < len(wanted):
        yield "corrections", "warn", later("not found: {names}", names=", ".join(lacking)), later("make these folders in your mail client")
    elif lacking:
        yield "corrections", "ok", later("not in use; to correct by dragging make folders like {name}", name=lacking[0])
    if account.send.enabled and not called(folders, account.send.folder):
        found = later("the folder {name} is not there, so nothing can be laid into it", name=account.send.folder)
        yield "sending", "fail", found, later("make that folder in your mail client")


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
        found = later("the newest mail came {minutes} min in the future: this machine's clock is late", minutes=minutes)
        yield "server clock", "fail", found, "timedatectl set-ntp true"
    else:
        yield "server clock", "ok", later("not ahead of ours, as far as mail tells (newest {last})", last=ago(max(newest), now))
