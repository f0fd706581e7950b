"""From the dossier to the judge: which routes are open, what they cost, what they need."""
