//! What a branch's printed matter carries: its mark, its colour, the links behind its QR codes (`[materials]` of
//! `daifa.toml`).

use std::path::{Component, Path};

use serde::{Deserialize, Serialize};

use crate::app::error::{AppError, MaterialFault};
use crate::app::workspace::settings::failed;
use crate::files::{self, Unfit};
use crate::render::document::Colour;
use crate::render::picture::{LINK, LOGO, Picture, Pictures};

/// A poster has room for so many codes that a phone can read from where people stand.
const MOST_LINKS: usize = 4;
/// Longest address, in characters: a code of more is too fine to read from a sheet on a wall.
const LONGEST_URL: usize = 300;

/// `[materials]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaterialSettings {
    /// A PNG picture inside the workspace, relative to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// `#1F4E79`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colour: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<LinkSetting>,
}

/// `[[materials.links]]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkSetting {
    /// `mobile_bank`, `official_account`, `group`, `booking`, or one of the branch's own.
    pub key: String,
    pub url: String,
    /// What stands below the code; else the key's own word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

impl MaterialSettings {
    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        *self == MaterialSettings::default()
    }

    /// Finds what cannot be used without looking at the disk.
    ///
    /// # Errors
    /// The first fault.
    pub fn check(&self) -> Result<(), MaterialFault> {
        if let Some(text) = self.colour.as_ref().filter(|text| text.parse::<Colour>().is_err()) {
            return Err(MaterialFault::Colour { text: text.clone() });
        }
        if let Some(text) = self.logo.as_ref().filter(|text| !is_inside(text)) {
            return Err(MaterialFault::LogoPlace { text: text.clone() });
        }
        if self.links.len() > MOST_LINKS {
            return Err(MaterialFault::Links { found: self.links.len(), most: MOST_LINKS });
        }
        for (i, link) in self.links.iter().enumerate() {
            let number = i + 1;
            let twice = self.links[..i].iter().any(|other| other.key == link.key);
            if twice || !is_key(&link.key) {
                return Err(MaterialFault::Key { number, text: link.key.clone() });
            }
            if !is_web_address(&link.url) {
                return Err(MaterialFault::Address { number, text: link.url.clone() });
            }
        }
        Ok(())
    }

    /// The headings' colour, where one is set.
    pub fn accent(&self) -> Option<Colour> {
        self.colour.as_ref()?.parse().ok()
    }

    /// The pictures of the documents: the mark, and the code of each link.
    ///
    /// # Errors
    /// The mark is not there, a link, or no picture that can be used.
    pub fn pictures(&self, root: &Path) -> Result<Pictures, AppError> {
        let mut pictures = Pictures::new();
        for link in &self.links {
            let code =
                Picture::code(&link.url).map_err(|e| AppError::Inner { what: "QR code", reason: e.to_string() })?;
            pictures.insert(format!("{LINK}{}", link.key), code);
        }
        if let Some(text) = &self.logo {
            pictures.insert(LOGO.to_string(), logo(root, text)?);
        }
        Ok(pictures)
    }
}

fn logo(root: &Path, text: &str) -> Result<Picture, AppError> {
    let path = root.join(text);
    let unreadable = |e: std::io::Error| failed(&path, &e);
    if let Some(link) = files::link_on_the_way(root, &path).map_err(unreadable)? {
        return Err(AppError::Unfit { path: link, unfit: Unfit::Link });
    }
    let png = files::read_own(&path, files::LONGEST_PICTURE).map_err(unreadable)?;
    Picture::read(png).map_err(|reason| AppError::Materials {
        path: root.join("daifa.toml"),
        fault: MaterialFault::LogoPicture { text: text.to_string(), reason },
    })
}

/// A path that goes down from the workspace and nowhere else.
fn is_inside(path: &str) -> bool {
    // On other systems these mean nothing, but a workspace moves between them.
    let foreign = path.contains(['\\', ':']);
    !path.is_empty() && !foreign && Path::new(path).components().all(|c| matches!(c, Component::Normal(_)))
}

