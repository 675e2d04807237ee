//! Pictures of documents: always PNG, held in memory, known to a document by a key and never by a path or an address.

use std::collections::BTreeMap;
use std::io::Cursor;

use qrcode::{Color, EcLevel, QrCode};
use thiserror::Error;

/// Pictures by the key under which a template names them: `logo`, `link:<key>`.
pub type Pictures = BTreeMap<String, Picture>;

/// Key of the branch's mark.
pub const LOGO: &str = "logo";
/// Beginning of the keys of QR codes; the key of the link follows.
pub const LINK: &str = "link:";

/// Widest and highest picture taken, in pixels: printed at 300 to the inch that is 17 cm, and decoding it stays cheap.
const SIDE: u32 = 2_048;
/// Pixels of a module and blank modules around the code, as its standard asks for.
const MODULE: usize = 8;
const QUIET: usize = 4;

/// Why bytes are no picture of ours.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PictureError {
    #[error("no PNG picture: {0}")]
    NotPng(String),
    #[error("{width} × {height} pixels, more than {most} at a side")]
    TooLarge { width: u32, height: u32, most: u32 },
    #[error("no QR code: {0}")]
    NoCode(String),
}

/// A PNG picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    pub png: Vec<u8>,
    /// In pixels.
    pub width: u32,
    pub height: u32,
}

impl Picture {
    /// Takes a picture somebody has made, decoding all of it: a damaged one would keep Word from opening the document.
    ///
    /// # Errors
    /// No PNG, a damaged one, or one larger than a document needs.
    pub fn read(png: Vec<u8>) -> Result<Picture, PictureError> {
        let (width, height) = decoded(&png)?;
        Ok(Picture { png, width, height })
    }

    /// The QR code of a text: black and white, a fixed number of pixels to a module, sharp at any size.
    ///
    /// # Errors
    /// The text is longer than a code holds.
    pub fn code(text: &str) -> Result<Picture, PictureError> {
        let failed = |e: &dyn std::fmt::Display| PictureError::NoCode(e.to_string());
        // Level M survives 15 % of dirt, which does for paper on a wall.
        let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|e| failed(&e))?;
        let modules = code.width();
        let side = modules + 2 * QUIET;
        // A pixel is a bit, 1 for white, and a module as wide as a byte has bits.
        let mut bytes = vec![0xff_u8; side * side * MODULE];
        for (at, _) in code.into_colors().iter().enumerate().filter(|(_, colour)| **colour == Color::Dark) {
            let (x, y) = (at % modules + QUIET, at / modules + QUIET);
            for line in 0..MODULE {
                bytes[(y * MODULE + line) * side + x] = 0;
            }
        }
        let pixels = u32::try_from(side * MODULE).map_err(|e| failed(&e))?;
        let mut png = Vec::new();
        let mut encoder = png::Encoder::new(&mut png, pixels, pixels);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        let mut writer = encoder.write_header().map_err(|e| failed(&e))?;
        writer.write_image_data(&bytes).map_err(|e| failed(&e))?;
        writer.finish().map_err(|e| failed(&e))?;
        Ok(Picture { png, width: pixels, height: pixels })
    }
}

/// Width and height of a PNG all of which can be decoded.
fn decoded(png: &[u8]) -> Result<(u32, u32), PictureError> {
    let failed = |e: png::DecodingError| PictureError::NotPng(e.to_string());
    let mut decoder = png::Decoder::new(Cursor::new(png));
    let header = decoder.read_header_info().map_err(failed)?;
    let (width, height) = (header.width, header.height);
    if width > SIDE || height > SIDE {
        return Err(PictureError::TooLarge { width, height, most: SIDE });
    }
    let mut reader = decoder.read_info().map_err(failed)?;
    let size = reader.output_buffer_size().ok_or_else(|| PictureError::NotPng("no size".into()))?;
    reader.next_frame(&mut vec![0; size]).map_err(failed)?;
    reader.finish().map_err(failed)?;
    Ok((width, height))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// What a phone reads from a picture, if it is a code; by another library than the one that drew it.
    pub(crate) fn scanned(png: &[u8]) -> Option<String> {
        let mut decoder = png::Decoder::new(Cursor::new(png));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Grayscale, png::BitDepth::Eight));
        let (width, height) = (info.width as usize, info.height as usize);
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
        let found = image.detect_grids();
        found.first().map(|grid| grid.decode().unwrap().1)
    }

    #[test]
    fn a_code_reads_as_its_link() {
        for link in ["https://example.com/m?b=1024&from=poster", "http://example.com/预约", "https://e.cn"] {
            let picture = Picture::code(link).unwrap();
            assert_eq!(scanned(&picture.png).as_deref(), Some(link));
            // 21 modules at least, 4 blank ones at each side, 8 pixels each.
            assert!(picture.width >= 232 && picture.width == picture.height && picture.width.is_multiple_of(8));
        }
        assert!(matches!(Picture::code(&"x".repeat(3_000)), Err(PictureError::NoCode(_))));
    }

    #[test]
    fn only_a_whole_png_of_a_sensible_size_is_taken() {
        let png = Picture::code("https://example.com").unwrap().png;
        assert_eq!(Picture::read(png.clone()).unwrap().png, png);
        for damaged in [&b"GIF89a"[..], &png[..png.len() / 2], &[]] {
            assert!(matches!(Picture::read(damaged.to_vec()), Err(PictureError::NotPng(_))));
        }
        let mut wide = Vec::new();
        let mut writer = png::Encoder::new(&mut wide, 2_049, 1).write_header().unwrap();
        writer.write_image_data(&[0; 2_049]).unwrap();
        writer.finish().unwrap();
        let found = Picture::read(wide);
        assert!(matches!(found, Err(PictureError::TooLarge { width: 2_049, .. })), "{found:?}");
    }

    #[test]
    fn a_link_of_any_length_reads_as_itself() {
        for length in (0..=280).step_by(20) {
            let link = format!("https://example.com/{}", "aZ9_-%2F".chars().cycle().take(length).collect::<String>());
            assert_eq!(scanned(&Picture::code(&link).unwrap().png), Some(link));
        }
    }
}
