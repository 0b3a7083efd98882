"""What the digest asks a person to do beside writing: each once, and for nobody who is to be left alone."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from followupd.model import Address, Word, WordKind
from followupd.notify.digest import Digest, Task, digest_mail
from followupd.work.digest import gather
from followupd.work.tasks import next_birthday
from tests.stories.play import Stage, _do, play, when
from tests.work.test_digest import ANNA, INQUIRY, QUOTE, story

DAY = timedelta(days=1)
SECOND = {"at": "2026-09-08 10:00", "we": "hand_followup"}


def on(stage: Stage, moment: str) -> Any:
    """The digest of that morning, when there was one the day before."""
    now = when(moment)
    stage.ledger.note("digest_at", (now - DAY).isoformat())
    return gather(stage.desk, now)


def test_after_two_mails_without_an_answer_another_way_is_told_once_with_the_number(tmp_path: Path) -> None:
    stage = play(story(INQUIRY, QUOTE, SECOND), tmp_path)
    mornings = {d: on(stage, f"2026-09-{d:02d} 11:00").calls for d in range(9, 30)}
    assert [d for d, calls in mornings.items() if calls] == [13]
    (task,) = mornings[13]
    assert (task.name, [line.replace(" ", "") for line in task.lines]) == ("Anna Schmidt", ["Tel+49405550123"])
    mail = str(digest_mail(on(stage, "2026-09-13 11:00"), "lily@brightway.example", stage.identity))
    assert "Two mails without an answer" in mail


@pytest.mark.parametrize("word", [{"kind": "mute"}, {"kind": "stage", "value": "lost"}, {"kind": "verdict", "value": "not_a_buyer"}])
def test_who_is_to_be_left_alone_is_not_called_either(tmp_path: Path, word: dict[str, str]) -> None:
    stage = play(story(INQUIRY, QUOTE, SECOND), tmp_path)
    _do(stage, {"at": "2026-09-09 10:00", "word": word})
    stage.now = when("2026-09-09 10:00")
    stage.turn()
    assert on(stage, "2026-09-13 11:00").calls == ()
    assert on(stage, "2026-10-08 11:00").cold == ()


def test_an_answer_makes_the_call_needless(tmp_path: Path) -> None:
    stage = play(story(INQUIRY, QUOTE, SECOND, {"at": "2026-09-10 15:00", "buyer": "reply_question"}), tmp_path)
    assert on(stage, "2026-09-13 11:00").calls == ()


def test_a_buyer_nobody_was_in_touch_with_is_told_of_after_thirty_and_after_sixty_days(tmp_path: Path) -> None:
    stage = play(story(INQUIRY, QUOTE), tmp_path)
    start = when("2026-09-02 11:00")
    days = []
    for n in range(1, 100):
        now = start + n * DAY
        stage.ledger.note("digest_at", (now - DAY).isoformat())
        days += [n for task in gather(stage.desk, now).cold if task.buyer.email in ANNA]
    assert days == [30, 60]


@pytest.mark.parametrize(("language", "step"), [("en", "Next step: a call"), ("zh", "下一步：打个电话")])
def test_the_letter_tells_how_to_reach_him_and_what_to_do(tmp_path: Path, language: str, step: str) -> None:
    stage = play(story(INQUIRY, QUOTE), tmp_path)
    buyer = Address("anna.schmidt@schmidt-armaturen.de", "Anna Schmidt")
    task = Task(buyer=buyer, name="Anna Schmidt", lines=("Tel +49 40 555",), since=stage.now - 6 * DAY, key="call:1")
    digest = Digest(account="lily", now=stage.now, calls=(task,))
    mail = digest_mail(digest, "lily@brightway.example", stage.identity, language)
    plain = mail.get_body(("plain",)).get_content()
    assert step in plain
    assert "Tel +49 40 555" in plain
    assert not digest.empty


def test_a_birthday_is_told_three_days_before_once_and_in_every_year(tmp_path: Path) -> None:
    stage = play(story(INQUIRY, QUOTE), tmp_path)
    told = Word(kind=WordKind.BIRTHDAY, scope="buyer", target="anna.schmidt@schmidt-armaturen.de", value="01-02", note="Anna Schmidt", at=stage.now)
    stage.ledger.add_word(told)
    start, days = datetime(2026, 12, 20, 1, tzinfo=UTC), []
    for n in range(400):
        now = start + n * DAY
        stage.ledger.note("digest_at", (now - DAY).isoformat())
        days += [(now.date(), t.day) for t in gather(stage.desk, now).birthdays]
    assert days == [(date(2026, 12, 30), date(2027, 1, 2)), (date(2027, 12, 30), date(2028, 1, 2))]


@pytest.mark.parametrize("kind", [WordKind.STOP, WordKind.MUTE])
def test_whoever_is_to_be_left_alone_has_no_birthday(tmp_path: Path, kind: WordKind) -> None:
    stage = play(story(INQUIRY, QUOTE), tmp_path)
    who, now = "anna.schmidt@schmidt-armaturen.de", datetime(2026, 12, 30, 1, tzinfo=UTC)
    stage.ledger.add_word(Word(kind=WordKind.BIRTHDAY, scope="buyer", target=who, value="01-02", at=stage.now))
    stage.ledger.note("digest_at", (now - DAY).isoformat())
    assert gather(stage.desk, now).birthdays
    stage.ledger.add_word(Word(kind=kind, scope="buyer", target=who, at=stage.now))
    assert gather(stage.desk, now).birthdays == ()


@pytest.mark.parametrize(
    ("told", "after", "day"),
    [
        ("04-17", date(2026, 4, 16), date(2026, 4, 17)),
        ("04-17", date(2026, 4, 17), date(2027, 4, 17)),
        ("02-29", date(2026, 1, 1), date(2026, 2, 28)),
        ("02-29", date(2028, 1, 1), date(2028, 2, 29)),
        ("13-40", date(2026, 1, 1), None),
        ("", date(2026, 1, 1), None),
        ("soon", date(2026, 1, 1), None),
    ],
)
def test_the_next_birthday(told: str, after: date, day: date | None) -> None:
    assert next_birthday(told, after) == day
