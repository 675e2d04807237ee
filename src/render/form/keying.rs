//! 问卷录入: a row for every form on paper, a column for every question, or one for every option where several are ticked.
//! A hidden row above the titles holds the identifiers of questions and options, so that answers can be read back.

use crate::engagement::visit::pack::questionnaire::QuestionKind;
use crate::engagement::visit::pack::{PackContext, QuestionView};
use crate::model::Param;
use crate::render::form::{CONSENT, SCALE, name, option, part, place, text};
use crate::render::table::{Cell, Column, Kind, Row, Table};
use crate::render::words::Words;
use crate::render::workbook::{Book, Part, Sheet};

/// Whom the questions are put to, and the item of the checklist that says how many forms are brought.
const GROUPS: [(&str, &str); 3] = [("staff", "questionnaire"), ("executive", "questionnaire_exec"), ("key_person", "")];
/// What stands for a tick.
const TICK: &str = "√";

/// A sheet for each group to whom questions are put.
pub fn book(ctx: &PackContext, words: &Words) -> Book {
    let title = words.fill("form.keying_title", &[("unit", Param::Text(ctx.unit.name.clone()))]);
    let asked = GROUPS.into_iter().filter_map(|(group, item)| {
        let questions = ctx.questions.get(group).filter(|list| !list.is_empty())?;
        Some(sheet(ctx, group, questions, forms(ctx, item), words))
    });
    let sheets = asked.collect();
    Book { title, sheets, mark: None }
}

/// How many forms of a group are brought; one where no item says so.
fn forms(ctx: &PackContext, item: &str) -> i64 {
    let brought = ctx.checklist.iter().flat_map(|g| &g.items).find(|i| i.item == item);
    brought.and_then(|i| i.quantity).unwrap_or(1)
}

fn sheet(ctx: &PackContext, group: &str, questions: &[QuestionView], forms: i64, words: &Words) -> Sheet {
    let word = |key: &str| words.get(&format!("form.{key}")).to_string();
    let column = |key: &str, kind: Kind, width: f64| Column::new(key, word(key), kind).width(width).input();
    let mut columns = vec![
        Column::new("visit", word("visit"), Kind::Text).width(8.0),
        Column::new("form", word("form"), Kind::Count).width(8.0),
    ];
    questions.iter().for_each(|question| columns.extend(of_question(question, words)));
    if questions.iter().any(|q| q.key == CONSENT) {
        columns.extend([column("name", Kind::Text, 10.0), column("phone", Kind::Text, 14.0)]);
    }
    columns.push(column("remark", Kind::Wrap, 24.0));
    let visit = ctx.visit.visit_id.to_string();
    let row = |n: i64| {
        let mut cells = vec![Cell::Empty; columns.len()];
        cells[0] = Cell::Text(visit.clone());
        cells[1] = Cell::Count(n);
        Row::new(cells)
    };
    let rows = (1..=forms).map(row).collect();
    let table = Table { rows, freeze: 2, keyed: true, ..Table::new(group, "", columns) };
    let lines = (1..).map(|n| format!("form.keying.{n}")).take_while(|key| words.has(key));
    let lines = lines.map(|key| words.get(&key).to_string()).collect();
    let parts = vec![Part::Title(word("keying_head")), Part::Lines(lines), Part::Table(table)];
    Sheet { landscape: true, ..Sheet::new(words.get(&format!("sheet.keying_{group}")), parts) }
}

/// The columns of a question, under its text.
fn of_question(question: &QuestionView, words: &Words) -> Vec<Column> {
    let key = &question.key;
    let head = format!("{}. {}", question.number, text(words, question));
    let options = || question.options.iter().map(|o| option(words, question, o).to_string()).collect::<Vec<_>>();
    let column = |key: String, title: &str, kind: Kind, width: f64| {
        Column::new(key, title, kind).width(width).input().group(head.clone())
    };
    // Wide enough for the question above, a Chinese character counting two.
    let wide = (head.chars().count() * 2 + 2) as f64;
    match question.kind {
        QuestionKind::Single => vec![column(name(key), words.get("form.one"), Kind::Choice(options()), wide)],
        QuestionKind::Scale => {
            let points = (SCALE.0..=SCALE.1).map(|n| n.to_string()).collect();
            vec![column(name(key), words.get("form.points"), Kind::Choice(points), wide)]
        }
        QuestionKind::Text => vec![column(name(key), words.get("form.text"), Kind::Wrap, wide)],
        QuestionKind::Multi => {
            let tick = || Kind::Choice(vec![TICK.to_string()]);
            let of = question.options.iter().map(|o| (o, option(words, question, o)));
            of.map(|(o, title)| column(part(key, o), title, tick(), 10.0)).collect()
        }
        QuestionKind::Ranking => {
            let title = |n: i64| words.fill("form.rank", &[("place", Param::Count(n))]);
            (1..=question.most).map(|n| column(place(key, n), &title(n), Kind::Choice(options()), 20.0)).collect()
        }
    }
}
