"""Do the pages hang together: links, languages, providers?"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.docs.pages import FOR_USERS, PAGES, ROOT, anchors, links

DOCS = ROOT / "docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in links(page):
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), f"{link}: no such file"
        assert not anchor or target.suffix != ".md" or anchor in anchors(target), f"{link}: no such heading"


@pytest.mark.parametrize("name", FOR_USERS)
def test_what_users_read_stands_in_both_languages(name: str) -> None:
    english, chinese = DOCS / f"{name}.md", DOCS / "zh" / f"{name}.md"
    assert f"[中文](zh/{name}.md)" in english.read_text(encoding="utf-8")
    assert f"[English](../{name}.md)" in chinese.read_text(encoding="utf-8")


def test_every_chinese_page_has_an_english_one() -> None:
    for page in (DOCS / "zh").glob("*.md"):
        assert page.name == "README.md" or (DOCS / page.name).exists(), page.name


@pytest.mark.parametrize("page", ["providers.md", "zh/providers.md"])
def test_every_provider_has_a_row(page: str) -> None:
    known = yaml.safe_load((ROOT / "rules/providers.yaml").read_text(encoding="utf-8"))
    text = (DOCS / page).read_text(encoding="utf-8")
    assert [p["title"] for p in known.values() if f"| {p['title']}" not in text] == []


@pytest.mark.parametrize("page", ["README.md", "docs/zh/README.md"])
def test_the_readme_leads_to_every_page_for_users(page: str) -> None:
    start = ROOT / page
    reached = {(start.parent / link.partition("#")[0]).resolve() for link in links(start)}
    home = DOCS / "zh" if "zh" in page else DOCS
    assert [name for name in FOR_USERS if (home / f"{name}.md").resolve() not in reached] == []
