# Every command there is. CI calls the same; `make` prints them.

PYTHON3 ?= python3
VENV    ?= .venv
PYTHON  := $(VENV)/bin/python
INSTALLED := $(VENV)/.installed
SERVICES := membership events travel notification

# A lock for CPython 3.11 on Linux x86-64, whatever machine makes it; no index address gets in.
LOCK := $(VENV)/bin/uv pip compile --quiet --no-config --python-version 3.11 \
        --python-platform x86_64-manylinux_2_34 --generate-hashes --no-emit-index-url \
        --no-emit-find-links --custom-compile-command "make lock"

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.SUFFIXES:
.DELETE_ON_ERROR:

.PHONY: help
help: ## Show this help
	@awk 'BEGIN { FS = ":.*## " } \
	     /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	     /^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

##@ Use

.PHONY: demo up down logs token env dead-letters rebuild backup verify restore doctor
demo: $(if $(BASE_URL),$(INSTALLED),setup) ## Play the founding scene and check it; BASE_URL=http://127.0.0.1:8080 in containers
	$(PYTHON) -m deploy.demo

up: setup ## Start everything and leave it running; `make up travel=3` for more processes
	$(PYTHON) -m deploy.local up $(foreach s,$(SERVICES),$(if $($(s)),$(s)=$($(s))))

down: ## End everything that `make up` has started
	@if [ -x $(PYTHON) ]; then $(PYTHON) -m deploy.local down; else echo "Nothing was running."; fi

logs: ## Follow the logs; `make logs s=travel` for one service's
	@tail -n 20 -F var/logs/$(s)*.log

token: $(INSTALLED) ## Print a bearer token: ROLE=organiser, or ROLE=city_lead CITY=tr-istanbul; keys=secrets
	@$(PYTHON) -m deploy.local token --role $(or $(ROLE),$(error say for whom: make token ROLE=organiser)) \
		$(foreach city,$(CITY),--city $(city)) $(if $(keys),--keys $(keys))

env: $(INSTALLED) ## Write .env and secrets/ for docker-compose.yml; demo=yes for one whose clock can be set
	@$(PYTHON) -m deploy.containers $(if $(demo),--demo)

dead-letters: $(INSTALLED) ## List parked messages; show=ID, replay=ID or all, drop=ID why="..."; s=travel
	@$(PYTHON) -m deploy.dead_letters $(foreach o,state show replay drop,$(if $($(o)),--$(o) '$($(o))')) \
		$(if $(s),--service $(s)) $(if $(why),--why '$(subst ','\'',$(why))')

rebuild: $(INSTALLED) ## Have a service hear again what it copies: s=travel copies="guests cities" drop=yes everything=yes
	@$(PYTHON) -m deploy.rebuild --service $(or $(s),$(error say whose copies: make rebuild s=travel)) \
		$(if $(copies),--copies $(copies)) $(if $(drop),--drop) $(if $(everything),--everything)

backup: $(INSTALLED) ## Write all databases as they are at one instant to a new directory: to=DIR
	@$(PYTHON) -m deploy.backup take --to $(or $(to),$(error say where to: make backup to=DIR))

verify: $(INSTALLED) ## Say what is damaged in a backup: from=DIR
	@$(PYTHON) -m deploy.backup verify --from $(or $(from),$(error say which: make verify from=DIR))

restore: $(INSTALLED) ## Bring a backup back, and have all said again: from=DIR drop=yes s=travel
	@$(PYTHON) -m deploy.backup restore --from $(or $(from),$(error say which: make restore from=DIR)) \
		$(if $(drop),--drop) $(if $(s),--service $(s))

doctor: ## Say what is wrong with this machine or installation
	@$$([ -x $(PYTHON) ] && echo $(PYTHON) || echo $(PYTHON3)) -m deploy.doctor

##@ Test

.PHONY: test bench faults fresh containers
test: setup checkers ## Run all tests: unit, contract, integration, end to end; `make test only=tests/unit`
	$(PYTHON) -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(only)

bench: setup ## Measure, beside the same work done by plain nameko
	$(PYTHON) -m tests.bench

faults: setup ## Kill whatever has work in hand and recount what is left: KILLS=1000 SEED=7
	$(PYTHON) -m tests.faults $(if $(KILLS),--kills $(KILLS)) $(if $(SEED),--seed $(SEED))

fresh: ## Run demonstration and tests on a Debian that has nothing yet (as root)
	tests/fresh.sh

containers: setup ## Build all images and play the demonstration in containers, by podman (as root)
	tests/containers.sh

##@ Work

.PHONY: setup format check docs contracts lock clean
setup: $(INSTALLED) ## Install what is missing: Python packages, RabbitMQ, libcurl
	@deploy/local/install.sh

format: $(INSTALLED) ## Format the code and mend what can be mended
	$(VENV)/bin/ruff format
	$(VENV)/bin/ruff check --fix

check: $(INSTALLED) checkers ## Check without running: format, rules, types, imports, documents, what is deployed
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/ruff check
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports --no-logo
	$(PYTHON) -m deploy.docs --check
	$(PYTHON) -m deploy.manifests

.PHONY: checkers
checkers:
	@deploy/local/install.sh checks

docs: $(INSTALLED) ## Write from the code: events, APIs, settings, metrics, dashboards, alarms of a cluster
	$(PYTHON) -m deploy.docs

contracts: $(INSTALLED) ## Write a sample of each new event to tests/contract/samples
	$(PYTHON) -m deploy.contracts

lock: $(INSTALLED) ## Lock the newest versions that pyproject.toml allows, with hashes
	$(LOCK) --upgrade --output-file requirements.txt pyproject.toml
	$(LOCK) --upgrade --output-file requirements-dev.txt --extra embedded --group dev \
		--constraint requirements.txt pyproject.toml

clean: down ## Remove data, logs and what tools have left; .venv stays
	rm -rf var build dist *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find deploy services shared tests -name __pycache__ -prune -exec rm -rf {} +

# Wheels only: a package that is built runs code that no hash covers.
$(INSTALLED): requirements-dev.txt
	@$(PYTHON3) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
		|| { echo "Python 3.11 is needed; name it: make PYTHON3=python3.11" >&2; exit 1; }
	$(PYTHON3) -m venv $(VENV)
	$(PYTHON) -m pip install --quiet --require-hashes --only-binary :all: -r requirements-dev.txt
	@touch $@
