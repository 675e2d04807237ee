//! A workspace: its folder, its key, its rules and words, its open store.

pub use crate::app::workspace::settings::AfterImport;
pub use crate::app::workspace::settings::InboxRules;
pub use crate::app::workspace::settings::WorkspaceFile;
pub use crate::app::workspace::settings::failed;
pub use crate::app::workspace::settings::read_workspace_file;
pub(crate) use crate::app::workspace::settings::write_workspace_file;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::Serialize;

use crate::app::error::AppError;
use crate::app::identify;
use crate::app::workspace::disk;
use crate::app::workspace::folders;
pub(crate) use crate::app::workspace::folders::files_below;
use crate::app::workspace::hold::Hold;
use crate::app::workspace::materials::MaterialSettings;
use crate::app::workspace::templates;
use crate::app::workspace::unlock;
use crate::app::workspace::unlock::Given;
use crate::app::workspace::unlock::Settled;
use crate::facts::{self, FactSettings};
use crate::files::{self, Found, Unfit};
use crate::model::days::period::days_after;
use crate::model::days::workdays::Workdays;
use crate::model::{Fen, Products};
use crate::output;
use crate::render::templates::Templates;
use crate::render::words::{Lang, Words};
use crate::rules::Rules;
use crate::rules::visit::calendar;
use crate::store::trust::audit::ShownColumn;
use crate::store::trust::keys::{self, SecretKey};
use crate::store::{Store, StoreError, schema};

/// An open workspace on a given day.
#[derive(Debug)]
pub struct Workspace {
    pub root: PathBuf,
    pub file: WorkspaceFile,
    pub rules: Rules,
    pub products: Products,
    pub workdays: Workdays,
    pub words: Words,
    pub templates: Templates,
    pub store: Store,
    pub today: NaiveDate,
    /// The key file, when other users of the PC could read it until it was opened.
    pub closed_key_file: Option<PathBuf>,
    /// A change of the key that was interrupted and that opening brought to its end.
    pub settled: Option<Settled>,
    /// The database key.
    pub(crate) key: SecretKey,
    _hold: Option<Hold>,
}

/// How a new workspace is made.
#[derive(Debug, Clone, Default)]
pub struct InitOptions {
    pub branch: Option<String>,
    /// Wrap the key with this passphrase instead of a key file.
    pub passphrase: Option<String>,
    /// Where to write the recovery copy; else beside the key file.
    pub recovery_copy: Option<PathBuf>,
    /// A fixed key for hashes and row keys instead of a random one: only for a workspace of invented data, whose
    /// outputs are to be the same everywhere.
    pub fixed_hmac_key: Option<SecretKey>,
    /// The day the workspace is to remember ([`WorkspaceFile::today`]).
    pub today: Option<NaiveDate>,
}

/// What [`init`] made.
#[derive(Debug, Clone, Serialize)]
pub struct Initialised {
    pub root: PathBuf,
    pub uuid: String,
    pub key_file: Option<PathBuf>,
    pub recovery_copy: PathBuf,
}

/// What a user without a command line starts from.
const STARTERS: &[(&str, &str)] = &[
    ("一键运行.cmd", include_str!("../../../templates/zh-CN/workspace/run.cmd")),
    ("一键运行.sh", include_str!("../../../templates/zh-CN/workspace/run.sh")),
    ("rules/说明.txt", include_str!("../../../templates/zh-CN/workspace/rules.txt")),
];

/// Makes a workspace in `root`: an empty folder, or a new one.
///
/// # Errors
/// The folder holds something already, or cannot be written.
pub fn init(root: &Path, options: &InitOptions) -> Result<Initialised, AppError> {
    must_be_empty(root)?;
    let rules = Rules::load(None)?;
    options.passphrase.as_deref().map_or(Ok(()), |text| unlock::must_be_long(text, &rules.passphrase))?;
    fs::create_dir_all(root).map_err(|e| failed(root, &e))?;
    disk::refuse_network(root, &rules.disk)?;
    let uuid = new_uuid()?;
    let database = SecretKey::random()?;
    let (key, key_file) = match &options.passphrase {
        Some(passphrase) => (keys::wrap_with_passphrase(&database, passphrase, &uuid)?, None),
        None => {
            let path = keys::key_file(&uuid)?;
            let wrapping = if path.exists() { keys::read_key_file(&path)? } else { SecretKey::random()? };
            if !path.exists() {
                keys::write_key_file(&path, &wrapping)?;
            }
            (keys::wrap(&database, &wrapping, &uuid, "key_file")?, Some(path))
        }
    };
    let recovery_copy = match &options.recovery_copy {
        Some(path) => path.clone(),
        None => keys::key_file(&uuid)?.with_file_name(format!("{uuid}.recovery.txt")),
    };
    keys::write_key_file(&recovery_copy, &database)?;
    let file = WorkspaceFile {
        format: schema::version(),
        uuid: uuid.clone(),
        branch: options.branch.clone().unwrap_or_else(|| folder_name(root)),
        today: options.today,
        inbox: InboxRules { after_import: AfterImport::Move },
        outlets: Vec::new(),
        materials: MaterialSettings::default(),
        key,
        next_key: None,
        next_recovery: None,
    };
    write_starters(root)?;
    Store::create(&root.join("daifa.db"), &database, options.fixed_hmac_key.as_ref())?;
    // Last: a folder with this file is a workspace.
    write_workspace_file(root, &file)?;
    Ok(Initialised { root: root.to_path_buf(), uuid, key_file, recovery_copy })
}

