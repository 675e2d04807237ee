//! The packs of five very different employers: what they share, whether their documents agree with each other and with the
//! data, and that a pack is the same however it is made.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Cursor, Read as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::Value;

use crate::common::{Bench, Prepared};

const TODAY: &str = "2026-03-02";

/// An employer: name, industry, people, executives, paydays, AUM and wages of each in yuan, and of a hundred people so many
/// with each product.
type Firm = (&'static str, &'static str, i64, i64, &'static str, i64, i64, &'static [(&'static str, i64)]);

/// Twenty who work in shifts, six hundred in offices on two sites, a school with executives, a builder, a clinic; a peer of
/// each industry has more of everything.
const FIRMS: [Firm; 5] = [
    ("甲铸造有限公司", "制造业", 20, 0, "15", 2_000, 5_500, &[("手机银行", 30), ("快捷支付绑定", 20), ("理财", 4)]),
    ("乙软件有限公司", "信息技术", 600, 1, "10", 9_000, 15_000, &[("手机银行", 95), ("理财", 5), ("网银", 20)]),
    ("丙职业学校", "教育", 120, 5, "8", 20_000, 9_000, &[("手机银行", 85), ("个人养老金", 0), ("定期", 5)]),
    (
        "丁建筑工程有限公司",
        "建筑业",
        80,
        0,
        "不定期",
        1_000,
        6_500,
        &[("快捷支付绑定", 10), ("企业微信", 2), ("定期", 3)],
    ),
    ("戊诊所", "医疗", 60, 0, "25", 12_000, 11_000, &[("手机银行", 90), ("保险", 3), ("基金", 2)]),
];
const PRODUCTS: [&str; 9] =
    ["手机银行", "网银", "快捷支付绑定", "企业微信", "理财", "定期", "基金", "保险", "个人养老金"];

fn branch() -> Bench {
    let bench = Bench::new();
    let mut employers = String::from(
        "| 单位编号 | 单位名称 | 行业 | 代发人数 | 月均代发额(万元) | 发薪日 | 单位地址 | 归属网点 | 客户经理 | 代发类型 |\n|---|\n",
    );
    let products = PRODUCTS.join(" | ");
    let mut holdings = format!(
        "| 客户号 | 客户姓名 | 手机号 | 代发单位 | 数据日期 | 层级 | AUM余额(元) | AUM月日均(元) | 活期(元) | {products} |\n|---|\n"
    );
    let mut paid = String::from("| 姓名 | 客户号 | 金额 | 用途 | 代发日期 | 代发单位 |\n|---|\n");
    let peers = FIRMS.map(|(name, industry, people, _, _, aum, pay, _)| {
        let peer: Firm = (name, industry, people.min(60), 0, "10", aum * 6, pay, &[]);
        (format!("{name}同业"), peer)
    });
    let firms = FIRMS.iter().map(|f| (f.0.to_string(), *f)).chain(peers);
    for (number, (name, (_, industry, people, executives, payday, aum, pay, held))) in firms.enumerate() {
        let payroll = people * pay / 10_000;
        employers += &format!(
            "| DW{number:02} | {name} | {industry} | {people} | {payroll} | {payday} | 临江路{number}号 | 江北支行 | 林一 | 工资 |\n"
        );
        for n in 0..people {
            let level = if n < executives { "高管" } else { "员工" };
            // Of the peers seventy of a hundred hold each product.
            let holds = |product: &str| {
                let share =
                    held.iter().find(|(p, _)| *p == product).map_or(if held.is_empty() { 70 } else { 60 }, |(_, n)| *n);
                n * 100 / people < share
            };
            let marks = PRODUCTS.map(|product| {
                let asset = ["理财", "定期", "基金", "保险"].contains(&product);
                let (yes, no) = if asset { ("1000", "0") } else { ("是", "否") };
                if holds(product) { yes } else { no }
            });
            let demand = aum / 2;
            holdings += &format!(
                "| K{number}-{n} | 客{number}之{n} | 1390{number:02}{n:05} | {name} | 2026-02-28 | {level} | {aum} | {aum} | {demand} | {} |\n",
                marks.join(" | ")
            );
            for month in ["2025-12", "2026-01", "2026-02"] {
                paid += &format!("| 客{number}之{n} | K{number}-{n} | {pay} | 工资 | {month}-10 | {name} |\n");
            }
        }
    }
    let post = |n: usize| ["客户经理", "理财经理", "柜员", "大堂经理", "柜员", "客户经理"][n % 6];
    let staff: String = (1..=24)
        .map(|n| {
            format!("| L{n:02} | 林{n} | {} | {} | 理财 | 是 |\n", ["江北支行", "城南支行", "营业部"][n % 3], post(n))
        })
        .collect();
    let staff = format!(
        "| 工号 | 姓名 | 所属网点 | 岗位 | 资质 | 可外出 |\n|---|\n{staff}| L90 | 林一 | 江北支行 | 客户经理 | 理财 | 是 |\n| L91 | 林行 | 营业部 | 支行行长 |  | 是 |\n"
    );
    for (name, table) in [("人员", &staff), ("单位", &employers), ("资产", &holdings), ("代发", &paid)] {
        let file = bench.sheet(&format!("{name}.xlsx"), table);
        bench.run(&["import", "--today", TODAY, &file]).ok();
    }
    bench.run(&["plan", "--today", TODAY]).ok();
    let planned = bench.json(&["plan", "show", "--today", TODAY]).to_string();
    for (name, ..) in FIRMS {
        let id = employer(&bench, name);
        if !planned.contains(&format!("\"employer_id\":\"{id}\"")) {
            bench.run(&["plan", "add", name, "--today", TODAY]).ok();
        }
    }
    bench
}

fn employer(bench: &Bench, name: &str) -> String {
    let ranking = bench.json(&["rank", name, "--today", TODAY]);
    ranking["employer_id"].as_str().unwrap_or_else(|| panic!("{ranking:#}")).to_string()
}

fn prepared() -> Bench {
    static PREPARED: OnceLock<Prepared> = OnceLock::new();
    Bench::copy_of(&PREPARED, branch)
}

/// The packs of all visits by the employer's name: files by name.
fn packs(bench: &Bench, lang: &str, arguments: &[&str]) -> BTreeMap<String, BTreeMap<String, Vec<u8>>> {
    let mut all = vec!["pack"];
    all.extend(arguments);
    all.extend(["--today", TODAY, "--lang", lang]);
    bench.run(&all).ok();
    let folder = bench.root().join("out").join(TODAY).join("03_进企资料包");
    let files = |pack: PathBuf| -> BTreeMap<String, Vec<u8>> {
        let files = fs::read_dir(pack).unwrap().flatten();
        files.map(|f| (f.file_name().into_string().unwrap(), fs::read(f.path()).unwrap())).collect()
    };
    let packs = fs::read_dir(folder).unwrap().flatten().map(|e| e.path());
    let name = |p: &Path| p.file_name().unwrap().to_string_lossy().split_once('_').unwrap().1.to_string();
    packs.map(|pack| (name(&pack), files(pack))).collect()
}

/// What is said in a document: a line for each paragraph.
fn said(bytes: &[u8]) -> String {
    let mut package = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut xml = String::new();
    package.by_name("word/document.xml").unwrap().read_to_string(&mut xml).unwrap();
    let mut text = String::new();
    for paragraph in xml.split("</w:p>") {
        for run in paragraph.split("<w:t").skip(1).filter(|run| run.starts_with(['>', ' '])) {
            let inner = run.split_once('>').map_or("", |(_, rest)| rest);
            text.push_str(inner.split("</w:t>").next().unwrap_or_default());
        }
        text.push('\n');
    }
    text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
}

/// Documents for people who read them: those in the language asked for.
fn documents(pack: &BTreeMap<String, Vec<u8>>, chinese: bool) -> BTreeMap<&str, String> {
    let is_chinese = |name: &str| name.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let of_language = pack.iter().filter(|(name, _)| name.ends_with(".docx") && is_chinese(name) == chinese);
    of_language.map(|(name, bytes)| (name.as_str(), said(bytes))).collect()
}

/// Sentences of all documents, without names, figures and dates.
fn sentences(firm: &str, documents: &BTreeMap<&str, String>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for text in documents.values() {
        let plain: String = text.replace(firm, "").chars().filter(|c| !c.is_ascii_digit()).collect();
        let ends = ['。', '！', '？', '；', '!', '?', ';', '\n'];
        let parts = plain.split(ends).flat_map(|part| part.split(". "));
        let parts = parts.map(|part| part.trim_matches(|c: char| !c.is_alphanumeric()).to_string());
        // A label of one or two words is no sentence: four characters of Chinese say as much as a dozen letters.
        let least = |part: &String| if part.is_ascii() { 12 } else { 4 };
        found.extend(parts.filter(|part| part.chars().count() >= least(part)));
    }
    found
}

#[test]
fn packs_of_five_employers_share_three_sentences_of_five_at_most() {
    let bench = prepared();
    for (lang, chinese) in [("zh-CN", true), ("en", false)] {
        let packs = packs(&bench, lang, &["--all"]);
        let of = |firm: &str| sentences(firm, &documents(&packs[firm], chinese));
        let said: Vec<(&str, BTreeSet<String>)> = FIRMS.iter().map(|(name, ..)| (*name, of(name))).collect();
        let mut over = Vec::new();
        for (i, (name, own)) in said.iter().enumerate() {
            assert!(own.len() > 150, "{name}: {}", own.len());
            for (other_name, other) in &said[..i] {
                let (shared, least) = (own.intersection(other).count(), own.len().min(other.len()));
                if shared * 100 > 60 * least {
                    over.push(format!("{name} and {other_name}: {} % of {least}", shared * 100 / least));
                }
            }
        }
        assert!(over.is_empty(), "{lang}: {over:#?}");
    }
}

#[test]
fn documents_of_one_visit_agree_with_each_other_and_the_plan() {
    let bench = prepared();
    let packs = packs(&bench, "zh-CN", &["--all"]);
    let plan = bench.json(&["plan", "show", "--today", TODAY]);
    let visits = plan.as_array().or(plan["visits"].as_array()).unwrap();
    for (number, (name, _, people, ..)) in FIRMS.iter().enumerate() {
        let id = employer(&bench, name);
        let visit = visits.iter().find(|v| v["employer_id"] == id).unwrap();
        let texts = documents(&packs[*name], true);
        let date: chrono::NaiveDate = visit["date"].as_str().unwrap().parse().unwrap();
        let day = chrono::Datelike::day(&date);
        let month = chrono::Datelike::month(&date);
        let day = format!("{month}月{day}日");
        for document in
            ["进企服务方案", "宣传物料", "海报_A4", "海报_A3", "话术手册", "服务问卷调查表", "签到暨营销授权登记表"]
        {
            let text = &texts[format!("{document}.docx").as_str()];
            assert!(text.contains(&day), "{name} {document} lacks {day}\n{text}");
        }
        // The place is known: nobody is to write it in.
        for document in ["进企服务方案", "宣传物料", "海报_A4", "海报_A3"] {
            assert!(
                texts[format!("{document}.docx").as_str()].contains(&format!("临江路{number}号")),
                "{name} {document}"
            );
        }
        let plan = &texts["进企服务方案.docx"];
        for figure in [people.to_string(), visit["attendance"].to_string()] {
            assert!(plan.contains(&format!("{figure}人")), "{name} lacks {figure}\n{plan}");
        }
        let start = visit["start"].as_str().unwrap();
        assert!(plan.contains(start) && texts["海报_A4.docx"].contains(start), "{name} {start}");
        // Who goes stands in the plan by name.
        for member in visit["team"].as_array().unwrap() {
            let who = member["name"].as_str().map(str::to_string).or_else(|| who(&bench, &member["staff_id"]));
            assert!(who.is_none_or(|who| plan.contains(&who)), "{name} {member}");
        }
        // Loans are spoken of in the plan where somebody comes for them.
        let loan = visit["team"].as_array().unwrap().iter().any(|m| m["role"] == "loan");
        assert_eq!(texts["物料清单.docx"].contains("贷款"), loan, "{name}");
    }
}

/// The name of a colleague as the team lists it; `None` where the plan gives none.
fn who(bench: &Bench, staff: &Value) -> Option<String> {
    let id = staff.as_str()?;
    let number: usize = id.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().ok()?;
    let file = bench.path("人员.xlsx");
    let book = crate::common::office::Office::open(&file);
    let row = book.pages.first()?.rows.get(number)?.clone();
    row.get(1).map(ToString::to_string)
}

#[test]
fn topics_and_questions_differ_by_what_the_staff_lack() {
    let bench = prepared();
    let packs = packs(&bench, "zh-CN", &["--all"]);
    let plan = bench.json(&["plan", "show", "--today", TODAY]);
    let visits = plan.as_array().or(plan["visits"].as_array()).unwrap();
    let topics: BTreeSet<&str> = visits.iter().filter_map(|v| v["topic"].as_str()).collect();
    assert!(topics.len() >= 3, "{topics:?}");
    let questions = |name: &str| documents(&packs[name], true)["服务问卷调查表.docx"].clone();
    let (factory, school) = (questions("甲铸造有限公司"), questions("丙职业学校"));
    let asked = |text: &str| -> BTreeSet<String> {
        let question = |line: &str| line.split_once(". ").map(|(_, q)| q.split('□').next().unwrap_or(q).to_string());
        text.lines().filter_map(question).collect()
    };
    let (factory, school) = (asked(&factory), asked(&school));
    assert!(factory.len() <= 10 && school.len() <= 10 && factory.len() >= 6, "{factory:#?}");
    assert!(factory.difference(&school).count() >= 2, "{factory:#?}\n{school:#?}");
}

#[test]
fn a_pack_is_the_same_made_with_all_others_alone_and_again() {
    let bench = prepared();
    let all = packs(&bench, "zh-CN", &["--all"]);
    let again = packs(&bench, "zh-CN", &["--all"]);
    let same = |a: &BTreeMap<String, BTreeMap<String, Vec<u8>>>,
                b: &BTreeMap<String, BTreeMap<String, Vec<u8>>>,
                how: &str| {
        for (name, files) in a {
            for (file, bytes) in files {
                assert!(b[name][file] == *bytes, "{how}: {name}/{file}");
            }
        }
    };
    same(&all, &again, "again");
    for (name, ..) in FIRMS {
        let alone = packs(&bench, "zh-CN", &[name]);
        same(&all, &alone, name);
    }
}

#[test]
fn an_english_pack_lies_beside_the_chinese_one_and_is_no_mixture() {
    let bench = prepared();
    let chinese = packs(&bench, "zh-CN", &["--all"]);
    let both = packs(&bench, "en", &["--all"]);
    for (name, ..) in FIRMS {
        // Nothing of the Chinese pack is written over.
        for (file, bytes) in &chinese[name] {
            assert!(both[name][file] == *bytes, "{name}/{file}");
        }
        let english = documents(&both[name], false);
        assert_eq!(english.len(), documents(&chinese[name], true).len(), "{name}: {:?}", english.keys());
        for (file, text) in english {
            for line in text.lines() {
                // Names, places and outlets of the data stay as they are.
                let mut own = line.replace(name, "");
                let data = [
                    "制造业",
                    "信息技术",
                    "教育",
                    "建筑业",
                    "医疗",
                    "测试支行",
                    "临江支行",
                    "临江路",
                    "江北支行",
                    "城南支行",
                    "营业部",
                    "林行",
                    "林一",
                    "林",
                    "客",
                    "之",
                    "号",
                    "拒收请回复R",
                ];
                for word in data {
                    own = own.replace(word, "");
                }
                let left: String = own.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).collect();
                assert!(left.is_empty(), "{name}/{file}: {left} in {line}");
            }
        }
    }
}
