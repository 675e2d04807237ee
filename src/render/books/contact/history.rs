//! The history of a person or an employer, as tables.

use std::collections::BTreeMap;

use crate::engagement::contact::history::{
    AppointmentTold, Candidate, ContactTold, EmployerHistory, EmployerPaidOn, HoldingOn, NeedTold, OfClient, PaidOn,
    PartTold, PersonHistory, TaskState, TaskTold, VisitTold,
};
use crate::engagement::contact::opportunities::Opportunity;
use crate::engagement::contact::relations::Relation;
use crate::engagement::visit::planned::VisitPart;
use crate::model::status::Channel;
use crate::model::{EmployeeId, Fen, Param, Products};
use crate::render::books::columns::Columns;
use crate::render::books::contact::maintenance::basis;
use crate::render::books::visit::part::part_name;
use crate::render::books::{known, product_name, product_names, said};
use crate::render::table::{Cell, Kind, Table, Tone};
use crate::render::words::Words;

/// What the line above the tables of a person says.
pub fn person_params(of: &PersonHistory, words: &Words) -> Vec<(&'static str, Param)> {
    let stopped = of.stopped.map(|by| {
        words.fill("note.stopped", &[("reason", Param::Text(words.get(&format!("block.{by}")).to_string()))])
    });
    vec![
        ("stopped", Param::Text(stopped.unwrap_or_default())),
        ("id", Param::Text(of.id.to_string())),
        ("name", Param::Text(if of.watched { format!("☆{}", of.name) } else { of.name.clone() })),
        ("employer", Param::Text(of.employer.clone())),
        ("owner", Param::Text(of.owner.clone().unwrap_or_else(|| "—".into()))),
    ]
}

/// What the line above the tables of an employer says.
pub fn employer_params(of: &EmployerHistory) -> Vec<(&'static str, Param)> {
    let money = |fen: Option<Fen>| fen.map_or_else(|| Param::Text("—".into()), |fen| Param::Money { fen });
    vec![
        ("id", Param::Text(of.id.to_string())),
        ("name", Param::Text(of.name.clone())),
        ("owner", Param::Text(of.owner.clone().unwrap_or_else(|| "—".into()))),
        ("heads", Param::Count(of.profile.headcount)),
        ("aum", money(of.profile.aum_fen)),
    ]
}

/// Tables of a person: what is to come first, what was said, what is held, what was paid. `labels`: names of the rules.
pub fn person_tables(
    of: &PersonHistory,
    products: &Products,
    labels: &BTreeMap<String, String>,
    words: &Words,
) -> Vec<Table> {
    let mut tables = Vec::new();
    if !of.relations.is_empty() {
        tables.push(relations(&of.relations, products, words));
    }
    if !of.appointments.is_empty() {
        tables.push(appointments(&own(&of.appointments), products, words));
    }
    tables.push(tasks(&own(&of.tasks), labels, words));
    tables.push(contacts(&own(&of.contacts), products, words));
    if !of.opportunities.is_empty() {
        tables.push(opportunities(&own(&of.opportunities), products, words));
    }
    if !of.needs.is_empty() {
        tables.push(needs(&of.needs, words));
    }
    tables.push(holdings(&of.holdings, products, words));
    if let Some(change) = &of.changes {
        let names = |keys: &[String]| Cell::Text(product_names(words, products, keys));
        let table = Columns::<()>::new(words, "history_change")
            .add("before_as_of", Kind::Date, |()| Cell::Date(change.from))
            .add("as_of", Kind::Date, |()| Cell::Date(change.to))
            .add("gained", Kind::Text, |()| names(&change.gained))
            .add("lost", Kind::Text, |()| names(&change.lost));
        tables.push(table.table([()]));
    }
    tables.push(paydays(&of.paydays, words));
    if !of.visits.is_empty() {
        tables.push(visits(&of.visits, words));
    }
    tell_more(&mut tables, &of.more, &of.id.to_string(), words);
    tables
}

