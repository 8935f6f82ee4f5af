//! The cases H1 to H12 of histories that do not fit their layers, on one image
//! and on an image and its parent. What a user sees of them is tested on whole
//! processes.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use forebear_image::added::{Boundary, added_steps, all_steps};
use forebear_image::agreement::{Agreement, compare};
use forebear_image::dockerfile::{Context, Line, reconstruct};
use forebear_image::{DiffId, Image, LayerLink, ManifestFacts, Step, config, manifest};
use serde_json::{Value, json};

/// `text`, `-text` for `empty_layer`, `text //comment` for a comment.
fn entry(text: &str) -> Value {
    let (text, comment) = text.split_once(" //").unwrap_or((text, ""));
    let (text, empty) = text.strip_prefix('-').map_or((text, false), |text| (text, true));
    json!({ "created_by": text, "created": "2024-01-01T00:00:00Z", "comment": comment, "empty_layer": empty })
}

/// A config with these entries and as many layers, each of its own.
fn image_with(history: Value, layers: usize, runtime: Value) -> Image {
    let diff_ids: Vec<String> = (0..layers).map(|at| DiffId::of(&at.to_le_bytes()).to_string()).collect();
    let config = json!({
        "os": "linux", "architecture": "amd64", "history": history, "config": runtime,
        "rootfs": { "type": "layers", "diff_ids": diff_ids },
    });
    let facts = config::parse(config.to_string().as_bytes()).unwrap();
    Image::from_config(&facts)
}

fn image(history: &[&str], layers: usize) -> Image {
    image_with(history.iter().map(|text| entry(text)).collect(), layers, json!({}))
}

/// `text =2` made layer 2, `~2` probably, `-` none, `?` one that cannot be
/// known; no text where no entry accounts for the layer.
fn shown(steps: &[Step]) -> Vec<String> {
    let one = |step: &Step| {
        let link = match step.link {
            LayerLink::Empty => "-".to_owned(),
            LayerLink::Made(at) => format!("={at}"),
            LayerLink::Uncertain(at) => format!("~{at}"),
            LayerLink::Lost => "?".to_owned(),
        };
        format!("{} {link}", step.entry.created_by).trim_start().to_owned()
    };
    steps.iter().map(one).collect()
}

#[track_caller]
fn check(image: &Image, expected: &[&str]) {
    let steps = all_steps(image);
    assert_eq!(shown(&steps), expected);
    // One line for each step, whatever it is.
    let lines = reconstruct(&steps, Context { parent: None, image: image.runtime.as_ref() });
    assert!(lines.len() >= steps.len());
    assert!(steps.iter().zip(&lines).all(|(step, line)| step.position.is_some() || line.instruction == "UNKNOWN"));
}

/// The class in which `parent` is the parent of `child`, and the steps added.
#[track_caller]
fn check_added(parent: &Image, child: &Image, class: Agreement, expected: &[&str]) -> Vec<Line> {
    let above = child.layers.len() - parent.layers.len();
    let comparison = compare(parent.step_keys().as_deref(), child.step_keys().as_deref(), above);
    assert_eq!(comparison.agreement, class);
    let boundary = Boundary { comparison, layers: parent.layers.len(), history: parent.history.as_deref() };
    let steps = added_steps(child, Some(boundary));
    assert_eq!(shown(&steps), expected);
    reconstruct(&steps, Context { parent: parent.runtime.as_ref(), image: child.runtime.as_ref() })
}

#[test]
fn h1_no_history_and_seven_layers() {
    let seven = ["~0", "~1", "~2", "~3", "~4", "~5", "~6"];
    check(&image_with(Value::Null, 7, json!({})), &seven);
    check(&image_with(json!([]), 7, json!({})), &seven);
    // What the config says of the steps nobody recorded.
    let lambda = image_with(Value::Null, 2, json!({ "Entrypoint": ["/lambda-entrypoint.sh"], "User": "993" }));
    let lines = reconstruct(&all_steps(&lambda), Context { parent: None, image: lambda.runtime.as_ref() });
    let instructions: Vec<&str> = lines.iter().map(|line| line.instruction.as_str()).collect();
    assert_eq!(instructions, ["UNKNOWN", "UNKNOWN", "USER", "ENTRYPOINT"]);
}

