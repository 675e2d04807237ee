//! The forms of one visit, read back as others read them.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Reader as _, Xlsx};

use crate::engagement::visit::pack::questionnaire::QuestionKind;
use crate::engagement::visit::pack::tests::sample;
use crate::engagement::visit::pack::{PackContext, QuestionView};
use crate::render::form::{keying, wjx, xlsform};
use crate::render::words::{Lang, Words};
use crate::render::workbook::{self, Book};

fn words(lang: Lang) -> Words {
    Words::load(lang, None).unwrap()
}

fn question(key: &str, kind: QuestionKind, most: i64, options: &[&str]) -> QuestionView {
    let options = options.iter().map(|o| o.to_string()).collect();
    QuestionView { number: 1, key: key.into(), kind, most, options, always: false, reasons: Vec::new() }
}

/// A pack whose staff is asked one question of each kind.
fn all_kinds() -> PackContext {
    let mut pack = sample(260, 2);
    let mut list = vec![
        question("surplus", QuestionKind::Single, 1, &["under_500", "to_2000"]),
        question("interests", QuestionKind::Multi, 2, &["offers", "safety", "saving"]),
        question("enterprise_order", QuestionKind::Ranking, 2, &["funds", "financing"]),
        question("exec_wish", QuestionKind::Text, 1, &[]),
        question("recommend", QuestionKind::Scale, 1, &[]),
        question("consent", QuestionKind::Multi, 3, &["phone", "sms", "wecom", "none"]),
    ];
    for (number, question) in (1..).zip(&mut list) {
        question.number = number;
        question.always = question.key == "consent";
    }
    pack.questions.insert("staff".into(), list);
    pack
}

/// The cells of a sheet, row by row.
fn cells(book: &Book, sheet: &str) -> Vec<Vec<String>> {
    let bytes = workbook::write(book, &words(Lang::ZhCn)).unwrap();
    let mut file: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let range = file.worksheet_range(sheet).unwrap();
    range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect()
}

/// Rows of a sheet of an XLSForm by their names, each by the titles of the columns.
fn by_name(book: &Book, sheet: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let rows = cells(book, sheet);
    let titles = rows[0].clone();
    let named = rows[1..].iter().map(|row| titles.iter().cloned().zip(row.iter().cloned()).collect());
    named.map(|row: BTreeMap<String, String>| (row["name"].clone(), row)).collect()
}

#[test]
fn an_xlsform_asks_each_kind_as_odk_does() {
    let pack = all_kinds();
    let book = xlsform::book(&pack.for_audience(Some("staff")), &words(Lang::ZhCn), &words(Lang::En));
    // Titles stand in the first row: nothing else is read as one.
    assert_eq!(cells(&book, "survey")[0][..4], ["type", "name", "label::中文(zh)", "label::English(en)"]);
    let survey = by_name(&book, "survey");
    let of = |name: &str, title: &str| survey[name][title].clone();
    assert_eq!(of("q_surplus", "type"), "select_one surplus");
    assert_eq!(of("q_surplus", "label::中文(zh)"), "每月大约能结余多少？");
    assert_eq!(of("q_surplus", "label::English(en)"), "About how much is left each month?");
    assert_eq!(of("q_surplus", "required"), "");
    assert_eq!(of("q_interests", "type"), "select_multiple interests");
    assert_eq!(of("q_interests", "constraint"), "count-selected(.) <= 2");
    assert_eq!(of("q_exec_wish", "type"), "text");
    assert_eq!(of("q_recommend", "type"), "integer");
    assert_eq!(of("q_recommend", "constraint"), ". >= 0 and . <= 10");
    assert_eq!(of("q_enterprise_order_1", "constraint"), "");
    assert_eq!(of("q_enterprise_order_2", "constraint"), ". != ${q_enterprise_order_1}");
    assert_eq!(of("q_consent", "required"), "yes");
    assert_eq!(
        of("q_consent", "constraint"),
        "count-selected(.) <= 3 and not(selected(., 'consent_none') and count-selected(.) > 1)"
    );
    assert_eq!(
        of("phone", "relevant"),
        "selected(${q_consent}, 'consent_phone') or selected(${q_consent}, 'consent_sms') or \
         selected(${q_consent}, 'consent_wecom')"
    );
    assert_eq!(of("visit", "calculation"), "'V0001'");
    let choices = by_name(&book, "choices");
    assert_eq!(choices["consent_none"]["list_name"], "consent");
    assert_eq!(choices["consent_none"]["label::English(en)"], "Not at all");
    // 2 + 3 + 2 + 4 options.
    assert_eq!(choices.len(), 11);
    assert_eq!(cells(&book, "settings")[1][1], "questionnaire_staff_V0001");
}

