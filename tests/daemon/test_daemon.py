"""Does every account keep going, whatever happens to the others, to the link, to the rules and to the clock?"""

from __future__ import annotations

import os
import threading
import time
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from datetime import time as of_day
from pathlib import Path
from typing import Any

import pytest

from followupd import chores, daemon, service
from followupd.accounts import Account, open_accounts
from followupd.chores import Chores
from followupd.config import load_config
from followupd.daemon import BACKOFF_CAP, backoff
from followupd.errors import AlreadyRunning, LinkLost, LoginRefused, StoreFull, UnsafeState
from followupd.mailbox.base import Box, Folder, Mailbox, Ring
from followupd.mailbox.memory import MemoryMailbox, MemoryServer
from followupd.turn import run_turn
from followupd.work import pull
from tests.daemon.at_work import Connect, at_work, until, write_config
from tests.daemon.kill import shared_rules
from tests.laws.scene import ASKED, DUE, QUOTED, Scene, fill, inquiry, per_buyer, quote


def also(into: list[Any], value: object) -> bool:
    """Note a value, and be true."""
    into.append(value)
    return True


# ---- back-off ------------------------------------------------------------------------------------


def test_the_pause_doubles_has_jitter_and_a_cap() -> None:
    middle = [backoff(n, lambda: 0.5) for n in range(1, 30)]
    assert middle[:5] == [2, 4, 8, 16, 32]
    assert max(middle) == BACKOFF_CAP
    assert (backoff(3, lambda: 0.0), backoff(3, lambda: 1.0)) == (4, 12)
    assert len({backoff(5) for _ in range(50)}) > 40


def test_a_lost_link_backs_off_and_the_other_account_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daemon, "BACKOFF_FIRST", 0.05)

    def lost(_: Account) -> Mailbox:
        raise LinkLost("the cable is out")

    with at_work(tmp_path, monkeypatch, "lily", "tom", connect={"tom": lost}) as work:
        until(lambda: work.turns("lily") >= 1 and len(work.connects["tom"]) >= 4)
        fill(work.servers["lily"], 2)
        until(lambda: len(work.servers["lily"].messages(Box.DRAFTS)) == 2)
        assert work.loop("tom").health.state == "trying again"
        gaps = [b - a for a, b in zip(work.connects["tom"], work.connects["tom"][1:], strict=False)]
        assert gaps[2] >= 0.05 * 2**2 * 0.5, "the third pause is at least half of its doubled length"
        assert "cable" in work.daemon.status()


def test_an_unexpected_fault_of_one_account_stops_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daemon, "BACKOFF_FIRST", 0.05)

    def broken(_: Account) -> Mailbox:
        raise RuntimeError("nobody thought of this")

    with at_work(tmp_path, monkeypatch, "lily", "tom", connect={"tom": broken}) as work:
        until(lambda: len(work.connects["tom"]) >= 3)
        work.look("lily")
        assert work.loop("tom").thread.is_alive()


def test_a_link_that_comes_back_is_used_at_once_and_counts_anew_once_it_has_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daemon, "BACKOFF_FIRST", 0.02)
    monkeypatch.setattr(daemon, "LOOK_UP", 0.1)
    server, tries = MemoryServer(), []

    def flaky(_: Account) -> Mailbox:
        tries.append(1)
        if len(tries) < 4:
            raise LinkLost("not yet")
        mailbox = MemoryMailbox(server)
        mailbox.connect()
        return mailbox

    with at_work(tmp_path, monkeypatch, "lily", connect={"lily": flaky}) as work:
        until(lambda: work.turns("lily") >= 1 and work.loop("lily").health.state == "watching")
        assert work.loop("lily").health.failures == 3, "one good turn is not enough"
        monkeypatch.setattr(daemon, "STEADY", 0.0)
        until(lambda: work.loop("lily").health.failures == 0)


def test_a_refused_login_is_not_tried_again_within_the_hour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daemon, "BACKOFF_FIRST", 0.01)
    monkeypatch.setattr(daemon, "LOOK_UP", 0.05)
    pauses: list[float] = []
    real = daemon.AccountLoop._pause
    monkeypatch.setattr(daemon.AccountLoop, "_pause", lambda self, s: also(pauses, s) and real(self, s))

    def refused(_: Account) -> Mailbox:
        raise LoginRefused("wrong password")

    with at_work(tmp_path, monkeypatch, "lily", connect={"lily": refused}) as work:
        until(lambda: work.loop("lily").health.state == "login refused")
        time.sleep(0.6)
        assert len(work.connects["lily"]) == 1
        assert pauses == [3600.0]
        assert not work.loop("lily").health.stuck, "it waits with good reason"
        work.loop("lily").wake()
        until(lambda: len(work.connects["lily"]) == 2)


