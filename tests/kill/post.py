"""Which SMTP server takes the mail to the owner? One that may kill its client before or after it took a mail."""

from __future__ import annotations

import asyncio
import logging

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from tests.kill.gate import Dead, Gate
from tests.servers.dovecot import free_port


def _welcome(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    return AuthResult(success=True)


logging.getLogger("mail.log").setLevel(logging.ERROR)


class PostOffice:
    """Listens on ``port``; ``received`` holds what was taken, in order. Closed, it turns everybody away."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.received: list[bytes] = []
        self.closed = False
        self.port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, authenticator=_welcome, auth_require_tls=False)
        self._controller.start()

    def close(self) -> None:
        self._controller.stop()

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        if self.closed:
            return "451 come back later"
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.original_content, bytes)
        try:
            self.gate.pass_("mail to the owner handed over")
            self.received.append(envelope.original_content)
            self.gate.pass_("mail to the owner taken")
        except Dead:
            await asyncio.sleep(0)
            return "421 nobody there"
        return "250 OK"
