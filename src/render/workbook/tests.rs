use std::io::Cursor;

use calamine::{Data, Reader, SheetVisible, Xlsx};
use chrono::NaiveDate;

use crate::model::{Fen, Points};
use crate::render::table::{Cell, Column, Kind, Row, Table, Tone};
use crate::render::words::Lang;
use crate::render::workbook::*;

fn bytes(book: &Book) -> Vec<u8> {
    write(book, &Words::load(Lang::ZhCn, None).unwrap()).unwrap()
}

fn read(book: &Book) -> Xlsx<Cursor<Vec<u8>>> {
    calamine::open_workbook_from_rs(Cursor::new(bytes(book))).unwrap()
}

fn column_values(book: &Book, sheet: &str, column: u32) -> Vec<Data> {
    let range = read(book).worksheet_range(sheet).unwrap();
    let end = range.end().unwrap().0;
    (0..=end).map(|r| range.get_value((r, column)).cloned().unwrap_or(Data::Empty)).collect()
}

fn one_table(table: Table) -> Book {
    Book { title: "测试".into(), sheets: vec![Sheet::new("表", vec![Part::Table(table)])], mark: None }
}

fn rich() -> Book {
    let mut table = Table::new(
        "t",
        "名单",
        vec![
            Column::new("id", "键", Kind::Text).hidden(),
            Column::new("name", "单位", Kind::Text),
            Column::new("aum", "余额(万元)", Kind::Wan).group("资产"),
            Column::new("share", "占比", Kind::Share).group("资产"),
            Column::new("day", "日期", Kind::Date).input(),
            Column::new("result", "结果", Kind::Choice((0..60).map(|i| format!("联系结果{i}")).collect())).input(),
        ],
    );
    let day = NaiveDate::from_ymd_opt(2026, 3, 10).unwrap();
    let cells = vec![
        "E1".into(),
        "甲".into(),
        Cell::Money(Fen::yuan(12_346_000)),
        Cell::Share(0.3125),
        Cell::Date(day),
        Cell::Empty,
    ];
    table.rows = vec![Row::new(cells).cell_tone(3, Tone::Good)];
    table.freeze = 2;
    let mut chart = Chart::new(ChartKind::Bar, "图", vec!["一月".into(), "二月".into()]);
    chart.series = vec![("本期".into(), vec![1.0, f64::NAN])];
    let figure =
        Figure { label: "户数".into(), value: Cell::Count(12), kind: Kind::Count, note: None, tone: Tone::Good };
    let parts = vec![
        Part::Title("题".into()),
        Part::Figures(vec![figure; 9]),
        Part::Chart(chart.clone()),
        Part::Chart(chart),
        Part::Table(table),
    ];
    Book { title: "簿".into(), sheets: vec![Sheet::new("一/二", parts)], mark: None }
}

#[test]
fn hostile_text_stays_text() {
    let hostile = [
        "=1+1",
        "+86",
        "-1",
        "@cmd",
        "\tx",
        "\u{ff1d}1",
        "_x0041_",
        "1E5",
        "001",
        "a\u{1}b",
        "line\nbreak",
        "😀",
        "'q",
        " b ",
    ];
    let mut table = Table::new("t", "", vec![Column::new("a", "列", Kind::Text)]);
    table.rows = hostile.iter().map(|t| Row::new(vec![Cell::text(*t)])).collect();
    let values = column_values(&one_table(table), "表", 0);
    let shown: Vec<Data> = hostile.iter().map(|t| Data::String(t.to_string())).collect();
    assert_eq!(values[1..], shown[..]);
}

#[test]
fn values_keep_their_types_and_units() {
    let values = |i| column_values(&rich(), "一_二", i).pop().unwrap();
    assert_eq!(values(1), Data::String("甲".into()));
    assert_eq!(values(2), Data::Float(1234.6));
    assert_eq!(values(3), Data::Float(0.3125));
    // 2026-03-10 is day 46,091 of the 1900 system: 46,023 is 2026-01-01, and 31 + 28 + 9 days follow.
    let Data::DateTime(day) = values(4) else { panic!("not a date") };
    assert_eq!(day.as_f64(), 46_091.0);
}

