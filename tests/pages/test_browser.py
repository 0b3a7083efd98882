"""The page in a real browser: no complaint, no request, no overflow on a phone, legible in light and dark, in English and Chinese."""

from __future__ import annotations

import json
import os
import re
from functools import cache
from html import unescape
from pathlib import Path

import pytest

from followupd.pages.page import page
from tests.lab.test_report import counted
from tests.pages.browser import CHROMIUM, DARK, Seen, read, site
from tests.pages.test_page import hostile, whole

pytestmark = [pytest.mark.chromium, pytest.mark.slow]

PHONE, DESK = 390, 1200
READER = """<!doctype html><title>reader</title><link rel="icon" href="data:,">{frames}<pre id="told"></pre><script>
function contrast(a, b) {{
  const l = c => {{ const v = c.match(/[\\d.]+/g).slice(0, 3).map(x => x / 255).map(x => x <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4);
    return .2126 * v[0] + .7152 * v[1] + .0722 * v[2] }};
  const [x, y] = [l(a), l(b)].sort((p, q) => q - p); return (x + .05) / (y + .05);
}}
onload = () => {{
  const told = [...document.querySelectorAll("iframe")].map(f => {{
    const d = f.contentDocument, w = f.contentWindow, paper = w.getComputedStyle(d.documentElement).backgroundColor;
    d.querySelectorAll("details").forEach(x => x.open = true);
    const right = e => e.getBoundingClientRect().right;
    const shown = [...d.querySelectorAll("svg")].filter(s => s.getBoundingClientRect().width > 0);
    const texts = shown.flatMap(s => [...s.querySelectorAll("text")].map(t => [t, s]));
    return {{
      name: f.title, paper, width: d.documentElement.scrollWidth, room: d.documentElement.clientWidth,
      out: texts.filter(([t, s]) => right(t) > right(s) + 3 || t.getBoundingClientRect().left < s.getBoundingClientRect().left - 3).map(([t]) => t.textContent),
      small: texts.filter(([t, s]) => parseFloat(w.getComputedStyle(t).fontSize) * s.getBoundingClientRect().width / s.viewBox.baseVal.width < 10.5).length,
      faint: [...d.querySelectorAll("p, h1, h2, td, th, figcaption, summary")].filter(e => contrast(w.getComputedStyle(e).color, paper) < 4.5).length
        + texts.filter(([t]) => contrast(w.getComputedStyle(t).fill, paper) < 4.5).length,
      tall: [...d.querySelectorAll("td, tbody th")].filter(e => e.getBoundingClientRect().height > 110).length,
      pictures: shown.length, finding: d.querySelector(".finding").textContent,
      text: d.body.innerText.length, hacked: w.hacked === true,
    }};
  }});
  document.getElementById("told").textContent = JSON.stringify(told);
}};
</script>"""
FRAME = '<iframe title="{name}" src="{name}" width="{width}" height="4000"></iframe>'


@pytest.fixture(autouse=True)
def there() -> None:
    """Missing is a skip on a laptop and a failure where everything is promised to run."""
    if not CHROMIUM and os.environ.get("CI"):
        pytest.fail("CI promises Chromium (Debian: chromium)")
    if not CHROMIUM:
        pytest.skip("needs Chromium (Debian: chromium)")


@cache
def pages() -> dict[str, str]:
    return {f"{language}.html": page(whole(), language) for language in ("en", "zh")}


def opened(served: dict[str, str], tmp_path: Path, *flags: str) -> tuple[Seen, list[dict]]:
    """The pages in frames of a phone's and of a desk's width; measured by a page around them, since they allow no script themselves."""
    frames = "".join(FRAME.format(name=name, width=width) for name in served for width in (PHONE, DESK))
    with site({**served, "reader": READER.format(frames=frames)}) as running:
        seen = read(running.url("reader"), tmp_path, "--window-size=1300,900", *flags)
        own = {running.url(name) for name in ("reader", *served)}
    told = json.loads(unescape(re.search(r'<pre id="told">(.*?)</pre>', seen.dom, re.DOTALL)[1]))
    return Seen(seen.dom, seen.console, [u for u in seen.asked if u not in own]), told


@pytest.mark.parametrize(("scheme", "paper"), [((), "rgb(252, 251, 248)"), ((DARK,), "rgb(22, 24, 26)")], ids=["light", "dark"])
def test_it_reads_well_on_a_phone_and_on_a_desk(scheme: tuple[str, ...], paper: str, tmp_path: Path) -> None:
    seen, told = opened(pages(), tmp_path, *scheme)
    assert seen.console == []
    assert seen.asked == []
    assert [t["name"] for t in told] == ["en.html", "en.html", "zh.html", "zh.html"]
    for one in told:
        assert one["paper"] == paper
        assert one["width"] <= one["room"], one
        assert one["out"] == []
        assert one["small"] == 0
        assert one["faint"] == 0
        assert one["tall"] == 0
        assert one["pictures"] >= 5
        assert one["text"] > 1500
    assert "were quoted" in told[0]["finding"]
    assert "已报价" in told[2]["finding"]


def test_the_text_stands_in_the_document(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(pages()["zh.html"], encoding="utf-8")
    seen = read(file.as_uri(), tmp_path / "b")
    assert seen.console == []
    assert seen.asked == []
    for words in ("从询盘到订单", "跟进起了什么作用", "本页的依据", "德国"):
        assert words in seen.dom


def test_hostile_names_and_an_empty_mailbox(tmp_path: Path) -> None:
    seen, told = opened({"hostile.html": page(hostile()), "empty.html": page(counted())}, tmp_path)
    assert seen.console == []
    assert seen.asked == []
    assert all(one["width"] <= one["room"] and not one["hacked"] for one in told)


def test_control_a_page_that_breaks_the_rules_is_found(tmp_path: Path) -> None:
    """A script, a picture from elsewhere and a line that is too wide: the policy stops the first two, and all three are seen."""
    bad = pages()["en.html"].replace("<main>", '<main><script>window.hacked = true</script><img src="/leak.png" alt=""><p id="wide">' + "x" * 300 + "</p>")
    seen, told = opened({"bad.html": bad}, tmp_path)
    assert any("Content Security Policy" in line for line in seen.console)
    assert not any(one["hacked"] for one in told)
    assert told[0]["width"] > told[0]["room"]
    free = re.sub(r"<meta http-equiv=[^>]*>", "", bad)
    seen, told = opened({"bad.html": free}, tmp_path / "free")
    assert [u.rpartition("/")[2] for u in seen.asked] == ["leak.png"]
    assert told[0]["hacked"]
