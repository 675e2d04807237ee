//! How like two words are.

/// Least likeness of a word to be taken for another one misspelt, 0–1: one letter in two may be wrong.
pub const ALIKE: f64 = 0.5;

/// Letters to put in, take out, change, or swap with their neighbour to make one word of the other.
pub fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let changed = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = changed.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

/// The one of `known` that `typed` is most like; `None` where it is like none of them.
pub fn nearest<'k>(typed: &str, known: &[&'k str]) -> Option<&'k str> {
    let likeness = |word: &str| {
        let longer = word.chars().count().max(typed.chars().count()).max(1);
        1.0 - distance(&typed.to_lowercase(), word) as f64 / longer as f64
    };
    let best = known.iter().copied().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(best) >= ALIKE).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_swapped_left_out_and_put_in_count_one_each() {
        assert_eq!(distance("rank", "rnak"), 1);
        assert_eq!(distance("import", "imprt"), 1);
        assert_eq!(distance("track", "traick"), 1);
        assert_eq!(distance("plan", "plam"), 1);
        assert_eq!(distance("", "plan"), 4);
    }

    #[test]
    fn the_likest_word_is_named_and_a_strange_one_is_like_none() {
        let known = ["rate", "days", "value_lag_days", "return_lag_days"];
        assert_eq!(nearest("rates", &known), Some("rate"));
        assert_eq!(nearest("Value_lag_day", &known), Some("value_lag_days"));
        assert_eq!(nearest("利率", &known), None);
        assert_eq!(nearest("x", &[]), None);
    }
}
