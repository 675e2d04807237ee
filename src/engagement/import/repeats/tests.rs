//! Runs drawn as `payee amount`, a payee being a number between 1 and 200.

use super::*;
use crate::engagement::fixtures::date;
use crate::rules::Rules;

/// `"1 5000, 2 6000"`: payees by number, amounts in yuan; lines from 2 on, as below a header.
fn run(day: &str, paid: &str) -> Run {
    let paid = paid.split(',').zip(2..).map(|(payment, line)| {
        let (payee, amount) = payment.trim().split_once(' ').unwrap();
        Paid {
            line,
            payee: [payee.parse().unwrap(); 16],
            person: None,
            name: None,
            amount: Fen::yuan(amount.parse().unwrap()),
        }
    });
    Run {
        employer: EmployerId(1),
        payday: date(day),
        kind: PayKind::Wage,
        purpose: Purpose::default(),
        planned: None,
        paid: paid.collect(),
    }
}

fn calendar() -> Workdays {
    let mut days = Workdays::default();
    let off = (15..=23).map(|d| (NaiveDate::from_ymd_opt(2026, 2, d).unwrap(), "春节".to_string(), true));
    days.add_year(2026, off);
    days
}

/// The payments of payees `from..=to`, 5000 yuan each.
fn all(from: u8, to: u8) -> String {
    (from..=to).map(|n| format!("{n} 5000")).collect::<Vec<_>>().join(",")
}

fn related(later: &Run, earlier: &Run, answer: Answer) -> Relation {
    compare(&Rules::load(None).unwrap().repeats, &calendar(), later, earlier, false, answer)
}

fn told(later: &Run, earlier: &Run) -> Relation {
    related(later, earlier, Answer::Nothing)
}

fn in_file(later: &Run, earlier: &Run) -> Relation {
    compare(&Rules::load(None).unwrap().repeats, &calendar(), later, earlier, true, Answer::Nothing)
}

const DAY: &str = "2026-03-10";

#[test]
fn the_whole_counts_instead_of_its_part() {
    let (part, whole) = (run(DAY, &all(1, 2)), run(DAY, &all(1, 6)));
    assert_eq!(told(&whole, &part), Relation::Replaces);
    assert_eq!(told(&part, &whole), Relation::Known, "two of six: a department");
    assert_eq!(told(&whole, &whole), Relation::Replaces);
    assert_eq!((in_file(&whole, &part), in_file(&part, &whole)), (Relation::Replaces, Relation::Known));
}

#[test]
fn a_somewhat_shorter_list_may_be_a_correction_and_is_asked_about() {
    let (shorter, whole) = (run(DAY, &all(1, 5)), run(DAY, &all(1, 6)));
    assert_eq!(told(&shorter, &whole), Relation::Unclear(Doubt::Part, 5));
    assert_eq!(related(&shorter, &whole, Answer::Correction), Relation::Replaces);
    assert_eq!(related(&shorter, &whole, Answer::Additional), Relation::Separate);
    assert_eq!(in_file(&shorter, &whole), Relation::Known, "a file does not correct itself");
}

#[test]
fn a_payment_counts_as_often_as_it_stands_there() {
    // Paid twice in the later list: one of the two is no repetition.
    assert_eq!(told(&run(DAY, "1 5000"), &run(DAY, "1 5000, 1 5000, 2 5000")), Relation::Known);
    assert_eq!(told(&run(DAY, "1 5000, 1 5000"), &run(DAY, "1 5000")), Relation::Replaces);
}

#[test]
fn exports_that_overlap_count_the_common_lines_once() {
    // 1–60 in the morning, 41–100 at night: lines 2 to 21 of the second are the last twenty of the first.
    let (morning, night) = (run(DAY, &all(1, 60)), run(DAY, &all(41, 100)));
    assert_eq!(told(&night, &morning), Relation::Overlaps((2..=21).collect()));
    // More than half in common may as well be a correction with other people.
    let (one, other) = (run(DAY, &all(1, 60)), run(DAY, &all(11, 70)));
    assert_eq!(told(&other, &one), Relation::Unclear(Doubt::Part, 50));
}

#[test]
fn changed_amounts_of_mostly_the_same_payments_are_a_correction() {
    let before = run(DAY, "1 5000, 2 5000, 3 5000, 4 5000");
    assert_eq!(told(&run(DAY, "1 5000, 2 5000, 3 5000, 4 5500"), &before), Relation::Replaces);
    assert_eq!(told(&run(DAY, "1 6000, 2 6000, 3 6000, 4 6000"), &before), Relation::Beside);
    let one_alike = run(DAY, "1 5000, 7 1, 8 1, 9 1, 2 1");
    assert_eq!(told(&one_alike, &before), Relation::InBoth(1));
}

