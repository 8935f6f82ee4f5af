//! What a namespace's listing tells of repositories, from the crawl to the tables.

use std::collections::BTreeMap;
use std::path::Path;

use forebear_testkit::{Fault, Matcher, Server, Times, World};
use forebear_tests::Data;
use serde_json::{Value, json};

use super::{job, place, text};

const NIGHT: &str = "2026-03-01T03:00:00Z";

/// A server that lists a namespace as Docker Hub's web API does.
fn api(repositories: &Value) -> Server {
    let api = Server::start(World::new());
    let listed = json!({ "next": null, "results": repositories }).to_string();
    api.fault(Matcher::get("/v2/namespaces/acme/repositories"), Fault::body(listed), Times::Always);
    api
}

fn namespace_job(jobs: &Path, registry: &Server, api: &Server) -> std::path::PathBuf {
    let select = "[select]\nsource = \"namespace\"\nrepositories = [\"acme/*\"]";
    job(
        jobs,
        "hub",
        "",
        &registry.host(),
        &format!("namespace_api = \"http://{}/\"\nconcurrency = 1\n{select}", api.host()),
    )
}

/// Rows of the table of repositories, by name.
fn repositories(data: &Data) -> BTreeMap<String, Value> {
    let folder = data.path().join("tables");
    _ = std::fs::remove_dir_all(&folder);
    let export = ["export", text(&folder), "--format", "jsonl", "--table", "repositories"];
    _ = data.query(&export).expect_code(0);
    let lines = std::fs::read_to_string(folder.join("repositories.jsonl")).expect("a table");
    let rows = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    rows.map(|row| (row["repository"].as_str().expect("a name").to_owned(), row)).collect()
}

/// The bytes of the published index.
fn index(data: &Data) -> Vec<u8> {
    let folder = data.path().join("index");
    let current = std::fs::read_to_string(folder.join("CURRENT")).expect("an index");
    std::fs::read(folder.join(current.trim())).expect("the index")
}

#[test]
fn p695_pulls_and_stars_that_a_namespace_tells_are_in_the_tables() {
    let (server, data, jobs) = place(1);
    let listed = json!([{
        "name": "app", "pull_count": 123_456_789_012_u64, "star_count": 7,
        "date_registered": "2019-02-03T04:05:06.789Z", "last_updated": "2026-02-28T23:59:59Z",
    }]);
    let first = api(&listed);
    let file = namespace_job(&jobs, &server, &first);
    _ = data.crawl(&["run", text(&file), "--now", NIGHT]).expect_code(0);
    let told = |stars: u64, at: &str| {
        json!([123_456_789_012_u64, stars, "2019-02-03T04:05:06.789000Z", "2026-02-28T23:59:59.000000Z", at])
    };
    let columns = |row: &Value| -> Value {
        ["pull_count", "star_count", "date_registered", "last_updated", "told_at"]
            .map(|name| row[name].clone())
            .to_vec()
            .into()
    };
    let rows = repositories(&data);
    assert_eq!(columns(&rows["docker.io/acme/app"]), told(7, "2026-03-01T03:00:00.000000Z"));
    assert_eq!(rows["docker.io/acme/app"]["gone"], false);

    // A night later there are more stars; a repository that is listed and not there is gone.
    let mut more = listed;
    more[0]["star_count"] = 8.into();
    more.as_array_mut().expect("a list").push(json!({"name": "left", "pull_count": 1, "star_count": null}));
    let second = api(&more);
    let file = namespace_job(&jobs, &server, &second);
    _ = data.crawl(&["run", text(&file), "--now", "2026-03-02T03:00:00Z"]).expect_code(0);
    let rows = repositories(&data);
    assert_eq!(columns(&rows["docker.io/acme/app"]), told(8, "2026-03-02T03:00:00.000000Z"));
    let left = &rows["docker.io/acme/left"];
    assert_eq!((&left["pull_count"], &left["star_count"], &left["gone"]), (&1.into(), &Value::Null, &true.into()));
}

/// P696: what was told is in the index once, whether the run that it was told to came to
/// its end at once or went on later.
#[test]
fn p696_an_interrupted_crawl_gives_the_same_bytes_with_what_was_told() {
    let listed = json!([
        {"name": "app", "pull_count": 12, "star_count": 3, "date_registered": "2019-02-03T04:05:06Z"},
        {"name": "gone", "pull_count": 1},
    ]);
    let crawl = |interrupted: bool| {
        let (server, data, jobs) = place(6);
        let api = api(&listed);
        let file = namespace_job(&jobs, &server, &api);
        if interrupted {
            let limit = Fault::too_many_requests(Some("7200"));
            server.fault(Matcher::get("/v2/acme/app/manifests/").skip(3), limit, Times::Always);
            _ = data.crawl(&["run", text(&file), "--now", NIGHT]).expect_code(4);
            server.clear_faults();
            // It goes on a day later, and is the run that it was.
            let later = ["run", text(&file), "--now", "2026-03-02T03:00:00Z", "--ignore-hold"];
            _ = data.crawl(&later).expect_code(0);
        } else {
            _ = data.crawl(&["run", text(&file), "--now", NIGHT]).expect_code(0);
        }
        (index(&data), repositories(&data))
    };
    let (whole, whole_rows) = crawl(false);
    let (resumed, resumed_rows) = crawl(true);
    assert_eq!(whole_rows, resumed_rows);
    assert_eq!(whole_rows["docker.io/acme/app"]["pull_count"], 12);
    assert!(whole == resumed, "the indexes differ: {} and {} bytes", whole.len(), resumed.len());
}
