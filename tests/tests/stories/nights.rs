//! S5: the same registry on two nights.

use std::collections::{HashMap, HashSet};

use forebear_testkit::real::real_file;
use forebear_tests::Data;
use forebear_tests::expected::{Row, by_platform, rows};
use forebear_tests::served::Served;
use serde_json::Value;

const FIRST: &str = "2018-01-15";
const SECOND: &str = "2018-01-28";

fn storage(night: &str) -> String {
    format!("official/{night}.storage.tar.zst")
}

fn midnight(night: &str) -> String {
    format!("{night}T00:00:00Z")
}

fn count(report: &Value, what: &str) -> u64 {
    report[what].as_u64().unwrap()
}

#[test]
fn s5_r16_m9_the_second_night_costs_what_changed_and_remembers_the_first() {
    let Some(first) = rows(FIRST) else { return };
    let Some(second) = rows(SECOND) else { return };
    let Some(next) = real_file(&storage(SECOND)) else { return };
    let Some(mut served) = Served::crawled(&storage(FIRST), &["--now", &midnight(FIRST)]) else { return };
    let manifests = |rows: &[Row]| rows.iter().map(|row| row.manifest.clone()).collect::<HashSet<_>>();
    let (was, is) = (manifests(&first), manifests(&second));
    let begun = served.report.clone();
    assert_eq!(count(&begun, "images_new"), was.len() as u64);
    assert_eq!(begun["requests"]["manifest_head"], begun["tags"]);

    served.registry.serve_instead(&next);
    let host = served.registry.host();
    let night = |now: &str| served.data.crawl_hub(&host, &["--now", now, "--format", "json"]).json();
    let report = night(&midnight(SECOND));
    let requests = &report["requests"];
    assert_eq!(requests["manifest_head"], report["tags"]);
    assert_eq!(report["unchanged"], false);
    let changes = &report["tag_changes"];
    let told = |what: &str| count(changes, what);
    assert_eq!(told("unchanged") + told("moved") + told("new"), count(&report, "tags"));
    assert_eq!(told("moved") + told("gone"), count(&report, "ended"));
    assert!(told("moved") > 0 && told("new") > 0 && told("gone") > 0, "{changes}");
    let (new, known) = (is.difference(&was).count() as u64, is.intersection(&was).count() as u64);
    assert_eq!((count(&report, "images_new"), count(&report, "images_known")), (new, known));
    assert!(count(requests, "config") <= new, "{report}");
    let gets = count(requests, "manifest_get");
    // The new images, and the lists that name them.
    assert!(gets >= new && gets < count(&begun["requests"], "manifest_get") / 2, "{report}");
    println!(
        "{FIRST}: {} manifest GETs for {} tags; {SECOND}: {gets} for {}, {new} images new and {known} known",
        begun["requests"]["manifest_get"], begun["tags"], report["tags"],
    );

    let rows = first.len() + second.len();
    println!("{rows} rows by digest; {}", every_row_by_digest(&served.data, &first, &second));

    println!("{}", the_counting_name_says_what_from_says(&served.data, &first));

    for (night, rows) in [(FIRST, &first), (SECOND, &second)] {
        every_row_as_of(&served.data, night, rows);
    }

    // A third night on which nothing happened fetches nothing.
    let quiet = night("2018-01-29T00:00:00Z");
    assert_eq!(quiet["requests"]["manifest_head"], quiet["tags"]);
    assert_eq!((count(&quiet["requests"], "manifest_get"), count(&quiet["requests"], "config")), (0, 0));
    assert_eq!((count(&quiet, "images_new"), count(&quiet, "ended")), (0, 0));
    assert_eq!((&quiet["unchanged"], &quiet["tag_changes"]["unchanged"]), (&true.into(), &quiet["tags"]));
    // Lists and heads, and whether the registry is there: nothing else.
    let asked = quiet["requests"].as_object().unwrap();
    let others = ["catalog", "tags", "manifest_head", "bytes_received"];
    let others: Vec<_> = asked.iter().filter(|(kind, _)| !others.contains(&kind.as_str())).collect();
    assert!(others.iter().all(|(kind, number)| **number == u64::from(*kind == "ping")), "{asked:?}");
    assert_eq!(asked["tags"], quiet["repositories"], "one page each, and none for what is gone");
    // It is a day more behind for whoever was.
    let asked: String = first.iter().map(|row| row.by_digest() + "\n").collect();
    let answers = served.data.query_with(&["parent", "-", "--format", "json"], &asked).json_lines();
    let names = answers.iter().flat_map(|answer| answer["parent"]["names_over_time"].as_array().into_iter().flatten());
    let behind: Vec<u64> = names.filter(|name| name["moved"] == true).map(|name| count(name, "days_behind")).collect();
    assert!(behind.len() >= 50 && behind.iter().all(|days| *days == 1), "{behind:?}");
}

