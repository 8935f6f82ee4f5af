//! Annotations and labels.

use std::collections::BTreeMap;

/// Annotations or labels, by key.
pub type Annotations = BTreeMap<String, String>;
