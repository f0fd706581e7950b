"""`impayes envoyer`: what leaves, what stays and why, against a real SMTP server on this machine."""

import datetime as dt
import email
import email.policy
import json
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
import trustme

from generator.journal import Event, append_event, journal_path
from generator.money import plain_spaces
from tests.conftest import day
from tests.mail_company import AU, actions, copy_of, drafts, events, prepare, send, settings
from tests.outside import impayes, tree
from tests.smtp_server import PASSWORD, SmtpServer, trust

pytestmark = pytest.mark.filterwarnings("ignore:Session.login_data", "ignore:Requiring AUTH")
REFERENCES = ("A-1", "A-2", "A-3")


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Who signs the servers' certificates."""
    return trustme.CA()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company whose reminders of the day are prepared; nobody writes in it."""
    return prepare(tmp_path_factory.mktemp("courriels") / "entreprise")


@pytest.fixture
def company(prepared: Path, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, on a machine that knows the authority and the password."""
    monkeypatch.setenv("SSL_CERT_FILE", str(trust(authority, tmp_path)))
    monkeypatch.setenv("IMPAYES_SMTP_MOT_DE_PASSE", PASSWORD)
    return copy_of(prepared, tmp_path)


def test_nothing_leaves_without_confirmation(company: Path, authority: trustme.CA) -> None:
    """The list names each message and what it holds; no connection is made, nothing is written."""
    with SmtpServer(authority) as server:
        settings(company, server)
        before = tree(company)
        for options in ((), ("--simulation",)):
            shown = send(company, *options)
            assert shown.exit_code == 0
            assert "Simulation, rien n'est parti : 5 courriels prêts sur 6." in shown.stderr
        line = next(line for line in shown.stdout.splitlines() if line.startswith("A-1"))
        for word in (
            "eloise@boulangerie.example",
            "Facture F-1, échue le 15 octobre 2026",
            "A-1-relance-1-2026-11-23.pdf",
        ):
            assert word in line
        assert server.connections == 0
    assert tree(company) == before


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_sent_once(company: Path, authority: trustme.CA, security: str) -> None:
    """Each draft goes as it was prepared, to its debtor alone; the journal tells it; a second run sends nothing."""
    with SmtpServer(authority, security) as server:
        settings(company, server)
        for name in ("a1", "a2", "a3"):
            sent = send(company, "--confirmer", only=name)
            assert (sent.exit_code, "1 courriel envoyé sur 1." in sent.stderr) == (0, True), sent.output
        assert "n'attend d'être envoyé" in send(company, "--confirmer", only="a1").stderr
    assert [taken.recipients for taken in server.received] == [
        ("eloise@boulangerie.example",),
        ("garage@pneu.example",),
        ("gare@cafe.example",),
    ]
    for reference, taken in zip(REFERENCES, server.received, strict=True):
        (path,) = drafts(company, reference)
        draft = email.message_from_bytes(path.read_bytes(), policy=email.policy.SMTP)
        assert taken.content.partition(b"\r\n\r\n")[2] == path.read_bytes().partition(b"\r\n\r\n")[2]
        assert taken.sender == "compta@atelier-vasseur.example"
        for name in ("to", "from", "subject", "content-language"):
            assert taken.message[name] == draft[name]
        assert [h for h in taken.message if h.lower() in ("x-unsent", "bcc", "reply-to")] == []
        assert [len(taken.message.get_all(h, [])) for h in ("date", "message-id", "mime-version")] == [1, 1, 1]
        moment = parsedate_to_datetime(taken.message["date"])
        assert (moment.date(), moment.tzinfo is not None) == (day(AU), True)
        (attached,) = taken.message.iter_attachments()
        assert attached.get_content() == path.with_suffix(".pdf").read_bytes()
        assert actions(company, reference) == ["preparation", "depot", "envoi"]
        made, _, last = events(company, reference)
        assert last == made.model_copy(update={"action": "envoi", "message_id": taken.number})


