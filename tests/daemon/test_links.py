"""What becomes of a broken line? It is found, tried again at a pace that locks nobody out, and stops no other account."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from followupd import daemon
from followupd.daemon import BACKOFF_CAP, backoff
from followupd.mailbox import doorbell, pace
from followupd.work import pull
from tests.daemon.links import Links, Reached, linked, until
from tests.endtoend.test_daemon_on_dovecot import halt, resume
from tests.fire.fire import OnDovecot
from tests.laws.scene import ASKED, QUOTED, buyer, inquiry, per_buyer, quote
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.fake import Fake, Handler, Session
from tests.servers.proxy import Proxy

pytestmark = [pytest.mark.xdist_group("links"), pytest.mark.timeout(400)]


def deliver(dovecot: Dovecot, user: str, *numbers: int) -> None:
    for n in numbers:
        dovecot.deliver(user, inquiry(n).as_bytes(), when=ASKED.timestamp())


# ---- no login storm ---------------------------------------------------------------------------------


def cuts_idle(good: int) -> Handler:
    """The handler of a server on which so many IDLEs of a connection go well; the next one ends with it."""

    def idle(session: Session, tag: str, argument: str) -> None:
        session.say("+ idling")
        session.known["idled"] = number = session.known.get("idled", 0) + 1
        if number <= good:
            session.await_done(tag)
        else:
            session.link.close()

    return idle


def no_storm(pauses: list[float]) -> None:
    """Twenty logins take more than half an hour."""
    assert sum(pauses[:20]) > 1800
    within_limits(pauses[:20])


@pytest.mark.parametrize("good", [0, 1])
def test_a_server_that_lets_us_in_and_cuts_idle_meets_no_login_storm(
    good: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every line is good for a turn, and still the pauses grow."""
    with Fake(handlers={"IDLE": cuts_idle(good)}) as fake, linked(tmp_path, monkeypatch, "secret", tom=Reached(fake.port)) as links:
        until(lambda: len(links.pauses["tom"]) >= 20)
        assert links.loop("tom").health.turns >= 20, "each time a whole turn went well"
        assert fake.commands().count("LOGIN") <= len(links.pauses["tom"]) + 1
    no_storm(links.pauses["tom"])


def test_control_who_forgets_after_one_good_turn_storms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daemon, "STEADY", 0.0)
    with Fake(handlers={"IDLE": cuts_idle(1)}) as fake, linked(tmp_path, monkeypatch, "secret", tom=Reached(fake.port)) as links:
        until(lambda: len(links.pauses["tom"]) >= 20)
    assert sum(links.pauses["tom"][:20]) <= 60, "twenty logins in a minute"
    with pytest.raises(AssertionError):
        no_storm(links.pauses["tom"])


def test_a_line_that_held_is_forgiven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that ends IDLE after six minutes, as some do, waits for us two seconds each time."""
    monkeypatch.setattr(daemon, "STEADY", 0.1)
    with Fake(handlers={"IDLE": cuts_idle(1)}) as fake, linked(tmp_path, monkeypatch, "secret", tom=Reached(fake.port)) as links:
        until(lambda: len(links.pauses["tom"]) >= 5)
        assert max(links.pauses["tom"][:5]) <= backoff(1, lambda: 1.0)


# ---- a thread that is stuck -------------------------------------------------------------------------


@pytest.mark.dovecot
def test_a_stuck_account_is_begun_anew_and_the_others_never_notice(
    dovecot: Dovecot, user: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A read that waits an hour on a black hole: the line is cut from outside, and the watchdog is fed all the time."""
    monkeypatch.setattr(daemon, "STUCK_AFTER", 1.5)
    with Proxy(dovecot.port) as proxy:
        ways = {"lily": Reached(dovecot.port, user), "tom": Reached(proxy.port, "tom." + user, timeout="1h")}
        with linked(tmp_path, monkeypatch, **ways) as links:
            monkeypatch.setattr(daemon, "MIND", 0.1)
            links.watching("lily", "tom")
            proxy.blackhole()
            until(lambda: links.pauses["tom"])
            fed = links.fed()
            proxy.heal()
            deliver(dovecot, user, 1)
            deliver(dovecot, "tom." + user, 2)
            until(lambda: links.read("tom") == links.read("lily") == 1)
            until(lambda: links.fed() > fed)
            assert not links.pauses["lily"]
            assert len(links.pauses["tom"]) <= 3


