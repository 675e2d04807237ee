//! What a change of the plan does to the files that tell of it, in the same run: 02, calendars, packs, the start page,
//! reminders and the managers' dashboard.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use calamine::Data;
use serde_json::Value;

use crate::common::Bench;
use crate::common::office::Office;
use crate::returns::visits::branch;

/// The day of the cycle that made the files.
pub const MONDAY: &str = "2026-03-02";
const TUESDAY: &str = "2026-03-03";
/// A day no visit is on.
pub const OTHER: &str = "2026-04-22";
pub const PAGE: &str = "00_先看这里.html";
pub const PLAN: &str = "02_进企计划表.xlsx";
pub const DUTIES: &str = "人员分工表.xlsx";

pub fn day(bench: &Bench, day: &str) -> PathBuf {
    bench.root().join("out").join(day)
}

pub fn packs(bench: &Bench, of: &str) -> PathBuf {
    day(bench, of).join("03_进企资料包")
}

pub fn page(bench: &Bench, of: &str) -> String {
    fs::read_to_string(day(bench, of).join(PAGE)).unwrap()
}

pub fn visit(bench: &Bench, today: &str, id: &str) -> Option<Value> {
    let shown = bench.json(&["plan", "show", "--today", today]);
    shown["visits"].as_array().unwrap().iter().find(|v| v["visit_id"] == id).cloned()
}

/// Day and employer of a visit as they were offered on Monday.
pub fn offered(bench: &Bench, id: &str) -> (String, String) {
    let visit = visit(bench, MONDAY, id).unwrap();
    let ranking = bench.json(&["rank", "--today", MONDAY]);
    let ranked = ranking.as_array().unwrap().iter().find(|r| r["employer_id"] == visit["employer_id"]).unwrap();
    (visit["date"].as_str().unwrap().to_string(), ranked["name"].as_str().unwrap().to_string())
}

/// All files below `out`, with what is in them.
fn files(bench: &Bench) -> BTreeMap<PathBuf, Vec<u8>> {
    let (mut found, mut open) = (BTreeMap::new(), vec![bench.root().join("out")]);
    while let Some(folder) = open.pop() {
        for path in fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                open.push(path);
            } else {
                let bytes = fs::read(&path).unwrap();
                found.insert(path, bytes);
            }
        }
    }
    found
}

pub fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Rows of a page of 02 in which this text stands.
fn rows(book: &Path, page: &str, text: &str) -> usize {
    let book = Office::open(book);
    let page = book.pages.iter().find(|p| p.name == page);
    let holds = |row: &&Vec<Data>| row.contains(&Data::String(text.into()));
    page.map_or(0, |page| page.rows.iter().filter(holds).count())
}

/// Files of packs that a check of the doctor names.
fn packs_of_check(bench: &Bench, check: &str) -> Vec<String> {
    let found = bench.json(&["doctor", "--today", MONDAY]);
    let check = found.as_array().unwrap().iter().find(|f| f["check"] == check).unwrap().clone();
    let files = check["files"].as_array().cloned().unwrap_or_default();
    let files = files.iter().map(|f| f.as_str().unwrap().to_string());
    files.filter(|file| file.contains("03_进企资料包")).collect()
}

