use chrono::NaiveDate;
use serde_json::json;

use super::*;
use crate::engagement::visit::lint::Linter;
use crate::engagement::visit::pack::compare::{Lag, Product, Rate, Terms, compare};
use crate::model::days::workdays::Workdays;
use crate::render::templates::Templates;
use crate::render::words::Lang;
use crate::rules::Rules;

fn product(name: &str, rate: f64, days: i64, idle: i64) -> Product {
    Product {
        name: name.into(),
        rate: Rate::of(rate),
        days,
        value_lag: Lag::Days(idle),
        return_lag: Lag::Days(0),
        points: None,
        gifts: Vec::new(),
        notes: None,
    }
}

fn beside(own: Product, other: Product) -> Comparison {
    let from = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
    let terms = Terms { amount: Fen::yuan(1_000_000), from, own, other, notes: None };
    compare(&terms, &Workdays::default()).unwrap()
}

/// One comparison of each kind: the other leads, the own leads in two ways, neither leads, with points and gifts.
fn all_kinds() -> Vec<Comparison> {
    let own = || product("本行安心存", 0.04, 182, 0);
    let with_points = Product { points: Some(Fen(900_000)), gifts: vec!["米".into()], ..own() };
    vec![
        beside(own(), product("他行月月存", 0.043, 182, 4)),
        beside(own(), product("他行月月存", 0.043, 182, 20)),
        beside(own(), product("他行月月存", 0.039, 90, 0)),
        beside(with_points, own()),
    ]
}

#[test]
fn the_other_leads_and_it_is_said_plainly() {
    let words = Words::load(Lang::ZhCn, None).unwrap();
    let said = said(&all_kinds()[0], &words);
    let expected = [
        "同样1,000,000.00元，2026-03-02转入：本行安心存年利率4.00%、计息182天，利息19,945.21元；\
         他行月月存年利率4.30%、计息182天，利息21,441.10元；相差1,495.89元。",
        "本行安心存占用资金182天，其中0天不计息；他行月月存占用资金186天，其中4天不计息。",
        "按挂牌利率和占用的全部天数折算（不代表实际收益），他行月月存实际年化4.2075%，本行安心存4.00%，仍是他行月月存高0.2075个百分点。",
        // 0.2075 of 0.30: a third less.
        "他行月月存挂牌利率高0.30个百分点，算上不计息的天数只高0.2075个百分点，少了30.8%。",
        "他行月月存不计息的天数到13.65天，两款才打平；现在是4天。",
    ];
    assert_eq!(said.may_say, expected);
    let first = "不说本行安心存收益高于他行月月存：算下来他行月月存实际年化4.2075%，本行安心存是4.00%。";
    assert_eq!(said.must_not_say[0], first);
}

#[test]
fn sentences_are_filled_in_both_languages_and_promise_nothing() {
    let rules = Rules::load(None).unwrap();
    for lang in [Lang::ZhCn, Lang::En] {
        let words = Words::load(lang, None).unwrap();
        for comparison in all_kinds() {
            let said = said(&comparison, &words);
            for sentence in said.may_say.iter().chain(&said.must_not_say) {
                assert!(!sentence.contains('⟦'), "{sentence}");
            }
            assert_eq!(Linter::new(&rules.scripts_lint).unwrap().lint(&said.may_say.join("\n")), []);
        }
    }
}

#[test]
fn points_and_gifts_have_lines_of_their_own() {
    let words = Words::load(Lang::ZhCn, None).unwrap();
    let labels = |comparison: &Comparison| rows(comparison, &words).into_iter().map(|r| r.label).collect::<Vec<_>>();
    let kinds = all_kinds();
    assert!(!labels(&kinds[0]).iter().any(|l| l.starts_with("积分")), "{:?}", labels(&kinds[0]));
    let with = rows(&kinds[3], &words);
    let points = with.iter().find(|r| r.label.starts_with("积分")).unwrap();
    assert_eq!((points.own.as_str(), points.other.as_str()), ("9,000.00元", "—"));
    let effective = with.iter().find(|r| r.label.starts_with("实际年化")).unwrap();
    assert_eq!((effective.own.as_str(), effective.other.as_str()), ("4.00%", "4.00%"));
}

#[test]
fn the_page_says_what_the_answer_says() {
    let rules = Rules::load(None).unwrap();
    for (lang, compliance) in [(Lang::ZhCn, "合规审核"), (Lang::En, "Compliance")] {
        let words = Words::load(lang, None).unwrap();
        let templates = Templates::load(lang, None).unwrap();
        for comparison in all_kinds() {
            let said = said(&comparison, &words);
            let context = json!({
                "branch": "测试支行", "date": "2026-03-02", "from": "2026-03-02", "amount": "1,000,000.00",
                "own": comparison.own.name, "other": comparison.other.name, "notes": null,
                "other_idle": comparison.other.idle_days, "break_even": comparison.break_even_idle_days,
                "rows": rows(&comparison, &words), "may_say": said.may_say, "must_not_say": said.must_not_say,
            });
            let page = templates.render("compare.md", &context).unwrap();
            assert!(page.contains(compliance) && !page.contains('⟦'), "{page}");
            assert_eq!(page.contains("13.65"), comparison.break_even_idle_days.is_some(), "{page}");
            assert_eq!(Linter::new(&rules.scripts_lint).unwrap().lint(&page), [], "{page}");
        }
    }
}
