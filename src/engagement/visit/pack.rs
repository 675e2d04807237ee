//! Everything the documents of a visit need (进企资料包), as one value: templates only lay it out.

pub mod agenda;
pub mod brief;
pub mod compare;
pub mod goals;
pub mod invited;
pub mod needs;
pub mod offers;
mod publicity;
pub mod questionnaire;
pub mod scripts;
pub mod themes;
pub mod views;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use crate::engagement::visit::pack::agenda::{SessionPlan, role_or_lead};
use crate::engagement::visit::pack::brief::{Brief, Made};
use crate::engagement::visit::pack::invited::GuestsView;
use crate::engagement::visit::pack::needs::{Need, Needs};
pub use crate::engagement::visit::pack::publicity::{LinkView, SmsView};
use crate::engagement::visit::pack::questionnaire::QuestionKind;
use crate::engagement::visit::pack::scripts::HandbookView;
pub use crate::engagement::visit::pack::views::{ChecklistView, ItemView, MemberView, SessionView, WRITE_IN};
use crate::engagement::visit::planned::{Step, StepDone, Visit, VisitPart, minutes_after, minutes_between};
use crate::engagement::visit::ranking::Ranked;
use crate::engagement::visit::staffing::Colleague;
use crate::engagement::visit::topics;
use crate::facts::EmployerProfile;
use crate::model::money::split_exactly;
use crate::model::status::{AumBasis, RateKind, VisitStatus};
use crate::model::{EmployerId, Fen, Reason, StaffId, VisitId};
use crate::rules::Rules;

/// The contact at the employer, already masked as the purpose of the documents allows.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct KeyPerson {
    pub name: String,
    pub title: String,
    pub phone: String,
}

/// What the pack is made from.
#[derive(Debug, Clone)]
pub struct PackInput<'a> {
    pub rules: &'a Rules,
    /// Name of our branch as it signs.
    pub branch: &'a str,
    pub visit: &'a Visit,
    pub profile: &'a EmployerProfile,
    /// Its figures beside its peers; `None`: nothing is known of it.
    pub beside: Option<&'a Ranked>,
    pub needs: &'a Needs,
    pub people: &'a [Colleague],
    pub contact: Option<KeyPerson>,
}

/// All a template needs. Roles, steps, topics, items are keys; `word` turns them into the user's language.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PackContext {
    pub branch: String,
    /// Name of the employer's relationship manager, or a line to write it on.
    pub rm: String,
    pub visit: VisitView,
    pub unit: UnitView,
    pub contact: Option<KeyPerson>,
    /// What the staff lack, the greatest need first.
    pub needs: Vec<Need>,
    pub topic: TopicView,
    /// What the handbook of scripts holds.
    pub scripts: HandbookView,
    /// Set: of a script of follow-up the handbook has what is spoken; messages come with the lists of each day.
    pub spoken_only: bool,
    pub team: Vec<MemberView>,
    pub steps: Vec<StepView>,
    pub invitation: InvitationView,
    /// Who is invited by name, once they are known.
    pub guests: GuestsView,
    pub sessions: Vec<SessionView>,
    /// The same with what is done when.
    pub agenda: Vec<SessionPlan>,
    pub checklist: Vec<ChecklistView>,
    /// What whoever signs the visit is told.
    pub brief: Brief,
    /// Questions by group: `staff`, `executive`, `key_person`.
    pub questions: BTreeMap<String, Vec<QuestionView>>,
    /// Totals of fewer answers are not given to the employer.
    pub least_cell: i64,
    pub reasons: Vec<Reason>,
    /// Codes on the posters, at most a few.
    pub links: Vec<LinkView>,
    /// Without a text until the words of a language are put in.
    pub sms: SmsView,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VisitView {
    pub visit_id: VisitId,
    pub status: VisitStatus,
    pub date: NaiveDate,
    pub alternatives: Vec<NaiveDate>,
    pub start: String,
    pub end: String,
    /// `10:00–12:00` of each session.
    pub times: Vec<String>,
    /// Where it is held, when somebody said so.
    pub place: Option<String>,
    pub attendance: i64,
    pub sessions: i64,
    pub per_session: i64,
    /// Whether the executives have a track of their own.
    pub executive_track: bool,
}

