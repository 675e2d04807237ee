//! Files called after outlets, colleagues and employers: different ones never write over each other's.

use std::collections::BTreeMap;

use crate::common::Bench;
use crate::trust_masking::said;

const OUTLETS: [&str; 6] = ["A/B支行", "A:B支行", "ab支行", "AB支行", "CON", "城东支行"];

fn branch() -> Bench {
    let bench = Bench::new();
    let rows = |row: &dyn Fn(usize, &str) -> String| {
        OUTLETS.iter().enumerate().map(|(n, o)| row(n, o)).collect::<Vec<_>>().join("\n")
    };
    let employer = |n: usize| ["甲/厂", "甲:厂", "乙厂", "丙厂", "丁厂", "戊厂"][n];
    let colleague = |n: usize| ["林/一", "林:一", "lin", "LIN", "nul", "林二"][n];
    let tables = [
        (
            "单位.xlsx",
            format!(
                "| 代发单位编号 | 代发单位名称 | 行业 | 代发人数 | 发薪日 | 归属网点 | 客户经理 |\n|---|\n{}",
                rows(&|n, o| format!("| D{n} | {} | 制造业 | 2 | 每月10日 | {o} | {} |", employer(n), colleague(n)))
            ),
        ),
        (
            "人员.xlsx",
            format!(
                "| 工号 | 姓名 | 所属网点 | 岗位 | 资质 | 可外出 |\n|---|\n{}\n{}",
                rows(&|n, o| format!("| 00{n} | {} | {o} | 客户经理 |  | 是 |", colleague(n))),
                (0..12)
                    .map(|n| format!("| 1{n:02} | 柜{n} | 城东支行 | 柜员 |  | 是 |"))
                    .collect::<Vec<_>>()
                    .join("\n"),
            ),
        ),
        (
            "持有.xlsx",
            format!(
                "| 客户号 | 客户姓名 | 代发单位 | 管户人 | 数据日期 | AUM余额(元) | 活期(元) | 手机银行 | 基金定投 | 是否同意电话营销 | 风险测评有效期 |\n|---|\n{}",
                rows(&|n, _| format!(
                    "| KH0000000{n} | 客{n} | {0} | {1} | 2026-03-16 | 45000 | 45000 | 否 | 否 | 是 | 2026-12-31 |
| KH1000000{n} | 户{n} | {0} | {1} | 2026-03-16 | {2} | {2} | 否 | 否 | 是 | 2026-12-31 |
| KH2000000{n} | 员{n} | {0} | {1} | 2026-03-16 | {2} | {2} | 否 | 否 | 是 | 2026-12-31 |",
                    employer(n),
                    colleague(n),
                    if n < 2 { 100 } else { 450_000 }
                ))
            ),
        ),
        (
            "工资.xlsx",
            format!(
                "| 序号 | 收款方户名 | 客户号 | 金额 | 用途 | 代发日期 | 代发单位名称 |\n|---|\n{}",
                rows(&|n, _| format!(
                    "| {} | 客{n} | KH0000000{n} | 5000 | 3月工资 | 2026-03-10 | {} |",
                    n + 1,
                    employer(n)
                ))
            ),
        ),
    ];
    for (name, table) in tables {
        std::fs::rename(bench.sheet(name, &table), bench.root().join("inbox").join(name)).unwrap();
    }
    std::fs::write(bench.root().join("rules/ranking.toml"), "[eligibility]\nmin_effective_heads = 0\n").unwrap();
    bench
}

#[test]
fn every_recipient_has_a_file_of_their_own() {
    let bench = branch();
    bench.run(&["cycle", "--today", "2026-03-18"]).ok();
    let day = bench.root().join("out/2026-03-18");
    let names = |folder: &std::path::Path| -> Vec<String> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|e| e.file_name().into_string().unwrap()).collect()
    };
    let files = names(&day);
    let of = |start: &str| files.iter().filter(|f| f.starts_with(start)).count();
    assert_eq!((of("05_"), of("06_")), (OUTLETS.len(), OUTLETS.len()), "{files:?}");
    // Each speaks of its own outlet.
    let mut spoken: BTreeMap<&str, usize> = BTreeMap::new();
    for file in files.iter().filter(|f| f.starts_with("06_")) {
        let content = said(&day.join(file));
        for outlet in OUTLETS.iter().filter(|o| content.contains(&format!(">{o}<")) || content.contains(**o)) {
            *spoken.entry(outlet).or_default() += 1;
        }
    }
    assert!(OUTLETS.iter().all(|o| spoken.contains_key(o)), "{spoken:?}");
    assert!(files.contains(&"06_网点任务下发_城东支行_2026-03.xlsx".to_string()), "{files:?}");
    assert!(files.contains(&"05_每日工作清单_林二_2026-03-18.xlsx".to_string()), "{files:?}");
    let mut folded: Vec<String> = files.iter().map(|f| f.to_lowercase()).collect();
    folded.sort();
    folded.dedup();
    assert_eq!(folded.len(), files.len(), "{files:?}");
    let packs = names(&day.join("03_进企资料包"));
    let plan = bench.json(&["plan", "show", "--today", "2026-03-18"]);
    assert_eq!(packs.len(), plan["visits"].as_array().unwrap().len(), "{packs:?}");
    assert!(packs.len() >= 2, "{packs:?}");
    // A pack made alone lies where it lay.
    bench.run(&["pack", "甲/厂", "--today", "2026-03-18"]).ok();
    assert_eq!(names(&day.join("03_进企资料包")).len(), packs.len());
}
