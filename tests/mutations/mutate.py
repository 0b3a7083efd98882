"""Does each promise have a test that notices when it is broken?

``python tests/mutations/mutate.py [WORDS]`` copies the tree, breaks one thing at a time as mutations.yaml says (only those whose file
or law has WORDS), runs the tests named there, and wants at least one of them red. Exit code 1 when a mutation survives, or when
its words no longer stand in the code: then the list is out of date.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("mutations.yaml")
COPIED = ("followupd", "rules", "tests", "systemd", "config.example.yaml", "catalogue.example.yaml", "pyproject.toml", "README.md", "docs")
SECONDS = 600


@dataclass(frozen=True)
class Mutation:
    """One way to break a promise."""

    law: int
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


def mutations(words: str = "") -> list[Mutation]:
    """The list, or those whose file or law has these words."""
    entries = yaml.safe_load(LIST.read_text(encoding="utf-8"))
    found = [Mutation(e["law"], e["file"], e["old"], e["new"], tuple(e["tests"])) for e in entries]
    return [m for m in found if words in m.file or words == str(m.law)]


def stale(mutation: Mutation, root: Path = ROOT) -> str:
    """Why the mutation no longer applies; empty when its words stand there exactly once."""
    count = (root / mutation.file).read_text(encoding="utf-8").count(mutation.old)
    missing = [t for t in mutation.tests if not (root / t).exists()]
    return f"stands there {count} times" if count != 1 else f"no tests {missing}" if missing else ""


def killed(mutation: Mutation, root: Path) -> bool:
    """Break it in the copy, run the tests one file or room after the other until one is red, mend it again."""
    path = root / mutation.file
    sound = path.read_text(encoding="utf-8")
    path.write_text(sound.replace(mutation.old, mutation.new), encoding="utf-8")
    try:
        return any(not _green(test, root) for test in mutation.tests)
    finally:
        path.write_text(sound, encoding="utf-8")


def _green(test: str, root: Path) -> bool:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "2", "-p", "no:cacheprovider", test]
    env = os.environ | {"PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1", "FOLLOWUPD_UNSHRUNK": "yes"}
    done = subprocess.run(command, cwd=root, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=SECONDS, check=False)
    return done.returncode == 0


def main() -> int:
    """Try them all; returns the exit code."""
    survived = 0
    chosen = mutations(sys.argv[1] if len(sys.argv) > 1 else "")
    with tempfile.TemporaryDirectory(prefix="followupd-mutations-") as directory:
        root = Path(directory)
        for name in COPIED:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
            elif (ROOT / name).exists():
                shutil.copy2(ROOT / name, root / name)
        for mutation in chosen:
            began = time.monotonic()
            outcome = stale(mutation) or ("killed" if killed(mutation, root) else "SURVIVED")
            survived += outcome != "killed"
            words = mutation.old.strip().partition("\n")[0][:60]
            print(f"law {mutation.law:2}  {outcome:9}  {time.monotonic() - began:5.1f} s  {mutation.file}: {words}", flush=True)
    print(f"{len(chosen) - survived} of {len(chosen)} killed")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
