//! What a file is that is not what its form says: named, with the form that fits.

use serde_json::json;

use crate::shelf::{Shelf, blobs, bzip2, entry, on_alpine, saved, tar, tar_of, xz};

#[test]
fn p28_archives_that_are_packed() {
    let shelf = Shelf::new();
    let app = on_alpine("run");
    let archive = tar(&saved(&app, &["acme/app:1"]));
    for (name, packed) in [("xz", xz(&archive, 1 << 20)), ("bz2", bzip2(&archive))] {
        shelf.write(name, &packed);
        _ = shelf.is_on_alpine(&shelf.form("docker-archive", name), &[], &app);
        shelf.write("cut", &packed[..packed.len() / 2]);
        let told = shelf.ran("parent", &shelf.form("docker-archive", "cut"), &[]).expect_code(2).stderr;
        assert!(told.starts_with("error: cannot read ") && told.contains("cut: "), "{told}");
        assert!(!told.contains("fill whole buffer"), "{told}");
    }
    shelf.write("lz4", &[4, 0x22, 0x4d, 0x18, 0, 0, 0]);
    shelf.refused(
        &shelf.form("docker-archive", "lz4"),
        &[],
        "it is packed with lz4, which is not read: unpack it first",
    );
    shelf.write("wide", &xz(&archive, 1 << 30));
    let told = "it is packed with xz by a window larger than a decoder is given, which is not read: unpack it first";
    shelf.refused(&shelf.form("docker-archive", "wide"), &[], told);
}

#[test]
fn p28_another_form_than_it_says() {
    let shelf = Shelf::new();
    let app = on_alpine("run");
    shelf.write("s.tar", &tar(&saved(&app, &["acme/app:1"])));
    shelf.layout("l", &[entry(&app, &[])], &blobs(&app));
    shelf.write("export.tar", &tar_of(&[".dockerenv", "bin/sh", "etc/os-release"]));
    shelf.write("rootfs.tar", &tar_of(&["bin/sh", "etc/os-release", "usr/bin/env"]));
    shelf.write("old.tar", &tar_of(&["repositories", "aaaa/VERSION", "aaaa/json", "aaaa/layer.tar"]));
    shelf.write("sub.tar", &tar_of(&["img/manifest.json", "img/x.json"]));
    shelf.write("chart.tgz", &tar_of(&["web/Chart.yaml", "web/values.yaml"]));
    shelf.write("disk", b"QFI\xfb\0\0\0\x03");
    shelf.write("squashed", b"hsqs\0\0\0\0");
    shelf.write("x.sif", &[&[b'#'; 32][..], b"SIF_MAGIC\0"].concat());
    shelf.write("page", b"<!DOCTYPE html><html>");
    shelf.write("empty", b"");
    shelf.write("text", b"this is no tar");
    shelf.write_json("config.json", &serde_json::from_slice(&app.config).expect("JSON"));
    for (form, name, told) in [
        ("docker-archive", "l.tar", "it has no manifest.json: it is an OCI layout; ask oci-archive:HERE/l.tar"),
        ("docker-archive", "l", "it has no manifest.json: it is an OCI layout in a folder; ask oci:HERE/l"),
        ("oci-archive", "s.tar", "it has no index.json: it is what docker save writes; ask docker-archive:HERE/s.tar"),
        ("oci-archive", "l", "it is an OCI layout in a folder; ask oci:HERE/l"),
        ("dir", "l", "it has no manifest.json: it is an OCI layout in a folder; ask oci:HERE/l"),
        (
            "docker-archive",
            "export.tar",
            "it has no manifest.json: it is a file system, as docker export writes a container's, not an image: it has \
             no layers and no history; save the image: docker save -o FILE IMAGE, then docker-archive:FILE",
        ),
        (
            "oci-archive",
            "rootfs.tar",
            "it has no index.json: it is a file system, as docker export writes a container's, not an image: it has no \
             layers and no history; save the image: docker save -o FILE IMAGE, then docker-archive:FILE",
        ),
        (
            "docker-archive",
            "old.tar",
            "it has no manifest.json: it is what docker save wrote before Docker 1.10, which has no configs; load and \
             save it anew: docker load, docker save",
        ),
        (
            "docker-archive",
            "sub.tar",
            "it has no manifest.json: it is an archive whose manifest.json is in the folder img; unpack it and ask \
             docker-archive:img",
        ),
        ("docker-archive", "chart.tgz", "it has no manifest.json: it is a Helm chart, not an image"),
        ("docker-archive", "disk", "disk: it is a qcow2 disk image, not a container image"),
        ("docker-archive", "squashed", "it is a squashfs file system, not an image with layers"),
        ("docker-archive", "x.sif", "it is a Singularity image (SIF), which has no layers"),
        ("oci-archive", "page", "it is an HTML page; was it downloaded without logging in?"),
        ("docker-archive", "empty", "it has no manifest.json: it is an empty file"),
        ("inspect", "empty", "it is an empty file"),
        ("docker-archive", "text", "its table of contents cannot be read: it is no tar"),
        ("docker-archive", "config.json", "it is an image config; ask inspect:HERE/config.json"),
        ("manifest", "config.json", "it is an image config; ask inspect:HERE/config.json"),
        ("inspect", "s.tar", "it is a tar; ask docker-archive:HERE/s.tar or oci-archive:HERE/s.tar"),
    ] {
        shelf.refused(&shelf.form(form, name), &[], told);
    }
    let told =
        format!("it is a file; it is a tar; ask docker-archive:{0} or oci-archive:{0}", shelf.path("s.tar").display());
    shelf.refused(&shelf.form("oci", "s.tar"), &[], &told);
}

