"""Where does a password come from, and how does it never leave?

A secret is fetched when it is needed: by a command, from a file of the owner alone, from the environment, from a
systemd credential or from the desktop key ring. It travels as :class:`Secret`, which prints as ``***``; whatever was
resolved once is also struck out of every log line (RELIABILITY scenario 45).
"""

from __future__ import annotations

import base64
import logging
import os
import resource
import shlex
import stat
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from followupd.errors import Problem, UserError

log = logging.getLogger(__name__)

MASK = "***"
KINDS = ("command", "file", "env", "credential", "keyring")
COMMAND_SECONDS = 30
MAX_BYTES = 64 * 1024
SHORTEST_STRUCK = 4
"""Shorter secrets are not struck out of logs: they would blank ordinary words."""
MOST_STRUCK = 200
"""Access tokens change every hour for years; those used longest ago are forgotten, each is long void by then."""


class Secret:
    """A password or token. Prints as ``***``; only :meth:`reveal` gives it, for the call that needs it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value
        _struck.add(value)

    def reveal(self) -> str:
        """The secret itself."""
        return self._value

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> tuple[type[Secret], tuple[str]]:
        raise TypeError("a secret is never pickled")


class Bearer(Secret):
    """An access token of OAuth2: logged in with by SASL, never by LOGIN."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretSpec:
    """Where a secret lies; exactly one field is set. ``plain`` is a password written into the config itself."""

    command: tuple[str, ...] = ()
    """Program and arguments, no shell; the first line of its output is the secret."""
    file: Path | None = None
    env: str = ""
    credential: str = ""
    keyring: str = ""
    """``service/user``"""
    plain: Secret | None = None

    @classmethod
    def of(cls, value: str | Mapping[str, object], where: str = "password") -> SecretSpec:
        """Read the form of the config: ``{command: ...}``, ``{file: ...}``, ... or a plain string. Raises UserError."""
        if isinstance(value, str):
            return cls(plain=Secret(value))
        if len(value) != 1 or next(iter(value)) not in KINDS:
            raise UserError(Problem(where, "say where the secret lies", " or ".join(KINDS)))
        ((kind, target),) = value.items()
        if kind == "command":
            return cls(command=_words(target, where))
        if not isinstance(target, str | Path) or not str(target):
            raise UserError(Problem(where, f"{kind} must be a name, not {type(target).__name__}"))
        if kind == "file":
            return cls(file=Path(target).expanduser())
        name = str(target)
        if kind == "env":
            return cls(env=name)
        return cls(credential=name) if kind == "credential" else cls(keyring=name)


def _words(command: object, where: str) -> tuple[str, ...]:
    try:
        words = shlex.split(command) if isinstance(command, str) else command
    except ValueError as error:
        raise UserError(Problem(where, f"command cannot be read: {error}")) from None
    if not isinstance(words, Sequence) or not words or not all(isinstance(w, str) for w in words):
        raise UserError(Problem(where, "command must be a program with its arguments"))
    return tuple(words)


def resolve(spec: SecretSpec, where: str = "password", config_file: Path | None = None) -> Secret:
    """Fetch the secret. Raises UserError that names ``where``; the message never holds any part of the secret."""
    if spec.plain is not None:
        return _plain(spec.plain, where, config_file)
    if spec.command:
        value = _from_command(spec.command, where)
    elif spec.file is not None:
        value = _from_file(spec.file, where)
    elif spec.env:
        value = os.environ.get(spec.env, "")
        if not value:
            raise UserError(Problem(where, f"the environment variable {spec.env} is not set"))
    elif spec.credential:
        value = _from_credential(spec.credential, where)
    else:
        value = _from_keyring(spec.keyring, where)
    return Secret(_first_line(value, where))


def _first_line(text: str, where: str) -> str:
    line = text.partition("\n")[0].rstrip("\r")
    if not line:
        raise UserError(Problem(where, "the secret is empty"))
    if "\0" in line or "\r" in line:
        raise UserError(Problem(where, "the secret holds control characters"))
    return line


def _plain(secret: Secret, where: str, config_file: Path | None) -> Secret:
    """A password in the config is borne only in a file that nobody else can read."""
    if config_file is None or (fault := _fault(config_file)):
        reason = fault if config_file is not None else "the config has no file of its own"
        raise UserError(
            Problem(where, f"a password in the config needs a file of your own: {reason}", f"chmod 600 {config_file}")
        )
    log.warning("%s: the password stands in %s; a command, file or credential is safer", where, config_file)
    return Secret(_first_line(secret.reveal(), where))


def _fault(path: Path) -> str:
    """What makes this file unfit to hold a secret; empty when it is the owner's alone."""
    try:
        found = path.stat()
    except OSError as error:
        return f"{path} cannot be read: {error.strerror}"
    return _fault_of(path, found)


def _fault_of(path: Path, found: os.stat_result) -> str:
    if not stat.S_ISREG(found.st_mode):
        return f"{path} is no regular file"
    if found.st_uid not in {os.geteuid(), 0}:
        return f"{path} belongs to somebody else (uid {found.st_uid})"
    if found.st_mode & 0o077:
        return f"{path} is open to others (mode {stat.S_IMODE(found.st_mode):04o})"
    return ""


