//! Columns by what stands in them: bears out the headers, contradicts them, or fills in where they say nothing.
//! What stays unsure is asked for, not guessed.

use crate::model::status::SheetKind;

use crate::intake::header::detect::Aliases;
use crate::intake::header::layout::{How, Layout, Meaning, Slot, Twin};
use crate::intake::header::shared_fields::PRODUCT;
use crate::intake::mapping::bank_part;
use crate::intake::mapping::sample::{Counts, Doubt, Sample};
use crate::intake::mapping::shares::ask_for_shares;
use crate::intake::mapping::unit_column;

/// Gives every column its confidence, fills in what contents show beyond doubt, and tells what has to be asked.
///
/// What a person has confirmed (`by_person`) is not asked again.
pub(crate) fn assess(layout: &mut Layout, aliases: &Aliases, sample: &Sample<'_>, by_person: bool) -> Vec<Doubt> {
    let rules = &sample.rules.recognise;
    let mut doubts = Vec::new();
    settle_twins(layout, aliases, sample, &mut doubts);
    unit_column::find(layout, aliases, sample);
    let kind = layout.kind;
    if !by_person {
        bank_part::settle(layout, aliases, sample, &mut doubts);
        ask_for_shares(layout, aliases, sample, &mut doubts);
    }
    for i in 0..layout.columns().len() {
        let reading = &layout.columns()[i];
        let (column, by_alias) = (reading.index as usize, reading.how == Some(How::Alias));
        let Some(field) = reading.field.clone() else { continue };
        if (by_person && !by_alias) || doubts.iter().any(|d| d.column == column) {
            continue;
        }
        let counts = sample.counts(column);
        let confidence = match (kind, field.as_str()) {
            (SheetKind::Holdings, PRODUCT) if layout.slot(PRODUCT).is_some_and(|s| s.column != column) => {
                rules.confidence.alias
            }
            (SheetKind::Holdings, PRODUCT) => sample.known_products(layout, column),
            _ => sample.confidence(kind, &field, &counts),
        };
        let contradicted = confidence < rules.sure;
        let partly = layout.loose.contains(&column) && by_alias;
        let confidence = if partly { confidence.min(rules.confidence.part_of_header) } else { confidence };
        layout.set_confidence(column, confidence);
        if confidence >= rules.sure {
            continue;
        }
        let free = |f: &String| layout.slot(f).is_none() && aliases.matters(kind, f);
        let looks_needed = contradicted && sample.candidates(kind, &counts, true).iter().any(|(f, _)| free(f));
        if aliases.matters(kind, &field) || looks_needed {
            doubts.push(Doubt { column, confidence });
        } else if partly {
            // Rather unknown than somebody else's.
            layout.assign(Slot::of(column), Meaning::Nothing, How::Alias);
            layout.twins.retain(|t| t.field != field);
        }
    }
    fill_in(layout, sample);
    aliases.weigh(layout);
    if !layout.missing.is_empty() {
        doubts.extend(guesses(layout, aliases, sample));
    }
    doubts
}

/// Of two columns of one field the one whose contents fit is used; where both fit and differ, somebody has to say.
fn settle_twins(layout: &mut Layout, aliases: &Aliases, sample: &Sample<'_>, doubts: &mut Vec<Doubt>) {
    let rules = &sample.rules.recognise;
    for twin in std::mem::take(&mut layout.twins) {
        let Twin { column, first, field } = &twin;
        let same = sample.rows.iter().all(|r| r.cell(*first) == r.cell(*column));
        let (a, b) = (sample.counts(*first), sample.counts(*column));
        let expected = sample.expected(layout.kind, field);
        let fits = |c: &Counts| expected.iter().any(|e| c.share(*e) >= rules.fitting_share);
        let used = layout.slot(field).is_some_and(|s| s.column == *first);
        let fits_better = used && !same && (a.cells == 0 || !fits(&a)) && fits(&b);
        if let Some(slot) = layout.slot(field).filter(|_| fits_better) {
            layout.assign(Slot { column: *column, ..slot }, Meaning::Field(field), How::Alias);
            continue;
        }
        let plausible = b.cells > 0 && (fits(&b) || !fits(&a));
        let asks = used && !same && plausible && aliases.matters(layout.kind, field);
        if asks {
            let confidence = rules.confidence.twin;
            for c in [*first, *column] {
                layout.set_confidence(c, confidence);
                doubts.push(Doubt { column: c, confidence });
            }
        }
        layout.twins.push(twin);
    }
}

/// A column without a header whose numbers carry a check digit is what they say it is, if only one column is.
fn fill_in(layout: &mut Layout, sample: &Sample<'_>) {
    let rules = &sample.rules.recognise;
    let width = sample.rows.iter().map(|r| r.cells.len()).max().unwrap_or(0);
    let mut found: Vec<(String, f64, usize)> = Vec::new();
    for column in (0..width).filter(|c| layout.column(*c).is_none()) {
        let candidates = sample.candidates(layout.kind, &sample.counts(column), false);
        if let [(field, confidence)] = &candidates[..] {
            found.push((field.clone(), *confidence, column));
        }
    }
    for (field, confidence, column) in &found {
        let alone = found.iter().filter(|(f, ..)| f == field).count() == 1;
        if !alone || *confidence < rules.sure || layout.slot(field).is_some() {
            continue;
        }
        layout.assign(Slot::of(*column), Meaning::Field(field), How::Content);
        layout.set_confidence(*column, *confidence);
    }
}

