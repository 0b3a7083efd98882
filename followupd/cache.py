"""Where is kept what can be reckoned again at any time, only more slowly?

Arrays of figures by name and key, in one directory of the user's. A cache and nothing more: what is missing, torn, of another version or
not ours to read is reckoned anew, what cannot be written is not kept, and nobody is told. Nothing of it is ever executed.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

if TYPE_CHECKING:
    import numpy

VARIABLE = "FOLLOWUPD_CACHE"
"""Names the directory; empty: nothing is kept."""
KEPT = 4
"""Files of one name: so many sets of rules may be in use side by side."""
BROKEN = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)


def directory() -> Path | None:
    """As the environment says, as systemd says (``CacheDirectory=``), or the user's own; None where nothing is to be kept."""
    if (told := os.environ.get(VARIABLE)) is not None:
        return Path(told) if told else None
    if given := os.environ.get("CACHE_DIRECTORY", "").partition(":")[0]:
        return Path(given)
    with suppress(RuntimeError):  # a user without a home
        return platformdirs.user_cache_path("followupd")
    return None


def load(name: str, key: str) -> dict[str, numpy.ndarray[Any, Any]] | None:
    """What was kept under this name and key, None if there is nothing sound."""
    place = directory()
    if place is None:
        return None
    import numpy as np

    try:
        path = place / f"{name}-{key}.npz"
        if path.stat().st_uid != os.getuid():
            return None
        with np.load(path, allow_pickle=False) as held:
            return {part: held[part] for part in held.files}
    except BROKEN:
        return None


def save(name: str, key: str, arrays: Mapping[str, numpy.ndarray[Any, Any]]) -> None:
    """Keep it, whole or not at all; the oldest of the name go."""
    place = directory()
    if place is None:
        return
    import numpy as np

    temporary = place / f".{name}-{key}.{os.getpid()}"
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(fd, "wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
        temporary.replace(place / f"{name}-{key}.npz")
        for old in sorted(place.glob(f"{name}-*.npz"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
            old.unlink(missing_ok=True)
    except OSError:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
