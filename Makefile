# The verbs of this project. `make help` lists them. Everything is done by programs in .venv, which `make setup` makes.
.DEFAULT_GOAL := help
.PHONY: help setup demo test check format bench simulate screens languages faults lock clean
BIN := .venv/bin
CODE := stop_search receipts services tests tools benchmarks verify

help: ## list these verbs
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' Makefile | while IFS='	' read -r verb words; do printf '  make %-9s %s\n' "$$verb" "$$words"; done

setup: ## make the virtual environment and install packages with their hashes
	@tools/setup.sh

demo: ## set up, fill an invented force with real footage, start the site; prints the addresses
	@tools/setup.sh
	@exec $(BIN)/stop-search demo

test: ## set up what testing needs (headless Chromium included) and run the whole suite
	@tools/setup.sh test
	@exec $(BIN)/pytest -n 2 --dist worksteal

check: ## style, types, import rules, and the house's own tests
	@tools/setup.sh test
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/basedpyright
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/house

format: ## put the code in the house's form
	@tools/setup.sh test
	$(BIN)/ruff check --fix-only --quiet $(CODE)
	$(BIN)/ruff format $(CODE)

bench: ## measure every published figure
	@tools/setup.sh test
	@failed=0; for script in benchmarks/*.py benchmarks/reviews/*.py benchmarks/themes/measure.py; do echo "== $$script"; $(BIN)/python "$$script" || failed=1; done; exit $$failed

simulate: ## draw 4,000 quarters of four populations by three designs; writes docs/coverage.md (twenty minutes on two cores)
	@tools/setup.sh test
	@$(BIN)/python benchmarks/simulation/coverage.py

screens: ## renew the pictures of the pages in docs/screens
	@tools/setup.sh test
	@$(BIN)/python tools/screens.py

languages: ## every page and every set of questions in every language, in a browser (a quarter of an hour)
	@tools/setup.sh test
	@STOP_SEARCH_TEST_EVERY_PAGE=1 $(BIN)/pytest -q --timeout 3600 tests/journeys/test_every_language.py

faults: ## kill workers and the queue for long, and feed them 2,000 mutated recordings; count what was lost, doubled, stuck or let in
	@tools/setup.sh test
	@STOP_SEARCH_TEST_KILLS=600 STOP_SEARCH_TEST_WAY_KILLS=100 $(BIN)/pytest -q -s --timeout 7200 tests/faults
	@STOP_SEARCH_TEST_MUTATIONS=2000 $(BIN)/pytest -q -s -n 0 tests/services/worker/video/test_mutations.py

lock: ## pin the newest allowed packages with their hashes
	@tools/lock.sh

clean: ## remove the virtual environment, caches and the demo's var folder
	rm -rf .venv var .pytest_cache .ruff_cache .hypothesis .import_linter_cache dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
