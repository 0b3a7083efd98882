"""Does followupd hold its promises under the systemd that runs here? Runs as root in the system that ``boot.py`` made.

Every promise is a function whose docstring says it; it returns what was seen, or raises AssertionError. Dovecot stands
beside the units; buyers' mail is laid into its Maildirs. ``python -m tests.service.inside REPORT``.
"""

from __future__ import annotations

import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tests.endtoend.office import Office, ago, text, until
from tests.servers.dovecot import PASSWORD, Dovecot

REPO = Path(__file__).parents[2]
ETC, UNITS = Path("/etc/followupd"), Path("/etc/systemd/system")
STATE = Path("/var/lib/private/followupd-sales")
CACHE = Path("/var/cache/private/followupd-sales")
SALES, PROBE, BROKEN = "followupd@sales.service", "followupd@probe.service", "followupd@broken.service"
MOST_EXPOSED = 1.5
STOPS_WITHIN = 5.0
WATCHED = 16
"""Seconds of the watchdog in the trial; the unit's own 180 would only make it longer."""
CONFIG = """
accounts:
  - address: {user}
    display_name: Lily Chen
    company: Ningbo Brightway Tools Co., Ltd.
    name: lily
    imap: {{host: 127.0.0.1, port: {port}, security: none, password: {secret}}}
digest: {{enabled: false}}
"""
TRY = "/opt/followupd/venv/bin/python /opt/followupd/tests/service/probe.py"
AS_PROBE = f"[Service]\nType=oneshot\nRestart=no\nWatchdogSec=0\nExecStart=\nExecStart={TRY}\nStandardOutput=file:/out/%p-%i.json\n"
GREEDY = "[Service]\nType=exec\nRestart=no\nWatchdogSec=0\nExecStart=\nExecStart=/usr/bin/python3 -c 'x = b\"x\" * (900 << 20)'\n"
Systemctl = Callable[..., str]


def sh(*command: str, ok: bool = True, seconds: float = 120) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    assert not ok or done.returncode == 0, f"{' '.join(command)}: exit {done.returncode}: {done.stderr.strip()[-600:]}"
    return done.stdout.strip()


def systemctl(*words: str, ok: bool = True) -> str:
    return sh("systemctl", *words, ok=ok)


def annas(*words: str, ok: bool = True) -> str:
    """The same, asked of the manager of user anna, who is not logged in but lingers."""
    me = pwd.getpwnam("anna")
    place = f"XDG_RUNTIME_DIR=/run/user/{me.pw_uid}"
    return sh("runuser", "-u", "anna", "--", "env", place, "systemctl", "--user", *words, ok=ok)


def show(unit: str, name: str, ctl: Systemctl = systemctl) -> str:
    return ctl("show", "-p", name, "--value", unit)


def journal(unit: str) -> str:
    return sh("journalctl", "--no-pager", "-o", "cat", "-n", "15", "-u", unit, ok=False)


def main_pid(unit: str, ctl: Systemctl = systemctl) -> int:
    return int(show(unit, "MainPID", ctl))


def active(unit: str, ctl: Systemctl = systemctl) -> bool:
    return show(unit, "ActiveState", ctl) == "active" and show(unit, "SubState", ctl) == "running"


def started(unit: str, ctl: Systemctl = systemctl) -> float:
    """Start the unit; it must be active when systemctl returns. The seconds it took."""
    began = time.monotonic()
    ctl("start", unit)
    assert active(unit, ctl), show(unit, "SubState", ctl) + "\n" + journal(unit)
    return time.monotonic() - began


def stopped(unit: str, ctl: Systemctl = systemctl) -> float:
    began = time.monotonic()
    ctl("stop", unit)
    took = time.monotonic() - began
    assert took < STOPS_WITHIN, f"{took:.1f} s"
    result = show(unit, "Result", ctl)
    assert result == "success", f"{result}: {journal(unit)}"
    return took


@contextmanager
def dropped_in(unit: str, words: str, place: Path = UNITS, ctl: Systemctl = systemctl) -> Iterator[None]:
    """The unit with a few other lines."""
    drop = place / f"{unit}.d" / "trial.conf"
    drop.parent.mkdir(parents=True, exist_ok=True)
    drop.write_text(words)
    ctl("daemon-reload")
    try:
        yield
    finally:
        shutil.rmtree(drop.parent)
        ctl("daemon-reload")


def status(pid: int, name: str) -> str:
    found = re.search(rf"(?m)^{name}:\s*(.*)$", Path(f"/proc/{pid}/status").read_text())
    return found.group(1) if found else ""


