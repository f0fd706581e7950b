"""`impayes envoyer` when something breaks: refusals, cut lines, bad certificates, kills. Never twice, never in silence."""

import random
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import keyring
import keyring.backend
import pytest
import trustme

import generator.portfolio.sending as sending
import generator.portfolio.smtp as smtp
from generator.errors import Failure
from generator.journal import append_event, journal_path
from generator.portfolio.lock import company_lock
from tests.mail_company import actions, copy_of, events, prepare, process, send, settings
from tests.outside import assert_french, tree
from tests.smtp_server import DROP, PASSWORD, USER, SmtpServer, trust

pytestmark = pytest.mark.filterwarnings("ignore:Session.login_data", "ignore:Requiring AUTH")
NAMES = {"A-1": "a1", "A-2": "a2", "A-3": "a3", "F-1": "f1", "G-1": "g1"}


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Who signs the servers' certificates."""
    return trustme.CA()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company whose reminders of the day are prepared; nobody writes in it."""
    return prepare(tmp_path_factory.mktemp("pannes") / "entreprise")


@pytest.fixture
def company(prepared: Path, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, on a machine that knows the authority and the password."""
    monkeypatch.setenv("SSL_CERT_FILE", str(trust(authority, tmp_path)))
    monkeypatch.setenv("IMPAYES_SMTP_MOT_DE_PASSE", PASSWORD)
    return copy_of(prepared, tmp_path)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("550 5.1.1 no such user", "adresse garage@pneu.example refusée (réponse 550 : « 5.1.1 no such user »)"),
        ("450 4.2.1 greylisted", "(réponse 450 : « 4.2.1 greylisted ») : réessayer plus tard"),
        ("550 \x1b[31mrouge\x07", "(réponse 550 : « [31mrouge »)"),
    ],
)
def test_one_recipient_refused(company: Path, authority: trustme.CA, reply: str, said: str) -> None:
    """It is noted with the server's words, the others leave, and the next run tries again under the same number."""
    refuse = True
    with SmtpServer(authority, on_recipient=lambda a: reply if refuse and a.startswith("garage") else None) as server:
        settings(company, server)
        first = send(company, "--confirmer")
        assert (first.exit_code, len(server.received), said in first.stderr) == (1, 4, True), first.output
        assert actions(company, "A-2") == ["preparation", "echec"]
        refused = events(company, "A-2")[-1]
        assert said in str(refused.resultat)
        refuse = False
        second = send(company, "--confirmer", only="a2")
    assert (second.exit_code, len(server.received)) == (0, 5)
    assert server.received[-1].number == refused.message_id
    assert actions(company, "A-2") == ["preparation", "echec", "depot", "envoi"]


def test_message_refused(company: Path, authority: trustme.CA) -> None:
    """A refusal of the whole message closes its deposit: the next run sends it."""
    replies: list[str | None] = ["554 5.7.1 looks like spam", None]
    with SmtpServer(authority, on_data=lambda _: replies.pop(0)) as server:
        settings(company, server)
        first = send(company, "--confirmer", only="a1")
        assert (first.exit_code, "message refusé (réponse 554" in first.stderr) == (1, True)
        assert actions(company, "A-1") == ["preparation", "depot", "echec"]
        assert send(company, "--confirmer", only="a1").exit_code == 0
    assert len(server.received) == 1


def test_line_cut_after_the_message(company: Path, authority: trustme.CA) -> None:
    """Nobody knows: said, not sent again by itself, sent again under the same number when asked; the rest waits."""
    broken = True
    with SmtpServer(authority, on_data=lambda _: DROP if broken else None) as server:
        settings(company, server)
        first = send(company, "--confirmer")
        assert first.exit_code == 1
        assert "A-1 : « relance-1 » du 23/11/2026, issue inconnue : localhost n'a pas confirmé" in first.stderr
        assert "5 messages à reprendre" in first.stderr
        assert (len(server.received), actions(company, "A-1")) == (1, ["preparation", "depot"])
        broken = False
        second = send(company, "--confirmer")
        assert (second.exit_code, "--renvoyer A-1" in second.stderr, len(server.received)) == (1, True, 5)
        third = send(company, "--confirmer", "--renvoyer", "A-1", only="a1")
        assert (third.exit_code, len(server.received)) == (0, 6), third.output
    numbers = Counter(taken.number for taken in server.received)
    assert sorted(numbers.values()) == [1, 1, 1, 1, 2]
    assert numbers[server.received[0].number] == 2
    assert actions(company, "A-1") == ["preparation", "depot", "depot", "envoi"]


