//! XLSForm (xlsform.org): a workbook of which ODK and Kobo make a form, in Chinese and English.

use crate::engagement::visit::pack::questionnaire::QuestionKind;
use crate::engagement::visit::pack::{DocumentContext, QuestionView};
use crate::model::Param;
use crate::render::form::{CONSENT, NONE, SCALE, choice, name, option, place, text};
use crate::render::table::{Cell, Column, Kind, Row, Table};
use crate::render::words::Words;
use crate::render::workbook::{Book, Part, Sheet};

/// A language as the columns of a form name it.
const LANGUAGES: [&str; 2] = ["中文(zh)", "English(en)"];
/// Wide enough for the longest title, which must stay on one line.
const WIDTH: f64 = 42.0;

/// A row of the sheet `survey`; what is empty is left out.
#[derive(Debug, Clone, Default)]
struct Item {
    kind: String,
    name: String,
    label: [String; 2],
    required: bool,
    relevant: String,
    constraint: String,
    message: [String; 2],
    calculation: String,
}

/// The questions put to the audience, as sheets `survey`, `choices`, `settings`; `zh` and `en` are the words of the languages.
pub fn book(ctx: &DocumentContext<'_>, zh: &Words, en: &Words) -> Book {
    let form = Form { ctx, words: [zh, en] };
    let title = form.both("form.title")[0].clone();
    let sheets = vec![
        sheet("survey", form.survey()),
        sheet("choices", form.choices()),
        sheet("settings", form.settings(&title)),
    ];
    Book { title, sheets, mark: None }
}

/// A sheet of plain text: forms are read by their cells, so nothing stands above the titles.
fn sheet(key: &str, rows: Vec<Vec<(String, String)>>) -> Sheet {
    let titles: Vec<String> = rows.first().into_iter().flatten().map(|(title, _)| title.clone()).collect();
    let columns = titles.iter().map(|title| Column::new(title, title, Kind::Text).width(WIDTH)).collect();
    let cell = |text: String| if text.is_empty() { Cell::Empty } else { Cell::Text(text) };
    let rows = rows.into_iter().map(|row| Row::new(row.into_iter().map(|(_, text)| cell(text)).collect()));
    Sheet::new(key, vec![Part::Table(Table { rows: rows.collect(), ..Table::new(key, "", columns) })])
}

fn row(cells: &[(&str, &str)]) -> Vec<(String, String)> {
    cells.iter().map(|(title, text)| (title.to_string(), text.to_string())).collect()
}

struct Form<'a> {
    ctx: &'a DocumentContext<'a>,
    words: [&'a Words; 2],
}

