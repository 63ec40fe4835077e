# One set of flags everywhere: go-fed takes minutes to compile, and other flags would compile it again.
export GOFLAGS := -trimpath
export CGO_ENABLED := 0

ADDRESS ?= http://localhost:8080
STATICCHECK := go tool staticcheck
CHECKS ?= ../shared/checks
CORPUS ?= ../shared/corpus
FOR ?= 10m

.DEFAULT_GOAL := help

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## a node on http://localhost:8080, its data in ./data
	go run ./cmd/node serve

test: ## everything, on both databases and in a browser
	.ci/services go test ./...

demo: ## two befriended nodes with people and things, one on each database
	.ci/services sh -c 'go run ./cmd/node demo --postgres "$$TEST_POSTGRES"'

shots: ## a picture of every page in .shots: phone and desk, day and night, English and Arabic
	SHOTS='$(CURDIR)/.shots' .ci/services go test -count=1 -timeout 20m -run '^TestBrowser$$' ./cmd/node

check: fmt-check lint test ## what must be clean before a push
	go mod verify >/dev/null

lint: ## vet, staticcheck, and the import graph
	go vet ./...
	$(STATICCHECK) ./...
	go test -count=1 -run Graph ./cmd/node

fmt: ## format the code
	gofmt -w api cmd federation models

fmt-check:
	@test -z "$$(gofmt -l api cmd federation models)" || (gofmt -l api cmd federation models; exit 1)

build: ## the program, for this machine, as ./manypots
	go build -ldflags '-s -w' -o manypots ./cmd/node

peer: ## our node and people on other software: make peer GOTOSOCIAL=/path/to/gotosocial TOOTIK=/path/to/tootik, or one of them
	@test -n '$(GOTOSOCIAL)$(TOOTIK)' || { echo 'Say where the other software is: make peer GOTOSOCIAL=/path/to/gotosocial TOOTIK=/path/to/tootik' >&2; exit 1; }
	GOTOSOCIAL='$(abspath $(GOTOSOCIAL))' TOOTIK='$(abspath $(TOOTIK))' go test \
	  -run 'Peer_($(if $(GOTOSOCIAL),GoToSocial,-)|$(if $(TOOTIK),Tootik,-))' -tags peer -count=1 -v ./cmd/node

judge: build ## judges that nobody here wrote, on running nodes: make judge CHECKS=/path/to/checks
	CHECKS='$(CHECKS)' .ci/judge ./manypots $(ONLY)

storm: ## three nodes, a thousand changes, a third of the answers lost, twenty kills
	TEST_THREE_NODES=1000 .ci/services go test -count=1 -v -timeout 30m -run '^TestThreeNodes' ./cmd/node

power: ## a disk that keeps nothing it is given, as strace tells the node: apt-get install strace
	.ci/services go test -count=1 -v -tags power -run '^TestPower' ./cmd/node

corpus: ## real documents of others through every door: make corpus CORPUS=/path/to/corpus
	TEST_CORPUS='$(abspath $(CORPUS))' .ci/services go test -count=1 -v -run 'Corpus|corpus' ./federation ./federation/codec

bench: ## the figures that matter, each against a limit measured in the same run
	go test -run '^$$' -bench Node -benchtime 1x -timeout 30m ./cmd/node

soak: ## ten minutes of everything at once, and whether memory stays flat: make soak, or make soak FOR=1m
	SOAK='$(FOR)' go test -run '^$$' -bench Soak -benchtime 1x -timeout 60m ./cmd/node

fuzz: ## every parser of foreign bytes, ten seconds each
	@for f in $$(grep -rlE '^func Fuzz' --include='*_test.go' .); do \
	  for name in $$(sed -nE 's/^func (Fuzz[A-Za-z0-9]+).*/\1/p' $$f); do \
	    echo "$$(dirname $$f) $$name"; go test -run '^$$' -fuzz "^$$name$$" -fuzztime 10s $$(dirname $$f) || exit 1; \
	  done; done

.PHONY: help run test demo shots check lint fmt fmt-check build peer judge storm power corpus bench soak fuzz
