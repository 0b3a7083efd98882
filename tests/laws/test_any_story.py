"""The laws over stories that nobody wrote: buyers, people, the clock and the machine do whatever they like in any order.

The whole turn runs over real stores and a mailbox in memory. 1,000 stories in an ordinary run, always the
same ones; ``FOLLOWUPD_STORIES=50000`` draws as many others by lot.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from followupd.accounts import rules_in_force
from followupd.lab.stage import Stage, opened
from followupd.lab.story import Said, Step
from followupd.mailbox.base import Box
from followupd.model import Action, WordKind
from followupd.rulesource import Entry, RuleSource, read_rules
from followupd.yamlfile import parse_yaml
from tests.laws.faults import FAULTS, INTERRUPTIONS, recover

PARTS = 4
STORIES = int(os.environ.get("FOLLOWUPD_STORIES", "1000"))
BEGINS = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""Before both changes of the clock and with a summer to come."""
ANNA = "Anna Schmidt <anna.schmidt@schmidt-armaturen.de>"
KNOWN = """
slot: {kind: slot, since: 2026-03-01, confirm_by: 2026-12-30, ready_by: 2027-02-15}
copper: {kind: price, since: 2026-04-01, what: the price of copper, old: 9800, new: 9100}
closing: {kind: shutdown, since: 2026-03-01, first: 2026-10-01, last: 2026-10-07, order_by: 2026-08-20}
"""
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
HOURS = st.sampled_from([0, 1, 26, 100])
ANSWERS = ("reply_question", "reply_waiting_client", "reply_price_high", "reply_no_need", "reply_lost", "reply_odd")
OURS = ("quote_valves_30d", "quote_valves_lower", "answer_question", "hand_followup")


def _with_facts() -> RuleSource:
    shipped = read_rules()
    file = parse_yaml(KNOWN, "facts.yaml")
    return RuleSource({**shipped.tables, "facts": {id: Entry(id, d, ((file, (id,)),)) for id, d in file.data.items()}}, shipped.texts, shipped.origins)


PLAIN, TOLD = rules_in_force(read_rules()), rules_in_force(_with_facts())


