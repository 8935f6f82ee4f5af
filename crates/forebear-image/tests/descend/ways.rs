//! From a root down to an image, or to where it ends.

use std::convert::Infallible;

use forebear_image::descend::{
    Children, Choice, DescendError, Descended, Descent, Document, DocumentKind, EntryKind, Found, MAX_NESTING, Needs,
    Otherwise, children,
};
use forebear_image::image::Identity;
use forebear_image::{ConfigDigest, Digest, ManifestDigest, ManifestFacts, Platform, manifest};
use serde_json::{Value, json};

use crate::shelf::{self, OCI_INDEX, OCI_MANIFEST, Shelf, UNASKED, entry};

/// What was visited: kinds and whether each was received.
fn visited(descended: &Descended) -> Vec<(DocumentKind, bool)> {
    descended.visited.iter().map(|visited| (visited.kind, visited.size.is_some())).collect()
}

const INDEX: (DocumentKind, bool) = (DocumentKind::Index, true);
const MANIFEST: (DocumentKind, bool) = (DocumentKind::Manifest, true);
const CONFIG: (DocumentKind, bool) = (DocumentKind::Config, true);

#[test]
fn a_single_image() {
    let mut shelf = Shelf::default();
    let root = shelf.image("linux/arm64", 1);
    // Neither a tag's default nor a digest's lack of one matters to it.
    for otherwise in [Otherwise::Default, Otherwise::Nothing] {
        let (descended, asked) = shelf.walk(Descent::new(Choice { wanted: None, otherwise }), root);
        assert_eq!(visited(&descended), [MANIFEST, CONFIG]);
        let image = descended.image.unwrap();
        assert_eq!(image.manifest_digest, Some(ManifestDigest(root)));
        assert_eq!(image.platform.unwrap().to_string(), "linux/arm64");
        assert!(matches!(image.identity, Some(Identity::Config(_))));
        assert_eq!(descended.layers.len(), 1);
        assert!(matches!(asked[..], [Needs::Config { size: 3, .. }]), "{asked:?}");
    }
    let check = |wanted: &str, expected: Result<(), &str>| {
        let wanted: Platform = wanted.parse().unwrap();
        let choice = Choice { wanted: Some(&wanted), otherwise: Otherwise::Default };
        let (descended, _) = shelf.walk(Descent::new(choice), root);
        assert_eq!(descended.layers.len(), 1);
        assert_eq!(descended.image.map(|_| ()).map_err(|e| e.to_string()), expected.map_err(str::to_owned));
    };
    check("linux/arm64/v8", Ok(()));
    check("linux/amd64", Err("it is for linux/arm64, not for linux/amd64"));
}

#[test]
fn indexes_inside_indexes_up_to_the_limit_and_beyond() {
    let mut shelf = Shelf::default();
    let mut root = shelf.image("linux/amd64", 1);
    for nested in 1..=MAX_NESTING + 2 {
        root = shelf.index(&[entry(root, None)]);
        let (descended, asked) = shelf.walk(Descent::new(UNASKED), root);
        let (facts, depths) = depths(&shelf, root);
        if nested <= MAX_NESTING {
            assert!(descended.image.is_ok(), "{nested}: {:?}", descended.image);
            assert_eq!(visited(&descended), [vec![INDEX; nested], vec![MANIFEST, CONFIG]].concat());
            assert_eq!(asked.len(), nested + 1);
            assert_eq!(depths, (1..=nested).collect::<Vec<_>>());
            assert!(matches!(facts, Children::Config { .. }));
        } else {
            assert!(matches!(descended.image, Err(DescendError::TooDeep)), "{nested}: {:?}", descended.image);
            assert_eq!(visited(&descended), [INDEX; MAX_NESTING + 1]);
            assert_eq!(asked.len(), MAX_NESTING);
            assert_eq!(facts, Children::TooDeep { entries: 1 });
        }
    }
}

/// The same way by who takes all of them: the depths, and where it ends.
fn depths(shelf: &Shelf, root: Digest) -> (Children<'static>, Vec<usize>) {
    let (mut at, mut inside, mut seen) = (root, 0, Vec::new());
    loop {
        let facts = manifest::parse(&shelf.0[&at], None).unwrap();
        match children(&facts, inside, |_| true) {
            Children::Entries { manifests, depth, .. } => {
                (at, inside) = (manifests[0].digest.0, depth);
                seen.push(depth);
            }
            Children::None => return (Children::None, seen),
            Children::Config { digest, size } => return (Children::Config { digest, size }, seen),
            Children::TooDeep { entries } => return (Children::TooDeep { entries }, seen),
        }
    }
}

