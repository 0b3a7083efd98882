"""How long can a server hold us that never falls silent and never comes to an end?"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest
from imapclient import IMAPClient

from followupd.errors import LinkLost
from followupd.mailbox import line
from followupd.mailbox.base import Box, Folder
from followupd.mailbox.imap import ImapMailbox
from followupd.mailbox.pace import Pace
from followupd.rulesource import RuleSource
from followupd.secrets import Secret
from tests.mailbox.mails import mail
from tests.mailbox.test_scenarios import settings
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.fake import Fake, Handler, Session
from tests.servers.proxy import Proxy

INBOX = Folder("INBOX", Box.INBOX)
TIMEOUT = 0.4


def dribbles(text: bytes, pause: float = 0.1) -> Handler:
    """A handler that says ``text`` again and again, octet by octet."""

    def handler(session: Session, tag: str, argument: str) -> None:
        with suppress(OSError):
            while not session.fake.ended:
                for n in range(len(text)):
                    session.raw(text[n : n + 1])
                    threading.Event().wait(pause)

    return handler


def chatters(session: Session, tag: str, argument: str) -> None:
    """Whole lines at full speed, and never the one that is waited for."""
    with suppress(OSError):
        while not session.fake.ended:
            session.raw(b"* OK still at work\r\n" * 50)


def idling(handler: Handler) -> Handler:
    def handle(session: Session, tag: str, argument: str) -> None:
        session.say("+ idling")
        handler(session, tag, argument)

    return handle


LINES, ONE_LINE = dribbles(b"* OK still at work\r\n"), dribbles(b"x")


def a_look(box: ImapMailbox) -> None:
    """From the first packet to the last octet of a mail."""
    box.connect()
    box.folders()
    list(box.fetch(INBOX, box.stubs(INBOX, box.uids(INBOX))))


@pytest.mark.parametrize(
    ("command", "handler"),
    [("LOGIN", ONE_LINE), ("LIST", LINES), ("LIST", chatters), ("SELECT", LINES), ("UID FETCH", LINES), ("UID FETCH", ONE_LINE)],
    ids=lambda value: value if isinstance(value, str) else {LINES: "lines", ONE_LINE: "one line"}.get(value, "chatter"),
)  # fmt: skip
def test_a_command_that_never_ends_is_a_lost_link(command: str, handler: Handler, shipped: RuleSource) -> None:
    """The timeout of a read begins anew with every octet; a command has an end of its own."""
    names = {command: handler} | ({"EXAMINE": handler} if command == "SELECT" else {})
    timeout = 0.15 if handler is chatters else TIMEOUT
    with Fake(handlers=names, mails={1: mail()}) as fake:
        box = ImapMailbox(settings(fake.port, timeout=timeout), Secret("secret"), shipped)
        with pytest.raises(LinkLost):
            a_look(box)
        box.close()


def test_control_a_bare_client_is_held_as_long_as_the_server_likes() -> None:
    """The same dribble, the same timeout of a read: five times as long as our own client would wait, and no end."""
    said = threading.Semaphore(0)

    def dribble(session: Session, tag: str, argument: str) -> None:
        with suppress(OSError):
            while not session.fake.ended:
                session.raw(b"x")
                said.release()
                threading.Event().wait(TIMEOUT / 4)

    with Fake(handlers={"SELECT": dribble}) as fake:
        client = IMAPClient("127.0.0.1", port=fake.port, ssl=False, timeout=TIMEOUT)
        client.login("lily", "secret")
        held = threading.Thread(target=lambda: _quietly(client.select_folder, "INBOX"), daemon=True)
        held.start()
        for _ in range(40):
            assert said.acquire(timeout=30)
        assert held.is_alive()
        client.socket().shutdown(socket.SHUT_RDWR)  # client.shutdown() would wait for the reader's lock
        held.join(10)
        assert not held.is_alive()


def _quietly(run: Callable[..., object], *arguments: object) -> None:
    with suppress(Exception):
        run(*arguments)


@pytest.mark.parametrize("handler", [LINES, ONE_LINE, chatters], ids=["lines", "one line", "chatter"])
def test_an_idle_that_only_dribbles_ends(handler: Handler, shipped: RuleSource, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("followupd.mailbox.doorbell.LINE_SECONDS", 1.0)
    monkeypatch.setattr("followupd.mailbox.imap.LINE_SECONDS", 1.0)
    with Fake(handlers={"IDLE": idling(handler)}) as fake:
        box = ImapMailbox(settings(fake.port, timeout=TIMEOUT), Secret("secret"), shipped)
        box.connect()
        box.state(INBOX)
        with pytest.raises(LinkLost):
            box.wait(INBOX, 1.5)
        box.close()


def test_a_goodbye_that_dribbles_holds_nobody(shipped: RuleSource) -> None:
    with Fake(handlers={"LOGOUT": dribbles(b"* BYE\r\n")}) as fake:
        box = ImapMailbox(settings(fake.port, timeout=60.0), Secret("secret"), shipped)
        box.connect()
        box.close()


def test_a_greeting_that_dribbles_is_a_lost_link(shipped: RuleSource) -> None:
    with Fake(greeting="* OK " + "ready " * 200) as fake:
        real = fake.session

        def slowly(link: object) -> Session:
            session = real(link)  # type: ignore[arg-type]
            session.say = lambda *lines: [session.raw(bytes([b])) or threading.Event().wait(0.1) for b in lines[0].encode()]  # type: ignore[method-assign, assignment]
            return session

        fake.session = slowly  # type: ignore[method-assign, assignment]
        box = ImapMailbox(settings(fake.port, timeout=TIMEOUT), Secret("secret"), shipped)
        with pytest.raises(LinkLost):
            box.connect()
        box.close()


# ---- the pace itself --------------------------------------------------------------------------------


class Ticks:
    """A clock that goes as far as it is told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("each", "octets", "ends"),
    [
        pytest.param(20.0, 1, 60, id="an octet now and then: twice the timeout"),
        pytest.param(1.0, 0, 60, id="nothing at all"),
        pytest.param(1.0, 500, 120, id="half of what a very slow line brings: no more than as much again"),
        pytest.param(1.0, 2_000, 600, id="a slow line: twenty times, for some 1.2 MB"),
        pytest.param(10.0, 1_000_000, 600, id="a fast one that never ends"),
        pytest.param(1.0, 10_000_000, 7, id="a very fast one: 64 MB"),
    ],
)
def test_how_long_a_command_may_take(each: float, octets: int, ends: float) -> None:
    ticks = Ticks()
    pace = Pace(30.0, clock=ticks)
    pace.begin()
    try:
        while pace.left() > 0:
            ticks.now += each
            pace.took(octets)
    except TimeoutError:
        pass
    assert ends <= ticks.now <= ends + each