/// The folders of a workspace, and what a user without a command line starts from.
pub(crate) fn write_starters(root: &Path) -> Result<(), AppError> {
    folders::make(root)?;
    for (name, text) in STARTERS {
        let mut text = text.replace("\r\n", "\n");
        if name.ends_with(".cmd") || name.ends_with(".txt") {
            // cmd.exe and old editors need CRLF.
            text = text.replace('\n', "\r\n");
        }
        output::write(root, name, text.as_bytes())?;
    }
    make_executable(&root.join("一键运行.sh"));
    Ok(())
}

/// A workspace is made only where nothing is.
pub(crate) fn must_be_empty(root: &Path) -> Result<(), AppError> {
    if root.join("daifa.toml").exists() {
        return Err(AppError::WorkspaceExists { path: root.to_path_buf() });
    }
    if fs::read_dir(root).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(AppError::FolderNotEmpty { path: root.to_path_buf() });
    }
    Ok(())
}

/// The folder's own name: a branch that did not say its name signs with it.
fn folder_name(root: &Path) -> String {
    let full = fs::canonicalize(root).unwrap_or_else(|_| root.to_path_buf());
    full.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}

/// What opening needs besides the folder.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    pub lang: Lang,
    pub today: NaiveDate,
    pub passphrase: Option<String>,
    /// Open with this recovery copy, whatever the key file.
    pub recovery: Option<PathBuf>,
    /// Open also while another daifa is at work: for what only reads and records.
    pub beside: bool,
}

impl Workspace {
    /// Opens the workspace at `root`, alone unless `beside` is asked for.
    ///
    /// # Errors
    /// No workspace there, a newer one, a wrong key, another daifa at work, a rules file that cannot be used.
    pub fn open(root: &Path, options: &OpenOptions) -> Result<Workspace, AppError> {
        let mut file = read_workspace_file(root)?;
        folders::check(root)?;
        if file.format > schema::version() {
            let (found, known) = (file.format, schema::version());
            return Err(crate::store::StoreError::NewerWorkspace { found, known }.into());
        }
        let rules = Rules::load(Some(&root.join("rules")))?;
        disk::refuse_network(root, &rules.disk)?;
        let hold = if options.beside { Hold::try_take(root)? } else { Some(Hold::take(root)?) };
        if hold.is_some() {
            // One of an earlier version was open to others; a closed folder closes all below it.
            files::make_private(root).ok();
        }
        let database_file = root.join("daifa.db");
        if !database_file.exists() {
            return Err(AppError::NoFile { path: database_file });
        }
        let overlay = root.join("templates");
        let key_file = keys::key_file(&file.uuid).ok();
        let closed_key_file = match key_file.filter(|_| options.recovery.is_none() && file.key.salt.is_none()) {
            Some(path) => keys::close_key_file(&path)?.then_some(path),
            None => None,
        };
        let given = Given { passphrase: options.passphrase.as_deref(), recovery: options.recovery.as_deref() };
        let mut unlocked = unlock::unlock(&database_file, &file, &given)?;
        let mut settled = None;
        if hold.is_some() {
            settled = unlock::settle(root, &mut file, &unlocked)?;
            unlocked.store.see_overlay(&overlay_files(root)?)?;
        }
        unlocked.store.set_firm_words(rules.matching.firm_words());
        Ok(Workspace {
            products: rules.products.catalogue(),
            workdays: calendar::load(Some(&root.join("calendars")))?,
            words: Words::load(options.lang, Some(&overlay))?,
            templates: Templates::load(options.lang, Some(&overlay))?
                .limited(templates::limits(&rules.documents.limits)),
            store: unlocked.store,
            key: unlocked.key,
            today: options.today,
            closed_key_file,
            settled,
            root: root.to_path_buf(),
            file,
            rules,
            _hold: hold,
        })
    }

