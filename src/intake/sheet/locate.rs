//! From the first rows of a sheet to a layout: by the user's profile, by what is remembered, by the headers and what
//! stands below them; or what has to be asked.

use std::collections::BTreeSet;

use crate::model::problem::column_letters;
use crate::model::status::SheetKind;
use crate::rules::import::recognise::Content;

use crate::intake::file::cell::{Cell, Row};
use crate::intake::header::detect::Found;
use crate::intake::header::groups::end_headings;
use crate::intake::header::layout::{How, Layout, fingerprint};
use crate::intake::issue::{self, Fault};
use crate::intake::mapping::assess;
use crate::intake::mapping::draft::{self, Draft};
use crate::intake::mapping::headless;
use crate::intake::mapping::profile::Profile;
use crate::intake::mapping::sample::{Doubt, Sample};
use crate::intake::mapping::wide_targets::Search;
use crate::intake::rows::amounts::is_negative;
use crate::intake::sheet::pay_list::Settled;
use crate::intake::sheet::preview::{flags_for_amounts, preview};
use crate::intake::sheet::walk::{Table, Tools};
use crate::intake::value::lexicon::Lexicon;

impl Table<'_> {
    /// Rows among which the header is looked for.
    pub(crate) fn depth(&self) -> usize {
        self.tools.rules.limits.header_depth as usize
    }

    /// Looks for the header among the first rows and starts reading data below it.
    pub(crate) fn locate(&mut self, mut head: Vec<Row>) {
        if head.is_empty() {
            return self.refuse(Fault::new(issue::EMPTY_SHEET));
        }
        end_headings(&mut head, &self.scan.merges);
        let written = self.write_header(&mut head);
        let headless = written.is_some();
        let top = &head[..head.len().min(self.depth())];
        let found = match self.known_layout(top, written) {
            Some((layout, profile, how)) => {
                self.lexicon = profile.lexicon(self.tools.rules);
                self.profile = Some(profile);
                self.reading.how = Some(how);
                if layout.missing.is_empty() {
                    Found::Layout(Box::new(layout))
                } else {
                    Found::Incomplete(Box::new(layout))
                }
            }
            None => self.tools.aliases.find(top, self.tools.hints.kind, self.tools.rules.limits.min_columns),
        };
        let layout = match &found {
            Found::Layout(layout) | Found::Incomplete(layout) | Found::Doubtful(_, layout) => Some(&**layout),
            _ => None,
        };
        // Below the header stand notes, in which somebody may speak of a password.
        let last = layout.map_or(top.len(), |l| l.at.1 + 1);
        if let Some(header) = self.secret_header(&head[..last]) {
            return self.refuse(Fault::new(issue::SECRET_COLUMN).text("header", header));
        }
        let columns = self.named_columns(layout, &head);
        self.reading.preview =
            preview(&head, layout, &columns, (self.tools.rules.limits.preview_rows, self.tools.aliases));
        match self.wide_targets(&found, &head) {
            Some(layout) => self.start(layout, head),
            None => self.take(found, head),
        }
        if headless {
            // Nothing of the sheet's own to remember it by, or to point to.
            (self.reading.layout, self.reading.header_rows) = (None, None);
        }
    }

    /// The layout of a wide sheet of targets, where no profile says another.
    fn wide_targets(&self, found: &Found, head: &[Row]) -> Option<Layout> {
        let Tools { rules, aliases, hints, .. } = *self.tools;
        let kind = hints.kind.is_none_or(|k| k == SheetKind::Targets);
        if !kind || self.profile.is_some() || matches!(found, Found::Layout(l) if l.kind == SheetKind::Targets) {
            return None;
        }
        Search {
            rows: &head[..head.len().min(self.depth())],
            rules: &rules.targets,
            aliases,
            names: [&self.reading.sheet, self.tools.stem],
            today: hints.today,
            free: hints.kind.is_some() || !matches!(found, Found::Layout(_) | Found::Doubtful(..)),
        }
        .find()
    }

    /// Where a profile says that the sheet has no header, gives it one, and the profile that goes with it.
    fn write_header(&self, head: &mut Vec<Row>) -> Option<Profile> {
        let Tools { rules, aliases, hints, .. } = *self.tools;
        let top = &head[..head.len().min(self.depth())];
        let ours = || hints.profiles.iter().filter(|p| p.sheet.as_ref().is_none_or(|s| *s == self.reading.sheet));
        let (headless, headed): (Vec<_>, Vec<_>) = ours().partition(|p| p.header_rows == Some(0));
        let fits = headed.iter().any(|p| p.find(top, rules, aliases).is_ok());
        headless.first().filter(|_| !fits).map(|p| headless::with_header(p, head, rules))
    }

    /// The layout a profile gives, or that was remembered.
    fn known_layout(&mut self, top: &[Row], written: Option<Profile>) -> Option<(Layout, Profile, How)> {
        let Tools { rules, aliases, hints, .. } = *self.tools;
        let for_us = |p: &&Profile| p.sheet.as_ref().is_none_or(|s| *s == self.reading.sheet);
        let headed = hints.profiles.iter().filter(for_us).filter(|p| p.header_rows != Some(0));
        for profile in headed.chain(written.as_ref()) {
            match profile.find(top, rules, aliases) {
                Ok(layout) => {
                    self.by_person = true;
                    self.reading.misfit = None;
                    return Some((layout, profile.clone(), How::Profile));
                }
                Err(absent) if self.reading.misfit.as_ref().is_none_or(|m| absent.len() < m.len()) => {
                    self.reading.misfit = Some(absent);
                }
                Err(_) => {}
            }
        }
        if hints.layouts.is_empty() {
            return None;
        }
        let places = (0..top.len()).flat_map(|first| (1..=3.min(top.len() - first)).map(move |n| (first, n)));
        for (first, n) in places {
            let Some(known) = hints.layouts.get(&fingerprint(&top[first..first + n])) else { continue };
            let fits = hints.kind.is_none_or(|k| k == known.profile.kind);
            if let Some(layout) = known.profile.apply(top, first, n, rules, aliases, How::Remembered).filter(|_| fits) {
                self.by_person = known.by_person;
                return Some((layout, known.profile.clone(), How::Remembered));
            }
        }
        None
    }

    /// Goes on with what was found: reads on, or says what is wrong or has to be asked.
    fn take(&mut self, found: Found, head: Vec<Row>) {
        let limits = &self.tools.rules.limits;
        let hinted = self.tools.hints.kind.is_some() || self.reading.how.is_some();
        let settled = if hinted { Settled::Same(found) } else { self.settle_pay_list(found, &head) };
        let found = match settled {
            Settled::Same(found) => found,
            Settled::WithoutNet(pay) => return self.ask_for_net(&pay, &head),
        };
        match found {
            Found::Layout(layout) if !hinted && let Some(rival) = self.may_be_payroll(&layout, &head) => {
                self.ask_which(&layout, rival, &head);
            }
            Found::Layout(mut layout) => {
                let levels = layout.at.1 - layout.at.0 + 1;
                let lasting = match &self.profile {
                    Some(profile) => Profile { header_rows: Some(levels as u32), ..profile.lasting() },
                    None => Profile::of(&layout, levels),
                };
                self.reading.layout = Some((fingerprint(&head[layout.at.0..=layout.at.1]), lasting));
                let doubts = self.assess(&mut layout, &head);
                if doubts.is_empty() { self.start(*layout, head) } else { self.ask(&layout, &doubts, &head) }
            }
            Found::Doubtful(layout, mut rival) => {
                let doubts = self.assess(&mut rival, &head);
                let guesses = |f: &String| {
                    rival.columns().iter().any(|c| c.how == Some(How::Content) && c.field.as_ref() == Some(f))
                };
                let lacking = self.tools.aliases.lacking(&rival);
                if lacking.iter().any(guesses) {
                    return self.ask(&rival, &doubts, &head);
                }
                self.take(Found::Layout(layout), head);
            }
            Found::Ambiguous(first, second) => {
                if let Found::Layout(layout) = self.tools.aliases.find(&head, Some(first), limits.min_columns) {
                    self.reading.draft = Some(self.draft(&layout, &[], &head));
                }
                self.ambiguous(first, second);
            }
            Found::Incomplete(mut layout) if hinted || layout.fields().len() > limits.min_columns => {
                let doubts = self.assess(&mut layout, &head);
                let guessed =
                    layout.columns().iter().any(|c| c.how == Some(How::Content) && !layout.missing.is_empty());
                self.reading.kind = Some(layout.kind);
                self.reading.columns = layout.columns().to_vec();
                self.reading.header_rows = Some((head[layout.at.0].index, head[layout.at.1].index));
                self.reading.draft = Some(self.draft(&layout, &doubts, &head));
                if layout.missing.is_empty() && doubts.is_empty() && (layout.complete || hinted) {
                    self.reading.draft = None;
                    self.start(*layout, head);
                } else if guessed {
                    self.ask(&layout, &doubts, &head);
                } else if layout.missing.is_empty() {
                    (self.reading.kind, self.reading.header_rows) = (None, None);
                    self.unknown(&head);
                } else {
                    let fault = Fault::new(issue::MISSING_REQUIRED_COLUMN)
                        .word("kind", format!("sheet.{}", layout.kind))
                        .text("columns", layout.missing.join("、"));
                    self.refuse(fault);
                }
            }
            _ => self.unknown(&head),
        }
    }

    /// The payroll run that a list of employers may be: it tells no more of them than a name and a payday, and people's
    /// names stand beside them, or the same employer again and again.
    pub(crate) fn may_be_payroll(&self, layout: &Layout, head: &[Row]) -> Option<Layout> {
        let rules = self.tools.rules.columns.of(SheetKind::Employers);
        let signs = |f: &String| rules.get(f).is_some_and(|r| r.signature) && f != "paydays";
        if layout.kind != SheetKind::Employers || layout.fields().any(|(field, _)| signs(field)) {
            return None;
        }
        let employer = layout.slot("name")?.column;
        let (first, last) = layout.at;
        let payroll = self.tools.aliases.layout_of(SheetKind::Payroll, head, first, last + 1 - first)?;
        let mut names: Vec<String> =
            head[last + 1..].iter().map(|r| r.cell(employer).stored()).filter(|n| !n.trim().is_empty()).collect();
        let rows = names.len();
        names.sort_unstable();
        names.dedup();
        let people = payroll.slot("name").is_some_and(|s| s.column != employer);
        (people || names.len() < rows).then_some(payroll)
    }

    /// Asks for the column the other kind lacks, where one may be it, else for the kind.
    fn ask_which(&mut self, layout: &Layout, mut rival: Layout, head: &[Row]) {
        let doubts = self.assess(&mut rival, head);
        let lacking = self.tools.aliases.lacking(&rival);
        let guessed = rival
            .columns()
            .iter()
            .any(|c| c.how == Some(How::Content) && c.field.as_ref().is_some_and(|f| lacking.contains(f)));
        if guessed {
            return self.ask(&rival, &doubts, head);
        }
        self.reading.draft = Some(self.draft(&rival, &doubts, head));
        self.ambiguous(layout.kind, rival.kind);
    }

    fn ambiguous(&mut self, first: SheetKind, second: SheetKind) {
        let fault = Fault::new(issue::AMBIGUOUS_KIND)
            .word("first", format!("sheet.{first}"))
            .word("second", format!("sheet.{second}"));
        self.refuse(fault);
    }

    fn unknown(&mut self, head: &[Row]) {
        let (limits, merges) = (&self.tools.rules.limits, self.scan.merges.len());
        if merges >= limits.form_merges {
            return self.refuse(Fault::new(issue::FORM_NOT_TABLE).count("merges", merges as i64));
        }
        if self.reading.draft.is_none()
            && let Some(first) = draft::likely_header(head)
        {
            let rows: Vec<&Row> = head[first + 1..].iter().collect();
            let mut draft = draft::bare(&self.reading.sheet, head, first, self.tools.aliases, &self.sample(&rows));
            draft.kind = self.tools.hints.kind;
            self.reading.draft = Some(draft);
        }
        if self.reading.draft.is_none() {
            let rows: Vec<&Row> = head.iter().collect();
            self.reading.draft = headless::draft(&self.reading.sheet, head, self.tools.hints.kind, &self.sample(&rows));
        }
        self.refuse(Fault::new(issue::UNKNOWN_KIND).count("depth", limits.header_depth));
    }

    pub(crate) fn sample<'s>(&'s self, rows: &'s [&'s Row]) -> Sample<'s> {
        Sample { rows, rules: self.tools.rules, lexicon: self.words() }
    }

    /// Words of the rules, with the profile's own for yes and no.
    pub(crate) fn words(&self) -> &Lexicon {
        self.lexicon.as_ref().unwrap_or(self.tools.lexicon)
    }

    /// Weighs the columns by what stands in them; what the user has said is not asked again.
    fn assess(&self, layout: &mut Layout, head: &[Row]) -> Vec<Doubt> {
        let rows: Vec<&Row> = head[layout.at.1 + 1..].iter().collect();
        let sample = self.sample(&rows);
        layout.signed = rows.iter().any(|r| layout.slot("amount").is_some_and(|s| is_negative(r.cell(s.column))));
        if !self.by_person {
            flags_for_amounts(layout, self.tools.rules, self.words(), &rows);
        }
        assess::assess(layout, self.tools.aliases, &sample, self.by_person)
    }

    pub(crate) fn draft(&self, layout: &Layout, doubts: &[Doubt], head: &[Row]) -> Draft {
        let rows: Vec<&Row> = head[layout.at.1 + 1..].iter().collect();
        draft::of_layout(&self.reading.sheet, layout, head, doubts, &self.sample(&rows))
    }

    /// Stops with what has to be asked, and a profile to answer it in.
    fn ask(&mut self, layout: &Layout, doubts: &[Doubt], head: &[Row]) {
        self.reading.kind = Some(layout.kind);
        self.reading.columns = layout.columns().to_vec();
        self.reading.header_rows = Some((head[layout.at.0].index, head[layout.at.1].index));
        self.reading.draft = Some(self.draft(layout, doubts, head));
        let name = |d: &Doubt| match layout.header(d.column) {
            "" => column_letters(d.column as u32),
            header => header.to_string(),
        };
        let columns: Vec<String> = doubts.iter().map(name).collect();
        self.refuse(Fault::new(issue::MAPPING_UNSURE).text("columns", columns.join("、")));
    }

    /// Columns nobody has said the meaning of in which names stand.
    fn named_columns(&self, layout: Option<&Layout>, head: &[Row]) -> BTreeSet<usize> {
        let below = layout.map(|l| l.at.1).or_else(|| draft::likely_header(head)).map_or(0, |end| end + 1);
        let rows: Vec<&Row> = head[below..].iter().collect();
        let width = rows.iter().map(|r| r.cells.len()).max().unwrap_or(0);
        let used = |column: usize| layout.and_then(|l| l.column(column)).is_some_and(|c| c.field.is_some());
        let sample = self.sample(&rows);
        let least = self.tools.rules.recognise.fitting_share;
        let named = |column: &usize| {
            let counts = sample.counts(*column);
            counts.cells > 0 && counts.share(Content::PersonName) >= least
        };
        (0..width).filter(|c| !used(*c)).filter(named).collect()
    }

    /// A column for passwords or card security codes, in the header or, where none was found, among the first rows.
    fn secret_header(&self, top: &[Row]) -> Option<String> {
        top.iter()
            .filter(|r| r.cells.iter().filter(|c| !c.is_blank()).count() > 1)
            .flat_map(|r| r.cells.iter())
            .find_map(|c| match c {
                Cell::Text(t) if t.chars().count() <= 20 && self.tools.lexicon.is_secret(t) => {
                    Some(t.trim().to_string())
                }
                _ => None,
            })
    }
}
