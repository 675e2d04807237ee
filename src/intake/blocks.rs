//! Several blocks in one sheet, each with a title of its own: what a title further down says holds from there on.

use super::body::Body;
use super::issue::{self, Fault};
use super::sheet::{Cell, Row};
use super::table::Table;
use super::title;
use super::units::Said;
use super::value::squeeze;
use super::value::word::key;

/// Rows of a title at most; what is longer is no title.
const LONGEST_TITLE: usize = 12;
/// Bytes of a firm's name at most.
const LONGEST_NAME: usize = 300;

impl Table<'_> {
    /// Keeps a row that may belong to another title; a repeated header ends it.
    pub(super) fn note_title(&mut self, body: &mut Body, row: &Row, reason: &str) {
        match reason {
            "header_repeated" => self.end_title(body, row.index, true),
            "title_repeated" | "section" | "after_table" if self.titles.len() < LONGEST_TITLE => {
                self.titles.push(row.clone());
            }
            // What stood above a total or a signature was no title of what follows.
            "total" | "footer" => self.titles.clear(),
            _ => {}
        }
    }

    /// Asks whose the rows below are where a firm's name stands alone in a row and the title names another: it may be
    /// the next payer or a part of the same.
    pub(super) fn ask_for_section(&mut self, body: &Body, row: &Row) {
        let Some(employer) = &body.defaults.employer else { return };
        if body.layout.slot("employer").is_some() || self.tools.hints.employer.is_some() {
            return;
        }
        let Some(Cell::Text(text)) = row.cells.iter().find(|c| !c.is_blank()) else { return };
        let of_the_same = key(text).contains(&key(employer));
        if text.len() <= LONGEST_NAME && !of_the_same && self.tools.lexicon.is_firm(text) {
            let fault = Fault::new(issue::SECTION_IS_EMPLOYER).count("row", row.index + 1);
            self.issues.add(fault.text("name", squeeze(text)).text("employer", employer.clone()), None);
        }
    }

    /// Applies what a title says to the rows from `at` on. Without a header of its own it must name an employer behind
    /// a label: a scrap below the table may hold a date too.
    pub(super) fn end_title(&mut self, body: &mut Body, at: u32, headed: bool) {
        if self.titles.is_empty() {
            return;
        }
        let rows = std::mem::take(&mut self.titles);
        let texts = Self::texts(&rows);
        let words = &self.tools.rules.import.title;
        let facts = title::read(&texts, words, self.tools.aliases);
        if !headed && facts.employer.is_none() {
            return;
        }
        if let Err(fault) = self.apply_title(body, &texts, &facts, at) {
            self.issues.add(fault, None);
        }
    }

    fn apply_title(
        &mut self,
        body: &mut Body,
        texts: &[Vec<String>],
        facts: &title::TitleFacts,
        at: u32,
    ) -> Result<(), Fault> {
        let mut new = self.later_defaults(&body.layout, &body.defaults, facts)?;
        let title = texts.concat().join(" ");
        new.pay_kind = self.tools.lexicon.pay_kind_of_title(&title).or(body.defaults.pay_kind);
        let mut unit = body.unit;
        if facts.unit != Said::Nothing {
            let told = self.unit(&body.layout, &facts.unit)?;
            unit = told.or(body.unit);
        }
        let mut said: Vec<String> = Vec::new();
        if new.employer != body.defaults.employer {
            said.extend(new.employer.clone());
            // No one employer of the sheet any more.
            self.reading.employer = None;
        }
        let days = [(new.as_of, body.defaults.as_of), (new.payday, body.defaults.payday)];
        said.extend(days.into_iter().filter(|(new, old)| new != old).filter_map(|(new, _)| Some(new?.to_string())));
        if unit != body.unit {
            said.extend(unit.map(|u| self.tools.aliases.unit_text.name(u).to_string()));
        }
        if !said.is_empty() {
            let fault = Fault::new(issue::NEW_BLOCK).count("row", at + 1).text("said", said.join("、"));
            self.issues.add(fault, Some((at, 0)));
        }
        body.builder.set_defaults(&new);
        body.defaults = new;
        body.unit = unit;
        Ok(())
    }
}
