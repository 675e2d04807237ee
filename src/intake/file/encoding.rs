//! Text files: what they are encoded in. They are decoded while they are read, so that a file of any length takes little
//! memory.

use std::io::{self, ErrorKind, Read, Seek, SeekFrom};

use encoding_rs::{BIG5, Decoder, DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use crate::intake::file::input::Input;
use crate::intake::issue::{self, Fault};

/// How much of a text tells what it is.
const START: usize = 64 << 10;
/// Bytes decoded at a time.
pub(crate) const CHUNK: usize = 64 << 10;

/// A text whose encoding is known to hold from its first byte to its last.
pub struct Text {
    input: Input,
    encoding: &'static Encoding,
    /// Bytes of the byte order mark.
    mark: usize,
    /// The encoding is neither UTF-8 nor what the text says of itself.
    guessed: bool,
    survey: Survey,
}

/// What one pass over a text shows.
#[derive(Default)]
struct Survey {
    /// Its first characters.
    start: String,
    line_ends: u64,
    blank: bool,
    control: bool,
}

impl Text {
    /// Byte order marks first, then UTF-8 strictly, then what the text says of itself, and Big5 or GB18030 only when that
    /// fails: UTF-8 and Big5 read as GBK give wrong characters without any error.
    ///
    /// # Errors
    /// Bytes that are no text.
    pub fn open(mut input: Input) -> Result<Text, Fault> {
        let start = input.start(4096).map_err(|_| not_readable())?;
        if let Some((encoding, mark)) = Encoding::for_bom(&start) {
            let survey = survey(&mut input, encoding, mark)?.ok_or_else(|| Fault::new(issue::UNKNOWN_ENCODING))?;
            return Ok(Text { input, encoding, mark, guessed: encoding != UTF_8, survey });
        }
        let binary = || Fault::new(issue::NOT_A_WORKBOOK).word("looks_like", "format_binary");
        let zeros = start.iter().filter(|b| **b == 0).count();
        if zeros > 0 {
            let odd = start.iter().skip(1).step_by(2).filter(|b| **b == 0).count();
            let encoding = if odd * 2 >= zeros { UTF_16LE } else { UTF_16BE };
            let survey = survey(&mut input, encoding, 0)?.filter(|s| !s.control).ok_or_else(binary)?;
            return Ok(Text { input, encoding, mark: 0, guessed: true, survey });
        }
        let declared = crate::intake::file::sniff::declared(&start);
        let big5 = is_big5(input.start(START).map_err(|_| not_readable())?.as_ref()).then_some(BIG5);
        for (encoding, guessed) in [(Some(UTF_8), false), (declared, false), (big5, true), (Some(GB18030), true)] {
            let Some(encoding) = encoding else { continue };
            let Some(survey) = survey(&mut input, encoding, 0)? else { continue };
            let control = |c: char| c.is_control() && !matches!(c, '\t' | '\r' | '\n' | '\u{c}');
            if survey.start.chars().take(4096).any(control) {
                return Err(binary());
            }
            return Ok(Text { input, encoding, mark: 0, guessed, survey });
        }
        Err(Fault::new(issue::UNKNOWN_ENCODING))
    }

    /// Its first characters, enough to tell what it is.
    pub fn start(&self) -> &str {
        &self.survey.start
    }

    /// Worth saying when the encoding was a guess.
    pub fn note(&self) -> Option<Fault> {
        self.guessed.then(|| Fault::new(issue::ENCODING_ASSUMED).text("encoding", self.encoding.name()))
    }

    /// Whether nothing stands in it.
    pub fn is_blank(&self) -> bool {
        self.survey.blank
    }

    /// Line feeds in it.
    pub fn line_ends(&self) -> u64 {
        self.survey.line_ends
    }

    /// Its UTF-8, from the start.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub(crate) fn decoded(&mut self) -> Result<Decoded<'_>, Fault> {
        Decoded::new(&mut self.input, self.encoding, self.mark).map_err(|_| not_readable())
    }

    /// All of it.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn whole(mut self) -> Result<String, Fault> {
        let mut text = String::new();
        self.decoded()?.read_to_string(&mut text).map_err(|_| not_readable())?;
        Ok(text)
    }
}

/// Characters of two bytes that are enough to tell Big5 from GBK.
const ENOUGH: usize = 4;
/// Percent of them that are common ones of Big5 at least; of GBK's most begin with higher bytes.
const COMMON_PERCENT: usize = 85;
/// Percent of them whose second byte is below 0x80 at least: of Big5's well over a third, of GBK's simplified ones hardly
/// any.
const LOW_PERCENT: usize = 15;

/// Whether the beginning of a text that is no UTF-8 is Big5 and not GBK, by where its characters lie in the two.
fn is_big5(start: &[u8]) -> bool {
    let (mut all, mut common, mut low) = (0, 0, 0);
    let mut bytes = start.iter().copied();
    while let Some(lead) = bytes.next() {
        if lead < 0x80 {
            continue;
        }
        let Some(trail) = bytes.next() else { break };
        if !matches!(trail, 0x40..=0x7e | 0xa1..=0xfe) {
            return false;
        }
        all += 1;
        common += usize::from((0xa1..=0xc6).contains(&lead));
        low += usize::from(trail < 0x80);
    }
    all >= ENOUGH && common * 100 >= all * COMMON_PERCENT && low * 100 >= all * LOW_PERCENT
}

