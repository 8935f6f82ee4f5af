//! What of a selection matches nothing: a typo, most of the time.

use forebear_image::RepositoryName;
use forebear_image::human::plural;

use crate::selection::Selection;

use super::effects::Warned;
use super::tally::Tally;

/// The globs of a selection over a list of repositories that have matched none of
/// it so far.
#[derive(Debug)]
pub(super) struct Unmatched {
    globs: Vec<Glob>,
    /// Repositories that were listed.
    listed: u64,
}

#[derive(Debug)]
struct Glob {
    /// Its place in the selection.
    at: usize,
    written: String,
    /// How far the nearest name is, and what would match it.
    near: Option<(usize, String)>,
}

impl Unmatched {
    pub(super) fn of(selection: &Selection) -> Self {
        let written = selection.patterns().iter().enumerate();
        let globs = written.map(|(at, written)| Glob { at, written: written.clone(), near: None });
        Self { globs: globs.collect(), listed: 0 }
    }

    /// Takes a page of the list.
    pub(super) fn see(&mut self, names: &[RepositoryName], selection: &Selection) {
        self.listed += names.len() as u64;
        for name in names {
            if self.globs.is_empty() {
                return;
            }
            let matched = selection.patterns_of(name);
            self.globs.retain(|glob| !matched.contains(&glob.at));
            let own = selection.registrys_own(name);
            self.globs.iter_mut().for_each(|glob| glob.compare(&own));
        }
    }

    /// Says which matched nothing, and whether nothing at all was walked.
    pub(super) fn settle(&self, selection: &Selection, tally: &mut Tally<'_>) -> bool {
        let mut warn = |subject: &str, message: String| {
            tally.warn(&Warned { subject: subject.to_owned(), kind: "no_match", message, once: false });
        };
        let repositories = plural(self.listed, "repository");
        for Glob { written, near, .. } in self.globs.iter().filter(|_| self.listed > 0) {
            let meant = near.as_ref().map_or_else(String::new, |(_, near)| format!("; did you mean {near}?"));
            warn(written, format!("matches none of the {repositories} that are listed{meant}"));
        }
        let at = &tally.snapshot;
        let (walked, tags, images) = (at.repositories_done, at.tags_done, at.images_new + at.images_known);
        let narrows = [!selection.patterns().is_empty(), selection.narrows_tags(), selection.narrows_platforms()];
        let nothing = if tags == 0 { narrows.contains(&true) } else { images == 0 && selection.narrows_platforms() };
        if nothing && walked > 0 {
            let of = plural(walked, "repository");
            let message = match tags {
                0 => format!("none of the tags of {of} is selected"),
                tags => format!("none of the images of {} is of a platform that is selected", plural(tags, "tag")),
            };
            tally.warn(&Warned { subject: "selection".to_owned(), kind: "no_match", message, once: false });
        }
        nothing
    }
}

impl Glob {
    /// Takes the name as what may have been meant, where it is nearer than others.
    fn compare(&mut self, name: &str) {
        let Some((meant, distance)) = meant(&self.written, name) else { return };
        if self.near.as_ref().is_none_or(|(nearest, _)| distance < *nearest) {
            self.near = Some((distance, meant));
        }
    }
}

/// What of a glob, corrected by a name, would match that, and how many letters are
/// changed for it: as few as a slip of a finger changes.
fn meant(written: &str, name: &str) -> Option<(String, usize)> {
    let (meant, from, to) = match written.find(['*', '?', '[', '{']) {
        None => (name.to_owned(), written, name),
        // What comes before the glob's first part that is one.
        Some(glob) => {
            let (fixed, rest) = written.split_at(written.get(..glob)?.rfind('/')?);
            let same = name.match_indices('/').nth(fixed.matches('/').count())?.0;
            let namespace = name.get(..same)?;
            (format!("{namespace}{rest}"), fixed, namespace)
        }
    };
    let distance = strsim::osa_distance(from, to);
    (distance > 0 && distance <= 2 && distance * 3 <= from.chars().count()).then_some((meant, distance))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p579_what_was_meant() {
        #[track_caller]
        fn check(written: &str, name: &str, expected: Option<&str>) {
            assert_eq!(meant(written, name).map(|(meant, _)| meant).as_deref(), expected, "{written} {name}");
        }
        check("library/alpin", "library/alpine", Some("library/alpine"));
        check("libary/*", "library/alpine", Some("library/*"));
        check("libary/al*", "library/alpine", Some("library/al*"));
        check("library/*", "library/alpine", None);
        check("libary/*", "acme/app", None);
        check("a/*", "b/app", None);
        check("*alpin", "library/alpine", None);
        check("acmee/tools/*", "acme/tools/x", Some("acme/tools/*"));
        check("acmee/tools/*", "acme/x", None);
    }
}
