//! How the query program behaves on a command line, in a pipe, in a shell.

#![expect(clippy::expect_used, reason = "helpers of tests")]

use std::process::Command;

use forebear_testkit::{Server, demo, real};
use forebear_tests::{Data, binary, run};

fn demo_data() -> (Data, Server) {
    let server = Server::start(demo::world());
    let data = Data::new();
    data.crawl_hub(&server.host(), &["--now", "2024-12-01T03:00:00Z"]);
    (data, server)
}

#[test]
fn p550_colour_is_asked_for() {
    let (data, _server) = demo_data();
    let ran = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = data.command("forebear", arguments);
        command.envs(variables.iter().copied());
        run(&mut command, "").expect_code(0).stdout
    };
    let is_coloured = |arguments: &[&str], variables: &[(&str, &str)]| ran(arguments, variables).contains('\u{1b}');
    let asked = ["history", "bash"];
    assert!(!is_coloured(&asked, &[]), "a pipe is no terminal");
    assert!(is_coloured(&[&asked[..], &["--color", "always"]].concat(), &[("NO_COLOR", "1")]));
    assert!(is_coloured(&asked, &[("CLICOLOR_FORCE", "1")]));
    assert!(!is_coloured(&asked, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(!is_coloured(&[&asked[..], &["--color", "never"]].concat(), &[("CLICOLOR_FORCE", "1")]));
    assert!(!is_coloured(&[&asked[..], &["--json", "--color", "always"]].concat(), &[]), "JSON has no colours");
    // Colours are all that differs.
    let painted = ran(&[&asked[..], &["--color", "always"]].concat(), &[]);
    let mut plain = String::new();
    for (at, part) in painted.split('\u{1b}').enumerate() {
        plain.push_str(if at == 0 { part } else { part.split_once('m').expect("a colour").1 });
    }
    assert_eq!(plain, ran(&asked, &[]));
}

#[test]
fn p551_lines_are_whole_when_asked_for() {
    let (data, _server) = demo_data();
    let cut = data.query(&["layers", "dyego/snake-game"]).expect_code(0).stdout;
    assert!(cut.contains('…'), "{cut}");
    let whole = data.query(&["layers", "dyego/snake-game", "--no-trunc"]).expect_code(0).stdout;
    assert!(whole.contains("echo 'hosts: files dns' > /etc/nsswitch.conf"), "{whole}");
}

#[test]
fn p552_quiet_and_verbose() {
    let (data, _server) = demo_data();
    // A bare name that is somewhere else is remarked upon.
    let asked = ["parent", "snake-game"];
    assert!(data.query(&asked).expect_code(0).stderr.starts_with("note: "));
    assert_eq!(data.query(&[&asked[..], &["-q"]].concat()).expect_code(0).stderr, "");
    let verbose = data.query(&[&asked[..], &["-v"]].concat()).expect_code(0).stderr;
    assert!(verbose.contains("answering from this index"), "{verbose}");
    let mut command = data.command("forebear", &asked);
    command.env("RUST_LOG", "info");
    let asked_by_variable = run(&mut command, "").expect_code(0).stderr;
    assert!(asked_by_variable.contains("answering from this index"), "{asked_by_variable}");
    let json = data.query(&["parent", "bash:5.2.37", "--json"]).expect_code(0);
    assert_eq!(json.stdout, data.query(&["parent", "bash:5.2.37", "-o", "json"]).expect_code(0).stdout);
    _ = data.query(&["parent", "bash:5.2.37", "--json", "--format", "text"]).expect_code(2);
}

#[test]
fn p553_help_has_examples_and_its_global_options_apart() {
    let data = Data::new();
    for command in ["parent", "check", "history", "man"] {
        let help = data.query(&[command, "--help"]).expect_code(0).stdout;
        let (own, global) = help.split_once("\nGlobal options:\n").expect("a heading");
        assert!(global.contains("--data <DIR>") && !own.contains("--data"), "{help}");
        let (_, examples) = global.split_once("\nExamples:\n").expect("examples");
        assert!(examples.starts_with("  $ forebear "), "{examples}");
    }
}

#[test]
fn p554_a_manual_page_for_every_command() {
    let data = Data::new();
    let folder = data.path().join("man1");
    let path = folder.display().to_string();
    assert_eq!(data.query(&["man", "--dir", &path]).expect_code(0).stdout, "");
    let page = |name: &str| std::fs::read_to_string(folder.join(name)).expect(name);
    let program = page("forebear.1");
    // Every page that it refers to exists.
    let referred = program.split("forebear\\-").skip(1).filter_map(|rest| rest.split_once("(1)"));
    let mut pages = 0;
    for (name, _) in referred.filter(|(name, _)| name.len() < 30 && !name.contains([' ', '\n'])) {
        let name = name.replace('\\', "");
        assert!(page(&format!("forebear-{name}.1")).contains(".SH NAME"), "{name}");
        pages += 1;
    }
    assert!(pages >= 15, "{pages}: {program}");
    assert_eq!(data.query(&["man"]).expect_code(0).stdout, program);
    assert_eq!(data.query(&["man", "parent"]).expect_code(0).stdout, page("forebear-parent.1"));
    let wrong = data.query(&["man", "nothing"]).expect_code(2).stderr;
    assert_eq!(wrong, "error: there is no command 'nothing'; 'forebear --help' lists them\n");
}

/// Runs a script in a shell that has forebear on its path; `None` where there
/// is no such shell.
fn in_shell(data: &Data, shell: &[&str], script: &str) -> Option<String> {
    let (program, arguments) = shell.split_first().expect("a shell");
    if Command::new(program).arg("--version").output().is_err() {
        real::skipped(&format!("{program} is not installed"));
        return None;
    }
    let binaries = binary("forebear");
    let path = format!("{}:{}", binaries.parent().expect("a folder").display(), std::env::var("PATH").expect("a path"));
    let mut command = Command::new(program);
    command.args(arguments).arg(script).env("PATH", path).env("FOREBEAR_DATA", data.path()).env("HOME", data.path());
    let ran = run(&mut command, "");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{program}: {}", ran.stdout);
    Some(ran.stdout)
}

#[test]
fn p555_shells_complete_names_of_the_index() {
    let (data, _server) = demo_data();
    let complete = |word: &str| {
        let ran = data.query(&["complete", "--", word]).expect_code(0);
        ran.stdout.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(complete("alpi")[0], "alpine");
    assert!(complete("alpi").contains(&"alpine:3.20".to_owned()), "the only one that is left");
    assert_eq!(complete("docker.io/library/alpi")[0], "docker.io/library/alpine");
    assert!(complete("python:3.12-s").iter().all(|name| name.starts_with("python:3.12-s")));
    assert_eq!(complete("no-such"), [""; 0]);

    let bash = r#"source <(forebear completions bash)
        ask() { COMP_WORDS=("${@:2}") COMP_CWORD=$(($# - 2)) COMP_LINE="$1" COMP_POINT=${#1} COMPREPLY=();
                _forebear_with_names forebear "${@: -1}" "${@: -2:1}"; printf '%s\n' "${COMPREPLY[@]}"; echo --; }
        ask 'forebear parent alpi' forebear parent alpi
        ask 'forebear parent alpine:3.2' forebear parent alpine : 3.2
        ask 'forebear par' forebear par"#;
    if let Some(told) = in_shell(&data, &["bash", "-c"], bash) {
        let parts: Vec<Vec<&str>> = told.split("--\n").map(|part| part.lines().collect()).collect();
        assert!(parts[0].contains(&"alpine") && parts[0].contains(&"alpine:3.20"), "{told}");
        // Readline has taken the colon for the end of a word.
        assert!(parts[1].contains(&"3.20") && !parts[1].contains(&"alpine:3.20"), "{told}");
        assert_eq!(parts[2], ["parent"], "{told}");
    }
    let fish =
        "forebear completions fish | source; complete -C 'forebear parent alpi'; echo ==; complete -C 'forebear par'";
    if let Some(told) = in_shell(&data, &["fish", "-c"], fish) {
        let (names, commands) = told.split_once("==\n").expect("two answers");
        assert!(names.lines().any(|line| line == "alpine"), "{told}");
        assert!(commands.starts_with("parent"), "{told}");
    }
    // zsh completes only where somebody types: loading it and calling our function is what can be done here.
    let zsh = r#"autoload -U compinit; compinit -D; source <(forebear completions zsh)
        compadd() { print -l -- ${(P)${@[-1]}} }; _files() { }
        PREFIX=alpi; _forebear_names"#;
    if let Some(told) = in_shell(&data, &["zsh", "-f", "-c"], zsh) {
        assert!(told.lines().any(|line| line == "alpine"), "{told}");
        let script = data.query(&["completions", "zsh"]).expect_code(0).stdout;
        assert!(script.matches(":_forebear_names").count() >= 11, "{script}");
    }
}