class AnyStory(RuleBasedStateMachine):
    """One buyer, one salesperson, one machine."""

    def __init__(self) -> None:
        super().__init__()
        self.directory = Path(tempfile.mkdtemp(prefix="followupd-story-", dir=MEMORY))
        self.stage = Stage(self.directory, BEGINS - timedelta(days=1), PLAIN)
        self.stage.now = BEGINS
        self.stage.buyer = ANNA
        self.last_theirs = self.last_ours = None
        self.stopped = self.muted = False
        self.touched: dict[bytes, int] = {}
        self.done_with: set[str] = set()
        """Message-IDs of drafts that a person sent, edited or threw away."""
        self.seen: set[bytes] = set()
        self.interrupted = False

    def teardown(self) -> None:
        self.stage.close()
        shutil.rmtree(self.directory)

    # ---- what happens -----------------------------------------------------------------------------

    def _tick(self) -> None:
        self.stage.now += timedelta(minutes=7)

    def _they(self, text: str, **more: object) -> None:
        self._tick()
        self.stage.buyer_writes(Step.model_validate({"at": self.stage.now, "buyer": text, **more}))
        if "headers" not in more:
            self.last_theirs = self.stage.now

    def _we(self, text: str) -> None:
        self._tick()
        self.stage.we_write(Step.model_validate({"at": self.stage.now, "we": text}))
        self.last_ours = self.stage.now

    def _look(self) -> None:
        """Look, and again after whatever went wrong, as the daemon does."""
        for _ in range(8):
            if self._tries():
                return
            self.stage.now += timedelta(minutes=2)
        raise AssertionError("it never comes to rest")

    def _tries(self) -> bool:
        """One look; False when something went wrong in the middle of it. Every draft that came by it is judged at once."""
        self.seen = {d.raw for d in self.stage.drafts()}
        self.interrupted = True
        try:
            self.stage.turn()
            self.interrupted = False
        except INTERRUPTIONS as error:
            recover(self.stage, error)
        for came in {d.raw for d in self.stage.drafts()} - self.seen:
            assert parseaddr(str(opened(came)["To"]))[1] == parseaddr(ANNA)[1], "law 5"
            assert not self.stopped, "a stop wish is for ever"
            assert not self.muted, "muted is muted"
            assert self.last_theirs is None or self.last_ours is None or self.last_theirs < self.last_ours or self._their_move(), "law 3"
        return not self.interrupted

    def _their_move(self) -> bool:
        """Did the buyer's last word leave the next move with them (they wait for their client)?"""
        thread = self.stage.index.thread_of(self.stage.first_id())
        facts = self.stage.index.facts(thread) if thread else None
        return facts is not None and facts.move == "them"

    @initialize()
    def an_inquiry_and_an_offer(self) -> None:
        self._they("inquiry_valves", subject="Inquiry ball valves")
        self._we("quote_valves_30d")
        self._look()

    @rule(hours=st.sampled_from([1, 5, 20, 26, 50, 100, 200, 500]))
    def time_passes(self, hours: int) -> None:
        self.stage.now += timedelta(hours=hours)
        self._look()

    @rule(days=st.integers(1, 6))
    def somebody_looks_every_day(self, days: int) -> None:
        for _ in range(days):
            self.stage.now += timedelta(days=1)
            self._look()

    @rule(back=st.integers(1, 5))
    def the_clock_jumps_back(self, back: int) -> None:
        newest = max(t for t in (self.last_ours, self.last_theirs) if t)
        self.stage.now = max(newest, self.stage.now - timedelta(hours=back))
        self._look()

    @rule(text=st.sampled_from(ANSWERS), look=st.booleans())
    def the_buyer_answers(self, text: str, look: bool) -> None:
        self._they(text)
        if look:
            self._look()

    @rule()
    def the_buyer_wants_no_more_mail(self) -> None:
        self._they("reply_stop")
        self.stopped = True
        self._look()

    @rule(days=st.integers(1, 20))
    def a_machine_says_that_the_buyer_is_away(self, days: int) -> None:
        until = (self.stage.now + timedelta(days=days)).date().isoformat()
        self._they("ooo_until", subject="Automatic reply: Our offer", until_date=until, headers={"Auto-Submitted": "auto-replied"})
        self._look()

    @rule(text=st.sampled_from(OURS), look=st.booleans())
    def we_write(self, text: str, look: bool) -> None:
        self._we(text)
        if look:
            self._look()

    def _a_draft_stands(self) -> bool:
        return bool(self.stage.drafts())

    @precondition(_a_draft_stands)
    @rule(look=st.booleans())
    def a_person_sends_the_draft(self, look: bool) -> None:
        self._tick()
        self._takes_in_hand()
        self.stage.human_send()
        self.last_ours = self.stage.now
        if look:
            self._look()

    @precondition(_a_draft_stands)
    @rule(look=st.booleans())
    def a_person_edits_the_draft(self, look: bool) -> None:
        self._tick()
        self._takes_in_hand()
        self.stage.human_edit()
        newest = self.stage.drafts()[-1]
        self.touched[newest.raw] = newest.uid
        if look:
            self._look()

    @precondition(_a_draft_stands)
    @rule(into_trash=st.booleans(), look=st.booleans())
    def a_person_throws_the_draft_away(self, into_trash: bool, look: bool) -> None:
        self._tick()
        self._takes_in_hand()
        (self.stage.human_moves if into_trash else self.stage.human_delete)()
        if look:
            self._look()

    def _takes_in_hand(self) -> None:
        draft = self.stage.drafts()[-1].raw
        self.touched.pop(draft, None)
        self.done_with.add(str(opened(draft)["Message-ID"]))

    @precondition(lambda self: not self.stage.drafts())
    @rule()
    def a_person_begins_a_draft(self) -> None:
        self._tick()
        self.stage.human_begins()
        newest = self.stage.drafts()[-1]
        self.touched[newest.raw] = newest.uid
        self._look()

    @rule()
    def a_person_mutes_the_thread(self) -> None:
        self.stage.word(Said(kind=WordKind.MUTE), None)
        self.muted = True
        self._look()

    @rule(days=st.integers(1, 30))
    def a_person_snoozes_the_thread(self, days: int) -> None:
        self.stage.word(Said(kind=WordKind.SNOOZE), self.stage.now + timedelta(days=days))
        self._look()

    @rule(known=st.booleans())
    def facts_come_and_go(self, known: bool) -> None:
        rules = TOLD if known else PLAIN
        self.stage.rules = self.stage.desk.rules = rules
        with self.stage.index.transaction():
            self.stage.index.mark_all_dirty()
        self._look()

    @rule()
    def the_machine_is_switched_off_and_on(self) -> None:
        self.stage.restart()
        self._look()

    @rule()
    def somebody_deletes_the_index(self) -> None:
        self.stage.lose_index()
        self._look()

    # ---- what goes wrong --------------------------------------------------------------------------

    def _strikes(self, fault: str, at: int, hours: int, look: bool) -> None:
        """In the look after so many hours; then somebody looks again at once, or other things happen first."""
        self.stage.now += timedelta(hours=hours)
        with FAULTS[fault](self.stage, at):
            self._tries()
        if look:
            self._look()

    @rule(hours=HOURS, look=st.booleans())
    def the_answer_to_an_append_is_lost(self, hours: int, look: bool) -> None:
        self._strikes("answer", 1, hours, look)

    @rule(hours=HOURS, look=st.booleans())
    def an_append_is_lost_on_its_way(self, hours: int, look: bool) -> None:
        self._strikes("request", 1, hours, look)

    @rule(at=st.integers(1, 40), hours=HOURS, look=st.booleans())
    def the_line_breaks(self, at: int, hours: int, look: bool) -> None:
        self._strikes("line", at, hours, look)

    @rule(at=st.integers(1, 12), hours=HOURS, look=st.booleans())
    def the_process_is_killed(self, at: int, hours: int, look: bool) -> None:
        self._strikes("kill", at, hours, look)

    @rule(at=st.integers(1, 3), hours=HOURS, look=st.booleans())
    def the_disk_is_full(self, at: int, hours: int, look: bool) -> None:
        self._strikes("disk", at, hours, look)

    @rule(box=st.sampled_from([Box.INBOX, Box.SENT, Box.DRAFTS]))
    def a_folder_is_made_anew(self, box: Box) -> None:
        self.stage.server.rotate_uidvalidity(box)
        self._look()

    @rule(kept=st.booleans())
    def the_server_keeps_keywords_or_does_not(self, kept: bool) -> None:
        self.stage.server.keywords = kept

    # ---- what must hold ---------------------------------------------------------------------------

    @invariant()
    def at_most_one_draft_stands(self) -> None:
        assert len(self.stage.drafts()) <= 1, "law 2"

    @invariant()
    def a_persons_draft_is_left_alone(self) -> None:
        assert set(self.touched) <= {d.raw for d in self.stage.drafts()}, "law 4"

    @invariant()
    def what_a_person_sent_or_threw_away_never_returns(self) -> None:
        standing = {str(opened(d.raw)["Message-ID"]) for d in self.stage.drafts()}
        assert not standing & self.done_with, "law 4"

    @invariant()
    def every_draft_came_when_it_might(self) -> None:
        for placed in self.stage.placed:
            to = parseaddr(str(opened(placed.raw)["To"]))[1]
            assert to == parseaddr(ANNA)[1], "law 5"
            assert placed.decision.action is Action.DRAFT
            assert placed.decision.evidence, "law 6"
            assert placed.decision.detail, "law 7"
        new, self.stage.placed = self.stage.placed, []
        for placed in new:
            assert not self.stopped, "a stop wish is for ever"
            assert not self.muted, "muted is muted"
            assert self.last_theirs is None or self.last_ours is None or placed.at > self.last_ours, "law 3"

    @invariant()
    def the_buyers_word_stops_the_clock(self) -> None:
        if self.interrupted:
            return
        if self.last_theirs is None or self.last_ours is None or self.last_theirs <= self.last_ours:
            return
        thread = self.stage.index.thread_of(self.stage.first_id())
        facts = self.stage.index.facts(thread) if thread else None
        if facts is None or facts.last_in is None or facts.last_in < self.last_theirs or facts.move == "them":
            return
        assert all(d.raw in self.touched for d in self.stage.drafts()), "law 3: it is our move, and a draft of ours stands"

    @invariant()
    def nobody_was_written_to(self) -> None:
        sent = [opened(m.raw) for m in self.stage.server.messages(Box.SENT)]
        assert all(parseaddr(str(m["From"]))[1] == self.stage.account.address for m in sent)


FREE = "FOLLOWUPD_STORIES" in os.environ
"""Stories asked for by number are drawn by lot; those of an ordinary run are always the same."""


PHASES = [p for p in Phase if p is not Phase.shrink or "FOLLOWUPD_UNSHRUNK" not in os.environ]
"""Whoever wants to know only whether a story breaks need not wait minutes for the shortest that does."""


def _part(number: int) -> type:
    """A share of the stories, so that workers can divide them."""
    machine = type(f"AnyStory{number}", (AnyStory,), {})
    case = (machine if FREE else seed(number)(machine)).TestCase
    case.settings = settings(
        max_examples=-(-STORIES // PARTS),
        stateful_step_count=14,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
        derandomize=False,
        database=None,
        phases=PHASES,
    )
    return pytest.mark.timeout(86_400 if FREE else 1500)(case)


TestAnyStory1, TestAnyStory2, TestAnyStory3, TestAnyStory4 = map(_part, range(1, PARTS + 1))
