"""What happens in one turn, in which order?

    take     the user's own words that waited (mute, stage, verdict, ...)
    forget   who asked for it, with everything that is kept of him              > ledger, index
    pull     what is new on the server; read it, place it into its thread       > index
    late     copies of our drafts that came long after their line was cut       > mailbox
    correct  mails that a person dragged into a correction folder; what they teach  > ledger
    hand     what people did to our drafts: edited, sent, deleted               > ledger
    judge    every thread that changed: Thread > Facts                          > index
    decide   every thread that changed or came due: Facts > Decision (pure)
    write    withdraw and place drafts: intent > look > APPEND > done           > mailbox, ledger
    deliver  alarms to the owner, verdicts as keywords                          > outbox, mailbox
    settle   only now the threads count as done                                 > index
    send     what a person laid into the folder for it, where that is switched on   > SMTP, ledger, mailbox
    catch up with threads that wait to be looked at again, as long as mail does not wait for it

Effects come before the ledger's last word, the ledger before the index: a crash repeats work, never an effect
(DESIGN 3). ``now`` is read once by whoever calls and passed down (law 8).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic

from followupd.model import Action, Decision, Draft
from followupd.work import (
    catch_up,
    corrections,
    decide,
    deliver,
    forget,
    hand,
    judge,
    latecomers,
    learn,
    pull,
    send,
    take,
    write,
)
from followupd.work.desk import Desk


@dataclass
class TurnReport:
    """What one turn did, in figures and by thread."""

    account: str
    at: datetime
    read: int = 0
    skipped: int = 0
    judged: int = 0
    decided: int = 0
    drafted: int = 0
    withdrawn: int = 0
    refused: int = 0
    """Drafts that were composed and not placed: lint, or the buyer wrote meanwhile."""
    alarms: int = 0
    caught_up: int = 0
    """Threads that waited and were looked at again."""
    again: bool = False
    """There is more to do right now: look again before waiting."""
    decisions: list[tuple[str, Decision, Draft | None]] = field(default_factory=list)

    def summary(self) -> str:
        """One line for logs and systemd's STATUS."""
        return (
            f"{self.read} new, {self.skipped} skipped, {self.judged} judged, {self.decided} decided, "
            f"{self.drafted} drafted, {self.withdrawn} withdrawn, {self.alarms} alarms"
        )

    def plus(self, later: TurnReport) -> TurnReport:
        """The figures of two turns of one account, added up."""
        added = {f: getattr(self, f) + getattr(later, f) for f in ("read", "skipped", "judged", "decided", "drafted")}
        added |= {f: getattr(self, f) + getattr(later, f) for f in ("withdrawn", "refused", "alarms", "caught_up", "decisions")}
        return replace(later, **added)


def run_turn(desk: Desk, now: datetime) -> TurnReport:
    """Run one turn. Raises LinkLost and other TryAgain errors; whatever was not settled comes again next time."""
    report, began = TurnReport(desk.name, now), monotonic()
    take.take(desk)
    forget.forget(desk)

    pulled = pull.pull(desk, now)
    report.read, report.skipped = pulled.read, pulled.skipped
    if not pulled.finished:
        report.again = True
        return report
    latecomers.take_back(desk, now)
    corrections.correct(desk, now)
    hand.reconcile(desk, now)
    learn.learn(desk)

    touched = catch_up.at_hand(desk, now)
    report.judged = judge.judge(desk, touched, now)
    decisions = decide.decide(desk, touched, now)
    report.decided = len(decisions)

    written = write.write(desk, decisions, now)
    report.drafted, report.withdrawn = len(written.placed), len(written.withdrawn)
    report.refused, report.again = len(written.refused), written.again
    report.alarms = deliver.deliver(desk, decisions, now)

    settled = decide.settle(desk, touched, decisions, written, now)
    caught = catch_up.catch_up(desk, now, began)
    report.caught_up, report.again = caught.decided, report.again or caught.again
    report.judged, report.decided = report.judged + caught.judged, report.decided + caught.decided
    report.again = send.send(desk, now) or report.again
    report.decisions = [(d.thread_id, d, written.drafts.get(d.thread_id)) for d in settled if _worth_telling(d)]
    return report


def _worth_telling(decision: Decision) -> bool:
    return decision.action is not Action.NONE
