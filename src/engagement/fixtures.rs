//! Values that the tests of this floor share.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::engagement::visit::planned::{Step, TeamMember, Visit};
use crate::facts::EmployerProfile;
use crate::facts::employee::employee_facts::EmployeeFacts;
use crate::model::days::workdays::Workdays;
use crate::model::rows::Paydays;
use crate::model::status::VisitStatus;
use crate::model::{EmployeeId, EmployerId, Fen, ProductSet, Reason, StaffId, VisitId};

pub(crate) fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// An employer in computing with `headcount` people.
pub(crate) fn profile(headcount: i64) -> EmployerProfile {
    EmployerProfile {
        employer_id: EmployerId(1),
        name: "云启信息".into(),
        industry: Some("信息技术".into()),
        nature: Some("民营".into()),
        payroll_type: Some("工资".into()),
        address: Some("临江路1号".into()),
        district: None,
        visit_hours: None,
        private_corner: None,
        outlet: Some("江北支行".into()),
        rm: None,
        stated_headcount: Some(headcount),
        headcount,
        paid_heads: headcount,
        prior_paid_heads: Some(headcount),
        effective_heads: headcount,
        payroll_fen: Fen::yuan(16_000 * headcount),
        prior_payroll_fen: Some(Fen::yuan(16_000 * headcount)),
        payroll_month_avg_fen: Fen::yuan(16_000 * headcount),
        paydays: Paydays(vec![10]),
        payday_shift: None,
        agreement_end: None,
        last_visit: None,
        open_complaint: false,
        as_of: Some(date("2026-02-28")),
        aum_fen: Some(Fen::yuan(9_500 * headcount)),
        aum_month_avg_fen: Some(Fen::yuan(9_500 * headcount)),
        demand_fen: Some(Fen::yuan(6_000 * headcount)),
        products_total: headcount * 2,
        asset_products_total: headcount / 5,
        executives: 2,
        affluent_heads: headcount / 20,
        holders: BTreeMap::from([
            ("pay_card".to_string(), headcount),
            ("mobile_bank".to_string(), headcount * 6 / 10),
            ("quick_pay".to_string(), headcount * 5 / 10),
            ("credit_card".to_string(), headcount / 10),
            ("wealth".to_string(), headcount / 20),
            ("fund_plan".to_string(), headcount / 50),
            ("pension".to_string(), headcount / 100),
        ]),
        coverage: [0, headcount - headcount / 2 - headcount / 10, headcount / 2, headcount / 10, 0, 0],
    }
}

/// The State Council's notice for 2026, as far as the tests reach.
pub(crate) fn workdays_2026() -> Workdays {
    let mut days = Workdays::default();
    let off = |from: &str, to: &str, name: &'static str| {
        let (from, to) = (date(from), date(to));
        from.iter_days().take_while(move |d| *d <= to).map(move |d| (d, name.to_string(), true)).collect::<Vec<_>>()
    };
    let mut special = off("2026-01-01", "2026-01-03", "元旦");
    special.extend(off("2026-02-15", "2026-02-23", "春节"));
    special.extend(off("2026-04-04", "2026-04-06", "清明节"));
    special.extend(off("2026-05-01", "2026-05-05", "劳动节"));
    for (day, name) in
        [("2026-01-04", "元旦"), ("2026-02-14", "春节"), ("2026-02-28", "春节"), ("2026-05-09", "劳动节")]
    {
        special.push((date(day), name.to_string(), false));
    }
    days.add_year(2026, special);
    days
}

/// An employee about whom little is known.
pub(crate) fn employee(id: i64) -> EmployeeFacts {
    EmployeeFacts {
        employee_id: EmployeeId(id),
        employer_id: EmployerId(1),
        as_of: date("2026-03-16"),
        first_seen: date("2026-02-09"),
        outlet: Some("江北支行".into()),
        rm: None,
        level: None,
        grade: None,
        account_class: Some(1),
        birth: None,
        aum: Some(Fen::yuan(9_500)),
        aum_month_avg: None,
        products: ProductSet::EMPTY.with(0),
        covered: ProductSet(0x1F_FFFF),
        product_count: 1,
        asset_product_count: 0,
        risk_level: None,
        risk_until: None,
        consent_sms: None,
        consent_phone: None,
        consent_wecom: None,
        due_date: None,
        due_amount: None,
        first_paid: Some(date("2025-12-10")),
        last_paid: Some(date("2026-03-10")),
        employer_last_payday: Some(date("2026-03-10")),
        wage: Fen::yuan(16_000),
        bonus: Fen::ZERO,
        wage_mean: Some(Fen::yuan(16_000)),
        payday: Some(date("2026-03-10")),
        payroll: Some(Fen::yuan(16_000)),
        retention_basis: crate::model::status::RetentionBasis::Balances,
        retained: Some(Fen::yuan(1_000)),
        demand_change: Some(Fen::yuan(1_000)),
    }
}

/// A visit on `day`, also offered on 19 March 2026, with these people in these roles; two steps nobody owns.
pub(crate) fn visit(id: i64, employer: i64, day: &str, team: &[(i64, &str)]) -> Visit {
    let step =
        |step: &str, due: &str| Step { step: step.into(), due: date(due), channel: None, owner: None, done: None };
    Visit {
        visit_id: VisitId(id),
        employer_id: EmployerId(employer),
        status: VisitStatus::AwaitingBooking,
        date: date(day),
        alternatives: vec![date("2026-03-19")],
        alternative_teams: Vec::new(),
        answer_by: None,
        start: "10:00".into(),
        end: "12:00".into(),
        place: None,
        attendance: 78,
        sessions: 1,
        team: team
            .iter()
            .map(|(id, role)| TeamMember { staff_id: StaffId(*id), role: role.to_string(), arrive: "09:15".into() })
            .collect(),
        lacking: Vec::new(),
        team_by_hand: false,
        topic: "card_safety".into(),
        timeline_version: 1,
        steps: vec![step("approval", "2026-03-02"), step("visit", day)],
        reasons: vec![Reason::new("after_payday").date("payday", date("2026-03-10")).count("workdays", 5)],
        declined: None,
    }
}
