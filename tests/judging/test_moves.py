"""What our own mails do to a thread: the examples of rules/moves.yaml, and the stages they lead to."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import pytest
import regex
from judging_at_hand import MONDAY, mail, source, tables

from followupd.errors import ConfigError
from followupd.judging.moves import MoveRule, MoveRules
from followupd.judging.quotes import quote_of
from followupd.judging.stage import Standing, Word, standing
from followupd.judging.terms import extract_terms
from followupd.model import Attachment, Direction, Message, Quote, Side
from followupd.rulesource import RuleSource, read_rules


@cache
def moves() -> MoveRules:
    return MoveRules.build(read_rules())


def of(text: str, *, files: tuple[str, ...] = (), id: str = "ours@test", day: int = 0) -> Message:
    held = tuple(Attachment(filename=name, content_type="application/pdf", size=9) for name in files)
    return mail(text, id=id, date=MONDAY + timedelta(days=day), direction=Direction.OUT, attachments=held, language="und")


def names(text: str, *files: str) -> list[str]:
    return [m.id for m in moves().in_mail(of(text, files=files), tables().replies.calendar)]


@pytest.mark.parametrize("rule", moves().moves, ids=lambda r: r.id)
def test_a_move_keeps_its_examples(rule: MoveRule) -> None:
    assert [t for t in rule.entry.match if rule.id not in names(t)] == []
    assert [t for t in rule.entry.no_match if rule.id in names(t)] == []
    assert regex.search(r"\p{Han}", rule.entry.zh)


@pytest.mark.parametrize(
    ("text", "move"),
    [
        ("Die Proforma finden Sie im Anhang.", "pi_sent"),
        ("Adjuntamos la factura proforma PF-22.", "pi_sent"),
        ("Во вложении проформа-инвойс.", "pi_sent"),
        ("Ekte proforma faturamızı bulabilirsiniz.", "pi_sent"),
        ("Les échantillons ont été expédiés hier par DHL.", "sample_sent"),
        ("Numuneler bugün kargoya verildi.", "sample_sent"),
        ("تم إرسال العينات اليوم عبر DHL.", "sample_sent"),
        ("样品今天寄出,顺丰单号SF1234567。", "sample_sent"),
        ("Il container è partito ieri, la merce è stata imbarcata.", "shipped"),
        ("Груз отправлен вчера.", "shipped"),
        ("Recebemos o depósito, obrigado.", "in_production"),
        ("Wir haben Ihre Anzahlung erhalten.", "in_production"),
        ("Wir akzeptieren Ihren Zielpreis von 2,10 USD.", "target_accepted"),
        ("Bitte teilen Sie uns Menge und Hafen mit: nennen Sie uns die Stückzahl.", "qualifying"),
    ],
)
def test_it_is_read_in_the_ten_languages(text: str, move: str) -> None:
    assert move in names(text)


@pytest.mark.parametrize(
    "text",
    [
        "Our terms: 30% deposit, balance against copy of B/L. Lead time 30 days after receipt of the deposit.",
        "We will send you the samples next week.",
        "Once we have the deposit, production starts at once.",
        "Thank you for your order! I will come back to you.",
    ],
)
def test_a_promise_is_no_move(text: str) -> None:
    assert names(text) == []


def test_a_file_called_proforma_is_one() -> None:
    assert names("Please see attached.", "PI-2231.pdf") == ["pi_sent"]
    assert names("Please see attached.", "Proforma Invoice 22.pdf") == ["pi_sent"]
    assert names("Please see attached.", "picture.jpg", "pieces.pdf") == []


def story(*steps: tuple[str, str]) -> Standing:
    """Steps: ("we", text) or (reply type, text); "inquiry" is a word without a type. A price in our text is a quote."""
    messages: list[Message] = []
    words: dict[str, Word] = {}
    quotes: list[Quote] = []
    made = {}
    for day, (who, text) in enumerate(steps):
        if who == "we":
            message = of(text, id=f"m{day}@test", day=day)
            made[message.id] = moves().in_mail(message, tables().replies.calendar)
            if quote := quote_of(message, extract_terms(message, tables())):
                quotes.append(quote)
        else:
            message = mail(text, id=f"m{day}@test", date=MONDAY + timedelta(days=day), direction=Direction.IN)
            words[message.id] = Word(message, None if who == "inquiry" else who, "?" in text)
        messages.append(message)
    return standing(tuple(messages), words, tuple(quotes), tables().replies, made, moves())


ASKED, OFFERED = ("inquiry", "Need lamps."), ("we", "Our price is USD 2.35/pc FOB Ningbo, valid 30 days.")


@pytest.mark.parametrize(
    ("name", "steps", "stage"),
    [
        ("asked what is missing", (ASKED, ("we", "Thank you. How many pieces do you need?")), "qualifying"),
        ("asked and offered", (ASKED, ("we", "Our price is USD 2.35/pc. Which port do you prefer?")), "quoted"),
        ("sent the proforma", (ASKED, OFFERED, ("send_pi", "Send PI."), ("we", "Please find attached our proforma invoice.")), "pi_sent"),
        ("accepted the target", (ASKED, OFFERED, ("target_price", "2.10?"), ("we", "We accept your target price USD 2.10.")), "target_accepted"),
        ("accepted nothing that was not asked", (ASKED, OFFERED, ("we", "We can do this price.")), "quoted"),
        ("asked for the address", (ASKED, OFFERED, ("sample_req", "Sample?"), ("we", "Please send your address for the samples.")), "sample_pending"),
        ("sent samples", (ASKED, OFFERED, ("sample_req", "Sample?"), ("we", "The samples were sent today by DHL.")), "sample_sent"),
        ("production", (ASKED, OFFERED, ("paid", "Paid."), ("we", "We received your deposit, production has started.")), "in_production"),
        ("no shipment out of nothing", (ASKED, ("we", "The goods were shipped.")), "inquiry_new"),
        ("stopped stays stopped", (ASKED, OFFERED, ("stop", "Stop."), ("we", "The samples were sent today.")), "suppressed"),
        ("a proforma ends a pause", (ASKED, OFFERED, ("no_need_now", "Not now."), ("we", "The samples were sent today.")), "sample_sent"),
    ],
)
def test_our_mail_leads(name: str, steps: tuple[tuple[str, str], ...], stage: str) -> None:
    found = story(*steps)
    assert found.stage == stage, name
    assert found.move is Side.THEM


def test_the_day_of_arrival_is_read() -> None:
    due = (MONDAY + timedelta(days=7)).date()
    told = f"The samples were sent today by DHL, tracking number 4412345678. They should arrive on {due:%d %B %Y}."
    assert story(ASKED, OFFERED, ("we", told)).arrives == due
    assert story(ASKED, OFFERED, ("we", "The samples were sent today by DHL.")).arrives is None


def test_a_stage_that_does_not_exist_is_refused_with_its_line() -> None:
    rules = source("moves", "# mine\nmine: {zh: 我, en: mine, stage: nowhere, patterns: {en: ['\\bmine\\b']}}\n")
    stages = {"stages": read_rules().tables["stages"]}
    with pytest.raises(ConfigError, match=r"rules/moves.yaml:2.*nowhere"):
        MoveRules.build(RuleSource({**rules.tables, **stages}))
