# make run    builds octolog and runs it on a log from Fixtures
# make test   runs every test but those of the Spark jobs, which make test-spark runs
# make test-sanitized SANITIZER=thread   runs the Swift tests under a sanitizer (address); SUITES is a pattern of their names
# make fuzz   fuzzes each parser for SECONDS (60)
# make install PREFIX=/usr/local DESTDIR=   installs the binary, its manual page and the shells' completions
# make deb    makes a package for Debian and Ubuntu
# They install what they need on Debian and Ubuntu; Swift itself has to be there.

.PHONY: all run test test-sanitized fuzz build-tests test-integrations test-spark build libraries jq compressors python validators programs java format \
  package install uninstall deb clean

SUDO := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)
RELEASE := -c release --static-swift-stdlib
LOG ?= Fixtures/cases/server-2018.3.13-first-start/input.log
PREFIX ?= /usr/local

all: package

run: build
	.build/release/octolog $(LOG)

OCTOLOG := .build/release/octolog

build: libraries
	swift build $(RELEASE) --product octolog
	@touch $(OCTOLOG)

# For those who only install: nothing is built where the binary is newer than what it is made of.
$(OCTOLOG): Package.swift $(shell find Sources -type f)
	$(MAKE) build

# Optimized tests would run faster, and take longer to build than that saves.
test: libraries jq compressors validators programs build-tests build
	OCTOLOG=$(OCTOLOG) swift test --skip-build
	$(MAKE) test-integrations

build-tests: libraries
	swift build --build-tests

# octolog with the programs that take its events, and the configurations below integrations/.
test-integrations: build validators programs
	@if [ -e .venv/ready ]; then .venv/bin/pytest -q -rs -p no:cacheprovider Tests/integrations; \
	else echo "skipped: the integrations are tested with pytest, which could not be installed" >&2; fi

# PCRE2, libyaml and the decompressors, as headers and archives.
HEADERS := pcre2.h yaml.h zlib.h zstd.h lzma.h bzlib.h
PACKAGES := libpcre2-dev libyaml-dev zlib1g-dev libzstd-dev liblzma-dev libbz2-dev

libraries:
	@for header in $(HEADERS); do \
	  if [ ! -e /usr/include/$$header ]; then \
	    if ! command -v apt-get > /dev/null; then \
	      echo "octolog needs the headers and archives of $(PACKAGES) (their names on Debian): install them, then try again." >&2; exit 1; \
	    fi; \
	    $(SUDO) apt-get update -q && $(SUDO) apt-get install -y -q --no-install-recommends $(PACKAGES); break; \
	  fi; \
	done

# Tests compress with the formats' own programs.
compressors:
	@for program in gzip zstd xz bzip2; do command -v $$program > /dev/null || missing=1; done; \
	[ -z "$$missing" ] || { $(SUDO) apt-get update -q && $(SUDO) apt-get install -y -q --no-install-recommends gzip zstd xz-utils bzip2; }

# The README's examples use it.
jq:
	@command -v jq > /dev/null || { $(SUDO) apt-get update -q && $(SUDO) apt-get install -y -q --no-install-recommends jq; }

# The validators that the tests hold the events against; without them these tests are skipped, and say so.
validators: .venv/ready

python:
	@command -v python3 > /dev/null && python3 -c 'import ensurepip' 2> /dev/null || { \
	  command -v apt-get > /dev/null && $(SUDO) apt-get update -q && \
	  $(SUDO) apt-get install -y -q --no-install-recommends python3 python3-venv; } || true

.venv/ready: Tests/integrations/requirements.txt | python
	@python3 -m venv .venv && .venv/bin/pip install -q -r Tests/integrations/requirements.txt \
	  && touch .venv/ready || echo "the validators could not be installed: their tests will be skipped" >&2

# Debian's programs that the integrations are tested with, unpacked here: nothing is installed, no service starts.
programs:
	@Tests/integrations/programs .programs

