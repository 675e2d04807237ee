//! Files made to do harm: each is read or refused with a code, soon and in little memory.

use std::path::Path;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::common::hostile::{Long, ROOT, Run, TYPES, inline_row, inspect, ods, relations, workbook, xlsx, zipped};

const SECONDS: f64 = 10.0;
const MIB: u64 = 512;

/// What is wrong with a run, if anything is.
fn breach(run: &Run) -> Option<String> {
    let told = run.exit == Some(0) || (run.exit == Some(1) && !run.codes().is_empty());
    let fine = told && run.seconds < SECONDS && run.mib < MIB && !run.err.contains("panicked");
    (!fine).then(|| {
        let err: String = run.err.chars().take(200).collect();
        format!("exit {:?}, {:.1} s, {} MiB, {:?} {err}", run.exit, run.seconds, run.mib, run.codes())
    })
}

/// One file: its name, what it holds, and the codes of which one must be told (any will do where there are none).
struct Made {
    name: String,
    make: Box<dyn Fn() -> Vec<u8> + Sync>,
    wanted: &'static [&'static str],
}

fn made(name: &str, wanted: &'static [&'static str], make: impl Fn() -> Vec<u8> + Sync + 'static) -> Made {
    Made { name: name.to_string(), make: Box::new(make), wanted }
}

fn text(name: &str, wanted: &'static [&'static str], text: impl Into<Long>) -> Made {
    let text = text.into();
    made(name, wanted, move || {
        let mut bytes = Vec::new();
        text.write(&mut bytes);
        bytes
    })
}

