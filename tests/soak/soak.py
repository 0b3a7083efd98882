"""Does it stay sound for hours? A team of buyers and a salesperson at a real server, a bad line, and a daemon that is killed now and then.

``python -m tests.soak.soak MINUTES`` runs the daemon as a process of its own, with the environment that the systemd unit gives it, against
Dovecot behind the fault proxy. Mails are back-dated, so that silences have run out when they arrive; the threads are moved on while it
runs: the buyer answers, asks to be left alone, or the salesperson edits, sends, deletes or moves the draft. Meanwhile requests and answers are
lost, the line goes black, and the process is killed. At the end every thread that should have a draft has one, no thread ever got two, and memory,
file descriptors and threads of a process have not grown. Prints one JSON object.

Memory has a curve: what is loaded once (the words of ten languages, the tables of answers) is asked for by mails in all of them before the first
offer, and what has grown since the end of that warming is told apart from it, by the minute.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from random import Random

import yaml
from imapclient import IMAPClient

from followupd.model import DraftRecord
from tests.endtoend.office import ROOT, Office, ago
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.proxy import Fault, Proxy

WARM = 600.0
"""Seconds after which a process's memory is taken as its own measure; half of its life where that is shorter."""
SETTLES = 420.0
"""Seconds; the daemon's longest pause after a lost link is five minutes."""
OUTCOMES = ("silent", "silent", "silent", "answers", "stops", "edits", "saves", "sends", "deletes", "moves")
"""What becomes of a thread once its draft stands. ``edits`` gives the draft another Message-ID, as most programs do; ``saves`` keeps it."""
STANDS = {"silent", "edits", "saves"}
BY_HAND = {"edits", "saves", "sends", "deletes", "moves"}
LATE = 25.0
"""Seconds after which an APPEND that was given up is carried out after all."""
IMPATIENT = 0.15
"""How likely somebody signs in anew in a moment, which ends the daemon's pause: else it would spend most of the hours waiting."""
SIGNED_IN = "signed-in"
DATA = ROOT / "tests" / "data"


def unit_environment() -> dict[str, str]:
    """What the shipped unit sets."""
    text = (ROOT / "systemd" / "followupd.service").read_text(encoding="utf-8")
    return dict(re.findall(r"(?m)^Environment=(\w+)=(\S+)$", text))


