//! What differs between the configs of two images.
//!
//! Layers and history are compared elsewhere; this is what a container started
//! from each would notice, and what each says of itself.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Value, json};

use crate::config::RuntimeConfig;
use crate::image::Image;

/// One field, or one variable or label, that differs. `null` where an image
/// does not have it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// The field under the config's own name: `Env`, `Cmd`, `architecture`.
    pub field: &'static str,
    /// The variable or label; `null` for fields that are compared as a whole.
    pub name: Option<String>,
    /// In the first image.
    pub a: Value,
    /// In the second.
    pub b: Value,
}

/// All differences, in a fixed order; `None` where either config was not read.
#[must_use]
pub fn differences(a: &Image, b: &Image) -> Option<Vec<Difference>> {
    let (own, other) = (a.runtime.as_ref()?, b.runtime.as_ref()?);
    let mut found: Vec<Difference> = whole(a, own)
        .into_iter()
        .zip(whole(b, other))
        .filter(|((_, a), (_, b))| a != b)
        .map(|((field, a), (_, b))| Difference { field, name: None, a, b })
        .collect();
    found.extend(by_name("Env", &variables(own), &variables(other)));
    found.extend(by_name("Labels", &own.labels, &other.labels));
    Some(found)
}

/// The fields that are compared as a whole. What is empty is not set.
fn whole(image: &Image, runtime: &RuntimeConfig) -> [(&'static str, Value); 16] {
    let platform = image.platform.as_ref();
    let list = |list: &Option<Vec<String>>| match list.as_deref() {
        None | Some([]) => Value::Null,
        Some(list) => json!(list),
    };
    let set = |set: &BTreeSet<String>| if set.is_empty() { Value::Null } else { json!(set) };
    let healthcheck = runtime.healthcheck.as_ref().map(|check| {
        json!({
            "Test": check.test, "Interval": check.interval, "Timeout": check.timeout, "Retries": check.retries,
            "StartPeriod": check.start_period, "StartInterval": check.start_interval,
        })
    });
    [
        ("os", json!(platform.map(|platform| &platform.os))),
        ("architecture", json!(platform.map(|platform| &platform.architecture))),
        ("variant", json!(platform.and_then(|platform| platform.variant.as_ref()))),
        ("os.version", json!(platform.and_then(|platform| platform.os_version.as_ref()))),
        ("created", json!(image.created)),
        ("Entrypoint", list(&runtime.entrypoint)),
        ("Cmd", list(&runtime.cmd)),
        ("User", json!(runtime.user)),
        ("WorkingDir", json!(runtime.working_dir)),
        ("ExposedPorts", set(&runtime.exposed_ports)),
        ("Volumes", set(&runtime.volumes)),
        ("Healthcheck", json!(healthcheck)),
        ("Shell", list(&runtime.shell)),
        ("StopSignal", json!(runtime.stop_signal)),
        ("OnBuild", list(&Some(runtime.on_build.clone()))),
        ("ArgsEscaped", if runtime.args_escaped { json!(true) } else { Value::Null }),
    ]
}

/// Variables by name. One that is set twice has its last value, one without
/// `=` an empty one.
fn variables(runtime: &RuntimeConfig) -> BTreeMap<String, String> {
    let pair =
        |line: &String| line.split_once('=').map_or((line.clone(), String::new()), |(n, v)| (n.into(), v.into()));
    runtime.env.iter().map(pair).collect()
}

fn by_name(
    field: &'static str,
    a: &BTreeMap<String, String>,
    b: &BTreeMap<String, String>,
) -> impl Iterator<Item = Difference> {
    let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    let one =
        |name: &String| Difference { field, name: Some(name.clone()), a: json!(a.get(name)), b: json!(b.get(name)) };
    names.into_iter().map(one).filter(|difference| difference.a != difference.b).collect::<Vec<_>>().into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;

    fn image(config: &str) -> Image {
        let config = format!(r#"{{"os":"linux","architecture":"amd64",{config}}}"#);
        Image::from_config(&config::parse(config.as_bytes()).unwrap())
    }

    /// Differences as `field name a b`.
    #[track_caller]
    fn check(a: &str, b: &str, expected: &[&str]) {
        let shown = |difference: Difference| {
            let Difference { field, name, a, b } = difference;
            format!("{field} {} {a} {b}", name.unwrap_or_default())
        };
        let found = differences(&image(a), &image(b)).unwrap();
        assert_eq!(found.into_iter().map(shown).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn field_by_field() {
        let empty = r#""config":{}"#;
        check(empty, empty, &[]);
        check(empty, r#""config":{"Cmd":[],"Labels":null,"User":"","Volumes":{}}"#, &[]);
        check(
            r#""config":{"Env":["A=1","B=2","C"],"Labels":{"l":"m"}}"#,
            r#""config":{"Env":["B=2","A=3","A=4","D=="],"Labels":{"l":"n","k":""}}"#,
            &[
                r#"Env A "1" "4""#,
                r#"Env C "" null"#,
                r#"Env D null "=""#,
                r#"Labels k null """#,
                r#"Labels l "m" "n""#,
            ],
        );
        check(
            r#""created":"2024-01-01T00:00:00Z","config":{"Cmd":["a"],"User":"u","ExposedPorts":{"1/tcp":{}}}"#,
            r#""created":"2024-01-01T00:00:01Z","config":{"Cmd":["b","c"],"WorkingDir":"/","Volumes":{"/v":{}}}"#,
            &[
                r#"created  "2024-01-01T00:00:00Z" "2024-01-01T00:00:01Z""#,
                r#"Cmd  ["a"] ["b","c"]"#,
                r#"User  "u" null"#,
                r#"WorkingDir  null "/""#,
                r#"ExposedPorts  ["1/tcp"] null"#,
                r#"Volumes  null ["/v"]"#,
            ],
        );
        check(
            r#""config":{"Healthcheck":{"Test":["NONE"]},"Shell":["a"],"StopSignal":"9","OnBuild":["RUN a"]}"#,
            r#""config":{"Entrypoint":"e"},"variant":"v2""#,
            &[
                r#"variant  null "v2""#,
                r#"Entrypoint  null ["e"]"#,
                r#"Healthcheck  {"Test":["NONE"],"Interval":0,"Timeout":0,"Retries":0,"StartPeriod":0,"StartInterval":0} null"#,
                r#"Shell  ["a"] null"#,
                r#"StopSignal  "9" null"#,
                r#"OnBuild  ["RUN a"] null"#,
            ],
        );
        assert_eq!(differences(&image(empty), &Image::unread()), None);
    }
}
