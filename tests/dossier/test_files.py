"""Whatever a mail is called, its file lies in the buyer's folder, once, whole, and for its owner alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followupd.dossier import mails
from followupd.dossier.folder import refuse_a_strangers_overview, write_folder, write_overview
from followupd.dossier.mails import Collector
from followupd.dossier.names import buyer_name, file_part, mail_name, open_below, open_root
from followupd.errors import LinkLost, UnsafeState, UserError
from followupd.mailbox.base import Box
from followupd.mailbox.memory import MemoryMailbox, MemoryServer
from followupd.model import Direction
from followupd.store.index import Index, Location
from tests.dossier.room import NOW, dossier, mail
from tests.store.store_makers import OWN

ZONE = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("subject", "part"),
    [
        ("Re: Ball valves / DN25?", "Re-Ball-valves-DN25"),
        ("../../../etc/passwd", "etc-passwd"),
        ("..", "no-subject"),
        ("", "no-subject"),
        ("\x00\n\r", "no-subject"),
        ("报价单 2026", "报价单-2026"),
        ("con", "no-subject"),
        ("a\u202egpj.exe", "a-gpj.exe"),
        ("C:\\Windows\\x", "C-Windows-x"),
        ("~/.ssh/id", "ssh-id"),
        ("عرض أسعار", "عرض-أسعار"),
    ],
)
def test_a_subject_becomes_a_name_that_leads_nowhere(subject: str, part: str) -> None:
    assert file_part(subject) == part


@given(st.text(max_size=500))
@settings(max_examples=300, deadline=None)
def test_any_text_becomes_one_harmless_part(text: str) -> None:
    for name in (file_part(text), buyer_name(text)):
        assert name
        assert name not in {".", ".."}
        assert not name.startswith(".")
        assert not set(name) & set('/\\:*?"<>|\0\n\r\t')
        assert len(name.encode()) <= 160
        assert name.isprintable()


def test_names_sort_by_the_users_own_clock() -> None:
    assert mail_name(mail(subject="Re: Ball valves"), ZONE) == "2026-11-23_1700_Re-Ball-valves"


@pytest.mark.parametrize("part", ["..", ".", "", "a/b", "/etc", "a\0b"])
def test_no_part_leads_out_of_the_directory(tmp_path: Path, part: str) -> None:
    with pytest.raises(UnsafeState):
        open_below(tmp_path, [part])


def test_a_directory_that_others_may_write_is_refused(tmp_path: Path) -> None:
    ours = tmp_path / "ours"
    ours.mkdir(mode=0o755)
    ours.chmod(0o755)
    assert open_root(ours) == ours.resolve()
    assert stat.S_IMODE(ours.stat().st_mode) == 0o755, "a place of the user's own keeps its mode"
    for mode in (0o777, 0o775, 0o1777):
        ours.chmod(mode)
        with pytest.raises(UnsafeState, match="can be written by others"):
            open_root(ours)
    (tmp_path / "file").write_text("")
    with pytest.raises(UnsafeState, match="not a directory"):
        open_root(tmp_path / "file")
    assert stat.S_IMODE(open_root(tmp_path / "new").stat().st_mode) == 0o700


def test_a_link_that_lies_in_the_way_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir(mode=0o700)
    (tmp_path / "out/anna@armaturen.example").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnsafeState, match="symbolic link"):
        write_folder(dossier(), [], tmp_path / "out", ZONE, None, NOW)
    assert list((tmp_path / "elsewhere").iterdir()) == []


# ---- mails ----------------------------------------------------------------------------------------


class Post:
    """A mailbox with some mails, and an index that knows where they lie."""

    def __init__(self, directory: Path) -> None:
        self.server = MemoryServer()
        self.index = Index(directory / "index.sqlite", OWN)
        self.messages: list[Any] = []

    def add(self, message: Any, raw: bytes | None = None) -> None:
        folder = "Sent" if message.direction is Direction.OUT else "INBOX"
        content = raw or f"Message-ID: <{message.id}>\r\nSubject: x\r\n\r\nbody of {message.id}\r\n".encode()
        uid = self.server.deliver(folder, content, message.date)
        with self.index.transaction():
            self.index.add_message(message, Location(folder, self.server.data(folder).uidvalidity, uid), ())
        self.messages.append(message)

    def collector(self) -> Collector:
        mailbox = MemoryMailbox(self.server)
        mailbox.connect()
        return Collector(mailbox, self.index, ZONE)

    def export(self, root: Path) -> Any:
        return write_folder(dossier(messages=tuple(self.messages)), [], root, ZONE, self.collector(), NOW)


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return Post(tmp_path)


def test_mails_lie_whole_in_received_and_sent_and_are_fetched_once(post: Post, tmp_path: Path) -> None:
    big = b"Message-ID: <0@armaturen.example>\r\n\r\n" + os.urandom(300_000)
    post.add(mail(0), big)
    post.add(mail(1, ours=True))
    root = open_root(tmp_path / "out")
    first = post.export(root)
    folder = root / "anna@armaturen.example"
    assert (first.mails.fetched, first.mails.there) == (2, 0)
    assert (folder / "received/2026-11-23_1700_Ball-valves.eml").read_bytes() == big
    assert [p.name for p in (folder / "sent").iterdir()] == ["2026-11-24_1700_Ball-valves.eml"]
    again = post.export(root)
    assert (again.mails.fetched, again.mails.there) == (0, 2)
    for path in folder.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_mails_of_one_minute_and_subject_do_not_overwrite_each_other(post: Post, tmp_path: Path) -> None:
    nameless = "0123@missing.invalid"
    for message in (mail(0), mail(0, id="other@armaturen.example"), mail(0, id=nameless)):
        post.add(message, None if message.id != nameless else b"Subject: x\r\n\r\nnameless\r\n")
    root = open_root(tmp_path / "out")
    for fetched in (3, 0):
        assert post.export(root).mails.fetched == fetched
        found = {p.read_bytes() for p in (root / "anna@armaturen.example/received").iterdir()}
        assert len(found) == 3
    post.add(mail(0, id="aaa@armaturen.example"))
    assert post.export(root).mails.fetched == 1, "one that comes later and sorts first takes nobody's name"
    assert len(list((root / "anna@armaturen.example/received").iterdir())) == 4


def test_a_mail_that_is_gone_or_too_large_is_named_and_the_others_come(post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(3):
        post.add(mail(n), f"Message-ID: <{n}@armaturen.example>\r\n\r\n{'x' * (5000 if n == 1 else 5)}".encode())
    post.server.delete(Box.INBOX, 3)
    monkeypatch.setattr(mails, "LARGEST", 3000)
    root = open_root(tmp_path / "out")
    done = post.export(root)
    assert [m.id[0] for m in done.mails.gone] == ["2"]
    assert [m.id[0] for m in done.mails.large] == ["1"]
    assert done.mails.fetched == 1
    write_overview([done], root, NOW)
    readme = (root / "README.md").read_text()
    assert "no longer where it lay" in readme
    assert "too large" in readme


def test_an_export_of_everybody_does_not_hold_everybodys_mails(post: Post, tmp_path: Path) -> None:
    for n in range(2):
        post.add(mail(n, text="a long letter", new_text="a long letter"))
    post.server.delete(Box.INBOX, 2)
    done = post.export(open_root(tmp_path / "out"))
    assert done.count == 2
    assert [m.id[0] for m in done.mails.gone] == ["1"]
    assert "a long letter" not in repr(done)


def test_another_mail_under_the_same_uid_is_not_taken_for_it(post: Post, tmp_path: Path) -> None:
    post.add(mail(0))
    post.server.data("INBOX").messages[1].raw = b"Message-ID: <stranger@x.example>\r\n\r\nnot hers\r\n"
    assert [m.id for m in post.export(open_root(tmp_path / "out")).mails.gone] == ["0@armaturen.example"]
    post.server.rotate_uidvalidity("INBOX")
    assert post.export(tmp_path / "out").mails.fetched == 0


@pytest.mark.parametrize("broken_by", [LinkLost("cut"), KeyboardInterrupt()])
def test_what_is_broken_off_leaves_no_half_file_and_goes_on(post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken_by: BaseException) -> None:
    for n in range(3):
        post.add(mail(n))
    real = MemoryMailbox.pieces

    def torn(self: MemoryMailbox, folder: Any, stub: Any) -> Any:
        whole = b"".join(real(self, folder, stub))
        yield whole[:10]
        if stub.uid == 2:
            raise broken_by
        yield whole[10:]

    monkeypatch.setattr(MemoryMailbox, "pieces", torn)
    root = open_root(tmp_path / "out")
    with pytest.raises(type(broken_by)):
        post.export(root)
    received = root / "anna@armaturen.example/received"
    assert [p.name for p in received.iterdir()] == ["2026-11-23_1700_Ball-valves.eml"]
    monkeypatch.setattr(MemoryMailbox, "pieces", real)
    done = post.export(root)
    assert (done.mails.fetched, done.mails.there) == (2, 1)


def test_an_overview_of_somebody_else_is_not_overwritten(post: Post, tmp_path: Path) -> None:
    root = open_root(tmp_path / "out")
    done = post.export(root)
    write_overview([done], root, NOW)
    refuse_a_strangers_overview(root)
    assert "anna@armaturen.example" in (root / "index.csv").read_text("utf-8-sig")
    (root / "README.md").write_text("# My own notes\n")
    with pytest.raises(UserError, match="not ours"):
        refuse_a_strangers_overview(root)


