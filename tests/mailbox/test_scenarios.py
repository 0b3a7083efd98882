"""What happens on a bad day? The numbered scenarios of a hostile mail, a broken line and an odd provider."""

from __future__ import annotations

import resource
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from imapclient import IMAPClient

from followupd.errors import HostileInput, LinkLost, LoginRefused, TryAgain, UserError
from followupd.mailbox.base import Box, Folder, Ring, Stub
from followupd.mailbox.imap import ImapMailbox
from followupd.mailbox.settings import ImapSettings
from followupd.rulesource import RuleSource
from followupd.secrets import Secret
from tests.mailbox.houses import WHEN, ImapHouse, opened
from tests.mailbox.mails import heavy, mail
from tests.servers.certificates import make
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.fake import Fake, Session
from tests.servers.proxy import Proxy

INBOX = Folder("INBOX", Box.INBOX)
DRAFTS = Folder("Drafts", Box.DRAFTS)


def settings(port: int, name: str = "lily", **more: Any) -> ImapSettings:
    return ImapSettings(
        **({"host": "127.0.0.1", "port": port, "security": "none", "username": name, "timeout": 5.0} | more)
    )


@pytest.fixture
def house(dovecot: Dovecot, user: str, shipped: RuleSource) -> Iterator[ImapHouse]:
    made = ImapHouse(settings(dovecot.port, user), PASSWORD, shipped, keywords=True)
    yield made
    made.close()


@pytest.fixture
def proxy(dovecot: Dovecot) -> Iterator[Proxy]:
    with Proxy(dovecot.port) as made:
        yield made


@pytest.fixture
def through(proxy: Proxy, user: str, shipped: RuleSource) -> Iterator[ImapMailbox]:
    with opened(ImapMailbox(settings(proxy.port, user, timeout=1.5), Secret(PASSWORD), shipped)) as mailbox:
        yield mailbox


@contextmanager
def at(fake: Fake, rules: RuleSource, secret: str = "secret", **more: Any) -> Iterator[ImapMailbox]:
    with fake, opened(ImapMailbox(settings(fake.port, **more), Secret(secret), rules)) as mailbox:
        yield mailbox


ATTACK = 'x"\r\nA7 CREATE Stolen\r\nA8 UID MOVE 1:* Stolen\r\nA9 NOOP "'


def test_scenario_01_a_message_id_that_carries_commands_moves_nothing(house: ImapHouse) -> None:
    for n in range(3):
        house.deliver(mail(f"{n}@buyer.test"))
    uid = house.deliver(mail("=?utf-8?Q?x=22=0D=0AA7_CREATE_Stolen=0D=0A?="))
    with opened(house.mailbox()) as box:
        assert box.stubs(INBOX, box.uids(INBOX))[-1].message_id.isprintable()
        assert not box.delete(INBOX, uid, ATTACK)
        for hostile in (ATTACK, "a\nb", "a\x00b", "a\u2028b"):
            with pytest.raises(HostileInput):
                box.keyword(INBOX, uid, (hostile,))
            with pytest.raises(HostileInput):
                box.append(DRAFTS, mail(), (hostile,), WHEN)
            with pytest.raises(HostileInput):
                box.state(Folder(hostile, Box.OTHER))
        assert box.state(INBOX).exists == 4
        assert "Stolen" not in {f.name for f in box.folders()}


def test_scenario_01_control_the_same_attack_works_on_a_bare_search(house: ImapHouse) -> None:
    """Without the guard the mailbox is emptied: the test above can fail."""
    house.deliver(mail())
    client = IMAPClient("127.0.0.1", port=house.settings.port, ssl=False, timeout=2)
    client.login(house.settings.username, PASSWORD)
    client.select_folder("INBOX")
    attack = "x\r\nA7 CREATE Stolen\r\nA8 UID MOVE 1:* Stolen\r\nA9 NOOP"
    try:
        client.search(["HEADER", "Message-ID", attack])
    except Exception:
        pass
    finally:
        client.shutdown()
    house.hand.select_folder("Sent")  # STATUS of an open folder would be old news
    end = time.monotonic() + 5
    while time.monotonic() < end and house.hand.folder_status("INBOX")[b"MESSAGES"]:
        time.sleep(0.02)
    assert house.hand.folder_status("INBOX")[b"MESSAGES"] == 0
    assert house.hand.folder_exists("Stolen")


