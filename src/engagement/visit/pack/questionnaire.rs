//! Which questions of the bank are put to whom at an employer.

use crate::engagement::visit::pack::needs::Need;
use crate::model::{Points, Reason};
pub use crate::rules::visit::pack::questionnaire::QuestionKind;
use crate::rules::visit::pack::questionnaire::{Question, QuestionnaireRules};

/// A question that is asked, and why.
#[derive(Debug, Clone)]
pub struct Chosen<'r> {
    pub key: &'r str,
    pub question: &'r Question,
    /// Points of the needs that call for it, times its priority.
    pub points: Points,
    /// For the team; never printed on the form.
    pub reasons: Vec<Reason>,
}

/// The questions put to `group` at an employer of this kind (`turnout.kinds`), in the order of the form, at most
/// `layout.limit`: first those that are always asked, then those its needs call for most; ties by order.
pub fn choose<'r>(rules: &'r QuestionnaireRules, group: &str, needs: &[Need], kind: &str) -> Vec<Chosen<'r>> {
    let of_group = rules.questions.iter().filter(|(_, q)| q.groups.iter().any(|g| g == group));
    let mut chosen: Vec<Chosen<'r>> = of_group.filter_map(|(key, q)| weigh(key, q, needs, kind)).collect();
    chosen.sort_by_key(|c| (!c.question.always, std::cmp::Reverse(c.points.0), c.question.order, c.key));
    chosen.truncate(rules.layout.limit);
    chosen.sort_by_key(|c| (c.question.order, c.key));
    chosen
}

/// `None` where its condition does not hold.
fn weigh<'r>(key: &'r str, question: &'r Question, needs: &[Need], kind: &str) -> Option<Chosen<'r>> {
    let condition = &question.condition;
    if !condition.kinds.is_empty() && !condition.kinds.iter().any(|k| k == kind) {
        return None;
    }
    let called = |by: &[String], need: &Need| by.iter().any(|key| is_of(&need.key, key));
    if !condition.needs.is_empty() && !needs.iter().any(|need| called(&condition.needs, need)) {
        return None;
    }
    let mut reasons = Vec::new();
    if !condition.kinds.is_empty() {
        reasons.push(Reason::new("question_kind").word("kind", format!("turnout.{kind}")));
    } else if question.always {
        reasons.push(Reason::new("question_always"));
    }
    let calling = needs.iter().filter(|need| called(&condition.needs, need) || called(&question.needs, need));
    reasons.extend(calling.map(|need| need.reason.clone().points(Points(need.points.0 * question.priority))));
    let points = Points(reasons.iter().map(|reason| reason.points.0).sum());
    if reasons.is_empty() {
        reasons.push(Reason::new("question_general"));
    }
    Some(Chosen { key, question, points, reasons })
}