# ---- broken lines of one of two accounts ------------------------------------------------------------


def within_limits(pauses: list[float]) -> None:
    """Each pause is that of its number: doubled, with jitter, capped."""
    for n, pause in enumerate(pauses, 1):
        assert backoff(n, lambda: 0.0) <= pause <= backoff(n, lambda: 1.0)
    assert max(pauses, default=0) <= BACKOFF_CAP * 1.5


def found_and_mended(
    links: Links, dovecot: Dovecot, users: tuple[str, str], breaks: Callable[[], None], heals: Callable[[], None], tries: int = 3
) -> None:
    """Tom's line breaks: that is found, lily's goes on; it heals, and Tom reads what came meanwhile."""
    lily, tom = users
    links.watching("lily", "tom")
    breaks()
    deliver(dovecot, tom, 1)
    until(lambda: len(links.pauses["tom"]) >= tries)
    deliver(dovecot, lily, 2)
    until(lambda: links.read("lily") == 1)
    assert links.pauses["lily"] == [], "another account's line is no matter of hers"
    heals()
    until(lambda: links.read("tom") == 1)
    links.watching("tom")
    within_limits(links.pauses["tom"])
    assert not any(loop.cut_at for loop in links.daemon.loops)


BREAKS: dict[str, tuple[Callable[[Proxy], None], int]] = {
    "black hole": (Proxy.blackhole, 3),
    "half open": (Proxy.forget, 1),
    "slow loris": (lambda proxy: proxy.dribble(0.5), 2),
    "cut within a literal": (lambda proxy: setattr(proxy, "cut_literals", True), 3),
}
"""Fault > how the proxy breaks the line, and how many tries are waited for before it heals."""


