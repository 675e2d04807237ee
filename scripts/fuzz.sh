#!/usr/bin/env bash
# Runs the fuzz targets one after the other, each for a time, and says what came of it: executions, executions a second,
# edges covered, crashes. Inputs found go to fuzz/target/found; what is worth keeping is copied to fuzz/corpus by hand,
# and an input that crashed, once mended, to fuzz/crashes/<target>: `cargo test` replays both. Fails when a target
# crashed, hung or used too much memory; the input is then in fuzz/artifacts/<target>. The readers of xls, xlsb and ods
# load files whole and are known to hang and to fill memory: the program runs them in a process of its own, which is
# ended then. For these only crashes fail; the others are counted.
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
cargo +nightly fuzz build --sanitizer none --debug-assertions || exit 2
host=$(rustc +nightly -vV | sed -n 's/^host: //p')
bin=${CARGO_TARGET_DIR:-target}/$host/release
failed=0
printf '%-8s %10s %7s %7s %5s  %s\n' target executions per_s edges MiB result
for target in "${targets[@]}"; do
    found=target/found/$target
    log=$found.log
    mkdir -p "$found" "artifacts/$target"
    case $target in
        xls | xlsb | ods) mode=(-fork=1 -ignore_ooms=1 -ignore_timeouts=1) ;;
        *) mode=(-print_final_stats=1) ;;
    esac
    "$bin/$target" "$found" "corpus/$target" "${mode[@]}" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
        -max_len=65536 -artifact_prefix="artifacts/$target/" >"$log" 2>&1
    status=$?
    stat() { awk -v k="stat::$1:" '$1 == k {print $2}' "$log" | tail -n 1; }
    edges=$(grep -o 'cov: [0-9]*' "$log" | tail -n 1 | cut -d' ' -f2)
    counted=$(grep -o 'oom/timeout/crash: [0-9/]*' "$log" | tail -n 1 | cut -d' ' -f2)
    if [ -n "$counted" ]; then
        executions=$(grep -o '^#[0-9]*: cov' "$log" | tail -n 1 | tr -dc 0-9)
        per_second=$((executions / seconds)) mib=-
        IFS=/ read -r memory hung crashed <<<"$counted"
        result="$memory out of memory, $hung hung, $crashed crashed"
        [ "$crashed" = 0 ] || failed=1
    else
        executions=$(stat number_of_executed_units) per_second=$(stat average_exec_per_sec) mib=$(stat peak_rss_mb)
        result=clean
        [ "$status" = 0 ] || { failed=1; result=$(grep -m 1 -E 'SUMMARY|panicked|ERROR' "$log"); }
    fi
    printf '%-8s %10s %7s %7s %5s  %s\n' "$target" "$executions" "$per_second" "${edges:-0}" "$mib" "$result"
done
exit "$failed"