/// Whether a need is the one a question names, or one of the kind it names: `outflow` means every `outflow.<destination>`.
fn is_of(need: &str, named: &str) -> bool {
    need.strip_prefix(named).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    fn need(key: &str, points: i64) -> Need {
        let reason = Reason::new("topic_season").count("month", 3).points(Points(points * 1000));
        Need { key: key.into(), own: None, peer: None, points: Points(points * 1000), reason }
    }

    /// Keys in the order of the form, with whole points.
    fn asked(group: &str, needs: &[Need], kind: &str) -> Vec<(String, i64)> {
        let rules = Rules::load(None).unwrap().questionnaire;
        choose(&rules, group, needs, kind).iter().map(|c| (c.key.to_string(), c.points.0 / 1000)).collect()
    }

    fn expected(list: &[(&str, i64)]) -> Vec<(String, i64)> {
        list.iter().map(|(key, points)| (key.to_string(), *points)).collect()
    }

    #[test]
    fn where_nothing_is_known_the_general_questions_are_asked() {
        let keys = |group: &str| asked(group, &[], "office").into_iter().map(|(key, _)| key).collect::<Vec<_>>();
        assert_eq!(
            keys("staff"),
            ["whereabouts", "surplus", "plans", "inconvenience", "interests", "recommend", "service_way", "consent"]
        );
        assert_eq!(
            keys("executive"),
            ["plans", "inconvenience", "interests", "reception", "recommend", "service_way", "consent"]
        );
        assert_eq!(
            keys("key_person"),
            [
                "payroll_service",
                "staff_voice",
                "next_content",
                "visit_feedback",
                "feedback_text",
                "recommend",
                "service_way"
            ]
        );
    }

    /// Six are always asked at a factory, which leaves four: whereabouts (40 + 30) × 2, how long it stays 40 × 2, why it
    /// goes to another bank 30 × 2, where to serve 40 + 10. Behind them: surplus 40, limits 30, the mobile bank 20.
    #[test]
    fn a_factory_whose_wages_leave_is_asked_where_they_go() {
        let needs = [
            need("retention", 40),
            need("outflow.other_bank_self", 30),
            need("product.mobile_bank", 20),
            need("coverage", 10),
        ];
        let factory = expected(&[
            ("whereabouts", 140),
            ("stay_days", 80),
            ("transfer_reason", 60),
            ("inconvenience", 10),
            ("interests", 0),
            ("shift_hours", 10),
            ("service_spot", 50),
            ("recommend", 0),
            ("service_way", 0),
            ("consent", 0),
        ]);
        assert_eq!(asked("staff", &needs, "factory"), factory);
    }

    /// Four beside the six: the pension account 50 × 2, the parents' old age 50 + 20, what of pensions 50, the tax 50.
    /// Behind them: insurance, children, both 20.
    #[test]
    fn a_school_without_pensions_is_asked_of_them() {
        let needs = [need("product.pension", 50), need("product.insurance", 20), need("aum_per_head", 10)];
        let school = expected(&[
            ("inconvenience", 0),
            ("elderly_care", 70),
            ("pension_account", 100),
            ("pension_concern", 50),
            ("tax_settlement", 50),
            ("interests", 0),
            ("holidays", 0),
            ("recommend", 0),
            ("service_way", 0),
            ("consent", 0),
        ]);
        assert_eq!(asked("staff", &needs, "school"), school);
    }

    #[test]
    fn an_agreement_that_ends_is_for_the_key_person() {
        let keys = asked("key_person", &[need("agreement_end", 60)], "office");
        assert!(keys.contains(&("agreement".to_string(), 180)), "{keys:?}");
        assert!(!asked("staff", &[need("agreement_end", 60)], "office").iter().any(|(key, _)| key == "agreement"));
    }

    #[test]
    fn no_group_is_asked_more_than_the_limit_and_the_core_is_never_left_out() {
        let rules = Rules::load(None).unwrap();
        let bank = &rules.questionnaire;
        let mut all: Vec<Need> = Vec::new();
        for key in bank.questions.values().flat_map(|q| q.needs.iter().chain(&q.condition.needs)) {
            if !all.iter().any(|n| n.key == *key) {
                all.push(need(key, 10));
            }
        }
        for kind in rules.staffing.turnout.kinds.keys() {
            for group in ["staff", "executive", "key_person"] {
                let chosen = choose(bank, group, &all, kind);
                assert_eq!(chosen.len(), bank.layout.limit, "{kind} {group}");
                assert!(choose(bank, group, &[], kind).len() <= bank.layout.limit);
                let fits = |q: &Question| q.condition.kinds.is_empty() || q.condition.kinds.contains(kind);
                let core = bank.questions.iter().filter(|(_, q)| q.always && fits(q));
                for (key, _) in core.filter(|(_, q)| q.groups.iter().any(|g| g == group)) {
                    assert!(chosen.iter().any(|c| c.key == key), "{kind} {group}: {key}");
                }
            }
        }
    }

    #[test]
    fn each_question_says_why_it_is_asked() {
        let rules = Rules::load(None).unwrap().questionnaire;
        let needs = [need("retention", 40)];
        let chosen = choose(&rules, "staff", &needs, "factory");
        let of = |key: &str| chosen.iter().find(|c| c.key == key).unwrap().reasons.clone();
        let rule = |key: &str| of(key).iter().map(|r| r.rule.as_str().to_string()).collect::<Vec<_>>();
        assert_eq!(rule("consent"), ["question_always"]);
        assert_eq!(rule("shift_hours"), ["question_kind"]);
        assert_eq!(rule("service_spot"), ["question_kind", "topic_season"]);
        let office = choose(&rules, "staff", &[], "office");
        let plans = office.iter().find(|c| c.key == "plans").unwrap();
        assert_eq!(plans.reasons.iter().map(|r| r.rule.as_str()).collect::<Vec<_>>(), ["question_general"]);
        // The points of the reasons add up to those of the question: 40 × 2.
        assert_eq!(of("stay_days").iter().map(|r| r.points).collect::<Vec<_>>(), [Points(80_000)]);
    }
}