class Soak:
    """One run. ``threads`` by what is to become of them."""

    def __init__(self, office: Office, proxy: Proxy, lot: Random) -> None:
        self.office, self.proxy, self.lot = office, proxy, lot
        self.threads: list[tuple[str, str]] = []
        """Buyer's address, outcome."""
        self.quotes: dict[str, EmailMessage] = {}
        self.acted: set[str] = set()
        self.faults: Counter[str] = Counter()
        self.resident: list[tuple[int, float, float, int, int]] = []
        """Process, its age in seconds, resident megabytes, file descriptors, threads."""
        self.hand: list[tuple[datetime, int, str, str]] = []
        """When people did what to which UID of Drafts, and of whose thread it was: to tell a loss from a race of our own."""
        self.shots: list[Fault] = []
        """What is to be lost of the next APPENDs."""
        proxy.late = LATE
        proxy.shoot(b"APPEND", lambda: self.shots.pop() if self.shots else None)

    def warm_up(self) -> None:
        """Mails in all languages and answers of all kinds: whoever answered gets no draft, so none of these threads is counted."""
        firsts = yaml.safe_load((DATA / "blind_firsts.yaml").read_text(encoding="utf-8"))
        answers = yaml.safe_load((DATA / "blind_answers.yaml").read_text(encoding="utf-8"))
        for n, mail in enumerate(firsts.values()):
            self.office.mail(mail["text"], mail["from"], self.office.us, ago(20 + n / 100), subject=mail.get("subject", ""))
        for n, mail in enumerate(answers.values()):
            who = f"Other {n} <other{n}@other{n}.example>"
            _, quote = self.office.quoted(buyer=who, subject=f"Other {n}")
            self.office.mail(mail["text"], who, self.office.us, ago(0), quote, subject=mail.get("subject", ""))

    def new_thread(self) -> None:
        """A buyer asked ten working days ago, and our offer lies in Sent."""
        n = len(self.threads)
        name, address = f"Buyer {n}", f"buyer{n}@firm{n}.example"
        _, quote = self.office.quoted(buyer=f"{name} <{address}>", subject=f"Inquiry {n}")
        self.threads.append((address, self.lot.choice(OUTCOMES)))
        self.quotes[address] = quote

    def act(self) -> None:
        """What people do with the drafts that stand there."""
        with IMAPClient("127.0.0.1", self.office.server.port, ssl=False) as hand:
            hand.login(self.office.user, PASSWORD)
            hand.select_folder("Drafts")
            for uid, data in hand.fetch(hand.search(), ["BODY.PEEK[]", "BODY.PEEK[HEADER.FIELDS (TO)]"]).items() if hand.search() else ():
                raw = data[b"BODY[]"]
                to = data[b"BODY[HEADER.FIELDS (TO)]"].decode("utf-8", "replace")
                found = next(((a, o) for a, o in self.threads if f"<{a}>" in to or a in to.split()), None)
                if found is None or found[0] in self.acted or found[1] not in BY_HAND:
                    continue
                self.hand.append((datetime.now(UTC), uid, found[1], found[0]))
                self._by_hand(hand, uid, raw, found[1])
                self.acted.add(found[0])

    def _by_hand(self, hand: IMAPClient, uid: int, raw: bytes, outcome: str) -> None:
        if outcome in {"edits", "saves"}:
            changed = raw.replace(b"Best regards", b"With best wishes from Ningbo", 1)
            named = changed.replace(b"Message-ID: <", b"Message-ID: <edited-", 1) if outcome == "edits" else changed
            hand.append("Drafts", named, (b"\\Draft", b"\\Seen"))
        elif outcome == "moves":
            hand.copy([uid], "Trash")
        elif outcome == "sends":
            hand.append("Sent", raw.replace(b"Message-ID: <", b"Message-ID: <sent-", 1), (b"\\Seen",))
        hand.delete_messages([uid])
        hand.expunge()

    def buyers_write(self) -> None:
        """Some of the buyers answer once their draft stands there."""
        placed = {r.buyer for r in self.office.records()}
        for address, outcome in self.threads:
            if outcome in {"answers", "stops"} and address in placed and address not in self.acted:
                words = "Please send the PI." if outcome == "answers" else "Please do not write to me any more."
                self.office.mail(words, f"{address.partition('@')[0]} <{address}>", self.office.us, ago(0), self.quotes[address])
                self.acted.add(address)

    def break_something(self) -> None:
        """One fault of the line."""
        fault = self.lot.choice(("answer", "request", "literal", "late", "black hole", "fetch"))
        if fault in {"answer", "request", "literal", "late"} and self.shots:
            return  # the last one has met no APPEND yet
        self.faults[fault] += 1
        match fault:
            case "answer" | "request" | "literal" | "late":
                self.shots.append(fault)
            case "fetch":
                self.proxy.lose_answer(b"FETCH")
            case _:
                self.proxy.blackhole()
                time.sleep(self.lot.uniform(1, 4))
                self.proxy.blackhole(False)

    def measure(self, pid: int, born: float) -> None:
        with suppress(OSError):
            status = Path(f"/proc/{pid}/status").read_text()
            kilobytes = int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))
            tasks = len(os.listdir(f"/proc/{pid}/task"))  # noqa: PTH208
            self.resident.append((pid, time.monotonic() - born, kilobytes / 1024, len(os.listdir(f"/proc/{pid}/fd")), tasks))  # noqa: PTH208

    def settle(self, pid: int, born: float) -> None:
        """No more faults and no more mail: the daemon may need its longest pause between two tries, and no longer."""
        self.proxy.heal()
        self.shots.clear()
        self.proxy.let_go()
        calm = time.monotonic() + SETTLES
        while time.monotonic() < calm:
            _moment(self, calm=True)
            self.measure(pid, born)
            time.sleep(2)
            told = self.told()
            if not any(r.state.value == "intended" for r in self.office.records()) and not told["lost"] and not told["doubled"] and not told["risen again"]:
                return

    def told(self) -> dict[str, object]:
        """What was lost, doubled, or grew."""
        records = self.office.records()
        ever = Counter(r.buyer for r in records if r.state.value not in {"failed", "withdrawn"})
        standing = self.standing()
        want = {a for a, outcome in self.threads if outcome in STANDS}
        lost = sorted(f"{a}: {'; '.join(self._story(r, records) for r in records if r.buyer == a) or 'no draft ever'}" for a in want if not standing[a])
        doubled = sorted(a for a, n in standing.items() if n > 1) + sorted(a for a, n in ever.items() if n > 1)
        risen = sorted(a for a, o in self.threads if o not in STANDS and a in self.acted and standing[a])
        return {
            "threads": len(self.threads), "acted": len(self.acted), "drafts ever": sum(ever.values()), "lost": lost, "doubled": doubled, "risen again": risen,
            "faults": dict(self.faults), "APPENDs struck": self.proxy.faults, **self._growth(),
        }  # fmt: skip

    def _story(self, record: DraftRecord, records: tuple[DraftRecord, ...]) -> str:
        """What the ledger says of a draft, who else was written to in the same turn, and what people did meanwhile."""
        beside = [f"{r.buyer.partition('@')[0]} {r.state.value} {r.uid}" for r in records if r.created == record.created and r.token != record.token]
        end = record.closed or datetime.now(UTC)
        done = [f"{what} {uid} of {who.partition('@')[0]} at {at:%H:%M:%S}" for at, uid, what, who in self.hand if record.created <= at <= end]
        return (
            f"{record.step} {record.state.value}, UIDNEXT {record.uidnext}, UID {record.uid}, {record.created:%H:%M:%S} to {end:%H:%M:%S}, "
            f"with {beside}, meanwhile {done}"
        )

    def standing(self) -> Counter[str]:
        found: Counter[str] = Counter()
        with IMAPClient("127.0.0.1", self.office.server.port, ssl=False) as hand:
            hand.login(self.office.user, PASSWORD)
            hand.select_folder("Drafts", readonly=True)
            uids = hand.search()
            for data in (hand.fetch(uids, ["BODY.PEEK[HEADER.FIELDS (TO)]"]) if uids else {}).values():
                to = data[b"BODY[HEADER.FIELDS (TO)]"].decode("utf-8", "replace")
                found.update(a for a, _ in self.threads if f"<{a}>" in to or a in to.split())
        return found

    def _growth(self) -> dict[str, object]:
        """Of the process that lived longest: from the end of its warming up to its last measure."""
        lived = Counter(pid for pid, *_ in self.resident)
        if not lived:
            return {}
        mine = [m for m in self.resident if m[0] == lived.most_common(1)[0][0]]
        warm = next(m for m in mine if m[1] >= min(WARM, mine[-1][1] / 2))
        return {
            "lived": round(mine[-1][1]), "warm after": round(warm[1]), "resident MB": [round(warm[2], 1), round(mine[-1][2], 1)],
            "MB by minute": [round(m[2], 1) for m in _each_minute(mine)], "descriptors": [warm[3], max(m[3] for m in mine)],
            "threads of the process": [warm[4], max(m[4] for m in mine)], "processes": len(lived), "connections": self.proxy.connections,
        }  # fmt: skip


