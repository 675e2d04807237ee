//! 邀约名单 of a visit's pack: who is invited by name, what they answer, and what is signed at the visit.

use std::path::PathBuf;

use calamine::Data;

use super::packs::{FIRM, cell};
use super::visits::branch;
use super::{codes, import};
use crate::common::Bench;
use crate::common::office::{Office, day};

const LIST: &str = "邀约名单";
const SIGNING: &str = "签到登记";

/// The branch with a list of the first employer that tells of an executive and of people with much: one who agreed to
/// calls, one who refused everything, and one who has said nothing. Five of the thirty are expected at the visit.
fn with_guests() -> Bench {
    let bench = branch();
    let mut people = String::from(
        "| 客户号 | 客户姓名 | 手机号 | 代发单位 | 管户人 | 数据日期 | 层级 | AUM余额(元) | 活期(元) | 是否同意电话营销 | 是否同意短信 | 是否同意企微营销 |\n|---|\n",
    );
    for n in 0..30 {
        let (level, aum, consents) = match n {
            0 => ("高管", 2_000, "  |  |  "),
            1 => ("员工", 60_000, "是 |  |  "),
            2 => ("员工", 80_000, "否 | 否 | 否"),
            3 => ("员工", 60_000, "  |  |  "),
            _ => ("员工", 2_000, "  |  |  "),
        };
        people += &format!(
            "| 甲{n} | 客甲{n} | 139000000{n:02} | {FIRM} | 林1 | 2026-03-02 | {level} | {aum} | {aum} | {consents} |\n"
        );
    }
    let file = bench.sheet("名单.xlsx", &people);
    bench.run(&["import", "--today", "2026-03-03", &file]).ok();
    bench
}

/// The folder of the pack, made anew on a day.
fn packed(bench: &Bench, day: &str) -> PathBuf {
    bench.run(&["pack", FIRM, "--today", day]).ok();
    let packs = bench.root().join("out").join(day).join("03_进企资料包");
    let mut folders = std::fs::read_dir(packs).unwrap().flatten().map(|e| e.path());
    folders.find(|p| p.to_string_lossy().ends_with(FIRM)).unwrap()
}

fn open(bench: &Bench, day: &str) -> Office {
    Office::open(&packed(bench, day).join("邀约名单.xlsx"))
}

/// What stands under 姓名 on a page, empty lines included.
fn names(list: &Office, page: &str) -> Vec<String> {
    let rows = &list.pages.iter().find(|p| p.name == page).unwrap().rows;
    let name = |c: &Data| *c == "姓名";
    let header = rows.iter().position(|r| r.iter().any(name)).unwrap();
    let at = rows[header].iter().position(name).unwrap();
    let lines = rows[header + 1..].iter().filter(|r| r.iter().any(|c| *c != Data::Empty));
    lines.map(|r| r[at].to_string()).collect()
}

/// The first line of the signing page that bears no name.
fn empty_line(list: &mut Office) -> &mut Vec<Data> {
    let page = list.pages.iter_mut().find(|p| p.name == SIGNING).unwrap();
    let header = page.rows.iter().position(|r| r.iter().any(|c| *c == "姓名")).unwrap();
    page.rows[header + 1..].iter_mut().find(|r| r[1] == Data::Empty).unwrap()
}

#[test]
fn the_list_has_executives_and_those_with_much_and_nobody_who_refused() {
    let bench = with_guests();
    let folder = packed(&bench, "2026-03-03");
    let mut list = Office::open(&folder.join("邀约名单.xlsx"));
    assert_eq!(names(&list, LIST), ["客甲0", "客甲1", "客甲3"]);
    let shown = [("客甲0", "面访"), ("客甲1", "电话"), ("客甲3", "只可当面邀请（待取得同意）")];
    for (who, channel) in shown {
        assert_eq!(cell(&mut list, LIST, who, "可用渠道").to_string(), channel, "{who}");
        assert_eq!(cell(&mut list, LIST, who, "主维护人").to_string(), "林1", "{who}");
    }
    assert_eq!(cell(&mut list, LIST, "客甲0", "理由").to_string(), "高管");
    // The visit is on the 17th.
    assert_eq!(list.cell("客甲1", "首轮邀约"), "2026-03-10");
    // Three of the five expected are known by name.
    assert_eq!(names(&list, SIGNING), ["客甲0", "客甲1", "客甲3", "", ""]);
    for paper in ["签到暨营销授权登记表.docx", "物料清单.docx", "邀请函.docx"] {
        assert!(folder.join(paper).is_file(), "{paper}");
    }
}

