//! Which of several images a name means: decided here, for every form. Names
//! compare as references do, whatever spelling an archive has them in.

use forebear_image::{Digest, Reference};

/// What a form calls one of its images.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Called {
    /// Its names: whole references, or tags alone.
    pub(crate) names: Vec<String>,
    /// Digests that it goes by: of a manifest, an index or a config.
    pub(crate) digests: Vec<Digest>,
}

/// How well a name fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// The text itself, or its digest.
    Exact,
    /// The same reference in another spelling.
    Reference,
    /// A tag alone, and it has that tag under another name.
    Tag,
}

impl Called {
    /// What says most of it, for people: a whole reference before a tag, a
    /// digest where it has no name.
    pub(crate) fn best(&self) -> Option<String> {
        let name = self.names.iter().max_by_key(|name| (name.contains(['/', ':']), std::cmp::Reverse(name.len())));
        name.cloned().or_else(|| self.digests.first().map(ToString::to_string))
    }

    fn fit(&self, wanted: &Wanted<'_>) -> Option<Fit> {
        let by_digest = wanted.digest.is_some_and(|digest| self.digests.contains(&digest));
        if by_digest || self.names.iter().any(|name| name == wanted.text) {
            return Some(Fit::Exact);
        }
        let names = || self.names.iter().filter_map(|name| name.parse::<Reference>().ok());
        if wanted.reference.as_ref().is_some_and(|wanted| names().any(|name| is_same(&name, wanted))) {
            return Some(Fit::Reference);
        }
        // A name without a slash is also a tag where nothing has it as a name.
        let tag = |name: &String| has_tag(name, wanted.text);
        self.names.iter().any(tag).then_some(Fit::Tag)
    }
}

/// Whether a name ends in this tag, as `acme/app:1.0` does in `1.0`.
fn has_tag(name: &str, tag: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or_default();
    last.split_once(':').is_some_and(|(_, rest)| rest.split('@').next() == Some(tag))
}

/// Whether a name is what was asked for; what that leaves open fits all.
fn is_same(name: &Reference, wanted: &Reference) -> bool {
    name.repository == wanted.repository
        && (wanted.tag.is_none() || name.tag.is_none() || name.tag == wanted.tag)
        && (wanted.digest.is_none() || name.digest == wanted.digest)
}

/// A name that was asked for.
struct Wanted<'a> {
    text: &'a str,
    reference: Option<Reference>,
    digest: Option<Digest>,
}

impl<'a> Wanted<'a> {
    fn of(text: &'a str) -> Self {
        let reference: Option<Reference> = text.parse().ok();
        let digest = text.strip_prefix('@').unwrap_or(text).parse().ok();
        let digest = digest.or_else(|| reference.as_ref().and_then(|reference| Some(reference.digest?.0)));
        Self { text, reference, digest }
    }
}

/// A position in a list, 0 first: `@1`, as in containers-transports(5).
pub(crate) fn position(wanted: &str) -> Option<usize> {
    wanted.strip_prefix('@').and_then(|at| at.parse().ok())
}

/// The positions of the images that a name means: those that it fits best.
pub(crate) fn meant(images: &[Called], wanted: &str) -> Vec<usize> {
    let wanted = Wanted::of(wanted);
    let fits: Vec<(Fit, usize)> =
        images.iter().enumerate().filter_map(|(at, image)| Some((image.fit(&wanted)?, at))).collect();
    let best = fits.iter().map(|(fit, _)| *fit).min();
    fits.iter().filter(|(fit, _)| Some(*fit) == best).map(|(_, at)| *at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_compare_as_references() {
        let images: Vec<Called> = [
            &["acme/app:1.0.0"][..],
            &["docker.io/acme/other:2", "2"],
            &["docker.io/library/alpine:3.19", "docker.io/library/alpine:latest"],
            &["ghcr.io/acme/tool:2.1"],
            &["v9"],
        ]
        .iter()
        .enumerate()
        .map(|(at, names)| Called {
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            digests: vec![Digest::sha256(&[at as u8])],
        })
        .collect();
        #[track_caller]
        fn check(images: &[Called], wanted: &str, expected: &[usize]) {
            assert_eq!(meant(images, wanted), expected, "{wanted}");
        }
        for name in ["acme/app:1.0.0", "1.0.0", "docker.io/acme/app:1.0.0", "index.docker.io/acme/app:1.0.0"] {
            check(&images, name, &[0]);
        }
        for name in ["acme/other:2", "docker.io/acme/other:2", "2"] {
            check(&images, name, &[1]);
        }
        for name in ["alpine", "alpine:3.19", "library/alpine", "docker.io/alpine:latest", "3.19", "latest"] {
            check(&images, name, &[2]);
        }
        check(&images, "ghcr.io/acme/tool:2.1", &[3]);
        check(&images, "v9", &[4]);
        let digest = Digest::sha256(&[3]);
        for name in [format!("{digest}"), format!("@{digest}"), format!("any/name@{digest}")] {
            check(&images, &name, &[3]);
        }
        for name in ["3", "acme/app", "tool:2.1", "acme/app:2", "ghcr.io/acme/app:1.0.0", ""] {
            check(&images, name, &[]);
        }
    }

    #[test]
    fn a_tag_of_several_means_all_of_them() {
        let called = |name: &str| Called { names: vec![name.to_owned()], digests: Vec::new() };
        assert_eq!(meant(&[called("acme/a:1"), called("acme/b:1"), called("acme/c:2")], "1"), [0, 1]);
    }
}
