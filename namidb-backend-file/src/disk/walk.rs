//! Opening below a directory without ever following a symbolic link.

use super::{Answer, Errno};
use rustix::fs::{Mode, OFlags};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// Opens `path`, which has no empty parts and no dots, below `root`; the empty path is `root` itself.
pub(super) fn open_below(root: BorrowedFd<'_>, path: &str, flags: OFlags, mode: Mode) -> Answer<OwnedFd> {
    let flags = flags | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let path = if path.is_empty() { "." } else { path };
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::ResolveFlags;
        let how = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
        match again(|| rustix::fs::openat2(root, path, flags, mode, how)) {
            // A kernel before 5.6, a sandbox that does not know the call, or a rename elsewhere that made it unsure.
            Err(Errno::NOSYS | Errno::PERM | Errno::AGAIN) => {}
            answer => return answer,
        }
    }
    open_by_parts(root, path, flags, mode)
}

/// The same one directory at a time, where the kernel cannot do it in one call.
fn open_by_parts(root: BorrowedFd<'_>, path: &str, flags: OFlags, mode: Mode) -> Answer<OwnedFd> {
    let Some((above, name)) = path.rsplit_once('/') else {
        return again(|| rustix::fs::openat(root, path, flags, mode));
    };
    let enter = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mut directory: Option<OwnedFd> = None;
    for part in above.split('/') {
        let from = directory.as_ref().map_or(root, AsFd::as_fd);
        directory = Some(again(|| rustix::fs::openat(from, part, enter, Mode::empty()))?);
    }
    let from = directory.as_ref().map_or(root, AsFd::as_fd);
    again(|| rustix::fs::openat(from, name, flags, mode))
}

/// Makes a call until no signal interrupts it.
pub(super) fn again<T>(mut call: impl FnMut() -> Answer<T>) -> Answer<T> {
    loop {
        match call() {
            Err(Errno::INTR) => {}
            answer => return answer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TempDir;
    use std::os::unix::fs::symlink;

    /// Both ways of opening, told apart by nothing that a caller sees.
    fn both(root: BorrowedFd<'_>, path: &str) -> [Result<(), Errno>; 2] {
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        [
            open_below(root, path, OFlags::RDONLY, Mode::empty()).map(drop),
            open_by_parts(root, path, flags, Mode::empty()).map(drop),
        ]
    }

    #[test]
    fn no_symbolic_link_is_followed_on_the_way_or_at_its_end() {
        let directory = TempDir::new();
        std::fs::create_dir_all(directory.path().join("a/b")).unwrap();
        std::fs::write(directory.path().join("a/b/c"), b"x").unwrap();
        symlink("a", directory.path().join("link")).unwrap();
        symlink("c", directory.path().join("a/b/link")).unwrap();
        let root = std::fs::File::open(directory.path()).unwrap();
        assert_eq!(both(root.as_fd(), "a/b/c"), [Ok(()), Ok(())]);
        assert_eq!(both(root.as_fd(), "a/b/missing"), [Err(Errno::NOENT); 2]);
        assert_eq!(both(root.as_fd(), "missing/b/c"), [Err(Errno::NOENT); 2]);
        assert_eq!(both(root.as_fd(), "a/b/c/d"), [Err(Errno::NOTDIR); 2]);
        assert_eq!(both(root.as_fd(), "a/b/link"), [Err(Errno::LOOP); 2]);
        assert!(both(root.as_fd(), "link/b/c").iter().all(Result::is_err));
    }
}
