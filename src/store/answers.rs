//! What people said, cell by cell, and the workbooks they said it in.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use rusqlite::{OptionalExtension as _, Row, params};

use crate::model::returns::answer::{Answer, AnswerValue, Subject};
use crate::model::{EmployeeId, EmployerId, VisitId};
use crate::store::{Store, StoreError, now_utc};

/// What is said now.
#[derive(Debug, Clone)]
pub struct NewAnswer<'a> {
    pub activity: i64,
    pub export_id: Option<&'a str>,
    pub subject: &'a Subject,
    /// Whom a task concerns.
    pub employee: Option<EmployeeId>,
    /// From 1.
    pub line: i64,
    pub on: Option<NaiveDate>,
    pub assumed: bool,
    pub seen: i64,
    pub settles: bool,
    pub author: &'a str,
    pub sheet: Option<&'a str>,
    pub values: &'a [AnswerValue],
}

/// A workbook that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredExport {
    pub export_id: String,
    pub file: String,
    pub recipient: String,
    pub today: NaiveDate,
    /// Kind of workbook (`workbooks.toml`).
    pub book: String,
    /// Rows that can be answered.
    pub rows: i64,
    /// The latest answer that was known when it was made.
    pub seen: i64,
}

/// A workbook to be sent.
#[derive(Debug, Clone, Copy)]
pub struct NewExport<'a> {
    pub export_id: &'a str,
    pub book: &'a str,
    pub file: &'a str,
    pub recipient: &'a str,
    pub today: NaiveDate,
    /// Rows that can be answered.
    pub rows: i64,
}

/// A value an exported workbook carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentValue {
    pub row_key: String,
    pub field: String,
    pub value: String,
}

const ANSWERS: &str =
    "SELECT n.answer_id, n.export_id, n.answered_on, n.assumed, n.seen, n.settles, n.author, i.file, n.sheet,
    n.recorded_at, n.task_id, COALESCE(p.canonical_id, n.employee_id), COALESCE(f.canonical_id, n.employer_id),
    n.visit_id, n.step, n.today, ap.answer_id IS NOT NULL, n.activity_id, n.line
  FROM answer n
  JOIN activity a ON a.activity_id = n.activity_id
  JOIN import i ON i.import_id = a.import_id
  LEFT JOIN employee_alias p ON p.employee_id = n.employee_id
  LEFT JOIN employer_alias f ON f.employer_id = n.employer_id
  LEFT JOIN applied_answer ap ON ap.answer_id = n.answer_id
  WHERE a.withdrawn = 0";

impl Store {
    /// Keeps what somebody says; returns its number.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn add_answer(&self, answer: &NewAnswer<'_>, today: NaiveDate) -> Result<i64, StoreError> {
        let (mut task, mut employer, mut visit, mut step) = (None, None, None, None);
        let mut employee = answer.employee;
        match answer.subject {
            Subject::Task(id) => task = Some(id),
            Subject::Person(id) => employee = Some(*id),
            Subject::Employer(id) => employer = Some(id.0),
            Subject::Visit(id) => visit = Some(id.0),
            Subject::Step(id, of) => (visit, step) = (Some(id.0), Some(of)),
        }
        self.conn
            .prepare_cached(
                "INSERT INTO answer (activity_id, export_id, task_id, employee_id, employer_id, visit_id, step, line,
                   answered_on, assumed, seen, settles, author, sheet, today, recorded_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
            )?
            .execute(params![
                answer.activity,
                answer.export_id,
                task,
                employee.map(|e| e.0),
                employer,
                visit,
                step,
                answer.line,
                answer.on,
                answer.assumed,
                answer.seen,
                answer.settles,
                answer.author,
                answer.sheet,
                today,
                now_utc()
            ])?;
        let id = self.conn.last_insert_rowid();
        let mut values = self.conn.prepare_cached(
            "INSERT INTO answer_value (answer_id, field, value, base, cell) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?;
        for AnswerValue { field, value, base, cell } in answer.values {
            values.execute(params![id, field, value, base, cell])?;
        }
        Ok(id)
    }

