//! Works out a formula whose result was never stored: sums and differences within its own row, as pay sheets
//! written by programs have them. Anything else stays without value.

use std::cell::Cell as Counter;

use crate::intake::file::cell::{Cell, Row};
use crate::intake::file::package::xml::position;
use crate::intake::value::squeeze;

/// Formulas that refer to formulas are followed this far.
const DEPTH: u8 = 4;

/// Characters of a formula beyond which nobody wrote it by hand.
const LONGEST: usize = 500;

/// Characters read and cells looked at for all formulas of one row. The widest pay sheets take far less; sums of sums
/// made to take for ever are left without value.
const STEPS: u32 = 100_000;

/// What is left of the work that the formulas of one row may take.
pub struct Effort(Counter<u32>);

impl Effort {
    /// For the next row.
    pub fn new() -> Effort {
        Effort(Counter::new(STEPS))
    }

    /// Whether there is enough left; takes it.
    fn spend(&self, steps: usize) -> bool {
        let left = u32::try_from(steps).ok().and_then(|s| self.0.get().checked_sub(s));
        self.0.set(left.unwrap_or(0));
        left.is_some()
    }
}

/// Value of `formula` standing in `row`; `None` when it needs more than this row, more than arithmetic or more effort
/// than is left for the row.
pub fn work_out(formula: &str, row: &Row, effort: &Effort) -> Option<f64> {
    evaluate(formula, row, DEPTH, effort)
}

fn evaluate(formula: &str, row: &Row, depth: u8, effort: &Effort) -> Option<f64> {
    let formula = formula.trim().trim_start_matches('=');
    // In bytes, so that a long one is not even looked through.
    if formula.len() > LONGEST * 4 || !effort.spend(formula.len()) {
        return None;
    }
    let text: Vec<char> = formula.chars().filter(|c| !c.is_whitespace()).collect();
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    let mut parser = Parser { text: &text, at: 0, row, depth, effort, nesting: 0 };
    let value = parser.sum()?;
    (parser.at == text.len() && value.is_finite()).then_some(value)
}

struct Parser<'p> {
    text: &'p [char],
    at: usize,
    row: &'p Row,
    depth: u8,
    effort: &'p Effort,
    nesting: u8,
}

impl Parser<'_> {
    fn take(&mut self, c: char) -> bool {
        let found = self.text.get(self.at) == Some(&c);
        self.at += usize::from(found);
        found
    }

    fn sum(&mut self) -> Option<f64> {
        let mut value = self.product()?;
        loop {
            if self.take('+') {
                value += self.product()?;
            } else if self.take('-') {
                value -= self.product()?;
            } else {
                return Some(value);
            }
        }
    }

    fn product(&mut self) -> Option<f64> {
        let mut value = self.factor()?;
        loop {
            if self.take('*') {
                value *= self.factor()?;
            } else if self.take('/') {
                value /= self.factor()?;
            } else {
                return Some(value);
            }
        }
    }

    fn factor(&mut self) -> Option<f64> {
        self.nesting += 1;
        if self.nesting > 30 {
            return None;
        }
        let value = self.factor_inside();
        self.nesting -= 1;
        value
    }

    fn factor_inside(&mut self) -> Option<f64> {
        let value = self.operand()?;
        Some(if self.take('%') { value / 100.0 } else { value })
    }

    fn operand(&mut self) -> Option<f64> {
        if self.take('-') {
            return self.factor().map(|v| -v);
        }
        if self.take('+') {
            return self.factor();
        }
        if self.take('(') {
            let value = self.sum()?;
            return self.take(')').then_some(value);
        }
        let word = self.word();
        if self.take('(') {
            return self.function(&word);
        }
        if let Ok(number) = word.parse::<f64>() {
            return word.starts_with(|c: char| c.is_ascii_digit() || c == '.').then_some(number);
        }
        self.reference(&word, Texts::Numbers)
    }

    fn word(&mut self) -> String {
        let start = self.at;
        while self.text.get(self.at).is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '$' | '.' | '_')) {
            self.at += 1;
        }
        self.text[start..self.at].iter().collect()
    }

    fn function(&mut self, name: &str) -> Option<f64> {
        match name.to_ascii_uppercase().as_str() {
            "SUM" => {
                let mut total = 0.0;
                loop {
                    total += self.range_or_sum()?;
                    if self.take(')') {
                        return Some(total);
                    }
                    if !self.take(',') {
                        return None;
                    }
                }
            }
            "ROUND" => {
                let value = self.sum()?;
                let digits = if self.take(',') { self.sum()? } else { return None };
                if !self.take(')') || digits.fract() != 0.0 || digits.abs() > 10.0 {
                    return None;
                }
                let scale = 10f64.powi(digits as i32);
                Some((value * scale).round() / scale)
            }
            _ => None,
        }
    }

    fn range_or_sum(&mut self) -> Option<f64> {
        let start = self.at;
        let from = self.word();
        if !from.is_empty() && self.take(':') {
            let to = self.word();
            let ((top, left), (bottom, right)) = (position(&from)?, position(&to)?);
            if top != self.row.index || bottom != self.row.index || right < left || right - left > 500 {
                return None;
            }
            // Text inside a summed range counts as nothing.
            return (left..=right).map(|c| self.value(c as usize, Texts::Nothing)).sum();
        }
        // So does text in a single cell that is summed, though whoever wrote the sheet meant the number.
        if matches!(self.text.get(self.at), Some(',' | ')')) && position(&from).is_some() {
            return self.reference(&from, Texts::Refused);
        }
        self.at = start;
        self.sum()
    }

    fn reference(&self, word: &str, texts: Texts) -> Option<f64> {
        let (row, column) = position(word)?;
        if row != self.row.index {
            return None;
        }
        self.value(column as usize, texts)
    }

    fn value(&self, column: usize, texts: Texts) -> Option<f64> {
        if !self.effort.spend(1) {
            return None;
        }
        match (self.row.cell(column), texts) {
            (Cell::Empty, _) => Some(0.0),
            (Cell::Number(n) | Cell::Digits { value: n, .. }, _) => Some(*n),
            (Cell::Shown(shown), _) => Some(shown.value),
            (Cell::NoValue(formula), _) if self.depth > 0 => evaluate(formula, self.row, self.depth - 1, self.effort),
            (Cell::Text(_), Texts::Nothing) => Some(0.0),
            (Cell::Text(text), Texts::Numbers) => number(text),
            _ => None,
        }
    }
}

