"""Is the machine fit for followupd: Python, config file, service, clock, disk, the user's own rules? (doctor)"""

from __future__ import annotations

import getpass
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from shlex import quote

import platformdirs

from followupd.cli.checking import Told
from followupd.cli.tongue import later
from followupd.config import AccountConfig, Config
from followupd.rulesource import RuleSource, read_rules
from followupd.store.paths import account_paths

ENDS = {(3, 11): date(2027, 10, 31), (3, 12): date(2028, 10, 31), (3, 13): date(2029, 10, 31), (3, 14): date(2030, 10, 31)}
"""Until when a Python gets security fixes (PEP 664, 693, 719, 745)."""
LITTLE, TOO_LITTLE = 500_000_000, 50_000_000
"""Octets free below which one should think of it, and below which state can hardly be written."""
SECONDS = 10
UNIT = "followupd.service"
TEMPLATES = "templates/"


def python_version(now: datetime) -> Iterator[Told]:
    """Does this Python still get security fixes?"""
    version = sys.version_info[:2]
    name, end = ".".join(map(str, version)), ENDS.get((version[0], version[1]))
    if end and now.date() > end:
        found = later("{version} gets no security fixes since {day}", version=name, day=end)
        yield "python", "warn", found, later("install a newer Python, then followupd anew with it")
    else:
        yield "python", "ok", later("{version}, supported until {day}", version=name, day=end) if end else name


def config_file(config: Config) -> Iterator[Told]:
    """May nobody else write what followupd believes?"""
    paths = [p for p in (config.path, *config.overlays) if p is not None]
    open_to_others = [p for p in paths if p.exists() and p.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH)]
    for path in open_to_others:
        yield "config file", "fail", later("{path} can be written by others", path=path), f"chmod go-w {quote(str(path))}"
    if not open_to_others:
        yield "config file", "ok", later("yours alone to write, and so are rules and facts")


def disk(config: Config, chosen: tuple[AccountConfig, ...]) -> Iterator[Told]:
    """Is there room for the state?"""
    root = account_paths(chosen[0].title, config.state_root).root
    while not root.exists() and root != root.parent:
        root = root.parent
    found = os.statvfs(root)
    free, nodes = found.f_bavail * found.f_frsize, found.f_favail
    told = later("{free} GB free at {place}", free=f"{free / 1e9:.1f}", place=root)
    if free < LITTLE or (found.f_files and nodes < 1000):
        verdict = "fail" if free < TOO_LITTLE or (found.f_files and nodes < 100) else "warn"
        scarce = told if free < LITTLE else later("{count} files more can be made at {place}", count=nodes, place=root)
        yield "disk", verdict, scarce, later("make room there: du -xh {place} | sort -h", place=quote(str(root)))
    else:
        yield "disk", "ok", told


# ---- service --------------------------------------------------------------------------------------


def service(config: Config) -> Iterator[Told]:
    """Is it started by itself, also after a restart of the machine, and with this config?"""
    unit = platformdirs.user_config_path("systemd") / "user" / UNIT
    shown = _properties(["systemctl", "--user", "show", UNIT, "-p", "LoadState,ActiveState,UnitFileState,NRestarts,FragmentPath"])
    if not shown:
        mend = later("start `followupd run` by the means of your system")
        yield "service", "warn", later("systemd of this user does not answer: nothing starts followupd by itself"), mend
        return
    if shown.get("LoadState") != "loaded":
        mend = later("cp systemd/{unit} {place} and systemctl --user enable --now followupd", unit=UNIT, place=quote(str(unit.parent)))
        yield "service", "warn", later("not installed: nothing starts followupd by itself"), mend
        return
    yield from _state_of(shown)
    yield from _unit(Path(shown.get("FragmentPath") or unit), config)
    if _properties(["loginctl", "show-user", getpass.getuser(), "-p", "Linger"]).get("Linger") == "no":
        yield "lingering", "warn", later("followupd ends when you log out"), f"loginctl enable-linger {getpass.getuser()}"


