//! Files of the day that somebody has typed into: when they are written anew, the edited ones are kept under a name with a
//! mark and a number, by which they are known again.

use std::path::{Path, PathBuf};

use crate::app::error::AppError;
use crate::render::words::{Lang, Words};

/// Key of the mark in such names.
const MARK: &str = "file.edited";

/// A name nothing has yet for a file somebody has typed into.
pub(crate) fn free_name(path: &Path, words: &Words) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let extension = path.extension().map(|e| format!(".{}", e.to_string_lossy())).unwrap_or_default();
    let mark = words.get(MARK);
    (1..)
        .map(|n| path.with_file_name(format!("{stem}_{mark}{n}{extension}")))
        .find(|p| !p.exists())
        .unwrap_or_else(|| path.to_path_buf())
}

/// The marks, in every language the program may have run in.
///
/// # Errors
/// The shipped words cannot be read.
pub(crate) fn marks(words: &Words) -> Result<Vec<String>, AppError> {
    let mut marks = vec![words.get(MARK).to_string()];
    for lang in [Lang::ZhCn, Lang::En] {
        marks.push(Words::load(lang, None)?.get(MARK).to_string());
    }
    Ok(marks)
}

/// The name a file had before: `05_清单_人工修改2.xlsx` → `05_清单.xlsx`; none where no mark is in it.
pub(crate) fn name_before(name: &str, marks: &[String]) -> Option<String> {
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if !extension.contains('/') => (stem, format!(".{extension}")),
        _ => (name, String::new()),
    };
    let stem = stem.trim_end_matches(|c: char| c.is_ascii_digit());
    marks.iter().find_map(|mark| Some(format!("{}{extension}", stem.strip_suffix(mark.as_str())?.strip_suffix('_')?)))
}

#[cfg(test)]
mod tests {
    use super::name_before;

    #[test]
    fn a_file_kept_under_another_name_is_known_by_the_one_it_had() {
        let marks = ["人工修改".to_string(), "edited".to_string()];
        let before = |name: &str| name_before(name, &marks);
        assert_eq!(before("out/2026-03-18/05_清单_人工修改2.xlsx").as_deref(), Some("out/2026-03-18/05_清单.xlsx"));
        assert_eq!(before("out/a.b/x_edited1").as_deref(), Some("out/a.b/x"));
        assert_eq!(before("out/2026-03-18/05_清单.xlsx"), None);
        assert_eq!(before("out/2026-03-18/人工修改1.xlsx"), None);
    }
}
