//! `verify`: every digest that is stated is compared; what is not read is
//! neither intact nor wrong.

use forebear_image::{BlobDigest, DiffId};
use forebear_testkit::{Image, ImageBuilder, Layer};
use serde_json::{Value, json};

use crate::shelf::{CONTAINERD_NAME, Shelf, alpine, blob, bzip2, entry, on_alpine, saved, steps, tar, xz};

fn part(answer: &Value, position: usize) -> &Value {
    let parts = answer["parts"].as_array().expect("parts are a list");
    parts.iter().find(|part| part["position"] == position).expect("a layer")
}

fn config(answer: &Value) -> &Value {
    let parts = answer["parts"].as_array().expect("parts are a list");
    parts.iter().find(|part| part["part"] == "config").expect("a config")
}

/// `docker save` of Docker 28 that lost its layers.
#[test]
fn p02_layers_that_are_not_there() {
    let shelf = Shelf::new();
    let app = on_alpine("run");
    let documents = [&*app.manifest, &*app.config];
    shelf.layout("l", &[entry(&app, &[(CONTAINERD_NAME, "docker.io/acme/app:1")])], &documents);
    let names: Vec<String> = app.layers.iter().map(|layer| format!("blobs/sha256/{}", layer.digest.0.hex())).collect();
    let list = json!([{ "Config": blob(&app.config), "RepoTags": ["acme/app:1"], "Layers": names }]);
    let files = [(blob(&app.config), app.config.to_vec()), ("manifest.json".to_owned(), list.to_string().into_bytes())];
    shelf.write("s.tar", &tar(&files));
    for form in [shelf.form("oci-archive", "l.tar"), shelf.form("docker-archive", "s.tar")] {
        _ = shelf.is_on_alpine(&form, &[], &app);
        let answer = shelf.ran("verify", &form, &[]).expect_code(1).json();
        assert_eq!((&answer["intact"], &config(&answer)["intact"]), (&json!(false), &json!(true)), "{form}");
        for at in 0..2 {
            assert_eq!(part(&answer, at)["digest"], app.layers[at].digest.to_string(), "{form}");
            assert_eq!(part(&answer, at)["flaws"][0]["code"], "missing", "{form}");
        }
        let dockerfile = shelf.ran("dockerfile", &form, &["--files"]).json();
        assert_eq!(steps(&dockerfile), ["COPY run /app/"], "{form}");
        let text = shelf.data.query(&["dockerfile", &form, "--files"]).stdout;
        assert!(text.contains("its layer is not there\n") && !text.contains("brought no files"), "{text}");
    }
}

/// A layer around these bytes, which unpack to this tar.
fn layer(packed: Vec<u8>, tar: &[u8], media_type: &str) -> Layer {
    let digest = BlobDigest::of(&packed);
    Layer { digest, diff_id: DiffId::of(tar), tar: Some(tar.to_vec().into()), ..Layer::opaque(packed, media_type) }
}

fn of_layers(layers: Vec<Layer>) -> Image {
    layers.iter().fold(ImageBuilder::from(&alpine()), |image, layer| image.cached(layer).copy("x", "/")).build()
}

const TAR: &str = "application/vnd.oci.image.layer.v1.tar";

#[test]
fn p23_what_is_packed_with_xz_and_bzip2_is_read() {
    let shelf = Shelf::new();
    let one = tar(&[("x".to_owned(), vec![7; 100_000])]);
    let image = of_layers(vec![
        layer(xz(&one, 1 << 20), &one, "application/vnd.oci.image.layer.v1.tar+xz"),
        layer(bzip2(&one), &one, TAR),
        // What `xz -9` asks for.
        layer(xz(&one, 64 << 20), &one, TAR),
        // Several streams, as parallel packers write them.
        layer([xz(&one[..51_200], 1 << 20), xz(&one[51_200..], 1 << 20)].concat(), &one, TAR),
        layer([bzip2(&one[..51_200]), bzip2(&one[51_200..])].concat(), &one, TAR),
    ]);
    shelf.layout("l", &[entry(&image, &[])], &crate::shelf::blobs(&image));
    let form = shelf.form("oci", "l");
    let answer = shelf.ran("verify", &form, &[]).expect_code(0).json();
    assert_eq!(answer["intact"], true, "{answer}");
    for (at, expected) in [(1, "xz"), (2, "bzip2"), (3, "xz"), (4, "xz"), (5, "bzip2")] {
        let part = part(&answer, at);
        assert_eq!((&part["intact"], &part["compression"]), (&json!(true), &json!(expected)), "{part}");
    }
    let listed = shelf.ran("layers", &form, &["--files"]).expect_code(0).json();
    for at in 1..6 {
        assert_eq!(listed["layers"][at]["files"][0]["path"], "x", "{listed}");
    }
}

