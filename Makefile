# Orthoscribe's front door. `make help` lists the rooms.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
# What a recipe reads from another make holds only what was asked for.
MAKEFLAGS += --no-print-directory

VERSION := $(shell sed -n 's/^version=//p' metadata.txt)
QGIS_PYTHON := /usr/bin/python3
INSTALLER := $(QGIS_PYTHON) -m plugin.engine_client.install
HEADLESS := QT_QPA_PLATFORM=offscreen XDG_RUNTIME_DIR=$(CURDIR)/build/runtime \
    QGIS_CUSTOM_CONFIG_PATH=$(CURDIR)/build/profile
ALLOCATOR := MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=99999999999

TOOLS := build/tools
ENGINE_TESTS := $(ALLOCATOR) OMP_NUM_THREADS=1 $(TOOLS)/bin/python -m pytest \
    tests/architecture tests/protocol tests/engine
QGIS_VENV := build/qgis-venv
QGIS_322 := build/qgis-3.22
SCALE ?= 0.02
PROFILE ?= $(HOME)/.local/share/QGIS/QGIS3/profiles/default

EXTRA := --no-deps --require-hashes -r
UV := build/uv
QT6 := build/qt6
VARIANT ?= linux-cpu
BUNDLE_PYTHON ?= 3.12

.PHONY: help engine cluster engine-python locks bundle demo test test-engine test-qgis test-qgis322 test-gui test-qgis344 test-qt6 test-installation lint \
        link package scan bench synthetic-benchmark train-default train-light \
        train-image-only contact-sheet chaos system clean

help: ## Show this list
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 24

system: ## Install QGIS and friends from Debian, where they are missing
	@.ci/system-packages

engine: system ## Install the engine's Python environment, where it is missing
	@$(INSTALLER) install

cluster: ## Install Dask into the engine's environment, for `label --cluster` (docs/scale.md)
	@"$$($(MAKE) -s engine-python)" -m pip install -q --disable-pip-version-check $(EXTRA) engine/locks/cluster.txt

engine-python: ## Print the path of the engine's Python, installing it where it is missing
	@$(INSTALLER) python 2>/dev/null || { $(MAKE) -s engine >&2; $(INSTALLER) python; }

demo: system engine build/runtime ## Label a generated scene through qgis_process and draw the map
	@$(HEADLESS) $(QGIS_PYTHON) tests/demo/demo.py build/demo

test: ## Install what is missing and run every test
	@$(MAKE) test-engine
	@$(MAKE) engine $(QGIS_VENV)/ready $(UV)/ready
	@# Two at a time, the longest first: QGIS uses one processor, and no limit of these stages is
	@# shorter than a busy machine needs.
	@$(MAKE) -j 2 --output-sync test-gui test-qgis test-qgis322 test-installation test-qt6

test-engine: $(TOOLS)/ready ## Architecture, protocol and engine tests
	@# By file, because what a file's tests share takes long to make.
	@$(ENGINE_TESTS) -n 2 --dist loadfile -m "not timed"
	@$(ENGINE_TESTS) -m timed

test-qgis: engine $(QGIS_VENV)/ready build/runtime ## Plugin and end-to-end tests on the installed QGIS
	@$(HEADLESS) $(QGIS_VENV)/bin/python -m pytest tests/plugin tests/e2e

test-gui: engine $(QGIS_VENV)/ready build/runtime ## A real QGIS window on a virtual screen
	@$(HEADLESS) $(QGIS_VENV)/bin/python -m pytest tests/gui

test-qgis322: engine $(QGIS_VENV)/ready build/runtime ## The same on QGIS 3.22, fetched beside it
	@$(HEADLESS) $(QGIS_PYTHON) tests/qgis322.py $(QGIS_322) \
	    $(QGIS_VENV)/bin/python -m pytest tests/plugin tests/e2e

test-qgis344: ## The plugin's tests on QGIS 3.44, in a chroot (root, debootstrap, 3 GB)
	@$(QGIS_PYTHON) tests/qgis344.py build/qgis-3.44 -m pytest -p no:cacheprovider tests/plugin

test-qt6: $(QT6)/ready ## Import every module and build every widget of the plugin on PyQt6
	@$(QT6)/bin/python -m pytest tests/qt6

test-installation: $(TOOLS)/ready $(UV)/ready ## Real pip and uv: bundles, locks, servers with faults
	@$(TOOLS)/bin/python -m pytest tests/installation -n 2 --dist loadfile

lint: $(TOOLS)/ready ## ruff, mypy and bandit
	@$(TOOLS)/bin/ruff check .
	@$(TOOLS)/bin/ruff format --check .
	@mkdir -p build/typing && ln -sfn ../.. build/typing/orthoscribe
	@cd build/typing && ../tools/bin/mypy --config-file ../../pyproject.toml --strict \
	    -p orthoscribe.engine.protocol -p orthoscribe.engine.tiling \
	    --follow-imports=silent -p orthoscribe.engine.metrics \
	    -p orthoscribe.plugin.engine_client
	@cd build/typing && ../tools/bin/mypy --config-file ../../pyproject.toml \
	    -p orthoscribe.engine -p orthoscribe.plugin
	@$(TOOLS)/bin/bandit -q -s B404 -r __init__.py plugin engine

