"""How is a stranger's file format read without risk to the daemon?

A child process (:mod:`followupd.papers.child`) gets the file on stdin and gives text on stdout. It has its own limits of
memory and processor time; here stands the limit of waiting. A file that costs more, crashes its parser or is none of
the two formats gives no text, and nothing else happens.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from contextlib import suppress
from email.header import decode_header, make_header
from email.message import Message as EmailMessage

from followupd.papers.names import MAX_FILES, MAX_SIZE, Paper, kind_of_quote

log = logging.getLogger(__name__)

WAIT = 12.0
"""Seconds by the wall clock after which the child is killed."""
_KEPT = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "SYSTEMROOT")


def text_of(paper: Paper, wait: float = WAIT) -> str:
    """The text of a file, empty when it cannot be had within the limits. Never raises for what the file holds."""
    if len(paper.content) > MAX_SIZE or not _looks_so(paper):
        return ""
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no shell
            [sys.executable, "-P", "-m", "followupd.papers.child", paper.kind],
            input=paper.content, capture_output=True, timeout=wait, check=False, env=_surroundings(), cwd="/",
        )  # fmt: skip
    except (subprocess.TimeoutExpired, OSError) as error:
        log.warning("an attached quote was not read: %s", type(error).__name__)
        return ""
    if done.returncode:
        log.info("an attached quote was not read: the reader ended with %d", done.returncode)
        return ""
    return done.stdout.decode("utf-8", "replace")


def quotes_in(message: EmailMessage) -> tuple[Paper, ...]:
    """The attached quotes of a mail of ours that was fetched whole, by the same rule as from BODYSTRUCTURE."""
    found: list[Paper] = []
    for part in message.walk():
        if part.is_multipart() or len(found) >= MAX_FILES:
            continue
        name, size = _name(part), len(str(part.get_payload() or ""))
        if kind := kind_of_quote(name, part.get_content_type(), size):
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                found.append(Paper(name, kind, content))
    return tuple(found)


def _name(part: EmailMessage) -> str:
    name = ""
    with suppress(ValueError, LookupError, UnicodeError, TypeError, AttributeError):
        name = part.get_filename() or ""
        name = str(make_header(decode_header(name))) if "=?" in name else name
    return name


def _looks_so(paper: Paper) -> bool:
    """Does it begin as such a file does?"""
    return paper.content[:1024].lstrip().startswith(b"%PDF-") if paper.kind == "pdf" else paper.content[:2] == b"PK"


def _surroundings() -> dict[str, str]:
    """What the child needs to start, and no secret of ours."""
    kept = {name: value for name in _KEPT if (value := os.environ.get(name))}
    return {**kept, "OPENPYXL_LXML": "False", "PYTHONDONTWRITEBYTECODE": "1"}
