# Tout se lance d'ici : « make » seul dit ce qui est possible.
SHELL := /bin/sh
.DEFAULT_GOAL := aide

export PYTHON
PY := .venv/bin/python
# Options de pytest : make test ESSAIS="-k decompte -n 0"
ESSAIS ?= -n auto

.PHONY: aide demo test test-site site hors-ligne exemples lint format verrous roue propre preparer bench

aide: ## Affiche cette aide
	@echo "Cibles :"
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1#\2/p' Makefile | awk -F'#' '{ printf "%-18s %s\n", $$1, $$2 }'

demo: preparer ## Installe tout, écrit les lettres des exemples et le guide
	@sh scripts/installer-systeme.sh pdf
	@sh scripts/demo.sh exemples site conclusion

exemples: preparer ## Écrit les lettres des exemples (examples/sortie/)
	@sh scripts/installer-systeme.sh pdf
	@sh scripts/demo.sh exemples

site: preparer ## Construit le guide dans public/
	@sh scripts/demo.sh site

hors-ligne: site ## Met le guide dans une archive à ouvrir d'un double clic (dist/)
	@$(PY) scripts/hors_ligne.py

test: preparer ## Installe tout, puis style, types et essais
	@sh scripts/installer-systeme.sh pdf essais
	@$(MAKE) --no-print-directory lint
	@$(PY) -m pytest $(ESSAIS)

AXE := axe-core 4.14.1 axe.min.js 29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c
VNU := vnu-jar 26.9.27 build/dist/vnu.jar 22f15dd39a33bed929d2a5c0cddf5946849a647eca9272bf4d5d00bc7e7a4d47

test-site: preparer ## Essaie le guide seul, sur toutes les pages, accessibilité (axe) et HTML (vnu) compris
	@sh scripts/installer-systeme.sh pdf essais
	@IMPAYES_TOUTES_PAGES=1 IMPAYES_AXE=$$(PY=$(PY) sh scripts/paquet-npm.sh $(AXE) || true) \
	  IMPAYES_VNU=$$(PY=$(PY) sh scripts/paquet-npm.sh $(VNU) || true) \
	  $(PY) -m pytest tests/test_site*.py tests/test_tableau_page.py tests/test_que_faire.py tests/test_listes.py tests/test_orthographe.py

lint: preparer ## Style, mise en forme et types
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

format: preparer ## Remet en forme le code
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .
	@$(PY) scripts/compiler_po.py

bench: preparer ## Mesure les temps, en rapports, et les écrit dans docs/performance.md
	@$(PY) scripts/bench.py --page docs/performance.md

verrous: ## Recalcule les verrous (OPTIONS=--upgrade pour monter de version)
	@sh scripts/verrous.sh $(OPTIONS)

roue: preparer ## Fabrique la roue et l'archive des sources dans dist/
	@$(PY) -m build --no-isolation --outdir dist .

propre: ## Efface ce qui a été produit, l'environnement compris
	rm -rf .venv build dist public examples/sortie .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

preparer:
	@sh scripts/preparer.sh
