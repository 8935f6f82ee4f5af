//! Text on terminals of four widths: no line is wider than the terminal, but for what is copied; in a pipe
//! nothing is broken.

#![expect(clippy::expect_used, reason = "helpers of tests")]

use forebear_testkit::{Server, demo};
use forebear_tests::Data;
use forebear_tests::terminal::on_terminal;

const WIDTHS: [usize; 4] = [40, 60, 80, 200];

/// The demo's registry on two days, an archive of one image, and a list of approved bases.
fn demo_data() -> (Data, Server) {
    let (data, server) = Data::beside_demo();
    let approved = "docker.io/library/alpine:3.*\ndocker.io/library/debian\ndocker.io/library/nginx\n";
    std::fs::write(data.path().join("approved"), approved).expect("the folder can be written to");
    (data, server)
}

/// Every command that prints an answer as text, and what it exits with.
fn commands(approved: &str, host: &str) -> Vec<(Vec<String>, i32)> {
    let live = format!("docker://{host}/acme/web:2.3.0");
    let all: &[(&[&str], i32)] = &[
        (&["parent", "bash:5.2.37"], 0),
        (&["parent", "acme/shop-frontend:5"], 0),
        (&["parent", "alpine"], 1),
        (&["parent", "bash:5.2.37", "acme/web:2.3.0"], 0),
        (&["lineage", "acme/shop-frontend:5"], 0),
        (&["layers", "acme/shop-frontend:5"], 0),
        (&["layers", &live, "--files"], 0),
        (&["children", "alpine"], 0),
        (&["children", "nginx:alpine", "--any-build"], 0),
        (&["diff", "bash:5.2.37", "bash:5.2.32"], 1),
        (&["diff", "acme/web:2.3.0", "alpine"], 1),
        (&["outdated"], 1),
        (&["outdated", "acme/*"], 1),
        (&["check", "bash:5.2.37", "acme/shop-frontend:5", "--approved", approved, "--max-behind", "0"], 1),
        (&["check", "acme/web:2.3.0", "python", "--approved", approved], 0),
        (&["check", "alpine", "--approved", approved, "--max-index-age", "1d"], 3),
        (&["verify", &live], 0),
        (&["ls"], 0),
        (&["tags", "nginx"], 0),
        (&["history", "nginx"], 0),
        (&["stats"], 0),
        (&["stats", "--repositories", "--sections"], 0),
        (&["index", "verify"], 0),
        (&["--help"], 0),
        (&["check", "--help"], 0),
    ];
    all.iter().map(|(words, code)| (words.iter().map(|word| (*word).to_owned()).collect(), *code)).collect()
}

/// Text as it is seen: without colours, and where a bar moves the cursor, a new line.
fn plain(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts
        .fold(first, |seen, part| {
            let (end, letter) =
                part.char_indices().find(|(_, letter)| letter.is_ascii_alphabetic()).expect("a sequence ends");
            seen + if letter == 'm' { "" } else { "\n" } + &part[end + 1..]
        })
        .replace('\r', "\n")
}

/// A reference, a digest, a path: what stands between blanks is never broken. It may be wider than the
/// terminal, where nothing but its indent stands before it.
fn is_one_word(line: &str) -> bool {
    line.split_whitespace().count() == 1
}

/// Examples in help are typed as they stand.
fn is_example(line: &str) -> bool {
    line.trim_start().starts_with("$ ")
}

#[test]
fn p731_no_line_is_wider_than_the_terminal() {
    let (data, server) = demo_data();
    let approved = data.path().join("approved").display().to_string();
    for (words, code) in commands(&approved, &server.host()) {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let command = data.command("forebear", &words);
        for width in WIDTHS {
            let ran = on_terminal(&command, width).expect_code(code);
            for line in plain(&ran.stdout).lines().filter(|line| line.chars().count() > width) {
                assert!(is_one_word(line) || is_example(line), "{words:?} at {width}: {line}");
            }
        }
    }
}

/// Widths say where a line goes on, never what is said.
#[test]
fn p731_a_terminal_shows_every_word_that_a_pipe_gets() {
    let (data, server) = demo_data();
    let approved = data.path().join("approved").display().to_string();
    let said = |text: &str| plain(text).split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    for (words, code) in commands(&approved, &server.host()) {
        // Help is laid out by the width, and what is shown of a step in a terminal is cut to it.
        if words.iter().any(|word| word == "--help") {
            continue;
        }
        let words: Vec<&str> = words.iter().map(String::as_str).chain(["--color", "never", "--quiet"]).collect();
        let piped = data.query(&words).expect_code(code).stdout;
        let shown = on_terminal(&data.command("forebear", &words), 100).expect_code(code).stdout;
        assert_eq!(said(&shown), said(&piped), "{words:?}");
        // And nothing is broken that somebody wants whole.
        let whole = [&words[..], &["--no-trunc"]].concat();
        let piped = data.query(&whole).expect_code(code).stdout;
        let shown = on_terminal(&data.command("forebear", &whole), 40).expect_code(code).stdout;
        assert_eq!(shown, piped, "{words:?}");
    }
}

/// A Dockerfile is a file: what is copied from a terminal is what a pipe gets.
#[test]
fn p732_a_dockerfile_is_the_same_on_any_terminal() {
    let (data, _server) = demo_data();
    for image in ["acme/shop-frontend:5", "bash:5.2.37"] {
        let words = ["dockerfile", image];
        let piped = data.query(&words).expect_code(0).stdout;
        for width in WIDTHS {
            let shown = on_terminal(&data.command("forebear", &words), width).expect_code(0).stdout;
            assert_eq!(shown, piped, "{image} at {width}");
        }
    }
}

/// The bar of a crawl is drawn over itself: each time in one line, however narrow.
#[test]
fn p743_the_bar_of_a_crawl_is_one_line_at_any_width() {
    for width in WIDTHS {
        let server = Server::start(demo::world());
        let data = Data::new();
        let arguments = ["run", "--registry", &server.host(), "--name-as", "docker.io", "--rate", "500/s"];
        let ran = on_terminal(&data.command("forebear-crawl", &arguments), width).expect_code(0);
        let drawn = plain(&ran.stdout);
        let bars: Vec<&str> = drawn.lines().filter(|line| line.contains("repositories")).collect();
        assert!(bars.len() > 1, "{width}: {drawn}");
        // The last lines are the summary, which is no bar.
        let summary = |line: &str| line.contains(", crawled at ") || line.contains(" images new, ");
        for line in bars.iter().filter(|line| !summary(line)) {
            assert!(line.chars().count() <= width, "{width}: {line}");
        }
    }
}
