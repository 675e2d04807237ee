//! Colleagues: rows → staff, and who of those known is missing from a list.

use crate::app::error::AppError;
use crate::app::import::kinds::gathered::Colleagues;
use crate::app::import::take::Taking;
use crate::model::Param;
use crate::model::problem::codes;
use crate::model::rows::StaffRow;
use crate::store::import::staff::StaffMember;

impl Taking<'_> {
    pub(crate) fn staff_rows(&mut self, rows: &[StaffRow]) -> Result<(), AppError> {
        if self.colleagues.known.is_none() {
            self.colleagues.known = Some(self.store.staff()?);
        }
        for row in rows {
            self.store.put_staff(row)?;
            let list = &mut self.colleagues;
            list.listed.extend([row.number.clone(), row.name.clone()]);
            list.outlets.extend(row.outlet.clone());
        }
        Ok(())
    }

    /// Asks about colleagues a list does not have: a list of a part ends nobody, and one of all does not say who has left.
    pub(crate) fn settle_staff(&mut self) {
        let Colleagues { known, listed, outlets } = std::mem::take(&mut self.colleagues);
        let known = known.unwrap_or_default();
        let has = |m: &&StaffMember| listed.contains(&m.row.number) || listed.contains(&m.row.name);
        // Of a list that names outlets only theirs can be missing; one without any has to have somebody of those known.
        let expected = |m: &&StaffMember| match (&m.row.outlet, outlets.is_empty()) {
            (Some(outlet), false) => outlets.contains(outlet),
            (None, false) => false,
            (_, true) => known.iter().any(|m| has(&m)),
        };
        let missing = known.iter().filter(|m| !m.row.is_away_always() && expected(m) && !has(m));
        let names: Vec<String> = missing.map(|m| m.row.name.clone()).collect();
        if names.is_empty() {
            return;
        }
        let people = Param::Count(names.len() as i64);
        let shown = self.rules.recognise.unknown_words;
        let more = if names.len() > shown { "…" } else { "" };
        let names = Param::Text(names[..names.len().min(shown)].join("、") + more);
        self.raise(codes::STAFF_MISSING, vec![("people", people), ("names", names)]);
    }
}
