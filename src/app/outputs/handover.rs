//! 10_交接单: what one colleague hands over to another.

use crate::app::contact::handover::Handover;
use crate::app::directory::Directory;
use crate::app::error::AppError;
use crate::app::outputs::clients::Clients;
use crate::app::outputs::shown::{Showing, personal_note};
use crate::app::recipients::{self, Recipient};
use crate::app::workspace::open::Workspace;
use crate::facts::employee::employee_facts;
use crate::model::EmployeeId;
use crate::model::imported::PersonalField;
use crate::output::Written;
use crate::render::books::contact::handover::{
    HandoverBlocked, HandoverClient, HandoverInput, HandoverMaturity, HandoverPromise, handover_book,
};
use crate::render::workbook;

/// `10_交接单_<移交人>_<接收人>_<日期>.xlsx`.
///
/// # Errors
/// The file cannot be made or written.
pub fn write_handover(workspace: &Workspace, made: &Handover, directory: &Directory) -> Result<Written, AppError> {
    let levels = workspace.rules.masking.of("own_clients");
    let showing = Showing::load(workspace, &levels, made.clients.iter().copied())?;
    let clients = Clients::load(workspace, made.clients.iter().copied())?;
    let mut rows = Vec::new();
    employee_facts::each_of(&workspace.store, made.clients.iter().copied(), |facts| {
        rows.push(HandoverClient {
            name: showing.name(facts.employee_id),
            phone: showing.phone(facts.employee_id),
            employer: directory.names().employer(facts.employer_id),
            client: clients.line(facts.employee_id),
        });
    })?;
    let name = |id: EmployeeId| showing.name(id);
    let promises: Vec<HandoverPromise> = made
        .promises
        .iter()
        .map(|p| HandoverPromise { on: p.on, name: name(p.employee_id), product: p.product.clone() })
        .collect();
    let maturities: Vec<HandoverMaturity> = made
        .maturities
        .iter()
        .map(|m| HandoverMaturity { due: m.due, name: name(m.employee_id), amount: m.amount_fen })
        .collect();
    let blocked: Vec<HandoverBlocked> =
        made.blocked.iter().map(|b| HandoverBlocked { name: name(b.employee_id), by: b.by }).collect();
    let input = HandoverInput {
        from: &made.from_name,
        to: &made.to_name,
        date: workspace.today,
        clients: &rows,
        promises: &promises,
        needs: &made.needs,
        maturities: &maturities,
        blocked: &blocked,
        products: &workspace.products,
    };
    let bytes = workbook::write(&handover_book(&input, &workspace.words), &workspace.words)?;
    let has = [("own_clients", PersonalField::Name), ("own_clients", PersonalField::Phone)];
    let safe = recipients::file_names(&[
        Recipient { name: &made.from_name, identity: &made.from_name },
        Recipient { name: &made.to_name, identity: &made.to_name },
    ]);
    let (title, today) = (workspace.words.get("file.handover"), workspace.today);
    let file = format!("10_{title}_{}_{today}.xlsx", safe.join("_"));
    workspace.write_out(&file, &bytes, personal_note(workspace, &has, "handover", rows.len()))
}
