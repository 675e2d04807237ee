//! Files that an earlier run did not bring in step with the plan: a later one does, each of them once, and says so.

use std::fs;

use daifa::app::visit::change;
use daifa::app::visit::change::by_hand::{self, Changes};
use daifa::app::visit::step::step_done;
use daifa::app::workspace::open::{OpenOptions, Workspace};
use daifa::render::words::Lang;

use crate::common::Bench;
use crate::plan_files::{DUTIES, MONDAY, OTHER, PAGE, PLAN, day, names, offered, packs, page, visit};
use crate::returns::visits::branch;
use crate::trust::connection;
use crate::trust_purge::count;

/// Changes the plan as a run does that is killed before it writes a file: the store alone knows of it.
fn killed_after(bench: &Bench, change: impl FnOnce(&mut Workspace)) {
    let mut beside = fs::read_dir(bench.path(".")).unwrap().flatten().map(|entry| entry.path());
    let recovery = beside.find(|path| path.to_string_lossy().ends_with(".recovery.txt"));
    assert!(recovery.is_some());
    let today = MONDAY.parse().unwrap();
    let options = OpenOptions { lang: Lang::ZhCn, today, passphrase: None, recovery, beside: false };
    change(&mut Workspace::open(&bench.root(), &options).unwrap());
}

#[test]
fn what_a_killed_run_has_not_written_the_next_one_writes() {
    let bench = branch();
    let ((date, firm), (_, other)) = (offered(&bench, "V0001"), offered(&bench, "V0002"));
    let folder = packs(&bench, MONDAY).join(format!("{date}_{firm}"));
    let pack = || names(&folder).into_iter().map(|name| fs::read(folder.join(name)).unwrap()).collect::<Vec<_>>();
    let run = |command: &[&str]| bench.run(&[command, &["--today", MONDAY]].concat()).ok().out();
    let is_made_up_for = |command: &[&str], before: Vec<Vec<u8>>| {
        assert_eq!(pack(), before, "{command:?}: nothing was written");
        run(command);
        assert_ne!(pack(), before, "{command:?}");
        // Nothing is left to be made up for.
        let later = run(&["plan"]);
        assert!(!later.contains("03_进企资料包"), "{command:?}: {later}");
    };
    let next: [(&[&str], &str); 4] = [
        (&["plan"], "一楼会议室"),
        (&["pack", &other], "二楼会议室"),
        (&["plan", "pin", "V0002"], "三楼会议室"),
        (&["cycle"], "四楼会议室"),
    ];
    for (command, place) in next {
        let before = pack();
        killed_after(&bench, |workspace| {
            let changes = Changes { place: Some(place.into()), ..Changes::default() };
            by_hand::set(workspace, "V0001", &changes).unwrap();
        });
        is_made_up_for(command, before);
    }
    let before = pack();
    killed_after(&bench, |workspace| {
        step_done(workspace, "V0001", "booking", None, None, false).unwrap();
    });
    is_made_up_for(&["plan"], before);
}

