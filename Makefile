# SPDX-License-Identifier: ISC
# The front door. CMake builds (CMakePresets.json); this names the ways in.

CHIPS  := atmega88 atmega168 atmega328p
DEPS   ?= install
JOBS   ?= $(shell nproc)
PYTHON := /usr/bin/python3
SESSIONS ?= 1000000
SEED   ?= 1

.DEFAULT_GOAL := help
.PHONY: help deps deps-test deps-ports deps-deb deps-bench firmware tools demo test attacks sanitize fuzz fuzz-short \
        fuzz-edges prove coverage mutate vectors size size-update chip-bench stack soak ports ports-update flash \
        bench bench-update deb abi-update reproducible clean

help: ## this list
	@echo "MSSL: a secure channel for 8-bit micro servers"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | \
	    awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

deps: ## install the Debian packages that are missing (DEPS=skip to leave that to you)
	@if [ "$(DEPS)" != skip ]; then sh cmake/deps.sh; fi

deps-test: # and those that only tests need
	@if [ "$(DEPS)" != skip ]; then sh cmake/deps.sh test; fi

deps-ports: # and those that only `make ports` needs
	@if [ "$(DEPS)" != skip ]; then sh cmake/deps.sh test ports; fi

deps-bench: # and those that only `make bench` needs
	@if [ "$(DEPS)" != skip ]; then sh cmake/deps.sh bench; fi

build/%/build.ninja: CMakePresets.json | deps
	@cmake --preset $* >build-$*.log 2>&1 && rm -f build-$*.log || \
	    { cat build-$*.log; rm -f build-$*.log; sh cmake/deps.sh --check; exit 1; }

firmware: deps ## build the firmware for every chip: build/CHIP/firmware/
	@for chip in $(CHIPS); do \
	    $(MAKE) --no-print-directory build/$$chip/build.ninja && \
	    cmake --build --preset $$chip -j $(JOBS) || exit 1; done

tools: deps build/host/build.ninja ## build mssl, mssl-authority, mssl-board: build/host/
	@cmake --build --preset host -j $(JOBS) --target mssl mssl-authority mssl-board

demo: tools firmware ## from nothing to a switched LED, and the refusals, on the virtual board
	@examples/demo/demo.sh

test: deps-test firmware build/host/build.ninja ## every test
	@cmake --build --preset host -j $(JOBS)
	@ctest --preset host -j $(JOBS)
	@$(MAKE) --no-print-directory fuzz-short
	@$(MAKE) --no-print-directory sanitize

attacks: tools firmware ## every attack on the real firmware, and on weakened ones (ATTACKS="--only 'replay.*'")
	@$(PYTHON) -B tests/attacks/run.py --build build $(ATTACKS)

sanitize: deps-test firmware build/sanitize/build.ninja ## the native tests again under ASan and UBSan
	@cmake --build --preset sanitize -j $(JOBS)
	@ctest --preset sanitize -j $(JOBS)

soak: firmware build/host/build.ninja ## SESSIONS= (1000000) sessions over faulty links, SEED= (1)
	@cmake --build --preset host -j $(JOBS) --target soak_native_1 soak_native_4 soak_board
	@tests/soak/soak.sh build/host/tests/soak build $(SESSIONS) $(SEED)

fuzz-short: deps-test build/fuzz/build.ninja # each target for a minute, from one seed, as CI does
	@cmake --build --preset fuzz -j $(JOBS)
	@ctest --preset fuzz -j $(JOBS)

fuzz: deps-test build/fuzz/build.ninja ## fuzz for HOURS=, or SECONDS=60 a target; KEEP=FOLDER keeps what is new, RECORD=1 counts it
	@cmake --build --preset fuzz -j $(JOBS) >/dev/null
	@$(PYTHON) -B tests/fuzz/fuzz.py build/fuzz/tests/fuzz $(if $(HOURS),--hours $(HOURS),--seconds $(or $(SECONDS),60)) \
	    $(if $(KEEP),--keep $(KEEP)) $(if $(RECORD),--record) $(TARGETS)
	@if [ -n "$(RECORD)" ]; then $(MAKE) --no-print-directory fuzz-edges; fi

fuzz-edges: deps-test build/fuzz-edges/build.ninja # what corpora (and KEEP=FOLDER) reach of the code under test, and the record
	@cmake --build --preset fuzz-edges -j $(JOBS) >/dev/null
	@$(PYTHON) -B tests/fuzz/fuzz.py build/fuzz-edges/tests/fuzz --edges $(if $(KEEP),--keep $(KEEP)) $(TARGETS)