def test_a_full_disk_does_not_end_the_loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daemon, "BACKOFF_FIRST", 0.02)

    def full(*_: object) -> None:
        raise StoreFull("no space left")

    monkeypatch.setattr("followupd.accounts.replace_file", full)
    with at_work(tmp_path, monkeypatch, "lily") as work:
        until(lambda: len(work.connects["lily"]) >= 3)
        assert work.loop("lily").thread.is_alive()


# ---- stopping --------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["idling", "back-off", "login refused"])
def test_it_stops_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    def fails(_: Account) -> Mailbox:
        raise LinkLost("x") if state == "back-off" else LoginRefused("x")

    monkeypatch.setattr(daemon, "BACKOFF_FIRST", 100.0)
    connect: dict[str, Connect] = {} if state == "idling" else {"lily": fails}
    with at_work(tmp_path, monkeypatch, "lily", connect=connect) as work:
        until(lambda: work.turns("lily") > 0 or work.loop("lily").health.failures > 0)
        begun = time.monotonic()
        work.daemon.stop()
        work.loop("lily").thread.join(20)
        assert not work.loop("lily").thread.is_alive()
        assert time.monotonic() - begun < 20


def test_a_mailbox_that_hangs_does_not_keep_it_from_stopping(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daemon, "STOP_WITHIN", 0.5)

    def hangs(_: Account) -> Mailbox:
        time.sleep(30)
        raise LinkLost("at last")

    with at_work(tmp_path, monkeypatch, "lily", connect={"lily": hangs}) as work:
        begun = time.monotonic()
        work.daemon.stop()
    assert time.monotonic() - begun < 20


# ---- rules -----------------------------------------------------------------------------------------


def test_a_broken_rule_file_keeps_the_last_good_rules_and_a_mended_one_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with at_work(tmp_path, monkeypatch, "lily", own_rules=True) as work:
        until(lambda: work.turns("lily") >= 1)
        rules = work.loop("lily").account.rules
        good = rules.current
        own = tmp_path / "rules"
        own.mkdir()
        (own / "limits.yaml").write_text("global:\n  min_gap: five days\n  no_such_key: 1\n")
        (tmp_path / "config.yaml").write_text((tmp_path / "config.yaml").read_text() + f"rules_dir: {own}\n")
        work.daemon.request_reload()
        until(lambda: "last good rules stay in force" in caplog.text)
        assert "limits.yaml:3" in caplog.text
        assert rules.current is good
        work.look("lily")
        (own / "limits.yaml").write_text("global:\n  min_gap: 3bd\n")
        work.daemon.request_reload()
        until(lambda: rules.current is not good)
        before = work.turns("lily")
        until(lambda: work.turns("lily") > before)
        until(lambda: work.loop("lily").account._generation == rules.generation)


def test_a_broken_config_keeps_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with at_work(tmp_path, monkeypatch, "lily") as work:
        until(lambda: work.turns("lily") >= 1)
        before = work.daemon.config
        (tmp_path / "config.yaml").write_text("accounts: [\n")
        work.daemon.request_reload()
        until(lambda: "not reloaded" in caplog.text)
        assert work.daemon.config is before
        work.look("lily")


def test_new_rules_make_every_thread_be_looked_at_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with at_work(tmp_path, monkeypatch, "lily") as work:
        fill(work.servers["lily"], 2)
        work.clock.now = QUOTED + timedelta(hours=1)
        work.look("lily")
        account = work.loop("lily").account
        until(lambda: not account.index.dirty())
        at = [row.decision and row.decision.at for row in account.index.rows()]
        work.clock.now += timedelta(minutes=1)
        account.rules.generation += 1
        work.look("lily")
        work.look("lily")
        assert all(row.decision and row.decision.at not in at for row in account.index.rows())


# ---- chores ----------------------------------------------------------------------------------------


