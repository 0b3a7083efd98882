"""`check` names what is missing and what to do about it."""

from followupd.cli.checking import _capabilities, _failures, _folders
from followupd.config import AccountConfig
from followupd.errors import LinkLost, LoginRefused, Problem
from followupd.mailbox.base import Box
from followupd.mailbox.memory import MemoryMailbox, MemoryServer

ACCOUNT = AccountConfig.model_validate(
    {
        "address": "a@b.example",
        "display_name": "A",
        "poll": "2m",
        "imap": {"host": "localhost", "password": {"env": "S"}},
    }
)


def test_every_folder_we_need_is_named() -> None:
    mailbox = MemoryMailbox(MemoryServer())
    mailbox.connect()
    assert [(what, verdict) for what, verdict, _ in _folders(mailbox)] == [
        ("folder inbox", "ok"),
        ("folder sent", "ok"),
        ("folder drafts", "ok"),
        ("folder trash", "ok"),
    ]


def test_no_drafts_folder_fails_and_says_which_key_mends_it() -> None:
    server = MemoryServer()
    server.remove(Box.DRAFTS)
    mailbox = MemoryMailbox(server)
    mailbox.connect()
    told = {what: (verdict, detail) for what, verdict, detail in _folders(mailbox)}
    assert told["folder drafts"][0] == "fail"
    assert "folders.drafts" in told["folder drafts"][1]


def test_a_missing_capability_is_a_warning_with_its_price() -> None:
    mailbox = MemoryMailbox(MemoryServer())
    mailbox.capabilities = frozenset({"UIDPLUS"})
    told = {what: (verdict, detail) for what, verdict, detail in _capabilities(mailbox, ACCOUNT)}
    assert told["UIDPLUS"][0] == "ok"
    assert told["IDLE"][0] == "warn"
    assert "120 s" in told["IDLE"][1]


def test_every_problem_of_an_error_gets_its_line() -> None:
    refused = LoginRefused(Problem("imap.x", "says no", "make an app password"), Problem("", "twice"))
    assert [f.detail for f in _failures("lily", "mailbox", refused)] == [
        "imap.x: says no (make an app password)",
        "twice",
    ]
    assert [f.verdict for f in _failures("lily", "mailbox", LinkLost("gone"))] == ["fail"]
