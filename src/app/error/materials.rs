//! What is wrong with `[materials]` of `daifa.toml`, and how it is told.

use std::path::Path;

use crate::app::error::{FILE, Spec, WORKSPACE, arg, at, count, told};
use crate::model::Param;
use crate::render::picture::PictureError;

/// What is wrong with `[materials]`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MaterialFault {
    #[error("colour is «{text}», not #RRGGBB")]
    Colour { text: String },
    /// `number`: which of the links, from 1.
    #[error("link {number} has the address «{text}»")]
    Address { number: usize, text: String },
    #[error("link {number} has the key «{text}», which is no word or stands twice")]
    Key { number: usize, text: String },
    #[error("{found} links, more than {most}")]
    Links { found: usize, most: usize },
    #[error("the logo «{text}» does not lie inside the workspace")]
    LogoPlace { text: String },
    #[error("the logo «{text}» is no usable PNG picture: {reason}")]
    LogoPicture { text: String, reason: PictureError },
}

/// A setting of `[materials]` that cannot be used.
pub(super) fn told_of<'e>(path: &Path, fault: &MaterialFault) -> Spec<'e> {
    let place = |number: usize, text: &str| vec![at(path), count("number", number), arg("text", text)];
    match fault {
        MaterialFault::Colour { text } => told(WORKSPACE, "materials_colour", vec![at(path), arg("text", text)]),
        MaterialFault::Address { number, text } => told(WORKSPACE, "materials_address", place(*number, text)),
        MaterialFault::Key { number, text } => told(WORKSPACE, "materials_key", place(*number, text)),
        MaterialFault::Links { found, most } => {
            told(WORKSPACE, "materials_links", vec![at(path), count("found", *found), count("most", *most)])
        }
        MaterialFault::LogoPlace { text } => told(WORKSPACE, "materials_logo_place", vec![at(path), arg("text", text)]),
        MaterialFault::LogoPicture { text, reason } => {
            let reason = match reason {
                PictureError::TooLarge { width, height, most } => Param::Phrase {
                    phrase: "picture_too_large".into(),
                    params: [("width", *width), ("height", *height), ("most", *most)]
                        .map(|(name, n)| (name.to_string(), Param::Count(i64::from(n))))
                        .into(),
                },
                _ => Param::Word { word: "picture_damaged".into() },
            };
            told(FILE, "materials_logo_picture", vec![at(path), arg("text", text), ("reason", reason)])
        }
    }
}
