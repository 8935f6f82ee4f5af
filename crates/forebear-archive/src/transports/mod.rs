//! The transports, a file each. A new one is a file here and a row in
//! [`TRANSPORTS`].

mod dir;
mod docker_archive;
mod inspect;
mod manifest;
mod oci;

use crate::kind::Kind;

/// All of them.
pub(crate) static TRANSPORTS: [&Kind; 6] =
    [&docker_archive::DOCKER_ARCHIVE, &oci::OCI, &oci::OCI_ARCHIVE, &dir::DIR, &inspect::INSPECT, &manifest::MANIFEST];