@pytest.mark.parametrize("stored", [True, False])
def test_scenario_02_03_an_append_cut_off_tells_by_uidnext_what_happened(
    proxy: Proxy, through: ImapMailbox, stored: bool
) -> None:
    before = through.state(DRAFTS)
    (proxy.lose_answer if stored else proxy.lose_request)(b"APPEND")
    with pytest.raises(LinkLost):
        through.append(DRAFTS, mail("token@brightway.test"), (r"\Draft",), WHEN)
    through.close()
    through.connect()
    after = through.state(DRAFTS)
    found = through.stubs(DRAFTS, through.uids(DRAFTS, above=before.uidnext - 1))
    assert [s.message_id for s in found] == (["token@brightway.test"] if stored else [])
    assert after.uidnext - before.uidnext == int(stored)
    assert proxy.asked.count(b"APPEND") == 1, "nothing is retried on its own"


def test_scenario_16_a_line_gone_silent_is_found_in_bounded_time(proxy: Proxy, through: ImapMailbox) -> None:
    through.state(INBOX)
    threading.Timer(0.2, proxy.blackhole).start()
    began = time.monotonic()
    with pytest.raises(LinkLost, match="no answer in time"):
        through.wait(INBOX, 0.6)
    assert time.monotonic() - began < 4
    through.close()
    assert time.monotonic() - began < 9, "closing does not hang either"


def test_scenario_17_after_bye_it_connects_and_catches_up(shipped: RuleSource) -> None:
    def bye(session: Session, tag: str, argument: str) -> None:
        session.say("+ idling", "* BYE restarting")
        session.await_done(tag)

    fake = Fake(handlers={"IDLE": bye})
    with at(fake, shipped) as box:
        box.state(INBOX)
        with pytest.raises(LinkLost, match="goodbye"):
            box.wait(INBOX, 5)
        fake.mails[1] = mail()
        box.close()
        box.connect()
        assert box.uids(INBOX) == [1]
    assert fake.connections == 2


def test_scenario_19_without_idle_it_asks_now_and_then(shipped: RuleSource) -> None:
    fake = Fake(capabilities="IMAP4rev1")
    with at(fake, shipped, poll=0.05) as box:
        box.state(INBOX)
        assert box.wait(INBOX, 0.2) is Ring.TIMEOUT
        threading.Timer(0.1, fake.mails.__setitem__, (1, mail())).start()
        assert box.wait(INBOX, 5) is Ring.MAIL
    assert "IDLE" not in fake.commands()


def test_scenario_20_an_idle_that_never_tells_is_seen_at_the_next_look(shipped: RuleSource) -> None:
    fake = Fake()
    with at(fake, shipped) as box:
        box.state(INBOX)
        threading.Timer(0.05, fake.mails.__setitem__, (1, mail())).start()
        rings = [box.wait(INBOX, 0.2), box.wait(INBOX, 0.2)]
    assert rings == [Ring.TIMEOUT, Ring.MAIL]


def test_scenario_21_idle_is_renewed_before_it_grows_old(shipped: RuleSource) -> None:
    fake = Fake()
    with at(fake, shipped, renew=0.1) as box:
        began = time.monotonic()
        assert [box.wait(INBOX, 60) for _ in range(3)] == [Ring.TIMEOUT] * 3
        assert time.monotonic() - began < 5
    assert fake.commands().count("IDLE") == fake.asked.count("DONE") == 3


def test_scenario_22_a_wrong_password_is_told_once_and_not_tried_again(dovecot: Dovecot, shipped: RuleSource) -> None:
    with Proxy(dovecot.port) as proxy:
        with pytest.raises(LoginRefused, match="refused") as told:
            ImapMailbox(settings(proxy.port), Secret("wrong-password"), shipped).connect()
        assert proxy.asked.count(b"LOGIN") + proxy.asked.count(b"AUTHENTICATE") == 1
    assert "wrong-password" not in str(told.value)