#[test]
fn two_writes_give_the_same_bytes() {
    assert_eq!(bytes(&rich()), bytes(&rich()));
}

#[test]
fn long_lists_and_chart_data_stand_on_very_hidden_sheets() {
    let book = read(&rich());
    let sheets: Vec<(String, SheetVisible)> =
        book.sheets_metadata().iter().map(|s| (s.name.clone(), s.visible)).collect();
    assert_eq!(
        sheets,
        vec![
            ("一_二".to_string(), SheetVisible::Visible),
            ("字典".to_string(), SheetVisible::VeryHidden),
            ("图表数据".to_string(), SheetVisible::VeryHidden),
        ]
    );
}

#[test]
fn an_empty_table_and_an_empty_book_can_be_opened() {
    let mut table =
        Table::new("t", "名单", vec![Column::new("a", "列", Kind::Text), Column::new("b", "列", Kind::Points)]);
    table.empty = "没有符合条件的单位".into();
    assert!(column_values(&one_table(table), "表", 0).contains(&Data::String("没有符合条件的单位".into())));
    assert_eq!(read(&Book::default()).sheet_names().len(), 1);
}

#[test]
fn what_is_no_number_is_left_empty() {
    let mut table =
        Table::new("t", "", vec![Column::new("a", "列", Kind::Ratio), Column::new("b", "列", Kind::Points)]);
    table.rows = vec![Row::new(vec![Cell::Ratio(f64::NAN), Cell::Points(Points(12_345))])];
    assert_eq!(column_values(&one_table(table.clone()), "表", 0)[1], Data::Empty);
    assert_eq!(column_values(&one_table(table), "表", 1)[1], Data::Float(12.3));
}

#[test]
fn a_row_of_a_table_is_where_it_is_said_to_be() {
    let table = |title: &str, group: bool, rows: &[&str]| {
        let column = Column::new("a", "列", Kind::Text);
        let column = if group { column.group("组") } else { column };
        let mut table = Table::new("t", title, vec![column, Column::new("b", "列", Kind::Text)]);
        table.rows = rows.iter().map(|r| Row::new(vec![Cell::text(*r)])).collect();
        table.notes = vec!["说明".into()];
        Part::Table(table)
    };
    let parts = vec![
        Part::Title("题".into()),
        Part::Lines(vec!["一".into(), "二".into()]),
        table("", true, &["甲", "乙"]),
        table("空", false, &[]),
        table("后", false, &["丙", "丁"]),
    ];
    let book = Book { title: "t".into(), sheets: vec![Sheet::new("表", parts.clone())], mark: None };
    let shown = column_values(&book, "表", 0);
    let at = |table, row| shown[row_of(&parts, table, row).unwrap() as usize].clone();
    assert_eq!(at(0, 1), Data::String("乙".into()));
    assert_eq!(at(2, 0), Data::String("丙".into()));
    assert_eq!((row_of(&parts, 1, 0), row_of(&parts, 3, 0)), (None, None));
}

