"""The words a screen shows for what files and the journal name without accents."""

from generator.portfolio.snapshot import Step

ACTIONS = {
    "preparation": "préparation",
    "envoi": "envoi",
    "reception": "réception",
    "appel": "appel",
    "visite": "visite",
    "promesse": "promesse",
    "reponse": "réponse",
    "paiement": "paiement",
    "note": "note",
    "depot": "dépôt",
    "echec": "envoi refusé",
    "annulation": "annulation",
}
CHANNELS = {
    "email": "courriel",
    "courrier": "courrier",
    "lrar": "recommandé",
    "lre": "recommandé élec.",
    "telephone": "téléphone",
    "visite": "visite",
    "autre": "autre moyen",
}
# Words of the product's letters and levels; a level that a company names is shown as it is written.
_ACCENTS = {
    "a": "à",
    "creance": "créance",
    "credit": "crédit",
    "decheance": "déchéance",
    "decision": "décision",
    "declaration": "déclaration",
    "derniere": "dernière",
    "echeance": "échéance",
    "expediteur": "expéditeur",
    "fidele": "fidèle",
    "maitre": "maître",
    "mediateur": "médiateur",
    "penale": "pénale",
    "penalites": "pénalités",
    "propriete": "propriété",
    "recue": "reçue",
    "reglement": "règlement",
    "releve": "relevé",
    "reponse": "réponse",
    "reserve": "réserve",
    "tva": "TVA",
}


def level_name(level: str) -> str:
    """A level of the strategy, or a letter, in words: `avant-echeance` -> « avant échéance »."""
    words = " ".join(_ACCENTS.get(word, word) for word in level.replace("_", "-").split("-"))
    return words.replace(" d ", " d'")


def step_name(step: Step) -> str:
    """What is to be done and by which means: « relance 2 (courriel) », « appel », « décision »."""
    name = level_name(step.niveau)
    return name if not step.canal or step.canal == "telephone" else f"{name} ({CHANNELS[step.canal]})"
