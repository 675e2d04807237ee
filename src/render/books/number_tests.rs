//! Where the numbers of a pack come from: the data and the rules fill them in; what stands in a template or in the words it
//! uses is one of those listed here, each with its ground.

use crate::render::templates::Templates;
use crate::render::words::{Lang, Words};
use crate::rules::Rules;

/// Numbers that stand in the templates of packs.
const IN_TEMPLATES: [(&str, &str); 5] = [
    ("0 1 2 3 4 5 6 7 8 9 10", "a scale from 0 to 10, how many products people hold, places of a ranking, sections"),
    ("7", "7日留存率, the name of the rate"),
    ("1 2 3 4 5 6 7 8 9 10", "numbers of sections and steps"),
    ("3 4", "海报_A3, 海报_A4: names of files"),
    ("1", "1+1+N+N, the name of the squad"),
];

/// Numbers that stand in the words packs use.
const IN_WORDS: [(&str, &str); 10] = [
    ("50", "存款保险条例: 500,000 yuan a person and bank"),
    ("500,000", "the same in English"),
    ("12,000", "个人养老金: at most 12,000 yuan a year (财政部、税务总局公告2024年第21号)"),
    ("3", "the same: taxed at 3 % when paid out; 3月 of the tax filing; steps and ranks"),
    ("1", "3月1日, the first day of the tax filing; steps and ranks"),
    ("6", "6月30日, its last day"),
    ("30", "the same"),
    ("12", "12月31日, the last day of a year's payments"),
    ("31", "the same"),
    ("20", "大额存单管理暂行办法: 200,000 yuan at least"),
];

/// Families of words that packs print.
const FAMILIES: [&str; 14] = [
    "topic_points.",
    "topic_line.",
    "topic_title.",
    "pitch.",
    "visit_pitch.",
    "offer.",
    "kind_",
    "visit_step.",
    "visit_item.",
    "salon_point.",
    "theme.",
    "need_action.",
    "publicity_",
    "script_",
];

/// What stands in a template beside what is filled in.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("{{").into_iter().chain(rest.find("{%")).chain(rest.find("<!--")).min() {
        let (end, skip) = match &rest[at..at + 2] {
            "{{" => ("}}", 2),
            "{%" => ("%}", 2),
            _ => ("-->", 3),
        };
        out.push_str(&rest[..at]);
        out.push(' ');
        rest = rest[at..].find(end).map_or("", |to| &rest[at + to + skip..]);
    }
    out + rest
}

fn numbers(text: &str) -> Vec<String> {
    let runs = text.split(|c: char| !(c.is_ascii_digit() || c == ','));
    let runs = runs.map(|run| run.trim_matches(',').to_string());
    runs.filter(|run| !run.is_empty()).collect()
}

#[test]
fn numbers_of_a_pack_come_from_data_and_rules() {
    let rules = Rules::load(None).unwrap();
    let of_packs: Vec<&String> = rules.documents.documents.values().filter_map(|d| d.template.as_ref()).collect();
    let known: Vec<&str> = IN_TEMPLATES.iter().flat_map(|(numbers, _)| numbers.split(' ')).collect();
    let mut looked_at = 0;
    for lang in [Lang::ZhCn, Lang::En] {
        let templates = Templates::load(lang, None).unwrap();
        for source in templates.sources() {
            let name = source.file.as_str();
            if of_packs.iter().any(|t| *t == name) || name.starts_with("scripts/") {
                looked_at += 1;
                for number in numbers(&plain(&source.text)) {
                    assert!(known.contains(&number.as_str()), "{} {name}: {number}", lang.tag());
                }
            }
        }
    }
    assert!(looked_at > 60, "{looked_at}");
}

#[test]
fn numbers_in_the_words_of_a_pack_have_a_ground() {
    let words = Words::load(Lang::ZhCn, None).unwrap();
    let mut looked_at = 0;
    for key in words.keys().filter(|key| FAMILIES.iter().any(|family| key.starts_with(family))) {
        looked_at += 1;
        let text = plain(&words.get(key).replace('{', "{{").replace('}', "}}"));
        for number in numbers(&text) {
            assert!(IN_WORDS.iter().any(|(known, _)| *known == number), "{key}: {number} in {text}");
        }
    }
    assert!(looked_at > 300, "{looked_at}");
}
