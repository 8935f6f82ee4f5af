//! A Dockerfile of the corpus, read as far as a rebuild needs it: its last
//! stage, and what that stands on.

/// One instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// In capitals.
    pub keyword: String,
    /// What follows it, continued lines joined.
    pub rest: String,
}

/// A whole file.
#[derive(Clone, Debug)]
pub struct Original {
    /// The image at the bottom of the last stage.
    pub parent: String,
    /// Instructions from that image on, through all stages the last one is
    /// made of.
    pub instructions: Vec<Instruction>,
    /// The text before the last stage, for those who copy from it.
    pub before: String,
}

struct Stage {
    from: String,
    name: String,
    instructions: Vec<Instruction>,
    line: usize,
}

impl Original {
    /// Reads a file of the corpus, which a builder accepts.
    ///
    /// # Panics
    /// When there is no FROM in it.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let mut globals: Vec<(String, String)> = Vec::new();
        let mut stages: Vec<Stage> = Vec::new();
        for (line, instruction) in instructions(text) {
            match (instruction.keyword.as_str(), stages.last_mut()) {
                ("FROM", _) => stages.push(stage(&instruction.rest, &globals, line)),
                ("ARG", None) => globals.extend(
                    instruction.rest.split_once('=').map(|(n, v)| (n.to_owned(), v.trim_matches('"').to_owned())),
                ),
                (_, Some(stage)) => stage.instructions.push(instruction),
                (keyword, None) => panic!("{keyword} before FROM"),
            }
        }
        let last = stages.last().expect("a Dockerfile has a FROM");
        let before: String = text.lines().take(last.line).map(|line| format!("{line}\n")).collect();
        let (mut parent, mut all) = (last.from.clone(), last.instructions.clone());
        for stage in stages.iter().rev().skip(1) {
            if stage.name == parent {
                parent.clone_from(&stage.from);
                all.splice(0..0, stage.instructions.iter().cloned());
            }
        }
        Self { parent, instructions: all, before }
    }
}

fn stage(rest: &str, globals: &[(String, String)], line: usize) -> Stage {
    let words: Vec<&str> = rest.split_whitespace().filter(|word| !word.starts_with("--")).collect();
    let mut from = words.first().copied().unwrap_or_default().to_owned();
    for (name, value) in globals {
        from = from.replace(&format!("${{{name}}}"), value).replace(&format!("${name}"), value);
    }
    let name = words.get(2).copied().unwrap_or_default().to_owned();
    Stage { from, name, instructions: Vec::new(), line }
}

/// Instructions, each with the number of the line it begins on.
fn instructions(text: &str) -> Vec<(usize, Instruction)> {
    let escape = match text.lines().next().map(|line| line.replace(' ', "")) {
        Some(line) if line == "#escape=`" => '`',
        _ => '\\',
    };
    let mut found = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (number, line) in text.lines().enumerate() {
        let is_comment = line.trim_start().starts_with('#') || line.trim().is_empty();
        if is_comment {
            continue;
        }
        let (start, mut whole) = open.take().unwrap_or((number, String::new()));
        match line.trim_end().strip_suffix(escape) {
            Some(begun) => {
                whole.push_str(begun);
                open = Some((start, whole));
            }
            None => {
                whole.push_str(line);
                found.push((start, instruction(&whole)));
            }
        }
    }
    found
}

fn instruction(line: &str) -> Instruction {
    let line = line.trim();
    let (keyword, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
    Instruction { keyword: keyword.to_ascii_uppercase(), rest: rest.trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_stage_and_what_it_stands_on() {
        let text =
            "ARG V=1\nFROM base:$V AS a\nENV A=b\nFROM x AS b\nFROM a\n# c\nRUN x \\\n# d\n  y\nCOPY --from=b /a /b\n";
        let original = Original::read(text);
        assert_eq!(original.parent, "base:1");
        let rest: Vec<&str> = original.instructions.iter().map(|i| i.rest.as_str()).collect();
        assert_eq!(rest, ["A=b", "x   y", "--from=b /a /b"]);
        assert_eq!(original.before, "ARG V=1\nFROM base:$V AS a\nENV A=b\nFROM x AS b\n");
    }
}