link: ## Link this folder into your QGIS profile as the plugin `orthoscribe`
	@mkdir -p "$(PROFILE)/python/plugins"
	@ln -sfn "$(CURDIR)" "$(PROFILE)/python/plugins/orthoscribe"
	@echo "Linked. Enable Orthoscribe in QGIS under Plugins > Manage and Install Plugins."

package: ## Make the installable zip in dist/
	@mkdir -p dist
	@git archive --prefix=orthoscribe/ -o dist/orthoscribe-$(VERSION).zip HEAD
	@$(QGIS_PYTHON) tests/architecture/check_package.py dist/orthoscribe-$(VERSION).zip

locks: $(UV)/ready ## Lock the engine's packages again (FLAGS=--upgrade: newest versions)
	@$(UV)/bin/python release/locks.py $(UV)/bin/uv $(FLAGS)

bundle: $(UV)/ready ## Make an offline bundle in dist/ (VARIANT=linux-cpu BUNDLE_PYTHON=3.12)
	@$(UV)/bin/python release/bundle.py $(VARIANT) --python $(BUNDLE_PYTHON) $(FLAGS)

scan: package $(QT6)/ready ## Scan the zip in dist/ as the plugin repository does
	@$(QT6)/bin/python release/scan.py dist/orthoscribe-$(VERSION).zip

chaos: $(TOOLS)/ready ## Damaged files, hostile files and a server that nothing may ask (SCALE=1: all cases)
	@$(ALLOCATOR) OMP_NUM_THREADS=1 nice $(TOOLS)/bin/python tests/chaos/run.py --scale $(SCALE)

bench: $(TOOLS)/ready build/bench/ready $(QGIS_VENV)/ready build/runtime ## Speed, memory and exactness, measured in one run
	@$(ALLOCATOR) build/bench/bin/python -m engine.bench
	@$(ALLOCATOR) build/bench/bin/python -m engine.bench.large
	@$(ALLOCATOR) $(TOOLS)/bin/python -m engine.bench.scale --chart build/scale.svg
	@$(ALLOCATOR) build/bench/bin/python -m engine.bench.vectors --speed --speed-px 2000 4000
	@$(HEADLESS) $(QGIS_VENV)/bin/python -m pytest tests/gui --time-limits

synthetic-benchmark: $(TOOLS)/ready ## Table II on generated scenes (a quarter of an hour; FLAGS=--all: hours)
	@$(ALLOCATOR) nice $(TOOLS)/bin/python -m engine.bench.synthetic \
	    --output build/synthetic-benchmark $(FLAGS)

TRAIN := $(ALLOCATOR) OMP_NUM_THREADS=1 nice $(TOOLS)/bin/python -m engine.training.bundled --name

train-default: $(TOOLS)/ready ## Train default again, and write accurate (two hours and more on two cores)
	@$(TRAIN) default --threads 2

train-light: $(TOOLS)/ready ## Train the light model again
	@$(TRAIN) light

train-image-only: $(TOOLS)/ready ## Train the model that needs no heights again
	@$(TRAIN) image_only

contact-sheet: $(TOOLS)/ready ## Draw the contact sheet of random scenes for the documents
	@$(TOOLS)/bin/python -m engine.synthetic.contact_sheet docs/images/scenes.png

clean: ## Remove what was built here; the engine's environment stays
	@rm -rf build dist

build/runtime:
	@mkdir -p build/runtime && chmod 700 build/runtime

# Developer tools see the engine's packages through a .pth file, so the engine's own
# environment stays exactly what users get.
define tool_environment
	python=$$($(MAKE) -s engine-python); \
	rm -rf $(1); "$$python" -m venv $(1); \
	site=$$("$$python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])'); \
	echo "$$site" > "$$($(1)/bin/python -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')/engine.pth"; \
	$(1)/bin/python -m pip install -q --disable-pip-version-check $(2); \
	touch $(1)/ready
endef

$(TOOLS)/ready: tests/requirements-tools.txt engine/locks/linux-cpu.txt engine/locks/cluster.txt | engine
	@$(call tool_environment,$(TOOLS),-r tests/requirements-tools.txt)
	@$(TOOLS)/bin/python -m pip install -q --disable-pip-version-check $(EXTRA) engine/locks/cluster.txt

build/bench/ready: tests/requirements-bench.txt engine/locks/linux-cpu.txt | engine
	@$(call tool_environment,build/bench,--no-deps -r tests/requirements-bench.txt)

$(QT6)/ready: tests/requirements-qt6.txt | engine
	@"$$($(MAKE) -s engine-python)" -m venv $(QT6)
	@$(QT6)/bin/python -m pip install -q --disable-pip-version-check -r tests/requirements-qt6.txt
	@touch $@

$(UV)/ready: tests/requirements-release.txt | engine
	@"$$($(MAKE) -s engine-python)" -m venv $(UV)
	@$(UV)/bin/python -m pip install -q --disable-pip-version-check -r tests/requirements-release.txt
	@touch $@

$(QGIS_VENV)/ready: tests/requirements-qgis.txt | system
	@rm -rf $(QGIS_VENV); $(QGIS_PYTHON) -m venv --system-site-packages $(QGIS_VENV)
	@$(QGIS_VENV)/bin/python -m pip install -q --disable-pip-version-check -r tests/requirements-qgis.txt
	@touch $@
