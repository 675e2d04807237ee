//! The pack's documents and scripts as they are shipped.

use std::collections::BTreeSet;
use std::io::Cursor;

use calamine::{Reader as _, Xlsx};
use chrono::NaiveDate;

use crate::engagement::visit::lint::Linter;
use crate::engagement::visit::pack::brief::Quota;
use crate::engagement::visit::pack::questionnaire::QuestionKind;
use crate::engagement::visit::pack::tests::sample;
use crate::engagement::visit::pack::{PackContext, QuestionView};
use crate::engagement::visit::planned::StepDone;
use crate::render::books::visit::plan::Typed;
use crate::render::books::visit::team::team_book;
use crate::render::document::Document;
use crate::render::table::Cell;
use crate::render::templates::Templates;
use crate::render::words::{Lang, Words, placeholders};
use crate::render::workbook::Part;
use crate::render::{docx, publicity, workbook};
use crate::rules::Rules;

fn documents(pack: &PackContext) -> Vec<(String, String)> {
    documents_in(Lang::ZhCn, pack)
}

fn documents_in(lang: Lang, pack: &PackContext) -> Vec<(String, String)> {
    let (rules, templates) = (Rules::load(None).unwrap(), Templates::load(lang, None).unwrap());
    let mut pack = pack.clone();
    pack.sms = publicity::sms(&pack, &Words::load(lang, None).unwrap());
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
    rules.timeline.agenda.keys().for_each(|k| add(&["agenda"], k));
    rules.timeline.publicity.channels.iter().for_each(|k| add(&["publicity", "publicity_who"], k));
    pack.links.iter().for_each(|link| add(&["material_link"], &link.key));
    for (key, topic) in &rules.topics.topics {
        add(&["topic_title", "topic_line", "topic_points"], key);
        add(&["salon"], &topic.salon);
    }
    rules.products.products.iter().filter(|(_, p)| p.stickiness.is_some()).for_each(|(k, _)| add(&["pitch"], k));
    rules.staffing.turnout.kinds.keys().for_each(|k| {
        add(&["unit_noun", "kind_talk", "kind_service", "kind_place", "kind_notice", "kind_after", "kind_risk"], k);
        for need in ["aum_per_head", "coverage", "retention"] {
            add(&[&format!("visit_need.{k}")], need);
        }
        rules.timeline.publicity.channels.iter().for_each(|c| add(&[&format!("visit_channel.{k}")], c));
        for field in ["moves", "served", "order", "closing", "tolerance", "saturation"] {
            add(&[&format!("visit_review.{k}")], field);
        }
    });
    rules.staffing.roles.keys().for_each(|k| add(&["role_skill", "lacking"], k));
    rules.needs.outflow.leaving.iter().for_each(|k| add(&["need_action.outflow"], k));
    for key in ["executives", "affluent", "agreement_end"] {
        add(&["need_action"], key);
    }
    rules.themes.themes.keys().for_each(|k| add(&["theme"], k));
    rules.themes.groups.keys().for_each(|k| add(&["client_group"], k));
    rules.themes.points.keys().for_each(|k| add(&["salon_point"], k));
    rules.offers.tiers.keys().for_each(|k| add(&["tier"], k));
    rules.offers.offers.keys().for_each(|k| add(&["offer"], k));
    pack.brief.goals.iter().filter(|g| g.product.is_none()).for_each(|g| add(&["goal"], g.key));
    rules.checklists.groups.keys().for_each(|k| add(&["group"], k));
    rules.checklists.items.keys().for_each(|k| add(&["item"], k));
    rules.scripts.scripts.keys().for_each(|k| add(&["script_title"], k));
    for (key, question) in &rules.questionnaire.questions {
        add(&["question"], &format!("{key}.text"));
        question.options.iter().for_each(|o| add(&[&format!("question.{key}.option")], o));
        question.groups.iter().for_each(|g| add(&["audience"], g));
    }
    ["question_always", "question_kind", "question_general"].iter().for_each(|k| add(&["reason"], k));
    rules.scripts_lint.rules.keys().for_each(|k| add(&["script_fault", "script_repair"], k));
    for lang in [Lang::ZhCn, Lang::En] {
        let words = Words::load(lang, None).unwrap();
        for key in &keys {
            assert!(words.has(key), "{}: {key}", lang.tag());
        }
        let asked = pack.questions.values().flatten().flat_map(|q| &q.reasons);
        let goals = pack.brief.goals.iter().map(|g| &g.reason);
        let costs = pack.brief.cost.lines.iter().map(|l| &l.reason);
        let topic = pack.reasons.iter().chain(&pack.topic.reasons);
        for reason in topic.chain(asked).chain(goals).chain(costs) {
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

/// A form asks each kind of question in its own way, in both languages.
#[test]
fn each_kind_of_question_is_printed_in_its_way() {
    let question = |key: &str, kind: QuestionKind, most: i64, options: &[&str]| QuestionView {
        number: 1,
        key: key.into(),
        kind,
        most,
        options: options.iter().map(|o| o.to_string()).collect(),
        always: false,
        reasons: Vec::new(),
    };
    let mut pack = sample(60, 0);
    let list = vec![
        question("surplus", QuestionKind::Single, 1, &["to_2000"]),
        question("interests", QuestionKind::Multi, 2, &["offers"]),
        question("enterprise_order", QuestionKind::Ranking, 4, &["funds"]),
        question("exec_wish", QuestionKind::Text, 1, &[]),
        question("recommend", QuestionKind::Scale, 1, &[]),
        question("consent", QuestionKind::Multi, 3, &["sms"]),
    ];
    pack.questions.insert("staff".into(), list);
    let zh = [
        "结余多少？**（单选）<br>□500–2000元",
        "最想了解什么？**（最多选2项）<br>□刷卡优惠",
        "排序**（在横线上写1、2、3……，1最重要）<br>____单位资金结算",
        "做的？**<br>________",
        "（0–10分）**<br>□0　□1",
        "联系您？**（逐项勾选，勾选即表示同意）<br>□同意短信",
    ];
    let en = [
        "each month?** (one)<br>□500–2,000",
        "more about?** (at most 2)<br>□Card offers",
        "importance** (write 1, 2, 3 … on the lines; 1 matters most)<br>____Settlement",
        "organisation?**<br>________",
        "(0–10)**<br>□0　□1",
        "events?** (tick each channel you agree to)<br>□By text",
    ];
    for (lang, expected) in [(Lang::ZhCn, zh), (Lang::En, en)] {
        let templates = Templates::load(lang, None).unwrap();
        let text = templates.render("questionnaire.md", &pack.for_audience(Some("staff"))).unwrap();
        for part in expected {
            assert!(text.contains(part), "{part}\n{text}");
        }
    }
}

/// Whatever the needs, no question of the bank promises anything.
#[test]
fn no_question_of_the_bank_promises_anything() {
    let rules = Rules::load(None).unwrap();
    let words = Words::load(Lang::ZhCn, None).unwrap();
    for (key, question) in &rules.questionnaire.questions {
        let options = question.options.iter().map(|o| words.get(&format!("question.{key}.option.{o}")));
        let text = options.fold(words.get(&format!("question.{key}.text")).to_string(), |text, o| text + "\n" + o);
        assert_eq!(Linter::new(&rules.scripts_lint).unwrap().lint(&text), [], "{key}");
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

/// The plan of a visit as its approver reads it.
fn plan(pack: &PackContext, lang: Lang) -> String {
    Templates::load(lang, None).unwrap().render("visit_plan.md", &pack.for_audience(None)).unwrap()
}

#[test]
fn the_plan_tells_how_many_are_listed_and_where_the_materials_stand() {
    // 2 executives and 13 affluent people.
    let pack = sample(260, 2);
    let expected = [
        (Lang::ZhCn, ["现有名单15人", "物料数量见《物料清单》"]),
        (Lang::En, ["The list has 15 people now", "for the quantities see the materials list"]),
    ];
    for (lang, parts) in expected {
        let text = plan(&pack, lang);
        assert!(parts.iter().all(|part| text.contains(part)), "{text}");
    }
}

#[test]
fn what_is_to_be_signed_is_called_as_the_form_of_the_pack_is() {
    let (rules, words) = (Rules::load(None).unwrap(), Words::load(Lang::ZhCn, None).unwrap());
    let form = &rules.documents.documents["sign_in"].file_name;
    let hint = words.get("block_how.consent_missing");
    assert!(hint.contains(&format!("《{form}》")), "{hint}");
}

#[test]
fn no_loans_are_spoken_of_where_nobody_comes_for_them() {
    let (large, small) = (plan(&sample(260, 2), Lang::ZhCn), plan(&sample(60, 0), Lang::ZhCn));
    assert!(large.contains("**信贷沙龙**") && large.contains("存贷联动"), "{large}");
    assert!(!small.contains("信贷沙龙") && !small.contains("存贷联动"), "{small}");
}

#[test]
fn the_plan_names_two_days_where_it_promises_two() {
    let mut pack = sample(260, 2);
    let text = plan(&pack, Lang::ZhCn);
    assert!(text.contains("| 预约（两个备选日）：3月17日（周二）、3月19日（周四） |"), "{text}");
    pack.visit.alternatives.clear();
    let text = plan(&pack, Lang::ZhCn);
    assert!(!text.contains("两个备选日") && text.contains("| 预约：3月17日（周二） |"), "{text}");
}

#[test]
fn a_step_that_is_done_is_ticked_with_its_day() {
    let mut pack = sample(260, 2);
    let on = NaiveDate::from_ymd_opt(2026, 3, 3);
    let state = |state: &str, on| Some(StepDone { state: state.into(), on, note: None });
    pack.steps.iter_mut().find(|s| s.step == "approval").unwrap().done = state("yes", on);
    pack.steps.iter_mut().find(|s| s.step == "booking").unwrap().done = state("part", None);
    let text = plan(&pack, Lang::ZhCn);
    let row = |step: &str| text.lines().find(|l| l.contains(&format!("| {step}"))).unwrap().to_string();
    assert!(row("行长审批").ends_with("| ✓3月3日 |") && row("预约（两个备选日）").ends_with("| 部分 |"));
    assert!(row("单位确认日期").ends_with("| □ |"));
}

#[test]
fn the_plan_says_what_cannot_be_done_that_day() {
    // 35 % of 78 are 28, and two counters have time for ten each.
    let text = plan(&sample(260, 2), Lang::ZhCn);
    assert!(text.contains("现场只能办20人，其余8人登记预约"), "{text}");
}

#[test]
fn the_plan_speaks_english() {
    for pack in [sample(260, 2), sample(430, 5), sample(60, 0)] {
        let text = plan(&pack, Lang::En);
        assert!(text.starts_with("# Visit plan") && text.contains("## 10. Follow-up"), "{text}");
        assert!(!text.contains('⟦') && !text.contains('。'), "{text}");
    }
}

#[test]
fn no_offer_states_a_rate_nobody_has_announced() {
    let (rules, words) = (Rules::load(None).unwrap(), Words::load(Lang::ZhCn, None).unwrap());
    for key in rules.offers.offers.keys() {
        let text = words.get(&format!("offer.{key}"));
        assert!(!text.contains(|c: char| c.is_ascii_digit() || c == '%'), "{text}");
        let announced = text.contains("公告") && text.contains("为准");
        assert!(announced || text.contains("额度批下来才讲"), "{text}");
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

/// The document of this name.
fn document(lang: Lang, pack: &PackContext, name: &str) -> String {
    documents_in(lang, pack).into_iter().find(|(n, _)| n == name).unwrap().1
}

#[test]
fn a_poster_says_where_as_well_as_it_is_known() {
    let mut pack = sample(260, 2);
    pack.unit.address = Some("东岸区一号".into());
    for (place, expected) in [(Some("三楼会议室"), "三楼会议室"), (None, "东岸区一号")] {
        pack.visit.place = place.map(str::to_string);
        for name in ["海报_A4", "海报_A3", "宣传物料"] {
            let text = document(Lang::ZhCn, &pack, name);
            assert!(text.contains(expected) && !text.contains("单位确定后填写"), "{name}: {text}");
            // Employers are schools and hospitals too.
            assert!(!text.contains("公司开展") && !text.contains("到公司"), "{name}");
        }
    }
    pack.unit.address = None;
    assert!(document(Lang::ZhCn, &pack, "海报_A4").contains("________（单位确定后填写）"));
}

#[test]
fn the_publicity_says_what_goes_out_when_and_counts_its_message() {
    let pack = sample(60, 0);
    let text = document(Lang::ZhCn, &pack, "宣传物料");
    for channel in ["企业内部邮件", "员工微信群", "张贴海报", "短信"] {
        // Eight days before the visit of the 17th.
        assert!(text.contains(&format!("| 3月9日（周一） | {channel} |")), "{text}");
    }
    let at = text.lines().position(|l| l.ends_with("拒收请回复R")).unwrap();
    let message = text.lines().nth(at).unwrap();
    let count = format!("共{}字", message.chars().count());
    assert!(text.lines().nth(at + 2).unwrap().starts_with(&count), "{text}");
    let mut long = pack.clone();
    long.branch = "长".repeat(60);
    let none = document(Lang::ZhCn, &long, "宣传物料");
    assert!(none.contains("没有成稿") && !none.contains("拒收请回复R"), "{none}");
}

#[test]
fn english_posters_and_publicity_hold_no_chinese_but_names() {
    let mut pack = sample(260, 2);
    pack.unit.name = "Yunqi".into();
    pack.branch = "Riverside".into();
    pack.unit.address = None;
    pack.steps.iter_mut().for_each(|step| step.owner = "Lin".into());
    for name in ["海报_A4", "宣传物料"] {
        let text = document(Lang::En, &pack, name).replace("海报_A4", "").replace("海报_A3", "");
        let chinese: String = text.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).collect();
        assert_eq!(chinese, "", "{text}");
    }
}

/// A kind of employer has its own words for what is done there.
#[test]
fn the_plan_and_the_checklist_speak_as_the_kind_of_employer_needs() {
    let (mut office, mut builder) = (sample(260, 2), sample(260, 2));
    office.unit.kind = "office".into();
    builder.unit.kind = "builder".into();
    let (plan_at, listed) = (plan(&builder, Lang::ZhCn), document(Lang::ZhCn, &builder, "物料清单"));
    assert!(plan_at.contains("| 首轮邀约：请劳资员点名时说 |"), "{plan_at}");
    assert!(plan_at.contains("来的比预计多：先核证再办"), "{plan_at}");
    assert!(listed.contains("| 人员车辆进场报备，带安全帽 |"), "{listed}");
    let (plan_at, listed) = (plan(&office, Lang::ZhCn), document(Lang::ZhCn, &office, "物料清单"));
    assert!(plan_at.contains("| 首轮邀约：按部门发日历邀请 |") && !plan_at.contains("劳资员"), "{plan_at}");
    assert!(listed.contains("| 访客、停车、电梯卡报备 |") && !listed.contains("安全帽"), "{listed}");
}

#[test]
fn steps_stand_by_day_in_the_plan() {
    let mut pack = sample(260, 2);
    let early = pack.steps.iter().map(|s| s.due).min().unwrap();
    pack.steps.iter_mut().find(|s| s.step == "effect").unwrap().due = early - chrono::Days::new(1);
    let text = plan(&pack, Lang::ZhCn);
    let at = |step: &str| text.find(&format!("| {step}")).unwrap();
    assert!(at("成效评估") < at("行长审批"), "{text}");
}

/// A quota is asked for when somebody is expected to take the product.
#[test]
fn no_quota_is_asked_for_that_nobody_is_expected_to_take() {
    let mut pack = sample(260, 2);
    pack.brief.quotas = vec![Quota { product: "wealth".into(), people: None }];
    assert!(!plan(&pack, Lang::ZhCn).contains("专属产品额度申请"));
    pack.brief.quotas[0].people = Some(3);
    let text = plan(&pack, Lang::ZhCn);
    assert!(text.contains("专属产品额度申请") && text.contains("额度（3人）"), "{text}");
}
