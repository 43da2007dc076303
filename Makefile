# make run     opens the window (the first time it builds for some minutes)
# make test    everything that has to hold
# make check   the quick part of it: format, lints, unit tests
# make bench   measures speed, memory and size

.PHONY: run test check bench bindings

run:
	@scripts/setup run
	@echo "==> Building the program (some minutes the first time)"
	@cargo build --quiet --release -p tagwarden
	@scripts/run

test:
	@scripts/test

check:
	@scripts/setup run
	cargo fmt --all --check
	cargo clippy --quiet --workspace --all-targets -- -D warnings
	cargo test --quiet
	npm --prefix ui run --silent lint

bench:
	@scripts/setup bench
	@cargo build --quiet --release -p tagwarden -p tagwarden-cli
	@cargo bench --quiet -p tagwarden-rules --bench engine
	@scripts/with-desktop cargo bench --quiet -p tagwarden-tests --bench felt
	@cargo bench --quiet -p tagwarden-tests --bench registry

bindings:
	TAGWARDEN_WRITE_BINDINGS=1 cargo test --quiet -p tagwarden-ipc --features typescript
