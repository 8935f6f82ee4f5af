//! Names over time, as a user reads them: which names a parent carried, since
//! when and until when, what became of them, and how far behind an image is.

#![expect(clippy::indexing_slicing, clippy::expect_used, reason = "helpers of tests")]

use forebear_testkit::{Format, Image, ImageBuilder, Index, Server, World};
use forebear_tests::Data;
use serde_json::Value;

fn rootfs(name: &str) -> Image {
    ImageBuilder::scratch("linux/amd64").add_rootfs(name).build()
}

fn arm() -> Image {
    ImageBuilder::scratch("linux/arm64").add_rootfs("for another machine").build()
}

/// A registry that is crawled on several days.
struct Days {
    server: Server,
    data: Data,
}

impl Days {
    fn new() -> Self {
        Self { server: Server::start(World::new()), data: Data::new() }
    }

    /// Changes the registry and crawls it at three o'clock of that day.
    #[track_caller]
    fn on(&self, day: &str, change: impl FnOnce(&mut World)) {
        self.server.world(change);
        self.data.crawl_hub(&self.server.host(), &["--now", &format!("{day}T03:00:00Z")]);
    }

    #[track_caller]
    fn parent(&self, image: &str, arguments: &[&str]) -> Value {
        let all = [&["parent", image, "--format", "json"], arguments].concat();
        self.data.query(&all).expect_code(0).json()["parent"].clone()
    }

    /// What is said of the parent's names, a line each, and of them all as text.
    #[track_caller]
    fn check(&self, image: &str, arguments: &[&str], expected: &str, text: &str) {
        let parent = self.parent(image, arguments);
        let names = parent["names_over_time"].as_array().expect("a list");
        let told: Vec<String> = names.iter().map(tell).collect();
        let lines = |text: &str| text.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>();
        assert_eq!(told, lines(expected), "{image} {arguments:?}");
        let output = self.data.query(&[&["parent", image, "--no-trunc"], arguments].concat()).expect_code(0).stdout;
        let said = output.lines().skip_while(|line| !line.starts_with("parent   ")).skip(1);
        let said: Vec<String> =
            said.take_while(|line| line.starts_with("         ")).map(|line| line.trim().to_owned()).collect();
        assert_eq!(said, lines(text), "{output}");
    }
}

/// `alpine:3.19 2026-03-01 to now, moved, 3 builds 94 days behind since 2026-03-05`.
fn tell(name: &Value) -> String {
    let day = |value: &Value| value.as_str().map_or_else(|| "now".to_owned(), |time| time[..10].to_owned());
    let mut told = format!(
        "{} {} to {}",
        name["name"].as_str().unwrap_or("?").trim_start_matches("docker.io/library/"),
        day(&name["since"]),
        day(&name["until"]),
    );
    for word in ["moved", "gone"] {
        if name[word] == true {
            told = format!("{told}, {word}");
        }
    }
    if !name["superseded_at"].is_null() {
        let (builds, days) = (&name["builds_behind"], &name["days_behind"]);
        told = format!("{told}, {builds} builds {days} days behind since {}", day(&name["superseded_at"]));
    }
    assert_eq!(
        name["moved"] == true,
        name["until"].is_string() && name["now_digest"].is_string() && name["gone"] == false
    );
    told
}