fn is_key(key: &str) -> bool {
    !key.is_empty() && key.len() <= 32 && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// An address of the web a phone can open; anything else behind a code could do something else on it.
fn is_web_address(url: &str) -> bool {
    let host = ["https://", "http://"].iter().find_map(|scheme| url.strip_prefix(scheme));
    let fits = url.chars().count() <= LONGEST_URL && !url.contains(|c: char| c.is_whitespace() || c.is_control());
    fits && host.is_some_and(|rest| rest.starts_with(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str) -> MaterialSettings {
        toml::from_str(text).unwrap()
    }

    fn link(key: &str, url: &str) -> String {
        format!("[[links]]\nkey = \"{key}\"\nurl = \"{url}\"\n")
    }

    #[test]
    fn settings_that_can_be_used_are_taken() {
        let text = format!(
            "logo = \"templates/logo.png\"\ncolour = \"#8B0000\"\n{}{}",
            link("mobile_bank", "https://example.com/m?a=1"),
            link("own_2", "http://example.com/预约")
        );
        let all = settings(&text);
        assert_eq!(all.check(), Ok(()));
        assert_eq!(all.accent().unwrap().to_string(), "8B0000");
        assert!(settings("").is_empty() && settings("").check().is_ok() && !all.is_empty());
        assert!(toml::from_str::<MaterialSettings>("color = \"#8B0000\"").is_err());
    }

    #[test]
    fn faults_are_named_with_their_place() {
        let found = |text: &str| settings(text).check().unwrap_err();
        assert_eq!(found("colour = \"red\""), MaterialFault::Colour { text: "red".into() });
        for outside in ["../logo.png", "/etc/logo.png", "templates/../../x.png", "C:/logo.png", "a\\\\b.png", ""] {
            assert!(matches!(found(&format!("logo = \"{outside}\"")), MaterialFault::LogoPlace { .. }), "{outside}");
        }
        for url in ["ftp://example.com", "javascript:alert(1)", "example.com", "https://", "https:// a", "HTTP//x", ""]
        {
            let wrong = link("a", "https://example.com") + &link("b", url);
            assert_eq!(found(&wrong), MaterialFault::Address { number: 2, text: url.into() });
        }
        let long = format!("https://example.com/{}", "x".repeat(281));
        assert!(matches!(found(&link("a", &long)), MaterialFault::Address { number: 1, .. }));
        let a = link("a", "https://example.com");
        for (wrong, text) in [(a.clone() + &a, "a"), (a.clone() + &link("B 1", "https://example.com"), "B 1")] {
            assert_eq!(found(&wrong), MaterialFault::Key { number: 2, text: text.into() });
        }
        let five: String = ["a", "b", "c", "d", "e"].map(|key| link(key, "https://example.com")).concat();
        assert_eq!(found(&five), MaterialFault::Links { found: 5, most: 4 });
    }

    #[test]
    fn the_mark_is_read_from_the_workspace_and_must_be_a_picture() {
        let folder = tempfile::tempdir().unwrap();
        let png = Picture::code("https://example.com").unwrap();
        std::fs::write(folder.path().join("logo.png"), &png.png).unwrap();
        let pictures = |text: &str| settings(&format!("logo = \"{text}\"")).pictures(folder.path());
        assert_eq!(pictures("logo.png").unwrap(), Pictures::from([("logo".to_string(), png)]));
        assert!(matches!(pictures("none.png"), Err(AppError::NoFile { .. })));
        std::fs::write(folder.path().join("text.png"), "no picture").unwrap();
        let fault = pictures("text.png").unwrap_err();
        assert!(matches!(fault, AppError::Materials { fault: MaterialFault::LogoPicture { .. }, .. }), "{fault}");
        #[cfg(unix)]
        {
            let outside = tempfile::tempdir().unwrap();
            std::fs::copy(folder.path().join("logo.png"), outside.path().join("logo.png")).unwrap();
            std::os::unix::fs::symlink(outside.path(), folder.path().join("away")).unwrap();
            assert!(matches!(pictures("away/logo.png"), Err(AppError::Unfit { unfit: Unfit::Link, .. })));
        }
    }
}
