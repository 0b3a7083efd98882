"""How often is judging right? (lab)"""

from __future__ import annotations

from pathlib import Path

import click

from followupd.cli.at_hand import Options, as_json
from followupd.cli.output import clean, complain, counted, say, say_json, table, told_of
from followupd.cli.rules_at_hand import rules_of
from followupd.cli.terms import term
from followupd.cli.tongue import said
from followupd.errors import Problem, UserError
from followupd.lab.evaluate import Case, Report, case_of, evaluate
from followupd.model import Own

MOST_MISTAKES = 20
NOBODY = Own(frozenset())


@click.group("lab")
def lab_command() -> None:
    """Try the rules in force on recorded mail. Nothing here touches a mailbox."""


@lab_command.command("evaluate")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="FILE.jsonl...")
@click.option("--mistakes", default=MOST_MISTAKES, show_default=True, help="How many mistakes to show.")
@as_json
@click.pass_obj
def evaluate_command(options: Options, files: tuple[Path, ...], mistakes: int, json_: bool) -> None:
    """Compare judgements with the labels of recorded mail: recall and F1 per class, the worst mistakes."""
    report = evaluate(_cases(options, files))
    if not report.matrix:
        raise UserError(Problem(str(files[0]), "no mail with a label", "each line needs subject or text, and label"))
    if json_:
        say_json(_plain(report, mistakes))
    else:
        _show(report, mistakes)


def _cases(options: Options, files: tuple[Path, ...]) -> list[Case]:
    from followupd.judging.tables import JudgingRules
    from followupd.lab.inputs import read_inputs
    from followupd.lab.judge import judge_one

    rules = JudgingRules.build(rules_of(options))
    found = []
    for item in counted(read_inputs(files, NOBODY), said("judging")):
        if item.problem:
            complain(said("warning: {problem}", problem=told_of(item.problem)))
        if item.message is not None and item.label is not None:
            found.append(case_of(item.id, item.label, judge_one(item.message, rules, NOBODY), item.message.language))
    return found


def _plain(report: Report, mistakes: int) -> dict[str, object]:
    return {
        "macro_f1": report.macro_f1,
        "accuracy": report.accuracy,
        "scores": report.scores,
        "languages": [
            dict(zip(("language", "mails", "right", "macro_f1"), row, strict=True)) for row in report.languages
        ],
        "frauds": dict(zip(("warned", "all", "false_alarms", "ordinary"), report.alarms, strict=True)),
        "genuine": dict(zip(("kept", "all"), report.genuine_kept, strict=True)),
        "matrix": [{"truth": t, "said": s, "count": n} for (t, s), n in sorted(report.matrix.items())],
        "mistakes": report.mistakes[:mistakes],
    }


def _show(report: Report, mistakes: int) -> None:
    rows = [(term(s.label), s.count, _share(s.precision), _share(s.recall), _share(s.f1)) for s in report.scores]
    table(said("Classes"), ("class", "mails", "precision", "recall", "F1"), rows, fixed=("class",))
    mails = sum(s.count for s in report.scores)
    say(said("macro-F1 {f1}, right {share} of {count}", f1=f"{report.macro_f1:.3f}", share=_share(report.accuracy), count=mails) + "\n")
    warned, frauds, false, ordinary = report.alarms
    kept, genuine = report.genuine_kept
    say(said("Fraud: warned of {warned}; false alarms over ordinary mail: {wrong}", warned=_of(warned, frauds), wrong=_of(false, ordinary)))
    say(said("Genuine inquiries not lost (unsure is no loss): {kept}", kept=_of(kept, genuine)) + "\n")
    languages = [(clean(name, 8) or "-", n, _share(right), _share(f1)) for name, n, right, f1 in report.languages]
    table(said("Languages"), ("language", "mails", "right", "macro-F1"), languages, fixed=("language",))
    cells = sorted(report.matrix.items(), key=lambda cell: (cell[0][0], -cell[1]))
    table(said("Confusion"), ("truth", "said", "mails"), [(term(t), term(s), n) for (t, s), n in cells])
    worst = report.mistakes[:mistakes]
    rows_of_worst = [(clean(c.id, 24), term(c.truth), term(c.said), clean(c.evidence, 160)) for c in worst]
    title = said("Mistakes, the worst {count} of {all}", count=len(worst), all=len(report.mistakes))
    table(title, ("id", "truth", "said", "why"), rows_of_worst)


def _of(part: int, whole: int) -> str:
    return said("{part} of {whole} ({share})", part=part, whole=whole, share=_share(part / whole)) if whole else said("none")


def _share(ratio: float) -> str:
    return f"{ratio:.1%}"