class World:
    """Dovecot, two mailboxes, the system unit for one and the user unit for the other."""

    def __init__(self, server: Dovecot) -> None:
        self.server = server
        self.lily = self.office("lily")
        self.anna = self.office("anna")

    def office(self, name: str) -> Office:
        directory = Path("/run/trial") / name
        directory.mkdir(parents=True)
        return Office(self.server, f"{name}@brightway.example", directory)

    def set_up(self) -> None:
        """Install as README.md and the comments in the units say."""
        sh("useradd", "-m", "-s", "/bin/sh", "anna")
        ETC.mkdir(mode=0o755)
        for unit in ("followupd@.service",):
            shutil.copy(REPO / "systemd" / unit, UNITS / unit)
        config = CONFIG.format(user=self.lily.user, port=self.server.port, secret="{credential: imap-password}")
        for name in ("sales", "probe"):
            (ETC / f"{name}.yaml").write_text(config)
        (ETC / "broken.yaml").write_text(config + "no_such_key: 1\n")
        for name in ("sales", "probe", "broken"):
            secret(ETC / f"{name}.password", PASSWORD)
        self._bait()
        systemctl("daemon-reload")
        self._user()

    def _bait(self) -> None:
        """Files that only the sandbox keeps from being read: their modes would let everybody."""
        for home in (Path("/home/anna"), Path("/root")):
            (home / ".ssh").mkdir(exist_ok=True)
            (home / ".ssh/id_ed25519").write_text("a private key\n")
            for path in (home, home / ".ssh"):
                path.chmod(0o755)
        Path("/srv/open").mkdir()
        Path("/srv/open").chmod(0o777)
        Path("/tmp/of-another-service").write_text("a draft\n")

    def _user(self) -> None:
        home, me = Path("/home/anna"), pwd.getpwnam("anna")
        units, config, command = home / ".config/systemd/user", home / ".config/followupd", home / ".local/bin"
        for directory in (units, config, command):
            directory.mkdir(parents=True)
        shutil.copy(REPO / "systemd/followupd.service", units)
        (command / "followupd").symlink_to("/opt/followupd/venv/bin/followupd")
        secret(config / "password", PASSWORD)
        words = CONFIG.format(user=self.anna.user, port=self.server.port, secret=f"{{file: {config}/password}}")
        (config / "config.yaml").write_text(words)
        sh("chown", "-R", "anna:anna", str(home))
        sh("loginctl", "enable-linger", "anna")
        until(lambda: Path(f"/run/user/{me.pw_uid}/systemd/private").exists(), "anna's manager", 30)


def secret(file: Path, word: str) -> None:
    file.touch(mode=0o600)
    file.write_text(word + "\n")


# ---- the system unit ------------------------------------------------------------------------------


def starts(world: World) -> str:
    """systemctl start returns when it is active (running), told by Type=notify"""
    world.lily.quoted()
    took = started(SALES)
    assert show(SALES, "Type") == "notify"
    assert main_pid(SALES) > 1
    return f"{took:.1f} s, exactly one main process, user {show(SALES, 'User') or 'of its own'}"


def drafts(world: World) -> str:
    """A quote gone quiet leads to a draft, a new mail to a verdict"""
    until(lambda: world.lily.mails("Drafts"), f"a draft:\n{journal(SALES)}", 60)
    mail = world.lily.mail(text("inquiry_valves"), "Karl Lang <karl@lang.example>", world.lily.us, ago(0), subject="A new project")
    verdict = until(lambda: decided(STATE / "lily", mail["Message-ID"]), f"a verdict:\n{journal(SALES)}", 60)
    assert len(world.lily.mails("Drafts")) == 1
    until(lambda: "watching" in show(SALES, "StatusText"), "a status line", 60)
    return f"1 draft; {verdict}; systemctl status says: {show(SALES, 'StatusText')}"


def decided(root: Path, message_id: str) -> str:
    """The decision in the index on the thread of a mail."""
    from followupd.config import load_config
    from followupd.store.index import Index

    config = load_config(ETC / "sales.yaml")
    if not (root / "index.sqlite").exists():
        return ""
    index = Index(root / "index.sqlite", config.accounts[0].own(), read_only=True)
    try:
        row = index.row(index.thread_of(message_id.strip("<>")) or "")
        return f"{row.decision.action} because {row.decision.reason}" if row and row.decision else ""
    finally:
        index.close()


