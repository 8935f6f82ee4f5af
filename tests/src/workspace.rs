//! The workspace as cargo sees it.

use cargo_metadata::{Metadata, MetadataCommand};

/// What `cargo metadata` says of the workspace as it is built here: packages of
/// other platforms are not even downloaded.
///
/// # Panics
/// When cargo cannot say it.
#[must_use]
pub fn metadata() -> Metadata {
    let host = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let mut command = MetadataCommand::new();
    command.other_options(["--locked".to_owned()]);
    if cfg!(target_os = "linux") {
        command.other_options(["--locked".to_owned(), "--filter-platform".to_owned(), host]);
    }
    command.exec().expect("cargo metadata")
}
