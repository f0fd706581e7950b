"""Make the sample company of the court bundles again: `python scripts/pieces_exemples.py [folder]`.

Invented people and papers: small PDFs, scans (PNG), e-mails, and the journal of what was sent. The same call writes the
same bytes. Without a folder, `examples/judiciaire`.
"""

import hashlib
import shutil
import sys
from datetime import date
from decimal import Decimal
from email.message import EmailMessage
from email.policy import SMTP
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from generator.export.pdf import write_pdf
from generator.journal import Event, FileHash, append_event, journal_path
from generator.resources import builtin

ROOT = Path(__file__).parents[1]
CSS = """
@font-face { font-family: "Source Sans 3"; src: url("polices/SourceSans3-Regular.ttf"); }
@font-face { font-family: "Source Sans 3"; font-weight: bold; src: url("polices/SourceSans3-Bold.ttf"); }
@page { size: A4; margin: 24mm 22mm } @page large { size: A4 landscape }
body { font-family: "Source Sans 3", sans-serif; font-size: 11pt; line-height: 1.45; color: #262422 }
h1 { font-size: 17pt; margin: 12mm 0 6mm } p { margin: 0 0 3mm } .de { font-size: 10pt; color: #57514a }
table { width: 100%; border-collapse: collapse; margin: 5mm 0 } td { padding: 1.5mm 0; border-bottom: .2mm solid #bbb }
td + td { text-align: right } .signe { margin-top: 14mm; font-style: italic }
"""
US = "Atelier Vasseur, SARL au capital de 8 000 €, 3 quai de Loire, 37000 Tours, 732 829 320 RCS Tours"


def paper(title: str, to: str, body: str) -> bytes:
    """A one-page PDF, of ours."""
    html = f'<html lang="fr"><head><title>{title}</title></head><body><p class="de">{US}</p><p>{to}</p><h1>{title}</h1>{body}</body></html>'
    return write_pdf(html, CSS)


def rows(*lines: tuple[str, str]) -> str:
    """A table of two columns."""
    return "<table>" + "".join(f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in lines) + "</table>"


