//! `[materials]` of `daifa.toml`: what posters carry, and what is told of a setting that cannot be used.

use std::fs;
use std::io::{Cursor, Read as _};
use std::path::PathBuf;

use daifa::render::picture::Picture;

use crate::common::Bench;
use crate::returns::visits::branch;

const TODAY: &str = "2026-03-02";
const FIRM: &str = "甲厂有限公司";
const LINKS: &str = "[[materials.links]]\nkey = \"mobile_bank\"\nurl = \"https://example.com/m?from=poster\"\n\
    [[materials.links]]\nkey = \"desk\"\nurl = \"https://example.com/desk\"\nlabel = \"预约上门\"\n";

/// The branch with these settings.
fn set(settings: &str) -> Bench {
    let bench = branch();
    let file = bench.root().join("daifa.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{text}\n{settings}\n")).unwrap();
    bench
}

/// The pack of the firm in a language, made anew.
pub fn packed(bench: &Bench, lang: &str) -> PathBuf {
    bench.run(&["pack", FIRM, "--today", TODAY, "--lang", lang]).ok();
    let packs = bench.root().join("out").join(TODAY).join("03_进企资料包");
    let mut folders = fs::read_dir(packs).unwrap().flatten().map(|e| e.path());
    folders.find(|p| p.to_string_lossy().ends_with(FIRM)).unwrap()
}

/// A part of a document of a pack, and how many pictures the document has.
pub fn document(pack: &std::path::Path, name: &str) -> (String, usize) {
    let bytes = fs::read(pack.join(name)).unwrap_or_else(|e| {
        panic!("{name} in {:?}: {e}", fs::read_dir(pack).unwrap().map(|f| f.unwrap().file_name()).collect::<Vec<_>>())
    });
    let mut package = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let pictures = package.file_names().filter(|n| n.as_ref().unwrap().ends_with(".png")).count();
    let mut xml = String::new();
    package.by_name("word/document.xml").unwrap().read_to_string(&mut xml).unwrap();
    (xml, pictures)
}

#[test]
fn posters_carry_mark_colour_and_codes() {
    let bench = set(&format!("[materials]\nlogo = \"templates/logo.png\"\ncolour = \"#8b0000\"\n{LINKS}"));
    let mark = Picture::code("https://example.com/mark").unwrap().png;
    fs::write(bench.root().join("templates/logo.png"), mark).unwrap();
    let pack = packed(&bench, "zh-CN");
    for (name, width) in [("海报_A4.docx", "11906"), ("海报_A3.docx", "16838")] {
        let (xml, pictures) = document(&pack, name);
        assert_eq!(pictures, 3, "{name}");
        for text in [FIRM, "手机银行", "预约上门", "投资有风险", "消保审查编号", "8B0000", "现场可办"]
        {
            assert!(xml.contains(text), "{name} lacks {text}");
        }
        assert!(xml.contains(&format!("<w:pgSz w:w=\"{width}\"")) && !xml.contains("请在 daifa.toml"), "{xml}");
    }
    let (text, pictures) = document(&pack, "宣传物料.docx");
    // Its headings have the colour; it shows no picture and so holds none.
    assert!(text.contains("8B0000") && pictures == 0);
    assert!(text.contains("张贴海报") && text.contains("上限70字"), "{text}");
}

#[test]
fn without_links_the_posters_say_what_is_missing() {
    let bench = set("");
    let pack = packed(&bench, "zh-CN");
    let (xml, pictures) = document(&pack, "海报_A4.docx");
    assert_eq!((pictures, xml.matches("二维码：请在 daifa.toml 填写链接").count()), (0, 2), "{xml}");
}

#[test]
fn an_english_pack_is_english() {
    let bench = set("");
    let pack = packed(&bench, "en");
    let (poster, _) = document(&pack, "Poster A4.docx");
    assert!(poster.contains("Investments carry risk") && poster.contains("QR code: enter the link"), "{poster}");
    let (publicity, _) = document(&pack, "Publicity.docx");
    assert!(publicity.contains("What goes out when") && !publicity.contains("各位同事"), "{publicity}");
}

#[test]
fn a_setting_that_cannot_be_used_is_told_with_its_place() {
    let link = |url: &str| format!("[[materials.links]]\nkey = \"a\"\nurl = \"{url}\"");
    let cases = [
        ("[materials]\ncolour = \"red\"".to_string(), 3, "宣传物料的颜色", "red"),
        (link("weixin://scan"), 3, "二维码的链接", "weixin://scan"),
        ("[materials]\nlogo = \"../logo.png\"".to_string(), 3, "行标图片不在工作区", "../logo.png"),
        ("[materials]\nlogo = \"daifa.toml\"".to_string(), 4, "行标图片不能用", "不是完好的 PNG"),
        ("[materials]\nlogo = \"templates/none.png\"".to_string(), 4, "none.png", "none.png"),
        ("[materials]\nlgo = \"x.png\"".to_string(), 3, "工作区设置文件有误", "lgo"),
    ];
    let bench = branch();
    let file = bench.root().join("daifa.toml");
    let text = fs::read_to_string(&file).unwrap();
    for (settings, code, title, found) in cases {
        fs::write(&file, format!("{text}\n{settings}\n")).unwrap();
        let ran = bench.run(&["pack", FIRM, "--today", TODAY]);
        assert_eq!(ran.code(), code, "{settings}: {}", ran.err());
        // Long lines are wrapped to the screen.
        let told: String = ran.err().split_whitespace().collect();
        let plain = |text: &str| text.split_whitespace().collect::<String>();
        assert!(told.contains(&plain(title)) && told.contains(&plain(found)), "{settings}: {}", ran.err());
    }
}
