"""Do the unit files hold what they promise?  ``systemd-analyze verify`` clean, exposure of the system unit at most 1.5.

Paths that exist only after installation are replaced for the check; nothing is started.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
MAX_EXPOSURE = 1.5


def main() -> int:
    """Check both units in a temporary directory; the exit code is the number of complaints."""
    complaints: list[str] = []
    with tempfile.TemporaryDirectory() as directory:
        for unit in sorted(HERE.glob("*.service")):
            text = re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text(encoding="utf-8"))
            copy = Path(directory) / unit.name.replace("@.", "@check.")
            copy.write_text(text, encoding="utf-8")
            complaints += verify(copy, user="@" not in unit.name)
            if "@" in unit.name:
                complaints += exposure(copy)
    sys.stderr.write("".join(line + "\n" for line in complaints))
    sys.stdout.write(f"unit files: {len(complaints)} complaints\n")
    return len(complaints)


def verify(unit: Path, *, user: bool) -> list[str]:
    """What ``systemd-analyze verify`` says of this unit itself."""
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(["--user"] if user else []), str(unit)],
        capture_output=True,
        text=True,
        check=False,
        env={"XDG_RUNTIME_DIR": str(unit.parent), "PATH": "/usr/bin:/bin"},
    )
    return [line for line in done.stderr.splitlines() if unit.name in line]


def exposure(unit: Path) -> list[str]:
    """The overall exposure level, offline; a complaint when it is above the limit or cannot be read."""
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"exposure level.*?: ([0-9.]+)", done.stdout)
    if not found:
        return [f"{unit.name}: no exposure level: {done.stderr.strip()[:200]}"]
    level = float(found.group(1))
    return [] if level <= MAX_EXPOSURE else [f"{unit.name}: exposure {level} is above {MAX_EXPOSURE}"]


if __name__ == "__main__":
    sys.exit(main())
