"""A small dossier in collective proceedings, as the tests of the claim need it."""

from pathlib import Path

F1 = "  - {numero: F-1, emise_le: 2026-06-01, echeance: 2026-07-01, montant_ttc: 1200.00, montant_tva: 200.00}\n"
F2 = "  - {numero: F-2, emise_le: 2026-09-20, echeance: 2026-10-20, montant_ttc: 300.00, montant_tva: 50.00}\n"
TRUSTEE = "  mandataire_judiciaire: {nom: Maître Allard, adresse: {lignes: [2 rue du Droit], code_postal: '37000', ville: Tours}}\n"
JUDGE = "  juge_commissaire: {nom: Tribunal de commerce, adresse: {lignes: [3 rue du Droit], code_postal: '37000', ville: Tours}}\n"


def dossier(
    folder: Path,
    *,
    kind: str = "redressement",
    judgment: str = "2026-10-12",
    published: str | None = "2026-10-20",
    proceedings: str = "",
    invoices: str = F1 + F2,
    tiers: str = TRUSTEE,
    creditor_code: str = "37000",
    country: str = "FR",
    debtor_code: str = "37000",
    extra: str = "",
) -> Path:
    """A dossier in collective proceedings; `proceedings` adds fields to them, `extra` blocks to the dossier."""
    bodacc = f"    publication_bodacc_le: {published}\n" if published else ""
    text = f"""reference: 2026-014
creancier:
  nom: Atelier Vasseur
  siren: "732829320"
  tva: FR44732829320
  adresse: {{lignes: [3 quai de Loire], code_postal: "{creditor_code}", ville: Tours, pays: {country}}}
debiteur:
  nom: Boulangerie Martin SARL
  qualite: professionnel
  siren: "970865218"
  adresse: {{lignes: [12 rue des Lilas], code_postal: "{debtor_code}", ville: Tours}}
  procedure_collective:
    type: {kind}
    jugement_le: {judgment}
{bodacc}{proceedings}factures:
{invoices}tiers:
{tiers}{extra}"""
    path = folder / "d.yml"
    path.write_text(text, encoding="utf-8")
    return path
