//! What the program's JSON is made of, as its sources have it: the types that serde
//! writes, their fields, and what their docs say of them.

use std::collections::BTreeMap;
use std::path::Path;

use syn::punctuated::Punctuated;
use syn::{Attribute, Fields, GenericArgument, Item, PathArguments, Type};

use crate::pages::root;

/// Crates whose types are part of answers.
const CRATES: [&str; 9] = ["ask", "index", "image", "content", "crawl", "store", "registry", "facts", "query"];

/// Fields whose type does not say what is written: what they hold, and whether a list
/// of it.
const HELD: [(&str, &str, &str, bool); 4] = [
    ("JobState", "report", "RunReport", false),
    ("JobState", "quota", "Quota", false),
    ("OwnedLayer", "files", "FileAnswer", true),
    ("OwnedLayer", "contents", "ContentsAnswer", false),
];

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Time,
    Digest,
    Number,
    Boolean,
    Null,
    /// A text or a list of them: a field of a config, as it is there.
    Any,
    List(Box<Kind>),
    /// An object whose keys are data.
    Map(Box<Kind>),
    OrNull(Box<Kind>),
    /// By name.
    Shape(String),
}

/// A field of an object.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) meaning: String,
    /// Whether the fields of its object are there in its place.
    pub(super) flat: bool,
}

/// A form that JSON takes.
#[derive(Debug)]
pub(super) enum Shape {
    Object(Vec<Field>),
    /// Words, each with its meaning, and the fields of an object in it if it is not
    /// the word alone.
    Words(Vec<(String, String, Vec<Field>)>),
    /// A value in a type of its own.
    Value(Kind),
}

/// All of them, by crate and name.
pub(super) struct Shapes(BTreeMap<(String, String), Shape>);

impl Shapes {
    /// Reads the sources.
    pub(super) fn read() -> Self {
        let mut items = Vec::new();
        for short in CRATES {
            let name = if short == "query" { "forebear".to_owned() } else { format!("forebear-{short}") };
            read_folder(&root().join("crates").join(&name).join("src"), &name, &mut items);
        }
        let names: Vec<(String, String)> =
            items.iter().map(|(of, item)| (of.clone(), ident(item).unwrap_or_default())).collect();
        let shapes = items.iter().zip(&names).map(|((of, item), key)| (key.clone(), shape(item, of, &names)));
        Self(shapes.collect())
    }

    /// By its name, with its crate where two crates have one: `forebear-image/Source`.
    pub(super) fn get(&self, key: &str) -> &Shape {
        let (of, name) = key.split_once('/').unwrap_or(("", key));
        let mut found =
            self.0.iter().filter(|((crate_of, known), _)| known == name && (of.is_empty() || of == crate_of));
        let (_, shape) = found.next().unwrap_or_else(|| panic!("no type {key} is written as JSON"));
        assert!(found.next().is_none(), "several types are called {key}");
        shape
    }

    /// The words of an enum, those of others that are among them too: each with its
    /// meaning, and with the fields that it has inside.
    pub(super) fn words<'a>(
        &'a self,
        words: &'a [(String, String, Vec<Field>)],
    ) -> Vec<(&'a str, &'a str, &'a [Field])> {
        let mut all = Vec::new();
        for (word, meaning, fields) in words {
            match word.strip_prefix('@').map(|key| self.get(key)) {
                Some(Shape::Words(others)) => all.extend(self.words(others)),
                Some(Shape::Object(_) | Shape::Value(_)) => panic!("{word} is no enum"),
                None => all.push((word.as_str(), meaning.as_str(), fields.as_slice())),
            }
        }
        all
    }

    /// What a value is, but for types that only wrap another.
    pub(super) fn settled<'a>(&'a self, kind: &'a Kind) -> &'a Kind {
        match kind {
            Kind::Shape(key) => match self.get(key) {
                Shape::Value(inner) => self.settled(inner),
                Shape::Object(_) | Shape::Words(_) => kind,
            },
            kind => kind,
        }
    }

    /// The fields of an object, those of objects that are there in its place too.
    pub(super) fn fields<'a>(&'a self, fields: &'a [Field]) -> Vec<&'a Field> {
        let mut all = Vec::new();
        for field in fields {
            match (&field.kind, field.flat) {
                (Kind::Shape(key), true) => match self.get(key) {
                    Shape::Object(fields) => all.extend(self.fields(fields)),
                    Shape::Words(_) | Shape::Value(_) => panic!("{key} is no object"),
                },
                _ => all.push(field),
            }
        }
        all
    }
}