/// As of a night every tag leads where it led, and has the parent it had: no
/// image of a later night is a candidate.
fn every_row_as_of(data: &Data, night: &str, rows: &[Row]) {
    for (platform, rows) in by_platform(rows) {
        let asked: String = rows.iter().map(|row| format!("{}\n", row.reference)).collect();
        let arguments = ["parent", "-", "--format", "json", "--platform", platform, "--as-of", night];
        let answers = data.query_with(&arguments, &asked).json_lines();
        assert_eq!(answers.len(), rows.len());
        let faults: Vec<String> = rows.iter().zip(&answers).filter_map(|(row, answer)| row.fault(answer)).collect();
        assert!(faults.is_empty(), "{night}, {platform}: {} rows, {:#?}", faults.len(), faults.first());
        let moved = answers.iter().filter(|answer| answer["parent"]["tag_now"]["moved"] == true);
        assert_eq!(moved.count(), 0, "as of {night}, no tag that led to a parent then has moved");
    }
}

/// Every image of both nights has its parent, and where the parent came from
/// the first night its tag says what became of it.
fn every_row_by_digest(data: &Data, first: &[Row], second: &[Row]) -> String {
    let now: HashMap<(&str, &str), &str> =
        second.iter().map(|row| ((row.reference.as_str(), row.platform.as_str()), row.manifest.as_str())).collect();
    let tags: HashSet<&str> = second.iter().map(|row| row.reference.as_str()).collect();
    let (mut moved, mut gone, mut stays) = (0, 0, 0);
    for (night, rows) in [(FIRST, first), (SECOND, second)] {
        let asked: String = rows.iter().map(|row| row.by_digest() + "\n").collect();
        let answers = data.query_with(&["parent", "-", "--format", "json"], &asked).expect_code(1).json_lines();
        assert_eq!(answers.len(), rows.len());
        let faults: Vec<String> = rows.iter().zip(&answers).filter_map(|(row, answer)| row.fault(answer)).collect();
        assert!(faults.is_empty(), "{night}: {} of {} rows, {:#?}", faults.len(), rows.len(), faults.first());
        for (row, answer) in rows.iter().zip(&answers) {
            let parent = &answer["parent"];
            let Some(tag) = parent["tag_now"].as_object() else { continue };
            let tag = Value::Object(tag.clone());
            let name = tag["reference"].as_str().unwrap().trim_start_matches("docker.io/");
            let leads_to = now.get(&(name, parent["platform"].as_str().unwrap())).copied();
            let stories = parent["names_over_time"].as_array().unwrap();
            let story = stories.iter().find(|story| story["name"] == tag["reference"]).unwrap();
            let story = [&story["until"], &story["superseded_at"], &story["days_behind"]];
            let (night_one, night_two, none) = (&midnight(FIRST).into(), &midnight(SECOND).into(), &Value::Null);
            let state = (tag["moved"].as_bool(), tag["gone"].as_bool(), tag["builds_behind"].as_u64());
            match leads_to {
                Some(digest) if parent["manifest_digest"] == *digest => {
                    assert_eq!(state, (Some(false), Some(false), Some(0)), "{row:?}: {tag}");
                    assert_eq!(story, [none, none, &0.into()], "{row:?}");
                    stays += 1;
                }
                Some(digest) => {
                    assert_eq!(state, (Some(true), Some(false), Some(1)), "{row:?}: {tag}");
                    assert_eq!(story, [night_one, night_two, &0.into()], "{row:?}");
                    assert_eq!(tag["digest"], digest, "{row:?}");
                    assert_eq!(
                        (&tag["first_seen"], &tag["last_seen"]),
                        (&midnight(FIRST).into(), &midnight(FIRST).into())
                    );
                    assert_eq!(tag["moved_at"], midnight(SECOND), "{row:?}");
                    moved += 1;
                }
                None => {
                    assert!(!tags.contains(name), "{row:?}: {tag}");
                    assert_eq!(state, (Some(false), Some(true), Some(0)), "{row:?}: {tag}");
                    assert_eq!(story, [night_one, none, &0.into()], "{row:?}");
                    gone += 1;
                }
            }
        }
    }
    assert!(moved >= 50 && gone >= 5, "{moved} {gone}");
    format!("the parent's tag stays for {stays}, moved for {moved}, is gone for {gone}")
}

/// P507: told nothing of a Dockerfile's FROM, the counting name says of every image what the tag
/// says that its FROM names.
fn the_counting_name_says_what_from_says(data: &Data, first: &[Row]) -> String {
    let known: Vec<(&Row, &String)> = first.iter().filter_map(|row| Some((row, row.from.as_ref()?))).collect();
    let asked: String = known.iter().map(|(row, _)| row.by_digest() + "\n").collect();
    let answers = data.query_with(&["parent", "-", "--format", "json"], &asked).json_lines();
    let (mut same, mut moved, mut faults) = (0, 0, Vec::new());
    for ((row, from), answer) in known.iter().zip(&answers) {
        let parent = &answer["parent"];
        let from = format!("docker.io/library/{from}");
        let tags = parent["names_over_time"].as_array().into_iter().flatten();
        let Some(told) = tags.into_iter().find(|tag| tag["name"] == from) else { continue };
        let behind = told["builds_behind"].as_u64().unwrap();
        if parent["builds_behind"] == behind {
            same += 1;
            moved += usize::from(behind > 0);
        } else {
            faults.push(format!("{}: {from} is {behind} behind, {}", row.reference, parent["counting_name"]));
        }
    }
    assert!(faults.is_empty(), "{} of {}: {faults:#?}", faults.len(), known.len());
    assert!(same >= 400 && moved >= 50, "{same} {moved}");
    format!("{same} images with a known FROM are as far behind as its tag says, {moved} of them behind")
}
