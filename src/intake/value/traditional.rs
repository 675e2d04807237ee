//! Traditional characters as their simplified ones, so that 實發金額 is the word 实发金额. For comparing words only: names
//! are kept as they are written.

use std::sync::LazyLock;

const FIRST: u32 = 0x4e00;
const LAST: u32 = 0x9fff;

/// By character from [`FIRST`] on: its simplified one, or itself.
static TABLE: LazyLock<Vec<char>> = LazyLock::new(|| {
    let mut table: Vec<char> = (FIRST..=LAST).filter_map(char::from_u32).collect();
    let lines = include_str!("traditional.txt").lines().filter(|l| !l.starts_with('#'));
    for pair in lines.flat_map(str::split_whitespace) {
        let mut characters = pair.chars();
        if let (Some(traditional), Some(simplified)) = (characters.next(), characters.next())
            && let Some(place) = place(traditional)
        {
            table[place] = simplified;
        }
    }
    table
});

fn place(c: char) -> Option<usize> {
    (FIRST..=LAST).contains(&(c as u32)).then(|| (c as u32 - FIRST) as usize)
}

/// The simplified character for a traditional one; any other stays.
pub(crate) fn simplified(c: char) -> char {
    place(c).map_or(c, |place| TABLE[place])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_headers_are_simplified() {
        let text = |t: &str| t.chars().map(simplified).collect::<String>();
        assert_eq!(text("員工姓名 實發金額 帳號 發薪日 單位名稱"), "员工姓名 实发金额 帐号 发薪日 单位名称");
        assert_eq!(text("客戶號 餘額 萬元 證件號碼 身份證號"), "客户号 余额 万元 证件号码 身份证号");
        assert_eq!(text("员工 A1·𠮷"), "员工 A1·𠮷");
    }

    #[test]
    fn no_simplified_character_is_mapped_on() {
        assert!(TABLE.iter().all(|c| simplified(*c) == *c), "{:?}", TABLE.iter().find(|c| simplified(**c) != **c));
    }
}
