//! Attestations beside images: read where they are about the image, and left
//! out with a note where something is wrong with them.

use std::convert::Infallible;

use forebear_image::descend::{Children, Compared, Descent, Document, Found, Needs, Statements, children};
use forebear_image::{Digest, Platform, manifest};

use crate::shelf::{Shelf, UNASKED, attestation, attestation_entry, entry, statement};

const ALPINE: &str = "pkg:docker/alpine@3.19";
const GOLANG: &str = "pkg:docker/golang@1.22";

/// An index of two images, each attested by what `make` says of it.
fn attested(make: impl Fn(&mut Shelf, Digest) -> Digest) -> (Shelf, Digest) {
    let mut shelf = Shelf::default();
    let images = ["linux/amd64", "linux/arm64"].map(|platform| (platform, shelf.image(platform, 1)));
    let mut entries: Vec<_> = images.iter().map(|(platform, image)| entry(*image, Some(platform))).collect();
    for (_, image) in images {
        let proof = make(&mut shelf, image);
        entries.push(attestation_entry(proof, image));
    }
    let root = shelf.index(&entries);
    (shelf, root)
}

fn proof(shelf: &mut Shelf, image: Digest) -> Digest {
    let statement = shelf.put(&statement(image, &[ALPINE, GOLANG]));
    shelf.put(&attestation(&[statement]))
}

#[test]
fn they_are_no_choice_and_count_for_their_image() {
    let (shelf, root) = attested(proof);
    let (descended, asked) = shelf.walk(Descent::new(UNASKED), root);
    assert!(descended.notes.is_empty(), "{:?}", descended.notes);
    let image = descended.image.unwrap();
    assert_eq!(image.platform.unwrap().to_string(), "linux/amd64");
    let names: Vec<_> = image.declared.iter().filter_map(|declared| declared.name.as_deref()).collect();
    assert_eq!(names, ["docker.io/library/alpine:3.19", "docker.io/library/golang:1.22"]);
    assert!(
        matches!(asked[..], [Needs::Manifest(_), Needs::Config { .. }, Needs::Attestation(_), Needs::Statement(_)]),
        "{asked:?}"
    );
    let (descended, asked) = shelf.walk(Descent::new(UNASKED).without_provenance(), root);
    assert_eq!((descended.image.unwrap().declared.len(), asked.len()), (0, 2));
}

#[test]
fn whatever_is_wrong_with_one_the_image_stands() {
    #[track_caller]
    fn check(make: impl Fn(&mut Shelf, Digest) -> Digest, expected: &str) {
        let (shelf, root) = attested(make);
        let (descended, _) = shelf.walk(Descent::new(UNASKED), root);
        let notes: Vec<String> = descended.notes.iter().map(ToString::to_string).collect();
        assert_eq!(descended.image.unwrap().declared, []);
        let [note] = &notes[..] else { panic!("{notes:?}") };
        assert!(note.starts_with("its provenance, attestation sha256:"), "{note}");
        assert!(note.contains(expected), "{note}");
    }
    let away = Digest::sha256(b"not here");
    check(|_, _| away, &format!("is left out: its attestation {away} is not there"));
    check(|shelf, _| shelf.put_bytes(b"no JSON".to_vec()), "is left out: not a manifest: ");
    check(|shelf, _| shelf.put(&attestation(&[away])), &format!("is left out: its statement {away} is not there"));
    let with = |shelf: &mut Shelf, statement: Vec<u8>| {
        let statement = shelf.put_bytes(statement);
        shelf.put(&attestation(&[statement]))
    };
    check(|shelf, _| with(shelf, b"no JSON".to_vec()), ": it is no in-toto statement: ");
    let about_another = statement(away, &[ALPINE]).to_string().into_bytes();
    check(|shelf, _| with(shelf, about_another.clone()), &format!(": it is about {away}, not about "));
    // What states something else is no provenance, and nothing is wrong with it.
    let (shelf, root) = attested(|shelf, _| shelf.put(&attestation(&[])));
    let (descended, _) = shelf.walk(Descent::new(UNASKED), root);
    assert!(descended.notes.is_empty() && descended.image.is_ok());
}

#[test]
fn a_place_that_fails_is_told_with_its_cause() {
    let (shelf, root) = attested(proof);
    let document = Document::raw(shelf.0[&root].as_slice());
    let progress = Descent::new(UNASKED).from_root(None, &document);
    let descended = progress.finish(|needs| {
        Ok::<_, Infallible>(match needs {
            Needs::Statement(_) => Found::Unreadable("the registry asks to wait".into()),
            Needs::Manifest(_) | Needs::Config { .. } | Needs::Attestation(_) => shelf.find(needs),
        })
    });
    let descended = descended.unwrap();
    assert!(descended.image.is_ok());
    assert!(descended.notes[0].to_string().ends_with(" cannot be read: the registry asks to wait"));
}

#[test]
fn statements_one_after_the_other() {
    let image = Digest::sha256(b"an image");
    let (first, second) = (Digest::sha256(b"a bill"), Digest::sha256(b"another"));
    let manifest = attestation(&[first, second]).to_string();
    let read = || Statements::of(Compared::already(manifest.as_bytes())).unwrap();
    let provenance = statement(image, &[ALPINE]).to_string();
    let bill = provenance.replace("slsa.dev/provenance/v0.2", "spdx.dev/Document");

    let mut statements = read();
    assert_eq!(statements.next().map(|digest| digest.0), Some(first));
    statements.read(Compared::already(bill.as_bytes())).unwrap();
    assert_eq!(statements.next().map(|digest| digest.0), Some(second));
    statements.read(Compared::already(provenance.as_bytes())).unwrap();
    assert_eq!(statements.next(), None);
    let (found, provenance) = statements.into_provenance().unwrap();
    assert_eq!((found.0, provenance.subjects[0].0), (second, image));

    // One that was not kept is passed over.
    let mut statements = read();
    statements.skip();
    statements.skip();
    assert_eq!(statements.next(), None);
    assert!(statements.into_provenance().is_none());
}

#[test]
fn who_takes_all_ways_takes_the_attestations_of_what_is_wanted() {
    let (shelf, root) = attested(proof);
    let facts = manifest::parse(&shelf.0[&root], None).unwrap();
    let arm: Platform = "linux/arm64".parse().unwrap();
    let check = |wanted: &dyn Fn(Option<&Platform>) -> bool, expected: (usize, usize)| {
        let Children::Entries { manifests, depth, attestations } = children(&facts, 2, wanted) else {
            panic!("it is an index")
        };
        assert_eq!(((manifests.len(), attestations.len()), depth), (expected, 3));
        assert!(attestations.iter().all(|claim| manifests.iter().any(|entry| entry.digest == claim.subject)));
    };
    check(&|_| true, (2, 2));
    check(&|own| own.is_some_and(|own| own.satisfies(&arm)), (1, 1));
    check(&|_| false, (0, 0));
}