#[test]
fn a_long_list_reads_like_a_short_one() {
    let words = Words::load(Lang::ZhCn, None).unwrap();
    let columns = || {
        vec![
            Column::new("name", "姓名", Kind::Text).width(8.0),
            Column::new("aum", "余额", Kind::Yuan).width(12.0),
            Column::new("why", "理由", Kind::Wrap).width(20.0),
            Column::new("day", "日期", Kind::Date).width(12.0).input(),
            Column::new("result", "结果", Kind::Choice((0..60).map(|i| format!("联系结果{i}")).collect()))
                .width(12.0)
                .input(),
            Column::new("key", "键", Kind::Text).width(8.0).hidden(),
        ]
    };
    let row = |n: i64| {
        let why = if n % 3 == 0 { "一行\n两行\n三行" } else { "=1+1" };
        let day = NaiveDate::from_ymd_opt(2026, 3, 1 + n as u32 % 28).unwrap();
        let cells = vec![Cell::Text(format!("员工{n}")), Cell::Money(Fen(n)), why.into(), Cell::Date(day), Cell::Empty];
        Row::new([cells, vec![Cell::Text(format!("P{n}"))]].concat()).cell_tone(1, Tone::Good)
    };
    let book = |rows: u64| {
        let table = Table { freeze: 1, ..Table::new("t", "", columns()) };
        let parts =
            vec![Part::Title("题".into()), Part::Lines(vec!["说明".into()]), Part::Long { table, list: 7, rows }];
        let other = one_table(Table::new("u", "旁", columns())).sheets;
        Book { title: "簿".into(), sheets: [vec![Sheet::new("名单", parts)], other].concat(), mark: None }
    };
    // The same rows, said to be few and said to be many.
    let folder = tempfile::tempdir().unwrap();
    let written = |rows: u64| {
        let mut file = tempfile::tempfile().unwrap();
        let mut feed = |list: usize, take: Take<'_>| {
            assert_eq!(list, 7);
            (0..50).try_for_each(|n| take(row(n)))
        };
        write_long(book(rows), &words, folder.path(), &mut file, &mut feed).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        file
    };
    let (mut few, many) = (written(50), written(HELD_ROWS + 1));
    let shown = |file: &std::fs::File| {
        let mut book: Xlsx<_> =
            calamine::open_workbook_from_rs(std::io::BufReader::new(file.try_clone().unwrap())).unwrap();
        let names = book.sheet_names();
        names.into_iter().map(|n| (n.clone(), book.worksheet_range(&n).unwrap())).collect::<Vec<_>>()
    };
    let (of_few, of_many) = (shown(&few), shown(&many));
    assert_eq!(of_few, of_many);
    assert_eq!(of_few[0].1.get_value((53, 0)), Some(&Data::String("员工49".into())));
    // Few are written as a table of theirs is.
    let held = book(50).filled(&mut |_, take| (0..50).try_for_each(|n| take(row(n)))).unwrap();
    let mut bytes = Vec::new();
    std::io::Seek::rewind(&mut few).unwrap();
    std::io::Read::read_to_end(&mut few, &mut bytes).unwrap();
    assert!(bytes == write(&held, &words).unwrap());
    // Heights, panes, filter and checks are the same; the texts stand in the sheet itself.
    let mut zips = [few, many].map(|file| zip::ZipArchive::new(file).unwrap());
    let parts = zips.each_mut().map(|zip| {
        let mut text = String::new();
        std::io::Read::read_to_string(&mut zip.by_name("xl/worksheets/sheet1.xml").unwrap(), &mut text).unwrap();
        let (before, rest) = text.split_once("<sheetData>").unwrap();
        let (rows, after) = rest.split_once("</sheetData>").unwrap();
        let row =
            |r: &str| r.split_once('>').unwrap().0.split(' ').filter(|a| !a.starts_with("spans")).collect::<String>();
        (before.to_string(), rows.split("<row ").skip(1).map(row).collect::<Vec<_>>(), after.to_string())
    });
    assert_eq!(parts[0].1, parts[1].1);
    assert_eq!(parts[0].2, parts[1].2);
    assert_eq!(parts[0].0.split("<dimension").next(), parts[1].0.split("<dimension").next());
}

#[test]
fn what_has_a_page_of_its_own_is_parted_by_a_break_and_fits_across() {
    let table = |title: &str| {
        let columns =
            vec![Column::new("a", "甲", Kind::Text).width(120.0), Column::new("b", "乙", Kind::Text).width(60.0)];
        let mut table = Table::new("t", title, columns);
        table.rows = vec![Row::new(vec![Cell::text("一"), Cell::text("二")])];
        table
    };
    let parts =
        vec![Part::Title("题".into()), Part::Table(table("第一张")), Part::NewPage, Part::Table(table("第二张"))];
    let mut sheet = Sheet::new("表", parts);
    sheet.landscape = true;
    let book = Book { title: "簿".into(), sheets: vec![sheet], mark: None };
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes(&book))).unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut zip.by_name("xl/worksheets/sheet1.xml").unwrap(), &mut text).unwrap();
    // Title, title, head and row of the first table, and what parts it: the second begins in the sixth row.
    assert!(text.contains("<rowBreaks count=\"1\" manualBreakCount=\"1\"><brk id=\"5\""), "{text}");
    assert!(text.contains("fitToPage=\"1\"") && text.contains("fitToHeight=\"0\""), "{text}");
}
