//! Workbooks that leave are filled in, come back, and change what happens next.

mod by_hand;
mod commands;
mod damage;
mod invited;
mod kinds;
mod matters;
mod owners;
mod packs;
mod sent;
pub mod visits;
mod worklists;

use std::path::PathBuf;

use serde_json::Value;

use crate::common::Bench;

const STAFF: &str = "
| 工号 | 姓名 | 所属网点 | 岗位 | 资质 | 可外出 |
|---|
| 001 | 林一 | 一网点 | 客户经理 |  | 是 |
| 002 | 林二 | 一网点 | 支行行长 |  | 是 |";

/// Four people short of the next tier; the last one has no manager.
const HOLDINGS: &str = "
| 客户号 | 客户姓名 | 手机号 | 代发单位 | 管户人 | 网点 | 数据日期 | AUM余额(元) | 活期(元) | 是否同意电话营销 | 是否同意企微营销 | 风险测评有效期 |
|---|
| KH1 | 甲一 | 13800000001 | 甲厂有限公司 | 林一 | 一网点 | 2026-02-28 | 45000 | 45000 | 是 | 是 | 2026-12-31 |
| KH2 | 甲二 | 13800000002 | 甲厂有限公司 | 林一 | 一网点 | 2026-02-28 | 45000 | 45000 | 是 | 是 | 2026-12-31 |
| KH3 | 甲三 | 13800000003 | 甲厂有限公司 | 林一 | 一网点 | 2026-02-28 | 45000 | 45000 | 是 | 是 | 2026-12-31 |
| KH4 | 甲四 | 13800000004 | 乙厂有限公司 |  | 一网点 | 2026-02-28 | 45000 | 45000 | 是 | 是 | 2026-12-31 |";

const EMPLOYERS: &str = "
| 单位编号 | 单位名称 | 行业 | 代发人数 | 发薪日 | 主办网点 | 客户经理 |
|---|
| DW01 | 甲厂有限公司 | 制造业 | 60 | 10 | 一网点 | 林一 |
| DW02 | 乙厂有限公司 | 制造业 | 60 | 10 | 一网点 |  |";

/// Monday the 2nd of March: the lists of the day lie in `out/2026-03-02`.
fn monday() -> Bench {
    let bench = Bench::new();
    for (name, table) in [("人员", STAFF), ("单位", EMPLOYERS), ("资产", HOLDINGS)] {
        let file = bench.sheet(&format!("{name}.xlsx"), table);
        bench.run(&["import", "--today", "2026-03-02", &file]).ok();
    }
    bench.run(&["cycle", "--today", "2026-03-02"]).ok();
    bench
}

pub fn out(bench: &Bench, day: &str, begins: &str) -> PathBuf {
    let folder = bench.root().join("out").join(day);
    let mut paths = std::fs::read_dir(folder).unwrap().flatten().map(|e| e.path());
    let found = paths.find(|p| p.file_name().unwrap().to_string_lossy().starts_with(begins));
    found.unwrap_or_else(|| panic!("no {begins} on {day}"))
}

fn codes(report: &Value) -> Vec<(String, Option<String>)> {
    let text = |v: &Value| v.as_str().map(str::to_string);
    let list = report["problems"].as_array().unwrap().iter();
    list.map(|p| (text(&p["code"]).unwrap(), text(&p["cell"]))).collect()
}

fn sorted(report: &Value) -> Vec<String> {
    let mut found: Vec<String> = codes(report).into_iter().map(|(code, _)| code).collect();
    found.sort();
    found
}

fn import(bench: &Bench, today: &str, file: &str) -> Value {
    bench.run(&["import", "--today", today, file, "--json"]).json()
}

fn task_of(bench: &Bench, today: &str, who: &str) -> Option<Value> {
    let told = bench.json(&["followup", "--today", today]);
    told["tasks"].as_array().unwrap().iter().find(|t| t["employee_id"] == who).cloned()
}
