//! Repositories by the beginnings of the words in their names.
//!
//! The file of `w` has all repositories with a word that begins so; where those are many, the
//! most used of them, and the letters that go on, each with a file of its own.

use std::collections::BTreeSet;

use serde::Serialize;

use super::script::File;

/// Repositories that one file holds.
const MOST: usize = 300;

/// A repository that is searched for.
#[derive(Clone, Debug)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// Address of its page.
    pub address: String,
    /// How many tags it has.
    pub tags: usize,
    /// How much it is used: the most used come first.
    pub weight: usize,
}

#[derive(Serialize)]
struct Content<'a> {
    /// Name, address, tags, weight.
    r: Vec<(&'a str, &'a str, usize, usize)>,
    /// Letters that go on; empty where all are here.
    n: String,
}

/// All files; that of no letters at all says which first letters there are.
#[must_use]
pub fn names(all: &[Named]) -> Vec<File> {
    let mut words: Vec<(String, usize)> = Vec::new();
    for (at, own) in all.iter().enumerate() {
        let own: BTreeSet<String> = words_of(&own.name).collect();
        words.extend(own.into_iter().map(|word| (word, at)));
    }
    words.sort_unstable();
    let mut files = Vec::new();
    split(all, "", &words, &mut files);
    files
}

/// Words as whoever searches writes them.
fn words_of(name: &str) -> impl Iterator<Item = String> {
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect::<Vec<_>>().into_iter()
}

fn split(all: &[Named], prefix: &str, words: &[(String, usize)], files: &mut Vec<File>) {
    let mut found: Vec<usize> = words.iter().map(|(_, at)| *at).collect();
    found.sort_unstable();
    found.dedup();
    found.sort_by_key(|at| std::cmp::Reverse(all.get(*at).map_or(0, |own| own.weight)));
    let is_whole = found.len() <= MOST && !prefix.is_empty();
    let mut next = String::new();
    if !is_whole {
        let mut rest = words;
        while let Some((word, _)) = rest.first() {
            let letter = word.chars().nth(prefix.len());
            let longer: String = prefix.chars().chain(letter).collect();
            let end = rest.iter().position(|(word, _)| !word.starts_with(&longer)).unwrap_or(rest.len());
            // A word that ends here is among the most used, or is found by another word.
            let (own, after) = match letter {
                Some(_) => rest.split_at(end),
                None => rest.split_at(rest.iter().position(|(word, _)| word != prefix).unwrap_or(rest.len())),
            };
            if let Some(letter) = letter {
                next.push(letter);
                split(all, &longer, own, files);
            }
            rest = after;
        }
    }
    let shown = found.iter().take(MOST).filter_map(|at| all.get(*at));
    let r = shown.map(|own| (own.name.as_str(), own.address.as_str(), own.tags, own.weight)).collect();
    files.push(File::new(&format!("n/={prefix}"), &Content { r, n: next }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str, weight: usize) -> Named {
        Named { name: name.to_owned(), address: String::new(), tags: 1, weight }
    }

    #[test]
    fn every_repository_is_found_by_each_of_its_words() {
        let mut all: Vec<Named> = (0..2_000).map(|at| named(&format!("ghcr.io/acme/service-{at}"), at)).collect();
        all.push(named("docker.io/library/wordpress", 9_999));
        let files = names(&all);
        let file = |prefix: &str| files.iter().find(|file| file.address == format!("search/n/={prefix}.js"));
        assert!(file("w").is_some_and(|file| file.text.contains("wordpress")));
        assert!(file("wo").is_none(), "all that begins with w is in one file");
        assert!(file("17").is_some_and(|file| file.text.contains("service-1777\"")));
        let largest = files.iter().map(|file| file.text.len()).max();
        assert!(largest < Some(40_000), "{largest:?}");
        assert_eq!(names(&all), files, "the same names, the same files");
    }
}
