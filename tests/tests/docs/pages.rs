//! The pages that people read, and what is in them.

use std::ops::Range;
use std::path::{Path, PathBuf};

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// A page of the project, as it is on disk.
pub(crate) struct Page {
    /// From the project's root: `docs/asking.md`.
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

/// A fenced block of code.
pub(crate) struct Block {
    /// `console`, `sh`, `toml`; empty where the fence says nothing.
    pub(crate) language: String,
    pub(crate) text: String,
    /// Where its text is in the page.
    pub(crate) range: Range<usize>,
    /// Directives in comments between the block before and this one: `world: demo`.
    pub(crate) directives: Vec<String>,
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every page that is written for readers.
pub(crate) fn all() -> Vec<Page> {
    let mut found = Vec::new();
    let mut folders =
        vec![root(), root().join("docs"), root().join("jobs"), root().join("data"), root().join(".github")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.expect("the folder can be read").path();
            if path.is_dir() && folder != root() && !path.ends_with("run") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                let text = std::fs::read_to_string(&path).expect("a page is text");
                found.push(Page { path: path.strip_prefix(root()).expect("it is in the project").to_owned(), text });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(found.len() > 10, "only {} pages were found", found.len());
    found
}

impl Page {
    pub(crate) fn events(&self) -> impl Iterator<Item = (Event<'_>, Range<usize>)> {
        Parser::new_ext(&self.text, Options::ENABLE_TABLES).into_offset_iter()
    }

    pub(crate) fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut open: Option<Block> = None;
        let mut directives = Vec::new();
        for (event, range) in self.events() {
            match event {
                Event::Html(html) => {
                    let said = html.trim().strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->"));
                    directives.extend(said.map(|said| said.trim().to_owned()));
                }
                Event::Start(Tag::CodeBlock(kind)) => {
                    let language = match kind {
                        CodeBlockKind::Fenced(language) => language.to_string(),
                        CodeBlockKind::Indented => String::new(),
                    };
                    let directives = std::mem::take(&mut directives);
                    open = Some(Block { language, text: String::new(), range: range.end..range.end, directives });
                }
                Event::Text(text) => {
                    if let Some(block) = &mut open {
                        block.range = block.range.start.min(range.start)..range.end;
                        block.text.push_str(&text);
                    }
                }
                Event::End(TagEnd::CodeBlock) => blocks.extend(open.take()),
                _ => (),
            }
        }
        blocks
    }

    /// Anchors of its headings, as GitHub and mdBook make them.
    pub(crate) fn anchors(&self) -> Vec<String> {
        let mut anchors: Vec<String> = Vec::new();
        let mut heading: Option<String> = None;
        for (event, _) in self.events() {
            match event {
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::Text(text) | Event::Code(text) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&text);
                    }
                }
                Event::End(TagEnd::Heading(_)) => anchors.extend(heading.take().map(|heading| anchor(&heading))),
                _ => (),
            }
        }
        anchors
    }
}

pub(crate) fn anchor(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).flat_map(char::to_lowercase).collect()
}
