"""What do the pages for users say? Every page, its links, and every command of followupd that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "SECURITY.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
FOR_USERS = ("quick-start", "deciding", "following", "tuning", "mail-clients", "providers", "sending", "security", "architecture", "adding", "faq",
             "dossiers", "report", "terminal")  # fmt: skip
"""Pages that stand in English and in Chinese."""


@dataclass(frozen=True)
class Said:
    """A command as a page says it. ``block``: it stands in a block to be typed, so it must be whole."""

    page: str
    words: str
    block: bool


def commands(page: Path) -> Iterator[Said]:
    """Every line of a shell block and every code span that begins with ``followupd``; what a pipe does with it is not ours."""
    text, name = page.read_text(encoding="utf-8"), str(page.relative_to(ROOT))
    for block in re.findall(r"(?ms)^ *```sh\n(.*?)```", text):
        for line in block.splitlines():
            if line.strip().startswith("followupd "):
                yield Said(name, re.split(r" [|>#] ?| +#", line)[0].strip(), True)
    for span in re.findall(r"`(followupd [^`\n]+)`", re.sub(r"(?ms)^ *```.*?```", "", text)):
        yield Said(name, span.strip(), False)


def slug(heading: str) -> str:
    """The anchor that code hosts give a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    """Where a page can be entered."""
    return {slug(re.sub(r"`", "", h)) for h in re.findall(r"(?m)^#+ +(.+)$", page.read_text(encoding="utf-8"))}


def links(page: Path) -> list[str]:
    """Links to files of the repository."""
    found = re.findall(r"\]\(([^)\s]+)\)", re.sub(r"(?ms)^ *```.*?```", "", page.read_text(encoding="utf-8")))
    return [unquote(link) for link in found if not re.match(r"[a-z]+:", link)]