def scan(lines: tuple[str, ...], size: tuple[int, int] = (1240, 1754)) -> bytes:
    """A scanned paper, as a picture."""
    picture = Image.new("L", size, 246)
    draw = ImageDraw.Draw(picture)
    font = ImageFont.truetype(str(builtin("letters") / "_commun" / "polices" / "SourceSans3-Regular.ttf"), 40)
    for rank, line in enumerate(lines):
        draw.text((110, 150 + 76 * rank), line, fill=40, font=font)
    draw.line((110, size[1] - 120, 520, size[1] - 190, 700, size[1] - 100), fill=70, width=5)
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def mail(
    sender: str, to: str, subject: str, sent: str, text: str, attached: tuple[tuple[str, bytes], ...] = ()
) -> bytes:
    """A message as mail programs save it."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"], message["Date"] = sender, to, subject, sent
    message["Message-ID"] = f"<{hashlib.sha256(subject.encode()).hexdigest()[:16]}@atelier-vasseur.example>"
    message.set_content(text)
    for name, content in attached:
        kind = ("image", "png") if name.endswith(".png") else ("application", "pdf")
        message.add_attachment(content, maintype=kind[0], subtype=kind[1], filename=name)
    if attached:
        message.set_boundary("piece-jointe-exemple")
    return message.as_bytes()


SHOP, SHOP_AT = "Menuiserie Garnier SARL", "Menuiserie Garnier SARL<br>8 rue des Tanneurs<br>45000 Orléans"
HOME, HOME_AT = "Élodie Marchand", "Mme Élodie Marchand<br>21 allée des Tilleuls<br>37300 Joué-lès-Tours"
TOWN, TOWN_AT = (
    "Commune de Saint-Aubin-du-Lac",
    "Commune de Saint-Aubin-du-Lac<br>1 place de la Mairie<br>37190 Saint-Aubin-du-Lac",
)
ABROAD_AT = "Tischlerei Lindner GmbH<br>Moselweg 12<br>54290 Trier<br>Allemagne"
OURS, THEIRS = (
    "Atelier Vasseur <compta@atelier-vasseur.example>",
    "Menuiserie Garnier <contact@menuiserie-garnier.example>",
)


def papers() -> dict[str, bytes]:
    """Every exhibit by its path under `dossiers/pieces`."""
    reminder = (
        "Bonjour,\n\nSauf erreur de notre part, nos factures F-2026-201 (4 800,00 €) et F-2026-202 (2 640,00 €) restent "
        "impayées. Elles étaient échues les 13 juin et 10 juillet 2026.\n\nMerci de nous dire quand vous les réglerez.\n\n"
        "Claire Vasseur\nAtelier Vasseur\n"
    )
    excuse = (
        "Bonjour,\n\nJe reconnais vous devoir la facture F-2026-310. Je traverse une période difficile ; je vous propose "
        "de régler dès que possible. Je joins une photo de la terrasse terminée, dont je suis contente.\n\nÉlodie Marchand\n"
    )
    return {
        "garnier/devis-D-2026-031.pdf": paper("Devis D-2026-031", SHOP_AT, rows(("Portes et huisseries, fourniture", "6 200,00 € HT"), ("TVA 20 %", "1 240,00 €"), ("Total", "7 440,00 € TTC")) + "<p>Établi le 2 avril 2026, valable deux mois.</p>"),
        "garnier/bon-de-commande.png": scan(("BON DE COMMANDE n° 26-118", "", "Menuiserie Garnier SARL", "8 rue des Tanneurs, 45000 Orléans", "", "Orléans, le 8 avril 2026", "", "Bon pour accord sur le devis D-2026-031", "d'Atelier Vasseur : portes et huisseries.", "", "Marc Garnier, gérant")),
        "garnier/bon-de-livraison.pdf": paper("Bon de livraison BL-2026-077", SHOP_AT, rows(("Portes et huisseries, devis D-2026-031", "24 pièces")) + "<p>Livré le 12 mai 2026. Reçu sans réserve.</p><p class='signe'>M. Garnier</p>"),
        "garnier/F-2026-201.pdf": paper("Facture F-2026-201", SHOP_AT, rows(("Portes", "4 000,00 € HT"), ("TVA 20 %", "800,00 €"), ("À payer", "4 800,00 € TTC")) + "<p>Émise le 14 mai 2026. À payer le 13 juin 2026.</p>"),
        "garnier/F-2026-202.pdf": paper("Facture F-2026-202", SHOP_AT, rows(("Huisseries", "2 200,00 € HT"), ("TVA 20 %", "440,00 €"), ("À payer", "2 640,00 € TTC")) + "<p>Émise le 14 mai 2026. À payer le 10 juillet 2026.</p>"),
        "garnier/relance.eml": mail(OURS, THEIRS, "Factures échues : F-2026-201 et F-2026-202", "Mon, 20 Jul 2026 09:12:00 +0200", reminder),
        "garnier/mise-en-demeure.pdf": paper("Mise en demeure de payer", SHOP_AT, "<p>Tours, le 4 septembre 2026. Lettre recommandée avec avis de réception n° 1A 234 567 8901 2.</p><p>Nous vous mettons en demeure de payer les factures F-2026-201 et F-2026-202, échues les 13 juin et 10 juillet 2026, sous huit jours.</p><p class='signe'>Claire Vasseur, gérante</p>"),
        "garnier/avis-de-reception.png": scan(("AVIS DE RÉCEPTION", "", "Recommandé n° 1A 234 567 8901 2", "Présenté et distribué le 7 septembre 2026", "Destinataire : Menuiserie Garnier SARL"), (1240, 780)),
        "marchand/devis-D-2026-052.pdf": paper("Devis D-2026-052", HOME_AT, rows(("Terrasse en bois, 18 m²", "2 875,00 € HT"), ("TVA 20 %", "575,00 €"), ("Total", "3 450,00 € TTC")) + "<p>Établi le 3 mars 2026. Bon pour accord, le 9 mars 2026.</p><p class='signe'>Élodie Marchand</p>"),
        "marchand/F-2026-310.pdf": paper("Facture F-2026-310", HOME_AT, rows(("Terrasse en bois, 18 m²", "3 450,00 € TTC")) + "<p>Émise le 2 juin 2026. À payer le 2 juillet 2026.</p>"),
        "marchand/reponse.eml": mail("Élodie Marchand <elodie.marchand@courriel.example>", OURS, "Votre facture : désolée du retard", "Tue, 25 Aug 2026 18:40:00 +0200", excuse, (("terrasse.png", scan(("Terrasse terminée", "mai 2026"), (900, 600))),)),
        "marchand/mise-en-demeure.pdf": paper("Mise en demeure de payer", HOME_AT, "<p>Tours, le 15 septembre 2026. Lettre recommandée avec avis de réception n° 1A 234 567 8902 9.</p><p>Nous vous mettons en demeure de payer la facture F-2026-310 sous quinze jours.</p><p class='signe'>Claire Vasseur, gérante</p>"),
        "marchand/avis-de-reception.png": scan(("AVIS DE RÉCEPTION", "", "Recommandé n° 1A 234 567 8902 9", "Présenté et distribué le 17 septembre 2026", "Destinataire : Élodie Marchand"), (1240, 780)),
        "lindner/bon-de-commande.png": scan(("BESTELLUNG / BON DE COMMANDE n° L-88", "", "Tischlerei Lindner GmbH", "Moselweg 12, 54290 Trier", "", "Trier, le 18 mars 2026", "", "Commande de 12 portes de chêne à Atelier Vasseur, Tours,", "prix total : 3 960,00 EUR, livraison à Trier.", "", "K. Lindner, gérant")),
        "lindner/lettre-de-voiture.pdf": paper("Lettre de voiture LV-2026-041", ABROAD_AT, rows(("Portes de chêne, commande L-88", "12 pièces")) + "<p>Chargé à Tours le 4 mai 2026. Livré à Trier le 6 mai 2026. Reçu sans réserve.</p><p class='signe'>K. Lindner</p>"),
        "lindner/F-2026-330.pdf": paper("Facture F-2026-330", ABROAD_AT, rows(("Portes de chêne, commande L-88", "3 960,00 €"), ("TVA : livraison dans un autre État de l'Union européenne", "0,00 €"), ("À payer", "3 960,00 €")) + "<p>Émise le 7 mai 2026. À payer le 6 juin 2026.</p>"),
        "lindner/mise-en-demeure.pdf": paper("Formal notice to pay", ABROAD_AT, "<p>Tours, 7 September 2026. Registered letter no. RK 123 456 785 FR.</p><p>We give you formal notice to pay invoice F-2026-330, due on 6 June 2026, within fifteen days.</p><p class='signe'>Claire Vasseur, gérante</p>"),
        "lindner/avis-de-reception.png": scan(("AVIS DE RÉCEPTION", "", "Recommandé n° RK 123 456 785 FR", "Distribué le 11 septembre 2026", "Destinataire : Tischlerei Lindner GmbH"), (1240, 780)),
        "saint-aubin/bon-de-commande.pdf": paper("Bon de commande 2026-441", TOWN_AT, "<p>Commande n° 2026-441 du 20 mars 2026, engagement 26-0173 : remplacement des menuiseries de l'école.</p>"),
        "saint-aubin/F-2026-287.pdf": paper("Facture F-2026-287", TOWN_AT, rows(("Menuiseries de l'école", "11 760,00 € TTC")) + "<p>Émise et déposée le 4 mai 2026. À payer le 3 juin 2026.</p>"),
    }  # fmt: skip


DOSSIERS = {
    "J-2026-001": """\
