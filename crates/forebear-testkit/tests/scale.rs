//! Generated worlds: in order, whole, and the same facts in memory and in a file.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

use std::collections::{BTreeMap, BTreeSet};

use forebear_facts::rows::{BlobRecord, FactSource, Key, NONE, kind};
use forebear_testkit::scale::{RowFile, World, write};

/// All facts of a source, texts in place of their numbers.
#[derive(Debug, Default, PartialEq)]
struct Plain {
    texts: Vec<(Key, String, String)>,
    other_digests: Vec<(Key, String)>,
    configs: Vec<(Key, String)>,
    manifests: Vec<(Key, String)>,
    observations: Vec<String>,
    repositories: Vec<String>,
}

/// Reads everything, and checks that keys ascend.
fn read(source: &impl FactSource) -> Plain {
    let mut plain = Plain::default();
    let (mut by_id, mut rows) = (BTreeMap::new(), Vec::new());
    source
        .texts(&mut |row| {
            assert!(by_id.insert(row.id, row.text.to_owned()).is_none(), "a number of two texts");
            rows.push((*row.key, row.trimmed, row.text.to_owned()));
        })
        .unwrap();
    for (key, trimmed, text) in rows {
        assert_eq!(by_id[&trimmed], text.trim());
        plain.texts.push((key, by_id[&trimmed].clone(), text));
    }
    let text = |id: u32| if id == NONE { "-" } else { by_id[&id].as_str() };
    source.other_digests(&mut |(key, text)| plain.other_digests.push((*key, text.to_owned()))).unwrap();
    source
        .configs(&mut |(key, row)| {
            let head = row.head;
            let steps: Vec<_> = row
                .steps
                .iter()
                .map(|step| (text(step.text.get()), text(step.comment.get()), step.seconds.get(), step.nanos.get()))
                .collect();
            let declared: Vec<_> = row.declared.iter().map(|id| text(id.get())).collect();
            let named = (text(head.platform.get()), text(head.runtime.get()), head.created());
            plain.configs.push((*key, format!("{named:?} {:?} {steps:?} {declared:?}", row.diff_ids)));
        })
        .unwrap();
    source
        .manifests(&mut |(key, row)| {
            let head = row.head;
            let blob = |blob: &BlobRecord| (blob.digest, blob.size.get(), text(blob.media_type.get()).to_owned());
            let blobs: Vec<_> = row.blobs.iter().map(blob).collect();
            let children: Vec<_> = row
                .children
                .iter()
                .map(|child| (child.digest, text(child.platform.get()), text(child.declared.get())))
                .collect();
            let named = (head.kind.get(), text(head.media_type.get()), text(head.declared.get()), head.config);
            plain.manifests.push((*key, format!("{named:?} {blobs:?} {children:?}")));
        })
        .unwrap();
    source.observations(&mut |row| plain.observations.push(format!("{row:?}"))).unwrap();
    source.repositories(&mut |row| plain.repositories.push(format!("{row:?}"))).unwrap();
    assert!(plain.texts.is_sorted_by(|a, b| a.0 < b.0));
    assert!(plain.other_digests.is_sorted_by(|a, b| a.0 < b.0));
    assert!(plain.configs.is_sorted_by(|a, b| a.0 < b.0));
    assert!(plain.manifests.is_sorted_by(|a, b| a.0 < b.0));
    plain
}

#[test]
fn file_and_memory_agree() {
    for (seed, count) in [(1, 100), (2, 100), (3, 317), (4, 1_000), (5, 5_000)] {
        let world = World::new(seed, count);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rows");
        write(&world, &file).unwrap();
        let (written, facts) = (read(&RowFile::open(&file).unwrap()), read(&world.facts()));
        assert_eq!(written.texts, facts.texts, "seed {seed}, {count} images");
        assert_eq!(written, facts, "seed {seed}, {count} images");
    }
}

/// As many identities as asked for, and whatever a manifest, an index or a tag
/// names is there.
#[test]
fn worlds_are_whole() {
    for (seed, count) in [(2, 250), (6, 4_000), (7, 317)] {
        let facts = World::new(seed, count).facts();
        let (mut configs, mut manifests) = (BTreeSet::new(), BTreeMap::new());
        facts.configs(&mut |(key, _)| assert!(configs.insert(*key))).unwrap();
        let (mut identities, mut named) = (BTreeSet::new(), BTreeSet::new());
        facts
            .manifests(&mut |(key, row)| {
                manifests.insert(*key, row.head.kind.get());
                named.extend(row.children.iter().map(|child| child.digest));
                if row.head.kind.get() == kind::IMAGE {
                    let is_read = configs.contains(&row.head.config);
                    identities.insert(if is_read { row.head.config } else { *key });
                }
            })
            .unwrap();
        facts.observations(&mut |row| assert!(manifests.contains_key(row.manifest), "{row:?}")).unwrap();
        assert!(named.iter().all(|child| manifests.get(child) == Some(&kind::IMAGE)));
        assert_eq!(identities.len(), count as usize, "seed {seed}");
        assert!(configs.len() < count as usize && configs.is_subset(&identities), "seed {seed}");
    }
}

/// Everything that is to be in a world is in a small one.
#[test]
fn worlds_have_it_all() {
    let world = World::new(1, 20_000);
    let plain = read(&world.facts());
    let count = |lines: &[String], part: &str| lines.iter().filter(|line| line.contains(part)).count();
    let manifests: Vec<String> = plain.manifests.into_iter().map(|(_, line)| line).collect();
    assert!(count(&manifests, "oci.image.index") > 10);
    assert!(count(&manifests, "manifest.list") > 100);
    assert!(count(&manifests, "annotation") > 10);
    assert!(plain.other_digests.len() > 10);
    assert!(count(&plain.observations, "ended: true") > 100);
    assert!(count(&plain.repositories, "ghcr.io") > 10);
    assert!(plain.texts.iter().any(|(_, trimmed, text)| trimmed != text));
}
