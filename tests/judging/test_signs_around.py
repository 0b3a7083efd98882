"""What do headers, and what is known around a mail, say of its writer?"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from time import perf_counter

import pytest
from judging_at_hand import mail

from followupd.judging.lookalike import lookalike_of
from followupd.judging.message import JudgeContext, judge_message
from followupd.judging.tables import JudgingRules
from followupd.model import Address, Direction, Judgement, Kind, Message, Own, Risk
from followupd.rulesource import read_rules

OURS = Own(frozenset({"amy@factory.example"}), frozenset({"factory.example"}), ("Amy Chen",))
ASKS = "Hello, please quote 12 pumps P-40 with seals, delivered Linz."


@cache
def rules() -> JudgingRules:
    return JudgingRules.build(read_rules())


def come(text: str = ASKS, sender: str = "eva@buyer.example", **more: object) -> Message:
    return mail(text, direction=Direction.IN, sender=Address(sender), **more)  # type: ignore[arg-type]


def judged(message: Message, own: Own = OURS, **around: frozenset[str]) -> Judgement:
    return judge_message(message, rules(), JudgeContext(own, **around))  # type: ignore[arg-type]


def signs(said: Judgement) -> set[str]:
    return {h.signal for h in said.hits}


def results(*values: str) -> tuple[tuple[str, str], ...]:
    return tuple(("authentication-results", v) for v in values)


GATE = Own(frozenset({"amy@factory.example"}), authservs=frozenset({"mx.gate.example"}))
FAIL, PASS = "mx.gate.example; dmarc=fail header.from=buyer.example", "mx.gate.example; dmarc=pass"
AUTHENTICATION = [
    ("the receiving server's failure", OURS, results(FAIL), True),
    ("a forged failure below its own pass", OURS, results(PASS, FAIL), False),
    ("no such header", OURS, (), False),
    ("of the configured server", GATE, results(FAIL), True),
    ("of a server that is not ours", GATE, results("mx.evil.example; dmarc=fail"), False),
    ("ours below a forged one", GATE, results("mx.evil.example; dmarc=pass", FAIL), True),
    ("ours says it is right", GATE, results("mx.evil.example; dmarc=fail", PASS), False),
    ("an empty one", GATE, results(""), False),
]


@pytest.mark.parametrize(("told", "own", "held", "forged"), AUTHENTICATION, ids=[t for t, *_ in AUTHENTICATION])
def test_only_the_receiving_server_says_that_a_sender_is_forged(
    told: str, own: Own, held: tuple[tuple[str, str], ...], forged: bool
) -> None:
    said = judged(come(headers=held), own)
    assert ("dmarc" in signs(said)) is forged
    assert (said.risk is Risk.FRAUD) is forged


def test_spf_alone_is_a_weak_sign_and_none_where_dkim_is_right() -> None:
    failed = judged(come(headers=results("mx; spf=fail; dkim=none")))
    assert "unauthenticated" in signs(failed)
    assert failed.risk is Risk.NONE
    assert "unauthenticated" not in signs(judged(come(headers=results("mx; spf=fail; dkim=pass"))))


ALIKE = [
    ("buyer-metals.example", "letters"),
    ("buyermeta1s.example", "letters"),
    ("buyerrnetals.example", "letters"),
    ("buyermetal.example", "letters"),
    ("buyermetalss.example", "letters"),
    ("buyermetlas.example", "letters"),
    ("buyerm\u0435tals.example", "letters"),
    ("xn--buyermtals-psi.example", "letters"),
    ("buyermetals.test", "ending"),
    ("mail.buyermetals.example", ""),
    ("buyermetals.example", ""),
    ("sellermetals.example", ""),
    ("gmail.com", ""),
]


@pytest.mark.parametrize(("domain", "how"), ALIKE)
def test_domains_made_to_be_taken_for_another(domain: str, how: str) -> None:
    known = {"buyermetals.example", "gmai.com", "abc.example"}
    assert lookalike_of(domain, known) == (("buyermetals.example", how) if how else ("", ""))


def test_short_names_may_differ_in_one_letter() -> None:
    assert lookalike_of("abd.example", {"abc.example"}) == ("", "")
    assert lookalike_of("a6c.example", {"abc.example"}) == ("", "")


def test_whoever_imitates_somebody_we_wrote_to_is_a_fraud_and_an_unknown_firm_is_not() -> None:
    known = frozenset({"hans@buyermetals.example"})
    assert judged(come(sender="hans@buyermeta1s.example"), known=known).risk is Risk.FRAUD
    assert judged(come(sender="hans@buyermeta1s.example")).risk is Risk.NONE
    assert judged(come(sender="boss@fact0ry.example")).risk is Risk.FRAUD, "our own colleagues are imitated as well"
    assert judged(come(sender="hans@buyermetals.test"), known=known).risk is Risk.SUSPICIOUS


SIGNED = "Max Weber\nWeber Tools GmbH\nHamburg, Germany\n"
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
PLACES = [
    ("all fits", SIGNED + "+49 40 123456", "max@weber.de", 60, False),
    ("one thing differs: he travels", SIGNED + "+49 40 123456", "max@weber.de", 480, False),
    ("a phone abroad alone", SIGNED + "+44 20 7946 0000", "max@weber.de", 60, False),
    ("phone and clock", SIGNED + "+234 803 123 4567", "max@weber.example", 330, True),
    ("address and clock", SIGNED, "max@weber.ru", 480, True),
    ("nothing is said", "Max", "max@weber.ru", 480, False),
]


@pytest.mark.parametrize(("told", "signature", "sender", "offset", "differs"), PLACES, ids=[t for t, *_ in PLACES])
def test_places_that_differ_twice(told: str, signature: str, sender: str, offset: int, differs: bool) -> None:
    said = judged(come(sender=sender, signature=signature, utc_offset=offset, date=NOON))
    assert ("places_differ" in signs(said)) is differs
    assert said.risk is Risk.NONE, "a place is never a risk by itself"


def test_the_same_letter_from_others_counts_against_it() -> None:
    said = judged(come(), same_letter=frozenset({"other@else.example"}))
    assert "same_letter" in signs(said)
    assert said.score == pytest.approx(judged(come()).score - 2)


def test_somebody_whom_we_wrote_to_is_no_stranger() -> None:
    assert "known_writer" in signs(judged(come(), known=frozenset({"eva@buyer.example"})))


WORDS = [
    ("two alphabets in a word", "V\u0435r\u0456fy y\u043eur w\u0430llet and \u0430ccount", "mixed_letters", True),
    ("two languages in a text", "Насос P-40 wanted, цена FOB Ningbo, срок", "mixed_letters", False),
    ("a Greek letter as a unit", "resistor 10kΩ, 47kΩ, 4.7kΩ and 5µm foil", "mixed_letters", False),
    ("an address is greeted", "Dear sales@factory.example,\nplease see our order.", "greets_address", True),
    ("a user is greeted", "Dear webmail user, your box is full", "greets_address", True),
    ("an address below the name", "Dear Amy,\nprice please.\nEva\neva@buyer.example", "greets_address", False),
]


@pytest.mark.parametrize(("told", "text", "sign", "found"), WORDS, ids=[t for t, *_ in WORDS])
def test_marks_of_a_program(told: str, text: str, sign: str, found: bool) -> None:
    assert (sign in signs(judged(come(text)))) is found


def test_working_hours_are_the_writers_own() -> None:
    monday_nine_utc = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    assert "working_hours" in signs(judged(come(date=monday_nine_utc, utc_offset=60)))
    assert "working_hours" not in signs(judged(come(date=monday_nine_utc, utc_offset=-480)))
    assert "working_hours" not in signs(judged(come(date=monday_nine_utc)))


LINKS = [
    ("a page that knows the address", "Order: https://page.example/doc?login=sales@factory.example", True),
    ("behind a hash", "Invoice at https://page.example/#sales@factory.example", True),
    ("a message-id in an archive", "See https://lists.example/all/2025.1-2-eva@buyer.example for the order", False),
    ("the way out of a list", "https://page.example/unsubscribe?email=sales@factory.example", False),
]


@pytest.mark.parametrize(("told", "text", "found"), LINKS, ids=[t for t, *_ in LINKS])
def test_links_that_carry_an_address(told: str, text: str, found: bool) -> None:
    assert ("login_url" in signs(judged(come(text)))) is found


ASKED = [
    (
        "engineers name models, too",
        "The PX-220 hangs at boot when the log grows above 20 MB; I attach the trace. " * 5,
        Kind.PERSONAL,
    ),
    ("goods and an amount need no verb", "6205-2RS, 2000 pcs", Kind.INQUIRY),
    ("a verb asks", "Please quote the PX-220. " + "We run it day and night in our mill. " * 9, Kind.INQUIRY),
]


@pytest.mark.parametrize(("told", "text", "kind"), ASKED, ids=[t for t, *_ in ASKED])
def test_a_model_alone_asks_for_nothing(told: str, text: str, kind: Kind) -> None:
    assert judged(come(text)).kind is kind


HOSTILE = [
    "view\n" + "\n \n" * 3_000,
    "click " + " \n" * 5_000,
    "a@" * 4_000,
    "order " * 3_000,
    "1 2 " * 4_000,
    "open\t\n" * 2_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=[repr(t[:8]) for t in HOSTILE])
def test_no_look_at_a_hostile_text_takes_long(text: str) -> None:
    """Empty lines behind "view" once took for ever: repeats within repeats."""
    started = perf_counter()
    judged(come(text, whole=text))
    assert perf_counter() - started < 5


def test_houses_that_differ_by_their_number_are_two() -> None:
    assert lookalike_of("house20.example", {"house10.example"}) == ("", "")
    assert lookalike_of("branch2-steel.example", {"branch1-steel.example"}) == ("", "")
