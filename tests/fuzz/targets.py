"""What may happen to input that nobody meant well, and nothing else? Three targets; each raises when a promise is broken.

``python -m tests.fuzz.targets TARGET MINUTES [SEED]`` runs one for so many minutes of processor time and leaves what broke it in tests/fuzz/found/.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random

from followupd.accounts import rules_in_force
from followupd.config import load_config
from followupd.errors import ConfigError, FollowupdError, Quarantined
from followupd.judging.message import JudgeContext, judge_message
from followupd.judging.replies import judge_reply
from followupd.judging.tables import JudgingRules
from followupd.lab.judge import as_object, judge_one
from followupd.mailbox.base import Box
from followupd.mailbox.imap import ImapMailbox
from followupd.mailbox.settings import ImapSettings
from followupd.model import Own
from followupd.reading.marks import Marks
from followupd.reading.parse import read
from followupd.rulesource import RuleSource, read_rules, shipped_rules
from followupd.secrets import Secret
from tests.fuzz.mutation import bent
from tests.mailbox.mails import heavy, mail
from tests.servers.fake import Fake, Session

FOUND = Path(__file__).with_name("found")
CORPUS = Path(__file__).with_name("corpus")
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
OWN = Own(frozenset({"lily@brightway.test"}))
SLOWEST = 5.0
"""Seconds that one mail may cost at most."""


@cache
def _source() -> RuleSource:
    return read_rules()


@cache
def _judging() -> tuple[JudgingRules, Marks]:
    """Learnt: what a mail of a language costs more when it is the first of a process is no matter of its bytes."""
    rules, marks = JudgingRules.build(_source()), Marks.build(_source())
    raw = b"From: a@b.example\nSubject: Re: lamps\n\nPlease quote 500 pcs of your work lamp, CIF Hamburg. The price is too high for us.\n"
    plain = read(raw, own=OWN, internaldate=NOW, ours=False, size=len(raw), marks=marks, platforms=rules.platforms)
    for language in ("und", *rules.letters.examples):
        judge_message(replace(plain, language=language), rules, JudgeContext(OWN))
        judge_reply(replace(plain, language=language), rules)
    return rules, marks


def mail_and_judgement(raw: bytes) -> None:
    """Any bytes become a message that can be judged and printed, or are set aside; in bounded time."""
    rules, marks = _judging()
    began = time.process_time()
    with suppress(Quarantined):
        message = read(raw, own=OWN, internaldate=NOW, ours=False, size=len(raw), marks=marks, platforms=rules.platforms)
        told = as_object(message, judge_one(message, rules, OWN), rules)
        assert isinstance(told["kind"], str)
        for text in (message.subject, message.new_text, message.sender.email, message.id):
            assert "\0" not in text
            assert "\r" not in text
    took = time.process_time() - began
    assert took < SLOWEST, f"{took:.1f} s for {len(raw)} octets"


def config_and_rules(raw: bytes) -> None:
    """A file of the user's is taken, or refused with its problems; never anything else."""
    with tempfile.TemporaryDirectory() as directory:
        home = Path(directory)
        (home / "config.yaml").write_bytes(raw)
        with suppress(ConfigError):
            load_config(home / "config.yaml")
        table, _, text = raw.partition(b"\n")
        name = table.decode("ascii", "ignore").strip("# \r")
        if name in _tables():
            own = home / "rules"
            own.mkdir()
            (own / f"{name}.yaml").write_bytes(text)
            with suppress(ConfigError):
                rules_in_force(read_rules(own))


@cache
def _tables() -> frozenset[str]:
    return frozenset(p.stem for p in shipped_rules().glob("*.yaml"))


def server_lines(raw: bytes) -> None:
    """Whatever a server says, the mailbox answers with one of our own errors, in bounded time."""
    lot = Random(raw)
    fake = Fake(mails={1: mail(), 2: heavy("Please quote 500 pcs.", octets=60_000)})
    say = Session.raw

    def crooked(session: Session, data: bytes) -> None:
        say(session, bent(data, lot, 2) if lot.random() < 0.15 else data)

    with fake:
        Session.raw = crooked  # type: ignore[method-assign]
        try:
            _visit(fake.port)
        finally:
            Session.raw = say  # type: ignore[method-assign]


def _visit(port: int) -> None:
    settings = ImapSettings(host="127.0.0.1", port=port, security="none", username="lily", timeout=0.4)
    mailbox = ImapMailbox(settings, Secret("secret"), _source())
    try:
        with suppress(FollowupdError):
            mailbox.connect()
            for folder in mailbox.folders():
                state = mailbox.state(folder)
                stubs = mailbox.stubs(folder, mailbox.uids(folder)[:5])
                assert state.exists >= 0
                for fetched in mailbox.fetch(folder, stubs):
                    assert isinstance(fetched.raw, bytes)
            drafts = next((f for f in mailbox.folders() if f.box is Box.DRAFTS), None)
            if drafts is not None:
                mailbox.append(drafts, mail("new@us.test"), ("\\Draft",), NOW)
    finally:
        mailbox.close()


def _mails() -> list[bytes]:
    own = [mail(), mail(body="Dear Lily,\n\nwe need 2,000 pcs FOB Ningbo by 30 Nov 2026, USD 2.35/pc?\n> old\n-- \nBob\n"), heavy("Preis? 500 Stück", octets=3_000)]
    return [*own, *(p.read_bytes() for p in sorted(CORPUS.glob("*.eml")))]


def _files() -> list[bytes]:
    example = shipped_rules().parent / "config.example.yaml"
    rules = [f"# {p.stem}\n".encode() + p.read_bytes()[:6_000] for p in sorted(shipped_rules().glob("*.yaml"))]
    return [example.read_bytes(), *rules]


TARGETS: dict[str, tuple[Callable[[bytes], None], Callable[[], list[bytes]]]] = {
    "mail": (mail_and_judgement, _mails),
    "files": (config_and_rules, _files),
    "server": (server_lines, lambda: [bytes([n]) for n in range(256)]),
}


def run(name: str, seed: int, *, rounds: int | None = None, seconds: float | None = None) -> int:
    """Try bent input until the rounds or the seconds (of the processor) are over; returns how often. Raises what broke, and keeps its input."""
    target, seeds = TARGETS[name]
    lot, corpus = Random(seed), [*seeds(), *(p.read_bytes() for p in sorted(FOUND.glob(f"{name}-*")))]
    end = time.process_time() + seconds if seconds else None
    done = 0
    while (rounds is None or done < rounds) and (end is None or time.process_time() < end):
        raw = bent(lot.choice(corpus), lot)
        try:
            target(raw)
        except Exception:
            FOUND.mkdir(exist_ok=True)
            (FOUND / f"{name}-{seed}-{done}").write_bytes(raw)
            raise
        done += 1
    return done


if __name__ == "__main__":
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else int(time.time())
    done = run(sys.argv[1], seed, seconds=60 * float(sys.argv[2]))
    print(f"{sys.argv[1]}: seed {seed}, {done} inputs in {time.process_time() / 60:.1f} minutes of the processor, nothing found")
