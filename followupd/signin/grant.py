"""What was granted at sign-in, and where is it kept?

One line of JSON in the key ring or in a file of mode 0600; read through the same door as every password.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

from followupd.errors import Problem, UserError
from followupd.files import replace_file
from followupd.secrets import Bearer, Secret, SecretSpec, resolve

MARGIN = 300.0
"""Seconds before its end at which an access token is renewed; of short-lived ones, the last fifth of their life."""
UNSAID = 3600.0
"""Seconds for which a token counts that does not say how long it holds."""


@dataclass(frozen=True, slots=True)
class Grant:
    """An access token and what renews it. Times are seconds since 1970."""

    access: Bearer
    refresh: Secret | None
    renew_at: float
    ends_at: float

    @classmethod
    def of(cls, answer: dict[str, object], now: float, before: Grant | None = None) -> Grant:
        """From the answer of a token endpoint; one that sends no new refresh token lets the old one stand (RFC 6749, 6)."""
        lasts = _seconds(answer.get("expires_in"))
        refresh = answer.get("refresh_token")
        kept = before.refresh if before else None
        return cls(
            access=Bearer(str(answer["access_token"])),
            refresh=Secret(str(refresh)) if refresh else kept,
            renew_at=now + lasts - min(MARGIN, lasts / 5),
            ends_at=now + lasts,
        )


def _seconds(said: object) -> float:
    try:
        lasts = float(str(said))
    except ValueError:
        return UNSAID
    return lasts if math.isfinite(lasts) and lasts > 0 else UNSAID


def place(spec: SecretSpec | None, root: Path) -> SecretSpec:
    """Where the tokens of an account are kept: as configured, else in its state directory."""
    return spec or SecretSpec(file=root / "sign-in.json")


def load(spec: SecretSpec, where: str) -> Grant | None:
    """What was granted; None before the first sign-in. Raises UserError when it lies unsafely or cannot be read."""
    if spec.file is not None and not spec.file.exists():
        return None
    if spec.keyring and not _in_keyring(spec.keyring):
        return None
    try:
        kept = json.loads(resolve(spec, where).reveal())
        refresh = kept["refresh"]
        return Grant(
            Bearer(kept["access"]), Secret(refresh) if refresh else None, float(kept["renew_at"]), float(kept["ends_at"])
        )
    except (ValueError, KeyError, TypeError):
        raise UserError(Problem(where, "what is kept of the sign-in cannot be read", "sign in again")) from None


def keep(spec: SecretSpec, grant: Grant) -> None:
    """Keep it for the next start. Raises UserError, StoreFull, UnsafeState."""
    refresh = grant.refresh.reveal() if grant.refresh else None
    kept = {"access": grant.access.reveal(), "refresh": refresh, "renew_at": grant.renew_at, "ends_at": grant.ends_at}
    text = json.dumps(kept)
    if spec.file is not None:
        replace_file(spec.file, text.encode() + b"\n")
    else:
        _put_into_keyring(spec.keyring, text)


def forget(spec: SecretSpec) -> None:
    """Remove what was kept; nothing there is no fault."""
    if spec.file is not None:
        spec.file.unlink(missing_ok=True)
    elif _in_keyring(spec.keyring):
        import keyring

        service, _, user = spec.keyring.partition("/")
        keyring.delete_password(service, user)


def _in_keyring(entry: str) -> bool:
    """Is there such an entry? A key ring that does not answer is left to :func:`resolve`, which tells why."""
    service, _, user = entry.partition("/")
    try:
        import keyring

        return keyring.get_password(service, user) is not None
    except Exception:  # noqa: BLE001 - a missing package, or whatever a backend raises
        return True


def _put_into_keyring(entry: str, text: str) -> None:
    service, _, user = entry.partition("/")
    try:
        import keyring

        keyring.set_password(service, user, text)
    except Exception as error:  # noqa: BLE001 - a missing package, or whatever a backend raises
        what = f"the key ring takes nothing: {type(error).__name__}"
        raise UserError(Problem(f"oauth.tokens {entry}", what, "keep the tokens in a file")) from None
