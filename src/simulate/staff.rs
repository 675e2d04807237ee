//! Outlets and our own people.

use super::branch::{BranchSpec, Staff};
use super::employers::{again, nth};
use crate::simulate::settings::Settings;

/// Three outlets, and more for larger branches as far as the settings know names; where everybody is written down, as
/// many as it takes, named after the sexagenary cycle.
pub(super) fn outlets(rules: &Settings, spec: &BranchSpec) -> Vec<String> {
    let b = &rules.branch;
    let wanted = (spec.employers / b.employers_per_outlet.max(1)).max(3);
    let further = |i: usize| {
        let name = format!("{}{}{}", nth(&b.stems, i), nth(&b.branches, i), again(rules, i / 60));
        rules.exports.outlet.replace("{name}", &name)
    };
    let more = if rules.exporting { wanted.saturating_sub(b.outlets.len()) } else { 0 };
    b.outlets.iter().take(wanted).cloned().chain((0..more).map(further)).collect()
}

/// All staff, by role and outlet.
pub(super) fn roster(rules: &Settings, outlets: usize) -> Vec<Staff> {
    let s = &rules.staff;
    let mut roles: Vec<_> = s.roles.iter().collect();
    roles.sort_by_key(|(key, r)| (r.order, (*key).clone()));
    let mut list: Vec<Staff> = Vec::new();
    for (key, role) in roles {
        let further = (3..outlets).flat_map(|o| std::iter::repeat_n(o, role.per_outlet));
        for outlet in role.at.iter().copied().filter(|o| *o < outlets).chain(further) {
            let i = list.len();
            list.push(Staff {
                number: format!("LJ{:04}", i + 1),
                name: name(rules, i),
                outlet,
                role: key.clone(),
                position: role.position.clone(),
                qualifications: role.qualifications.clone(),
                may_go_out: role.may_go_out,
                leave: (i + 1 == s.on_leave.member).then_some((s.on_leave.from, s.on_leave.until)),
                daily_limit: role.daily_limit,
            });
        }
    }
    list
}

fn name(rules: &Settings, i: usize) -> String {
    let s = &rules.staff;
    if let Some(name) = s.names.get(i) {
        return name.clone();
    }
    let rest = i - s.names.len();
    let digits = &rules.people.digits;
    let surname = s.surnames.get(rest % s.surnames.len().max(1)).map_or("", String::as_str);
    let digit = |n: usize| digits.get(n % digits.len().max(1)).map_or("", String::as_str);
    let tens: String = (rest / 10).to_string().bytes().map(|d| digit(usize::from(d - b'0'))).collect();
    format!("{surname}{tens}{}", digit(rest))
}