#[test]
fn a_visit_that_is_moved_is_on_its_new_day_in_every_file_of_the_same_run() {
    let bench = branch();
    let (date, firm) = offered(&bench, "V0001");
    let (old, new) = (format!("{date}_{firm}"), format!("{OTHER}_{firm}"));
    let typed = packs(&bench, MONDAY).join(&old).join(DUTIES);
    fs::write(&typed, b"typed by hand").unwrap();
    let documents = names(&packs(&bench, MONDAY).join(&old));

    let before = files(&bench);
    let tried = bench.run(&["plan", "move", "V0001", "--date", OTHER, "--dry-run", "--today", MONDAY]).ok();
    assert_eq!(files(&bench), before, "{}", tried.out());

    let moved = bench.run(&["plan", "move", "V0001", "--date", OTHER, "--today", MONDAY]).ok().out();
    assert!(moved.contains(PLAN) && moved.contains(PAGE) && moved.contains("已作废"), "{moved}");
    assert_eq!(Office::open(&day(&bench, MONDAY).join(PLAN)).cell("V0001", "进企日期"), OTHER);
    let team = fs::read_to_string(day(&bench, MONDAY).join("02_日历/团队_一网点.ics")).unwrap();
    assert!(team.contains(&OTHER.replace('-', "")), "{team}");
    // The pack of the new day is there; that of the old one is kept with what was typed into it.
    assert_eq!(names(&packs(&bench, MONDAY).join(&new)), documents);
    assert!(!packs(&bench, MONDAY).join(&old).exists());
    let void = packs(&bench, MONDAY).join("已作废");
    assert_eq!(fs::read(void.join(&old).join(DUTIES)).unwrap(), b"typed by hand");
    let shown = page(&bench, MONDAY);
    assert!(shown.contains(&format!("03_进企资料包/{new}/")) && !shown.contains(&format!("/{old}/")), "{shown}");
    // What the cycle found of other matters stands there still.
    assert!(shown.contains("目标单位") && shown.contains("07_督导看板.xlsx"), "{shown}");

    // The audit knows where it went, and nothing lies there that nobody has written.
    let noted = bench.json(&["audit", "show", "--action", "set_aside"]);
    let noted = noted.as_array().unwrap();
    let subject = format!("out/{MONDAY}/03_进企资料包/已作废/{old}");
    assert_eq!((noted.len(), &noted[0]["subject"]), (1, &Value::from(subject)));
    assert_eq!(noted[0]["rows"], documents.len());
    for check in ["orphan_files", "missing_files", "edited_files"] {
        assert_eq!(packs_of_check(&bench, check), Vec::<String>::new(), "{check}");
    }

    // Back on its first day and away again: nothing of what was set aside is written over.
    bench.run(&["plan", "undo", "V0001", "--today", MONDAY]).ok();
    assert_eq!(names(&packs(&bench, MONDAY).join(&old)), documents);
    bench.run(&["plan", "move", "V0001", "--date", OTHER, "--today", MONDAY]).ok();
    assert_eq!(names(&void), [old.clone(), format!("{old}(2)"), new.clone()]);
    assert_eq!(fs::read(void.join(&old).join(DUTIES)).unwrap(), b"typed by hand");
    for check in ["orphan_files", "missing_files"] {
        assert_eq!(packs_of_check(&bench, check), Vec::<String>::new(), "{check}");
    }
}

/// Whose duties are asked for on Monday a week later.
fn reminded(bench: &Bench) -> Vec<String> {
    let told = bench.json(&["returns", "remind", "--today", "2026-03-09"]);
    let of = told["reminders"].as_array().unwrap().iter();
    let mut firms: Vec<String> =
        of.filter_map(|r| r["recipient"].as_str()?.strip_suffix("进企小组").map(str::to_string)).collect();
    firms.sort();
    firms
}

#[test]
fn a_cancelled_visit_is_in_no_file_and_nobody_is_asked_for_its_papers() {
    let bench = branch();
    let ((_, firm), (_, other)) = (offered(&bench, "V0001"), offered(&bench, "V0002"));
    let mut both = vec![firm.clone(), other.clone()];
    both.sort();
    assert_eq!(reminded(&bench), both);
    // On a day without a cycle there is no page to be written anew.
    bench.run(&["plan", "cancel", "V0001", "--reason", "搬迁", "--today", TUESDAY]).ok();
    assert_eq!(rows(&day(&bench, TUESDAY).join(PLAN), "进企计划", "V0001"), 0);
    assert_eq!(rows(&day(&bench, TUESDAY).join(PLAN), "进企计划", "V0002"), 1);
    assert_eq!(rows(&day(&bench, TUESDAY).join(PLAN), "暂不安排及原因", &firm), 1);
    assert!(!day(&bench, TUESDAY).join(PAGE).exists());
    assert_eq!(reminded(&bench), [other]);
}

/// Files to which the page of a day leads, and that are not there.
fn dead_links(bench: &Bench, of: &str) -> Vec<String> {
    let page = page(bench, of);
    let links = page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap().replace("&amp;", "&"));
    let links: Vec<String> = links.filter(|link| !link.starts_with('#')).collect();
    assert!(links.len() > 8, "{links:?}");
    links.into_iter().filter(|link| !day(bench, of).join(link).is_file()).collect()
}