# yaml-language-server: $schema=../../../generator/schemas/dossier.json
# Injonction de payer, tribunal de commerce : un commerçant, huit pièces.
reference: J-2026-001
debiteur:
  nom: Menuiserie Garnier SARL
  qualite: professionnel
  commercant: oui
  siren: "123 456 782"
  adresse: {lignes: [8 rue des Tanneurs], code_postal: "45000", ville: Orléans}
  contact: {civilite: M., nom: Marc Garnier, fonction: Gérant}
devis: {numero: D-2026-031, emis_le: 2026-04-02, objet: portes et huisseries, montant_ttc: 7440.00, accepte_le: 2026-04-08}
factures:
  - {numero: F-2026-201, emise_le: 2026-05-14, executee_le: 2026-05-12, echeance: 2026-06-13, montant_ttc: 4800.00, objet: Portes, piece: pieces/garnier/F-2026-201.pdf}
  - {numero: F-2026-202, emise_le: 2026-05-14, executee_le: 2026-05-12, echeance: 2026-07-10, montant_ttc: 2640.00, objet: Huisseries, piece: pieces/garnier/F-2026-202.pdf}
paiements:
  - {recu_le: 2026-08-03, montant: 1000.00, facture: F-2026-201, moyen: virement}
pieces:
  - {fichier: pieces/garnier/devis-D-2026-031.pdf, titre: Devis D-2026-031, le: 2026-04-02, nature: devis}
  - {fichier: pieces/garnier/bon-de-commande.png, titre: Bon de commande n° 26-118, le: 2026-04-08, nature: commande}
  - {fichier: pieces/garnier/bon-de-livraison.pdf, titre: Bon de livraison BL-2026-077 signé, le: 2026-05-12, nature: livraison}
