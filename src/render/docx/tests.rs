use std::io::{Cursor, Read};

use unicode_width::UnicodeWidthChar;

use crate::engagement::visit::pack::tests::sample;
use crate::model::status::{DocumentStyle, Paper};
use crate::render::document::Grid;
use crate::render::docx::*;
use crate::render::picture::tests::scanned;
use crate::render::picture::{Picture, Pictures};
use crate::render::templates::Templates;
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

#[test]
fn what_a_section_is_for_goes_with_its_heading_and_the_next() {
    let text = "# 甲\n\n## 乙\n\n适用\n\n#### 丙\n\n正文\n\n#### 丁\n\n尾\n";
    let xml = part(&bytes(&Document::new("甲", text)), "word/document.xml");
    // The four headings and 适用; 正文 may part from 丁.
    assert_eq!(xml.matches("<w:keepNext").count(), 5, "{xml}");
}

#[test]
fn a_part_stands_apart_from_what_comes_before_it_on_the_page() {
    let text = "# 甲\n\n文字\n\n# 乙\n\n\\pagebreak\n\n# 丙\n";
    let xml = part(&bytes(&Document::new("甲", text)), "word/document.xml");
    // 乙 alone: 甲 is the title and 丙 begins a page.
    assert_eq!(xml.matches("w:before=\"360\"").count(), 1, "{xml}");
}

const POSTER: &str = "![](logo)\n\n## 银行到身边\n\n# 工资理财\n\n| | | |\n|---|:-:|:-:|\n| **扫码** | ![码](link:a)<br>甲 | ![码](link:b)<br>乙 |\n\n---\n\n临江支行\n";

/// A poster with the codes of these links.
fn poster(paper: Paper, links: &[(&str, &str)]) -> Document {
    let codes = links.iter().map(|(key, url)| (format!("link:{key}"), Picture::code(url).unwrap()));
    let pictures: Pictures = codes.collect();
    Document { paper, style: DocumentStyle::Poster, pictures, ..Document::new("海报", POSTER) }
}

fn names(bytes: &[u8]) -> Vec<String> {
    zip::ZipArchive::new(Cursor::new(bytes)).unwrap().file_names().map(|n| n.unwrap().into_owned()).collect()
}

#[test]
fn the_codes_of_a_poster_read_as_their_links() {
    let file = bytes(&poster(Paper::A4, &[("a", "https://example.com/a"), ("b", "https://example.com/b")]));
    let media: Vec<String> = names(&file).into_iter().filter(|n| n.ends_with(".png")).collect();
    let mut read: Vec<String> = media
        .iter()
        .map(|name| {
            let mut png = Vec::new();
            zip::ZipArchive::new(Cursor::new(&file)).unwrap().by_name(name).unwrap().read_to_end(&mut png).unwrap();
            scanned(&png).unwrap()
        })
        .collect();
    read.sort();
    assert_eq!(read, ["https://example.com/a", "https://example.com/b"]);
    let xml = part(&file, "word/document.xml");
    // 36 mm.
    assert_eq!(xml.matches("<wp:extent cx=\"1296000\" cy=\"1296000\" />").count(), 2);
    assert!(xml.contains("<wp:docPr id=\"1\"") && xml.contains("<wp:docPr id=\"2\""), "{xml}");
    // A drawing comes after its run's properties, and each picture has its relation.
    assert!(!xml.contains("</w:drawing><w:rPr>"), "{xml}");
    let relations = part(&file, "word/_rels/document.xml.rels");
    for id in ["rIdPicture0", "rIdPicture1"] {
        assert!(xml.contains(&format!("r:embed=\"{id}\"")) && relations.contains(&format!("Id=\"{id}\"")), "{id}");
    }
}

#[test]
fn without_a_link_a_box_says_so_and_there_is_no_code() {
    let file = bytes(&poster(Paper::A4, &[("a", "https://example.com/a")]));
    let xml = part(&file, "word/document.xml");
    assert_eq!((xml.matches("<w:drawing>").count(), xml.matches("二维码：请在 daifa.toml 填写链接").count()), (1, 1));
    assert!(xml.contains("w:val=\"dashed\""), "{xml}");
    let none = bytes(&poster(Paper::A4, &[]));
    assert!(!names(&none).iter().any(|n| n.contains("media")), "{:?}", names(&none));
    assert!(!part(&none, "word/document.xml").contains("<w:drawing>"));
}

#[test]
fn a_poster_is_one_sheet_of_its_paper_in_the_branchs_colour() {
    let mut document = poster(Paper::A3, &[]);
    document.accent = "#8b0000".parse().ok();
    let file = bytes(&document);
    let xml = part(&file, "word/document.xml");
    assert!(xml.contains("w:w=\"16838\" w:h=\"23811\""), "{xml}");
    assert!(xml.contains("w:val=\"8B0000\"") && !xml.contains(ACCENT), "{xml}");
    // No page numbers; the title in 53.5 points.
    assert!(!names(&file).iter().any(|n| n.contains("footer")) && xml.contains("<w:sz w:val=\"107\" />"), "{xml}");
    // Lines have a height of their own but where a picture or its place is.
    assert!(xml.contains("w:line=\"1391\" w:lineRule=\"exact\""), "{xml}");
    assert!(xml.contains("<w:trHeight w:val=\"1500\""), "{xml}");
}

