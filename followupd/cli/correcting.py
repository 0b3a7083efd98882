"""What did the user correct, and what was learnt from it? (corrections)"""

from __future__ import annotations

import click

from followupd.cli.at_hand import Options, View, as_json, of_account, views
from followupd.cli.output import clean, plural, say, say_json, tell, when
from followupd.cli.terms import term
from followupd.cli.tongue import both, colon, marked, said, shown
from followupd.cli.words import word_value
from followupd.judging.lessons import ENOUGH, Lessons
from followupd.judging.tables import JudgingRules
from followupd.model import Word, WordKind
from followupd.rulesource import read_rules
from followupd.work.learn import corrections_among, lessons_of


@click.command("corrections")
@as_json
@of_account
@click.pass_obj
def corrections_command(options: Options, json_: bool, only: str | None) -> None:
    """Your verdicts beside ours, and the signals that count otherwise because of them.

    A verdict is taken back with `followupd verdict THREAD --off`; what it taught goes with it.
    """
    rules = JudgingRules.build(read_rules(*options.config.overlays))
    with views(options.config, only) as opened:
        for view in opened:
            words = [w for w in view.ledger.words() if w.kind is WordKind.VERDICT and w.scope == "thread"]
            lessons = lessons_of(corrections_among(words), view.index, rules, view.account.own())
            say_json(_gathered(view, words, lessons)) if json_ else _tell(view, words, lessons, rules)


def _gathered(view: View, words: list[Word], lessons: Lessons) -> dict[str, object]:
    return {
        "account": view.account.title,
        "words": words,
        "corrections": lessons.heard,
        "lessons": list(lessons.by_signal.values()),
    }


def _tell(view: View, words: list[Word], lessons: Lessons, rules: JudgingRules) -> None:
    counted = plural(len(words), marked("{count} verdict of yours"), marked("{count} verdicts of yours"))
    say(f"{view.account.title}{colon()}{counted}")
    for word in words:
        _tell_one(view, word, lessons)
    for lesson in lessons.by_signal.values():
        entry = rules.signals[lesson.signal].entry
        tell(
            said(
                "learnt: {sign}: {before} > {now} (from {count} inquiries)",
                sign=clean(shown(both(entry.en, entry.zh)), 60), before=f"{lesson.points:+g}", now=f"{lesson.now:+g}", count=lesson.corrections,
            ),
            "  ",
        )  # fmt: skip
    if words and not lessons.by_signal:
        tell(said("Nothing learnt yet: a sign counts otherwise after {count} corrections that agree on it.", count=ENOUGH), "  ")


def _tell_one(view: View, word: Word, lessons: Lessons) -> None:
    thread_id = view.index.thread_of(word.target) or ""
    thread = view.index.thread(thread_id) if thread_id else None
    first = {m.id for m in thread.messages} if thread else set()
    ours = next((c.ours.value for c in lessons.heard if c.message_id in first), "")
    about = f"{clean(thread.buyer.email)}{colon()}{clean(thread.subject, 40)}" if thread else said("a mail no longer there")
    was = said(" (we said {verdict})", verdict=term(ours)) if ours and ours != word.value else ""
    tell(f"{shown(when(word.at))}  {word_value(word)}{was}  {thread_id[:10]}  {about}", "  ")
