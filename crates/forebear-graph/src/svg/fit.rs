//! How much room a text takes, in columns of a font of one width.

/// Columns that a character takes: two for the wide ones of East Asia and for emoji.
fn columns_of(c: char) -> usize {
    match u32::from(c) {
        0x1100..=0x115f
        | 0x2e80..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1faff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

/// Columns of a text.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

/// At most `most` columns of a text: the middle of a long name goes, since its end tells builds
/// apart.
pub(super) fn shortened(text: &str, most: usize) -> String {
    if columns(text) <= most {
        return text.to_owned();
    }
    let half = most.saturating_sub(1) / 2;
    let front: String = taking(text.chars(), half).into_iter().collect();
    let back: String = taking(text.chars().rev(), half).into_iter().rev().collect();
    format!("{front}…{back}")
}

fn taking(chars: impl Iterator<Item = char>, most: usize) -> Vec<char> {
    let mut taken = 0;
    let fits = |c: &char| {
        taken += columns_of(*c);
        taken <= most
    };
    chars.take_while(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_lose_their_middle() {
        #[track_caller]
        fn check(text: &str, most: usize, expected: &str) {
            assert_eq!(shortened(text, most), expected);
        }
        check("alpine:3.20", 20, "alpine:3.20");
        check("abcdefghij", 7, "abc…hij");
        check("漢字漢字漢字", 7, "漢…字");
    }
}
