"""Law 9: does one bad mail cost bounded time and stop nothing, and does nothing in it become a command?"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from followupd.errors import HostileInput
from followupd.mailbox.base import Box
from followupd.mailbox.guard import safe, safe_flag, safe_uid
from followupd.reading import parse
from followupd.work import decide, judge, pull, write
from tests.laws.scene import DUE, Scene, inquiry, parsed, per_buyer

HEAD = b"From: anna@armaturen-000.de\r\nTo: lily@brightway.example\r\nMessage-ID: <bad@x>\r\n"


def nested(depth: int) -> bytes:
    """Multiparts within multiparts."""
    parts = [b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(depth)]
    return HEAD + b"".join(parts) + b"Content-Type: text/plain\r\n\r\nhi\r\n"


BAD = {
    "bytes": bytes(random.Random(1).randrange(256) for _ in range(40_000)),
    "nothing": b"",
    "only zeros": b"\x00" * 10_000,
    "no line ends": b"From: x " * 20_000,
    "nested": nested(900),
    "addresses": HEAD + b"Cc: " + b", ".join(b"a%d@b.example" % n for n in range(8_000)) + b"\r\n\r\nhi\r\n",
    "references": HEAD + b"References: " + b" ".join(b"<%d@x>" % n for n in range(20_000)) + b"\r\n\r\nhi\r\n",
    "encoded words": HEAD + b"Subject: " + b" ".join([b"=?utf-8?q?=41?="] * 5_000) + b"\r\n\r\nhi\r\n",
    "unclosed html": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div><a href='" * 20_000,
    "one word": HEAD + b"\r\n" + b"a" * 800_000,
    "quotes": HEAD + b"\r\n" + b"> " * 200_000,
    "bad charset": HEAD + b"Content-Type: text/plain; charset=../../etc/passwd\r\n\r\n\xff\xfe\r\n",
    "huge date": HEAD + b"Date: Mon, 99 Zzz 999999999999 99:99:99 +9999\r\n\r\nhi\r\n",
    "injected ids": HEAD + b"References: =?utf-8?q?=3Ca=0D=0AA1_DELETE_INBOX=3E?=\r\n\r\nhi\r\n",
    "lone surrogates": HEAD + "Subject: \udcff\udcfe\r\n\r\nhi\r\n".encode("utf-8", "surrogateescape"),
}


@pytest.mark.parametrize("name", BAD)
def test_one_bad_mail_stops_nothing(tmp_path: Path, name: str) -> None:
    scene = Scene(tmp_path, 2)
    scene.server.deliver(Box.INBOX, BAD[name], scene.now)
    begun = time.process_time()
    scene.turn()
    assert time.process_time() - begun < 20
    scene.at(DUE)
    assert {parsed(raw)["To"].addresses[0].addr_spec for raw in scene.bodies()} >= {"anna@armaturen-001.de"}


def test_a_bad_mail_in_sent_or_drafts_stops_nothing(tmp_path: Path) -> None:
    scene = Scene(tmp_path, 2)
    for raw in BAD.values():
        scene.server.deliver(Box.SENT, raw.replace(b"armaturen-000", b"nobody"), scene.now)
        scene.server.deliver(Box.DRAFTS, raw.replace(b"armaturen-000", b"nobody"), scene.now, ("\\Draft",))
    scene.turn()
    before = scene.bodies()
    scene.at(DUE)
    assert len([raw for raw in scene.bodies() if raw not in before]) == 2
    assert [raw for raw in scene.bodies() if raw in before] == before, "drafts of others stand untouched"


def test_a_mail_over_the_limits_is_quarantined_and_counted_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parse, "MAX_RAW", 100_000)
    scene = Scene(tmp_path, 1)
    scene.server.deliver(Box.INBOX, HEAD + b"\r\n" + b"x" * 200_000, scene.now)
    report = scene.turn()
    assert report.skipped == 1
    assert len(scene.index.quarantined()) == 1
    again = scene.at(DUE)
    assert again.skipped == 0, "a mail that was skipped is not fetched at every look"
    assert len(scene.drafts()) == 1
    scene.restart()
    scene.turn()
    assert len(scene.index.quarantined()) == 1


def test_a_reader_that_breaks_on_one_mail_skips_that_mail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a library raises on one mail, the others are read."""
    real: Any = parse.read

    def breaks(raw: bytes, **how: object) -> object:
        if b"poison" in raw:
            raise RecursionError("deep inside a library")
        return real(raw, **how)

    monkeypatch.setattr(pull, "read", breaks)
    scene = Scene(tmp_path, 2)
    scene.server.deliver(Box.INBOX, HEAD + b"\r\npoison\r\n", scene.now)
    assert scene.turn().skipped == 1
    scene.at(DUE)
    assert len(scene.drafts()) == 2


@pytest.mark.parametrize(("room", "name"), [(judge, "judge_thread"), (decide, "decide_thread"), (write, "compose")])
def test_one_thread_that_nobody_thought_of_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: Any, name: str
) -> None:
    real = getattr(room, name)

    def breaks(*what: object, **more: object) -> object:
        if "armaturen-000" in repr(what):
            raise ValueError("deep inside a room")
        return real(*what, **more)

    scene = Scene(tmp_path, 3)
    scene.turn()
    monkeypatch.setattr(room, name, breaks)
    with scene.index.transaction():
        scene.index.mark_all_dirty()
    scene.at(DUE)
    assert sorted(per_buyer(scene.bodies())) == ["anna@armaturen-001.de", "anna@armaturen-002.de"]
    assert all(row.decision and row.decision.detail for row in scene.index.rows() if row.facts is None)
    monkeypatch.undo()
    with scene.index.transaction():
        scene.index.mark_all_dirty()
    scene.at(DUE + timedelta(hours=1))
    assert len(scene.drafts()) == 3


def hostile_strings() -> Iterator[str]:
    """What a mail may try to slip into a command."""
    yield from ("a\r\nA1 DELETE INBOX", "a\nb", "a\x00b", "a\x1b[2J", "a\u2028b", "a" * 5_000, "\x85")


@pytest.mark.parametrize("value", list(hostile_strings()), ids=lambda v: ascii(v)[:20])
def test_no_such_string_reaches_a_command(value: str) -> None:
    with pytest.raises(HostileInput) as refused:
        safe(value)
    assert value not in str(refused.value)
    with pytest.raises(HostileInput):
        safe_flag(value)


@pytest.mark.parametrize("uid", [0, -1, 2**32, 10**30])
def test_no_such_uid_reaches_a_command(uid: int) -> None:
    with pytest.raises(HostileInput):
        safe_uid(uid)


def test_a_mail_without_a_party_or_date_joins_nobodys_thread(tmp_path: Path) -> None:
    scene = Scene(tmp_path, 1)
    scene.server.deliver(Box.INBOX, b"Subject: Re: Inquiry 0: ball valves\r\n\r\nyes we order\r\n", scene.now)
    scene.turn()
    thread = scene.index.thread(scene.index.thread_of(inquiry(0)["Message-ID"].strip("<>")) or "")
    assert thread
    assert len(thread.messages) == 2
