//! `parent --format labels|annotations`: the base for the next build.

use forebear_testkit::{ImageBuilder, Server, World};
use forebear_tests::Data;

fn crawled() -> (Data, String) {
    let base = ImageBuilder::scratch("linux/amd64").add_rootfs("base").build();
    let mut world = World::new();
    let digest = world.push("library/base:1.2", &base);
    _ = world.push("acme/app:1", &ImageBuilder::from(&base).run("make").build());
    let data = Data::new();
    _ = data.crawl_hub(&Server::start(world).host(), &[]);
    (data, digest.to_string())
}

#[test]
fn a_line_each() {
    let (data, digest) = crawled();
    let expected = format!(
        "org.opencontainers.image.base.name=docker.io/library/base:1.2\n\
         org.opencontainers.image.base.digest={digest}\n"
    );
    for format in ["labels", "annotations"] {
        let ran = data.query(&["parent", "acme/app:1", "--format", format]).expect_code(0);
        assert_eq!(ran.stdout, expected);
        let none = data.query(&["parent", "base:1.2", "--format", format]).expect_code(1);
        assert_eq!(none.stdout, "", "no parent, no line");
        let refused = data.query(&["layers", "acme/app:1", "--format", format]).expect_code(2);
        let sentence = format!("error: this answer cannot be printed as {format}; --format takes text, json here\n");
        assert_eq!((refused.stderr, refused.stdout), (sentence, String::new()));
    }
}
