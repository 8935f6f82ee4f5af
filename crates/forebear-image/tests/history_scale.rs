//! Histories of the greatest length that is read: ten times the steps are some
//! ten times the work, not a hundred times.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::time::{Duration, Instant};

use forebear_image::added::{Boundary, added_steps, all_steps};
use forebear_image::agreement::compare;
use forebear_image::config;
use forebear_image::dockerfile::{Context, From, reconstruct, render};
use forebear_image::{Image, RuntimeConfig};
use serde_json::{Map, Value, json};

const FEW: usize = 2_000;
const MANY: usize = 20_000;
/// Linear work grows by 10 and quadratic by 100; what lies between is for
/// caches, allocation and whatever else the machine does.
const LIMIT: f64 = 40.0;
/// Seconds. What is quicker than this on `FEW` steps is measured badly, and if
/// it were quadratic nobody would notice.
const FLOOR: f64 = 0.02;

/// The quickest of some runs: the one that was disturbed least.
fn quickest(times: usize, work: &impl Fn()) -> Duration {
    let once = |_| {
        let begun = Instant::now();
        work();
        begun.elapsed()
    };
    (0..times).map(once).min().unwrap_or_default()
}

/// Checks that work on `MANY` steps takes about ten times that on `FEW`.
#[track_caller]
fn check<T>(what: &str, make: impl Fn(usize) -> T, work: impl Fn(&T)) {
    let (few, many) = (make(FEW), make(MANY));
    let short = quickest(2, &|| work(&few));
    let long = quickest(1, &|| work(&many));
    let ratio = long.as_secs_f64() / short.as_secs_f64().max(FLOOR);
    assert!(ratio < LIMIT, "{what}: {FEW} steps {short:?}, {MANY} steps {long:?}");
}

/// An image whose step number `at` is `step(at)`; a leading `-` marks it empty.
fn image(count: usize, runtime: Value, step: impl Fn(usize) -> String) -> Image {
    let entry = |at: usize| {
        let text = step(at);
        let (text, empty) = text.strip_prefix('-').map_or((&*text, false), |text| (text, true));
        json!({ "created": "2024-01-01T00:00:00Z", "created_by": text, "empty_layer": empty })
    };
    let history: Vec<Value> = (0..count).map(entry).collect();
    let config = json!({ "history": history, "config": runtime });
    let facts = config::parse(config.to_string().as_bytes()).unwrap();
    assert_eq!(facts.history.len(), count, "all of it is read");
    Image::from_config(&facts)
}

fn plain(count: usize) -> Image {
    image(count, json!({}), |at| if at % 2 == 0 { format!("RUN make {at}") } else { format!("-ENV V{at}=a b") })
}

#[test]
#[ignore = "a timing: make bench-scale"]
fn aligned_and_compared() {
    check(
        "parse",
        |count| {
            json!({ "history": vec![json!({ "created_by": "\u{e9}" }); count] })
                .to_string()
                .replace('\u{e9}', "\\ud800")
        },
        |text| {
            _ = config::parse(text.as_bytes()).unwrap();
        },
    );
    check("align", plain, |image| _ = all_steps(image));
    check("compare", plain, |image| {
        let keys = image.step_keys();
        _ = compare(keys.as_deref(), keys.as_deref(), 0);
    });
    check("added", plain, |image| {
        let keys = image.step_keys().unwrap();
        // All classes: exact, text and differing ones.
        for parent in [&keys[..keys.len() / 2], &keys[..0], &keys[1..]] {
            let comparison = compare(Some(parent), Some(&keys), 0);
            let history = image.history.as_deref().and_then(|history| history.get(1..));
            _ = added_steps(image, Some(Boundary { comparison, layers: 0, history }));
        }
    });
}

