//! One sheet, row by row: titles, header, then data; what is no data is left out with its reason.

use crate::model::problem::{Problem, column_letters};
use crate::model::status::SheetKind;
use crate::rules::Rules;

use crate::intake::file::cell::{Reading, Row};
use crate::intake::file::scan::SheetScan;
use crate::intake::header::below;
use crate::intake::header::detect::Aliases;
use crate::intake::header::layout::{How, Layout, SheetContext};
use crate::intake::issue::{self, Fault, Issues};
use crate::intake::kinds::builder::Gathered;
use crate::intake::mapping::profile::{Decimal, Profile};
use crate::intake::rows::classify::RowClass;
use crate::intake::rows::day_columns::DayColumns;
use crate::intake::rows::fields::Fields;
use crate::intake::rows::outcome::{Outcome, Tally};
use crate::intake::rows::unit::RowUnit;
use crate::intake::sheet::body::Body;
use crate::intake::sheet::hints::Hints;
use crate::intake::sheet::reading::{Piece, SheetHead, SheetReading, SkippedRow};
use crate::intake::title::labels;
use crate::intake::value::lexicon::Lexicon;

/// What all sheets of a file share.
pub(crate) struct Tools<'t> {
    pub rules: &'t Rules,
    pub lexicon: &'t Lexicon,
    pub aliases: &'t Aliases,
    pub hints: &'t Hints,
    pub date1904: bool,
    /// Name of the file without its extension.
    pub stem: &'t str,
}

/// Reads one sheet; rows are handed in with [`Table::row`], then [`Table::finish`].
pub(crate) struct Table<'t> {
    pub(crate) tools: &'t Tools<'t>,
    pub(crate) scan: SheetScan,
    pub(crate) reading: SheetReading,
    pub(crate) issues: Issues,
    state: State,
    /// Takes the rows as they are made; says whether to go on.
    hand_on: &'t mut dyn FnMut(Piece) -> bool,
    stopped: bool,
    /// The profile or remembered layout that is applied.
    pub(crate) profile: Option<Profile>,
    /// Its own words for yes and no, over those of the rules.
    pub(crate) lexicon: Option<Lexicon>,
    /// A person has confirmed the columns: nothing is asked.
    pub(crate) by_person: bool,
}

/// How far the walk has come.
enum State {
    /// The header is looked for among the rows held.
    Head(Vec<Row>),
    /// Rows are data, or stand between them.
    Body(Box<Body>),
    /// The sheet is given up, or is no longer wanted.
    Over,
}

impl<'t> Table<'t> {
    pub fn new(
        tools: &'t Tools<'t>,
        file: &str,
        sheet: &str,
        scan: SheetScan,
        hand_on: &'t mut dyn FnMut(Piece) -> bool,
    ) -> Self {
        Table {
            tools,
            scan,
            reading: SheetReading { sheet: sheet.to_string(), ..SheetReading::default() },
            issues: Issues::new(file, sheet, tools.rules.limits.max_problems_per_code),
            state: State::Head(Vec::new()),
            hand_on,
            stopped: false,
            profile: None,
            lexicon: None,
            by_person: false,
        }
    }

    /// Takes the next row; `false` when no more are wanted.
    pub fn row(&mut self, row: &mut Row) -> bool {
        match std::mem::replace(&mut self.state, State::Over) {
            State::Head(mut head) => {
                if !row.is_blank() {
                    head.push(Row::new(row.index, std::mem::take(&mut row.cells)));
                }
                if head.len() < self.depth() + self.tools.rules.recognise.sample_rows {
                    self.state = State::Head(head);
                } else {
                    self.locate(head);
                }
            }
            State::Body(mut body) => {
                self.data(&mut body, row);
                self.state = State::Body(body);
            }
            State::Over => {}
        }
        !self.stopped && !matches!(self.state, State::Over)
    }

