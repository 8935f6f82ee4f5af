//! Users' images: the ordinary, and those that a resolver must not be fooled by.

use serde_json::json;

use crate::demo::shelf::Shelf;
use crate::image::{Builder, Compression, Format, History, Image, ImageBuilder};

pub(crate) fn stock(shelf: &mut Shelf) {
    copies(shelf);
    acme(shelf);
    acme_oddities(shelf);
    scratch(shelf);
    without_history(shelf);
}

fn on(below: &Image, at: &str) -> ImageBuilder {
    ImageBuilder::from(below).builder(Builder::BuildKit).format(Format::Oci).at(at)
}

/// The same layers in other people's repositories.
fn copies(shelf: &mut Shelf) {
    let alpine = shelf.amd64("alpine:3.20").clone();
    // Case M1: nobody should read dude/dude as the base of an alpine.
    shelf.push("dude/dude:latest", alpine.clone());
    // Case M2.
    let jammy = shelf.amd64("ubuntu:jammy").clone();
    shelf.push("oisupport/staging-amd64:jammy", jammy);
    // Same layers, own config, no history in common.
    let imported = ImageBuilder::copy_of(&alpine).history(History::Raw(
        json!([{"created": "2024-10-01T10:00:00Z", "created_by": "", "comment": "Imported from -"}]),
    ));
    shelf.push("dude/imported:latest", imported.config_field("created", json!("2024-10-01T10:00:00Z")).build());
    // Case M16: a mirror that compresses anew.
    for (tag, compression) in [("1.27", Compression::Gzip(9)), ("1.27-zstd", Compression::Zstd)] {
        let copy = shelf.amd64("nginx:1.27").with_compression(compression);
        shelf.push(&format!("mirror/nginx:{tag}"), copy);
    }
    let redis = shelf.amd64("redis:7.4-alpine").recompressed().with_format(Format::Docker);
    shelf.push("mirror/redis:7.4-alpine", redis);
}

/// A company that builds on its own base, and on others'.
fn acme(shelf: &mut Shelf) {
    let base = on(shelf.amd64("debian:bookworm-slim"), "2024-11-15T08:00:00Z")
        .label("com.acme.team", "platform")
        .run("apt-get update && apt-get install -y --no-install-recommends ca-certificates tini && rm -rf /var/lib/apt/lists/*")
        .run("useradd --system --uid 1000 app")
        .entrypoint(&["/usr/bin/tini", "--"])
        .build();
    let web = on(&base, "2024-11-15T09:00:00Z")
        .workdir("/srv")
        .copy("dist/", "/srv/")
        .user("app")
        .expose(&["8080"])
        .cmd(&["./web"])
        .build();
    shelf.push("acme/base:1", base);
    shelf.push("acme/web:2.3.0", web.clone());
    shelf.push("acme/web:latest", web);

    let api = on(shelf.amd64("python:3.12-slim"), "2024-11-15T10:00:00Z")
        .workdir("/app")
        .copy("requirements.txt", "./")
        .arg("PIP_INDEX_URL", "https://pypi.example.org/simple")
        .run("pip install --no-cache-dir -r requirements.txt")
        .copy("src/", "/app/src/")
        .cmd(&["gunicorn", "acme.api:app"])
        .build();
    // Case M11: the same layers, another command.
    let worker = on(&api, "2024-11-15T10:30:00Z")
        .env("QUEUE", "default")
        .label("com.acme.role", "worker")
        .cmd(&["celery", "worker"])
        .build();
    let scheduler = on(&worker, "2024-11-15T10:40:00Z").cmd(&["celery", "beat"]).build();
    shelf.push("acme/api:1.0", api);
    shelf.push("acme/worker:1.0", worker);
    shelf.push("acme/scheduler:1.0", scheduler);

    let shop = on(shelf.amd64("nginx:1.27-alpine"), "2024-11-15T11:00:00Z")
        .copy("nginx.conf", "/etc/nginx/")
        .copy("build/", "/usr/share/nginx/html")
        .build();
    shelf.push("acme/shop-frontend:5", shop);
    let ml = on(shelf.amd64("python:3.12"), "2024-11-15T12:00:00Z")
        .run("pip install torch transformers")
        .copy("model.safetensors", "/models/")
        .cmd_shell("python -m serve --port $PORT || exit 1")
        .build();
    shelf.push("acme/ml:nightly", ml);
    let portal = on(shelf.amd64("eclipse-temurin:21-jre"), "2024-11-15T13:00:00Z")
        .copy("portal.jar", "/app.jar")
        .entrypoint(&["java", "-jar", "/app.jar"])
        .build();
    shelf.push("acme/portal:2024.11", portal);
    // Case M4, one storey up: the triggers of the parent have run.
    let site = on(shelf.amd64("node:20-onbuild"), "2024-11-15T14:00:00Z")
        .copy("package.json", "/usr/src/app/")
        .run("npm install && npm cache clean --force")
        .copy(".", "/usr/src/app")
        .build();
    shelf.push("acme/site:1", site);
}

