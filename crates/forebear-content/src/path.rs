//! Names in a tar as paths in an image.

use crate::entry::Kind;

const WHITEOUT: &str = ".wh.";
/// AUFS's own bookkeeping, which engines skip (moby `pkg/archive/whiteouts.go`).
const META: &str = ".wh..wh.";
const OPAQUE: &str = ".wh..wh..opq";

/// A name that has been understood.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) path: String,
    pub(crate) kind: Kind,
    pub(crate) outside: bool,
}

/// Understands a name; `None` for AUFS's bookkeeping, which is not part of
/// the image.
pub(crate) fn place(name: &[u8], kind: Kind) -> Option<Place> {
    let name = String::from_utf8_lossy(name);
    let mut outside = false;
    let mut parts: Vec<&str> = Vec::new();
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." => outside |= parts.pop().is_none(),
            part => parts.push(part),
        }
    }
    if outside {
        return Some(Place { path: name.into_owned(), kind, outside });
    }
    let last = parts.last().copied().unwrap_or_default();
    let mut kind = kind;
    let mut path = match last.strip_prefix(WHITEOUT) {
        _ if last == OPAQUE => {
            kind = Kind::OpaqueWhiteout;
            parts.pop();
            parts.join("/")
        }
        _ if last.starts_with(META) => return None,
        Some(deleted) => {
            kind = Kind::Whiteout;
            parts.pop();
            parts.push(deleted);
            parts.join("/")
        }
        None => parts.join("/"),
    };
    if path.is_empty() {
        path.push('.');
    }
    if matches!(kind, Kind::Directory | Kind::OpaqueWhiteout) {
        path.push('/');
    }
    Some(Place { path, kind, outside })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        #[track_caller]
        fn check(name: &str, kind: Kind, expected: Option<(&str, Kind)>) {
            let got = place(name.as_bytes(), kind);
            let got = got.as_ref().map(|place| (place.path.as_str(), place.kind));
            assert_eq!(got, expected, "{name}");
        }
        check("./app/app.py", Kind::File, Some(("app/app.py", Kind::File)));
        check("/etc//x", Kind::File, Some(("etc/x", Kind::File)));
        check("app", Kind::Directory, Some(("app/", Kind::Directory)));
        check("./", Kind::Directory, Some(("./", Kind::Directory)));
        check("a/../b", Kind::File, Some(("b", Kind::File)));
        check("a/.wh.b", Kind::File, Some(("a/b", Kind::Whiteout)));
        check(".wh.b", Kind::File, Some(("b", Kind::Whiteout)));
        check("a/.wh..wh..opq", Kind::File, Some(("a/", Kind::OpaqueWhiteout)));
        check(".wh..wh..opq", Kind::File, Some(("./", Kind::OpaqueWhiteout)));
        check(".wh..wh.plnk", Kind::Directory, None);
        check(".wh..wh.aufs", Kind::File, None);
        check("a/.wh.", Kind::File, Some(("a/", Kind::Whiteout)));
        check("a.wh.b", Kind::File, Some(("a.wh.b", Kind::File)));
    }

    #[test]
    fn what_leads_out_is_said_and_kept_as_it_is() {
        #[track_caller]
        fn check(name: &str, outside: bool) {
            let place = place(name.as_bytes(), Kind::File).unwrap();
            assert_eq!(place.outside, outside, "{name}");
            if outside {
                assert_eq!(place.path, name);
            }
        }
        check("../etc/passwd", true);
        check("a/../../etc/passwd", true);
        check("/../x", true);
        check("a/b/../../c", false);
        check("..", true);
        check("..x", false);
    }
}
