"""What do we know of one conversation?

Thread > Facts: a pure function. Every mail is judged by itself first; then the buyer's human words are told from the
notes of machines, our quotes from our follow-ups, and the thread is folded into a stage and a move.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from functools import cached_property

from followupd.judging.answered import with_answers
from followupd.judging.buyer import buyer_of
from followupd.judging.message import CHANGED, JudgeContext, judge_message
from followupd.judging.quotes import quotes_of
from followupd.judging.replies import UNCLASSIFIED
from followupd.judging.stage import Word, standing
from followupd.judging.tables import JudgingRules
from followupd.model import (
    Absence,
    Answer,
    Direction,
    Facts,
    Hit,
    Judgement,
    Kind,
    Message,
    OurTurn,
    Own,
    Quantity,
    Quote,
    Risk,
    Terms,
    Thread,
)  # fmt: skip
from followupd.reading.reports import returned

MACHINES = frozenset({Kind.AUTO_REPLY, Kind.BOUNCE, Kind.CHALLENGE, Kind.CALENDAR, Kind.NEWSLETTER})
"""Kinds of incoming mail that are never the buyer's word."""
_PER = re.compile(
    r"(?i)\s*(?:(?:a|per|each|every|/)\s*(?:year|month|quarter|annum|week|set|box|carton|ctn|pack|bag|case)|annually|monthly|yearly)"
)
_YEARLY = re.compile(r"(?i)\b(?:annual|yearly|monthly|per\s+year|year)\b[^.\n]{0,20}$")
_NAMED = re.compile(
    r"(?i)(?:quantity|qty|menge|cantidad|quantidade|quantité|quantità|количество|miktar|الكمية|数量)\W{0,6}$"
)
_RISK_ORDER = (Risk.NONE, Risk.SUSPICIOUS, Risk.FRAUD)
_WEAK = frozenset({"ack"})
ENOUGH_TO_TELL = 60
"""Characters of a mail below which its language is a guess."""
_DELAYED = (
    "(delay)", "delayed", "will continue to try", "will retry", "will be retried", "not yet been delivered",
    "no action is required",
)  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """A thread with every mail of it judged."""

    thread: Thread
    rules: JudgingRules
    judged: Mapping[str, Judgement]

    @cached_property
    def human(self) -> tuple[Message, ...]:
        """The buyer's side's human mails, oldest first."""
        return tuple(
            m for m in self.thread.messages if m.direction is Direction.IN and self.judged[m.id].kind not in MACHINES
        )

    @cached_property
    def ours(self) -> tuple[Message, ...]:
        """Our mails, oldest first."""
        return tuple(m for m in self.thread.messages if m.direction is Direction.OUT)

    @cached_property
    def words(self) -> dict[str, Word]:
        """What each human mail means; an open question is looked for in answers only."""
        return {m.id: Word(m, self.judged[m.id].reply_type, self.judged[m.id].asks) for m in self.human}

    @cached_property
    def quotes(self) -> tuple[Quote, ...]:
        """Our quotes, oldest first."""
        return quotes_of(self.thread.messages, frozenset(self.words), lambda m: self.judged[m.id].terms)


def judge_thread(
    thread: Thread,
    rules: JudgingRules,
    own: Own,
    known: frozenset[str] = frozenset(),
    judged: MutableMapping[str, Judgement] | None = None,
    same_letter: Mapping[str, frozenset[str]] | None = None,
) -> Facts:
    """Facts of a thread. ``known``: addresses we wrote to before; ``judged``: judgements at hand, by Message-ID;
    those made now are added to it.

    ``same_letter``: for mails of which nearly the same text came before, who sent that.

    ``turn`` is the run of our own last mails, also when the buyer answered since. An answer that leaves the move with
    the buyer (ack, holding, waiting_client) has ``answer.at`` later than ``turn.last``: whoever counts silence counts
    from the answer then, with the steps of that turn going on.
    """
    judged = {} if judged is None else judged
    _judge_all(thread, rules, own, known, judged, same_letter or {})
    reading = Reading(thread, rules, judged)
    moves = {m.id: judged[m.id].moves for m in reading.ours}
    at = standing(thread.messages, reading.words, reading.quotes, rules.replies, moves, rules.moves)
    inquiry = reading.human[0] if reading.human else None
    risk, risk_hits = _risk(reading)
    return Facts(
        thread_id=thread.id,
        buyer=buyer_of(thread, reading.human, rules.phrases.places, own),
        stage=at.stage,
        stage_evidence=at.evidence,
        arrives=at.arrives,
        move=at.move,
        inquiry_id=inquiry.id if inquiry else None,
        inquiry=with_answers(judged[inquiry.id], inquiry, thread, judged, frozenset(reading.words), rules) if inquiry else None,
        risk=risk,
        risk_hits=risk_hits,
        turn=_turn(reading),
        answer=_answer(reading),
        absence=_absence(reading),
        quotes=reading.quotes,
        product=_product(reading),
        quantity=_quantity(reading),
        last_in=reading.human[-1].date if reading.human else None,
        last_out=reading.ours[-1].date if reading.ours else None,
        bounced=_bounced(reading),
        spoken=_spoken(reading),
        ordered=at.ordered,
        orders=at.orders,
        sampled=at.sampled,
        stop_wish=next((m.id for m in reading.human if reading.judged[m.id].reply_type == "stop"), ""),
    )


def _judge_all(
    thread: Thread,
    rules: JudgingRules,
    own: Own,
    known: frozenset[str],
    judged: MutableMapping[str, Judgement],
    same_letter: Mapping[str, frozenset[str]],
) -> None:
    for number, message in enumerate(thread.messages):
        if message.id not in judged:
            context = JudgeContext(own, thread.messages[:number], known, same_letter.get(message.id, frozenset()))
            judged[message.id] = judge_message(message, rules, context)


