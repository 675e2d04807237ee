//! Tables on a terminal: a title, a thin rule, aligned columns, notes below. Chinese characters are two columns wide.

use unicode_width::UnicodeWidthStr;

use crate::model::text::{guarded, harmless};
use crate::render::free_text;
use crate::render::table::{Cell, Column, Kind, Row, Table, Tone};

/// Blanks between columns.
const GAP: usize = 2;
/// A text column is cut down to this before columns are dropped.
const NARROWEST: usize = 8;
/// Long text keeps this much while names can still give way.
const ROOMY: usize = 20;

/// `t` as text of at most `width` columns, every line ended by a newline. `colour` allows ANSI sequences.
pub fn table(t: &Table, width: usize, colour: bool) -> String {
    let width = width.max(2);
    let mut out = String::new();
    if !t.title.is_empty() {
        line(&mut out, &cut(&clean(&t.title), width), style(colour, BOLD));
    }
    if t.rows.is_empty() {
        for text in wrap(&t.empty, width) {
            line(&mut out, &text, "");
        }
    } else {
        let layout = Layout::of(t, width);
        line(&mut out, &"─".repeat(layout.total().min(width)), style(colour, DIM));
        line(&mut out, &layout.header(), style(colour, BOLD));
        for row in &t.rows {
            layout.row(&mut out, row, colour);
        }
        line(&mut out, &"─".repeat(layout.total().min(width)), style(colour, DIM));
    }
    for note in &t.notes {
        for text in wrap(note, width) {
            line(&mut out, &text, style(colour, DIM));
        }
    }
    out
}

/// Text broken into lines of at most `width` columns; words of Latin script stay whole where they can.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut rest = clean(paragraph);
        while rest.width() > width {
            let mut at = prefix(&rest, width);
            if at == 0 {
                return lines;
            }
            let latin = |c: char| c.is_ascii_graphic();
            if rest[at..].starts_with(latin) {
                let word = rest[..at].trim_end_matches(latin).len();
                at = if word > at / 2 { word } else { at };
            }
            // A sign that closes does not begin a line: the character before it goes with it.
            while let Some(before) = rest[..at].char_indices().last().filter(|_| rest[at..].starts_with(CLOSING)) {
                if before.0 == 0 {
                    break;
                }
                at = before.0;
            }
            lines.push(rest[..at].trim_end().to_string());
            rest = rest[at..].trim_start().to_string();
        }
        lines.push(rest);
    }
    lines
}

/// `text` in at most `width` columns, its end replaced by `…` when it is longer.
pub fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_string();
    }
    match width {
        0 => String::new(),
        _ => format!("{}…", &text[..prefix(text, width - 1)]),
    }
}

/// Signs that stand behind what they belong to.
const CLOSING: &[char] = &['，', '。', '；', '：', '、', '！', '？', '）', '”', '》', '…'];

const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
const GREEN: &str = "\x1b[32m";
const YELLOW: &str = "\x1b[33m";
const RED: &str = "\x1b[31m";
const RESET: &str = "\x1b[0m";

/// The columns that fit and their widths.
struct Layout<'a> {
    columns: Vec<(usize, &'a Column, usize)>,
}