#[test]
fn m9_how_far_behind_an_image_is() {
    let days = Days::new();
    let builds: Vec<Image> = (1..=4).map(|build| rootfs(&format!("alpine build {build}"))).collect();
    let app = ImageBuilder::from(&builds[0]).run("make app").build();
    days.on("2026-01-10", |world| {
        for tag in ["3.19", "3.19.1", "old"] {
            world.push(&format!("library/alpine:{tag}"), &builds[0]);
        }
        world.push("acme/app:1", &app);
    });
    days.on("2026-03-01", |_| {});
    days.on("2026-03-05", |world| {
        world.push("library/alpine:3.19", &builds[1]);
        world.untag("library/alpine:old");
    });
    days.on("2026-03-20", |world| _ = world.push("library/alpine:3.19", &builds[2]));
    days.on("2026-04-02", |world| _ = world.push("library/alpine:3.19", &builds[3]));
    days.on("2026-06-07", |_| {});

    let today = "alpine:3.19.1 2026-01-10 to now
                 alpine:old 2026-01-10 to 2026-03-01, gone
                 alpine:3.19 2026-01-10 to 2026-03-01, moved, 3 builds 94 days behind since 2026-03-05";
    let text =
        "OUTDATED: rebuilt on 2026-03-05; this image is 3 builds and 94 days behind the tag 3.19 (as of 2026-06-07)
                exact match: 1 of 2 layers, history agrees
                formerly also tagged old (until 2026-03-01, now gone), 3.19 (until 2026-03-01)";
    days.check("acme/app:1", &[], today, text);
    // The contract's own fields say the same.
    let parent = days.parent("acme/app:1", &[]);
    let tag = |name: &str| {
        let tags = parent["tags"].as_array().expect("a list");
        tags.iter().find(|tag| tag["reference"] == format!("docker.io/library/alpine:{name}")).expect(name).clone()
    };
    assert_eq!((&tag("3.19")["builds_behind"], &tag("3.19")["moved"]), (&3.into(), &true.into()));
    assert_eq!(tag("3.19")["digest"], builds[3].manifest_digest.to_string());
    assert_eq!(parent["tag_now"], tag("3.19.1"), "the best name is one that is still there");

    // The same for an image that nobody crawled, asked live and from a folder.
    let live = ImageBuilder::from(&builds[0]).run("make another").build();
    days.server.world(|world| _ = world.push("acme/live:1", &live));
    days.check(&format!("docker://{}/acme/live:1", days.server.host()), &[], today, text);
    let folder = Data::new();
    forebear_tests::forms::write_dir(&live, folder.path());
    days.check(&format!("dir:{}", folder.path().display()), &[], today, text);

    // As of a day, what was known by then.
    let expected = "alpine:old 2026-01-10 to now
                    alpine:3.19 2026-01-10 to now
                    alpine:3.19.1 2026-01-10 to now";
    let text = "up to date with the tag 3.19 (as of 2026-03-01)
                exact match: 1 of 2 layers, history agrees
                also tagged old, 3.19";
    days.check("acme/app:1", &["--as-of", "2026-03-01"], expected, text);
    let expected = "alpine:old 2026-01-10 to now
                    alpine:3.19.1 2026-01-10 to now
                    alpine:3.19 2026-01-10 to 2026-03-01, moved, 2 builds 16 days behind since 2026-03-05";
    let text =
        "OUTDATED: rebuilt on 2026-03-05; this image is 2 builds and 16 days behind the tag 3.19 (as of 2026-03-21)
                exact match: 1 of 2 layers, history agrees
                also tagged old; formerly 3.19 (until 2026-03-01)";
    days.check("acme/app:1", &["--as-of", "2026-03-21"], expected, text);
}

#[test]
fn p557_names_that_share_their_story_are_told_together() {
    let days = Days::new();
    let (old, new) = (rootfs("old"), rootfs("new"));
    let app = ImageBuilder::from(&old).run("make app").build();
    let tags = ["3", "3.20", "latest"];
    days.on("2026-01-10", |world| {
        tags.iter().for_each(|tag| _ = world.push(&format!("library/alpine:{tag}"), &old));
        world.push("acme/alpine:mine", &old);
        world.push("acme/app:1", &app);
    });
    days.on("2026-01-11", |world| tags.iter().for_each(|tag| _ = world.push(&format!("library/alpine:{tag}"), &new)));
    let expected = "alpine:3 2026-01-10 to 2026-01-10, moved, 1 builds 0 days behind since 2026-01-11
                    alpine:3.20 2026-01-10 to 2026-01-10, moved, 1 builds 0 days behind since 2026-01-11
                    alpine:latest 2026-01-10 to 2026-01-10, moved, 1 builds 0 days behind since 2026-01-11
                    docker.io/acme/alpine:mine 2026-01-10 to now";
    let text = "OUTDATED: rebuilt on 2026-01-11; this image is 1 build behind the tag 3 (as of 2026-01-11)
                exact match: 1 of 2 layers, history agrees
                also tagged docker.io/acme/alpine:mine; formerly 3, latest (until 2026-01-10)";
    days.check("acme/app:1", &[], expected, text);
}

