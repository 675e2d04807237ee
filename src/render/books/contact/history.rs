//! The history of a person or an employer, as tables.

use std::collections::BTreeMap;

use crate::engagement::contact::history::{
    AppointmentTold, Candidate, ContactTold, EmployerHistory, EmployerPaidOn, HoldingOn, NeedTold, PaidOn, PartTold,
    PersonHistory, TaskTold, VisitTold,
};
use crate::engagement::contact::opportunities::Opportunity;
use crate::engagement::contact::relations::Relation;
use crate::engagement::visit::planned::VisitPart;
use crate::model::status::Channel;
use crate::model::{Fen, Param, Products};
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
        tables.push(appointments(&of.appointments, products, words));
    }
    tables.push(tasks(&of.tasks, labels, words));
    tables.push(contacts(&of.contacts, products, words));
    if !of.opportunities.is_empty() {
        tables.push(opportunities(&of.opportunities, products, words));
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
    tables
}

/// Tables of an employer.
pub fn employer_tables(of: &EmployerHistory, words: &Words) -> Vec<Table> {
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
    let mut tables = vec![paydays.table(&of.paydays), visits(&of.visits, words)];
    if of.visits.iter().any(|v| !v.told.is_empty()) {
        tables.push(parts(&of.visits, words));
    }
    if !of.needs.is_empty() {
        tables.push(needs(&of.needs, words));
    }
    tables
}

fn opportunities(list: &[Opportunity], products: &Products, words: &Words) -> Table {
    Columns::<Opportunity>::new(words, "history_opportunities")
        .add("product", Kind::Text, |o| product_of(words, products, Some(&o.product)))
        .add("stage", Kind::Text, |o| Cell::text(words.get(&format!("stage.{}", o.stage.key()))))
        .add("amount", Kind::Yuan, |o| Cell::or_empty(o.amount_fen, Cell::Money))
        .add("since", Kind::Date, |o| Cell::Date(o.since))
        .add("next_contact", Kind::Date, |o| Cell::or_empty(o.next, Cell::Date))
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

fn appointments(list: &[AppointmentTold], products: &Products, words: &Words) -> Table {
    Columns::<AppointmentTold>::new(words, "history_appointments")
        .add("next_contact", Kind::Date, |a| Cell::Date(a.next))
        .add("channel", Kind::Text, |a| channel_of(words, a.channel))
        .add("product", Kind::Text, |a| product_of(words, products, a.product.as_ref()))
        .add("agreed_on", Kind::Date, |a| Cell::Date(a.agreed_on))
        .table(list)
}

fn tasks(list: &[TaskTold], labels: &BTreeMap<String, String>, words: &Words) -> Table {
    Columns::<TaskTold>::new(words, "history_tasks")
        .add("task_id", Kind::Number, |t| Cell::text(&t.task_id))
        .add("matter", Kind::Text, |t| Cell::text(labels.get(&t.rule).unwrap_or(&t.rule)))
        .add("task_state", Kind::Text, |t| Cell::text(words.get(&format!("task_state.{}", t.state.key()))))
        .tone(|t| if t.state.key() == "missed" { Tone::Bad } else { Tone::Normal })
        .add("due", Kind::Date, |t| Cell::Date(t.due))
        .add("channel", Kind::Text, |t| channel_of(words, t.channel))
        .add("issued_on", Kind::Date, |t| Cell::Date(t.issued))
        .table(list)
}

fn contacts(list: &[ContactTold], products: &Products, words: &Words) -> Table {
    Columns::<ContactTold>::new(words, "history_contacts")
        .add("contact_date", Kind::Date, |c| Cell::Date(c.on))
        .add("channel", Kind::Text, |c| channel_of(words, c.channel))
        .add("contact_result", Kind::Text, |c| Cell::text(words.get(&format!("contact_result.{}", c.result.key()))))
        .add("product", Kind::Text, |c| product_of(words, products, c.product.as_ref()))
        .add("amount", Kind::Yuan, |c| Cell::or_empty(c.amount_fen, Cell::Money))
        .add("next_contact", Kind::Date, |c| Cell::or_empty(c.next, Cell::Date))
        .add("remark", Kind::Wrap, |c| Cell::or_empty(c.note.as_ref(), Cell::text))
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
