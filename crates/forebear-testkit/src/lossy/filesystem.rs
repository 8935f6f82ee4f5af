//! The tree, as the kernel asks for it.

use std::ffi::OsStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use fuser::{
    FileAttr, FileType, Filesystem, ReplyAttr, ReplyCreate, ReplyData, ReplyDirectory, ReplyEmpty, ReplyEntry,
    ReplyOpen, ReplyStatfs, ReplyWrite, Request, TimeOrNow,
};

use super::tree::{Content, Node, Tree};

/// Nothing is remembered by the kernel: a power cut changes it.
const NOT_AT_ALL: Duration = Duration::ZERO;
const BLOCK: u32 = 4_096;
const ENOENT: i32 = 2;
const EIO: i32 = 5;
const EEXIST: i32 = 17;
const ENOTEMPTY: i32 = 39;

/// A file system that is mounted.
#[derive(Debug)]
pub(super) struct Mounted(pub(super) Arc<Mutex<Tree>>);

impl Mounted {
    fn tree(&self) -> MutexGuard<'_, Tree> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn made(&self, folder: u64, name: &OsStr, content: Content, mode: u32) -> Result<FileAttr, i32> {
        let mut tree = self.tree();
        if tree.find(folder, name).is_some() {
            return Err(EEXIST);
        }
        let mode = u16::try_from(mode & 0o7777).unwrap_or(0o600);
        let number = tree.make(folder, name, content, mode).ok_or(ENOENT)?;
        tree.node(number).map(|node| attributes(number, node)).ok_or(EIO)
    }

    fn removed(&self, folder: u64, name: &OsStr) -> Result<(), i32> {
        let mut tree = self.tree();
        let number = tree.find(folder, name).ok_or(ENOENT)?;
        if tree.entries(number).is_some_and(|entries| !entries.is_empty()) {
            return Err(ENOTEMPTY);
        }
        tree.unlink(folder, name).map(drop).ok_or(ENOENT)
    }
}

fn attributes(number: u64, node: &Node) -> FileAttr {
    let size = match &node.now {
        Content::File(bytes) => bytes.len() as u64,
        Content::Folder(_) => 0,
    };
    let time = SystemTime::UNIX_EPOCH;
    let kind = if node.now.is_folder() { FileType::Directory } else { FileType::RegularFile };
    FileAttr {
        ino: number,
        size,
        blocks: size.div_ceil(512),
        atime: time,
        mtime: time,
        ctime: time,
        crtime: time,
        kind,
        perm: node.mode,
        nlink: 1,
        uid: 0,
        gid: 0,
        rdev: 0,
        blksize: BLOCK,
        flags: 0,
    }
}

fn answer(reply: ReplyEmpty, done: Result<(), i32>) {
    match done {
        Ok(()) => reply.ok(),
        Err(code) => reply.error(code),
    }
}

impl Filesystem for Mounted {
    fn lookup(&mut self, _: &Request<'_>, folder: u64, name: &OsStr, reply: ReplyEntry) {
        let tree = self.tree();
        match tree.find(folder, name).and_then(|number| Some(attributes(number, tree.node(number)?))) {
            Some(found) => reply.entry(&NOT_AT_ALL, &found, 0),
            None => reply.error(ENOENT),
        }
    }

    fn getattr(&mut self, _: &Request<'_>, number: u64, _: Option<u64>, reply: ReplyAttr) {
        match self.tree().node(number) {
            Some(node) => reply.attr(&NOT_AT_ALL, &attributes(number, node)),
            None => reply.error(ENOENT),
        }
    }

    fn setattr(
        &mut self,
        _: &Request<'_>,
        number: u64,
        mode: Option<u32>,
        _: Option<u32>,
        _: Option<u32>,
        size: Option<u64>,
        _: Option<TimeOrNow>,
        _: Option<TimeOrNow>,
        _: Option<SystemTime>,
        _: Option<u64>,
        _: Option<SystemTime>,
        _: Option<SystemTime>,
        _: Option<SystemTime>,
        _: Option<u32>,
        reply: ReplyAttr,
    ) {
        let mut tree = self.tree();
        if let (Some(size), Some(bytes)) = (size, tree.bytes_mut(number)) {
            bytes.resize(usize::try_from(size).unwrap_or(usize::MAX), 0);
        }
        match tree.node_mut(number) {
            Some(node) => {
                node.mode = mode.and_then(|mode| u16::try_from(mode & 0o7777).ok()).unwrap_or(node.mode);
                reply.attr(&NOT_AT_ALL, &attributes(number, node));
            }
            None => reply.error(ENOENT),
        }
    }

