"""A hash keeps a person out, and only that person; whoever is called nearly so loses nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from store_makers import ANNA, NOW, mail, record

from followupd.model import Address, Direction, Message, Word, WordKind
from followupd.store.forgotten import ERASED, Forgotten, Tombstone, mark_of, new_salt, speaks_of
from followupd.store.ledger import Ledger

SALT = "ab" * 16
BEN = Address("ben@lichthaus.example", "Ben")


def forgotten(email: str = ANNA.email, days: float = 0) -> Forgotten:
    return Forgotten([Tombstone(mark=mark_of(email, SALT), salt=SALT, at=NOW + timedelta(days=days))])


@pytest.mark.parametrize(
    ("message", "about"),
    [
        (mail("his"), True),
        (mail("to him", ours=True), True),
        (mail("at that very moment", day=0), True),
        (mail("later", day=0.001), False),
        (mail("another's", buyer=BEN), False),
        (mail("he is in copy", buyer=BEN, cc=(ANNA,)), False),
        (replace(mail("to two", ours=True), to=(ANNA, BEN)), False),
        (replace(mail("to him, one in copy", ours=True), cc=(BEN,)), True),
        (mail("answers go to him", buyer=BEN, reply_to=(ANNA,)), True),
        (mail("a bounce", buyer=Address("mailer-daemon@x.example"), headers=(("x-failed-recipients", f"x@y.example, {ANNA.email}"),)), True),
    ],
    ids=lambda value: value.id if isinstance(value, Message) else "",
)
def test_whose_mail_it_is(message: Message, about: bool) -> None:
    assert forgotten().about(message) is about
    assert (forgotten().without(message) is None) is about


def test_in_the_mails_of_others_he_is_struck_out_wherever_he_stands() -> None:
    said = f"Ask <{ANNA.email.upper()}>, mailto:{ANNA.email}. Not x{ANNA.email} or {ANNA.email}.cn"
    message = mail("m", buyer=BEN, cc=(ANNA, BEN), new_text=said, text=f"{said}\n> On Monday {ANNA.email} wrote:\n> secret", signature="Ben",
                   quoted=f"> On Monday {ANNA.email} wrote:\n> secret", headers=(("sender", ANNA.email),))  # fmt: skip
    kept = forgotten().without(message)
    assert kept is not None
    assert kept.new_text == f"Ask <{ERASED}>, mailto:{ERASED} Not x{ANNA.email} or {ANNA.email}.cn"
    assert (kept.cc, kept.quoted, kept.headers) == ((BEN,), "", (("sender", ERASED),))
    assert "secret" not in kept.text
    assert forgotten().without(kept) == kept
    assert forgotten(days=-1).without(message) == message, "what came later is not touched"


def test_nobody_forgotten_costs_nothing() -> None:
    message = mail("m")
    assert not Forgotten()
    assert Forgotten().without(message) is message
    assert Forgotten().of(ANNA.email) is None


def test_the_hash_is_salted_and_tells_nothing() -> None:
    one, two = new_salt(), new_salt()
    assert mark_of(ANNA.email, one) != mark_of(ANNA.email, two)
    assert mark_of(f" {ANNA.email.upper()} ", one) == mark_of(ANNA.email, one)
    assert forgotten().of("schmidt@lichthaus.example") is None


@pytest.mark.parametrize(
    ("text", "stands"),
    [("bob@x.example", True), ("<bob@x.example>", True), ("'Bob@X.example',", True), ("see bob@x.example.", True), ("jbob@x.example", False),
     ("j.bob@x.example", False), ("bob@x.example.cn", False), ("bob@x.examples", False)],
)  # fmt: skip
def test_an_address_stands_in_a_text_only_as_a_whole(text: str, stands: bool) -> None:
    assert speaks_of(text, "bob@x.example") is stands


def test_an_address_that_begins_with_a_mark_is_forgotten_too() -> None:
    email = "_bob@x.example"
    kept = forgotten(email).without(mail("m", buyer=BEN, new_text=f"Ask {email}, or <{email}>."))
    assert kept is not None
    assert kept.new_text == f"Ask {ERASED}, or <{ERASED}>."
    assert speaks_of(f"Ask {email}.", email)


def test_the_ledger_loses_his_records_and_nobody_elses(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.json")
    near = f"j{ANNA.email}"
    ledger.put_draft(record("his", buyer=ANNA.email, turn_id="q1@x", message_id="d1@x"))
    ledger.put_draft(record("nears", buyer=near, turn_id="qq1@x", thread_id="ffff", message_id="d2@x"))
    for target in (ANNA.email, near):
        ledger.add_word(Word(kind=WordKind.GRADE, scope="buyer", target=target, value="A", at=NOW))
    for key in ("alarm:reply_owed:q1@x:0", "alarm:reply_owed:qq1@x:0", "installed_at"):
        ledger.note(key, "x")
    stone = ledger.tombstone(ANNA.email, NOW, stop=True)
    ledger.bury([stone])
    assert ledger.erase(ANNA.email, {"q1@x"}, ()) == 3
    ledger.close()
    again = Ledger(tmp_path / "ledger.json")
    assert [d.token for d in again.drafts()] == ["nears"]
    assert [w.target for w in again.words()] == [near]
    assert (again.get("alarm:reply_owed:q1@x:0"), again.get("alarm:reply_owed:qq1@x:0"), again.get("installed_at")) == ("", "x", "x")
    later = again.tombstone(ANNA.email, NOW + timedelta(days=9), stop=False)
    assert (later.stop, later.salt, later.mark) == (True, stone.salt, stone.mark), "a stop wish is not lost by forgetting twice"
    again.bury([later, stone])
    assert again.forgotten.of(ANNA.email) == later
    assert ANNA.email not in json.dumps(json.loads((tmp_path / "ledger.json").read_text())).replace(near, "")


def test_a_stop_wish_is_a_word_on_each_of_his_threads(tmp_path: Path) -> None:
    from followupd.model import Thread

    ledger = Ledger(tmp_path / "ledger.json")
    ledger.bury([ledger.tombstone(ANNA.email, NOW, stop=True)])
    for buyer, stops in ((ANNA, 1), (BEN, 0)):
        thread = Thread(id="t", messages=(mail("new", day=3, buyer=buyer, direction=Direction.IN),), buyer=buyer)
        assert sum(w.kind is WordKind.STOP for w in ledger.view(thread).words) == stops
