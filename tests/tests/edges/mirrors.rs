//! registries.conf of podman and skopeo, with real registries: mirrors, other locations, what is blocked; and logins
//! for parts of a registry as skopeo writes them.

use std::process::Command;

use forebear_testkit::real::{DockerRegistry, RegistryOptions, have, real_file, skipped};
use forebear_testkit::{Fault, Matcher, Server, Times, demo};
use forebear_tests::{Data, run};

/// `amy` with `hunter2`, as `htpasswd -B` writes it.
const HTPASSWD: &str = "amy:$2y$05$abcdefghijklmnopqrstuuoXuKqgZXLiJqzfmMXDDhSFPIvxV7t8.\n";
const NIGHT: &str = "2025-01-01T00:00:00Z";

fn stories(options: RegistryOptions) -> Option<DockerRegistry> {
    DockerRegistry::start_with(&real_file("stories/stories.storage.tar.zst")?, options)
}

/// Writes a user's registries.conf.
fn configure(data: &Data, text: &str) {
    let folder = data.path().join("config/containers");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("registries.conf"), text).expect("a file");
}

fn file(data: &Data) -> String {
    data.path().join("config/containers/registries.conf").display().to_string()
}

/// The index that a crawl of a registry gives, told by its name.
fn crawled(data: &Data, host: &str) -> (String, String) {
    let arguments = ["run", "--registry", host, "--name-as", "docker.io", "--now", NIGHT];
    let ran = data.crawl(&arguments).expect_code(0);
    let current = std::fs::read_to_string(data.path().join("index/CURRENT")).expect("an index");
    (ran.stderr, current)
}

/// Two real registries: what a mirror has is asked of it and of nobody else, and the index is the same.
#[test]
fn p735_a_mirror_is_asked_first_and_names_stay() {
    let (Some(origin), Some(mirror)) = (stories(RegistryOptions::default()), stories(RegistryOptions::default()))
    else {
        return;
    };
    let plain = Data::new();
    let (_, expected) = crawled(&plain, &origin.host());
    let data = Data::new();
    let conf = |mirror: &str| {
        format!("[[registry]]\nlocation = \"{}\"\n[[registry.mirror]]\nlocation = \"{mirror}\"\n", origin.host())
    };
    configure(&data, &conf(&mirror.host()));
    let (said, index) = crawled(&data, &origin.host());
    assert_eq!(index, expected);
    // What a mirror was asked counts as asked.
    let again =
        ["run", "--registry", &origin.host(), "--name-as", "docker.io", "--now", "2025-01-02T00:00:00Z", "--json"];
    let report = data.crawl(&again).expect_code(0).json();
    assert!(report["requests"]["manifest_head"].as_u64().is_some_and(|heads| heads > 0), "{report}");
    let first = format!(
        "asking {} anonymously; first its mirror {} anonymously (by {})",
        origin.host(),
        mirror.host(),
        file(&data)
    );
    assert_eq!(said.lines().next(), Some(&*first));
    // What is there is had from the mirror alone: the registry is gone, and asked for nothing.
    let mut origin = origin;
    let live = format!("docker://{}/library/alpine:3.3", origin.host());
    let before = data.query(&["layers", &live, "--json"]).expect_code(0).json();
    origin.stop();
    let after = data.query(&["layers", &live, "--json"]).expect_code(0).json();
    assert_eq!(before, after);
    assert!(after["image"]["reference"].as_str().is_some_and(|name| name.starts_with(&origin.host())), "{after}");
    _ = data.query(&["verify", &live]).expect_code(0);
}

/// A mirror that is gone, or has nothing, costs an answer nothing but time.
#[test]
fn p735_where_a_mirror_has_nothing_its_registry_is_asked() {
    let (Some(origin), Some(empty)) =
        (stories(RegistryOptions::default()), DockerRegistry::start_empty(RegistryOptions::default()))
    else {
        return;
    };
    let plain = Data::new();
    let (_, expected) = crawled(&plain, &origin.host());
    for mirror in [empty.host(), "127.0.0.1:1".to_owned()] {
        let data = Data::new();
        let own = origin.host();
        configure(
            &data,
            &format!("[[registry]]\nlocation = \"{own}\"\n[[registry.mirror]]\nlocation = \"{mirror}\"\n"),
        );
        assert_eq!(crawled(&data, &own).1, expected, "{mirror}");
        _ = data.query(&["layers", &format!("docker://{own}/library/alpine:3.3")]).expect_code(0);
    }
}