prove: deps-test ## Frama-C over core and network stack, Spin over the models (SHORT=1: fewer lengths)
	@$(PYTHON) -B tests/prove/prove.py . --models $(if $(SHORT),--short)

coverage: deps-test build/coverage/build.ninja ## branches of device/ and host/ that the native tests take
	@$(PYTHON) -B tests/coverage/coverage.py . build/coverage $(JOBS)

mutate: deps-test build/host/build.ninja build/sanitize/build.ninja ## mutants of device/, host/ and net/ that the native tests kill (SAMPLE=N: that many)
	@$(PYTHON) -B tests/mutate/mutate.py . --jobs $(JOBS) $(if $(SAMPLE),--sample $(SAMPLE)) $(FILES)

vectors: deps-test build/host/build.ninja ## RECORDS=1000000 random records against OpenSSL, libgcrypt and Nettle
	@cmake --build --preset host -j $(JOBS) --target vectors-differential >/dev/null
	@build/host/tests/differential/vectors-differential $(or $(RECORDS),1000000)

size: firmware chip-bench ## flash and RAM, by room and symbol, for each chip
	@$(PYTHON) bench/size.py build --symbols

chip-bench: firmware build/host/build.ninja ## cycles and stack of the core on the simulated chip, assembly and C
	@cmake --build --preset host -j $(JOBS) --target chip-bench
	@build/host/tests/chip/chip-bench build/atmega168/tests/chip/avr build/chip-bench.json
	@build/host/tests/chip/chip-bench build/atmega328p/tests/chip/avr build/chip-bench-atmega328p.json \
	    atmega328p >build/chip-bench-atmega328p.txt

stack: tools firmware ## the deepest stack of the running firmware, under stress, for each chip
	@$(PYTHON) -B tests/e2e/stack_test.py $(CURDIR) $(CURDIR)/build/host $(CURDIR)/build

size-update: firmware chip-bench ## accept today's sizes: bench/budget.json and the README's table
	@$(PYTHON) bench/size.py build --update

ports: deps-ports ## the core on Cortex-M0, M3, RV32, s390x, 8051 and Z80: all vectors, and sizes
	@$(PYTHON) -B tests/ports/run.py build/ports

ports-update: deps-ports ## accept today's sizes there: the table of docs/PORTING.md
	@$(PYTHON) -B tests/ports/run.py build/ports --sizes --update

bench bench-update: deps-bench build/host/build.ninja
	@cmake --preset host >/dev/null && cmake --build --preset host -j $(JOBS) --target mssl tunnel_load bench-peers >/dev/null
	@$(PYTHON) -B bench/bench.py $(if $(filter bench-update,$@),--update) $(BENCH)

bench: ## MSSL beside OpenSSL, mbedTLS, wolfSSL, libcoap, strongSwan, stunnel (5 minutes): build/bench.json
bench-update: ## the same, and the tables and plots of docs/BENCHMARKS.md, README.md, docs/PAPER.md

flash: firmware ## write the firmware to a real chip (see firmware/flash.sh --help)
	@firmware/flash.sh $(FLASH_ARGS)

deps-deb: # and those that only `make deb` needs
	@if [ "$(DEPS)" != skip ]; then sh cmake/deps.sh deb; fi

deb: deps-deb ## the Debian packages: build/deb/ (or: cmake --preset release, build, cmake --install)
	@deb=$$(mktemp -d) && trap 'rm -rf "$$deb"' EXIT && packaging/deb.sh "$$deb/deb" >"$$deb/log" 2>&1 || \
	    { cat "$$deb/log"; exit 1; } && mkdir -p build/deb && rm -f build/deb/* && \
	    cp "$$deb"/deb/*.deb build/deb/ && ls -l build/deb

abi-update: deps-test build/release/build.ninja ## accept today's binary interface of libmssl: packaging/libmssl.{map,abi}
	@$(PYTHON) -B packaging/abi.py --map
	@cmake --build --preset release -j $(JOBS) --target mssl_shared >/dev/null
	@$(PYTHON) -B packaging/abi.py --update build/release/packaging/libmssl.so

reproducible: deps-test ## the Debian packages twice, in other surroundings: the same bytes
	@$(PYTHON) -B tests/packaging/reproducible.py . build --full

clean: ## remove everything that was built
	rm -rf build
