//! Messages of foreign origin in bounded length.

/// The longest message that is kept, in characters. What a registry sends may
/// be in it, and a parser's complaint repeats megabytes of that.
const LONGEST: usize = 500;
/// How much of that is the end of a longer one.
const END: usize = 100;

/// A message whose middle is left out where it is too long: its end says how
/// often was tried.
pub(super) fn cut(message: &str) -> String {
    let length = message.chars().count();
    if length <= LONGEST {
        return message.to_owned();
    }
    let beginning = message.chars().take(LONGEST - END - 1);
    let end = message.chars().skip(length - END);
    beginning.chain(std::iter::once('…')).chain(end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_messages_lose_their_middle() {
        #[track_caller]
        fn check(message: &str, expected: &str) {
            assert_eq!(cut(message), expected);
        }
        let (long, most) = ("é".repeat(LONGEST + 1), "é".repeat(LONGEST));
        check("short", "short");
        check(&most, &most);
        check(&long, &format!("{}…{}", "é".repeat(LONGEST - END - 1), "é".repeat(END)));
        check(&format!("a{}b", "é".repeat(1 << 20)), &format!("a{}…{}b", "é".repeat(398), "é".repeat(99)));
    }
}
