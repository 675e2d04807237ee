//! Finds the header among the first rows: which kind of sheet it is, which column holds which field, in which unit.

use std::collections::{BTreeMap, HashMap};

use crate::model::status::SheetKind;
use crate::rules::Rules;
use crate::rules::import::UnitWords;

use super::layout::{ColumnReading, How, Layout, Slot, Twin};
use super::merged::ends_heading;
use super::profile::AumSource;
use super::sheet::{Cell, Row};
use super::units::UnitText;
use super::value::date::DateOrder;
use super::value::money::Unit;
use super::value::word::key;

/// Outcome of the search.
pub enum Found {
    Layout(Box<Layout>),
    /// A layout, and one of another kind that lacks something but knows more of the columns.
    Doubtful(Box<Layout>, Box<Layout>),
    /// Two kinds fit equally well.
    Ambiguous(SheetKind, SheetKind),
    /// The best guess lacks required columns.
    Incomplete(Box<Layout>),
    Nothing,
}

/// Columns that another kind must know beyond those of the one that fits, to throw doubt on it.
const MUCH_MORE: usize = 2;

/// All headers of all kinds, ready to look up.
pub struct Aliases {
    kinds: Vec<Kind>,
    units: Vec<(String, UnitWord)>,
    plain: Vec<String>,
    pub(super) unit_text: UnitText,
}

struct Kind {
    kind: SheetKind,
    /// Header → field and rank (0 = the preferred wording).
    by_header: HashMap<String, (String, usize)>,
    required: BTreeMap<String, Vec<String>>,
    weights: HashMap<String, (usize, bool)>,
    first_alias: HashMap<String, String>,
}

#[derive(Clone, Copy)]
enum UnitWord {
    Money(Unit),
    Share,
}

/// A header's text in the forms it is looked up by.
#[derive(Default)]
struct HeaderText {
    forms: Vec<String>,
    unit: Option<UnitWord>,
}

impl Aliases {
    pub fn new(rules: &Rules) -> Aliases {
        let kinds = SheetKind::ALL
            .iter()
            .map(|kind| {
                let mut this = Kind {
                    kind: *kind,
                    by_header: HashMap::new(),
                    required: BTreeMap::new(),
                    weights: HashMap::new(),
                    first_alias: HashMap::new(),
                };
                for (field, rule) in rules.columns.of(*kind) {
                    let headers = rules.columns.headers(rule);
                    this.first_alias.insert(field.clone(), headers.first().cloned().unwrap_or_else(|| field.clone()));
                    for (rank, header) in headers.iter().enumerate() {
                        let entry = (field.clone(), rank);
                        let known = this.by_header.entry(key(header)).or_insert_with(|| entry.clone());
                        // A wording written out for one field beats one made from another's pattern.
                        if rank < known.1 && rank < rule.aliases.len() {
                            *known = entry;
                        }
                    }
                    if let Some(group) = &rule.required {
                        this.required.entry(group.clone()).or_default().push(field.clone());
                    }
                    let weight = 1 + 2 * usize::from(rule.signature) + usize::from(rule.required.is_some());
                    this.weights.insert(
                        field.clone(),
                        (if field == "serial" || field == "note" { 0 } else { weight }, rule.signature),
                    );
                }
                this
            })
            .collect();
        Aliases {
            kinds,
            units: all_unit_words(&rules.import.units),
            plain: rules.import.units.plain.iter().map(|w| key(w)).collect(),
            unit_text: UnitText::new(rules),
        }
    }