impl Kind {
    /// The shape that it is, holds or lists, if any.
    pub(super) fn shape(&self) -> Option<&str> {
        match self {
            Self::Shape(key) => Some(key),
            Self::List(inner) | Self::Map(inner) | Self::OrNull(inner) => inner.shape(),
            Self::Text | Self::Time | Self::Digest | Self::Number | Self::Boolean | Self::Null | Self::Any => None,
        }
    }
}

fn read_folder(folder: &Path, of: &str, items: &mut Vec<(String, Item)>) {
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).expect("sources").map(|entry| entry.expect("a file").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            read_folder(&path, of, items);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).expect("sources are text");
            let file = syn::parse_file(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            let written = file.items.into_iter().filter(|item| attributes(item).is_some_and(is_serialized));
            items.extend(written.map(|item| (of.to_owned(), item)));
        }
    }
}

fn attributes(item: &Item) -> Option<&[Attribute]> {
    match item {
        Item::Struct(item) => Some(&item.attrs),
        Item::Enum(item) => Some(&item.attrs),
        _ => None,
    }
}

fn ident(item: &Item) -> Option<String> {
    match item {
        Item::Struct(item) => Some(item.ident.to_string()),
        Item::Enum(item) => Some(item.ident.to_string()),
        _ => None,
    }
}

fn is_serialized(attributes: &[Attribute]) -> bool {
    let derives = attributes.iter().filter(|attribute| attribute.path().is_ident("derive"));
    derives
        .flat_map(|derive| derive.parse_args_with(Punctuated::<syn::Path, syn::Token![,]>::parse_terminated))
        .any(|paths| paths.iter().any(|path| path.segments.last().is_some_and(|segment| segment.ident == "Serialize")))
}

/// `#[serde(…)]`, by key: `rename_all` with its value, `flatten` with none.
fn serde(attributes: &[Attribute]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        let read = attribute.parse_nested_meta(|meta| {
            let key = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            let value = match meta.value() {
                Ok(value) => value.parse::<syn::LitStr>()?.value(),
                Err(_) => String::new(),
            };
            found.insert(key, value);
            Ok(())
        });
        read.expect("serde's attributes are words and texts");
    }
    found
}

fn shape(item: &Item, of: &str, names: &[(String, String)]) -> Shape {
    match item {
        Item::Struct(item) => match &item.fields {
            Fields::Named(_) => Shape::Object(fields(&item.fields, &item.attrs, &item.ident.to_string(), of, names)),
            Fields::Unnamed(fields) => {
                Shape::Value(fields.unnamed.first().map_or(Kind::Null, |field| kind(&field.ty, of, names)))
            }
            Fields::Unit => Shape::Value(Kind::Null),
        },
        Item::Enum(item) => {
            let attributes = serde(&item.attrs);
            if attributes.contains_key("into") {
                return Shape::Value(Kind::Text);
            }
            let case = attributes.get("rename_all").map_or("", String::as_str);
            let mut words = Vec::new();
            for variant in &item.variants {
                let own = serde(&variant.attrs);
                let cased = if attributes.contains_key("untagged") { "kebab-case" } else { case };
                let word = own.get("rename").cloned().unwrap_or_else(|| in_case(&variant.ident.to_string(), cased));
                let (word, inner) = match &variant.fields {
                    Fields::Named(_) => (word, fields(&variant.fields, &variant.attrs, "", of, names)),
                    Fields::Unit => (word, Vec::new()),
                    // Its own words are another enum's.
                    Fields::Unnamed(other) => match other.unnamed.first().map(|field| kind(&field.ty, of, names)) {
                        Some(Kind::Shape(key)) => (format!("@{key}"), Vec::new()),
                        _ => (word, Vec::new()),
                    },
                };
                words.push((word, meaning(&variant.attrs), inner));
            }
            Shape::Words(words)
        }
        _ => unreachable!("only structs and enums are read"),
    }
}

fn fields(all: &Fields, attributes: &[Attribute], owner: &str, of: &str, names: &[(String, String)]) -> Vec<Field> {
    let case = serde(attributes).get("rename_all").cloned().unwrap_or_default();
    let mut found = Vec::new();
    for field in all {
        let own = serde(&field.attrs);
        if own.contains_key("skip") {
            continue;
        }
        let plain = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
        let name = own.get("rename").cloned().unwrap_or_else(|| in_case(plain.trim_start_matches("r#"), &case));
        let held = HELD.iter().find(|(known, held, ..)| *known == owner && *held == name);
        let kind = match held {
            Some((_, _, shape, is_list)) => {
                let shape = Kind::Shape((*shape).to_owned());
                Kind::OrNull(Box::new(if *is_list { Kind::List(Box::new(shape)) } else { shape }))
            }
            None => kind(&field.ty, of, names),
        };
        found.push(Field { name, kind, meaning: meaning(&field.attrs), flat: own.contains_key("flatten") });
    }
    found
}

