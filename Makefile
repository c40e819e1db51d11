# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

PYTHON ?= python3
GATE = $(PYTHON) -B .ci/gate.py

.DEFAULT_GOAL := help
.PHONY: demo test help live peers bench soak unit lint format sanity molecule build docs changelog clean

demo: ## try the collection against a simulator, in an environment of its own
	@$(PYTHON) -B .ci/demo.py

test: ## run every check; logs in .build/log
	@$(GATE)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

live: ## run the contract tests against a real server, named by UNIFIED_JOBS_LIVE_* variables
	@$(PYTHON) -B .ci/commands.py live

peers: ## let clients that others wrote use the simulator
	@$(GATE) peers

bench: ## measure against the clients of others; ONLY=word, RUNS=n, FULL=1
	@$(PYTHON) -B .ci/commands.py bench

soak: ## troubles and odd bodies by the thousand, for an hour or more; SOAK=short, SEED=n, PLATFORM=word
	@$(PYTHON) -B .ci/commands.py soak

unit: ## unit, contract and simulator tests on every ansible-core, with coverage
	@$(GATE) unit

lint: ## format, lint, types, documentation, changelog, licences, known weaknesses
	@$(GATE) format ruff types ansible-lint docs changelog reuse bandit audit

format: ## format the Python files and mend what can be mended
	@$(PYTHON) -B .ci/commands.py format

sanity: ## ansible-test sanity
	@$(GATE) sanity

molecule: ## real playbook runs against the simulator on every ansible-core
	@$(GATE) molecule

build: ## build the collection's artefact and let the Galaxy importer check it
	@$(GATE) build importer

docs: ## build the documentation site in .build/docs
	@$(PYTHON) -B .ci/commands.py docs

changelog: ## write the release of galaxy.yml's version again from the fragments and plugins
	@$(PYTHON) -B .ci/commands.py changelog

clean: ## remove everything that these commands made
	rm -rf .build .venv .ansible changelogs/.plugin-cache.yaml
