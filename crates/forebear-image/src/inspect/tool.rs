//! Whose output it is.

use std::fmt;

/// A tool whose output on an image is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// `docker image inspect`, and `nerdctl image inspect` in Docker's form.
    Docker,
    /// `podman image inspect`.
    Podman,
    /// `nerdctl image inspect --mode=native`.
    Nerdctl,
    /// `crictl inspecti`.
    Crictl,
    /// `skopeo inspect`.
    Skopeo,
    /// `docker buildx imagetools inspect --format '{{json …}}'`.
    Imagetools,
    /// `docker manifest inspect -v`.
    DockerManifest,
    /// `trivy image --format json`.
    Trivy,
    /// `syft -o json`, of an image.
    Syft,
    /// `grype -o json`, of an image.
    Grype,
    /// A bare config: `skopeo inspect --config`, `crane config`.
    Config,
}

impl Tool {
    /// Who keeps the image that it tells of.
    #[must_use]
    pub fn engine(self) -> &'static str {
        match self {
            Self::Docker => "Docker",
            Self::Podman => "podman",
            Self::Nerdctl => "containerd",
            Self::Crictl => "the container runtime",
            Self::Skopeo
            | Self::Imagetools
            | Self::DockerManifest
            | Self::Trivy
            | Self::Syft
            | Self::Grype
            | Self::Config => "it",
        }
    }
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Docker => "docker image inspect",
            Self::Podman => "podman image inspect",
            Self::Nerdctl => "nerdctl image inspect",
            Self::Crictl => "crictl inspecti",
            Self::Skopeo => "skopeo inspect",
            Self::Imagetools => "docker buildx imagetools inspect",
            Self::DockerManifest => "docker manifest inspect -v",
            Self::Trivy => "trivy image --format json",
            Self::Syft => "syft -o json",
            Self::Grype => "grype -o json",
            Self::Config => "skopeo inspect --config",
        })
    }
}
