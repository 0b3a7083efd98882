"""Do our threads hold the mails that their references put together, and no others?

imaptest: the sets of the first THREAD answer beside each mailbox (every mail gets one and the same sender: who takes part
is not at issue there). notmuch: whatever In-Reply-To and References connect. Joined by subject is counted apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from followupd.errors import Quarantined
from followupd.model import Message, Own
from followupd.reading.parse import read
from followupd.reading.threads import thread_all

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "threads"
OWN = Own(frozenset({"me@us.example"}))
pytestmark = [pytest.mark.corpus, pytest.mark.skipif(not CORPUS.is_dir(), reason="the evaluation corpus is not here")]
Sets = set[frozenset[str]]

LEFT_OUT = {
    "thread": "references in a circle, which RFC 5256 cuts by tearing one away; we keep together what names each other",
    "thread2": "two mails of one Message-ID, which are one mail to us",
    "thread-orderedsubject": "threads by subject and date alone, which we never make",
    "thread-orderedsubject2": "the same",
}


def mail(raw: bytes, n: int) -> Message:
    return read(raw, own=OWN, internaldate=datetime(2026, 3, 2, n % 24, tzinfo=UTC))


def ours(mails: Iterable[Message]) -> Sets:
    return {frozenset(m.id for m in thread.messages) for thread in thread_all(mails, OWN)}


def answered(spec: str) -> list[list[int]]:
    """The sets of the first untagged THREAD answer, by number of the mail."""
    line = re.search(r"(?im)^\* thread (.*)$", spec)
    depth, sets = 0, []
    for token in re.findall(r"[()]|\d+", line[1] if line else ""):
        if token == "(" and depth == 0:
            sets.append([])
        elif token.isdigit():
            sets[-1].append(int(token))
        depth += {"(": 1, ")": -1}.get(token, 0)
    return sets


@pytest.mark.parametrize("name", ["thread3", "thread4", "thread5", "thread6", "thread7", "thread8"])
def test_imaptest_boxes(name: str) -> None:
    raws = re.split(rb"(?m)^From \S+.*\r?\n", (CORPUS / "imaptest" / f"{name}.mbox").read_bytes())[1:]
    sets = answered((CORPUS / "imaptest" / name).read_text())
    numbers = sorted(n for one in sets for n in one)
    mails = {n: mail(b"From: ann@buyer.example\r\nTo: me@us.example\r\n" + raws[n - 1], n) for n in numbers}
    truth = {frozenset(mails[n].id for n in one) for one in sets}
    assert ours({m.id: m for m in mails.values()}.values()) == truth


def test_every_imaptest_box_is_measured_or_left_out_for_a_reason() -> None:
    names = {path.stem for path in (CORPUS / "imaptest").glob("*.mbox")}
    assert names == {f"thread{n}" for n in range(3, 9)} | set(LEFT_OUT)


def by_references(mails: list[Message]) -> Sets:
    """Connected by naming each other or the same mail."""
    groups: list[tuple[set[str], set[str]]] = []
    for m in mails:
        names = {m.id, *m.in_reply_to, *m.references}
        touching = [g for g in groups if g[1] & names]
        groups = [g for g in groups if not g[1] & names]
        groups.append(({m.id}.union(*(g[0] for g in touching)), names.union(*(g[1] for g in touching))))
    return {frozenset(ids) for ids, _ in groups}


@pytest.mark.parametrize(
    "folder", ["notmuch-default", "notmuch-threading/ghost-root", "notmuch-threading/parent-priority"]
)
def test_list_archives(folder: str) -> None:
    mails = []
    for n, path in enumerate(sorted(p for p in (CORPUS / folder).rglob("*") if p.is_file())):
        try:
            mails.append(mail(path.read_bytes(), n))
        except Quarantined:
            continue
    truth, found = by_references(list({m.id: m for m in mails}.values())), ours({m.id: m for m in mails}.values())
    torn = [one for one in truth if not any(one <= other for other in found)]
    by_subject = [one for one in found if one not in truth and not any(one < other for other in truth)]
    print(
        f"{folder}: {len(mails)} mails, {len(truth)} sets, torn {len(torn)}, joined by subject as well {len(by_subject)}"
    )
    for one in torn:
        print(sorted(one))
    assert torn == []
