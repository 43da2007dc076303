//! The user's file with certificates, read so that no file can hold the program up: regular files only, of
//! bounded size, away from the threads that answer everybody.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::oneshot;

use crate::error::Trouble;

/// The largest file. The system's own bundle of all authorities has some 200 kB.
const LARGEST: u64 = 4 << 20;

/// How long reading may take: a network drive that is gone keeps its readers waiting for ever.
const LIMIT: Duration = Duration::from_secs(5);

/// Reads the file on a thread of its own.
pub async fn read_ca_file(path: &Path) -> Result<Bytes, Trouble> {
    let path = path.to_owned();
    within(LIMIT, move || read(&path)).await
}

/// Reads the file here. A pipe or a device is refused before it is opened, which alone may wait.
pub(crate) fn read(path: &Path) -> Result<Bytes, Trouble> {
    let unreadable = |_| Trouble::Tls("ca-file-unreadable".to_owned());
    let metadata = std::fs::metadata(path).map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(Trouble::Tls("ca-file-not-a-file".to_owned()));
    }
    let mut pem = Vec::new();
    // The size that is told need not be the size that is read.
    File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut pem)).map_err(unreadable)?;
    if pem.len() as u64 > LARGEST {
        return Err(Trouble::Tls("ca-file-too-large".to_owned()));
    }
    Ok(pem.into())
}

/// Not a thread of the runtime's: at the end the runtime waits for its own.
async fn within(
    limit: Duration,
    read: impl FnOnce() -> Result<Bytes, Trouble> + Send + 'static,
) -> Result<Bytes, Trouble> {
    let slow = || Trouble::Tls("ca-file-slow".to_owned());
    let (done, answer) = oneshot::channel();
    std::thread::spawn(move || {
        // Nobody is left to tell when it took too long.
        let _ = done.send(read());
    });
    match tokio::time::timeout(limit, answer).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) | Err(_) => Err(slow()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn code(outcome: Result<Bytes, Trouble>) -> String {
        match outcome.unwrap_err() {
            Trouble::Tls(code) => code,
            other => format!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn a_file_that_keeps_its_reader_waiting_is_given_up() {
        let (_held, never) = std::sync::mpsc::channel::<()>();
        let read = move || {
            let _ = never.recv();
            Ok(Bytes::new())
        };
        assert_eq!(code(within(Duration::ZERO, read).await), "ca-file-slow");
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn pipes_devices_and_folders_are_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for path in [pipe.as_path(), Path::new("/dev/zero"), folder.path()] {
            assert_eq!(code(read_ca_file(path).await), "ca-file-not-a-file", "{path:?}");
            assert_eq!(code(read(path)), "ca-file-not-a-file", "{path:?}");
        }
    }

    #[tokio::test]
    async fn a_file_is_read_up_to_its_limit() {
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().set_len(LARGEST).unwrap();
        assert_eq!(read_ca_file(file.path()).await.unwrap().len() as u64, LARGEST);
        file.as_file().set_len(LARGEST + 1).unwrap();
        assert_eq!(code(read_ca_file(file.path()).await), "ca-file-too-large");
        assert_eq!(code(read_ca_file(Path::new("/no/such/file")).await), "ca-file-unreadable");
    }
}
