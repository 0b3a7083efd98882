"""Every listing fits 80 and 60 columns, whatever the names; colours, pager and progress only where a person looks."""

from __future__ import annotations

import io
import json
import stat
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len

from followupd.cli import output
from followupd.cli.output import counted, table, tell, under_way
from followupd.cli.paging import PAGED, is_paged, pager
from followupd.config import load_config
from followupd.model import (
    Action,
    Address,
    Buyer,
    Decision,
    Direction,
    DraftRecord,
    DraftState,
    Facts,
    Hit,
    Judgement,
    Kind,
    Message,
    Reason,
    Verdict,
    Word,
    WordKind,
)
from followupd.store.index import Cursor, Index, Location
from followupd.store.ledger import Ledger
from followupd.store.paths import prepare
from tests.cli.conftest import CONFIG, NOW, outcome, until

NAMES = [
    "خالد بن عبد الرحمن المنصوري الطويل جدا من شركة التجارة",
    "宁波市鄞州区光明五金工具有限公司采购部经理王小明先生",
    "Donaudampfschifffahrtsgesellschaftskapitänspatentinhaber GmbH",
]
FACT = "a-very-long-name-of-a-fact-that-somebody-gave-it-in-a-hurry-1: {kind: shutdown, since: 2026-01-01, first: 2026-02-10, last: 2026-02-20}\n"
LISTINGS = [
    "status", "list inquiries", "list threads", "list drafts", "list owed", "sample list", "fact list", "corrections", "rules show", "schema",
    "watch --once", "doctor --offline --all", "check", "backtest", "tune",
]  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A mailbox whose buyers have long names in three scripts."""
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG.format(state=tmp_path / "state"))
    (tmp_path / "facts.yaml").write_text(FACT)
    loaded = load_config(config)
    paths = prepare("lily", loaded.state_dir)
    index, ledger = Index(paths.index, loaded.accounts[0].own()), Ledger(paths.ledger)
    with index.transaction():
        for n, name in enumerate(NAMES):
            _add(index, ledger, n, name)
        index.quarantine("INBOX/" + NAMES[1] * 3, 1, 7, NAMES[0] * 3, NOW)
        index.set_cursor("INBOX/" + NAMES[1] * 3, Cursor(uidvalidity=1, seen_at=NOW))
    index.close()
    ledger.close()
    (paths.root / "health.json").write_text(json.dumps({"state": "needs a hand", "detail": NAMES[1] * 4, "at": NOW.isoformat()}))
    return config


def _add(index: Index, ledger: Ledger, n: int, name: str) -> None:
    email = f"purchasing.department.of.a.long.name.{n}@a-very-long-domain-of-a-company.example"
    mail = Message(
        id=f"{n}@b.example", direction=Direction.IN, date=NOW - timedelta(days=n), sender=Address(email, name), subject=name * 2,
        base_subject=f"s{n}", new_text="x",
    )  # fmt: skip
    thread = index.add_message(mail, Location("INBOX", 1, n + 1), ())
    judged = Judgement(kind=Kind.INQUIRY, verdict=Verdict.GENUINE, hits=(Hit("x", 1.0, name * 2, name * 3),))
    index.put_facts(
        Facts(thread_id=thread, buyer=Buyer(address=mail.sender, name=name, company=name, country="AE"), stage="sample_sent", stage_evidence=name,
              inquiry=judged, inquiry_id=mail.id, last_in=mail.date)
    )  # fmt: skip
    due = NOW + timedelta(days=2)
    index.put_decision(
        Decision(thread_id=thread, action=Action.ALARM, reason=Reason.REPLY_OWED, stage="quoted", at=NOW, detail=name * 3, next_due=due)
    )
    ledger.put_draft(
        DraftRecord(token=str(n), thread_id=thread, turn_id="t", step=0, topic="validity_ending", stage="quoted", buyer=email, message_id=f"d{n}@b.example",
                    subject=name * 2, body_sha256="0", created=NOW, state=DraftState.PLACED)
    )  # fmt: skip
    ledger.add_word(Word(kind=WordKind.VERDICT, scope="thread", target=mail.id, value="vague", at=NOW))


@pytest.mark.parametrize("lang", ["C.UTF-8", "zh_CN.UTF-8"])
@pytest.mark.parametrize("columns", [80, 60])
@pytest.mark.parametrize("listing", LISTINGS)
def test_no_line_is_wider_than_the_terminal(listing: str, columns: int, lang: str, office: Path, capsys, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("LANG", lang)
    outcome("-c", office, *listing.split())
    shown = capsys.readouterr().out
    assert shown.strip()
    wide = [line for line in shown.splitlines() if cell_len(line) > columns]
    assert wide == []
    assert "\x1b" not in shown, "no colour in a pipe"


@pytest.mark.parametrize("text", ["", "short", "a " * 200, "很" * 200, "x" * 500, NAMES[0] * 9])
def test_a_line_of_ours_is_folded_and_loses_nothing(text: str, capsys, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    tell(text, "  ")
    lines = capsys.readouterr().out.splitlines()
    assert max(map(cell_len, lines)) <= 60
    assert "".join("".join(lines).split()) == "".join(text[:2000].split())


# ---- colours --------------------------------------------------------------------------------------


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("no_color", "coloured"), [(None, True), ("1", False)])
def test_colours_on_a_terminal_unless_no_color(no_color: str | None, coloured: bool, monkeypatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    if no_color:
        monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setattr(sys, "stdout", Tty())
    table("T", ("verdict",), [("fraud",)])
    told = sys.stdout.getvalue()  # type: ignore[attr-defined]
    assert ("31m" in told) is coloured


# ---- progress -------------------------------------------------------------------------------------


def test_progress_shows_at_a_terminal_once_it_takes_a_while(monkeypatch) -> None:
    err = Tty()
    monkeypatch.setattr(sys, "stderr", err)
    assert list(counted(range(3), "reading", 3)) == [0, 1, 2]
    assert err.getvalue() == "", "what is done at once needs no word"
    monkeypatch.setattr(output, "PATIENCE", -1.0)
    monkeypatch.setattr(output, "OFTEN", -1.0)
    assert list(counted(range(4), "reading\x1b[2J", 4)) == [0, 1, 2, 3]
    told = err.getvalue()
    assert "50%" in told
    assert "\x1b" not in told
    assert told.endswith("\r"), "and is wiped out at the end"


@pytest.mark.parametrize("columns", [80, 60, 30])
def test_a_line_of_progress_is_never_broken_by_the_terminal(columns: int, monkeypatch) -> None:
    err = Tty()
    monkeypatch.setattr(sys, "stderr", err)
    monkeypatch.setenv("COLUMNS", str(columns))
    under_way(NAMES[1] * 5 + "\x1b[2J")
    under_way("")
    wide, gone, end = err.getvalue().removeprefix("\r").split("\r")
    assert cell_len(wide) == cell_len(gone) == min(columns - 1, 78)
    assert (gone.strip(), end) == ("", "")


def test_no_progress_into_a_file(monkeypatch, capsys) -> None:
    monkeypatch.setattr(output, "PATIENCE", -1.0)
    monkeypatch.setattr(output, "OFTEN", -1.0)
    assert list(counted(range(4), "reading", 4)) == [0, 1, 2, 3]
    assert capsys.readouterr().err == ""


# ---- pager ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "yes"),
    [
        (["list", "threads"], True),
        (["list"], True),
        (["rules", "show", "stages"], True),
        (["rules", "test"], False),
        (["list", "threads", "--json"], False),
        (["run"], False),
        (["watch", "--once"], False),
    ],
)
def test_what_is_for_reading_is_paged(words: list[str], yes: bool) -> None:
    assert is_paged(words) is yes
    assert all(" " not in one or one.partition(" ")[0] not in PAGED for one in PAGED)


@pytest.mark.parametrize(("said", "words"), [("", []), ("cat", []), ("no-such-pager -x", []), ("sh -c true", ["-c", "true"])])
def test_the_users_pager_and_none_where_none_is_wanted(said: str, words: list[str], monkeypatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("PAGER", said)
    assert pager()[1:] == words
    assert bool(pager()) is bool(words)
    monkeypatch.setenv("TERM", "dumb")
    assert pager() == []


def test_a_pipe_is_never_paged(office: Path, capsys, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PAGER", f"sh -c 'touch {tmp_path}/called'")
    outcome("-c", office, "list", "threads")
    assert capsys.readouterr().out
    assert not (tmp_path / "called").exists()


def test_in_a_terminal_long_output_goes_to_a_secure_pager_and_short_does_not(office: Path, pane, tmp_path: Path) -> None:
    mine = tmp_path / "my-pager"
    mine.write_text(f"#!/bin/sh\n(echo secure=$LESSSECURE; cat) > {tmp_path}/paged\necho PAGED\n")
    mine.chmod(mine.stat().st_mode | stat.S_IXUSR)
    followupd = Path(sys.executable).with_name("followupd")
    pane("send-keys", f"export PAGER={mine} TERM=xterm-256color; {followupd} -c {office} fact list; echo en''d", "Enter")
    until(lambda: "end" in pane("capture-pane", "-p"), "the short list")
    assert not (tmp_path / "paged").exists()
    pane("send-keys", f"clear; {followupd} -c {office} schema list threads; echo rc=$?", "Enter")
    until(lambda: "rc=0" in pane("capture-pane", "-p"), "the long one")
    told = (tmp_path / "paged").read_text()
    assert told.startswith("secure=1\n")
    assert "urn:followupd:json:list-threads" in told
    assert "PAGED" in pane("capture-pane", "-p")
