//! Web pages under a workbook's name, as bank portals export them: every table with something in it is a sheet.
//! Nothing a page refers to is ever loaded.

pub(crate) mod grid;

use std::collections::BTreeMap;

use html5gum::{DefaultEmitter, HtmlString, Spanned, StartTag, Token, Tokenizer};

use crate::intake::file::cell::{Reading, Row};
use crate::intake::file::html::grid::{Grid, Wanted};
use crate::intake::file::scan::SheetInfo;
use crate::intake::file::scan::SheetScan;
use crate::intake::issue::{self, Fault};

/// Tables inside tables are followed this far.
const DEPTH: usize = 16;
/// More tables than this are no export.
const MAX_TABLES: usize = 2_000;
/// Lines of text above a table that are kept as its title.
const TITLE_LINES: usize = 12;

/// A page and where its tables begin.
pub(crate) struct Page {
    text: String,
    tables: Vec<Start>,
}

/// Byte offset of a `<table>`, and the lines of text before it.
struct Start {
    offset: usize,
    title: Vec<String>,
}

/// What one walk over a page finds of a table.
struct Seen {
    start: Start,
    name: Option<String>,
    scan: SheetScan,
    filled: bool,
}

impl Page {
    /// Finds the tables of a page; `stem` names them where the page does not.
    ///
    /// # Errors
    /// A page without any table, or with more than anybody exports.
    pub fn open(text: String, stem: &str, max_columns: usize) -> Result<(Page, Vec<SheetInfo>), Fault> {
        let mut walk = Walk { found: Some(Vec::new()), ..Walk::new(max_columns) };
        walk.run(&text, 0, Vec::new(), &mut |_| true)?;
        let named = workbook_sheets(&walk.comments);
        let mut found = walk.found.unwrap_or_default();
        found.retain(|t| t.filled);
        found.sort_by_key(|t| t.start.offset);
        if found.is_empty() {
            return Err(Fault::new(issue::NOT_A_WORKBOOK).word("looks_like", "format_html"));
        }
        let several = found.len() > 1;
        let by_workbook = named.len() == found.len();
        let mut sheets = Vec::with_capacity(found.len());
        let mut tables = Vec::with_capacity(found.len());
        for (i, table) in found.into_iter().enumerate() {
            let own = if several { format!("{stem} {}", i + 1) } else { stem.to_string() };
            let (name, hidden) = match named.get(i) {
                Some((name, hidden)) if by_workbook => (name.clone(), *hidden),
                _ => (table.name.unwrap_or(own), false),
            };
            sheets.push(SheetInfo { name, hidden, scan: table.scan });
            tables.push(table.start);
        }
        Ok((Page { text, tables }, sheets))
    }

    /// Hands over the rows of a table.
    ///
    /// # Errors
    /// None that [`Page::open`] did not find already.
    pub fn rows(
        &self,
        table: usize,
        max_columns: usize,
        each: &mut dyn FnMut(&mut Row) -> bool,
    ) -> Result<Reading, Fault> {
        let Some(start) = self.tables.get(table) else { return Ok(Reading::default()) };
        let mut walk = Walk::new(max_columns);
        walk.run(&self.text, start.offset, start.title.clone(), each)?;
        Ok(walk.reading)
    }
}

/// One pass over the page: all of it to find the tables, or from one table's start to its end for its rows.
struct Walk {
    max_columns: usize,
    grids: Vec<Grid>,
    /// Tables found, when that is what is wanted.
    found: Option<Vec<Seen>>,
    comments: Vec<String>,
    reading: Reading,
    /// Text outside tables since the last one.
    lines: Vec<String>,
    line: String,
    /// Element whose text is no content, until its end tag.
    silent: Option<Vec<u8>>,
    caption: Option<String>,
    too_deep: usize,
}

impl Walk {
    fn new(max_columns: usize) -> Walk {
        Walk {
            max_columns,
            grids: Vec::new(),
            found: None,
            comments: Vec::new(),
            reading: Reading::default(),
            lines: Vec::new(),
            line: String::new(),
            silent: None,
            caption: None,
            too_deep: 0,
        }
    }