def test_one_message_per_dossier(company: Path, authority: trustme.CA) -> None:
    """Two letters of one dossier leave on two runs; one letter about two dossiers is one message, in both journals."""
    with SmtpServer(authority) as server:
        settings(company, server)
        first = send(company, "--confirmer", only="f1")
        assert (first.exit_code, len(server.received)) == (0, 1)
        assert "un autre message de ce dossier part d'abord" in first.stderr
        assert (send(company, "--confirmer", only="f1").exit_code, len(server.received)) == (0, 2)
        assert (send(company, "--confirmer", only="g2").exit_code, len(server.received)) == (0, 3)
        assert send(company, "--confirmer", only="g1").exit_code == 0
    about = [taken.message["subject"].split(",")[0] for taken in server.received]
    assert sorted(about[:2]) == ["Facture F-4", "Facture F-5"]
    assert len({taken.number for taken in server.received}) == 3
    assert actions(company, "G-1") == actions(company, "G-2") == ["preparation", "depot", "envoi"]
    assert {e.message_id for r in ("G-1", "G-2") for e in events(company, r)[1:]} == {server.received[2].number}


def test_json(company: Path, authority: trustme.CA) -> None:
    """The same list for a program."""
    with SmtpServer(authority) as server:
        settings(company, server)
        listed = json.loads(send(company, "--json", only="a2").stdout)
        sent = json.loads(send(company, "--json", "--confirmer", only="a2").stdout)
    assert (listed["schema"], listed["au"], listed["envoi"], sent["envoi"]) == ("impayes/envoi/1", AU, False, True)
    (one,), (other,) = listed["courriels"], sent["courriels"]
    assert (one["etat"], one["message_id"]) == ("pret", None)
    assert (other["etat"], other["message_id"]) == ("envoye", server.received[0].number)
    assert (one["dossiers"], one["lettre"], one["factures"]) == (["A-2"], "relance-1", ["F-2"])


def _write(company: Path, name: str, text: str) -> None:
    path = company / "dossiers" / f"{name}.yml"
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def _note(company: Path, **fields: object) -> None:
    append_event(journal_path(company, "A-1"), Event.model_validate({"le": AU, **fields}))


def _edit(company: Path) -> None:
    (path,) = drafts(company, "A-1")
    path.write_bytes(path.read_bytes().replace(b"Madame, Monsieur", b"Cher ami"))


def _swap(company: Path, old: str, new: str) -> None:
    path = company / "dossiers" / "a1.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


PLAN = "plan: {signe_le: 2026-11-23, montant: 1200, echeances: [{le: 2026-12-15, montant: 1200}]}\n"
PAID = "paiements: [{recu_le: 2026-11-23, montant: %s}]\n"
PROMISE = "promesses: [{recue_le: 2026-11-23, payer_le: 2026-12-01}]\n"
JUDGMENT = "\n  procedure_collective: {type: redressement, jugement_le: 2026-11-20}\nstrategie"
SINCE: dict[str, tuple[Callable[[Path], None], str]] = {
    "paid": (lambda c: _write(c, "a1", PAID % "2000"), "plus rien n'est dû"),
    "paid in part": (lambda c: _write(c, "a1", PAID % "200"), "200,00 € et non plus 0,00 € de paiements"),
    "promise": (lambda c: _write(c, "a1", PROMISE), "promesse à attendre jusqu'au 01/12/2026"),
    "broken promise": (
        lambda c: _write(c, "a1", "promesses: [{recue_le: 2026-11-02, payer_le: 2026-11-20}]\n"),
        "« relance-promesse » passe avant",
    ),
    "promise noted": (
        lambda c: _note(c, action="promesse", payer_le="2026-11-27", montant="600"),
        "promesse de 600,00 € à attendre jusqu'au 27/11/2026",
    ),
    "payment noted": (lambda c: _note(c, action="paiement", montant="50"), "absents du dossier"),
    "pause": (lambda c: _write(c, "a1", "suspension: {jusqu_au: 2026-12-31, motif: congés}\n"), "relances suspendues"),
    "plan": (lambda c: _write(c, "a1", PLAN), "plan respecté"),
    "proceedings": (lambda c: _swap(c, "\nstrategie", JUDGMENT), "procédure collective ouverte le 20/11/2026"),
    "edited": (_edit, "a été modifié depuis sa préparation"),
    "removed": (lambda c: drafts(c, "A-1")[0].unlink(), "brouillon introuvable"),
    "new address": (lambda c: _swap(c, "eloise@", "autre@"), "n'est pas celle du brouillon"),
    "accented address": (lambda c: _swap(c, "eloise@", "éloïse@"), "un accent avant l'arobase"),
    "no address": (lambda c: _swap(c, ", email: eloise@boulangerie.example", ""), "aucune adresse de courriel au dossier"),
    "next level": (
        lambda c: _note(c, action="preparation", lettre="relance-2", niveau="relance-2", canal="courrier"),
        "remplacé par « relance-2 », préparée le 23/11/2026",
    ),
    "dossier gone": (lambda c: (c / "dossiers" / "a1.yml").unlink(), "dossier A-1 introuvable"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "said"), SINCE.values(), ids=SINCE)
