"""What has been seen, and what stands where? (status, list)"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from typing import Any

import click

from followupd.cli.at_hand import Options, View, accounts, as_json, of_account, paths_of, views
from followupd.cli.output import ago, clean, complain_of, say_json, table, tell, when, worst
from followupd.cli.terms import reason_name, stage_name, term, topic_name
from followupd.cli.tongue import later, marked, said
from followupd.config import AccountConfig, Config
from followupd.errors import FollowupdError
from followupd.model import DraftState, Reason
from followupd.store.index import Index, ThreadRow
from followupd.store.ledger import Ledger
from followupd.store.lock import running
from followupd.store.paths import AccountPaths

OWED = frozenset({Reason.REPLY_OWED, Reason.OUR_MOVE, Reason.UNCLEAR_ANSWER})
MOST_SKIPPED = 5
STANDING = (DraftState.PLACED, DraftState.EDITED)

# ---- status ---------------------------------------------------------------------------------------


@click.command("status")
@as_json
@of_account
@click.pass_obj
def status_command(options: Options, json_: bool, only: str | None) -> int:
    """When was the last mail seen in each folder, and is anything wrong?"""
    codes = []
    for account in accounts(options.config, only):
        told = _status(options.config, account)
        for fault in _read_stores(told, account, paths_of(options.config, account)):
            codes.append(complain_of(fault))
        say_json(told) if json_ else _show_status(told)
    return worst(codes)


def _status(config: Config, account: AccountConfig) -> dict[str, Any]:
    paths = paths_of(config, account)
    told: dict[str, Any] = {"account": account.title, "daemon": running(paths.lock) or None, **read_health(paths)}
    told["folders"], told["drafts_waiting"], told["skipped"] = [], 0, []
    told["words_waiting"] = sum(path.suffix in {".json", ".erase"} for path in paths.commands.glob("*"))
    told["outbox"] = read_outbox(paths)
    return told


def _read_stores(told: dict[str, Any], account: AccountConfig, paths: AccountPaths) -> Iterator[FollowupdError]:
    """Fill in what the stores tell; a store that cannot be read is a fault of its own and hides nothing else."""
    try:
        if paths.index.exists():
            with closing(Index(paths.index, account.own(), read_only=True)) as index:
                told["messages"], told["threads"] = index.counts()
                told["folders"], told["skipped"] = list(index.folders()), list(index.quarantined())
                told["next_due"] = index.next_due()
    except FollowupdError as error:
        told["folders"] = None
        yield error
    try:
        if paths.ledger.exists():
            with closing(Ledger(paths.ledger, read_only=True)) as ledger:
                told["drafts_waiting"] = len(ledger.drafts(STANDING))
    except FollowupdError as error:
        told["drafts_waiting"] = None
        yield error


def read_health(paths: AccountPaths) -> dict[str, str | None]:
    """What the loop last said of itself; nothing where it never ran or the file is torn."""
    try:
        data = json.loads((paths.root / "health.json").read_bytes())
        datetime.fromisoformat(data["at"])
        return {key: str(data.get(key, "")) for key in ("state", "detail", "at")}
    except (OSError, ValueError, AttributeError, KeyError, TypeError):
        return {"state": "never ran", "detail": "", "at": None}


def read_outbox(paths: AccountPaths) -> dict[str, Any]:
    """Mail to the owner: how much waits, how much was given up, why; read without taking the queue's part."""
    waiting, failed = len(list(paths.outbox.glob("*.eml"))), len(list(paths.outbox.glob("*.failed")))
    try:
        state = json.loads((paths.outbox / "state.json").read_bytes())
        why = str(state.get("hold_reason") or "")
        why = why or next((str(w["error"]) for w in state.get("waiting", {}).values() if w.get("error")), "")
    except (OSError, ValueError, AttributeError, TypeError, KeyError):
        why = ""
    return {"waiting": waiting, "failed": failed, "error": why if waiting or failed else ""}


