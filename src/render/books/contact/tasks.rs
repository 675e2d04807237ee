//! 跟进任务 as rows of a table: shared by the maintenance table, the worklists and the outlets' workbooks.

use chrono::NaiveDate;

use crate::engagement::contact::followup::Task;
use crate::engagement::contact::history::TaskState;
use crate::model::status::Channel;
use crate::model::text::shared::SharedText;
use crate::model::{Products, Reason};
use crate::render::books::columns::Columns;
use crate::render::books::contact::client_line::{ClientLine, client_columns, last_contact_column};
use crate::render::books::{CONTACT_RESULTS, choice, known, offers, product_name, reason_lines};
use crate::render::table::{Cell, Kind, Table, Tone};
use crate::render::words::Words;

/// Channels in the order in which a day's work is done.
pub const CHANNELS: [Channel; 4] = [Channel::Meeting, Channel::Phone, Channel::Wecom, Channel::Sms];

/// A task with the names it is shown with, already masked as the output's purpose demands.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskRow {
    pub task_id: String,
    /// `P000123`.
    pub client_id: String,
    pub name: String,
    pub phone: Option<String>,
    pub employer: String,
    /// 主维护人.
    pub owner: Option<String>,
    /// Label of the follow-up rule.
    pub rule: String,
    /// Product key.
    pub product: Option<SharedText>,
    pub reasons: Vec<Reason>,
    /// Script key (`script_title.<key>`).
    pub script: SharedText,
    pub channel: Channel,
    pub due: NaiveDate,
    /// The day it is dated on; `None` = no room yet.
    pub on: Option<NaiveDate>,
    /// Its own deadline has passed.
    pub missed: bool,
    /// What is known of the client.
    pub client: ClientLine,
}

impl TaskRow {
    /// A task with the name of its person, employer and rule.
    pub fn of(task: &Task, name: String, employer: String, rule: String) -> TaskRow {
        TaskRow {
            task_id: task.task_id.clone(),
            client_id: task.employee_id.to_string(),
            name,
            phone: None,
            employer,
            owner: None,
            rule,
            product: task.product.clone(),
            reasons: task.reasons.clone(),
            script: task.script.clone(),
            channel: task.channel,
            due: task.due,
            on: task.on,
            missed: task.state == TaskState::Missed,
            client: ClientLine::default(),
        }
    }
}

/// Which columns a table of tasks has beside those all have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskColumns {
    pub phone: bool,
    pub owner: bool,
    /// The day the task is dated on.
    pub on: bool,
    /// Columns to type results into, and the hidden key they come back by.
    pub inputs: bool,
    /// What the client has, and what was said last.
    pub client: bool,
    /// What was said last, where `client` is not wanted.
    pub last: bool,
    /// The task's number in a hidden column of a sheet that does not come back: a removal knows its person by it.
    pub marked: bool,
}

/// A table of tasks in the order given; its title and empty sentence stand under `table.<key>`.
pub fn tasks_table(
    key: &'static str,
    tasks: &[&TaskRow],
    with: TaskColumns,
    products: &Products,
    words: &Words,
) -> Table {
    let mut table = tasks_columns(key, with, products, words).table(tasks.iter().copied());
    table.freeze = 1;
    table
}

/// The columns of such a table.
pub(crate) fn tasks_columns<'a>(
    key: &'static str,
    with: TaskColumns,
    products: &'a Products,
    words: &'a Words,
) -> Columns<'a, TaskRow> {
    let mut columns = Columns::<TaskRow>::new(words, key).wide("name", Kind::Text, 10.0, |t| Cell::text(&t.name));
    if with.phone {
        columns = columns.wide("phone", Kind::Text, 14.0, |t| known(t.phone.clone(), Cell::Text));
    }
    columns = columns.wide("employer", Kind::Text, 20.0, |t| Cell::text(&t.employer));
    if with.owner {
        columns = columns.wide("main_owner", Kind::Text, 10.0, |t| known(t.owner.clone(), Cell::Text));
    }
    if with.client {
        columns = client_columns(columns, |t: &TaskRow| &t.client, products, words);
    } else if with.last {
        columns = last_contact_column(columns, |t: &TaskRow| &t.client, products, words);
    }
    let product = move |key: &SharedText| Cell::text(product_name(words, products, key));
    columns = columns
        .wide("matter", Kind::Text, 14.0, |t| Cell::text(&t.rule))
        .wide("product", Kind::Text, 12.0, move |t| Cell::or_empty(t.product.as_ref(), product))
        .wide("reasons", Kind::Wrap, 38.0, |t| Cell::Text(reason_lines(words, &t.reasons)))
        .wide("script", Kind::Text, 14.0, |t| Cell::text(words.get(&format!("script_title.{}", t.script))))
        .wide("channel", Kind::Text, 10.0, |t| Cell::text(words.word(t.channel.key())))
        .wide("due", Kind::Date, 12.0, |t| Cell::Date(t.due))
        .tone(|t| if t.missed { Tone::Bad } else { Tone::Normal });
    if with.on {
        columns = columns.wide("on", Kind::Date, 12.0, |t| known(t.on, Cell::Date));
    }
    if with.inputs {
        columns = result_columns(columns, products, words).hidden("row_key", |t| Cell::text(&t.task_id));
    }
    if with.marked {
        columns = columns.hidden("task_mark", |t| Cell::text(&t.task_id));
    }
    columns
}

/// The columns in which a contact's result is recorded.
pub(crate) fn result_columns<'a, T>(columns: Columns<'a, T>, products: &Products, words: &Words) -> Columns<'a, T> {
    let channels = CHANNELS.map(|channel| words.word(channel.key()).to_string()).to_vec();
    columns
        .input("contact_date", Kind::Date, 12.0)
        .input("actual_channel", Kind::Choice(channels), 11.0)
        .input("contact_result", choice(words, "contact_result", &CONTACT_RESULTS), 12.0)
        .input("wanted_product", offers(words, products), 13.0)
        .input("wanted_amount", Kind::Yuan, 13.0)
        .input("next_contact", Kind::Date, 13.0)
        .input("remark", Kind::Text, 20.0)
}

/// Tasks by channel in the order of a day's work; inside a channel the order given.
pub fn by_channel(tasks: &[TaskRow]) -> Vec<&TaskRow> {
    CHANNELS.iter().flat_map(|c| tasks.iter().filter(move |t| t.channel == *c)).collect()
}
