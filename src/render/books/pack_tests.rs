//! The pack's documents and scripts as they are shipped.

use std::collections::BTreeSet;
use std::io::Cursor;

use calamine::{Reader as _, Xlsx};
use serde_json::json;

use crate::engagement::visit::lint::Linter;
use crate::engagement::visit::pack::PackContext;
use crate::engagement::visit::pack::tests::sample;
use crate::render::books::visit::plan::Typed;
use crate::render::books::visit::team::team_book;
use crate::render::document::Document;
use crate::render::table::Cell;
use crate::render::templates::Templates;
use crate::render::words::{Lang, Words, placeholders};
use crate::render::workbook::Part;
use crate::render::{docx, workbook};
use crate::rules::Rules;

fn documents(pack: &PackContext) -> Vec<(String, String)> {
    let (rules, templates) = (Rules::load(None).unwrap(), Templates::load(Lang::ZhCn, None).unwrap());
    let written = rules.documents.ordered().into_iter().filter_map(|(_, d)| {
        let text = templates.render(d.template.as_ref()?, &pack.for_audience(d.audience.as_deref())).unwrap();
        Some((d.file_name.clone(), text))
    });
    written.collect()
}

#[test]
fn every_document_is_filled_for_large_small_and_barely_known_employers() {
    let mut unknown = sample(40, 0);
    unknown.contact = None;
    unknown.team.clear();
    unknown.topic.focus.clear();
    unknown.unit.as_of = None;
    unknown.unit.aum_per_head_fen = None;
    unknown.unit.settling = None;
    unknown.unit.paydays.clear();
    unknown.unit.address = None;
    let words = Words::load(Lang::ZhCn, None).unwrap();
    for pack in [sample(260, 2), sample(430, 5), sample(60, 0), unknown] {
        for (name, text) in documents(&pack) {
            assert!(!text.contains('⟦') && !text.contains("{{"), "{name}: {text}");
            assert!(text.contains("云启信息"), "{name}");
            assert!(docx::write(&Document::new(&name, &text), &words).unwrap().len() > 1000);
        }
    }
}

#[test]
fn every_key_of_the_rules_has_its_words() {
    let (rules, pack) = (Rules::load(None).unwrap(), sample(430, 5));
    let mut keys: BTreeSet<String> = BTreeSet::new();
    let mut add = |families: &[&str], key: &str| keys.extend(families.iter().map(|f| format!("{f}.{key}")));
    for (key, role) in &rules.staffing.roles {
        add(&["role", "role_duty"], key);
        role.carry.iter().for_each(|i| add(&["item"], i));
    }
    rules.staffing.turnout.kinds.keys().for_each(|k| add(&["turnout"], k));
    rules.timeline.steps.keys().for_each(|k| add(&["step", "step_detail"], k));
    rules.timeline.agenda.keys().for_each(|k| add(&["agenda", "agenda_detail"], k));
    rules.timeline.publicity.channels.iter().for_each(|k| add(&["publicity", "publicity_who"], k));
    for (key, topic) in &rules.topics.topics {
        add(&["topic_title", "topic_line", "topic_points"], key);
        add(&["salon"], &topic.salon);
    }
    rules.products.products.iter().filter(|(_, p)| p.stickiness.is_some()).for_each(|(k, _)| add(&["pitch"], k));
    rules.checklists.groups.keys().for_each(|k| add(&["group"], k));
    rules.checklists.items.keys().for_each(|k| add(&["item"], k));
    rules.scripts.scripts.keys().for_each(|k| add(&["script_title"], k));
    for (key, question) in &rules.questionnaire.questions {
        add(&["question"], &format!("{key}.text"));
        question.options.iter().for_each(|o| add(&[&format!("question.{key}.option")], o));
        question.groups.iter().for_each(|g| add(&["audience"], g));
    }
    rules.scripts_lint.rules.keys().for_each(|k| add(&["script_fault", "script_repair"], k));
    for lang in [Lang::ZhCn, Lang::En] {
        let words = Words::load(lang, None).unwrap();
        for key in &keys {
            assert!(words.has(key), "{}: {key}", lang.tag());
        }
        for reason in pack.reasons.iter().chain(&pack.topic.reasons) {
            assert!(!words.reason(reason).contains('⟦'), "{}", words.reason(reason));
        }
    }
    // The two languages fill the same places.
    let (zh, en) = (Words::load(Lang::ZhCn, None).unwrap(), Words::load(Lang::En, None).unwrap());
    for key in &keys {
        let sorted = |w: &Words| placeholders(w.get(key)).into_iter().map(str::to_string).collect::<BTreeSet<_>>();
        assert_eq!(sorted(&zh), sorted(&en), "{key}");
    }
}