def _from_file(path: Path, where: str) -> str:
    """The same open file is judged and read, so that nothing can be exchanged in between."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise UserError(Problem(where, f"{path} cannot be read: {error.strerror}")) from None
    try:
        if fault := _fault_of(path, os.fstat(fd)):
            raise UserError(Problem(where, fault, f"chmod 600 {path}"))
        return _text(os.read(fd, MAX_BYTES), where)
    finally:
        os.close(fd)


def _text(raw: bytes, where: str) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise UserError(Problem(where, "the secret is not UTF-8 text")) from None


def _from_credential(name: str, where: str) -> str:
    """A credential comes from systemd as a file in a directory that only this unit sees (systemd.exec(5))."""
    directory = os.environ.get("CREDENTIALS_DIRECTORY", "")
    if not directory:
        raise UserError(Problem(where, f"the credential {name} needs systemd", "LoadCredential= in the unit"))
    if "/" in name or name in {".", ".."}:
        raise UserError(Problem(where, "a credential's name has no slashes"))
    try:
        with (Path(directory) / name).open("rb") as file:
            return _text(file.read(MAX_BYTES), where)
    except OSError as error:
        raise UserError(
            Problem(where, f"the credential {name} cannot be read: {error.strerror}", "LoadCredential= in the unit")
        ) from None


def _from_command(command: tuple[str, ...], where: str) -> str:
    """Output and errors of the command stay unseen: either could hold the secret."""
    try:
        done = subprocess.run(  # noqa: S603 - the owner's own config names the program; no shell
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=COMMAND_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise UserError(Problem(where, f"the command {command[0]} did not end within {COMMAND_SECONDS} s")) from None
    except (OSError, ValueError) as error:
        what = error.strerror if isinstance(error, OSError) else "bad argument"
        raise UserError(Problem(where, f"the command {command[0]} cannot be run: {what}")) from None
    if done.returncode:
        raise UserError(
            Problem(where, f"the command {command[0]} failed (exit {done.returncode})", "try it in a terminal")
        )
    return _text(done.stdout[:MAX_BYTES], where)


def _from_keyring(entry: str, where: str) -> str:
    service, slash, user = entry.partition("/")
    if not slash or not service or not user:
        raise UserError(Problem(where, "keyring wants service/user"))
    try:
        import keyring
    except ImportError:
        raise UserError(Problem(where, "the keyring package is missing", "pip install 'followupd[keyring]'")) from None
    try:
        value = keyring.get_password(service, user)
    except Exception as error:  # noqa: BLE001 - key ring backends raise what they like
        raise UserError(Problem(where, f"the key ring does not answer: {type(error).__name__}")) from None
    if value is None:
        raise UserError(Problem(where, f"the key ring knows no {entry}", f"keyring set {service} {user}"))
    return str(value)


# ---- never in a log, never in a core file ------------------------------------------------------------


class _Struck:
    """The latest secrets, with the forms in which they travel (base64 of AUTH, percent encoding)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, frozenset[str]] = {}
        self._forms: tuple[str, ...] = ()

    def add(self, value: str) -> None:
        if len(value) < SHORTEST_STRUCK:
            return
        with self._lock:
            known = value in self._known
            forms = self._known.pop(value, None) or frozenset(
                {value, quote(value, safe=""), repr(value)[1:-1], *_in_base64(value.encode())}
            )
            self._known[value] = forms  # the latest stands last
            if known:
                return
            if len(self._known) > MOST_STRUCK:
                del self._known[next(iter(self._known))]
            self._forms = tuple(sorted({f for fs in self._known.values() for f in fs}, key=len, reverse=True))

    def strike(self, text: str) -> str:
        for form in self._forms:
            if form in text:
                text = text.replace(form, MASK)
        return text


def _in_base64(raw: bytes) -> set[str]:
    """How the octets look inside a longer base64 text (AUTH PLAIN), at each of the three places they can begin."""
    found = {base64.b64encode(raw).decode()}
    for before, lost in ((0, 0), (1, 2), (2, 3)):
        text = base64.b64encode(b"\0" * before + raw).decode()
        whole = (before + len(raw)) // 3 * 4
        found.add(text[lost:whole])
    return {form for form in found if len(form) >= SHORTEST_STRUCK}


_struck = _Struck()


def redact(text: str) -> str:
    """``text`` with every secret resolved so far replaced by ``***``."""
    return _struck.strike(text)


class RedactingFormatter(logging.Formatter):
    """Strikes secrets out of whatever another formatter makes: message, arguments, traceback."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        return redact(self._inner.format(record))


class RedactingFilter(logging.Filter):
    """Strikes secrets out of a record before any handler sees it; attach it to handlers."""

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            message = record.getMessage()
        except (TypeError, ValueError):
            message = f"{record.msg!s} {record.args!r}"
        record.msg, record.args = redact(message), None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redact(record.exc_text)
        return True


def guard_logging(logger: logging.Logger | None = None) -> None:
    """Make every handler of ``logger`` (root by default) strike secrets out; call it after handlers are set up."""
    for handler in (logger or logging.getLogger()).handlers:
        if not any(isinstance(f, RedactingFilter) for f in handler.filters):
            handler.addFilter(RedactingFilter())
            handler.setFormatter(RedactingFormatter(handler.formatter or logging.Formatter()))


def forbid_core_dumps() -> None:
    """No core file of this process: passwords and mail lie in its memory.

    A core that is piped to a program knows no limit of size (core(5)), so none of the memory goes into it either.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError):  # no such file outside Linux
        Path("/proc/self/coredump_filter").write_text("0", encoding="ascii")
