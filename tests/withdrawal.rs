//! Files taken in anew with another date or employer: what they had replaced counts again, what has replaced them goes on
//! counting, and all figures are those of a workspace that never saw the mistake.

use serde_json::Value;

use crate::common::Bench;

const TODAY: [&str; 2] = ["--today", "2026-03-18"];

/// Holdings of the people numbered `people`, each with so many yuan.
fn holdings(people: impl Iterator<Item = u32>, yuan: u32) -> String {
    let row = |n| format!("| KH{n} | 甲{n} | {yuan} | {yuan} | 是 |\n");
    let rows: String = people.map(row).collect();
    format!("| 客户号 | 客户姓名 | AUM余额(元) | 活期(元) | 手机银行 |\n|---|\n{rows}")
}

/// A payroll run of ten, the last of whom gets so many hundred yuan, the others a thousand each.
fn wages(hundreds: u32) -> String {
    let row = |n| format!("| 甲{n} | KH{n} | {} |\n", if n == 10 { hundreds * 100 } else { 1000 });
    let rows: String = (1..=10).map(row).collect();
    format!("| 姓名 | 客户号 | 金额 |\n|---|\n{rows}")
}

/// A file with what is said of it at import.
struct Step<'a> {
    file: &'a str,
    table: &'a str,
    said: &'a [&'a str],
}

fn import(bench: &Bench, step: &Step<'_>, more: &[&str]) -> Value {
    let file = bench.path(step.file);
    if !file.exists() {
        bench.sheet(step.file, step.table);
    }
    let told = bench.json(&[&["import", file.to_str().unwrap()][..], &TODAY, step.said, more].concat());
    assert_eq!(told["files"][0]["outcome"], "imported", "{told:#}");
    told
}

/// What is shown of the branch and its employers, without the numbers employers happen to have.
fn figures(bench: &Bench) -> Value {
    let track = bench.json(&[&["track"][..], &TODAY].concat());
    let report = bench.json(&[&["report"][..], &TODAY].concat());
    let mut employers = track["employers"].clone();
    for employer in employers.as_array_mut().unwrap() {
        employer.as_object_mut().unwrap().remove("employer_id");
    }
    let people: i64 = report["product_distribution"].as_array().unwrap().iter().filter_map(Value::as_i64).sum();
    let indicators = report["indicators"].as_array().unwrap();
    let aum = indicators.iter().find(|i| i["key"] == "aum").map(|i| i["current"].clone());
    serde_json::json!({
        "employers": employers, "totals": track["totals"], "indicators": indicators, "aum": aum, "people": people,
    })
}