/// The employer in figures; money in fen, shares 0–1, `None` = unknown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UnitView {
    pub employer_id: EmployerId,
    pub name: String,
    /// Kind of employer (`turnout.<kind>`, `unit_noun.<kind>`).
    pub kind: String,
    pub industry: Option<String>,
    pub nature: Option<String>,
    pub address: Option<String>,
    pub outlet: Option<String>,
    pub as_of: Option<NaiveDate>,
    pub headcount: i64,
    pub stated_headcount: Option<i64>,
    pub paid_heads: i64,
    pub executives: i64,
    pub affluent_heads: i64,
    pub payroll_month_avg_fen: Fen,
    /// 10、25
    pub paydays: Vec<u32>,
    pub aum_fen: Option<Fen>,
    /// By `aum_basis`.
    pub aum_per_head_fen: Option<Fen>,
    /// Of the peers, shrunk; by the same basis. `None`: nobody to be compared with.
    pub peer_per_head_fen: Option<Fen>,
    /// 提升空间; `None`: nobody to be compared with.
    pub uplift_fen: Option<Fen>,
    /// 7日留存率, else 周期留存率 (`retention_kind`: `week` or `period`); `None`: unknown.
    pub retention: Option<f64>,
    pub retention_kind: Option<RateKind>,
    /// The month average where everybody has it, else the balance.
    pub aum_basis: AumBasis,
    /// 沉淀倍数: month average of AUM over the monthly payroll.
    pub settling: Option<f64>,
    pub products_per_head: Option<f64>,
    /// Share of heads with 0, 1, 2, 3, 4, 5 or more products, and the heads.
    pub coverage: Vec<CoverageView>,
    /// Share of heads with nothing but the pay card (at most one product).
    pub card_only_share: Option<f64>,
    pub agreement_end: Option<NaiveDate>,
    pub last_visit: Option<NaiveDate>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CoverageView {
    pub products: usize,
    pub heads: i64,
    pub share: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TopicView {
    pub key: String,
    /// `wealth`, `loan`, `lecture` or `none`.
    pub salon: String,
    pub reasons: Vec<Reason>,
    /// Products the staff lack beside their peers, the widest gap first.
    pub focus: Vec<FocusView>,
}

/// A product to speak of; shares 0–1.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FocusView {
    pub product: String,
    pub share: f64,
    pub peer: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StepView {
    pub step: String,
    pub due: NaiveDate,
    pub channel: Option<String>,
    /// Name of the owner, or the line to write it on.
    pub owner: String,
    /// What was told of it.
    pub done: Option<StepDone>,
}

impl StepView {
    /// Names the step inside the visit, as the plan does.
    pub fn part(&self) -> VisitPart<'_> {
        VisitPart::Step(&self.step, self.channel.as_deref())
    }
}

/// The rounds to the named list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InvitationView {
    /// `invite_7`, `invite_3`, `invite_1` with their days.
    pub rounds: Vec<StepView>,
    /// Executives and affluent people, as far as the list reaches.
    pub people: i64,
    pub limit: i64,
    pub affluent_fen: Fen,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QuestionView {
    pub number: usize,
    pub key: String,
    pub kind: QuestionKind,
    pub most: i64,
    pub options: Vec<String>,
    /// Asked of everybody of the group at such employers.
    pub always: bool,
    /// Why it is asked, for the team.
    pub reasons: Vec<Reason>,
}

/// The pack as one document sees it: with the questions of the group it is put to.
#[derive(Debug, Clone, Serialize)]
pub struct DocumentContext<'a> {
    #[serde(flatten)]
    pub pack: &'a PackContext,
    /// `staff` where the document has no group of its own.
    pub audience: &'a str,
    pub asked: &'a [QuestionView],
}

impl PackContext {
    /// The context of a document whose rule names `audience`.
    pub fn for_audience<'a>(&'a self, audience: Option<&'a str>) -> DocumentContext<'a> {
        let audience = audience.unwrap_or("staff");
        DocumentContext { pack: self, audience, asked: self.questions.get(audience).map_or(&[], Vec::as_slice) }
    }
}