    /// Ends the sheet and gives what was read of it.
    pub fn finish(mut self, outcome: Result<Reading, Fault>) -> (SheetReading, Vec<Problem>) {
        match std::mem::replace(&mut self.state, State::Over) {
            State::Head(head) => self.locate(head),
            state => self.state = state,
        }
        match outcome {
            Ok(reading) => {
                if reading.cut {
                    let limit = self.tools.rules.limits.max_columns;
                    self.issues.add(Fault::new(issue::COLUMNS_LEFT_OUT).count("limit", limit), None);
                }
                for _ in 0..reading.unreadable {
                    self.issues.add(Fault::new(issue::UNREADABLE_CELL), None);
                }
                if let State::Body(body) = std::mem::replace(&mut self.state, State::Over) {
                    self.close(*body);
                }
            }
            Err(fault) => {
                // Half a sheet is worse than none: the missing half would look like departures.
                self.issues.add(fault, None);
                self.reading.kind = None;
            }
        }
        (self.reading, self.issues.finish())
    }

    /// Says why the sheet is given up.
    pub(crate) fn refuse(&mut self, fault: Fault) {
        self.issues.add(fault, None);
    }

    /// Starts reading below a header that is understood.
    pub(crate) fn start(&mut self, layout: Layout, mut head: Vec<Row>) {
        let below = layout.at.1 + 1;
        let mut body = match self.begin(layout, &mut head) {
            Ok(body) => body,
            Err(fault) => return self.refuse(fault),
        };
        let data = head[below..].iter().filter(|r| body.classifier.is_complete(r));
        match DayColumns::of(&body.layout, self.tools.rules, self.tools.date1904, data) {
            Ok(days) => body.days = days,
            Err((fault, at)) => return self.issues.add(fault, Some(at)),
        }
        let begun = SheetHead {
            sheet: self.reading.sheet.clone(),
            kind: body.layout.kind,
            as_of: self.reading.as_of,
            payday: self.reading.payday,
            employer: self.reading.employer.clone(),
            fallback_employer: self.reading.fallback_employer.clone(),
            covered: body.builder.covered(),
            mark: None,
        };
        self.stopped |= !(self.hand_on)(Piece::Sheet(Box::new(begun)));
        for row in &mut head[below..] {
            if self.stopped {
                break;
            }
            self.data(&mut body, row);
        }
        self.state = State::Body(Box::new(body));
    }

    /// The body of a sheet with this header, by what title, names and first rows say.
    ///
    /// # Errors
    /// Why the sheet cannot be read.
    fn begin(&mut self, mut layout: Layout, head: &mut [Row]) -> Result<Body, Fault> {
        let tools = self.tools;
        let (first, last) = layout.at;
        if !self.by_person {
            below::header_goes_on(&layout, head, tools.aliases)?;
            below::heading_over_several(&layout, head, &self.scan, tools.rules, tools.aliases)?;
            // What a program has set aside may still speak of what did not happen.
            layout.ignored.clear();
        }
        let answer = self.draft(&layout, &[], head);
        let mut title_rows = self.texts(&head[..first]);
        self.reading.title = title_rows
            .iter()
            .map(|r| r.iter().filter(|t| !t.is_empty()).cloned().collect::<Vec<_>>().join(" "))
            .collect();
        let above = head[..first].last().filter(|r| r.index + 1 == head[first].index);
        let of_groups = self.group_units(&mut layout, above, &mut title_rows);
        let mut facts = labels::read(&title_rows, &tools.rules.import.title, tools.aliases);
        facts.unit = facts.unit.and(of_groups, "");
        // A note may stand right of the headers too.
        let unread = layout.columns().iter().filter(|c| c.field.is_none());
        unread.for_each(|c| facts.take_sentence(&c.header, tools.aliases));
        self.reading.header_rows = Some((head[first].index, head[last].index));
        self.reading.kind = Some(layout.kind);
        self.reading.month = facts.month;
        for twin in &layout.twins {
            let (header, used) = (layout.header(twin.column), layout.header(twin.first));
            let fault = Fault::new(issue::AMBIGUOUS_HEADER).text("header", header).text("used", used);
            self.issues.add(fault, Some((head[first].index, twin.column as u32)));
        }
        if self.reading.how == Some(How::Remembered) {
            self.issues.add(Fault::new(issue::MAPPING_REMEMBERED), None);
        }
        self.reading.columns = layout.columns().to_vec();
        let defaults = self.defaults(&layout, &facts)?;
        self.reading.employer.clone_from(&defaults.employer);
        self.reading.as_of = defaults.as_of;
        self.reading.payday = defaults.payday;
        self.reading.fallback_employer = self.profile.as_ref().and_then(|p| p.fallback_employer.clone());
        if let Some(unit) = tools.hints.unit {
            layout.override_units(unit);
            self.reading.columns = layout.columns().to_vec();
        }
        let unit = self.unit(&layout, &facts.unit)?;
        self.reading.unit = unit.map(|u| u.key().to_string());
        self.scan.hidden_rows.sort_unstable();
        let hidden_columns: Vec<String> = layout
            .columns()
            .iter()
            .filter(|c| c.field.is_some() && self.scan.hidden_columns.iter().any(|(a, b)| (*a..=*b).contains(&c.index)))
            .map(|c| column_letters(c.index))
            .collect();
        if !hidden_columns.is_empty() {
            self.issues.add(Fault::new(issue::HIDDEN_COLUMNS_READ).text("columns", hidden_columns.join("、")), None);
        }
        let base = self.base(&layout, &facts, &head[last + 1..]);
        let mut body = Body::new(layout, tools.rules, &self.scan, defaults, &self.reading.title);
        body.unit = unit;
        body.unitless = self.unitless(&body.layout);
        body.base = base;
        body.answer = Some(answer);
        Ok(body)
    }