def test_what_happened_since_the_preparation(
    company: Path, authority: trustme.CA, change: Callable[[Path], None], said: str
) -> None:
    """The reason is given, nothing about this dossier leaves or is noted, and the others are not kept back."""
    change(company)
    before = actions(company, "A-1")
    with SmtpServer(authority) as server:
        settings(company, server)
        result = send(company, "--confirmer")
    assert said in plain_spaces(result.stderr), result.output
    assert result.exit_code == (0 if "remplacé" in said else 1)
    assert len(server.received) == 4
    assert all("eloise" not in taken.recipients[0] for taken in server.received)
    assert actions(company, "A-1") == before


@pytest.mark.parametrize(("au", "leaves"), [("2026-11-30", True), ("2026-12-01", False)])
def test_a_draft_grows_stale(company: Path, authority: trustme.CA, au: str, leaves: bool) -> None:
    """Seven days old it may leave, eight days old its figures are those of another week."""
    with SmtpServer(authority) as server:
        settings(company, server)
        result = send(company, "--confirmer", only="a1", au=au)
    assert (len(server.received), result.exit_code) == ((1, 0) if leaves else (0, 1)), result.output
    assert leaves or "préparé il y a 8 jours" in result.stderr
    assert leaves or "impayes relancer --refaire A-1" in result.stderr
    assert not leaves or events(company, "A-1")[-1].le == day(au)


def test_made_again_after_a_payment(company: Path, authority: trustme.CA) -> None:
    """The way out the sentence gives works: the new draft leaves, the old one is not spoken of."""
    _write(company, "a1", "paiements: [{recu_le: 2026-11-24, montant: 200}]\n")
    with SmtpServer(authority) as server:
        settings(company, server)
        assert send(company, "--confirmer", only="a1", au="2026-11-24").exit_code == 1
        again = impayes("relancer", company, "--au", "2026-11-24", "--refaire", "A-1")
        assert again.exit_code == 0, again.output
        result = send(company, "--confirmer", only="a1", au="2026-11-24")
    assert (result.exit_code, "1 courriel envoyé sur 1." in result.stderr) == (0, True), result.output
    (draft,) = (company / "relances" / "2026-11-24" / "A-1").rglob("*.eml")
    body = draft.read_bytes().partition(b"\r\n\r\n")[2]
    assert server.received[0].content.endswith(body)
    assert not drafts(company, "A-1")[0].read_bytes().endswith(body)


def test_confirmed_by_hand(company: Path, authority: trustme.CA) -> None:
    """What a person sent from their own mail program and noted does not leave a second time."""
    noted = impayes("journal", "envoyer", company / "dossiers" / "a1.yml", "relance-1", "--au", AU)
    assert noted.exit_code == 0, noted.output
    with SmtpServer(authority) as server:
        settings(company, server)
        assert send(company, "--confirmer", only="a1").exit_code == 0
    assert server.received == []


def test_broken_dossiers_and_journals(company: Path, authority: trustme.CA) -> None:
    """Each is named, the others leave, and the exit code says that something is wrong."""
    _write(company, "a1", "montnt: 3\n")
    path = journal_path(company, "A-2")
    path.write_text(path.read_text(encoding="utf-8").replace("relance-1", "relance-9"), encoding="utf-8")
    (company / "dossiers" / "a3-bis.yml").write_bytes((company / "dossiers" / "a3.yml").read_bytes())
    with SmtpServer(authority) as server:
        settings(company, server)
        assert send(company).exit_code == 3
        result = send(company, "--confirmer")
    assert (result.exit_code, len(server.received)) == (3, 2)
    for said in ("champ inconnu", "A-2.jsonl:1", "« A-3 » est celle de plusieurs dossiers"):
        assert said in result.stderr


