"""A draft in an HTML thread: placed with both sides, known again as ours, and a person's once its HTML was edited."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from followupd.mailbox.base import Box
from followupd.mailbox.memory import MemoryServer
from followupd.model import DraftState
from tests.laws.scene import ASKED, DUE, QUOTED, Scene, inquiry, parsed, quote


def with_draft(directory: Path) -> Scene:
    server = MemoryServer()
    asked = inquiry(0)
    offer = quote(0, asked)
    offer.add_alternative(f"<html><body><p>{offer.get_content()}</p></body></html>", subtype="html")
    server.deliver(Box.SENT, offer.as_bytes(), QUOTED)
    server.deliver(Box.INBOX, asked.as_bytes(), ASKED)
    scene = Scene(directory, 1, server)
    scene.turn()
    scene.at(DUE)
    return scene


def test_the_draft_has_both_sides_and_stands_untouched(tmp_path: Path) -> None:
    scene = with_draft(tmp_path)
    (raw,) = scene.bodies()
    assert [part.get_content_type() for part in parsed(raw).iter_parts()] == ["text/plain", "text/html"]
    for hours in (1, 24, 48):
        scene.at(DUE + timedelta(hours=hours))
    assert scene.bodies() == [raw]
    (record,) = scene.ledger.drafts()
    assert record.state is DraftState.PLACED


def test_whoever_edits_the_html_side_alone_has_made_it_his(tmp_path: Path) -> None:
    scene = with_draft(tmp_path)
    (draft,) = scene.drafts()
    head, mark, page = draft.raw.partition(b"text/html")
    scene.server.delete(Box.DRAFTS, draft.uid)
    scene.server.deliver(
        Box.DRAFTS, head + mark + page.replace(b"Best regards", b"Warm regards"), scene.now, ("\\Draft",)
    )
    scene.at(DUE + timedelta(hours=3))
    (record,) = scene.ledger.drafts()
    assert record.state is DraftState.EDITED
