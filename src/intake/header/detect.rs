//! Finds the header among the first rows: which kind of sheet it is, which column holds which field, in which unit.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::model::status::SheetKind;
use crate::rules::Rules;

use crate::intake::file::cell::Row;
use crate::intake::header::groups::{
    Addition, Around, continues, group_over, groups_of, header_cells, may_head, text_of,
};
use crate::intake::header::layout::{ColumnReading, How, Layout, Meaning, Slot, Twin};
use crate::intake::header::names::NameWords;
use crate::intake::header::shared_fields::{in_several_columns, is_due, says_little};
use crate::intake::value::amount::money::Unit;
use crate::intake::value::amount::unit::{UnitText, UnitWord, all_unit_words};
use crate::intake::value::key;

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
    pub(crate) unit_text: UnitText,
    pub(crate) around: Around,
    pub(crate) names: NameWords,
}

struct Kind {
    kind: SheetKind,
    /// Header → field and rank (0 = the preferred wording).
    by_header: HashMap<String, (String, usize)>,
    required: BTreeMap<String, Vec<String>>,
    weights: HashMap<String, (usize, bool)>,
    first_alias: HashMap<String, String>,
    /// Balances and ticks of products.
    shaped: HashSet<String>,
}

/// A header's text in the forms it is looked up by.
#[derive(Default)]
struct HeaderText {
    forms: Vec<String>,
    /// As many forms from the first on leave nothing out but units and plain remarks.
    whole: usize,
    /// What the brackets say that the other forms leave out.
    left_out: Vec<String>,
    unit: Option<UnitWord>,
}

/// Field and rank of a wording that was found in a header.
struct Hit<'k> {
    known: &'k (String, usize),
    /// Only a part of the header is known, and nobody can say what the rest makes of it.
    loose: bool,
}

impl Aliases {
    pub fn new(rules: &Rules) -> Aliases {
        let kinds = SheetKind::ALL
            .iter()
            .filter(|kind| !rules.columns.of(**kind).is_empty())
            .map(|kind| {
                let mut this = Kind {
                    kind: *kind,
                    by_header: HashMap::new(),
                    required: BTreeMap::new(),
                    weights: HashMap::new(),
                    first_alias: HashMap::new(),
                    shaped: HashSet::new(),
                };
                for (field, rule) in rules.columns.of(*kind) {
                    this.shaped.extend(rule.shape.map(|_| field.clone()));
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
                    for header in headers.iter().filter(|_| !rule.first.is_empty()) {
                        // One of the best wins; of others that differ somebody has to say.
                        let rank =
                            1 + usize::from(rule.last.contains(header)) - usize::from(rule.first.contains(header));
                        this.by_header.entry(key(header)).and_modify(|(f, r)| {
                            if f == field {
                                *r = rank;
                            }
                        });
                    }
                    if let Some(group) = &rule.required {
                        this.required.entry(group.clone()).or_default().push(field.clone());
                    }
                    let weight = 1 + 2 * usize::from(rule.signature) + usize::from(rule.required.is_some());
                    this.weights.insert(field.clone(), (if says_little(field) { 0 } else { weight }, rule.signature));
                }
                this
            })
            .collect();
        Aliases {
            kinds,
            units: all_unit_words(&rules.import.units),
            plain: rules.import.units.plain.iter().map(|w| key(w)).collect(),
            unit_text: UnitText::new(rules),
            around: Around::new(rules),
            names: NameWords::new(&rules.masking.headers),
        }
    }

    /// Searches `rows` (the first of a sheet); `wanted` leaves only one kind to choose.
    pub fn find(&self, rows: &[Row], wanted: Option<SheetKind>, min_columns: usize) -> Found {
        let mut found = self.search(rows, wanted, min_columns);
        match &mut found {
            Found::Layout(layout) | Found::Incomplete(layout) => self.withhold(layout, rows),
            Found::Doubtful(layout, rival) => [layout, rival].into_iter().for_each(|l| self.withhold(l, rows)),
            Found::Ambiguous(..) | Found::Nothing => {}
        }
        found
    }