/// The figures after all steps and a second taking in of step `again` as `anew` says, which must be those of a workspace
/// that had only that.
fn corrected(steps: &[Step<'_>], again: usize, anew: &[&str]) -> (Bench, Value) {
    let (bench, fresh) = (Bench::new(), Bench::anew());
    let anew = Step { said: anew, ..steps[again] };
    for step in steps {
        import(&bench, step, &[]);
    }
    import(&bench, &anew, &["--again"]);
    for step in steps.iter().enumerate().filter(|(i, _)| *i != again).map(|(_, s)| s).chain([&anew]) {
        import(&fresh, step, &[]);
    }
    let shown = figures(&bench);
    assert_eq!(shown, figures(&fresh));
    let doctor = bench.json(&[&["doctor"][..], &TODAY].concat());
    let sound = |check: &Value| check["ok"] == true || check["check"] == "disk";
    assert!(doctor.as_array().unwrap().iter().all(sound), "{doctor:#}");
    (bench, shown)
}

#[test]
fn any_of_three_versions_of_a_sheet_can_be_moved_to_another_day() {
    let tables: Vec<String> = (1..=3).map(|version| holdings(1..=3, version * 1000)).collect();
    let said = ["--employer", "甲厂有限公司", "--as-of", "2026-03-01"];
    let names = ["一.xlsx", "二.xlsx", "三.xlsx"];
    let steps: Vec<Step<'_>> =
        names.iter().zip(&tables).map(|(file, table)| Step { file, table, said: &said }).collect();
    for (again, on_the_first_of_march) in [(0, 3), (1, 3), (2, 2)] {
        let (_, shown) = corrected(&steps, again, &["--employer", "甲厂有限公司", "--as-of", "2026-02-01"]);
        let employer = &shown["employers"][0];
        assert_eq!(employer["aum_before_fen"], (again as i64 + 1) * 300_000, "{employer:#}");
        assert_eq!(employer["aum_after_fen"], on_the_first_of_march * 300_000, "{employer:#}");
    }
}

#[test]
fn any_of_three_versions_of_a_payroll_run_can_be_moved_to_another_day() {
    let (before, after) = (holdings(1..=10, 9000), holdings(1..=10, 9500));
    // One payment of ten differs: the same run put right.
    let tables: Vec<String> = (1..=3).map(wages).collect();
    let said = ["--employer", "甲厂有限公司", "--payday", "2026-03-10"];
    let mut steps = vec![
        Step { file: "前.xlsx", table: &before, said: &["--employer", "甲厂有限公司", "--as-of", "2026-03-09"] },
        Step { file: "后.xlsx", table: &after, said: &["--employer", "甲厂有限公司", "--as-of", "2026-03-16"] },
    ];
    let names = ["一.xlsx", "二.xlsx", "三.xlsx"];
    steps.extend(names.iter().zip(&tables).map(|(file, table)| Step { file, table, said: &said }));
    for (again, counted) in [(2, 3), (3, 3), (4, 2)] {
        let (_, shown) = corrected(&steps, again, &["--employer", "甲厂有限公司", "--payday", "2026-02-10"]);
        assert_eq!(shown["employers"][0]["payroll_fen"], 900_000 + counted * 10_000);
    }
}

#[test]
fn what_a_second_sheet_of_the_day_hid_is_seen_again_once_it_is_moved() {
    let (all, some) = (holdings(1..=100, 1000), holdings((1..=30).chain(101..=170), 5000));
    let said = ["--employer", "甲厂有限公司", "--as-of", "2026-03-01"];
    let steps =
        [Step { file: "甲.xlsx", table: &all, said: &said }, Step { file: "乙.xlsx", table: &some, said: &said }];
    let bench = Bench::new();
    for step in &steps {
        import(&bench, step, &[]);
    }
    // Seventy people with 1,000 yuan and a hundred with 5,000.
    assert_eq!(figures(&bench)["aum"], 57_000_000.0);
    let (_, shown) = corrected(&steps, 1, &["--employer", "甲厂有限公司", "--as-of", "2026-02-01"]);
    assert_eq!(shown["aum"], 10_000_000.0);
    let (_, shown) = corrected(&steps, 0, &["--employer", "甲厂有限公司", "--as-of", "2026-02-01"]);
    assert_eq!(shown["aum"], 50_000_000.0);
}

#[test]
fn people_go_with_the_employer_and_the_day_put_right() {
    let table = holdings(1..=100, 1000);
    let wrong = ["--employer", "乙厂有限公司", "--as-of", "2026-03-15"];
    let steps = [Step { file: "员工.xlsx", table: &table, said: &wrong }];
    let (_, shown) = corrected(&steps, 0, &["--employer", "甲厂有限公司", "--as-of", "2026-02-28"]);
    assert_eq!((&shown["people"], &shown["aum"]), (&100.into(), &10_000_000.0.into()));
}

/// Everybody's amount differs: only the user knows whether that is a second payment.
#[test]
fn a_run_with_other_amounts_counts_beside_until_it_is_said_to_be_a_correction() {
    let bench = Bench::new();
    let (before, after) = (holdings(1..=3, 9000), holdings(1..=3, 9500));
    for (file, table, day) in [("前.xlsx", &before, "2026-03-09"), ("后.xlsx", &after, "2026-03-16")] {
        import(&bench, &Step { file, table, said: &["--employer", "甲厂有限公司", "--as-of", day] }, &[]);
    }
    let run = |yuan: u32| {
        let rows: String = (1..=3).map(|n| format!("| 甲{n} | KH{n} | {yuan} |\n")).collect();
        format!("| 姓名 | 客户号 | 金额 |\n|---|\n{rows}")
    };
    let (first, second) = (run(1000), run(2000));
    // Part of a name that only one employer has is that employer.
    let said = ["--employer", "甲厂", "--payday", "2026-03-10"];
    let (first, second) =
        (Step { file: "一.xlsx", table: &first, said: &said }, Step { file: "二.xlsx", table: &second, said: &said });
    let codes = |told: &Value| -> Vec<String> {
        told["problems"].as_array().unwrap().iter().map(|p| p["code"].as_str().unwrap().to_string()).collect()
    };
    assert!(!codes(&import(&bench, &first, &[])).contains(&"employer_added".to_string()));
    let paid = || figures(&bench)["employers"][0]["payroll_fen"].clone();
    assert!(codes(&import(&bench, &second, &[])).contains(&"run_beside".to_string()));
    assert_eq!(paid(), 900_000);
    let told = import(&bench, &second, &["--again", "--correction"]);
    assert!(codes(&told).contains(&"run_corrected".to_string()), "{told:#}");
    assert_eq!(paid(), 600_000);
    // A number nobody has, and a part several names have, are no new employers.
    bench.sheet("三.xlsx", &run(3000));
    let file = bench.path("三.xlsx");
    for text in ["E00099", "厂"] {
        import(
            &bench,
            &Step {
                file: "四.xlsx",
                table: &holdings(9..=9, 1),
                said: &["--employer", "乙厂有限公司", "--as-of", "2026-03-16"],
            },
            if text == "厂" { &["--again"] } else { &[] },
        );
        let ran = bench.run(&[&["import", file.to_str().unwrap(), "--employer", text][..], &TODAY].concat());
        let title = if text == "厂" { "符合的单位不止一家" } else { "认不出是哪个单位" };
        assert!(ran.err().contains(title), "{text}: {}", ran.err());
    }
}