    fn run(
        &mut self,
        text: &str,
        offset: usize,
        title: Vec<String>,
        each: &mut dyn FnMut(&mut Row) -> bool,
    ) -> Result<(), Fault> {
        let mut emitter = DefaultEmitter::<usize>::new_with_span();
        emitter.naively_switch_states(true);
        self.lines = title;
        let mut tables = 0;
        for token in Tokenizer::new_with_emitter(text.get(offset..).unwrap_or_default(), emitter) {
            let Ok(token) = token;
            match token {
                Token::StartTag(tag) => {
                    if *tag.name == b"table" {
                        tables += 1;
                        if tables > MAX_TABLES && self.found.is_some() {
                            return Err(Fault::new(issue::HOSTILE_ARCHIVE).word("reason", "reason_too_many_tables"));
                        }
                        self.begin_table(offset + tag.span.start, each);
                    } else {
                        self.start(&tag, each);
                    }
                }
                Token::EndTag(tag) if !self.end(&tag.name, each) => return Ok(()),
                Token::String(text) => self.text(&String::from_utf8_lossy(&text)),
                Token::Comment(text) if self.found.is_some() && text.windows(5).any(|w| w == b"Excel") => {
                    self.comments.push(String::from_utf8_lossy(&text).into_owned());
                }
                _ => {}
            }
        }
        while !self.grids.is_empty() {
            self.end_table(each);
        }
        Ok(())
    }

    fn begin_table(&mut self, offset: usize, each: &mut dyn FnMut(&mut Row) -> bool) {
        if self.grids.len() >= DEPTH {
            self.too_deep += 1;
            return;
        }
        self.finish_line();
        let mut title = std::mem::take(&mut self.lines);
        // A table that only lays out the page hands its title on to the table inside.
        if let Some(outer) = self.grids.last().filter(|g| title.is_empty() && !g.filled) {
            title.extend(outer.title_lines().iter().cloned());
        }
        let wanted = if self.found.is_some() || self.grids.is_empty() { Wanted::Yes } else { Wanted::No };
        let mut grid = Grid::new(offset, wanted, self.max_columns);
        for line in &title {
            grid.title(line, each);
        }
        grid.keep_title(title);
        self.grids.push(grid);
    }

