"""Where does a thread stand, as mail alone tells it, and whose move is it?

A fold over the thread, oldest mail first. Our quote makes it ``quoted``; an answer leads where its effect in
``rules/replies.yaml`` says; ``lost``, ``paused`` and ``suppressed`` outlive our own mails until the buyer's next human
word (``suppressed`` for good: only the user's word re-opens it, DOMAIN 7).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from followupd.judging.moves import MoveEntry, MoveRules
from followupd.judging.reply_tables import Effect, ReplyRules
from followupd.model import Direction, Message, Move, Quote, Side

INQUIRY, QUOTED, NEGOTIATING, SUPPRESSED = "inquiry_new", "quoted", "negotiating", "suppressed"


@dataclass(frozen=True, slots=True)
class Word:
    """A human mail of the buyer's side as judged: its reply type (None: an inquiry) and whether it asks something."""

    message: Message
    type: str | None
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """The result: an id of rules/stages.yaml, a sentence of evidence, and whose move it is."""

    stage: str = INQUIRY
    evidence: str = ""
    move: Side = Side.US
    sticky: bool = False
    quoted: bool = False
    spoke: bool = False
    """We wrote at least once."""
    arrives: date | None = None
    """When what our mail announced arrives (samples, goods)."""
    ordered: bool = False
    orders: tuple[date, ...] = ()
    """The days on which orders began."""
    sampled: bool = False


def standing(
    messages: tuple[Message, ...],
    words: Mapping[str, Word],
    quotes: tuple[Quote, ...],
    replies: ReplyRules,
    moves: Mapping[str, tuple[Move, ...]] | None = None,
    rules: MoveRules | None = None,
) -> Standing:
    """Fold the thread. ``words`` maps the ids of the buyer's human mails to what they mean; other mail is mute.

    ``moves`` maps the ids of our own mails to what they may do.
    """
    return [Standing(), *walk(messages, words, quotes, replies, moves, rules)][-1]


def walk(
    messages: tuple[Message, ...],
    words: Mapping[str, Word],
    quotes: tuple[Quote, ...],
    replies: ReplyRules,
    moves: Mapping[str, tuple[Move, ...]] | None = None,
    rules: MoveRules | None = None,
) -> Iterator[Standing]:
    """Where the thread stood after each of its mails, in their order."""
    at = Standing()
    offers = {q.message_id: q for q in quotes}
    for message in messages:
        before = at
        if message.direction is Direction.OUT:
            quote = offers.get(message.id)
            taken = rules.taken((moves or {}).get(message.id, ()), at.stage, quoted=quote is not None) if rules else None
            at = _moved(_after_ours(at, message, quote), message, *taken) if taken and at.stage != SUPPRESSED else _after_ours(at, message, quote)
        elif message.id in words:
            at = _after_theirs(at, words[message.id], replies)
        at = _marked(before, at, message, words.get(message.id))
        yield at


ORDERED = frozenset({"in_production", "shipped", "balance_due", "after_sales"})
SAMPLED = frozenset({"sample_sent", "sample_delivered"})


NEXT_ORDER = timedelta(days=30)
"""What is paid or begun sooner after an order belongs to it."""


def _marked(before: Standing, at: Standing, message: Message, word: Word | None) -> Standing:
    """What stays true of a buyer whatever comes later: an order and its day, a sample."""
    paid = word is not None and word.type == "paid" and at.quoted
    began = before.stage not in ORDERED and (at.stage in ORDERED or paid)
    day = message.date.date()
    orders = (*at.orders, day) if began and not (at.orders and day - at.orders[-1] < NEXT_ORDER) else at.orders
    ordered = at.ordered or at.stage in ORDERED or paid
    sampled = at.sampled or at.stage in SAMPLED
    if (ordered, sampled, orders) == (at.ordered, at.sampled, at.orders):
        return at
    return replace(at, ordered=ordered, sampled=sampled, orders=orders)


def _after_ours(at: Standing, message: Message, quote: Quote | None) -> Standing:
    at = replace(at, move=Side.THEM, spoke=True)
    if at.stage == SUPPRESSED:
        return at
    if quote is None:
        return at
    figure = quote.terms.prices[0]
    evidence = f"our mail of {message.date:%Y-%m-%d} names {figure.amount} {figure.currency}"
    stage = NEGOTIATING if at.stage == NEGOTIATING else QUOTED
    return replace(at, stage=stage, evidence=evidence, sticky=False, quoted=True)


def _moved(at: Standing, message: Message, move: Move, entry: MoveEntry) -> Standing:
    """Our own mail said what it does: that leads, whatever price stands in it."""
    evidence = f"our mail of {message.date:%Y-%m-%d}: {move.evidence}"
    return replace(at, stage=entry.stage, evidence=evidence, sticky=False, arrives=move.arrives)


def _after_theirs(at: Standing, word: Word, replies: ReplyRules) -> Standing:
    if at.stage == SUPPRESSED:
        return at
    effect = replies.effect(word.type) if word.type else Effect()
    move = _move(word, effect, at)
    if effect.stage and (at.spoke or effect.stage == SUPPRESSED):
        evidence = f"the buyer's mail of {word.message.date:%Y-%m-%d} was read as {word.type}"
        return replace(at, stage=effect.stage, evidence=evidence, move=move, sticky=effect.sticky)
    if at.sticky or at.stage == "complaint":
        back = NEGOTIATING if at.quoted else INQUIRY
        if effect.turn == "them" and not word.asks:
            return replace(at, move=move)
        evidence = f"the buyer wrote again on {word.message.date:%Y-%m-%d}"
        return replace(at, stage=back, evidence=evidence, move=move, sticky=False)
    return replace(at, move=move)


def _move(word: Word, effect: Effect, at: Standing) -> Side:
    """An open question makes it our move whatever else the mail says; a mere "thanks" leaves the move where it was."""
    if effect.turn == "us" or word.asks:
        return Side.US
    if word.type == "ack":
        return at.move if at.spoke else Side.US
    return Side.THEM
