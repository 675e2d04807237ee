//! A part of a visit in words.

use crate::engagement::visit::planned::VisitPart;
use crate::model::StaffId;
use crate::render::figures;
use crate::render::words::Words;

/// What a part of a visit is called; `name` knows our people.
pub fn part_name(part: VisitPart<'_>, name: impl Fn(StaffId) -> Option<String>, words: &Words) -> String {
    match part {
        VisitPart::Offer(day) => figures::date(day),
        VisitPart::Member(id) => name(id).unwrap_or_else(|| id.to_string()),
        VisitPart::Item(item) => words.get(&format!("item.{item}")).to_string(),
        VisitPart::Step(step, None) => words.get(&format!("step.{step}")).to_string(),
        VisitPart::Step(step, Some(channel)) => {
            format!("{} {}", words.get(&format!("step.{step}")), words.get(&format!("publicity.{channel}")))
        }
    }
}
