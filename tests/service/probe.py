"""What can a process do that has fallen into strange hands? Tries it all and tells, as JSON on standard output.

Run inside the unit's sandbox, and as a control without it. Only the standard library.
"""

from __future__ import annotations

import ctypes
import json
import mmap
import os
import resource
import socket
import sys
from collections.abc import Callable
from pathlib import Path

LIBC = ctypes.CDLL(None, use_errno=True)
NEW_USER, NEW_NET = 0x10000000, 0x40000000
ANOTHER_LAYOUT = 0x0040000
HERE = Path(os.environ.get("STATE_DIRECTORY", "/var/tmp"))


def call(name: str, *arguments: object) -> int:
    """A function of the C library; OSError when it refuses."""
    done = int(getattr(LIBC, name)(*arguments))
    if done < 0:
        raise OSError(ctypes.get_errno(), name)
    return done


def reads(path: str) -> Callable[[], object]:
    return lambda: Path(path).read_bytes()


def writes(path: str) -> Callable[[], object]:
    return lambda: Path(path).write_text("x")


def opens(family: int, kind: int) -> Callable[[], object]:
    return lambda: socket.socket(family, kind).close()


def in_child(does: Callable[[], object]) -> Callable[[], object]:
    """Try it in a child: it may change or end the process."""

    def tried() -> None:
        pid = os.fork()
        if pid == 0:
            try:
                does()
            except OSError as error:
                os._exit(error.errno or 1)
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        if status:
            raise OSError(os.waitstatus_to_exitcode(status), "in a child")

    return tried


def set_user_id() -> None:
    file = HERE / "set-user-id"
    file.touch()
    try:
        file.chmod(0o4755)
        if not file.stat().st_mode & 0o4000:
            raise OSError(1, "the bit does not stay")
    finally:
        file.unlink()


def hundred_children() -> None:
    born: list[int] = []
    read, write = os.pipe()
    try:
        for _ in range(100):
            pid = os.fork()
            if pid == 0:
                os.close(write)
                os.read(read, 1)
                os._exit(0)
            born.append(pid)
    finally:
        os.close(write)
        for pid in born:
            os.waitpid(pid, 0)


def a_control_group() -> None:
    planted = Path("/sys/fs/cgroup/planted")
    planted.mkdir()
    planted.rmdir()


def another_instance() -> None:
    """Whoever may see it may look into its memory, where its password is."""
    for found in Path("/proc").glob("[0-9]*/cmdline"):
        if found.parent.name != "self" and b"/sales.yaml" in found.read_bytes():
            os.kill(int(found.parent.name), 0)
            return
    raise OSError(1, "there is none to be seen")


def a_core_file() -> None:
    if resource.getrlimit(resource.RLIMIT_CORE) == (0, 0):
        raise OSError(1, "the limit is 0")


MUST_FAIL: dict[str, Callable[[], object]] = {
    "read a file in a home": reads("/home/anna/.ssh/id_ed25519"),
    "read a file of root's": reads("/root/.ssh/id_ed25519"),
    "read the password file in /etc": reads("/etc/followupd/sales.password"),
    "read the credential of another instance": reads("/run/credentials/followupd@sales.service/imap-password"),
    "read another service's file in /tmp": reads("/tmp/of-another-service"),
    "read the state of another instance": reads("/var/lib/private/followupd-sales/lily/ledger.json"),
    "write to a directory that everybody may write": writes("/srv/open/planted"),
    "write to /etc": writes("/etc/planted"),
    "write to /usr": writes("/usr/planted"),
    "write to /var/lib": writes("/var/lib/planted"),
    "write over its own program": writes("/opt/followupd/venv/planted"),
    "see the process of another instance": another_instance,
    "see process 1": lambda: os.stat("/proc/1/cmdline"),  # noqa: PTH116
    "read /proc/meminfo": reads("/proc/meminfo"),
    "set a kernel setting": writes("/proc/sys/kernel/domainname"),
    "write to the control groups": a_control_group,
    "open /dev/kmsg": lambda: os.close(os.open("/dev/kmsg", os.O_RDONLY)),
    "open a netlink socket": opens(socket.AF_NETLINK, socket.SOCK_RAW),
    "open a packet socket": opens(socket.AF_PACKET, socket.SOCK_RAW),
    "make a namespace of users": in_child(lambda: call("unshare", NEW_USER)),
    "make a namespace of networks": in_child(lambda: call("unshare", NEW_NET)),
    "mount": in_child(lambda: call("mount", b"none", b"/mnt", b"tmpfs", 0, None)),
    "be traced": in_child(lambda: call("ptrace", 0, 0, 0, 0)),
    "have memory that is writable and executable": lambda: mmap.mmap(-1, 4096, prot=7),
    "set the set-user-ID bit": set_user_id,
    "run in real time": in_child(lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))),
    "raise its priority": in_child(lambda: os.nice(-5)),
    "change its personality": in_child(lambda: call("personality", ANOTHER_LAYOUT)),
    "name the machine anew": in_child(lambda: socket.sethostname(socket.gethostname())),
    "set the clock": in_child(lambda: call("settimeofday", None, (ctypes.c_int * 2)(0, 0))),
    "become another user": in_child(lambda: os.setuid(12345)),
    "leave a core file": a_core_file,
}


CHILDREN: dict[str, Callable[[], object]] = {"have a hundred children": hundred_children}


def may() -> dict[str, str]:
    """What it must be able to do: its own credential, its own state."""
    found = {}
    if given := os.environ.get("CREDENTIALS_DIRECTORY"):
        secret = Path(given) / "imap-password"
        found["credential"] = f"{len(secret.read_bytes())} bytes, mode {secret.stat().st_mode & 0o777:04o}"
    (HERE / "own").write_text("mine")
    found["state"] = f"mode {HERE.stat().st_mode & 0o777:04o}, a new file {(HERE / 'own').stat().st_mode & 0o777:04o}"
    (HERE / "own").unlink()
    return found


def main() -> None:
    """Try everything; ``{"did": [...], "refused": {...}, "may": {...}}``."""
    did, refused = [], {}
    for what, attempt in (CHILDREN if "children" in sys.argv else MUST_FAIL).items():
        try:
            attempt()
        except OSError as error:
            refused[what] = error.strerror or str(error)
        else:
            did.append(what)
    json.dump({"did": did, "refused": refused, "may": may(), "uid": os.getuid()}, sys.stdout)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