def _turn(reading: Reading) -> OurTurn | None:
    """The run of our last mails; it opens with its first mail, or with its latest new quote."""
    if not reading.ours:
        return None
    last = reading.ours[-1]
    run: list[Message] = []
    for message in reading.thread.messages:
        if message.direction is Direction.OUT:
            run.append(message)
        elif message.id in reading.words and message is not last and _before(message, last, reading):
            run = []
    offers = {q.message_id for q in reading.quotes}
    first = max((n for n, m in enumerate(run) if m.id in offers), default=0)
    return OurTurn(
        id=run[first].id, started=run[first].date, followups=tuple(m.id for m in run[first + 1 :]), last=run[-1].date
    )


def _before(message: Message, last: Message, reading: Reading) -> bool:
    order = reading.thread.messages
    return order.index(message) < order.index(last)


def _answer(reading: Reading) -> Answer | None:
    """The buyer's last human mail that answers something; behind a mere "thanks" stands what was said just before."""
    answers = [m for m in reading.human if reading.judged[m.id].reply_type is not None]
    if not answers:
        return None
    last = answers[-1]
    meant = next(
        (m for m in reversed(_same_run(answers, reading)) if reading.judged[m.id].reply_type not in _WEAK), last
    )
    judgement = reading.judged[meant.id]
    evidence = next((h.evidence for h in judgement.hits if h.signal == f"reply:{judgement.reply_type}"), "")
    return Answer(
        message_id=last.id,
        at=last.date,
        type=judgement.reply_type or UNCLASSIFIED,
        evidence=evidence,
        until=judgement.until,
    )


def _same_run(answers: list[Message], reading: Reading) -> list[Message]:
    """The last answers with no mail of ours between them."""
    after = max((m.date for m in reading.ours if m.date <= answers[-1].date), default=None)
    return [m for m in answers if after is None or m.date >= after] or answers[-1:]


def _spoken(reading: Reading) -> str:
    """The language of our last mail that is long enough to tell."""
    said = (m.language for m in reversed(reading.ours) if m.language != "und" and len(m.new_text) >= ENOUGH_TO_TELL)
    return next(said, "")


def _absence(reading: Reading) -> Absence | None:
    """The last note that somebody is away, unless the buyer's side wrote since."""
    found: Absence | None = None
    for message in reading.thread.messages:
        judgement = reading.judged[message.id]
        if message.direction is not Direction.IN:
            continue
        if judgement.reply_type == "ooo" or (judgement.kind is Kind.AUTO_REPLY and judgement.reply_type == "redirect"):
            found = Absence(message_id=message.id, at=message.date, until=judgement.until)
        elif message.id in reading.words:
            found = None
    return found


def _bounced(reading: Reading) -> bool:
    """Did a mail to the buyer come back for good, with no human word of the buyer since?"""
    bounced = False
    for message in reading.thread.messages:
        if reading.judged[message.id].kind is Kind.BOUNCE:
            bounced = bounced or _final(message, reading.thread.buyer.email)
        elif message.id in reading.words:
            bounced = False
    return bounced


def _final(message: Message, buyer: str) -> bool:
    """Not a mere delay, and not a colleague's address that failed."""
    told = returned(message)
    if told and all(r.action != "failed" for r in told):
        return False
    text = f"{message.subject}\n{message.text[:8000]}".casefold()
    if any(words in text for words in _DELAYED):
        return False
    failed = message.header("x-failed-recipients").casefold()
    return buyer in failed if failed else buyer in text or "@" not in text


def _risk(reading: Reading) -> tuple[Risk, tuple[Hit, ...]]:
    """The gravest risk among the buyer's mails, with what made it so."""
    gravest = max((reading.judged[m.id] for m in reading.human), key=lambda j: _RISK_ORDER.index(j.risk), default=None)
    if gravest is None or gravest.risk is Risk.NONE:
        return Risk.NONE, ()
    risks = {*reading.rules.risk, CHANGED}
    return gravest.risk, tuple(h for h in gravest.hits if h.signal in risks)


def _terms(reading: Reading) -> tuple[Terms, ...]:
    """Terms of the buyer's mails, latest first."""
    return tuple(reading.judged[m.id].terms for m in reversed(reading.human))


def _product(reading: Reading) -> str:
    """The goods as the buyer calls them: their inquiry first; a model number where they give no words."""
    terms = tuple(reversed(_terms(reading)))
    named = next((t.product for t in terms if t.product), "")
    model = next((t.models[0] for t in terms if t.models), "")
    return named or (f"model {model}" if model else "")


def _quantity(reading: Reading) -> str:
    """The amount the buyer asked for last, as written."""
    for message in reversed(reading.human):
        if named := reading.judged[message.id].terms.quantities:
            return _asked_for(message.new_text, named).evidence
    return ""


def _asked_for(text: str, named: tuple[Quantity, ...]) -> Quantity:
    """Which of several amounts is the one to quote for?

    The one behind "quantity"; never the yearly demand or the content of a box while there is another; else the first, unless
    a later one is ten times as large: the first was a set size then.
    """
    marks = {q: _mark_of(text, q) for q in named}
    best = max(marks.values())
    left = [q for q in named if marks[q] == best]
    return next((q for q in left if q.amount >= 10 * left[0].amount), left[0])


def _mark_of(text: str, quantity: Quantity) -> int:
    at = text.find(quantity.evidence)
    before, after = text[max(0, at - 30) : at], text[at + len(quantity.evidence) :][:30]
    if at < 0:
        return 0
    if _PER.match(after) or _YEARLY.search(before):
        return -1
    return 1 if _NAMED.search(before) else 0
