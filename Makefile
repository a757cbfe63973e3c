# Voxgate: `make help` lists what can be done.
SHELL := /bin/bash
.DEFAULT_GOAL := help

cache := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/voxgate
# Where the set-up put a Go of its own, that one is used.
export PATH := $(cache)/go/bin:$(PATH)
# A checkout that belongs to another user must build as well, so the version control is not asked.
export GOFLAGS := $(strip $(GOFLAGS) -buildvcs=false)

setup := cmd/voxgate/deploy/setup.sh
sources := asr cmd dialog media models sip tts
staticcheck := $(cache)/staticcheck-0.8.2

.PHONY: help setup run build test lint bench prompts models clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install what this machine lacks to run Voxgate (packages, Go, ONNX Runtime)
	@$(setup) run

run: build ## Set up, build and serve: telephone on 5060, web page on http://127.0.0.1:8080 (CONFIG=voxgate.yaml)
	bin/voxgate serve $(if $(CONFIG),--config $(CONFIG))

build: setup ## Build bin/voxgate
	go build -o bin/voxgate ./cmd/voxgate

test: ## Set up, lint and run every test with the race detector, SIPp, baresip and Chromium included
	@$(setup) test
	@$(MAKE) --no-print-directory lint
	go test -race -timeout 20m $(TESTFLAGS) ./...

lint: $(staticcheck) ## Check formatting, go vet and staticcheck
	@unformatted=$$(gofmt -l $(sources)); \
		if [ -n "$$unformatted" ]; then printf 'gofmt -w is wanted by:\n%s\n' "$$unformatted"; exit 1; fi
	go vet ./...
	$(staticcheck) ./...

$(staticcheck):
	@$(setup) run
	@mkdir -p $(cache)/bin
	GOBIN=$(cache)/bin go install honnef.co/go/tools/cmd/staticcheck@v0.8.2
	@mv $(cache)/bin/staticcheck $@

bench: build ## Measure this machine: audio path, recogniser, speech, dialogue, whole calls
	@for what in media asr tts dialog calls; do echo "bench $$what"; bin/voxgate bench $$what || exit 1; done

prompts: build ## Make all fixed prompts in advance, so that none is made during a call (CONFIG=voxgate.yaml)
	bin/voxgate prompts build $(if $(CONFIG),--config $(CONFIG))

models: ## Train the recogniser again: SPEECH=dir with human speech, WORK=dir for what takes space, MINUTES=100
	@$(setup) models
	models/recipe/run.sh --work $(or $(WORK),models/recipe/work) $(if $(SPEECH),--speech $(SPEECH)) $(if $(MINUTES),--minutes $(MINUTES))

clean: ## Remove what was built here; the cache in ~/.cache/voxgate stays
	rm -rf bin