@pytest.mark.dovecot
@pytest.mark.parametrize("fault", BREAKS)
def test_a_broken_line_is_found_and_mended_and_the_other_account_goes_on(
    fault: str, dovecot: Dovecot, user: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaks, tries = BREAKS[fault]
    tom = "tom." + user
    with Proxy(dovecot.port) as proxy:
        ways = {"lily": Reached(dovecot.port, user), "tom": Reached(proxy.port, tom, timeout="2s")}
        with linked(tmp_path, monkeypatch, **ways) as links:
            found_and_mended(links, dovecot, (user, tom), lambda: breaks(proxy), proxy.heal, tries)
            assert proxy.asked.count(b" LOGIN ") <= len(links.pauses["tom"]) + 1, "a login for each try, and no more"


@pytest.mark.dovecot
def test_without_a_name_server_it_waits_and_comes_back(
    dovecot: Dovecot, user: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, gone, tom = socket.getaddrinfo, [False], "tom." + user

    def asked(host: Any, *more: Any, **named: Any) -> Any:
        if gone[0] and host == "localhost":
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return real("127.0.0.1" if host == "localhost" else host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", asked)
    with Proxy(dovecot.port) as proxy:
        ways = {"lily": Reached(dovecot.port, user), "tom": Reached(proxy.port, tom, host="localhost", timeout="2s")}

        def breaks() -> None:
            gone[0] = True
            proxy.forget()

        with linked(tmp_path, monkeypatch, **ways) as links:
            found_and_mended(links, dovecot, (user, tom), breaks, lambda: gone.__setitem__(0, False))


@pytest.mark.dovecot
def test_behind_a_captive_portal_no_password_is_told_and_it_comes_back(
    dovecot: Dovecot, user: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tom = "tom." + user
    with Dovecot() as portal, Proxy(dovecot.tls_port) as proxy:
        reached = Reached(proxy.port, tom, security="tls", timeout="2s", ca_file=dovecot.ca_file)

        def breaks() -> None:
            proxy.target = portal.tls_port
            proxy.forget()

        with linked(tmp_path, monkeypatch, lily=Reached(dovecot.port, user), tom=reached) as links:
            found_and_mended(links, dovecot, (user, tom), breaks, lambda: setattr(proxy, "target", dovecot.tls_port))
        assert "Login: user" not in portal.log()
        assert PASSWORD.encode() not in proxy.asked


@pytest.mark.dovecot
def test_a_server_restarted_under_load_costs_neither_a_mail_nor_a_second_reading(
    dovecot: Dovecot, user: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pull, "BATCH", 5)
    stored: list[int] = []
    midway, down, real = threading.Event(), threading.Event(), pull.store

    def store(desk: Any, fetched: Any, message: Any) -> str:
        stored.append(fetched.stub.uid)
        if len(stored) == 23:
            midway.set()
            assert down.wait(150)
        return real(desk, fetched, message)

    monkeypatch.setattr(pull, "store", store)
    with Dovecot() as server, Proxy(server.port) as proxy:
        deliver(server, "tom." + user, *range(60))
        ways = {"lily": Reached(dovecot.port, user), "tom": Reached(proxy.port, "tom." + user)}
        with linked(tmp_path, monkeypatch, **ways) as links:
            assert midway.wait(150)
            halt(server)
            proxy.hang_up()  # Dovecot's own sessions end their work before they go
            down.set()
            until(lambda: len(links.pauses["tom"]) >= 2)
            assert len(stored) < 60, "it was in the middle of it"
            links.watching("lily")
            resume(server)
            until(lambda: links.read("tom") == 60)
            within_limits(links.pauses["tom"])
            assert links.pauses["lily"] == []
            assert links.loop("tom").account.index.counts() == (60, 60)
        assert len(stored) == 60, "nothing is read twice"


@pytest.mark.dovecot
def test_eight_hours_of_sleep_on_a_real_line(dovecot: Dovecot, user: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line died in the sleep and nobody told; what came due meanwhile is written once."""
    ground = OnDovecot(dovecot)
    with Proxy(dovecot.port) as proxy, linked(tmp_path, monkeypatch, tom=Reached(proxy.port, user, timeout="2s")) as links:
        links.watching("tom")
        loop = links.loop("tom")
        links.clock.now = QUOTED + timedelta(hours=6)
        for n in range(3):
            asked = inquiry(n)
            dovecot.deliver(user, quote(n, asked).as_bytes(), "Sent", QUOTED.timestamp())
            dovecot.deliver(user, asked.as_bytes(), "INBOX", ASKED.timestamp())
        until(lambda: links.read("tom") == 6 and not loop.account.index.dirty())
        falls_asleep = min(row.next_due for row in loop.account.index.rows() if row.next_due) - timedelta(hours=4)
        links.clock.now = falls_asleep
        _turns(links, 2)
        assert ground.drafts(user) == []
        proxy.forget()
        links.clock.now = falls_asleep + timedelta(hours=8)
        until(lambda: len(ground.drafts(user)) == 3)
        _turns(links, 2)
        assert per_buyer(ground.drafts(user)) == {buyer(n): 1 for n in range(3)}
        within_limits(links.pauses["tom"])


def _turns(links: Links, more: int) -> None:
    """Wait until Tom has looked so often again."""
    before = links.loop("tom").health.turns
    until(lambda: links.loop("tom").health.turns >= before + more)


def test_the_figures_keep_what_the_page_promises() -> None:
    """A dead line is found within twice the interval, whether it dies while we listen or while we ask."""
    assert daemon.LOOK_UP + doorbell.LINE_SECONDS <= 2 * daemon.LOOK_UP
    assert pace.PATIENCE == 2
    assert daemon.STEADY >= BACKOFF_CAP
    unlucky, usual = (logins_in_an_hour(chance) for chance in (0.0, 0.5))
    assert (unlucky, usual) == (31, 19)


def logins_in_an_hour(chance: float) -> int:
    """Of a server that lets us in and cuts us off again at once."""
    seconds, logins = 0.0, 0
    while seconds < 3600:
        logins += 1
        seconds += backoff(logins, lambda: chance)
    return logins
