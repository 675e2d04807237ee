//! Text that a spreadsheet would run as a formula never leaves as one, in any output made for people.

use std::io::{Cursor, Read as _};

use daifa::intake::{Hints, cells_csv};
use daifa::render::document::Document;
use daifa::render::table::{Cell, Column, Kind, Row, Table, Tone};
use daifa::render::words::{Lang, Words};
use daifa::render::workbook::copy::{Mark, MarkLook, MarkedBook, RowMarks, Value};
use daifa::render::workbook::{self, Book, Chart, ChartKind, Figure, Part, Sheet};
use daifa::render::{console, docx, html};
use daifa::rules::Rules;
use proptest::prelude::*;

const STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Anything that begins as a formula does.
fn hostile() -> impl Strategy<Value = String> {
    let first = prop::sample::select(STARTS.to_vec());
    (first, "[ -~一-龥]{0,12}").prop_map(|(first, rest)| format!("{first}{rest}"))
}

fn words() -> Words {
    Words::load(Lang::ZhCn, None).unwrap()
}

/// Whether a spreadsheet that reads this as typed would run it: it begins so, and is more than a signed figure.
fn runs(text: &str) -> bool {
    // What stands between two blocks of a page.
    let text = text.trim_end_matches('\n');
    let harmless = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '%' | ' ') || !c.is_ascii();
    let figure = |t: &str| t.starts_with(|c: char| c.is_ascii_digit()) && t.chars().all(harmless);
    let dashes = text.trim_end().chars().all(|c| c == '-') && text.starts_with('-');
    text.starts_with(STARTS) && !dashes && !text.strip_prefix(['+', '-']).is_some_and(figure)
}

fn part(bytes: &[u8], wanted: &str) -> String {
    let mut package = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    if let Ok(mut part) = package.by_name(wanted) {
        part.read_to_string(&mut text).unwrap();
    }
    text
}

fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    text.split_once(from).map_or("", |(_, rest)| rest.split_once(to).map_or(rest, |(inner, _)| inner))
}

/// The text of an XML fragment, tags left out.
fn plain(xml: &str) -> String {
    let mut out = String::new();
    for piece in xml.split('<') {
        out.push_str(piece.split_once('>').map_or(piece, |(_, text)| text));
    }
    for (name, value) in
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&apos;", "'"), ("&amp;", "&")]
    {
        out = out.replace(name, value);
    }
    for (name, value) in
        [("_x0009_", "\t"), ("_x000D_", "\r"), ("_x000A_", "\n"), ("&#9;", "\t"), ("&#10;", "\n"), ("&#13;", "\r")]
    {
        out = out.replace(name, value);
    }
    out
}

/// Cells of a workbook whose text begins as a formula but lacks the quote prefix; and how many have it.
fn unquoted(bytes: &[u8]) -> (Vec<String>, usize) {
    let styles = part(bytes, "xl/styles.xml");
    let formats: Vec<bool> = between(&styles, "<cellXfs", "</cellXfs>")
        .split("<xf ")
        .skip(1)
        .map(|x| x.contains("quotePrefix=\"1\""))
        .collect();
    let shared: Vec<String> = part(bytes, "xl/sharedStrings.xml")
        .split("<si>")
        .skip(1)
        .map(|s| plain(between(&format!("<si>{s}"), "<si>", "</si>")))
        .collect();
    let (mut bad, mut good) = (Vec::new(), 0);
    for sheet in (1..).map(|n| part(bytes, &format!("xl/worksheets/sheet{n}.xml"))).take_while(|s| !s.is_empty()) {
        assert!(!sheet.contains("<f>"), "a formula");
        for cell in sheet.split("<c ").skip(1) {
            let text = match between(cell, "t=\"", "\"") {
                "s" => shared[between(cell, "<v>", "</v>").parse::<usize>().unwrap()].clone(),
                "inlineStr" => plain(between(cell, "<is>", "</is>")),
                _ => continue,
            };
            if text.starts_with(STARTS) {
                let format = between(cell.split('>').next().unwrap(), "s=\"", "\"").parse().unwrap_or(0);
                if formats[format] { good += 1 } else { bad.push(text) }
            }
        }
    }
    (bad, good)
}

/// The text everywhere a workbook can have text.
fn everywhere(text: &str) -> Book {
    let t = || text.to_string();
    let column = |kind: Kind| Column::new("c", t(), kind).group(t());
    let choices = Kind::Choice((0..90).map(|i| format!("{text}{i}")).collect());
    let mut table = Table::new("t", t(), vec![column(Kind::Text), column(Kind::Wrap), column(choices).input()]);
    table.notes = vec![t()];
    let link = Cell::Link { text: t(), target: "a/b.xlsx".into() };
    table.rows = vec![Row::new(vec![Cell::Text(t()), link, Cell::Text(t())])];
    let mut empty = Table::new("e", t(), vec![column(Kind::Text), column(Kind::Text)]);
    empty.empty = t();
    let mut chart = Chart::new(ChartKind::Column, t(), vec![t()]);
    chart.series = vec![(t(), vec![1.0])];
    let figure = Figure { label: t(), value: Cell::Text(t()), kind: Kind::Text, note: Some(t()), tone: Tone::Normal };
    let parts = vec![
        Part::Title(t()),
        Part::Lines(vec![t()]),
        Part::Figures(vec![figure]),
        Part::Chart(chart),
        Part::Table(table),
        Part::Table(empty),
    ];
    Book { title: t(), sheets: vec![Sheet::new(t(), parts)], mark: None }
}