def test_a_doubt_outlives_a_refusal(company: Path, authority: trustme.CA) -> None:
    """Sent again and refused this time: the first attempt may still have arrived."""
    replies = [DROP, "554 no"]
    with SmtpServer(authority, on_data=lambda _: replies.pop(0) if replies else None) as server:
        settings(company, server)
        assert send(company, "--confirmer", only="a1").exit_code == 1
        assert send(company, "--confirmer", "--renvoyer", "A-1", only="a1").exit_code == 1
        last = send(company, "--confirmer", only="a1")
    assert (last.exit_code, "peut-être parti" in last.stderr, len(server.received)) == (1, True, 1)


def test_confirmed_by_hand_after_a_cut(company: Path, authority: trustme.CA) -> None:
    """Found in the sent messages: noted by hand, the doubt is over."""
    with SmtpServer(authority, on_data=lambda _: DROP) as server:
        settings(company, server)
        send(company, "--confirmer", only="a1")
        made = events(company, "A-1")[0]
        append_event(journal_path(company, "A-1"), made.model_copy(update={"action": "envoi"}))
        again = send(company, "--confirmer", only="a1")
    assert (again.exit_code, "n'attend d'être envoyé" in again.stderr, len(server.received)) == (0, True, 1)


def test_no_answer(company: Path, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that keeps silent after the message leaves a doubt; before it, nothing has happened."""
    monkeypatch.setattr(smtp, "LAST_ANSWER", 0.3)
    with SmtpServer(authority, on_data=lambda _: time.sleep(1)) as server:  # type: ignore[func-returns-value]
        settings(company, server)
        assert "issue inconnue" in send(company, "--confirmer", only="a1").stderr
    assert actions(company, "A-1") == ["preparation", "depot"]
    monkeypatch.setattr(smtp, "TIMEOUT", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as mute, SmtpServer(authority) as server:
        settings(company, server, port=mute.getsockname()[1])
        result = send(company, "--confirmer", only="a2")
    assert (result.exit_code, "ne répond pas" in result.stderr) == (1, True), result.output
    assert actions(company, "A-2") == ["preparation"]


def test_line_cut_before_the_message(company: Path, authority: trustme.CA) -> None:
    """A server that hangs up between two messages is called again; one that always does stops the run, noted nowhere."""
    cuts = [True]

    def cut(address: str) -> str | None:
        return DROP if address.startswith("garage") and cuts and cuts.pop() else None

    with SmtpServer(authority, on_recipient=cut) as server:
        settings(company, server)
        assert send(company, "--confirmer").exit_code == 0
        assert (len(server.received), server.connections) == (5, 2)

    with SmtpServer(authority, on_recipient=lambda _: DROP) as server:
        settings(company, server)
        result = send(company, "--confirmer", only="f1")
    assert (result.exit_code, "a coupé la connexion" in result.stderr, server.received) == (1, True, [])
    assert "1 message à reprendre" in result.stderr
    assert actions(company, "F-1")[-1] == "envoi"


def test_wrong_or_missing_password(company: Path, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sentence and exit code 3; the password itself is never shown nor written."""
    monkeypatch.setenv("IMPAYES_SMTP_MOT_DE_PASSE", "faux-mot-de-passe")
    with SmtpServer(authority) as server:
        settings(company, server)
        wrong = send(company, "--confirmer")
        monkeypatch.setenv("IMPAYES_SMTP_MOT_DE_PASSE", "été")
        accented = send(company, "--confirmer")
        monkeypatch.delenv("IMPAYES_SMTP_MOT_DE_PASSE")
        monkeypatch.setattr(keyring, "get_password", lambda *_: None)
        missing = send(company, "--confirmer")
    assert [r.exit_code for r in (wrong, accented, missing)] == [3, 3, 3]
    assert f"localhost refuse l'identifiant {USER} ou son mot de passe" in wrong.stderr
    assert "en choisir un autre" in accented.stderr
    assert "keyring set impayes compta@atelier-vasseur.example" in missing.stderr
    assert "faux-mot-de-passe" not in wrong.output
    assert all(b"faux-mot-de-passe" not in content for content in tree(company).values())
    assert (server.received, actions(company, "A-1")) == ([], ["preparation"])


class _Keyring(keyring.backend.KeyringBackend):
    """A keyring that holds one password."""

    priority = 1  # type: ignore[assignment]

    def get_password(self, service: str, username: str) -> str | None:
        return PASSWORD if (service, username) == ("impayes", USER) else None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError

    def delete_password(self, service: str, username: str) -> None:
        raise NotImplementedError


def test_password_from_the_keyring(company: Path, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable: the system's keyring has it; nothing of it is written or shown."""
    monkeypatch.delenv("IMPAYES_SMTP_MOT_DE_PASSE")
    before = keyring.get_keyring()
    keyring.set_keyring(_Keyring())
    try:
        with SmtpServer(authority) as server:
            settings(company, server)
            sent = send(company, "--confirmer")
    finally:
        keyring.set_keyring(before)
    assert (sent.exit_code, len(server.received)) == (0, 5), sent.output
    assert PASSWORD not in sent.output
    assert all(PASSWORD.encode() not in content for content in tree(company).values())


def test_certificates(company: Path, authority: trustme.CA) -> None:
    """An unknown authority, another server's name: nothing is sent, not even the password."""
    for signer, name, said in (
        (trustme.CA(), "localhost", "signé par une autorité inconnue"),
        (authority, "ailleurs.example", "au nom d'un autre serveur"),
    ):
        for security in ("starttls", "tls"):
            with SmtpServer(signer, security, name=name) as server:
                settings(company, server)
                result = send(company, "--confirmer")
            assert (result.exit_code, said in result.stderr) == (1, True), result.output
            assert server.received == []
    assert actions(company, "A-1") == ["preparation"]


def test_servers_that_are_not_there(company: Path, authority: trustme.CA) -> None:
    """Unknown name, closed port, the wrong kind of encryption: each says which line of the settings to look at."""
    with SmtpServer(authority) as crypted, SmtpServer(authority, "aucune") as plain, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        for changes, said in (
            ({"serveur": "serveur-absent.invalid"}, "courriel.serveur"),
            ({"port": closed.getsockname()[1]}, "rien n'y répond : vérifier courriel.serveur et courriel.port"),
            ({"securite": "tls"}, "vérifier courriel.securite"),
            ({"port": plain.port}, "ne propose pas STARTTLS"),
        ):
            settings(company, crypted, **changes)
            result = send(company, "--confirmer")
            assert (result.exit_code, said in result.stderr) == (1, True), result.output
            assert "n'attend" not in result.stderr
            assert_french(result.stderr.replace("serveur-absent.invalid", ""))
        settings(company, plain, serveur="127.0.0.1", identifiant=None)
        assert send(company, "--confirmer", only="a1").exit_code == 0
        assert [len(server.received) for server in (crypted, plain)] == [0, 1]


def test_full_disk(company: Path, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch) -> None:
    """No journal, no message: a deposit written in one journal only is closed; after the sending, it is said."""
    written = 0

    def fill_up(path: Path, event: Any) -> Any:
        nonlocal written
        written += 1
        if written == full_at:
            raise Failure(f"{path} : écriture impossible (disque plein)")
        return append_event(path, event)

    monkeypatch.setattr(sending, "append_event", fill_up)
    with SmtpServer(authority) as server:
        settings(company, server)
        full_at = 2
        first = send(company, "--confirmer", only="g1")
        assert (first.exit_code, "disque plein" in first.stderr, server.received) == (1, True, [])
        assert actions(company, "G-1") == ["preparation", "depot", "echec"]
        assert actions(company, "G-2") == ["preparation"]
        full_at = written + 2
        second = send(company, "--confirmer", only="a1")
        assert (second.exit_code, "le message est parti" in second.stderr) == (1, True), second.output
        assert "peut-être parti" in send(company, "--confirmer", only="a1").stderr
    assert len(server.received) == 1


def test_journals_of_one_message_are_completed(company: Path, authority: trustme.CA) -> None:
    """Killed between the two journals of a message that left: the second is told, nothing leaves again."""
    with SmtpServer(authority) as server:
        settings(company, server)
        for reference, last in (("G-1", "envoi"), ("G-2", "depot")):
            made = events(company, reference)[0]
            for action in ("depot", last)[: 2 if last == "envoi" else 1]:
                change = {"action": action, "message_id": "<numero@exemple.example>"}
                append_event(journal_path(company, reference), made.model_copy(update=change))
        result = send(company, "--confirmer", only="g1")
    assert (result.exit_code, server.received) == (0, []), result.output
    assert actions(company, "G-2") == ["preparation", "depot", "envoi"]


def test_two_at_once(company: Path, authority: trustme.CA) -> None:
    """The second run refuses while the first is at work, and finds nothing left afterwards."""
    begun, go_on = threading.Event(), threading.Event()

    def wait(*_: Any) -> None:
        begun.set()
        go_on.wait(30)

    with SmtpServer(authority, on_data=wait) as server:
        settings(company, server)
        first = process(company)
        assert begun.wait(30)
        second = send(company, "--confirmer")
        go_on.set()
        assert first.wait(60) == 0
    assert (second.exit_code, "un autre envoi ou une autre relance est en cours" in second.stderr) == (1, True)
    assert len({taken.number for taken in server.received}) == len(server.received) == 5


def test_lock(tmp_path: Path) -> None:
    """One holder at a time, free again afterwards; a folder that cannot be written is a sentence."""
    with company_lock(tmp_path), pytest.raises(Failure, match="attendre sa fin"), company_lock(tmp_path):
        pass
    with company_lock(tmp_path):
        pass
    (tmp_path / "ailleurs").mkdir()
    (tmp_path / "ailleurs" / "relances").write_text("", encoding="utf-8")
    with pytest.raises(Failure, match="écriture impossible"), company_lock(tmp_path / "ailleurs"):
        pass


@pytest.mark.lent
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_killed_at_random(company: Path, authority: trustme.CA, seed: int) -> None:
    """However often the process dies, no message is given twice unless a person asks for it; none is forgotten."""
    chance = random.Random(seed)
    running: list[subprocess.Popen[str]] = []

    def maybe(_: str) -> None:
        if chance.random() < 0.4:
            threading.Timer(chance.choice([0, 0.002, 0.005, 0.02, 0.1]), running[-1].kill).start()
            time.sleep(chance.choice([0, 0.01]))

    with SmtpServer(authority, on_recipient=maybe, on_data=maybe) as server:
        settings(company, server)
        for _ in range(14):
            running.append(process(company))
            running[-1].communicate(timeout=60)
            _sound(company, server)
        assert any(one.returncode == -signal.SIGKILL for one in running)
        assert max(Counter(taken.number for taken in server.received).values()) == 1
    with SmtpServer(authority) as quiet:
        settings(company, quiet)
        asked = 0
        for reference in NAMES:
            while _doubts(company, reference):
                done = send(company, "--confirmer", "--renvoyer", reference, only=NAMES[reference])
                assert done.exit_code == 0 or "issue inconnue" in done.stderr, done.output
                asked += 1
        for _ in range(2):  # one dossier has two messages
            assert send(company, "--confirmer").exit_code == 0
        assert "n'attend d'être envoyé" in send(company, "--confirmer").stderr
    everything = {taken.number for taken in (*server.received, *quiet.received)}
    assert len(everything) == 6
    assert len(server.received) + len(quiet.received) <= 6 + asked


def _doubts(company: Path, reference: str) -> set[str | None]:
    """The messages given to the server and not known to be sent."""
    told = events(company, reference)
    given, sent = ({e.message_id for e in told if e.action == action} for action in ("depot", "envoi"))
    return given - sent


def _sound(company: Path, server: SmtpServer) -> None:
    """The journals read, and what they call sent has arrived."""
    arrived = {taken.number for taken in server.received}
    for reference in (*NAMES, "G-2"):
        assert {e.message_id for e in events(company, reference) if e.action == "envoi"} <= arrived