    /// Searches `rows` (the first of a sheet); `wanted` leaves only one kind to choose.
    pub fn find(&self, rows: &[Row], wanted: Option<SheetKind>, min_columns: usize) -> Found {
        let mut best: Vec<Layout> = Vec::new();
        for kind in self.kinds.iter().filter(|k| wanted.is_none_or(|w| w == k.kind)) {
            let mut top: Option<Layout> = None;
            for first in 0..rows.len() {
                for levels in 1..=3usize.min(rows.len() - first) {
                    let Some(layout) = self.layout(kind, rows, first, levels) else { continue };
                    if layout.fields.len() < min_columns {
                        continue;
                    }
                    // Of equal readings the one with fewer levels: titles above a header add nothing.
                    let rank = |l: &Layout| (l.complete, l.score, l.fields.len(), std::cmp::Reverse(l.at.1 - l.at.0));
                    let better = top.as_ref().is_none_or(|t| rank(&layout) > rank(t));
                    if better {
                        top = Some(layout);
                    }
                }
            }
            best.extend(top);
        }
        best.sort_by_key(|l| (std::cmp::Reverse((l.complete, l.score)), l.kind));
        let mut best = best.into_iter();
        let Some(first) = best.next() else { return Found::Nothing };
        if !first.complete {
            return Found::Incomplete(Box::new(first));
        }
        match best.next() {
            Some(second) if second.complete && second.score == first.score => Found::Ambiguous(first.kind, second.kind),
            second => {
                let knows_more = |l: &Layout| !l.complete && l.fields.len() >= first.fields.len() + MUCH_MORE;
                match second.into_iter().chain(best).find(knows_more) {
                    Some(rival) => Found::Doubtful(Box::new(first), Box::new(rival)),
                    None => Found::Layout(Box::new(first)),
                }
            }
        }
    }

    /// Unit words in a text such as `万元` or `人民币:万元`.
    pub fn unit_of(&self, text: &str) -> Option<Unit> {
        let key = key(text);
        let word = key.rsplit(':').next().unwrap_or("");
        self.units.iter().find(|(w, _)| w == word).and_then(|(_, u)| match u {
            UnitWord::Money(unit) => Some(*unit),
            UnitWord::Share => None,
        })
    }

    fn layout(&self, kind: &Kind, rows: &[Row], first: usize, levels: usize) -> Option<Layout> {
        // Only the rows of a header hold nothing but text.
        let text = |r: &Row| r.cells.iter().all(|c| matches!(c, Cell::Text(_) | Cell::Empty | Cell::NoValue(_)));
        rows[first..first + levels].iter().all(text).then(|| self.layout_at(kind, rows, first, levels))
    }

    /// What the headers of `levels` rows from `first` on say for one kind of sheet.
    pub fn layout_of(&self, kind: SheetKind, rows: &[Row], first: usize, levels: usize) -> Option<Layout> {
        let kind = self.kinds.iter().find(|k| k.kind == kind)?;
        Some(self.layout_at(kind, rows, first, levels))
    }

    fn layout_at(&self, kind: &Kind, rows: &[Row], first: usize, levels: usize) -> Layout {
        let mut columns: Vec<ColumnReading> = Vec::new();
        let mut fields: BTreeMap<String, (usize, Slot)> = BTreeMap::new();
        let mut twins = Vec::new();
        for (column, parts) in header_cells(&rows[first..first + levels]) {
            let (hit, unit) = self.look_up(kind, &parts);
            let header = parts.join(" ");
            let mut field = None;
            if let Some((name, rank)) = hit {
                let unit = unit.and_then(|u| if let UnitWord::Money(u) = u { Some(u) } else { None });
                let slot = Slot { column, unit, date: DateOrder::Auto };
                match fields.get(name) {
                    Some((known, other)) if *known <= *rank => {
                        if known == rank {
                            twins.push(Twin { column, first: other.column, field: name.clone() });
                        }
                    }
                    known => {
                        if let Some((_, other)) = known {
                            let index = other.column as u32;
                            columns
                                .iter_mut()
                                .filter(|c| c.index == index)
                                .for_each(|c| c.take_field(None, How::Alias));
                        }
                        fields.insert(name.clone(), (*rank, slot));
                        field = Some(name.clone());
                    }
                }
            }
            let unit = unit.map(|u| match u {
                UnitWord::Money(unit) => unit.key().to_string(),
                UnitWord::Share => "share".to_string(),
            });
            let how = field.is_some().then_some(How::Alias);
            columns.push(ColumnReading { index: column as u32, header, field, unit, how, confidence: 0.0 });
        }
        let mut layout = Layout {
            kind: kind.kind,
            at: (first, first + levels - 1),
            columns,
            fields: fields.into_iter().map(|(f, (_, slot))| (f, slot)).collect(),
            flags: Vec::new(),
            sums: Vec::new(),
            twins,
            products: BTreeMap::new(),
            aum: AumSource::Auto,
            missing: Vec::new(),
            score: 0,
            complete: false,
        };
        self.weigh(&mut layout);
        layout
    }

