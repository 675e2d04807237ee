#!/usr/bin/env bash
# Runs the fuzz targets one after the other, each for a time, and says what came of it: executions, executions a second,
# edges covered, crashes. Inputs found go to fuzz/target/found; what is worth keeping is copied to fuzz/corpus by hand.
# Fails when a target crashed, hung or used too much memory; the input is then in fuzz/artifacts/<target>.
#
#   scripts/fuzz.sh SECONDS [TARGET…]      needs the nightly compiler and cargo-fuzz
set -u
seconds=${1:?usage: scripts/fuzz.sh SECONDS [TARGET…]}
shift
cd "$(dirname "$0")/../fuzz" || exit 2
command -v cargo-fuzz >/dev/null || { echo "cargo-fuzz is not there: cargo install cargo-fuzz" >&2; exit 2; }
targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(sed -n 's/^name = "\(.*\)"/\1/p' Cargo.toml | tail -n +2)
# No sanitizer: the code is safe Rust, and without one a target runs several times as often. Overflow checks stay on.
build=(cargo +nightly fuzz build --sanitizer none --debug-assertions)
"${build[@]}" || exit 2
bin=${CARGO_TARGET_DIR:-target}/x86_64-unknown-linux-gnu/release
[ -x "$bin/${targets[0]}" ] || bin=$(dirname "$(find "${CARGO_TARGET_DIR:-target}" -path '*release/'"${targets[0]}" -type f | head -n 1)")
failed=0
printf '%-8s %12s %8s %8s %6s  %s\n' target executions per_s edges MiB result
for target in "${targets[@]}"; do
    found=target/found/$target
    mkdir -p "$found" "artifacts/$target"
    log=target/found/$target.log
    "$bin/$target" "$found" "corpus/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 \
        -artifact_prefix="artifacts/$target/" -print_final_stats=1 >"$log" 2>&1
    status=$?
    stat() { awk -v k="stat::$1:" '$1 == k {print $2}' "$log" | tail -n 1; }
    edges=$(grep -o 'cov: [0-9]*' "$log" | tail -n 1 | cut -d' ' -f2)
    result=clean
    [ "$status" = 0 ] || { failed=1; result=$(grep -m 1 -E 'SUMMARY|panicked|ERROR' "$log"); }
    printf '%-8s %12s %8s %8s %6s  %s\n' "$target" "$(stat number_of_executed_units)" "$(stat average_exec_per_sec)" \
        "${edges:-0}" "$(stat peak_rss_mb)" "$result"
done
exit "$failed"