def test_a_server_that_is_busy_is_no_wrong_password(shipped: RuleSource) -> None:
    fake = Fake(handlers={"LOGIN": lambda s, tag, _: s.say(f"{tag} NO [UNAVAILABLE] try again later")})
    with fake, pytest.raises(LinkLost):
        ImapMailbox(settings(fake.port), Secret("secret"), shipped).connect()


def test_a_password_that_login_cannot_carry_is_told(shipped: RuleSource) -> None:
    with Fake() as fake, pytest.raises(LoginRefused, match="letters"):
        ImapMailbox(settings(fake.port), Secret("密码密码密码"), shipped).connect()


def test_scenario_23_a_server_that_wants_oauth_gets_no_password(shipped: RuleSource) -> None:
    with Fake(capabilities="IMAP4rev1 LOGINDISABLED AUTH=XOAUTH2") as fake:
        with pytest.raises(LoginRefused, match="OAuth2"):
            ImapMailbox(settings(fake.port), Secret("hush-hush"), shipped).connect()
        assert b"hush" not in fake.bytes_seen


def test_scenario_24_a_provider_that_wants_id_gets_it_before_a_folder_is_opened(shipped: RuleSource) -> None:
    known: set[int] = set()

    def say_id(session: Session, tag: str, argument: str) -> None:
        known.add(id(session))
        session.say("* ID NIL", f"{tag} OK done")

    def select(session: Session, tag: str, argument: str) -> None:
        if id(session) in known:
            session._select(tag, argument)
        else:
            session.say(f"{tag} NO EXAMINE Unsafe Login. Please contact kefu@188.com for help")

    fake = Fake(
        capabilities="IMAP4rev1 XLIST ID UIDPLUS", greeting="* OK Coremail System IMap Server Ready",
        handlers={"ID": say_id, "SELECT": select, "EXAMINE": select},
    )  # fmt: skip
    with at(fake, shipped) as box:
        assert box.state(INBOX).uidvalidity == 7