    /// The number of the latest answer; 0 before the first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn last_answer(&self) -> Result<i64, StoreError> {
        Ok(self.conn.query_row("SELECT COALESCE(max(answer_id), 0) FROM answer", [], |r| r.get(0))?)
    }

    /// All that was said on a matter, in the order in which it came.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn answers_of(&self, subject: &Subject) -> Result<Vec<Answer>, StoreError> {
        let (filter, key): (&str, rusqlite::types::Value) = match subject {
            Subject::Task(id) => ("n.task_id = ?1", id.clone().into()),
            Subject::Person(id) => (
                "COALESCE(p.canonical_id, n.employee_id) = ?1 AND n.task_id IS NULL AND n.visit_id IS NULL",
                id.0.into(),
            ),
            Subject::Employer(id) => ("COALESCE(f.canonical_id, n.employer_id) = ?1", id.0.into()),
            Subject::Visit(id) => ("n.visit_id = ?1 AND n.step IS NULL", id.0.into()),
            Subject::Step(id, _) => ("n.visit_id = ?1 AND n.step = ?2", id.0.into()),
        };
        let sql = format!("{ANSWERS} AND {filter} ORDER BY n.answer_id");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = match subject {
            Subject::Step(_, step) => {
                statement.query_map(params![key, step], answer)?.collect::<Result<Vec<_>, _>>()?
            }
            _ => statement.query_map([key], answer)?.collect::<Result<Vec<_>, _>>()?,
        };
        rows.into_iter().map(|(_, answer)| self.with_values(answer)).collect()
    }

    /// All that was said of employers, or of visits and their steps, by matter.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn answers_about(&self, what: About) -> Result<BTreeMap<Subject, Vec<Answer>>, StoreError> {
        let filter = match what {
            About::Employers => "n.employer_id IS NOT NULL",
            About::Visits => "n.visit_id IS NOT NULL",
            About::Contacts => "n.employer_id IS NULL AND n.visit_id IS NULL",
        };
        let mut statement = self.conn.prepare(&format!("{ANSWERS} AND {filter} ORDER BY n.answer_id"))?;
        let rows: Vec<(Subject, Answer)> = statement.query_map([], answer)?.collect::<Result<_, _>>()?;
        let mut values = self.values_about(filter)?;
        let mut all: BTreeMap<Subject, Vec<Answer>> = BTreeMap::new();
        for (subject, answer) in rows {
            let values = values.remove(&answer.answer_id).unwrap_or_default();
            all.entry(subject).or_default().push(Answer { values, ..answer });
        }
        Ok(all)
    }

    /// The values of all answers of which `filter` holds, by answer, in one go.
    fn values_about(&self, filter: &str) -> Result<HashMap<i64, Vec<AnswerValue>>, StoreError> {
        let sql = format!(
            "SELECT v.answer_id, v.field, v.value, v.base, v.cell FROM answer_value v
             JOIN answer n ON n.answer_id = v.answer_id WHERE {filter} ORDER BY v.answer_id, v.field"
        );
        let mut statement = self.conn.prepare(&sql)?;
        let mut rows = statement.query([])?;
        let mut values: HashMap<i64, Vec<AnswerValue>> = HashMap::new();
        while let Some(r) = rows.next()? {
            let value = AnswerValue { field: r.get(1)?, value: r.get(2)?, base: r.get(3)?, cell: r.get(4)? };
            values.entry(r.get(0)?).or_default().push(value);
        }
        Ok(values)
    }

    /// Tasks and people of whom an import said something, withdrawn or not.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn matters_of(&self, import: i64) -> Result<BTreeSet<Subject>, StoreError> {
        let mut statement = self.conn.prepare(
            "SELECT n.task_id, COALESCE(p.canonical_id, n.employee_id) FROM answer n
             JOIN activity a ON a.activity_id = n.activity_id
             LEFT JOIN employee_alias p ON p.employee_id = n.employee_id
             WHERE a.import_id = ?1 AND n.employer_id IS NULL AND n.visit_id IS NULL",
        )?;
        let mut rows = statement.query([import])?;
        let mut matters = BTreeSet::new();
        while let Some(r) = rows.next()? {
            let (task, employee): (Option<String>, Option<i64>) = (r.get(0)?, r.get(1)?);
            let person = employee.map(|id| Subject::Person(EmployeeId(id)));
            matters.extend(task.map(Subject::Task).or(person));
        }
        Ok(matters)
    }

    fn with_values(&self, answer: Answer) -> Result<Answer, StoreError> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT field, value, base, cell FROM answer_value WHERE answer_id = ?1 ORDER BY field")?;
        let rows = statement.query_map([answer.answer_id], |r| {
            Ok(AnswerValue { field: r.get(0)?, value: r.get(1)?, base: r.get(2)?, cell: r.get(3)? })
        })?;
        Ok(Answer { values: rows.collect::<Result<_, _>>()?, ..answer })
    }

    /// Notes that answers have been put into the plan.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn note_applied(&self, answers: impl IntoIterator<Item = i64>, today: NaiveDate) -> Result<(), StoreError> {
        let sql = "INSERT INTO applied_answer (answer_id, today) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        let mut statement = self.conn.prepare_cached(sql)?;
        answers.into_iter().try_for_each(|id| statement.execute(params![id, today]).map(|_| ()))?;
        Ok(())
    }

    /// How many rows of a workbook have been answered.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn answered_rows(&self, export: &str) -> Result<i64, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT count(DISTINCT COALESCE(n.task_id, '') || '/' || COALESCE(n.employee_id, '') || '/' ||
               COALESCE(n.employer_id, '') || '/' || COALESCE(n.visit_id, '') || '/' || COALESCE(n.step, ''))
             FROM answer n JOIN activity a ON a.activity_id = n.activity_id AND a.withdrawn = 0
             WHERE n.export_id = ?1",
        )?;
        Ok(statement.query_row([export], |r| r.get(0))?)
    }

    /// Keeps a workbook that leaves and the values it carries, for the merge when it comes back. One that was sent before
    /// stays as it was.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn record_export(&self, export: &NewExport<'_>, values: &[SentValue]) -> Result<(), StoreError> {
        let NewExport { export_id, book, file, recipient, today, rows } = *export;
        let added = self
            .conn
            .prepare_cached(
                "INSERT INTO export (export_id, file, recipient, today, book, row_count, seen)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, (SELECT COALESCE(max(answer_id), 0) FROM answer))
                 ON CONFLICT DO NOTHING",
            )?
            .execute(params![export_id, file, recipient, today, book, rows])?;
        if added == 0 {
            return Ok(());
        }
        let mut statement = self.conn.prepare_cached(
            "INSERT INTO export_value (export_id, row_key, field, value) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
        )?;
        // In the order in which they lie.
        let mut sorted: Vec<&SentValue> = values.iter().collect();
        sorted.sort_by(|a, b| (&a.row_key, &a.field).cmp(&(&b.row_key, &b.field)));
        for SentValue { row_key, field, value } in sorted {
            statement.execute(params![export_id, row_key, field, value])?;
        }
        Ok(())
    }

    /// A workbook that was sent.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn export(&self, export_id: &str) -> Result<Option<StoredExport>, StoreError> {
        Ok(self.exports()?.into_iter().find(|e| e.export_id == export_id))
    }

    /// All workbooks that were sent and may come back, the latest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn exports(&self) -> Result<Vec<StoredExport>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT export_id, file, recipient, today, book, row_count, seen FROM export WHERE book IS NOT NULL
             ORDER BY today DESC, file, export_id",
        )?;
        let rows = statement.query_map([], |r| {
            Ok(StoredExport {
                export_id: r.get(0)?,
                file: r.get(1)?,
                recipient: r.get(2)?,
                today: r.get(3)?,
                book: r.get(4)?,
                rows: r.get(5)?,
                seen: r.get(6)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The values a workbook was sent with, by key of the row and field.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn sent_values(&self, export_id: &str) -> Result<BTreeMap<String, BTreeMap<String, String>>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT row_key, field, value FROM export_value WHERE export_id = ?1 AND value IS NOT NULL",
        )?;
        let mut sent: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        let mut rows = statement.query([export_id])?;
        while let Some(r) = rows.next()? {
            sent.entry(r.get(0)?).or_default().insert(r.get(1)?, r.get(2)?);
        }
        Ok(sent)
    }

    /// The entry under which commands of `today` are kept, as the rows of a file are.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn activity_by_command(&self, today: NaiveDate, command: &str) -> Result<i64, StoreError> {
        let sha256 = format!("command#{today}#{command}");
        let known: Option<i64> = self
            .conn
            .query_row(
                "SELECT a.activity_id FROM import i JOIN activity a ON a.import_id = i.import_id WHERE i.sha256 = ?1",
                [&sha256],
                |r| r.get(0),
            )
            .optional()?;
        if let Some(known) = known {
            return Ok(known);
        }
        self.conn.execute(
            "INSERT INTO import (file, sha256, kinds, rows_taken, rows_skipped, problems, today, imported_at)
             VALUES (?1, ?2, 'returned', 0, 0, 0, ?3, ?4)",
            params![command, sha256, today, now_utc()],
        )?;
        self.add_activity(self.conn.last_insert_rowid())
    }
}