def reloads(_: World) -> str:
    """systemctl reload takes a changed config, and a broken one keeps the last good one"""
    pid, good = main_pid(SALES), (ETC / "sales.yaml").read_text()
    (ETC / "sales.yaml").write_text(good + "no_such_key: 1\n")
    systemctl("reload", SALES)
    until(lambda: "not reloaded" in journal(SALES), "a refusal in the journal", 20)
    until(lambda: active(SALES), "active again", 20)
    (ETC / "sales.yaml").write_text(good)
    systemctl("reload", SALES)
    until(lambda: "config and rules reloaded" in journal(SALES), "a reload in the journal", 20)
    until(lambda: active(SALES), "active again", 20)
    assert main_pid(SALES) == pid
    return "the same process all the while"


def stops(_: World) -> str:
    """systemctl stop ends it within 5 s with code 0"""
    took = stopped(SALES)
    assert show(SALES, "ExecMainStatus") == "0"
    return f"{took:.2f} s"


def killed(world: World) -> str:
    """SIGKILL of the main process: it is started again and no draft is doubled"""
    started(SALES)
    before, pid = world.lily.mails("Drafts"), main_pid(SALES)
    os.kill(pid, signal.SIGKILL)
    until(lambda: active(SALES) and main_pid(SALES) not in (0, pid), f"a new process:\n{journal(SALES)}", 60)
    until(lambda: "watching" in show(SALES, "StatusText"), "a status line", 60)
    assert world.lily.mails("Drafts") == before
    return f"NRestarts={show(SALES, 'NRestarts')}, {len(before)} draft as before"


def starved(_: World) -> str:
    """A process that stands still is ended by the watchdog and started again"""
    assert show(SALES, "WatchdogUSec") == "3min", show(SALES, "WatchdogUSec")
    stopped(SALES)
    with dropped_in(SALES, f"[Service]\nWatchdogSec={WATCHED}\n"):
        started(SALES)
        time.sleep(2 * WATCHED)
        pid, restarts = main_pid(SALES), int(show(SALES, "NRestarts"))
        assert restarts == 0, "at work it feeds the watchdog: " + journal(SALES)
        os.kill(pid, signal.SIGSTOP)
        began = time.monotonic()
        until(lambda: active(SALES) and main_pid(SALES) not in (0, pid), f"a new process:\n{journal(SALES)}", 8 * WATCHED)
        took = time.monotonic() - began
        assert "watchdog" in sh("journalctl", "--no-pager", "-u", SALES, "-n", "40").lower()
        stopped(SALES)
    started(SALES)
    return f"fed for {2 * WATCHED} s with WatchdogSec={WATCHED}; a new process {took:.0f} s after SIGSTOP"


def config_wrong(_: World) -> str:
    """A config that is wrong ends with 78 and is not tried again"""
    systemctl("start", BROKEN, ok=False)
    until(lambda: show(BROKEN, "ActiveState") == "failed", "failed", 30)
    time.sleep(15)
    assert (show(BROKEN, "ExecMainStatus"), show(BROKEN, "NRestarts")) == ("78", "0"), journal(BROKEN)
    assert show(BROKEN, "ActiveState") == "failed"
    said = journal(BROKEN)
    assert "broken.yaml:" in said, said
    assert "no_such_key" in said, said
    assert "Traceback" not in said, said
    return f"exit {show(BROKEN, 'ExecMainStatus')}, no restart in 15 s (RestartSec is 10), the journal names file, line and key"


def login_refused(world: World) -> str:
    """A refused login is tried once, and the service stays up to tell"""
    stopped(SALES)
    secret(ETC / "sales.password", "not-the-password")
    before = world.server.log().count("auth failed")
    started(SALES)
    until(lambda: "login refused" in show(SALES, "StatusText"), f"the refusal:\n{journal(SALES)}", 60)
    time.sleep(12)
    assert active(SALES)
    assert "not-the-password" not in journal(SALES) + show(SALES, "StatusText")
    tried = world.server.log().count("auth failed") - before
    assert tried <= 1, f"{tried} logins"
    seen = show(SALES, "StatusText")
    stopped(SALES)
    secret(ETC / "sales.password", PASSWORD)
    started(SALES)
    return seen