def test_scenario_25_an_unknown_host_is_a_lost_link(shipped: RuleSource, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    with pytest.raises(LinkLost, match="host name"):
        ImapMailbox(settings(1, host="imap.nowhere.invalid", security="tls"), Secret("x-secret"), shipped).connect()


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("case", ["self-signed", "expired", "other host"])
def test_scenario_25_43_a_certificate_that_is_not_trusted_gets_no_password(
    case: str, security: str, shipped: RuleSource, tmp_path: Any, dovecot: Dovecot
) -> None:
    hosts = "DNS:mail.example" if case == "other host" else "DNS:localhost,IP:127.0.0.1"
    shown = make(tmp_path, hosts=hosts, expired=case == "expired")
    trusted = None if case == "self-signed" else str(shown.cert)
    with Dovecot(certificate=shown) as server, Proxy(server.tls_port if security == "tls" else server.port) as proxy:
        box = ImapMailbox(settings(proxy.port, security=security, ca_file=trusted), Secret(PASSWORD), shipped)
        with pytest.raises(LinkLost, match="certificate is not trusted"):
            box.connect()
        box.close()
        assert PASSWORD.encode() not in proxy.asked
        assert "Login: user" not in server.log()


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_trusted_certificate_opens_the_door(security: str, dovecot: Dovecot, user: str, shipped: RuleSource) -> None:
    """The control of the refusals above."""
    port = dovecot.tls_port if security == "tls" else dovecot.port
    reached = settings(port, user, security=security, ca_file=dovecot.ca_file)
    with opened(ImapMailbox(reached, Secret(PASSWORD), shipped)) as box:
        box.state(INBOX)
        dovecot.deliver(user, mail())
        assert box.wait(INBOX, 15) is Ring.MAIL, "the doorbell rings through TLS as well"


def test_scenario_43_starttls_stripped_gets_no_password(shipped: RuleSource) -> None:
    with Fake(password="hush-hush") as fake:
        with pytest.raises(LinkLost, match="STARTTLS"):
            ImapMailbox(settings(fake.port, security="starttls"), Secret("hush-hush"), shipped).connect()
        assert b"hush" not in fake.bytes_seen


@pytest.mark.parametrize("answer", ["BAD", "empty"])
def test_scenario_29_a_search_that_fails_or_lags_hides_nothing(answer: str, shipped: RuleSource) -> None:
    def search(session: Session, tag: str, argument: str) -> None:
        session.say(*(["* SEARCH"] if answer == "empty" else []), f"{tag} {'OK' if answer == 'empty' else 'BAD'} so")

    fake = Fake(mails={3: mail("a@x.test"), 9: mail("b@x.test")}, handlers={"UID SEARCH": search})
    with at(fake, shipped) as box:
        assert box.uids(INBOX) == [3, 9]
        assert box.uids(INBOX, above=3) == [9]
        assert box.uids(INBOX, since=WHEN) == [3, 9]


def test_scenario_30_without_uidplus_the_draft_is_found_by_its_id(shipped: RuleSource) -> None:
    fake = Fake(capabilities="IMAP4rev1 IDLE")
    with at(fake, shipped) as box:
        before = box.state(DRAFTS)
        assert box.append(DRAFTS, mail("t@brightway.test"), (r"\Draft",), WHEN).uid == 0
        (stub,) = box.stubs(DRAFTS, box.uids(DRAFTS, above=before.uidnext - 1))
        assert (stub.uid, stub.message_id) == (1, "t@brightway.test")


def test_scenario_31_drafts_under_a_chinese_name_is_found(house: ImapHouse) -> None:
    for name in ("Drafts", "Sent"):
        house.hand.delete_folder(name)
    plain = tuple(line for line in Fake().listing[:1])
    fake = Fake(listing=(*plain, r'* LIST () "/" "&g0l6P3ux-"', r'* LIST () "/" "&XfJT0ZAB-"'))
    with at(fake, house.rules) as box:
        assert {f.box: f.name for f in box.folders()} == {Box.INBOX: "INBOX", Box.DRAFTS: "草稿箱", Box.SENT: "已发送"}
    house.hand.create_folder("草稿箱")
    with opened(house.mailbox()) as box:
        drafts = next(f for f in box.folders() if f.name == "草稿箱")
        where = box.append(drafts, mail("zh@brightway.test"), (r"\Draft",), WHEN)
        assert [s.message_id for s in box.stubs(drafts, [where.uid])] == ["zh@brightway.test"]


def test_scenario_31_no_drafts_folder_is_seen(shipped: RuleSource) -> None:
    with at(Fake(listing=(r'* LIST () "/" INBOX',)), shipped) as box:
        assert [f.box for f in box.folders()] == [Box.INBOX]


def test_scenario_31_drafts_that_cannot_be_written_to_is_told(shipped: RuleSource) -> None:
    refuse = {"APPEND": lambda s, tag, a: s.refuse_append(tag, a, "[NOPERM] read-only folder")}
    with at(Fake(readonly=frozenset({"Drafts"}), handlers=refuse), shipped) as box:
        with pytest.raises(UserError, match=r"(?s)Drafts.*cannot be written"):
            box.append(DRAFTS, mail(), (r"\Draft",), WHEN)
        assert box.manners(DRAFTS)[0] is False


def test_scenario_32_a_full_mailbox_is_tried_again_later(shipped: RuleSource) -> None:
    refuse = {"APPEND": lambda s, tag, a: s.refuse_append(tag, a, "[OVERQUOTA] no space left")}
    with at(Fake(handlers=refuse), shipped) as box:
        with pytest.raises(TryAgain, match="full") as told:
            box.append(DRAFTS, mail(), (r"\Draft",), WHEN)
        assert not isinstance(told.value, LinkLost)
        box.noop()


def test_xlist_tells_the_parts_where_special_use_is_missing(shipped: RuleSource) -> None:
    def xlist(session: Session, tag: str, argument: str) -> None:
        session.say(
            r'* XLIST (\Inbox) "/" INBOX',
            r'* XLIST (\Drafts) "/" Kladden',
            r'* XLIST (\Sent) "/" Raus',
            f"{tag} OK done",
        )

    names = tuple(f'* LIST () "/" {n}' for n in ("INBOX", "Kladden", "Raus"))
    with at(Fake(capabilities="IMAP4rev1 XLIST", listing=names, handlers={"XLIST": xlist}), shipped) as box:
        assert {f.box: f.name for f in box.folders()} == {Box.INBOX: "INBOX", Box.DRAFTS: "Kladden", Box.SENT: "Raus"}


def test_a_server_that_never_tells_uidnext_is_read_all_the_same(shipped: RuleSource) -> None:
    with at(Fake(uidnext=False, mails={4: mail("a@x.test"), 8: mail("b@x.test")}), shipped) as box:
        assert box.uids(INBOX) == [4, 8]
        assert box.uids(INBOX, above=4) == [8]
        assert box.uids(INBOX, above=8) == [], "n:* names the last mail even when it is not above n"


def test_scenario_34_a_literal_of_3_gb_is_refused_before_it_fills_memory(shipped: RuleSource) -> None:
    def flood(session: Session, tag: str, argument: str) -> None:
        session.raw(b"* 1 FETCH (UID 1 BODY[] {3000000000}\r\n")
        try:
            while not session.fake.ended:
                session.raw(b"x" * 1_000_000)
        except OSError:
            return

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    fake = Fake(mails={1: mail()}, handlers={"UID FETCH": flood})
    with at(fake, shipped) as box, pytest.raises(LinkLost, match="3000000000"):
        list(box.fetch(INBOX, [Stub(1, 500, WHEN, ())]))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64_000, "KB"


def test_of_a_mail_with_a_large_drawing_little_goes_over_the_line(
    house: ImapHouse, proxy: Proxy, through: ImapMailbox
) -> None:
    uid = house.deliver(heavy("Please see the drawing.\n", octets=2_000_000))
    stubs = through.stubs(INBOX, [uid])
    assert stubs[0].size > 2_000_000
    before = proxy.received
    (got,) = through.fetch(INBOX, stubs)
    assert b"drawing" in got.raw or b"UGxlYXNl" in got.raw
    assert proxy.received - before < 5_000


@pytest.mark.parametrize("size", [1, 7])
def test_answers_in_small_pieces_are_put_together(
    size: int, house: ImapHouse, proxy: Proxy, through: ImapMailbox
) -> None:
    raw = mail()
    uid = house.deliver(raw)
    proxy.split = size
    assert [f.raw for f in through.fetch(INBOX, through.stubs(INBOX, [uid]))] == [raw]


@pytest.mark.parametrize("octets", [0, 3, 60])
def test_an_answer_cut_short_is_a_lost_link(octets: int, house: ImapHouse, proxy: Proxy, through: ImapMailbox) -> None:
    uid = house.deliver(mail())
    stubs = through.stubs(INBOX, [uid])
    proxy.cut_after = proxy.received + octets
    with pytest.raises(LinkLost):
        list(through.fetch(INBOX, stubs))


def two_pieces(session: Session, tag: str, argument: str) -> None:
    session.say("+ idling")
    session.sleep_until(session.fake.rang, 0.2)
    session.raw(b"* 11 EXI")
    session.sleep_until(session.fake.rang, 0.3)
    session.raw(b"STS\r\n")
    session.await_done(tag)


def test_a_ring_in_two_pieces_is_heard(shipped: RuleSource) -> None:
    with at(Fake(handlers={"IDLE": two_pieces}), shipped) as box:
        box.state(INBOX)
        assert box.wait(INBOX, 5) is Ring.MAIL
        box.noop()


def test_a_ring_in_two_pieces_control_is_lost_by_idle_check() -> None:
    """Why doorbell.py reads lines itself."""
    with Fake(handlers={"IDLE": two_pieces}) as fake:
        client = IMAPClient("127.0.0.1", port=fake.port, ssl=False, timeout=5)
        client.login("lily", "secret")
        client.select_folder("INBOX")
        client.idle()
        try:
            heard = client.idle_check(timeout=2)
        except Exception:
            heard = []
        finally:
            client.shutdown()
    assert (11, b"EXISTS") not in heard


def test_a_line_that_begins_and_never_ends_is_a_lost_link(shipped: RuleSource, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(session: Session, tag: str, argument: str) -> None:
        session.say("+ idling")
        session.raw(b"* 11 EXI")
        session.await_done(tag)

    monkeypatch.setattr("followupd.mailbox.doorbell.LINE_SECONDS", 0.3)
    with at(Fake(handlers={"IDLE": half}), shipped) as box, pytest.raises(LinkLost):
        box.wait(INBOX, 5)