# The Spark jobs on two executors, held against one process. It takes the octolog that was built last.
test-spark: java .venv-spark/ready
	Tests/spark/run

# The newest Spark that runs on Java 17 and on Python 3.9 and later.
.venv-spark/ready: | python
	@python3 -m venv .venv-spark && .venv-spark/bin/pip install -q pyspark==4.0.5 \
	  && touch .venv-spark/ready || echo "PySpark could not be installed: the tests of the Spark jobs will be skipped" >&2

# Debian 13 has no 17.
java:
	@command -v java > /dev/null || { command -v apt-get > /dev/null && $(SUDO) apt-get update -q && \
	  for version in 17 21; do \
	    $(SUDO) apt-get install -y -q --no-install-recommends openjdk-$$version-jre-headless && break; \
	  done; } || echo "Java could not be installed: the tests of the Spark jobs will be skipped" >&2

# Memory and time are others there, and what octolog wipes stays: the tests of these run without.
SANITIZER ?= address
SUITES ?= .

test-sanitized: libraries jq compressors
	OCTOLOG_SANITIZED=1 SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=exitcode=99 \
	  TSAN_OPTIONS=exitcode=99:suppressions=$(CURDIR)/Tests/thread-sanitizer.suppressions \
	  swift test --sanitize=$(SANITIZER) --scratch-path .build-$(SANITIZER) --filter '$(SUITES)' \
	  --skip 'MemoryTests|MetricsTests|FleetTests|UglyValueTests'

# Each parser under libFuzzer; see Fuzz/run.
SECONDS ?= 60

fuzz: libraries
	Fuzz/run $(SECONDS)

format:
	swift format lint --strict --recursive Package.swift Sources Tests bench/Package.swift bench/Sources Fuzz/Sources

# What is installed, made ready: whoever only copies it, as root, writes nothing here.
PACKAGE := .build/package
COMPLETIONS := $(addprefix $(PACKAGE)/completions/, bash zsh fish)

package: $(PACKAGE)/octolog $(PACKAGE)/octolog.1 $(COMPLETIONS)

# Swift needs no symbols where it runs.
$(PACKAGE)/octolog: $(OCTOLOG)
	@mkdir -p $(PACKAGE)/completions
	strip -o $@ $<

$(PACKAGE)/octolog.1: $(PACKAGE)/octolog packaging/manual README.md | python
	packaging/manual $< > $@.new && mv $@.new $@

$(COMPLETIONS): $(PACKAGE)/octolog
	$< completions $(@F) > $@.new && mv $@.new $@

SHARE = $(DESTDIR)$(PREFIX)/share
# Debian has a folder of its own for what packages bring.
ZSH ?= $(PREFIX)/share/zsh/site-functions
INSTALLED = $(DESTDIR)$(PREFIX)/bin/octolog $(SHARE)/man/man1/octolog.1 \
  $(SHARE)/bash-completion/completions/octolog $(DESTDIR)$(ZSH)/_octolog $(SHARE)/fish/vendor_completions.d/octolog.fish

install: package
	install -D -m 755 $(PACKAGE)/octolog $(DESTDIR)$(PREFIX)/bin/octolog
	install -D -m 644 $(PACKAGE)/octolog.1 $(SHARE)/man/man1/octolog.1
	install -D -m 644 $(PACKAGE)/completions/bash $(SHARE)/bash-completion/completions/octolog
	install -D -m 644 $(PACKAGE)/completions/zsh $(DESTDIR)$(ZSH)/_octolog
	install -D -m 644 $(PACKAGE)/completions/fish $(SHARE)/fish/vendor_completions.d/octolog.fish

uninstall:
	rm -f $(INSTALLED)

# dpkg-shlibdeps says which versions of libraries the binary needs.
deb: package
	@command -v dpkg-shlibdeps > /dev/null || { $(SUDO) apt-get update -q && $(SUDO) apt-get install -y -q --no-install-recommends dpkg-dev; }
	packaging/deb .build

clean:
	rm -rf .build .build-fuzz .venv .venv-spark .programs bench/.build
