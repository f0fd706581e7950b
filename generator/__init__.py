"""impayes: from a dossier (YAML) to an exact statement of account, and from there to letters.

The whole line is in `generator.pipeline`; read that file first.
"""

__version__ = "0.4.0"
