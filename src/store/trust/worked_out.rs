//! What is kept under a name beside the facts: most of it is worked out anew when rows are gone, some of it cannot be.

use chrono::NaiveDate;
use rusqlite::{OptionalExtension as _, params};

use crate::store::{Store, StoreError};

/// Name under which the visits are kept whose files are behind. Nothing but their numbers is in it, and nothing else knows.
pub const FILES_BEHIND: &str = "plan_files";
/// Name under which the start page is kept as it was written last, as JSON with the day it is of under `today`. What its cycle
/// found cannot be found once more.
pub const START_PAGE: &str = "start_page";

impl Store {
    /// Forgets what facts, forecasts and cycles were worked out from, so that all of it is worked out anew.
    pub(super) fn forget_worked_out(&self) -> Result<(), StoreError> {
        let stays = params![FILES_BEHIND, START_PAGE];
        self.conn.execute("DELETE FROM fact_stamp WHERE fact NOT IN (?1, ?2)", stays)?;
        Ok(())
    }

    /// Forgets the start page unless it may stay.
    pub(super) fn forget_start_page_unless(&self, stays: impl FnOnce(&str) -> bool) -> Result<(), StoreError> {
        let kept = "SELECT stamp FROM fact_stamp WHERE fact = ?1";
        let page: Option<String> = self.conn.query_row(kept, [START_PAGE], |r| r.get(0)).optional()?;
        if page.is_some_and(|page| !stays(&page)) {
            self.conn.execute("DELETE FROM fact_stamp WHERE fact = ?1", [START_PAGE])?;
        }
        Ok(())
    }
}

/// The day a kept start page is of.
pub(super) fn day_of_page(page: &str) -> Option<NaiveDate> {
    serde_json::from_str::<serde_json::Value>(page).ok()?.get("today")?.as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::trust::keys::SecretKey;

    fn names(store: &Store) -> Vec<String> {
        let mut statement = store.conn.prepare("SELECT fact FROM fact_stamp ORDER BY fact").unwrap();
        statement.query_map([], |r| r.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    }

    fn store_with(kept: &[(&str, &str)]) -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(&folder.path().join("daifa.db"), &SecretKey::random().unwrap(), None).unwrap();
        for (name, stamp) in kept {
            store.conn.execute("INSERT INTO fact_stamp (fact, stamp) VALUES (?1, ?2)", [name, stamp]).unwrap();
        }
        (folder, store)
    }

    #[test]
    fn a_page_of_before_the_day_goes_with_what_is_older() {
        let page = r#"{"today": "2026-03-02"}"#;
        let (_folder, store) = store_with(&[("all", "1"), (FILES_BEHIND, "[1]"), (START_PAGE, page)]);
        store.remove_before("2026-03-02".parse().unwrap()).unwrap();
        assert_eq!(names(&store), [FILES_BEHIND, START_PAGE]);
        store.remove_before("2026-03-03".parse().unwrap()).unwrap();
        assert_eq!(names(&store), [FILES_BEHIND]);
    }

    #[test]
    fn what_cannot_be_worked_out_anew_stays_and_the_page_only_if_it_may() {
        let page = r#"{"today": "2026-03-02", "page": {"title": "甲厂"}}"#;
        let anew = [("all", "1"), ("cycle", "2"), ("foreseen", "3")];
        let (_folder, store) = store_with(&[&anew[..], &[(FILES_BEHIND, "[1]"), (START_PAGE, page)]].concat());
        store.forget_worked_out().unwrap();
        store.forget_start_page_unless(|page| page.contains("甲厂")).unwrap();
        assert_eq!(names(&store), [FILES_BEHIND, START_PAGE]);
        store.forget_start_page_unless(|page| !page.contains("甲厂")).unwrap();
        assert_eq!(names(&store), [FILES_BEHIND]);
        // There is none any more to be asked of.
        store.forget_start_page_unless(|_| panic!("asked")).unwrap();
        assert_eq!(day_of_page(page), "2026-03-02".parse().ok());
        assert_eq!((day_of_page("{}"), day_of_page("page")), (None, None));
    }
}
