//! The bytes of a file: on the disk, or deciphered in memory.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};

/// A file's bytes, wherever they lie.
pub(crate) enum Input {
    File(BufReader<File>),
    Memory(Cursor<Vec<u8>>),
}

impl Input {
    pub fn file(file: File) -> Input {
        Input::File(BufReader::with_capacity(64 << 10, file))
    }

    pub fn memory(bytes: Vec<u8>) -> Input {
        Input::Memory(Cursor::new(bytes))
    }

    /// The first bytes, at most `count`; the next read begins at the start.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn start(&mut self, count: usize) -> io::Result<Vec<u8>> {
        self.rewind()?;
        let mut bytes = Vec::new();
        self.take(count as u64).read_to_end(&mut bytes)?;
        self.rewind()?;
        Ok(bytes)
    }

    /// How many bytes there are; the next read begins at the start.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn length(&mut self) -> io::Result<u64> {
        let length = self.seek(SeekFrom::End(0))?;
        self.rewind()?;
        Ok(length)
    }

    /// All bytes.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn whole(mut self) -> io::Result<Vec<u8>> {
        if let Input::Memory(bytes) = self {
            return Ok(bytes.into_inner());
        }
        self.rewind()?;
        let mut bytes = Vec::new();
        self.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Input::File(file) => file.read(buffer),
            Input::Memory(bytes) => bytes.read(buffer),
        }
    }
}

impl Seek for Input {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Input::File(file) => file.seek(to),
            Input::Memory(bytes) => bytes.seek(to),
        }
    }
}