def _each_minute(measures: list[tuple[int, float, float, int, int]]) -> list[tuple[int, float, float, int, int]]:
    """The first measure of each minute."""
    first: dict[int, tuple[int, float, float, int, int]] = {}
    for measure in measures:
        first.setdefault(int(measure[1] // 60), measure)
    return list(first.values())


def run(minutes: float, seed: int, kills: float) -> dict[str, object]:
    """The whole run; returns what it found. ``kills``: how likely a process is killed after some minutes."""
    lot = Random(seed)
    os.environ.update(unit_environment())
    with Dovecot() as server, Proxy(server.port) as proxy, tempfile.TemporaryDirectory(prefix="followupd-soak-") as directory:
        office = Office(server, "lily@brightway.test", Path(directory))
        office.configure(imap={"port": proxy.port, "timeout": "3s"}, poll="5s")
        (office.directory / "rules" / "limits.yaml").write_text("global: {drafts_per_day: 10000}\n")
        soak = Soak(office, proxy, lot)
        soak.warm_up()
        for _ in range(6):
            soak.new_thread()
        end = time.monotonic() + minutes * 60
        while time.monotonic() < end:
            kill_at = time.monotonic() + lot.uniform(60, 240) if lot.random() < kills else end
            with office.running() as running:
                born = time.monotonic()
                while time.monotonic() < min(kill_at, end):
                    _moment(soak, calm=False)
                    soak.measure(running.process.pid, born)
                    time.sleep(2)
                if time.monotonic() < end:
                    running.process.kill()
                    soak.faults["killed"] += 1
                else:
                    soak.settle(running.process.pid, born)
        return soak.told()


def _moment(soak: Soak, *, calm: bool) -> None:
    """What happens in two seconds; in the calm before the end nothing new."""
    with suppress(Exception):  # the stores may be in the making, or the hand's own connection was cut
        soak.buyers_write()
        soak.act()
    if calm or soak.lot.random() < IMPATIENT:
        with suppress(FileNotFoundError):  # it has only just been started
            (soak.office.directory / "state" / "lily" / SIGNED_IN).touch()
    if calm:
        return
    if soak.lot.random() < 0.25:
        soak.new_thread()
    if soak.lot.random() < 0.2:
        soak.break_something()


def main() -> int:
    """The exit code: 1 when anything was lost, doubled, or rose again."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.soak", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("minutes", type=float)
    parser.add_argument("--seed", type=int, default=1, help="for the faults and for what people do; 1 by default")
    parser.add_argument("--kills", type=float, default=0.6, help="how likely a process is killed within four minutes; 0: one process, to watch its memory")
    asked = parser.parse_args()
    found = run(asked.minutes, asked.seed, asked.kills)
    print(json.dumps(found, ensure_ascii=False, indent=1))
    return 1 if found["lost"] or found["doubled"] or found["risen again"] else 0


if __name__ == "__main__":
    sys.exit(main())
