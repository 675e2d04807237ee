//! What marked copies show of people, and that each file gets the marks of its own problems.

use std::fs;

use serde_json::Value;

use crate::common::Bench;
use crate::trust_masking::said;

const DAY: &str = "2026-03-18";

fn import(bench: &Bench, files: &[&str]) -> Value {
    bench.json(&[&["import", "--today", DAY], files].concat())
}

#[test]
fn columns_of_no_known_meaning_are_not_copied() {
    let bench = Bench::new();
    let table = "
| 临江支行代发员工持有产品 联系人电话138 1234 5678 |
| 客户号 | 客户姓名 | 手机号 | 紧急联络 | 配偶 | 邮箱 | 微信 | 家庭住址 | 备用电话 | 另一张卡 | 全角 | 代发单位 | 数据日期 | AUM余额(元) | 备注 |
|---|
| KH00001 | 甲一 | 123 | 墨独一 | 墨独二 | mo@example.com | wx_mo1 | 某路5号 | 139-1234-5671 | 6222 0210 0111 1231 | １３８１２３４５６７８ | 甲厂 | 2026-03-16 | 1 | 回电 139.1234.5672 |
| KH00002 | 甲二 | 10012345678 | 墨独三 | 墨独四 | mo@example.org | wx_mo2 | 某路6号 | 139-1234-5673 | 6222 0210 0111 1232 | １３８１２３４５６７９ | 甲厂 | 2026-03-16 | 2 | |";
    let report = import(&bench, &[&bench.sheet("持有.xlsx", table)]);
    let copy = said(&bench.root().join(report["files"][0]["marked_copy"].as_str().unwrap()));
    for header in ["紧急联络", "配偶", "家庭住址", "备用电话"] {
        assert!(copy.contains(header), "{header}");
    }
    for hidden in [
        "墨独",
        "example",
        "wx_mo",
        "某路",
        "139-1234",
        "6222 0210",
        "１３８",
        "139.1234.5672",
        "138 1234 5678",
        "KH00002",
        "甲二",
        "10012345678",
    ] {
        assert!(!copy.contains(hidden), "{hidden}");
    }
    // What is to be mended stands there whole.
    assert!(copy.contains(">123<"), "{copy}");
}

#[test]
fn a_branch_may_show_columns_of_no_known_meaning() {
    let bench = Bench::new();
    fs::write(bench.root().join("rules/masking.toml"), "[outputs.marked_copy]\nunmapped = \"masked\"\n").unwrap();
    let table = "| 客户号 | 客户姓名 | 手机号 | 家庭情况 | 代发单位 | 数据日期 | AUM余额(元) |\n|---|\n| KH00001 | 甲一 | 123 | 已婚 139-1234-5671 | 甲厂 | 2026-03-16 | 1 |";
    let report = import(&bench, &[&bench.sheet("持有.xlsx", table)]);
    let copy = said(&bench.root().join(report["files"][0]["marked_copy"].as_str().unwrap()));
    assert!(copy.contains("已婚 139******71"), "{copy}");
}

#[test]
fn files_of_one_name_get_the_marks_of_their_own_problems() {
    let bench = Bench::new();
    let table = |number: &str, phone: &str| {
        format!(
            "| 客户号 | 客户姓名 | 手机号 | 代发单位 | 数据日期 | AUM余额(元) |\n|---|\n| {number} | 甲一 | {phone} | 甲厂 | 2026-03-16 | 1 |"
        )
    };
    let mut files = Vec::new();
    for (folder, number, phone) in [("东", "KH00001", "19912345678"), ("西", "KH00002", "123")] {
        let drawn = bench.sheet("持有.xlsx", &table(number, phone));
        fs::create_dir(bench.path(folder)).unwrap();
        let target = bench.path(folder).join("持有.xlsx");
        fs::rename(drawn, &target).unwrap();
        files.push(target.to_str().unwrap().to_string());
    }
    let report = import(&bench, &[&files[0], &files[1]]);
    let told: Vec<(&str, bool)> = report["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| (f["file"].as_str().unwrap(), f["marked_copy"].is_string()))
        .collect();
    assert_eq!(told, [("东/持有.xlsx", false), ("西/持有.xlsx", true)]);
    let phones = report["problems"].as_array().unwrap().iter().filter(|p| p["code"] == "bad_phone");
    assert_eq!(phones.map(|p| p["file"].as_str().unwrap()).collect::<Vec<_>>(), ["西/持有.xlsx"]);
    for path in fs::read_dir(bench.root().join(format!("out/{DAY}/08_标注"))).unwrap().flatten() {
        assert!(!said(&path.path()).contains("19912345678"));
    }
}
