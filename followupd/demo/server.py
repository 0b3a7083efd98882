"""Where does a mailbox come from when there is no account?

pymap, a pure-Python IMAP server, on a free port of this machine, in memory. It lacks SPECIAL-USE, CONDSTORE and keywords, so it
is a provider to survive as well.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from argparse import Namespace
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any

from followupd.errors import Problem, TryAgain, UserError

FOLDERS = ("Drafts", "Sent", "Junk", "Trash", "Archive")
START_SECONDS = 20


class EmbeddedServer:
    """One mailbox behind IMAP on 127.0.0.1; ``with EmbeddedServer() as server`` starts and stops it."""

    def __init__(self, user: str = "lily@brightway-tools.example", password: str = "demo", port: int = 0) -> None:  # noqa: S107 - the demo's own
        self.user, self.password = user, password
        self.host, self.port = "127.0.0.1", port or _free_port()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._ready = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._main, name="demo-imap", daemon=True)

    def __enter__(self) -> EmbeddedServer:
        _need_pymap()
        self._thread.start()
        if not self._ready.wait(START_SECONDS) or self._error is not None:
            raise TryAgain(f"the embedded mail server did not start: {self._error}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(5)

    def _main(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - told to whoever waits for the server
            self._error = error
            self._ready.set()

    async def _serve(self) -> None:
        from pymap.backend.dict import DictBackend
        from pymap.imap import IMAPService

        logging.getLogger("pymap").setLevel(logging.ERROR)
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        backend, config = await DictBackend.init(self._arguments())
        async with AsyncExitStack() as stack:
            await backend.start(stack)
            await IMAPService(backend, config).start(stack)
            login: Any = backend.login
            me = await login.authorize(login.demo_user_identity, self.user)
            async with me.new_session() as session:
                for folder in FOLDERS:
                    await session.mailbox_set.add_mailbox(folder)
            self._ready.set()
            await self._stop.wait()

    def _arguments(self) -> Namespace:
        return Namespace(
            backend="dict", demo_data=False, demo_user=self.user, demo_password=self.password, host=self.host,
            port=self.port, cert=None, key=None, tls=False, proxy_protocol=None, passlib_cfg=None, debug=False,
            skip_services=[], inherited_sockets=None,
        )  # fmt: skip


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _need_pymap() -> None:
    try:
        import pymap  # noqa: F401 - only asked whether it is there
    except ImportError:
        hint = "pip install 'followupd[demo]'"
        raise UserError(Problem("demo", "the embedded mail server (pymap) is not installed", hint)) from None