""",
    "J-2026-002": """\
# yaml-language-server: $schema=../../../generator/schemas/dossier.json
# Injonction de payer, tribunal judiciaire : une cliente particulière.
reference: J-2026-002
debiteur:
  nom: Élodie Marchand
  qualite: particulier
  adresse: {lignes: [21 allée des Tilleuls], code_postal: "37300", ville: Joué-lès-Tours}
  contact: {civilite: Mme, nom: Élodie Marchand}
devis: {numero: D-2026-052, emis_le: 2026-03-03, objet: terrasse en bois, montant_ttc: 3450.00, accepte_le: 2026-03-09}
factures:
  - {numero: F-2026-310, emise_le: 2026-06-02, executee_le: 2026-05-29, echeance: 2026-07-02, montant_ttc: 3450.00, objet: Terrasse en bois, piece: pieces/marchand/F-2026-310.pdf}
pieces:
  - {fichier: pieces/marchand/devis-D-2026-052.pdf, titre: Devis D-2026-052 accepté, le: 2026-03-03, nature: devis}
  - {fichier: pieces/marchand/reponse.eml, titre: Courriel de Mme Marchand, le: 2026-08-25, nature: courrier-du-debiteur}
""",
    "J-2026-003": """\
# yaml-language-server: $schema=../../../generator/schemas/dossier.json
# Référé-provision devant le juge administratif : un acheteur public.
reference: J-2026-003
debiteur:
  nom: Commune de Saint-Aubin-du-Lac
  qualite: public
  siren: "213 702 327"
  adresse: {lignes: [1 place de la Mairie], code_postal: "37190", ville: Saint-Aubin-du-Lac}