def asked_by_root(_: World) -> str:
    """root asks for the status and mutes a buyer by the command that the unit's head names"""
    as_it = "systemd-run -qP -p DynamicUser=yes -p User=followupd-sales -p StateDirectory=followupd-sales followupd --config /etc/followupd/sales.yaml"
    until(lambda: "watching" in sh(*as_it.split(), "status"), "a status", 60)
    sh(*as_it.split(), "mute", "anna@schmidt-armaturen.example")
    until(lambda: "anna@schmidt-armaturen.example" in (STATE / "lily/ledger.json").read_text().partition('"words"')[2], "the word in the ledger", 90)
    return "the word came into the ledger"


def kernel_facts(_: World) -> str:
    """The kernel knows the process as unprivileged, filtered, without capabilities and without core files"""
    pid = main_pid(SALES)
    limits = Path(f"/proc/{pid}/limits").read_text()
    assert re.search(r"Max core file size\s+0\s+0", limits), limits
    uid = int(status(pid, "Uid").split()[0])
    assert 61184 <= uid <= 65519, f"not a dynamic user: {uid}"
    facts = {n: status(pid, n) for n in ("NoNewPrivs", "Seccomp", "CapEff", "CapBnd", "CapPrm")}
    zero = "0" * 16
    assert facts == {"NoNewPrivs": "1", "Seccomp": "2", "CapEff": zero, "CapBnd": zero, "CapPrm": zero}, facts
    return f"uid {uid}, NoNewPrivs 1, Seccomp 2, no capability, core limit 0"


def files_are_its_own(_: World) -> str:
    """Its files are 0600 in 0700, and outside its state directory it left nothing"""
    pid = main_pid(SALES)
    uid = status(pid, "Uid").split()[0]
    wide = sh("find", str(STATE), str(CACHE), "-perm", "/077")
    assert not wide, wide
    strange = sh("find", "/", "-xdev", "-uid", uid, "-not", "-path", f"{STATE}*", "-not", "-path", f"{CACHE}*")
    assert not strange, strange
    assert STATE.stat().st_mode & 0o777 == 0o700
    return f"{len(list(STATE.rglob('*')))} files and directories below {STATE}"


def sandbox(_: World) -> str:
    """In the unit's sandbox nothing of what an intruder would try succeeds; without it all of it does (control)"""
    without = json.loads(sh("systemd-run", "-q", "--wait", "--pipe", *TRY.split()))
    with dropped_in(PROBE, AS_PROBE):
        systemctl("start", PROBE)
    within = json.loads(Path("/out/followupd-probe.json").read_text())
    assert within["did"] == [], within["did"]
    assert "mode 0400" in within["may"]["credential"], within["may"]
    kept = sorted(without["refused"])
    tried = len(within["refused"])
    assert tried - len(kept) >= 20, f"the control cannot tell: {kept}"
    note = f"; refused without it too, so not shown here: {', '.join(kept)}" if kept else ""
    return f"{tried} attempts refused, {tried - len(kept)} of them possible without; credential {within['may']['credential']}, state {within['may']['state']}{note}"


def memory(_: World) -> str:
    """MemoryMax ends a process that takes 900 MB"""
    controllers("memory")
    with dropped_in(PROBE, GREEDY):
        systemctl("start", PROBE, ok=False)
        until(lambda: show(PROBE, "ActiveState") in ("failed", "inactive"), "its end", 60)
        result = show(PROBE, "Result")
        systemctl("reset-failed", PROBE, ok=False)
    assert result == "oom-kill", result
    return f"Result={result} at MemoryMax={show(SALES, 'MemoryMax')}"


def tasks(_: World) -> str:
    """TasksMax keeps it from having a hundred children"""
    controllers("pids")
    with dropped_in(PROBE, AS_PROBE.replace(TRY, f"{TRY} children")):
        systemctl("start", PROBE)
    found = json.loads(Path("/out/followupd-probe.json").read_text())
    assert not found["did"], found
    return f"{found['refused']} at TasksMax={show(SALES, 'TasksMax')}"


def controllers(wanted: str) -> None:
    """The kernel's accounting that a limit rests on; a container on an old hierarchy has none of its own."""
    file = Path("/sys/fs/cgroup/cgroup.controllers")
    if not file.exists() or wanted not in file.read_text().split():
        raise NotHere(f"no {wanted} controller in this container (control groups of version 1)")


def exposure(_: World) -> str:
    """systemd-analyze security rates the loaded unit 1.5 or better"""
    said = sh("systemd-analyze", "security", "--no-pager", SALES)
    level = float(re.search(r"exposure level.*?: ([0-9.]+)", said).group(1))  # type: ignore[union-attr]
    assert level <= MOST_EXPOSED, said
    return f"{level}"


# ---- the user unit --------------------------------------------------------------------------------

