//! Whether scripts say what they must not: files somebody names, templates, and every text before it leaves.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::app::error::AppError;
use crate::engagement::visit::lint::Linter;
use crate::intake::script;
use crate::model::Problem;
use crate::render::templates::{TemplateSource, Templates};
use crate::render::words::Words;
use crate::rules::{Rules, RulesError};

/// One thing a script must not say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Name of the file, or of the template.
    pub file: String,
    /// Sheet of a workbook.
    pub sheet: Option<String>,
    /// From 1: line of a text, paragraph of a document, row of a sheet.
    pub line: usize,
    /// What it says there.
    pub text: String,
    /// Key of the rule.
    pub rule: String,
    /// The rule in words.
    pub label: String,
    /// What the rule rests on.
    pub source: String,
    /// What to say instead.
    pub repair: String,
}

/// A shipped text, filled from data, that looks like what must not be said: whoever reads it can change neither the text nor
/// the rule, so it is told and stops nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Doubt {
    pub file: String,
    pub text: String,
    /// Key of the rule.
    pub rule: String,
}

/// What was found in all files.
#[derive(Debug, Clone, Default)]
pub struct Checked {
    pub found: Vec<Found>,
    /// Of files that could not be read.
    pub problems: Vec<Problem>,
}

/// Looks through files; without any, through the workspace's own templates and the shipped ones.
///
/// # Errors
/// A rules or template file of the workspace that cannot be used.
pub fn check(workspace: Option<&Path>, files: &[PathBuf], words: &Words) -> Result<Checked, AppError> {
    let rules = Rules::load(workspace.map(|w| w.join("rules")).as_deref())?;
    let linter = linter(&rules)?;
    let mut checked = Checked::default();
    let mut look = |file: &str, sheet: Option<&String>, text: &str| {
        checked.found.extend(linter.lint(text).into_iter().map(|finding| Found {
            file: file.to_string(),
            sheet: sheet.cloned(),
            line: finding.line,
            text: finding.words,
            label: words.get(&format!("script_fault.{}", finding.rule)).to_string(),
            source: rules.scripts_lint.rules.get(&finding.rule).map(|r| r.source.clone()).unwrap_or_default(),
            repair: words.get(&format!("script_repair.{}", finding.rule)).to_string(),
            rule: finding.rule,
        }));
    };
    if files.is_empty() {
        let templates = Templates::load(words.lang(), workspace.map(|w| w.join("templates")).as_deref())?;
        templates.sources().into_iter().for_each(|source| look(&source.file, None, &source.text));
    }
    let mut problems = Vec::new();
    for path in files {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        match script::scripts(path, &rules.limits) {
            Ok(scripts) => scripts.iter().for_each(|script| look(&name, script.sheet.as_ref(), &script.text)),
            Err(problem) => problems.push(problem),
        }
    }
    checked.problems = problems;
    Ok(checked)
}

/// The rules made ready.
///
/// # Errors
/// A pattern in the workspace's rules that cannot be understood.
pub(crate) fn linter(rules: &Rules) -> Result<Linter<'_>, AppError> {
    let invalid = |pattern: String| RulesError::Invalid { file: "scripts_lint.toml".into(), reason: pattern };
    Linter::new(&rules.scripts_lint).map_err(|error| invalid(error.pattern).into())
}

/// Refuses a text that is to leave when words of the workspace's own say what they must not; the place told is that of the
/// template that says it. `own_words`: what the workspace says outside its templates. What only shipped words say is given
/// back.
///
/// # Errors
/// [`AppError::ForbiddenWords`] with the first of what was found.
pub(crate) fn refuse(
    linter: &Linter<'_>,
    templates: &Templates,
    (template, own_words): (&str, &str),
    text: &str,
) -> Result<Vec<Doubt>, AppError> {
    let mut doubts = Vec::new();
    for finding in linter.lint(text) {
        let place = templates.place_of(&finding.words);
        let own =
            own_words.contains(&finding.words) || place.map_or(templates.is_own(template), |(source, _)| source.own);
        let there = |(source, line): (&TemplateSource, usize)| (source.file.clone(), line);
        let (file, line) = place.map_or((template.to_string(), finding.line), there);
        let (text, rule) = (finding.words, finding.rule);
        if own {
            return Err(AppError::ForbiddenWords { file, line, text, rule });
        }
        doubts.push(Doubt { file, text, rule });
    }
    Ok(doubts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::words::Lang;

    #[test]
    fn words_of_the_workspace_are_refused_and_shipped_ones_told() {
        let (rules, templates) = (Rules::load(None).unwrap(), Templates::load(Lang::ZhCn, None).unwrap());
        let linter = linter(&rules).unwrap();
        let text = "第一行\n这款理财稳赚不赔。";
        let told = refuse(&linter, &templates, ("scripts.md", ""), text).unwrap();
        assert_eq!(told.iter().map(|d| d.rule.as_str()).collect::<Vec<_>>(), ["guarantee"]);
        let own = refuse(&linter, &templates, ("scripts.md", "offer = \"这款理财稳赚不赔\""), text);
        assert!(matches!(own, Err(AppError::ForbiddenWords { .. })), "{own:?}");
        let plain = refuse(&linter, &templates, ("scripts.md", ""), "理财有风险，净值会波动。");
        assert_eq!(plain.unwrap(), []);
    }
}
