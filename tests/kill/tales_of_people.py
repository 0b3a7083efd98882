"""Which moments are killed when people act: on drafts, by words on the command line, by dragging a mail?"""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage

from followupd.mailbox.base import Box
from followupd.model import Word, WordKind
from tests.kill import people
from tests.kill.tales import HOUR, NOON, answers, asked, letter, standing, tale, waiting
from tests.kill.world import World
from tests.laws.scene import ASKED, DUE, QUOTED, buyer, reply
from tests.stories.play import TEXTS

# ---- people act ---------------------------------------------------------------------------------------


@tale("a person sends the draft")
def _(world: World) -> datetime:
    standing(world)
    people.sends(world, world.drafts()[0], DUE + HOUR)
    return NOON


@tale("a person sends the draft and the buyer answers")
def _(world: World) -> datetime:
    standing(world)
    sent = people.sends(world, world.drafts()[0], DUE + HOUR)
    answers(world, sent, "reply_question")
    return NOON


@tale("a person edits the draft")
def _(world: World) -> datetime:
    standing(world)
    people.edits(world, world.drafts()[0], DUE + HOUR)
    return NOON


@tale("a person edits the draft and the buyer answers")
def _(world: World) -> datetime:
    offers = standing(world)
    people.edits(world, world.drafts()[0], DUE + HOUR)
    answers(world, offers[0], "reply_question")
    return NOON


@tale("a person deletes the draft")
def _(world: World) -> datetime:
    standing(world)
    people.deletes(world, world.drafts()[0])
    return NOON


@tale("a person moves the draft into Trash")
def _(world: World) -> datetime:
    standing(world)
    people.moves(world, world.drafts()[0], Box.TRASH)
    return NOON


@tale("a person moves the draft into a folder of their own")
def _(world: World) -> datetime:
    standing(world)
    people.moves(world, world.drafts()[0], "Later")
    return NOON


@tale("a person begins a draft of their own where one is due")
def _(world: World) -> datetime:
    people.begins(world, waiting(world)[0], DUE - HOUR)
    return DUE


@tale("a person writes the follow-up by hand")
def _(world: World) -> datetime:
    offer = standing(world)[0]
    world.put(Box.SENT, reply(0, offer, DUE + HOUR, TEXTS["hand_followup"]["text"], ours=True), DUE + HOUR)
    return NOON


@tale("one sent, one edited, one deleted, one left alone")
def _(world: World) -> datetime:
    standing(world, 4)
    first, second, third, _ = world.drafts()
    people.sends(world, first, DUE + HOUR)
    people.edits(world, second, DUE + HOUR)
    people.deletes(world, third)
    return NOON


# ---- words --------------------------------------------------------------------------------------------


def word(about: EmailMessage, kind: WordKind, **more: object) -> Word:
    return Word(kind=kind, scope="thread", target=str(about["Message-ID"]).strip("<>"), at=DUE, **more)  # type: ignore[arg-type]


@tale("mute, while the draft stands")
def _(world: World) -> datetime:
    world.say(word(standing(world)[0], WordKind.MUTE))
    return NOON


@tale("unmute, when the follow-up is due")
def _(world: World) -> datetime:
    offer = waiting(world)[0]
    world.say(word(offer, WordKind.MUTE))
    world.once(QUOTED + 30 * HOUR)
    world.say(word(offer, WordKind.MUTE), forget=True)
    return DUE


@tale("snooze, when the follow-up is due")
def _(world: World) -> datetime:
    world.say(word(waiting(world)[0], WordKind.SNOOZE, until=DUE + timedelta(days=5)))
    return DUE


@tale("a verdict by the command line")
def _(world: World) -> datetime:
    found = letter(world, 1, "vague")
    world.once(ASKED + HOUR)
    world.say(word(found, WordKind.VERDICT, value="genuine"))
    world.say(Word(kind=WordKind.VERDICT, scope="buyer", target="sam@trade-001.example", value="genuine", at=DUE))
    return NOON


@tale("a sample is logged")
def _(world: World) -> datetime:
    world.say(word(waiting(world)[0], WordKind.STAGE, value="sample_sent", until=DUE + timedelta(days=6), note="DHL 12345"))
    return DUE


@tale("a grade")
def _(world: World) -> datetime:
    waiting(world)
    world.say(Word(kind=WordKind.GRADE, scope="buyer", target=buyer(0), value="A", at=DUE))
    return DUE


@tale("five words at once, two of them on one thread")
def _(world: World) -> datetime:
    offers = standing(world, 4)
    world.say(word(offers[0], WordKind.MUTE))
    world.say(word(offers[1], WordKind.SNOOZE, until=DUE + timedelta(days=5)))
    world.say(word(offers[2], WordKind.STAGE, value="won"))
    world.say(word(offers[3], WordKind.SNOOZE, until=DUE + timedelta(days=3)))
    world.say(word(offers[3], WordKind.MUTE))
    return NOON


# ---- corrections --------------------------------------------------------------------------------------


def _dragged(world: World, folder: str, text: str = "vague") -> datetime:
    letter(world, 1, text)
    asked(world)
    world.once(ASKED + HOUR)
    world.house.create(folder)
    world.house.move(Box.INBOX, 1, folder)
    return ASKED + 3 * HOUR


@tale("a mail is dragged into Genuine")
def _(world: World) -> datetime:
    return _dragged(world, "Followup/Genuine")


@tale("a mail is dragged into Not a buyer")
def _(world: World) -> datetime:
    return _dragged(world, "Followup/Not a buyer", "pitch_forwarder")


@tale("a mail is dragged into Fraud")
def _(world: World) -> datetime:
    return _dragged(world, "Followup/Fraud")


@tale("a mail is dragged into Mute while its draft stands")
def _(world: World) -> datetime:
    standing(world)
    world.house.create("Followup/Mute")
    world.house.move(Box.INBOX, 1, "Followup/Mute")
    return NOON


@tale("a correction on a server that cannot move")
def _(world: World) -> datetime:
    world.house.can_move = False
    return _dragged(world, "Followup/Genuine")
