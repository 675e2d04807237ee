//! The handbook of scripts (话术手册) as it is shipped, in both languages and for employers of all kinds.

use std::collections::BTreeSet;

use serde_json::json;

use crate::engagement::visit::lint::Linter;
use crate::engagement::visit::pack::PackContext;
use crate::engagement::visit::pack::tests::{sample, sample_with};
use crate::model::Fen;
use crate::render::templates::Templates;
use crate::render::words::{Lang, SHIPPED, Words, placeholders};
use crate::rules::Rules;
use crate::rules::visit::pack::scripts::ScriptKind;

const LANGUAGES: [Lang; 2] = [Lang::ZhCn, Lang::En];

/// Templates that are in Chinese alone so far.
const CHINESE_ALONE: [&str; 4] = ["key_person_feedback.md", "purge_certificate.md", "start_here.md", "visit_plan.md"];

/// Names and places of the sample, which stand as they are in every language.
const OWN_WORDS: [&str; 4] = ["临江支行", "云启信息", "临江路1号", "林一"];

fn handbook(lang: Lang, pack: &PackContext) -> String {
    Templates::load(lang, None).unwrap().render("scripts.md", &pack.for_audience(None)).unwrap()
}

/// An employer of each kind; of three products fewer people hold each than at the peers.
fn of_each_kind() -> Vec<PackContext> {
    let kinds: [(&str, i64, [&str; 3]); 5] = [
        ("信息技术", 0, ["online_bank", "credit_card", "wealth"]),
        ("教育", 4, ["term_deposit", "bond", "pension"]),
        ("医疗", 0, ["custody", "wealth", "insurance"]),
        ("制造", 0, ["mobile_bank", "fund_plan", "quick_pay"]),
        ("建筑", 0, ["cash_management", "wecom", "quick_pay"]),
    ];
    let pack = |(industry, executives, lacking): &(&str, i64, [&str; 3])| {
        sample_with(260, *executives, &|profile| {
            profile.industry = Some(industry.to_string());
            profile.holders = lacking.iter().map(|product| (product.to_string(), 52)).collect();
            profile.coverage = [0, 0, 260, 0, 0, 0];
            profile.affluent_heads = 0;
            profile.aum_month_avg_fen = Some(Fen::yuan(60_000 * 260));
        })
    };
    kinds.iter().map(pack).collect()
}

/// What is said, without names, figures and dates.
fn sentences(text: &str) -> BTreeSet<String> {
    let plain = OWN_WORDS.iter().fold(text.replace("<br>", "\n"), |text, own| text.replace(own, ""));
    let plain: String = plain.chars().filter(|c| !c.is_ascii_digit()).collect();
    let ends = ['。', '！', '？', '；', '!', '?', ';', '\n', '|'];
    let parts = plain.split(ends).flat_map(|part| part.split(". "));
    let parts = parts.map(|part| part.trim_matches(|c: char| !c.is_alphanumeric()).to_string());
    parts.filter(|part| part.chars().count() > 3).collect()
}

#[test]
fn handbooks_of_different_kinds_share_three_sentences_of_five_at_most() {
    for lang in LANGUAGES {
        let packs = of_each_kind();
        let said: Vec<(&str, BTreeSet<String>)> =
            packs.iter().map(|pack| (pack.scripts.kind.as_str(), sentences(&handbook(lang, pack)))).collect();
        assert_eq!(said.iter().map(|(kind, _)| *kind).collect::<BTreeSet<_>>().len(), 5);
        for (i, (kind, own)) in said.iter().enumerate() {
            for (other_kind, other) in &said[..i] {
                let shared = own.intersection(other).count() * 100;
                let of = own.len().min(other.len());
                assert!(of > 80 && shared <= 60 * of, "{kind} and {other_kind}: {shared} % of {of}");
            }
        }
    }
}

#[test]
fn handbooks_are_filled_and_promise_nothing() {
    let rules = Rules::load(None).unwrap();
    let mut packs = of_each_kind();
    packs.extend([sample(260, 2), sample(430, 5), sample(40, 0)]);
    for mut pack in packs {
        for agreed in [true, false] {
            pack.scripts.agreed = agreed;
            for lang in LANGUAGES {
                let text = handbook(lang, &pack);
                assert!(!text.contains('⟦') && !text.contains("{{") && !text.contains("{%"), "{text}");
                assert_eq!(Linter::new(&rules.scripts_lint).unwrap().lint(&text), [], "{text}");
            }
        }
    }
}

