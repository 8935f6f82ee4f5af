//! About how much memory facts take: what waits to be written is bounded by it.

use crate::annotations::Annotations;
use crate::config::{ConfigFacts, RuntimeConfig};
use crate::facts::{ChildManifest, ImageManifest, ManifestFacts};
use crate::history::HistoryEntry;

/// Bytes that an entry of a list or a map takes beside its texts, about.
const ENTRY: usize = 64;

impl ConfigFacts {
    /// About how many bytes of memory this takes.
    #[must_use]
    pub fn weight(&self) -> usize {
        let steps: usize = self.history.iter().map(step).sum();
        ENTRY
            + size_of::<Self>()
            + optional(self.author.as_ref())
            + self.diff_ids.len() * ENTRY
            + steps
            + settings(&self.runtime)
    }
}

impl ManifestFacts {
    /// About how many bytes of memory this takes.
    #[must_use]
    pub fn weight(&self) -> usize {
        size_of::<Self>()
            + match self {
                Self::Image(ImageManifest { layers, annotations, .. }) => layers.len() * 2 * ENTRY + texts(annotations),
                Self::Index { children, annotations, .. } => {
                    children.iter().map(child).sum::<usize>() + texts(annotations)
                }
                Self::Schema1 { layers, config } => layers.len() * 2 * ENTRY + config.weight(),
                Self::Artifact { artifact_type } => artifact_type.len(),
                Self::Attestation { subjects, materials } => (subjects.len() + 2 * materials.len()) * ENTRY,
            }
    }
}

fn step(entry: &HistoryEntry) -> usize {
    size_of::<HistoryEntry>()
        + entry.created_by.len()
        + optional(entry.author.as_ref())
        + optional(entry.comment.as_ref())
}

fn settings(runtime: &RuntimeConfig) -> usize {
    let RuntimeConfig { exposed_ports, env, entrypoint, cmd, volumes, labels, shell, on_build, healthcheck, .. } =
        runtime;
    let words = [entrypoint.as_ref(), cmd.as_ref(), shell.as_ref(), healthcheck.as_ref().map(|check| &check.test)];
    let lists = words.into_iter().flatten().chain([env, on_build]).flatten();
    lists.chain(exposed_ports).chain(volumes).map(|text| ENTRY + text.len()).sum::<usize>() + texts(labels)
}

fn child(child: &ChildManifest) -> usize {
    let features: usize = child.os_features.iter().map(|text| ENTRY + text.len()).sum();
    size_of::<ChildManifest>() + child.media_type.len() + texts(&child.annotations) + features
}

fn texts(annotations: &Annotations) -> usize {
    annotations.iter().map(|(key, value)| 2 * ENTRY + key.len() + value.len()).sum()
}

fn optional(text: Option<&String>) -> usize {
    text.map_or(0, String::len)
}

#[cfg(test)]
mod tests {
    use crate::{config, manifest};

    #[test]
    fn p405_what_says_much_weighs_much() {
        let config = |more: &str| config::parse(format!(r#"{{"history":[],{more}}}"#).as_bytes()).unwrap().weight();
        let nothing = config(r#""config":{}"#);
        assert!((100..2_000).contains(&nothing), "{nothing}");
        let list = format!("[{}\"\"]", "\"\",".repeat(9_999));
        let keys: Vec<String> = (0..10_000).map(|at| format!("\"{at}\":\"\"")).collect();
        let keys = format!("{{{}}}", keys.join(","));
        for more in [
            format!(r#""config":{{"Env":{list}}}"#),
            format!(r#""config":{{"OnBuild":{list}}}"#),
            format!(r#""config":{{"Labels":{keys}}}"#),
            format!(r#""config":{{"Volumes":{keys}}}"#),
            format!(r#""author":"{}""#, "a".repeat(500_000)),
        ] {
            assert!(config(&more) > 500_000, "{more:.40}");
        }
        let digest = format!(r#"{{"digest":"sha256:{}"}}"#, "ab".repeat(32));
        let index = format!(r#"{{"manifests":[{}]}}"#, vec![digest.as_str(); 5_000].join(","));
        assert!(manifest::parse(index.as_bytes(), None).unwrap().weight() > 1_000_000);
    }
}