    /// Runs `work` in one transaction of the database: all of it is kept or nothing.
    pub(crate) fn transaction<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&mut Workspace) -> Result<T, E>,
    ) -> Result<T, E> {
        let begun = self.store.begin()?;
        let done = work(self);
        self.store.end(begun, done)
    }

    /// Whether it is held for this process alone.
    pub(crate) fn is_held(&self) -> bool {
        self._hold.is_some()
    }

    /// Whether it was opened beside another daifa, and one is at work still.
    ///
    /// # Errors
    /// The lock cannot be looked at.
    pub(crate) fn is_beside_another(&self) -> Result<bool, AppError> {
        Ok(self._hold.is_none() && Hold::try_take(&self.root)?.is_none())
    }

    /// Folder of the day's outputs, relative to the workspace.
    pub fn out_folder(&self) -> String {
        format!("out/{}", self.today)
    }

    /// The thresholds facts are worked out with today.
    pub fn fact_settings(&self) -> FactSettings {
        let rules = &self.rules.facts;
        FactSettings {
            as_of: self.today,
            oldest: days_after(self.today, -rules.snapshot.max_age_days),
            attributes_oldest: days_after(self.today, -rules.snapshot.attributes_max_age_days),
            affluent: Fen::yuan(rules.affluent.aum_yuan),
            of_months: i64::from(rules.effective.of_months),
            usual_months: i64::from(rules.usual_wage.months),
            effective_months: rules.effective.months,
            effective_month: Fen::yuan(rules.effective.month_yuan),
            many_products: rules.many_products.least,
        }
    }

    /// The thresholds and windows the facts are worked out with today.
    pub(crate) fn fact_plan(&self) -> Result<(FactSettings, facts::Windows), AppError> {
        let dates = facts::inputs::employer_dates(&self.store, self.today)?;
        let visits = crate::app::ledger::last_held(&self.store, self.today)?;
        let windows =
            crate::engagement::windows::decide(&self.rules.retention, &self.rules.facts, &dates, &visits, self.today);
        Ok((self.fact_settings(), windows))
    }

    /// Whether the kept facts fit inputs, rules and day.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn facts_fit(&self) -> Result<bool, AppError> {
        let (settings, windows) = self.fact_plan()?;
        let stamp = fact_stamp(&self.store, &self.rules, self.today, &settings, &windows)?;
        Ok(facts::fits(&self.store, &stamp)?)
    }

    /// Rebuilds the facts when inputs, rules or the day's view of them have changed.
    ///
    /// # Errors
    /// The database cannot be read or written.
    pub fn refresh_facts(&mut self) -> Result<(), AppError> {
        if self.facts_fit()? {
            return Ok(());
        }
        let (settings, windows) = self.fact_plan()?;
        let (products, rules, today) = (self.products.clone(), self.rules.clone(), self.today);
        self.store.transaction(|store| {
            // Here, not only after an import: one that was cut off may have left payees waiting.
            identify::rematch(store, &rules.matching.in_order())?;
            let stamp = fact_stamp(store, &rules, today, &settings, &windows)?;
            facts::rebuild(store, &settings, &windows, &products, &stamp).map_err(AppError::from)
        })
    }
}

/// What facts are worked out from, as one hash.
fn fact_stamp(
    store: &Store,
    rules: &Rules,
    today: NaiveDate,
    settings: &FactSettings,
    windows: &facts::Windows,
) -> Result<String, AppError> {
    let rules_hash = rules.hash_of(&["facts", "retention", "products", "matching"]);
    let revision = facts::inputs::revision(store, today)?;
    Ok(crate::rules::hex_sha256(format!("{revision}|{rules_hash}|{settings:?}|{windows:?}").as_bytes()))
}

/// Files of the workspace that change what the software does, by name, with their SHA-256.
pub(crate) fn overlay_files(root: &Path) -> Result<BTreeMap<String, String>, AppError> {
    let mut found = BTreeMap::new();
    for (folder, extension) in [("rules", Some("toml")), ("templates", None), ("calendars", Some("json"))] {
        for (path, kind) in folders::all_below(&root.join(folder))? {
            if extension.is_some_and(|e| path.extension().is_none_or(|own| own != e)) {
                continue;
            }
            let unfit = match kind {
                Found::File => None,
                Found::Link => Some(Unfit::Link),
                Found::Other => Some(Unfit::Kind),
            };
            if let Some(unfit) = unfit {
                return Err(AppError::Unfit { path, unfit });
            }
            let hash = files::open_own(&path).and_then(files::sha256);
            found.insert(relative(root, &path), hash.map_err(|e| failed(&path, &e))?.1);
        }
    }
    Ok(found)
}

/// A path below `root` as text with `/` between its parts.
pub(crate) fn relative(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// What the audit says of an output.
#[derive(Debug, Clone, Default)]
pub struct OutNote {
    pub purpose: &'static str,
    pub rows: usize,
    /// Columns with personal data, each with its level.
    pub columns: Vec<ShownColumn>,
    /// `none`, `masked` or `whole`.
    pub mask_level: &'static str,
}

/// A random (version 4) UUID: names the key file.
fn new_uuid() -> Result<String, AppError> {
    let hex = SecretKey::random()?.to_hex();
    Ok(format!("{}-{}-4{}-8{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32]))
}

#[cfg(unix)]
fn make_executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    // Only a convenience: the script also runs by `sh 一键运行.sh`.
    fs::set_permissions(path, fs::Permissions::from_mode(0o700)).ok();
}

#[cfg(not(unix))]
fn make_executable(_path: &Path) {}
