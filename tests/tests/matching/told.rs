//! An answer in few words, a line for each thing it says.

use std::fmt::Write as _;

use serde_json::Value;

/// `docker.io/library/alpine:3` → `alpine:3`.
fn short(name: &Value) -> String {
    let name = name.as_str().unwrap_or("?");
    let name = name.strip_prefix("docker.io/").unwrap_or(name);
    name.strip_prefix("library/").unwrap_or(name).to_owned()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// What an answer says, but for the steps themselves, which are counted.
pub(crate) fn tell(answer: &Value) -> String {
    let mut told = String::new();
    let parent = &answer["parent"];
    if parent.is_object() {
        _ = write!(told, "on {} {}", short(&parent["reference"]), parent["agreement"].as_str().unwrap_or("?"));
        if parent["evidence"] == "history" {
            told.push_str(" by history");
        }
        _ = write!(told, ", {} layers, {} added", parent["layers"], list(&answer["steps"]).len());
        if let Some(by) = parent["ranked_by"].as_str() {
            _ = write!(told, ", {by} first");
        }
        if parent["tag_now"]["moved"] == true {
            _ = write!(told, ", {} builds behind", parent["tag_now"]["builds_behind"]);
        }
        if parent["tag_now"]["gone"] == true {
            told.push_str(", gone");
        }
        if parent["recompressed"] == true {
            told.push_str(", recompressed");
        }
        told.push('\n');
        for name in list(&parent["names"]).iter().skip(1) {
            _ = writeln!(told, "also {}", short(name));
        }
        for name in list(&parent["names_over_time"]) {
            if let Some(role) = name["role"].as_str() {
                _ = writeln!(told, "{role} {}", short(&name["name"]));
            }
        }
    } else {
        _ = writeln!(told, "none {}", answer["no_parent_because"]["code"].as_str().unwrap_or("?"));
    }
    for name in list(&answer["equal_candidates"]) {
        _ = writeln!(told, "equal {}", short(name));
    }
    for base in list(&answer["declared"]) {
        let name = if base["name"].is_null() { "a digest".to_owned() } else { short(&base["name"]) };
        let word = |key: &str| base[key].as_str().unwrap_or("?").to_owned();
        _ = write!(told, "declares {name} in {}: {}", word("source"), word("verdict"));
        let between = base["layers_between"].as_u64().map(|count| format!(", {count} layers between"));
        _ = writeln!(told, "{}", between.unwrap_or_default());
    }
    for same in list(&answer["identical"]) {
        let relation = same["relation"].as_str().unwrap_or("?");
        _ = writeln!(told, "same {} {relation}", short(&same["reference"]));
    }
    for sharing in list(&answer["shares_layers_with"]) {
        _ = writeln!(told, "shares {} with {}", sharing["layers"], short(&sharing["reference"]));
    }
    told
}
