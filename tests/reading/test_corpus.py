"""Mail of strangers, kept beside a checkout: read all of it, and find what was written now."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from followupd.errors import Quarantined
from followupd.model import Message, Own
from followupd.reading.parse import read
from followupd.reading.threads import thread_all

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
OWN = Own(frozenset({"me@us.example"}))
ARRIVED = datetime(2026, 3, 2, tzinfo=UTC)
pytestmark = [pytest.mark.corpus, pytest.mark.skipif(not CORPUS.is_dir(), reason="the evaluation corpus is not here")]


def mail(path: Path) -> Message:
    return read(path.read_bytes(), own=OWN, internaldate=ARRIVED)


def bare(text: str) -> str:
    """Without white space and the dashes above a signature, which the truth holds and our parts do not."""
    return re.sub(r"[\s-]+", "", text)


@pytest.mark.parametrize(("folder", "least"), [("mime/stalwart", 90), ("bounces/sisimai", 300)])
def test_every_mail_is_read_or_set_aside_and_fast_enough(folder: str, least: int) -> None:
    paths = sorted((CORPUS / folder).rglob("*.eml"))
    assert len(paths) >= least
    start, set_aside = time.monotonic(), []
    for path in paths:
        try:
            mail(path)
        except Quarantined:
            set_aside.append(path.name)
    rate = len(paths) / (time.monotonic() - start)
    print(f"{folder}: {len(paths)} mails, {rate:.0f}/s, set aside: {set_aside}")
    assert len(set_aside) <= len(paths) // 50


def test_replies_of_many_clients_yield_exactly_what_was_written_now() -> None:
    right, wrong = 0, []
    for path in sorted((CORPUS / "quoting/talon/standard_replies").glob("*.eml")):
        beside = path.with_name(path.stem + "_reply_text")
        expected = beside.read_text() if beside.exists() else "Hello"  # read in each of them
        message = mail(path)
        if bare(message.new_text) == bare(expected) or bare(message.new_text + message.signature) == bare(expected):
            right += 1
        else:
            wrong.append((path.name, message.new_text[:80]))
    print(f"standard replies: {right} of {right + len(wrong)} exact; wrong: {wrong}")
    assert right == 12


def test_a_list_archive_threads_the_same_in_both_directions() -> None:
    mails = {}
    for path in sorted(p for p in (CORPUS / "threads/notmuch-default").rglob("*") if p.is_file()):
        try:
            message = mail(path)
        except Quarantined:
            continue
        mails[message.id] = message
    assert len(mails) > 30
    forward = thread_all(mails.values(), OWN)
    assert forward == thread_all(reversed(list(mails.values())), OWN)
    assert len(forward) < len(mails)
