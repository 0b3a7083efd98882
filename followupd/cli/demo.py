"""What would followupd do for a salesperson like me? (demo)"""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from followupd.cli.output import clean, say, table, tell
from followupd.cli.terms import detail_text, hit_name, kind_name, reason_name, reply_name, stage_name, term, topic_name
from followupd.cli.tongue import both, chinese, later, said, shown

if TYPE_CHECKING:
    from followupd.demo.run import DemoResult
    from followupd.demo.server import EmbeddedServer
    from followupd.model import Facts
    from followupd.store.index import Index, ThreadRow
    from followupd.store.ledger import Ledger

SHOWN_LINES = 12


@click.command("demo")
@click.option("--serve", is_flag=True, help="Leave the mail server up and keep watching it; Ctrl-C ends both.")
@click.option("--port", type=int, default=0, help="Port of the embedded server (default: a free one).")
def demo_command(serve: bool, port: int) -> int:
    """Fill an embedded mailbox with a month of a salesperson's mail and let followupd work on it."""
    from followupd.cli.running import told_how_far
    from followupd.demo.run import run_demo
    from followupd.demo.server import EmbeddedServer
    from followupd.demo.stage import settled

    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory(prefix="followupd-demo-") as directory, EmbeddedServer(port=port) as server:
        say(said("A month of Lily Chen's mail lies on a mail server at {host}:{port}.", host=server.host, port=server.port))
        result = run_demo(server, Path(directory), settled(now), told_how_far if sys.stderr.isatty() else None)
        if result.now != now:
            day = both(f"{result.now:%A %d %b %Y}", f"{result.now:%Y-%m-%d}")
            say(said("Nobody works today, so this is how it looked on {day}.", day=day))
        _tell(result)
        if serve:
            return _serve(server, result, Path(directory))
    say()
    say(said("Next, on your own mailbox: `followupd init`, then `followupd once --dry-run`."))
    return 0


def _tell(result: DemoResult) -> None:
    """The tables: what came in, what is followed, what was drafted, what waits for us."""
    from followupd.keys import state_of
    from followupd.store.index import Index
    from followupd.store.ledger import Ledger

    account = result.config.accounts[0]
    state = state_of(result.config, account)
    index, ledger = (
        Index(state / "index.sqlite", account.own(), read_only=True),
        Ledger(state / "ledger.json", read_only=True),
    )
    rows = [row for row in index.rows() if row.facts is not None]
    report = result.reports[0]
    told = said("{mails} mails read, {threads} threads, ", mails=report.read, threads=len(rows))
    say(told + said("{drafts} drafts placed, {alarms} alarms.", drafts=report.drafted, alarms=report.alarms))
    _inquiries(rows)
    _threads(rows, ledger)
    _ours(rows)
    _drafts(result, index)


def _inquiries(rows: list[ThreadRow]) -> None:
    """The buyers' first mails of the last days that nobody has answered yet, and what is no inquiry at all."""
    from followupd.model import Risk

    lines = []
    for row in rows:
        facts = row.facts
        if facts is None or facts.inquiry is None or facts.turn is not None:
            continue
        judged = facts.inquiry
        what = judged.verdict.value if judged.verdict else judged.kind.value
        if facts.risk is not Risk.NONE:
            what = facts.risk.value
        signs = [h for h in judged.hits if h.en and not h.signal.startswith("inquiry_")]
        hits = facts.risk_hits or sorted(signs, key=lambda h: -abs(h.points))
        why = ("；" if chinese() else "; ").join(shown(hit_name(h)) for h in hits[:2]) or shown(kind_name(judged.kind))
        lines.append(
            (what, _who(facts), facts.buyer.country, why)
        )
    order = {"genuine": 0, "likely": 1, "unsure": 2, "vague": 3, "suspicious": 8, "fraud": 9}
    lines.sort(key=lambda line: (order.get(line[0], 5), line[1]))
    rows_shown = [(both(what.replace("_", " "), shown(term(what))), *rest) for what, *rest in lines]
    table(said("New mail and what it is"), ("verdict", "who", "land", "why"), rows_shown)


def _who(facts: Facts) -> str:
    """Name as signed, else as beside the address, else the address."""
    return facts.buyer.name or facts.buyer.address.name or facts.buyer.address.email


