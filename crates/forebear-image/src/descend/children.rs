//! What lies right below a manifest, for who takes all ways down.

use crate::attestation::{self, Claim};
use crate::digest::ConfigDigest;
use crate::entry::EntryKind;
use crate::facts::{ChildManifest, ManifestFacts};
use crate::platform::Platform;

use super::nesting::MAX_NESTING;

/// What lies right below a manifest.
#[derive(Clone, Debug, PartialEq)]
pub enum Children<'a> {
    /// Nothing: its own document is all there is.
    None,
    /// The config of an image.
    Config {
        /// Its digest.
        digest: ConfigDigest,
        /// Its bytes, as the manifest states them; 0 where it states none.
        size: u64,
    },
    /// Entries of an index.
    Entries {
        /// Those an image may lie at or below, in their order.
        manifests: Vec<&'a ChildManifest>,
        /// How many indexes these are inside of.
        depth: usize,
        /// Attestations of them.
        attestations: Vec<Claim>,
    },
    /// An index inside [`MAX_NESTING`] others, whose entries are left out.
    TooDeep {
        /// How many entries.
        entries: usize,
    },
}

/// What lies below a manifest that is inside `depth` indexes; of an index, the
/// entries whose platform is `wanted`.
#[must_use]
pub fn children<'a>(
    facts: &'a ManifestFacts,
    depth: usize,
    wanted: impl Fn(Option<&Platform>) -> bool,
) -> Children<'a> {
    match facts {
        ManifestFacts::Image(image) => Children::Config { digest: image.config, size: image.config_size },
        ManifestFacts::Index { children, .. } if depth >= MAX_NESTING => Children::TooDeep { entries: children.len() },
        ManifestFacts::Index { children, .. } => {
            let walked =
                |entry: &&ChildManifest| EntryKind::of(entry).may_lead_to_image() && wanted(entry.platform.as_ref());
            let manifests: Vec<&ChildManifest> = children.iter().filter(walked).collect();
            let of_them = |claim: &Claim| manifests.iter().any(|entry| entry.digest == claim.subject);
            let attestations = attestation::claims(children).into_iter().filter(of_them).collect();
            Children::Entries { manifests, depth: depth + 1, attestations }
        }
        ManifestFacts::Schema1 { .. } | ManifestFacts::Artifact { .. } | ManifestFacts::Attestation { .. } => {
            Children::None
        }
    }
}