#[test]
fn the_page_of_an_earlier_day_still_leads_to_the_pack_of_a_visit_that_was_moved() {
    const NOTE: &str = "00_资料包说明.html";
    let bench = branch();
    let ((date, firm), (other_date, other)) = (offered(&bench, "V0001"), offered(&bench, "V0002"));
    let old = packs(&bench, MONDAY).join(format!("{date}_{firm}"));
    fs::write(old.join(DUTIES), b"typed by hand").unwrap();
    assert!(page(&bench, MONDAY).contains(&format!("03_进企资料包/{date}_{firm}/")));

    let moved = bench.run(&["plan", "move", "V0001", "--date", OTHER, "--today", TUESDAY]).ok().out();
    assert!(moved.contains("已注明作废"), "{moved}");
    let said = || fs::read_to_string(old.join(NOTE)).unwrap();
    assert!(said().contains(&format!("原定{date}的进企已改到{OTHER}，这份资料包作废")), "{}", said());
    assert_eq!(fs::read(old.join(DUTIES)).unwrap(), b"typed by hand");
    assert!(!packs(&bench, MONDAY).join("已作废").exists());
    assert_eq!(dead_links(&bench, MONDAY), Vec::<String>::new());
    assert!(packs(&bench, TUESDAY).join(format!("{OTHER}_{firm}")).join(DUTIES).is_file());
    // Said once; the packs of other visits say nothing.
    let again = bench.run(&["plan", "--today", TUESDAY]).ok().out();
    assert!(!again.contains("注明"), "{again}");
    assert!(!packs(&bench, MONDAY).join(format!("{other_date}_{other}")).join(NOTE).exists());
    for check in ["orphan_files", "missing_files"] {
        assert_eq!(packs_of_check(&bench, check), Vec::<String>::new(), "{check}");
    }

    // What the folder says follows the visit.
    let undone = bench.run(&["plan", "undo", "V0001", "--today", TUESDAY]).ok().out();
    let told = format!("已注明不再作废：out/{MONDAY}/03_进企资料包/{date}_{firm}\n");
    assert!(undone.contains(&told), "{undone}");
    assert!(said().contains(&format!("{date}的进企已经恢复")), "{}", said());
    let again = bench.run(&["plan", "--today", TUESDAY]).ok().out();
    assert!(!again.contains("注明"), "{again}");
    bench.run(&["plan", "cancel", "V0001", "--reason", "搬迁", "--today", TUESDAY]).ok();
    assert!(said().contains(&format!("原定{date}的进企已取消")), "{}", said());
    assert_eq!(dead_links(&bench, MONDAY), Vec::<String>::new());
}

#[test]
fn what_is_typed_into_02_has_the_same_effect() {
    let bench = branch();
    let (date, firm) = offered(&bench, "V0001");
    let mut list = Office::open(&day(&bench, MONDAY).join(PLAN));
    let back = list.type_into(&firm, "单位答复", "婉拒").save(&bench.path("02.xlsx"));
    bench.run(&["import", &back, "--today", MONDAY]).ok();
    assert_eq!(rows(&day(&bench, MONDAY).join(PLAN), "进企计划", "V0001"), 0);
    assert!(packs(&bench, MONDAY).join("已作废").join(format!("{date}_{firm}")).join(DUTIES).is_file());
    assert!(!page(&bench, MONDAY).contains(&format!("03_进企资料包/{date}_{firm}/")));
    // Other sheets write nothing of the plan.
    let before = files(&bench).into_keys().filter(|path| path.ends_with(PLAN)).count();
    let sheet = bench.sheet("单位2.xlsx", "| 代发单位编号 | 代发单位名称 | 代发人数 |\n|---|\n| DW09 | 己厂 | 30 |");
    bench.run(&["import", &sheet, "--today", TUESDAY]).ok();
    assert_eq!(files(&bench).into_keys().filter(|path| path.ends_with(PLAN)).count(), before);
}

