//! 跟进任务 as rows of a table: shared by the maintenance table, the worklists and the outlets' workbooks.

use chrono::NaiveDate;

use crate::engagement::contact::followup::Task;
use crate::model::status::Channel;
use crate::model::{Products, Reason};
use crate::render::books::{
    CONTACT_RESULTS, Columns, choice, known, offers, product_name, reason_lines, text_or_empty,
};
use crate::render::table::{Cell, Kind, Row, Table};
use crate::render::words::Words;

/// Channels in the order in which a day's work is done.
pub const CHANNELS: [Channel; 4] = [Channel::Meeting, Channel::Phone, Channel::Wecom, Channel::Sms];

/// A task with the names it is shown with, already masked as the output's purpose demands.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskRow {
    pub task_id: String,
    /// Signed key for workbooks that come back; the task's own id stands in for it.
    pub row_key: Option<String>,
    pub name: String,
    pub phone: Option<String>,
    pub employer: String,
    /// 主维护人.
    pub owner: Option<String>,
    /// Label of the follow-up rule.
    pub rule: String,
    /// Product key.
    pub product: Option<String>,
    pub reasons: Vec<Reason>,
    /// Script key (`script_title.<key>`).
    pub script: String,
    pub channel: Channel,
    pub due: NaiveDate,
    /// The day it is dated on; `None` = no room yet.
    pub on: Option<NaiveDate>,
}

impl TaskRow {
    /// A task with the name of its person, employer and rule.
    pub fn of(task: &Task, name: String, employer: String, rule: String) -> TaskRow {
        TaskRow {
            task_id: task.task_id.clone(),
            row_key: None,
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
    let mut columns = Columns::new(words, key).wide("name", Kind::Text, 10.0);
    if with.phone {
        columns = columns.wide("phone", Kind::Text, 14.0);
    }
    columns = columns.wide("employer", Kind::Text, 20.0);
    if with.owner {
        columns = columns.wide("main_owner", Kind::Text, 10.0);
    }
    columns = columns
        .wide("matter", Kind::Text, 14.0)
        .wide("product", Kind::Text, 12.0)
        .wide("reasons", Kind::Wrap, 38.0)
        .wide("script", Kind::Text, 14.0)
        .wide("channel", Kind::Text, 10.0)
        .wide("due", Kind::Date, 12.0);
    if with.on {
        columns = columns.wide("on", Kind::Date, 12.0);
    }
    if with.inputs {
        columns = result_columns(columns, products, words).hidden("row_key");
    }
    if with.marked {
        columns = columns.hidden("task_mark");
    }
    let mut table = columns.table();
    table.freeze = 1;
    table.rows = tasks.iter().map(|t| row(t, with, products, words)).collect();
    table
}

/// The columns in which a contact's result is recorded.
pub(crate) fn result_columns<'a>(columns: Columns<'a>, products: &Products, words: &Words) -> Columns<'a> {
    columns
        .input("contact_result", choice(words, "contact_result", &CONTACT_RESULTS), 12.0)
        .input("wanted_product", offers(words, products), 13.0)
        .input("wanted_amount", Kind::Yuan, 13.0)
        .input("next_contact", Kind::Date, 13.0)
        .input("remark", Kind::Text, 20.0)
}

/// How many columns [`result_columns`] adds.
pub(crate) const RESULT_COLUMNS: usize = 5;

fn row(task: &TaskRow, with: TaskColumns, products: &Products, words: &Words) -> Row {
    let mut cells = vec![Cell::text(&task.name)];
    if with.phone {
        cells.push(known(task.phone.clone(), Cell::Text));
    }
    cells.push(Cell::text(&task.employer));
    if with.owner {
        cells.push(known(task.owner.clone(), Cell::Text));
    }
    cells.extend([
        Cell::text(&task.rule),
        Cell::or_empty(task.product.as_ref(), |k| Cell::text(product_name(words, products, k))),
        Cell::Text(reason_lines(words, &task.reasons)),
        Cell::text(words.get(&format!("script_title.{}", task.script))),
        Cell::text(words.word(task.channel.key())),
        Cell::Date(task.due),
    ]);
    if with.on {
        cells.push(known(task.on, Cell::Date));
    }
    if with.inputs {
        cells.extend(vec![Cell::Empty; RESULT_COLUMNS]);
        let key = task.row_key.clone().or_else(|| Some(task.task_id.clone()));
        cells.push(text_or_empty(&key));
    }
    if with.marked {
        cells.push(Cell::text(&task.task_id));
    }
    Row::new(cells)
}

/// Tasks by channel in the order of a day's work; inside a channel the order given.
pub fn by_channel(tasks: &[TaskRow]) -> Vec<&TaskRow> {
    CHANNELS.iter().flat_map(|c| tasks.iter().filter(move |t| t.channel == *c)).collect()
}