/// Builders and flags that leave less to go by.
fn acme_oddities(shelf: &mut Shelf) {
    let api = shelf.amd64("acme/api:1.0").clone();
    shelf.push("acme/squashed:1.0", on(&api, "2024-11-16T08:00:00Z").run("make install").build().squashed());
    let reports = on(shelf.amd64("python:3.12-slim"), "2024-11-16T09:00:00Z")
        .run("pip install pandas")
        .copy("reports/", "/reports/")
        .env("TZ", "UTC")
        .user("nobody")
        .cmd(&["python", "-m", "reports"])
        .history(History::WithoutEmpty)
        .build();
    shelf.push("acme/reports:kaniko", reports);
    // Case M19: the toolchain is a material, not a parent.
    let gateway = on(shelf.amd64("alpine:3.20"), "2024-11-16T10:00:00Z")
        .copy("/out/gateway", "/usr/bin/gateway")
        .entrypoint(&["gateway"])
        .build();
    shelf.push("acme/gateway:1.4", gateway.clone());
    // Case M20: a declaration that the layers contradict.
    let liar = shelf.amd64("debian:bookworm-slim").clone();
    shelf.push(
        "acme/gateway:declared",
        on(&gateway, "2024-11-16T11:00:00Z")
            .run("strip /usr/bin/gateway")
            .declares_base("debian:bookworm-slim", &liar)
            .build(),
    );
    let old = ImageBuilder::from(shelf.amd64("debian:bullseye"))
        .builder(Builder::Legacy)
        .format(Format::Docker)
        .at("2024-11-16T12:00:00Z")
        .maintainer("Ops <ops@acme.example>")
        .arg("VERSION", "1 beta")
        .run("apt-get update && apt-get install -y apache2")
        .copy("site.conf", "/etc/apache2/sites-enabled/")
        .expose(&["80", "443"])
        .volume(&["/var/www"])
        .healthcheck("curl -f http://localhost/", 30, 3)
        .cmd_shell("apachectl -D FOREGROUND")
        .build();
    shelf.push("acme/legacy:9", old);
    // Two platforms, without attestations.
    let agents: Vec<Image> = shelf
        .set("busybox:musl")
        .iter()
        .take(2)
        .map(|below| on(below, "2024-11-16T13:00:00Z").copy("agent", "/bin/").cmd(&["agent"]).build())
        .collect();
    let agents: Vec<&Image> = agents.iter().collect();
    shelf.world().push_platforms("acme/agent:0.9", &agents);
    // The registry lost the blobs of its layers.
    let lost = on(shelf.amd64("golang:1.23"), "2024-11-16T14:00:00Z")
        .absent_layers()
        .copy(".", "/src")
        .run("go build ./...")
        .build();
    shelf.push("acme/lost:1", lost);
}

/// Nothing below: said by one, not by the other (case M10).
fn scratch(shelf: &mut Shelf) {
    let tool = ImageBuilder::scratch("linux/amd64")
        .at("2024-11-17T08:00:00Z")
        .copy("/out/tool", "/tool")
        .entrypoint(&["/tool"]);
    shelf.push("startup/tool:1.0", tool.clone().build());
    let declared = tool.annotation("org.opencontainers.image.base.name", "scratch").build();
    shelf.push("startup/tool:1.0-annotated", declared);
}

/// Cases H1 and H2: a vendor that publishes no history, and a child of it.
fn without_history(shelf: &mut Shelf) {
    let vendor = ImageBuilder::scratch("linux/amd64")
        .at("2024-11-17T09:00:00Z")
        .unrecorded_layer("lambda one")
        .unrecorded_layer("lambda two")
        .unrecorded_layer("lambda three")
        .setting("Cmd", json!(["handler"]))
        .history(History::Null)
        .build();
    let child = ImageBuilder::from(&vendor)
        .builder(Builder::Legacy)
        .at("2024-11-17T10:00:00Z")
        .copy("handler.py", "/var/task/")
        .cmd(&["handler.main"])
        .build();
    shelf.push("vendor/lambda:python3.12", vendor);
    shelf.push("acme/lambda-orders:1", child);
}