#[test]
fn a_change_whose_files_cannot_be_written_is_kept_and_the_next_plan_writes_them() {
    let bench = branch();
    let (date, firm) = offered(&bench, "V0001");
    let plan = day(&bench, MONDAY).join(PLAN);
    let pack = || {
        let folder = packs(&bench, MONDAY).join(format!("{date}_{firm}"));
        names(&folder).into_iter().map(|name| fs::read(folder.join(name)).unwrap()).collect::<Vec<_>>()
    };
    let before = pack();
    // Nothing takes its place, as if it were open in another program.
    fs::remove_file(&plan).unwrap();
    fs::create_dir(&plan).unwrap();
    let refused = bench.run(&["plan", "set", "V0001", "--place", "三楼会议室", "--today", MONDAY, "--json"]);
    let said = refused.err();
    assert_eq!(refused.code(), 4, "{said}");
    for part in ["files_behind", "改动已保存", PLAN, "daifa plan"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert_eq!(visit(&bench, MONDAY, "V0001").unwrap()["place"], "三楼会议室");
    assert_eq!(pack(), before);
    fs::remove_dir(&plan).unwrap();
    let written = bench.run(&["plan", "--today", MONDAY]).ok().out();
    assert!(written.contains(PLAN) && written.contains(PAGE), "{written}");
    // The pack of the visit was left behind as well, though this plan changes nothing of it.
    assert_ne!(pack(), before);
    let now = pack();
    bench.run(&["plan", "--today", MONDAY]).ok();
    assert_eq!(pack(), now);
}

#[test]
fn a_pack_that_is_set_aside_while_others_are_made_is_told() {
    for command in ["pack", "cycle"] {
        let bench = branch();
        let ((date, firm), (_, other)) = (offered(&bench, "V0001"), offered(&bench, "V0002"));
        killed_after(&bench, |workspace| {
            change::move_to(workspace, "V0001", OTHER.parse().unwrap()).unwrap();
        });
        let arguments: &[&str] = if command == "pack" { &[command, &other] } else { &[command] };
        let said = bench.run(&[arguments, &["--today", MONDAY]].concat()).ok().out();
        let told = format!("旧资料包已移到 out/{MONDAY}/03_进企资料包/已作废/{date}_{firm}\n");
        assert_eq!(said.matches(&told).count(), 1, "{command}: {said}");
    }
}

#[test]
fn a_pack_that_is_asked_for_is_made_once_though_it_was_behind() {
    let bench = branch();
    let (_, firm) = offered(&bench, "V0001");
    killed_after(&bench, |workspace| {
        change::move_to(workspace, "V0001", OTHER.parse().unwrap()).unwrap();
    });
    let made = || {
        let subject = format!("out/{MONDAY}/03_进企资料包/{OTHER}_{firm}/{DUTIES}");
        let noted = bench.json(&["audit", "show", "--action", "export"]);
        noted.as_array().unwrap().iter().filter(|n| n["subject"] == subject.as_str()).count()
    };
    let pack = || bench.run(&["pack", &firm, "--today", MONDAY]).ok().out();
    assert_eq!(made(), 0);
    let said = pack();
    // What was asked for first, then what is made up for.
    let (asked, rest) = said.split_once("之前有改动没写进文件").unwrap();
    assert!(asked.contains(DUTIES) && !asked.contains(PLAN), "{said}");
    assert!(rest.contains(PLAN) && !rest.contains(&format!("{OTHER}_{firm}")), "{said}");
    assert_eq!(made(), 1);
    let new = format!("03_进企资料包/{OTHER}_{firm}/");
    assert!(page(&bench, MONDAY).contains(&new), "the page leads to it");
    // Nothing is behind any more.
    let said = pack();
    assert!(said.contains(DUTIES) && !said.contains("之前有改动") && !said.contains(PLAN), "{said}");
    assert_eq!(made(), 2);
}

#[test]
fn a_pack_that_cannot_be_made_is_still_behind() {
    let bench = branch();
    let (_, firm) = offered(&bench, "V0001");
    killed_after(&bench, |workspace| {
        change::move_to(workspace, "V0001", OTHER.parse().unwrap()).unwrap();
    });
    // Nothing takes its place, as if it were open in another program.
    let file = packs(&bench, MONDAY).join(format!("{OTHER}_{firm}")).join(DUTIES);
    fs::create_dir_all(&file).unwrap();
    assert_eq!(bench.run(&["pack", &firm, "--today", MONDAY]).code(), 4);
    fs::remove_dir(&file).unwrap();
    let said = bench.run(&["plan", "--today", MONDAY]).ok().out();
    assert!(said.contains(&format!("{OTHER}_{firm}")) && file.is_file(), "{said}");
}

#[test]
fn an_import_that_changes_nothing_of_the_plan_makes_up_for_an_earlier_change() {
    let bench = branch();
    let plan = day(&bench, MONDAY).join(PLAN);
    fs::remove_file(&plan).unwrap();
    fs::create_dir(&plan).unwrap();
    let done = bench.run(&["step", "done", "V0001", "booking", "--today", MONDAY]);
    assert!(done.code() == 4 && done.err().contains("改动已保存"), "{}", done.err());
    let sheet = bench.sheet("单位2.xlsx", "| 代发单位编号 | 代发单位名称 | 代发人数 |\n|---|\n| DW09 | 己厂 | 30 |");
    let import = || bench.run(&["import", &sheet, "--today", MONDAY]);
    // What was imported is kept whether or not the files can be written.
    let still = import();
    assert!(still.code() == 4 && still.err().contains("改动已保存"), "{}", still.err());
    fs::remove_dir(&plan).unwrap();
    let said = import().ok().out();
    assert!(said.contains("之前有改动没写进文件") && said.contains(PLAN) && said.contains(PAGE), "{said}");
    assert!(plan.is_file());
    let said = import().ok().out();
    assert!(!said.contains("之前有改动") && !said.contains(PLAN), "{said}");
}

/// The person with this phone.
fn person(bench: &Bench, phone: &str) -> String {
    format!("P{:06}", count(bench, &format!("SELECT employee_id FROM person WHERE phone = '{phone}'")))
}

#[test]
fn what_is_behind_is_made_up_for_after_people_or_old_months_went() {
    for command in ["purge", "archive"] {
        let bench = branch();
        let (date, firm) = offered(&bench, "V0001");
        let folder = packs(&bench, MONDAY).join(format!("{date}_{firm}"));
        let pack = || names(&folder).into_iter().map(|name| fs::read(folder.join(name)).unwrap()).collect::<Vec<_>>();
        let before = pack();
        killed_after(&bench, |workspace| {
            let changes = Changes { place: Some("三楼会议室".into()), ..Changes::default() };
            by_hand::set(workspace, "V0001", &changes).unwrap();
        });
        // Somebody of the third employer, to which nobody goes.
        let person = person(&bench, "13920000029");
        let arguments = if command == "purge" { ["--person", person.as_str()] } else { ["--before", "2025-12"] };
        bench.run(&[&[command][..], &arguments[..], &["--yes", "--today", MONDAY][..]].concat()).ok();
        assert_eq!(pack(), before, "{command}");
        let said = bench.run(&["plan", "--today", MONDAY]).ok().out();
        assert_ne!(pack(), before, "{command}: {said}");
        // The start page of the day's cycle goes on with it.
        assert!(said.contains(PLAN) && said.contains(PAGE), "{command}: {said}");
    }
}

#[test]
fn a_start_page_with_a_number_of_somebody_removed_is_not_kept() {
    let bench = branch();
    let kept = || count(&bench, "SELECT count(*) FROM fact_stamp WHERE fact = 'start_page'");
    let typed = "UPDATE fact_stamp SET stamp = replace(stamp, '测试支行', '测试支行，电话13900000003')
                 WHERE fact = 'start_page' AND instr(stamp, '测试支行') > 0";
    assert_eq!(connection(&bench).execute(typed, []).unwrap(), 1);
    let purge =
        |phone: &str| bench.run(&["purge", "--person", &person(&bench, phone), "--yes", "--today", MONDAY]).ok();
    purge("13900000004");
    assert_eq!(kept(), 1, "nothing of this person is on it");
    purge("13900000003");
    assert_eq!(kept(), 0);
}
