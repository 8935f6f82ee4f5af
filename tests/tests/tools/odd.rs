//! Images whose texts a reader of tables could stumble over, and histories of every agreement.

use forebear_testkit::{History, Image, ImageBuilder, World};
use serde_json::{Value, json};

/// Texts that mean something to readers of CSV, JSON or numbers, to terminals and spreadsheets.
const TEXTS: [&str; 44] = [
    "",
    " ",
    "  lead",
    "trail  ",
    "\t",
    "\n",
    "\r",
    "\r\n",
    "a\nb\r\nc\rd",
    "\"",
    "\"\"",
    "a\"b",
    "\"a\",\"b\"",
    ",",
    ",,,",
    "'",
    "\\",
    "\\N",
    "\\n",
    "a\\",
    ";",
    "|",
    "#",
    "NULL",
    "null",
    "None",
    "NaN",
    "nan",
    "NA",
    "N/A",
    "true",
    "1",
    "1.0",
    "1e5",
    "2024-01-01",
    "[\"a\"]",
    "{\"a\": 1}",
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\u{feff}bom",
    "\u{202e}right to left\u{202c} \u{200f}mark\u{2066}isolate\u{2069}",
    "\u{2028}line\u{2029}paragraph \u{1f433} \u{10ffff}",
];

/// The texts above, one for each control character, and a long one.
fn texts() -> Vec<String> {
    let controls = (0..0x20).chain(0x7f..0xa0).filter_map(char::from_u32);
    let around = controls.flat_map(|control| [format!("a{control}b"), control.to_string()]);
    TEXTS
        .iter()
        .map(|text| (*text).to_owned())
        .chain(around)
        .chain([format!("RUN {}", "long ".repeat(60_000))])
        .collect()
}

fn entry(created: &str, text: &str, empty: bool) -> Value {
    json!({ "created": created, "created_by": text, "empty_layer": empty })
}

/// All texts as steps, most without a layer.
fn told(base: &Image) -> Image {
    let step = |image: ImageBuilder, (at, text): (usize, String)| {
        image.raw_step(entry("2024-03-01T00:00:00.123456789Z", &text, at % 40 > 0), at % 40 == 0)
    };
    texts().into_iter().enumerate().fold(ImageBuilder::from(base), step).build()
}

/// Histories of `base` that some image has instead of its own.
fn with_history(image: ImageBuilder, entries: &[Value]) -> Image {
    image.history(History::Raw(entries.into())).build()
}

pub(crate) fn world() -> World {
    let mut world = World::new();
    let base = ImageBuilder::scratch("linux/amd64").add_rootfs("base").run("make base").cmd(&["/bin/sh"]).build();
    world.push("library/base:1", &base);
    let app = ImageBuilder::from(&base).run("make app").build();
    world.push("acme/app:1", &app);
    world.push("acme/told:1", &told(&base));
    // `filled`: whoever built it dropped the empty steps.
    world.push("acme/filled:1", &ImageBuilder::from(&base).run("make filled").history(History::WithoutEmpty).build());
    // `exact`, with a step of unknown time on either side.
    world.push(
        "acme/timeless:1",
        &ImageBuilder::from(&base).run("make timeless").history(History::WithoutCreated).build(),
    );
    let timeless = ImageBuilder::scratch("linux/amd64").add_rootfs("timeless").history(History::WithoutCreated).build();
    world.push("acme/timeless-base:1", &timeless);
    world.push(
        "acme/on-timeless:1",
        &with_history(
            ImageBuilder::from(&timeless).run("make"),
            &[
                entry("2024-01-01T00:00:00Z", &timeless.history[0].created_by, false),
                entry("2024-01-02T00:00:00Z", "make", false),
            ],
        ),
    );
    // `above`: the base tells nothing of itself, the child of its own step alone.
    let silent = ImageBuilder::scratch("linux/amd64").add_rootfs("silent").history(History::Null).build();
    world.push("acme/silent:1", &silent);
    world.push(
        "acme/above:1",
        &with_history(ImageBuilder::from(&silent).run("make"), &[entry("2024-02-01T00:00:00Z", "make", false)]),
    );
    // `text`: the same steps at other times; `differs`: other steps on the same layers.
    let other = |time: &str, change: &str| -> Vec<Value> {
        let own =
            |step: &forebear_image::HistoryEntry| entry(time, &format!("{change}{}", step.created_by), step.empty);
        app.history.iter().map(own).collect()
    };
    world.push("acme/text:1", &with_history(ImageBuilder::copy_of(&app).run("x"), &other("2024-05-01T00:00:00Z", " ")));
    world.push(
        "acme/differs:1",
        &with_history(ImageBuilder::copy_of(&app).run("y"), &other("2024-05-01T00:00:00Z", "other ")),
    );
    // `unread`: its config is listed and not there.
    let unread = ImageBuilder::from(&base).run("make unread").build();
    let digest = world.push("acme/unread:1", &unread);
    world.delete_blob(unread.config_digest.0);
    world.tag("acme/unread:again", digest);
    // Images without layers, one on the other, and equals that only their making tells apart.
    let empty = ImageBuilder::scratch("linux/amd64").label("one", "1").build();
    world.push("acme/empty:1", &empty);
    world.push("acme/empty:2", &ImageBuilder::from(&empty).label("two", "2").build());
    world
        .push("mirror/library/base:1", &ImageBuilder::copy_of(&base).config_field("author", json!("somebody")).build());
    world.push("someone/dude:1", &ImageBuilder::copy_of(&base).config_field("author", json!("someone else")).build());
    // Times at the ends of what is a time; platforms and names as nobody writes them.
    for (at, (created, version)) in
        [("0001-01-01T00:00:00Z", "10.0,\"1\"\n"), ("9999-12-31T23:59:59.999999999Z", "\u{202e}1")]
            .into_iter()
            .enumerate()
    {
        let image = ImageBuilder::from(&base).run(&format!("make {at}")).config_field("created", json!(created));
        let image = image.config_field("os.version", json!(version));
        let named = image.annotation("org.opencontainers.image.base.name", "no \"name\",\r\nat all\u{1}");
        world.push(&format!("acme/odd:{at}"), &named.build());
    }
    // Layers that are named by another algorithm, of an image that nothing else is built like: what
    // two configs say of one blob would be believed of neither.
    let hashed = ImageBuilder::scratch("linux/amd64").add_rootfs("hashed").run("make hashed").build();
    let mut config: Value = serde_json::from_slice(&hashed.config).expect("JSON");
    let ids: Vec<String> = (0..2).map(|at| format!("sha512:{}", format!("{at:02x}").repeat(64))).collect();
    config["rootfs"]["diff_ids"] = json!(ids);
    world.push("acme/sha512:1", &ImageBuilder::copy_of(&hashed).raw_config(config.to_string().as_bytes()).build());
    world
}
