//! Names as they are given: one a line, bytes as they are.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use crate::failure::Failure;

/// Names are read so much at a time: as much as stays close to the processor.
const BLOCK: usize = 256 << 10;

/// Where names come from, and what it is called.
pub(crate) struct Source {
    name: String,
    reader: Box<dyn Read>,
}

impl Source {
    /// A file; standard input when it is `-` or none.
    pub(crate) fn open(file: Option<&Path>) -> Result<Self, Failure> {
        match file {
            Some(path) if path.as_os_str() != "-" => {
                let name = path.display().to_string();
                match File::open(path) {
                    Ok(file) => Ok(Self { name, reader: Box::new(file) }),
                    Err(error) => Err(Failure::Read { name, error }),
                }
            }
            _ => Ok(Self { name: "standard input".to_owned(), reader: Box::new(std::io::stdin()) }),
        }
    }

    /// Calls `each` with one block of whole lines after another. Only the last may lack its newline.
    pub(crate) fn blocks(
        mut self,
        mut each: impl FnMut(&[u8]) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut buffer = vec![0; BLOCK];
        let mut held = 0;
        loop {
            // A line longer than the buffer makes it grow.
            if held == buffer.len() {
                buffer.resize(2 * held, 0);
            }
            let read = match self.reader.read(&mut buffer[held..]) {
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(Failure::Read { name: self.name, error }),
            };
            if read == 0 {
                break;
            }
            let fresh = held;
            held += read;
            if let Some(last) = memchr::memrchr(b'\n', &buffer[fresh..held]) {
                let whole = fresh + last + 1;
                each(&buffer[..whole])?;
                buffer.copy_within(whole..held, 0);
                held -= whole;
            }
        }
        if held > 0 { each(&buffer[..held]) } else { Ok(()) }
    }

    /// Everything at once.
    pub(crate) fn text(self) -> Result<Vec<u8>, Failure> {
        let mut text = Vec::new();
        self.blocks(|block| {
            text.extend_from_slice(block);
            Ok(())
        })?;
        Ok(text)
    }
}

/// Each name, without its newline. The last one need not have one.
pub(crate) fn lines(names: &[u8]) -> impl Iterator<Item = &[u8]> {
    let whole = names.strip_suffix(b"\n").unwrap_or(names);
    let mut rest = (!names.is_empty()).then_some(whole);
    std::iter::from_fn(move || {
        let now = rest?;
        match memchr::memchr(b'\n', now) {
            Some(end) => {
                rest = now.get(end + 1..);
                now.get(..end)
            }
            None => {
                rest = None;
                Some(now)
            }
        }
    })
}
