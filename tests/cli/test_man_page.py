"""The man page is in step with the commands, sound roff, and in the wheel."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from followupd.cli.main import COMMANDS
from followupd.cli.man_page import NAME, _plain, page

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "man" / NAME


def test_the_page_is_what_the_commands_say_of_themselves() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m followupd.cli.man_page docs/man"


def test_every_command_has_its_place() -> None:
    shown = page()
    for name in COMMANDS:
        assert f"\n.SS {_plain(name)}" in shown, name


@pytest.mark.parametrize("text", [".so /etc/passwd", "'x", "a\\fBb", "--json", "a\nb"])
def test_no_text_is_a_request(text: str) -> None:
    made = _plain(text)
    assert not made.startswith((".", "'"))
    assert "\n" not in made
    assert "\\f" not in made


def test_groff_has_nothing_to_warn_of() -> None:
    if not shutil.which("groff"):
        if os.environ.get("CI"):
            pytest.fail("CI promises groff")
        pytest.skip("needs groff")
    command = ["groff", "-Kutf8", "-man", "-Tutf8", "-ww", "-rLL=78n"]
    done = subprocess.run([*command, str(PAGE)], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert "followupd" in done.stdout
    bad = subprocess.run([*command, "-z"], input=page() + ".nonsense\n", capture_output=True, text=True, check=True)
    assert bad.stderr != "", "a fault would be seen"


def test_the_wheel_lays_it_where_man_looks() -> None:
    import tomllib

    data = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert data["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"] == {f"docs/man/{NAME}": f"share/man/man1/{NAME}"}
