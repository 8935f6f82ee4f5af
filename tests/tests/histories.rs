//! Histories that do not fit their layers (H1 to H12), as a user sees them:
//! crawled from a registry, asked for by reference and live. What each step is
//! aligned with is tested in `forebear-image`.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

use forebear_testkit::{Builder, History, Image, ImageBuilder, Layer, LayerContent, Server, World};
use forebear_tests::Data;
use forebear_tests::buildah::Buildah;
use forebear_tests::served::{Served, empty_registry};
use serde_json::{Value, json};

/// A registry with these images, crawled.
fn served(images: &[(&str, &Image)]) -> (Data, Server) {
    let mut world = World::new();
    for (name, image) in images {
        world.push(name, image);
    }
    let server = Server::start(world);
    let data = Data::new();
    _ = data.crawl_hub(&server.host(), &[]);
    (data, server)
}

fn column(list: &Value, key: &str) -> Vec<Value> {
    list.as_array().unwrap().iter().map(|value| value[key].clone()).collect()
}

/// What `parent` says: the parent's name and the agreement, then of each step
/// its line, the number of its layer from below, and whether that is certain.
#[track_caller]
fn check(data: &Data, image: &str, parent: Option<(&str, &str)>, steps: &[(&str, Option<usize>, bool)]) -> Value {
    let code = if parent.is_some() { 0 } else { 1 };
    let answer = data.query(&["parent", image, "--format", "json"]).expect_code(code).json();
    let (reference, agreement) = parent.unzip();
    assert_eq!(
        (&answer["parent"]["reference"], &answer["parent"]["agreement"]),
        (&json!(reference), &json!(agreement))
    );
    let layers = data.ask("layers", image)["layers"].clone();
    let digests = column(&layers, "diff_id");
    let got: Vec<(&str, Option<usize>, bool)> = answer["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| {
            let layer = &step["layer"]["diff_id"];
            let at = if layer.is_null() { None } else { digests.iter().position(|digest| digest == layer) };
            (step["dockerfile"].as_str().unwrap(), at, step["layer_certain"] == true)
        })
        .collect();
    assert_eq!(got, steps, "{image}");
    // The same steps as a Dockerfile and as text; nothing is left out.
    let dockerfile = data.query(&["dockerfile", image]).expect_code(code).stdout;
    let text = data.query(&["parent", image]).expect_code(code).stdout;
    let is_heading = |line: &str| ["steps (", "added on top ("].iter().any(|begin| line.starts_with(begin));
    let listed = text.lines().skip_while(|line| !is_heading(line));
    let listed: Vec<&str> = listed.skip(1).take_while(|line| line.starts_with("  ")).collect();
    assert_eq!(listed.len(), steps.len(), "{text}");
    for ((line, _, _), listed) in steps.iter().zip(listed) {
        assert!(dockerfile.contains(line), "{line} is not in {dockerfile}");
        assert!(listed.contains(line), "{line} is not in {text}");
    }
    layers
}

const UNKNOWN: &str = "# unknown: a layer without a recorded step";

/// A step for a layer that nobody described.
fn unknown(at: usize) -> (&'static str, Option<usize>, bool) {
    (UNKNOWN, Some(at), false)
}

fn lambda() -> Image {
    let layers =
        (0..7).fold(ImageBuilder::scratch("linux/amd64"), |image, at| image.unrecorded_layer(&format!("{at}")));
    layers.history(History::Null).build()
}

#[test]
fn h1_h2_a_base_without_history_and_its_child() {
    let base = lambda();
    let child = ImageBuilder::from(&base).builder(Builder::Legacy).run("make").cmd(&["handler"]).build();
    let (data, server) = served(&[("vendor/lambda:1", &base), ("acme/orders:1", &child)]);
    for image in ["vendor/lambda:1", &format!("docker://{}/vendor/lambda:1", server.host())] {
        let layers = check(&data, image, None, &(0..7).map(unknown).collect::<Vec<_>>());
        assert_eq!(column(&layers, "step"), vec![Value::Null; 7]);
        let text = data.query(&["layers", image]).expect_code(0).stdout;
        assert_eq!(text.matches("no history").count(), 7, "{text}");
    }
    for image in ["acme/orders:1", &format!("docker://{}/acme/orders:1", server.host())] {
        let steps = [("RUN make", Some(7), false), ("CMD [\"handler\"]", None, true)];
        let layers = check(&data, image, Some(("docker.io/vendor/lambda:1", "above")), &steps);
        let mut from = vec![json!("docker.io/vendor/lambda:1"); 7];
        from.push(Value::Null);
        assert_eq!(column(&layers, "from"), from);
    }
}

