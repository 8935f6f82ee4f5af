//! Every local form has an example here: an image in it is on the base that it is on
//! in the index.

use forebear_ask::Form;
use forebear_testkit::Image;
use serde_json::json;

use crate::engines::docker;
use crate::shelf::{ALPINE, Shelf, blobs, entry, on_alpine, saved, tar};

/// An image in a form: the name of its file or folder on the shelf.
fn example(form: Form, shelf: &Shelf, image: &Image) -> &'static str {
    match form.name() {
        "docker-archive" => {
            shelf.write("saved.tar", &tar(&saved(image, &["acme/app:1"])));
            "saved.tar"
        }
        "oci" | "oci-archive" => {
            shelf.layout("layout", &[entry(image, &[])], &blobs(image));
            if form.name() == "oci" { "layout" } else { "layout.tar" }
        }
        "dir" => {
            shelf.write("copied/manifest.json", &image.manifest);
            shelf.write(&format!("copied/{}", image.config_digest.0.hex()), &image.config);
            "copied"
        }
        "inspect" => {
            shelf.write_json("inspected.json", &json!([docker(image, &image.config_digest.to_string())]));
            "inspected.json"
        }
        "manifest" => {
            shelf.write("manifest.json", &image.manifest);
            "manifest.json"
        }
        new => panic!(
            "{form} has no example in tests/tests/local/every.rs; write an image to the shelf as {new}: reads it"
        ),
    }
}

#[test]
fn p822_every_form_names_the_parent() {
    let shelf = Shelf::new();
    let app = on_alpine("run");
    for form in Form::all() {
        let image = shelf.form(form.name(), example(form, &shelf, &app));
        let answer = shelf.ran("parent", &image, &[]).expect_code(0).json();
        assert_eq!(answer["parent"]["reference"], ALPINE, "{form}: {answer}");
        assert_eq!(answer["image"]["reference"], image, "{form}: {answer}");
    }
}
