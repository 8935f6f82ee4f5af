use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use super::*;

async fn load_text(text: &str, registry: &str) -> Result<Credentials, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.json");
    fs_err::write(&file, text).unwrap();
    told_error(load(&file, Format::Docker, &registry.parse().unwrap(), |name| panic!("{name} was to be run")).await)
}

fn told_error(loaded: Result<Kept, Unusable>) -> Result<Credentials, String> {
    loaded.and_then(Kept::required).map(|login| login.credentials).map_err(|error| forebear_image::chain::chain(&error))
}

/// What the credentials are, for a comparison.
fn told(credentials: &Credentials) -> String {
    match credentials {
        Credentials::Anonymous => "anonymous".to_owned(),
        Credentials::Header(value) => value.to_str().unwrap().to_owned(),
        Credentials::Password { username, password } => format!("{username}:{}", password.expose_secret()),
        Credentials::IdentityToken(token) => format!("identity {}", token.expose_secret()),
    }
}

#[tokio::test]
async fn entries_are_found() {
    async fn check(text: &str, registry: &str, expected: Result<&str, &str>) {
        match (load_text(text, registry).await, expected) {
            (Ok(got), Ok(expected)) => assert_eq!(told(&got), expected),
            (Err(error), Err(part)) => {
                assert!(error.contains(part), "{error}");
                assert!(!error.contains("aHVudGVy") && !error.contains("hunter2"), "{error}");
            }
            (got, _) => panic!("{text} {registry}: {got:?}"),
        }
    }
    // amy:hunter2
    let hub = r#"{"auths": {"https://index.docker.io/v1/": {"auth": "YW15Omh1bnRlcjI=", "email": "a@b"}}, "x": 1}"#;
    check(hub, "docker.io", Ok("amy:hunter2")).await;
    check(hub, "ghcr.io", Err("has no credentials for ghcr.io; 'docker login ghcr.io'")).await;
    let auths = r#"{"auths": {
        "ghcr.io": {"identitytoken": "it", "auth": "YW15Og=="},
        "https://quay.io/v1/": {"username": "amy", "password": "hunter2"},
        "r.example:5000": {"registrytoken": "rt"},
        "empty.example": {},
        "bad.example": {"auth": "aHVudGVyMg=="}}}"#;
    check(auths, "ghcr.io", Ok("identity it")).await;
    check(auths, "quay.io", Ok("amy:hunter2")).await;
    check(auths, "r.example:5000", Ok("Bearer rt")).await;
    check(auths, "r.example", Err("no credentials")).await;
    check(auths, "empty.example", Err("no credentials")).await;
    check(auths, "bad.example", Err("not base64 of name:password")).await;
    check(r#"{"auths": {"ghcr.io": {"auth": 7, "password": "hunter2"}}}"#, "ghcr.io", Err("line 1")).await;
    check("", "ghcr.io", Err("is not there")).await;
    // As Docker's own reader has it: null is none, names of fields fold, and what
    // is odd elsewhere, or comes after it, is nobody's loss.
    let amy = r#""ghcr.io": {"auth": "YW15Omh1bnRlcjI="}"#;
    for text in [
        format!(r#"{{"credHelpers": null, "credsStore": null, "auths": {{{amy}, "other": null}}}}"#),
        format!(r#"{{"credHelpers": {{"ghcr.io": null, "other": 7}}, "auths": {{"other": {{"auth": 7}}, {amy}}}}}"#),
        format!("\u{feff}{{\"HttpHeaders\": 7, \"Auths\": {{{amy}}}}} trailing"),
    ] {
        check(&text, "ghcr.io", Ok("amy:hunter2")).await;
    }
    check("null", "ghcr.io", Err("has no credentials for ghcr.io")).await;
    check(r#"{"auths": null}"#, "ghcr.io", Err("has no credentials for ghcr.io")).await;
    check(r#"{"auths": {"ghcr.io": null}}"#, "ghcr.io", Err("has no credentials for ghcr.io")).await;
    check(r#"{"auths": ["hunter2"]}"#, "ghcr.io", Err("is not a Docker configuration: see its 'auths'")).await;
    let large = format!(r#"{{"x": "{}"}}"#, "x".repeat(1 << 20));
    check(&large, "ghcr.io", Err("config.json: it is larger than the 1048576 bytes that are read of it")).await;
    // A configuration is not where a path to run comes from.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.json");
    fs_err::write(&file, r#"{"credsStore": "../../tmp/x"}"#).unwrap();
    let error = load(&file, Format::Docker, &"ghcr.io".parse().unwrap(), Helper::named).await.unwrap_err().to_string();
    assert!(error.contains("can't be the name"), "{error}");
}

#[tokio::test]
async fn helpers_are_asked_and_not_for_long() {
    async fn check(script: &str, config: &str, registry: &str, expected: Result<&str, &str>) {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("docker-credential-test");
        fs_err::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs_err::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        let file = folder.path().join("config.json");
        fs_err::write(&file, config).unwrap();
        let helper = |name: &str| {
            assert_eq!(name, "test");
            Ok(Helper::program(program.clone(), Duration::from_secs(2)))
        };
        match (told_error(load(&file, Format::Docker, &registry.parse().unwrap(), helper).await), expected) {
            (Ok(got), Ok(expected)) => assert_eq!(told(&got), expected),
            (Err(error), Err(part)) => {
                assert!(error.contains(part), "{error}");
                assert!(!error.contains("hunter2"), "{error}");
            }
            (got, _) => panic!("{script}: {got:?}"),
        }
    }
    let store = r#"{"credsStore": "test", "auths": {"ghcr.io": {"auth": "YW15OmZpbGU="}}}"#;
    let one = r#"{"credHelpers": {"ghcr.io": "test"}}"#;
    let echo =
        r#"read host; test "$1" = get && printf '{"ServerURL":"%s","Username":"u-%s","Secret":"hunter2"}' $host $host"#;
    check(echo, store, "docker.io", Ok("u-https://index.docker.io/v1/:hunter2")).await;
    check(echo, one, "ghcr.io", Ok("u-ghcr.io:hunter2")).await;
    check(echo, one, "quay.io", Err("no credentials for quay.io")).await;
    check(r#"echo '{"Username":"<token>","Secret":"it"}'"#, one, "ghcr.io", Ok("identity it")).await;
    let unknown = "echo credentials not found in native keychain; exit 1";
    check(unknown, store, "ghcr.io", Ok("amy:file")).await;
    check(unknown, one, "ghcr.io", Err("no credentials")).await;
    check("echo locked; exit 1", one, "ghcr.io", Err("failed: locked")).await;
    check("echo hunter2", one, "ghcr.io", Err("something else than JSON")).await;
    // Failing, it may have said all the same what it was asked for.
    let leaky = r#"printf '{"Username":"amy","Secret":"hunter2"}'; exit 1"#;
    check(leaky, one, "ghcr.io", Err("docker-credential-test failed, and what it said may hold a secret")).await;
    let leaky = r#"echo 'oops: {"ServerURL":"x","Secret":"hunter2"'; exit 1"#;
    check(leaky, one, "ghcr.io", Err("failed, and what it said may hold a secret")).await;
    check("head -c 100000 /dev/zero", one, "ghcr.io", Err("said more than 65536 bytes")).await;
    check("cat /dev/zero", one, "ghcr.io", Err("said more than 65536 bytes")).await;
    check("exec sleep 60", one, "ghcr.io", Err("longer than 2 s")).await;
}

#[tokio::test]
async fn p571_what_a_key_names() {
    async fn check(format: Format, key: &str, registry: &str, expected: bool) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("auth.json");
        fs_err::write(&file, format!(r#"{{"auths": {{"{key}": {{"auth": "YW15Omh1bnRlcjI="}}}}}}"#)).unwrap();
        let kept =
            load(&file, format, &registry.parse().unwrap(), |name| panic!("{name} was to be run")).await.unwrap();
        match (kept, expected) {
            (Kept::Login(login), true) => {
                assert_eq!(login.to_string(), format!("as user 'amy' ({})", file.display()), "{key}");
            }
            (Kept::Nothing(_), false) => {}
            (kept, _) => panic!("{key} for {registry}: {kept:?}"),
        }
    }
    use Format::{Containers, Docker};
    for format in [Docker, Containers] {
        check(format, "127.0.0.1:5000", "127.0.0.1:5000", true).await;
        check(format, "127.0.0.1:5000", "127.0.0.1", false).await;
        check(format, "127.0.0.1:5000", "127.0.0.1:5001", false).await;
        check(format, "https://quay.io/v1/", "quay.io", true).await;
        check(format, "docker.io", "docker.io", true).await;
        check(format, "https://index.docker.io/v1/", "docker.io", true).await;
        check(format, "registry-1.docker.io", "docker.io", true).await;
        check(format, "quay.io", "evil-quay.io", false).await;
    }
    check(Containers, "quay.io/acme", "quay.io", false).await;
    check(Docker, "quay.io/acme", "quay.io", true).await;
}

/// containers-auth.json(5): `quay.io/acme` is for what lies below it.
#[test]
fn p738_which_parts_of_a_registry_keys_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("auth.json");
    let entry = |key: &str| format!(r#""{key}": {{"auth": "YW15Omh1bnRlcjI="}}"#);
    let keys =
        ["quay.io", "quay.io/acme", "quay.io/acme/app/", "https://quay.io/v1/", "ghcr.io/acme", "docker.io/library"];
    fs_err::write(&file, format!(r#"{{"auths": {{{}}}}}"#, keys.map(entry).join(", "))).unwrap();
    let parts_of = |registry: &str| {
        let mut found: Vec<String> =
            parts(&file, &registry.parse().unwrap()).unwrap().into_iter().map(|(part, _)| part).collect();
        found.sort();
        found
    };
    assert_eq!(parts_of("quay.io"), ["acme", "acme/app"]);
    assert_eq!(parts_of("docker.io"), ["library"]);
    assert_eq!(parts_of("127.0.0.1:5000"), [""; 0]);
}

/// containers-auth.json(5): keys of `credHelpers` are registries, and where one has a helper, what is encoded in the
/// file is not used.
#[tokio::test]
async fn p843_a_helper_is_of_a_whole_registry() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("auth.json");
    let auths = r#""auths": {"quay.io": {"auth": "YW15Omh1bnRlcjI="}, "quay.io/acme": {"auth": "YW15Omh1bnRlcjI="}}"#;
    let parts_with = |helpers: &str| {
        fs_err::write(&file, format!(r#"{{{auths}, "credHelpers": {helpers}}}"#)).unwrap();
        parts(&file, &"quay.io".parse().unwrap()).unwrap().into_iter().map(|(part, _)| part).collect::<Vec<_>>()
    };
    assert_eq!(parts_with(r#"{"quay.io": "test"}"#), [""; 0], "the helper knows of all of it");
    assert_eq!(parts_with(r#"{"ghcr.io": "test"}"#), ["acme"], "another's");
    assert_eq!(parts_with(r#"{"quay.io/acme": "test"}"#), ["acme"], "no registry is called that");
    let registry = "quay.io".parse().unwrap();
    let kept = load(&file, Format::Containers, &registry, |name| panic!("{name} was to be run")).await.unwrap();
    assert!(matches!(kept, Kept::Login(_)), "nor is it run for the registry");
}
