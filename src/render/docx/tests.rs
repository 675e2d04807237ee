use std::io::{Cursor, Read};

use crate::render::docx::*;
use crate::render::words::Lang;

const SAMPLE: &str = "# 进企服务方案\n\n## 一、单位画像\n\n正文**重点**。\n\n1. 甲\n   - 乙\n\n| 姓名 | 角色 |\n|---|---|\n| 甲\u{1}子 | 主办 |\n\n\
> [!注意] 先核对。\n> \n> | 子 | 表 |\n> |---|---|\n> | 1 | 2 |\n\n\\pagebreak\n\n| | |\n|---|---|\n| 签字 | ______ |\n";

fn bytes(document: &Document) -> Vec<u8> {
    write(document, &Words::load(Lang::ZhCn, None).unwrap()).unwrap()
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn two_writes_give_the_same_bytes_whatever_was_written_between() {
    let document = Document { footer: Some("临江支行".into()), ..Document::new("甲", SAMPLE) };
    let first = bytes(&document);
    bytes(&Document::new("乙", "# 另一份\n\n文字\n\n| a |\n|---|\n| b |\n"));
    assert!(first == bytes(&document));
}

#[test]
fn only_headers_repeat_and_no_row_is_split() {
    let xml = part(&bytes(&Document::new("甲", SAMPLE)), "word/document.xml");
    // The table, the call-out around the inner table, the inner table, the form: the first and third have headers.
    assert_eq!(xml.matches("<w:tblHeader />").count(), 2);
    assert_eq!(xml.matches("<w:cantSplit />").count(), xml.matches("<w:tr>").count());
    assert!(xml.contains("<w:pageBreakBefore"));
}

#[test]
fn the_footer_counts_pages_and_stands_first_in_its_section() {
    let file = bytes(&Document { footer: Some("临江支行".into()), ..Document::new("甲", SAMPLE) });
    let xml = part(&file, "word/document.xml");
    assert!(xml.contains("<w:sectPr><w:footerReference"), "{}", &xml[xml.len() - 400..]);
    let footer = part(&file, "word/footer1.xml");
    for text in ["临江支行", "第 ", "PAGE", " 页 / 共 ", "NUMPAGES"] {
        assert!(footer.contains(text), "{text}");
    }
}

#[test]
fn control_characters_are_left_out_and_markup_is_text() {
    let file = bytes(&Document::new("<甲>&", "甲\u{1}\u{b}乙 \\<w:p\\>"));
    let xml = part(&file, "word/document.xml");
    assert!(xml.contains("甲乙 &lt;w:p&gt;"), "{xml}");
    assert!(part(&file, "docProps/core.xml").contains("<dc:title>&lt;甲&gt;&amp;</dc:title>"));
}

#[test]
fn a_landscape_page_is_wider_than_high() {
    let xml = part(&bytes(&Document { landscape: true, ..Document::new("甲", "乙") }), "word/document.xml");
    assert!(xml.contains("w:w=\"16838\" w:h=\"11906\" w:orient=\"landscape\""), "{xml}");
}
