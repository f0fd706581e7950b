"""The dialogue with the company's SMTP server, cut at the one point that matters: what the server may have taken.

`offer` and all that comes before it can fail without harm: the server has taken nothing. `deliver` gives the message
and ends in one of three ways: taken (returns), not taken (`Refused`), or nobody knows (`Unknown`). Three functions of
`smtplib` would do the same in one call, but they hide which of these has happened.
"""

import os
import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from generator.errors import Failure, InvalidInput
from generator.mail import Mail

PASSWORD, KEYRING = "IMPAYES_SMTP_MOT_DE_PASSE", "impayes"  # the variable, the keyring's service
TIMEOUT = 60.0  # seconds for any answer but the last
# RFC 5321, 4.5.3.2.6: ten minutes for the answer to the whole message. Giving up earlier makes doubtful messages.
LAST_ANSWER = 600.0
BLOCK = 1 << 16  # bytes given at a time: a slow line gets TIMEOUT for each, not for a whole attachment
# Said to the server instead of the machine's own name, which is nobody's business.
OUR_NAME = "[127.0.0.1]"

# Why a certificate is refused, by OpenSSL's code (X509_V_ERR_*).
_CERTIFICATES = {
    9: "il n'est pas encore valable",
    10: "il a expiré",
    18: "il est signé par lui-même",
    19: "il est signé par une autorité inconnue",
    20: "il est signé par une autorité inconnue",
    21: "il est signé par une autorité inconnue",
    23: "il a été révoqué",
    62: "il est au nom d'un autre serveur",
    64: "il est au nom d'un autre serveur",
}


class Refused(Failure):
    """This message was refused, for certain; another one may pass. `provisoire`: it may pass later too."""

    def __init__(self, phrase: str, *, provisoire: bool = False) -> None:
        self.provisoire = provisoire
        super().__init__(phrase)


class Unknown(Failure):
    """The message was given and no answer came: the server may have taken it, or not."""


def password_for(mail: Mail) -> str | None:
    """The password of the account: the environment's, else the keyring's; None when the server wants none.

    InvalidInput when the account has one and it is nowhere.
    """
    if mail.identifiant is None:
        return None
    found = os.environ.get(PASSWORD) or _from_keyring(mail.identifiant)
    if not found:
        raise InvalidInput(
            f"mot de passe de {mail.identifiant} absent : le donner dans la variable d'environnement {PASSWORD}, "
            f"ou le ranger dans le trousseau du système (pip install 'impayes[courriel]', puis "
            f"« keyring set {KEYRING} {mail.identifiant} »)"
        )
    if not found.isascii():
        raise InvalidInput(
            "le mot de passe contient un accent ou un signe que les serveurs lisent chacun à leur façon : en choisir un "
            "autre, ou un « mot de passe d'application »"
        )
    return found


def _from_keyring(user: str) -> str | None:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return None
    try:
        return keyring.get_password(KEYRING, user)
    except (KeyringError, RuntimeError, OSError):  # none on this machine, or locked: as good as empty
        return None


