//! A registry, crawled, and a question about an image.

use forebear_testkit::{Image, ImageBuilder, Matcher, Server, World};
use forebear_tests::{Data, forms, run};
use serde_json::Value;

use super::told::tell;

/// What the asked image is called in the registry, where nothing else is said.
const ASKED: &str = "asked/image:1";

/// A registry, and a data folder that it was crawled into.
pub(crate) struct Crawled {
    pub(crate) server: Server,
    pub(crate) data: Data,
    day: u32,
}

impl Crawled {
    /// Serves a world and crawls it on the first day of March 2026.
    #[track_caller]
    pub(crate) fn new(world: World) -> Self {
        let crawled = Self { server: Server::start(world), data: Data::new(), day: 1 };
        crawled.crawl(0);
        crawled
    }

    /// As [`Crawled::new`], with a registry that does not give the configs
    /// that match: the crawl ends with failures.
    #[track_caller]
    pub(crate) fn without_configs(world: World, matcher: Matcher) -> Self {
        let crawled = Self { server: Server::start(world), data: Data::new(), day: 1 };
        crawled.server.fault(matcher, forebear_testkit::Fault::not_found(), forebear_testkit::Times::Always);
        crawled.crawl(3);
        crawled.server.clear_faults();
        crawled
    }

    #[track_caller]
    fn crawl(&self, code: i32) {
        let (host, now) = (self.server.host(), format!("2026-03-{:02}T03:00:00Z", self.day));
        let arguments = ["run", "--registry", &host, "--name-as", "docker.io", "--now", &now];
        _ = self.data.crawl(&arguments).expect_code(code);
    }

    /// Changes the registry, and crawls it a day later.
    #[track_caller]
    pub(crate) fn next_day(mut self, change: impl FnOnce(&mut World)) -> Self {
        self.server.world(change);
        self.day += 1;
        self.crawl(0);
        self
    }

    /// Asks about an image three ways: where the registry has it and the index
    /// does not (`docker://`), from a folder, and by name after another crawl.
    /// All must answer alike.
    #[track_caller]
    pub(crate) fn check(self, image: &Image, expected: &str) {
        self.check_as(ASKED, image, expected);
    }

    /// As [`Crawled::check`], for an image of this name.
    #[track_caller]
    pub(crate) fn check_as(self, name: &str, image: &Image, expected: &str) {
        let folder = Data::new();
        forms::write_dir(image, folder.path());
        compare("from a folder", &self.ask(&format!("dir:{}", folder.path().display())), expected);
        self.server.world(|world| world.push(name, image));
        compare("live", &self.ask(&format!("docker://{}/{name}", self.server.host())), expected);
        let again = self.next_day(|_| {});
        compare("crawled", &again.ask(name), expected);
    }

    /// Asks about what the index knows by this name.
    #[track_caller]
    pub(crate) fn check_name(&self, name: &str, expected: &str) {
        compare(name, &self.ask(name), expected);
    }

    /// `parent NAME --format json`.
    #[track_caller]
    pub(crate) fn ask(&self, name: &str) -> Value {
        self.data.ask("parent", name)
    }

    /// `parent NAME ARGUMENTS`, as text.
    #[track_caller]
    pub(crate) fn text(&self, name: &str, arguments: &[&str]) -> String {
        let arguments = [&["parent", name], arguments].concat();
        run(&mut self.data.command("forebear", &arguments), "").stdout
    }

    /// The text of an answer has these parts.
    #[track_caller]
    pub(crate) fn check_text(&self, name: &str, parts: &[&str]) {
        let text = self.text(name, &["--no-trunc"]);
        for part in parts {
            assert!(text.contains(part), "no '{part}' in:\n{text}");
        }
    }
}

#[track_caller]
fn compare(how: &str, answer: &Value, expected: &str) {
    let told = tell(answer);
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(told.lines().collect::<Vec<_>>(), expected, "asked {how}");
}

/// Crawls a world and asks about an image that is not in it.
#[track_caller]
pub(crate) fn check(world: World, image: &Image, expected: &str) {
    Crawled::new(world).check(image, expected);
}

/// A world of these images, `library/` before names without a folder.
pub(crate) fn world(images: &[(&str, &Image)]) -> World {
    let mut world = World::new();
    for (name, image) in images {
        let official = if name.contains('/') { "" } else { "library/" };
        world.push(&format!("{official}{name}"), image);
    }
    world
}

/// A root file system and nothing else.
pub(crate) fn rootfs(name: &str) -> Image {
    ImageBuilder::scratch("linux/amd64").add_rootfs(name).build()
}

/// An image with a layer on top of this one.
pub(crate) fn on(base: &Image, command: &str) -> Image {
    ImageBuilder::from(base).run(command).build()
}

/// An image as `docker image inspect` shows it: diff_ids alone, no history.
pub(crate) fn inspected(image: &Image, folder: &Data) -> String {
    let layers: Vec<String> = image.diff_ids().iter().map(ToString::to_string).collect();
    let document = serde_json::json!([{
        "Id": image.config_digest.to_string(), "Os": "linux", "Architecture": "amd64",
        "RootFS": {"Type": "layers", "Layers": layers},
    }]);
    let file = folder.path().join("inspect.json");
    std::fs::write(&file, document.to_string()).expect("a file");
    format!("inspect:{}", file.display())
}

/// Another config of the same layers and history.
pub(crate) fn look_alike(image: &Image) -> Image {
    ImageBuilder::copy_of(image).setting("Hostname", "elsewhere".into()).build()
}