/// What a type is as JSON. Types that serde writes by code of their own are told by name.
fn kind(ty: &Type, of: &str, names: &[(String, String)]) -> Kind {
    let inner = |ty: &Type| Box::new(kind(ty, of, names));
    match ty {
        Type::Reference(reference) => kind(&reference.elem, of, names),
        Type::Slice(slice) => Kind::List(inner(&slice.elem)),
        Type::Tuple(tuple) if tuple.elems.is_empty() => Kind::Null,
        Type::Path(path) => {
            let segment = path.path.segments.last().expect("a type has a name");
            let arguments: Vec<&Type> = match &segment.arguments {
                PathArguments::AngleBracketed(arguments) => arguments
                    .args
                    .iter()
                    .filter_map(|argument| if let GenericArgument::Type(ty) = argument { Some(ty) } else { None })
                    .collect(),
                PathArguments::None | PathArguments::Parenthesized(_) => Vec::new(),
            };
            let name = segment.ident.to_string();
            match (name.as_str(), arguments.as_slice()) {
                ("Option", [some]) => match kind(some, of, names) {
                    kind @ Kind::OrNull(_) => kind,
                    kind => Kind::OrNull(Box::new(kind)),
                },
                ("Vec" | "BTreeSet", [item]) => Kind::List(inner(item)),
                ("BTreeMap", [_, value]) => Kind::Map(inner(value)),
                ("Box" | "Arc" | "Cow", [inner]) => kind(inner, of, names),
                ("Rows", _) => Kind::List(Box::new(Kind::Shape("OutdatedRow".to_owned()))),
                ("bool", _) => Kind::Boolean,
                ("u8" | "u16" | "u32" | "u64" | "i64" | "usize" | "f64" | "Duration" | "RunId", _) => Kind::Number,
                ("str" | "String" | "PathBuf" | "Path" | "Platform" | "RegistryName" | "RepositoryName" | "Cow", _) => {
                    Kind::Text
                }
                ("Timestamp", _) => Kind::Time,
                ("Value", _) => Kind::Any,
                (name, _) if name.ends_with("Digest") || matches!(name, "DiffId" | "ChainId") => Kind::Digest,
                (name, _) => known(name, of, names),
            }
        }
        _ => Kind::Shape(format!("{of}/?")),
    }
}

fn known(name: &str, of: &str, names: &[(String, String)]) -> Kind {
    let found: Vec<&(String, String)> = names.iter().filter(|(_, known)| known == name).collect();
    match found.as_slice() {
        // One that answers hold must be told above: there is no such shape.
        [] | [_] => Kind::Shape(name.to_owned()),
        several => {
            let own = several.iter().find(|(crate_of, _)| crate_of == of);
            let (crate_of, _) =
                own.or(several.iter().find(|(crate_of, _)| crate_of == "forebear-image")).unwrap_or(&several[0]);
            Kind::Shape(format!("{crate_of}/{name}"))
        }
    }
}

/// `SameImage` in one of serde's cases.
fn in_case(name: &str, case: &str) -> String {
    let between = match case {
        "snake_case" => "_",
        "kebab-case" => "-",
        "lowercase" => "",
        "camelCase" => {
            let mut words = name.split('_');
            let first = words.next().unwrap_or_default().to_owned();
            return words.fold(first, |whole, word| whole + &word[..1].to_uppercase() + &word[1..]);
        }
        _ => return name.to_owned(),
    };
    let mut cased = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !cased.is_empty() {
            cased.push_str(between);
        }
        cased.extend(letter.to_lowercase());
    }
    cased
}

/// The first paragraph of a doc comment, as a cell of a table.
fn meaning(attributes: &[Attribute]) -> String {
    let mut lines = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        let syn::Meta::NameValue(doc) = &attribute.meta else { continue };
        let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &doc.value else { continue };
        lines.push(text.value().trim().to_owned());
    }
    let paragraph: Vec<String> = lines.into_iter().take_while(|line| !line.is_empty()).collect();
    let mut text = paragraph.join(" ").replace("`None`", "null").replace("`null`", "null").replace('|', "\\|");
    // Links into the code lead nowhere from the page.
    while let Some(from) = text.find(" ([`").or_else(|| text.find("[`")) {
        let is_aside = text[from..].starts_with(" (");
        let Some(length) = text[from..].find(if is_aside { "])" } else { "`]" }) else { break };
        let link = text[from..from + length + 2].to_owned();
        let shown = if is_aside {
            String::new()
        } else {
            link.trim_matches(['[', ']']).rsplit("::").next().unwrap_or("").trim_start_matches('`').to_owned()
        };
        let shown = if shown.is_empty() { shown } else { format!("`{shown}") };
        text.replace_range(from..from + length + 2, &shown);
    }
    text
}
