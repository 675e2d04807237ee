use proptest::prelude::*;

use super::*;
use crate::model::slip::Slip;
use crate::rules::Rules;
use crate::rules::visit::calendar;

/// 0.3 points more, four days without interest: one before and three behind.
const FILE: &str = r#"amount_yuan = 1_000_000
from = 2026-03-02

[own]
name = "本行安心存"
rate = 0.04
days = 182

[other]
name = "他行月月存"
rate = 0.043
days = 182
value_lag_days = 1
return_lag_days = 3
"#;

fn parsed(text: &str) -> Result<Terms, Fault> {
    file::parse(text, &Rules::load(None).unwrap().compare.bounds)
}

fn compared(text: &str) -> Comparison {
    compare(&parsed(text).unwrap(), &calendar::load(None).unwrap()).unwrap()
}

fn product(rate: f64, days: i64, idle: i64) -> Product {
    Product {
        name: "甲".into(),
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

#[test]
fn four_idle_days_eat_a_third_of_the_lead_and_the_other_still_leads() {
    let found = compared(FILE);
    assert_eq!(found.own.effective_rate, 0.04);
    // 4.3 % × 182 ÷ 186 = 4.20752688 %.
    assert!((found.other.effective_rate - 0.042_075_268_817).abs() < 1e-12, "{}", found.other.effective_rate);
    // 1,000,000 × 4 % × 182 ÷ 365 = 19,945.2055; at 4.3 % 21,441.0959.
    assert_eq!((found.own.interest_fen, found.other.interest_fen), (Fen(1_994_521), Fen(2_144_110)));
    assert_eq!(found.difference, Fen(-149_589));
    // 4.3 ÷ 4 × 182 − 182 = 13.65.
    assert_eq!(found.break_even_idle_days, Some(13.65));
    assert_eq!((found.other.idle_days, found.other.tied_days, found.leader), (4, 186, Leader::Other));
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    // 182 days from 3 March are 1 September; three days later the money is back.
    assert_eq!((found.other.value_date, found.other.end_date), (day("2026-03-03"), day("2026-09-01")));
    assert_eq!(found.other.return_date, day("2026-09-04"));
    assert_eq!(sayings::may(&found), ["basis", "tied", "other_leads", "idle_eats", "break_even"]);
    assert_eq!(sayings::must_not(&found), ["own_better", "promise", "without_figures", "rate_only"]);
}

#[test]
fn of_equal_products_neither_leads() {
    let found = beside(product(0.04, 182, 0), product(0.04, 182, 0));
    assert_eq!((found.difference, found.leader, found.break_even_idle_days), (Fen::ZERO, Leader::Neither, None));
    assert_eq!(sayings::may(&found), ["basis", "equal"]);
    assert_eq!(sayings::must_not(&found), ["either_better", "promise", "without_figures"]);
    // Both lie idle for four days: with fewer the other would lead.
    let idle = beside(product(0.04, 182, 4), product(0.04, 182, 4));
    assert_eq!((idle.leader, idle.break_even_idle_days), (Leader::Neither, Some(4.0)));
}

#[test]
fn a_lead_too_small_to_be_shown_is_none() {
    // 4.00004 % is shown as 4.0000 %.
    assert_eq!(beside(product(0.04, 182, 0), product(0.040_000_4, 182, 0)).leader, Leader::Neither);
    assert_eq!(beside(product(0.04, 182, 0), product(0.040_001, 182, 0)).leader, Leader::Other);
}

#[test]
fn the_own_product_leads_where_the_others_idle_days_turn_it_or_its_rate_is_lower() {
    // 4.3 % × 182 ÷ 202 = 3.8743 %.
    let turned = beside(product(0.04, 182, 0), product(0.043, 182, 20));
    assert_eq!((turned.leader, turned.break_even_idle_days), (Leader::Own, Some(13.65)));
    assert_eq!(sayings::may(&turned), ["basis", "tied", "own_leads", "idle_turns", "break_even_past"]);
    let lower = beside(product(0.04, 182, 0), product(0.039, 182, 0));
    assert_eq!((lower.leader, lower.break_even_idle_days), (Leader::Own, None));
    assert_eq!(sayings::may(&lower), ["basis", "own_leads", "never"]);
    assert_eq!(sayings::must_not(&lower)[0], "other_worse");
}

#[test]
fn interest_of_different_terms_is_not_held_against_each_other() {
    // More interest over the longer term, and a lower rate all the same.
    let found = beside(product(0.04, 365, 0), product(0.043, 182, 0));
    assert_eq!((found.leader, found.difference > Fen::ZERO), (Leader::Other, true));
    assert!(sayings::may(&found).contains(&"terms_differ"));
    assert!(sayings::must_not(&found).contains(&"interest_alone"));
}

#[test]
fn interest_is_rounded_half_to_even() {
    // 3.65 yuan at 10 %: a tenth of a fen a day.
    let interest = |days| {
        let (own, other) = (product(0.1, days, 0), product(0.1, days, 0));
        let from = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
        let terms = Terms { amount: Fen(365), from, own, other, notes: None };
        compare(&terms, &Workdays::default()).unwrap().own.interest_fen.0
    };
    assert_eq!([5, 15, 25, 26].map(interest), [0, 2, 2, 3]);
}

#[test]
fn working_days_are_counted_over_national_day() {
    // 1 to 7 October 2026 are off; Saturday the 10th is made up.
    let text = |workdays: i64| {
        FILE.replace("2026-03-02", "2026-09-30").replace("days = 182", "days = 30").replace(
            "value_lag_days = 1\nreturn_lag_days = 3",
            &format!("value_lag_workdays = {workdays}\nreturn_lag_days = 0"),
        )
    };
    let lags = [0, 1, 3, 4].map(|n| compared(&text(n)).other.value_lag_days);
    assert_eq!(lags, [0, 8, 10, 12]);
    // The money of a term that ends on 30 September is back on the 8th.
    let back = FILE
        .replace("2026-03-02", "2026-09-01")
        .replace("days = 182", "days = 29")
        .replace("value_lag_days = 1\nreturn_lag_days = 3", "return_lag_workdays = 1");
    let found = compared(&back);
    assert_eq!((found.other.return_lag_days, found.other.tied_days), (8, 37));
    assert_eq!(found.other.return_date, "2026-10-08".parse().unwrap());
}

#[test]
fn working_days_of_a_year_without_a_notice_are_not_guessed() {
    let text = FILE.replace("2026-03-02", "2026-09-30").replace("return_lag_days", "return_lag_workdays");
    let fault = compare(&parsed(&text).unwrap(), &calendar::load(None).unwrap()).unwrap_err();
    // 182 days from 1 October.
    assert_eq!(fault, Fault::Calendar { line: 14, from: "2027-04-01".parse().unwrap(), last: 2026 });
}

#[test]
fn points_and_gifts_never_change_the_rate() {
    let plain = compared(FILE);
    let with = compared(&format!("{FILE}points_fen = 900000\ngifts = [\"米\", \"油\"]\nnotes = \"新客专享\"\n"));
    assert_eq!(with.other.effective_rate, plain.other.effective_rate);
    assert_eq!(with.other.interest_fen, plain.other.interest_fen);
    assert_eq!((with.difference, with.break_even_idle_days), (plain.difference, plain.break_even_idle_days));
    assert_eq!((with.other.points_fen, with.other.gifts.len()), (Some(Fen(900_000)), 2));
    assert_eq!(sayings::may(&with).last(), Some(&"extras"));
    assert_eq!(sayings::must_not(&with).last(), Some(&"extras_in_rate"));
}

#[test]
fn a_file_is_read_in_the_ways_it_is_written() {
    let text = FILE.replace("1_000_000", "1_000_000.50").replace("= 2026-03-02", "= \"2026-03-02\"");
    let terms = parsed(&format!("\u{feff}{}", text.replace('\n', "\r\n"))).unwrap();
    assert_eq!((terms.amount, terms.from), (Fen(100_000_050), "2026-03-02".parse().unwrap()));
    assert_eq!((terms.own.rate, terms.own.value_lag), (Rate::of(0.04), Lag::Days(0)));
    let gift = parsed(&format!("notes = \"询价\"\n{FILE}gifts = \"米\"\n")).unwrap();
    assert_eq!((gift.other.gifts, gift.notes), (vec!["米".to_string()], Some("询价".to_string())));
}

#[test]
fn what_is_wrong_is_told_with_its_line_and_key() {
    let kind = |line, key: &str, wanted| Fault::Kind { line, key: key.into(), wanted };
    let missing = |line, key: &str| Fault::Missing { line, key: key.into() };
    let bound = |line, key: &str, value: &str, least: &str, most| Fault::Bound {
        line,
        key: key.into(),
        value: value.into(),
        least: least.into(),
        most,
    };
    let rate = |value: &str| Fault::Rate { line: 11, key: "other.rate".into(), value: value.into(), below: 0.3 };
    let percent = |value: &str, share: &str| Fault::Percent {
        line: 11,
        key: "other.rate".into(),
        value: value.into(),
        share: share.into(),
    };
    let cases = [
        ("rate = 0.043", "rate = 4.35", percent("4.35", "0.0435")),
        ("rate = 0.043", "rate = 1", percent("1", "0.01")),
        ("rate = 0.043", "rate = 0.3", rate("0.3")),
        ("rate = 0.043", "rate = 0", rate("0")),
        ("rate = 0.043", "rate = -0.01", rate("-0.01")),
        ("rate = 0.043", "rate = \"4.3%\"", kind(11, "other.rate", "number")),
        ("rate = 0.043", "rate = nan", kind(11, "other.rate", "number")),
        ("rate = 0.043\n", "", missing(9, "other.rate")),
        ("amount_yuan = 1_000_000", "amount_yuan = -5", bound(1, "amount_yuan", "-5", "0.01", 100_000_000_000)),
        ("amount_yuan = 1_000_000", "amount_yuan = 0", bound(1, "amount_yuan", "0", "0.01", 100_000_000_000)),
        ("amount_yuan = 1_000_000", "amount_yuan = \"一百万\"", kind(1, "amount_yuan", "number")),
        ("amount_yuan = 1_000_000\n", "", missing(1, "amount_yuan")),
        ("0.04\ndays = 182", "0.04\ndays = 0", bound(7, "own.days", "0", "1", 10_950)),
        ("0.04\ndays = 182", "0.04\ndays = 182.5", kind(7, "own.days", "whole")),
        ("0.04\ndays = 182\n", "0.04\n", missing(4, "own.days")),
        ("lag_days = 1", "lag_days = -1", bound(13, "other.value_lag_days", "-1", "0", 60)),
        ("lag_days = 1", "lag_days = 61", bound(13, "other.value_lag_days", "61", "0", 60)),
        ("lag_days = 1", "lag_workdays = 61", bound(13, "other.value_lag_workdays", "61", "0", 60)),
        ("2026-03-02", "\"2026-02-30\"", kind(2, "from", "date")),
        ("2026-03-02", "2026-03-02T10:00:00", kind(2, "from", "date")),
        ("\"本行安心存\"", "\" \"", kind(5, "own.name", "text")),
        ("lag_days = 3", "lag_days = 3\ngifts = [1]", kind(15, "other.gifts", "text")),
        ("lag_days = 3", "lag_days = 3\npoints_fen = -1", bound(15, "other.points_fen", "-1", "0", 10_000_000_000_000)),
        (
            "lag_days = 1",
            "lag_days = 1\nvalue_lag_workdays = 1",
            Fault::Both { line: 14, key: "other.value_lag_days".into(), other: "other.value_lag_workdays".into() },
        ),
        ("[other]", "[other", Fault::Syntax { line: 9, reason: Slip::Form, name: String::new() }),
    ];
    for (from, to, fault) in cases {
        assert_eq!(parsed(&FILE.replacen(from, to, 1)), Err(fault), "{to}");
    }
    let no_sections = "amount_yuan = 1\nfrom = 2026-03-02\nown = 3\nother = 4\n";
    assert_eq!(parsed(no_sections), Err(kind(3, "own", "table")));
}

#[test]
fn a_key_nobody_knows_is_told_with_the_one_that_may_be_meant() {
    let unknown = |from: &str, to: &str| match parsed(&FILE.replacen(from, to, 1)) {
        Err(Fault::Unknown { line, key, nearest, .. }) => (line, key, nearest),
        other => panic!("{other:?}"),
    };
    let near = |text: &str| Some(text.to_string());
    assert_eq!(unknown("amount_yuan", "amount"), (1, "amount".into(), near("amount_yuan")));
    assert_eq!(unknown("value_lag_days", "value_lagdays"), (13, "other.value_lagdays".into(), near("value_lag_days")));
    assert_eq!(unknown("name", "\"利率\""), (5, "own.利率".into(), None));
}

fn any_product() -> impl Strategy<Value = Product> {
    (1i64..299_999, 1i64..3_650, 0i64..=60, 0i64..=60).prop_map(|(millionths, days, before, behind)| Product {
        value_lag: Lag::Days(before),
        return_lag: Lag::Days(behind),
        ..product(millionths as f64 / 1e6, days, 0)
    })
}

proptest! {
    #[test]
    fn idle_days_never_raise_a_rate_and_at_the_break_even_both_are_level(own in any_product(), other in any_product()) {
        let found = beside(own, other);
        for side in [&found.own, &found.other] {
            prop_assert!(side.effective_rate <= side.rate, "{side:?}");
            prop_assert_eq!(side.effective_rate == side.rate, side.idle_days == 0, "{:?}", side);
        }
        let (own, other) = (&found.own, &found.other);
        match found.break_even_idle_days {
            Some(idle) => {
                let level = other.rate * other.days as f64 / (other.days as f64 + idle);
                prop_assert!(idle > 0.0 && (level / own.effective_rate - 1.0).abs() < 1e-9, "{idle}: {found:?}");
            }
            None => prop_assert!(other.rate <= own.effective_rate * (1.0 + 1e-12), "{found:?}"),
        }
    }
}
