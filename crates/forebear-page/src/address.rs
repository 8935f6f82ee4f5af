//! Where each page is, seen from the root of all pages. Paths hold letters, digits and `.-_~=/`
//! alone, so that they are the same as names of files, in addresses and in scripts; upper case
//! is written by number, since some file systems do not tell it from lower case.

use forebear_image::Digest;

/// The longest encoded name that is a file's name as it is; file systems stop at 255 bytes.
const LONGEST: usize = 150;
/// Hexadecimal digits that name an image: 128 bits, for which nobody finds a second one.
const DIGITS: usize = 32;

/// The overview.
pub const OVERVIEW: &str = "index.html";

/// An image's page.
#[must_use]
pub fn image(digest: &Digest) -> String {
    format!("{}.html", stem(digest))
}

/// A further page of what is built on an image; the first is 1.
#[must_use]
pub fn children(digest: &Digest, page: usize) -> String {
    format!("{}.children.{page}.html", stem(digest))
}

/// An image's whole Dockerfile, where its page does not hold all of it.
#[must_use]
pub fn dockerfile(digest: &Digest) -> String {
    format!("{}.Dockerfile.txt", stem(digest))
}

fn stem(digest: &Digest) -> String {
    let hex = digest.hex();
    let (folder, rest) = hex.split_at_checked(2).unwrap_or_default();
    format!("image/{folder}/{}", rest.get(..DIGITS - 2).unwrap_or(rest))
}

/// A page of a repository; the first is 1.
#[must_use]
pub fn repository(name: &str, page: usize) -> String {
    format!("repository/{}{}.html", encoded(name), numbered(page))
}

/// A page of the list of all repositories; the first is 1.
#[must_use]
pub fn repositories(page: usize) -> String {
    format!("repositories{}.html", numbered(page))
}

/// No encoded name ends so: what follows `=` there is a number, or `h`.
fn numbered(page: usize) -> String {
    if page <= 1 { String::new() } else { format!("=p{page}") }
}

/// The badge of a tag.
#[must_use]
pub fn badge(repository: &str, tag: &str) -> String {
    format!("badge/{}/{}.json", encoded(repository), encoded(tag))
}

/// A name as part of a path.
#[must_use]
pub fn encoded(name: &str) -> String {
    let one = |byte: u8| match byte {
        b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-' => char::from(byte).to_string(),
        b'/' => "~".to_owned(),
        _ => format!("={byte:02x}"),
    };
    let all: String = name.bytes().map(one).collect();
    let is_hidden = all.starts_with('.');
    if all.len() <= LONGEST && !is_hidden {
        return all;
    }
    let hash = Digest::sha256(name.as_bytes()).hex();
    let begins: String = all.chars().skip_while(|c| *c == '.').take(LONGEST - 40).collect();
    format!("{begins}=h{}", hash.get(..32).unwrap_or(&hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart_and_fit() {
        #[track_caller]
        fn check(name: &str, expected: &str) {
            assert_eq!(encoded(name), expected);
        }
        check("docker.io/library/alpine", "docker.io~library~alpine");
        check("localhost:5000/a", "localhost=3a5000~a");
        check("RC-1", "=52=43-1");
        let odd =
            ["..", "../../etc", ".hidden", "é", "a\u{0}b", "a b", &"x".repeat(400), &format!("{}y", "x".repeat(399))];
        let all: std::collections::BTreeSet<String> = odd.iter().map(|name| encoded(name)).collect();
        assert_eq!(all.len(), odd.len(), "{all:?}");
        for name in all {
            let is_safe = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '.' | '_' | '-' | '~' | '=');
            assert!(name.len() < 200 && !name.starts_with('.') && name.chars().all(is_safe), "{name}");
        }
    }
}
