"""What does --help say to a person who reads Chinese?

Commands are written in English; here they are copied with their help in Chinese, in lines that count a Chinese character as two.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable

import click

from followupd.cli.folding import folded
from followupd.cli.tongue import chinese, said, said_whole


class WideFormatter(click.HelpFormatter):
    """Lays out help whose characters are two cells wide."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The usage line, with a full-width colon."""
        self._lines(folded(f"{prefix or said('Usage:')}{prog} {args}".rstrip(), self.width, "", "      "))

    def write_heading(self, heading: str) -> None:
        """The name of a section."""
        self.write(f"{'':>{self.current_indent}}{heading}：\n")

    def write_text(self, text: str) -> None:
        """Paragraphs; those kept by a backslash b keep their lines."""
        indent = " " * self.current_indent
        for number, paragraph in enumerate(text.split("\n\n")):
            self.write("\n" if number else "")
            if paragraph.startswith("\b"):
                self._lines([(indent + line).rstrip() for line in paragraph.strip("\b\n").splitlines()])
            else:
                self._lines(folded(" ".join(paragraph.split()), self.width, indent))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Options or commands, each with what it is for."""
        rows = list(rows)
        column = min(max((len(first) for first, _ in rows), default=0), col_max) + col_spacing
        for first, second in rows:
            begin, further = f"{'':>{self.current_indent}}{first}", " " * (column + self.current_indent)
            if len(first) > column - col_spacing:
                self._lines([begin])
                begin = ""
            self._lines(folded(second, self.width, begin.ljust(len(further)), further) if second else [begin])

    def _lines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line + "\n")


class WideContext(click.Context):
    """Of a command whose help is Chinese."""

    formatter_class = WideFormatter


def spoken(command: click.Command) -> click.Command:
    """The command with its help, and that of all below it, in the person's language. What was given stays as it is."""
    if not chinese():
        return command
    told = copy.copy(command)
    told.help, told.context_class = said_whole(command.help or ""), WideContext
    told.params = [_parameter(param) for param in command.params]
    vars(told)["_help_option"] = None  # click keeps the one it made, in the language of that moment
    if isinstance(told, click.Group):
        told.commands = {name: spoken(below) for name, below in told.commands.items()}
    return told


def _parameter(param: click.Parameter) -> click.Parameter:
    if not isinstance(param, click.Option) or not param.help:
        return param
    told = copy.copy(param)
    told.help = said(param.help)
    return told
