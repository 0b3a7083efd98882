"""What text is in one PDF or XLSX? Run as a process of its own: kind as argument, the file on stdin, text on stdout.

The limits on memory, time and open files are set before the first octet is looked at, so that whatever a file does to
its parser, only this process suffers. Exit code 1 for a file that cannot be read.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable

MEMORY = 400_000_000
"""Octets of address space."""
CPU = 4
"""Seconds of processor time."""
MAX_TEXT = 60_000
"""Characters handed back at most."""


def fence() -> None:
    """From here on this process cannot grow, spin or write."""
    for what, limit in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))
    sys.setrecursionlimit(500)


def main(kind: str) -> int:
    """Read stdin, write the text. Whatever goes wrong is one line on stderr and 1."""
    fence()
    try:
        text = reader(kind)(sys.stdin.buffer.read())
    except BaseException as error:  # noqa: BLE001 - parsers raise what they like, MemoryError and RecursionError included
        sys.stderr.write(f"{type(error).__name__}\n")
        return 1
    sys.stdout.buffer.write(text[:MAX_TEXT].encode("utf-8", "replace"))
    return 0


def reader(kind: str) -> Callable[[bytes], str]:
    """The function that reads a kind of file; imported only when asked for."""
    if kind == "pdf":
        from followupd.papers.pdf import pdf_text

        return pdf_text
    from followupd.papers.xlsx import xlsx_text

    return xlsx_text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
