#!/usr/bin/env python3
"""Runs ours and the alternative in turn, whole process against whole process, and prints the table of `benches/RESULTS.md`.

    python3 -m venv venv && venv/bin/pip install duckdb polars pyarrow fastexcel xlsxwriter
    venv/bin/python benches/compare/make_files.py FILES
    cargo build --release
    venv/bin/python benches/compare/compare.py FILES SCRATCH [--daifa target/release/daifa]

Processor seconds and the peak memory of a process with its children count; wall seconds stand beside them.
"""
import argparse
import os
import pathlib
import shutil
import sys

from measure import run

HERE = pathlib.Path(__file__).parent


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=pathlib.Path)
    parser.add_argument("scratch", type=pathlib.Path)
    parser.add_argument("--daifa", type=pathlib.Path, default=HERE.parents[1] / "target/release/daifa")
    options = parser.parse_args()
    files, scratch = options.files.resolve(), options.scratch.resolve()
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    program = options.daifa.resolve()
    env = {**os.environ, "DAIFA_KEY_FILE": str(scratch / "key"), "LANG": "zh_CN.UTF-8"}
    database = str(scratch / "duck.db")
    branch = scratch / "branch"
    results = []

    def ours(day, *arguments, at=branch):
        return run([program, "-w", at, "--today", day, *arguments], cwd=scratch, env=env)

    def theirs(work, *arguments):
        return run([sys.executable, HERE / "alternatives.py", work, *arguments], cwd=scratch)

    def told(work, own, other=None):
        line = f"{own['processor']:.1f} s, {own['mib']:.0f} MiB ({own['wall']:.1f} s on the clock)"
        line = f"| {work} | {line} | "
        if other:
            ratio = own["processor"] / max(other["processor"], 0.001)
            line += f"{other['processor']:.1f} s, {other['mib']:.0f} MiB | {ratio:.2f} |"
        else:
            line += "– | – |"
        results.append(line)
        print(line, flush=True)

    def made(at):
        run([program, "init", at, "--branch", "测试分行"], cwd=scratch, env=env)

    made(branch)
    first, second = files / "holdings-01.csv", files / "holdings-02.csv"
    told("first month's csv", ours("2026-02-05", "import", first), theirs("load", database, first))
    told("second month's csv, changes and profiles", ours("2026-03-05", "import", second),
         theirs("load_and_compare", database, second))
    told("track --changed --json", ours("2026-03-05", "track", "--changed", "--json"), theirs("track", database))
    told("rank", ours("2026-03-05", "rank"), theirs("rank", database))
    told("followup", ours("2026-03-05", "followup"), theirs("followup", database))
    told("report", ours("2026-03-05", "report"))
    told("export", ours("2026-03-05", "export"), theirs("workbooks", str(scratch / "books"), "500", "100000"))
    told("cycle with nothing new", ours("2026-03-05", "cycle"))
    told("the same again", ours("2026-03-05", "cycle"))
    if (files / "holdings.xlsx").exists():
        other = scratch / "books-branch"
        made(other)
        told("200,000 rows of xlsx", ours("2026-02-05", "import", files / "holdings.xlsx", at=other),
             theirs("workbook_into_sqlite", str(scratch / "plain.db"), files / "holdings.xlsx"))
    told("start", run([program, "--version"]))
    size = (branch / "daifa.db").stat().st_size
    print(f"store: {size / 2**20:.0f} MiB after two months")


if __name__ == "__main__":
    main()
