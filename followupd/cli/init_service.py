"""How is followupd made a service of its user? (init)"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import platformdirs

from followupd.cli.output import clean
from followupd.config import load_config
from followupd.files import replace_file
from followupd.store.paths import state_root

SHIPPED_STATE = "%h/.local/state/followupd"
"""Where the shipped unit keeps the state: the default of a user who set nothing."""


def unit_text(program: str, config: Path, state: Path) -> str:
    """The shipped user unit, starting this very program with this very config; it may write to ``state`` alone."""
    from followupd.rulesource import shipped_rules

    shipped = (shipped_rules().parent / "systemd" / "followupd.service").read_text(encoding="utf-8")
    quoted = f'{program} --config "{config}" run'
    unit = re.sub(r"(?m)^ExecStart=.*$", lambda _: f"ExecStart={quoted}", shipped)
    place = str(state.absolute()).replace("%", "%%")
    return unit.replace(SHIPPED_STATE, f'"{place}"')


def _program() -> str:
    """How this program is started: its console script, else its module."""
    script = Path(sys.argv[0])
    if script.name == "followupd" and script.is_file():
        return f'"{script.resolve()}"'
    found = shutil.which("followupd")
    return f'"{found}"' if found else f'"{sys.executable}" -m followupd'


def serve(config: Path) -> list[tuple[str, dict[str, object]]]:
    """Write the user unit, and have systemd start it; what is to be said of it, as keys of init_words."""
    unit = platformdirs.user_config_path("systemd") / "user" / "followupd.service"
    unit.parent.mkdir(parents=True, exist_ok=True)
    replace_file(unit, unit_text(_program(), config.resolve(), load_config(config).state_root or state_root()).encode())
    for command in (["daemon-reload"], ["enable", "--now", "followupd.service"]):
        if why := _systemctl(command):
            return [("no_service", {"path": unit, "why": why})]
    return [("running", {}), ("linger", {})]


def _systemctl(arguments: list[str]) -> str:
    """Why it failed, in one line; empty when it did not."""
    program = shutil.which("systemctl")
    if program is None:
        return "systemctl was not found"
    done = subprocess.run([program, "--user", *arguments], capture_output=True, text=True, check=False, timeout=60)  # noqa: S603
    return "" if done.returncode == 0 else clean(done.stderr.strip() or f"exit {done.returncode}", 200)
