use proptest::prelude::*;

use crate::render::document::*;
use crate::render::table::Tone;

fn text(t: &str) -> Inline {
    Inline::Text(t.into())
}

fn strong(t: &str) -> Inline {
    Inline::Strong(t.into())
}

#[test]
fn bold_works_beside_chinese_punctuation() {
    let blocks = parse("**提示:**请核对**\"名单\"**。");
    assert_eq!(blocks, vec![Block::Paragraph(vec![strong("提示:"), text("请核对"), strong("\"名单\""), text("。")])]);
}

#[test]
fn lines_are_joined_as_their_language_wants() {
    assert_eq!(parse("第一行\n第二行"), vec![Block::Paragraph(vec![text("第一行第二行")])]);
    assert_eq!(parse("one\ntwo"), vec![Block::Paragraph(vec![text("one two")])]);
    assert_eq!(
        parse("甲  \n乙<br>丙"),
        vec![Block::Paragraph(vec![text("甲"), Inline::Break, text("乙"), Inline::Break, text("丙")])]
    );
}

#[test]
fn lines_to_write_on_and_boxes_stay_text() {
    assert_eq!(parse("(______)和(______) □ 同意"), vec![Block::Paragraph(vec![text("(______)和(______) □ 同意")])]);
    assert_eq!(parse("________"), vec![Block::Paragraph(vec![text("________")])]);
    assert_eq!(parse("---"), vec![Block::Rule]);
}

#[test]
fn pages_break_on_either_mark() {
    let blocks = parse("甲\n\n\\pagebreak\n\n乙\n\n<!-- pagebreak -->\n丙");
    let kinds: Vec<bool> = blocks.iter().map(|b| *b == Block::PageBreak).collect();
    assert_eq!(kinds, vec![false, true, false, true, false]);
}

#[test]
fn lists_nest_and_count() {
    let blocks = parse("3. 甲\n   - 乙\n   - [ ] 丙\n4. 丁\n\n   戊");
    let item = |level, number, t: &[Inline]| Item { level, number, text: t.to_vec() };
    assert_eq!(
        blocks,
        vec![Block::List(vec![
            item(0, Some(3), &[text("甲")]),
            item(1, None, &[text("乙")]),
            item(1, None, &[text("□ 丙")]),
            item(0, Some(4), &[text("丁"), Inline::Break, text("戊")]),
        ])]
    );
}

#[test]
fn a_table_has_stated_or_natural_widths_and_may_have_no_header() {
    let Some(Block::Table(grid)) = parse("<!-- widths: 2,5 -->\n| 甲 | 乙 |\n|---|--:|\n| 1 | **2** |").pop() else {
        panic!("no table")
    };
    assert_eq!(grid.widths, vec![2.0, 5.0]);
    assert_eq!(grid.align, vec![Align::Left, Align::Right]);
    assert_eq!(grid.header, vec![vec![text("甲")], vec![text("乙")]]);
    assert_eq!(grid.rows, vec![vec![vec![text("1")], vec![strong("2")]]]);
    let Some(Block::Table(form)) = parse("| | |\n|---|---|\n| 姓名 | ______ |").pop() else { panic!("no table") };
    assert!(form.header.is_empty());
    assert_eq!(form.widths, vec![5.0, 7.0]);
}

#[test]
fn callouts_carry_tone_and_label() {
    let blocks = parse("> [!注意] 先核对。\n\n> [!bad|合规红线]\n> 不得承诺收益\n\n> 引文");
    assert_eq!(
        blocks,
        vec![
            Block::Callout {
                tone: Tone::Warn,
                label: Some("注意".into()),
                blocks: vec![Block::Paragraph(vec![text("先核对。")])]
            },
            Block::Callout {
                tone: Tone::Bad,
                label: Some("合规红线".into()),
                blocks: vec![Block::Paragraph(vec![text("不得承诺收益")])]
            },
            Block::Callout { tone: Tone::Normal, label: None, blocks: vec![Block::Paragraph(vec![text("引文")])] },
        ]
    );
}

#[test]
fn markup_of_others_is_text() {
    assert_eq!(parse("甲<b>乙</b>"), vec![Block::Paragraph(vec![text("甲<b>乙</b>")])]);
    assert_eq!(parse("<script>x</script>"), vec![Block::Paragraph(vec![text("<script>x</script>")])]);
}

#[test]
fn pictures_are_named_by_key_in_lines_and_cells() {
    let picture = |key: &str, alt: &str| Inline::Picture { key: key.into(), alt: alt.into() };
    assert_eq!(parse("![](logo)"), vec![Block::Paragraph(vec![picture("logo", "")])]);
    assert_eq!(
        parse("扫码:![**手机**银行](link:mobile\\_bank)办"),
        vec![Block::Paragraph(vec![text("扫码:"), picture("link:mobile_bank", "手机银行"), text("办")])]
    );
    let Some(Block::Table(grid)) = parse("| | |\n|:-:|---|\n| ![码](link:a)<br>甲 | 乙 |").pop() else {
        panic!("no table")
    };
    assert_eq!(grid.rows, vec![vec![vec![picture("link:a", "码"), Inline::Break, text("甲")], vec![text("乙")]]]);
}

#[test]
fn a_colour_is_six_digits_behind_a_mark() {
    assert_eq!("#1f4E79".parse::<Colour>().unwrap().to_string(), "1F4E79");
    for wrong in ["1F4E79", "#1F4E7", "#1F4E791", "#1F4E7G", "#+F4E79", "red", ""] {
        assert!(wrong.parse::<Colour>().is_err(), "{wrong}");
    }
}

proptest! {
    #[test]
    fn any_text_can_be_parsed(source in "[-#*_>|\\[\\]!<a\n 甲0-9.`\\\\]{0,80}") {
        parse(&source);
    }
}