/// Runs all files on all cores, in each of these ways; those that breach a limit or tell nothing of what is wanted are
/// named.
fn check(files: &[Made], ways: &[&[&str]]) {
    let folder = tempfile::tempdir().unwrap();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let work = || {
        let mut wrong = Vec::new();
        while let Some(file) = files.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
            let Made { name, make, wanted } = file;
            let path = folder.path().join(name);
            std::fs::write(&path, make()).unwrap();
            let runs: Vec<Run> = ways.iter().map(|way| inspect(&path, way)).collect();
            for run in &runs {
                wrong.extend(breach(run).map(|b| format!("{name}: {b}")));
            }
            let told: Vec<String> = runs.iter().flat_map(Run::codes).collect();
            if !wanted.is_empty() && !told.iter().any(|c| wanted.contains(&c.as_str())) {
                wrong.push(format!("{name}: told {told:?}"));
            }
            std::fs::remove_file(&path).unwrap();
        }
        wrong
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        handles.into_iter().flat_map(|h| h.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const BOTH: &[&[&str]] = &[&[], &["--cells"]];
const LAUGHS: &str = r#"<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>"#;

#[test]
fn archives_made_to_do_harm() {
    let bomb =
        || zipped(&[("[Content_Types].xml", TYPES.into()), ("xl/workbook.xml", Long::new("", " ", 64 << 20, ""))]);
    let nested = || {
        let mut inner = zipped(&[("a.txt", Long::new("", " ", 1 << 20, ""))]);
        for _ in 0..6 {
            let mut outer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
            for name in ["inner.zip", "again.zip"] {
                outer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
                std::io::Write::write_all(&mut outer, &inner).unwrap();
            }
            inner = outer.finish().unwrap().into_inner();
        }
        inner
    };
    let crowd = || {
        let names: Vec<String> = (0..5_000).map(|n| format!("xl/worksheets/sheet{n}.xml")).collect();
        zipped(&names.iter().map(|n| (n.as_str(), "<worksheet/>".into())).collect::<Vec<_>>())
    };
    let laughs = format!("{LAUGHS}<worksheet>&c;</worksheet>");
    let laughing = |name: &'static str, laughs: String| {
        move || {
            zipped(&[
                ("[Content_Types].xml", TYPES.into()),
                ("_rels/.rels", ROOT.into()),
                ("xl/workbook.xml", workbook(1).into()),
                ("xl/_rels/workbook.xml.rels", relations(std::iter::once("worksheets/sheet1.xml".to_string())).into()),
                (name, laughs.as_str().into()),
            ])
        }
    };
    let ods = laughs.clone();
    check(
        &[
            made("bomb.xlsx", &["hostile_archive"], bomb),
            made("nested.xlsx", &["not_a_workbook"], nested),
            made("crowd.xlsx", &["hostile_archive"], crowd),
            made("laughs_sheet.xlsx", &["doctype_refused"], laughing("xl/worksheets/sheet1.xml", laughs.clone())),
            made("laughs_strings.xlsx", &["doctype_refused"], laughing("xl/sharedStrings.xml", laughs)),
            made("laughs.ods", &["doctype_refused"], move || zipped(&[("content.xml", ods.as_str().into())])),
            made("empty_archive.xlsx", &[], || zipped(&[])),
        ],
        BOTH,
    );
}

const HEADERS: [&str; 5] = ["客户号", "客户姓名", "代发单位", "数据日期", "AUM余额(元)"];

/// A sheet of holdings, the header in its first row, with these rows.
fn data(rows: impl Into<Long>) -> Long {
    let rows = rows.into();
    let before = format!("<sheetData>{}{}", inline_row(1, &HEADERS), rows.before);
    Long { before, after: format!("{}</sheetData>", rows.after), ..rows }
}

fn good_row() -> String {
    inline_row(2, &["KH1", "甲一", "甲厂", "2026-03-16", "1000"])
}

/// The longest text a cell may have, once in the file.
fn shared_text() -> Long {
    Long::new("<si><t>", "A", 32_000, "</t></si>")
}

/// Rows that all show it in this column.
fn shared(column: &str, rows: usize) -> String {
    (2..rows).map(|r| format!(r#"<row r="{r}"><c r="{column}{r}" t="s"><v>0</v></c></row>"#)).collect()
}

/// Every cell shows it, where a header would be looked for too.
fn shared_wide() -> String {
    let row = |r: usize| {
        let cells = ('A'..='Z').map(|c| format!(r#"<c r="{c}{r}" t="s"><v>0</v></c>"#));
        format!(r#"<row r="{r}">{}</row>"#, cells.collect::<String>())
    };
    format!("<sheetData>{}</sheetData>", (1..50_000).map(row).collect::<String>())
}

#[test]
fn sheets_made_to_do_harm() {
    let far = r#"<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>"#;
    let same_part = || {
        let rows: String = (2..2_000).map(|r| inline_row(r, &["KH1", "甲一", "甲厂", "2026-03-16", "1000"])).collect();
        let sheet = data(rows);
        zipped(&[
            ("[Content_Types].xml", TYPES.into()),
            ("_rels/.rels", ROOT.into()),
            ("xl/workbook.xml", workbook(5_000).into()),
            ("xl/_rels/workbook.xml.rels", relations((0..5_000).map(|_| "worksheets/sheet1.xml".to_string())).into()),
            ("xl/worksheets/sheet1.xml", format!("<worksheet>{}{}</worksheet>", sheet.before, sheet.after).into()),
        ])
    };
    let deep = || Long::new("", "<a>", 1_000_000, "");
    let merges = || {
        let sheet = data(good_row());
        let before = format!("{}{}<mergeCells>", sheet.before, sheet.after);
        xlsx(Long::new(before, r#"<mergeCell ref="A1:XFD1048576"/>"#, 1_000_000, "</mergeCells>"), "")
    };
    let columns = || {
        let sheet = data(good_row());
        let after = format!("</cols>{}{}", sheet.before, sheet.after);
        xlsx(Long::new("<cols>", r#"<col min="1" max="16384" hidden="1"/>"#, 1_000_000, after), "")
    };
    let hidden: String = (2..200_000).map(|r| format!(r#"<row r="{r}" hidden="1"/>"#)).collect();
    let chain: String = (0..50_000).map(|n| format!("+A{n}")).collect();
    let formulas = format!(
        r#"<row r="2"><c r="A2"><f>{}</f></c><c r="B2"><f>A2+B2</f></c><c r="C2"><f>SUM(A2:E2)</f></c><c r="D2"><f>C2</f></c><c r="E2"><f>SUM(A2:E2,A2:E2,A2:E2)</f></c></row><row r="3"><c r="E3"><f>1{chain}</f></c></row>"#,
        "(".repeat(100_000)
    );
    let sheet = |name: &str, rows: Long| made(name, &[], move || xlsx(data(rows.clone()), ""));
    let repeated = r#"<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell></table:table-row>"#;
    let beyond = repeated.replace("1048576", "4294967295").replace("16384", "4294967295");
    let mut list = vec![
        made("shared.xlsx", &["hostile_archive"], || xlsx(data(shared("C", 60_000)), shared_text())),
        made("shared_first.xlsx", &["hostile_archive"], || xlsx(data(shared("A", 200_000)), shared_text())),
        made("shared_wide.xlsx", &["hostile_archive"], || xlsx(shared_wide(), shared_text())),
        made("far.xlsx", &["hostile_archive"], move || xlsx(far, "")),
        made("same_part.xlsx", &[], same_part),
        made("merges.xlsx", &[], merges),
        made("columns.xlsx", &[], columns),
        made("strings.xlsx", &[], || xlsx(data(good_row()), Long::new("", "<si><t/></si>", 1_000_000, ""))),
        sheet("deep.xlsx", deep()),
        sheet("hidden.xlsx", hidden.into()),
        sheet("same_row.xlsx", Long::new("", r#"<row r="7"><c r="A7"><v>1</v></c></row>"#, 200_000, "")),
        sheet("formulas.xlsx", formulas.into()),
        sheet("no_strings.xlsx", r#"<row r="2"><c r="A2" t="s"><v>4000000000</v></c></row>"#.into()),
        made("repeated.ods", &[], move || ods(repeated)),
        made("beyond.ods", &[], move || ods(beyond.as_str())),
        made("deep.ods", &["unreadable_file", "hostile_archive"], move || ods(deep())),
        made("endless.ods", &["unreadable_file"], || {
            ods("<table:table-row><table:table-cell/></table:table-row></table:tabel><table:table>")
        }),
    ];
    for (i, row) in [
        r#"<row r="-1"><c r="A-1"><v>1</v></c></row>"#,
        r#"<row r="99999999999999999999"><c r="A99999999999999999999"><v>1</v></c></row>"#,
        r#"<row r="4294967295"><c r="A4294967295"><v>1</v></c></row>"#,
        r#"<row r="0"><c r="A0"><v>1</v></c></row>"#,
        r#"<row r="2"><c r="ZZZZZZZ2"><v>1</v></c></row>"#,
        r#"<row r="2"><c r="2A"><v>1e400</v></c></row>"#,
        r#"<row r="2"><c r="A2" s="4294967295"><v>1</v></c></row>"#,
        r#"<row r="2"><c r="A2" t="d"><v>+999999-99-99T99:99:99</v></c></row>"#,
        r#"<row r="2"><c><v>1</v></c><c><v>2</v></c></row><row><c><v>1</v></c></row>"#,
    ]
    .into_iter()
    .enumerate()
    {
        list.push(sheet(&format!("row{i}.xlsx"), row.into()));
    }
    check(&list, BOTH);
}

#[test]
fn text_made_to_do_harm() {
    let odd =
        || [0xFF, 0xFE].into_iter().chain("姓名,金额\n".encode_utf16().flat_map(u16::to_le_bytes)).chain([1]).collect();
    let spreadsheet = r#"<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="s"><Table>"#;
    let row = r#"<Row ss:Index="1048576"><Cell ss:Index="16384" ss:MergeAcross="4294967295" ss:MergeDown="4294967295"><Data ss:Type="Number">1</Data></Cell></Row>"#;
    let wide = format!("{}\n", ",1".repeat(1_000_000));
    check(
        &[
            text("line.csv", &["hostile_archive"], Long::new("", "x", 40 << 20, "")),
            text("columns.csv", &[], Long::new("", ",", 1_000_000, "")),
            text("wide.csv", &[], Long::new("", &wide, 5, "")),
            text("rows.csv", &[], Long::new("", "1\n", 1_000_000, "")),
            text("blank.csv", &[], Long::new("", "\n", 20_000_000, "")),
            text("quoted.csv", &["hostile_archive"], Long::new("\"", "a\n", 10_000_000, "")),
            text("quotes.csv", &[], Long::new("", "\"", 10_000_001, "")),
            made("odd.csv", &["unknown_encoding", "not_a_workbook"], odd),
            made("zeros.csv", &["not_a_workbook", "unknown_encoding"], || vec![0; 10 << 20]),
            made("nul.csv", &[], || b"\xe5\xa7\x93\xe5\x90\x8d,\0\0,1\n".to_vec()),
            text("deep.xls", &[], Long::new("<html><body>", "<div>", 1_000_000, "")),
            text("spans.xls", &[], Long::new("<html><table>", "<tr><td rowspan=65535 colspan=65535>1", 10_000, "")),
            text("nested.xls", &[], Long::new("<html>", "<table><tr><td>", 100_000, "")),
            text("laughs.xls", &["doctype_refused", "not_a_workbook"], format!("{LAUGHS}<Workbook>&c;</Workbook>")),
            text("index.xls", &[], Long::new(spreadsheet, row, 1_000, "")),
            // The sectors of its first stream form a ring.
            made("ring.xls", &["reader_out_of_memory", "unreadable_file"], || {
                std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile/ring.xls")).unwrap()
            }),
            made("biff.xls", &[], || [&[0x09, 0x08, 0x10, 0x00][..], &[0xFF; 4096]].concat()),
            made("compound.xls", &[], || {
                [&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1][..], &[0xFF; 4096]].concat()
            }),
        ],
        BOTH,
    );
}

#[cfg(target_os = "linux")]
#[test]
fn the_cells_of_a_long_list_are_shown_in_little_memory() {
    let folder = tempfile::tempdir().unwrap();
    let (path, out) = (folder.path().join("long.csv"), folder.path().join("out"));
    let row = "KH0000001,甲一测试,甲厂有限公司,2026-03-16,1000.25,500,700,到期提醒\n";
    let list = Long::new(format!("{}\n", HEADERS.join(",")), row, 400_000, "");
    list.write(&mut std::fs::File::create(&path).unwrap());
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_daifa"))
        .args(["inspect", "--cells", path.to_str().unwrap()])
        .stdout(std::fs::File::create(&out).unwrap())
        .spawn()
        .unwrap();
    // The program's own, and that while it runs: what it is measured to have had in the end counts its maker in.
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    let ended = loop {
        let known = std::fs::read_to_string(&status).unwrap_or_default();
        let peak =
            known.lines().find_map(|l| l.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        most = most.max(peak.unwrap_or(0));
        if let Some(ended) = child.try_wait().unwrap() {
            break ended;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    };
    let lines = std::fs::read_to_string(&out).unwrap().lines().count();
    assert!(ended.success() && lines == 400_001, "{ended}, {lines} lines");
    // All rows at once take 260.
    assert!((1..100 << 10).contains(&most), "{most} KiB");
}

/// Small files of each format that are read to the end.
fn good() -> Vec<(&'static str, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile");
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    vec![
        ("xlsx", read("holdings.xlsx")),
        ("xls", read("holdings.xls")),
        ("ods", read("holdings.ods")),
        ("xlsb", read("date.xlsb")),
        (
            "csv",
            encoding_rs::GBK
                .encode("客户号,客户姓名,代发单位,数据日期,AUM余额(元)\r\nKH1,甲一,甲厂,2026-03-16,\"1,000\"\r\n")
                .0
                .into_owned(),
        ),
    ]
}

#[test]
fn good_files_cut_short() {
    let mut list = Vec::new();
    for (format, bytes) in good() {
        for sixteenth in 0..16 {
            let cut = bytes[..bytes.len() * sixteenth / 16].to_vec();
            list.push(made(&format!("cut{sixteenth}.{format}"), &[], move || cut.clone()));
        }
    }
    check(&list, &[&[]]);
}

#[test]
fn good_files_with_bytes_changed() {
    let mut dice = ChaCha8Rng::seed_from_u64(20260318);
    let mut list = Vec::new();
    for (format, bytes) in good() {
        for n in 0..40 {
            let mut changed = bytes.clone();
            for _ in 0..1 + dice.next_u32() % 8 {
                let at = dice.next_u32() as usize % changed.len();
                changed[at] = dice.next_u32() as u8;
            }
            list.push(made(&format!("changed{n}.{format}"), &[], move || changed.clone()));
        }
    }
    check(&list, &[&[]]);
}
