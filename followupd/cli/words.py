"""How does a person overrule followupd? (mute, snooze, stage, verdict)

A running daemon owns the ledger, so a word is left as a small file that the next turn takes in (store/commands.py);
without a daemon it waits for ``once`` or ``run``.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import click

from followupd.cli.at_hand import Found, Options, View, find, of_account, views
from followupd.cli.output import clean, say, say_json, when
from followupd.cli.terms import stage_name, term
from followupd.cli.tongue import later, said, shown
from followupd.config import Config
from followupd.errors import Problem, UserError
from followupd.model import Verdict, Word, WordKind
from followupd.store.commands import Command, leave
from followupd.store.lock import running
from followupd.store.paths import prepare
from followupd.work.corrections import words_of
from followupd.work.tasks import next_birthday

VERDICTS = (*(v.value for v in Verdict), "not_a_buyer", "fraud")
JSON = "followupd.json"
json_too = click.option(
    "--json",
    is_flag=True,
    expose_value=False,
    callback=lambda ctx, _, value: ctx.meta.__setitem__(JSON, value),
    help="Print JSON, one object per word left.",
)
"""What was left is told in one place only, so the option goes there by the context."""
off = click.option("--off", is_flag=True, help="Take it back.")


@click.command("mute")
@click.argument("target")
@off
@of_account
@json_too
@click.pass_obj
def mute_command(options: Options, target: str, off: bool, only: str | None) -> None:
    """No more drafts for a thread (its id) or a buyer (the address)."""
    _mute(options, target, only, off=off)


def _mute(options: Options, target: str, only: str | None, *, off: bool) -> None:
    with views(options.config, only) as opened:
        if "@" in target:
            word = Word(kind=WordKind.MUTE, scope="buyer", target=target.strip().lower(), at=_now())
            for view in opened:
                _leave(options.config, view, word, off)
        else:
            say_of_thread(options.config, find(opened, target), WordKind.MUTE, forget=off)


@click.command("unmute")
@click.argument("target")
@of_account
@json_too
@click.pass_obj
def unmute_command(options: Options, target: str, only: str | None) -> None:
    """Take a mute back: of a thread (its id) or of a buyer (the address)."""
    _mute(options, target, only, off=True)


@click.command("snooze")
@click.argument("thread")
@click.argument("until", required=False)
@off
@of_account
@json_too
@click.pass_obj
def snooze_command(options: Options, thread: str, until: str | None, off: bool, only: str | None) -> None:
    """Leave a thread alone until a day (2026-12-24) or for a while (10d, 2w)."""
    if not until and not off:
        raise UserError(Problem("until", later("is missing"), later("a day like 2026-12-24, or a while like 10d or 2w")))
    with views(options.config, only) as opened:
        found = find(opened, thread)
        end = parse_until(until, _now(), found.view.account.timezone) if until else None
        say_of_thread(options.config, found, WordKind.SNOOZE, until=end, forget=off)


@click.command("stage")
@click.argument("thread")
@click.argument("stage", required=False, default="")
@click.option("--reason", default="", metavar="TEXT", help="Why: what won or lost the order, for your own memory.")
@off
@of_account
@json_too
@click.pass_obj
def stage_command(options: Options, thread: str, stage: str, reason: str, off: bool, only: str | None) -> None:
    """Say what stage a thread is in; your word wins over what the mails tell."""
    if not off:
        _known_stage(options.config, stage)
    with views(options.config, only) as opened:
        say_of_thread(options.config, find(opened, thread), WordKind.STAGE, value=stage, note=reason, forget=off)


@click.command("grade")
@click.argument("target")
@click.argument("grade", type=click.Choice(["A", "B", "C", "D", "E"], case_sensitive=False), required=False, default=None)
@off
@of_account
@json_too
@click.pass_obj
def grade_command(options: Options, target: str, grade: str | None, off: bool, only: str | None) -> None:
    """Grade a buyer (address) or the buyer of a thread: A orders, B samples, C serious, D ordinary, E poor.

    The grade says how often a buyer without an open offer is asked for his need; yours goes before ours.
    """
    if not grade and not off:
        raise UserError(Problem("grade", later("is missing"), later("A, B, C, D or E")))
    with views(options.config, only) as opened:
        found = find(opened, target)
        thread = found.view.index.thread(found.thread_id)
        assert thread is not None
        word = Word(kind=WordKind.GRADE, scope="buyer", target=thread.buyer.email, value=(grade or "").upper(), at=_now())
        _leave(options.config, found.view, word, off)


@click.command("birthday")
@click.argument("target")
@click.argument("day", required=False, default="")
@off
@of_account
@json_too
@click.pass_obj
def birthday_command(options: Options, target: str, day: str, off: bool, only: str | None) -> None:
    """Note the birthday of a buyer (address, or thread) as 04-17; the digest reminds you three days before."""
    if not off and next_birthday(day, date(2000, 1, 1)) is None:
        raise UserError(Problem(day or "day", later("is no day of the year"), later("month and day like 04-17")))
    with views(options.config, only) as opened:
        found = find(opened, target)
        thread, facts = found.view.index.thread(found.thread_id), found.view.index.facts(found.thread_id)
        assert thread is not None
        name = facts.buyer.name if facts else ""
        word = Word(kind=WordKind.BIRTHDAY, scope="buyer", target=thread.buyer.email, value=day, note=name, at=_now())
        _leave(options.config, found.view, word, off)


@click.command("verdict")
@click.argument("thread")
@click.argument("verdict", type=click.Choice(VERDICTS), required=False, default=None)
@off
@of_account
@json_too
@click.pass_obj
def verdict_command(options: Options, thread: str, verdict: str | None, off: bool, only: str | None) -> None:
    """Correct the verdict on an inquiry and its buyer. Corrections teach; see `followupd corrections`."""
    if not verdict and not off:
        raise UserError(Problem("verdict", later("is missing"), ", ".join(VERDICTS)))
    with views(options.config, only) as opened:
        found = find(opened, thread)
        about = found.view.index.thread(found.thread_id)
        assert about is not None
        for word in words_of(about, verdict or "", _now()):
            _leave(options.config, found.view, word, off, quiet=word.scope == "buyer")


def parse_until(text: str, now: datetime, zone: str) -> datetime:
    """The end of a snooze, UTC: the start of that day in ``zone``, or so long from ``now``. Raises UserError."""
    problem = Problem(text, later("is not a day to come"), later("a day like 2026-12-24, or a while like 10d or 2w"))
    try:
        if found := re.fullmatch(r"([0-9]{1,4})([dwh])", text.strip()):
            end = (
                now
                + int(found[1]) * {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}[found[2]]
            )
        else:
            end = datetime.combine(date.fromisoformat(text.strip()), time(), ZoneInfo(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UserError(problem) from None
    if end <= now:
        raise UserError(problem)
    return end


def _known_stage(config: Config, stage: str) -> None:
    from followupd.rulesource import read_rules

    stages = read_rules(*config.overlays).entries("stages")
    if stage not in stages:
        raise UserError(Problem(stage or "stage", later("is not a stage"), later("one of {names}", names=", ".join(stages))))


def say_of_thread(
    config: Config,
    found: Found,
    kind: WordKind,
    *,
    value: str = "",
    until: datetime | None = None,
    note: str = "",
    forget: bool = False,
) -> None:
    """A word on a thread is kept under its first mail: thread ids change when threads merge, Message-IDs do not."""
    thread = found.view.index.thread(found.thread_id)
    assert thread is not None
    target = thread.messages[0].id
    _leave(
        config, found.view, Word(kind=kind, scope="thread", target=target, value=value, until=until, note=note, at=_now()), forget
    )


def _leave(config: Config, view: View, word: Word, forget: bool, *, quiet: bool = False) -> None:
    paths = prepare(view.account.title, config.state_root)
    leave(paths.commands, Command(word=word, forget=forget))
    if quiet:
        return
    daemon = running(paths.lock)
    if click.get_current_context().meta.get(JSON):
        say_json({"account": view.account.title, "word": word, "forget": forget, "daemon": daemon or None})
        return
    until = said("until {day}", day=when(word.until)) if word.until else ""
    what = said("taken back") if forget else f"{word_value(word)} {until}".strip()
    taken = said("at its next turn") if daemon else said("when it runs next (`followupd once` or `followupd run`)")
    say(said("{account}: {kind} {what}; followupd takes it in {taken}.", account=view.account.title, kind=term(word.kind), what=what or said("noted"), taken=taken))


def word_value(word: Word) -> str:
    """What was said, in words of the person: a stage and a verdict have names."""
    if word.kind is WordKind.STAGE:
        return shown(stage_name(clean(word.value)))
    return shown(term(clean(word.value)))


def word_line(word: Word) -> str:
    """What the person said about a thread or a buyer, and when."""
    until = said("until {day}", day=when(word.until)) if word.until else ""
    why = f"({clean(word.note, 120)})" if word.note else ""
    what = " ".join(part for part in (shown(term(word.kind)), word_value(word), until, why) if part)
    return said("You said on {day}: {what} (for this {scope})", day=when(word.at), what=what, scope=term(clean(word.scope)))


def _now() -> datetime:
    return datetime.now(UTC)
