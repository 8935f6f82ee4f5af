//! Answers as library calls: each is the command's answer, given from within
//! whatever runtime the caller has.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::sync::Arc;

use forebear_ask::check::{Approved, CheckRequest, Limits};
use forebear_ask::{
    AskError, AskOptions, Asker, ChildrenRequest, ErrorCode, FindRequest, Knowledge, NoProgress, Note, StatsRequest,
    Target,
};
use forebear_testkit::{Server, demo};
use forebear_tests::Data;
use serde_json::Value;

/// The demo's world, crawled.
struct World {
    data: Data,
    server: Server,
}

impl World {
    fn new() -> Self {
        let server = Server::start(demo::world());
        let data = Data::new();
        _ = data.crawl_hub(&server.host(), &["--now", "2024-12-01T03:00:00Z"]);
        Self { data, server }
    }

    fn asker(&self) -> Asker {
        let index = forebear_index::publish::open_current(&self.data.path().join("index")).unwrap();
        Asker::new(Knowledge::of(index.view()), AskOptions::default())
    }

    /// An image in its registry.
    fn live(&self, name: &str) -> String {
        format!("docker://{}/{name}", self.server.host())
    }

    fn command(&self, arguments: &[&str]) -> Value {
        self.data.query(&[arguments, &["--format", "json"]].concat()).json()
    }
}

fn json(answer: &impl serde::Serialize) -> Value {
    serde_json::to_value(answer).unwrap()
}

/// Runs a test within a runtime of one thread and within one of several: an
/// answer must neither build one of its own nor block the only thread there is.
fn within_each_runtime(test: impl AsyncFn()) {
    let one = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    one.block_on(test());
    let several = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    several.block_on(test());
}

#[test]
fn what_the_index_answers_is_what_the_commands_print() {
    let world = World::new();
    within_each_runtime(async || {
        let asker = world.asker();
        for name in ["acme/api:1.0", "dyego/snake-game", "docker.io/library/alpine:3.20", "experiments/childimage"] {
            let image = asker.locate_known(&Target::parse(name).unwrap()).unwrap();
            assert_eq!(json(&asker.parent(&image)), world.command(&["parent", name]), "{name}");
            assert_eq!(json(&asker.lineage(&image)), world.command(&["lineage", name]), "{name}");
            assert_eq!(json(&asker.layers(&image)), world.command(&["layers", name]), "{name}");
            assert_eq!(json(&asker.dockerfile(&image)), world.command(&["dockerfile", name]), "{name}");
            let request = ChildrenRequest { all: true, ..ChildrenRequest::default() };
            let children = asker.children(&image, request).unwrap();
            assert_eq!(json(&children), world.command(&["children", name, "--all"]), "{name}");
        }
        let (a, b) = ("experiments/imagetest", "experiments/sameimage");
        let locate = |name| asker.locate_known(&Target::parse(name).unwrap()).unwrap();
        assert_eq!(json(&asker.diff(&locate(a), &locate(b))), world.command(&["diff", a, b]));
        let digest = locate(a).image.manifest_digest.unwrap().to_string();
        let request = FindRequest { query: digest.clone(), limit: 100 };
        assert_eq!(json(&asker.find(&request).unwrap()), world.command(&["find", &digest]));
        assert_eq!(json(&asker.stats(StatsRequest::default()).unwrap()), world.command(&["stats"]));
        assert_eq!(json(&asker.verify_index().unwrap()), world.command(&["index", "verify"]));
    });
}

#[test]
fn what_a_registry_answers_is_what_the_commands_print() {
    let world = World::new();
    within_each_runtime(async || {
        let (asker, name) = (world.asker(), world.live("acme/api:1.0"));
        let target = Target::parse(&name).unwrap();
        let image = asker.locate(&target).await.unwrap();
        assert_eq!(json(&asker.parent(&image)), world.command(&["parent", &name]));
        let verified = asker.verify(&target, Arc::new(NoProgress)).await.unwrap();
        assert_eq!(json(&verified), world.command(&["verify", &name]));
        assert!(verified.intact);
        let (dockerfile, notes) = asker.dockerfile_with_files(&target, Arc::new(NoProgress)).await.unwrap();
        assert_eq!(json(&dockerfile), world.command(&["dockerfile", &name, "--files"]));
        assert_eq!(notes, []);
        let files = asker.files(&target, Arc::new(NoProgress)).await.unwrap();
        let listed = tokio::task::spawn_blocking(move || {
            let mut paths = Vec::new();
            for at in 0..files.answer.layers.len() {
                let Ok(_) = files.list(at, |file| {
                    paths.push(file.path.to_owned());
                    Ok::<(), std::convert::Infallible>(())
                });
            }
            assert!(!files.has_failed());
            paths
        });
        let printed = world.command(&["layers", &name, "--files"]);
        let layers = printed["layers"].as_array().unwrap().iter();
        let files = layers.flat_map(|layer| layer["files"].as_array().unwrap());
        let expected: Vec<&str> = files.map(|file| file["path"].as_str().unwrap()).collect();
        assert_eq!(listed.await.unwrap(), expected);
        assert!(!expected.is_empty());
    });
}

#[test]
fn judgements_are_those_that_the_command_prints() {
    let world = World::new();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("approved");
    std::fs::write(&file, "alpine:3.*\n").unwrap();
    let images = [
        "acme/api:1.0".to_owned(),
        "docker.io/library/alpine:3.20".to_owned(),
        "no/such".to_owned(),
        "NO".to_owned(),
        world.live("acme/api:1.0"),
    ];
    within_each_runtime(async || {
        let approved = Arc::new(Approved::read(&file).unwrap());
        let request = CheckRequest { approved, limits: Limits::default(), verify: true };
        let (answer, _) = world.asker().check(&images, &request).await;
        let mut arguments = vec!["check", "--verify", "--approved", file.to_str().unwrap()];
        arguments.extend(images.iter().map(String::as_str));
        assert_eq!(json(&answer), world.command(&arguments));
    });
}

#[test]
fn errors_have_codes_and_notes_come_back() {
    let world = World::new();
    let asker = world.asker();
    let code = |name: &str| {
        let located = Target::parse(name).and_then(|target| asker.locate_known(&target));
        located.map(drop).map_err(|error: AskError| error.code())
    };
    assert_eq!(code("UPPER"), Err(ErrorCode::Reference));
    assert_eq!(code("sha256:12"), Err(ErrorCode::Digest));
    assert_eq!(code("no/such"), Err(ErrorCode::NotFound));
    assert_eq!(code("alpine:no-such"), Err(ErrorCode::NotFound));
    assert_eq!(code("docker-archive:/no/such.tar"), Err(ErrorCode::Archive));
    assert_eq!(code(&world.live("acme/api:1.0")), Err(ErrorCode::Request));
    let bare = asker.locate_known(&Target::parse("snake-game").unwrap()).unwrap();
    let [Note::OtherRepository { found, .. }] = bare.notes.as_slice() else { panic!("{:?}", bare.notes) };
    assert_eq!(found, "docker.io/dyego/snake-game");
    let nothing = Asker::new(Knowledge::none().unwrap(), AskOptions::default());
    let no_index = nothing.locate_known(&Target::parse("alpine").unwrap()).unwrap_err();
    assert_eq!(no_index.code(), ErrorCode::NoIndex);
    assert_eq!(nothing.stats(StatsRequest::default()).unwrap_err().code(), ErrorCode::NoIndex);
}