    /// `false` when the one table wanted has ended.
    fn end_table(&mut self, each: &mut dyn FnMut(&mut Row) -> bool) -> bool {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return true;
        }
        let Some(mut grid) = self.grids.pop() else { return true };
        grid.finish(each);
        self.reading.cut |= grid.cut;
        if let Some(found) = &mut self.found {
            let (offset, filled) = (grid.offset, grid.filled);
            let (title, name, scan) = grid.into_parts();
            found.push(Seen { start: Start { offset, title }, name, scan, filled });
        }
        self.found.is_some() || !self.grids.is_empty()
    }

    fn start(&mut self, tag: &StartTag<usize>, each: &mut dyn FnMut(&mut Row) -> bool) {
        let name: &[u8] = &tag.name;
        if matches!(name, b"script" | b"style" | b"title" | b"xml" | b"select" | b"textarea" | b"noscript")
            && self.silent.is_none()
        {
            self.silent = Some(name.to_vec());
            return;
        }
        let breaks = is_block(name);
        let Some(grid) = self.grids.last_mut().filter(|_| self.too_deep == 0) else {
            if breaks {
                self.finish_line();
            }
            return;
        };
        match name {
            b"tr" => grid.begin_row(is_hidden(&tag.attributes), each),
            b"td" | b"th" => {
                let span = |key: &str| attribute(&tag.attributes, key).and_then(|v| v.trim().parse().ok());
                let number = attribute(&tag.attributes, "x:num").filter(|v| !v.trim().is_empty());
                grid.begin_cell(span("rowspan").unwrap_or(1), span("colspan").unwrap_or(1), number, each);
            }
            b"col" => {
                let span = attribute(&tag.attributes, "span").and_then(|v| v.trim().parse().ok());
                grid.column(span.unwrap_or(1), is_hidden(&tag.attributes));
            }
            b"caption" => self.caption = Some(String::new()),
            _ if breaks => grid.text("\n", true),
            _ => {}
        }
    }

    fn end(&mut self, name: &[u8], each: &mut dyn FnMut(&mut Row) -> bool) -> bool {
        if self.silent.as_deref() == Some(name) {
            self.silent = None;
        }
        match name {
            b"table" => return self.end_table(each),
            b"caption" => {
                let caption = self.caption.take();
                if let (Some(grid), Some(caption)) = (self.grids.last_mut(), caption) {
                    grid.caption(caption.split_whitespace().collect::<Vec<_>>().join(" "));
                }
            }
            b"tr" | b"td" | b"th" => {
                if let Some(grid) = self.grids.last_mut().filter(|_| self.too_deep == 0) {
                    if name == b"tr" { grid.end_row(each) } else { grid.end_cell() }
                }
            }
            _ if is_block(name) => match self.grids.last_mut() {
                Some(grid) => grid.text("\n", true),
                None => self.finish_line(),
            },
            _ => {}
        }
        true
    }

    fn text(&mut self, text: &str) {
        if self.silent.is_some() {
            return;
        }
        if let Some(caption) = &mut self.caption {
            if caption.len() < 200 {
                caption.push_str(text);
            }
            return;
        }
        match self.grids.last_mut() {
            Some(grid) => grid.text(text, false),
            None if self.line.len() < 1_000 => self.line.push_str(text),
            None => {}
        }
    }

    fn finish_line(&mut self) {
        let line = std::mem::take(&mut self.line).split_whitespace().collect::<Vec<_>>().join(" ");
        if !line.is_empty() {
            self.lines.push(line);
            if self.lines.len() > TITLE_LINES {
                self.lines.remove(0);
            }
        }
    }
}

type Attributes = BTreeMap<HtmlString, Spanned<HtmlString, usize>>;

fn attribute(attributes: &Attributes, name: &str) -> Option<String> {
    attributes.get(name.as_bytes()).map(|v| String::from_utf8_lossy(v).into_owned())
}

fn is_hidden(attributes: &Attributes) -> bool {
    let style = attribute(attributes, "style").unwrap_or_default().to_ascii_lowercase();
    let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
    style.contains("display:none") || style.contains("visibility:collapse") || attributes.contains_key(&b"hidden"[..])
}

fn is_block(name: &[u8]) -> bool {
    matches!(
        name,
        b"br" | b"p" | b"div" | b"li" | b"ul" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"center" | b"form"
    )
}

