//! Several blocks in one sheet, each with a title of its own: what a title further down says holds from there on.

use crate::model::status::SheetKind;

use crate::intake::file::cell::{Cell, Row};
use crate::intake::issue::{self, Fault};
use crate::intake::rows::classify::RowClass;
use crate::intake::sheet::body::Body;
use crate::intake::sheet::walk::Table;
use crate::intake::title::labels;
use crate::intake::value::amount::unit_sentences::Said;
use crate::intake::value::key;
use crate::intake::value::squeeze;

/// Rows of a title at most; what is longer is no title.
const LONGEST_TITLE: usize = 12;
/// Bytes of a firm's name at most.
const LONGEST_NAME: usize = 300;

impl Table<'_> {
    /// Keeps a row that may belong to another title; a repeated header ends it.
    pub(crate) fn note_title(&mut self, body: &mut Body, row: &Row, class: RowClass) {
        match class {
            RowClass::HeaderRepeated => self.end_title(body, row.index, true),
            RowClass::TitleRepeated | RowClass::Section | RowClass::AfterTable => {
                if body.titles.len() < LONGEST_TITLE {
                    body.titles.push(row.clone());
                } else {
                    self.unit_around(body, row);
                }
            }
            // What stood above a total or a signature was no title of what follows.
            RowClass::Total | RowClass::Footer => self.drop_titles(body),
            _ => {}
        }
    }

    /// Drops rows that were no title of anything; what they say of the unit is of the rows above.
    pub(crate) fn drop_titles(&mut self, body: &mut Body) {
        let rows = std::mem::take(&mut body.titles);
        rows.iter().for_each(|row| self.unit_around(body, row));
    }

    /// Keeps a row with nothing but a firm's name in it: it may say who pays the people below.
    pub(crate) fn note_section(&self, body: &mut Body, row: &Row) {
        let Some(Cell::Text(text)) = row.cells.iter().find(|c| !c.is_blank()) else { return };
        if text.len() > LONGEST_NAME || !self.tools.lexicon.is_firm(text) {
            return;
        }
        let of_the_same = body.defaults.employer.as_ref().is_some_and(|e| key(text) == key(e));
        body.section = (!of_the_same).then(|| (row.index, squeeze(text)));
    }

    /// Asks whose the rows below a firm's bare name are where they do not say it themselves: the title may name another,
    /// of which this is the next payer or a part.
    pub(crate) fn ask_for_section(&mut self, body: &mut Body, row: &Row) {
        let Some((at, name)) = body.section.take() else { return };
        let stated = body.layout.slot("employer").is_some_and(|s| !row.cell(s.column).is_blank());
        let answered = self.tools.hints.employer.is_some() || self.reading.fallback_employer.is_some();
        if stated || answered {
            return;
        }
        let fault = match &body.defaults.employer {
            Some(employer) => Fault::new(issue::SECTION_IS_EMPLOYER).text("employer", employer.clone()),
            None if matches!(body.layout.kind, SheetKind::Holdings | SheetKind::Payroll) => {
                Fault::new(issue::FIRM_ABOVE_ROWS)
            }
            None => return,
        };
        self.issues.add(fault.count("row", at + 1).text("name", name), None);
    }

    /// Applies what a title says to the rows from `at` on. Without a header of its own it must name an employer behind
    /// a label: a scrap below the table may hold a date too.
    pub(crate) fn end_title(&mut self, body: &mut Body, at: u32, headed: bool) {
        if body.titles.is_empty() {
            return;
        }
        let rows = std::mem::take(&mut body.titles);
        let texts = self.texts(&rows);
        let words = &self.tools.rules.import.title;
        let facts = labels::read(&texts, words, self.tools.aliases);
        if !headed && facts.employer.is_none() {
            return rows.iter().for_each(|row| self.unit_around(body, row));
        }
        // A label below a bare name has answered whose the rows are.
        let below = rows.last().is_some_and(|last| body.section.as_ref().is_some_and(|(at, _)| *at < last.index));
        if facts.employer.is_some() && below {
            body.section = None;
        }
        if let Err(fault) = self.apply_title(body, &texts, &facts, at) {
            self.issues.add(fault, None);
        }
    }

    fn apply_title(
        &mut self,
        body: &mut Body,
        texts: &[Vec<String>],
        facts: &labels::TitleFacts,
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
