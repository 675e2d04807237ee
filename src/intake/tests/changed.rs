//! Files somebody writes to while they are read, and cells that come in pieces.

use crate::rules::Rules;
use std::path::PathBuf;

use crate::intake::*;

fn rules() -> Rules {
    Rules::load(None).unwrap()
}

fn codes(reading: &FileReading) -> Vec<&str> {
    reading.problems.iter().map(|p| p.code).collect()
}

/// A long list as text, all amounts the same; last written to some time ago.
fn long_list(amount: &str) -> (tempfile::TempDir, PathBuf, String) {
    let rows: String = (0..5_000).map(|n| format!("KH{n:05},甲厂,2026-03-09,{amount}\n")).collect();
    let text = format!("客户号,代发单位,数据日期,AUM余额(元)\n{rows}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("持有.csv");
    std::fs::write(&path, &text).unwrap();
    let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.set_modified(std::time::SystemTime::now() - std::time::Duration::from_secs(60)).unwrap();
    (folder, path, text)
}

#[test]
fn a_file_written_to_while_it_is_read_is_refused_whole() {
    let meanwhile = |what: &dyn Fn(&std::path::Path)| {
        let (_folder, path, text) = long_list("1000");
        let mut pieces = 0;
        let mut rules = rules();
        rules.limits.rows_per_piece = 500;
        let reading = read_in_pieces(&path, &rules, &Hints::default(), &[], &mut |_| {
            pieces += 1;
            if pieces == 2 {
                what(&path);
            }
            true
        });
        assert!(pieces > 3, "read in one go: {pieces}");
        (reading, text)
    };
    let (untouched, text) = meanwhile(&|_| {});
    assert_eq!(untouched.sheets[0].row_count, Some(5_000));
    let new = text.replace(",1000\n", ",2000\n");
    let in_place = |path: &std::path::Path, text: &str| {
        let file = std::fs::OpenOptions::new().write(true).open(path).unwrap();
        std::io::Write::write_all(&mut &file, text.as_bytes()).unwrap();
    };
    type Change<'c> = &'c dyn Fn(&std::path::Path);
    let changes: [(&str, Change<'_>); 3] = [
        ("saved in place", &|path| in_place(path, &new)),
        ("emptied", &|path| std::fs::write(path, "").unwrap()),
        ("saved and saved back", &|path| {
            in_place(path, &new);
            in_place(path, &text);
        }),
    ];
    for (what, change) in changes {
        let (reading, _) = meanwhile(change);
        assert_eq!(codes(&reading), ["file_changed"], "{what}");
        assert!(!reading.is_usable() && reading.sheets.is_empty() && reading.sha256.is_empty(), "{what}");
    }
    // Another file under its name: this one was read to its end as it was.
    let (reading, text) = meanwhile(&|path| {
        let other = path.with_file_name("b");
        std::fs::write(&other, &new).unwrap();
        std::fs::rename(&other, path).unwrap();
    });
    assert_eq!((reading.sheets[0].row_count, codes(&reading)), (Some(5_000), Vec::new()));
    assert_eq!(reading.sha256, crate::rules::hex_sha256(text.as_bytes()));
}

#[test]
fn cells_come_in_pieces_and_never_of_two_files() {
    let (_folder, path, text) = long_list("1000");
    let shown = |each: &mut dyn FnMut(&str) -> bool| {
        cells_csv_in_pieces(&path, None, &rules(), &Hints::default(), each).map_err(|problem| problem.code)
    };
    let mut pieces: Vec<String> = Vec::new();
    let all = shown(&mut |piece| {
        pieces.push(piece.to_string());
        true
    });
    assert_eq!((all, pieces.concat()), (Ok(()), text.clone()));
    assert!(pieces.len() > 1 && pieces.iter().all(|p| p.len() < 100 << 10), "{}", pieces.len());
    let mut first = 0;
    assert_eq!(shown(&mut |_| (first += 1, false).1), Ok(()));
    assert_eq!(first, 1, "nobody wants more");
    let changed = shown(&mut |_| {
        std::fs::write(&path, text.replace(",1000\n", ",2000\n")).unwrap();
        true
    });
    assert_eq!(changed, Err("file_changed"));
}