#[test]
fn closing_names_the_last_day_of_offers_that_have_one() {
    let mut pack = sample(260, 2);
    let closing = |lang: Lang, pack: &PackContext| {
        let text = handbook(lang, pack);
        let heading = if lang == Lang::En { "## Closing" } else { "## 促成" };
        text.split(heading).nth(1).unwrap().split("\n## ").next().unwrap().to_string()
    };
    assert!(!closing(Lang::ZhCn, &pack).contains("截止") && !closing(Lang::En, &pack).contains("open until"));
    let dated = pack.brief.offers.list.iter_mut().find(|offer| offer.key == "commute").unwrap();
    dated.until = Some("2026-03-31".parse().unwrap());
    let (zh, en) = (closing(Lang::ZhCn, &pack), closing(Lang::En, &pack));
    assert_eq!(zh.matches("公告写明3月31日截止").count(), 1, "{zh}");
    assert!(zh.contains("绑卡优惠，以活动公告为准，公告写明"), "{zh}");
    assert_eq!(en.matches("as announced, open until").count(), 1, "{en}");
    // In the branch's own words where it has some.
    pack.brief.offers.list.iter_mut().for_each(|offer| offer.text = Some("午餐满20减5".into()));
    assert!(closing(Lang::ZhCn, &pack).contains("午餐满20减5，公告写明3月31日截止"));
}

#[test]
fn the_booking_call_names_both_days_with_weekday_and_time() {
    let mut pack = sample(260, 2);
    let (first, second) = (pack.visit.date, pack.visit.alternatives[0]);
    pack.scripts.agreed = false;
    pack.scripts.days = vec![first, second];
    let text = handbook(Lang::ZhCn, &pack);
    assert!(text.contains("我们留了3月17日（周二）10:00–12:00和3月19日（周四）10:00–12:00，您看哪天合适？"), "{text}");
    pack.scripts.days = vec![first];
    let text = handbook(Lang::ZhCn, &pack);
    assert!(text.contains("我们留了3月17日（周二）10:00–12:00，您看合适吗？") && !text.contains("3月19日"), "{text}");
    pack.scripts.agreed = true;
    let text = handbook(Lang::ZhCn, &pack);
    assert!(text.contains("## 确认电话") && text.contains("上门服务定在3月17日（周二）10:00–12:00"), "{text}");
    assert!(!text.contains("## 预约电话") && !text.contains("我们留了"), "{text}");
}

#[test]
fn each_round_of_invitation_has_its_day_and_a_text_of_its_own() {
    let pack = sample(260, 2);
    let text = handbook(Lang::ZhCn, &pack);
    let rows: Vec<&str> = text.lines().filter(|l| l.contains("| 您好，") && l.contains("3月17日")).collect();
    // Seven, three and one day before the 17th.
    assert_eq!(rows.len(), 3, "{text}");
    for (row, day) in rows.iter().zip(["3月10日（周二）", "3月13日（周五）", "3月16日（周一）"]) {
        assert!(row.starts_with(&format!("| {day} |")) && row.contains(&pack.scripts.place), "{row}");
    }
}

#[test]
fn executives_and_loans_are_spoken_of_where_somebody_comes_for_them() {
    for (lang, executives, loan) in
        [(Lang::ZhCn, "## 管理层专线", "信贷经理"), (Lang::En, "## Executives' track", "loan manager")]
    {
        let mut pack = sample(260, 0);
        pack.scripts.loan = false;
        pack.scripts.bridges.retain(|b| !b.reasons.is_empty());
        pack.scripts.objections.retain(|o| o.key != "loan_rate");
        let text = handbook(lang, &pack);
        assert!(!text.contains(executives) && !text.contains(loan), "{text}");
        assert!(handbook(lang, &sample(430, 5)).contains(executives));
    }
}

#[test]
fn shipped_scripts_have_their_sections_and_keep_the_rules() {
    let (rules, pack) = (Rules::load(None).unwrap(), {
        let mut pack = sample(430, 5);
        // A long name of a branch must still leave room in a text message.
        pack.branch = "临江高新技术产业开发区科技支行营业部".into();
        pack.rm = "林一".into();
        pack
    });
    let for_list = json!({"branch": &pack.branch, "rm": &pack.rm, "spoken_only": false});
    for lang in LANGUAGES {
        let templates = Templates::load(lang, None).unwrap();
        for (key, script) in &rules.scripts.scripts {
            let text = match script.kind {
                ScriptKind::Rule => templates.render(&script.template, &for_list).unwrap(),
                _ => templates.render(&script.template, &pack.for_audience(None)).unwrap(),
            };
            assert_eq!(Linter::new(&rules.scripts_lint).unwrap().lint(&text), [], "{key}");
            for section in script.channels.iter().map(String::as_str).chain(["points", "never"]) {
                let part = rules.scripts.section(&text, section).unwrap_or_default();
                assert!(part.chars().count() > 10, "{} {key}: {section}", lang.tag());
                if section == "sms" {
                    assert!(part.chars().count() <= rules.scripts_lint.sms.limit, "{key}: {part}");
                    match lang {
                        Lang::ZhCn => {
                            assert_eq!(Linter::new(&rules.scripts_lint).unwrap().lint_sms(part), [], "{key}: {part}")
                        }
                        Lang::En => assert!(part.starts_with('【') && part.ends_with("Reply R to stop"), "{part}"),
                    }
                }
            }
        }
    }
}

