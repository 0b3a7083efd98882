"""Can a person send our draft with Roundcube, and do we notice? Debian's Roundcube in a headless Chromium, Dovecot, an SMTP sink."""

from __future__ import annotations

from pathlib import Path

import pytest

from followupd.model import DraftState
from tests.clients.chrome import CONTROL, HOME, Chrome
from tests.clients.conftest import need
from tests.clients.outcome import EDIT, Sink, judged, parsed, prepared, text_of
from tests.clients.roundcube import HERE, Roundcube
from tests.endtoend.office import Office, until
from tests.servers.dovecot import PASSWORD, Dovecot

pytestmark = [pytest.mark.release, pytest.mark.dovecot, pytest.mark.slow]


@pytest.mark.timeout(900)
def test_a_person_edits_saves_and_sends_our_draft(dovecot: Dovecot, user: str, tmp_path: Path, sink: tuple[Sink, int], shots: Path) -> None:
    need("chromium", "chromedriver", "php")
    if not (HERE / "index.php").exists():
        pytest.skip("needs roundcube-core")
    story = prepared(Office(dovecot, user, tmp_path))
    handler, port = sink
    with Roundcube(dovecot.port, port) as mail, Chrome() as browser:
        browser.go(mail.url)
        browser.type("#rcmloginuser", user)
        browser.type("#rcmloginpwd", PASSWORD)
        browser.click("#rcmloginsubmit")
        browser.find("a.compose")
        browser.go(f"{mail.url}?_task=mail&_mbox=Drafts")
        browser.find("#messagelist tbody tr .subject")
        browser.picture(shots / "roundcube-drafts.png")
        browser.double_click("#messagelist tbody tr .subject")
        browser.type("#composebody", f"{CONTROL}{HOME}{CONTROL}{EDIT}\n\n")
        browser.picture(shots / "roundcube-draft.png")

        browser.click("a.save.draft, button.save.draft, a.savedraft")
        until(lambda: EDIT in text_of(parsed(story.office.mails("Drafts")[0])), f"the saved draft:\n{mail.log()}", 30)
        story.office.once()
        assert story.state is DraftState.EDITED
        (saved,) = story.office.mails("Drafts")
        assert parsed(saved)["References"] == story.draft["References"]

        browser.click("button.send")
        until(lambda: handler.got, f"a sent mail:\n{mail.log()}", 30)
        sent = judged(story, handler)
        browser.go(f"{mail.url}?_task=mail&_mbox=Sent")
        browser.click("#messagelist tbody tr .subject")
        browser.find("#messagecontframe")
        browser.picture(shots / "roundcube-sent.png")
    assert sent["X-Followupd"] is None
