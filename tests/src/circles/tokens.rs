//! Paths in what is not parsed: the arguments of macros and of attributes.

use std::iter::Peekable;
use std::slice::Iter;

use proc_macro2::{Delimiter, Group, Ident, Spacing, Span, TokenStream, TokenTree};

/// A path as it is written.
#[derive(Clone, Debug)]
pub(super) struct Written {
    /// `crate`, `self` and `super` included.
    pub(super) segments: Vec<String>,
    pub(super) what: What,
    /// The line, counted from 1.
    pub(super) line: usize,
}

/// What a path is written for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum What {
    /// An item.
    Item,
    /// A macro that is called.
    Macro,
    /// An item that may not be there.
    Perhaps,
}

/// The text of an identifier, without `r#`.
pub(super) fn text(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map_or_else(|| text.clone(), str::to_owned)
}

/// Attributes that hold no paths to this crate's items.
const NO_PATHS: &[&str] =
    &["allow", "cfg", "cfg_attr", "deny", "derive", "doc", "expect", "forbid", "must_use", "path", "warn"];

/// Keys of serde's attributes whose text is a path or a type.
/// <https://serde.rs/attributes.html>
const SERDE_PATHS: &[&str] = &[
    "bound",
    "default",
    "deserialize_with",
    "from",
    "getter",
    "into",
    "remote",
    "serialize_with",
    "skip_serializing_if",
    "try_from",
];

/// What serde calls in the module that `with` names: both or one of them.
const SERDE_WITH: [&str; 2] = ["serialize", "deserialize"];

/// Words that are not the beginning of a path.
const KEYWORDS: &[&str] = &[
    "as", "async", "await", "break", "const", "continue", "dyn", "else", "enum", "extern", "false", "fn", "for", "if",
    "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "static", "struct", "trait",
    "true", "type", "unsafe", "use", "where", "while",
];

/// Words that a new name follows.
const DEFINING: &[&str] = &["enum", "fn", "mod", "struct", "trait", "type"];

/// The names that items are given in a macro's arguments.
pub(super) fn defined(tokens: &TokenStream) -> Vec<String> {
    let all: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let pairs = all.iter().zip(all.iter().skip(1));
    pairs
        .filter_map(|pair| match pair {
            (TokenTree::Ident(word), TokenTree::Ident(name)) if DEFINING.contains(&&*word.to_string()) => {
                Some(text(name))
            }
            _ => None,
        })
        .collect()
}