/// What a text counts as where a formula refers to it.
#[derive(Clone, Copy)]
enum Texts {
    Nothing,
    Numbers,
    Refused,
}

/// `5,200.00` as text: arithmetic takes it for the number, as spreadsheet programs do.
fn number(text: &str) -> Option<f64> {
    let text = squeeze(text);
    let digits = text.strip_prefix('-').unwrap_or(&text);
    let plain = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b',' | b'.'));
    plain.then(|| text.replace(',', "").parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work_out(formula: &str, row: &Row) -> Option<f64> {
        super::work_out(formula, row, &Effort::new())
    }

    fn row(cells: Vec<Cell>) -> Row {
        Row::new(3, cells)
    }

    #[test]
    fn sums_within_the_row() {
        let row = row(vec![
            Cell::Text("甲".into()),
            Cell::Number(10_000.0),
            Cell::Number(5_000.0),
            Cell::Number(-200.0),
            Cell::NoValue("SUM(B4:D4)".into()),
            Cell::Empty,
            Cell::Text("5,200.50".into()),
        ]);
        for (formula, value) in [
            ("SUM(B4,C4,D4)", 14_800.0),
            ("=SUM(A4:D4)", 14_800.0),
            ("B4+C4-100", 14_900.0),
            ("$E$4*2", 29_600.0),
            ("ROUND(B4/3,2)", 3_333.33),
            ("-(B4-C4)", -5_000.0),
            ("B4+F4", 10_000.0),
            ("G4-C4", 200.5),
            ("SUM(B4:G4)", 29_600.0),
            ("B4*50%", 5_000.0),
        ] {
            assert_eq!(work_out(formula, &row), Some(value), "{formula}");
        }
        for formula in [
            "SUM(B4,G4)",
            "SUM(B3:D3)",
            "B5",
            "VLOOKUP(A4,X:Y,2)",
            "A4+1",
            "IF(B4>1,1,2)",
            "",
            "B4+",
            "Sheet2!B4",
            "B4/0",
        ] {
            assert_eq!(work_out(formula, &row), None, "{formula}");
        }
    }

    #[test]
    fn sums_of_sums_of_sums_do_not_take_for_ever() {
        // Each of 400 cells sums all those of the layer before: 100 to the fourth additions.
        let name = |column: usize| crate::model::problem::column_letters(column as u32);
        let layer = |n: usize| format!("SUM({}4:{}4)", name(n * 100), name(n * 100 + 99));
        let mut cells = vec![Cell::Number(1.0); 100];
        for n in 0..4 {
            cells.extend(vec![Cell::NoValue(layer(n)); 100]);
        }
        let row = row(cells);
        assert_eq!(work_out(&layer(0), &row), Some(100.0));
        assert_eq!(work_out(&layer(1), &row), Some(10_000.0));
        let effort = Effort::new();
        assert_eq!(super::work_out(&layer(4), &row, &effort), None);
        assert_eq!(super::work_out(&layer(0), &row, &effort), None, "nothing is left for the row");
    }

    #[test]
    fn a_formula_on_itself_ends() {
        let row = row(vec![Cell::NoValue("A4+A4".into())]);
        assert_eq!(work_out("A4", &row), None);
        assert_eq!(work_out(&"(".repeat(400), &row), None);
    }
}
