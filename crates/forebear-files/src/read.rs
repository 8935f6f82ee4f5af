//! The one reader.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::path::Path;

use crate::handed_over::is_handed_over;
use crate::unread::Unread;

/// Reads a whole file of at most `limit` bytes.
///
/// # Errors
/// [`Unread`]. What a shell hands over by a pipe or `<(…)` is read too, and no
/// further than the limit.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Unread> {
    let file = if is_handed_over(path) { File::open(path)? } else { open(path)? };
    // A file may grow while it is read, and those of /proc say that they are empty.
    let size = file.metadata()?.len();
    if size > limit {
        return Err(Unread::TooLarge { limit });
    }
    read_from(file, limit, Vec::with_capacity(usize::try_from(size).unwrap_or_default()))
}

fn read_from(file: impl Read, limit: u64, mut bytes: Vec<u8>) -> Result<Vec<u8>, Unread> {
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(Unread::TooLarge { limit });
    }
    Ok(bytes)
}

/// As [`read`], of text.
///
/// # Errors
/// [`Unread`]
pub fn read_text(path: &Path, limit: u64) -> Result<String, Unread> {
    String::from_utf8(read(path, limit)?).map_err(|_| Unread::NotText)
}

/// As [`read_text`], of what the caller put on standard input.
///
/// # Errors
/// [`Unread`]
pub fn read_stdin_text(limit: u64) -> Result<String, Unread> {
    String::from_utf8(read_from(std::io::stdin().lock(), limit, Vec::new())?).map_err(|_| Unread::NotText)
}

/// Opens a file of any size whose whole content is there.
///
/// # Errors
/// [`Unread::Folder`], [`Unread::Special`], and what the system says.
pub fn open(path: &Path) -> Result<File, Unread> {
    // Opening alone wakes some devices, and says nothing useful of a socket.
    if let Some(unread) = Unread::of(path.metadata()?.file_type()) {
        return Err(unread);
    }
    let file = without_waiting(path)?;
    // It may have been put in the place of a file in between.
    ensure_file(&file)?;
    Ok(file)
}

/// Whether what is open is a file, for who has to open it otherwise.
///
/// # Errors
/// As [`open`].
pub fn ensure_file(file: &File) -> Result<(), Unread> {
    Unread::of(file.metadata()?.file_type()).map_or(Ok(()), Err)
}

/// Opens without waiting for whoever writes, in case it is a FIFO after all.
#[cfg(unix)]
fn without_waiting(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let flags = rustix::fs::OFlags::NONBLOCK.bits();
    OpenOptions::new().read(true).custom_flags(flags.cast_signed()).open(path)
}

#[cfg(not(unix))]
fn without_waiting(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn what_is_read_and_what_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        #[track_caller]
        fn check(path: &Path, limit: u64, expected: Result<&str, &str>) {
            let read = read_text(path, limit).map_err(|error| error.to_string());
            assert_eq!(read.as_deref().map_err(String::as_str), expected, "{}", path.display());
        }
        let special = "it is a pipe or a device, not a file";
        std::fs::write(at("text"), "alpine\n").unwrap();
        std::fs::write(at("bytes"), [0xff]).unwrap();
        std::os::unix::fs::symlink("/dev/zero", at("endless")).unwrap();
        std::os::unix::fs::symlink(at("fifo"), at("to-fifo")).unwrap();
        rustix::fs::mknodat(
            rustix::fs::CWD,
            at("fifo"),
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::from_raw_mode(0o600),
            0,
        )
        .unwrap();
        let _socket = UnixListener::bind(at("socket")).unwrap();
        // Sparse: a terabyte that takes no room.
        File::create(at("huge")).unwrap().set_len(1 << 40).unwrap();
        check(&at("text"), 7, Ok("alpine\n"));
        check(&at("text"), 6, Err("it is larger than the 6 bytes that are read of it"));
        check(&at("huge"), 1 << 20, Err("it is larger than the 1048576 bytes that are read of it"));
        check(&at("bytes"), 7, Err("it is not UTF-8 text"));
        check(folder.path(), 7, Err("it is a folder"));
        for fifo in ["fifo", "to-fifo"] {
            check(&at(fifo), 7, Err(special));
        }
        check(&at("socket"), 7, Err(special));
        check(&at("endless"), 7, Err(special));
        check(Path::new("/dev/zero"), 7, Err(special));
        check(&at("none"), 7, Err("No such file or directory (os error 2)"));
        assert!(read(&at("none"), 7).unwrap_err().is_missing());
        // Of no size by its own word.
        assert!(read_text(Path::new("/proc/self/status"), 1 << 20).unwrap().contains("Pid:"));
        assert!(matches!(read(Path::new("/proc/self/status"), 10), Err(Unread::TooLarge { limit: 10 })));
    }
}