    /// Works out anew what a layout lacks and how well it fits.
    pub fn weigh(&self, layout: &mut Layout) {
        let Some(kind) = self.kinds.iter().find(|k| k.kind == layout.kind) else { return };
        let weight = |f: &String| kind.weights.get(f).copied().unwrap_or_default();
        layout.score = layout.fields.keys().map(|f| weight(f).0).sum();
        let signed = layout.fields.keys().any(|f| weight(f).1) || !layout.flags.is_empty();
        layout.missing = kind
            .required
            .values()
            .filter(|group| !group.iter().any(|f| layout.fields.contains_key(f)))
            .map(|group| group.iter().map(|f| kind.first_alias[f].as_str()).collect::<Vec<_>>().join("/"))
            .collect();
        layout.complete = layout.missing.is_empty() && signed;
    }

    /// Fields of which a sheet of this kind needs one that it has not.
    pub fn lacking(&self, layout: &Layout) -> Vec<String> {
        let kind = self.kinds.iter().find(|k| k.kind == layout.kind);
        let groups = kind.into_iter().flat_map(|k| k.required.values());
        groups.filter(|g| !g.iter().any(|f| layout.fields.contains_key(f))).flatten().cloned().collect()
    }

    /// Whether the sheet cannot do without a field, or is told by it.
    pub fn matters(&self, kind: SheetKind, field: &str) -> bool {
        let Some(kind) = self.kinds.iter().find(|k| k.kind == kind) else { return false };
        kind.required.values().any(|g| g.iter().any(|f| f == field)) || kind.weights.get(field).is_some_and(|w| w.1)
    }

    /// The field a user names: by its key, or by any of its headers.
    pub fn field_named(&self, kind: SheetKind, name: &str) -> Option<&str> {
        let kind = self.kinds.iter().find(|k| k.kind == kind)?;
        let by_key = kind.weights.get_key_value(name).map(|(f, _)| f.as_str());
        by_key.or_else(|| kind.by_header.get(&key(name)).map(|(f, _)| f.as_str()))
    }

    /// The field of a column: by all its levels together, by the lower ones, by the lowest.
    fn look_up<'k>(&self, kind: &'k Kind, parts: &[String]) -> (Option<&'k (String, usize)>, Option<UnitWord>) {
        let inherited = parts.iter().rev().find_map(|p| self.header_text(p).unit);
        for start in 0..parts.len() {
            let text = self.header_text(&parts[start..].concat());
            if let Some(hit) = text.forms.iter().find_map(|f| kind.by_header.get(f)) {
                return (Some(hit), text.unit.or(inherited));
            }
        }
        (None, inherited)
    }

    fn header_text(&self, text: &str) -> HeaderText {
        let full = key(text);
        let full = full
            .trim_matches(['*', ':', '、', '.', '#'])
            .replace(['【', '[', '〔'], "(")
            .replace(['】', ']', '〕'], ")");
        let mut this = HeaderText::default();
        let (mut kept, mut bare) = (String::new(), String::new());
        let mut rest = full.as_str();
        while let Some(open) = rest.find('(') {
            let Some(close) = rest[open..].find(')').map(|c| c + open) else { break };
            let inside = rest[open + 1..close].trim_start_matches("单位").trim_start_matches(':');
            kept.push_str(&rest[..open]);
            bare.push_str(&rest[..open]);
            let unit = self.units.iter().find(|(w, _)| w == inside).map(|(_, u)| *u);
            this.unit = this.unit.or(unit);
            if unit.is_none()
                && let Some((unit, others)) = self.unit_text.in_brackets(inside)
            {
                this.unit = this.unit.or(Some(UnitWord::Money(unit)));
                kept.push_str(&if others.is_empty() { others } else { format!("({others})") });
            } else if unit.is_none() && !self.plain.iter().any(|p| p == inside) {
                kept.push_str(&rest[open..=close]);
            }
            rest = &rest[close + 1..];
        }
        kept.push_str(rest);
        bare.push_str(rest);
        this.forms.push(full.clone());
        for form in [kept, bare] {
            if !this.forms.contains(&form) && !form.is_empty() {
                this.forms.push(form);
            }
        }
        // 代发金额万元, 金额/元, 占比%
        let shortest = this.forms.last().cloned().unwrap_or_default();
        let suffix = self
            .units
            .iter()
            .filter(|(w, _)| !is_letters(w) && shortest.ends_with(w.as_str()))
            .max_by_key(|(w, _)| w.len());
        if let Some((word, unit)) = suffix {
            let head = shortest[..shortest.len() - word.len()].trim_end_matches(['/', ':', '-', '_']);
            if !head.is_empty() {
                this.forms.push(head.to_string());
                this.unit = this.unit.or(Some(*unit));
            }
        }
        this
    }
}

