//! What a sheet's title, its name and the file's name say for all rows: employer, days, unit. What they leave open is
//! asked, not guessed.

use chrono::{Datelike as _, NaiveDate};

use crate::model::days::period::month_end;
use crate::model::status::SheetKind;

use crate::intake::file::cell::{Cell, Row};
use crate::intake::header::layout::{How, Layout, Slot};
use crate::intake::header::shared_fields::AMOUNT_UNIT;
use crate::intake::header::units::{self, is_money};
use crate::intake::issue::{self, Fault};
use crate::intake::rows::outcome::Defaults;
use crate::intake::sheet::body::{Body, Unitless};
use crate::intake::sheet::walk::{Table, Tools};
use crate::intake::title::dates::{self, When};
use crate::intake::title::labels::{self, Labels, TitleFacts};
use crate::intake::value::amount::money::Unit;
use crate::intake::value::amount::unit_sentences::{Said, Units};
use crate::intake::value::{date, squeeze, stamp};

impl Table<'_> {
    /// The texts of rows above a header.
    pub(crate) fn texts(&self, rows: &[Row]) -> Vec<Vec<String>> {
        let text = |cell: &Cell| match cell {
            Cell::Moment(at) => Cell::Moment(stamp::of_title(*at, &self.tools.rules.limits.days)).shown(),
            cell => cell.shown().trim().to_string(),
        };
        rows.iter().map(|r| r.cells.iter().map(text).collect()).collect()
    }

    /// Employer, day and kind of pay for rows that do not say them.
    ///
    /// # Errors
    /// The title gives several days, or one that has not come.
    pub(crate) fn defaults(&mut self, layout: &Layout, facts: &TitleFacts) -> Result<Defaults, Fault> {
        let hints = self.tools.hints;
        let said = self.profile.as_ref().filter(|_| self.reading.how == Some(How::Profile));
        let told_as_of = hints.as_of.or(said.and_then(|p| p.as_of));
        let told_payday = hints.payday.or(said.and_then(|p| p.payday));
        let employer = hints.employer.clone().or_else(|| said.and_then(|p| p.employer.clone()));
        let (mut as_of, mut payday) = (told_as_of.or(facts.as_of), told_payday.or(facts.payday));
        match layout.kind {
            SheetKind::Holdings => {
                let asks = told_as_of.is_none() && layout.slot("as_of").is_none();
                as_of = as_of.or(one_of(facts.as_of, facts.other_as_of, &facts.free_days(), asks)?);
                if as_of.is_none() && layout.slot("as_of").is_none() {
                    as_of = self.as_of_of_names();
                }
            }
            SheetKind::Payroll => {
                let asks = told_payday.is_none() && layout.slot("payday").is_none();
                payday = payday.or(one_of(facts.payday, facts.other_payday, &facts.free_dates, asks)?);
                if payday.is_none() && layout.slot("payday").is_none() {
                    payday = self.payday_of_names();
                }
            }
            // A worklist has its day in the title or the name.
            SheetKind::Contacts => {
                let free = one_of(facts.as_of, None, &facts.free_days(), false)?;
                as_of = as_of.or(free).or_else(|| self.day_in(self.tools.stem, true));
            }
            _ => {}
        }
        self.has_come(layout, as_of)?;
        let title = format!("{} {}", self.reading.title.join(" "), self.reading.sheet);
        let lexicon = self.tools.lexicon;
        let pay_kind = lexicon.pay_kind_of_title(&title).or_else(|| lexicon.pay_kind_of_name(self.tools.stem));
        // The code in a title is that of the employer there, not of one the user names.
        let credit_code = facts.credit_code.clone().filter(|_| employer.is_none());
        let employer = employer.or_else(|| facts.employer.clone()).or_else(|| credit_code.clone());
        Ok(Defaults { employer, credit_code, as_of, payday, pay_kind })
    }

    /// What holds from another title on: it says only what it says anew.
    ///
    /// # Errors
    /// It gives several days, or one that has not come.
    pub(crate) fn later_defaults(
        &self,
        layout: &Layout,
        old: &Defaults,
        facts: &TitleFacts,
    ) -> Result<Defaults, Fault> {
        let hints = self.tools.hints;
        let said = self.profile.as_ref().filter(|_| self.reading.how == Some(How::Profile));
        let mut new = old.clone();
        if hints.employer.is_none() && said.is_none_or(|p| p.employer.is_none()) && facts.employer.is_some() {
            new.employer.clone_from(&facts.employer);
            new.credit_code.clone_from(&facts.credit_code);
        }
        if hints.as_of.is_none() && said.is_none_or(|p| p.as_of.is_none()) && layout.kind == SheetKind::Holdings {
            let day = facts.as_of.or(one_of(
                facts.as_of,
                facts.other_as_of,
                &facts.free_days(),
                layout.slot("as_of").is_none(),
            )?);
            new.as_of = day.or(old.as_of);
            self.has_come(layout, new.as_of)?;
        }
        if hints.payday.is_none() && said.is_none_or(|p| p.payday.is_none()) && layout.kind == SheetKind::Payroll {
            let day = facts.payday.or(one_of(
                facts.payday,
                facts.other_payday,
                &facts.free_dates,
                layout.slot("payday").is_none(),
            )?);
            new.payday = day.or(old.payday);
        }
        Ok(new)
    }

    /// # Errors
    /// Holdings of a day that has not come: they would count as the latest until then.
    fn has_come(&self, layout: &Layout, as_of: Option<NaiveDate>) -> Result<(), Fault> {
        let asked = layout.kind == SheetKind::Holdings && layout.slot("as_of").is_none();
        let ahead = as_of.filter(|day| asked && self.tools.hints.today.is_some_and(|today| *day > today));
        ahead.map_or(Ok(()), |day| Err(Fault::new(issue::AS_OF_AHEAD).date("date", day)))
    }

    fn as_of_of_names(&mut self) -> Option<NaiveDate> {
        let of_file = self.day_in(self.tools.stem, true);
        if let Some((day, code)) = self.own_name().and_then(|name| self.as_of_of_sheet(name, of_file)) {
            let day = day?;
            self.issues.add(Fault::new(code).date("date", day), None);
            return Some(day);
        }
        let day = of_file?;
        self.issues.add(Fault::new(issue::AS_OF_FROM_FILE_NAME).date("date", day), None);
        Some(day)
    }

    /// The day a sheet's name gives; a bare month that is not the file's own is its last day, or unknown without a year.
    fn as_of_of_sheet(&self, name: &str, of_file: Option<NaiveDate>) -> Option<(Option<NaiveDate>, issue::Code)> {
        let code = issue::AS_OF_FROM_SHEET_NAME;
        if let Some(day) = self.day_in(name, true) {
            return Some((Some(day), code));
        }
        let found = dates::scan(name, &self.tools.rules.import.title);
        if let [dates::Found { when: When::Month(month), .. }] = found[..] {
            let same = of_file.is_some_and(|d| (d.year(), d.month()) == (month.year(), month.month()));
            return (!same).then(|| (Some(month_end(month)), code));
        }
        let month: u32 = name.trim().trim_end_matches('份').strip_suffix('月')?.trim().parse().ok()?;
        (of_file.is_none_or(|d| d.month() != month)).then_some((None, code))
    }

    fn payday_of_names(&mut self) -> Option<NaiveDate> {
        let of_sheet = self.own_name().and_then(|name| self.day_in(name, false));
        let of_file = || self.day_in(self.tools.stem, false).map(|d| (d, issue::PAYDAY_FROM_FILE_NAME));
        let (day, code) = of_sheet.map(|d| (d, issue::PAYDAY_FROM_SHEET_NAME)).or_else(of_file)?;
        self.issues.add(Fault::new(code).date("date", day), None);
        Some(day)
    }

    /// A sheet's name; a text file's is that of the file.
    fn own_name(&self) -> Option<&str> {
        Some(self.reading.sheet.as_str()).filter(|name| *name != self.tools.stem)
    }

    /// The one day in a name; `ends`: the last day of a stretch or month counts.
    fn day_in(&self, name: &str, ends: bool) -> Option<NaiveDate> {
        let days = dates::scan(name, &self.tools.rules.import.title);
        let days = days.into_iter().filter_map(|f| match f.when {
            When::Day(d) => Some(d),
            When::MonthEnd(d) | When::Stretch(_, d) if ends => Some(d),
            _ => None,
        });
        let mut days: Vec<NaiveDate> = days.collect();
        days.dedup();
        if let [day] = days[..] { Some(day) } else { None }
    }

    /// Day by which dates without a year are completed: the nearest to it counts. From the title, the file's name, full
    /// dates in the first rows, or today.
    pub(crate) fn base(&self, layout: &Layout, facts: &TitleFacts, below: &[Row]) -> Option<NaiveDate> {
        let hints = self.tools.hints;
        let said = hints.as_of.or(hints.payday).or(facts.as_of).or(facts.payday);
        let said = said.or(facts.free_days().first().copied()).or(facts.month);
        let words = &self.tools.rules.import.title;
        let in_name = || {
            dates::scan(self.tools.stem, words).first().map(|f| match f.when {
                When::Day(d) | When::MonthEnd(d) | When::Month(d) | When::Stretch(_, d) => d,
            })
        };
        // The middle of the year: every day of it is nearest then.
        let of_year = |y: i32| NaiveDate::from_ymd_opt(y, 7, 2);
        let in_year = || facts.year.or(dates::year(self.tools.stem)).and_then(of_year);
        // Not just any day: that of a birth is of another time.
        let happened = ["date", "bought"].iter().find_map(|f| layout.slot(f));
        let in_rows = || happened.and_then(|slot| below.iter().find_map(|r| day_of(r.cell(slot.column))));
        said.or_else(in_name).or_else(in_year).or_else(in_rows).or(hints.today)
    }

    /// Unit of the money columns that give none: what is said of this very file beats its title; what is remembered of
    /// its like does not.
    ///
    /// # Errors
    /// There is a unit's word that cannot be relied on, and a column that needs one.
    pub(crate) fn unit(&mut self, layout: &Layout, title: &Said) -> Result<Option<Unit>, Fault> {
        let tools = self.tools;
        let said = self.profile.as_ref().and_then(|p| p.unit(tools.aliases));
        let of_title = title.unit();
        let unit = if self.reading.how == Some(How::Profile) { said.or(of_title) } else { of_title.or(said) };
        let unit = tools.hints.unit.or(unit);
        let without: Vec<&str> = layout
            .fields()
            .filter(|(field, slot)| is_money(tools.rules, layout.kind, field) && slot.unit.is_none())
            .map(|(_, slot)| layout.header(slot.column))
            .collect();
        if unit.is_some() || without.is_empty() || layout.slot(AMOUNT_UNIT).is_some() {
            return Ok(unit);
        }
        let words = &tools.aliases.unit_text;
        let unclear = without.iter().find(|h| words.mentions(h) || words.needs_asking(h)).map(|h| (*h).to_string());
        let unclear = unclear.or(if let Said::Unclear(text) = title { Some(text.clone()) } else { None });
        let names = [&self.reading.sheet as &str, tools.stem].into_iter();
        let unclear =
            unclear.or(names.map(str::to_string).find(|name| words.mentions(name) || words.needs_asking(name)));
        if let Some(text) = unclear {
            return Err(Fault::new(issue::UNIT_UNCLEAR).text("text", text));
        }
        // Payments are in yuan as a rule, and targets ask for their unit row by row.
        if !matches!(layout.kind, SheetKind::Payroll | SheetKind::Flows | SheetKind::Targets) {
            self.issues.add(Fault::new(issue::UNIT_ASSUMED).text("columns", without.join("、")), None);
        }
        Ok(None)
    }

    /// Refuses a unit said below the table or beside its rows that is not the one they are read in.
    pub(crate) fn unit_around(&mut self, body: &Body, row: &Row) {
        let Tools { rules, aliases, hints, .. } = *self.tools;
        let layout = &body.layout;
        let asks = |(field, slot): (&String, Slot)| slot.unit.is_none() && is_money(rules, layout.kind, field);
        if hints.unit.is_some() || layout.slot(AMOUNT_UNIT).is_some() || !layout.fields().any(asks) {
            return;
        }
        let read_in = body.unit.unwrap_or_default();
        let differs = |text: &str| match aliases.unit_text.sentence(text) {
            // Words of a unit outside of a sentence may be part of anything where a title has said it.
            Said::Nothing if body.unit.is_none() => {
                units::said(text, aliases, false).unit().is_some_and(|u| u != read_in)
            }
            Said::Nothing => false,
            Said::One(unit) => unit != read_in,
            Said::Unclear(_) => true,
        };
        let texts = row.cells.iter().filter_map(|c| if let Cell::Text(text) = c { Some(text) } else { None });
        if let Some(text) = texts.into_iter().find(|text| differs(text)) {
            self.issues.add(Fault::new(issue::UNIT_UNCLEAR).text("text", squeeze(text)), None);
        }
    }

    /// The columns of money that no header gives a unit.
    pub(crate) fn unitless(&self, layout: &Layout) -> Vec<Unitless> {
        if self.tools.hints.unit.is_some() || layout.slot(AMOUNT_UNIT).is_some() {
            return Vec::new();
        }
        let without =
            |(field, slot): &(&String, Slot)| slot.unit.is_none() && is_money(self.tools.rules, layout.kind, field);
        let unitless = |(_, slot): (&String, Slot)| Unitless { column: slot.column, ..Unitless::default() };
        layout.fields().filter(without).map(unitless).collect()
    }

    /// Asks where some cells of such a column show a unit and others are bare numbers.
    pub(crate) fn units_agree(&mut self, body: &mut Body, row: &Row) {
        if body.unit.is_some() {
            return;
        }
        let words = &self.tools.aliases.unit_text;
        for column in body.unitless.iter_mut().filter(|c| !c.told) {
            match row.cell(column.column) {
                Cell::Shown(s) if words.beside(&s.beside).unit().is_some_and(|unit| unit != Unit::Yuan) => {
                    column.shown.get_or_insert_with(|| s.text.clone());
                }
                Cell::Number(n) if *n != 0.0 => {
                    column.bare.get_or_insert_with(|| n.to_string());
                }
                _ => continue,
            }
            if let (Some(shown), Some(bare)) = (&column.shown, &column.bare) {
                column.told = true;
                let fault = Fault::new(issue::UNIT_UNCLEAR).text("text", format!("{shown}、{bare}"));
                // Of the sheet: no row of it is right by itself.
                self.issues.add(fault, None);
            }
        }
    }

    /// Whether a row is nothing but a comment or a note about the unit.
    pub(crate) fn is_remark(&self, row: &Row) -> bool {
        let mut filled = row.cells.iter().filter(|c| !c.is_blank());
        let (Some(Cell::Text(text)), None) = (filled.next(), filled.next()) else { return false };
        let comment = ["#", "//", "--"].iter().any(|mark| text.trim_start().starts_with(mark));
        (comment && self.scan.delimited) || self.tools.aliases.unit_text.sentence(text) != Said::Nothing
    }

    /// The same for a row of data, in which somebody has noted it.
    pub(crate) fn unit_beside(&mut self, body: &Body, row: &Row) {
        let notes = |c: &Cell| matches!(c, Cell::Text(text) if self.tools.aliases.unit_text.may_be_note(text));
        if row.cells.iter().any(notes) {
            let cells = row.cells.iter().map(|c| if notes(c) { c.clone() } else { Cell::Empty }).collect();
            self.unit_around(body, &Row::new(row.index, cells));
        }
    }

    /// Gives the unit of a heading above the header that is understood, `金融资产(万元)` over some of the columns, to those
    /// columns, and takes it out of the title, for it says nothing of the others.
    pub(crate) fn group_units(&self, layout: &mut Layout, above: Option<&Row>, titles: &mut [Vec<String>]) -> Said {
        let (Some(row), Some(texts)) = (above, titles.last_mut()) else { return Said::Nothing };
        let aliases = self.tools.aliases;
        let columns: Vec<u32> = layout.columns().iter().map(|c| c.index).collect();
        let (Some(first), Some(last)) = (columns.first().copied(), columns.last().copied()) else {
            return Said::Nothing;
        };
        let words = &self.tools.rules.import.title;
        let mut said = Said::Nothing;
        for (column, text) in texts.iter_mut().enumerate().filter(|(_, t)| !t.is_empty()) {
            let column = column as u32;
            let Some(unit) = units::said(text, aliases, false).unit() else { continue };
            let labelled = labels::is_labelled(text, &Labels::new(words), words, true);
            let sentence = aliases.unit_text.sentence(text) != Said::Nothing;
            if labelled || sentence || aliases.unit_text.is_only_unit(text) {
                continue;
            }
            let over = self.scan.merges.iter().find(|(top, left, bottom, right)| {
                (*top..=*bottom).contains(&row.index) && *left == column && right > left
            });
            match over.map(|m| m.3) {
                Some(right) if column <= first && right >= last => continue,
                Some(right) => self.give_unit(layout, (column, right), unit),
                None if column <= first => continue,
                // Over how many columns it stands is not known.
                None => said = said.and(Said::Unclear(text.clone()), text),
            }
            text.clear();
        }
        said
    }

    /// A unit for the money columns of a stretch that have none.
    fn give_unit(&self, layout: &mut Layout, (first, last): (u32, u32), unit: Unit) {
        let ours = |(field, slot): &(&String, Slot)| {
            let among = (first..=last).contains(&(slot.column as u32)) && slot.unit.is_none();
            among && is_money(self.tools.rules, layout.kind, field)
        };
        let columns: Vec<usize> = layout.fields().filter(ours).map(|(_, slot)| slot.column).collect();
        columns.into_iter().for_each(|column| layout.set_unit(column, unit));
    }
}

/// The day of a cell.
fn day_of(cell: &Cell) -> Option<NaiveDate> {
    match cell {
        Cell::Moment(at) => Some(at.date()),
        Cell::Text(text) => date::parse(text, None),
        _ => None,
    }
}

/// The one free day, where no labelled one was found.
fn one_of(
    labelled: Option<NaiveDate>,
    other: Option<NaiveDate>,
    free: &[NaiveDate],
    asks: bool,
) -> Result<Option<NaiveDate>, Fault> {
    let mut days: Vec<NaiveDate> = if labelled.is_some() { Vec::new() } else { free.to_vec() };
    days.extend(labelled.filter(|_| other.is_some()).into_iter().chain(other));
    match days[..] {
        [day] => Ok(Some(day)),
        [] => Ok(None),
        _ if asks => {
            let days: Vec<String> = days.iter().map(NaiveDate::to_string).collect();
            Err(Fault::new(issue::DATES_UNCLEAR).text("dates", days.join("、")))
        }
        _ => Ok(None),
    }
}
