"""A person drags a mail into a folder in his mail program: on Dovecot, in two languages, with the daemon running."""

from __future__ import annotations

from pathlib import Path

import pytest

from followupd.cli.folders import NAMES
from followupd.model import Reason, WordKind
from tests.endtoend.office import BUYER, Office, ago, text, until
from tests.servers.dovecot import Dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.slow]


def drag(office: Office, folder: str, source: str = "INBOX") -> None:
    """What a mail program does when a mail is dragged."""
    with office.client(source) as client:
        client.move(client.search(), folder)


def names_on_server(office: Office) -> tuple[set[str], set[str]]:
    """All folders, and those that are subscribed."""
    with office.client() as client:
        return {name for _, _, name in client.list_folders()}, {name for _, _, name in client.list_sub_folders()}


@pytest.mark.timeout(400)
def test_the_folders_are_made_and_a_dragged_mail_is_a_word_and_comes_back(dovecot: Dovecot, user: str, tmp_path: Path) -> None:
    office, names = Office(dovecot, user, tmp_path), NAMES["zh"]
    office.configure(folders={"corrections": names})
    made = office.call("folders", "--make")
    assert made.returncode == 0, made.stderr
    assert made.stdout.count("made") == len(names)
    everything, subscribed = names_on_server(office)
    assert set(names.values()) <= everything & subscribed, "programs that show subscribed folders alone show them, too"

    inquiry = office.mail(text("inquiry_valves"), BUYER, office.us, ago(0.1), subject="Ball valves DN25")
    office.once()
    for said in ("vague", "mute"):
        drag(office, names[said])
        office.once()
        assert len(office.mails("INBOX")) == 1, f"{said}: the mail is put back"
        assert office.mails(names[said]) == []
    assert {(w.kind, w.value) for w in office.words()} == {(WordKind.VERDICT, "vague"), (WordKind.MUTE, "")}
    row = office.row(inquiry)
    assert row is not None
    assert row.decision is not None
    assert row.decision.reason is Reason.MUTED


@pytest.mark.timeout(400)
def test_a_mail_dragged_from_the_inbox_is_heard_by_the_running_daemon(dovecot: Dovecot, user: str, tmp_path: Path) -> None:
    office = Office(dovecot, user, tmp_path)
    assert office.call("folders", "--make").returncode == 0
    office.mail(text("inquiry_valves"), BUYER, office.us, ago(0.1), subject="Ball valves DN25")
    office.once()
    with office.running() as running:
        until(lambda: "watching" in running.log, f"the daemon:\n{running.log}", 90)
        drag(office, "Followup/Not a buyer")
        until(lambda: len(office.mails("INBOX")) == 1 and not office.mails("Followup/Not a buyer"), f"the mail back:\n{running.log}", 120)
        assert running.stop()[0] == 0
    assert {w.value for w in office.words()} == {"not_a_buyer"}
