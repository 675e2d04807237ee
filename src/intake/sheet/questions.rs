//! What has to be asked of the words in a column once all rows are read.

use crate::model::imported::PersonalField;
use crate::model::problem::column_letters;

use crate::intake::header::layout::{How, Layout};
use crate::intake::issue::{self, Fault};
use crate::intake::mapping::draft::Draft;
use crate::intake::rows::status_words::Question;
use crate::intake::sheet::walk::Table;

impl Table<'_> {
    /// Asks, column by column, which rows did not happen; `draft` is the profile to answer in.
    pub(crate) fn ask_for_words(&mut self, layout: &Layout, questions: Vec<Question>, draft: Option<Draft>) {
        let Some(mut draft) = draft.filter(|_| !questions.is_empty()) else { return };
        for question in questions {
            let mut lists = [&question.done, &question.not_done, &question.unknown].map(|words| self.shown(words));
            let name = match layout.header(question.column) {
                "" => column_letters(question.column as u32),
                header => header.to_string(),
            };
            let words = [&lists[2][..], &lists[1]].concat().join("、");
            self.issues.add(Fault::new(issue::STATUS_UNSURE).text("column", name).text("words", words), None);
            if let Some(column) = draft.columns.iter_mut().find(|c| c.index as usize == question.column) {
                // What a person has said before stays said.
                if let Some((done, not_done)) = layout.statuses.get(&question.column) {
                    lists[0].extend(done.iter().cloned());
                    lists[1].extend(not_done.iter().cloned());
                }
                column.field = column.field.take().or(Some(question.field.to_string()));
                (column.how, column.unsure) = (column.how.or(Some(How::Content)), true);
                column.words = Some(lists);
            }
        }
        self.reading.draft = Some(draft);
    }

    /// Words as they may be written down: what looks like a name is masked.
    fn shown(&self, words: &[String]) -> Vec<String> {
        let mask = |w: &String| if self.tools.aliases.is_name(w) { PersonalField::Name.mask(w) } else { w.clone() };
        words.iter().map(mask).collect()
    }
}
