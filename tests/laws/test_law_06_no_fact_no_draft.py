"""Law 6: does every draft carry a fact, and does every figure in it come from the thread?"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from followupd.accounts import rules_in_force
from followupd.mailbox.base import Box
from followupd.mailbox.memory import MemoryServer
from followupd.model import Reason
from followupd.rulesource import read_rules, shipped_rules
from tests.laws.scene import ASKED, DUE, QUOTED, Scene, inquiry, parsed, reply

PUSHY = re.compile(r"did you (get|receive|see)|just checking|follow(ing)? up|reminder|last chance|act now|hurry", re.I)


def own_words(raw: bytes) -> str:
    """The part of a draft that we wrote: neither quoted nor signed."""
    text = str(parsed(raw).get_content())
    return "\n".join(line for line in text.splitlines() if not line.startswith(">")).partition("\nOn ")[0]


def test_every_draft_names_its_evidence(tmp_path: Path) -> None:
    scene = Scene(tmp_path, 6)
    scene.turn()
    scene.now = DUE
    scene.turn()
    assert len(scene.placed) == 6
    for placed in scene.placed:
        assert placed.decision.evidence
        assert not PUSHY.search(own_words(placed.raw))


def test_every_figure_in_a_draft_stands_in_its_thread(tmp_path: Path) -> None:
    scene = Scene(tmp_path, 6)
    scene.turn()
    for day in range(40):
        scene.at(DUE + timedelta(days=day))
        while scene.drafts():
            scene.human_send()
    assert len(scene.placed) >= 12
    for placed in scene.placed:
        thread = scene.index.thread(placed.decision.thread_id)
        assert thread
        known = " ".join(
            [m.text + " " + m.subject for m in thread.messages if m.date < placed.at]
            + [e.value for e in placed.decision.evidence]
            + [scene.identity.phone]
        )
        for figure in re.findall(r"\d[\d,.]*\d|\d", own_words(placed.raw)):
            assert figure.rstrip(".,") in known, (figure, own_words(placed.raw))


def test_a_thread_without_an_offer_gets_no_follow_up(tmp_path: Path) -> None:
    server = MemoryServer()
    asked = inquiry(0)
    server.deliver(Box.INBOX, asked.as_bytes(), ASKED)
    thanks = reply(0, asked, QUOTED, "Dear Anna,\n\nthank you for your mail.\n\nLily Chen\n", ours=True)
    server.deliver(Box.SENT, thanks.as_bytes(), QUOTED)
    scene = Scene(tmp_path, 1, server)
    for day in range(30):
        scene.at(DUE + timedelta(days=day))
        for placed in scene.placed:
            assert not re.search(r"\d", own_words(placed.raw)), "there is no figure to speak of"


@pytest.mark.parametrize(
    "invented",
    ["Only today the price is USD 1.11 per pc.", "The price goes up on 3 October 2026.", "Mr. Johnson bought it too."],
)
def test_a_template_that_invents_something_writes_no_draft(tmp_path: Path, invented: str) -> None:
    """The lint is the last door: what stands neither in the thread nor in a fact does not pass it."""
    scene = with_templates(tmp_path, lambda text: re.sub(r"(?m)^(?=[A-Z])", invented + " ", text))
    assert scene.drafts() == []
    (row,) = scene.index.rows()
    assert row.decision
    assert row.decision.reason in {Reason.LINT_FAILED, Reason.NO_FACT}
    assert row.decision.detail


def test_control_the_same_templates_unchanged_write_one(tmp_path: Path) -> None:
    assert len(with_templates(tmp_path, str).drafts()) == 1


def with_templates(tmp_path: Path, change: Callable[[str], str]) -> Scene:
    """One due buyer under templates of the user's own."""
    scene = Scene(tmp_path / "state", 1)
    own_rules = tmp_path / "rules"
    for shipped in (shipped_rules() / "templates" / "en").glob("*.j2"):
        changed = own_rules / "templates" / "en" / shipped.name
        changed.parent.mkdir(parents=True, exist_ok=True)
        text = shipped.read_text(encoding="utf-8")
        changed.write_text(change(text), encoding="utf-8")
    scene.desk.rules = rules_in_force(read_rules(own_rules))
    scene.turn()
    scene.at(DUE)
    return scene