    fn skip(&mut self, row: u32, reason: &'static str) {
        self.reading.skipped.push(SkippedRow { row, reason });
    }

    /// Takes a row below the header.
    fn data(&mut self, body: &mut Body, row: &mut Row) {
        let hidden = self.scan.hidden_rows.binary_search(&row.index).is_ok();
        body.fill_down(row);
        if !hidden {
            body.work_out(row);
        }
        let complete = body.classifier.is_complete(row);
        body.same_as_above(row, complete);
        if hidden {
            return self.hidden(body, row, complete);
        }
        if body.classifier.heads_another(row) {
            let fault = Fault::new(issue::SECOND_TABLE).count("row", row.index + 1);
            self.issues.add(fault, None);
            self.stopped = true;
            return self.skip(row.index, "problem");
        }
        let class = match body.classify(row, complete, self.words()) {
            RowClass::Data if self.is_remark(row) => RowClass::TemplateHint,
            class => class,
        };
        body.advance(class);
        if class != RowClass::Data {
            self.note_title(body, row, class);
            body.builder.note_skipped(class);
            match class {
                RowClass::Section => self.note_section(body, row),
                RowClass::Footer | RowClass::Total | RowClass::TemplateHint => self.unit_around(body, row),
                RowClass::Sample => body.classifier.samples.note(row.index),
                _ => {}
            }
            return self.skip(row.index, class.key());
        }
        self.end_title(body, row.index, false);
        if let Some(column) = body.ends.as_ref().and_then(|e| e.slipped(row)) {
            self.issues.add(Fault::new(issue::ROW_SLIPPED), Some((row.index, column as u32)));
            return self.skip(row.index, "problem");
        }
        self.ask_for_section(body, row);
        if let Some(column) = body.no_employer(row) {
            self.issues.add(
                Fault::new(issue::NOT_AN_EMPLOYER).text("column", body.layout.header(column)),
                Some((row.index, column as u32)),
            );
            self.leave_out(body, row);
            return self.skip(row.index, "problem");
        }
        self.unit_beside(body, row);
        self.units_agree(body, row);
        if let Err((fault, at)) = body.days.settle(row) {
            self.issues.add(fault, Some(at));
            self.leave_out(body, row);
            return self.skip(row.index, "problem");
        }
        let context = SheetContext {
            layout: &body.layout,
            lexicon: self.lexicon.as_ref().unwrap_or(self.tools.lexicon),
            totals: &body.classifier.totals,
            decimal_comma: self.profile.as_ref().is_some_and(|p| p.decimal == Decimal::Comma),
            date1904: self.tools.date1904,
            unit: body.unit,
            base: body.base,
            today: self.tools.hints.today,
            days: self.tools.rules.limits.days,
            units: &self.tools.aliases.unit_text,
            unit_told: self.tools.hints.unit.is_some(),
        };
        let own = RowUnit::of(row, &context, self.tools.aliases, self.tools.hints.unit.is_some());
        if body.place.below_footer {
            self.issues.add(Fault::new(issue::ROW_AFTER_TABLE), Some((row.index, 0)));
        }
        let mut fields = Fields { row, sheet: &context, issues: &mut self.issues, unreadable_balance: false, own };
        let outcome = match body.happened.left_out(&mut fields) {
            None => body.builder.push(&mut fields),
            Some(reason) => body.builder.push_not_done(&mut fields, reason),
        };
        match outcome {
            Outcome::Taken => {
                body.count();
                if body.builder.waiting() >= self.tools.rules.limits.rows_per_piece {
                    self.hand_on(body, row.index);
                }
            }
            Outcome::Skipped(reason) => self.skip(row.index, reason),
            Outcome::Refused => {
                self.leave_out(body, row);
                self.skip(row.index, "problem");
            }
        }
    }

