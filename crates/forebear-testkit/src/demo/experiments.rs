//! The experiments this project began with, after published accounts of people
//! who took images apart by hand.

use serde_json::json;

use crate::demo::shelf::Shelf;
use crate::image::{Builder, Format, ImageBuilder, LayerContent};

pub(crate) fn stock(shelf: &mut Shelf) {
    spot_the_difference(shelf);
    whats_in_an_image(shelf);
    a_peek_into_images(shelf);
    two_digests(shelf);
}

fn old(builder: ImageBuilder) -> ImageBuilder {
    builder.builder(Builder::Legacy).format(Format::Docker)
}

/// 2016: four images with one layer between them.
fn spot_the_difference(shelf: &mut Shelf) {
    let alpine = old(ImageBuilder::scratch("linux/amd64")).at("2015-12-17T21:40:00Z").add_rootfs("alpine 3.3").build();
    let by = "Liz <liz@example.com>";
    let test = old(ImageBuilder::from(&alpine)).at("2016-01-20T10:00:00Z").maintainer(by).build();
    let same = old(ImageBuilder::from(&alpine)).at("2016-01-20T10:05:00Z").maintainer(by).build();
    let child = old(ImageBuilder::from(&test))
        .at("2016-01-20T10:10:00Z")
        .maintainer(by)
        .label("com.label-schema.description", "A child image")
        .build();
    shelf.push("library/alpine:3.3", alpine);
    shelf.push("experiments/imagetest:latest", test);
    shelf.push("experiments/sameimage:latest", same);
    shelf.push("experiments/childimage:latest", child);
}

/// 2018: ubuntu's CMD is not marked empty, and owns an empty layer.
fn whats_in_an_image(shelf: &mut Shelf) {
    let cmd =
        json!({"created": "2016-01-26T17:48:17.324409116Z", "created_by": "/bin/sh -c #(nop) CMD [\"/bin/bash\"]"});
    let ubuntu = old(ImageBuilder::scratch("linux/amd64"))
        .at("2016-01-26T17:48:14Z")
        .add_rootfs("ubuntu 15.04")
        .run("echo '#!/bin/sh' > /usr/sbin/policy-rc.d")
        .run("sed -i 's/^#\\s*\\(deb.*universe\\)$/\\1/g' /etc/apt/sources.list")
        .setting("Cmd", json!(["/bin/bash"]))
        .content(LayerContent::Empty)
        .raw_step(cmd, true)
        .build();
    let mine = old(ImageBuilder::from(&ubuntu))
        .at("2018-11-01T03:33:14Z")
        .content(LayerContent::Files(vec![("app/app.py".to_owned(), b"print('hello')\n".to_vec())]))
        .copy("app.py", "/app/")
        .cmd_shell("python /app/app.py")
        .build();
    shelf.push("library/ubuntu:15.04", ubuntu);
    shelf.push("cameron/my_test_image:latest", mine);
}

/// 2020: ten layers, five of them shared with everything on golang:alpine.
fn a_peek_into_images(shelf: &mut Shelf) {
    let alpine = old(ImageBuilder::scratch("linux/amd64"))
        .at("2020-01-18T01:19:37Z")
        .add_rootfs("alpine 3.11")
        .cmd(&["/bin/sh"])
        .build();
    let golang = old(ImageBuilder::from(&alpine))
        .at("2020-02-13T20:51:00Z")
        .run("apk add --no-cache ca-certificates")
        .run("[ ! -e /etc/nsswitch.conf ] && echo 'hosts: files dns' > /etc/nsswitch.conf")
        .env("GOLANG_VERSION", "1.13.8")
        .run("set -eux; apk add --no-cache --virtual .build-deps bash gcc musl-dev openssl go; ./make.bash")
        .env("GOPATH", "/go")
        .env("PATH", "/go/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
        .run("mkdir -p \"$GOPATH/src\" \"$GOPATH/bin\" && chmod -R 777 \"$GOPATH\"")
        .setting("WorkingDir", json!("/go"))
        .build();
    let snake = old(ImageBuilder::from(&golang))
        .at("2020-03-01T12:00:00Z")
        .run("apk add --no-cache git")
        .workdir("/go/src/snake-game")
        .copy("go.mod go.sum", "./")
        .run("go mod download")
        .copy(".", ".")
        .cmd(&["go", "run", "main.go"])
        .build();
    shelf.push("library/alpine:3.11", alpine);
    shelf.push("library/golang:1.13-alpine", golang);
    shelf.push("dyego/snake-game:latest", snake);
}

/// One layer, the digest of its blob and the digest of its tar.
fn two_digests(shelf: &mut Shelf) {
    let foobar = old(ImageBuilder::from(shelf.amd64("alpine:3.19")))
        .at("2024-10-01T12:00:00Z")
        .run("echo helloworld > foobar.txt")
        .build();
    shelf.push("experiments/foobar:latest", foobar);
}