#[test]
fn p28_what_is_no_form_here() {
    let shelf = Shelf::new();
    let app = on_alpine("run");
    shelf.write("s.tar", &tar(&saved(&app, &["acme/app:1"])));
    shelf.layout("l", &[entry(&app, &[])], &blobs(&app));
    let save = "which is not read; save the image and ask docker-archive:FILE, or ask its registry: docker://";
    let saved = |engine: &str, image: &str| {
        format!(
            "which is not read; save it with '{engine} save {image} -o image.tar' and ask docker-archive:image.tar, or \
             ask its registry: docker://{image}"
        )
    };
    for (text, told) in [
        (
            "containers-storage:localhost/app",
            format!("is the image store of podman and buildah, {}", saved("podman", "localhost/app")),
        ),
        ("docker-daemon:alpine:3.19", format!("is a Docker Engine's image store, {}", saved("docker", "alpine:3.19"))),
        ("ostree:app@/repo", format!("is an ostree repository, {save}app@/repo")),
        ("./s.tar", "it is a path to what docker save writes; did you mean docker-archive:./s.tar?".to_owned()),
        ("s.tar", "it is a path to what docker save writes; did you mean docker-archive:s.tar?".to_owned()),
        ("l.tar", "it is a path to an OCI layout; did you mean oci-archive:l.tar?".to_owned()),
        ("./l", "it is a path to an OCI layout in a folder; did you mean oci:./l?".to_owned()),
        ("l", "it is a path to an OCI layout in a folder; did you mean oci:l?".to_owned()),
        ("config:no-such.json", "there is no form config:; did you mean inspect:no-such.json?".to_owned()),
        ("dockerarchive:s.tar", "there is no form dockerarchive:; did you mean docker-archive:s.tar?".to_owned()),
        ("oci-dir:l", "there is no form oci-dir:; did you mean oci:l?".to_owned()),
        ("docker:alpine", "there is no form docker:; did you mean docker://alpine?".to_owned()),
        (
            "https://ghcr.io/acme/app:1",
            "it is a URL; did you mean ghcr.io/acme/app:1? docker://ghcr.io/acme/app:1 asks its registry now"
                .to_owned(),
        ),
    ] {
        let ran = shelf.ran("parent", text, &[]).expect_code(2);
        assert_eq!(ran.stderr.trim_end().replace(&format!("error: '{text}' is not an image reference: "), ""), {
            let prefix = text.split(':').next().expect("a prefix");
            if told.starts_with("is ") { format!("{prefix}: {told}") } else { told }
        });
    }
}

/// JSON documents that are no word on an image.
#[test]
fn p254_documents_of_other_kinds() {
    let shelf = Shelf::new();
    for (document, told) in [
        (json!({"bomFormat": "CycloneDX", "components": []}), "it is a CycloneDX SBOM, not an image"),
        (json!({"spdxVersion": "SPDX-2.3", "name": "x"}), "it is an SPDX SBOM, not an image"),
        (
            json!({"_type": "https://in-toto.io/Statement/v1", "predicateType": "x"}),
            "it is an in-toto statement about an image, not the image",
        ),
        (
            json!({"ArtifactName": "x", "ArtifactType": "filesystem", "Results": []}),
            "it is a Trivy report on something else than an image",
        ),
        (
            json!({"ArtifactName": "x", "ArtifactType": "container_image", "Results": []}),
            "it does not look like the output of trivy image --format json (it has no Metadata)",
        ),
        (
            json!({"imageLayoutVersion": "1.0.0"}),
            "it is the marker of an OCI layout; ask oci:FOLDER, the folder it lies in",
        ),
        (
            json!([{"Config": "x.json", "RepoTags": ["a:1"], "Layers": []}]),
            "it is the list of images in an archive; ask docker-archive: of the archive",
        ),
        (json!({"errors": [{"code": "UNAUTHORIZED"}]}), "it is an error that a registry answered"),
        (
            json!({"some": "thing"}),
            "it does not look like the output of docker image inspect, podman image inspect, skopeo inspect, crictl \
             inspecti or one of their kind",
        ),
    ] {
        shelf.write_json("x.json", &document);
        shelf.refused(&shelf.form("inspect", "x.json"), &[], told);
    }
    // An image's own documents under the other form.
    let app = on_alpine("run");
    shelf.write("manifest.json", &app.manifest);
    shelf.refused(&shelf.form("inspect", "manifest.json"), &[], "it is a manifest; ask manifest:HERE/manifest.json");
}
