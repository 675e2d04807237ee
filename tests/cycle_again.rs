//! A cycle with nothing new leaves the files of the one before as they are; whatever they rest on makes them anew.

use std::fs;

use crate::common::Bench;

/// Runs a cycle; whether it said that nothing was new.
fn cycle(bench: &Bench) -> bool {
    bench.run(&["cycle", "--json"]).ok().json()["unchanged"].as_bool().unwrap()
}

fn entries_of_the_audit(bench: &Bench) -> usize {
    bench.run(&["audit", "show", "--json"]).ok().json().as_array().map_or(0, Vec::len)
}

#[test]
fn nothing_new_makes_nothing_and_anything_new_makes_it_all() {
    let bench = Bench::demo();
    cycle(&bench);
    let before = entries_of_the_audit(&bench);
    assert!(cycle(&bench), "nothing has happened");
    assert_eq!(entries_of_the_audit(&bench), before, "nothing was written");
    assert!(bench.run(&["cycle"]).ok().out().contains("没有新的表格和新的登记"));

    // What somebody has typed into a file stays in its place; a file that is gone is made again.
    let folder = bench.root().join("out/2026-03-18");
    let (page, list) = (folder.join("00_先看这里.html"), folder.join("07_督导看板.xlsx"));
    fs::write(&list, "typed").unwrap();
    assert!(cycle(&bench));
    assert_eq!(fs::read(&list).unwrap(), b"typed");
    fs::remove_file(&page).unwrap();
    assert!(!cycle(&bench), "a file was gone");
    assert!(page.exists());
    assert!(cycle(&bench));

    // A rule of the branch's own.
    let rules = bench.root().join("rules/worklist.toml");
    fs::write(&rules, "# nothing but a remark\n").unwrap();
    assert!(!cycle(&bench), "a rules file is new");
    fs::remove_file(&rules).unwrap();

    // A sheet in the inbox, and another day.
    assert!(!cycle(&bench) && cycle(&bench));
    bench
        .sheet("工作区/inbox/单位.xlsx", "| 代发单位编号 | 代发单位名称 | 代发人数 |\n|---|\n| D901 | 壬测试厂 | 30 |");
    assert!(!cycle(&bench) && cycle(&bench), "a sheet was in the inbox");
    assert!(!bench.run(&["cycle", "--json", "--today", "2026-03-19"]).ok().json()["unchanged"].as_bool().unwrap());
}
