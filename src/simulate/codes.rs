//! Numbers that look right to a parser and belong to nobody: check digits hold where a sheet is checked for them
//! (credit code, ID number), and fail where a real one would be dangerous (cards).

use chrono::{Datelike, NaiveDate};

const CREDIT_SIGNS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// A unified social credit code (GB 32100) in the invented region 990000. `kind` is its first two signs
/// (`91` company, `12` institution).
pub(super) fn credit_code(kind: &str, serial: usize) -> String {
    let mut body = format!("MA{serial:06}");
    body.push(organisation_check(&body));
    // X is the only sign of an organisation's check that the credit code also has; both alphabets hold it.
    let mut code = format!("{kind}990000{body}");
    let mut weight = 1;
    let mut sum = 0;
    for sign in code.bytes() {
        let value = CREDIT_SIGNS.iter().position(|s| *s == sign).unwrap_or(0);
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    code.push(char::from(CREDIT_SIGNS[(31 - sum % 31) % 31]));
    code
}

/// Check sign of an organisation code (GB 11714) of eight signs.
fn organisation_check(body: &str) -> char {
    let weights = [3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body.chars().zip(weights).map(|(c, w)| c.to_digit(36).unwrap_or(0) * w).sum();
    match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        n => char::from_digit(n, 10).unwrap_or('0'),
    }
}

/// An ID number (GB 11643) in region 99xxxx; its order is odd for men. Serials below five million give each its own.
pub(super) fn id_number(birth: NaiveDate, serial: usize, female: bool) -> String {
    let order = serial % 500 * 2 + usize::from(!female);
    let region = format!("99{:04}", serial / 500 % 10_000);
    let id = with_check_sign(&region, birth, order);
    // One that ends in 000 looks as if Excel had ruined it; the next order but one has another check sign.
    if id.ends_with("000") { with_check_sign(&region, birth, order + 2) } else { id }
}

fn with_check_sign(region: &str, birth: NaiveDate, order: usize) -> String {
    let mut id = format!("{region}{:04}{:02}{:02}{order:03}", birth.year(), birth.month(), birth.day());
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = id.chars().zip(weights).map(|(c, w)| c.to_digit(10).unwrap_or(0) * w).sum();
    id.push(['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'][(sum % 11) as usize]);
    id
}

/// A card of 19 digits that fails the Luhn check on purpose.
pub(super) fn card(serial: usize) -> String {
    let body = format!("62000000{serial:010}");
    let wrong = (luhn_digit(&body) + 5) % 10;
    format!("{body}{wrong}")
}

/// The digit that would make `body` pass.
fn luhn_digit(body: &str) -> u32 {
    let sum: u32 = body
        .chars()
        .rev()
        .enumerate()
        .map(|(i, c)| {
            let d = c.to_digit(10).unwrap_or(0);
            if i % 2 == 0 { d * 2 / 10 + d * 2 % 10 } else { d }
        })
        .sum();
    (10 - sum % 10) % 10
}

/// A mobile number behind a prefix that is not given out.
pub(super) fn phone(prefix: &str, serial: usize) -> String {
    format!("{prefix}{:08}", (serial * 7_654_321 + 1_357_911) % 100_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_by_hand() {
        // GB 11643's own example of the sum: 11010519491231002X.
        let id = "11010519491231002";
        let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        let sum: u32 = id.chars().zip(weights).map(|(c, w)| c.to_digit(10).unwrap() * w).sum();
        assert_eq!(sum % 11, 2, "X stands at place 2");
        let made = id_number(NaiveDate::from_ymd_opt(1990, 3, 7).unwrap(), 12, true);
        assert_eq!(&made[..17], "99000019900307024");
        // On paper: 63+81+0+0+0+0+2+9+54+0+0+27+0+35+0+8+8 = 287; 287 mod 11 = 1 → 0.
        assert_eq!(made, "990000199003070240");
    }

    #[test]
    fn luhn_is_known_and_missed() {
        assert_eq!(luhn_digit("7992739871"), 3);
        let card = card(42);
        assert_eq!(card.len(), 19);
        assert_ne!(luhn_digit(&card[..18]), card[18..].parse::<u32>().unwrap());
    }

    #[test]
    fn organisation_check_of_the_standard() {
        // GB 11714's example: D2143569-X.
        assert_eq!(organisation_check("D2143569"), 'X');
    }

    #[test]
    fn a_credit_code_sums_to_a_multiple_of_31() {
        let code = credit_code("91", 17);
        assert_eq!(code.len(), 18);
        let mut weight = 1;
        let mut sum = 0;
        for sign in code[..17].bytes() {
            sum += CREDIT_SIGNS.iter().position(|s| *s == sign).unwrap() * weight;
            weight = weight * 3 % 31;
        }
        let check = CREDIT_SIGNS.iter().position(|s| *s == code.as_bytes()[17]).unwrap();
        assert_eq!((sum + check) % 31, 0);
    }
}
