"""Which moments are killed while mail comes, drafts come due and buyers answer?"""

from __future__ import annotations

from datetime import datetime, timedelta

from followupd.mailbox.base import Box
from tests.kill import people
from tests.kill.tales import HOUR, NOON, answers, asked, letter, quoted, standing, tale, waiting
from tests.kill.world import World
from tests.laws.scene import ASKED, DUE, QUOTED, inquiry, mail, quote, reply
from tests.stories.play import TEXTS

# ---- mail comes ---------------------------------------------------------------------------------------


@tale("the very first look, at an empty mailbox")
def _(world: World) -> datetime:
    return DUE


@tale("the very first look, at three quotes that have gone quiet")
def _(world: World) -> datetime:
    for n in range(3):
        quoted(world, n)
    return DUE


@tale("a new inquiry")
def _(world: World) -> datetime:
    world.once(ASKED - HOUR)
    asked(world)
    return ASKED + HOUR


@tale("an inquiry, a vague one, a newsletter and a pitch at once")
def _(world: World) -> datetime:
    world.once(ASKED - HOUR)
    asked(world)
    for n, text in enumerate(("vague", "newsletter", "pitch_forwarder"), 1):
        letter(world, n, text)
    return ASKED + HOUR


@tale("a quote in Sent")
def _(world: World) -> datetime:
    first = asked(world)
    world.once(ASKED + HOUR)
    world.put(Box.SENT, quote(0, first), QUOTED)
    return QUOTED + HOUR


@tale("nothing new at all")
def _(world: World) -> datetime:
    waiting(world)
    return QUOTED + 30 * HOUR


# ---- drafts come due ----------------------------------------------------------------------------------


@tale("one follow-up is due")
def _(world: World) -> datetime:
    waiting(world)
    return DUE


@tale("five follow-ups are due")
def _(world: World) -> datetime:
    waiting(world, 5)
    return DUE


@tale("two threads of one buyer are due")
def _(world: World) -> datetime:
    quoted(world)
    second = inquiry(0, ASKED + HOUR)
    second.replace_header("Subject", "Gate valves for another project")
    world.put(Box.INBOX, second, ASKED + HOUR)
    offer = quote(0, second, QUOTED + HOUR)
    offer.replace_header("Subject", "Re: Gate valves for another project")
    world.put(Box.SENT, offer, QUOTED + HOUR)
    world.once(QUOTED + 6 * HOUR)
    return DUE + HOUR


@tale("a follow-up is due and its buyer has just answered")
def _(world: World) -> datetime:
    offers = waiting(world, 2)
    answers(world, offers[0], "reply_question", DUE - HOUR)
    return DUE


@tale("the second follow-up is due")
def _(world: World) -> datetime:
    standing(world)
    people.sends(world, world.drafts()[0], DUE + HOUR)
    world.once(DUE + 2 * HOUR)
    return DUE + timedelta(days=9)


@tale("the validity of the quote ends")
def _(world: World) -> datetime:
    standing(world)
    people.sends(world, world.drafts()[0], DUE + HOUR)
    world.once(DUE + 2 * HOUR)
    return QUOTED + timedelta(days=27)


@tale("a draft stands and another is due")
def _(world: World) -> datetime:
    standing(world)
    quoted(world, 7, QUOTED + timedelta(days=5))
    world.once(DUE + HOUR)
    return DUE + timedelta(days=7)


# ---- buyers answer ------------------------------------------------------------------------------------


@tale("the buyer answers while the draft stands")
def _(world: World) -> datetime:
    answers(world, standing(world)[0], "reply_question")
    return NOON


@tale("three buyers answer while their drafts stand")
def _(world: World) -> datetime:
    for n, offer in enumerate(standing(world, 3)):
        answers(world, offer, ("reply_question", "reply_price_high", "reply_no_need")[n], n=n)
    return NOON


@tale("a stop wish while the draft stands")
def _(world: World) -> datetime:
    answers(world, standing(world)[0], "reply_stop")
    return NOON


@tale("a stop wish while another thread of the buyer is due")
def _(world: World) -> datetime:
    offers = waiting(world, 2)
    answers(world, offers[0], "reply_stop", DUE - HOUR)
    return DUE


@tale("the order went elsewhere")
def _(world: World) -> datetime:
    answers(world, standing(world)[0], "reply_lost")
    return NOON


@tale("the buyer waits for his client")
def _(world: World) -> datetime:
    answers(world, standing(world)[0], "reply_waiting_client")
    return NOON


@tale("an answer that nobody understands")
def _(world: World) -> datetime:
    answers(world, standing(world)[0], "reply_odd")
    return NOON


@tale("the buyer is out of the office")
def _(world: World) -> datetime:
    text = TEXTS["ooo_until"]["text"].format(until_date="21 September 2026")
    away = reply(0, waiting(world)[0], DUE - HOUR, text, ours=False)
    away["Auto-Submitted"] = "auto-replied"
    world.put(Box.INBOX, away, DUE - HOUR)
    return DUE


@tale("our quote bounces")
def _(world: World) -> datetime:
    offer = waiting(world)[0]
    text = "Your message could not be delivered: 550 5.1.1 user unknown\n"
    found = mail(0, "MAILER-DAEMON@mx.example", "lily@brightway.example", DUE - HOUR, text, subject="Undeliverable")
    found["In-Reply-To"] = found["References"] = offer["Message-ID"]
    found["Auto-Submitted"] = "auto-replied"
    world.put(Box.INBOX, found, DUE - HOUR)
    return DUE