contrat: {numero: 2026-441, signe_le: 2026-03-20, objet: remplacement des menuiseries de l'école}
factures:
  - {numero: F-2026-287, emise_le: 2026-05-04, executee_le: 2026-04-30, echeance: 2026-06-03, montant_ttc: 11760.00, objet: Menuiseries de l'école, piece: pieces/saint-aubin/F-2026-287.pdf}
mise_en_demeure: {envoyee_le: 2026-08-10, recue_le: 2026-08-12}
pieces:
  - {fichier: pieces/saint-aubin/bon-de-commande.pdf, titre: Bon de commande n° 2026-441, le: 2026-03-20, nature: commande}
""",
    "J-2026-004": """\
# yaml-language-server: $schema=../../../generator/schemas/dossier.json
# Injonction de payer européenne ou petits litiges européens : une entreprise allemande.
reference: J-2026-004
debiteur:
  nom: Tischlerei Lindner GmbH
  qualite: professionnel
  langue: en
  tva: DE123456788
  adresse: {lignes: [Moselweg 12], code_postal: "54290", ville: Trier, pays: DE}
factures:
  - {numero: F-2026-330, emise_le: 2026-05-07, executee_le: 2026-05-06, echeance: 2026-06-06, montant_ttc: 3960.00, objet: Portes de chêne, piece: pieces/lindner/F-2026-330.pdf}
pieces:
  - {fichier: pieces/lindner/bon-de-commande.png, titre: Bon de commande L-88, le: 2026-03-18, nature: commande}
  - {fichier: pieces/lindner/lettre-de-voiture.pdf, titre: Lettre de voiture LV-2026-041 signée, le: 2026-05-06, nature: livraison}
""",
}


def journals(pieces: Path) -> dict[str, tuple[Event, ...]]:
    """What was sent and received, with the files it is known by."""

    def kept(name: str) -> tuple[FileHash, ...]:
        return (FileHash(nom=name, sha256=hashlib.sha256((pieces / name).read_bytes()).hexdigest()),)

    def notice(le: date, got: date, folder: str, letter: str, number: str) -> tuple[Event, Event]:
        return (
            Event(le=le, action="envoi", lettre=letter, canal="lrar", numero_recommande=number, etablit="mise_en_demeure", fichiers=kept(f"{folder}/mise-en-demeure.pdf")),
            Event(le=got, action="reception", lettre=letter, canal="lrar", fichiers=kept(f"{folder}/avis-de-reception.png")),
        )  # fmt: skip

    return {
        "J-2026-001": (
            Event(le=date(2026, 7, 20), action="envoi", lettre="relance-1", canal="email", fichiers=kept("garnier/relance.eml")),
            Event(le=date(2026, 7, 27), action="appel", canal="telephone", par="M. Garnier", resultat="Dit attendre un paiement de son propre client"),
            Event(le=date(2026, 8, 3), action="paiement", montant=Decimal("1000.00")),
            *notice(date(2026, 9, 4), date(2026, 9, 7), "garnier", "mise-en-demeure", "1A 234 567 8901 2"),
        ),
        "J-2026-002": (
            Event(le=date(2026, 7, 15), action="envoi", lettre="relance-1", canal="courrier"),
            Event(le=date(2026, 8, 25), action="reponse", canal="email", resultat="Reconnaît devoir la facture et demande du temps"),
            *notice(date(2026, 9, 15), date(2026, 9, 17), "marchand", "mise-en-demeure-particulier", "1A 234 567 8902 9"),
        ),
        "J-2026-004": (
            Event(le=date(2026, 7, 6), action="envoi", lettre="relance-export", canal="email"),
            *notice(date(2026, 9, 7), date(2026, 9, 11), "lindner", "mise-en-demeure-export", "RK 123 456 785 FR"),
        ),
    }  # fmt: skip


def write_company(folder: Path) -> None:
    """Write the whole sample company again."""
    shutil.rmtree(folder / "journal", ignore_errors=True)
    company = (ROOT / "examples" / "entreprise.yml").read_bytes()
    files = {"entreprise.yml": company}
    files |= {f"dossiers/{name}.yml": text.encode("utf-8") for name, text in DOSSIERS.items()}
    files |= {f"dossiers/pieces/{name}": content for name, content in papers().items()}
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    for reference, events in journals(folder / "dossiers" / "pieces").items():
        for event in events:
            append_event(journal_path(folder, reference), event)


if __name__ == "__main__":
    write_company(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "examples" / "judiciaire")