#[test]
fn the_text_for_wjx_keeps_its_grammar() {
    let pack = all_kinds();
    let text = wjx::text_of(&pack.for_audience(Some("staff")), &words(Lang::ZhCn));
    let blocks: Vec<&str> = text.trim_end().split("\n\n").collect();
    assert_eq!(blocks[0], "临江支行服务问卷（云启信息）");
    assert!(blocks[1].starts_with("本问卷由临江支行收集"), "{}", blocks[1]);
    let questions = [
        "1. 每月大约能结余多少？[单选题]（选填）\n500元以内\n500–2000元",
        "2. 最想了解什么？（最多选2项）[多选题]（选填）\n刷卡优惠\n用卡安全\n存款",
        "3. 请按重要程度给下列服务排序[排序题]（选填）\n单位资金结算\n融资支持",
        "4. 还有什么希望我行为您或单位做的？[填空题]（选填）",
        "5. 愿意把我行推荐给同事吗？（0–10分）[量表题]（选填）\n0~10",
        "6. 是否同意我行就服务与活动联系您？（最多选3项）[多选题]\n同意电话\n同意短信\n同意企微\n都不同意",
        "7. 姓名（同意联系的请填）[填空题]（选填）",
        "8. 手机（同意联系的请填）[填空题]（选填）",
    ];
    assert_eq!(blocks[2..], questions);
}

#[test]
fn answers_are_keyed_under_the_identifiers_of_questions_and_options() {
    let mut pack = all_kinds();
    pack.questions.get_mut("executive").unwrap().clear();
    let words = words(Lang::ZhCn);
    let book = keying::book(&pack, &words);
    let names: Vec<&str> = book.sheets.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(names, ["员工问卷录入", "关键人反馈录入"]);
    let rows = cells(&book, "员工问卷录入");
    let keys = rows.iter().position(|row| row[0] == "visit").unwrap();
    let expected = [
        "visit",
        "form",
        "q_surplus",
        "q_interests/interests_offers",
        "q_interests/interests_safety",
        "q_interests/interests_saving",
        "q_enterprise_order_1",
        "q_enterprise_order_2",
        "q_exec_wish",
        "q_recommend",
        "q_consent/consent_phone",
        "q_consent/consent_sms",
        "q_consent/consent_wecom",
        "q_consent/consent_none",
        "name",
        "phone",
        "remark",
    ];
    assert_eq!(rows[keys][..expected.len()], expected);
    // The questions, then what is typed into each column.
    assert_eq!(rows[keys + 1][2..4], ["1. 每月大约能结余多少？", "2. 最想了解什么？"]);
    assert_eq!(rows[keys + 2][2..5], ["选一项", "刷卡优惠", "用卡安全"]);
    // 94 forms are brought for 78 people.
    let forms = &rows[keys + 3..];
    assert_eq!(workbook::row_of(&book.sheets[0].parts, 0, 0), Some(keys as u32 + 3));
    assert_eq!(forms.len(), 94);
    assert_eq!((forms[0][0].as_str(), forms[0][1].as_str(), forms[93][1].as_str()), ("V0001", "1", "94"));
    assert!(forms.iter().all(|row| row[2..].iter().all(String::is_empty)));
}

#[test]
fn the_hidden_row_of_identifiers_is_hidden_and_drop_downs_offer_the_options() {
    let book = keying::book(&all_kinds(), &words(Lang::ZhCn));
    let bytes = workbook::write(&book, &words(Lang::ZhCn)).unwrap();
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut sheet = String::new();
    std::io::Read::read_to_string(&mut zip.by_name("xl/worksheets/sheet1.xml").unwrap(), &mut sheet).unwrap();
    assert_eq!(sheet.matches("hidden=\"1\"").count(), 1, "one row");
    assert!(sheet.contains("500元以内,500–2000元") && sheet.contains("0,1,2,3,4,5,6,7,8,9,10") && sheet.contains("√"));
}
