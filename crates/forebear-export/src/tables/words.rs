//! Words of columns, as JSON answers have them.

use forebear_image::dockerfile::Fidelity;
use forebear_index::resolve::Reason;
use forebear_index::{ManifestId, ManifestKind};

use crate::registry::registry_of;
use crate::scope::Scope;

pub(super) fn manifest_kind(kind: ManifestKind) -> &'static str {
    match kind {
        ManifestKind::Unread => "unread",
        ManifestKind::Image | ManifestKind::Schema1 => "image",
        ManifestKind::Index => "index",
        ManifestKind::Artifact => "artifact",
        ManifestKind::Attestation => "attestation",
    }
}

/// The registry of a manifest's first name, where tables are divided by it; empty where no
/// tag leads to it.
pub(super) fn manifest_registry(scope: &Scope, id: ManifestId) -> String {
    if !scope.by_registry {
        return String::new();
    }
    let names = scope.view.names_of_manifest(id);
    names.first().map_or_else(String::new, |name| registry_of(&name.reference).to_owned())
}

pub(super) fn fidelity(fidelity: Fidelity) -> &'static str {
    match fidelity {
        Fidelity::Exact => "exact",
        Fidelity::Recovered => "recovered",
        Fidelity::Partial => "partial",
        Fidelity::Unknown => "unknown",
    }
}

pub(super) fn why_not(reason: Reason) -> &'static str {
    match reason {
        Reason::Scratch => "scratch",
        Reason::ScratchInferred => "scratch_inferred",
        Reason::NothingShared => "nothing_shared",
        Reason::PlatformNotIndexed => "platform_not_indexed",
        Reason::SharedButNoPrefix => "shared_but_no_prefix",
        Reason::NotComparable => "not_comparable",
        Reason::Unreadable => "unreadable",
    }
}
