#!/usr/bin/env bash
# Kills the real program N times (10,000 unless given) at random moments and checks what each kill leaves.
# The release build: as a user runs it, and several times as many kills an hour.
# usage: scripts/kill.sh [N] [FOLDER]   FOLDER: where the workspaces lie; in memory unless given, so that a disk counts too
set -euo pipefail
cd "$(dirname "$0")/.."
export DAIFA_KILLS="${1:-10000}"
if [ $# -gt 1 ]; then export TMPDIR="$2"; fi
exec cargo test --release --test integration -- durability::kill --nocapture
