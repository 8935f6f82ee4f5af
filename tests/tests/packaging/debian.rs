//! The Debian package, installed and removed in a real system: this machine's,
//! under an overlay that is thrown away.

use std::process::Command;

use forebear_testkit::real::{have, skipped};
use forebear_tests::run;

use crate::{may_mount, project, stripped};

/// What happens inside. Each line that must hold is `a || exit`, so that the first
/// that does not is told.
const INSIDE: &str = r#"
set -eu
holds() { "$@" >/dev/null 2>&1 || { echo "does not hold: $*"; exit 1; }; }
fails() { ! "$@" >/dev/null 2>&1 || { echo "should fail: $*"; exit 1; }; }
fails getent passwd forebear
dpkg -i /mnt/*.deb
holds getent passwd forebear
forebear --version
forebear-crawl --version
holds forebear-crawl validate /etc/forebear/jobs/docker-hub-official.toml
for page in forebear forebear-parent forebear-crawl forebear-crawl-run; do holds test -s /usr/share/man/man1/$page.1.gz; done
holds bash -n /usr/share/bash-completion/completions/forebear
holds test -s /usr/share/zsh/vendor-completions/_forebear-crawl
holds test -s /usr/share/fish/vendor_completions.d/forebear.fish
for unit in forebear-crawl.service forebear-crawl.timer forebear-crawl-schedule.service; do
    holds test -s /usr/lib/systemd/system/$unit
    ! command -v systemd-analyze >/dev/null || systemd-analyze verify --man=no /usr/lib/systemd/system/$unit
done
echo '# mine' >>/etc/forebear/jobs/docker-hub-official.toml
mkdir -p /var/lib/forebear && touch /var/lib/forebear/crawled
dpkg -i /mnt/*.deb
holds grep -q '# mine' /etc/forebear/jobs/docker-hub-official.toml
dpkg -r forebear
fails test -e /usr/bin/forebear
fails test -e /usr/lib/systemd/system/forebear-crawl.timer
holds test -e /var/lib/forebear/crawled
holds test -e /etc/forebear/jobs/docker-hub-official.toml
dpkg -P forebear
fails test -e /var/lib/forebear
fails test -e /etc/forebear
fails dpkg -s forebear
echo all holds
"#;

#[test]
fn p717_the_package_is_installed_upgraded_removed_and_purged() {
    let tools = project("target/tools/bin/cargo-deb");
    if !tools.exists() && !have("cargo-deb") {
        return skipped("cargo-deb is not installed");
    }
    if !have("dpkg-deb") {
        return skipped("dpkg-deb is not installed");
    }
    if !may_mount() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let target = folder.path().join("target");
    _ = stripped(&target);
    let packages = folder.path().join("packages");
    let mut deb = Command::new("sh");
    deb.arg(project("scripts/deb.sh")).arg("dev").arg(&packages).env("CARGO_TARGET_DIR", &target);
    _ = run(&mut deb, "").expect_code(0);
    let script = r#"
        mount -t tmpfs none "$1" && mkdir "$1/upper" "$1/work" "$1/root" &&
        mount -t overlay none -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root" &&
        mount --bind "$2" "$1/root/mnt" && mount --bind /dev "$1/root/dev" &&
        exec chroot "$1/root" sh -c "$3""#;
    let place = folder.path().join("system");
    std::fs::create_dir(&place).expect("a folder");
    let mut command = Command::new("unshare");
    command.args(["--mount", "sh", "-c", script, "sh"]).arg(&place).arg(&packages).arg(INSIDE);
    command.env("DEBIAN_FRONTEND", "noninteractive").env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    let ran = run(&mut command, "").expect_code(0);
    assert!(ran.stdout.ends_with("all holds\n"), "{ran:?}");
    let version = format!("forebear {}", env!("CARGO_PKG_VERSION"));
    assert!(ran.stdout.contains(&version), "{}", ran.stdout);
}
