//! Debian's buildah and skopeo, on a storage of their own.

use std::path::PathBuf;
use std::process::Command;

use forebear_testkit::real::{have, skipped};
use tempfile::TempDir;

use crate::{Ran, run};

/// A build context and the images built from it, gone when the test is over.
#[derive(Debug)]
pub struct Buildah {
    folder: TempDir,
    driver: &'static str,
}

impl Buildah {
    /// An empty context. `None`, after saying so, where a program is missing.
    ///
    /// # Panics
    /// When no folder can be made, and without the programs when
    /// `FOREBEAR_TESTS=all`.
    #[must_use]
    pub fn new() -> Option<Self> {
        for program in ["buildah", "skopeo"] {
            if !have(program) {
                skipped(&format!("{program} is not installed"));
                return None;
            }
        }
        let new = Self { folder: TempDir::new().expect("a temporary folder can be made"), driver: "vfs" };
        let (root, runroot) = (new.path("root"), new.path("runroot"));
        let storage = format!("[storage]\ndriver = \"vfs\"\ngraphroot = {root:?}\nrunroot = {runroot:?}\n");
        std::fs::write(new.path("storage.conf"), storage).expect("the folder can be written to");
        for folder in ["context", "tmp"] {
            std::fs::create_dir(new.path(folder)).expect("the folder can be written to");
        }
        Some(new)
    }

    /// The same with the storage driver that is quickest here, for many builds.
    ///
    /// # Panics
    /// As [`Buildah::new`].
    #[must_use]
    pub fn quick() -> Option<Self> {
        let mut new = Self { driver: "overlay", ..Self::new()? };
        // Not every file system can be a layer of an overlay.
        if run(new.buildah("from").arg("scratch"), "").code != 0 {
            new.driver = "vfs";
        }
        Some(new)
    }

    /// Writes a file of the build context.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn file(&self, name: &str, content: &[u8]) {
        let file = self.path("context").join(name);
        let folder = file.parent().expect("a file lies in a folder");
        std::fs::create_dir_all(folder).expect("the folder can be written to");
        std::fs::write(file, content).expect("the folder can be written to");
    }

    /// Copies a program of this machine into the build context.
    ///
    /// # Panics
    /// When it cannot be copied.
    pub fn program(&self, name: &str, from: &str) {
        self.file(name, b"");
        // Permissions come along.
        std::fs::copy(from, self.path("context").join(name)).unwrap_or_else(|e| panic!("{from}: {e}"));
    }

    /// Builds an image in Docker format, a layer a step, without a network.
    #[track_caller]
    pub fn build(&self, name: &str, dockerfile: &str) {
        self.build_with(name, dockerfile, &["--layers", "--format", "docker"]);
    }

    /// As [`Buildah::build`], with `--layers` and `--format` left to the caller.
    #[track_caller]
    pub fn build_with(&self, name: &str, dockerfile: &str, arguments: &[&str]) {
        self.file("Dockerfile", dockerfile.as_bytes());
        let mut command = self.buildah("bud");
        command.args(["--identity-label=false", "--isolation", "chroot", "--pull-never", "--tag", name]);
        command.args(arguments).arg(self.path("context"));
        _ = run(&mut command, "").expect_code(0);
    }

    /// The root of a container made from an image, on this machine.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    #[must_use]
    pub fn mounted(&self, image: &str) -> PathBuf {
        let container = run(self.buildah("from").args(["--pull-never", image]), "").expect_code(0).stdout;
        PathBuf::from(run(self.buildah("mount").arg(container.trim()), "").expect_code(0).stdout.trim())
    }

    /// Pushes an image to `HOST/REPOSITORY:TAG`.
    #[track_caller]
    pub fn push(&self, name: &str, to: &str) {
        let mut command = self.buildah("push");
        command.args(["--quiet", "--tls-verify=false", name, &format!("docker://{to}")]);
        _ = run(&mut command, "").expect_code(0);
    }

    /// `skopeo copy ARGUMENTS`, without signatures or TLS.
    #[track_caller]
    pub fn copy(&self, arguments: &[&str]) -> Ran {
        let mut command = Command::new("skopeo");
        self.isolate(&mut command);
        command.args(["--insecure-policy", "copy", "--quiet", "--src-tls-verify=false", "--dest-tls-verify=false"]);
        run(command.args(arguments), "").expect_code(0)
    }

    /// A path in this folder.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `buildah SUBCOMMAND`, on this storage.
    pub(crate) fn buildah(&self, subcommand: &str) -> Command {
        let mut command = Command::new("buildah");
        self.isolate(&mut command);
        command.arg("--root").arg(self.path("root")).arg("--runroot").arg(self.path("runroot"));
        command.args(["--storage-driver", self.driver, subcommand]);
        command
    }

    /// Neither the machine's images nor its user's settings are touched.
    fn isolate(&self, command: &mut Command) {
        command.env("CONTAINERS_STORAGE_CONF", self.path("storage.conf"));
        command.env("HOME", self.folder.path()).env("TMPDIR", self.path("tmp"));
    }
}
