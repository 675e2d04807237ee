//! A part of a visit in words.

use crate::engagement::visit::planned::VisitPart;
use crate::model::{Param, StaffId};
use crate::render::figures;
use crate::render::words::Words;

/// What a part of a visit is called; `name` knows our people.
pub fn part_name(part: VisitPart<'_>, name: impl Fn(StaffId) -> Option<String>, words: &Words) -> String {
    match part {
        VisitPart::Offer(day) => figures::date(day),
        VisitPart::Member(id) => name(id).unwrap_or_else(|| id.to_string()),
        VisitPart::Item(item) => words.get(&format!("item.{item}")).to_string(),
        VisitPart::Guest(_) => words.get("sheet.invited").to_string(),
        VisitPart::Signer(_) => words.get("sheet.signing").to_string(),
        VisitPart::Step(step, channel) => step_name(step, channel, words),
    }
}

/// What a step is called, with its publicity channel where there are several.
pub fn step_name(step: &str, channel: Option<&str>, words: &Words) -> String {
    let text = |key: String| Param::Text(words.get(&key).to_string());
    let name = ("step", text(format!("step.{step}")));
    match channel {
        Some(channel) => words.fill("note.step_by", &[name, ("channel", text(format!("publicity.{channel}")))]),
        None => words.get(&format!("step.{step}")).to_string(),
    }
}