class Hands:
    """A local clock for ``schedule`` and for the chores that we set ourselves."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.here = datetime(2026, 9, 8, 12, 0)  # noqa: DTZ001 - local, as schedule has it
        hands = self

        class Local(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
                return hands.here if tz is None else datetime.now(tz)

        patch.setattr("schedule.datetime.datetime", Local)
        patch.setattr(chores, "datetime", Local)


def test_a_failing_chore_neither_stops_the_others_nor_repeats_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene, hands, ran = Scene(tmp_path, 0), Hands(monkeypatch), []
    mine = Chores(None, "UTC")

    def fails(*_: object) -> None:
        ran.append("fails")
        raise ZeroDivisionError

    mine.add(fails, "fails", seconds=60)
    mine.add(lambda *_: ran.append("other"), "other", seconds=60)
    for _ in range(3):
        hands.here += timedelta(seconds=61)
        mine.run(scene.desk, DUE)
        mine.run(scene.desk, DUE)
    assert ran == ["fails", "other"] * 3
    assert mine.failures == {"fails": 3}


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=1)], ids=["summer time ends", "a wrong clock"])
def test_a_clock_that_goes_back_does_not_put_the_chores_to_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, back: timedelta
) -> None:
    scene, hands, ran = Scene(tmp_path, 0), Hands(monkeypatch), []
    mine = Chores(None, "UTC")
    mine.add(lambda *_: ran.append(1), "mine", seconds=60)
    for step in (timedelta(seconds=61), -back, timedelta(seconds=61), timedelta(seconds=61)):
        hands.here += step
        mine.run(scene.desk, DUE)
    assert len(ran) == 3


# ---- watchdog --------------------------------------------------------------------------------------


class Deaf(MemoryMailbox):
    """A thread that is stuck in it is deaf to a cut line."""

    def __init__(self, server: MemoryServer) -> None:
        super().__init__(server)
        self.heard, self.freed = threading.Event(), threading.Event()

    def cut(self) -> None:
        self.heard.set()

    def wait(self, folder: Folder, seconds: float, wake: int | None = None) -> Ring:
        self.freed.wait(60)
        return Ring.TIMEOUT


def test_the_watchdog_is_fed_while_loops_work_and_starves_when_one_is_stuck_for_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(service, "notify", lambda state: also(told, state))
    monkeypatch.setattr(daemon, "MIND", 0.05)
    deaf = Deaf(MemoryServer())
    deaf.connect()
    with at_work(tmp_path, monkeypatch, "lily", "tom", connect={"tom": lambda _: deaf}) as work:
        until(lambda: "READY=1" in told and "WATCHDOG=1" in told and work.turns("tom") == 1)
        work.loop("tom").health.progress -= daemon.STUCK_AFTER + 1
        assert deaf.heard.wait(60), "the line is cut first"
        told.clear()
        until(lambda: told.count("WATCHDOG=1") > 3)
        work.look("lily")
        monkeypatch.setattr(daemon, "CUT_HELPS_WITHIN", 0.0)
        until(lambda: told[-1].startswith("STATUS=") and told[-2].startswith("STATUS="))
        told.clear()
        work.look("lily")
        until(lambda: len(told) > 3)
        assert "WATCHDOG=1" not in told
        deaf.freed.set()
        until(lambda: "WATCHDOG=1" in told)
        assert work.loop("tom").cut_at is None
    assert "STOPPING=1" in told


def test_a_thread_that_ended_is_begun_anew_after_a_pause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daemon, "MIND", 0.05)
    monkeypatch.setattr(daemon, "BACKOFF_FIRST", 0.05)
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    server, tries = MemoryServer(), []

    def leaves(_: Account) -> Mailbox:
        tries.append(1)
        if len(tries) < 3:
            raise SystemExit("a library ends the thread")
        mailbox = MemoryMailbox(server)
        mailbox.connect()
        return mailbox

    with at_work(tmp_path, monkeypatch, "lily", "tom", connect={"tom": leaves}) as work:
        until(lambda: work.turns("tom") >= 1)
        assert work.loop("tom").health.failures == 2
        work.look("tom")
        work.look("lily")


# ---- clock, sleep, interruption --------------------------------------------------------------------


def test_eight_hours_of_sleep_make_one_draft_per_buyer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with at_work(tmp_path, monkeypatch, "lily") as work:
        fill(work.servers["lily"], 3)
        work.clock.now = DUE - timedelta(hours=8)
        work.look("lily")
        work.clock.now = DUE
        work.look("lily")
        until(lambda: len(work.servers["lily"].messages(Box.DRAFTS)) == 3)
        work.look("lily")
        assert set(per_buyer([d.raw for d in work.servers["lily"].messages(Box.DRAFTS)]).values()) == {1}


@pytest.mark.parametrize("jump", [timedelta(days=-1), timedelta(days=-400), timedelta(days=1), timedelta(days=30)])
def test_a_jumping_clock_makes_no_burst(tmp_path: Path, jump: timedelta) -> None:
    scene = Scene(tmp_path, 3)
    scene.turn()
    scene.at(DUE)
    for when in (DUE + jump, DUE + jump + timedelta(minutes=5), DUE + timedelta(minutes=10), DUE + timedelta(hours=3)):
        scene.at(when)
        assert len(scene.drafts()) <= 3
    assert set(per_buyer(scene.bodies()).values()) == {1}


def test_an_interrupted_first_look_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pull, "BATCH", 10)
    scene = Scene(tmp_path, 0)
    for n in range(45):
        asked = inquiry(n)
        scene.server.deliver(Box.INBOX, asked.as_bytes(), ASKED)
        scene.server.deliver(Box.SENT, quote(n, asked).as_bytes(), QUOTED)
    fetched: list[int] = []
    real = pull.store
    monkeypatch.setattr(pull, "store", lambda d, f, m: also(fetched, f.stub.uid) and real(d, f, m))
    asked_to_stop = iter([False, False, True])
    scene.desk.stopping = lambda: next(asked_to_stop, True)
    first = run_turn(scene.desk, scene.now)
    assert first.again
    assert len(fetched) == 20
    scene.restart()
    scene.turn()
    assert len(fetched) == 90, "nothing is read twice"
    assert len(list(scene.index.rows())) == 45
    scene.at(DUE)
    assert len(scene.drafts()) == 45


def test_mail_before_the_look_back_is_not_read(tmp_path: Path) -> None:
    scene = Scene(tmp_path, 2)
    scene.desk.lookback = timedelta(days=30)
    old = ASKED - timedelta(days=90)
    scene.server.deliver(Box.INBOX, inquiry(9, old).as_bytes(), old)
    report = scene.turn()
    assert report.read in {4, 5}
    fresh = Scene(tmp_path / "fresh", 0)
    fresh.desk.lookback = timedelta(days=30)
    fresh.server.deliver(Box.INBOX, inquiry(9, old).as_bytes(), old)
    fresh.server.deliver(Box.INBOX, inquiry(1).as_bytes(), ASKED)
    assert fresh.turn().read == 1


# ---- state directory and second instance -----------------------------------------------------------


def opened(config: Path) -> None:
    """Open all accounts of a config as the daemon does."""
    with ExitStack() as stack:
        loaded = load_config(config)
        for account in open_accounts(loaded, shared_rules(loaded), stack, datetime.now(UTC)):
            account.close()


def test_a_second_instance_is_told_who_holds_the_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with at_work(tmp_path, monkeypatch, "lily"), pytest.raises(AlreadyRunning, match=str(os.getpid())):
        opened(tmp_path / "config.yaml")
    opened(tmp_path / "config.yaml")


def test_a_state_directory_that_others_may_write_is_refused(tmp_path: Path) -> None:
    config = write_config(tmp_path, "lily")
    opened(config)
    (tmp_path / "state" / "lily").chmod(0o777)
    with pytest.raises(UnsafeState, match="0777"):
        opened(config)


def test_a_state_directory_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    config = write_config(tmp_path, "lily")
    (tmp_path / "state").write_text("a file stands in the way")
    with pytest.raises(UnsafeState, match="state"):
        opened(config)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_state_directory_without_write_permission_is_said_so(tmp_path: Path) -> None:
    config = write_config(tmp_path, "lily")
    opened(config)
    (tmp_path / "state" / "lily").chmod(0o500)
    with pytest.raises(UnsafeState):
        opened(config)


def test_the_digest_comes_once_a_day_whatever_the_number_of_looks(tmp_path: Path) -> None:
    scene = Scene(tmp_path, 1)
    mine = Chores(of_day(8, 30), "Asia/Shanghai")
    told: list[date] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chores, "send_digest", lambda _desk, now: also(told, now.date()))
        for hours in range(0, 72, 3):
            mine.run_all(scene.desk, DUE + timedelta(hours=hours))
    assert len(told) == 4
    assert len(set(told)) >= 3
