//! What the columns of text hold: of these only words somebody typed are ever rewritten.

/// What stands in a column of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// A number that identifies somebody: the row goes with the person.
    Number,
    /// What somebody typed, or what an imported sheet said in words.
    Words,
    /// JSON in which words stand under keys that are called as such columns are.
    Json,
    /// A day, an instant, a key, a code, a hash: nobody's number, whatever it reads as.
    Fixed,
}

/// Customer, ID, phone and account numbers.
pub(super) const NUMBERS: [&str; 4] = ["customer_number", "id_number", "phone", "account"];

const WORDS: [&str; 24] = [
    "address",
    "author",
    "base",
    "deal_product",
    "district",
    "file",
    "industry",
    "level",
    "mapping",
    "name",
    "nature",
    "note",
    "outlet",
    "payroll_type",
    "paydays",
    "position",
    "product_name",
    "recipient",
    "reference",
    "rm",
    "sheet",
    "title",
    "value",
    "wanted_product",
];

const DAYS: [&str; 31] = [
    "after_as_of",
    "agreement_end",
    "answered_on",
    "as_of",
    "before_as_of",
    "birth",
    "bought_on",
    "date",
    "deadline",
    "due",
    "due_date",
    "employer_first_payday",
    "employer_last_payday",
    "first_day",
    "first_paid",
    "first_seen",
    "from_as_of",
    "known_from",
    "known_to",
    "last_day",
    "last_login",
    "last_paid",
    "last_seen",
    "last_transaction",
    "last_visit",
    "next_contact",
    "payday",
    "risk_until",
    "to_as_of",
    "today",
    "window_end",
];

const INSTANTS: [&str; 4] = ["at", "imported_at", "purged_at", "recorded_at"];

const FIXED: [&str; 55] = [
    // Keys, hashes and numbers of what is no person.
    "bank_number",
    "credit_code",
    "episode",
    "export_id",
    "fingerprint",
    "hash",
    "lists",
    "name_key",
    "number",
    "previous",
    "row_key",
    "rules_hash",
    "sha256",
    "task_id",
    // Codes of ours.
    "action",
    "actor",
    "basis",
    "book",
    "cell",
    "channel",
    "columns",
    "consent_phone",
    "consent_sms",
    "consent_wecom",
    "destination",
    "event",
    "fact",
    "field",
    "gender",
    "grade",
    "indicator",
    "kind",
    "kinds",
    "leave",
    "mask_level",
    "origin",
    "pay_kind",
    "product",
    "purpose",
    "qualifications",
    "reason",
    "result",
    "retention_basis",
    "rule",
    "scheme",
    "stamp",
    "status",
    "step",
    "stop_loss_is",
    "subject",
    "take_profit_is",
    "unit",
    "verdict",
    "visit_hours",
    // Of the migrations.
    "checksum",
];

/// What a column of text holds, by its name: a name means the same in every table. `None`: a column nobody has said this
/// of. It is looked through, and never rewritten.
pub(super) fn held_in(column: &str) -> Option<Holds> {
    match column {
        "payload" => Some(Holds::Json),
        c if NUMBERS.contains(&c) => Some(Holds::Number),
        c if WORDS.contains(&c) => Some(Holds::Words),
        c if [&DAYS[..], &INSTANTS, &FIXED].iter().any(|list| list.contains(&c)) => Some(Holds::Fixed),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use crate::store::trust::keys::SecretKey;

    #[test]
    fn of_every_column_of_text_it_is_said_what_it_holds() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(&folder.path().join("d.db"), &SecretKey::random().unwrap(), None).unwrap();
        let schema = crate::store::trust::purge::schema::Schema::read(&store.conn).unwrap();
        let texts = schema.columns.iter().flat_map(|(table, columns)| {
            columns.iter().filter(|(_, kind)| kind == "TEXT").map(move |(column, _)| (table.as_str(), column.as_str()))
        });
        let texts: Vec<(&str, &str)> =
            texts.filter(|(t, _)| !crate::store::trust::purge::terms::OF_THE_REMOVAL.contains(t)).collect();
        assert!(texts.len() > 100, "{}", texts.len());
        let unsaid: Vec<_> = texts.iter().filter(|(_, column)| held_in(column).is_none()).collect();
        assert!(unsaid.is_empty(), "{unsaid:?}");
        let gone = WORDS
            .iter()
            .chain(&DAYS)
            .chain(&INSTANTS)
            .chain(&FIXED)
            .filter(|c| !texts.iter().any(|(_, column)| column == *c));
        assert_eq!(gone.collect::<Vec<_>>(), Vec::<&&str>::new());
    }

    #[test]
    fn days_and_instants_that_are_no_facts_are_checked() {
        // Worked out anew from columns that are.
        const FACTS: [&str; 13] = [
            "change_window",
            "employee_attributes",
            "employee_facts",
            "employee_pay",
            "employer_facts",
            "employer_standing",
            "next_due",
            "pay_period",
            "pay_window",
            "payday_retention",
            "several_balance",
            "several_pay",
            "several_window",
        ];
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(&folder.path().join("d.db"), &SecretKey::random().unwrap(), None).unwrap();
        let schema = crate::store::trust::purge::schema::Schema::read(&store.conn).unwrap();
        let mut checked = 0;
        for (table, columns) in schema.columns.iter().filter(|(t, _)| !FACTS.contains(&t.as_str())) {
            let sql = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?1";
            let sql: String = store.conn.query_row(sql, [table], |r| r.get(0)).unwrap();
            for (column, _) in columns {
                let check = match column.as_str() {
                    c if DAYS.contains(&c) => format!("{c} IS date({c})"),
                    c if INSTANTS.contains(&c) => format!("{c} IS strftime('%Y-%m-%dT%H:%M:%SZ', {c})"),
                    _ => continue,
                };
                assert!(sql.contains(&check), "{table}.{column}");
                checked += 1;
            }
        }
        assert!(checked > 35, "{checked}");
    }
}
