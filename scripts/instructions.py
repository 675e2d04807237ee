#!/usr/bin/env python3
"""Counts the machine instructions of five hot paths and holds them against those on record.

    scripts/instructions.py DAIFA [--renew] [NAME ...]

DAIFA is a release build (`cargo build --release`, nothing else: other settings give other counts); with NAMEs only these
paths. Counts hardly vary where times do (0.3 % was seen): one more than the tolerance (5 %) above the record in
benches/instructions.json ends with exit code 1. `--renew` writes what was counted there instead. Without valgrind nothing
is counted, and without a record of the same compiler, valgrind, processor and OpenSSL nothing is compared; both are said,
and the exit code is 0. Needs Linux and Python 3.9.

What is counted is the whole program, with its threads and the process that reads; of commands in a workspace less what
it takes to open one. gungraun, which counts functions by the same valgrind, was weighed: to leave out what prepares a
function it counts the thread that calls it alone, and an import works in several threads and processes; it needs the
program's symbols (a second release build of everything, for ours is handed out without), fifteen crates in every
build of the tests and a runner of a hundred more in just its version (3.6 minutes of processor time); and counts kept beside the code would still be
compared here. To see which functions a path spends its instructions in, build with CARGO_PROFILE_RELEASE_STRIP=none and
CARGO_PROFILE_RELEASE_DEBUG=line-tables-only, set KEEP=DIR and run callgrind_annotate on what lies in DIR.
"""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

RECORD = Path(__file__).resolve().parent.parent / "benches" / "instructions.json"
FIRST, SECOND = "2026-03-02", "2026-03-18"
SIZE = ["--employers", "10", "--employees", "1000", "--months", "2", "--seed", "7"]
TOLERANCE = 0.05

DAIFA = ""
ROOT = Path()


def run(arguments, before=(), name="daifa"):
    """Runs the program quietly; it must succeed."""
    done = subprocess.run([*before, DAIFA, *map(str, arguments)], cwd=ROOT, env=environment(), capture_output=True)
    if done.returncode != 0:
        sys.exit(f"{name} failed: {arguments}\n{done.stderr.decode(errors='replace')[-2000:]}")


def environment():
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "LD_LIBRARY_PATH", "TMPDIR")}
    return {**kept, "DAIFA_KEY_FILE": str(ROOT / "key"), "COLUMNS": "80"}


def at(workspace, day, *arguments):
    return ["-w", ROOT / workspace, "--today", day, *arguments]


def sheet(day, part):
    """The one file of a day whose name contains this."""
    (found,) = [p for p in (ROOT / "files" / day).iterdir() if part in p.name]
    return found


def prepare():
    """The workspaces the paths start from: `new` knows the employers, `first` the first day, `second` both days."""
    run(["simulate", "--format", "csv", "--out", ROOT / "files", *SIZE])
    run(["init", ROOT / "new", "--branch", "临江支行", "--recovery-copy", ROOT / "recovery.txt"])
    run(at("new", FIRST, "import", sheet(FIRST, "代发单位清单")))
    shutil.copytree(ROOT / "new", ROOT / "first")
    run(at("first", FIRST, "import", ROOT / "files" / FIRST))
    run(at("first", FIRST, "rank"))
    shutil.copytree(ROOT / "first", ROOT / "second")
    run(at("second", SECOND, "import", ROOT / "files" / SECOND))
    run(at("second", SECOND, "track"))


def paths():
    """By name: the workspace of which a copy is made for it, and what is run."""
    copy = "copy"
    return {
        # Lines to typed, checked rows, in the process that reads and the one that asks.
        "read_rows": (None, ["inspect", "--json", sheet(FIRST, "员工明细")]),
        # Who is who: all are known, by their numbers or, on the pay list, by account and name.
        "match_people": ("first", at(copy, SECOND, "import", sheet(SECOND, "3月代发明细"), sheet(SECOND, "20260309"))),
        # New people with their numbers and holdings into the store.
        "store_holdings": ("new", at(copy, FIRST, "import", sheet(FIRST, "员工明细"))),
        # The day is another: facts are looked through, and worked out anew for those it touches.
        "rebuild_facts": ("second", at(copy, "2026-03-19", "rank", "--json")),
        # Changes and money kept, as JSON; nothing is new.
        "track": ("second", at(copy, SECOND, "track", "--json")),
    }


def counted(name, workspace, arguments):
    """Instructions of all processes of a run."""
    if workspace:
        shutil.rmtree(ROOT / "copy", ignore_errors=True)
        shutil.copytree(ROOT / workspace, ROOT / "copy")
    kept = Path(os.environ["KEEP"]).resolve() if os.environ.get("KEEP") else ROOT / "counts"
    kept.mkdir(exist_ok=True)
    for old in kept.glob(f"{name}.*"):
        old.unlink()
    out = f"--callgrind-out-file={kept}/{name}.%p"
    run(arguments, ["valgrind", "-q", "--tool=callgrind", "--trace-children=yes", out], name)
    totals = [re.search(r"^totals: (\d+)", p.read_text(errors="replace"), re.M) for p in kept.glob(f"{name}.*")]
    if not totals or not all(totals):
        sys.exit(f"{name}: valgrind counted nothing")
    return sum(int(t[1]) for t in totals)


def made_with():
    """What counts depend on beside the code."""
    said = lambda *command: subprocess.run(command, capture_output=True, text=True).stdout.strip()
    linked = "system" if "libcrypto" in said("ldd", DAIFA) else "vendored"
    return {
        "compiler": said(os.environ.get("RUSTC", "rustc"), "--version"),
        "valgrind": said("valgrind", "--version"),
        "processor": platform.machine(),
        "openssl": linked,
    }


def main():
    global DAIFA, ROOT
    arguments = [a for a in sys.argv[1:] if a != "--renew"]
    renew = "--renew" in sys.argv
    if not arguments:
        sys.exit(__doc__)
    if not shutil.which("valgrind"):
        print("valgrind is not installed: instructions are not counted")
        return
    DAIFA = str(Path(arguments[0]).resolve())
    made = made_with()
    records = json.loads(RECORD.read_text()) if RECORD.exists() else []
    known = next((r["instructions"] for r in records if r["made_with"] == made), None)
    with tempfile.TemporaryDirectory() as folder:
        ROOT = Path(folder)
        prepare()
        opening = counted("open", "new", at("copy", FIRST, "match", "show"))
        counts = {"open": opening}
        for name, (workspace, command) in paths().items():
            if not arguments[1:] or name in arguments[1:]:
                whole = counted(name, workspace, command)
                counts[name] = whole - (opening if workspace else 0)
    high = compare(known, counts)
    if renew:
        # One record for each processor and OpenSSL: of the compiler and valgrind it was last renewed with.
        same = lambda r: all(r["made_with"][k] == made[k] for k in ("processor", "openssl"))
        record = {"made_with": made, "instructions": {**(known or {}), **counts}}
        records = [r for r in records if not same(r)] + [record]
        RECORD.write_text(json.dumps(records, indent=2) + "\n")
    elif known is None:
        print(f"not compared: nothing is on record for {made}")
    elif high:
        sys.exit(f"more than {TOLERANCE:.0%} above the record: {', '.join(high)}; if it is meant, renew with --renew")


def compare(known, counts):
    """Prints the counts; names those that are too high."""
    high = []
    for name, count in counts.items():
        before = (known or {}).get(name)
        change = f"{count / before - 1:+8.1%}" if before else "       –"
        print(f"{name:<16}{count:>16,}{change}")
        if before and count > before * (1 + TOLERANCE):
            high.append(name)
    return high


if __name__ == "__main__":
    main()