#[test]
fn the_same_payments_of_a_neighbouring_day_are_asked_about_unless_one_was_planned() {
    let (planned, actual) = (run(DAY, &all(1, 6)), run("2026-03-09", &all(1, 6)));
    assert_eq!(told(&actual, &planned), Relation::Unclear(Doubt::Day, 6));
    assert_eq!(related(&actual, &planned, Answer::Correction), Relation::Replaces);
    assert_eq!(related(&actual, &planned, Answer::Additional), Relation::Separate);
    let plan = Run { planned: Some(true), ..planned };
    assert_eq!((told(&actual, &plan), told(&plan, &actual)), (Relation::Replaces, Relation::Known));
    // Two payments failed: the plan is gone all the same.
    assert_eq!(told(&run("2026-03-09", &all(1, 4)), &plan), Relation::Replaces);
    assert_eq!(told(&run(DAY, &all(1, 4)), &plan), Relation::Replaces);
    // Other amounts two days later are another payment.
    assert_eq!(told(&run("2026-03-12", "1 300, 2 300"), &plan), Relation::Separate);
}

#[test]
fn a_few_of_the_payments_again_a_day_later_are_asked_about() {
    let (run_of_all, again) = (run(DAY, &all(1, 60)), run("2026-03-11", &all(1, 3)));
    assert_eq!(told(&again, &run_of_all), Relation::Unclear(Doubt::Day, 3));
}

#[test]
fn near_is_counted_in_working_days() {
    let rules = Rules::load(None).unwrap().repeats.near;
    let near = |one, other| is_near(&rules, &calendar(), date(one), date(other));
    // 13 February is the last working day before the holiday, 15 the payday in it, 24 the first day after.
    assert!(near("2026-02-13", "2026-02-15") && near("2026-02-13", "2026-02-24"));
    assert!(near("2026-03-06", "2026-03-10"), "Friday and Tuesday");
    assert!(!near("2026-03-10", "2026-03-17") && !near("2026-03-10", "2026-03-13"), "weekly pay; three working days");
    // No calendar of that year: weekdays are counted.
    assert!(near("2031-03-10", "2031-03-12") && !near("2031-03-10", "2031-03-17"));
}

#[test]
fn another_month_or_reason_is_another_payment() {
    let of = |key: &str| Run { purpose: Purpose::from_key(key), ..run(DAY, &all(1, 6)) };
    assert_eq!(told(&of("3"), &of("2")), Relation::Apart(6));
    assert_eq!(told(&of("3 补发"), &of("3")), Relation::Apart(6));
    assert_eq!(told(&of("2026-03"), &of("3")), Relation::Replaces);
    assert_eq!(told(&of("3"), &of("")), Relation::Replaces, "the month was written in later");
    assert_eq!(related(&of("3"), &of("2"), Answer::Correction), Relation::Replaces, "the month was put right");
    let before = Run { payday: date("2026-03-09"), ..of("2") };
    assert_eq!(told(&of("3"), &before), Relation::Separate);
    let bonus = Run { kind: PayKind::Bonus, ..of("") };
    assert_eq!(told(&bonus, &of("")), Relation::Separate);
}

#[test]
fn the_same_payments_under_another_employer_are_asked_about() {
    let one = run(DAY, &all(1, 6));
    let other = Run { employer: EmployerId(2), ..one.clone() };
    assert_eq!(told(&other, &one), Relation::Unclear(Doubt::Employer, 6));
    assert_eq!(related(&other, &one, Answer::Correction), Relation::Replaces);
    assert_eq!(related(&other, &one, Answer::Additional), Relation::Separate);
    // Somebody with two jobs, or one colleague in common, is nothing to ask about.
    let alone = |employer| Run { employer: EmployerId(employer), ..run(DAY, "1 5000") };
    assert_eq!(told(&alone(2), &alone(1)), Relation::Separate);
    let few = Run { employer: EmployerId(2), ..run(DAY, &all(5, 20)) };
    assert_eq!(told(&few, &one), Relation::Separate);
}

