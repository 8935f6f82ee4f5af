//! Registries, as names begin with them.

/// The registry of a canonical name.
pub(crate) fn registry_of(name: &str) -> &str {
    name.split('/').next().unwrap_or_default()
}
