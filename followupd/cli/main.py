"""Which commands are there, and how do they fail?

A command's module is loaded when that command is called, so that ``status`` and ``--help`` answer at once. What the
user can mend is printed one problem per line, without a traceback; exit codes follow sysexits(3).
"""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from followupd import __version__
from followupd.cli.output import clean_text, complain, complain_of
from followupd.cli.tongue import bind, chinese, said
from followupd.errors import FollowupdError
from followupd.secrets import forbid_core_dumps, redact

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

COMPLETING = "_FOLLOWUPD_COMPLETE"
"""Set by the shell's completion script; see completing.py."""
USAGE = 64
UNEXPECTED = 70
INTERRUPTED = 130

COMMANDS = {
    "init": ("initialising", "Set up an account: servers, login, config, service."),
    "check": ("checking", "Look at config, rules, state, login and folders; say what to do."),
    "doctor": ("doctoring", "What is wrong, and what mends it? More than check, at any time."),
    "login": ("signing_in", "Sign in at a provider that wants OAuth2 instead of a password."),
    "logout": ("signing_in", "Give the sign-in back and forget its tokens."),
    "run": ("running", "Watch all accounts until stopped."),
    "demo": ("demo", "Show it all on an embedded mailbox; no account needed."),
    "once": ("running", "Take one turn for every account; --dry-run leaves the mailbox alone."),
    "status": ("looking", "When was the last mail seen, and is anything wrong?"),
    "watch": ("watching", "Watch the daemon at work: what it sees, drafts and decides."),
    "list": ("looking", "List inquiries, threads, drafts or what is owed."),
    "digest": ("digesting", "Show the digest of the morning as it would stand now."),
    "show": ("showing", "Show a thread with its mails, or the card of a buyer."),
    "export": ("exporting", "Write a buyer's mails, card, timeline and quotes to a folder."),
    "explain": ("explaining", "Why was this decided, and what comes next?"),
    "judge": ("judging", "Judge recorded mail: .eml, mbox, Maildir, .jsonl; no account needed."),
    "rules": ("rules", "Check, show and test the rules in force."),
    "backtest": ("backtesting", "What would your rules have done in the mail of the past?"),
    "tune": ("tuning", "What your own mailbox says about the thresholds of silence."),
    "report": ("reporting", "One page with pictures: what became of the inquiries."),
    "mute": ("words", "No more drafts for a thread or a buyer."),
    "unmute": ("words", "Take a mute back."),
    "snooze": ("words", "Leave a thread alone until a date."),
    "stage": ("words", "Say what stage a thread is in."),
    "grade": ("words", "Grade a buyer, A to E."),
    "birthday": ("words", "Note a buyer's birthday; the digest reminds you."),
    "sample": ("samples", "Log a sample that was sent or delivered."),
    "fact": ("facts", "Price changes, slots, closings, events: what only you know."),
    "verdict": ("words", "Correct the verdict on an inquiry."),
    "backup": ("backing_up", "Copy what cannot be derived from mail into one file."),
    "restore": ("backing_up", "Put the ledgers of a backup back."),
    "forget": ("forgetting", "Erase what is kept of a buyer who asks for it."),
    "folders": ("folders", "The folders into which you drag a mail to correct followupd; --make makes them."),
    "corrections": ("correcting", "What did you correct, and what was learnt from it?"),
    "completion": ("completing", "Print the completion script for bash, zsh or fish."),
    "schema": ("schemas", "Show the JSON Schema of what a command prints with --json."),
    "lab": ("lab", "Measure judging on mail whose truth is known."),
}
"""Command > (module of this room, one line for --help)."""


class Lazy(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """In the order of the table: the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The command of that name, None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"followupd.cli.{COMMANDS[cmd_name][0]}")
        command = getattr(module, f"{cmd_name.replace('-', '_')}_command")
        assert isinstance(command, click.Command)
        if chinese():
            from followupd.cli.helping import spoken

            command = spoken(command)
        if COMPLETING in os.environ:
            from followupd.cli.completing import fit

            return fit(cmd_name, command)
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is meant; what is for reading goes through the pager."""
        from followupd.cli.paging import is_paged, paged

        found = super().resolve_command(ctx, args)
        if is_paged(args):
            ctx.with_resource(paged())
        return found

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Commands by the table, without importing any of them, and the options before them."""
        from click.shell_completion import CompletionItem

        found = [CompletionItem(name, help=said(line)) for name, (_, line) in COMMANDS.items() if name.startswith(incomplete)]
        return found + click.Command.shell_complete(self, ctx, incomplete)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """The list for --help, without importing any of them."""
        with formatter.section(said("Commands")):
            formatter.write_dl([(name, said(line)) for name, (_, line) in COMMANDS.items()])


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", "-c", type=click.Path(path_type=Path), help="The config file.")
@click.option("--verbose", "-v", count=True, help="Say more in the log.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colours: on a terminal (auto), always, or never.")
@click.version_option(__version__, prog_name="followupd")
@click.pass_context
def cli(ctx: click.Context, config: Path | None, verbose: int, color: str) -> None:
    """Watch a salesperson's mailbox, and put follow-up drafts where silence has lasted too long."""
    from followupd.cli.at_hand import Options

    for name, wish in (("NO_COLOR", "never"), ("FORCE_COLOR", "always")):
        if color != "auto":
            os.environ.pop(name, None)
        if color == wish:
            os.environ[name] = "1"
    ctx.obj = Options(config, verbose)


def main(args: Sequence[str] | None = None) -> None:
    """The console script. Always ends in SystemExit with the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    sys.exit(_outcome(args))


def _outcome(args: Sequence[str] | None) -> int:
    forbid_core_dumps()
    if COMPLETING in os.environ:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # whoever presses Tab wants no word of ours
    words = list(sys.argv[1:] if args is None else args)
    bind()
    try:
        return _called(args)
    except Exception as error:  # noqa: BLE001 - the last net: one line for the user, whatever it was
        if not {"-v", "-vv", "--verbose"}.isdisjoint(words):
            print(clean_text(redact(traceback.format_exc())), file=sys.stderr)
        told = redact(f"{type(error).__name__}: {error}")
        complain(said("error: unexpected: {fault} (run with -v for the traceback)", fault=told))
        return UNEXPECTED


def _root() -> click.Command:
    """All commands, in the language of the person."""
    if not chinese():
        return cli
    from followupd.cli.helping import spoken

    return spoken(cli)


def _called(args: Sequence[str] | None) -> int:
    try:
        result = _root().main(args=args, prog_name="followupd", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except click.ClickException as error:
        error.show()
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except FollowupdError as error:
        return complain_of(error)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    main()