    /// Passes a hidden row over; only one that would have been read is worth a word.
    fn hidden(&mut self, body: &mut Body, row: &Row, complete: bool) {
        match body.classify(row, complete, self.words()) {
            RowClass::Data => {
                body.hidden += 1;
                self.leave_out(body, row);
            }
            // A text alone may be a name.
            RowClass::Section => body.hidden += 1,
            _ => {}
        }
        self.skip(row.index, "hidden");
    }

    /// Notes whose employer's list a row of a person is missing from.
    fn leave_out(&mut self, body: &Body, row: &Row) {
        if body.layout.kind == SheetKind::Holdings {
            let employer = body.employer_of(row, self.words());
            *self.reading.left_out.entry(employer).or_default() += 1;
        }
    }

    fn hand_on(&mut self, body: &mut Body, at: u32) {
        let rows = body.builder.drain();
        // Told at the end of the sheet; the rows themselves can go nowhere.
        if body.builder.is_unattached(self.reading.fallback_employer.is_some()) {
            return;
        }
        let errors = self.issues.errors() > 0;
        self.stopped |= !rows.is_empty() && !(self.hand_on)(Piece::Rows { rows, at, errors });
    }

    fn close(&mut self, mut body: Body) {
        self.drop_titles(&mut body);
        if body.hidden > 0 {
            self.issues.add(Fault::new(issue::HIDDEN_ROWS_SKIPPED).count("rows", body.hidden as i64), None);
        }
        if body.worked_out > 0 {
            self.issues.add(Fault::new(issue::FORMULAS_WORKED_OUT).count("cells", body.worked_out), None);
        }
        for fault in body.happened.told(&body.layout).into_iter().chain(body.classifier.samples.told()) {
            self.issues.add(fault, None);
        }
        let answer = body.answer.take();
        self.ask_for_words(&body.layout, body.happened.questions(), answer);
        // A long sheet is complete only now.
        let Gathered { dropped, unknown, .. } = body.gather();
        for row in dropped {
            self.skip(row, "problem");
        }
        if !unknown.is_empty() {
            let listed = self.tools.rules.recognise.unknown_words;
            let more = if unknown.len() > listed { "…" } else { "" };
            let words = unknown[..unknown.len().min(listed)].join("、") + more;
            self.issues.add(Fault::new(issue::UNKNOWN_PRODUCTS).text("words", words), None);
        }
        let has_fallback = self.reading.fallback_employer.is_some();
        self.reading.covered = body.builder.covered();
        let one_date = body.builder.tally().and_then(Tally::one_date);
        match body.layout.kind {
            SheetKind::Holdings => self.reading.as_of = one_date,
            SheetKind::Payroll => self.reading.payday = one_date,
            _ => {}
        }
        for fault in body.builder.lacks(has_fallback) {
            self.issues.add(fault, None);
        }
        self.reading.scales = body.scales();
        let last = self.reading.header_rows.map_or(0, |(_, last)| last);
        self.hand_on(&mut body, last);
        if body.taken == 0 {
            let zeros = self.reading.skipped.iter().filter(|s| s.reason == "zero_amount").count();
            let fault = match zeros {
                0 => Fault::new(issue::NO_ROWS),
                rows => Fault::new(issue::NO_AMOUNTS).count("rows", rows as i64),
            };
            self.issues.add(fault, None);
        }
        self.reading.row_count = Some(body.taken);
    }
}
