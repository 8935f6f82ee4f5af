//! buildah as a judge.

use std::collections::BTreeMap;
use std::path::Path;

use super::judge::{Builder, Judge};
use crate::buildah::Buildah;
use crate::run;

impl Judge for Buildah {
    fn builder(&self) -> Builder {
        Builder::Buildah
    }

    /// Builds mostly wait for the storage, which they share.
    fn workers(&self) -> usize {
        3
    }

    fn load(&self, archive: &Path) {
        _ = run(self.buildah("pull").arg(format!("docker-archive:{}", archive.display())), "").expect_code(0);
    }

    fn build(
        &self,
        tag: &str,
        dockerfile: &str,
        context: &Path,
        arguments: &BTreeMap<String, String>,
    ) -> Result<(), String> {
        let file = self.path(&format!("Dockerfile.{tag}"));
        std::fs::write(&file, dockerfile).expect("the folder can be written to");
        let mut command = self.buildah("bud");
        command.args(["--layers", "--no-cache", "--format", "docker", "--identity-label=false"]);
        command.args(["--isolation", "chroot", "--pull-never", "--tag", tag]).arg("--file").arg(file);
        for (name, value) in arguments {
            command.arg(format!("--build-arg={name}={value}"));
        }
        let ran = run(command.arg(context), "");
        if ran.code == 0 { Ok(()) } else { Err(format!("{}{}", ran.stdout, ran.stderr)) }
    }

    fn config(&self, tag: &str) -> Vec<u8> {
        let mut command = self.buildah("inspect");
        let ran = run(command.args(["--type", "image", "--format", "{{.Config}}", tag]), "").expect_code(0);
        ran.stdout.trim_end().as_bytes().to_vec()
    }
}
