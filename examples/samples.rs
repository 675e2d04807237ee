//! Writes a generated branch: `cargo run --example samples -- samples 20260302 30 2400 4`.

use std::path::Path;

use daifa::rules::Rules;
use daifa::simulate::{BranchSpec, branch, sheets, truth};

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let number = |i: usize, default: u64| args.get(i).map_or(Ok(default), |a| a.parse());
    let spec = BranchSpec {
        seed: number(1, 20_260_302)?,
        employers: number(2, 30)? as usize,
        employees: number(3, 2_400)? as usize,
        months: number(4, 4)? as u32,
        story: true,
    };
    let rules = Rules::load(None)?.simulate;
    let made = branch(&rules, &spec);
    let dir = args.first().map_or("samples", String::as_str);
    for path in daifa::app::simulate::write(Path::new(dir), &sheets(&rules, &made), &truth(&made))? {
        println!("{}", path.display());
    }
    Ok(())
}