/// A document's text as a cell, a paragraph, a heading, an item, and behind a line break.
fn document(text: &str) -> Document {
    let escaped: String =
        text.chars().flat_map(|c| c.is_ascii_punctuation().then_some('\\').into_iter().chain([c])).collect();
    let markdown = format!(
        "# {escaped}\n\n{escaped}\n\n- {escaped}\n\n| {escaped} | 列 |\n|---|---|\n| 甲<br>{escaped} | **{escaped}** |\n\n> [!warn|{}]\n> {escaped}\n",
        text.replace(['[', ']', '|', '\\', '\n', '\r', '*', '_', '`', '<', '&'], "")
    );
    let mut document = Document::new(text, &markdown);
    document.footer = Some(text.to_string());
    document
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn workbooks_quote_it(text in hostile()) {
        let (bad, good) = unquoted(&workbook::write(&everywhere(&text), &words()).unwrap());
        prop_assert_eq!((bad, good >= 10), (vec![], true));
    }

    #[test]
    fn marked_copies_quote_it(text in hostile()) {
        let (words, folder) = (words(), tempfile::tempdir().unwrap());
        let mut book = MarkedBook::new(&words, &text, &text, folder.path(), 9).unwrap();
        let name = book.name(&text);
        let mut sheet = book.begin(&name, None).unwrap();
        let mark = Mark { look: MarkLook::Error, note: text.clone() };
        let values = [Value::Text(text.clone()), Value::Text(text.clone())];
        book.row(&mut sheet, 3, &values, &RowMarks::from([(1, mark)])).unwrap();
        book.end(sheet).unwrap();
        let mut first = everywhere(&text).sheets.remove(0);
        first.parts.retain(|p| !matches!(p, Part::Chart(_)));
        let (bad, good) = unquoted(&book.finish(&first, true).unwrap());
        prop_assert_eq!((bad, good >= 10), (vec![], true));
    }

    #[test]
    fn terminals_show_it_as_text(text in hostile()) {
        let mut table = Table::new("t", "题", vec![Column::new("a", "列", Kind::Text)]);
        table.rows = vec![Row::new(vec![Cell::Text(text.clone())])];
        let shown = console::table(&table, 80, false);
        let row = shown.lines().nth(3).unwrap();
        prop_assert!(!runs(row), "{row:?}");
    }

    #[test]
    fn pages_show_it_as_text(text in hostile()) {
        let page = html::write(&document(&text), &words());
        let body = between(&page, "<body", "</body>");
        let ends = ["<td", "<th", "<p", "<li", "<h1", "<br", "<strong class", "<footer"];
        let mut body = body.to_string();
        for end in ends {
            body = body.replace(end, &format!("\u{1}{end}"));
        }
        let blocks: Vec<String> = body.split('\u{1}').map(plain).filter(|b| !b.trim().is_empty()).collect();
        let bad: Vec<&String> = blocks.iter().filter(|b| runs(b)).collect();
        prop_assert!(bad.is_empty() && blocks.len() >= 3, "{bad:?} of {blocks:?}");
    }

    #[test]
    fn word_files_show_it_as_text(text in hostile()) {
        let xml = part(&docx::write(&document(&text), &words()).unwrap(), "word/document.xml");
        let xml = xml.replace("<w:p ", "\u{1}<w:p ").replace("<w:br", "\u{1}<w:br");
        let blocks: Vec<String> = xml.split('\u{1}').map(plain).filter(|b| !b.trim().is_empty()).collect();
        let bad: Vec<&String> = blocks.iter().filter(|b| runs(b)).collect();
        prop_assert!(bad.is_empty() && blocks.len() >= 3, "{bad:?} of {blocks:?}");
    }

    #[test]
    fn sheets_printed_as_csv_show_it_as_text(text in hostile()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.xlsx");
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write_string(0, 0, &text).unwrap();
        sheet.write_string(0, 1, "甲").unwrap();
        sheet.write_number(0, 2, -5).unwrap();
        book.save(&path).unwrap();
        let csv = cells_csv(&path, None, &Rules::load(None).unwrap(), &Hints::default()).unwrap();
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv.as_bytes());
        let record = reader.records().next().unwrap().unwrap();
        prop_assert!(!runs(&record[0]), "{:?}", &record[0]);
        prop_assert_eq!((&record[1], &record[2]), ("甲", "-5"));
    }
}

#[test]
fn a_figure_of_our_own_keeps_its_sign_alone() {
    let page = html::write(&Document::new("题", "| 列 |\n|---|\n| -3.2个百分点 |\n| +1,234.5万元 |\n| - |"), &words());
    for shown in [">-3.2个百分点<", ">+1,234.5万元<", ">-<"] {
        assert!(page.contains(shown), "{page}");
    }
}
