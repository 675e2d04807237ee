//! Files that an earlier run did not bring in step with the plan: a later one does, each of them once, and says so.

use daifa::app::visit::change;

use crate::plan_files::{MONDAY, OTHER, killed_after, offered};
use crate::returns::visits::branch;

#[test]
fn a_pack_that_is_set_aside_while_others_are_made_is_told() {
    for command in ["pack", "cycle"] {
        let bench = branch();
        let ((date, firm), (_, other)) = (offered(&bench, "V0001"), offered(&bench, "V0002"));
        killed_after(&bench, |workspace| {
            change::move_to(workspace, "V0001", OTHER.parse().unwrap()).unwrap();
        });
        let arguments: &[&str] = if command == "pack" { &[command, &other] } else { &[command] };
        let said = bench.run(&[arguments, &["--today", MONDAY]].concat()).ok().out();
        let told = format!("旧资料包已移到 out/{MONDAY}/03_进企资料包/已作废/{date}_{firm}\n");
        assert_eq!(said.matches(&told).count(), 1, "{command}: {said}");
    }
}
