//! The questions of a visit as files beside the form to print.

use crate::app::error::AppError;
use crate::app::workspace::open::Workspace;
use crate::engagement::visit::pack::PackContext;
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

/// One of the forms. None of them holds personal data: they are empty.
pub(super) fn form(
    languages: &Languages,
    words: &Words,
    context: &PackContext,
    (form, audience): (FormKind, Option<&str>),
) -> Result<Vec<u8>, AppError> {
    let Languages { zh, en } = languages;
    let asked = context.for_audience(audience);
    Ok(match form {
        FormKind::Xlsform => workbook::write(&xlsform::book(&asked, zh, en), zh)?,
        FormKind::Wjx => wjx::text_of(&asked, zh).into_bytes(),
        FormKind::Keying => workbook::write(&keying::book(context, words), words)?,
    })
}
