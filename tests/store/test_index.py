"""The index answers from the mailbox alone, in any order of arrival, and at a cost that does not grow."""

from __future__ import annotations

import itertools
import random
import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest
from store_makers import ANNA, NOW, OWN, WE, mail

from followupd.errors import StoreFull, TryAgain, UnsafeState, UserError
from followupd.judging.lookalike import lookalike_of
from followupd.model import Action, Address, Buyer, Decision, Facts, Judgement, Kind, Reason, Risk, Verdict
from followupd.reading.threads import node_of, place
from followupd.store import index as index_module
from followupd.store.index import Cursor, Index, Location, SeenDraft

BOB = Address("bob@widgets.example", "Bob")
CONVERSATIONS = (
    mail("i1@x"),
    mail("q1@x", "i1@x", day=1, ours=True),
    mail("a1@x", "i1@x", "q1@x", day=3),
    mail("f1@x", "i1@x", "q1@x", "a1@x", day=4, ours=True),
    mail("i2@x", buyer=BOB),
    mail("q2@x", "i2@x", day=1, ours=True, buyer=BOB),
    mail("late@x", "ghost@x", day=2, buyer=BOB, subject="Hinges"),
    mail("later@x", "ghost@x", day=5, buyer=BOB, subject="Hinges"),
    mail("alone@x", day=9, subject="A new subject of Anna"),
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "index.sqlite"


@pytest.fixture
def index(path):
    opened = Index(path, OWN)
    yield opened
    opened.close()


def store(index, *messages, folder="INBOX"):
    with index.transaction():
        for uid, message in enumerate(messages, 1):
            index.add_message(message, Location(folder, 1, uid), place(message, index).thread_ids)


def shape(index):
    return {row.id: tuple(m.id for m in index.thread(row.id).messages) for row in index.rows()}


def facts(thread_id, **more):
    judged = Judgement(kind=Kind.INQUIRY, verdict=Verdict.GENUINE, score=4.5)
    base = {"inquiry_id": "i1@x", "inquiry": judged, "stage": "quoted", "risk": Risk.SUSPICIOUS}
    buyer = Buyer(address=ANNA, company="Lichthaus", country="DE")
    return Facts(thread_id=thread_id, buyer=buyer, **{**base, **more})


def decision(thread_id, due=None, action=Action.NONE):
    return Decision(thread_id=thread_id, action=action, reason=Reason.NOT_DUE, stage="quoted", at=NOW, next_due=due)


# ---- law 1 ----------------------------------------------------------------------------------------


def test_law_1_the_same_mails_in_any_order_give_the_same_threads(tmp_path):
    chance = random.Random(7)
    orders = [CONVERSATIONS, CONVERSATIONS[::-1]]
    orders += [chance.sample(CONVERSATIONS, len(CONVERSATIONS)) for _ in range(40)]
    shapes = []
    for n, order in enumerate(orders):
        index = Index(tmp_path / f"{n}.sqlite", OWN)
        store(index, *order)
        shapes.append(shape(index))
        index.close()
    assert all(s == shapes[0] for s in shapes)
    assert sorted(map(len, shapes[0].values())) == [1, 2, 2, 4]


def test_every_order_of_a_thread_whose_root_comes_last_keeps_no_stale_thread(tmp_path):
    for n, order in enumerate(itertools.permutations(CONVERSATIONS[:4])):
        index = Index(tmp_path / f"{n}.sqlite", OWN)
        store(index, *order)
        (id,) = shape(index)
        assert {index.thread_of(m.id) for m in order} == {id}
        assert index.dirty() == {id}
        assert index.thread(id).id == id
        index.close()


def test_two_buyers_with_one_subject_never_merge(index):
    store(index, *CONVERSATIONS[:6])
    assert index.thread_of("i1@x") != index.thread_of("i2@x")
    assert index.threads_of_buyer(ANNA.email) == {index.thread_of("i1@x")}


def test_threads_whose_ids_meet_by_chance_stay_apart(index, monkeypatch):
    real = index_module.assemble

    def same_id(messages, own):
        found = real(messages, own)
        return type(found)(id="0000000000", messages=found.messages, buyer=found.buyer, subject=found.subject)

    monkeypatch.setattr(index_module, "assemble", same_id)
    store(index, CONVERSATIONS[0], CONVERSATIONS[4], CONVERSATIONS[1], CONVERSATIONS[5])
    assert sorted(map(len, shape(index).values())) == [2, 2]
    for id in shape(index):
        assert index.thread(id).id == id


def test_what_goes_in_comes_out(index):
    message = mail("i1@x", text="Größe 你好 \u2028 end", headers=(("list-id", "x"),), size=77)
    store(index, message)
    assert index.message("i1@x") == message
    assert index.message("nobody@x") is None
    assert index.by_ids(["i1@x"])[0] == node_of(message, OWN).__class__(
        **{f: getattr(node_of(message, OWN), f) for f in node_of(message, OWN).__slots__ if f != "thread_id"},
        thread_id=index.thread_of("i1@x"),
    )


# ---- transactions ---------------------------------------------------------------------------------


def test_a_turn_that_fails_leaves_neither_mail_nor_cursor(index, path):
    def turn():
        with index.transaction():
            index.add_message(CONVERSATIONS[0], Location("INBOX", 1, 1), ())
            with index.transaction():
                index.set_cursor("INBOX", Cursor(uidvalidity=1, last_uid=1))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        turn()
    assert index.counts() == (0, 0)
    assert index.cursor("INBOX") is None
    store(index, CONVERSATIONS[0])
    assert index.counts() == (1, 1), "the next transaction works"


def test_a_killed_process_loses_the_turn_it_was_in_and_nothing_else(path):
    import subprocess
    import sys

    Index(path, OWN).close()
    script = (
        "import os, sys; from pathlib import Path; from followupd.model import Own; "
        "from followupd.store.index import Cursor, Index\n"
        "i = Index(Path(sys.argv[1]), Own(frozenset()))\n"
        "with i.transaction(): i.set_cursor('A', Cursor(uidvalidity=1, last_uid=5))\n"
        "with i.transaction():\n    i.set_cursor('A', Cursor(uidvalidity=1, last_uid=9)); os.kill(os.getpid(), 9)\n"
    )
    assert subprocess.run([sys.executable, "-c", script, str(path)], check=False).returncode == -9
    index = Index(path, OWN)
    assert index.cursor("A").last_uid == 5
    index.close()


def test_a_full_disk_is_told_and_what_stood_before_still_stands(index):
    store(index, CONVERSATIONS[0])
    index._db.execute("PRAGMA max_page_count=1")
    big = mail("big@x", text="x" * 3_000_000)
    with pytest.raises(StoreFull):
        store(index, big)
    index._db.execute("PRAGMA max_page_count=100000")
    assert index.counts()[0] == 1
    store(index, big)
    assert index.counts()[0] == 2


def test_readers_look_on_while_a_turn_is_being_written(index, path):
    store(index, CONVERSATIONS[0])
    reader = Index(path, OWN, read_only=True)
    with index.transaction():
        index.add_message(CONVERSATIONS[4], Location("INBOX", 1, 9), ())
        assert reader.counts() == (1, 1)
    assert reader.counts() == (2, 2)
    with pytest.raises(UnsafeState):
        reader.set_meta("a", "b")
    reader.close()


# ---- disposable -----------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", ["noise", "other schema", "half made", "empty"])
def test_an_index_that_cannot_be_used_is_built_again(path, damage):
    old = Index(path, OWN)
    store(old, CONVERSATIONS[0])
    old.close()
    if damage == "noise":
        path.write_bytes(b"no database at all" * 400)
    elif damage == "empty":
        path.write_bytes(b"")
    else:
        db = sqlite3.connect(path)
        db.execute("PRAGMA user_version=99" if damage == "other schema" else "DROP TABLE refs")
        db.commit()
        db.close()
    index = Index(path, OWN)
    assert index.counts() == (0, 0)
    store(index, *CONVERSATIONS)
    assert len(shape(index)) == 4
    assert path.stat().st_mode & 0o777 == 0o600
    index.close()


def use_everything(index):
    for n in range(50):
        store(index, mail(f"n{n}@x", f"m{n}@x"))
        index.message(f"m{n}@x")


def test_damage_found_while_running_heals_itself(path):
    index = Index(path, OWN)
    store(index, *(mail(f"m{n}@x", text="x" * 9000) for n in range(50)))
    index.close()
    raw = bytearray(path.read_bytes())
    raw[3 * 4096 :] = b"\xa5" * len(raw[3 * 4096 :])
    path.write_bytes(raw)
    index = Index(path, OWN)
    with pytest.raises(TryAgain):
        use_everything(index)
    store(index, *CONVERSATIONS)
    assert len(shape(index)) == 4
    index.close()


def test_a_command_without_an_index_says_what_to_do_and_makes_none(path):
    with pytest.raises(UserError, match="followupd once"):
        Index(path, OWN, read_only=True)
    assert not path.exists()


@pytest.mark.parametrize("moment", ["just made", "in WAL mode", "tables not committed"])
def test_while_the_index_is_being_made_a_command_says_that_nothing_was_read_yet(path, moment):
    path.touch()
    db = sqlite3.connect(path, isolation_level=None)
    if moment != "just made":
        db.execute("PRAGMA journal_mode=WAL")
    if moment == "tables not committed":
        db.execute("BEGIN")
        db.execute("CREATE TABLE refs (id)")
        db.execute("PRAGMA user_version=99")
    with pytest.raises(UserError, match="nothing was read from the mailbox yet"):
        Index(path, OWN, read_only=True)
    db.close()


def test_tables_and_version_of_a_new_index_come_in_one_transaction(path):
    said = []
    db = sqlite3.connect(path, isolation_level=None)
    db.set_trace_callback(said.append)
    index_module._check_schema(db)
    db.close()
    words = [line.strip().rstrip(";").split()[0] for line in said if line.strip()]
    begun, done = words.index("BEGIN"), words.index("COMMIT")
    assert words.count("BEGIN") == words.count("COMMIT") == 1
    assert all(begun < n < done for n, word in enumerate(words) if word == "CREATE")
    assert any("user_version=" in line for line in said[begun:done])


# ---- facts, decisions, register --------------------------------------------------------------------


def test_due_dirty_and_settled(index):
    store(index, CONVERSATIONS[0], CONVERSATIONS[4])
    one, two = index.thread_of("i1@x"), index.thread_of("i2@x")
    assert index.dirty() == {one, two}
    with index.transaction():
        index.put_decision(decision(one, NOW + timedelta(days=2), Action.ALARM))
        index.put_decision(decision(two))
        index.settle({one, two})
    assert index.dirty() == set()
    assert index.due(NOW) == []
    assert index.due(NOW + timedelta(days=2)) == [one]
    assert index.next_due() == NOW + timedelta(days=2)
    index.put_decision(decision(one))
    assert index.row(one).acted.action is Action.ALARM, "the last decision that did something stays known"
    assert index.row(one).decision.action is Action.NONE
    assert index.next_due() is None
    index.mark_dirty([two, "nobody"])
    assert index.dirty() == {two}


def test_facts_stand_until_the_thread_merges_away_and_the_register_follows(index):
    store(index, CONVERSATIONS[0])
    id = index.thread_of("i1@x")
    index.put_facts(facts(id))
    assert index.facts(id) == facts(id)
    (entry,) = index.register()
    assert (entry.who, entry.company, entry.country, entry.verdict) == (ANNA.email, "Lichthaus", "DE", "genuine")
    assert (entry.risk, entry.date, entry.score) == ("suspicious", NOW, 4.5)
    assert index.register(since=NOW + timedelta(seconds=1)) == ()
    index.put_facts(facts(id, inquiry=None, inquiry_id=None))
    assert index.register() == ()


def test_a_short_id_is_resolved(index):
    store(index, *CONVERSATIONS)
    id = index.thread_of("i1@x")
    assert index.resolve(id) == [id]
    assert id in index.resolve(id[:3])
    assert index.resolve("") == index.resolve("%") == index.resolve("zz") == []


# ---- folders and drafts ---------------------------------------------------------------------------


def test_copies_places_and_a_new_epoch(index):
    store(index, CONVERSATIONS[0])
    copy = Location("Archive", 4, 8)
    index.add_location("i1@x", copy)
    assert set(index.locations("i1@x")) == {copy, Location("INBOX", 1, 1)}
    assert index.message_at(copy) == "i1@x"
    index.forget_location(copy)
    assert index.message_at(copy) is None
    index.set_cursor("INBOX", Cursor(uidvalidity=1, last_uid=1, modseq=2**63 - 1, seen_at=NOW))
    index.quarantine("INBOX", 1, 5, "nested too deep", NOW)
    (status,) = index.folders()
    assert (status.folder, status.mails, status.newest, status.looked_at, status.skipped) == ("INBOX", 1, NOW, NOW, 1)
    index.reset_folder("INBOX")
    assert index.cursor("INBOX") is None
    assert index.locations("i1@x") == ()
    assert index.quarantined() == ()
    assert index.message("i1@x") is not None


def test_the_listing_of_drafts_is_replaced_whole_and_follows_a_merge(index):
    store(index, CONVERSATIONS[2])
    before = index.thread_of("a1@x")
    draft = SeenDraft(uid=3, thread_id=before, fingerprint="f", message=mail("d@x", "a1@x", ours=True))
    index.set_drafts((1, 4, 1), [draft])
    assert index.drafts_mark() == (1, 4, 1)
    assert index.drafts_of(before) == (draft,)
    store(index, mail("i1@x", "older@x"), mail("older@x", day=-3))
    after = index.thread_of("a1@x")
    assert after != before
    assert [d.uid for d in index.drafts_of(after)] == [3]
    index.set_drafts((1, 5, 0), [])
    assert index.drafts() == ()


# ---- cost -----------------------------------------------------------------------------------------


def hot_statements(index):
    """What a turn asks, as SQLite saw it."""
    seen: list[str] = []
    index._db.set_trace_callback(seen.append)
    store(index, mail("new@x", "i1@x", "q1@x", day=6), mail("fresh@x", day=7, subject="Something else"))
    id = index.thread_of("i1@x")
    with index.transaction():
        index.put_facts(facts(id))
        index.put_decision(decision(id, NOW))
        index.settle({id})
        index.mark_dirty({id})
        index.set_keyword("i1@x", "$K")
        index.set_cursor("INBOX", Cursor(uidvalidity=1))
    for ask in (index.thread, index.facts, index.row, index.drafts_of, index.resolve):
        ask(id)
    for ask in (index.message, index.locations, index.keyword_of):
        ask("i1@x")
    index.message_at(Location("INBOX", 1, 1))
    index.threads_of_buyer(ANNA.email)
    index.due(NOW), index.next_due(), index.dirty(), index.cursor("INBOX"), index.meta("drafts")
    index.register(since=NOW)
    index._db.set_trace_callback(None)
    return [s for s in seen if s.split()[0] in {"SELECT", "UPDATE", "DELETE", "INSERT"}]


def test_no_lookup_of_a_turn_reads_a_whole_table(index):
    store(index, *CONVERSATIONS)
    statements = hot_statements(index)
    assert len(statements) > 30
    for statement in statements:
        plan = [row[3] for row in index._db.execute("EXPLAIN QUERY PLAN " + statement)]
        scans = [step for step in plan if step.startswith("SCAN") and step not in {"SCAN p", "SCAN CONSTANT ROW"}]
        scans = [
            s for s in scans if not s.endswith(("threads_dirty", "threads_due"))
        ]  # partial: as long as their answer
        assert scans == [], f"{statement} reads everything: {plan}"


def test_the_check_of_the_plan_can_fail(index):
    plan = [row[3] for row in index._db.execute("EXPLAIN QUERY PLAN SELECT id FROM messages WHERE keyword = 'x'")]
    assert plan[0].startswith("SCAN")


def test_ten_thousand_notices_of_one_subject_do_not_make_the_next_one_dear(index):
    robot = Address("robot@notices.example")
    with index.transaction():
        for n in range(3000):
            notice = mail(f"n{n}@x", day=n / 100, buyer=robot, subject="Your order")
            index.add_message(notice, Location("INBOX", 1, n), ())
    near = index.by_counterpart(robot.email, "your order", NOW + timedelta(days=15), timedelta(days=60))
    assert 0 < len(near) <= 2 * index_module.PEERS
    assert WE.email not in {n.id for n in near}


LETTER = (
    "we are a leading importer of goods in our country and would like to start a long term business with your good company, "
    "so please send your complete catalogue together with the best prices for all items that you produce"
)


def test_contacts_are_those_we_wrote_to_before_that_day_whatever_came_first(index):
    both = [ANNA.email, BOB.email]
    store(index, mail("q9@x", day=6, ours=True, buyer=BOB), mail("q1@x", day=1, ours=True))
    assert index.contacts(both, before=mail("z@x", day=9).date) == {ANNA.email, BOB.email}
    assert index.contacts(both, before=mail("i@x", day=3).date) == {ANNA.email}
    assert index.contacts([ANNA.email], before=mail("z@x", day=9).date) == {ANNA.email}, "nobody else matters to her"
    store(index, mail("q2@x", day=2, ours=True, buyer=BOB))
    assert index.contacts(both, before=mail("i@x", day=3).date) == {ANNA.email, BOB.email}


def test_of_the_contacts_all_are_found_that_a_writer_may_imitate(index):
    """What is asked for a few writers says the same of lookalikes as all contacts together."""
    chance = random.Random(5)
    words = ["buyer", "metal", "steel", "rnetal", "bu1er", "house", "trade", "trades", "vvorks", "works", "valve", "valves"]
    domains = sorted({f"{'-'.join(chance.sample(words, 2))}.{end}" for _ in range(150) for end in ("com", "co", "co.uk")})
    known, strange = domains[::2], [*domains[1::2], "buyer-metals.com", "buvermetal.com", "xn--buyr-metal-9db.com", "unlike-all.example"]
    store(index, *(mail(f"{d}@x", day=1, ours=True, buyer=Address(f"a@{d}")) for d in known))
    imitating = 0
    for domain in strange:
        near = index.contacts([f"eve@{domain}"], before=mail("z@x", day=9).date)
        found = lookalike_of(domain, {e.rpartition("@")[2] for e in near})
        assert found == lookalike_of(domain, known), domain
        imitating += bool(found[1])
        assert len(near) < len(known) / 2
    assert 10 < imitating < len(strange)
    many = [f"eve{n}@{d}" for n in range(3) for d in domains]
    assert index.contacts(many, before=mail("z@x", day=9).date) == {f"a@{d}" for d in known}


def test_nearly_the_same_letter_of_a_stranger_is_known_again(index):
    first = replace(mail("l1@x", buyer=BOB), new_text=f"Dear Lily,\n{LETTER}. Regards, Bob")
    again = replace(mail("l2@y", day=2), new_text=f"Dear Sirs,\n{LETTER}. Tel 12345. Yours Anna")
    other = replace(mail("l3@y", day=3), new_text="please quote two thousand lamps of the new model for our shops in the north and tell us the time of delivery")
    store(index, first, again, other)
    assert index.same_letter(again) == {BOB.email}
    assert index.same_letter(first) == frozenset(), "the earlier one copied nobody"
    assert index.same_letter(other) == frozenset()
    assert index.same_letter(replace(again, sender=Address("carl@widgets.example"))) == frozenset(), "colleagues share a text"