#[test]
fn h3_h4_counts_that_disagree() {
    let jib = |at: usize| json!({ "created": "2024-01-01T00:00:00Z", "created_by": format!("jib {at}") });
    let twelve = Value::Array((0..12).map(jib).collect());
    let layers = |count: usize| {
        let image = ImageBuilder::scratch("linux/amd64");
        (0..count).fold(image, |image, at| image.unrecorded_layer(&format!("{count} {at}")))
    };
    let image = layers(11).history(History::Raw(twelve)).build();
    let nix = layers(4).history(History::Raw(json!([{ "created_by": "nix2container" }]))).build();
    let (data, _server) = served(&[("acme/jib:1", &image), ("acme/nix:1", &nix)]);
    let answer = data.query(&["parent", "acme/jib:1", "--format", "json"]).expect_code(1).json();
    let by = column(&answer["steps"], "created_by");
    assert_eq!(by, (0..12).map(|at| json!(format!("jib {at}"))).collect::<Vec<_>>());
    assert!(column(&answer["steps"], "layer_certain").iter().all(|certain| *certain == false), "{answer}");
    let layers = data.ask("layers", "acme/jib:1");
    let steps = column(&layers["layers"], "step");
    assert_eq!(column(&json!(steps), "created_by"), by[1..]);
    let text = data.query(&["layers", "acme/jib:1"]).expect_code(0).stdout;
    assert_eq!(text.matches("(uncertain)").count(), 11, "{text}");
    let answer = data.query(&["parent", "acme/nix:1", "--format", "json"]).expect_code(1).json();
    let by = [Value::Null, Value::Null, Value::Null, json!("nix2container")];
    assert_eq!(column(&answer["steps"], "created_by"), by);
}

#[test]
fn h5_a_child_whose_builder_drops_empty_entries() {
    let base = ImageBuilder::scratch("linux/amd64").add_rootfs("base").env("PATH", "/bin").cmd(&["sh"]).build();
    let child =
        ImageBuilder::from(&base).copy("app", "/app").user("app").env("A", "b c").history(History::WithoutEmpty);
    let (data, _server) = served(&[("library/base:1", &base), ("acme/kaniko:1", &child.build())]);
    let steps = [("COPY app /app", Some(1), true), ("ENV A=\"b c\"", None, false), ("USER app", None, false)];
    check(&data, "acme/kaniko:1", Some(("docker.io/library/base:1", "filled")), &steps);
}

#[test]
fn h6_h7_metadata_that_is_not_marked_and_layers_of_no_bytes() {
    let nop =
        |text: &str| json!({ "created": "2024-01-01T00:00:00Z", "created_by": format!("/bin/sh -c #(nop) {text}") });
    let base = ImageBuilder::scratch("linux/amd64").builder(Builder::Legacy).add_rootfs("base").build();
    // No layer, though nothing says so; an empty layer; a layer of a CMD.
    let forgotten = ImageBuilder::from(&base).raw_step(nop(" ENV A=b"), false).run("make").build();
    let workdir = ImageBuilder::from(&base).content(LayerContent::Empty).workdir("/w").run("make").build();
    let cmd = ImageBuilder::from(&base).content(LayerContent::Empty).raw_step(nop(" CMD [\"a\"]"), true).build();
    let images = [("acme/forgotten:1", &forgotten), ("acme/workdir:1", &workdir), ("acme/cmd:1", &cmd)];
    let (data, _server) = served(&[&[("library/base:1", &base)], &images[..]].concat());
    let parent = Some(("docker.io/library/base:1", "exact"));
    check(&data, images[0].0, parent, &[("ENV A=b", None, true), ("RUN make", Some(1), true)]);
    check(&data, images[1].0, parent, &[("WORKDIR /w", Some(1), true), ("RUN make", Some(2), true)]);
    check(&data, images[2].0, parent, &[("CMD [\"a\"]", Some(1), false)]);
}

#[test]
fn h6_every_step_of_windows_is_a_layer() {
    let raw = |text: &str| json!({ "created": "2024-01-01T00:00:00Z", "created_by": text });
    let base = ImageBuilder::scratch("windows/amd64").raw_step(raw("Apply image 10.0.17763.1"), true).build();
    let child = ImageBuilder::from(&base)
        .raw_step(raw("cmd /S /C #(nop)  ENV A=b"), true)
        .raw_step(raw("cmd /S /C dir"), true)
        .build();
    let (data, _server) = served(&[("windows/nano:1", &base), ("acme/app:1", &child)]);
    let steps = [("ENV A=b", Some(1), true), ("RUN dir", Some(2), true)];
    check(&data, "acme/app:1", Some(("docker.io/windows/nano:1", "exact")), &steps);
}

#[test]
fn h8_entries_that_buildkit_made_up_belong_to_the_base() {
    let base = lambda();
    let synthetic = json!({ "created": "2024-01-01T00:00:00Z", "comment": "buildkit.exporter.image.v0" });
    let built = ImageBuilder::from(&base).history(History::Full).run("make");
    let built = (0..7).fold(built, |image, _| image.raw_step(synthetic.clone(), false)).build();
    let child = ImageBuilder::from(&built).run("make more").cmd(&["a"]).build();
    let images = [("vendor/lambda:1", &base), ("acme/built:1", &built), ("acme/child:1", &child)];
    let (data, _server) = served(&images);
    let steps = [("RUN make", Some(7), false)];
    check(&data, "acme/built:1", Some(("docker.io/vendor/lambda:1", "above")), &steps);
    let steps = [("RUN make more", Some(8), false), ("CMD [\"a\"]", None, true)];
    check(&data, "acme/child:1", Some(("docker.io/acme/built:1", "exact")), &steps);
}

