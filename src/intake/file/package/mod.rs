//! Workbooks that are zip archives, before and beside their reader: whether they may be opened at all, and what their
//! parts say that the reader's values do not keep (hidden rows, merged regions, formats).

pub(crate) mod archive;
pub(crate) mod biff_marks;
pub(crate) mod biff_old;
pub(crate) mod biff_texts;
pub(crate) mod ods_marks;
pub(crate) mod ods_styles;
pub(crate) mod parts;
pub(crate) mod repair;
pub(crate) mod style_codes;
pub(crate) mod styles;
pub(crate) mod wellformed;
pub(crate) mod xlsx_marks;
pub(crate) mod xml;
