//! S5 on recorded registries: every image of them, against answers found by
//! brute force.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use forebear_tests::Data;
use forebear_tests::expected::{Row, by_platform, rows};
use forebear_tests::served::Served;
use serde_json::Value;

/// Crawls a set whole and asks for every row; returns what is needed to go on.
#[track_caller]
fn check(set: &str) -> Option<(Served, Vec<Row>, String)> {
    let rows = rows(set)?;
    let served = Served::crawled(&format!("official/{set}.storage.tar.zst"), &[])?;
    let manifests: BTreeSet<&str> = rows.iter().map(|row| row.manifest.as_str()).collect();
    assert_eq!(served.report["images_new"], manifests.len(), "{}", served.report);
    assert!(served.report["failures"].as_object().unwrap().is_empty());
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let mut faults = Vec::new();
    let platforms = by_platform(&rows);
    for (platform, rows) in &platforms {
        let asked: String = rows.iter().map(|row| format!("{}\n", row.reference)).collect();
        let ran = served.data.query_with(&["parent", "-", "--format", "json", "--platform", platform], &asked);
        let all_found = rows.iter().all(|row| row.parent.is_some());
        let ran = ran.expect_code(if all_found { 0 } else { 1 });
        let answers = ran.json_lines();
        assert_eq!(answers.len(), rows.len(), "{platform}");
        for (row, answer) in rows.iter().zip(&answers) {
            faults.extend(row.fault(answer));
            *kinds.entry(row.parent.as_ref().map_or("none", |parent| parent.evidence.as_str())).or_default() += 1;
        }
    }
    assert!(faults.is_empty(), "{set}: {} of {} rows, {:#?}", faults.len(), rows.len(), faults.first());
    one_by_one(&served.data, &rows);
    let count = format!("{set}: {} rows on {} platforms agree, {kinds:?}", rows.len(), platforms.len());
    Some((served, rows, count))
}

/// Exit codes of single questions: 0 with a parent, 1 without.
#[track_caller]
fn one_by_one(data: &Data, rows: &[Row]) {
    for found in [true, false] {
        let Some(row) = rows.iter().find(|row| row.parent.is_some() == found) else { continue };
        let asked = ["parent", &row.reference, "--platform", &row.platform, "--format", "json"];
        let ran = data.query(&asked).expect_code(i32::from(!found));
        assert_eq!(row.fault(&ran.json()), None);
    }
}

/// Rows that the plain longest layer prefix gets wrong: of all images whose
/// layers are the lowest of this one, those with the most layers. As much is
/// conceded as can be: it is right if any of them is a parent.
fn plain_prefix_misses(storage: &Path, rows: &[Row]) -> usize {
    let document = |digest: &str| -> Value {
        let hex = digest.trim_start_matches("sha256:");
        let file = format!("docker/registry/v2/blobs/sha256/{}/{hex}/data", hex.get(..2).unwrap());
        serde_json::from_slice(&std::fs::read(storage.join(file)).unwrap()).unwrap()
    };
    let layers_of = |row: &Row| -> Vec<String> {
        let config = document(document(&row.manifest)["config"]["digest"].as_str().unwrap());
        config["rootfs"]["diff_ids"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect()
    };
    let stacks: Vec<Vec<String>> = rows.iter().map(layers_of).collect();
    let mut images: HashMap<&[String], BTreeSet<&str>> = HashMap::new();
    for (row, stack) in rows.iter().zip(&stacks) {
        images.entry(stack).or_default().insert(&row.manifest);
    }
    let is_right = |row: &Row, stack: &[String]| {
        let longest = (1..stack.len()).rev().find_map(|depth| images.get(stack.get(..depth)?));
        match (longest, &row.parent) {
            (Some(found), Some(parent)) => parent.manifests.iter().any(|digest| found.contains(digest.as_str())),
            (found, parent) => found.is_none() == parent.is_none(),
        }
    };
    rows.iter().zip(&stacks).filter(|(row, stack)| !is_right(row, stack)).count()
}

#[test]
fn s5_m7_every_image_of_2018_01_15_has_its_parent() {
    let Some((served, rows, count)) = check("2018-01-15") else { return };
    // An ordinary sample does not tell the rules apart.
    let misses = plain_prefix_misses(&served.registry.first_storage(), &rows);
    assert_eq!(misses, 0);
    println!("{count}; the plain longest prefix misses {misses}");
}

#[test]
fn s5_m7_every_image_of_2018_01_28_has_its_parent() {
    let Some((_, _, count)) = check("2018-01-28") else { return };
    println!("{count}");
}

#[test]
fn s5_m11_m12_the_hard_ones_tell_the_rule_from_the_plain_prefix() {
    let Some((served, rows, count)) = check("hard") else { return };
    let misses = plain_prefix_misses(&served.registry.first_storage(), &rows);
    assert!(misses >= 20, "{misses}");
    // Children is the inverse of parent.
    let mut pairs: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in &rows {
        if let Some(parent) = row.parent.as_ref().and_then(|parent| parent.manifests.first()) {
            pairs.entry(parent).or_default().insert(&row.manifest);
        }
    }
    for (parent, expected) in &pairs {
        let answer = served.data.query(&["children", parent, "--format", "json"]).expect_code(0).json();
        let children = answer["children"].as_array().unwrap();
        let found: BTreeSet<&str> = children.iter().map(|child| child["manifest_digest"].as_str().unwrap()).collect();
        assert_eq!(&found, expected, "{parent}");
    }
    println!("{count}; the plain longest prefix misses {misses}; {} parents name their children", pairs.len());
}