/// By digest or by tag; the longest prefix; another location; what is blocked. Requests are counted at servers of
/// our own.
#[test]
fn p736_what_is_asked_where() {
    let (one, other) = (Server::start(demo::world()), Server::start(demo::world()));
    let asked =
        |server: &Server, path: &str| server.requests().iter().filter(|request| request.path.contains(path)).count();
    let live = |host: &str, image: &str| format!("docker://{host}/{image}");
    // Only by digest: the tag is asked of the registry, what it leads to of the mirror.
    let data = Data::new();
    configure(
        &data,
        &format!(
            "[[registry]]\nlocation = \"{}\"\n[[registry.mirror]]\nlocation = \"{}\"\npull-from-mirror = \"digest-only\"\n",
            one.host(),
            other.host()
        ),
    );
    _ = data.live(&["layers", &live(&one.host(), "library/alpine:3.20")]).expect_code(0);
    assert_eq!((asked(&one, "/manifests/3.20"), asked(&other, "/manifests/3.20")), (1, 0));
    assert!(asked(&one, "/blobs/") == 0 && asked(&other, "/blobs/") > 0);
    // The longest prefix holds, and a location stands for it.
    let data = Data::new();
    configure(
        &data,
        &format!(
            "[[registry]]\nprefix = \"registry.example\"\nblocked = true\n\
             [[registry]]\nprefix = \"registry.example/hub\"\nlocation = \"{}/library\"\n",
            one.host()
        ),
    );
    let refused = data.live(&["layers", "docker://registry.example/acme/web:1"]).expect_code(2).stderr;
    assert_eq!(refused, format!("error: registry.example is blocked by {}\n", file(&data)));
    let refused = data.crawl(&["run", "--registry", "registry.example"]).expect_code(2).stderr;
    assert!(refused.contains(&format!("error: registry.example is blocked by {}\n", file(&data))), "{refused}");
    configure(
        &data,
        &format!("[[registry]]\nprefix = \"registry.example/hub\"\nlocation = \"{}/library\"\n", one.host()),
    );
    let found = data.live(&["layers", "docker://registry.example/hub/alpine:3.20", "--json"]).expect_code(0).json();
    assert_eq!(found["image"]["reference"], "registry.example/hub/alpine:3.20");
    // Odd files are refused with their line, by whoever would ask.
    configure(&data, "[[registry]]\nlocation = 7\n");
    let odd = data.live(&["layers", &live(&one.host(), "library/alpine:3.20")]).expect_code(2).stderr;
    let expected = format!("error: {}: line 2: invalid type: integer `7`, expected a string\n", file(&data));
    assert_eq!(odd, expected);
    // And nobody needs one.
    let mut command = data.live_command(&["layers", &live(&one.host(), "library/alpine:3.20")]);
    _ = run(command.env("CONTAINERS_REGISTRIES_CONF", "/dev/null"), "").expect_code(0);
}

/// `skopeo login HOST/library`: a login for a part of a registry is used there and nowhere else.
#[test]
fn p738_a_login_for_a_part_of_a_registry() {
    if !have("skopeo") {
        return skipped("skopeo is not installed");
    }
    let private = RegistryOptions { htpasswd: HTPASSWD.to_owned(), ..RegistryOptions::default() };
    let Some(registry) = stories(private) else { return };
    let (host, data) = (registry.host(), Data::new());
    let logins = data.path().join("run/containers/auth.json");
    std::fs::create_dir_all(data.path().join("run")).expect("a folder");
    let mut skopeo = Command::new("skopeo");
    skopeo.args(["login", "--tls-verify=false", "--username", "amy", "--password-stdin", &format!("{host}/library")]);
    skopeo.env_remove("REGISTRY_AUTH_FILE").env_remove("DOCKER_CONFIG").env("XDG_RUNTIME_DIR", data.path().join("run"));
    _ = run(&mut skopeo, "hunter2\n").expect_code(0);
    let written = std::fs::read_to_string(&logins).expect("skopeo writes it");
    assert!(written.contains(&format!("\"{host}/library\"")), "{written}");
    _ = data.live(&["layers", &format!("docker://{host}/library/alpine:3.3")]).expect_code(0);
    let elsewhere = data.live(&["layers", &format!("docker://{host}/acme/web:1")]).expect_code(2).stderr;
    assert!(elsewhere.contains("authentication is required"), "{elsewhere}");
    let ran = data.crawl(&["run", "--registry", &host, "--repo", "library/alpine", "--name-as", "docker.io"]);
    let first = format!("asking {host} anonymously; {host}/library as user 'amy' ({})", logins.display());
    assert_eq!(ran.stderr.lines().next(), Some(&*first));
    _ = ran.expect_code(0);
}

/// What a mirror asks for is kept as what the registry does: the next process does not ask it before.
#[test]
fn p844_a_hold_of_a_mirror_outlives_the_process() {
    let (own, mirror) = (Server::start(demo::world()), Server::start(demo::world()));
    mirror.fault(Matcher::any(), Fault::too_many_requests(Some("3600")), Times::Always);
    let data = Data::new();
    configure(
        &data,
        &format!(
            "[[registry]]\nlocation = \"{}\"\n[[registry.mirror]]\nlocation = \"{}\"\n",
            own.host(),
            mirror.host()
        ),
    );
    let night = |day: u32, more: &[&str]| {
        let (host, now) = (own.host(), format!("2025-01-{day:02}T00:00:00Z"));
        let arguments = [&["run", "--registry", &host, "--now", &now], more].concat();
        _ = data.crawl(&arguments).expect_code(0);
        mirror.requests().len()
    };
    let first = night(1, &[]);
    assert!(first > 0);
    let asked = own.requests().len();
    assert_eq!(night(2, &[]), first, "nothing is sent to it before its end");
    assert!(own.requests().len() > asked, "the registry is asked instead");
    assert!(night(3, &["--ignore-hold"]) > first, "unless whoever runs this knows better");
}