/// What answers are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    Contacts,
    Employers,
    Visits,
}

fn answer(r: &Row<'_>) -> rusqlite::Result<(Subject, Answer)> {
    let (task, employee): (Option<String>, Option<i64>) = (r.get(10)?, r.get(11)?);
    let (employer, visit, step): (Option<i64>, Option<i64>, Option<String>) = (r.get(12)?, r.get(13)?, r.get(14)?);
    let subject = match (task, employer, visit, step) {
        (Some(task), ..) => Subject::Task(task),
        (_, Some(employer), ..) => Subject::Employer(EmployerId(employer)),
        (_, _, Some(visit), Some(step)) => Subject::Step(VisitId(visit), step),
        (_, _, Some(visit), None) => Subject::Visit(VisitId(visit)),
        _ => Subject::Person(EmployeeId(employee.unwrap_or_default())),
    };
    let answer = Answer {
        answer_id: r.get(0)?,
        entry: (r.get(17)?, r.get(18)?),
        export_id: r.get(1)?,
        on: r.get(2)?,
        assumed: r.get(3)?,
        seen: r.get(4)?,
        settles: r.get(5)?,
        employee: employee.map(EmployeeId),
        author: r.get(6)?,
        file: r.get(7)?,
        sheet: r.get(8)?,
        told_on: r.get(15)?,
        recorded_at: r.get(9)?,
        applied: r.get(16)?,
        values: Vec::new(),
    };
    Ok((subject, answer))
}
