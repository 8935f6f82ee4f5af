//! The text forms: `transport:path[:name]`.

use std::path::{Path, PathBuf};

/// Where a local image is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// A `docker save` tar, plain or gzip'd, old layout or new.
    DockerArchive {
        /// The tar.
        file: PathBuf,
        /// Which of its images.
        reference: Option<String>,
    },
    /// An OCI image layout folder.
    OciLayout {
        /// The folder.
        folder: PathBuf,
        /// Which of its images.
        tag: Option<String>,
    },
    /// An OCI image layout as a tar.
    OciArchive {
        /// The tar.
        file: PathBuf,
        /// Which of its images.
        tag: Option<String>,
    },
    /// A folder as `skopeo copy … dir:` makes it.
    Dir {
        /// The folder.
        folder: PathBuf,
    },
    /// The output of `docker image inspect`.
    Inspect {
        /// The JSON file.
        file: PathBuf,
    },
    /// A bare manifest.
    Manifest {
        /// The JSON file.
        file: PathBuf,
    },
}

impl Form {
    /// Recognises a local form by its transport; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (transport, rest) = text.split_once(':')?;
        if rest.is_empty() {
            return None;
        }
        // A path may hold a colon itself: what exists as a whole has no name.
        let split = || match rest.split_once(':') {
            Some((path, name)) if !Path::new(rest).exists() => {
                (PathBuf::from(path), Some(name.to_owned()).filter(|n| !n.is_empty()))
            }
            _ => (PathBuf::from(rest), None),
        };
        Some(match transport {
            "docker-archive" => {
                let (file, reference) = split();
                Self::DockerArchive { file, reference }
            }
            "oci" => {
                let (folder, tag) = split();
                Self::OciLayout { folder, tag }
            }
            "oci-archive" => {
                let (file, tag) = split();
                Self::OciArchive { file, tag }
            }
            "dir" => Self::Dir { folder: rest.into() },
            "inspect" => Self::Inspect { file: rest.into() },
            "manifest" => Self::Manifest { file: rest.into() },
            _ => return None,
        })
    }

    /// The file or folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::DockerArchive { file, .. }
            | Self::OciArchive { file, .. }
            | Self::Inspect { file }
            | Self::Manifest { file } => file,
            Self::OciLayout { folder, .. } | Self::Dir { folder } => folder,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        #[track_caller]
        fn check(text: &str, expected: Option<Form>) {
            assert_eq!(Form::parse(text), expected, "{text}");
        }
        let file = PathBuf::from("no/such/x.tar");
        check("docker-archive:no/such/x.tar", Some(Form::DockerArchive { file: file.clone(), reference: None }));
        let reference = Some("repo/a:1".to_owned());
        check("docker-archive:no/such/x.tar:repo/a:1", Some(Form::DockerArchive { file: file.clone(), reference }));
        check("oci-archive:no/such/x.tar:", Some(Form::OciArchive { file, tag: None }));
        let folder = PathBuf::from("layout");
        check("oci:layout:v1", Some(Form::OciLayout { folder: folder.clone(), tag: Some("v1".to_owned()) }));
        check("dir:layout", Some(Form::Dir { folder }));
        check("inspect:", None);
        check("alpine:3.19", None);
        check("docker://alpine", None);
    }
}