#[test]
fn every_script_that_can_be_chosen_is_in_the_handbook() {
    let rules = Rules::load(None).unwrap();
    for lang in LANGUAGES {
        let file = SHIPPED.get_file(format!("{}/scripts.md", lang.tag())).unwrap();
        let text = file.contents_utf8().unwrap();
        for (key, script) in &rules.scripts.scripts {
            let chosen = script.always || !script.needs.is_empty() || !script.kinds.is_empty();
            let told = text.contains(&format!("{{% include \"{}\" %}}", script.template));
            assert_eq!(told, chosen || script.kind != ScriptKind::Rule, "{}: {key}", lang.tag());
        }
    }
}

#[test]
fn every_kind_need_product_and_objection_has_its_words() {
    let scripts = Rules::load(None).unwrap().scripts;
    let mut keys: BTreeSet<String> = BTreeSet::from(["reason.script_always".to_string()]);
    let mut add = |family: &str, key: &str| keys.insert(format!("{family}.{key}"));
    let by_kind = [
        "unit_noun",
        "script_offer",
        "script_room",
        "script_entry",
        "script_greeting",
        "script_first",
        "script_fraud",
        "script_where",
        "script_invite_7",
        "script_invite_3",
        "script_invite_1",
        "script_corner",
        "script_two",
        "script_again",
        "script_executive",
        "script_ask",
        "script_second",
        "script_second_other",
        "script_never_invite",
        "script_never_open",
        "script_never_close",
    ];
    for kind in &scripts.kinds {
        by_kind.iter().for_each(|family| {
            add(family, kind);
        });
        for step in ["goal", "mood", "safety", "calm", "motive", "action"] {
            add(&format!("objection_step.{step}"), kind);
        }
    }
    for step in ["goal", "mood", "safety", "calm", "facts", "motive", "action"] {
        add("objection_title", step);
    }
    scripts.handbook.why.iter().for_each(|need| {
        add("script_why", need);
    });
    for (product, bridge) in &scripts.bridges {
        add("bridge", product);
        add("pitch", product);
        add("card_matter", &bridge.matter);
    }
    for objection in scripts.objections.keys() {
        add("objection", &format!("{objection}.said"));
        add("objection", &format!("{objection}.answer"));
    }
    for lang in LANGUAGES {
        let words = Words::load(lang, None).unwrap();
        for key in &keys {
            assert!(words.has(key) && placeholders(words.get(key)).is_empty(), "{}: {key}", lang.tag());
        }
    }
}

#[test]
fn every_template_is_there_in_both_languages() {
    let names = |lang: Lang| -> BTreeSet<String> {
        let mut open = vec![SHIPPED.get_dir(lang.tag()).unwrap()];
        let mut names = BTreeSet::new();
        while let Some(dir) = open.pop() {
            open.extend(dir.dirs());
            let own = dir.files().map(|f| f.path().strip_prefix(lang.tag()).unwrap());
            names.extend(own.map(|path| path.to_string_lossy().replace('\\', "/")).filter(|n| n.ends_with(".md")));
        }
        names
    };
    let (zh, en) = (names(Lang::ZhCn), names(Lang::En));
    let lacking: Vec<&String> = zh.difference(&en).filter(|n| !CHINESE_ALONE.contains(&n.as_str())).collect();
    assert_eq!(lacking, Vec::<&String>::new());
    assert_eq!(en.difference(&zh).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn an_english_handbook_holds_no_chinese_but_names() {
    let mut packs = of_each_kind();
    packs.extend([sample(430, 5), sample(40, 0)]);
    for mut pack in packs {
        for agreed in [true, false] {
            pack.scripts.agreed = agreed;
            let text = handbook(Lang::En, &pack);
            let text = OWN_WORDS.iter().fold(text, |text, own| text.replace(own, ""));
            let chinese: String = text.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).collect();
            assert_eq!(chinese, "", "{text}");
        }
    }
}