/// Names of the sheets, and whether they are hidden, from the notes Excel leaves for itself in its pages.
fn workbook_sheets(comments: &[String]) -> Vec<(String, bool)> {
    let inside = |text: &str, tag: &str| {
        let (_, rest) = text.split_once(&format!("<x:{tag}>"))?;
        rest.split_once("</").map(|(value, _)| value.trim().to_string())
    };
    comments
        .iter()
        .flat_map(|c| c.split("<x:ExcelWorksheet>").skip(1))
        .filter_map(|sheet| {
            let sheet = sheet.split("</x:ExcelWorksheet>").next().unwrap_or_default();
            let hidden = inside(sheet, "Visible").is_some_and(|v| v.contains("Hidden"));
            Some((crate::intake::file::package::xml::unescape(inside(sheet, "Name")?.as_bytes()), hidden))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheets(html: &str) -> Vec<(SheetInfo, Vec<String>)> {
        let (page, infos) = Page::open(html.to_string(), "表", 100).unwrap();
        let rows = |i: usize| {
            let mut rows = Vec::new();
            page.rows(i, 100, &mut |row| {
                let cells: Vec<String> = row.cells.iter().map(crate::intake::file::cell::Cell::stored).collect();
                rows.push(format!("{}:{}", row.index, cells.join("|")));
                true
            })
            .unwrap();
            rows
        };
        infos.into_iter().enumerate().map(|(i, info)| (info, rows(i))).collect()
    }

    #[test]
    fn cells_spans_and_markup() {
        let all = sheets(
            "<!DOCTYPE html><meta charset=utf-8><style>td{a:b}</style><script>'<table>'</script>
             <table border=1><thead><tr><th rowspan=2>姓 名<th colspan='2'>金额</tr><tr><th>实发<br>工资<th><b>扣</b>款</tr>
             <tr><td>甲&nbsp;一</td><td style=\"mso-number-format:'\\@'\">000123</td><td>&yen;1,234.50&lt;</td></tr>
             <tr style='display : none'><td>乙<td>2<td>3
             <tr><td x:num='0.351234'>0.35<td x:num=\"110101199003070128\">1.10101E+17<td>#N/A</table>",
        );
        assert_eq!(all.len(), 1);
        let (info, rows) = &all[0];
        assert_eq!(info.name, "表");
        assert_eq!(
            rows,
            &[
                "0:姓 名|金额",
                "1:|实发\n工资|扣款",
                "2:甲 一|000123|¥1,234.50<",
                "3:乙|2|3",
                "4:0.351234|110101199003070128|#N/A"
            ]
        );
        assert_eq!(info.scan.merges, vec![(0, 0, 1, 0), (0, 1, 0, 2)]);
        assert_eq!(info.scan.hidden_rows, vec![3]);
    }

    #[test]
    fn several_tables_are_several_sheets_with_the_lines_above_them() {
        let all = sheets(
            "<html><body><h3>代发明细</h3><p>单位名称：甲厂</p><table><tr><td><table><tr><td>内<td>1</table></table>
             <table></table><div>二</div><table><caption>名单</caption><tr><td>外</tr></table>尾",
        );
        let told: Vec<(&str, &[String])> = all.iter().map(|(i, r)| (i.name.as_str(), r.as_slice())).collect();
        assert_eq!(
            told,
            [
                ("表 1", &["0:代发明细".to_string(), "1:单位名称：甲厂".into(), "2:内|1".into()][..]),
                ("名单", &["0:二".into(), "1:外".into()])
            ]
        );
    }

    #[test]
    fn names_from_excels_own_notes() {
        let all = sheets(
            "<!--[if gte mso 9]><xml><x:ExcelWorkbook><x:ExcelWorksheets><x:ExcelWorksheet><x:Name>甲&amp;乙</x:Name>
             <x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></x:ExcelWorksheet>
             </x:ExcelWorksheets></x:ExcelWorkbook></xml><![endif]--><table><col><col span=2 style='display:none'><tr><td>1",
        );
        assert_eq!((all[0].0.name.as_str(), all[0].0.hidden), ("甲&乙", true));
        assert_eq!(all[0].0.scan.hidden_columns, vec![(1, 2)]);
        assert_eq!(all[0].1, ["0:1"]);
    }

    #[test]
    fn wild_pages_end() {
        for html in [
            "<table><tr><td>x".repeat(300) + &"</table>".repeat(10),
            "<table><tr><td rowspan=4000000000 colspan=4000000000>x<tr><td>y<tr><td rowspan=0 colspan=0>z".to_string(),
            "</table></td></tr><td>x</table><table><td>x<td>y</td></td></tr></tr>z</table>".to_string(),
        ] {
            let all = sheets(&html);
            assert!(!all.is_empty());
        }
        let many = "<table><tr><td>x</table>".repeat(MAX_TABLES + 1);
        assert_eq!(Page::open(many, "表", 9).err().unwrap().code, issue::HOSTILE_ARCHIVE);
        assert_eq!(Page::open("<p>登录超时".into(), "表", 9).err().unwrap().code, issue::NOT_A_WORKBOOK);
    }
}