#[test]
fn what_a_nested_index_says_counts() {
    let mut shelf = Shelf::default();
    let config = shelf.put(&shelf::config("linux/arm", 1));
    let image = shelf.put(&shelf::manifest(config, &json!({ "org.opencontainers.image.base.name": "debian:12" })));
    let mut inner = entry(image, Some("linux/arm/v7"));
    inner["annotations"] = json!({ "org.opencontainers.image.base.name": "debian:12-slim" });
    let index = shelf.index(&[inner]);
    let root = shelf.index(&[entry(index, Some("linux/arm64"))]);
    let (descended, _) = shelf.walk(Descent::new(UNASKED), root);
    assert_eq!(descended.stated_platform.as_ref().unwrap().to_string(), "linux/arm/v7");
    let image = descended.image.unwrap();
    assert_eq!(image.platform, descended.stated_platform);
    let names: Vec<_> = image.declared.iter().filter_map(|declared| declared.name.as_deref()).collect();
    assert_eq!(names, ["debian:12-slim", "debian:12"]);
}

/// A place that holds less than it lists.
#[test]
fn the_only_image_that_is_held() {
    let mut shelf = Shelf::default();
    let held = shelf.image("linux/arm64", 1);
    let away = Digest::sha256(b"not here");
    let root = shelf.index(&[entry(away, Some("linux/amd64")), entry(held, Some("linux/arm64"))]);
    let holds = |digest: &ManifestDigest| shelf.0.contains_key(&digest.0);
    let (descended, _) = shelf.walk(Descent::new(UNASKED).holding(&holds), root);
    assert_eq!(descended.image.unwrap().manifest_digest, Some(ManifestDigest(held)));
    let (descended, _) = shelf.walk(Descent::new(UNASKED), root);
    assert!(
        matches!(descended.image, Err(DescendError::Missing { kind: DocumentKind::Manifest, digest, .. }) if digest == away)
    );
    assert_eq!(visited(&descended), [INDEX, (DocumentKind::Manifest, false)]);
}

