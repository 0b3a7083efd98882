"""Do all mailboxes keep the same promises? Every test runs on memory, the embedded server and Dovecot."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from followupd.errors import LinkLost
from followupd.mailbox.base import Box, Ring, Stub
from followupd.mailbox.settings import ImapSettings
from followupd.model import Own
from followupd.reading.parse import read
from tests.mailbox.houses import WHEN, ImapHouse, MemoryHouse, folder_of, opened
from tests.mailbox.mails import heavy, mail
from tests.servers.dovecot import PASSWORD


@pytest.fixture(params=["memory", "embedded", "dovecot"])
def house(request: pytest.FixtureRequest) -> Iterator[Any]:
    if request.param == "memory":
        yield MemoryHouse()
        return
    rules = request.getfixturevalue("shipped")
    if request.param == "embedded":
        pytest.importorskip("pymap")
        from followupd.demo.server import EmbeddedServer

        with EmbeddedServer(user="lily", password="demo") as server:
            settings = ImapSettings(host=server.host, port=server.port, security="none", username="lily", timeout=10)
            made = ImapHouse(settings, "demo", rules, keywords=False)
            yield made
            made.close()
        return
    server = request.getfixturevalue("dovecot")
    name = request.getfixturevalue("user")
    settings = ImapSettings(host="127.0.0.1", port=server.port, security="none", username=name, timeout=10)
    made = ImapHouse(settings, PASSWORD, rules, keywords=True)
    yield made
    made.close()


@pytest.fixture
def box(house: Any) -> Iterator[Any]:
    with opened(house.mailbox()) as mailbox:
        yield mailbox


def test_a_folder_is_made_once_whatever_letters_its_name_has(box: Any) -> None:
    names = {box.make_folder(name) for name in ("Followup/Not a buyer", "跟进/真实询盘", "跟进/真实询盘")}
    assert len(names) == 2
    assert names <= {f.name for f in box.folders()}


def test_every_part_is_played_by_one_folder(box: Any) -> None:
    parts = {f.box: f.name for f in box.folders()}
    assert parts[Box.INBOX] == "INBOX"
    assert parts[Box.DRAFTS] == "Drafts"
    assert parts[Box.SENT] == "Sent"
    assert parts[Box.TRASH] == "Trash"


def test_the_state_counts_and_foretells_the_next_uid(house: Any, box: Any) -> None:
    inbox = folder_of(box, Box.INBOX)
    before = box.state(inbox)
    uid = house.deliver(mail())
    after = box.state(inbox)
    assert (before.exists, after.exists) == (0, 1)
    assert uid == before.uidnext
    assert after.uidnext == uid + 1
    assert before.uidvalidity == after.uidvalidity > 0


def test_uids_above_a_mark_only(house: Any, box: Any) -> None:
    inbox = folder_of(box, Box.INBOX)
    assert box.uids(inbox) == []
    found = [house.deliver(mail(f"{n}@buyer.test")) for n in range(4)]
    assert box.uids(inbox) == found
    assert box.uids(inbox, above=found[1]) == found[2:]
    assert box.uids(inbox, above=found[3]) == []
    assert box.uids(inbox, above=found[3] + 1000) == []


def test_uids_since_a_day_lose_nothing_that_came_later(house: Any, box: Any) -> None:
    inbox = folder_of(box, Box.INBOX)
    house.deliver(mail("old@buyer.test"), when=WHEN - timedelta(days=30))
    young = [house.deliver(mail(f"{n}@buyer.test"), when=WHEN + timedelta(hours=n)) for n in range(3)]
    assert box.uids(inbox, since=WHEN) == young
    assert box.uids(inbox, since=WHEN + timedelta(days=60)) == []
    assert len(box.uids(inbox, since=WHEN - timedelta(days=300))) == 4


def test_a_stub_tells_size_date_and_id(house: Any, box: Any) -> None:
    raw = mail("stub@buyer.test")
    uid = house.deliver(raw, when=datetime(2026, 3, 29, 0, 59, 30, tzinfo=UTC))
    inbox = folder_of(box, Box.INBOX)
    (stub,) = box.stubs(inbox, [uid])
    assert (stub.uid, stub.size, stub.message_id) == (uid, len(raw), "stub@buyer.test")
    assert stub.internaldate == datetime(2026, 3, 29, 0, 59, 30, tzinfo=UTC)
    assert stub.internaldate.tzinfo is not None


def test_the_date_of_a_stub_is_right_in_the_hour_that_comes_twice(house: Any, box: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        for hour in (0, 1):
            when = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
            uid = house.deliver(mail(f"twice{hour}@buyer.test"), when=when)
            assert box.uids(folder_of(box, Box.INBOX))[-1] == uid, "looks anew"
            assert box.stubs(folder_of(box, Box.INBOX), [uid])[0].internaldate == when
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_message_comes_back_as_it_was(house: Any, box: Any) -> None:
    raw = mail("whole@buyer.test", body="Größe 5 µm, 价格?\n")
    uid = house.deliver(raw)
    inbox = folder_of(box, Box.INBOX)
    (got,) = box.fetch(inbox, box.stubs(inbox, [uid]))
    assert got.raw == raw
    assert got.uidvalidity == box.state(inbox).uidvalidity
    assert not got.truncated
    assert r"\Seen" not in box.stubs(inbox, [uid])[0].flags, "looking must not mark as read"


@pytest.mark.parametrize(
    ("text", "charset", "encoding"),
    [
        ("请报价 500 个法兰。\n", "utf-8", "base64"),
        ("请报价 500 个法兰。\n", "gb18030", "base64"),
        ("Wir benötigen 500 Flansche, Größe 5 = groß.\n", "iso-8859-1", "quoted-printable"),
        ("Please quote 500 flanges.\n", "us-ascii", "7bit"),
        ("Прошу цену на 500 шт.\n", "koi8-r", "8bit"),
    ],
)
def test_of_a_large_mail_the_words_arrive(house: Any, box: Any, text: str, charset: str, encoding: str) -> None:
    raw = heavy(text, charset, encoding, octets=100_000)
    uid = house.deliver(raw)
    inbox = folder_of(box, Box.INBOX)
    (got,) = box.fetch(inbox, box.stubs(inbox, [uid]))
    own = Own(addresses=frozenset({"lily@brightway.test"}))
    message = read(got.raw, own=own, internaldate=WHEN, attachments=got.attachments)
    assert text.strip() in message.text
    assert message.sender.email == "omar@buyer.test"
    assert message.subject == "Drawing"
    assert [a.filename for a in message.attachments] == ["Zeichnung Flansch.pdf"]
    if house.parts:
        assert len(got.raw) < 5_000


def test_append_keeps_flags_date_and_text_and_tells_the_uid(house: Any, box: Any) -> None:
    drafts = folder_of(box, Box.DRAFTS)
    expected = box.state(drafts)
    raw = mail("draft@brightway.test")
    where = box.append(drafts, raw, (r"\Draft", r"\Seen"), WHEN)
    assert (where.uidvalidity, where.uid) == (expected.uidvalidity, expected.uidnext)
    (stub,) = box.stubs(drafts, [where.uid])
    assert {r"\Draft", r"\Seen"} <= set(stub.flags)
    assert stub.internaldate == WHEN
    assert next(iter(box.fetch(drafts, [stub]))).raw == raw


def test_scenario_13_only_the_mail_that_carries_the_id_is_removed(house: Any, box: Any) -> None:
    drafts = folder_of(box, Box.DRAFTS)
    mine = box.append(drafts, mail("mine@brightway.test"), (r"\Draft",), WHEN).uid
    other = box.append(drafts, mail("other@brightway.test"), (r"\Draft",), WHEN).uid
    assert not box.delete(drafts, other, "mine@brightway.test"), "the UID belongs to another mail now"
    assert not box.delete(drafts, mine, "")
    assert not box.delete(drafts, 4000, "mine@brightway.test")
    assert box.uids(drafts) == [mine, other]
    assert box.delete(drafts, mine, "mine@brightway.test")
    assert box.uids(drafts) == [other]
    assert not box.delete(drafts, mine, "mine@brightway.test"), "gone already"


def test_only_the_mail_that_carries_the_id_is_moved(house: Any, box: Any) -> None:
    inbox, trash = folder_of(box, Box.INBOX), folder_of(box, Box.TRASH)
    uid = house.deliver(mail("dragged@buyer.test"))
    assert not box.move(inbox, uid, "other@buyer.test", trash)
    assert not box.move(inbox, uid, "", trash)
    assert not box.move(inbox, uid + 50, "dragged@buyer.test", trash)
    moved = box.move(inbox, uid, "dragged@buyer.test", trash)
    assert moved is ("MOVE" in box.capabilities), "in one step or not at all"
    there, here = [box.uids(f) for f in (trash, inbox)]
    assert (len(there), len(here)) == ((1, 0) if moved else (0, 1))
    assert not moved or box.stubs(trash, there)[0].message_id == "dragged@buyer.test"


def test_a_keyword_is_set_where_the_folder_keeps_it(house: Any, box: Any) -> None:
    uid = house.deliver(mail())
    inbox = folder_of(box, Box.INBOX)
    assert box.keyword(inbox, uid, ("Genuine", "Quoted")) is house.keywords
    if house.keywords:
        assert box.keyword(inbox, uid, ("Vague",), remove=("Genuine",))
        assert {"Vague", "Quoted"} == set(box.stubs(inbox, [uid])[0].flags) & {"Vague", "Genuine", "Quoted"}
    assert not box.keyword(inbox, 4000, ("Genuine",)), "there is no such mail"


def test_wait_rings_soon_after_a_mail_came(house: Any, box: Any) -> None:
    inbox = folder_of(box, Box.INBOX)
    house.deliver(mail("first@buyer.test"))
    box.state(inbox)
    came: list[float] = []

    def later() -> None:
        time.sleep(0.15)
        came.append(time.monotonic())
        house.deliver(mail("second@buyer.test"))

    thread = threading.Thread(target=later)
    thread.start()
    ring = box.wait(inbox, 10)
    late = time.monotonic() - came[0]
    thread.join()
    assert ring is Ring.MAIL
    assert late < 8, "a doorbell, and no poll"


def test_wait_rings_for_what_came_since_the_last_look(house: Any, box: Any) -> None:
    inbox = folder_of(box, Box.INBOX)
    box.state(inbox)
    house.deliver(mail())
    assert box.wait(inbox, 5) is Ring.MAIL


def test_wait_ends_in_time_and_wakes(house: Any, box: Any) -> None:
    inbox = folder_of(box, Box.INBOX)
    box.state(inbox)
    assert box.wait(inbox, 0.2) is Ring.TIMEOUT
    reader, writer = os.pipe()
    try:
        threading.Timer(0.1, os.write, (writer, b"!")).start()
        began = time.monotonic()
        assert box.wait(inbox, 20, wake=reader) is Ring.WOKEN
        assert time.monotonic() - began < 5
        assert box.wait(inbox, 0.1, wake=reader) is Ring.TIMEOUT, "one knock wakes once"
    finally:
        os.close(reader)
        os.close(writer)
    box.noop()
    assert box.state(inbox).exists == 0, "the connection stands after listening"


def test_scenario_33_what_vanished_is_skipped(house: Any, box: Any) -> None:
    inbox = folder_of(box, Box.INBOX)
    uids = [house.deliver(mail(f"{n}@buyer.test")) for n in range(3)]
    stubs = box.stubs(inbox, uids)
    house.remove("INBOX", uids[1])
    got = [f.stub.uid for f in box.fetch(inbox, stubs)]
    assert got == [uids[0], uids[2]]
    assert [s.uid for s in box.stubs(inbox, uids)] == [uids[0], uids[2]]
    assert list(box.fetch(inbox, [Stub(999, 10, WHEN, ())])) == []
    assert list(box.fetch(inbox, [Stub(998, 100_000, WHEN, ())])) == []


def test_a_large_one_that_vanished_is_skipped(house: Any, box: Any) -> None:
    inbox = folder_of(box, Box.INBOX)
    uids = [house.deliver(heavy("x\n", octets=60_000)), house.deliver(mail("stays@buyer.test"))]
    stubs = box.stubs(inbox, uids)
    house.remove("INBOX", uids[0])
    assert [f.stub.uid for f in box.fetch(inbox, stubs)] == [uids[1]]


def test_after_close_the_same_mailbox_connects_again(house: Any) -> None:
    mailbox = house.mailbox()
    with pytest.raises(LinkLost):
        mailbox.folders()
    for _ in range(2):
        with opened(mailbox):
            assert mailbox.state(folder_of(mailbox, Box.INBOX)).exists == 0
        with pytest.raises(LinkLost):
            mailbox.noop()
    mailbox.close()


def test_a_mail_comes_in_pieces_that_are_the_whole(house: Any, box: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("followupd.mailbox.imap.PIECE", 1000)
    inbox = folder_of(box, Box.INBOX)
    for size in (10, 2600, 5000):
        raw = mail("pieces").replace(b"pieces", b"pieces" + b"x" * size)
        raw = raw[: len(raw) // 1000 * 1000] if size == 5000 else raw
        uid = house.deliver(raw)
        box.state(inbox)
        (stub,) = box.stubs(inbox, [uid])
        assert b"".join(box.pieces(inbox, stub)) == box.whole(inbox, stub) != b""
        house.remove("INBOX", uid)
    box.state(inbox)
    assert list(box.pieces(inbox, stub)) == []


def test_a_wait_ends_as_a_lost_link_when_the_line_is_cut_from_outside(box: Any) -> None:
    inbox = folder_of(box, Box.INBOX)
    box.state(inbox)
    threading.Timer(0.2, box.cut).start()
    with pytest.raises(LinkLost):
        box.wait(inbox, 30)
    with pytest.raises(LinkLost):
        box.state(inbox)
    box.close()
    box.connect()
    assert box.state(inbox).uidvalidity