/// A tag may move for one platform and stay for another, or lose one.
#[test]
fn each_platform_has_its_own_story() {
    let days = Days::new();
    let (old, new) = (rootfs("old"), rootfs("new"));
    let app = ImageBuilder::from(&old).run("make app").build();
    let arm_app = ImageBuilder::from(&arm()).run("make app").build();
    let list = |amd: &Image| Index::new(Format::Oci).image(amd).image(&arm());
    days.on("2026-01-10", |world| {
        world.push_built_index("library/alpine:3", &list(&old));
        world.push("acme/app:1", &app);
        world.push("acme/arm:1", &arm_app);
    });
    days.on("2026-01-12", |world| _ = world.push_built_index("library/alpine:3", &list(&new)));
    days.on("2026-01-20", |_| {});
    let moved = "alpine:3 2026-01-10 to 2026-01-10, moved, 1 builds 8 days behind since 2026-01-12";
    let text = "OUTDATED: rebuilt on 2026-01-12; this image is 1 build and 8 days behind (as of 2026-01-20)
                exact match: 1 of 2 layers, history agrees";
    days.check("acme/app:1", &[], moved, text);
    let unproven = "no later build is known; nothing shows that its tag ever moves (as of 2026-01-20)
                    exact match: 1 of 2 layers, history agrees";
    days.check("acme/arm:1", &[], "alpine:3 2026-01-10 to now", unproven);
    days.on("2026-01-21", |world| {
        _ = world.push_built_index("library/alpine:3", &Index::new(Format::Oci).image(&new));
    });
    let dropped = "no later build is known, but its tag no longer offers linux/arm64 (as of 2026-01-21)
                   exact match: 1 of 2 layers, history agrees";
    days.check("acme/arm:1", &[], "alpine:3 2026-01-10 to 2026-01-20", dropped);
}

/// Who builds on a name that moved gets another image: then FROM says which build was meant.
#[test]
fn p516_from_names_the_digest_where_the_name_moved() {
    let days = Days::new();
    let (old, new) = (rootfs("old"), rootfs("new"));
    let app = ImageBuilder::from(&old).run("make app").build();
    days.on("2026-01-10", |world| {
        world.push("library/alpine:3.20", &old);
        world.push("library/alpine:3", &old);
        world.push("acme/app:1", &app);
    });
    let from = |arguments: &[&str]| -> Vec<String> {
        let output = days.data.query(&[&["dockerfile", "acme/app:1"], arguments].concat()).expect_code(0).stdout;
        output.lines().take_while(|line| !line.starts_with("RUN")).map(str::to_owned).collect()
    };
    let name = "docker.io/library/alpine:3.20";
    let digest = old.manifest_digest;
    assert_eq!(from(&[]), [format!("# from {name} {digest}"), format!("FROM {name}")]);
    days.on("2026-01-12", |world| _ = world.push("library/alpine:3.20", &new));
    let moved = format!("# {name} has led to another build since 2026-01-12; the digest is the build that was used");
    assert_eq!(from(&[]), [format!("# from {name} {digest}"), moved, format!("FROM {name}@{digest}")]);
    assert_eq!(from(&["--as-of", "2026-01-11"]).last(), Some(&format!("FROM {name}")));
    days.on("2026-01-13", |world| _ = world.untag("library/alpine:3.20"));
    let gone = from(&[]);
    assert_eq!(gone.last(), Some(&format!("FROM {name}@{digest}")), "{gone:?}");
}
