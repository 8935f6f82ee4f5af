//! Logins as real tools write them, at a real registry.

use std::path::PathBuf;
use std::process::Command;

use forebear_testkit::real::{DockerRegistry, RegistryOptions, have, real_file, skipped};
use forebear_tests::{Data, Ran, run};

/// `amy` with `hunter2`, as `htpasswd -B` writes it.
const HTPASSWD: &str = "amy:$2y$05$abcdefghijklmnopqrstuuoXuKqgZXLiJqzfmMXDDhSFPIvxV7t8.\n";

fn private() -> Option<DockerRegistry> {
    let storage = real_file("stories/stories.storage.tar.zst")?;
    DockerRegistry::start_with(
        &storage,
        RegistryOptions { htpasswd: HTPASSWD.to_owned(), ..RegistryOptions::default() },
    )
}

fn crawl(data: &Data, host: &str, more: &[&str]) -> Command {
    data.command("forebear-crawl", &[&["run", "--registry", host, "--name-as", "docker.io"], more].concat())
}

fn as_user(mut command: Command, password: &str) -> Ran {
    run(command.env("FOREBEAR_USERNAME", "amy").env("FOREBEAR_PASSWORD", password), "")
}

/// `skopeo login`, which keeps the login where `variable` says.
fn skopeo_login(data: &Data, host: &str, variable: &str, place: &PathBuf) {
    let mut skopeo = Command::new("skopeo");
    skopeo.args(["login", "--tls-verify=false", "--username", "amy", "--password-stdin", host]);
    skopeo.env_remove("REGISTRY_AUTH_FILE").env_remove("DOCKER_CONFIG").env("XDG_RUNTIME_DIR", data.path().join("run"));
    _ = run(skopeo.env(variable, place), "hunter2\n").expect_code(0);
}

/// What is logged in is used, by both programs, for that registry and no other.
#[test]
fn p580_a_login_that_skopeo_wrote_is_used() {
    if !have("skopeo") {
        return skipped("skopeo is not installed");
    }
    let (Some(registry), Some(other)) = (private(), private()) else { return };
    let host = registry.host();
    for (variable, place, file) in [
        ("XDG_RUNTIME_DIR", "run", "run/containers/auth.json"),
        ("REGISTRY_AUTH_FILE", "logins.json", "logins.json"),
        ("DOCKER_CONFIG", "docker", "docker/config.json"),
    ] {
        let data = Data::new();
        let place = data.path().join(place);
        std::fs::create_dir_all(data.path().join("run")).expect("a folder");
        skopeo_login(&data, &host, variable, &place);
        let with = |mut command: Command| {
            if variable == "REGISTRY_AUTH_FILE" {
                command.env(variable, &place);
            }
            run(&mut command, "")
        };
        let ran = with(crawl(&data, &host, &[])).expect_code(0);
        let first = format!("asking {host} as user 'amy' ({})", data.path().join(file).display());
        assert_eq!(ran.stderr.lines().next(), Some(&*first), "{variable}");
        let live = format!("docker://{host}/library/alpine:3.3");
        _ = with(data.command("forebear", &["layers", &live])).expect_code(0);
        // Nobody is logged in there.
        let refused = with(crawl(&data, &other.host(), &[])).expect_code(2).stderr;
        assert!(refused.starts_with(&format!("asking {} anonymously\n", other.host())), "{refused}");
        let none = with(crawl(&data, &host, &["--auth", "none"])).expect_code(2).stderr;
        assert!(none.starts_with(&format!("asking {host} anonymously\n")), "{none}");
    }
}

/// A wrong password is told from none.
#[test]
fn p581_who_is_not_let_in_is_told_why() {
    let Some(registry) = private() else { return };
    let (host, data) = (registry.host(), Data::new());
    let nobody = run(&mut crawl(&data, &host, &["--quiet"]), "").expect_code(2).stderr;
    let expected = format!(
        "error: {host} requires authentication\nhint: log in with 'docker login {host}' or 'podman login {host}', or set \
         FOREBEAR_USERNAME and FOREBEAR_PASSWORD and use --auth env\n"
    );
    assert_eq!(nobody, expected);
    let wrong = as_user(crawl(&data, &host, &["--quiet", "--auth", "env"]), "bad").expect_code(2).stderr;
    let expected = format!(
        "error: {host} rejected the credentials of user 'amy' (401)\nhint: log in again ('docker login {host}'), or use \
         --auth none to ask anonymously\n"
    );
    assert_eq!(wrong, expected);
    let live = format!("docker://{host}/library/alpine:3.3");
    let wrong = as_user(data.command("forebear", &["verify", &live, "--auth", "env"]), "bad").expect_code(2).stderr;
    assert!(wrong.contains(": the registry rejected the credentials of user 'amy' (401"), "{wrong}");
    // What was never let in leaves no job behind.
    assert_eq!(data.crawl(&["status", "--format", "json"]).json()["jobs"], serde_json::json!([]));
    _ = as_user(crawl(&data, &host, &["--auth", "env"]), "hunter2").expect_code(0);
}
