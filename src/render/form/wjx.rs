//! The text 问卷星 makes a questionnaire of (创建问卷 → 文本导入): title, explanation, then numbered questions, each with its
//! kind in square brackets and its options line by line, parted by empty lines.

use crate::engagement::visit::pack::questionnaire::QuestionKind;
use crate::engagement::visit::pack::{DocumentContext, QuestionView};
use crate::model::Param;
use crate::render::form::{CONSENT, SCALE, option, text};
use crate::render::free_text;
use crate::render::words::Words;

/// Stands behind a question that may be left out.
const OPTIONAL: &str = "（选填）";

/// The questions put to the audience; `zh` are the Chinese words, which alone it understands.
pub fn text_of(ctx: &DocumentContext<'_>, zh: &Words) -> String {
    let params = [("branch", Param::Text(ctx.pack.branch.clone())), ("unit", Param::Text(ctx.pack.unit.name.clone()))];
    let mut blocks = vec![line(&zh.fill("form.title", &params)), line(&zh.fill("form.privacy", &params))];
    blocks.extend(ctx.asked.iter().map(|question| block(question, zh)));
    if ctx.asked.iter().any(|q| q.key == CONSENT) {
        let number = ctx.asked.len() + 1;
        let fields = ["form.name", "form.phone"].into_iter().zip(number..);
        blocks.extend(fields.map(|(key, n)| format!("{n}. {}[填空题]{OPTIONAL}", line(zh.get(key)))));
    }
    free_text::shown("", &(blocks.join("\n\n") + "\n")).into_owned()
}

fn block(question: &QuestionView, zh: &Words) -> String {
    let most = || zh.fill("form.most_of", &[("most", Param::Count(question.most))]);
    let (label, hint) = match question.kind {
        QuestionKind::Single => ("[单选题]", String::new()),
        QuestionKind::Multi => ("[多选题]", most()),
        QuestionKind::Scale => ("[量表题]", String::new()),
        QuestionKind::Ranking => ("[排序题]", String::new()),
        QuestionKind::Text => ("[填空题]", String::new()),
    };
    let optional = if question.always { "" } else { OPTIONAL };
    let mut out = format!("{}. {}{hint}{label}{optional}", question.number, line(text(zh, question)));
    if question.kind == QuestionKind::Scale {
        out.push_str(&format!("\n{}~{}", SCALE.0, SCALE.1));
    }
    for key in &question.options {
        out.push('\n');
        out.push_str(&line(option(zh, question, key)));
    }
    out
}

/// On one line, and without the brackets that would be taken for a kind.
fn line(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.replace(['[', '【'], "（").replace([']', '】'], "）")
}
