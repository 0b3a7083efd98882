"""What becomes of a broken line? It is found, tried again at a pace that locks nobody out, and stops no other account."""

from __future__ import annotations

from pathlib import Path

import pytest

from followupd import daemon
from tests.daemon.at_work import until
from tests.daemon.links import Reached, linked
from tests.laws.scene import ASKED, inquiry
from tests.servers.dovecot import Dovecot
from tests.servers.fake import Fake, Session
from tests.servers.proxy import Proxy


def deliver(dovecot: Dovecot, user: str, *numbers: int) -> None:
    for n in numbers:
        dovecot.deliver(user, inquiry(n).as_bytes(), when=ASKED.timestamp())


# ---- no login storm ---------------------------------------------------------------------------------


def cut_idle(session: Session, tag: str, argument: str) -> None:
    session.say("+ idling")
    session.link.close()


def test_a_server_that_lets_us_in_and_cuts_idle_meets_no_login_storm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line is good for one turn; still the pauses grow, and twenty logins take more than half an hour."""
    with Fake(handlers={"IDLE": cut_idle}) as fake, linked(tmp_path, monkeypatch, "secret", tom=Reached(fake.port)) as links:
        until(lambda: len(links.pauses["tom"]) >= 20)
        pauses = links.pauses["tom"][:20]
        assert links.loop("tom").health.turns >= 20, "each time a whole turn went well"
    assert sum(pauses) > 1800
    assert max(pauses) <= daemon.BACKOFF_CAP * 1.5


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
            links.watching("lily", "tom")
            proxy.blackhole()
            until(lambda: links.pauses["tom"], 30)
            fed = links.fed()
            proxy.heal()
            deliver(dovecot, user, 1)
            deliver(dovecot, "tom." + user, 2)
            until(lambda: links.read("tom") == links.read("lily") == 1)
            until(lambda: links.fed() > fed)
            assert not links.pauses["lily"]
            assert len(links.pauses["tom"]) <= 3