def test_a_new_command_has_time_of_its_own_and_a_goodbye_little() -> None:
    ticks = Ticks()
    pace = Pace(30.0, clock=ticks)
    for _ in range(100):
        pace.begin()
        ticks.now += 59.0
        assert pace.left() == pytest.approx(1.0)
    pace.hurry(3.0)
    assert pace.left() == pytest.approx(3.0)
    pace.begin()
    assert pace.left() == pytest.approx(3.0), "LOGOUT is a command, too"


def test_signs_of_life_are_commands_and_much_that_was_read_but_no_dribbling() -> None:
    beats: list[int] = []
    pace = Pace(30.0, lambda: beats.append(1))
    pace.begin()
    for _ in range(1_000):
        pace.took(1)
    assert len(beats) == 1
    for _ in range(100):
        pace.took(8_000)
    assert len(beats) == 51


# ---- a host of many addresses -----------------------------------------------------------------------


@contextmanager
def black_hole() -> Iterator[int]:
    """A port at which a call is never answered: its queue is full."""
    with socket.socket() as listener, ExitStack() as waiting:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            caller = waiting.enter_context(socket.socket())
            caller.setblocking(False)
            with suppress(BlockingIOError):
                caller.connect(listener.getsockname())
        yield int(listener.getsockname()[1])


def addresses(*ports: int) -> object:
    """What a name server says of a host that has so many addresses."""
    return lambda *_, **__: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)) for port in ports]


def test_addresses_that_are_black_holes_leave_time_for_the_one_that_answers(shipped: RuleSource, monkeypatch: pytest.MonkeyPatch) -> None:
    with Fake() as fake, black_hole() as hole:
        monkeypatch.setattr(socket, "getaddrinfo", addresses(*[hole] * 7, fake.port))
        box = ImapMailbox(settings(fake.port, host="localhost", timeout=2.0), Secret("secret"), shipped)
        box.connect()
        assert box.folders()
        box.close()


def test_a_host_of_nothing_but_black_holes_costs_no_more_than_one_command(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    class Hole(line._Plain):
        def connect(self, address: object) -> None:
            asked.append(self.gettimeout() or 0.0)
            ticks.now += asked[-1]
            raise TimeoutError("timed out")

    ticks = Ticks()
    monkeypatch.setattr(socket, "getaddrinfo", addresses(*range(1, 17)))
    monkeypatch.setattr(line, "_Plain", Hole)
    monkeypatch.setattr("followupd.mailbox.line.time.monotonic", ticks)
    with pytest.raises(TimeoutError):
        line._reach("mail.example", 993, 20.0, 60.0)
    assert len(asked) == 16
    assert sum(asked) == pytest.approx(60.0)


# ---- cut from outside -------------------------------------------------------------------------------


@pytest.mark.parametrize("security", ["none", "tls", "starttls"])
def test_a_read_that_waits_for_ever_ends_when_the_line_is_cut(security: str, dovecot: Dovecot, user: str, shipped: RuleSource) -> None:
    target = dovecot.tls_port if security == "tls" else dovecot.port
    with Proxy(target) as proxy:
        reached = settings(proxy.port, user, security=security, ca_file=dovecot.ca_file, timeout=3600.0)
        box = ImapMailbox(reached, Secret(PASSWORD), shipped)
        box.connect()
        box.state(INBOX)
        proxy.blackhole()
        threading.Timer(0.3, box.cut).start()
        with pytest.raises(LinkLost):
            box.state(INBOX)
        proxy.blackhole(False)
        box.close()
        box.connect()
        assert box.state(INBOX).uidvalidity
        box.close()


def test_a_greeting_that_never_comes_ends_when_the_line_is_cut(shipped: RuleSource) -> None:
    with Fake() as fake:
        fake.session = lambda link: Silent(fake, link)  # type: ignore[method-assign]
        box = ImapMailbox(settings(fake.port, timeout=3600.0), Secret("secret"), shipped)
        threading.Timer(0.3, box.cut).start()
        with pytest.raises(LinkLost):
            box.connect()
        box.close()


class Silent(Session):
    """It takes the call and says nothing."""

    def run(self) -> None:
        self.line()