#[test]
fn a_step_that_is_done_is_so_in_the_files_of_the_day() {
    let bench = branch();
    let open = |bench: &Bench| page(bench, MONDAY).matches("预约（两个备选日）").count();
    let before = open(&bench);
    bench.run(&["step", "done", "V0001", "booking", "--today", MONDAY]).ok();
    assert_eq!(open(&bench), before - 1);
    let holds = |text: &str| rows(&day(&bench, MONDAY).join(PLAN), "倒排时间表", text);
    assert_eq!(holds("已完成"), 1);
    // Ticked by mistake, it is open again, without the note; nothing is tried twice.
    bench.run(&["step", "done", "V0001", "booking", "--note", "说好周四", "--today", MONDAY]).ok();
    assert_eq!(holds("说好周四"), 1);
    bench.run(&["step", "undo", "V0001", "预约", "--dry-run", "--today", MONDAY]).ok();
    assert_eq!((open(&bench), holds("已完成")), (before - 1, 1));
    let undone = bench.json(&["step", "undo", "V0001", "预约", "--today", MONDAY]);
    let steps = undone["visits"][0]["steps"].as_array().unwrap();
    assert_eq!(steps.iter().find(|s| s["step"] == "booking").unwrap()["done"], Value::Null);
    assert_eq!((open(&bench), holds("已完成"), holds("说好周四")), (before, 0, 0));
    let again = bench.run(&["step", "undo", "V0001", "booking", "--today", MONDAY, "--json"]);
    assert!(again.code() == 1 && again.err().contains("step_open"), "{}", again.err());
    // And done after all.
    bench.run(&["step", "done", "V0001", "booking", "--today", MONDAY]).ok();
    assert_eq!((open(&bench), holds("已完成")), (before - 1, 1));
}

#[test]
fn who_is_not_planned_is_told_the_same_whatever_was_found_for_an_earlier_change() {
    let waits = |bench: &Bench| -> Vec<String> {
        let book = Office::open(&day(bench, MONDAY).join(PLAN));
        let page = book.pages.iter().find(|p| p.name == "暂不安排及原因").unwrap();
        page.rows.iter().map(|row| format!("{row:?}")).collect()
    };
    let (bench, other) = (branch(), branch());
    let change = |bench: &Bench, arguments: &[&str]| {
        bench.run(&[arguments, &["--today", MONDAY]].concat()).ok();
    };
    change(&bench, &["plan", "set", "V0001", "--place", "食堂"]);
    let before = waits(&bench);
    // Neither takes a day or anybody.
    change(&bench, &["step", "done", "V0001", "booking"]);
    change(&bench, &["plan", "set", "V0001", "--topic", "card_safety"]);
    assert_eq!(waits(&bench), before);
    // A refusal does, and is told as where nothing was kept.
    for bench in [&bench, &other] {
        change(bench, &["plan", "cancel", "V0001", "--reason", "搬迁"]);
    }
    assert_ne!(waits(&bench), before);
    assert_eq!(waits(&bench), waits(&other));
}

/// Rows of the first visit among the overdue steps of each colleague's list of the day.
fn overdue_in_lists(bench: &Bench, today: &str) -> BTreeMap<String, usize> {
    bench.run(&["export", "--today", today]).ok();
    let lists = names(&day(bench, today)).into_iter().filter(|name| name.starts_with("05_"));
    let rows_of = |name: String| {
        let colleague = name.split('_').nth(2).unwrap().to_string();
        (colleague, rows(&day(bench, today).join(&name), "超期事项", "V0001"))
    };
    lists.map(rows_of).filter(|(_, rows)| *rows > 0).collect()
}

#[test]
fn overdue_steps_stand_in_the_list_of_their_owner_and_after_a_week_in_that_of_the_head() {
    let bench = branch();
    bench.run(&["plan", "pin", "V0001", "--today", MONDAY]).ok();
    let steps = visit(&bench, MONDAY, "V0001").unwrap()["steps"].as_array().unwrap().clone();
    let head = steps.iter().find(|s| s["step"] == "approval").unwrap()["owner"].clone();
    // By owner, the head's last; each sees his own from the day after, the head the others' after seven days.
    let expected = |today: &str, done: &str| {
        let today: chrono::NaiveDate = today.parse().unwrap();
        let late = |s: &Value| (today - s["due"].as_str().unwrap().parse::<chrono::NaiveDate>().unwrap()).num_days();
        let (mut own, mut of_head) = (BTreeMap::new(), 0);
        for step in steps.iter().filter(|s| late(s) > 0 && s["step"] != done) {
            if step["owner"] == head {
                of_head += 1;
            } else {
                *own.entry(step["owner"].to_string()).or_insert(0) += 1;
                of_head += usize::from(late(step) > 7);
            }
        }
        let mut own: Vec<usize> = own.into_values().collect();
        own.sort_unstable();
        (own, of_head)
    };
    let told = |today: &str| {
        let mut lists = overdue_in_lists(&bench, today);
        let of_head = lists.remove("林行").unwrap_or(0);
        let mut own: Vec<usize> = lists.into_values().collect();
        own.sort_unstable();
        (own, of_head)
    };
    assert_eq!(told(MONDAY), (vec![], 0));
    let check = |today: &str, done: &str| {
        let (own, of_head) = expected(today, done);
        assert!(!own.is_empty() && of_head > 0, "{today}: {own:?} {of_head}");
        assert_eq!(told(today), (own, of_head), "{today}");
    };
    check("2026-03-09", "");
    // Told by the command that stands there, one is listed no more.
    bench.run(&["step", "done", "V0001", "confirm", "--today", "2026-03-09"]).ok();
    check("2026-03-09", "confirm");
    check("2026-03-16", "confirm");
}

