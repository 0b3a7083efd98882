"""Does it stay sound for hours? A team of buyers and a salesperson at a real server, a bad line, and a daemon that is killed now and then.

``python -m tests.soak.soak MINUTES [SEED]`` runs the daemon as a process of its own against Dovecot behind the fault proxy. Mails are
back-dated, so that silences have run out when they arrive; about half of the threads get their offer at once, the others are moved on while it
runs: the buyer answers, asks to be left alone, or the salesperson edits, sends or deletes the draft. Meanwhile requests and answers are lost, the
line goes black, and the process is killed. At the end every thread that should have a draft has one, no thread ever got two, and memory, file
descriptors and threads of a process have not grown. Prints one JSON object.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path
from random import Random

from imapclient import IMAPClient

from tests.endtoend.office import Office, ago
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.proxy import Proxy

WARM = 90.0
"""Seconds after which a process's memory is taken as its own measure."""
SETTLES = 420.0
"""Seconds; the daemon's longest pause after a lost link is five minutes."""
OUTCOMES = ("silent", "silent", "answers", "stops", "edits", "sends", "deletes")


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
                if found is None or found[0] in self.acted or found[1] in {"silent", "answers", "stops"}:
                    continue
                self._by_hand(hand, uid, raw, found[1])
                self.acted.add(found[0])

    def _by_hand(self, hand: IMAPClient, uid: int, raw: bytes, outcome: str) -> None:
        if outcome == "edits":
            changed = raw.replace(b"Best regards", b"With best wishes from Ningbo", 1)
            hand.append("Drafts", changed.replace(b"Message-ID: <", b"Message-ID: <edited-", 1), (b"\\Draft", b"\\Seen"))
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
        fault = self.lot.choice(("answer", "request", "black hole", "fetch"))
        self.faults[fault] += 1
        match fault:
            case "answer":
                self.proxy.lose_answer(b"APPEND")
            case "request":
                self.proxy.lose_request(b"APPEND")
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
        calm = time.monotonic() + SETTLES
        while time.monotonic() < calm:
            _moment(self, calm=True)
            self.measure(pid, born)
            time.sleep(2)
            if not any(r.state.value == "intended" for r in self.office.records()) and not self.told()["lost"]:
                return

    def told(self) -> dict[str, object]:
        """What was lost, doubled, or grew."""
        records = self.office.records()
        ever = Counter(r.buyer for r in records if r.state.value not in {"failed", "withdrawn"})
        standing = self.standing()
        want = {a for a, outcome in self.threads if outcome in {"silent", "edits"}}
        states = {a: [f"{r.step} {r.state.value}" for r in records if r.buyer == a] for a in want}
        lost = sorted(f"{a}: {', '.join(states[a]) or 'no draft ever'}" for a in want if not standing[a])
        doubled = sorted(a for a, n in standing.items() if n > 1) + sorted(a for a, n in ever.items() if n > 1)
        risen = sorted(a for a, o in self.threads if o in {"answers", "stops", "sends", "deletes"} and a in self.acted and standing[a])
        return {
            "threads": len(self.threads), "acted": len(self.acted), "drafts ever": sum(ever.values()), "lost": lost, "doubled": doubled, "risen again": risen,
            "faults": dict(self.faults), **self._growth(),
        }  # fmt: skip

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
        warm = next((m for m in mine if m[1] >= WARM), mine[0])
        return {
            "lived": round(mine[-1][1]), "resident MB": [round(warm[2], 1), round(mine[-1][2], 1)], "descriptors": [warm[3], max(m[3] for m in mine)],
            "threads of the process": [warm[4], max(m[4] for m in mine)], "processes": len(lived),
        }  # fmt: skip


def run(minutes: float, seed: int) -> dict[str, object]:
    """The whole run; returns what it found."""
    lot = Random(seed)
    with Dovecot() as server, Proxy(server.port) as proxy, tempfile.TemporaryDirectory(prefix="followupd-soak-") as directory:
        office = Office(server, "lily@brightway.test", Path(directory))
        office.configure(imap={"port": proxy.port, "timeout": "3s"}, poll="5s")
        (office.directory / "rules" / "limits.yaml").write_text("global: {drafts_per_day: 10000}\n")
        soak = Soak(office, proxy, lot)
        for _ in range(6):
            soak.new_thread()
        end = time.monotonic() + minutes * 60
        while time.monotonic() < end:
            kill_at = time.monotonic() + lot.uniform(60, 240) if lot.random() < 0.6 else end
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
    if calm:
        return
    if soak.lot.random() < 0.25:
        soak.new_thread()
    if soak.lot.random() < 0.2:
        soak.break_something()


if __name__ == "__main__":
    found = run(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    print(json.dumps(found, ensure_ascii=False, indent=1))
    sys.exit(1 if found["lost"] or found["doubled"] or found["risen again"] else 0)