/// Steps of one kind; the config is what they come to.
fn reconstructed(what: &str, runtime: impl Fn(usize) -> Value, step: impl Fn(usize) -> String) {
    let parent = RuntimeConfig::default();
    check(
        what,
        |count| {
            let image = image(count, runtime(count), &step);
            let steps = all_steps(&image);
            (image, steps)
        },
        |(image, steps)| {
            for parent in [None, Some(&parent)] {
                let lines = reconstruct(steps, Context { parent, image: image.runtime.as_ref() });
                assert!(lines.len() >= steps.len());
                _ = render(&From::Scratch, &lines);
            }
        },
    );
}

fn keys(count: usize, key: impl Fn(usize) -> String) -> Value {
    Value::Object((0..count).map(|at| (key(at), json!({}))).collect::<Map<_, _>>())
}

#[test]
#[ignore = "a timing: make bench-scale"]
fn reconstructed_run_and_copy() {
    let none = |_| json!({});
    reconstructed("RUN", none, |at| format!("RUN /bin/sh -c make {at} # buildkit"));
    reconstructed("RUN of old", none, |at| format!("/bin/sh -c make {at}"));
    reconstructed("COPY", none, |at| format!("/bin/sh -c #(nop) COPY file:{at:032} in /a/{at} "));
    reconstructed("unknown", none, |_| String::new());
    reconstructed("ARG", none, |at| {
        if at % 2 == 0 { format!("-ARG A{at}=b") } else { "RUN |1 A0=b /bin/sh -c make # buildkit".to_owned() }
    });
}

#[test]
#[ignore = "a timing: make bench-scale"]
fn reconstructed_settings() {
    let env = |count: usize| json!({ "Env": (0..count).map(|at| format!("V{at}=a b")).collect::<Vec<_>>() });
    reconstructed("ENV", env, |at| format!("-ENV V{at}=a b"));
    reconstructed("ENV again", |_| json!({ "Env": ["V=a 0"] }), |at| format!("-ENV V=a {at}"));
    let labels = |count: usize| {
        let labels: Map<_, _> = (0..count).map(|at| (format!("l{at}"), json!("a b"))).collect();
        json!({ "Labels": labels })
    };
    reconstructed("LABEL", labels, |at| format!("-LABEL l{at}=a b"));
    reconstructed("LABEL of none", |_| json!({}), |at| format!("-LABEL l{at}=a b"));
    reconstructed(
        "EXPOSE",
        |count| json!({ "ExposedPorts": keys(count, |at| format!("{at}/tcp")) }),
        |at| format!("-EXPOSE map[{at}/tcp:{{}}]"),
    );
    for keyword in ["USER", "STOPSIGNAL", "MAINTAINER"] {
        reconstructed(keyword, |_| json!({}), |at| format!("-{keyword} a{at}"));
    }
    reconstructed("WORKDIR", |_| json!({}), |at| format!("-WORKDIR /a{at}"));
    reconstructed("WORKDIR below", |_| json!({}), |_| "-WORKDIR a".to_owned());
    let volumes = |count: usize| json!({ "Volumes": keys(count, |at| format!("/v{at}")) });
    reconstructed("VOLUME", volumes, |at| format!("-/bin/sh -c #(nop)  VOLUME [/v{at}]"));
    reconstructed("VOLUME of two", volumes, |at| format!("-/bin/sh -c #(nop)  VOLUME [/v{at} /v0]"));
    for keyword in ["CMD", "ENTRYPOINT", "SHELL"] {
        reconstructed(keyword, |_| json!({}), |at| format!("-{keyword} [\"a{at}\" \"b\"]"));
    }
    reconstructed(
        "HEALTHCHECK",
        |_| json!({}),
        |at| format!("-HEALTHCHECK &{{[\"CMD\" \"a{at}\"] \"1s\" \"0s\" \"0s\" '\\x00'}}"),
    );
    let triggers = |count: usize| json!({ "OnBuild": (0..count).map(|at| format!("RUN {at}")).collect::<Vec<_>>() });
    reconstructed("ONBUILD", triggers, |at| format!("-/bin/sh -c #(nop)  ONBUILD RUN {at}"));
}