/// Types into a row of a page.
fn type_into(list: &mut Office, page: &str, row: &str, column: &str, value: &str) {
    let page = list.pages.iter_mut().find(|p| p.name == page).unwrap_or_else(|| panic!("no page {page}"));
    let at = page.rows.iter().find_map(|r| r.iter().position(|c| *c == column)).unwrap();
    let found = page.rows.iter().position(|r| r.iter().any(|c| *c == row)).unwrap();
    let cells = &mut page.rows[found];
    if cells.len() <= at {
        cells.resize(at + 1, Data::Empty);
    }
    cells[at] = value.into();
}

/// Whether an employer without a visit is to be told that its day is taken back.
fn is_to_be_told(bench: &Bench, today: &str) -> bool {
    let plan = bench.json(&["plan", "--today", today]);
    let mut reasons = plan["unplanned"].as_array().unwrap().iter().flat_map(|u| u["reasons"].as_array().unwrap());
    reasons.any(|r| r["rule"] == "proposal_dropped")
}

#[test]
fn an_employer_whose_day_was_taken_back_is_to_be_told_until_somebody_says_it_was() {
    let bench = branch();
    let (_, firm) = offered(&bench, "V0001");
    // No target any more, it is offered no other day once its time for an answer is over.
    let mut targets = Office::open(&day(&bench, MONDAY).join("01_目标单位名单.xlsx"));
    targets.type_into(&firm, "客户经理意见", "剔除").type_into(&firm, "剔除理由", "正在搬迁");
    bench.run(&["import", &targets.save(&bench.path("01.xlsx")), "--today", TUESDAY]).ok();
    assert!(!is_to_be_told(&bench, "2026-03-06"), "the last day for an answer");
    for today in ["2026-03-09", "2026-03-09", "2026-03-10"] {
        assert!(is_to_be_told(&bench, today), "{today}");
        assert_eq!(rows(&day(&bench, today).join(PLAN), "待告知单位", "V0001"), 1, "{today}");
    }
    let cycle = |today: &str| {
        bench.run(&["cycle", "--today", today]).ok();
        page(&bench, today).contains("日期已取消，请告知单位")
    };
    assert!(cycle("2026-03-10"));
    // A command may tell it as well as 02.
    let tried =
        bench.run(&["step", "done", "V0001", "告知单位", "--dry-run", "--today", "2026-03-10", "--json"]).json();
    assert_eq!(tried["visits"][0]["steps"][0]["done"]["state"], "yes", "{tried:#}");
    assert!(is_to_be_told(&bench, "2026-03-10"));
    let mut list = Office::open(&day(&bench, "2026-03-10").join(PLAN));
    type_into(&mut list, "待告知单位", "V0001", "完成情况", "已完成");
    let told = bench.json(&["import", &list.save(&bench.path("02.xlsx")), "--today", "2026-03-10"]);
    assert_eq!((&told["files"][0]["rows_taken"], &told["problems"]), (&1.into(), &serde_json::json!([])), "{told:#}");
    assert!(!is_to_be_told(&bench, "2026-03-10"));
    assert_eq!(rows(&day(&bench, "2026-03-10").join(PLAN), "待告知单位", "V0001"), 0);
    assert!(!cycle("2026-03-10"));
}