#[test]
fn a_payee_is_known_by_the_person_the_number_or_a_name_of_one_only() {
    let one = run(DAY, "1 5000, 2 6000");
    let name = |n: u8| Some([100 + n; 16]);
    // A list with numbers and names, and one with names alone.
    let numbers = Run { paid: one.paid.iter().map(|p| Paid { name: name(p.payee[0]), ..*p }).collect(), ..one.clone() };
    let names = Run {
        paid: one
            .paid
            .iter()
            .map(|p| Paid { name: name(p.payee[0]), payee: name(p.payee[0]).unwrap(), ..*p })
            .collect(),
        ..one.clone()
    };
    assert_eq!(told(&names, &numbers), Relation::Replaces);
    // Two people of one name: nobody can say which of them.
    let mut namesakes = numbers.clone();
    namesakes.paid[1].name = namesakes.paid[0].name;
    let only = Run { paid: names.paid[..1].to_vec(), ..names };
    assert_eq!(told(&only, &namesakes), Relation::Separate);
    // Known by another number each time, but the same person.
    let person = |run: &Run, add: u8| Run {
        paid: run
            .paid
            .iter()
            .map(|p| Paid { person: Some(7 + i64::from(p.payee[0])), payee: [p.payee[0] + add; 16], ..*p })
            .collect(),
        ..run.clone()
    };
    assert_eq!(told(&person(&one, 50), &person(&one, 0)), Relation::Replaces);
}

#[test]
fn a_summary_pays_everybody_what_its_sheets_pay_together() {
    // Payee 3 is paid by two departments, and once in the summary.
    let parts = [run(DAY, "1 5000, 3 3000"), run(DAY, "2 6000, 3 2000")];
    let parts: Vec<&Run> = parts.iter().collect();
    assert!(is_sum_of(&run(DAY, "1 5000, 2 6000, 3 5000"), &parts));
    assert!(!is_sum_of(&run(DAY, "1 5000, 2 6000, 3 5001"), &parts));
    assert!(!is_sum_of(&run(DAY, "1 5000, 2 6000"), &parts), "one missing");
    assert!(!is_sum_of(&run(DAY, "1 5000, 2 6000, 3 5000, 4 1"), &parts), "one too many");
    // A department that is not in the summary yet: all of the summary is in the departments.
    assert!(is_within(&run(DAY, "1 5000, 2 6000"), &parts) && !is_within(&run(DAY, "1 5000, 4 1"), &parts));
}

/// Runs by number, each of its own sheet.
fn repeated(runs: &[Run]) -> Vec<(usize, usize)> {
    const SHEETS: [&str; 5] = ["a", "b", "c", "d", "e"];
    let runs: BTreeMap<usize, Run> = runs.iter().cloned().enumerate().collect();
    let mut found = file::repeated(&runs, |at| SHEETS[at]);
    found.sort_unstable();
    found
}

#[test]
fn departments_are_in_their_summary_wherever_it_stands() {
    let (one, two, three) = (run(DAY, &all(1, 2)), run(DAY, &all(3, 4)), run(DAY, &all(5, 6)));
    let whole = run(DAY, &all(1, 6));
    let first = [whole.clone(), one.clone(), two.clone(), three.clone()];
    assert_eq!(repeated(&first), [(1, 0), (2, 0), (3, 0)]);
    let last = [one.clone(), two.clone(), three.clone(), whole.clone()];
    assert_eq!(repeated(&last), [(0, 3), (1, 3), (2, 3)]);
    // A department the summary lacks counts beside it; without a summary all count.
    let fourth = run(DAY, &all(7, 8));
    assert_eq!(repeated(&[whole, one.clone(), fourth, three.clone()]), [(1, 0), (3, 0)]);
    assert_eq!(repeated(&[one, two, three]), []);
}

#[test]
fn a_summary_of_people_in_two_departments_is_one() {
    let parts = [run(DAY, "1 5000, 3 3000"), run(DAY, "2 6000, 3 2000")];
    let whole = run(DAY, "1 5000, 2 6000, 3 5000");
    assert_eq!(repeated(&[parts[0].clone(), whole.clone(), parts[1].clone()]), [(0, 1), (2, 1)]);
    // A summary without one of its rows: all the others stand in the departments.
    let lacking = run(DAY, "1 5000, 2 6000");
    let parts = [run(DAY, "1 5000, 4 100"), run(DAY, "2 6000, 5 100")];
    assert_eq!(repeated(&[lacking, parts[0].clone(), parts[1].clone()]), [(0, 1)]);
}

#[test]
fn sheets_of_two_months_are_two_payments_and_copies_are_one() {
    let of = |key: &str| Run { purpose: Purpose::from_key(key), ..run(DAY, &all(1, 6)) };
    assert_eq!(repeated(&[of("2"), of("3")]), []);
    assert_eq!(repeated(&[of(""), of("补发")]), []);
    assert_eq!(repeated(&[of("3"), of("3")]), [(1, 0)]);
    // Both months and their sum.
    let sum = run(DAY, &(1..=6).map(|n| format!("{n} 10000")).collect::<Vec<_>>().join(","));
    assert_eq!(repeated(&[of("2"), of("3"), sum]), [(0, 2), (1, 2)]);
}
