//! Which salons are held at a visit, what they speak of, and which themes suit the groups of clients there are
//! (`themes.toml`).

use serde::Serialize;

use crate::engagement::visit::pack::agenda::{names, role_or_lead};
use crate::engagement::visit::pack::needs::Needs;
use crate::engagement::visit::pack::views::MemberView;
use crate::model::{Points, Reason};
use crate::rules::visit::offer::themes::{Salon, Theme, ThemeRules};

/// A salon with who holds it and what it speaks of (`salon_point.<key>`).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SalonView {
    /// `wealth` or `loan`.
    pub key: String,
    pub role: String,
    pub who: Vec<String>,
    pub points: Vec<String>,
}

/// Themes for one group of clients (`client_group.<key>`, `theme.<key>`), and why it is thought of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupThemes {
    pub group: String,
    pub themes: Vec<String>,
    pub reason: Reason,
}

/// The points of the needs in the list that the employer has.
fn weight(needs: &Needs, keys: &[String]) -> Points {
    needs.list.iter().filter(|need| keys.contains(&need.key)).map(|need| need.points).sum()
}

/// The best of those that fit the kind: first what the needs call for, then in their order.
fn best<'r>(
    needs: &Needs,
    entries: impl Iterator<Item = (&'r String, &'r [String], &'r [String], i64)>,
    most: usize,
) -> Vec<String> {
    let fitting = entries.filter(|(_, kinds, ..)| kinds.is_empty() || kinds.contains(&needs.kind));
    let mut found: Vec<(std::cmp::Reverse<Points>, i64, &String)> =
        fitting.map(|(key, _, wanted, order)| (std::cmp::Reverse(weight(needs, wanted)), order, key)).collect();
    found.sort();
    found.into_iter().take(most).map(|(_, _, key)| key.clone()).collect()
}

/// The salons that can be held: their specialist comes, or the lead may hold them and the topic is of that salon.
pub fn salons(rules: &ThemeRules, needs: &Needs, topic_salon: &str, team: &[MemberView]) -> Vec<SalonView> {
    let comes = |role: &str| team.iter().any(|m| m.role == role);
    let held = rules.salons.iter().filter(|(key, s)| comes(&s.role) || (s.by_lead && *key == topic_salon));
    let mut held: Vec<_> = held.collect();
    held.sort_by_key(|(key, s)| (s.order, *key));
    let view = |(key, salon): (&String, &Salon)| {
        let points = rules.points.iter().filter(|(_, p)| p.salon == *key);
        let points = points.map(|(key, p)| (key, p.kinds.as_slice(), p.needs.as_slice(), p.order));
        let role = role_or_lead(&salon.role, team);
        SalonView {
            key: key.clone(),
            who: names(&role, team),
            points: best(needs, points, rules.choice.most_points),
            role,
        }
    };
    held.into_iter().map(view).collect()
}

/// Themes of salons and lectures to come, by group of clients.
pub fn themes(rules: &ThemeRules, needs: &Needs, comes: &dyn Fn(&str) -> bool) -> Vec<GroupThemes> {
    let mut groups: Vec<_> = rules.groups.iter().collect();
    groups.sort_by_key(|(key, group)| (group.order, *key));
    let of_group = |group: &str| {
        let of = |theme: &Theme| theme.groups.iter().any(|g| g == group) && theme.role.as_deref().is_none_or(comes);
        let themes = rules.themes.iter().filter(|(_, theme)| of(theme));
        let themes = themes.map(|(key, t)| (key, t.kinds.as_slice(), t.needs.as_slice(), t.order));
        best(needs, themes, rules.choice.most)
    };
    let found = groups.into_iter().filter_map(|(key, group)| {
        let need = needs.list.iter().find(|need| group.needs.contains(&need.key)).map(|need| need.reason.clone());
        let kind = group.kinds.contains(&needs.kind);
        let by_kind = || kind.then(|| Reason::new("topic_kind").word("kind", format!("turnout.{}", needs.kind)));
        let reason = need.or_else(by_kind)?;
        Some(GroupThemes { group: key.clone(), themes: of_group(key), reason })
    });
    found.filter(|g| !g.themes.is_empty()).collect()
}

#[cfg(test)]
mod tests;
