//! Decisions, append-only: visits by revision, tasks by event, exported values.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rusqlite::{OptionalExtension as _, Statement, params};

use crate::model::status::{Channel, VisitStatus};
use crate::model::{EmployeeId, EmployerId, StaffId, VisitId};

use crate::store::{Store, StoreError, now_utc};

/// Who made a revision of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VisitOrigin {
    Plan,
    User,
    Import,
}

impl VisitOrigin {
    fn key(self) -> &'static str {
        match self {
            VisitOrigin::Plan => "plan",
            VisitOrigin::User => "user",
            VisitOrigin::Import => "import",
        }
    }
}

/// The latest revision of a visit. `payload` is the visit as JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredVisit {
    pub visit_id: VisitId,
    pub employer_id: EmployerId,
    pub status: VisitStatus,
    pub date: NaiveDate,
    pub payload: String,
    /// Whether a user (or a sheet) has spoken on it; a plan then leaves it alone.
    pub pinned: bool,
}

/// A task to be issued.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredTask {
    pub task_id: String,
    pub rule: String,
    pub employee_id: EmployeeId,
    pub employer_id: EmployerId,
    /// The day it is dated on.
    pub due: NaiveDate,
    /// By when it is to be done.
    pub deadline: NaiveDate,
    pub channel: String,
    pub marketing: bool,
    pub owner: Option<StaffId>,
    /// Day it was issued.
    pub issued: NaiveDate,
    /// The task as JSON.
    pub payload: String,
}

/// A task as it was issued.
#[derive(Debug, Clone, PartialEq)]
pub struct IssuedTask {
    pub task_id: String,
    /// The day it is dated on.
    pub due: NaiveDate,
    pub channel: Option<Channel>,
    pub issued: NaiveDate,
    pub rule: String,
    /// As now known.
    pub employee_id: EmployeeId,
    /// By when it is to be done.
    pub deadline: NaiveDate,
    pub marketing: bool,
    pub owner: Option<StaffId>,
}

/// What was last recorded of a task after it was issued.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TaskMove {
    /// The channel it was moved to, if it was.
    pub channel: Option<Channel>,
    /// The day on which its reason was found gone, if it has not come back since.
    pub lapsed: Option<NaiveDate>,
}

