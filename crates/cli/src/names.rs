//! Names as they are given: one a line.

use std::borrow::Cow;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use crate::complain;
use crate::failure::Failure;

/// Names are read so much at a time: as much as stays close to the processor.
const BLOCK: usize = 256 << 10;

/// The longest line that is read. A tag has at most 128 characters and a repository's path 255; a line this
/// long is no list of names, and one without an end would fill the memory.
const LONGEST_LINE: usize = 4096;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

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
    ///
    /// What a text file has around its names, a byte order mark and carriage returns before newlines, is
    /// left out. That, and lines that can be no names, is said on standard error.
    pub(crate) fn blocks(
        mut self,
        mut each: impl FnMut(&[u8]) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut oddities = Oddities::new(&self.name);
        let mut buffer = vec![0; BLOCK];
        let mut held = 0;
        loop {
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
            let whole = memchr::memrchr(b'\n', &buffer[fresh..held]).map_or(0, |last| fresh + last + 1);
            if let Some(start) = endless_line(&buffer[..held]) {
                let line = oddities.lines + 1 + count_lines(&buffer[..start]);
                return Err(Failure::LongLine { name: self.name, line, limit: LONGEST_LINE });
            }
            if whole > 0 {
                each(&oddities.without(&buffer[..whole]))?;
                buffer.copy_within(whole..held, 0);
                held -= whole;
            }
        }
        if held > 0 { each(&oddities.without(&buffer[..held])) } else { Ok(()) }
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

/// Where the first line begins that is too long. Looks for the last newline within reach, and goes on from
/// there, so that few bytes of short names are looked at.
fn endless_line(text: &[u8]) -> Option<usize> {
    let mut start = 0;
    while text.len() - start > LONGEST_LINE {
        let reach = &text[start..=start + LONGEST_LINE];
        match memchr::memrchr(b'\n', reach) {
            Some(last) => start += last + 1,
            None => return Some(start),
        }
    }
    None
}

fn count_lines(text: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', text).count()
}

/// What is odd about a list of names; each kind is told once.
struct Oddities<'a> {
    /// What the list is called.
    name: &'a str,
    /// Lines so far.
    lines: usize,
    told_returns: bool,
    told_bytes: bool,
    told_nul: bool,
}

impl<'a> Oddities<'a> {
    fn new(name: &'a str) -> Self {
        Self { name, lines: 0, told_returns: false, told_bytes: false, told_nul: false }
    }

    /// A block without what is around its names.
    fn without<'b>(&mut self, block: &'b [u8]) -> Cow<'b, [u8]> {
        let mut names = block;
        if self.lines == 0
            && let Some(rest) = names.strip_prefix(BYTE_ORDER_MARK)
        {
            names = rest;
            self.tell("starts with a byte order mark; it is not part of the first name");
        }
        if !self.told_nul
            && let Some(at) = memchr::memchr(0, names)
        {
            self.told_nul = true;
            self.tell_line(names, at, "has a NUL; no tag has one");
        }
        if !self.told_bytes
            && let Err(error) = std::str::from_utf8(names)
        {
            self.told_bytes = true;
            self.tell_line(
                names,
                error.valid_up_to(),
                "is not UTF-8; it is compared byte by byte, and no tag is written so",
            );
        }
        self.lines += count_lines(names);
        match memchr::memchr(b'\r', names) {
            Some(_) => self.without_returns(names),
            None => Cow::Borrowed(names),
        }
    }

    fn without_returns<'b>(&mut self, names: &'b [u8]) -> Cow<'b, [u8]> {
        let mut kept = Vec::with_capacity(names.len());
        for line in names.split_inclusive(|&byte| byte == b'\n') {
            let text = line.strip_suffix(b"\n").unwrap_or(line);
            kept.extend_from_slice(text.strip_suffix(b"\r").unwrap_or(text));
            kept.extend_from_slice(&line[text.len()..]);
        }
        if kept.len() < names.len() && !self.told_returns {
            self.told_returns = true;
            self.tell("has lines that end with CR LF; the CR is not part of the names");
        }
        Cow::Owned(kept)
    }

    fn tell_line(&self, names: &[u8], at: usize, what: &str) {
        let line = self.lines + 1 + count_lines(&names[..at]);
        complain(&format!("warning: line {line} of {} {what}", self.name));
    }

    fn tell(&self, what: &str) {
        complain(&format!("warning: {} {what}", self.name));
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