#[test]
fn h2_a_child_of_a_base_without_history() {
    let base = image_with(Value::Null, 3, json!({}));
    let child = image(&["COPY handler.py /var/task/", "-CMD [\"handler.main\"]"], 4);
    check(&child, &["~0", "~1", "~2", "COPY handler.py /var/task/ ~3", "CMD [\"handler.main\"] -"]);
    let added = ["COPY handler.py /var/task/ ~3", "CMD [\"handler.main\"] -"];
    check_added(&base, &child, Agreement::Above, &added);
    // Two layers above, one of them recorded: the lower one is no step of the base.
    let child = image(&["COPY handler.py /var/task/"], 5);
    check_added(&base, &child, Agreement::Above, &["~3", "COPY handler.py /var/task/ ~4"]);
    // More entries than layers above: they cannot all be the child's.
    let differs = image(&["RUN a", "RUN b"], 4);
    check_added(&base, &differs, Agreement::Differs, &["RUN b ~3"]);
}

#[test]
fn h3_more_entries_than_layers() {
    let texts: Vec<String> = (0..12).map(|at| format!("jib-gradle-plugin:3.1 {at}")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let jib = image(&texts, 11);
    let expected: Vec<String> = std::iter::once(format!("{} ?", texts[0]))
        .chain(texts[1..].iter().enumerate().map(|(layer, text)| format!("{text} ~{layer}")))
        .collect();
    check(&jib, &expected.iter().map(String::as_str).collect::<Vec<_>>());
    // A child's step is the child's, though no link is certain.
    let child = image(&[&texts[..], &["COPY a /a"]].concat(), 12);
    check_added(&jib, &child, Agreement::Exact, &["COPY a /a ~11"]);
    check(&image(&["RUN a", "RUN b"], 0), &["RUN a ?", "RUN b ?"]);
}

#[test]
fn h4_one_entry_for_the_topmost_of_many_layers() {
    check(&image(&["nix2container"], 4), &["~0", "~1", "~2", "nix2container ~3"]);
}

#[test]
fn h5_a_builder_that_drops_empty_entries() {
    let base = image_with(json!([entry("RUN a"), entry("-CMD [\"sh\"]")]), 1, json!({ "Cmd": ["sh"] }));
    let runtime = json!({ "Cmd": ["sh"], "User": "app", "Env": ["A=b"] });
    let child = image_with(json!([entry("RUN a"), entry("COPY a /b")]), 2, runtime);
    check(&child, &["RUN a =0", "COPY a /b =1"]);
    let lines = check_added(&base, &child, Agreement::Filled, &["COPY a /b =1"]);
    let lines: Vec<&str> = lines.iter().map(|line| line.dockerfile.as_str()).collect();
    assert_eq!(lines, ["COPY a /b", "ENV A=b", "USER app"]);
}

#[test]
fn h6_metadata_steps_that_are_not_marked_empty() {
    let nop = "/bin/sh -c #(nop)  ENV A=b";
    // The count decides: without it there are as many steps as layers.
    check(&image(&["RUN a", nop, "RUN b"], 2), &["RUN a =0", &format!("{nop} -"), "RUN b =1"]);
    // It has a layer of its own: credited, and marked.
    check(&image(&["RUN a", nop, "RUN b"], 3), &["RUN a =0", &format!("{nop} ~1"), "RUN b =2"]);
    // One of two: which, cannot be known.
    let both = image(&["RUN a", nop, nop, "RUN b"], 3);
    check(&both, &["RUN a ?", &format!("{nop} ~0"), &format!("{nop} ~1"), "RUN b ~2"]);
    // WORKDIR makes a layer where the folder was not there.
    let workdir = "/bin/sh -c #(nop) WORKDIR /w";
    check(&image(&["RUN a", workdir], 1), &["RUN a ?", &format!("{workdir} ~0")]);
}

#[test]
fn h6_on_windows_every_step_is_a_layer() {
    let (base, env) = ("Apply image 10.0.17763.1", "cmd /S /C #(nop)  ENV A=b");
    let run = "powershell -Command $ErrorActionPreference = 'Stop'; iwr x";
    let cmd = "powershell -Command $ErrorActionPreference = 'Stop'; #(nop)  CMD [\"x\"]";
    let expected = [format!("{base} =0"), format!("{env} =1"), format!("{run} =2"), format!("{cmd} =3")];
    check(&image(&[base, env, run, cmd], 4), &expected.iter().map(String::as_str).collect::<Vec<_>>());
    // Two entries too many are not those two that speak of metadata: they
    // are layers here like any other.
    let expected = [format!("{base} ?"), format!("{env} ?"), format!("{run} ~0"), format!("{cmd} ~1")];
    check(&image(&[base, env, run, cmd], 2), &expected.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn h7_a_layer_of_no_bytes_is_a_layer() {
    let workdir = "WORKDIR /app";
    check(&image(&["ADD a /", workdir, "COPY none /"], 3), &["ADD a / =0", "WORKDIR /app =1", "COPY none / =2"]);
    // Where the folder was there, it is marked, and has none.
    check(&image(&["ADD a /", "-WORKDIR /app", "COPY none /"], 2), &["ADD a / =0", "WORKDIR /app -", "COPY none / =1"]);
}

const SYNTHETIC: &str = " //buildkit.exporter.image.v0";

#[test]
fn h8_entries_that_buildkit_made_up() {
    // A base without history: its two layers are the unknown ones.
    let child = image(&["COPY a /a", SYNTHETIC, SYNTHETIC], 3);
    check(&child, &["~0", "~1", "COPY a /a ~2"]);
    assert_eq!(child.history.as_ref().map(Vec::len), Some(1));
    // A child of that keeps them in the middle of its history.
    let grandchild = image(&["COPY a /a", SYNTHETIC, SYNTHETIC, "RUN make", "-CMD [\"a\"]"], 4);
    check(&grandchild, &["~0", "~1", "COPY a /a ~2", "RUN make ~3", "CMD [\"a\"] -"]);
    check_added(&child, &grandchild, Agreement::Exact, &["RUN make ~3", "CMD [\"a\"] -"]);
    // With the same layers, too.
    let metadata = image(&["COPY a /a", SYNTHETIC, SYNTHETIC, "-CMD [\"a\"]"], 3);
    check_added(&child, &metadata, Agreement::Exact, &["CMD [\"a\"] -"]);
    check(&image(&[SYNTHETIC, SYNTHETIC], 2), &["~0", "~1"]);
    // Any other comment is a step's.
    check(&image(&["COPY a /a //buildkit.dockerfile.v0"], 1), &["COPY a /a =0"]);
}

#[test]
fn h9_one_layer_under_steps_that_are_all_empty() {
    let run = "-/bin/sh -c make";
    let squashed = image(&["-ADD a /", run, "-/bin/sh -c #(nop)  CMD [\"a\"]", "-ENV A=b"], 1);
    let cmd = "/bin/sh -c #(nop)  CMD [\"a\"] -";
    check(&squashed, &["~0", "ADD a / ?", "/bin/sh -c make ?", cmd, "ENV A=b -"]);
    // `docker build --squash` says what the layer is; its steps lost theirs.
    let merge = " //merge sha256:12 to sha256:34";
    let squashed = image(&["ADD base /", run, "-/bin/sh -c #(nop)  CMD [\"a\"]", merge], 2);
    check(&squashed, &["ADD base / =0", "/bin/sh -c make ?", cmd, "=1"]);
    // A RUN that changed nothing is empty, and that is no doubt.
    check(&image(&["ADD base /", run], 1), &["ADD base / =0", "/bin/sh -c make -"]);
}

#[test]
fn h10_schema_1_becomes_steps_and_layers() {
    let layer = |at: u8| DiffId::of(&[at]).to_string();
    let v1 = |text: &str, throwaway: bool| {
        let v1 = json!({ "created": "2016-01-01T00:00:00Z", "container_config": { "Cmd": ["/bin/sh", "-c", text] },
                         "throwaway": throwaway });
        json!({ "v1Compatibility": v1.to_string() })
    };
    let document = json!({
        "schemaVersion": 1, "name": "a", "tag": "b", "architecture": "amd64",
        "fsLayers": [{ "blobSum": layer(2) }, { "blobSum": layer(0) }, { "blobSum": layer(1) }],
        "history": [v1("make", false), v1("#(nop) MAINTAINER a", true), v1("#(nop) ADD a in /", false)],
    });
    let facts = manifest::parse(document.to_string().as_bytes(), None).unwrap();
    let ManifestFacts::Schema1 { layers, config } = facts else { panic!("no schema 1") };
    let blobs: Vec<String> = layers.iter().map(|layer| layer.digest.to_string()).collect();
    assert_eq!(blobs, [layer(1), layer(2)]);
    let image = Image::from_schema1(None, &layers, &config);
    let expected = ["/bin/sh -c #(nop) ADD a in / =0", "/bin/sh -c #(nop) MAINTAINER a -", "/bin/sh -c make =1"];
    check(&image, &expected);
    // What cannot be converted says why.
    let mut lame = document.clone();
    lame["history"].as_array_mut().unwrap().pop();
    let error = manifest::parse(lame.to_string().as_bytes(), None).unwrap_err().to_string();
    assert!(error.contains("3 fsLayers and 2 history entries"), "{error}");
    let mut lame = document;
    lame["history"][0]["v1Compatibility"] = json!("{");
    let error = manifest::parse(lame.to_string().as_bytes(), None).unwrap_err().to_string();
    assert!(error.contains("v1Compatibility"), "{error}");
}

#[test]
fn h11_the_boundary_is_a_position() {
    let cmd = "-CMD [\"sh\"]";
    let base = image(&["ADD a /", cmd], 1);
    // The child repeats its parent's last step.
    check_added(&base, &image(&["ADD a /", cmd, cmd], 1), Agreement::Exact, &["CMD [\"sh\"] -"]);
    let child = image(&["ADD a /", cmd, "ADD a /", cmd], 2);
    check_added(&base, &child, Agreement::Exact, &["ADD a / =1", "CMD [\"sh\"] -"]);
    // Histories that differ below: the parent's one CMD is left out, once.
    let other = image(&["ADD other /", cmd, cmd, "RUN b"], 2);
    check_added(&base, &other, Agreement::Differs, &["CMD [\"sh\"] -", "RUN b =1"]);
}

#[test]
fn h12_buildah_without_layers() {
    let add = "-/bin/sh -c #(nop) ADD dir:12 in / ";
    let cmd = "/bin/sh -c #(nop) CMD [\"sh\"]";
    let base = image(&[add, "-/bin/sh -c make", cmd], 1);
    let expected = ["/bin/sh -c #(nop) ADD dir:12 in /  ?", "/bin/sh -c make ?", &format!("{cmd} ~0")];
    check(&base, &expected);
    // A child without files gains an empty layer.
    let label = "/bin/sh -c #(nop) LABEL a=b";
    let child = image(&[add, "-/bin/sh -c make", cmd, label], 2);
    check_added(&base, &child, Agreement::Exact, &[&format!("{label} ~1")]);
}