def _show_status(told: dict[str, Any]) -> None:
    daemon = said("running (process {pid})", pid=told["daemon"]) if told["daemon"] else said("not running")
    last = ago(datetime.fromisoformat(told["at"])) if told["at"] else later("never")
    state = term(clean(told["state"]))
    tell(said("{account}: daemon {daemon}; last sign of life {last}: {state}", account=clean(told["account"]), daemon=daemon, last=last, state=state))
    if told["detail"]:
        tell(clean(told["detail"]), "  ")
    _show_folders(told)
    outbox = told["outbox"]
    if outbox["waiting"] or outbox["failed"]:
        why = f": {clean(outbox['error'])}" if outbox["error"] else ""
        tell(said("Mail to you: {waiting} waiting, {failed} given up{why}", waiting=outbox["waiting"], failed=outbox["failed"], why=why))
    drafts = said("unknown") if told["drafts_waiting"] is None else told["drafts_waiting"]
    tell(said("Drafts waiting: {drafts}; next due: {day}", drafts=drafts, day=when(told.get("next_due"))))
    if told["words_waiting"]:
        tell(said("Your words that wait for the next turn: {count}", count=told["words_waiting"]))
    if len(told["skipped"]) > MOST_SKIPPED:
        tell(said("Skipped mails: {count}; the last {shown}:", count=len(told["skipped"]), shown=MOST_SKIPPED))
    for skipped in told["skipped"][-MOST_SKIPPED:]:
        tell(said("skipped: {folder} UID {uid}: {why}", folder=clean(skipped.folder), uid=skipped.uid, why=clean(skipped.reason)), "  ")


def _show_folders(told: dict[str, Any]) -> None:
    if told["folders"] is None:
        tell(said("What was read cannot be told: see the error."))
    elif not told["folders"] and not told.get("messages"):
        tell(said("Nothing was read from the mailbox yet; `followupd once` or `followupd run` does."))
    else:
        tell(said("{mails} mails in {threads} threads", mails=told["messages"], threads=told["threads"]), "  ")
        rows = [(f.folder, f.mails, ago(f.newest), ago(f.looked_at), f.skipped) for f in told["folders"]]
        table(said("Folders"), ("folder", "mails", "last mail seen", "last look", "skipped"), rows)


# ---- list -----------------------------------------------------------------------------------------


@click.command("list")
@click.argument("what", type=click.Choice(["inquiries", "threads", "drafts", "owed"]), default="threads")
@as_json
@of_account
@click.pass_obj
def list_command(options: Options, what: str, json_: bool, only: str | None) -> None:
    """List inquiries, threads, drafts and what became of them, or what we owe."""
    with views(options.config, only) as opened:
        for view in opened:
            if json_:
                for item in _items(view, what):
                    say_json(item)
            else:
                _TABLES[what](view)


def _items(view: View, what: str) -> Iterator[Any]:
    account = {"account": view.account.title}
    if what == "drafts":
        return ({**account, **_plain(r)} for r in view.ledger.drafts())
    if what == "inquiries":
        return ({**account, **_plain(i)} for i in view.index.register())
    return ({**account, **_plain(r)} for r in _rows(view, owed=what == "owed"))


def _plain(value: object) -> dict[str, Any]:
    from msgspec import to_builtins

    plain = to_builtins(value)
    assert isinstance(plain, dict)
    return plain


def _rows(view: View, *, owed: bool = False) -> list[ThreadRow]:
    rows = [r for r in view.index.rows() if r.facts is not None]
    return [r for r in rows if r.decision is not None and r.decision.reason in OWED] if owed else rows


def _list_inquiries(view: View) -> None:
    rows = [
        (i.thread_id, when(i.date), i.company or i.who, i.country, term(i.kind), term(i.verdict or ""), term(i.risk))
        for i in view.index.register()
    ]
    names = ("thread", "came", "who", "from", "kind", "verdict", "risk")
    table(said("Inquiries of {account}", account=view.account.title), names, rows, fixed=("thread",))


def _list_threads(view: View, *, owed: bool = False) -> None:
    rows = [
        (r.id, r.facts.buyer.address.email, stage_name(r.facts.stage), _why(r), when(r.next_due))
        for r in _rows(view, owed=owed)
        if r.facts
    ]
    title = marked("Owed by {account}") if owed else marked("Threads of {account}")
    table(
        said(title, account=view.account.title), ("thread", "buyer", "stage", "decision", "next due"), rows, fixed=("thread",)
    )


def _list_owed(view: View) -> None:
    _list_threads(view, owed=True)


def _list_drafts(view: View) -> None:
    rows = [(d.thread_id, d.buyer, topic_name(d.topic), d.subject, term(d.state), when(d.created)) for d in view.ledger.drafts()]
    names = ("thread", "buyer", "topic", "subject", "state", "made")
    table(said("Drafts of {account}", account=view.account.title), names, rows, fixed=("thread",))


def _why(row: ThreadRow) -> str:
    return reason_name(row.decision.reason) if row.decision else later("not decided yet")


_TABLES = {"inquiries": _list_inquiries, "threads": _list_threads, "drafts": _list_drafts, "owed": _list_owed}
