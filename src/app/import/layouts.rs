//! Layouts once confirmed: remembered at import, applied without asking, shown and forgotten.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use crate::app::error::AppError;
use crate::app::workspace::open::Workspace;
use crate::intake::{FileReading, How, KnownLayout, Profile};
use crate::rules::Rules;
use crate::store::import::layouts::StoredLayout;
use crate::store::trust::audit::AuditNote;
use crate::store::{Store, StoreError};

/// A mapping a person has written.
const BY_PROFILE: &str = "profile";
/// A mapping that was sure.
const RECOGNISED: &str = "recognised";

/// A remembered layout, as shown and as JSON.
#[derive(Debug, Clone, Serialize)]
pub struct LayoutLine {
    pub fingerprint: String,
    pub kind: String,
    /// `profile` or `recognised`.
    pub origin: String,
    /// The file it was confirmed with.
    pub file: String,
    pub today: NaiveDate,
    pub columns: Vec<LayoutColumn>,
}

/// What one header stands for.
#[derive(Debug, Clone, Serialize)]
pub struct LayoutColumn {
    pub header: String,
    /// Field or product; `None` for a column that is not used.
    pub field: Option<String>,
    /// The field's usual header.
    pub name: Option<String>,
}

/// Hash of the rules by which columns are recognised: other rules may recognise more.
fn rules_hash(rules: &Rules) -> String {
    rules.hash_of(&["columns", "recognise", "products"])
}

/// Layouts to be applied without asking. One that was only recognised holds as long as the rules it was recognised by.
pub(crate) fn known(workspace: &Workspace) -> Result<BTreeMap<String, KnownLayout>, AppError> {
    let hash = rules_hash(&workspace.rules);
    let layouts = workspace.store.layouts()?.into_iter().filter_map(|stored| {
        let by_person = stored.origin == BY_PROFILE;
        let profile = Profile::from_stored(&stored.mapping).filter(|_| by_person || stored.rules_hash == hash)?;
        Some((stored.fingerprint, KnownLayout { profile, by_person }))
    });
    Ok(layouts.collect())
}

/// Remembers the layouts of the sheets that were taken in.
pub(crate) fn remember(
    store: &Store,
    rules: &Rules,
    reading: &FileReading,
    today: NaiveDate,
) -> Result<(), StoreError> {
    let stored = store.layouts()?;
    for sheet in reading.sheets.iter().filter(|s| s.row_count.is_some_and(|n| n > 0)) {
        let origin = match sheet.how {
            Some(How::Profile) => BY_PROFILE,
            None => RECOGNISED,
            Some(_) => continue,
        };
        let Some((fingerprint, profile)) = &sheet.layout else { continue };
        let layout = StoredLayout {
            fingerprint: fingerprint.clone(),
            kind: profile.kind.to_string(),
            origin: origin.to_string(),
            mapping: profile.to_toml(),
            rules_hash: rules_hash(rules),
            file: reading.file.clone(),
            today,
        };
        let known = stored.iter().find(|s| s.fingerprint == *fingerprint);
        let same = |s: &StoredLayout| (&s.origin, &s.mapping) == (&layout.origin, &layout.mapping);
        let kept = known.is_some_and(|s| {
            (same(s) && s.rules_hash == layout.rules_hash) || (s.origin == BY_PROFILE && origin == RECOGNISED)
        });
        if !kept {
            store.remember_layout(&layout)?;
            note(store, "layout_remembered", &layout)?;
        }
    }
    Ok(())
}

fn note(store: &Store, purpose: &str, layout: &StoredLayout) -> Result<(), StoreError> {
    store.audit(&AuditNote {
        action: "rules",
        purpose: format!("{purpose}:{}", layout.kind),
        subject: layout.fingerprint.clone(),
        rows: 0,
        columns: Vec::new(),
        mask_level: "none",
        sha256: crate::rules::hex_sha256(layout.mapping.as_bytes()),
    })?;
    Ok(())
}

/// All remembered layouts.
///
/// # Errors
/// The store cannot be read.
pub fn show(workspace: &Workspace) -> Result<Vec<LayoutLine>, AppError> {
    let line = |stored: StoredLayout| {
        let profile = Profile::from_stored(&stored.mapping);
        let columns = profile.iter().flat_map(|p| &p.columns).map(|c| {
            let kind = profile.as_ref().map(|p| p.kind);
            let rule = kind.zip(c.field.as_ref()).and_then(|(k, f)| workspace.rules.columns.of(k).get(f));
            let name = rule.and_then(|r| workspace.rules.columns.headers(r).into_iter().next());
            let product = c.product.as_deref().and_then(|p| workspace.products.by_key(p));
            LayoutColumn {
                header: c.header.clone(),
                field: c.field.clone().or_else(|| c.product.clone()),
                name: name.or_else(|| product.map(|p| workspace.words.product(p).to_string())),
            }
        });
        LayoutLine {
            columns: columns.collect(),
            fingerprint: stored.fingerprint,
            kind: stored.kind,
            origin: stored.origin,
            file: stored.file,
            today: stored.today,
        }
    };
    Ok(workspace.store.layouts()?.into_iter().map(line).collect())
}

/// Forgets the layout whose number begins with `text`, or all; returns how many.
///
/// # Errors
/// None or several begin so; the store cannot be written.
pub fn forget(workspace: &mut Workspace, text: Option<&str>) -> Result<usize, AppError> {
    let all = workspace.store.layouts()?;
    let chosen: Vec<StoredLayout> = match text {
        None => all,
        Some(text) => {
            let fitting: Vec<StoredLayout> = all.into_iter().filter(|l| l.fingerprint.starts_with(text)).collect();
            if fitting.len() != 1 {
                return Err(AppError::UnknownLayout { text: text.to_string() });
            }
            fitting
        }
    };
    workspace.store.transaction(|store| {
        for layout in &chosen {
            store.forget_layout(&layout.fingerprint)?;
            note(store, "layout_forgotten", layout)?;
        }
        Ok::<_, AppError>(chosen.len())
    })
}