pub(crate) fn not_readable() -> Fault {
    Fault::new(issue::UNREADABLE_FILE).word("reason", "reason_io")
}

/// Reads the whole text in an encoding; `None` when some of its bytes are none of it.
fn survey(input: &mut Input, encoding: &'static Encoding, mark: usize) -> Result<Option<Survey>, Fault> {
    let mut decoded = Decoded::new(input, encoding, mark).map_err(|_| not_readable())?;
    let mut survey = Survey { blank: true, ..Survey::default() };
    loop {
        match decoded.fill() {
            Ok(true) => {}
            Ok(false) => return Ok(Some(survey)),
            Err(e) if e.kind() == ErrorKind::InvalidData => return Ok(None),
            Err(_) => return Err(not_readable()),
        }
        let text = &decoded.text;
        survey.line_ends += text.bytes().filter(|b| *b == b'\n').count() as u64;
        survey.blank &= text.trim().is_empty();
        survey.control |= text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\r' | '\n'));
        // Once it is full but for a part of a character, nothing from further down follows.
        let room = START.saturating_sub(survey.start.len());
        if room >= char::MAX_LEN_UTF8 {
            survey.start.push_str(&text[..text.floor_char_boundary(room)]);
        }
    }
}

/// The text of an input as UTF-8, decoded as it is read.
pub(crate) struct Decoded<'i> {
    input: &'i mut Input,
    decoder: Decoder,
    bytes: Vec<u8>,
    /// Bytes read and not decoded yet.
    pending: std::ops::Range<usize>,
    ended: bool,
    /// What was decoded last.
    text: String,
    /// Bytes of it that were handed on.
    given: usize,
}

impl<'i> Decoded<'i> {
    fn new(input: &'i mut Input, encoding: &'static Encoding, mark: usize) -> io::Result<Decoded<'i>> {
        input.seek(SeekFrom::Start(mark as u64))?;
        Ok(Decoded {
            input,
            decoder: encoding.new_decoder_without_bom_handling(),
            bytes: vec![0; CHUNK],
            pending: 0..0,
            ended: false,
            text: String::with_capacity(CHUNK),
            given: 0,
        })
    }

    /// Decodes the next piece; whether there was one. Bytes that are none of the encoding are `InvalidData`.
    fn fill(&mut self) -> io::Result<bool> {
        self.text.clear();
        self.given = 0;
        while self.text.is_empty() && !(self.ended && self.pending.is_empty()) {
            if self.pending.is_empty() {
                let n = self.input.read(&mut self.bytes)?;
                self.pending = 0..n;
                self.ended = n == 0;
            }
            let source = &self.bytes[self.pending.clone()];
            let (result, read) = self.decoder.decode_to_string_without_replacement(source, &mut self.text, self.ended);
            self.pending.start += read;
            if let DecoderResult::Malformed(..) = result {
                return Err(ErrorKind::InvalidData.into());
            }
        }
        Ok(!self.text.is_empty())
    }
}

impl Read for Decoded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.text.len() && !self.fill()? {
            return Ok(0);
        }
        let n = (&self.text.as_bytes()[self.given..]).read(buffer)?;
        self.given += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn big5_is_told_from_gbk_however_short() {
        let traditional = "員工姓名,實發金額,帳號\n張測試,5000,1\n李測試,6000,2\n";
        let open = |bytes: Vec<u8>| Text::open(Input::memory(bytes)).ok().unwrap();
        let of = |encoding: &'static Encoding, text: &str| open(encoding.encode(text).0.into_owned());
        for text in [traditional, "姓名,金額\n甲,1\n", "姓名,帳號\n"] {
            let read = of(BIG5, text);
            assert_eq!(
                read.note().unwrap().params,
                Fault::new(issue::ENCODING_ASSUMED).text("encoding", "Big5").params
            );
            assert_eq!(read.whole().unwrap(), text);
            assert_eq!(of(GB18030, text).whole().unwrap(), text, "the same characters in GBK");
        }
        for text in ["姓名,金额\n甲,1\n", "工号,部门,编号,备注\n", "姓名,账号\n喆堃鑫镕,1\n"] {
            assert_eq!(of(GB18030, text).whole().unwrap(), text);
        }
        // A page that says so.
        let page = "<meta charset=big5><table><tr><td>姓名</table>";
        assert_eq!(of(BIG5, page).note(), None);
        assert_eq!(of(BIG5, page).whole().unwrap(), page);
    }

    #[test]
    fn what_a_page_says_of_its_encoding_is_no_guess() {
        let page = "<meta charset=gb2312><table><tr><td>甲</table>";
        let open = |text: &str| Text::open(Input::memory(GB18030.encode(text).0.into_owned())).ok().unwrap();
        assert_eq!(open(page).note(), None);
        assert_eq!(open(page).whole().unwrap(), page);
        assert!(open("姓名").note().is_some());
    }
}