class Mailer:
    """An open session; `open_mailer` makes it."""

    def __init__(self, server: smtplib.SMTP, mail: Mail) -> None:
        self._server, self._mail = server, mail

    def offer(self, sender: str, recipient: str, copy: str | None, size: int) -> bool:
        """Announce a message of `size` bytes; whether `copy` (a hidden one) was accepted too.

        Refused when the server will not take this message, Failure when it takes none from us.
        """
        server = self._server
        with self._translated():
            server.rset()
            options = [f"size={size}"] if server.has_extn("size") else []
            code, reply = server.mail(sender, options)
            if code == 552:
                raise Refused(f"le serveur trouve le message trop gros{_said(code, reply)}")
            if code != 250:
                raise Failure(
                    f"{self._mail.serveur} : l'expéditeur {sender} est refusé{_said(code, reply)} : vérifier "
                    "courriel.expediteur"
                )
            code, reply = server.rcpt(recipient)
            if code not in (250, 251):
                raise _refused(f"adresse {recipient} refusée", code, reply)
            return copy is None or server.rcpt(copy)[0] in (250, 251)

    def deliver(self, data: bytes) -> None:
        """Give the message that was offered; Refused when it was not taken, Unknown when nobody knows."""
        server = self._server
        content = re.sub(rb"(?m)^\.", b"..", data)
        with self._translated():
            code, reply = server.docmd("DATA")
            if code != 354:
                raise _refused("message refusé", code, reply)
            # Without its last line the server cannot take it: an accident up to here is harmless.
            content = content if content.endswith(b"\r\n") else content + b"\r\n"
            for start in range(0, len(content), BLOCK):
                server.send(content[start : start + BLOCK])
        sock = server.sock
        assert sock is not None  # it has just answered
        try:
            sock.settimeout(LAST_ANSWER)
            server.send(b".\r\n")
            code, reply = server.getreply()
            sock.settimeout(TIMEOUT)
        except (OSError, smtplib.SMTPException):
            raise Unknown(
                f"{self._mail.serveur} n'a pas confirmé : le message est peut-être parti, peut-être pas"
            ) from None
        if code // 100 in (4, 5):
            raise _refused("message refusé", code, reply)
        if code // 100 != 2:
            raise Unknown(f"{self._mail.serveur} a répondu de façon illisible : le message est peut-être parti")

    def close(self) -> None:
        """Say goodbye; whatever happens then changes nothing."""
        with suppress(OSError, smtplib.SMTPException):
            self._server.quit()
        self._server.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Before the point of no return, a broken session is a plain Failure: nothing was taken."""
        try:
            yield
        except (OSError, smtplib.SMTPException) as error:
            raise _failure(self._mail, error) from None


def open_mailer(mail: Mail, password: str | None) -> Mailer:
    """Connect, encrypt with a verified certificate, log in. Failure or InvalidInput says what to change."""
    server: smtplib.SMTP | None = None
    try:
        if mail.securite == "tls":
            context = ssl.create_default_context()
            server = smtplib.SMTP_SSL(mail.serveur, mail.prise, OUR_NAME, timeout=TIMEOUT, context=context)
        else:
            server = smtplib.SMTP(mail.serveur, mail.prise, OUR_NAME, timeout=TIMEOUT)
        if mail.securite == "starttls":
            _encrypt(server, mail)
        server.ehlo_or_helo_if_needed()
        if mail.identifiant is not None and password is not None:
            _log_in(server, mail, password)
    except (OSError, smtplib.SMTPException) as error:
        if server is not None:
            server.close()
        raise _failure(mail, error) from None
    except BaseException:
        if server is not None:
            server.close()
        raise
    return Mailer(server, mail)


def _encrypt(server: smtplib.SMTP, mail: Mail) -> None:
    try:
        server.starttls(context=ssl.create_default_context())
    except smtplib.SMTPNotSupportedError:
        raise Failure(
            f"{mail.serveur} ne propose pas STARTTLS sur le port {mail.prise}, rien n'est parti en clair : essayer "
            "securite: tls, ou un autre port"
        ) from None


def _log_in(server: smtplib.SMTP, mail: Mail, password: str) -> None:
    try:
        server.login(mail.identifiant or "", password)
    except smtplib.SMTPAuthenticationError as error:
        if error.smtp_code // 100 == 4:
            raise Failure(
                f"{mail.serveur} ne peut pas vérifier le mot de passe à présent : réessayer plus tard"
            ) from None
        raise InvalidInput(
            f"{mail.serveur} refuse l'identifiant {mail.identifiant} ou son mot de passe : vérifier les deux ; certaines "
            "messageries veulent un « mot de passe d'application »"
        ) from None
    except UnicodeEncodeError:
        raise InvalidInput(
            "courriel.identifiant : un accent ou un signe que le serveur ne lira pas : le retirer"
        ) from None
    except (smtplib.SMTPResponseException, smtplib.SMTPServerDisconnected):
        raise
    except smtplib.SMTPException:  # none of the ways to log in that we know
        raise Failure(
            f"{mail.serveur} n'accepte pas d'identifiant et de mot de passe sur le port {mail.prise} : vérifier le port, "
            "ou retirer courriel.identifiant si le serveur n'en demande pas"
        ) from None


def _refused(what: str, code: int, reply: bytes) -> Refused:
    temporary = code // 100 == 4
    return Refused(f"{what}{_said(code, reply)}{' : réessayer plus tard' if temporary else ''}", provisoire=temporary)


def _said(code: int, reply: bytes) -> str:
    """What the server answered, short and without anything a journal or a terminal could choke on."""
    text = "".join(c if c.isprintable() else " " for c in reply.decode("utf-8", "replace"))
    words = " ".join(text.split())[:160]
    return f" (réponse {code}{f' : « {words} »' if words else ''})"


def _failure(mail: Mail, error: Exception) -> Failure:
    """Why nothing can be sent through this server now, as one sentence."""
    where, causes = f"{mail.serveur} (port {mail.prise})", (error, error.__context__)
    if any(isinstance(cause, TimeoutError) for cause in causes):
        return Failure(f"{where} ne répond pas : vérifier courriel.port et courriel.securite, ou réessayer plus tard")
    if isinstance(error, socket.gaierror):
        return Failure(f"{mail.serveur} : serveur introuvable : vérifier courriel.serveur et la connexion à Internet")
    if isinstance(error, ssl.SSLCertVerificationError):
        why = _CERTIFICATES.get(error.verify_code, "il n'a pas pu être vérifié")
        return Failure(
            f"le certificat de {mail.serveur} est refusé : {why} ; rien n'a été envoyé : vérifier courriel.serveur"
        )
    if isinstance(error, ssl.SSLError):
        return Failure(f"{where} ne parle pas TLS comme prévu : vérifier courriel.securite (starttls ou tls)")
    if isinstance(error, ConnectionRefusedError):
        return Failure(f"{where} : rien n'y répond : vérifier courriel.serveur et courriel.port")
    if isinstance(error, smtplib.SMTPResponseException):
        said = _said(error.smtp_code, error.smtp_error if isinstance(error.smtp_error, bytes) else b"")
        return Failure(f"{where} a refusé la connexion{said}")
    if isinstance(error, smtplib.SMTPServerDisconnected | ConnectionError):
        return Failure(f"{where} a coupé la connexion : réessayer plus tard")
    number = error.errno if isinstance(error, OSError) else None
    return Failure(f"{where} : connexion impossible{f' (erreur n° {number} du système)' if number else ''}")
