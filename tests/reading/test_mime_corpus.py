"""Do text and subject of legacy, malformed and exemplary MIME agree with what another parser reads there?

The truth lies beside each mail. Where it could not decode a letter (U+FFFD) anything may stand; mails that hang at another
one stand below a dividing line in our text, and are not compared. docs/reading.md names what is left, and why.
"""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from followupd.model import Own
from followupd.reading.body import FORWARD_MARK
from followupd.reading.html import html_to_text
from followupd.reading.normal import normalise, one_line
from followupd.reading.parse import read

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "mime" / "stalwart"
pytestmark = [pytest.mark.corpus, pytest.mark.skipif(not CORPUS.is_dir(), reason="the evaluation corpus is not here")]


def body(part: dict[str, Any]) -> str:
    content = part["body"] if isinstance(part["body"], dict) else {}
    return content.get("Text") or html_to_text(normalise(content.get("Html", "")))


def same(truth: str, ours: str) -> bool:
    known = (re.escape(re.sub(r"\s+", "", normalise(piece))) for piece in re.split("\ufffd+", truth))
    return re.fullmatch(".{0,3}".join(known), re.sub(r"\s+", "", ours)) is not None


def subject(parts: list[dict[str, Any]]) -> str:
    values = (h["value"] for h in parts[0]["headers"] if h["name"] == "subject" and isinstance(h["value"], dict))
    return one_line(next(values, {}).get("Text", ""))


def test_text_and_subject_are_those_that_another_parser_reads() -> None:
    wrong: dict[str, list[str]] = {"text": [], "subject": []}
    slowest = 0.0
    paths = sorted(CORPUS.rglob("*.eml"))
    for path in paths:
        truth = json.loads(path.with_suffix(".json").read_text())
        start = time.perf_counter()
        message = read(path.read_bytes(), own=Own(frozenset()), internaldate=datetime(2026, 3, 2, tzinfo=UTC))
        slowest = max(slowest, time.perf_counter() - start)
        name = f"{path.parent.name}/{path.stem}"
        expected = "\n".join(body(truth["parts"][i]) for i in truth["text_body"])
        if not same(expected, message.text.split(FORWARD_MARK)[0]):
            wrong["text"].append(name)
        if not same(subject(truth["parts"]), message.subject):
            wrong["subject"].append(name)
    for what, names in wrong.items():
        print(f"MIME {what}: {len(paths) - len(names)} of {len(paths)} as expected; not: {names}")
    print(f"slowest mail {slowest * 1000:.0f} ms")
    assert len(paths) == 107
    assert len(wrong["text"]) <= 15
    assert len(wrong["subject"]) <= 1
