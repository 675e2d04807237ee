//! Our own colleagues.

use rusqlite::params;

use crate::model::StaffId;
use crate::model::rows::{StaffRow, StaffUntold};

use crate::store::{Store, StoreError};

/// A colleague as the store has them.
#[derive(Debug, Clone, PartialEq)]
pub struct StaffMember {
    pub staff_id: StaffId,
    pub row: StaffRow,
}

impl Store {
    /// Adds or updates a colleague by staff number; returns the id. What the row does not tell stays as it was.
    pub fn put_staff(&self, row: &StaffRow) -> Result<StaffId, StoreError> {
        let json = |v: serde_json::Result<String>| v.map_err(|_| StoreError::Damaged { what: "staff" });
        let leave = json(serde_json::to_string(&row.leave))?;
        let qualifications = json(serde_json::to_string(&row.qualifications))?;
        let id = self.conn.query_row(
            "INSERT INTO staff (number, name, outlet, position, qualifications, may_go_out, leave, daily_limit)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (number) DO UPDATE SET name = excluded.name,
               outlet = iif(?9, outlet, excluded.outlet),
               position = iif(?10, position, excluded.position),
               qualifications = iif(?11, qualifications, excluded.qualifications),
               may_go_out = iif(?12, may_go_out, excluded.may_go_out),
               leave = iif(?13, leave, excluded.leave),
               daily_limit = iif(?14, daily_limit, excluded.daily_limit)
             RETURNING staff_id",
            params![
                row.number,
                row.name,
                row.outlet,
                row.position,
                qualifications,
                row.may_go_out,
                leave,
                row.daily_limit,
                row.untold.outlet,
                row.untold.position,
                row.untold.qualifications,
                row.untold.may_go_out,
                row.untold.leave,
                row.untold.daily_limit,
            ],
            |r| r.get(0),
        )?;
        Ok(StaffId(id))
    }

    /// All colleagues by id.
    pub fn staff(&self) -> Result<Vec<StaffMember>, StoreError> {
        let mut statement = self.conn.prepare(
            "SELECT staff_id, number, name, outlet, position, qualifications, may_go_out, leave, daily_limit
             FROM staff ORDER BY staff_id",
        )?;
        let damaged = |i: usize| {
            move |e: serde_json::Error| {
                rusqlite::Error::FromSqlConversionFailure(i, rusqlite::types::Type::Text, Box::new(e))
            }
        };
        let rows = statement.query_map([], |r| {
            Ok(StaffMember {
                staff_id: StaffId(r.get(0)?),
                row: StaffRow {
                    row: 0,
                    number: r.get(1)?,
                    name: r.get(2)?,
                    outlet: r.get(3)?,
                    position: r.get(4)?,
                    qualifications: serde_json::from_str(&r.get::<_, String>(5)?).map_err(damaged(5))?,
                    may_go_out: r.get(6)?,
                    leave: serde_json::from_str(&r.get::<_, String>(7)?).map_err(damaged(7))?,
                    daily_limit: r.get(8)?,
                    untold: StaffUntold::default(),
                },
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