/// Says below each table how many rows more there are, and how they are seen.
fn tell_more(tables: &mut [Table], more: &BTreeMap<&'static str, i64>, who: &str, words: &Words) {
    for table in tables {
        let list = table.key.trim_start_matches("history_").trim_start_matches("employer_");
        if let Some(more) = more.get(list) {
            let params = [("more", Param::Count(*more)), ("who", Param::Text(who.to_string()))];
            table.notes.push(words.fill("note.more_rows", &params));
        }
    }
}

/// Tables of an employer: what is to come with its people first. `labels`: names of the rules.
pub fn employer_tables(
    of: &EmployerHistory,
    products: &Products,
    labels: &BTreeMap<String, String>,
    words: &Words,
) -> Vec<Table> {
    // Rates are those of paydays, not of a bonus.
    let retained = |p: &EmployerPaidOn| of.retention.iter().find(|r| r.payday == p.payday && p.kind == "wage");
    let paydays = Columns::<EmployerPaidOn>::new(words, "history_employer_paydays")
        .add("payday", Kind::Date, |p| Cell::Date(p.payday))
        .add("pay_kind", Kind::Text, |p| Cell::text(words.word(&p.kind)))
        .add("heads", Kind::Count, |p| Cell::Count(p.heads))
        .add("payroll", Kind::Wan, |p| Cell::Money(p.payroll_fen))
        .add("rate", Kind::Share, |p| known(retained(p).and_then(|r| r.rate), Cell::Share))
        .add("basis", Kind::Text, |p| {
            known(retained(p).filter(|r| r.rate.is_some()), |r| Cell::Text(basis(words, r.basis.key(), r.approximate)))
        });
    let mut tables = Vec::new();
    if !of.appointments.is_empty() {
        tables.push(appointments(&of_clients(&of.appointments), products, words));
    }
    if !of.task_states.is_empty() {
        tables.push(task_states(&of.task_states, words));
    }
    if !of.tasks.is_empty() {
        tables.push(tasks(&of_clients(&of.tasks), labels, words));
    }
    if !of.contacts.is_empty() {
        tables.push(contacts(&of_clients(&of.contacts), products, words));
    }
    if !of.opportunities.is_empty() {
        tables.push(opportunities(&of_clients(&of.opportunities), products, words));
    }
    tables.push(paydays.table(&of.paydays));
    tables.push(visits(&of.visits, words));
    if of.visits.iter().any(|v| !v.told.is_empty()) {
        tables.push(parts(&of.visits, words));
    }
    if !of.needs.is_empty() {
        tables.push(needs(&of.needs, words));
    }
    tell_more(&mut tables, &of.more, &of.id.to_string(), words);
    tables
}

/// A line about a client, who is named where there are several.
struct Line<'a, T> {
    client: Option<(EmployeeId, &'a str)>,
    told: &'a T,
}

fn own<T>(list: &[T]) -> Vec<Line<'_, T>> {
    list.iter().map(|told| Line { client: None, told }).collect()
}

fn of_clients<T>(list: &[OfClient<T>]) -> Vec<Line<'_, T>> {
    list.iter().map(|of| Line { client: Some((of.employee_id, &of.name)), told: &of.told }).collect()
}

