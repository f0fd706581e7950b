"""A real SMTP server on this machine, for the tests of `envoyer`: TLS, log-in, refusals and accidents on demand."""

import asyncio
import email
import email.policy
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Self

import trustme
from aiosmtpd.smtp import SMTP, AuthResult

USER, PASSWORD = "compta@atelier-vasseur.example", "correct-cheval-pile-agrafe"

# A hook may give a reply instead of the usual one, or have the line cut: a message has then been taken all the same.
DROP = "coupure"
Hook = Callable[[str], str | None]


@dataclass(frozen=True)
class Received:
    """A message the server has taken, or was given before it broke."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """It, parsed."""
        parsed = email.message_from_bytes(self.content, policy=email.policy.SMTP)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def number(self) -> str:
        """Its Message-ID."""
        return str(self.message["message-id"]).strip()


class SmtpServer:
    """A server listening on 127.0.0.1 for a `with` block; `received` fills up as messages are taken.

    `security` is that of `courriel.securite`. `on_recipient(address)` and `on_data(message_id)` are
    called before it answers.
    """

    def __init__(
        self,
        authority: trustme.CA,
        security: str = "starttls",
        *,
        name: str = "localhost",
        on_recipient: Hook | None = None,
        on_data: Hook | None = None,
    ) -> None:
        self.received: list[Received] = []
        self.connections = 0
        self.port = 0
        self.security = security
        self._hooks = (on_recipient, on_data)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert(name).configure_cert(self._context)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        implicit = self._context if self.security == "tls" else None
        listening = self._loop.run_until_complete(
            self._loop.create_server(self._protocol, "127.0.0.1", 0, ssl=implicit)
        )
        self.port = listening.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        listening.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))

    def _protocol(self) -> SMTP:
        self.connections += 1
        plain = self.security == "starttls"
        return SMTP(
            self,
            hostname="localhost",
            tls_context=self._context if plain else None,
            require_starttls=plain,
            auth_required=self.security != "aucune",
            auth_require_tls=plain,
            authenticator=_authenticate,
            loop=self._loop,
        )

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        """aiosmtpd calls this for each recipient."""
        reply = self._hooks[0](address) if self._hooks[0] else None
        if reply == DROP:
            server.transport.abort()
        elif reply:
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """aiosmtpd calls this with the whole message. A hook that waits does so without stopping other sessions."""
        taken = Received(envelope.mail_from, tuple(envelope.rcpt_tos), envelope.original_content)
        # Now and not after the answer: a client that dies meanwhile has given its message all the same.
        self.received.append(taken)
        reply = await asyncio.to_thread(self._hooks[1], taken.number) if self._hooks[1] else None
        if reply == DROP:
            server.transport.abort()
        elif reply:
            self.received.remove(taken)
        return reply or "250 OK"


def _authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login.decode(), data.password.decode()) == (USER, PASSWORD), handled=False)


def trust(authority: trustme.CA, folder: Path) -> Path:
    """The file to name in SSL_CERT_FILE for this authority to be known."""
    path = folder / "autorite.pem"
    authority.cert_pem.write_to_path(path)
    return path
