//! Finds what a script must not say: promised returns, gifts tied to investments, comparisons without figures.

use serde::Serialize;

use crate::rules::visit::pack::scripts_lint::ScriptLintRules;

/// Full stop, and exclamation, question mark, semicolon in both widths.
const SENTENCE_ENDS: [char; 7] = ['。', '!', '?', ';', '\u{FF01}', '\u{FF1F}', '\u{FF1B}'];

/// One fault of a script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Key of the rule broken (`script_fault.<rule>`).
    pub rule: String,
    /// The words found.
    pub words: String,
    /// 1-based line.
    pub line: usize,
}

/// Faults of a script's text, in the order of its lines.
pub fn lint(rules: &ScriptLintRules, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut exempt = false;
    for (i, line) in text.lines().enumerate() {
        if let Some(title) = line.trim_start().strip_prefix('#') {
            let title = title.trim_start_matches('#').trim();
            exempt = rules.general.exempt_sections.iter().any(|s| s == title);
        }
        if !exempt {
            let found = line.split(SENTENCE_ENDS).flat_map(|s| sentence(rules, s));
            findings.extend(found.map(|(rule, words)| Finding { rule: rule.to_string(), words, line: i + 1 }));
        }
    }
    findings
}

/// Faults of a text message: those of any script, its length, its ending.
pub fn lint_sms(rules: &ScriptLintRules, text: &str) -> Vec<Finding> {
    let mut findings = lint(rules, text);
    let length = text.chars().count();
    if length > rules.sms.limit {
        findings.push(Finding { rule: "sms_too_long".into(), words: length.to_string(), line: 1 });
    }
    if !text.starts_with('【') {
        findings.push(Finding { rule: "sms_unsigned".into(), words: text.chars().take(4).collect(), line: 1 });
    }
    if !text.ends_with(&rules.sms.ending) {
        findings.push(Finding { rule: "sms_no_refusal".into(), words: rules.sms.ending.clone(), line: 1 });
    }
    findings
}

fn sentence<'a>(rules: &'a ScriptLintRules, sentence: &str) -> Vec<(&'a str, String)> {
    let first = |words: &[String]| words.iter().find(|w| said(rules, sentence, w)).cloned();
    let mut found = Vec::new();
    for (rule, forbidden) in &rules.words {
        found.extend(first(&forbidden.words).map(|w| (rule.as_str(), w)));
    }
    for (rule, pair) in &rules.together {
        if let (Some(a), Some(b)) = (first(&pair.first), first(&pair.second)) {
            found.push((rule, format!("{a}…{b}")));
        }
    }
    if !sentence.chars().any(|c| c.is_ascii_digit()) {
        for (rule, forbidden) in &rules.without_figures {
            found.extend(first(&forbidden.words).map(|w| (rule.as_str(), w)));
        }
    }
    found
}

/// Whether the sentence says the word anywhere without a negation closely before it.
fn said(rules: &ScriptLintRules, sentence: &str, word: &str) -> bool {
    sentence.match_indices(word).any(|(at, _)| {
        let before: Vec<char> = sentence[..at].chars().collect();
        let near: String = before[before.len().saturating_sub(rules.general.reach)..].iter().collect();
        !rules.general.negations.iter().any(|n| near.contains(n.as_str()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    fn faults(text: &str) -> Vec<String> {
        lint(&Rules::load(None).unwrap().scripts_lint, text).into_iter().map(|f| f.rule).collect()
    }

    #[test]
    fn promises_gifts_and_empty_comparisons_are_found() {
        assert_eq!(faults("这款产品保本,放心买。"), ["guarantee"]);
        assert_eq!(faults("买理财就送礼品一份!"), ["gift_with_wealth"]);
        assert_eq!(faults("我们的收益更高。"), ["comparison"]);
        assert_eq!(faults("消费贷秒批,不看征信。"), ["loan_promise"]);
        assert_eq!(faults("到场即可领取礼品。理财咨询请到洽谈区。"), Vec::<String>::new());
    }

    #[test]
    fn negations_figures_and_lists_of_forbidden_words_are_no_faults() {
        assert!(faults("理财产品不保本,业绩比较基准不代表实际收益。").is_empty());
        assert!(faults("同为3个月,A款1.85%,B款1.60%,利率更高的是A款。").is_empty());
        assert!(faults("#### 禁语\n- “保本”“稳赚”\n#### 要点\n先听后说。").is_empty());
        assert_eq!(faults("#### 禁语\n保本\n#### 电话\n保本").len(), 1);
    }

    #[test]
    fn a_text_message_is_signed_short_and_can_be_refused() {
        let rules = Rules::load(None).unwrap().scripts_lint;
        let rule_of = |text: &str| lint_sms(&rules, text).into_iter().map(|f| f.rule).collect::<Vec<_>>();
        assert!(rule_of("【临江支行】工资卡升级可在手机银行预约。拒收请回复R").is_empty());
        assert_eq!(rule_of("工资卡升级。拒收请回复R"), ["sms_unsigned"]);
        assert_eq!(rule_of("【临江支行】工资卡升级。"), ["sms_no_refusal"]);
        let long = format!("【临江支行】{}拒收请回复R", "长".repeat(59));
        assert_eq!(long.chars().count(), 71);
        assert_eq!(rule_of(&long), ["sms_too_long"]);
    }
}