/// Columns that could be what is missing.
fn guesses(layout: &mut Layout, aliases: &Aliases, sample: &Sample<'_>) -> Vec<Doubt> {
    let lacking = aliases.lacking(layout);
    let kind = layout.kind;
    let mut doubts = Vec::new();
    let unread = layout.columns().iter().filter(|c| c.field.is_none()).map(|c| c.index as usize);
    for column in unread.collect::<Vec<_>>() {
        let counts = sample.counts(column);
        let best = sample.candidates(kind, &counts, true).into_iter().find(|(f, _)| lacking.contains(f));
        let Some((field, confidence)) = best else { continue };
        if confidence >= sample.rules.recognise.worth_proposing {
            layout.assign(Slot::of(column), Meaning::Perhaps(&field), How::Content);
            layout.set_confidence(column, confidence);
            doubts.push(Doubt { column, confidence });
        }
    }
    doubts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::file::cell::{Cell, Row};
    use crate::intake::header::detect::Found;
    use crate::intake::value::lexicon::Lexicon;
    use crate::rules::Rules;
    use proptest::prelude::*;

    fn text(t: &str) -> Cell {
        Cell::Text(t.to_string())
    }

    /// What has to be asked, by header, and the fields that are used.
    fn assessed(header: &str, rows: &[&str]) -> (Vec<String>, Vec<String>) {
        let rules = Rules::load(None).unwrap();
        let (aliases, lexicon) = (Aliases::new(&rules), Lexicon::new(&rules.import));
        let cells = |line: &&str| {
            let cell = |c: &str| match c.trim() {
                "" => Cell::Empty,
                c => c.parse().ok().filter(|_| c.len() < 12).map_or_else(|| text(c), Cell::Number),
            };
            Row::new(0, line.split('|').map(cell).collect())
        };
        let rows: Vec<Row> = [header].iter().chain(rows).map(cells).collect();
        let below: Vec<&Row> = rows[1..].iter().collect();
        let (Found::Layout(mut layout) | Found::Incomplete(mut layout) | Found::Doubtful(_, mut layout)) =
            aliases.find(&rows[..1], None, 2)
        else {
            panic!("no header found")
        };
        let sample = Sample { rows: &below, rules: &rules, lexicon: &lexicon };
        let doubts = assess(&mut layout, &aliases, &sample, false);
        let asked = doubts.iter().map(|d| layout.header(d.column).to_string()).collect();
        (asked, layout.fields().map(|(f, _)| f.clone()).collect())
    }

    #[test]
    fn of_twins_the_one_whose_contents_fit_is_used() {
        let (asked, fields) = assessed(
            "姓名|卡号|卡号|金额",
            &["甲一|某银行|6200000000000000001|5", "甲二|某银行|6200000000000000002|6"],
        );
        assert_eq!((asked.len(), fields), (0, vec!["account".to_string(), "amount".into(), "name".into()]));
        // Two remarks do not matter, two accounts do.
        assert_eq!(
            assessed("姓名|卡号|金额|手机|备注|备注", &["甲一|6200000000000000001|5||a|b"]).0,
            Vec::<String>::new()
        );
        assert_eq!(
            assessed("姓名|卡号|卡号|金额", &["甲一|6200000000000000001|6300000000000000001|5"]).0,
            ["卡号", "卡号"]
        );
        // The same account twice is one account.
        assert_eq!(
            assessed("姓名|卡号|卡号|金额", &["甲一|6200000000000000001|6200000000000000001|5"]).0,
            Vec::<String>::new()
        );
    }

    #[test]
    fn what_only_part_of_a_header_tells_is_asked_for_or_left_alone() {
        let rows = ["甲一|6200000000000000001|300", "甲二|6200000000000000002|315", "甲三|6200000000000000003|330"];
        assert_eq!(assessed("姓名|卡号|金额(餐补)", &rows).0, ["金额(餐补)"]);
        let rows = ["1|甲|5|13800000001", "2|乙|6|13800000002", "3|丙|7|13800000003"];
        let (asked, fields) = assessed("客户号|姓名|AUM(元)|手机号码(座机)", &rows);
        assert!(asked.is_empty() && !fields.contains(&"phone".to_string()));
    }

    #[test]
    fn contents_that_matter_under_a_wrong_header_are_asked_for() {
        let ids = ["甲一|000000199001010018|5", "甲二|000000199001010026|6", "甲三|000000199001010034|7"];
        assert_eq!(assessed("姓名|卡号|金额", &ids).0, ["卡号"]);
        // Too few cells to say.
        assert_eq!(assessed("姓名|卡号|金额", &ids[..2]).0, Vec::<String>::new());
        // A column of somebody else's phones under a header nobody knows is left alone.
        let (asked, fields) = assessed(
            "客户号|姓名|AUM(元)|紧急联系人电话",
            &["1|甲|5|13800000001", "2|乙|6|13800000002", "3|丙|7|13800000003"],
        );
        assert!(asked.is_empty() && !fields.contains(&"phone".to_string()));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn nothing_in_a_sheet_panics(rows in proptest::collection::vec(proptest::collection::vec("\\PC{0,20}", 0..6), 0..8)) {
            let rules = Rules::load(None).unwrap();
            let (aliases, lexicon) = (Aliases::new(&rules), Lexicon::new(&rules.import));
            let rows: Vec<Row> = rows
                .into_iter()
                .map(|r| Row::new(0, r.into_iter().map(Cell::Text).collect()))
                .collect();
            let below: Vec<&Row> = rows.iter().collect();
            let sample = Sample { rows: &below, rules: &rules, lexicon: &lexicon };
            for kind in SheetKind::ALL {
                if let Some(mut layout) = rows.first().and_then(|_| aliases.layout_of(*kind, &rows, 0, 1)) {
                    assess(&mut layout, &aliases, &sample, false);
                }
            }
        }
    }
}
