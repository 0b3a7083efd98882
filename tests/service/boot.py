"""Do the units in ``systemd/`` hold under a real systemd? A small Debian is made and booted, and everything is tried inside.

``python -m tests.service.boot DIRECTORY`` as root, with debootstrap and systemd-nspawn (Debian: debootstrap,
systemd-container). All that it makes lies in DIRECTORY (about 700 MB) and is used again the next time; what a boot
writes is thrown away. The booted system has no network but its own loopback. The exit code is the number of
promises that did not hold.

The container shares the kernel of the machine. Where its control groups are still version 1 the limits of memory and
tasks cannot be shown; the report says so.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

REPO = Path(__file__).parents[2]
SUITE, PYTHON = "bookworm", "311"
PACKAGES = "systemd systemd-sysv dbus libpam-systemd python3 python3-venv dovecot-imapd openssl procps".split()
WHEELS_FOR = [f"manylinux_2_{n}_{platform.machine()}" for n in (28, 27, 26, 17)] + [f"manylinux2014_{platform.machine()}"]
BOOT_SECONDS = 1500
UNIT = """
[Unit]
Description=Does followupd hold what it promises under systemd?
Requires=multi-user.target
After=multi-user.target
[Service]
Type=oneshot
WorkingDirectory=/opt/followupd
Environment=PYTHONPATH=/opt/followupd PYTHONUNBUFFERED=1
ExecStart=/opt/followupd/venv/bin/python -m tests.service.inside /out/report.json
ExecStopPost=systemctl --no-block --force poweroff
StandardOutput=journal+console
StandardError=journal+console
TimeoutStartSec=1000
[Install]
WantedBy=default.target
"""


def mirror() -> str:
    """From where this machine has its own packages; empty lets debootstrap choose."""
    lists = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
    for text in (path.read_text(encoding="utf-8") for path in lists if path.is_file()):
        if found := re.search(r"(?m)^(?:deb(?:\s+\[[^\]]*\])?|URIs:)\s+(https?://\S+/debian/?)(?:\s|$)", text):
            return found[1]
    return ""


def main() -> int:
    """Make the system, boot it, tell what held; the number of promises that did not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--mirror", default=mirror(), help="where Debian is fetched from; default: as this machine's apt does")
    said = parser.parse_args()
    missing = [t for t in ("debootstrap", "systemd-nspawn") if shutil.which(t, path=os.environ["PATH"] + ":/usr/sbin:/sbin") is None]
    if os.getuid() != 0 or missing:
        sys.stderr.write(f"This needs root{' and ' + ', '.join(missing) if missing else ''}.\n")
        return 69
    place = said.directory.resolve()
    root = system(place, said.mirror)
    install(place, root)
    return tell(in_container(place, root))


def run(*command: str | Path, **more: object) -> None:
    subprocess.run([str(c) for c in command], check=True, **more)  # type: ignore[call-overload]


def system(place: Path, mirror: str) -> Path:
    """A Debian in ``place``/root, made once."""
    root = place / "root"
    if not (place / "made").exists():
        place.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(root, ignore_errors=True)
        run("debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", SUITE, root, *([mirror] if mirror else []))
        (place / "made").touch()
    return root


def install(place: Path, root: Path) -> None:
    """followupd as a wheel with the versions of the lock, without any network inside; the tests that go in; the unit that runs them."""
    wheels = place / "wheels"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-qq"]
    if not (wheels / "made").exists():
        wanted = [w for name in WHEELS_FOR for w in ("--platform", name)]
        python = ["--only-binary=:all:", "--python-version", PYTHON, "--implementation", "cp", *wanted]
        run(*pip, "download", *python, "--require-hashes", "-r", REPO / "requirements-demo.lock", "-d", wheels)
        (wheels / "made").touch()
    for old in wheels.glob("followupd-*.whl"):
        old.unlink()
    run(*pip, "wheel", "--no-deps", REPO, "-w", wheels)
    inside = root / "opt/followupd"
    shutil.rmtree(inside, ignore_errors=True)
    shutil.copytree(wheels, inside / "wheels")
    for part in ("tests/servers", "tests/endtoend", "tests/service", "rules/tests", "systemd"):
        shutil.copytree(REPO / part, inside / part, ignore=shutil.ignore_patterns("__pycache__"))
    (inside / "tests/__init__.py").touch()
    run("chroot", root, "python3", "-m", "venv", "/opt/followupd/venv")
    offline = ["--no-index", "--find-links", "/opt/followupd/wheels", "--disable-pip-version-check", "-q"]
    clean = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "PIP_CONFIG_FILE": "/dev/null"}
    run("chroot", root, "/opt/followupd/venv/bin/pip", "install", *offline, "followupd", env=clean)
    link = root / "usr/bin/followupd"
    link.unlink(missing_ok=True)
    link.symlink_to("/opt/followupd/venv/bin/followupd")
    (root / "etc/systemd/system/dovecot.service").unlink(missing_ok=True)
    (root / "etc/systemd/system/dovecot.service").symlink_to("/dev/null")  # the trial starts its own
    (root / "out").mkdir(exist_ok=True)
    (root / "etc/systemd/system/proof.service").write_text(UNIT)


def in_container(place: Path, root: Path) -> Path:
    """Boot it by systemd-nspawn; what is written goes into memory, only the report stays."""
    out = _empty(place / "out")
    nspawn = ["--boot", "--register=no", "--keep-unit", "--private-network", "--settings=no", "--volatile=overlay"]
    command = ["systemd-nspawn", "-q", *nspawn, f"--bind={out}:/out", "-D", str(root), "systemd.unit=proof.service"]
    with (place / "console.log").open("wb") as console:
        subprocess.run(command, stdin=subprocess.DEVNULL, stdout=console, stderr=console, timeout=BOOT_SECONDS, check=False)
    return out / "report.json"


def _empty(directory: Path) -> Path:
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir()
    return directory


def tell(report: Path) -> int:
    """One line for every promise."""
    if not report.exists() or not report.stat().st_size:
        sys.stderr.write(f"No report came; see {report.parent.parent / 'console.log'}\n")
        return 70
    found = json.loads(report.read_text())
    for one in found["promises"]:
        sys.stdout.write(f"{one['held']:<4} {one['what']}: {one['seen']}\n")
    broken = sum(one["held"] == "NOT" for one in found["promises"])
    sys.stdout.write(f"{found['system']}: {len(found['promises'])} promises, {broken} did not hold\n")
    return broken


if __name__ == "__main__":
    sys.exit(main())