#[test]
fn who_has_answered_is_not_asked_again() {
    let bench = with_guests();
    let mut list = open(&bench, "2026-03-03");
    *cell(&mut list, LIST, "客甲0", "答复") = "来".into();
    *cell(&mut list, LIST, "客甲0", "实际渠道") = "面访".into();
    *cell(&mut list, LIST, "客甲0", "答复日期") = day("2026-03-03");
    *cell(&mut list, LIST, "客甲1", "答复") = "未接".into();
    let told = import(&bench, "2026-03-04", &list.save(&bench.path("邀约.xlsx")));
    assert_eq!((&told["files"][0]["rows_taken"], codes(&told)), (&2.into(), Vec::new()), "{told:#}");
    let mut next = open(&bench, "2026-03-04");
    for round in ["首轮邀约", "二轮邀约", "末轮邀约"] {
        assert_eq!(cell(&mut next, LIST, "客甲0", round).to_string(), "已答复");
    }
    assert_eq!(cell(&mut next, LIST, "客甲0", "答复").to_string(), "来");
    assert_eq!(cell(&mut next, LIST, "客甲0", "实际渠道").to_string(), "面访");
    assert_eq!(cell(&mut next, LIST, "客甲1", "答复").to_string(), "未接");
    assert_eq!(next.cell("客甲1", "二轮邀约"), "2026-03-13");
    // As it left, nothing new is said.
    let told = import(&bench, "2026-03-04", &next.save(&bench.path("原样.xlsx")));
    assert_eq!((&told["files"][0]["rows_taken"], codes(&told)), (&0.into(), Vec::new()), "{told:#}");
}

#[test]
fn what_is_signed_opens_channels_and_closes_them() {
    let bench = with_guests();
    let mut list = open(&bench, "2026-03-03");
    *cell(&mut list, SIGNING, "客甲3", "电话") = "√".into();
    *cell(&mut list, SIGNING, "客甲3", "签字日期") = day("2026-03-03");
    *cell(&mut list, SIGNING, "客甲1", "不同意") = "√".into();
    // Somebody who came without an invitation.
    let line = empty_line(&mut list);
    line[1] = "客甲5".into();
    *cell(&mut list, SIGNING, "客甲5", "手机后四位") = "0005".into();
    *cell(&mut list, SIGNING, "客甲5", "短信") = "√".into();
    let told = import(&bench, "2026-03-04", &list.save(&bench.path("签到.xlsx")));
    assert_eq!((&told["files"][0]["rows_taken"], codes(&told)), (&3.into(), Vec::new()), "{told:#}");
    let mut next = open(&bench, "2026-03-04");
    assert_eq!(names(&next, LIST), ["客甲0", "客甲3"]);
    assert_eq!(cell(&mut next, LIST, "客甲3", "可用渠道").to_string(), "电话");
    assert_eq!(cell(&mut next, SIGNING, "客甲3", "电话").to_string(), "√");
    assert_eq!(cell(&mut next, SIGNING, "客甲5", "短信").to_string(), "√");
    assert_eq!(cell(&mut next, SIGNING, "客甲1", "不同意").to_string(), "√");
}

#[test]
fn a_name_in_no_list_is_told_with_its_cell_and_not_added() {
    let bench = with_guests();
    let mut list = open(&bench, "2026-03-03");
    empty_line(&mut list)[1] = "客外".into();
    *cell(&mut list, SIGNING, "客外", "电话") = "√".into();
    // Known, and with another phone; known, and written over somebody else's line.
    empty_line(&mut list)[1] = "客甲6".into();
    *cell(&mut list, SIGNING, "客甲6", "手机后四位") = "0007".into();
    *cell(&mut list, SIGNING, "客甲6", "短信") = "√".into();
    *cell(&mut list, SIGNING, "客甲3", "企微") = "√".into();
    *cell(&mut list, SIGNING, "客甲3", "姓名") = "客甲4".into();
    let places = ["客甲4", "客外", "客甲6"].map(|who| list.place(who, "手机后四位").replace('C', "B"));
    let told = import(&bench, "2026-03-04", &list.save(&bench.path("签到.xlsx")));
    let mut found = codes(&told);
    found.sort();
    let mut expected = places.map(|place| ("signer_unknown".to_string(), Some(place))).to_vec();
    expected.sort();
    assert_eq!((found, &told["files"][0]["rows_taken"]), (expected, &0.into()), "{told:#}");
    assert_eq!(bench.run(&["show", "客外", "--today", "2026-03-04"]).code(), 1);
    assert_eq!(names(&open(&bench, "2026-03-04"), SIGNING), ["客甲0", "客甲1", "客甲3", "", ""]);
}