impl<'a> Layout<'a> {
    fn of(t: &'a Table, width: usize) -> Layout<'a> {
        let chosen = |c: &Column| match &t.console {
            Some(keys) => keys.contains(&c.key),
            None => !c.hidden,
        };
        let natural_width = |i: usize, c: &Column| {
            let cells = t.rows.iter().filter_map(|r| r.cells.get(i)).map(|v| shown(v, c).width());
            cells.chain([clean(&c.title).width()]).max().unwrap_or(0)
        };
        let mut columns: Vec<(usize, &Column, usize)> =
            t.columns.iter().enumerate().filter(|(_, c)| chosen(c)).map(|(i, c)| (i, c, natural_width(i, c))).collect();
        if let Some(keys) = &t.console {
            columns.sort_by_key(|(_, c, _)| keys.iter().position(|k| *k == c.key));
        }
        let mut natural: Vec<usize> = columns.iter().map(|(.., w)| *w).collect();
        let mut layout = Layout { columns };
        while layout.total() > width {
            let over = layout.total() - width;
            let widest = [(Kind::Wrap, ROOMY), (Kind::Text, NARROWEST), (Kind::Wrap, NARROWEST)].into_iter().find_map(
                |(kind, least)| {
                    let wide = layout
                        .columns
                        .iter()
                        .enumerate()
                        .filter(|(_, (_, c, w))| cut_as(&c.kind) == Some(&kind) && *w > least);
                    wide.max_by_key(|(_, (_, _, w))| *w).map(|(at, _)| (at, least))
                },
            );
            match widest {
                Some((at, least)) => {
                    let w = &mut layout.columns[at].2;
                    *w -= over.min(*w - least).min((*w / 4).max(1));
                }
                None if layout.columns.len() > 1 => {
                    // What gave way for a column that is not shown after all has its room again.
                    layout.columns.pop();
                    natural.truncate(layout.columns.len());
                    layout.columns.iter_mut().zip(&natural).for_each(|((.., w), natural)| *w = *natural);
                }
                None => layout.columns.iter_mut().for_each(|(_, _, w)| *w = width),
            }
        }
        layout
    }

    fn total(&self) -> usize {
        self.columns.iter().map(|(_, _, w)| w + GAP).sum::<usize>().saturating_sub(GAP)
    }

    fn header(&self) -> String {
        let cells = self.columns.iter().map(|(_, c, w)| fit(&clean(&c.title), *w, c.kind.is_figure()));
        cells.collect::<Vec<_>>().join(&" ".repeat(GAP)).trim_end().to_string()
    }

    fn row(&self, out: &mut String, row: &Row, colour: bool) {
        let whole = style(colour, if row.tone == Tone::Total { BOLD } else { tone_style(row.tone) });
        let texts = self.columns.iter().map(|(i, c, w)| {
            let text = row.cells.get(*i).map(|v| shown(v, c)).unwrap_or_default();
            lines_of(&text, *w, &c.kind)
        });
        let texts: Vec<Vec<String>> = texts.collect();
        for at in 0..texts.iter().map(Vec::len).max().unwrap_or(1) {
            let cells = self.columns.iter().zip(&texts).map(|((i, c, w), lines)| {
                let shown = fit(lines.get(at).map_or("", String::as_str), *w, c.kind.is_figure());
                match style(colour, tone_style(row.tone_of(*i))) {
                    "" => shown,
                    _ if row.tone_of(*i) == row.tone => shown,
                    start => format!("{start}{shown}{RESET}{whole}"),
                }
            });
            let text = cells.collect::<Vec<_>>().join(&" ".repeat(GAP));
            line(out, if colour { &text } else { text.trim_end() }, whole);
        }
    }
}

/// The lines of a cell: reasons and repairs go on below, so that nobody misses their end; names and figures are one line.
fn lines_of(text: &str, width: usize, kind: &Kind) -> Vec<String> {
    let lines = if *kind == Kind::Wrap && text.width() > width { wrap(text, width) } else { Vec::new() };
    // Where not even a character has room, it is cut like a name.
    if lines.is_empty() { vec![text.to_string()] } else { lines }
}

/// A cell on one line; what is copied from here into a spreadsheet must not run there.
fn shown(cell: &Cell, column: &Column) -> String {
    let text = clean(&free_text::cell(column, cell).shown(&column.kind));
    match cell {
        Cell::Text(_) | Cell::Link { .. } => guarded(&text).into_owned(),
        _ => text,
    }
}

/// Long text gives way before names do; figures never.
fn cut_as(kind: &Kind) -> Option<&Kind> {
    match kind {
        Kind::Wrap => Some(&Kind::Wrap),
        Kind::Text | Kind::Choice(_) => Some(&Kind::Text),
        _ => None,
    }
}

fn tone_style(tone: Tone) -> &'static str {
    match tone {
        Tone::Normal | Tone::Now => "",
        Tone::Total => BOLD,
        Tone::Good => GREEN,
        Tone::Warn | Tone::Faint => YELLOW,
        Tone::Bad => RED,
        Tone::Muted | Tone::Off => DIM,
    }
}