/// Beyond the decoder's memory, in a known packing that is not read, encrypted,
/// in one that only the label names: not read, and nothing else is said.
#[test]
fn p253_what_is_not_read_is_neither_intact_nor_wrong() {
    let shelf = Shelf::new();
    let one = tar(&[("x".to_owned(), vec![7; 1000])]);
    let lz4 = [&[4, 0x22, 0x4d, 0x18][..], &[0; 100]].concat();
    // An xz stream whose header asks for a window of 1 GiB.
    let wide = xz(&one, 1 << 30);
    let image = of_layers(vec![
        layer(lz4, &one, TAR),
        layer(wide, &one, "application/vnd.oci.image.layer.v1.tar+xz"),
        layer(vec![0x5a; 4000], &one, "application/vnd.oci.image.layer.v1.tar+gzip+encrypted"),
        layer(vec![0x6b; 4000], &one, "application/vnd.oci.image.layer.v1.tar+br"),
    ]);
    shelf.layout("l", &[entry(&image, &[])], &crate::shelf::blobs(&image));
    let form = shelf.form("oci", "l");
    let answer = shelf.ran("verify", &form, &[]).expect_code(2).json();
    assert_eq!(part(&answer, 0)["intact"], true);
    let listed = shelf.ran("layers", &form, &["--files"]).expect_code(2).json();
    for (at, why) in [
        (1, "it is packed with lz4, which is not read"),
        (2, "it is packed with xz by a window larger than a decoder is given, which is not read"),
        (3, "it is encrypted, which is not read"),
        (4, "it is packed in an unknown way, which is not read"),
    ] {
        let part = part(&answer, at);
        assert_eq!((&part["intact"], &part["flaws"]), (&Value::Null, &json!([])), "{part}");
        assert_eq!(part["unread"], format!("{why}; its blob is as stated"), "{part}");
        assert_eq!(listed["layers"][at]["contents"]["error"], why);
    }
    let text = shelf.data.query(&["verify", &form]).expect_code(2).stdout;
    assert!(text.contains("\nnot all of it was read: 3 of 7 parts as stated"), "{text}");
    assert!(!text.contains("WRONG") && !text.contains("not intact") && !text.contains("cut off"), "{text}");
    // Whose blob is another, is wrong all the same.
    let lost = image.layers[1].digest.0.hex();
    shelf.write(&format!("l/blobs/sha256/{lost}"), &[4, 0x22, 0x4d, 0x18]);
    let answer = shelf.ran("verify", &form, &[]).expect_code(1).json();
    assert_eq!(part(&answer, 1)["flaws"][0]["code"], "size", "{answer}");
}

/// The files of an archive as crane, kaniko and bazel write it.
fn crane(image: &Image, config: &[u8]) -> Vec<(String, Vec<u8>)> {
    let name = image.config_digest.to_string();
    let of = |layer: &Layer| format!("{}.tar.gz", layer.digest.0.hex());
    let names: Vec<String> = image.layers.iter().map(of).collect();
    let list = json!([{ "Config": name, "RepoTags": ["acme/app:1"], "Layers": names }]);
    let mut files = vec![(name, config.to_vec()), ("manifest.json".to_owned(), list.to_string().into_bytes())];
    files.extend(image.layers.iter().map(|layer| (of(layer), layer.blob.as_deref().expect("a blob").to_vec())));
    files
}

fn forged(image: &Image) -> Vec<u8> {
    let text = String::from_utf8(image.config.to_vec()).expect("text");
    let forged = text.replace("/bin/sh", "/bin/SH");
    assert_ne!(forged, text);
    forged.into_bytes()
}

#[test]
fn p51_digests_that_names_state() {
    let shelf = Shelf::new();
    let app = on_alpine("run");
    shelf.write("crane.tar", &tar(&crane(&app, &app.config)));
    let answer = shelf.ran("verify", &shelf.form("docker-archive", "crane.tar"), &[]).expect_code(0).json();
    let its = config(&answer);
    assert_eq!((&its["intact"], &its["digest"]), (&json!(true), &json!(app.config_digest.to_string())));
    for at in 0..2 {
        assert_eq!(part(&answer, at)["digest"], app.layers[at].digest.to_string());
    }
    _ = shelf.is_on_alpine(&shelf.form("docker-archive", "crane.tar"), &[], &app);
    let mut save = saved(&app, &["acme/app:1"]);
    save[0].1 = forged(&app);
    for (name, files) in [("crane-bad.tar", crane(&app, &forged(&app))), ("save-bad.tar", save)] {
        shelf.write(name, &tar(&files));
        let form = shelf.form("docker-archive", name);
        let answer = shelf.ran("verify", &form, &[]).expect_code(1).json();
        assert_eq!((&answer["intact"], &config(&answer)["intact"]), (&json!(false), &json!(false)), "{name}");
        let ran = shelf.ran("parent", &form, &[]).expect_code(2);
        assert!(ran.stderr.contains(&format!(", not {}", app.config_digest)), "{}", ran.stderr);
    }
    // A layer that is another than its name says, though its tar is right.
    let mut files = crane(&app, &app.config);
    let last = files.len() - 1;
    files[last].1 = app.layers[1].recompressed(forebear_testkit::Compression::Gzip(1)).blob.expect("a blob").to_vec();
    shelf.write("repacked.tar", &tar(&files));
    let answer = shelf.ran("verify", &shelf.form("docker-archive", "repacked.tar"), &[]).expect_code(1).json();
    assert_eq!(part(&answer, 1)["flaws"][0]["code"], "digest", "{answer}");
}