USERS = "followupd.service"
USERS_STATE = Path("/home/anna/.local/state/followupd")
USERS_CONFIG = Path("/home/anna/.config/followupd")


USERS_MUST = {
    "leave a core file", "set the set-user-ID bit", "run in real time", "change its personality", "open a netlink socket",
    "open a packet socket", "read another service's file in /tmp", "write to a directory that everybody may write",
}  # fmt: skip


def user_starts(world: World) -> str:
    """The user unit of somebody who is not logged in starts, a draft comes, and the command line sees the same state"""
    world.anna.quoted()
    took = started(USERS, annas)
    until(lambda: world.anna.mails("Drafts"), f"a draft: {annas('status', USERS, ok=False)}", 60)
    wide = sh("find", str(USERS_STATE), str(USERS_CONFIG / "password"), "-perm", "/077")
    assert not wide, wide
    listed = sh("runuser", "-l", "anna", "-c", "followupd list --json")
    assert "anna@schmidt-armaturen.example" in listed, listed
    return f"{took:.1f} s; state in {USERS_STATE}, 0600 in 0700; `followupd list` shows the thread"


def user_killed(world: World) -> str:
    """SIGKILL: started again; a stop within 5 s; a wrong config is not tried again"""
    before, pid = world.anna.mails("Drafts"), main_pid(USERS, annas)
    os.kill(pid, signal.SIGKILL)
    until(lambda: active(USERS, annas) and main_pid(USERS, annas) not in (0, pid), "a new process", 60)
    time.sleep(3)
    assert world.anna.mails("Drafts") == before
    took = stopped(USERS, annas)
    config = Path("/home/anna/.config/followupd/config.yaml")
    good = config.read_text()
    config.write_text(good + "no_such_key: 1\n")
    annas("start", USERS, ok=False)
    until(lambda: show(USERS, "ActiveState", annas) == "failed", "failed", 30)
    time.sleep(12)
    assert (show(USERS, "ExecMainStatus", annas), show(USERS, "ActiveState", annas)) == ("78", "failed")
    config.write_text(good)
    annas("reset-failed", USERS)
    started(USERS, annas)
    return f"stop {took:.2f} s, exit 78 stays"


def user_sandbox(_: World) -> str:
    """What holds of the user unit's sandbox: no core file, no new privileges, no set-user-ID, /usr and /etc read-only"""
    units = Path("/home/anna/.config/systemd/user")
    out = Path("/home/anna/probe.json")
    drop = AS_PROBE.replace("file:/out/%p-%i.json", f"file:{out}")
    annas("stop", USERS)
    with dropped_in(USERS, drop, units, annas):
        annas("start", USERS)
    found = json.loads(out.read_text())
    assert not USERS_MUST & set(found["did"]), found["did"]
    started(USERS, annas)
    assert status(main_pid(USERS, annas), "NoNewPrivs") == "1"
    return f"{len(found['refused'])} of the attempts refused; possible there: {', '.join(found['did'])}"


PROMISES: tuple[Callable[[World], str], ...] = (
    starts, drafts, reloads, stops, killed, starved, config_wrong, login_refused, asked_by_root, kernel_facts, files_are_its_own, sandbox, memory, tasks, exposure,
    user_starts, user_killed, user_sandbox,
)  # fmt: skip


class NotHere(Exception):
    """This system cannot show it, whatever followupd does."""


def look(promise: Callable[[World], str], world: World) -> dict[str, object]:
    """Whether it held, and what was seen; whatever goes wrong in one stops no other."""
    what = str(promise.__doc__)
    try:
        return {"what": what, "held": "ok", "seen": promise(world)}
    except NotHere as error:
        return {"what": what, "held": "-", "seen": f"cannot be shown here: {error}"}
    except Exception as error:
        traceback.print_exc()
        return {"what": what, "held": "NOT", "seen": str(error) or type(error).__name__}


def main(report: Path) -> None:
    """Try every promise; the report is JSON."""
    system = f"systemd {sh('systemctl', '--version').split()[1]}, Linux {os.uname().release}, {sh('systemd-detect-virt', ok=False)}"
    found = []
    with Dovecot() as server:
        world = World(server)
        world.set_up()
        for promise in PROMISES:
            one = look(promise, world)
            found.append(one)
            sys.stdout.write(f"{one['held']:<4} {one['what']}: {one['seen']}\n")
            report.write_text(json.dumps({"system": system, "at": datetime.now(UTC).isoformat(), "promises": found}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
