//! Import against what a programmer would use instead, in one run: ratios, never seconds, are what counts.
//!
//! `cargo bench` writes a sheet of holdings as xlsx and as CSV and compares
//! - reading: all rows as typed, checked values, against `calamine`'s and `csv`'s bare cells in memory,
//! - importing: checked, matched, encrypted and audited, against bare inserts of the same values into plain SQLite.
//!
//! `ROWS=200000 cargo bench` for another size.

use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use calamine::Reader as _;
use chrono::NaiveDate;
use daifa::app::import::{Hints, ImportOptions, import};
use daifa::app::workspace::open::{InitOptions, OpenOptions, Workspace, init};
use daifa::intake;
use daifa::render::words::Lang;
use daifa::rules::Rules;

/// Each measurement is the best of so many.
const RUNS: usize = 3;

const HEADER: [&str; 12] = [
    "客户号",
    "客户姓名",
    "代发单位",
    "数据日期",
    "归属网点",
    "客户经理",
    "AUM余额(元)",
    "活期(元)",
    "定期(元)",
    "理财(元)",
    "手机银行",
    "基金定投",
];

/// Row `n` of an invented branch: 200 people an employer.
fn row(n: usize) -> [String; 12] {
    let demand = n * 37 % 20_000;
    let term = if n.is_multiple_of(3) { n * 91 % 50_000 } else { 0 };
    let wealth = if n.is_multiple_of(5) { n * 53 % 80_000 } else { 0 };
    let yes = |held: bool| if held { "是" } else { "否" }.to_string();
    [
        format!("KH{n:08}"),
        format!("样{:03}", n % 1000),
        format!("测试单位{:05}有限公司", n / 200),
        "2026-02-28".to_string(),
        format!("网点{:02}", n % 40),
        format!("经理{:03}", n % 160),
        format!("{}", demand + term + wealth),
        format!("{demand}"),
        format!("{term}"),
        format!("{wealth}"),
        yes(!n.is_multiple_of(4)),
        yes(n.is_multiple_of(7)),
    ]
}

fn write_csv(path: &Path, rows: usize) {
    let mut out = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    writeln!(out, "{}", HEADER.join(",")).unwrap();
    (0..rows).for_each(|n| writeln!(out, "{}", row(n).join(",")).unwrap());
}

fn write_xlsx(path: &Path, rows: usize) {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, HEADER).unwrap();
    for n in 0..rows {
        for (column, text) in row(n).iter().enumerate() {
            let (row, column) = (n as u32 + 1, column as u16);
            match text.parse::<f64>() {
                Ok(number) => sheet.write(row, column, number).unwrap(),
                Err(_) => sheet.write(row, column, text).unwrap(),
            };
        }
    }
    book.save(path).unwrap();
}

fn best(mut work: impl FnMut() -> usize) -> (Duration, usize) {
    best_of(|| (), |()| work())
}

/// Shortest time and rows of `work`, made ready by `ready`, which is not timed.
fn best_of<T>(mut ready: impl FnMut() -> T, mut work: impl FnMut(T) -> usize) -> (Duration, usize) {
    (0..RUNS)
        .map(|_| {
            let prepared = ready();
            let start = Instant::now();
            let rows = work(prepared);
            (start.elapsed(), rows)
        })
        .min()
        .unwrap()
}

fn read_checked(path: &Path, rules: &Rules) -> usize {
    intake::read_in_pieces(path, rules, &Hints::default(), &[], &mut |_| true).rows_taken()
}

fn read_calamine(path: &Path) -> usize {
    let mut book: calamine::Xlsx<_> = calamine::Xlsx::new(Cursor::new(std::fs::read(path).unwrap())).unwrap();
    book.worksheet_range_at(0).unwrap().unwrap().rows().count() - 1
}

fn read_csv(path: &Path) -> usize {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.records().map(|r| r.unwrap().iter().map(str::to_string).collect::<Vec<_>>()).collect::<Vec<_>>().len()
}

/// A new workspace, opened by a passphrase: no key is left outside the folder.
fn workspace(dir: &Path) -> Workspace {
    let root = dir.join("工作区");
    std::fs::remove_dir_all(&root).ok();
    std::fs::remove_file(dir.join("recovery.txt")).ok();
    let passphrase = Some("bench".to_string());
    let made = InitOptions {
        branch: Some("测试支行".into()),
        passphrase: passphrase.clone(),
        recovery_copy: Some(dir.join("recovery.txt")),
        ..InitOptions::default()
    };
    init(&root, &made).unwrap();
    let today = NaiveDate::from_ymd_opt(2026, 3, 18).unwrap();
    Workspace::open(&root, &OpenOptions { lang: Lang::ZhCn, today, passphrase, recovery: None, beside: false }).unwrap()
}

/// The same values into one plain table, as a script would.
fn insert_bare(path: &Path, dir: &Path) -> usize {
    let file = dir.join("bare.db");
    std::fs::remove_file(&file).ok();
    let mut connection = rusqlite::Connection::open(&file).unwrap();
    let transaction = connection.transaction().unwrap();
    transaction.execute_batch("CREATE TABLE holding (a, b, c, d, e, f, g, h, i, j, k, l)").unwrap();
    let mut rows = 0;
    {
        let mut insert =
            transaction.prepare("INSERT INTO holding VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)").unwrap();
        let mut reader = csv::Reader::from_path(path).unwrap();
        for record in reader.records() {
            insert.execute(rusqlite::params_from_iter(record.unwrap().iter())).unwrap();
            rows += 1;
        }
    }
    transaction.commit().unwrap();
    rows
}

fn show(what: &str, ours: (Duration, usize), theirs: (Duration, usize), rows: usize) {
    assert_eq!((ours.1, theirs.1), (rows, rows), "{what}: both take every row");
    let rate = rows as f64 / ours.0.as_secs_f64();
    println!("{what:<44} {:>5.2} ×  ({:>9.0} rows/s)", ours.0.as_secs_f64() / theirs.0.as_secs_f64(), rate);
}

fn main() {
    let rows: usize = std::env::var("ROWS").ok().and_then(|r| r.parse().ok()).unwrap_or(50_000);
    let dir = tempfile::tempdir().unwrap();
    let rules = Rules::load(None).unwrap();
    let (xlsx, csv): (PathBuf, PathBuf) = (dir.path().join("持有.xlsx"), dir.path().join("持有.csv"));
    write_xlsx(&xlsx, rows);
    write_csv(&csv, rows);
    println!("{rows} rows; time as a multiple of the alternative's");
    show(
        "read xlsx, checked / calamine, bare",
        best(|| read_checked(&xlsx, &rules)),
        best(|| read_calamine(&xlsx)),
        rows,
    );
    show("read csv, checked / csv, bare", best(|| read_checked(&csv, &rules)), best(|| read_csv(&csv)), rows);
    let bare = best(|| insert_bare(&csv, dir.path()));
    for (what, file) in [("import xlsx / bare inserts", &xlsx), ("import csv / bare inserts", &csv)] {
        let take = |mut w: Workspace| {
            import(&mut w, std::slice::from_ref(file), &ImportOptions::default()).unwrap().rows_taken()
        };
        show(what, best_of(|| workspace(dir.path()), take), bare, rows);
    }
}
