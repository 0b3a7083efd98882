"""At which moments can the process itself be killed? At every step of its own and of every file that it changes.

Beside the steps that the product names (:mod:`followupd.crash`), each system call that changes a file of the state
directory is a step: made, half written, written whole and not yet safe (``fsync``), renamed, removed. Two moments between
which nothing changes are one step.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from followupd import crash


class Steps:
    """Counts the steps of this process; at the one aimed at, the process kills itself."""

    def __init__(self, root: Path, at: int | None) -> None:
        self.root, self.at = str(root.resolve()), at
        self.names: list[str] = []
        self._files: dict[int, str] = {}

    def pass_(self, name: str) -> None:
        if len(self.names) == self.at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.names.append(name)

    def install(self) -> None:
        """From now on every step of this process is counted."""
        crash.hook = self.pass_
        os.open = self._opening(os.open)
        os.close = self._closing(os.close)
        os.write = self._writing(os.write)
        os.fsync = self._before(os.fsync, "fsync")
        os.replace = self._after(os.replace, "renamed")
        os.rename = self._around(os.rename, "set aside", "was set aside")
        os.unlink = self._around(os.unlink, "remove", "removed")

    def _name(self, path: Any) -> str:
        """The name of a file of ours, empty for any other."""
        if isinstance(path, int):
            return self._files.get(path, "")
        text = os.fspath(path)
        return Path(text).name if isinstance(text, str) and text.startswith(self.root) else ""

    def _opening(self, call: Callable[..., int]) -> Callable[..., int]:
        def opened(path: Any, flags: int, *rest: Any, **more: Any) -> int:
            name = self._name(path)
            fresh = name and flags & os.O_CREAT and not os.path.exists(path)  # noqa: PTH110
            fd = call(path, flags, *rest, **more)
            if name:
                self._files[fd] = name
            if fresh:
                self.pass_(f"made {name}")
            return fd

        return opened

    def _closing(self, call: Callable[[int], None]) -> Callable[[int], None]:
        def closed(fd: int) -> None:
            self._files.pop(fd, None)
            call(fd)

        return closed

    def _writing(self, call: Callable[[int, Any], int]) -> Callable[[int, Any], int]:
        def write(fd: int, data: Any) -> int:
            if not (name := self._name(fd)):
                return call(fd, data)
            done = call(fd, data[: len(data) // 2])
            self.pass_(f"half written {name}")
            return done + call(fd, data[done:])

        return write

    def _around(self, call: Callable[..., Any], before: str, after: str) -> Callable[..., Any]:
        def called(path: Any, *rest: Any, **more: Any) -> Any:
            name = self._name(path)
            if not name or not os.path.lexists(path):
                return call(path, *rest, **more)
            self.pass_(f"{before} {name}")
            found = call(path, *rest, **more)
            self.pass_(f"{after} {name}")
            return found

        return called

    def _before(self, call: Callable[[int], None], before: str) -> Callable[[int], None]:
        def called(fd: int) -> None:
            if (name := self._name(fd)) and "." in name:
                self.pass_(f"{before} {name}")
            call(fd)

        return called

    def _after(self, call: Callable[..., Any], after: str) -> Callable[..., Any]:
        def called(path: Any, *rest: Any, **more: Any) -> Any:
            found = call(path, *rest, **more)
            if name := self._name(path):
                self.pass_(f"{after} {name}")
            return found

        return called
