"""What does ``man followupd`` say? Made from the help that every command gives of itself.

``python -m followupd.cli.man_page docs/man`` writes the page anew; a test holds it in step with the commands.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from followupd.cli.main import COMMANDS, cli
from followupd.cli.output import say

NAME = "followupd.1"
ABOUT = "watches a salesperson's mailbox and drafts follow-ups"
FILES = (
    ("~/.config/followupd/config.yaml", "The config; every key is explained in config.example.yaml. $FOLLOWUPD_CONFIG or -c names another."),
    ("~/.config/followupd/rules/", "Rules of your own, laid over the shipped ones."),
    ("~/.config/followupd/facts.yaml", "What only you know: prices, slots, closings, events."),
    ("~/.local/state/followupd/", "One directory per account: ledger.json is precious, index.sqlite can be deleted at any time."),
)
CODES = (
    ("0", "All is well."),
    ("1", "A story of `rules test` came out otherwise than it says."),
    ("64", "A wrong word on the command line."),
    ("65", "Nothing of the input could be read."),
    ("70", "A fault of followupd itself; -v shows the traceback."),
    ("73", "State cannot be written, or others can write it."),
    ("75", "Try again: the server, the network or the disk is in the way, or followupd runs already."),
    ("77", "The server refused the login."),
    ("78", "Config, rules or folders are wrong; file and line are named."),
    ("130", "Ended by Ctrl-C."),
)
ENVIRONMENT = (
    ("FOLLOWUPD_CONFIG", "The config file."),
    ("NO_COLOR", "If set, nothing is coloured."),
    ("PAGER", "Shows what is longer than the terminal; empty or cat: nothing does."),
    ("STATE_DIRECTORY", "Where state lies when systemd gives the place."),
)
WRITTEN = (("\\", r"\e"), ("-", r"\-"), ("'", r"\(aq"), ("`", r"\(ga"), ("~", r"\(ti"), ("^", r"\(ha"))
"""Characters that mean something to roff or that it would make pretty; the backslash first."""


def page() -> str:
    """The page in the language of man(7)."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield '.\\" Made by followupd.cli.man_page; do not edit.'
    yield f'.TH FOLLOWUPD 1 "" "followupd" "{_plain("User commands")}"'
    yield from (".SH NAME", f"followupd \\- {_plain(ABOUT)}", ".SH SYNOPSIS", ".B followupd")
    yield r"[\fB\-c\fR \fIFILE\fR] [\fB\-v\fR] \fICOMMAND\fR [\fIARGUMENT\fR]..."
    yield ".SH DESCRIPTION"
    yield from _prose(cli.help or "")
    yield from _prose("It never writes to a buyer by itself: drafts are put into the Drafts folder, in the buyer's thread, and a person sends them.")
    yield from (".SH OPTIONS", *_options(cli))
    yield ".SH COMMANDS"
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        yield from _command(name, command)
    for title, rows in (("FILES", FILES), ("ENVIRONMENT", ENVIRONMENT), ("EXIT STATUS", CODES)):
        yield f".SH {title}"
        for term, about in rows:
            yield from (".TP", f".B {_plain(term)}", _plain(about))


def _command(path: str, command: click.Command) -> Iterator[str]:
    """A command with its options; of a group each command below it."""
    if isinstance(command, click.Group):
        for name in sorted(command.commands):
            yield from _command(f"{path} {name}", command.commands[name])
        return
    yield f".SS {_plain(_usage(path, command))}"
    yield from _prose(command.help or "")
    yield from _options(command)


def _usage(path: str, command: click.Command) -> str:
    context = click.Context(command)
    words = [piece for param in command.params if isinstance(param, click.Argument) for piece in param.get_usage_pieces(context)]
    return " ".join((path, *words))


def _options(command: click.Command) -> Iterator[str]:
    context = click.Context(command)
    for param in command.params:
        if isinstance(param, click.Option) and (record := param.get_help_record(context)):
            yield from (".TP", f".B {_plain(record[0])}", _plain(record[1]) or r"\&")


def _prose(text: str) -> Iterator[str]:
    r"""Paragraphs; those that click keeps as they are (after \b) are kept here too."""
    import inspect

    for paragraph in inspect.cleandoc(text).split("\n\n"):
        kept = paragraph.startswith("\b")
        rows = [row for row in paragraph.strip("\b\n").splitlines() if row.strip()]
        yield ".PP"
        if kept:
            yield from (".nf", *map(_plain, rows), ".fi")
        else:
            yield _plain(" ".join(row.strip() for row in rows))


def _plain(text: str) -> str:
    """Text in which nothing is a request of roff: backslashes, dashes, and dots or quotes at the beginning of a line."""
    escaped = " ".join(text.split("\n"))
    for char, written in WRITTEN:
        escaped = escaped.replace(char, written)
    return rf"\&{escaped}" if escaped.startswith((".", "'")) else escaped


def main(directory: str) -> None:
    """Write the page into ``directory``."""
    path = Path(directory) / NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page(), encoding="utf-8")
    say(f"{path} written")


if __name__ == "__main__":
    main(sys.argv[1])