def _threads(rows: list[ThreadRow], ledger: Ledger) -> None:
    """Every quote that is being followed."""
    drafted = {d.turn_id for d in ledger.drafts()}
    lines = []
    for row in rows:
        facts, decision = row.facts, row.decision
        if facts is None or decision is None or not facts.quotes:
            continue
        state = later("draft placed") if facts.turn and facts.turn.id in drafted else reason_name(decision.reason)
        due = both(f"{row.next_due:%d %b}", f"{row.next_due:%m-%d}") if row.next_due else ""
        lines.append(
            (_who(facts), facts.quotes[-1].number, stage_name(decision.stage), state, due)
        )
    lines.sort(key=lambda line: (line[3] != "draft placed", line[3], line[0]))
    table(said("Quotes and where they stand"), ("buyer", "quote", "stage", "now", "next look"), lines)


def _ours(rows: list[ThreadRow]) -> None:
    """What we owe."""
    from followupd.model import Reason

    owed = {Reason.REPLY_OWED, Reason.OUR_MOVE, Reason.UNCLEAR_ANSWER}
    lines = []
    for row in rows:
        if row.facts is None or row.decision is None or row.decision.reason not in owed:
            continue
        answer = row.facts.answer
        kind = reply_name(answer.type, answer.type.replace("_", " ")) if answer else term("inquiry")
        words = answer.evidence if answer else row.facts.product
        lines.append((_who(row.facts), kind, clean(words, 60)))
    table(
        said("Waiting for your answer (no follow-up draft while it is our move)"), ("buyer", "what", "words"), sorted(lines)
    )


def _drafts(result: DemoResult, index: Index) -> None:
    """The drafts, whole: they are what all this is for."""
    say()
    say(said("Drafts placed, each in its buyer's thread"))
    for thread_id, decision, draft in result.reports[0].decisions:
        if draft is None:
            continue
        row = index.row(thread_id)
        buyer = row.facts.buyer if row and row.facts else None
        place = f", {buyer.country}" if buyer and buyer.country else ""
        say()
        topic = topic_name(decision.topic, clean(decision.topic or "").replace("_", " ").upper())
        say("  " + said("{topic}  to {buyer}", topic=topic, buyer=clean(draft.to[0].email)) + place)
        tell(said("why: {why}", why=clean(shown(detail_text(decision.detail)))), "  ")
        say("  " + said("Subject: {subject}", subject=clean(draft.subject)))
        for line in _wrapped(draft.body):
            say(f"  | {line}")


def _wrapped(body: str) -> list[str]:
    import textwrap

    lines: list[str] = []
    for paragraph in body.splitlines():
        lines += textwrap.wrap(clean(paragraph, 2000), 74) or [""]
    return lines[:SHOWN_LINES]


def _serve(server: EmbeddedServer, result: DemoResult, directory: Path) -> int:
    """Keep the daemon on it, and tell how to look with a mail client."""
    from followupd import daemon

    url = f"imap://{server.user.replace('@', '%40')}@{server.host}:{server.port}/"
    say()
    say(said("The mail server stays up; followupd keeps watching it. Open it in a mail client:"))
    settings = f"set folder={url} imap_pass={server.password} ssl_starttls=no ssl_force_tls=no postponed=+Drafts record=+Sent"
    say(f"  NeoMutt:      neomutt -n -e '{settings}' -f '{url}Drafts'")
    say(f"  Thunderbird:  IMAP {server.host}, port {server.port}, no encryption, normal password")
    say(f"                user {server.user}, password {server.password}")
    say(said("Watch followupd at work on it, in another terminal:"))
    say(f"  followupd -c {_config_file(result, directory)} watch")
    say(said("Ctrl-C ends it."))
    return daemon.run(result.config)


def _config_file(result: DemoResult, directory: Path) -> Path:
    """The demo's config as a file, so that every other command can be tried on it too; gone with the demo."""
    import yaml

    from followupd.demo.run import IMAP_FILE
    from followupd.files import replace_file

    account = result.config.accounts[0]
    server = {"host": account.imap.host, "port": account.imap.port, "security": account.imap.security, "password": {"file": str(directory / IMAP_FILE)}}
    entry = {
        "name": account.name, "address": account.address, "display_name": account.display_name, "company": account.company,
        "phone": account.phone, "own_domains": list(account.own_domains), "imap": server,
    }  # fmt: skip
    told = {"accounts": [entry], "digest": {"enabled": False}, "state_dir": str(directory / "state")}
    path = directory / "config.yaml"
    replace_file(path, yaml.safe_dump(told, allow_unicode=True, sort_keys=False).encode())
    return path