impl Store {
    /// Text that changes with whatever was imported, decided, planned, contacted or removed.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn ledger_mark(&self) -> Result<String, StoreError> {
        let of = |table: &str| format!("(SELECT count(*) || ':' || COALESCE(max(rowid), 0) FROM {table})");
        let tables = [
            "import",
            "activity",
            "match_decision",
            "contact",
            "answer",
            "need",
            "need_end",
            "handover",
            "task_event",
            "visit",
            "staff",
            "target",
            "purged",
        ];
        let all: Vec<String> = tables.map(of).into();
        let revisions = "(SELECT count(*) FROM visit_revision)";
        let sql = format!("SELECT {} || '/' || {revisions}", all.join(" || '/' || "));
        Ok(self.conn.query_row(&sql, [], |r| r.get(0))?)
    }

    /// Adds a visit of an employer; its content follows as a revision. One of the employer that only later days know is
    /// taken instead: a run for a day ahead must not leave a second one behind.
    pub fn add_visit(&self, employer: EmployerId, today: NaiveDate) -> Result<VisitId, StoreError> {
        let canonical = self.canonical_employer(employer)?;
        let ahead = self.conn.query_row(
            "SELECT v.visit_id FROM visit v WHERE v.employer_id = ?1
               AND NOT EXISTS (SELECT 1 FROM visit_revision r WHERE r.visit_id = v.visit_id
                 AND (r.today <= ?2 OR r.origin = 'import'))
             ORDER BY v.visit_id LIMIT 1",
            params![canonical.0, today],
            |r| r.get(0),
        );
        if let Some(visit) = ahead.optional()? {
            return Ok(VisitId(visit));
        }
        self.conn.execute("INSERT INTO visit (employer_id) VALUES (?1)", [canonical.0])?;
        let visit = VisitId(self.conn.last_insert_rowid());
        if canonical != employer {
            self.note_moved("visit", visit.0, employer.0)?;
        }
        Ok(visit)
    }

    /// Appends a revision unless it equals the latest one known on that day; tells whether it did. What a plan made and a
    /// user says again is another one, and so is what he gives back to the plan as it is: it is pinned from then on, or
    /// no more.
    #[allow(clippy::too_many_arguments)]
    pub fn revise_visit(
        &self,
        visit: VisitId,
        status: VisitStatus,
        date: NaiveDate,
        payload: &str,
        origin: VisitOrigin,
        rules_hash: &str,
        today: NaiveDate,
    ) -> Result<bool, StoreError> {
        let last: Option<(String, String, String, String)> = self
            .conn
            .query_row(
                "SELECT status, date, payload, origin FROM visit_revision
                 WHERE visit_id = ?1 AND (today <= ?2 OR origin = 'import') ORDER BY today DESC, revision DESC LIMIT 1",
                params![visit.0, today],
                |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)),
            )
            .optional()?;
        let turns = [VisitOrigin::User, VisitOrigin::Plan].map(VisitOrigin::key);
        let turns = |before: &str| before != origin.key() && turns.contains(&before) && turns.contains(&origin.key());
        if last.is_some_and(|(s, d, p, by)| s == status.key() && d == date.to_string() && p == payload && !turns(&by)) {
            return Ok(false);
        }
        let revision: i64 = self.conn.query_row(
            "SELECT COALESCE(max(revision), 0) + 1 FROM visit_revision WHERE visit_id = ?1",
            [visit.0],
            |r| r.get(0),
        )?;
        self.conn.execute(
            "INSERT INTO visit_revision (visit_id, revision, status, date, payload, origin, rules_hash, today, recorded_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![visit.0, revision, status.key(), date, payload, origin.key(), rules_hash, today, now_utc()],
        )?;
        Ok(true)
    }

    /// All visits known on `today`, at their latest revision then, by id. What was decided for a later day is not known yet,
    /// so that a run for a day ahead changes nothing of today's; what a sheet says of a visit is, whenever it came. A visit
    /// is pinned until the plan's revision follows that of a user, which only taking back writes.
    pub fn visits(&self, today: NaiveDate) -> Result<Vec<StoredVisit>, StoreError> {
        let mut statement = self.conn.prepare(
            "WITH known AS (SELECT * FROM visit_revision WHERE today <= ?1 OR origin = 'import')
             SELECT k.visit_id, v.employer_id, k.status, k.date, k.payload,
               EXISTS (SELECT 1 FROM known o WHERE o.visit_id = k.visit_id AND o.origin <> 'plan'
                 AND NOT EXISTS (SELECT 1 FROM known p WHERE p.visit_id = o.visit_id AND p.origin = 'plan'
                   AND p.revision > o.revision AND p.today >= o.today))
             FROM known k JOIN visit v ON v.visit_id = k.visit_id
             WHERE NOT EXISTS (SELECT 1 FROM known l WHERE l.visit_id = k.visit_id
               AND (l.today > k.today OR (l.today = k.today AND l.revision > k.revision)))
             ORDER BY k.visit_id",
        )?;
        stored(&mut statement, today)
    }

    /// All revisions known on `today`, by visit, the one that holds then last; known as [`Store::visits`] knows them. The
    /// number of a visit's revisions only grows from day to day, also where one was made for a day ahead.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn visit_revisions(&self, today: NaiveDate) -> Result<Vec<StoredVisit>, StoreError> {
        let mut statement = self.conn.prepare(
            "SELECT k.visit_id, v.employer_id, k.status, k.date, k.payload, k.origin <> 'plan'
             FROM visit_revision k JOIN visit v ON v.visit_id = k.visit_id
             WHERE k.today <= ?1 OR k.origin = 'import'
             ORDER BY k.visit_id, k.today, k.revision",
        )?;
        stored(&mut statement, today)
    }

    /// The revisions of a visit known on `today`, in the order in which they hold, and whether each is a user's.
    ///
    /// # Errors
    /// The database cannot be read, or a revision makes no sense.
    pub fn revisions_of(&self, visit: VisitId, today: NaiveDate) -> Result<Vec<(StoredVisit, bool)>, StoreError> {
        let mut statement = self.conn.prepare(
            "SELECT v.employer_id, r.status, r.date, r.payload, r.origin
             FROM visit_revision r JOIN visit v ON v.visit_id = r.visit_id
             WHERE r.visit_id = ?1 AND (r.today <= ?2 OR r.origin = 'import') ORDER BY r.today, r.revision",
        )?;
        let rows = statement.query_map(params![visit.0, today], |r| {
            Ok((EmployerId(r.get(0)?), r.get::<_, String>(1)?, r.get(2)?, r.get(3)?, r.get::<_, String>(4)?))
        })?;
        rows.map(|row| {
            let (employer_id, status, date, payload, origin) = row?;
            let status = VisitStatus::from_key(&status).ok_or(StoreError::Damaged { what: "visit" })?;
            let pinned = origin != VisitOrigin::Plan.key();
            let stored = StoredVisit { visit_id: visit, employer_id, status, date, payload, pinned };
            Ok((stored, origin == VisitOrigin::User.key()))
        })
        .collect()
    }

    /// Issues a task unless it was issued on this day or before; tells whether it is new.
    pub fn issue_task(
        &self,
        task: &StoredTask,
        episode: &str,
        rules_hash: &str,
        today: NaiveDate,
    ) -> Result<bool, StoreError> {
        self.conn
            .prepare_cached(
                "INSERT INTO task (task_id, rule, employee_id, employer_id, episode, rules_hash)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
            )?
            .execute(params![task.task_id, task.rule, task.employee_id.0, task.employer_id.0, episode, rules_hash])?;
        // One issued for a later day only is not known today, and is issued anew.
        let added = self
            .conn
            .prepare_cached(
                "INSERT INTO task_event
                   (task_id, event, due, channel, owner, payload, today, recorded_at, deadline, marketing)
                 SELECT ?1, 'issued', ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
                 WHERE NOT EXISTS (SELECT 1 FROM task_event WHERE task_id = ?1 AND event = 'issued' AND today <= ?6)",
            )?
            .execute(params![
                task.task_id,
                task.due,
                task.channel,
                task.owner.map(|o| o.0),
                task.payload,
                today,
                now_utc(),
                task.deadline,
                task.marketing
            ])?;
        Ok(added == 1)
    }

    /// Records that a task is open by another channel than before, or open again.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn move_task(&self, task: &str, due: NaiveDate, channel: Channel, today: NaiveDate) -> Result<(), StoreError> {
        self.add_task_event(task, "moved", Some(due), Some(channel), today)
    }

    /// Records that the reason of a task is gone.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn lapse_task(&self, task: &str, today: NaiveDate) -> Result<(), StoreError> {
        self.add_task_event(task, "lapsed", None, None, today)
    }

    fn add_task_event(
        &self,
        task: &str,
        event: &str,
        due: Option<NaiveDate>,
        channel: Option<Channel>,
        today: NaiveDate,
    ) -> Result<(), StoreError> {
        self.conn
            .prepare_cached(
                "INSERT INTO task_event (task_id, event, due, channel, payload, today, recorded_at)
                 VALUES (?1, ?2, ?3, ?4, '{}', ?5, ?6)",
            )?
            .execute(params![task, event, due, channel.map(Channel::key), today, now_utc()])?;
        Ok(())
    }

    /// What was recorded of tasks up to `today` after they were issued.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn task_moves(&self, today: NaiveDate) -> Result<BTreeMap<String, TaskMove>, StoreError> {
        let mut statement = self.conn.prepare(
            "SELECT task_id, event, channel, today FROM task_event
             WHERE event IN ('moved', 'lapsed') AND today <= ?1 ORDER BY today, event_id",
        )?;
        let mut rows = statement.query([today])?;
        let mut moves: BTreeMap<String, TaskMove> = BTreeMap::new();
        while let Some(r) = rows.next()? {
            let (event, channel): (String, Option<String>) = (r.get(1)?, r.get(2)?);
            let of = moves.entry(r.get(0)?).or_default();
            if event == "lapsed" {
                of.lapsed = Some(r.get(3)?);
            } else {
                *of = TaskMove { channel: channel.as_deref().and_then(Channel::from_key), lapsed: None };
            }
        }
        Ok(moves)
    }

    /// Tells of what was issued on or before `today`, in the order in which it was. One task may be told of several times:
    /// what was issued on the earliest day counts.
    ///
    /// # Errors
    /// The database cannot be read; what `see` fails with.
    pub fn each_issued(
        &self,
        today: NaiveDate,
        mut see: impl FnMut(IssuedTask) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        // In one go through an index that holds all that is asked: the events themselves are a thousand bytes each.
        let mut statement = self.conn.prepare(
            "SELECT e.task_id, e.due, e.channel, e.today, t.rule, COALESCE(a.canonical_id, t.employee_id),
               COALESCE(e.deadline, e.due), COALESCE(e.marketing, 0), e.owner
             FROM task_event e INDEXED BY event_issued
             CROSS JOIN task t ON t.task_id = e.task_id
             LEFT JOIN employee_alias a ON a.employee_id = t.employee_id
             WHERE e.event = 'issued' AND e.today <= ?1 ORDER BY e.event_id",
        )?;
        let rows = statement.query_map([today], |r| {
            Ok(IssuedTask {
                task_id: r.get(0)?,
                due: r.get(1)?,
                channel: r.get_ref(2)?.as_str_or_null()?.and_then(Channel::from_key),
                issued: r.get(3)?,
                rule: r.get(4)?,
                employee_id: EmployeeId(r.get(5)?),
                deadline: r.get(6)?,
                marketing: r.get(7)?,
                owner: r.get::<_, Option<i64>>(8)?.map(StaffId),
            })
        })?;
        for row in rows {
            see(row?)?;
        }
        Ok(())
    }
}

/// Visits as a statement that is given the day tells them.
fn stored(statement: &mut Statement<'_>, today: NaiveDate) -> Result<Vec<StoredVisit>, StoreError> {
    let rows = statement.query_map([today], |r| {
        Ok((VisitId(r.get(0)?), EmployerId(r.get(1)?), r.get::<_, String>(2)?, r.get(3)?, r.get(4)?, r.get(5)?))
    })?;
    rows.map(|row| {
        let (visit_id, employer_id, status, date, payload, pinned) = row?;
        let status = VisitStatus::from_key(&status).ok_or(StoreError::Damaged { what: "visit" })?;
        Ok(StoredVisit { visit_id, employer_id, status, date, payload, pinned })
    })
    .collect()
}