/// Latin letters alone end many other headers.
fn is_letters(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_alphabetic())
}

/// Unit words as compared: the unit of money, or `None` for a percentage.
pub(super) fn unit_words(words: &UnitWords) -> Vec<(String, Option<Unit>)> {
    let money = |unit| if let UnitWord::Money(unit) = unit { Some(unit) } else { None };
    all_unit_words(words).into_iter().map(|(word, unit)| (word, money(unit))).collect()
}

fn all_unit_words(words: &UnitWords) -> Vec<(String, UnitWord)> {
    let mut list = Vec::new();
    for (group, unit) in [
        (&words.yuan, UnitWord::Money(Unit::Yuan)),
        (&words.thousand, UnitWord::Money(Unit::Thousand)),
        (&words.ten_thousand, UnitWord::Money(Unit::TenThousand)),
        (&words.million, UnitWord::Money(Unit::Million)),
        (&words.hundred_million, UnitWord::Money(Unit::HundredMillion)),
        (&words.percent, UnitWord::Share),
        (&words.per_mille, UnitWord::Share),
    ] {
        list.extend(group.iter().map(|w| (key(w), unit)));
    }
    list
}

/// Bytes beyond which a text heads no column; looking one up is work for every kind of sheet and every row.
const LONGEST_HEADER: usize = 600;
/// The columns with a header and the parts of it, top down: a heading over several columns stands in the first of them.
pub(super) fn header_cells(rows: &[Row]) -> Vec<(usize, Vec<String>)> {
    let width = rows.iter().map(|r| r.cells.len()).max().unwrap_or(0);
    let levels = rows.len();
    let mut above = vec![String::new(); levels];
    let mut columns = Vec::new();
    for column in 0..width {
        let texts: Vec<String> = rows.iter().map(|r| text_of(r.cell(column))).collect();
        if texts.iter().all(String::is_empty) {
            continue;
        }
        let mut parts = Vec::new();
        for level in 0..levels {
            let deeper = texts[level + 1..].iter().any(|t| !t.is_empty());
            if !texts[level].is_empty() {
                above[level].clone_from(&texts[level]);
                above[level + 1..].iter_mut().for_each(String::clear);
                parts.push(texts[level].clone());
            } else if ends_heading(rows[level].cell(column)) {
                above[level..].iter_mut().for_each(String::clear);
            } else if deeper && !above[level].is_empty() {
                parts.push(above[level].clone());
            }
        }
        parts.dedup();
        columns.push((column, parts));
    }
    columns
}

