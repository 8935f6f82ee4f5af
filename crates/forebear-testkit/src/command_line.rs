//! What both programs' tests ask of their command lines.

use clap::Command;

/// The definition holds together, every command that help lists has examples, and whoever
/// copies one gets no usage error. Returns how many examples there are.
///
/// # Panics
/// When one of that is not so.
#[must_use]
#[track_caller]
pub fn examples(mut program: Command) -> usize {
    program.clone().debug_assert();
    program.build();
    let listed = |own: &&Command| own.get_name() != "help" && !own.is_hide_set();
    let all = std::iter::once(&program).chain(program.get_subcommands().filter(listed));
    all.map(|own| {
        let help = own.get_after_help().unwrap_or_else(|| panic!("{} has no examples", own.get_name())).to_string();
        let lines = help.lines().filter_map(|line| line.trim().strip_prefix("$ "));
        lines.inspect(|line| parsed(&program, line)).count()
    })
    .sum()
}

#[track_caller]
fn parsed(program: &Command, line: &str) {
    // Of a pipeline, the part that is the program.
    let called = |part: &&str| part.split(' ').next() == Some(program.get_name());
    let own = line.split(" | ").filter(called).last().unwrap_or(line);
    // What stands behind several blanks explains it; what is redirected is the shell's.
    let typed = own.split("   ").next().unwrap_or_default().split(' ').map(|word| word.trim_matches('\''));
    let typed = typed.take_while(|word| !matches!(*word, "|" | "<" | ">"));
    if let Err(error) = program.clone().try_get_matches_from(typed) {
        panic!("{line}: {error}");
    }
}

#[cfg(test)]
mod tests {
    use clap::Arg;

    use super::*;

    fn program(examples: &'static str) -> Command {
        Command::new("ask").after_help(examples).arg(Arg::new("image"))
    }

    #[test]
    fn what_is_typed() {
        let help = "Examples:\n  $ ask 'a/*'    explained here\n  $ save x | ask -x- | less\n  $ ask < images";
        assert_eq!(examples(program(help).arg(Arg::new("x").short('x').num_args(1))), 3);
    }

    #[test]
    #[should_panic(expected = "ask a b: error: ")]
    fn what_cannot_be_parsed() {
        _ = examples(program("  $ ask a b"));
    }

    #[test]
    #[should_panic(expected = "more has no examples")]
    fn what_has_no_examples() {
        _ = examples(program("").subcommand(Command::new("more")));
    }
}
