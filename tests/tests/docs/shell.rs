//! Commands that are shown without what they print: programs, options, targets
//! and job files in them exist.

use std::path::Path;
use std::process::Command;

use forebear_tests::binary;

use crate::pages;

fn help(program: &str, subcommand: &str) -> Option<String> {
    let output = Command::new(binary(program)).args([subcommand, "--help"]).output().expect("the program runs");
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The words of each `forebear … --option` of a line, up to a pipe or a comment.
fn flaws_of(line: &str, makefile: &str) -> Vec<String> {
    let line = line.split(" #").next().unwrap_or_default();
    let mut flaws = Vec::new();
    for command in line.split(['|', ';']).flat_map(|part| part.split("&&")) {
        let words: Vec<&str> = command.split_whitespace().skip_while(|word| word.contains('=')).collect();
        let Some((program, words)) = words.split_first() else { continue };
        let program = Path::new(program).file_name().and_then(|name| name.to_str()).unwrap_or_default();
        match program {
            "forebear" | "forebear-crawl" => {
                let subcommand = words.iter().find(|word| !word.starts_with('-')).copied().unwrap_or("--help");
                let Some(help) = help(program, subcommand) else {
                    flaws.push(format!("{program} has no command {subcommand}"));
                    continue;
                };
                let options = words
                    .iter()
                    .filter(|word| word.starts_with("--"))
                    .map(|word| word.split('=').next().unwrap_or(word));
                flaws.extend(
                    options
                        .filter(|option| !help.contains(*option))
                        .map(|o| format!("{program} {subcommand} has no {o}")),
                );
            }
            "make" => {
                let targets = words.iter().filter(|word| !word.contains('=') && !word.starts_with('-'));
                let known = |target: &str| makefile.lines().any(|line| line.starts_with(&format!("{target}:")));
                flaws.extend(
                    targets.filter(|target| !known(target)).map(|target| format!("make has no target {target}")),
                );
            }
            _ => (),
        }
    }
    flaws
}

#[test]
fn commands_that_are_shown_exist() {
    let makefile = std::fs::read_to_string(pages::root().join("Makefile")).expect("there is a Makefile");
    let (mut seen, mut flaws) = (0, Vec::new());
    for page in pages::all() {
        for block in page.blocks().into_iter().filter(|block| block.language == "sh") {
            seen += 1;
            let parsed = Command::new("sh").args(["-n", "-c", &block.text]).status().expect("there is a shell");
            if !parsed.success() {
                flaws.push(format!("{}: no shell reads\n{}", page.path.display(), block.text));
            }
            let text = block.text.replace("\\\n", " ");
            let found = text.lines().flat_map(|line| flaws_of(line, &makefile));
            flaws.extend(found.map(|flaw| format!("{}: {flaw}", page.path.display())));
        }
    }
    assert!(flaws.is_empty(), "{}", flaws.join("\n"));
    assert!(seen > 10, "only {seen} blocks were found");
}

/// Whether a word of a command is a glob of ours that a shell would take for one of its own: some
/// shells refuse a line whose glob matches no file.
fn is_bare_glob(word: &str) -> bool {
    let ours = !word.contains(['\'', '"']) && word.contains(['*', '?', '[']);
    ours && !word.ends_with(".toml")
}

/// P867: zsh, the shell of every Mac, runs them too.
#[test]
fn p867_globs_in_commands_are_quoted() {
    let (mut seen, mut flaws) = (0, Vec::new());
    for page in pages::all() {
        for block in page.blocks() {
            let commands: Vec<&str> = match block.language.as_str() {
                "sh" => block.text.lines().collect(),
                "console" => block.text.lines().filter_map(|line| line.strip_prefix("$ ")).collect(),
                _ => continue,
            };
            let commands = commands.into_iter().map(|line| line.split(" #").next().unwrap_or_default());
            for line in commands.filter(|line| line.trim_start().starts_with("forebear")) {
                seen += 1;
                let bare = line.split_whitespace().filter(|word| is_bare_glob(word));
                flaws.extend(bare.map(|word| format!("{}: {word} in: {line}", page.path.display())));
            }
        }
    }
    assert!(flaws.is_empty(), "{}", flaws.join("\n"));
    assert!(seen > 20, "only {seen} commands were found");
}

#[test]
fn job_files_that_are_shown_are_valid() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let mut seen = 0;
    for page in pages::all() {
        for block in page.blocks().into_iter().filter(|block| block.language == "toml") {
            seen += 1;
            let file = folder.path().join("job.toml");
            std::fs::write(&file, &block.text).expect("the folder can be written to");
            let output = Command::new(binary("forebear-crawl")).arg("validate").arg(&file).output().expect("it runs");
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{}: {said}\n{}", page.path.display(), block.text);
        }
    }
    assert!(seen > 0);
}