fn text_of(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) if text.len() <= LONGEST_HEADER => text.split_whitespace().collect::<Vec<_>>().join(""),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aliases() -> Aliases {
        Aliases::new(&Rules::load(None).unwrap())
    }

    fn rows(lines: &[&str]) -> Vec<Row> {
        lines
            .iter()
            .enumerate()
            .map(|(i, line)| Row {
                index: i as u32,
                cells: line
                    .split('|')
                    .map(|c| match c.trim() {
                        "" => Cell::Empty,
                        text => text.parse().map_or_else(|_| Cell::Text(text.to_string()), Cell::Number),
                    })
                    .collect(),
            })
            .collect()
    }

    fn find(lines: &[&str]) -> Layout {
        match aliases().find(&rows(lines), None, 2) {
            Found::Layout(layout) => *layout,
            _ => panic!("no header found"),
        }
    }

    fn column(layout: &Layout, field: &str) -> Option<(usize, Option<Unit>)> {
        layout.slot(field).map(|s| (s.column, s.unit))
    }

    #[test]
    fn a_header_below_titles_with_units_and_blanks() {
        let layout =
            find(&["云启信息2026年3月工资", "", "序号|姓  名|银行帐号|实发\u{a0}金额（元）| 备 注", "1|甲|6200|5000|"]);
        assert_eq!(layout.kind, SheetKind::Payroll);
        assert_eq!(layout.at, (2, 2));
        assert_eq!(column(&layout, "account"), Some((2, None)));
        assert_eq!(column(&layout, "amount"), Some((3, Some(Unit::Yuan))));
        assert_eq!(column(&layout, "purpose"), Some((4, None)));
    }

    #[test]
    fn levels_are_joined() {
        let layout = find(&[
            "客户号|客户姓名|产品余额(万元)|||是否持有||手机银行||备注",
            "|||活期|定期|理财|基金|是否开通|是否活跃|",
        ]);
        // 产品余额 stands over columns C to E, the first of which has no lower heading.
        assert_eq!(layout.kind, SheetKind::Holdings);
        assert_eq!(layout.at, (0, 1));
        assert_eq!(column(&layout, "demand"), Some((3, Some(Unit::TenThousand))));
        assert_eq!(column(&layout, "has_wealth"), Some((5, None)));
        assert_eq!(column(&layout, "has_fund"), Some((6, None)));
        assert_eq!(column(&layout, "has_mobile_bank"), Some((7, None)));
        assert_eq!(column(&layout, "mobile_active"), Some((8, None)));
    }

    #[test]
    fn kinds_are_told_apart() {
        for (line, kind) in [
            ("代发单位编号|代发单位名称|代发人数|代发金额(万元)|发薪日", SheetKind::Employers),
            ("客户号|客户名称|代发单位|AUM余额|手机银行", SheetKind::Holdings),
            ("序号|收款方户名|收款账号|金额|附言", SheetKind::Payroll),
            ("工号|姓名|所属网点|岗位|可外出", SheetKind::Staff),
            ("单位名称|进企日期|我行人数|到场人数|意向人数", SheetKind::Visits),
        ] {
            assert_eq!(find(&[line]).kind, kind, "{line}");
        }
    }

    #[test]
    fn units_in_many_forms() {
        for (header, unit) in [
            ("AUM余额(万元)", Some(Unit::TenThousand)),
            ("AUM余额（单位：万元）", Some(Unit::TenThousand)),
            ("AUM余额【元】", Some(Unit::Yuan)),
            ("AUM余额/万元", Some(Unit::TenThousand)),
            ("AUM余额亿元", Some(Unit::HundredMillion)),
            ("AUM余额", None),
        ] {
            let layout = find(&[&format!("客户号|姓名|{header}")]);
            assert_eq!(column(&layout, "aum"), Some((2, unit)), "{header}");
        }
    }

    #[test]
    fn the_better_wording_wins_and_twins_are_told() {
        let layout = find(&["姓名|金额|实发金额|卡号|卡号"]);
        assert_eq!(column(&layout, "amount"), Some((2, None)));
        assert_eq!(layout.columns[1].field, None);
        assert_eq!(layout.twins, vec![Twin { column: 4, first: 3, field: "account".to_string() }]);
    }

    #[test]
    fn what_is_missing_is_named() {
        match aliases().find(&rows(&["姓名|部门|卡号"]), Some(SheetKind::Payroll), 2) {
            Found::Incomplete(layout) => assert_eq!(layout.missing, vec!["实发金额"]),
            _ => panic!("should be incomplete"),
        }
        assert!(matches!(aliases().find(&rows(&["a|b|c"]), None, 2), Found::Nothing));
    }
}