    fn mkdir(&mut self, _: &Request<'_>, folder: u64, name: &OsStr, mode: u32, _: u32, reply: ReplyEntry) {
        match self.made(folder, name, Content::Folder(Default::default()), mode) {
            Ok(made) => reply.entry(&NOT_AT_ALL, &made, 0),
            Err(code) => reply.error(code),
        }
    }

    fn create(&mut self, _: &Request<'_>, folder: u64, name: &OsStr, mode: u32, _: u32, _: i32, reply: ReplyCreate) {
        match self.made(folder, name, Content::File(Vec::new()), mode) {
            Ok(made) => reply.created(&NOT_AT_ALL, &made, 0, 0, 0),
            Err(code) => reply.error(code),
        }
    }

    fn open(&mut self, _: &Request<'_>, _: u64, _: i32, reply: ReplyOpen) {
        reply.opened(0, 0);
    }

    fn read(
        &mut self,
        _: &Request<'_>,
        number: u64,
        _: u64,
        offset: i64,
        size: u32,
        _: i32,
        _: Option<u64>,
        reply: ReplyData,
    ) {
        match self.tree().bytes_mut(number) {
            Some(bytes) => {
                let from = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
                let to = from.saturating_add(size as usize).min(bytes.len());
                reply.data(bytes.get(from..to).unwrap_or_default());
            }
            None => reply.error(ENOENT),
        }
    }

    fn write(
        &mut self,
        _: &Request<'_>,
        number: u64,
        _: u64,
        offset: i64,
        data: &[u8],
        _: u32,
        _: i32,
        _: Option<u64>,
        reply: ReplyWrite,
    ) {
        let mut tree = self.tree();
        let Some(bytes) = tree.bytes_mut(number) else { return reply.error(ENOENT) };
        let from = usize::try_from(offset).unwrap_or(usize::MAX);
        let end = from.saturating_add(data.len());
        if bytes.len() < end {
            bytes.resize(end, 0);
        }
        if let Some(place) = bytes.get_mut(from..end) {
            place.copy_from_slice(data);
        }
        reply.written(u32::try_from(data.len()).unwrap_or(u32::MAX));
    }

    fn fsync(&mut self, _: &Request<'_>, number: u64, _: u64, _: bool, reply: ReplyEmpty) {
        let done = self.tree().sync(number).ok_or(ENOENT);
        answer(reply, done);
    }

    fn fsyncdir(&mut self, _: &Request<'_>, number: u64, _: u64, _: bool, reply: ReplyEmpty) {
        let done = self.tree().sync(number).ok_or(ENOENT);
        answer(reply, done);
    }

    fn flush(&mut self, _: &Request<'_>, _: u64, _: u64, _: u64, reply: ReplyEmpty) {
        reply.ok();
    }

    fn unlink(&mut self, _: &Request<'_>, folder: u64, name: &OsStr, reply: ReplyEmpty) {
        let done = self.removed(folder, name);
        answer(reply, done);
    }

    fn rmdir(&mut self, _: &Request<'_>, folder: u64, name: &OsStr, reply: ReplyEmpty) {
        let done = self.removed(folder, name);
        answer(reply, done);
    }

    fn rename(
        &mut self,
        _: &Request<'_>,
        folder: u64,
        name: &OsStr,
        to_folder: u64,
        to_name: &OsStr,
        _: u32,
        reply: ReplyEmpty,
    ) {
        let mut tree = self.tree();
        let done = tree.unlink(folder, name).and_then(|number| tree.link(to_folder, to_name, number));
        answer(reply, done.ok_or(ENOENT));
    }

    fn readdir(&mut self, _: &Request<'_>, number: u64, _: u64, offset: i64, mut reply: ReplyDirectory) {
        let tree = self.tree();
        let Some(entries) = tree.entries(number) else { return reply.error(ENOENT) };
        let own = [(number, OsStr::new(".")), (number, OsStr::new(".."))];
        let all = own.into_iter().chain(entries.iter().map(|(name, number)| (*number, name.as_os_str())));
        for (at, (entry, name)) in (1_i64..).zip(all).skip(usize::try_from(offset).unwrap_or(usize::MAX)) {
            let is_folder = tree.node(entry).is_none_or(|node| node.now.is_folder());
            let kind = if is_folder { FileType::Directory } else { FileType::RegularFile };
            if reply.add(entry, at, kind, name) {
                break;
            }
        }
        reply.ok();
    }

    fn statfs(&mut self, _: &Request<'_>, _: u64, reply: ReplyStatfs) {
        let much = 1 << 24;
        reply.statfs(much, much, much, much, much, BLOCK, 255, BLOCK);
    }
}
