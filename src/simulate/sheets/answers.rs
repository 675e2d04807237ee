//! The answers to the questionnaire as 问卷星 gives them out by the texts of the options.

use super::draft::{Draft, Out, Rows, Sources};
use super::sample::{Cell, data};
use crate::simulate::answers::{Asked, last_payday};
use crate::simulate::group::Group;
use crate::simulate::settings::exports::AnswerColumn;

/// What stands between several options of one answer.
const BETWEEN: &str = "┋";

/// A row per filled-in questionnaire, a column per question.
pub(super) fn answers<'a>(from: Sources<'a>, asked: &'a [Asked]) -> Draft<'a> {
    let e = &from.rules.exports;
    let mut header = Vec::new();
    for column in &e.answers.columns {
        let text = e.answer_headers.get(column).cloned().unwrap_or_default();
        match column {
            AnswerColumn::Questions => {
                let filled = |(i, q): (usize, &Asked)| {
                    text.replace("{number}", &(i + 1).to_string()).replace("{question}", &q.text)
                };
                header.extend(asked.iter().enumerate().map(filled));
            }
            _ => header.push(text),
        }
    }
    Draft::new(from, &e.answers, last_payday(from.outline), header, Answers { from, asked, filled_in: 0 })
}

struct Answers<'a> {
    from: Sources<'a>,
    asked: &'a [Asked],
    filled_in: i64,
}

impl Rows for Answers<'_> {
    fn of(&mut self, group: &Group, out: &mut Out) {
        let e = &self.from.rules.exports;
        let employer = &self.from.outline.employers[group.people.employer];
        for answer in &group.answers {
            self.filled_in += 1;
            let n = self.filled_in;
            let mut cells = Vec::new();
            for column in &e.answers.columns {
                let cell = match column {
                    AnswerColumn::Serial => Cell::count(n),
                    AnswerColumn::Submitted => Cell::text(answer.at.format("%Y/%-m/%-d %H:%M:%S").to_string()),
                    AnswerColumn::Seconds => {
                        Cell::text(e.answer_spent.replace("{seconds}", &answer.seconds.to_string()))
                    }
                    AnswerColumn::Source => Cell::text(&e.answer_source),
                    AnswerColumn::SourceDetail => Cell::text(&employer.number),
                    AnswerColumn::Address => Cell::text(e.answer_address.replace("{host}", &(1 + n % 254).to_string())),
                    AnswerColumn::Questions => {
                        cells.extend(self.asked.iter().zip(&answer.ticked).map(|(question, ticked)| {
                            let texts: Vec<String> = ticked.iter().map(|o| question.choice(*o).1).collect();
                            Cell::text(texts.join(BETWEEN))
                        }));
                        continue;
                    }
                };
                cells.push(cell);
            }
            out(data(cells));
        }
    }
}
