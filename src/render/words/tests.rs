use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::model::{Place, Severity};
use crate::render::words::*;
use crate::rules::Rules;

fn words(lang: Lang) -> Words {
    Words::load(lang, None).unwrap()
}

fn workspace(file: &str, text: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("zh-CN/messages");
    std::fs::create_dir_all(&path).unwrap();
    std::fs::write(path.join(file), text).unwrap();
    dir
}

#[test]
fn languages_have_the_same_keys_and_placeholders() {
    let (zh, en) = (shipped(Lang::ZhCn).unwrap(), shipped(Lang::En).unwrap());
    let keys = |m: &BTreeMap<String, String>| m.keys().cloned().collect::<BTreeSet<_>>();
    let (only_zh, only_en): (Vec<_>, Vec<_>) =
        (keys(&zh).difference(&keys(&en)).cloned().collect(), keys(&en).difference(&keys(&zh)).cloned().collect());
    assert_eq!((only_zh, only_en), (Vec::new(), Vec::new()));
    for (key, text) in &zh {
        let names = |t| placeholders(t).into_iter().map(str::to_string).collect::<BTreeSet<_>>();
        assert_eq!(names(text), names(&en[key]), "placeholders of {key}");
    }
}

#[test]
fn files_of_the_languages_correspond() {
    let names = |lang: Lang| -> BTreeSet<String> {
        let dir = SHIPPED.get_dir(format!("{}/messages", lang.tag())).unwrap();
        dir.files().filter_map(|f| f.path().file_name()).map(|n| n.to_string_lossy().into_owned()).collect()
    };
    assert_eq!(names(Lang::ZhCn), names(Lang::En));
}

#[test]
fn every_product_and_status_has_a_word() {
    let words = words(Lang::ZhCn);
    for product in Rules::load(None).unwrap().products.catalogue().0 {
        assert!(words.has(&format!("product.{}", product.key)), "{}", product.key);
    }
    use crate::model::status::*;
    assert!(SheetKind::ALL.iter().all(|k| words.has(&format!("sheet.{k}"))));
    let keys = VisitStatus::ALL.iter().map(|k| k.key());
    let keys = keys.chain(Channel::ALL.iter().map(|k| k.key())).chain(PayKind::ALL.iter().map(|k| k.key()));
    let keys = keys.chain(RetentionBasis::ALL.iter().map(|k| k.key())).chain(Level::ALL.iter().map(|k| k.key()));
    for key in keys.chain(Consent::ALL.iter().map(|k| k.key())) {
        assert!(words.has(&format!("word.{key}")), "{key}");
    }
}

#[test]
fn parameters_read_as_in_a_sentence() {
    let words = words(Lang::ZhCn);
    let money = |yuan| words.param(&Param::Money { fen: Fen::yuan(yuan) });
    assert_eq!(money(9_500), "9,500.00元");
    assert_eq!(money(12_346_000), "1,234.6万元");
    assert_eq!(money(-38_600_000), "-3,860万元");
    assert_eq!(words.param(&Param::Money { fen: Fen(999_999) }), "9,999.99元");
    assert_eq!(words.param(&Param::Share { share: 0.312 }), "31.2%");
    assert_eq!(words.param(&Param::Date(NaiveDate::from_ymd_opt(2026, 3, 10).unwrap())), "2026-03-10");
    let list = Param::List(vec![Param::Word { word: "fund".into() }, Param::Word { word: "confirmed".into() }]);
    assert_eq!(words.param(&list), "基金、已确认");
    assert_eq!(
        crate::render::words::tests::words(Lang::En).param(&Param::Money { fen: Fen::yuan(12_346_000) }),
        "CNY 12,346,000.00"
    );
}

#[test]
fn what_is_missing_is_seen() {
    let words = words(Lang::ZhCn);
    assert_eq!(words.get("no.such"), "⟦no.such⟧");
    assert_eq!(words.reason(&Reason::new("no_such")), "⟦reason.no_such⟧");
    let mut own = Reason::new("mine").count("n", 1200);
    own.own_label = Some("多于{n}人,少于{m}人 {} {N}".into());
    assert_eq!(words.reason(&own), "多于1,200人,少于⟦m⟧人 {} {N}");
}

#[test]
fn a_problem_names_its_place_and_parameters_are_not_filled_again() {
    let dir = workspace("x.toml", "[word]\nlocal = \"本行{file}\"\n");
    let words = Words::load(Lang::ZhCn, Some(dir.path())).unwrap();
    let problem = Problem {
        code: "no_such",
        severity: Severity::Error,
        place: Place { file: "甲.xlsx".into(), sheet: None, cell: Some("B2".into()) },
        params: vec![("x", Param::Text("{file}".into()))],
    };
    assert_eq!(words.problem(&problem).title, "⟦problem.no_such.title⟧");
    let lookup = |name: &str| problem.params.iter().find(|(n, _)| *n == name).map(|(_, p)| words.param(p));
    assert_eq!(words.fill_text("{x}在{y}", &lookup), "{file}在⟦y⟧");
    assert_eq!(words.word("local"), "本行{file}");
}

#[test]
fn a_workspace_changes_words_but_cannot_misspell_them() {
    let dir = workspace("own.toml", "[product]\nfund = \"公募基金\"\ngold_plan = \"积存金\"\n");
    let words = Words::load(Lang::ZhCn, Some(dir.path())).unwrap();
    assert_eq!((words.get("product.fund"), words.get("product.gold_plan")), ("公募基金", "积存金"));
    let dir = workspace("own.toml", "[unit]\nyuann = \"元\"\n");
    assert!(matches!(Words::load(Lang::ZhCn, Some(dir.path())), Err(WordsError::UnknownKey { .. })));
    let dir = workspace("own.toml", "[unit]\nyuan_amount = \"{sum}元\"\n");
    assert!(matches!(Words::load(Lang::ZhCn, Some(dir.path())), Err(WordsError::UnknownPlaceholder { .. })));
}