#[test]
fn posters_made_at_once_are_those_made_alone() {
    let documents: Vec<Document> = (0..8)
        .map(|i| {
            poster(
                if i % 2 == 0 { Paper::A4 } else { Paper::A3 },
                &[("a", "https://example.com/a"), ("b", "https://example.com/b")],
            )
        })
        .collect();
    let alone: Vec<Vec<u8>> = documents.iter().map(bytes).collect();
    let at_once: Vec<Vec<u8>> = std::thread::scope(|scope| {
        let threads: Vec<_> = documents.iter().map(|d| scope.spawn(move || bytes(d))).collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    assert!(alone == at_once && alone[0] == alone[2] && alone[0] != alone[1]);
}

#[test]
fn a_wide_mark_is_made_to_fit() {
    // 14 mm high it would be 280 mm wide; the page has 178.25 mm.
    let most = (11_906 - 2 * 900) * EMU_PER_TWENTIETH;
    let (wide, high) = fitted((2_000, 100), 14 * EMU_PER_MM, most);
    assert_eq!((wide, high), (6_417_310, 320_865));
    assert_eq!(fitted((100, 100), 14 * EMU_PER_MM, most), (504_000, 504_000));
}

/// Lines a text takes in so much width, with a Latin letter three fifths as wide as a Chinese one.
fn lines(text: &[Inline], size: usize, width: f64) -> f64 {
    let text: String = text.iter().map(Inline::text).collect();
    let em = |c: char| if c.width() == Some(2) { 1.0 } else { 0.6 };
    let of = |line: &str| (line.chars().map(em).sum::<f64>() * size as f64 * 10.0 / width).ceil().max(1.0);
    text.split('\n').map(of).sum()
}

fn shows(text: &[Inline], what: &str) -> bool {
    text.iter().any(|i| matches!(i, Inline::Picture { key, .. } if key.starts_with(what)))
}

/// How much of its page a poster takes.
fn share_of_page(document: &Document) -> f64 {
    const MM: f64 = 56.7;
    let look = Look::of(document);
    let look::Poster { row, gap, small } = look.poster.unwrap();
    let width = f64::from(look.page.0) - 2.0 * f64::from(look.margin);
    let text = |text: &[Inline], size: usize| lines(text, size, width) * size as f64 * 13.0 + f64::from(gap);
    let table = |grid: &Grid| {
        let total: f64 = grid.widths.iter().sum();
        let cell = |(text, share): (&Vec<Inline>, &f64)| {
            let width = share / total * width - 180.0;
            let letters = lines(text, look.table, width) * look.table as f64 * 13.0 + 100.0;
            let code = f64::from(look.code) * MM + look.table as f64 * 15.0 + 100.0;
            if shows(text, LINK) { code } else { letters }
        };
        let rows = grid.rows.iter().map(|r| r.iter().zip(&grid.widths).map(cell).fold(f64::from(row), f64::max));
        rows.sum::<f64>() + 120.0
    };
    let mut size = look.text;
    let mut height = 0.0;
    for block in &document.blocks {
        height += match block {
            Block::Heading { level, text: t } => text(t, look.heading(*level)),
            Block::Paragraph(t) if shows(t, LOGO) => f64::from(look.logo) * MM + f64::from(gap),
            Block::Paragraph(t) => text(t, size),
            Block::Table(grid) => table(grid),
            Block::Rule => {
                size = small;
                160.0 + small as f64 * 10.0
            }
            other => panic!("{other:?}"),
        };
    }
    height / (f64::from(look.page.1) - 2.0 * f64::from(look.margin))
}

#[test]
fn a_poster_fills_its_page_and_keeps_to_it() {
    let usual = sample(260, 2);
    let mut full = sample(430, 5);
    full.unit.name = "长".repeat(24);
    full.unit.address = Some("长".repeat(40));
    for lang in [Lang::ZhCn, Lang::En] {
        let templates = Templates::load(lang, None).unwrap();
        for paper in [Paper::A4, Paper::A3] {
            let share = |pack: &crate::engagement::visit::pack::PackContext| {
                let text = templates.render("poster.md", &pack.for_audience(None)).unwrap();
                share_of_page(&Document { paper, style: DocumentStyle::Poster, ..Document::new("海报", &text) })
            };
            assert!((0.75..1.0).contains(&share(&usual)), "{lang:?} {paper:?}: {}", share(&usual));
            assert!(share(&full) < 1.0, "{lang:?} {paper:?}: {}", share(&full));
        }
    }
}