/// All identifiers, however deep.
pub(super) fn identifiers(tokens: &TokenStream) -> Vec<String> {
    let mut found = Vec::new();
    for token in tokens.clone() {
        match token {
            TokenTree::Ident(ident) => found.push(text(&ident)),
            TokenTree::Group(group) => found.extend(identifiers(&group.stream())),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    found
}

/// The paths in a macro's arguments: whatever looks like one.
pub(super) fn paths(tokens: &TokenStream) -> Vec<Written> {
    Scan { found: Vec::new(), line: None }.run(tokens)
}

/// The paths in an attribute, `#[name(arguments)]`.
pub(super) fn attribute_paths(name: &str, arguments: &TokenStream) -> Vec<Written> {
    if NO_PATHS.contains(&name) {
        return Vec::new();
    }
    // thiserror's arguments are those of `format!`.
    if name == "error" { paths(arguments) } else { meta(name, arguments) }
}

/// The paths in a list of `key`, `key = value` and `key(list)`.
fn meta(name: &str, list: &TokenStream) -> Vec<Written> {
    let all: Vec<TokenTree> = list.clone().into_iter().collect();
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
    let mut found = Vec::new();
    for part in all.split(is_comma) {
        match part {
            [TokenTree::Ident(_)] => {}
            [TokenTree::Ident(_), TokenTree::Group(group)] => found.extend(meta(name, &group.stream())),
            [TokenTree::Ident(key), TokenTree::Punct(equals), TokenTree::Literal(value)] if equals.as_char() == '=' => {
                if name == "serde" {
                    found.extend(serde_value(&text(key), value));
                }
            }
            [TokenTree::Ident(_), TokenTree::Punct(equals), value @ ..] if equals.as_char() == '=' => {
                found.extend(paths(&value.iter().cloned().collect()));
            }
            other => found.extend(paths(&other.iter().cloned().collect())),
        }
    }
    found
}

/// The paths in the text that serde is given for a key.
fn serde_value(key: &str, value: &proc_macro2::Literal) -> Vec<Written> {
    let Ok(literal) = syn::parse_str::<syn::LitStr>(&value.to_string()) else { return Vec::new() };
    let Ok(tokens) = literal.value().parse::<TokenStream>() else { return Vec::new() };
    let line = Some(line(value.span()));
    let scanned = || Scan { found: Vec::new(), line }.run(&tokens);
    if key == "with" {
        let called = |module: Written| {
            let of = move |function: &str| {
                let segments = [&*module.segments, &[function.to_owned()]].concat();
                Written { segments, what: What::Perhaps, ..module.clone() }
            };
            SERDE_WITH.map(of)
        };
        return scanned().into_iter().flat_map(called).collect();
    }
    if SERDE_PATHS.contains(&key) { scanned() } else { Vec::new() }
}

/// The line of a token, counted from 1.
pub(super) fn line(span: Span) -> usize {
    span.start().line
}

type Tokens<'a> = Peekable<Iter<'a, TokenTree>>;

/// A walk over tokens.
struct Scan {
    found: Vec<Written>,
    /// The line of all of them, where the tokens' own is not that of the file.
    line: Option<usize>,
}

impl Scan {
    fn run(mut self, tokens: &TokenStream) -> Vec<Written> {
        self.stream(tokens);
        self.found
    }

    fn stream(&mut self, tokens: &TokenStream) {
        let all: Vec<TokenTree> = tokens.clone().into_iter().collect();
        let mut rest = all.iter().peekable();
        let mut defines = false;
        while let Some(token) = rest.next() {
            match token {
                TokenTree::Literal(_) => {}
                TokenTree::Group(group) => self.stream(&group.stream()),
                TokenTree::Punct(punct) => match punct.as_char() {
                    // A field or a method follows, unless it is a range.
                    '.' if !takes_punct(&mut rest, '.') => _ = take_ident(&mut rest),
                    // A lifetime, or a macro's own variable.
                    '\'' => _ = take_ident(&mut rest),
                    '$' if !next_is_crate(&mut rest) => _ = take_ident(&mut rest),
                    '#' => self.attribute(&mut rest),
                    // Of a path that does not begin here: `<T as A>::B`, `::std`.
                    ':' if punct.spacing() == Spacing::Joint && takes_punct(&mut rest, ':') => {
                        _ = path(&mut rest);
                    }
                    _ => {}
                },
                TokenTree::Ident(ident) => {
                    let word = text(ident);
                    if word == "pub" {
                        take_group(&mut rest, Delimiter::Parenthesis);
                    }
                    if KEYWORDS.contains(&&*word) {
                        defines = DEFINING.contains(&&*word);
                        continue;
                    }
                    self.path(ident, &mut rest, defines);
                }
            }
            defines = false;
        }
    }

    /// An attribute among a macro's arguments.
    fn attribute(&mut self, rest: &mut Tokens<'_>) {
        takes_punct(rest, '!');
        let Some(group) = take_group(rest, Delimiter::Bracket) else { return };
        let mut inner = group.stream().into_iter();
        if let (Some(TokenTree::Ident(name)), Some(TokenTree::Group(arguments))) = (inner.next(), inner.next()) {
            self.found.extend(attribute_paths(&text(&name), &arguments.stream()));
        }
    }

    fn path(&mut self, first: &Ident, rest: &mut Tokens<'_>, defines: bool) {
        let mut segments = vec![text(first)];
        if follows_colons(rest) {
            segments.extend(path(rest));
        }
        let is_macro = matches!(after(rest, 0), Some('!')) && matches!(rest.clone().nth(1), Some(TokenTree::Group(_)));
        let is_single = segments.len() == 1;
        // `name: value` and `name = value`.
        let is_key = match (after(rest, 0), after(rest, 1)) {
            (Some(':'), second) => second != Some(':'),
            (Some('='), second) => !matches!(second, Some('=' | '>')),
            _ => false,
        };
        if is_single && (defines || is_key) {
            return;
        }
        let line = self.line.unwrap_or_else(|| line(first.span()));
        let what = if is_macro { What::Macro } else { What::Item };
        self.found.push(Written { segments, what, line });
    }
}

/// The segments that follow, each before `::`, or the last.
fn path(rest: &mut Tokens<'_>) -> Vec<String> {
    let mut segments: Vec<String> = take_ident(rest).into_iter().collect();
    while follows_colons(rest) {
        segments.extend(take_ident(rest));
    }
    segments
}

/// Takes `::` if an identifier follows it.
fn follows_colons(rest: &mut Tokens<'_>) -> bool {
    let is = after(rest, 0) == Some(':')
        && after(rest, 1) == Some(':')
        && matches!(rest.clone().nth(2), Some(TokenTree::Ident(_)));
    if is {
        rest.next();
        rest.next();
    }
    is
}

fn after(rest: &Tokens<'_>, at: usize) -> Option<char> {
    match rest.clone().nth(at) {
        Some(TokenTree::Punct(punct)) => Some(punct.as_char()),
        _ => None,
    }
}

fn takes_punct(rest: &mut Tokens<'_>, wanted: char) -> bool {
    rest.next_if(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted)).is_some()
}

fn next_is_crate(rest: &mut Tokens<'_>) -> bool {
    matches!(rest.peek(), Some(TokenTree::Ident(ident)) if *ident == "crate")
}

fn take_ident(rest: &mut Tokens<'_>) -> Option<String> {
    match rest.next_if(|token| matches!(token, TokenTree::Ident(_))) {
        Some(TokenTree::Ident(ident)) => Some(text(ident)),
        _ => None,
    }
}

fn take_group<'a>(rest: &mut Tokens<'a>, delimiter: Delimiter) -> Option<&'a Group> {
    match rest.next_if(|token| matches!(token, TokenTree::Group(group) if group.delimiter() == delimiter)) {
        Some(TokenTree::Group(group)) => Some(group),
        _ => None,
    }
}
