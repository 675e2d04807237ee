//! What the publicity of a visit needs beside the visit itself: the codes to scan, and a text message that keeps its length.

use serde::Serialize;

/// A code on posters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LinkView {
    /// Names the picture of the code (`link:<key>`) and the words below it.
    pub key: String,
    /// What stands below it, where the branch has said so.
    pub label: Option<String>,
}

/// The codes a poster has a place for where the branch has named none: it is told there what is missing.
pub fn wanted_links() -> Vec<LinkView> {
    ["mobile_bank", "official_account"].map(|key| LinkView { key: key.to_string(), label: None }).to_vec()
}

/// The text message of a visit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SmsView {
    /// `None` where none of the texts keeps the limit.
    pub text: Option<String>,
    /// Characters of the text, with signature and the hint how to refuse.
    pub count: usize,
    pub limit: usize,
    /// The place is known and did not go in.
    pub place_left_out: bool,
}

impl SmsView {
    /// The first of the texts, best first, that keeps the limit; nothing is ever cut off.
    pub fn fitting(limit: usize, place: Option<&str>, texts: Vec<String>) -> SmsView {
        let text = texts.into_iter().find(|text| text.chars().count() <= limit);
        let has = |place: &str| text.as_ref().is_some_and(|text| text.contains(place));
        let place_left_out = text.is_some() && place.is_some_and(|place| !has(place));
        SmsView { count: text.as_ref().map_or(0, |text| text.chars().count()), limit, place_left_out, text }
    }
}
