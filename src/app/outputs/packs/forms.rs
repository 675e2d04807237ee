//! The questions of a visit as files beside the form to print.

use crate::app::error::AppError;
use crate::app::reveal;
use crate::app::workspace::open::{OutNote, Workspace};
use crate::engagement::visit::pack::PackContext;
use crate::output::Written;
use crate::render::form::{keying, wjx, xlsform};
use crate::render::words::{Lang, Words};
use crate::render::workbook;
use crate::rules::visit::pack::documents::FormKind;

/// The words of forms that are in more than one language, whatever the workspace speaks.
pub(super) struct Languages {
    zh: Words,
    en: Words,
}

impl Languages {
    /// # Errors
    /// Words of the workspace that cannot be used.
    pub fn load(workspace: &Workspace) -> Result<Languages, AppError> {
        let templates = workspace.root.join("templates");
        let words = |lang: Lang| Words::load(lang, Some(&templates));
        Ok(Languages { zh: words(Lang::ZhCn)?, en: words(Lang::En)? })
    }
}

/// Writes one of the forms. None of them holds personal data: they are empty.
pub(super) fn write(
    workspace: &Workspace,
    languages: &Languages,
    context: &PackContext,
    (form, audience): (FormKind, Option<&str>),
    name: &str,
) -> Result<Written, AppError> {
    let Languages { zh, en } = languages;
    let asked = context.for_audience(audience);
    let bytes = match form {
        FormKind::Xlsform => workbook::write(&xlsform::book(&asked, zh, en), zh)?,
        FormKind::Wjx => wjx::text_of(&asked, zh).into_bytes(),
        FormKind::Keying => workbook::write(&keying::book(context, &workspace.words), &workspace.words)?,
    };
    let (columns, mask_level) = reveal::columns(&workspace.rules.masking, &[]);
    workspace.write_out(name, &bytes, OutNote { purpose: "pack", rows: 1, columns, mask_level })
}