#[test]
fn h9_a_squashed_image_keeps_its_steps() {
    let base = ImageBuilder::scratch("linux/amd64").builder(Builder::Legacy).add_rootfs("base").cmd(&["sh"]).build();
    let child = ImageBuilder::from(&base).run("make").cmd(&["a"]).build();
    let squashed = child.squashed();
    let mut history: Value = serde_json::from_slice(&squashed.config).unwrap();
    history["history"].as_array_mut().unwrap().pop();
    let history = History::Raw(history["history"].take());
    let squash_all = ImageBuilder::scratch("linux/amd64").unrecorded_layer("all in one").history(history).build();
    let images = [("library/base:1", &base), ("acme/squashed:1", &squashed), ("acme/squash-all:1", &squash_all)];
    let (data, _server) = served(&images);
    for image in ["acme/squashed:1", "acme/squash-all:1"] {
        let answer = data.query(&["parent", image, "--format", "json"]).expect_code(1).json();
        let made = column(&answer["steps"], "layer");
        assert_eq!((made.len(), made.iter().filter(|layer| !layer.is_null()).count()), (5, 1), "{answer}");
        for step in answer["steps"].as_array().unwrap() {
            let lost = ["ADD", "RUN"].contains(&step["instruction"].as_str().unwrap());
            assert!(!lost || step["layer_certain"] == false, "{step}");
        }
        assert_eq!(data.ask("layers", image)["layers"].as_array().map(Vec::len), Some(1));
    }
}

#[test]
fn h11_a_child_that_repeats_its_parents_last_step() {
    let base = ImageBuilder::scratch("linux/amd64").add_rootfs("base").cmd(&["sh"]).build();
    let again = ImageBuilder::from(&base).cmd(&["sh"]).build();
    let twice = ImageBuilder::from(&again).run("make").cmd(&["sh"]).build();
    let (data, _server) = served(&[("library/base:1", &base), ("acme/again:1", &again), ("acme/twice:1", &twice)]);
    let cmd = ("CMD [\"sh\"]", None, true);
    check(&data, "acme/again:1", Some(("docker.io/library/base:1", "exact")), &[cmd]);
    let steps = [("RUN make", Some(1), true), cmd];
    check(&data, "acme/twice:1", Some(("docker.io/acme/again:1", "exact")), &steps);
}

#[test]
fn h12_buildah_without_layers() {
    let Some(buildah) = Buildah::new() else { return };
    let Some(registry) = empty_registry() else { return };
    buildah.file("rootfs/etc/os-release", b"NAME=\"made on the spot\"\n");
    buildah.file("app.py", b"print('hello')\n");
    let merged = ["--format", "docker"];
    let (base, app, label) = ("docker.io/library/base:1", "docker.io/acme/app:1", "docker.io/acme/label:1");
    for (image, dockerfile) in [
        (base, "FROM scratch\nADD rootfs /\nENV A=b\nCMD [\"sh\"]\n".to_owned()),
        (app, format!("FROM {base}\nCOPY app.py /app/\nUSER app\nCMD [\"python\", \"/app/app.py\"]\n")),
        (label, format!("FROM {base}\nLABEL c=d\n")),
    ] {
        buildah.build_with(image, &dockerfile, &merged);
        buildah.push(image, &image.replace("docker.io", &registry.host()));
    }
    let served = Served::crawl(registry, &[]);
    let answer = served.data.query(&["parent", base, "--format", "json"]).expect_code(1).json();
    let steps = answer["steps"].as_array().unwrap();
    // ADD is marked empty; its layer is credited to the last step.
    assert_eq!(
        (&steps[0]["instruction"], &steps[0]["layer"], &steps[0]["layer_certain"]),
        (&json!("ADD"), &Value::Null, &json!(false))
    );
    let last = steps.last().unwrap();
    assert_eq!((&last["instruction"], &last["layer_certain"]), (&json!("CMD"), &json!(false)));
    assert!(last["layer"].is_object(), "{answer}");
    let empty = Layer::new(&LayerContent::Empty, forebear_testkit::Compression::None).diff_id.to_string();
    for (image, instructions, layer) in
        [(app, &["COPY", "USER", "CMD"] as &[&str], None), (label, &["LABEL"], Some(&empty))]
    {
        for asked in [image, &format!("docker://{}", image.replace("docker.io", &served.registry.host()))] {
            let answer = served.data.query(&["parent", asked, "--format", "json"]).expect_code(0).json();
            let parent = &answer["parent"];
            assert_eq!((&parent["reference"], &parent["agreement"]), (&json!(base), &json!("exact")), "{asked}");
            assert_eq!(column(&answer["steps"], "instruction"), instructions, "{asked}");
            let last = answer["steps"].as_array().unwrap().last().unwrap();
            assert_eq!(last["layer_certain"], false, "{last}");
            assert!(last["layer"]["diff_id"].is_string(), "{last}");
            assert!(layer.is_none_or(|layer| last["layer"]["diff_id"] == **layer), "{last}");
        }
    }
}
