"""Where is a password kept that was typed at set-up? (init)"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from followupd.errors import Problem, UserError
from followupd.files import replace_file
from followupd.secrets import Secret


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a secret lies, in the config's words, and how to take it back."""

    source: tuple[str, str]
    take_back: Callable[[], None]


def keep_secret(directory: Path, address: str, secret: Secret, keep: str | None) -> Kept:
    """Keep it as told, ``keyring`` or ``file``; else in the key ring where there is one. Raises UserError, UnsafeState."""
    if keep != "file":
        try:
            return _in_keyring(address, secret)
        except UserError:
            if keep == "keyring":
                raise
    file = directory / f"{re.sub(r'[^a-z0-9@._-]', '_', address)}.password"
    replace_file(file, secret.reveal().encode() + b"\n")
    return Kept(("file", str(file)), lambda: file.unlink(missing_ok=True))


def _in_keyring(address: str, secret: Secret) -> Kept:
    try:
        import keyring

        keyring.set_password("followupd", address, secret.reveal())
        back = keyring.get_password("followupd", address)
    except Exception as error:  # noqa: BLE001 - a missing package, or whatever a backend raises
        raise UserError(Problem("key ring", f"there is none ({type(error).__name__})", "--keep file")) from None
    if back != secret.reveal():
        raise UserError(Problem("key ring", "does not give back what was put in", "--keep file"))
    return Kept(("keyring", f"followupd/{address}"), lambda: keyring.delete_password("followupd", address))