/// A table that names the client of each line, where there are several.
fn line_columns<'a, T: 'a>(words: &'a Words, key: &'static str, list: &[Line<'a, T>]) -> Columns<'a, Line<'a, T>> {
    let columns = Columns::new(words, key);
    if list.iter().all(|line| line.client.is_none()) {
        return columns;
    }
    columns
        .add("candidate_id", Kind::Text, |l: &Line<'a, T>| known(l.client, |(id, _)| Cell::Text(id.to_string())))
        .add("name", Kind::Text, |l: &Line<'a, T>| known(l.client, |(_, name)| Cell::text(name)))
}

fn task_states(states: &BTreeMap<TaskState, i64>, words: &Words) -> Table {
    Columns::<(&TaskState, &i64)>::new(words, "history_task_states")
        .add("task_state", Kind::Text, |(state, _)| Cell::text(words.get(&format!("task_state.{}", state.key()))))
        .add("tasks", Kind::Count, |(_, tasks)| Cell::Count(**tasks))
        .table(states)
}

fn opportunities<'a>(list: &[Line<'a, Opportunity>], products: &'a Products, words: &'a Words) -> Table {
    line_columns(words, "history_opportunities", list)
        .add("product", Kind::Text, |o| product_of(words, products, Some(&o.told.product)))
        .add("stage", Kind::Text, |o| Cell::text(words.get(&format!("stage.{}", o.told.stage.key()))))
        .add("amount", Kind::Yuan, |o| Cell::or_empty(o.told.amount_fen, Cell::Money))
        .add("since", Kind::Date, |o| Cell::Date(o.told.since))
        .add("next_contact", Kind::Date, |o| Cell::or_empty(o.told.next, Cell::Date))
        .table(list)
}

fn relations(list: &[Relation], products: &Products, words: &Words) -> Table {
    let there =
        |r: &Relation| words.get(if r.there == Some(true) { "relation_there.yes" } else { "relation_there.no" });
    Columns::<Relation>::new(words, "history_relations")
        .add("relation", Kind::Text, |r| Cell::text(words.get(&format!("relation.{}", r.kind.key()))))
        .add("relation_there", Kind::Text, |r| known(r.there, |_| Cell::text(there(r))))
        .add("relation_on", Kind::Wrap, |r| Cell::Text(relation_on(r, products, words)))
        .table(list)
}

/// What a relation rests on: products, the last payday or the contacts.
fn relation_on(of: &Relation, products: &Products, words: &Words) -> String {
    let held = (!of.products.is_empty()).then(|| product_names(words, products, &of.products));
    let last = of.last.map(|day| {
        let params = [("date", Param::Date(day)), ("contacts", Param::Count(of.contacts))];
        words.fill(&format!("relation_on.{}", of.kind.key()), &params)
    });
    [held, last].into_iter().flatten().collect::<Vec<_>>().join(words.get("common.reason_separator"))
}

fn needs(list: &[NeedTold], words: &Words) -> Table {
    Columns::<NeedTold>::new(words, "needs")
        .add("need", Kind::Text, |n| Cell::Text(format!("N{}", n.need_id)))
        .add("need_kind", Kind::Text, |n| Cell::text(words.get(&format!("need_kind.{}", n.kind.key()))))
        .add("need_text", Kind::Wrap, |n| Cell::text(&n.text))
        .add("task_state", Kind::Text, |n| Cell::text(words.get(&format!("task_state.{}", n.state.key()))))
        .add("due", Kind::Date, |n| Cell::or_empty(n.due, Cell::Date))
        .add("owner", Kind::Text, |n| known(n.owner.clone(), Cell::Text))
        .table(list)
}

/// Whom a text may mean.
pub fn candidates_table(candidates: &[Candidate], words: &Words) -> Table {
    Columns::<Candidate>::new(words, "candidates")
        .add("candidate_id", Kind::Text, |c| Cell::text(&c.id))
        .add("name", Kind::Text, |c| Cell::text(&c.name))
        .add("employer", Kind::Text, |c| known(c.employer.clone(), Cell::Text))
        .table(candidates)
}

fn channel_of(words: &Words, channel: Option<Channel>) -> Cell {
    known(channel, |c| Cell::text(words.word(c.key())))
}

fn product_of(words: &Words, products: &Products, product: Option<&String>) -> Cell {
    Cell::or_empty(product, |key| match products.by_key(key) {
        Some(_) => Cell::text(product_name(words, products, key)),
        None => Cell::text(key),
    })
}

fn appointments<'a>(list: &[Line<'a, AppointmentTold>], products: &'a Products, words: &'a Words) -> Table {
    line_columns(words, "history_appointments", list)
        .add("next_contact", Kind::Date, |a| Cell::Date(a.told.next))
        .add("channel", Kind::Text, |a| channel_of(words, a.told.channel))
        .add("product", Kind::Text, |a| product_of(words, products, a.told.product.as_ref()))
        .add("agreed_on", Kind::Date, |a| Cell::Date(a.told.agreed_on))
        .table(list)
}