#[test]
fn an_offer_a_fresh_plan_drops_is_told_with_that_reason() {
    let bench = branch();
    let (date, firm) = offered(&bench, "V0001");
    let mut targets = Office::open(&day(&bench, MONDAY).join("01_目标单位名单.xlsx"));
    targets.type_into(&firm, "客户经理意见", "剔除").type_into(&firm, "剔除理由", "正在搬迁");
    bench.run(&["import", &targets.save(&bench.path("01.xlsx")), "--today", TUESDAY]).ok();
    // The 6th is the last day for an answer: nothing is overdue.
    let today = "2026-03-04";
    // Nothing is done yet, but whoever has been offered days is named.
    let tried = bench.run(&["plan", "diff", "--today", today]).ok().out();
    assert!(tried.contains("V0001") && tried.contains("已经报给单位：改了要逐户告知"), "{tried}");
    let changes = bench.json(&["plan", "diff", "--apply", "--today", today])["changes"].clone();
    let of = changes.as_array().unwrap().iter().find(|c| c["visit_id"] == "V0001").unwrap();
    assert_eq!(of["what"], "dropped", "{changes:#}");
    assert!(!is_to_be_told(&bench, today), "it is not that nobody answered");
    let book = Office::open(&day(&bench, today).join(PLAN));
    let why = format!("重排后不再安排原定{date}的场次：客户经理{TUESDAY}在名单上剔除：正在搬迁；请告知单位");
    for page in ["待告知单位", "暂不安排及原因"] {
        let page = book.pages.iter().find(|p| p.name == page).unwrap();
        let said = page.rows.iter().flatten().filter(|cell| cell.to_string().contains(&why));
        assert_eq!(said.count(), 1, "{}: {:?}", page.name, page.rows);
        assert!(!page.rows.iter().flatten().any(|cell| cell.to_string().contains("到期未答复")), "{}", page.name);
    }
}

#[test]
fn the_page_tells_until_when_employers_are_to_answer() {
    let bench = branch();
    let first = page(&bench, MONDAY);
    assert!(first.contains("待单位答复的日期") && !first.contains("已过"), "{first}");
    // One that somebody has pinned stands although its time is over; the other one is offered anew.
    bench.run(&["plan", "pin", "V0001", "--today", MONDAY]).ok();
    bench.run(&["cycle", "--today", "2026-03-09"]).ok();
    let later = page(&bench, "2026-03-09");
    let waits = later.split("待单位答复的日期").nth(1).unwrap().split("<h").next().unwrap().to_string();
    // The 6th was the last day.
    assert!(waits.contains("已过3天") && waits.find("V0001") < waits.find("V0002"), "{waits}");
    bench.run(&["plan", "confirm", "V0001", "--today", "2026-03-09"]).ok();
    assert!(!page(&bench, "2026-03-09").contains("已过3天"));
}

#[test]
fn steps_that_are_long_overdue_stand_in_the_report() {
    let bench = branch();
    bench.run(&["plan", "pin", "V0001", "--today", MONDAY]).ok();
    let booking = |visit: &Value| visit["steps"].as_array().unwrap().iter().find(|s| s["step"] == "booking").cloned();
    let due = booking(&visit(&bench, MONDAY, "V0001").unwrap()).unwrap()["due"].as_str().unwrap().to_string();
    let today: chrono::NaiveDate = "2026-03-16".parse().unwrap();
    let report = bench.json(&["report", "--today", "2026-03-16"]);
    let late = report["late_steps"].as_array().unwrap();
    let of = late.iter().find(|l| l["visit_id"] == "V0001" && l["step"] == "booking").unwrap();
    let days = (today - due.parse::<chrono::NaiveDate>().unwrap()).num_days();
    assert!(days > 7);
    assert_eq!((&of["days"], &of["role"], &of["due"]), (&days.into(), &"rm".into(), &due.as_str().into()));
    assert!(late.iter().all(|l| l["days"].as_i64() > Some(7)), "{late:#?}");
    assert!(rows(&day(&bench, "2026-03-16").join("07_督导看板.xlsx"), "超期事项", "V0001") > 0);
    // Done, it is late no more.
    bench.run(&["step", "done", "V0001", "booking", "--today", "2026-03-16"]).ok();
    let report = bench.json(&["report", "--today", "2026-03-16"]);
    let still = report["late_steps"].as_array().unwrap().iter();
    assert_eq!(still.filter(|l| l["visit_id"] == "V0001" && l["step"] == "booking").count(), 0);
}
