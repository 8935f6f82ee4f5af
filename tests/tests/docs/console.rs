//! Every console block, run as it stands.
//!
//! A block is commands (`$ …`, `> …` for their further lines), each followed by
//! its exit code if that is not 0 (`? 1`) and by what it prints; `[..]` stands
//! for what differs from run to run, `...` alone for any lines. `REGISTRY` is the
//! demo's registry. Comments before a block: `<!-- world: NAME -->` holds until
//! the next; `<!-- not run: WHY -->` is for that block.
//!
//! `UPDATE_GOLDEN=1` writes what was printed into the pages; read the difference.

use std::process::Command;

use forebear_testkit::image::attestation;
use forebear_testkit::{Server, demo};
use forebear_tests::multi_stage::MultiStage;
use forebear_tests::{Data, binary};

use crate::pages::{self, Block, Page};

/// Blocks that nothing runs, each with its reason in the page.
const NOT_RUN: usize = 0;

#[test]
fn examples_are_true() {
    let (mut ran, mut not_run, mut flaws) = (0, 0, Vec::new());
    for mut page in pages::all() {
        let blocks: Vec<Block> = page.blocks().into_iter().filter(|block| block.language == "console").collect();
        let mut world: Option<World> = None;
        let mut printed = Vec::new();
        for block in &blocks {
            let said = |key: &str| block.directives.iter().find_map(|directive| directive.strip_prefix(key));
            if let Some(why) = said("not run: ") {
                println!("{}: not run: {why}", page.path.display());
                not_run += 1;
                continue;
            }
            if let Some(name) = said("world: ") {
                world = Some(World::named(name));
            }
            let now = run(world.get_or_insert_with(|| World::named("demo")), &block.text);
            ran += 1;
            if !is_like(&block.text, &now) {
                flaws.push(format!("{} has\n{}\nand it is\n{now}", page.path.display(), block.text));
                printed.push((block.range.clone(), now));
            }
        }
        if std::env::var_os("UPDATE_GOLDEN").is_some() && !printed.is_empty() {
            rewrite(&mut page, &printed);
            flaws.clear();
        }
    }
    println!("{ran} console blocks were run, {not_run} were not");
    assert!(flaws.is_empty(), "{}", flaws.join("\n\n"));
    assert_eq!(not_run, NOT_RUN, "blocks that are not run are counted");
    assert!(ran > 15, "only {ran} console blocks were found");
}

fn rewrite(page: &mut Page, printed: &[(std::ops::Range<usize>, String)]) {
    for (range, now) in printed.iter().rev() {
        page.text.replace_range(range.clone(), now);
    }
    std::fs::write(pages::root().join(&page.path), &page.text).expect("the page can be written");
}

/// What a page's commands are run on.
struct World {
    server: Server,
    data: Data,
    /// Where its commands run.
    folder: tempfile::TempDir,
}

impl World {
    fn named(name: &str) -> Self {
        let data = Data::new();
        let folder = tempfile::tempdir().expect("a folder can be made");
        let server = match name {
            // What `make demo` leaves: two nights.
            "demo" => {
                let server = Server::start(demo::world());
                data.crawl_hub(&server.host(), &["--now", "2024-12-01T03:00:00Z"]);
                server.world(demo::tomorrow);
                data.crawl_hub(&server.host(), &["--now", "2024-12-02T03:00:00Z"]);
                server
            }
            // Nothing was crawled yet.
            "new" => Server::start(demo::world()),
            // One image with an attestation that names all that its build read.
            "provenance" => {
                let build = MultiStage::new();
                let server = Server::start(build.world(&attestation(&build.app, &build.materials())));
                data.crawl_hub(&server.host(), &["--provenance", "--now", "2024-12-01T03:00:00Z"]);
                server
            }
            name => panic!("no world is named {name}"),
        };
        Self { server, data, folder }
    }

    fn shell(&self, command: &str) -> (i32, String) {
        let programs = binary("forebear");
        let programs = programs.parent().expect("a program is in a folder").display().to_string();
        let path = format!("{programs}:{}", std::env::var("PATH").unwrap_or_default());
        let output = Command::new("sh")
            .args(["-c", &format!("exec 2>&1\n{}", command.replace("REGISTRY", &self.server.host()))])
            .current_dir(self.folder.path())
            .env("PATH", path)
            .env("FOREBEAR_DATA", self.data.path())
            .stdin(std::process::Stdio::null())
            .output()
            .expect("there is a shell");
        let printed = String::from_utf8_lossy(&output.stdout).replace(&self.server.host(), "REGISTRY");
        (output.status.code().unwrap_or(-1), printed)
    }
}

/// The block as it should be.
fn run(world: &World, block: &str) -> String {
    let mut now = String::new();
    let mut lines = block.lines().peekable();
    while let Some(line) = lines.next() {
        let Some(command) = line.strip_prefix("$ ") else { continue };
        let mut command = command.to_owned();
        now.push_str(&format!("{line}\n"));
        while let Some(more) = lines.next_if(|line| line.starts_with("> ")) {
            command.push_str(&format!("\n{}", &more[2..]));
            now.push_str(&format!("{more}\n"));
        }
        let (code, printed) = world.shell(&command);
        if code != 0 {
            now.push_str(&format!("? {code}\n"));
        }
        now.push_str(&printed);
        // An answer ends with an empty line, which the next command is parted by.
        now = now.trim_end().to_owned();
        while lines.next_if(|line| !line.starts_with("$ ")).is_some() {}
        now.push_str(if lines.peek().is_some() && !printed.is_empty() { "\n\n" } else { "\n" });
    }
    now
}

/// Whether what was printed is what the page shows, blank lines between
/// commands aside.
fn is_like(page: &str, now: &str) -> bool {
    fn lines(text: &str) -> Vec<&str> {
        text.trim_end().lines().map(str::trim_end).collect()
    }
    fn all_alike(page: &[&str], now: &[&str]) -> bool {
        match (page, now) {
            ([], []) => true,
            (["...", rest @ ..], now) => (0..=now.len()).any(|skipped| all_alike(rest, &now[skipped..])),
            ([page, rest @ ..], [now, others @ ..]) => line_alike(page, now) && all_alike(rest, others),
            _ => false,
        }
    }
    all_alike(&lines(page), &lines(now))
}

fn line_alike(page: &str, now: &str) -> bool {
    let mut parts = page.split("[..]");
    let Some(mut rest) = parts.next().and_then(|first| now.strip_prefix(first)) else { return false };
    let mut last = "";
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
        last = part;
    }
    rest.is_empty() || (page.contains("[..]") && (last.is_empty() || now.ends_with(last)))
}