    fn search(&self, rows: &[Row], wanted: Option<SheetKind>, min_columns: usize) -> Found {
        let mut best: Vec<Layout> = Vec::new();
        for kind in self.kinds.iter().filter(|k| wanted.is_none_or(|w| w == k.kind)) {
            let mut top: Option<Layout> = None;
            for first in 0..rows.len() {
                for levels in 1..=3usize.min(rows.len() - first) {
                    let below = rows.get(first + levels).filter(|_| levels < 3);
                    let upper = &rows[first + levels - 1];
                    if below.is_some_and(|below| continues(upper, below) || self.gives_units(upper, below)) {
                        continue;
                    }
                    let Some(layout) = self.layout(kind, rows, first, levels) else { continue };
                    if layout.fields().len() < min_columns {
                        continue;
                    }
                    // Of equal readings the one with fewer levels: titles above a header add nothing.
                    let rank = |l: &Layout| (l.firm, std::cmp::Reverse(l.at.1 - l.at.0));
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
                let knows_more = |l: &Layout| !l.complete && l.fields().len() >= first.fields().len() + MUCH_MORE;
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

    /// Whether a row below a header has nothing but units of money in it, each below a header.
    fn gives_units(&self, upper: &Row, lower: &Row) -> bool {
        let mut filled = lower.cells.iter().enumerate().filter(|(_, c)| !c.is_blank()).peekable();
        lower.index == upper.index + 1
            && filled.peek().is_some()
            && filled.all(|(at, cell)| !upper.cell(at).is_blank() && self.unit_of(&text_of(cell)).is_some())
    }

    fn layout(&self, kind: &Kind, rows: &[Row], first: usize, levels: usize) -> Option<Layout> {
        rows[first..first + levels].iter().all(may_head).then(|| self.layout_at(kind, rows, first, levels))
    }

    /// What the headers of `levels` rows from `first` on say for one kind of sheet.
    pub fn layout_of(&self, kind: SheetKind, rows: &[Row], first: usize, levels: usize) -> Option<Layout> {
        let kind = self.kinds.iter().find(|k| k.kind == kind)?;
        let mut layout = self.layout_at(kind, rows, first, levels);
        self.withhold(&mut layout, rows);
        Some(layout)
    }

    fn layout_at(&self, kind: &Kind, rows: &[Row], first: usize, levels: usize) -> Layout {
        let mut layout = Layout::new(kind.kind, (first, first + levels - 1));
        let mut ranks: HashMap<&str, (bool, usize)> = HashMap::new();
        let above = first.checked_sub(1).map(|above| &rows[above]).filter(|r| r.index + 1 == rows[first].index);
        let groups = above.map(groups_of).unwrap_or_default();
        for (column, parts) in header_cells(&rows[first..first + levels]) {
            let (hit, unit) = self.look_up(kind, &parts);
            let money = unit.and_then(|u| if let UnitWord::Money(u) = u { Some(u) } else { None });
            let unit = unit.map(|_| money.map_or("share", Unit::key).to_string());
            layout.add(ColumnReading { header: parts.join(" "), unit, ..ColumnReading::without_header(column) });
            let among_others = group_over(&groups, column).is_some_and(|g| self.around.is_other(g));
            let Some(Hit { known: (name, rank), loose: partly }) = hit.filter(|_| !among_others) else { continue };
            let slot = Slot { unit: money, ..Slot::of(column) };
            // What is known in part never stands beside what is known as a whole.
            let rank = (partly, *rank);
            if partly {
                layout.loose.push(column);
            }
            let known = ranks.get(name.as_str()).copied().zip(layout.slot(name));
            if let Some((known, other)) = known.filter(|(known, _)| *known <= rank) {
                if known == rank && !is_due(name) {
                    layout.twins.push(Twin { column, first: other.column, field: name.clone() });
                } else if in_several_columns(name) && !partly {
                    layout.assign(slot, Meaning::Further(name), How::Alias);
                }
                continue;
            }
            layout.assign(slot, Meaning::Field(name), How::Alias);
            ranks.insert(name, rank);
            if let Some(((loosely, _), other)) = known {
                // Kind and name of a product in columns of their own are both read.
                if in_several_columns(name) && !(is_due(name) && loosely) {
                    layout.assign(other, Meaning::Further(name), How::Alias);
                }
                layout.twins.retain(|t| t.field != *name);
            }
        }
        self.weigh(&mut layout);
        layout
    }

    /// Works out anew what a layout lacks and how well it fits.
    pub fn weigh(&self, layout: &mut Layout) {
        let Some(kind) = self.kinds.iter().find(|k| k.kind == layout.kind) else { return };
        let all: Vec<&String> = layout.fields().map(|(f, _)| f).collect();
        let firm: Vec<&String> =
            layout.fields().filter(|(_, slot)| !layout.loose.contains(&slot.column)).map(|(f, _)| f).collect();
        let flagged = !layout.flags().is_empty();
        let (complete, score) = kind.weigh(&all, flagged);
        let (firm_complete, firm_score) = kind.weigh(&firm, flagged);
        let firm = (firm_complete, firm_score, firm.len());
        layout.missing = kind
            .required
            .values()
            .filter(|group| !group.iter().any(|f| layout.slot(f).is_some()))
            .map(|group| group.iter().map(|f| kind.first_alias[f].as_str()).collect::<Vec<_>>().join("/"))
            .collect();
        (layout.complete, layout.score, layout.firm) = (complete, score, firm);
    }

    /// The field a text heads, blanks and widths aside.
    pub fn field_of(&self, kind: SheetKind, header: &str) -> Option<&str> {
        let kind = self.kinds.iter().find(|k| k.kind == kind)?;
        kind.by_header.get(&key(header)).map(|(field, _)| field.as_str())
    }

    /// The kinds and fields a text (as [`key`] gives it) heads as a whole.
    pub(crate) fn heads<'s>(&'s self, text: &'s str) -> impl Iterator<Item = (SheetKind, &'s str)> {
        self.kinds.iter().filter_map(move |k| Some((k.kind, k.by_header.get(text)?.0.as_str())))
    }

    /// Fields of which a sheet of this kind needs one that it has not.
    pub fn lacking(&self, layout: &Layout) -> Vec<String> {
        let kind = self.kinds.iter().find(|k| k.kind == layout.kind);
        let groups = kind.into_iter().flat_map(|k| k.required.values());
        groups.filter(|g| !g.iter().any(|f| layout.slot(f).is_some())).flatten().cloned().collect()
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

    /// The field of a column: by all its levels together, by the lower ones, by the lowest; else by the upper ones.
    fn look_up<'k>(&self, kind: &'k Kind, parts: &[String]) -> (Option<Hit<'k>>, Option<UnitWord>) {
        let inherited = parts.iter().rev().find_map(|p| self.header_text(p).unit);
        for start in 0..parts.len() {
            let text = self.header_text(&parts[start..].concat());
            let find = |forms: &[String]| forms.iter().find_map(|f| kind.by_header.get(f));
            let whole = find(&text.forms[..text.whole]);
            let Some(known) = whole.or_else(|| find(&text.forms[text.whole..])) else { continue };
            let telling = kind.weights.get(&known.0).is_some_and(|w| w.1);
            let groups = parts[..start].iter().map(|group| self.around.above(self.header_text(group).bare(), telling));
            let brackets = text.left_out.iter().filter(|_| whole.is_none()).map(|inside| self.around.bracket(inside));
            let hit = match groups.chain(brackets).max() {
                Some(Addition::Other) => None,
                addition => Some(Hit { known, loose: addition == Some(Addition::Unknown) }),
            };
            return (hit, text.unit.or(inherited));
        }
        for end in (1..parts.len()).rev() {
            let text = self.header_text(&parts[..end].concat());
            let Some(known) = text.forms[..text.whole].iter().find_map(|f| kind.by_header.get(f)) else { continue };
            let below = parts[end..].iter().map(|part| self.around.below(self.header_text(part).bare())).max();
            // Below a product stand many other things than its balance.
            let hit = match below {
                Some(Addition::Unknown) if !kind.shaped.contains(&known.0) => Some(Hit { known, loose: true }),
                Some(Addition::Plain) => Some(Hit { known, loose: false }),
                _ => None,
            };
            return (hit, text.unit.or(inherited));
        }
        (None, inherited)
    }

    fn header_text(&self, text: &str) -> HeaderText {
        let full = key(text);
        let full = full
            .trim_matches(['*', ':', '、', '.', '#'])
            .replace(['【', '[', '〔', '{', '<', '‹', '《', '〈', '「', '『'], "(")
            .replace(['】', ']', '〕', '}', '>', '›', '》', '〉', '」', '』'], ")");
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
                if !others.is_empty() {
                    kept.push_str(&format!("({others})"));
                    this.left_out.push(others);
                }
            } else if unit.is_none() && !self.plain.iter().any(|p| p == inside) {
                kept.push_str(&rest[open..=close]);
                this.left_out.push(inside.to_string());
            }
            rest = &rest[close + 1..];
        }
        kept.push_str(rest);
        bare.push_str(rest);
        this.forms.push(full.clone());
        let push = |forms: &mut Vec<String>, form: String| {
            if !forms.contains(&form) && !form.is_empty() {
                forms.push(form);
            }
        };
        push(&mut this.forms, kept);
        this.whole = this.forms.len();
        push(&mut this.forms, bare);
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
        if this.left_out.is_empty() {
            this.whole = this.forms.len();
        }
        this
    }
}

/// Latin letters alone end many other headers.
fn is_letters(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_alphabetic())
}

impl HeaderText {
    /// The text without brackets and units.
    fn bare(&self) -> &str {
        self.forms.last().map_or("", String::as_str)
    }
}

impl Kind {
    /// Whether fields make up a sheet of this kind, and how much they say for it.
    fn weigh(&self, fields: &[&String], flagged: bool) -> (bool, usize) {
        let weight = |f: &&String| self.weights.get(*f).copied().unwrap_or_default();
        let signed = flagged || fields.iter().any(|f| weight(f).1);
        let complete = self.required.values().all(|group| group.iter().any(|f| fields.contains(&f)));
        (complete && signed, fields.iter().map(|f| weight(f).0).sum())
    }
}

#[cfg(test)]
mod tests;
