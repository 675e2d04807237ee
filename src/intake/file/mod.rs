//! A file as rows of cells, whatever its format: what it is by its content ([`sniff`]), deciphered ([`decrypt`]), looked
//! over before any reader touches it ([`package`]), then read by the reader of its format. Nothing here knows what a
//! cell means.

pub(crate) mod cell;
pub(crate) mod csv;
pub(crate) mod decrypt;
pub(crate) mod encoding;
pub(crate) mod formula;
pub(crate) mod html;
pub(crate) mod input;
pub(crate) mod open;
pub(crate) mod package;
pub(crate) mod request;
pub(crate) mod scan;
pub(crate) mod sniff;
pub(crate) mod source;
pub(crate) mod text_of;
pub(crate) mod workbook;
pub(crate) mod xml2003;
