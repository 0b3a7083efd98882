"""Do the rules do what their stories say? (rules test)"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from followupd.cli.at_hand import Options, as_json
from followupd.cli.output import plural, say, say_json
from followupd.cli.rules_at_hand import overlays_of, rules_of
from followupd.cli.tongue import marked, said
from followupd.errors import Problem, UserError
from followupd.lab.play import Outcome, play_all
from followupd.lab.story import read_stories, shipped_stories

FAILED = 1


@click.command("test")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[PATH]...")
@click.option(
    "--rules", "directory", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="DIR",
    help="Your rules. Default: DIR of the DIR/tests that the stories lie in, else those of the config.",
)  # fmt: skip
@click.option("--shipped", is_flag=True, help="Play the shipped stories too, under the same rules.")
@click.option("--only", metavar="WORDS", default="", help="Only stories whose title has these words.")
@as_json
@click.pass_obj
def test_command(
    options: Options, paths: tuple[Path, ...], directory: Path | None, shipped: bool, only: str, json_: bool
) -> int:
    """Play stories (mails and facts by day) through the real turn; no server, no account.

    PATH is a file of stories, or a directory of rules with stories in its tests/. Without PATH: your own stories if there
    are any, else the shipped ones. Exit code 1 when a story comes out otherwise than it says.
    """
    from followupd.accounts import rules_in_force

    own = paths or _own(options, directory)
    wanted = (*own, *((shipped_stories(),) if shipped or not own else ()))
    told = [s for s in read_stories(wanted) if only.lower() in s.title.lower()]
    if not told:
        raise UserError(Problem(only or str(wanted[0]), "no such story", "stories are the entries of DIR/tests/*.yaml"))
    rules = rules_in_force(rules_of(options, directory or _beside(own)))
    return _tell(play_all(told, rules), json_=json_)


def _own(options: Options, directory: Path | None) -> tuple[Path, ...]:
    """The user's own stories, if there are any."""
    roots = (directory,) if directory else overlays_of(options)
    return tuple(root / "tests" for root in roots if (root / "tests").is_dir())


def _beside(paths: tuple[Path, ...]) -> Path | None:
    """The rules to which these stories belong: DIR of DIR/tests."""
    for path in paths:
        root = path if path.is_dir() else path.parent
        tests = root if root.name == "tests" else root / "tests"
        if tests.is_dir() and tests.resolve() != shipped_stories().resolve():
            return tests.parent
    return None


def _tell(outcomes: Iterable[Outcome], *, json_: bool) -> int:
    """Print what came of each story as it comes; returns the exit code."""
    passed = failed = 0
    for outcome in outcomes:
        passed += outcome.passed
        failed += not outcome.passed
        if json_:
            say_json(_plain(outcome))
            continue
        say(f"{said('pass') if outcome.passed else said('FAIL')}  {outcome.story.where}  {outcome.story.title}")
        for failure in outcome.failures:
            say(f"      {failure}")
    if not json_:
        whole = plural(passed, marked("ok: {count} story passed"), marked("ok: {count} stories passed"))
        say(said("{passed} passed, {failed} failed", passed=passed, failed=failed) if failed else whole)
    return FAILED if failed else 0


def _plain(outcome: Outcome) -> dict[str, object]:
    story = outcome.story
    return {"title": story.title, "where": story.where, "passed": outcome.passed, "failures": outcome.failures}
