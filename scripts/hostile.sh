#!/usr/bin/env bash
# Has daifa read every file of a folder, once for what it is (inspect) and once for all cells of its first sheet
# (inspect --cells), and measures the worse of the two: seconds, MiB. Fails when a file is neither read nor refused with
# a code, or takes 10 s or 512 MiB or more (of the program and its reader the larger counts).
#
#   scripts/hostile.sh FOLDER [DAIFA]      DAIFA: the program, by default target/release/daifa
set -u
folder=${1:?usage: scripts/hostile.sh FOLDER [DAIFA]}
daifa=${2:-$(dirname "$0")/../target/release/daifa}
[ -x /usr/bin/time ] || { echo "GNU time is needed (/usr/bin/time)" >&2; exit 2; }
[ -x "$daifa" ] || { echo "$daifa is not there: cargo build --release" >&2; exit 2; }
seconds_limit=10
mib_limit=512
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0 files=0 read=0 refused=0 slowest=0 largest=0
declare -A count

# run NAME ARGUMENTS…: leaves $status, $seconds, $mib and $work/NAME.
run() {
    local name=$1
    shift
    # Address space is capped far above the limit, so that a breach is seen without taking the machine down.
    (ulimit -v 8388608; exec timeout -k 1 60 /usr/bin/time -q -f '%e %M' -o "$work/time" \
        "$daifa" inspect --json "$@") >"$work/$name" 2>"$work/err"
    status=$?
    read -r seconds kib < <(tail -n 1 "$work/time")
    mib=$((kib / 1024))
    [ "$status" -gt 1 ] && verdict="$verdict exit $status of $name"
    [ "$status" = 1 ] && ! grep -q '"code":' "$work/$name" && verdict="$verdict no code of $name"
    awk "BEGIN {exit !($seconds >= $seconds_limit)}" && verdict="$verdict $name too slow"
    [ "$mib" -ge "$mib_limit" ] && verdict="$verdict $name too large"
}

printf '%-8s %7s %5s  %s\n' "said" "s" "MiB" "file and codes"
while IFS= read -r -d '' file; do
    files=$((files + 1)) verdict=""
    run look "$file"
    look_seconds=$seconds look_mib=$mib
    run cells --cells "$file"
    cells=$status
    awk "BEGIN {exit !($look_seconds > $seconds)}" && seconds=$look_seconds
    [ "$look_mib" -gt "$mib" ] && mib=$look_mib
    if [ "$cells" = 0 ]; then
        said=read read=$((read + 1)) code=$(awk -F'"' '/"code":/ {print $4}' "$work/look" | sort -u | paste -sd, -)
    else
        said=refused refused=$((refused + 1)) code=$(awk -F'"' '/"code":/ {print $4}' "$work/cells" | sort -u | paste -sd, -)
        count[$code]=$((${count[$code]:-0} + 1))
    fi
    awk "BEGIN {exit !($seconds > $slowest)}" && slowest=$seconds
    [ "$mib" -gt "$largest" ] && largest=$mib
    printf '%-8s %7s %5s  %s %s\n' "$said" "$seconds" "$mib" "${file#"$folder"/}" "$code"
    if [ -n "$verdict" ]; then
        bad=$((bad + 1))
        printf '  BREACH:%s\n' "$verdict"
        head -c 300 "$work/err"
    fi
done < <(find "$folder" -type f ! -name '_LICENSE*' ! -name '*.md' -print0 | sort -z)
for code in "${!count[@]}"; do echo "refused with $code: ${count[$code]}"; done | sort
echo "$files files: $read read, $refused refused; slowest $slowest s, largest $largest MiB; $bad breaches"
[ "$bad" = 0 ]
