//! A multi-stage build as BuildKit attests it (M19).

use forebear_image::Digest;
use forebear_testkit::world::Index as List;
use forebear_testkit::{Builder, Format, Image, ImageBuilder, World};

impl Default for MultiStage {
    fn default() -> Self {
        Self::new()
    }
}

/// `FROM golang AS b … FROM alpine`: base, stage, and the result.
#[derive(Debug)]
pub struct MultiStage {
    /// What the result is built on.
    pub alpine: Image,
    /// What its other stage is built on, itself on the same base.
    pub golang: Image,
    /// The result.
    pub app: Image,
}

impl MultiStage {
    /// Builds all three.
    #[must_use]
    pub fn new() -> Self {
        let alpine = ImageBuilder::scratch("linux/amd64").format(Format::Oci).add_rootfs("alpine").cmd(&["sh"]).build();
        let on = |base: &Image| ImageBuilder::from(base).builder(Builder::BuildKit);
        let golang = on(&alpine).run("install go").build();
        let app = on(&alpine).copy("/out/app", "/app").entrypoint(&["/app"]).build();
        Self { alpine, golang, app }
    }

    /// What BuildKit lists, the base neither first nor last.
    #[must_use]
    pub fn materials(&self) -> [(&'static str, Digest); 3] {
        [
            ("golang@1.22-alpine", self.golang.manifest_digest.0),
            ("alpine@3.19", self.alpine.manifest_digest.0),
            ("docker/dockerfile@1", Digest::sha256(b"the frontend")),
        ]
    }

    /// A registry with the app and this attestation of it, on arm64 too, and with
    /// what it was made from.
    #[must_use]
    pub fn world(&self, proof: &Image) -> World {
        let mut world = World::new();
        world.push("library/alpine:3.19", &self.alpine);
        world.push("library/golang:1.22-alpine", &self.golang);
        world.push_built_index("acme/app:1", &self.list(proof));
        world
    }

    fn list(&self, proof: &Image) -> List {
        let arm = ImageBuilder::scratch("linux/arm64").format(Format::Oci).add_rootfs("arm").build();
        List::new(Format::Oci).attested_by(&self.app, proof).attested(&arm, &[("alpine@3.19", Digest::sha256(b"arm"))])
    }
}