def _state_of(shown: dict[str, str]) -> Iterator[Told]:
    if shown.get("ActiveState") == "active":
        yield "service", "ok", later("installed and running")
    elif shown.get("ActiveState") == "failed":
        yield "service", "fail", later("the service ended with a fault"), later("journalctl --user -u followupd -n 20, then systemctl --user restart followupd")
    else:
        yield "service", "fail", later("installed, but {state}", state=shown.get("ActiveState") or later("not running")), "systemctl --user start followupd"
    if shown.get("UnitFileState") == "disabled":
        yield "service", "warn", later("not started at login"), "systemctl --user enable followupd"


def _unit(unit: Path, config: Config) -> Iterator[Told]:
    """Does the unit start a program that is there, with the config that is asked about here?"""
    try:
        start = re.search(r'(?m)^ExecStart="?([^"\s]+)"?(.*)$', unit.read_text(encoding="utf-8"))
    except OSError:
        return
    if start is None:
        return
    program = Path(start[1].replace("%h", str(Path.home())))
    if not program.exists():
        mend = later("put the path of `command -v followupd` into ExecStart= of {unit}", unit=unit)
        yield "service", "fail", later("{unit} starts {program}, which is not there", unit=unit, program=program), mend
    named = re.search(r'--config "?([^"\s]+)', start[2])
    if named and config.path and Path(named[1]).resolve() != config.path.resolve():
        yield "service", "warn", later("the service uses another config: {path}", path=named[1]), f"followupd -c {quote(named[1])} doctor"


def time_kept() -> Iterator[Told]:
    """Does anybody keep this machine's clock right? Only where the system tells."""
    said = _properties(["timedatectl", "show", "-p", "NTPSynchronized"]).get("NTPSynchronized")
    if said == "no":
        yield "clock", "warn", later("not kept right by the network"), "timedatectl set-ntp true"
    elif said == "yes":
        yield "clock", "ok", later("kept right by the network")


def _properties(command: list[str]) -> dict[str, str]:
    """What such a program shows as ``key=value``; nothing where it is missing or does not answer."""
    program = shutil.which(command[0])
    if program is None:
        return {}
    try:
        done = subprocess.run([program, *command[1:]], capture_output=True, text=True, check=False, timeout=SECONDS)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return {}
    pairs = (line.partition("=") for line in done.stdout.splitlines() if "=" in line)
    return {key: value for key, _, value in pairs} if done.returncode == 0 else {}


# ---- rules ----------------------------------------------------------------------------------------


def unread_rules(config: Config) -> Iterator[Told]:
    """What of the user's own rules speaks of something that followupd no longer ships, and so does nothing?"""
    if not config.overlays:
        return
    from followupd.cli.rules import file_of, unread

    source, shipped = read_rules(*config.overlays), read_rules()
    found: list[tuple[str, str]] = [(file_of(source, name), later("a table that is not shipped, so nothing reads it")) for name in unread(source)]
    found += [(where, what) for where, what in _off(source, shipped)] + list(_texts(source, shipped))
    for where, what in found:
        mend = later("take it out of {file}", file=where.rpartition(":")[0] or where)
        yield "own rules", "warn", later("{where}: {what}", where=where, what=what), mend
    if not found:
        yield "own rules", "ok", later("all of them have something to say")


def _off(source: RuleSource, shipped: RuleSource) -> Iterator[tuple[str, str]]:
    for name, table in source.tables.items():
        for id, entry in table.items():
            if entry.data.get("enabled", True) is False and id not in shipped.tables.get(name, {}):
                yield entry.origin, later("switches {id} off, which is no longer shipped", id=id)


def _texts(source: RuleSource, shipped: RuleSource) -> Iterator[tuple[str, str]]:
    """Templates of topics that there are no longer."""
    for name, origin in source.origins.items():
        topic = name.rpartition("/")[2].removesuffix(".j2")
        if name.startswith(TEMPLATES) and name not in shipped.texts and topic not in source.tables.get("topics", {}) and not topic.startswith("_"):
            yield origin, later("a template of {topic}, and there is no such topic", topic=topic)