/// Puts the pack of a visit together.
pub fn pack(input: &PackInput) -> PackContext {
    let PackInput { rules, visit, profile, .. } = *input;
    let name = |id: Option<StaffId>| {
        let found = id.and_then(|id| input.people.iter().find(|p| p.staff_id == id));
        found.map_or_else(|| WRITE_IN.to_string(), |p| p.name.clone())
    };
    let team = team(input);
    let steps: Vec<StepView> = visit.steps.iter().map(|s| step_view(s, &name)).collect();
    let sessions = sessions(rules, visit);
    let per_session = sessions.iter().map(|s| s.people).max().unwrap_or(visit.attendance);
    let place = visit.place.as_deref().or(profile.address.as_deref()).unwrap_or(WRITE_IN);
    let questions = ["staff", "executive", "key_person"].map(|g| (g.to_string(), questions(rules, g, input.needs)));
    let (rm, topic) = (name(profile.rm), topic(rules, visit, input.needs));
    let checklist = checklist(rules, (visit.attendance, per_session), profile, &team);
    let executive_track = profile.executives >= rules.staffing.president.executives;
    let (salon, team_of) = (topic.salon.as_str(), team.as_slice());
    let brief = brief::brief(&Made {
        rules,
        visit,
        profile,
        beside: input.beside,
        needs: input.needs,
        rm: &rm,
        salon,
        per_session,
        executive_track,
        team: team_of,
        checklist: &checklist,
    });
    let agenda = agenda::agenda(rules, visit, salon, &sessions, team_of);
    PackContext {
        branch: input.branch.to_string(),
        rm,
        visit: VisitView {
            visit_id: visit.visit_id,
            status: visit.status,
            date: visit.date,
            alternatives: visit.alternatives.clone(),
            start: visit.start.clone(),
            end: visit.end.clone(),
            times: sessions.iter().map(|s| format!("{}–{}", s.from, s.until)).collect(),
            place: visit.place.clone(),
            attendance: visit.attendance,
            sessions: visit.sessions,
            per_session,
            executive_track,
        },
        unit: unit(input),
        needs: input.needs.list.clone(),
        contact: input.contact.clone(),
        topic,
        scripts: scripts::handbook(rules, visit, place, input.needs),
        spoken_only: true,
        invitation: InvitationView {
            rounds: steps.iter().filter(|s| s.step.starts_with("invite_")).cloned().collect(),
            people: (profile.executives + profile.affluent_heads).min(rules.timeline.invitation.list_limit),
            limit: rules.timeline.invitation.list_limit,
            affluent_fen: Fen::yuan(rules.timeline.invitation.affluent_yuan),
        },
        guests: GuestsView::default(),
        steps,
        sessions,
        agenda,
        checklist,
        brief,
        team,
        questions: BTreeMap::from(questions),
        least_cell: rules.questionnaire.layout.least_cell,
        reasons: visit.reasons.clone(),
        links: publicity::wanted_links(),
        sms: SmsView { limit: rules.scripts_lint.sms.limit, ..SmsView::default() },
    }
}

fn unit(input: &PackInput) -> UnitView {
    let (profile, beside) = (input.profile, input.beside);
    let week = beside.and_then(|b| b.retention).map(|rate| (rate, RateKind::Week));
    let rate = week.or_else(|| beside.and_then(|b| b.period_retention).map(|rate| (rate, RateKind::Period)));
    let heads = profile.headcount;
    let per_head = |n: i64| (heads > 0).then(|| n as f64 / heads as f64);
    let coverage = profile.coverage.iter().enumerate();
    UnitView {
        employer_id: profile.employer_id,
        name: profile.name.clone(),
        kind: input.needs.kind.clone(),
        industry: profile.industry.clone(),
        nature: profile.nature.clone(),
        address: profile.address.clone(),
        outlet: profile.outlet.clone(),
        as_of: profile.as_of,
        headcount: heads,
        stated_headcount: profile.stated_headcount,
        paid_heads: profile.paid_heads,
        executives: profile.executives,
        affluent_heads: profile.affluent_heads,
        payroll_month_avg_fen: profile.payroll_month_avg_fen,
        paydays: profile.paydays.0.clone(),
        aum_fen: profile.aum_fen,
        aum_per_head_fen: profile.aum_month_avg_fen.or(profile.aum_fen).and_then(|a| a.per_head(heads)),
        peer_per_head_fen: beside.and_then(|b| b.peer_per_head_fen),
        uplift_fen: beside.filter(|b| b.uplift_per_head_fen.is_some()).map(|b| b.uplift_fen),
        retention: rate.map(|(rate, _)| rate),
        retention_kind: rate.map(|(_, kind)| kind),
        aum_basis: if profile.aum_month_avg_fen.is_some() { AumBasis::MonthAverage } else { AumBasis::Balance },
        settling: profile.aum_month_avg_fen.and_then(|a| a.share_of(profile.payroll_month_avg_fen)),
        products_per_head: per_head(profile.products_total),
        coverage: coverage
            .map(|(products, heads)| CoverageView { products, heads: *heads, share: per_head(*heads).unwrap_or(0.0) })
            .collect(),
        card_only_share: per_head(profile.coverage[0] + profile.coverage[1]),
        agreement_end: profile.agreement_end,
        last_visit: profile.last_visit,
    }
}