def test_another_sender_and_a_copy(company: Path, authority: trustme.CA) -> None:
    """The account's own address sends, answers go to the letter's; the hidden copy shows nowhere in the message."""
    with SmtpServer(authority) as server:
        settings(company, server, expediteur="envois@vasseur-agencement.example", copie="archives@vasseur.example")
        assert send(company, "--confirmer", only="a1").exit_code == 0
    (taken,) = server.received
    assert taken.sender == "envois@vasseur-agencement.example"
    assert taken.recipients == ("eloise@boulangerie.example", "archives@vasseur.example")
    assert b"archives@vasseur" not in taken.content
    (sender,), (answer,) = taken.message["from"].addresses, taken.message["reply-to"].addresses
    assert (sender.addr_spec, sender.display_name) == (taken.sender, "Atelier Vasseur, agencement d'intérieurs")
    assert answer.addr_spec == "compta@atelier-vasseur.example"
    assert taken.number.endswith("@vasseur-agencement.example>")


def test_trial(company: Path, authority: trustme.CA) -> None:
    """One draft comes to me alone; no journal knows of it."""
    before = tree(company / "journal")
    with SmtpServer(authority) as server:
        settings(company, server, copie="archives@vasseur.example")
        result = send(company, "--essai", "claire@vasseur.example")
    assert (result.exit_code, "Essai envoyé à claire@vasseur.example" in result.stdout) == (0, True), result.output
    (taken,) = server.received
    assert taken.recipients == ("claire@vasseur.example",)
    assert [a.addr_spec for a in taken.message["to"].addresses] == ["claire@vasseur.example"]
    assert tree(company / "journal") == before


def test_twenty_a_minute(company: Path, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pace is kept between messages, not before the first nor after the last."""
    rests: list[float] = []
    monkeypatch.setattr("time.sleep", rests.append)
    with SmtpServer(authority) as server:
        settings(company, server, par_minute=None)
        assert send(company, "--confirmer").exit_code == 0
    assert [rest for rest in rests if rest >= 1] == [3.0] * (len(server.received) - 1)


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--confirmer", "--simulation"), 2, "garder l'une des deux"),
        (("--renvoyer", "A-1"), 2, "ajouter --confirmer"),
        (("--essai", "a@b.example", "--confirmer"), 2, "retirer --confirmer"),
        (("--essai", "Claire"), 2, "n'est pas une adresse"),
        (("--confirmer", "--renvoyer", "A-1"), 3, "aucun envoi interrompu"),
    ],
)
def test_mistakes(company: Path, authority: trustme.CA, options: tuple[str, ...], code: int, said: str) -> None:
    """One sentence each; nothing leaves."""
    with SmtpServer(authority) as server:
        settings(company, server)
        result = send(company, *options)
    assert (result.exit_code, said in result.stderr, server.received) == (code, True, []), result.output


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (None, "le serveur d'envoi manque ; ajouter par exemple"),
        ("{serveur: smtp.exemple.fr, mot_de_passe: secret}", "champ inconnu"),
        ("{serveur: smtp.exemple.fr, securite: aucune}", "passeraient en clair"),
        ("{serveur: smtp.exemple.fr, port: 465}", "écrire securite: tls"),
        ("{serveur: https://smtp.exemple.fr}", "nom de serveur attendu"),
        ("{serveur: smtp.exemple.fr, port: 70000}", "nombre entier de 1 à 65535"),
        ("{serveur: smtp.exemple.fr, expediteur: Claire}", "n'est pas une adresse"),
        ("{serveur: smtp.exemple.fr, par_minute: 0}", "nombre entier de 1 à 600"),
        ("{port: 587}", "champ obligatoire manquant"),
    ],
)
def test_wrong_settings(company: Path, lines: str | None, said: str) -> None:
    """Exit code 3 and what to write."""
    if lines:
        path = company / "entreprise.yml"
        path.write_text(path.read_text(encoding="utf-8") + f"courriel: {lines}\n", encoding="utf-8")
    result = send(company, "--confirmer")
    assert (result.exit_code, said in result.stderr) == (3, True), result.output
    assert actions(company, "A-1") == ["preparation"]


def test_whole_company_by_default(company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a path: the company of the current folder; elsewhere, a sentence."""
    monkeypatch.chdir(company / "dossiers")
    assert "5 courriels prêts sur 6." in impayes("envoyer", "--au", AU).stderr
    monkeypatch.chdir(company.parent)
    refused = impayes("envoyer", "--au", AU)
    assert (refused.exit_code, "se placer dans le répertoire" in refused.stderr) == (3, True)


def test_the_day_before_nothing_was_prepared(company: Path) -> None:
    """What is dated later does not exist yet."""
    au = (day(AU) - dt.timedelta(days=1)).isoformat()
    assert "n'attend d'être envoyé" in send(company, au=au).stderr
