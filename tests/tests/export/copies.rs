//! Copies of an image in other blobs.

use forebear_testkit::{Compression, ImageBuilder, Server, World};
use forebear_tests::Data;

use super::{export, rows};

/// `layers` has the blobs of the manifest that `images` names: those that the image's
/// reference leads to, whichever copy was read first.
#[test]
fn p850_layers_are_those_of_the_manifest_that_is_named() {
    let image = ImageBuilder::scratch("linux/amd64").add_rootfs("alpine").run("make").build();
    let copy = image.with_compression(Compression::Zstd);
    for (official, mirror) in [(&image, &copy), (&copy, &image)] {
        let mut world = World::new();
        // By its name, the copy is crawled first.
        world.push("acme/alpine:3", mirror);
        world.push("library/alpine:3", official);
        let server = Server::start(world);
        let data = Data::new();
        let _ran = data.crawl(&["run", "--registry", &server.host(), "--name-as", "docker.io"]).expect_code(0);
        let (folder, _) = export(&data, "all", &["--format", "jsonl", "--table", "images", "--table", "layers"], 0);
        let (images, layers) = (rows(&folder, "images"), rows(&folder, "layers"));
        assert_eq!(images.len(), 1, "{images:?}");
        assert_eq!(images[0]["reference"], "docker.io/library/alpine:3");
        assert_eq!(images[0]["manifest"], official.manifest_digest.to_string());
        let size = official.layers.iter().map(|layer| layer.size).sum::<u64>();
        assert_eq!(images[0]["size"], size);
        let blobs: Vec<String> = official.layers.iter().map(|layer| layer.digest.to_string()).collect();
        let told: Vec<&str> = layers.iter().filter_map(|layer| layer["digest"].as_str()).collect();
        assert_eq!(told, blobs);
    }
}
