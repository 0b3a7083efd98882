"""Which moments are killed when the owner is told, when servers are odd, when much comes or something was lost?"""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from followupd.mailbox.base import Box
from tests.kill.tales import HOUR, NOON, answers, asked, letter, quoted, standing, tale, waiting
from tests.kill.world import LILY, World
from tests.laws.scene import ASKED, DUE, QUOTED, buyer, inquiry, mail, quote, reply

# ---- alarms and digests -------------------------------------------------------------------------------


@tale("a fraud comes and the owner is told")
def _(world: World) -> datetime:
    world.once(ASKED - 3 * HOUR)
    letter(world, 1, "fraud_fee")
    return ASKED + HOUR


@tale("new bank details come and the owner is told")
def _(world: World) -> datetime:
    answers(world, standing(world)[0], "reply_bank")
    return NOON


@tale("an answer is owed and the owner is told")
def _(world: World) -> datetime:
    answers(world, standing(world)[0], "reply_question")
    world.once(NOON)
    return NOON + timedelta(days=3)


@tale("the digest of a new day")
def _(world: World) -> datetime:
    standing(world, 2)
    asked(world, 5, DUE + 2 * HOUR)
    return DUE + timedelta(days=1)


@tale("the mail server of the owner turns everybody away")
def _(world: World) -> datetime:
    standing(world)
    world.post_closed = True
    asked(world, 5, DUE + 2 * HOUR)
    return DUE + timedelta(days=1)


@tale("mail that waited goes out at last")
def _(world: World) -> datetime:
    world.post_closed = True
    standing(world)
    letter(world, 1, "fraud_fee", DUE + HOUR)
    world.once(DUE + 2 * HOUR)
    world.post_closed = False
    return DUE + timedelta(days=1)


@tale("a mail to the owner is set aside after a week")
def _(world: World) -> datetime:
    world.post_closed = True
    standing(world)
    world.once(DUE + HOUR)
    return DUE + timedelta(days=8)


@tale("an account that writes no mail to its owner", smtp=False)
def _(world: World) -> datetime:
    offers = standing(world, 2)
    answers(world, offers[0], "reply_question")
    letter(world, 3, "fraud_fee", NOON - HOUR)
    return NOON


# ---- servers ------------------------------------------------------------------------------------------


def _renumbered(world: World, *boxes: Box) -> datetime:
    for box in boxes:
        world.house.rotate_uidvalidity(box)
    return DUE


@tale("INBOX has a new UIDVALIDITY and follow-ups are due")
def _(world: World) -> datetime:
    waiting(world, 2)
    return _renumbered(world, Box.INBOX)


@tale("Drafts has a new UIDVALIDITY while drafts stand")
def _(world: World) -> datetime:
    standing(world, 2)
    _renumbered(world, Box.DRAFTS)
    return NOON


@tale("every folder has a new UIDVALIDITY and a buyer answers")
def _(world: World) -> datetime:
    offers = standing(world, 2)
    answers(world, offers[0], "reply_question")
    _renumbered(world, Box.INBOX, Box.SENT, Box.DRAFTS, Box.TRASH, Box.ARCHIVE)
    return NOON


@tale("a server without UIDPLUS: three are due")
def _(world: World) -> datetime:
    world.house.uidplus = False
    waiting(world, 3)
    return DUE


@tale("a server without UIDPLUS: the draft is taken back")
def _(world: World) -> datetime:
    world.house.uidplus = False
    answers(world, standing(world)[0], "reply_question")
    return NOON


@tale("a server without UIDPLUS and MOVE: the draft is taken back")
def _(world: World) -> datetime:
    world.house.uidplus = world.house.can_move = False
    answers(world, standing(world)[0], "reply_question")
    return NOON


@tale("a server without keywords")
def _(world: World) -> datetime:
    world.house.keywords = False
    waiting(world)
    asked(world, 5, DUE - HOUR)
    return DUE


@tale("a folder that does not open")
def _(world: World) -> datetime:
    world.house.create("Shared")
    world.house.locked = frozenset({"Shared"})
    waiting(world, 2)
    return DUE


@tale("a folder was renamed")
def _(world: World) -> datetime:
    world.house.create("Old buyers")
    waiting(world, 2)
    world.house.move(Box.INBOX, 1, "Old buyers")
    world.once(QUOTED + 30 * HOUR)
    world.house.folders["Buyers 2026"] = world.house.folders.pop("Old buyers")
    return DUE


@tale("mail is filed and mail is deleted")
def _(world: World) -> datetime:
    waiting(world, 3)
    world.house.create("Hamburg")
    world.house.move(Box.INBOX, 1, "Hamburg")
    world.house.delete(Box.INBOX, 2)
    return DUE


@tale("a copy of a mail in another folder")
def _(world: World) -> datetime:
    waiting(world)
    world.put(Box.ARCHIVE, inquiry(0), ASKED)
    return DUE


@tale("two accounts, each with a follow-up due", accounts=2)
def _(world: World) -> datetime:
    other = next(h for user, h in world.houses.items() if user != LILY)
    first = inquiry(3)
    other.deliver(Box.INBOX, first.as_bytes(), ASKED)
    other.deliver(Box.SENT, quote(3, first).as_bytes().replace(b"lily@", b"lin@"), QUOTED)
    waiting(world)
    return DUE


# ---- what is odd, large or lost -----------------------------------------------------------------------


@tale("a backlog of two hundred and thirty letters")
def _(world: World) -> datetime:
    for n in range(230):
        letter(world, n, "newsletter", ASKED + timedelta(seconds=n))
    quoted(world)
    return DUE


@tale("a mail that cannot be read, between two that can")
def _(world: World) -> datetime:
    world.once(ASKED - HOUR)
    asked(world, 0)
    world.house.deliver(Box.INBOX, b"", ASKED)
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(400))
    world.house.deliver(Box.INBOX, b"From: a@b.example\r\nMessage-ID: <deep@b.example>\r\nMIME-Version: 1.0\r\n" + deep, ASKED)
    asked(world, 1)
    return ASKED + HOUR


@tale("two threads become one")
def _(world: World) -> datetime:
    offers = waiting(world)
    second = mail(0, f"Anna Schmidt <{buyer(0)}>", LILY, ASKED + 2 * HOUR, "One more question on the drawing.\n", subject="Drawing")
    world.put(Box.INBOX, second, ASKED + 2 * HOUR)
    world.once(QUOTED + 7 * HOUR)
    both = reply(0, offers[0], QUOTED + 8 * HOUR, "Here is the drawing again.\n", ours=False)
    both.replace_header("References", f"{both['References']} {second['Message-ID']}")
    world.put(Box.INBOX, both, QUOTED + 8 * HOUR)
    return QUOTED + 9 * HOUR


@tale("the index was lost while drafts stand")
def _(world: World) -> datetime:
    offers = standing(world, 3)
    answers(world, offers[0], "reply_question")
    for path in world.state().glob("index.sqlite*"):
        path.unlink()
    return NOON


@tale("the rules changed: everything is judged anew")
def _(world: World) -> datetime:
    standing(world, 2)
    db = sqlite3.connect(world.state() / "index.sqlite")
    db.execute("UPDATE meta SET value = 'others' WHERE key = 'rules'")
    db.commit()
    db.close()
    return NOON