fn topic(rules: &Rules, visit: &Visit, needs: &Needs) -> TopicView {
    let chosen = topics::rank(&rules.topics, needs, visit.date).into_iter().find(|c| c.topic == visit.topic);
    let shown = needs.products().filter(|(product, _)| offers::presentable(rules, product, visit.date));
    let focus = shown.map(|(product, need)| FocusView {
        product: product.to_string(),
        share: need.own.unwrap_or_default(),
        peer: need.peer,
    });
    TopicView {
        key: visit.topic.clone(),
        // Also of one somebody has chosen out of its season.
        salon: rules.topics.topics.get(&visit.topic).map_or_else(|| "none".to_string(), |t| t.salon.clone()),
        reasons: chosen.map(|c| c.reasons).unwrap_or_default(),
        focus: focus.take(rules.topics.focus.most).collect(),
    }
}

fn team(input: &PackInput) -> Vec<MemberView> {
    let person = |id| input.people.iter().find(|p| p.staff_id == id);
    let carry = |role: &str| input.rules.staffing.roles.get(role).map(|r| r.carry.clone()).unwrap_or_default();
    let members = input.visit.team.iter().map(|m| MemberView {
        staff_id: m.staff_id,
        name: person(m.staff_id).map_or_else(|| WRITE_IN.to_string(), |p| p.name.clone()),
        outlet: person(m.staff_id).map(|p| p.outlet.clone()).unwrap_or_default(),
        role: m.role.clone(),
        arrive: m.arrive.clone(),
        carry: carry(&m.role),
    });
    members.collect()
}

fn step_view(step: &Step, name: &dyn Fn(Option<StaffId>) -> String) -> StepView {
    StepView {
        step: step.step.clone(),
        due: step.due,
        channel: step.channel.clone(),
        owner: name(step.owner),
        done: step.done.clone(),
    }
}

/// Sessions of the visit's length with a gap between them; people as evenly as they go.
/// One that would not fit into the day gets a line to write its time on.
fn sessions(rules: &Rules, visit: &Visit) -> Vec<SessionView> {
    let n = visit.sessions.max(1);
    let length = minutes_between(&visit.start, &visit.end).unwrap_or(0) + rules.staffing.hours.gap_minutes;
    let people = split_exactly(visit.attendance, &vec![1; n as usize]);
    let at = |time: &str, i: i64| {
        let moved = minutes_after(time, length * i);
        if i > 0 && moved == time { WRITE_IN.to_string() } else { moved }
    };
    (0..n)
        .zip(people)
        .map(|(i, people)| SessionView { number: i + 1, from: at(&visit.start, i), until: at(&visit.end, i), people })
        .collect()
}

/// What is brought; `visitors`: all of them, and those of the largest session.
fn checklist(
    rules: &Rules,
    visitors: (i64, i64),
    profile: &EmployerProfile,
    team: &[MemberView],
) -> Vec<ChecklistView> {
    let mut of_role: BTreeMap<&str, i64> = BTreeMap::new();
    for member in team {
        *of_role.entry(&member.role).or_default() += 1;
    }
    let owner =
        |role: &str| team.iter().find(|m| m.role == role).map_or_else(|| WRITE_IN.to_string(), |m| m.name.clone());
    let mut groups: Vec<_> = rules.checklists.groups.iter().collect();
    groups.sort_by_key(|(k, g)| (g.order, *k));
    let mut items: Vec<_> = rules.checklists.items.iter().collect();
    items.sort_by_key(|(k, i)| (i.order, *k));
    let view = |(key, item): &(&String, &crate::rules::visit::pack::checklists::ChecklistItem)| {
        let role = role_or_lead(&item.role, team);
        let quantity = |visitors: i64| item.quantity(visitors, profile.executives, &of_role);
        let per_session = item.per_hundred.and_then(|_| quantity(visitors.1));
        ItemView { item: key.to_string(), quantity: quantity(visitors.0), per_session, owner: owner(&role), role }
    };
    // What only a specialist can use stays at home with him.
    items.retain(|(_, item)| !item.only_with_role || of_role.contains_key(item.role.as_str()));
    groups
        .into_iter()
        .map(|(key, _)| ChecklistView {
            group: key.clone(),
            // Nothing is listed of which none is needed.
            items: items.iter().filter(|(_, i)| i.group == *key).map(view).filter(|i| i.quantity != Some(0)).collect(),
        })
        .filter(|g: &ChecklistView| !g.items.is_empty())
        .collect()
}

fn questions(rules: &Rules, group: &str, needs: &Needs) -> Vec<QuestionView> {
    let asked = questionnaire::choose(&rules.questionnaire, group, &needs.list, &needs.kind).into_iter().enumerate();
    asked
        .map(|(i, chosen)| QuestionView {
            number: i + 1,
            key: chosen.key.to_string(),
            kind: chosen.question.kind,
            most: chosen.question.most,
            options: chosen.question.options.clone(),
            always: chosen.question.always,
            reasons: chosen.reasons,
        })
        .collect()
}

#[cfg(test)]
pub(crate) mod tests;
