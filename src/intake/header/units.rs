//! Units of money: which column has which, and where it is said.

use crate::model::status::SheetKind;
use crate::rules::Rules;
use crate::rules::import::columns::Shape;

use crate::intake::header::detect::Aliases;
use crate::intake::value::amount::unit_sentences::{Said, pieces};

/// The unit a text names: alone, or as one of its pieces (`万元、人`, `人民币(万元)`, `均以万元为单位`). `labelled`: it stands
/// where a unit belongs, so that 万 alone means one.
pub(crate) fn said(text: &str, aliases: &Aliases, labelled: bool) -> Said {
    if labelled && let Some(unit) = aliases.unit_of(text) {
        return Said::One(unit);
    }
    let words = &aliases.unit_text;
    let named = pieces(text).filter(|p| labelled || p.contains('元')).filter_map(|p| words.money_in(p));
    let named = named.fold(Said::Nothing, |all, unit| all.and(Said::One(unit), text));
    let named = match (named, words.sentence(text)) {
        (Said::Nothing, sentence) => sentence,
        (Said::One(_), Said::Unclear(said)) => Said::Unclear(said),
        (named, sentence) => named.and(sentence, text),
    };
    match named {
        Said::Nothing if words.mentions(text) || (labelled && words.is_other(text)) => {
            Said::Unclear(text.trim().to_string())
        }
        said => said,
    }
}

/// Whether a field holds money.
pub(crate) fn is_money(rules: &Rules, kind: SheetKind, field: &str) -> bool {
    matches!(field, "aum" | "aum_month_avg" | "monthly_payroll" | "due_amount" | "amount" | "amount_out" | "amount_in")
        || rules.columns.of(kind).get(field).is_some_and(|r| r.shape == Some(Shape::Amount))
}
