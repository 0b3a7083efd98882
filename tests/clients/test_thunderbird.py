"""Can a person send our draft with Thunderbird, and do we notice? Debian's Thunderbird on a virtual screen, Dovecot, an SMTP sink."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from followupd.model import DraftState
from tests.clients.conftest import need
from tests.clients.outcome import EDIT, Sink, judged, parsed, prepared, text_of
from tests.clients.thunderbird import Thunderbird
from tests.endtoend.office import ROOT, Office, until
from tests.servers.dovecot import Dovecot

pytestmark = [pytest.mark.release, pytest.mark.dovecot, pytest.mark.slow]


@pytest.mark.timeout(900)
def test_a_person_edits_saves_and_sends_our_draft(dovecot: Dovecot, user: str, tmp_path: Path, sink: tuple[Sink, int], shots: Path) -> None:
    need("thunderbird", "Xvfb", "xdotool", "import")
    story = prepared(Office(dovecot, user, tmp_path))
    handler, port = sink
    with Thunderbird(user, dovecot.port, port, documented_prefs()) as program:
        program.show("INBOX")
        until(lambda: program.tags() == [["followupd: genuine", "#1b7f4b"]], f"the tag of the inquiry: {program.tags()}", 30)
        program.picture(shots / "thunderbird-inbox.png")
        program.show("Drafts")
        program.picture(shots / "thunderbird-drafts.png")
        program.edit_draft()
        program.keys("ctrl+Home")
        program.type(EDIT)
        program.keys("Return", "Return")
        until(lambda: EDIT in program.text(), f"the edit in the window:\n{program.text()}", 30)
        program.picture(shots / "thunderbird-draft.png")

        program.keys("ctrl+s")
        until(lambda: _saved(story.office), f"the saved draft:\n{program.log()}", 60)
        story.office.once()
        assert story.state is DraftState.EDITED, "Thunderbird gives the draft another Message-ID; the thread tells whose it is"
        (saved,) = story.office.mails("Drafts")
        assert parsed(saved)["References"].split() == story.draft["References"].split()
        assert parsed(saved)["Message-ID"] != story.draft["Message-ID"]

        program.keys("ctrl+Return")
        until(lambda: handler.got, f"a sent mail:\n{program.log()}", 60)
        judged(story, handler)
        program.picture(shots / "thunderbird-sent.png")


def documented_prefs() -> dict[str, object]:
    """The tags and their colours as docs/mail-clients.md tells people to set them."""
    text = (ROOT / "docs/mail-clients.md").read_text(encoding="utf-8")
    found = dict(re.findall(r'^user_pref\("(mailnews\.tags\.[^"]+)", "([^"]+)"\);$', text, re.MULTILINE))
    assert len(found) == 10
    return found


def _saved(office: Office) -> bool:
    """Does exactly one draft stand in Drafts, and is it the edited one?"""
    standing = office.mails("Drafts")
    return len(standing) == 1 and EDIT in text_of(parsed(standing[0]))