fn tasks<'a>(list: &[Line<'a, TaskTold>], labels: &'a BTreeMap<String, String>, words: &'a Words) -> Table {
    line_columns(words, "history_tasks", list)
        .add("task_id", Kind::Number, |t| Cell::text(&t.told.task_id))
        .add("matter", Kind::Text, |t| Cell::text(labels.get(&t.told.rule).unwrap_or(&t.told.rule)))
        .add("task_state", Kind::Text, |t| Cell::text(words.get(&format!("task_state.{}", t.told.state.key()))))
        .tone(|t| if t.told.state.key() == "missed" { Tone::Bad } else { Tone::Normal })
        .add("due", Kind::Date, |t| Cell::Date(t.told.due))
        .add("channel", Kind::Text, |t| channel_of(words, t.told.channel))
        .add("issued_on", Kind::Date, |t| Cell::Date(t.told.issued))
        .table(list)
}

fn contacts<'a>(list: &[Line<'a, ContactTold>], products: &'a Products, words: &'a Words) -> Table {
    line_columns(words, "history_contacts", list)
        .add("contact_date", Kind::Date, |c| Cell::Date(c.told.on))
        .add("channel", Kind::Text, |c| channel_of(words, c.told.channel))
        .add("contact_result", Kind::Text, |c| {
            Cell::text(words.get(&format!("contact_result.{}", c.told.result.key())))
        })
        .add("product", Kind::Text, |c| product_of(words, products, c.told.product.as_ref()))
        .add("amount", Kind::Yuan, |c| Cell::or_empty(c.told.amount_fen, Cell::Money))
        .add("next_contact", Kind::Date, |c| Cell::or_empty(c.told.next, Cell::Date))
        .add("remark", Kind::Wrap, |c| Cell::or_empty(c.told.note.as_ref(), Cell::text))
        .table(list)
}

fn holdings(list: &[HoldingOn], products: &Products, words: &Words) -> Table {
    Columns::<HoldingOn>::new(words, "history_holdings")
        .add("as_of", Kind::Date, |h| Cell::Date(h.as_of))
        .add("aum_balance", Kind::Yuan, |h| known(h.aum_fen, Cell::Money))
        .add("products_held", Kind::Wrap, |h| Cell::Text(product_names(words, products, &h.products)))
        .add("due_date", Kind::Date, |h| Cell::or_empty(h.due_date, Cell::Date))
        .add("due_amount", Kind::Yuan, |h| Cell::or_empty(h.due_amount_fen, Cell::Money))
        .table(list)
}

fn paydays(list: &[PaidOn], words: &Words) -> Table {
    Columns::<PaidOn>::new(words, "history_paydays")
        .add("payday", Kind::Date, |p| Cell::Date(p.payday))
        .add("pay_kind", Kind::Text, |p| Cell::text(words.word(&p.kind)))
        .add("amount", Kind::Yuan, |p| Cell::Money(p.amount_fen))
        .add("retained_yuan", Kind::Yuan, |p| known(p.retained_fen, Cell::Money))
        .table(list)
}

/// What was told of those who go, of steps and goods.
fn parts(list: &[VisitTold], words: &Words) -> Table {
    let rows = list.iter().flat_map(|v| v.told.iter().map(move |part| (v, part)));
    let name = |part: &PartTold| Cell::Text(part_name(VisitPart::of(&part.part), |_| part.name.clone(), words));
    Columns::<(&VisitTold, &PartTold)>::new(words, "history_parts")
        .add("visit_date", Kind::Date, |(v, _)| Cell::Date(v.on))
        .add("step", Kind::Wrap, |(_, part)| name(part))
        .add("phone", Kind::Text, |(_, part)| Cell::or_empty(part.phone.as_ref(), Cell::text))
        .add("owner", Kind::Text, |(_, part)| Cell::or_empty(part.owner.as_ref(), Cell::text))
        .add("done", Kind::Text, |(_, part)| said(words, "done", part.done.as_deref()))
        .add("done_on", Kind::Date, |(_, part)| Cell::or_empty(part.done_on, Cell::Date))
        .add("remark", Kind::Wrap, |(_, part)| Cell::or_empty(part.remark.as_ref(), Cell::text))
        .table(rows)
}

fn visits(list: &[VisitTold], words: &Words) -> Table {
    Columns::<VisitTold>::new(words, "history_visits")
        .add("visit_date", Kind::Date, |v| Cell::Date(v.on))
        .add("status", Kind::Text, |v| Cell::text(words.word(v.status.key())))
        .table(list)
}
