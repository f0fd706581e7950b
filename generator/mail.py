"""How the company sends its e-mails: `courriel:` of `entreprise.yml`. The password is in no file.

The defaults are those of a submission server (RFC 6409, RFC 8314): STARTTLS on port 587, or TLS from the first
byte on port 465.
"""

import re
from typing import Annotated, Literal, Self

from pydantic import PlainValidator, WithJsonSchema, model_validator

from generator.fields import Block, Text

PORTS = {"starttls": 587, "tls": 465, "aucune": 25}
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
FASTEST = 600  # messages a minute; beyond it, no server takes a company for a person

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_HOST = re.compile(r"[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*|[0-9A-Fa-f:]+:[0-9A-Fa-f:]*")


def ascii_address(text: str) -> str:
    """An e-mail address any server takes, its domain in ASCII (IDNA); ValueError with a French sentence."""
    local, _, domain = text.strip().rpartition("@")
    try:
        address = f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        address = ""
    if local and not local.isascii():
        raise ValueError(
            f"« {text} » : un accent avant l'arobase, que bien des serveurs refusent : demander une adresse sans accent"
        )
    if not _ADDRESS.fullmatch(address):
        raise ValueError(f"« {text} » n'est pas une adresse de courriel : écrire par exemple compta@entreprise.fr")
    return address


def _host(value: object) -> str:
    if not isinstance(value, str) or not _HOST.fullmatch(value.strip()):
        raise ValueError("nom de serveur attendu, par exemple smtp.exemple.fr")
    return value.strip().lower()


def _address(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("une adresse de courriel est attendue ici")
    return ascii_address(value)


def _between(least: int, most: int, example: int) -> PlainValidator:
    def read(value: object) -> int:
        text = str(value).strip()
        if not re.fullmatch("[0-9]{1,5}", text) or not least <= int(text) <= most:
            raise ValueError(f"nombre entier de {least} à {most} attendu, par exemple {example}")
        return int(text)

    return PlainValidator(read)


_TEXT, _INTEGER = WithJsonSchema({"type": "string"}), WithJsonSchema({"type": "integer"})
Host = Annotated[str, PlainValidator(_host), _TEXT]
MailAddress = Annotated[str, PlainValidator(_address), _TEXT]
Port = Annotated[int, _between(1, 65535, 587), _INTEGER]
Pace = Annotated[int, _between(1, FASTEST, 20), _INTEGER]


class Mail(Block):
    """The SMTP server of the company. `par_minute` is how many messages leave in a minute, at most."""

    serveur: Host
    port: Port | None = None
    securite: Literal["starttls", "tls", "aucune"] = "starttls"
    identifiant: Text | None = None
    expediteur: MailAddress | None = None
    copie: MailAddress | None = None
    par_minute: Pace = 20

    @model_validator(mode="after")
    def _safe(self) -> Self:
        if self.securite == "aucune" and self.serveur not in LOCAL_HOSTS:
            raise ValueError(
                "sans chiffrement, le mot de passe et les lettres passeraient en clair : écrire securite: starttls ou tls"
            )
        if self.securite == "starttls" and self.port == PORTS["tls"]:
            raise ValueError("le port 465 est chiffré dès la connexion : écrire securite: tls")
        return self

    @property
    def prise(self) -> int:
        """The port to connect to: the one written, else the usual one of the security asked for."""
        return self.port or PORTS[self.securite]
