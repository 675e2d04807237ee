//! What the user says of sheets that do not say it themselves.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;

use crate::app::import::Hints;
use crate::app::import::Unit;
use crate::model::status::SheetKind;

#[derive(Debug, Args)]
pub struct Said {
    /// Kind of the sheets, where the headers do not tell: employers, staff, holdings, payroll, visits, flows, contacts, sales,
    /// targets
    #[arg(long, value_parser = kind)]
    pub kind: Option<SheetKind>,
    /// Date of the holdings, where the sheet does not say
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<NaiveDate>,
    /// Employer, where the sheet does not say
    #[arg(long, value_name = "NAME")]
    pub employer: Option<String>,
    /// Payday, where the sheet does not say
    #[arg(long, value_name = "DATE")]
    pub payday: Option<NaiveDate>,
    /// Unit of all amounts, whatever the sheet says: yuan, thousand, ten_thousand, million, hundred_million
    #[arg(long, value_parser = unit)]
    pub unit: Option<Unit>,
    /// File with the opening passwords of protected workbooks, one a line
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// Mapping profile that says which column is what; may be given several times
    #[arg(long, value_name = "FILE")]
    pub profile: Vec<PathBuf>,
}

impl Said {
    pub fn hints(&self) -> Hints {
        Hints {
            kind: self.kind,
            as_of: self.as_of,
            employer: self.employer.clone(),
            payday: self.payday,
            unit: self.unit,
            password_file: self.password_file.clone(),
            ..Hints::default()
        }
    }
}

fn kind(text: &str) -> Result<SheetKind, String> {
    // A workbook of ours is known by its mark, whatever is said.
    let all = || SheetKind::ALL.iter().filter(|k| **k != SheetKind::Returned);
    let known = || all().map(|k| k.key()).collect::<Vec<_>>().join(", ");
    SheetKind::from_key(text).filter(|k| all().any(|a| a == k)).ok_or_else(known)
}

fn unit(text: &str) -> Result<Unit, String> {
    let known = || Unit::ALL.iter().map(|u| u.key()).collect::<Vec<_>>().join(", ");
    Unit::from_key(text).ok_or_else(known)
}
