//! The last stage of the Dockerfile, built from the programs at hand, and run as a
//! cluster runs it: nobody's rights, a root that cannot be written to.

use std::path::Path;
use std::process::Command;

use forebear_testkit::{Server, demo};
use forebear_tests::buildah::Buildah;
use forebear_tests::{Ran, run};

use crate::{may_mount, project, stripped};

/// Runs a program of the image at `root` as user 65532, on a root file system that
/// is read-only but for `/data`.
fn inside(root: &Path, data: &Path, program: &str, arguments: &[&str]) -> Ran {
    let script = "root=$1 data=$2; shift 2\n\
        mount --bind \"$root\" \"$root\" && mount --bind \"$data\" \"$root/data\" &&\n\
        mount -o remount,ro,bind \"$root\" && exec chroot --userspec=65532:65532 \"$root\" \"$@\"";
    let mut command = Command::new("unshare");
    command.args(["--mount", "sh", "-c", script, "sh"]).arg(root).arg(data).arg(program).args(arguments);
    command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("FOREBEAR_DATA", "/data");
    command.env("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt");
    run(&mut command, "")
}

#[test]
fn p716_the_image_crawls_and_answers_without_rights() {
    let Some(buildah) = Buildah::new() else { return };
    if !may_mount() {
        return;
    }
    let folder = buildah.path("programs");
    let root = folder.join("image");
    let mut script = Command::new("sh");
    script.arg(project("scripts/image-root.sh")).arg(stripped(&folder)).arg(&root);
    _ = run(&mut script, "").expect_code(0);
    // The stage that compiles is replaced by its result, and not built.
    let dockerfile = std::fs::read_to_string(project("Dockerfile")).expect("the Dockerfile");
    let context = format!("build={}", folder.display());
    buildah.build_with("forebear", &dockerfile, &["--build-context", &context]);
    let image = buildah.mounted("forebear");

    let server = Server::start(demo::world());
    let data = tempfile::tempdir().expect("a folder");
    _ = run(Command::new("chown").arg("65532:65532").arg(data.path()), "").expect_code(0);
    let crawl = ["run", "--registry", &server.host(), "--name-as", "docker.io", "--now", "2024-12-01T03:00:00Z"];
    _ = inside(&image, data.path(), "/usr/bin/forebear-crawl", &crawl).expect_code(0);
    let answer = inside(&image, data.path(), "/usr/bin/forebear", &["parent", "bash:5.2.37"]).expect_code(0);
    assert!(answer.stdout.contains("docker.io/library/alpine:3.20"), "{}", answer.stdout);
    // Authorities are at hand and read: what is refused is the connection, not the set-up.
    let refused = inside(&image, data.path(), "/usr/bin/forebear-crawl", &["run", "--registry", "https://127.0.0.1:1"]);
    assert!(!refused.stderr.contains("certificate") && refused.code == 2, "{refused:?}");
    // Elsewhere it cannot write.
    let elsewhere = inside(&image, data.path(), "/usr/bin/forebear-crawl", &["publish", "--data", "/elsewhere"]);
    assert!(elsewhere.code == 2 && !image.join("elsewhere").exists(), "{elsewhere:?}");
}
