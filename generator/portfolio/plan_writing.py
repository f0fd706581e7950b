"""Adding a plan to a dossier that has none: at the end of the file, every other byte kept."""

import hashlib
import tempfile
from pathlib import Path

from generator.case import Plan
from generator.errors import Failure, InvalidInput
from generator.loading import LoadedCase, load_case
from generator.portfolio.plan_proposal import plan_yaml
from generator.writing import reason
from generator.yaml_text import read_yaml


def with_plan(loaded: LoadedCase, plan: Plan) -> bytes:
    """The dossier's file with the block `plan:` at its end, read again and found to say just that more.

    InvalidInput when the file already has a plan, has changed since it was read, or ends in a way that the
    block would break. Nothing is written.
    """
    path = loaded.path
    if ("plan",) in read_yaml(path).marks:
        raise InvalidInput(
            f"{path.name} : le dossier a déjà un bloc plan ; le remplacer à la main par celui que montre la commande "
            "sans --ecrire"
        )
    try:
        before = path.read_bytes()
    except OSError as error:
        raise Failure(f"{path} : lecture impossible ({reason(error)})") from None
    if hashlib.sha256(before).hexdigest() != loaded.sha256:
        raise InvalidInput(f"{path.name} : le fichier vient de changer ; relancer la commande")
    newline = b"\r\n" if b"\r\n" in before else b"\n"
    block = plan_yaml(plan).encode("utf-8").replace(b"\n", newline)
    after = before + (b"" if before.endswith(b"\n") else newline) + block
    if not _says_only_that_more(loaded, plan, after):
        raise InvalidInput(
            f"{path.name} : la fin du fichier ne permet pas d'y ajouter un bloc ; coller à la main celui que montre la "
            "commande sans --ecrire"
        )
    return after


def _says_only_that_more(loaded: LoadedCase, plan: Plan, content: bytes) -> bool:
    """Whether the new content reads as the same dossier with this plan.

    It is read beside the dossier, where the same `entreprise.yml` and `taux.yml` are found.
    """
    expected = load_case(loaded.path, loaded.company_path).case.model_copy(update={"plan": plan})
    try:
        with tempfile.TemporaryDirectory(dir=loaded.path.parent, prefix=".plan-") as folder:
            copy = Path(folder) / loaded.path.name
            copy.write_bytes(content)
            return load_case(copy, loaded.company_path).case == expected
    except InvalidInput:
        return False
    except OSError as error:
        raise Failure(f"{loaded.path} : écriture impossible ({reason(error)}) ; rien n'a été changé") from None