impl Form<'_> {
    fn both(&self, key: &str) -> [String; 2] {
        let pack = self.ctx.pack;
        let params = [("branch", Param::Text(pack.branch.clone())), ("unit", Param::Text(pack.unit.name.clone()))];
        self.words.map(|words| words.fill(key, &params))
    }

    fn survey(&self) -> Vec<Vec<(String, String)>> {
        let visit = format!("'{}'", self.ctx.pack.visit.visit_id);
        let mut items = vec![
            Item { kind: "calculate".into(), name: "visit".into(), calculation: visit, ..Item::default() },
            Item { kind: "note".into(), name: "privacy".into(), label: self.both("form.privacy"), ..Item::default() },
        ];
        self.ctx.asked.iter().for_each(|question| self.ask(question, &mut items));
        if let Some(consent) = self.ctx.asked.iter().find(|q| q.key == CONSENT) {
            items.extend(self.contact(&consent.options));
        }
        items.iter().map(|item| self.item(item)).collect()
    }

    /// Adds a question; a ranking asks for each place, which every program can do.
    fn ask(&self, question: &QuestionView, items: &mut Vec<Item>) {
        let key = &question.key;
        let label = self.words.map(|words| text(words, question).to_string());
        let item = Item { name: name(key), label, required: question.always, ..Item::default() };
        match question.kind {
            QuestionKind::Single => items.push(Item { kind: format!("select_one {key}"), ..item }),
            QuestionKind::Multi => {
                let most = format!("count-selected(.) <= {}", question.most);
                let alone = question
                    .options
                    .iter()
                    .any(|o| o == NONE)
                    .then(|| format!(" and not(selected(., '{}') and count-selected(.) > 1)", choice(key, NONE)));
                items.push(Item {
                    kind: format!("select_multiple {key}"),
                    constraint: most + &alone.unwrap_or_default(),
                    message: self.most(question.most),
                    ..item
                });
            }
            QuestionKind::Scale => items.push(Item {
                kind: "integer".into(),
                constraint: format!(". >= {} and . <= {}", SCALE.0, SCALE.1),
                message: self.both("form.scale"),
                ..item
            }),
            QuestionKind::Text => items.push(Item { kind: "text".into(), ..item }),
            QuestionKind::Ranking => items.extend((1..=question.most).map(|n| {
                let others: Vec<String> = (1..n).map(|before| format!(". != ${{{}}}", place(key, before))).collect();
                let message = if others.is_empty() { <[String; 2]>::default() } else { self.both("form.ranked") };
                let labels = self.words.map(|words| {
                    let params = [("text", Param::Text(text(words, question).to_string())), ("place", Param::Count(n))];
                    words.fill("form.place", &params)
                });
                Item {
                    kind: format!("select_one {key}"),
                    name: place(key, n),
                    label: labels,
                    constraint: others.join(" and "),
                    message,
                    ..item.clone()
                }
            })),
        }
    }

    fn most(&self, most: i64) -> [String; 2] {
        self.words.map(|words| words.fill("form.most", &[("most", Param::Count(most))]))
    }

    /// Who wants to be contacted: asked only of those who agree to a channel.
    fn contact(&self, channels: &[String]) -> [Item; 2] {
        let agreed = channels.iter().filter(|c| *c != NONE);
        let agreed = agreed.map(|c| format!("selected(${{{}}}, '{}')", name(CONSENT), choice(CONSENT, c)));
        let item = Item { kind: "text".into(), relevant: agreed.collect::<Vec<_>>().join(" or "), ..Item::default() };
        [
            Item { name: "name".into(), label: self.both("form.name"), ..item.clone() },
            Item {
                name: "phone".into(),
                label: self.both("form.phone"),
                constraint: "regex(., '^1[0-9]{10}$')".into(),
                message: self.both("form.phone_digits"),
                ..item
            },
        ]
    }

    fn item(&self, item: &Item) -> Vec<(String, String)> {
        let mut cells = row(&[("type", item.kind.as_str()), ("name", item.name.as_str())]);
        cells.extend(in_languages("label", &item.label));
        cells.extend(row(&[
            ("required", if item.required { "yes" } else { "" }),
            ("relevant", item.relevant.as_str()),
            ("constraint", item.constraint.as_str()),
        ]));
        cells.extend(in_languages("constraint_message", &item.message));
        cells.extend(row(&[("calculation", item.calculation.as_str())]));
        cells
    }

    fn choices(&self) -> Vec<Vec<(String, String)>> {
        let of = self.ctx.asked.iter().flat_map(|question| question.options.iter().map(move |o| (question, o)));
        let line = |(question, o): (&QuestionView, &String)| {
            let mut cells = row(&[("list_name", question.key.as_str()), ("name", choice(&question.key, o).as_str())]);
            cells.extend(in_languages("label", &self.words.map(|words| option(words, question, o).to_string())));
            cells
        };
        of.map(line).collect()
    }

    fn settings(&self, title: &str) -> Vec<Vec<(String, String)>> {
        let visit = &self.ctx.pack.visit;
        let id = format!("questionnaire_{}_{}", self.ctx.audience, visit.visit_id);
        let version = visit.date.format("%Y%m%d").to_string();
        let cells = [
            ("form_title", title),
            ("form_id", id.as_str()),
            ("version", version.as_str()),
            ("default_language", LANGUAGES[0]),
        ];
        vec![row(&cells)]
    }
}

fn in_languages<'t>(title: &'t str, texts: &'t [String; 2]) -> impl Iterator<Item = (String, String)> + 't {
    LANGUAGES.iter().zip(texts).map(move |(language, text)| (format!("{title}::{language}"), text.clone()))
}