/// A layout's list of names is no index: its entry is where it begins.
#[test]
fn from_an_entry() {
    let mut shelf = Shelf::default();
    let mut at = shelf.image("linux/amd64", 1);
    for _ in 0..MAX_NESTING {
        at = shelf.index(&[entry(at, None)]);
    }
    let list = json!({ "schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [entry(at, None)] }).to_string();
    let Ok(ManifestFacts::Index { children, .. }) = manifest::parse(list.as_bytes(), None) else { panic!("{list}") };
    let progress = Descent::new(UNASKED).from_entry(children[0].clone(), &children);
    let descended = progress.finish(|needs| Ok::<_, Infallible>(shelf.find(needs))).unwrap();
    assert!(descended.image.is_ok(), "{:?}", descended.image);
    assert_eq!(descended.visited[0].digest, Some(at));
}

#[test]
fn what_is_no_image() {
    #[track_caller]
    fn check(document: &str, expected: &str) {
        let digest = ManifestDigest::of(document.as_bytes());
        let root = Document::raw(document.as_bytes());
        let progress = Descent::new(UNASKED).from_root(Some(digest), &root);
        let descended = progress.finish(|needs| Err(format!("{needs:?} is not needed"))).unwrap();
        let error = descended.image.unwrap_err();
        let mut told = error.to_string();
        if let Some(source) = std::error::Error::source(&error) {
            told = format!("{told}: {source}");
        }
        assert!(told.starts_with(expected), "{told}");
        assert_eq!(visited(&Descended { image: Err(error), ..descended }).len(), 1);
    }
    let chart = r#"{"schemaVersion":2,"config":{"mediaType":"application/vnd.cncf.helm.config.v1+json"}}"#;
    check(chart, "it is no image but application/vnd.cncf.helm.config.v1+json");
    check(r#"{"schemaVersion":2,"artifactType":"a/b"}"#, "it is no image but a/b");
    let index = format!(r#"{{"schemaVersion":2,"mediaType":"{OCI_INDEX}","manifests":[]}}"#);
    check(&index, "it is an index without images");
    let digest = ManifestDigest::of(b"{}");
    check("{}", &format!("the manifest {digest}: not a manifest: it has neither"));
}

#[test]
fn schema_1_has_no_config() {
    let v1 = |n: u32| json!({ "v1Compatibility": json!({ "architecture": "arm64", "os": "linux", "container_config": { "Cmd": [format!("make {n}")] } }).to_string() });
    let blob = |n: u32| json!({ "blobSum": Digest::sha256(&n.to_le_bytes()).to_string() });
    let document = json!({
        "schemaVersion": 1, "architecture": "arm64",
        "fsLayers": [blob(2), blob(1)], "history": [v1(2), v1(1)],
    });
    let mut shelf = Shelf::default();
    let single = shelf.put(&document);
    let listed = shelf.index(&[entry(single, Some("linux/arm64/v8"))]);
    for (root, indexes, platform) in [(single, 0, "linux/arm64"), (listed, 1, "linux/arm64/v8")] {
        let (descended, asked) = shelf.walk(Descent::new(UNASKED), root);
        assert_eq!(asked.len(), indexes);
        assert_eq!(visited(&descended), [vec![INDEX; indexes], vec![MANIFEST]].concat());
        assert_eq!((descended.layers.len(), descended.config.is_some()), (2, true));
        let image = descended.image.unwrap();
        assert_eq!(image.identity, Some(Identity::Manifest(ManifestDigest(single))));
        assert_eq!(image.platform.unwrap().to_string(), platform);
        assert_eq!(image.history.unwrap().len(), 2);
    }
}

#[test]
fn a_config_that_cannot_be_read() {
    let mut shelf = Shelf::default();
    let root = shelf.image("linux/amd64", 1);
    let (_, asked) = shelf.walk(Descent::new(UNASKED), root);
    let config = asked[0].digest();
    let good = shelf.0[&config].clone();
    #[track_caller]
    fn check(found: Found<'_>, root: (Digest, &[u8]), received: bool, expected: &str) {
        let progress = Descent::new(UNASKED).from_root(Some(ManifestDigest(root.0)), &Document::raw(root.1));
        let mut found = Some(found);
        let descended = progress.finish(|_| found.take().ok_or("asked twice")).unwrap();
        // The layers are still those that the manifest lists.
        assert_eq!((descended.layers.len(), descended.config.is_none()), (1, true));
        assert_eq!(visited(&descended), [MANIFEST, (DocumentKind::Config, received)]);
        assert_eq!(descended.visited[1].stated_size, Some(3));
        assert_eq!(descended.image.unwrap_err().to_string(), expected);
    }
    let manifest = shelf.0[&root].as_slice();
    let root = (root, manifest);
    check(Found::Missing, root, false, &format!("its config {config} is not there"));
    let other = Digest::sha256(b"{}");
    let mismatch = format!("its config is {other}, not {config}");
    check(Found::Document(Document::raw(b"{}".as_slice())), root, true, &mismatch);
    check(Found::Other { actual: other }, root, false, &mismatch);
    check(Found::Unreadable("too large".into()), root, false, &format!("its config {config} cannot be read"));
    // Whoever compared it is believed, and nothing is hashed again.
    check(Found::Document(Document::compared(b"[".as_slice())), root, true, &format!("the config {config}"));
    let progress = Descent::new(UNASKED).from_root(None, &Document::raw(manifest));
    let found = |_: &Needs| Ok::<_, Infallible>(Found::Document(Document::compared(good.as_slice())));
    let descended = progress.finish(found).unwrap();
    // Nothing names the root, so it names itself.
    assert_eq!(descended.visited[0].digest, None);
    let image = descended.image.unwrap();
    assert_eq!(image.manifest_digest, Some(ManifestDigest(root.0)));
    assert_eq!(image.identity, Some(Identity::Config(ConfigDigest(config))));
}

/// Bytes that hash to something else are never parsed.
#[test]
fn nothing_is_parsed_before_it_was_compared() {
    let named = ManifestDigest::of(b"something else");
    for bytes in [b"{}".as_slice(), b"no JSON at all", br#"{"schemaVersion":1,"fsLayers":[],"history":[]}"#] {
        let descended = Descent::new(UNASKED).from_root(Some(named), &Document::raw(bytes));
        let descended = descended.finish(|_| Err("nothing is needed")).unwrap();
        let Err(DescendError::Mismatch { mismatch, .. }) = descended.image else { panic!("{:?}", descended.image) };
        assert_eq!((mismatch.expected, mismatch.actual), (named.0, Digest::sha256(bytes)));
    }
}

#[test]
fn what_an_entry_is() {
    #[track_caller]
    fn check(media_type: &str, platform: Option<&str>, annotations: &Value, expected: EntryKind) {
        let mut entry = entry(Digest::sha256(b"x"), platform);
        entry["mediaType"] = json!(media_type);
        entry["annotations"] = annotations.clone();
        let index = json!({ "schemaVersion": 2, "manifests": [entry] }).to_string();
        let facts = manifest::parse(index.as_bytes(), None).unwrap();
        let ManifestFacts::Index { children: entries, .. } = &facts else { panic!("{index}") };
        assert_eq!(EntryKind::of(&entries[0]), expected, "{index}");
        let Children::Entries { manifests, .. } = children(&facts, 0, |_| true) else { panic!("{index}") };
        assert_eq!(manifests.len(), usize::from(expected.may_lead_to_image()), "{index}");
    }
    let none = json!({});
    let attests = json!({ "vnd.docker.reference.type": "attestation-manifest" });
    check(OCI_MANIFEST, Some("linux/amd64"), &none, EntryKind::Manifest);
    check("application/vnd.docker.distribution.manifest.v1+prettyjws", None, &none, EntryKind::Manifest);
    check(OCI_INDEX, None, &none, EntryKind::Index);
    check("application/vnd.docker.distribution.manifest.list.v2+json", None, &none, EntryKind::Index);
    check("", None, &none, EntryKind::Untyped);
    check("text/html", Some("linux/amd64"), &none, EntryKind::Unknown);
    check(OCI_MANIFEST, Some("unknown/unknown"), &none, EntryKind::Attestation);
    check(OCI_MANIFEST, Some("linux/amd64"), &attests, EntryKind::Attestation);
    check(OCI_INDEX, None, &attests, EntryKind::Attestation);
}
