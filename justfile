# The habits. `just` lists them; each recipe is what you would type.

# For work on the code OpenSSL comes from the system (libssl-dev): its own build takes minutes. `just openssl=vendored …` builds it.
openssl := "system"
fast := if openssl == "vendored" { "" } else { "OPENSSL_NO_VENDOR=1" }

# List the recipes.
default:
    @just --list --unsorted

# Formatting, lints and the crate's documentation: all but the tests.
check:
    cargo fmt --check
    {{ fast }} cargo clippy --all-targets -- -D warnings
    {{ fast }} RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --quiet

# All tests (minutes); the program is killed KILLS times.
test KILLS="60":
    DAIFA_KILLS={{ KILLS }} {{ fast }} cargo test

# Unit and integration tests whose path contains NAME; more arguments go to the tests (--nocapture, --exact).
one NAME *ARGUMENTS:
    {{ fast }} cargo test --lib --test integration -- {{ NAME }} {{ ARGUMENTS }}

# The crate's documentation, the map of the code.
docs:
    {{ fast }} cargo doc --no-deps --open

# A fresh demo in DIR, which is emptied first if a demo lies there.
demo DIR="target/demo":
    test ! -e "{{ DIR }}" || test -f "{{ DIR }}/daifa.toml"
    rm -rf "{{ DIR }}"
    {{ fast }} cargo run --quiet -- demo "{{ DIR }}"

# Reading and importing ROWS rows against bare libraries: ratios, in one run (release build).
bench ROWS="50000":
    ROWS={{ ROWS }} {{ fast }} cargo bench

# Machine instructions of five hot paths against those on record; `--renew` records them (plain release build, valgrind).
instructions *ARGUMENTS:
    {{ fast }} cargo build --release
    scripts/instructions.py target/release/daifa {{ ARGUMENTS }}

# Each fuzz target (or those named) for SECONDS; needs the nightly compiler and cargo-fuzz.
fuzz SECONDS="60" *TARGETS:
    {{ fast }} scripts/fuzz.sh {{ SECONDS }} {{ TARGETS }}

# Kill the release program N times at random moments and check what each kill leaves.
kill N="500":
    {{ fast }} scripts/kill.sh {{ N }}

# Crafted files, names, links, rules and templates against the program.
attack DAIFA="target/release/daifa":
    scripts/attack.py {{ DAIFA }}

# The program as it is handed out: OpenSSL inside, with licence, README, changelog and SHA-256, as target/package/…
package PROFILE="release":
    #!/usr/bin/env bash
    set -euo pipefail
    unset OPENSSL_NO_VENDOR
    cargo build --profile {{ PROFILE }}
    folder={{ if PROFILE == "dev" { "debug" } else { PROFILE } }}
    version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
    name=daifa-$version-$(rustc -vV | sed -n 's/^host: //p')
    program=target/$folder/daifa
    # One that leans on the system's OpenSSL would not start on another machine.
    if command -v ldd >/dev/null && ldd "$program" | grep -q libcrypto; then
        echo "$program needs the system's OpenSSL" >&2
        exit 1
    fi
    rm -rf "target/package/$name"
    mkdir -p "target/package/$name"
    cp "$program" LICENSE README.md README.zh-CN.md CHANGELOG.md "target/package/$name/"
    cd target/package
    tar -czf "$name.tar.gz" "$name"
    sha256sum "$name.tar.gz" | tee "$name.tar.gz.sha256"