fn style(colour: bool, start: &'static str) -> &'static str {
    if colour { start } else { "" }
}

fn line(out: &mut String, text: &str, start: &str) {
    out.push_str(start);
    out.push_str(text);
    out.push_str(if start.is_empty() { "" } else { RESET });
    out.push('\n');
}

/// Cut or padded to exactly `width` columns.
fn fit(text: &str, width: usize, right: bool) -> String {
    let text = cut(text, width);
    let blanks = " ".repeat(width.saturating_sub(text.width()));
    if right { blanks + &text } else { text + &blanks }
}

/// Byte length of the longest beginning of `text` that is at most `width` wide.
/// Measured as a whole: characters that join make a text narrower than the sum of its characters.
fn prefix(text: &str, width: usize) -> usize {
    let ends = text.char_indices().map(|(i, c)| i + c.len_utf8());
    // Nothing that fits is longer than this many characters, zero-width ones aside.
    ends.take(width * 8 + 8).filter(|end| text[..*end].width() <= width).last().unwrap_or(0)
}

/// One line without what could steer a terminal.
pub fn clean(text: &str) -> String {
    harmless(text).replace('\n', " ").trim().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Fen;
    use proptest::prelude::*;

    fn sample() -> Table {
        let mut t = Table::new(
            "rank",
            "目标单位名单",
            vec![
                Column::new("name", "单位", Kind::Text),
                Column::new("heads", "人数", Kind::Count),
                Column::new("gap", "提升空间(万元)", Kind::Wan),
            ],
        );
        let row = |name: &str, n, yuan| Row::new(vec![name.into(), Cell::Count(n), Cell::Money(Fen::yuan(yuan))]);
        t.rows = vec![row("云启信息", 260, 3_860_000), row("合计", 260, 3_860_000).tone(Tone::Total)];
        t.notes = vec!["数据日期 2026-02-28".into()];
        t
    }

    #[test]
    fn columns_line_up_with_chinese_text() {
        let shown = table(&sample(), 80, false);
        let expected = "目标单位名单\n\
                        ──────────────────────────────\n\
                        单位      人数  提升空间(万元)\n\
                        云启信息   260           386.0\n\
                        合计       260           386.0\n\
                        ──────────────────────────────\n\
                        数据日期 2026-02-28\n";
        assert_eq!(shown, expected);
    }

    #[test]
    fn colour_is_only_there_when_asked_for() {
        assert!(!table(&sample(), 80, false).contains('\x1b'));
        assert!(table(&sample(), 80, true).contains("\x1b[1m合计"));
    }

    #[test]
    fn an_empty_table_says_why() {
        let mut t = sample();
        t.rows.clear();
        t.empty = "没有符合条件的单位".into();
        assert_eq!(table(&t, 80, false), "目标单位名单\n没有符合条件的单位\n数据日期 2026-02-28\n");
    }

    /// What is to be done stands below each other whole, and nothing is wider than the terminal.
    #[test]
    fn a_long_text_goes_on_below_instead_of_being_cut() {
        let repair = "请核对后改正这一格，再把整个文件重新导入一次";
        let mut t = Table::new(
            "t",
            "",
            vec![Column::new("name", "单位", Kind::Text), Column::new("repair", "改法", Kind::Wrap)],
        );
        t.rows = vec![Row::new(vec!["云启信息".into(), repair.into()]), Row::new(vec!["甲厂".into(), "照改".into()])];
        let expected = "──────────────────────────────\n\
                        单位      改法\n\
                        云启信息  请核对后改正这一格，\n          \
                                  再把整个文件重新导入\n          \
                                  一次\n\
                        甲厂      照改\n\
                        ──────────────────────────────\n";
        assert_eq!(table(&t, 30, false), expected);
        assert!(!table(&t, 30, true).contains('…'));
    }

    #[test]
    fn the_columns_for_the_console_stand_in_its_order() {
        let mut t = sample();
        t.console = Some(vec!["gap".into(), "name".into()]);
        assert!(table(&t, 80, false).contains("\n提升空间(万元)  单位\n"));
    }

    #[test]
    fn a_name_is_whole_again_when_a_column_is_left_out() {
        let mut t = sample();
        t.rows[0].cells[0] = "云启信息有限公司".into();
        let shown = table(&t, 24, false);
        assert!(shown.contains("云启信息有限公司   260\n") && !shown.contains("提升空间"), "{shown}");
    }

    #[test]
    fn a_terminal_is_not_steered_by_a_cell() {
        let mut t = sample();
        t.rows[0].cells[0] = "甲\x1b[31m\u{202e}乙\n丙".into();
        let shown = table(&t, 80, false);
        assert!(shown.contains("甲 [31m乙 丙"), "{shown}");
    }

    proptest! {
        #[test]
        fn never_wider_than_the_terminal(
            title in ".{0,30}", texts in prop::collection::vec(".{0,40}|[一-龥]{0,60}|[a-z ]{0,60}", 1..6),
            note in "[一-龥a-z ]{0,120}", width in 2usize..120, colour in any::<bool>(),
        ) {
            let columns: Vec<Column> = texts.iter().enumerate().map(|(i, t)| Column::new(i.to_string(), t.clone(), Kind::Text)).collect();
            let mut t = Table::new("t", title, columns);
            t.rows = vec![Row::new(texts.iter().rev().map(|s| Cell::text(s.clone())).collect()).cell_tone(0, Tone::Bad)];
            t.rows.push(Row::new(texts.iter().map(|s| Cell::text(s.clone())).collect()).tone(Tone::Total));
            t.notes = vec![note];
            for line in table(&t, width, colour).lines() {
                let mut plain = line.to_string();
                for code in [BOLD, DIM, GREEN, YELLOW, RED, RESET] {
                    plain = plain.replace(code, "");
                }
                prop_assert!(plain.width() <= width, "{} > {width}: {plain:?}", plain.width());
            }
        }
    }

    #[test]
    fn words_of_latin_script_stay_whole_at_the_end_of_a_line() {
        assert_eq!(wrap("决定：--skip（不再询问）；--undo 撤销", 28), ["决定：--skip（不再询问）；", "--undo 撤销"]);
        assert_eq!(wrap("a line of words", 9), ["a line of", "words"]);
        assert_eq!(wrap("一二三四五 六七八", 12), ["一二三四五", "六七八"]);
        assert_eq!(wrap("0123456789abcdef", 10), ["0123456789", "abcdef"]);
        assert_eq!(wrap("一二三四，五六", 8), ["一二三", "四，五六"]);
        assert_eq!(wrap("），，，", 2), ["）", "，", "，", "，"]);
    }
}
