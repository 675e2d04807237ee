//! Files that somebody writes to while they are taken in: all of the old one, all of the new one, or nothing.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use daifa::rules::hex_sha256;
use serde_json::Value;

use crate::common::Bench;
use crate::trust::connection;

const DAY: &str = "2026-03-31";
const PEOPLE: usize = 6_000;

/// A list of a day on which everybody has the same amount, in lines long enough to make the file one of some size.
fn list(day: usize, amount: usize) -> String {
    let remark = "备注".repeat(30);
    let row = |n| format!("KH{n:05},甲厂有限公司,2026-03-{day:02},{amount},{remark}\n");
    format!("客户号,代发单位,数据日期,AUM余额(元),备注\n{}", (0..PEOPLE).map(row).collect::<String>())
}

/// Writes over a file from its start, in small steps that together take about so long.
fn save_slowly(path: &Path, text: &str, takes: Duration) {
    let mut file = fs::OpenOptions::new().write(true).open(path).unwrap();
    let steps = text.len().div_ceil(16 << 10);
    for piece in text.as_bytes().chunks(16 << 10) {
        file.write_all(piece).unwrap();
        sleep(takes / u32::try_from(steps).unwrap());
    }
}

/// What the store holds of a file: its hash, how many people, their least and largest amount in yuan.
fn stored(bench: &Bench, file: &str) -> Option<(String, i64, i64, i64)> {
    let sql = "SELECT i.sha256, count(*), min(h.aum_fen) / 100, max(h.aum_fen) / 100
               FROM import i JOIN snapshot s USING (import_id) JOIN snapshot_part p USING (snapshot_id)
               JOIN holding h USING (part_id) WHERE i.file = ?1 GROUP BY i.sha256";
    let row = |r: &rusqlite::Row<'_>| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?));
    connection(bench).query_row(sql, [file], row).ok()
}

/// Codes of a file's problems.
fn codes<'r>(report: &'r Value, file: &str) -> Vec<&'r str> {
    let own = report["problems"].as_array().unwrap().iter().filter(|p| p["file"] == file);
    own.filter_map(|p| p["code"].as_str()).collect()
}

#[test]
fn a_list_saved_anew_while_it_is_imported_is_never_taken_as_a_mixture() {
    let bench = Bench::new();
    let beside = bench.sheet(
        "乙厂.xlsx",
        "| 客户号 | 代发单位 | 数据日期 | AUM余额(元) |\n|---|\n| KH90001 | 乙厂有限公司 | 2026-03-01 | 5 |",
    );
    let first = bench.path("持有0.csv");
    fs::write(&first, list(1, 999)).unwrap();
    let start = Instant::now();
    bench.run(&["import", first.to_str().unwrap(), "--today", DAY]).ok();
    let usual = start.elapsed();
    assert_eq!(stored(&bench, "持有0.csv").map(|s| (s.1, s.2, s.3)), Some((PEOPLE as i64, 999, 999)));

    const ROUNDS: usize = 12;
    let mut refused = 0;
    for round in 1..=ROUNDS {
        let (old, new) = (list(1 + round, 1_000 + round), list(1 + round, 2_000 + round));
        let name = format!("持有{round}.csv");
        let path = bench.path(&name);
        fs::write(&path, &old).unwrap();
        let arguments = ["import", path.to_str().unwrap(), &beside, "--again", "--today", DAY];
        let report = std::thread::scope(|scope| {
            scope.spawn(|| {
                sleep(usual * u32::try_from(round - 1).unwrap() / u32::try_from(ROUNDS).unwrap());
                save_slowly(&path, &new, usual / 8);
            });
            bench.json(&arguments)
        });
        let files = report["files"].as_array().unwrap();
        let outcome = |file: &str| files.iter().find(|f| f["file"] == file).unwrap()["outcome"].clone();
        assert_eq!(outcome("乙厂.xlsx"), "imported", "round {round}: the other file goes on");
        let whole = |text: &str, amount| Some((hex_sha256(text.as_bytes()), PEOPLE as i64, amount, amount));
        let old_one = whole(&old, 1_000 + round as i64);
        let new_one = whole(&new, 2_000 + round as i64);
        if outcome(&name) == "refused" {
            refused += 1;
            assert_eq!(codes(&report, &name), ["file_changed"], "round {round}");
            assert_eq!(stored(&bench, &name), None, "round {round}");
        } else {
            let stored = stored(&bench, &name);
            assert!(stored == old_one || stored == new_one, "round {round}: {stored:?}");
        }
        // What is in the file now is what the next import takes, whatever came of this one.
        bench.run(&["import", path.to_str().unwrap(), "--today", DAY]).ok();
        let sql = "SELECT count(*) FROM import WHERE sha256 = ?1";
        let known: i64 = connection(&bench).query_row(sql, [hex_sha256(new.as_bytes())], |r| r.get(0)).unwrap();
        assert_eq!(known, 1, "round {round}");
    }
    assert!(refused > 0, "no list was written to while it was read");
}
