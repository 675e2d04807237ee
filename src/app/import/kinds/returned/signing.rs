//! The list that is signed at a visit (签到登记): who allows which channels, of those who were invited and of others who came.

use std::collections::BTreeMap;

use crate::app::contact::answers::Matter;
use crate::app::error::AppError;
use crate::app::import::ctx::Ctx;
use crate::app::import::kinds::returned::{Returned, Sent, at};
use crate::engagement::visit::planned::VisitPart;
use crate::model::matching::person::Reach;
use crate::model::personal::Purpose;
use crate::model::problem::codes;
use crate::model::returns::answer::Subject;
use crate::model::returns::book::{EMPTY_LINE, ReturnedRow, SIGNED_NAME};
use crate::model::{EmployeeId, Param, Personal, VisitId};

const SIGNED_PHONE: &str = "signed_phone";

/// Whether a key is that of a line nobody's name stood on.
pub(super) fn is_empty_line(key: &str) -> bool {
    key.split_once('/').is_some_and(|(_, part)| part.starts_with(EMPTY_LINE))
}

impl Returned {
    /// What a line says, kept by whoever signed it; name and phone only tell who that is.
    pub(super) fn signing(
        &mut self,
        ctx: &mut Ctx<'_>,
        sent: &Sent,
        row: &ReturnedRow,
        matter: Matter,
        before: Option<&BTreeMap<String, String>>,
    ) -> Result<(), AppError> {
        let mut values = self.changed(sent, row, before);
        values.retain(|v| v.field != SIGNED_NAME && v.field != SIGNED_PHONE);
        let first = self.seen.insert(row.key.clone(), row.row);
        if !row.unread.is_empty() {
            ctx.leave_out(row.row, "problem");
            return Ok(());
        }
        if values.is_empty() {
            ctx.leave_out(row.row, "no_result");
            return Ok(());
        }
        let Some(matter) = signer(ctx, row, matter)? else {
            let params = vec![("column", Param::Word { word: format!("column.{SIGNED_NAME}") })];
            ctx.list_at(codes::SIGNER_UNKNOWN, at(row, SIGNED_NAME), params);
            ctx.leave_out(row.row, "person_unknown");
            return Ok(());
        };
        if let Some(first) = first {
            ctx.list_at(codes::RETURN_ROW_TWICE, (row.row, 0), vec![("row", Param::Count(i64::from(first) + 1))]);
        }
        self.state(ctx, sent, row, &matter, values)
    }
}

/// Who has signed: whom the line was made for, if that name still stands there; on an empty line the only one of the name
/// at the employer whose phone fits.
fn signer(ctx: &mut Ctx<'_>, row: &ReturnedRow, matter: Matter) -> Result<Option<Matter>, AppError> {
    let Some(name) = row.value(SIGNED_NAME).map(|name| Personal::new(name.to_string())) else { return Ok(None) };
    if let Some(who) = matter.employee {
        // A name that is shown masked tells nothing.
        return Ok((!ctx.people.has_another_name(who, &name)?).then_some(matter));
    }
    let Subject::Step(visit, _) = matter.subject else { return Ok(None) };
    let Some(who) = named(ctx, visit, &name, row.value(SIGNED_PHONE))? else { return Ok(None) };
    let subject = Subject::Step(visit, VisitPart::Signer(who).to_string());
    Ok(Some(Matter { subject, employee: Some(who), channel: None }))
}

fn named(
    ctx: &Ctx<'_>,
    visit: VisitId,
    name: &Personal<String>,
    phone: Option<&str>,
) -> Result<Option<EmployeeId>, AppError> {
    let Some(visit) = ctx.store.visits(ctx.today)?.into_iter().find(|v| v.visit_id == visit) else { return Ok(None) };
    let people = ctx.store.namesakes(visit.employer_id, name, &Reach::Anybody, None)?.people;
    let digits: String = phone.unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
    let mut fitting = Vec::new();
    for who in people.iter().map(|p| p.whose.now) {
        let known = ctx.store.person(who)?.and_then(|person| person.phone);
        // Nothing was typed, or no phone is known: the name alone has to tell.
        let fits = known.is_none_or(|known| known.unmask(Purpose::Store).ends_with(digits.as_str()));
        if fits {
            fitting.push(who);
        }
    }
    Ok(if let [only] = fitting[..] { Some(only) } else { None })
}