#[test]
fn shipped_scripts_have_their_sections_and_keep_the_rules() {
    let (rules, templates) = (Rules::load(None).unwrap(), Templates::load(Lang::ZhCn, None).unwrap());
    // A long name of a branch must still leave room in a text message.
    let context = json!({"branch": "临江支行营业部", "rm": "林一"});
    let linter = Linter::new(&rules.scripts_lint).unwrap();
    for (key, script) in &rules.scripts.scripts {
        let text = templates.render(&script.template, &context).unwrap();
        assert_eq!(linter.lint(&text), [], "{key}");
        for section in script.channels.iter().map(String::as_str).chain(["points", "never"]) {
            let part = rules.scripts.section(&text, section).unwrap_or_default();
            assert!(part.chars().count() > 10, "{key}: {section}");
            if section == "sms" {
                assert_eq!(linter.lint_sms(part), [], "{key}: {part}");
            }
        }
    }
    for rule in [
        "inactive",
        "near_threshold",
        "small_surplus",
        "large_surplus",
        "before_payday",
        "bonus",
        "payroll_stopped",
        "new_joiner",
        "upgrade_account",
        "risk_test",
        "maturity",
        "interested",
    ] {
        assert!(rules.scripts.scripts[rule].channels.len() == 3, "{rule}");
    }
}

#[test]
fn documents_promise_nothing() {
    let rules = Rules::load(None).unwrap();
    let linter = Linter::new(&rules.scripts_lint).unwrap();
    for (name, text) in documents(&sample(260, 4)) {
        assert_eq!(linter.lint(&text), [], "{name}");
        if name == "宣传物料" {
            let sms = text.lines().find(|l| l.ends_with(&rules.scripts_lint.sms.ending)).unwrap();
            assert_eq!(linter.lint_sms(sms), []);
        }
    }
}

#[test]
fn the_team_book_has_a_row_for_each_person_step_and_item() {
    let pack = sample(260, 4);
    let words = Words::load(Lang::ZhCn, None).unwrap();
    let bytes = workbook::write(&team_book(&pack, &Typed::new(), &words), &words).unwrap();
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let mut cells = |sheet: &str| {
        let range = book.worksheet_range(sheet).unwrap();
        range.used_cells().map(|(_, _, c)| c.to_string()).collect::<Vec<_>>()
    };
    let team = cells("人员分工");
    assert!(pack.team.iter().all(|m| team.contains(&m.name)));
    assert_eq!(pack.team.len(), 6);
    assert!(cells("倒排时间表").contains(&"关键人回访".to_string()));
    let goods = cells("物料清单");
    assert_eq!(goods.iter().filter(|c| *c == "林一").count(), {
        pack.checklist.iter().flat_map(|g| &g.items).filter(|i| i.owner == "林一").count()
    });
}

#[test]
fn what_was_typed_stands_beside_the_person_wherever_the_row_is_now() {
    let mut pack = sample(260, 4);
    let words = Words::load(Lang::ZhCn, None).unwrap();
    let who = pack.team[1].clone();
    let phone = [("phone".to_string(), "10012345678".to_string())];
    let typed = Typed::from([(format!("V0001/member:{}", who.staff_id), phone.into())]);
    pack.team.reverse();
    let book = team_book(&pack, &typed, &words);
    let duties = book.sheets[0].parts.iter().find_map(|part| match part {
        Part::Table(table) => Some(table),
        _ => None,
    });
    let duties = duties.unwrap();
    let at = |key: &str| duties.at(key).unwrap();
    for row in &duties.rows {
        let own = row.cells[at("member")] == Cell::text(&who.name);
        assert_eq!(row.cells[at("phone")] == Cell::text("10012345678"), own);
    }
}
