"""A thread's facts, told as conversations (DOMAIN 2.2, 5; the traps others paid for)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

import pytest

from followupd.judging.tables import JudgingRules
from followupd.judging.thread import judge_thread
from followupd.model import Address, Direction, Facts, Message, Own, Side, Thread
from followupd.rulesource import read_rules

OWN = Own(frozenset({"lily@brightlamps.cn"}), frozenset({"brightlamps.cn"}), ("Lily Chen", "Bright Lamps"))
ANNA = Address("anna@nordlicht.de", "Anna Kern")
PETER = Address("peter@nordlicht.de", "Peter Voss")
LILY = Address("lily@brightlamps.cn", "Lily Chen")
START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)

INQUIRY = "Dear Lily,\nplease quote 5000 pcs of LED work lamps FOB Ningbo.\nAnna Kern"
QUOTE = "Dear Ms. Kern,\nour price is USD 2.35/pc FOB Ningbo, MOQ 1000 pcs, valid for 20 days."


@cache
def rules() -> JudgingRules:
    return JudgingRules.build(read_rules())


class Talk:
    """Mails of one conversation, by day."""

    def __init__(self) -> None:
        self.mails: list[Message] = []

    def _add(self, day: float, sender: Address, text: str, out: bool, **more: object) -> Talk:
        direction = Direction.OUT if out else Direction.IN
        fields = {
            "id": f"m{len(self.mails)}@test", "date": START + timedelta(days=day), "sender": sender, "text": text,
            "new_text": text, "direction": direction,
            "subject": "Re: LED work lamps" if self.mails else "LED work lamps",
            "language": "en", "in_reply_to": (self.mails[-1].id,) if self.mails else (), "to": (ANNA if out else LILY,),
            "references": tuple(m.id for m in self.mails),
        }  # fmt: skip
        self.mails.append(Message(**{**fields, **more}))  # type: ignore[arg-type]
        return self

    def we(self, day: float, text: str, sender: Address = LILY, **more: object) -> Talk:
        return self._add(day, sender, text, True, **more)

    def they(self, day: float, text: str, sender: Address = ANNA, **more: object) -> Talk:
        return self._add(day, sender, text, False, **more)

    def facts(self, own_rules: JudgingRules | None = None) -> Facts:
        thread = Thread(id="0123456789", messages=tuple(self.mails), buyer=ANNA, subject="LED work lamps")
        return judge_thread(thread, own_rules or rules(), OWN)


def auto(day: float, text: str) -> dict[str, object]:
    return {
        "day": day,
        "text": text,
        "headers": (("auto-submitted", "auto-replied"),),
        "subject": "Automatic reply: LED",
    }


def quoted() -> Talk:
    return Talk().they(0, INQUIRY).we(1, QUOTE)


def test_a_new_inquiry_is_our_move() -> None:
    facts = Talk().they(0, INQUIRY).facts()
    assert (facts.stage, facts.move, facts.turn, facts.answer, facts.quotes) == ("inquiry_new", Side.US, None, None, ())
    assert (facts.inquiry_id, facts.product, facts.quantity) == ("m0@test", "LED work lamps", "5000 pcs")


def test_a_quote_passes_the_move_and_opens_a_turn() -> None:
    facts = quoted().facts()
    assert (facts.stage, facts.move) == ("quoted", Side.THEM)
    assert facts.turn is not None
    assert (facts.turn.id, facts.turn.started, facts.turn.followups) == ("m1@test", START + timedelta(days=1), ())
    assert facts.quotes[-1].valid_until == date(2026, 11, 23)
    assert facts.quotes[-1].missing == ("lead_time", "payment", "packing", "sample")


def test_our_own_sent_copy_is_not_the_buyers_answer() -> None:
    facts = (
        quoted()
        .we(4, "Dear Ms. Kern, the price holds until 23 Nov. Which quantity do you plan?", id="copy@test")
        .facts()
    )
    assert facts.answer is None
    assert facts.turn is not None
    assert (facts.turn.id, facts.turn.followups) == ("m1@test", ("copy@test",))


def test_a_colleague_of_ours_is_us() -> None:
    facts = (
        quoted().we(3, "Hello Anna, I can add that we have stock.", sender=Address("tom@brightlamps.cn", "Tom")).facts()
    )
    assert facts.turn is not None
    assert facts.turn.followups == ("m2@test",)


RESTATED = [
    ("only restates the price", "The offer of USD 2.35/pc still stands. Shall I reserve?", 1),
    ("restates price and validity", "We keep USD 2.35/pc, valid until 23 November.", 1),
    ("a new price", "We can now offer USD 2.20/pc for 5000 pcs.", 2),
    ("a longer validity", "We extend our offer of USD 2.35/pc: valid until 15 December.", 2),
    ("freight only", "The freight to Hamburg is USD 1,200 now.", 1),
    ("no price at all", "Do you need a sample first?", 1),
]


@pytest.mark.parametrize(("case", "text", "quotes"), RESTATED, ids=[c[0] for c in RESTATED])
def test_a_followup_is_no_new_quote(case: str, text: str, quotes: int) -> None:
    facts = quoted().we(5, text).facts()
    assert len(facts.quotes) == quotes
    assert facts.turn is not None
    assert facts.turn.id == ("m1@test" if quotes == 1 else "m2@test")
    assert facts.turn.followups == (("m2@test",) if quotes == 1 else ())


ANSWERS = [
    ("question", "What is the carton size?", "question", Side.US, "quoted"),
    ("price too high", "Your price is too high.", "price_high", Side.US, "negotiating"),
    ("target", "Our target price is USD 2.10.", "target_price", Side.US, "negotiating"),
    ("waiting for a client", "We are waiting for our client's approval.", "waiting_client", Side.THEM, "quoted"),
    (
        "waiting, but asking",
        "We are waiting for our client. Can you send the drawing?",
        "waiting_client",
        Side.US,
        "quoted",
    ),
    ("holding", "We will revert soon.", "holding", Side.THEM, "quoted"),
    ("thanks", "Noted with thanks.", "ack", Side.THEM, "quoted"),
    ("no need now", "We have no need at the moment, please ask again in March.", "no_need_now", Side.THEM, "paused"),
    ("lost", "Sorry, we bought from another supplier.", "lost", Side.THEM, "lost"),
    ("stop", "Please stop emailing me.", "stop", Side.THEM, "suppressed"),
    ("complaint", "12 of the lamps arrived broken.", "complaint", Side.US, "complaint"),
    ("unclear", "Interesting colours in your brochure.", "unclassified", Side.US, "quoted"),
]


@pytest.mark.parametrize(("case", "text", "type", "move", "stage"), ANSWERS, ids=[c[0] for c in ANSWERS])
def test_the_buyers_word_stops_the_clock_or_restarts_it(
    case: str, text: str, type: str, move: Side, stage: str
) -> None:
    facts = quoted().they(3, text).facts()
    assert facts.answer is not None
    assert facts.turn is not None
    assert (facts.answer.type, facts.move, facts.stage) == (type, move, stage)
    assert facts.answer.at > facts.turn.last
    assert facts.turn.id == "m1@test"


def test_the_clock_starts_anew_with_each_turn_of_ours() -> None:
    facts = quoted().they(3, "What is the carton size?").we(4, "The carton is 60 x 40 x 30 cm.").facts()
    assert facts.turn is not None
    assert (facts.turn.id, facts.move, facts.stage) == ("m3@test", Side.THEM, "quoted")
    assert facts.answer is not None
    assert facts.answer.at < facts.turn.started


def test_a_new_quote_after_haggling_stays_a_negotiation() -> None:
    facts = (
        quoted().they(3, "Our target price is USD 2.10.").we(4, "We can do USD 2.20/pc, valid until 30 Nov.").facts()
    )
    assert (facts.stage, facts.move, len(facts.quotes)) == ("negotiating", Side.THEM, 2)
    assert facts.quotes[-1].valid_until == date(2026, 11, 30)


def test_thanks_after_an_order_leave_the_move_with_us() -> None:
    facts = quoted().they(3, "Please send us the PI.").they(3.1, "Thanks!").facts()
    assert facts.answer is not None
    assert (facts.answer.type, facts.answer.message_id, facts.move) == ("send_pi", "m3@test", Side.US)


def test_a_lost_thread_stays_lost_when_we_thank_and_revives_when_they_write() -> None:
    talk = quoted().they(3, "Sorry, we bought from another supplier.").we(4, "Thank you for telling us.")
    assert talk.facts().stage == "lost"
    assert talk.they(40, "Please quote again for 3000 pcs?").facts().stage == "negotiating"


def test_a_stop_wish_is_for_good() -> None:
    facts = quoted().they(3, "Remove us from your list.").they(60, "What is the price for 500 pcs?").facts()
    assert (facts.stage, facts.stop_wish) == ("suppressed", "m2@test")


def test_an_absence_pauses_and_is_no_answer() -> None:
    facts = quoted().they(**auto(1.1, "I am out of the office until 30 November.")).facts()  # type: ignore[arg-type]
    assert facts.absence is not None
    assert (facts.absence.until, facts.answer, facts.move) == (date(2026, 11, 30), None, Side.THEM)
    assert facts.last_in == START


def test_the_buyers_word_ends_the_absence() -> None:
    talk = quoted().they(**auto(1.1, "I am out of the office until 30 November."))  # type: ignore[arg-type]
    assert talk.they(2, "I am back early. What is the carton size?").facts().absence is None


def test_an_automatic_receipt_is_nothing() -> None:
    facts = quoted().they(**auto(1.1, "Your mail was received, ticket 4711.")).facts()  # type: ignore[arg-type]
    assert (facts.absence, facts.answer, facts.move) == (None, None, Side.THEM)


def test_a_colleague_of_the_buyer_answers_for_the_buyer() -> None:
    facts = (
        quoted()
        .they(3, "Our target price is USD 2.10.", sender=PETER, cc=(ANNA, LILY, Address("boss@nordlicht.de")))
        .facts()
    )
    assert facts.answer is not None
    assert facts.move is Side.US
    assert [a.email for a in facts.buyer.cc] == ["boss@nordlicht.de"]
    assert facts.buyer.address == ANNA


DAEMON = Address("mailer-daemon@mx.nordlicht.de")
BOUNCED = (("content-type", "multipart/report; report-type=delivery-status"),)


def test_a_bounce_is_no_word_and_marks_the_thread() -> None:
    facts = (
        quoted()
        .they(
            1.1,
            "Undeliverable: anna@nordlicht.de user unknown 550 5.1.1",
            sender=DAEMON,
            headers=BOUNCED,
            subject="Undelivered Mail Returned to Sender",
        )
        .facts()
    )
    assert (facts.bounced, facts.answer, facts.move) == (True, None, Side.THEM)


def test_a_delay_is_no_bounce() -> None:
    text = "Delivery to anna@nordlicht.de is delayed. We will continue to try. user unknown"
    facts = (
        quoted().they(1.1, text, sender=DAEMON, headers=BOUNCED, subject="Delivery Status Notification (Delay)").facts()
    )
    assert not facts.bounced


def test_the_price_of_quoted_history_makes_no_quote() -> None:
    facts = Talk().they(0, INQUIRY).we(1, "Which colour do you need?", quoted="> USD 1.90/pc").facts()
    assert (facts.quotes, facts.stage, facts.move) == ((), "qualifying", Side.THEM)


def test_a_buyers_target_price_is_no_quote_of_ours() -> None:
    assert (
        quoted().they(3, "Our target price is USD 2.10/pc.").facts().quotes[-1].terms.prices[0].amount.__str__()
        == "2.35"
    )


def test_the_same_thread_gives_the_same_facts() -> None:
    talk = quoted().they(3, "Our target price is USD 2.10.")
    assert talk.facts() == talk.facts()


def test_a_thread_that_we_opened_waits_for_them() -> None:
    facts = Talk().we(0, QUOTE).facts()
    assert (facts.stage, facts.move, facts.inquiry_id) == ("quoted", Side.THEM, None)


def test_judgements_at_hand_are_used() -> None:
    talk = quoted()
    thread = Thread(id="0123456789", messages=tuple(talk.mails), buyer=ANNA)
    fresh = judge_thread(thread, rules(), OWN)
    assert fresh.inquiry is not None
    changed = replace(fresh.inquiry, role="trader")
    again = judge_thread(thread, rules(), OWN, judged={"m0@test": changed})
    assert again.inquiry is not None
    assert again.inquiry.role == "trader"


def test_the_language_we_wrote_in_is_known() -> None:
    german = "Sehr geehrte Frau Kern, vielen Dank für Ihre Anfrage. Unser Preis beträgt 2,35 USD je Stück FOB Ningbo, gültig 30 Tage."
    assert Talk().they(0, INQUIRY).we(1, german, language="de").facts().spoken == "de"
    assert Talk().they(0, INQUIRY).we(1, german, language="de").we(2, "Ok!", language="en").facts().spoken == "de", "too short to tell"
    assert Talk().they(0, INQUIRY).facts().spoken == ""
