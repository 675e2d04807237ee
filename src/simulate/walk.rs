//! One employer after the other, from its people to the rows of all files and the sums of the truth.

use std::cell::RefCell;
use std::convert::Infallible;

use super::answers::Asked;
use super::branch::Outline;
use super::group::group;
use super::sheets::{Draft, SampleFile, SampleRow, Sources, drafts, finished};
use super::truth::{Truth, TruthSums};
use crate::simulate::settings::Settings;

/// A walk over a branch that gives the rows of all its files. It holds one employer's people at a time.
pub struct Walk<'a> {
    rules: &'a Settings,
    outline: &'a Outline,
    asked: &'a [Asked],
    drafts: Vec<Draft<'a>>,
    sums: TruthSums<'a>,
    /// Contacts told so far.
    told: usize,
}

impl<'a> Walk<'a> {
    /// `asked` are the questions that are answered where the settings have answers.
    pub fn new(rules: &'a Settings, outline: &'a Outline, asked: &'a [Asked]) -> Walk<'a> {
        let from = Sources { rules, outline };
        Walk { rules, outline, asked, drafts: drafts(from, asked), sums: TruthSums::new(from, asked), told: 0 }
    }

    /// The files in order of path with all that stands above their rows. Those to which no row is given are not to be
    /// written: a run without payments (no employer pays a bonus) has no sheet.
    pub fn files(&self) -> Vec<SampleFile> {
        self.drafts.iter().map(|d| d.file.clone()).collect()
    }

    /// Gives every row with the index of its file to `row`, each file's in their order, and the number of people
    /// written so far to `done` after each employer.
    ///
    /// # Errors
    /// The first that `row` or `done` comes back with.
    pub fn run<E>(
        mut self,
        row: &mut dyn FnMut(usize, SampleRow<'_>) -> Result<(), E>,
        done: &mut dyn FnMut(usize) -> Result<(), E>,
    ) -> Result<Truth, E> {
        // Whatever comes after a failure is made in vain until the employer is done.
        let failed = RefCell::new(None);
        let mut give = |file: usize, made: SampleRow<'_>| {
            if failed.borrow().is_none() {
                *failed.borrow_mut() = row(file, made).err();
            }
        };
        for (i, draft) in self.drafts.iter_mut().enumerate() {
            draft.rows.start(&mut |made| give(i, made));
        }
        for e in 0..self.outline.employers.len() {
            let group = group(self.rules, self.outline, e, self.asked, &mut self.told);
            for (i, draft) in self.drafts.iter_mut().enumerate() {
                draft.rows.of(&group, &mut |made| give(i, made));
            }
            self.sums.add(&group);
            if let Some(error) = failed.take() {
                return Err(error);
            }
            done(group.people.before + group.people.employees.len())?;
        }
        for (i, draft) in self.drafts.iter_mut().enumerate() {
            draft.end(&mut |made| give(i, made));
        }
        failed.take().map_or(Ok(self.sums.end()), Err)
    }

    /// All files with their rows, and the truth.
    pub fn collect(self) -> (Vec<SampleFile>, Truth) {
        let mut files = self.files();
        let mut row = |file: usize, made: SampleRow<'_>| -> Result<(), Infallible> {
            files[file].sheets[0].rows.push(made.into_owned());
            Ok(())
        };
        let Ok(truth) = self.run(&mut row, &mut |_| Ok(()));
        (finished(files), truth)
    }
}
