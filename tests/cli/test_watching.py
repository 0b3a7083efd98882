"""`watch` shows what the daemon leaves behind, fits every terminal, hides no fault, and gives the terminal back as it was."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from followupd.cli import watching
from followupd.cli.output import hidden
from followupd.cli.watch_seen import Line, Seen, Watched
from followupd.cli.watch_view import clock, draw, left, news, shares
from followupd.config import load_config
from followupd.model import (
    Action,
    Address,
    Buyer,
    Decision,
    DraftRecord,
    DraftState,
    Facts,
    Hit,
    Judgement,
    Kind,
    Reason,
    Verdict,
)
from followupd.store.index import Index
from followupd.store.ledger import Ledger
from followupd.store.lock import InstanceLock
from followupd.store.paths import AccountPaths, prepare
from tests.cli.conftest import NOW, outcome, until

HOSTILE = "\x1b]0;pwned\x07\u202e\x9b2J"
NAMES = ["خالد بن عبد الرحمن المنصوري الطويل جدا", "王小明有限公司的采购经理李先生", "Anna Maria von der Straße-Schmidt", "J" + "\u0301" * 30, "👩‍🔧 ディスプレイ"]


def line(n: int, **changes: object) -> Line:
    base = Line(at=NOW - timedelta(minutes=7 * n), thread=f"{n:010x}", who=NAMES[n % len(NAMES)] + HOSTILE, what="genuine", why="报价 " * 40 + HOSTILE)
    return replace(base, **changes)


def seen(lines: int = 30, **changes: object) -> Seen:
    many = tuple(line(n) for n in range(lines))
    base = Seen(
        account="lily" + HOSTILE, timezone="Asia/Shanghai", daemon=4711, state="watching", at=NOW, newest=NOW, messages=70, threads=38,
        mails=many, drafts=many[:9], due=tuple(replace(one, at=NOW + timedelta(hours=n)) for n, one in enumerate(many)),
        owed=many[:13], alarms=many[:3], decided=many,
    )  # fmt: skip
    return replace(base, **changes)


# ---- the view -------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(width=st.integers(1, 300), height=st.integers(1, 100), lines=st.integers(0, 40), accounts=st.integers(1, 5))
def test_the_view_fits_every_terminal(width: int, height: int, lines: int, accounts: int) -> None:
    drawn = draw([seen(lines, account=f"{NAMES[n]}") for n in range(accounts)], NOW, width, height, "q quits")
    assert len(drawn) <= height
    assert {cell_len(one.plain) for one in drawn} == {width}


def test_law_9_nothing_from_a_mail_acts_on_the_terminal() -> None:
    told = draw([seen(trouble=(HOSTILE,), state="needs a hand", detail="x" + HOSTILE)], NOW, 80, 60)
    assert not [c for one in told for c in one.plain if hidden(c)]
    assert not [c for one in news([], [seen()], NOW) for c in one if hidden(c)]


def test_on_24_lines_every_list_is_seen() -> None:
    told = "\n".join(one.plain for one in draw([seen()], NOW, 80, 24))
    for title in ("New mail (30)", "Drafts that wait for you (9)", "Alarms, and what we owe", "Due next", "Decided last"):
        assert title in told


def test_on_a_wide_terminal_lists_stand_side_by_side() -> None:
    told = [one.plain for one in draw([seen()], NOW, 150, 40)]
    assert any("New mail" in one and "Drafts that wait" in one for one in told)


@pytest.mark.parametrize(
    ("lengths", "room", "given_"),
    [
        ((9, 9, 9), 12, [3, 3, 3]),
        ((1, 9, 0), 12, [1, 8, 0]),
        ((0, 0, 0), 12, [0, 0, 0]),
        ((9, 9, 9), 3, [2, None, None]),
        ((9, 9, 9), 1, [0, None, None]),
        ((9, 9), 0, [None, None]),
    ],
)
def test_lists_share_the_room(lengths: tuple[int, ...], room: int, given_: list[int | None]) -> None:
    assert shares(lengths, room) == given_


@pytest.mark.parametrize(
    ("minutes", "told"),
    [(-5, "now"), (0.5, "now"), (12, "in 12 min"), (185, "in 3 h 05 min"), (3130, "in 2 d 4 h"), (60 * 24 * 14 + 5, "in 14 d")],
)
def test_a_countdown_in_words(minutes: float, told: str) -> None:
    assert left(NOW + timedelta(minutes=minutes), NOW) == told


def test_times_are_the_users() -> None:
    late = datetime(2026, 11, 23, 20, tzinfo=UTC)
    assert clock(late, late, "Asia/Shanghai") == "04:00"
    assert clock(late - timedelta(days=1), late, "Asia/Shanghai") == "23 Nov"
    assert "Tue 24 Nov 04:00" in draw([seen()], late, 80)[0].plain


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"daemon": None, "at": None}, "not running, and never was"),
        ({"daemon": None, "at": NOW - timedelta(hours=3)}, "not running; last sign of life 3 h ago"),
        ({"at": NOW - timedelta(minutes=20)}, "gave its last sign of life 20 min ago"),
        ({"state": "login refused", "detail": "make an app password"}, "make an app password"),
        ({"trouble": ("ledger.json: is damaged",)}, "ledger.json: is damaged"),
        ({"messages": 0}, "no mail read yet"),
        ({"waiting": 4000, "outbox": 2, "words": 1}, "4000 threads to look at; 2 mails to you wait; 1 words of yours wait"),
    ],
)
def test_what_is_wrong_is_told_on_top(changes: dict[str, object], words: str) -> None:
    told = "\n".join(one.plain for one in draw([seen(**changes)], NOW, 200, 24)[:4])
    assert words in told


def test_only_what_is_new_is_told_again() -> None:
    before = seen(5)
    fresh = line(99, at=NOW, who="Bob", why="asks for 500 pcs")
    assert news([before], [before], NOW) == []
    (told,) = news([before], [replace(before, mails=(fresh, *before.mails))], NOW)
    assert told.endswith("new mail: 17:00; Bob; genuine; asks for 500 pcs")
    (told,) = news([before], [replace(before, daemon=None)], NOW)
    assert "not running" in told


# ---- what is read ---------------------------------------------------------------------------------


def judged(config: Path, thread: str) -> AccountPaths:
    loaded = load_config(config)
    paths = prepare("lily", loaded.state_dir)
    hits = (Hit("inquiry_x", 9, "x", "is an inquiry"), Hit("quantity", 3, "500 pcs", "names an amount" + HOSTILE))
    facts = Facts(
        thread_id=thread, buyer=Buyer(address=Address("bob@buyer.example"), name="Bob" + HOSTILE, country="DE"), stage="quoted",
        inquiry=Judgement(kind=Kind.INQUIRY, verdict=Verdict.GENUINE, score=3, hits=hits), last_in=NOW,
    )  # fmt: skip
    decision = Decision(
        thread_id=thread, action=Action.ALARM, reason=Reason.REPLY_OWED, stage="quoted", at=NOW, detail="since Monday", next_due=NOW + timedelta(days=1)
    )
    index = Index(paths.index, loaded.accounts[0].own())
    with index.transaction():
        index.put_facts(facts)
        index.put_decision(decision)
    index.close()
    ledger = Ledger(paths.ledger)
    ledger.put_draft(
        DraftRecord(
            token="t", thread_id=thread, turn_id="a@b.example", step=0, topic="validity_ending", stage="quoted", buyer="bob@buyer.example",
            message_id="d@b.example", subject="Re: Valves", body_sha256="0", created=NOW, state=DraftState.PLACED,
        )
    )  # fmt: skip
    ledger.note("alarm:risk_alarm:a@b.example:0", NOW.isoformat())
    ledger.close()
    return paths


def watched(config: Path) -> Watched:
    loaded = load_config(config)
    return Watched(loaded, loaded.accounts[0])


def test_everything_that_the_daemon_left_is_seen(config: Path, seen: str) -> None:
    judged(config, seen)
    told = watched(config).look()
    assert told.trouble == ()
    assert (told.messages, told.threads, told.newest, told.daemon) == (1, 1, NOW, None)
    who = f"Bob{HOSTILE}, DE"
    assert told.mails == (Line(at=NOW, thread=seen, who=who, what="genuine", why="names an amount" + HOSTILE),)
    assert [(d.what, d.why) for d in told.drafts] == [("validity ending", "Re: Valves")]
    assert [(d.at, d.what) for d in told.due] == [(NOW + timedelta(days=1), "quoted")]
    assert [(o.what, o.why) for o in told.owed] == [("reply owed", "since Monday")]
    assert [(a.what, a.thread) for a in told.alarms] == [("risk alarm", seen)]
    assert [(d.what, d.why) for d in told.decided] == [("alarm: reply owed", "since Monday")]


def test_an_index_that_is_missing_torn_or_built_again_is_what_is_seen(config: Path, seen: str) -> None:
    paths, eye = judged(config, seen), watched(config)
    first = eye.mark()
    assert eye.look().messages == 1
    assert eye.mark() == first, "looking changes nothing"
    kept = paths.index.read_bytes()
    for old in paths.root.glob("index.sqlite*"):
        old.unlink()
    assert eye.mark() != first
    assert (eye.look().messages, eye.look().trouble, len(eye.look().drafts)) == (0, (), 1)
    paths.index.write_bytes(b"no index" * 500)
    assert "cannot be read" in eye.look().trouble[0]
    paths.index.write_bytes(kept)
    assert eye.look().messages == 1
    paths.ledger.write_text("{")
    assert "is damaged" in eye.look().trouble[0]
    assert eye.look().messages == 1


def test_a_daemon_that_starts_and_ends_is_noticed(config: Path, seen: str) -> None:
    paths, eye = judged(config, seen), watched(config)
    before = eye.mark()
    with InstanceLock(paths.lock):
        assert eye.mark() != before
        assert eye.look().daemon == os.getpid()
    assert eye.look().daemon is None


def test_once_prints_one_view_and_json_an_object_per_account(config: Path, seen: str, capsys) -> None:
    judged(config, seen)
    assert outcome("-c", config, "watch", "--once") == 0
    shown = capsys.readouterr().out
    assert not set(shown) & set("\x1b\x07\u202e\x9b")
    assert "names an amount" in shown
    assert max(cell_len(one) for one in shown.splitlines()) <= 80
    assert outcome("-c", config, "watch", "--once", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["account"], told["owed"][0]["why"]) == ("lily", "since Monday")


# ---- on a terminal and off it ---------------------------------------------------------------------


def test_without_a_terminal_a_line_for_everything_new(config: Path, seen: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with out.open("wb") as told:
        process = subprocess.Popen([sys.executable, "-m", "followupd", "-c", str(config), "watch"], stdout=told, stdin=subprocess.DEVNULL)
    try:
        until(lambda: "not running" in out.read_text(), "the first lines")
        judged(config, seen)
        until(lambda: "drafts that wait for you" in out.read_text(), "the draft")
        assert "\x1b" not in out.read_text()
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.parametrize("end", ["q", "C-c", "term"])
def test_a_live_view_follows_resizes_and_gives_the_terminal_back(end: str, config: Path, seen: str, pane) -> None:
    def screen() -> str:
        return pane("capture-pane", "-p")

    judged(config, seen)
    pane("send-keys", f"stty -g > {config.parent}/before; {sys.executable} -m followupd -c {config} watch; echo rc=$?; stty -g > {config.parent}/after", "Enter")
    until(lambda: "names an amount" in screen(), "the view")
    assert "rc=" not in screen()
    pane("resize-window", "-x", "40", "-y", "10")
    until(lambda: len(screen().splitlines()) <= 10 and "Decided" not in screen(), "a small view")
    pane("resize-window", "-x", "160", "-y", "40")
    until(lambda: any("New mail" in one and "Drafts that" in one for one in screen().splitlines()), "two columns")
    with InstanceLock(prepare("lily", load_config(config).state_dir).lock):
        until(lambda: f"process {os.getpid()}" in screen(), "the daemon")
    until(lambda: "not running" in screen(), "its end")
    if end == "term":
        pid = subprocess.run(["pgrep", "-f", f"followupd -c {config} watch$"], capture_output=True, text=True, check=True).stdout.split()[-1]
        os.kill(int(pid), 15)
    else:
        pane("send-keys", end)
    until(lambda: "rc=0" in screen(), "the shell")
    until(lambda: (config.parent / "after").exists() and (config.parent / "after").read_text() != "", "the terminal's state")
    assert (config.parent / "after").read_text() == (config.parent / "before").read_text()
    assert pane("display", "-p", "#{alternate_on} #{cursor_flag}").split() == ["0", "1"]


def test_ctrl_z_without_a_keyboard_stops_and_comes_back(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    """``followupd watch </dev/null``: the shell stops us all the same, and there are no keys to give back."""
    stopped: list[int] = []
    monkeypatch.setattr(watching.os, "kill", lambda _, number: stopped.append(number))
    monkeypatch.setattr(watching.sys, "stdin", io.StringIO())
    watching._stop_for_a_while()
    assert stopped == [signal.SIGSTOP]
    assert capsys.readouterr().out == watching.LEAVE + watching.ENTER
