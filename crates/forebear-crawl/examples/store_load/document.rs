//! Documents that say what facts say, in the spelling of Docker and BuildKit.
//! Their digests are not those of the facts, which are made up.

use forebear_image::{ConfigFacts, ManifestFacts};
use serde_json::{Map, Value, json};

pub(crate) fn manifest(facts: &ManifestFacts) -> serde_json::Result<Vec<u8>> {
    let document = match facts {
        ManifestFacts::Image(image) => {
            let layers = image.layers.iter().map(
                |layer| json!({"mediaType": layer.media_type, "size": layer.size, "digest": layer.digest.to_string()}),
            );
            let config = "application/vnd.docker.container.image.v1+json";
            json!({
                "schemaVersion": 2,
                "mediaType": image.media_type,
                "config": {"mediaType": config, "size": image.config_size, "digest": image.config.to_string()},
                "layers": layers.collect::<Vec<_>>(),
                "annotations": image.annotations,
            })
        }
        ManifestFacts::Index { media_type, children, .. } => {
            let entries = children.iter().map(|child| {
                let platform = child.platform.as_ref();
                json!({
                    "mediaType": child.media_type, "size": 1_500, "digest": child.digest.to_string(),
                    "platform": {
                        "architecture": platform.map(|platform| &platform.architecture),
                        "os": platform.map(|platform| &platform.os),
                        "variant": platform.map(|platform| &platform.variant),
                    },
                })
            });
            json!({"schemaVersion": 2, "mediaType": media_type, "manifests": entries.collect::<Vec<_>>()})
        }
        // A generated world has no others.
        _ => Value::Null,
    };
    // Registries hold manifests as Docker indents them.
    serde_json::to_vec_pretty(&document)
}

pub(crate) fn config(facts: &ConfigFacts) -> serde_json::Result<Vec<u8>> {
    let history = facts.history.iter().map(|entry| {
        let mut step = Map::new();
        if let Some(created) = entry.created {
            step.insert("created".to_owned(), json!(created.to_string()));
        }
        step.insert("created_by".to_owned(), json!(entry.created_by));
        if let Some(comment) = &entry.comment {
            step.insert("comment".to_owned(), json!(comment));
        }
        if entry.empty {
            step.insert("empty_layer".to_owned(), json!(true));
        }
        Value::Object(step)
    });
    let diff_ids: Vec<String> = facts.diff_ids.iter().map(ToString::to_string).collect();
    let runtime = &facts.runtime;
    serde_json::to_vec(&json!({
        "architecture": facts.platform.as_ref().map(|platform| &platform.architecture),
        "config": {
            "Hostname": "", "Domainname": "", "User": "", "AttachStdin": false, "AttachStdout": false,
            "AttachStderr": false, "Tty": false, "OpenStdin": false, "StdinOnce": false,
            "Env": runtime.env, "Cmd": runtime.cmd, "WorkingDir": runtime.working_dir, "Labels": runtime.labels,
        },
        "created": facts.created.map(|created| created.to_string()),
        "docker_version": "20.10.24",
        "history": history.collect::<Vec<_>>(),
        "os": facts.platform.as_ref().map(|platform| &platform.os),
        "rootfs": {"type": "layers", "diff_ids": diff_ids},
    }))
}
