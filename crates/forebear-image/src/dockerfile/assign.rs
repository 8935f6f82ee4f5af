//! ENV, LABEL and ARG: `name=value`.

use super::draft::Draft;
use super::line::Fidelity;
use super::pairs::{self, Known, Reading};
use super::shape::Writer;
use super::state::State;
use super::{source, words};

const NOT_RECORDED: &str = "where one value ends and the next begins was not recorded";

const NOT_KNOWN: &str = "the value of a variable in it was not recorded";

const NO_DEFAULT: &str = "whether it has a default was not recorded";

const BY_RUN: &str = "a later RUN lists the build arguments one by one";

/// ENV.
pub(super) fn env(body: &str, writer: Writer, state: &mut State<'_>) -> Draft {
    let names = Names {
        keyword: "ENV",
        known: state.known_env(),
        set_later: &|name| state.env_set_later(name),
        lookup: &|name| state.env.get(name).map(String::as_str),
    };
    let (pairs, draft) = read(body, writer, &names);
    state.doubt(body, &pairs, draft.fidelity <= Fidelity::Recovered);
    state.env.extend(pairs);
    draft
}

/// LABEL.
pub(super) fn label(body: &str, writer: Writer, state: &mut State<'_>) -> Draft {
    let names = Names {
        keyword: "LABEL",
        known: state.known_labels(),
        set_later: &|name| state.label_set_later(name),
        lookup: &|name| state.env.get(name).map(String::as_str),
    };
    let (pairs, draft) = read(body, writer, &names);
    state.doubt(body, &pairs, draft.fidelity <= Fidelity::Recovered);
    state.labels.extend(pairs);
    draft
}

/// What is known about the names of one instruction.
struct Names<'s, 'a> {
    keyword: &'static str,
    known: Option<Known<'s, 'a>>,
    /// A later step may set the name again.
    set_later: &'s dyn Fn(&str) -> bool,
    /// A variable's value before the instruction.
    lookup: &'s dyn Fn(&str) -> Option<&'s str>,
}

type Pairs = Vec<(String, String)>;

fn read(body: &str, writer: Writer, names: &Names<'_, '_>) -> (Pairs, Draft) {
    let keyword = names.keyword;
    let body = if writer == Writer::Docker { body } else { body.trim() };
    let agrees = |pairs: &Pairs| {
        names.known.is_some_and(|known| {
            let fits = |name: &str, value: &str| known.finals.get(name) == Some(value) || (names.set_later)(name);
            pairs.iter().all(|(name, value)| fits(name, value))
        })
    };
    // The Dockerfile's own text, when the writer is known to keep it, or when
    // only that reading gives the image's config.
    let own =
        if writer == Writer::Docker || !words::is_one_line(body) { None } else { source::pairs(body, &names.lookup) };
    let verbatim = || format!("{keyword} {body}");
    if let Some(pairs) = &own
        && writer == Writer::Source
    {
        if names.known.is_none() || agrees(pairs) {
            return (pairs.clone(), Draft::exact(verbatim()));
        }
        // A variable's value is not recorded: an ARG's default, in buildah.
        let settled = |(name, value): &(String, String)| {
            let known = names.known.and_then(|known| known.finals.get(name)).filter(|_| !(names.set_later)(name));
            (name.clone(), known.map_or_else(|| value.clone(), str::to_owned))
        };
        let pairs: Pairs = pairs.iter().map(settled).collect();
        let texts: Vec<String> = pairs.iter().map(|(name, value)| pair(name, value)).collect();
        let draft = if agrees(&pairs) { Draft::recovered } else { |text| Draft::partial(text, NOT_KNOWN) };
        let text = format!("{keyword} {}", texts.join(" "));
        let is_legible = pairs.iter().all(|(name, value)| words::is_one_line(name) && words::is_one_line(value));
        return if is_legible { (pairs, draft(text)) } else { (pairs, Draft::partial(verbatim(), NOT_KNOWN)) };
    }
    // Modifiers of variables (`${A:-b}`) are not followed, but the names can
    // be read, and the config has what came of it.
    if let Some(pairs) = by_names(body, writer, names)
        && own.is_none()
    {
        let texts: Vec<String> = pairs.iter().map(|(name, value)| pair(name, value)).collect();
        return (pairs, Draft::recovered(format!("{keyword} {}", texts.join(" "))));
    }
    let certain_text = pairs::guess(body).filter(|reading| reading.certain);
    if let Some(reading) = names.known.and_then(|known| pairs::settle(body, known, names.set_later)) {
        let text = write(keyword, &reading);
        let plain = certain_text.as_ref() == Some(&reading) && (writer == Writer::Docker || !has_quotes(body));
        let draft = match reading.certain {
            _ if plain => Draft::exact(text),
            true => Draft::recovered(text),
            false => Draft::partial(text, NOT_RECORDED),
        };
        return (owned(&reading), legible(draft, &reading));
    }
    // Quotes are rare in values, so where nothing settles it they are taken
    // for the Dockerfile's own; backslashes and dollars are not (`C:\\x`).
    if let Some(pairs) = own {
        let docker_alike = certain_text.as_ref().is_some_and(|plain| owned(plain) == pairs);
        if docker_alike || agrees(&pairs) {
            let draft = if docker_alike { Draft::exact } else { Draft::recovered };
            return (pairs, draft(verbatim()));
        }
        if body.contains(['"', '\'']) || !body.contains('=') {
            let note = "whether the quotes belong to the values was not recorded";
            return (pairs, Draft::partial(verbatim(), note));
        }
    }
    match pairs::guess(body) {
        Some(reading) => {
            let text = write(keyword, &reading);
            let draft = if reading.certain && (writer == Writer::Docker || !has_quotes(body)) {
                Draft::exact(text)
            } else {
                Draft::partial(text, NOT_RECORDED)
            };
            (owned(&reading), legible(draft, &reading))
        }
        None => (Vec::new(), Draft::comment("unknown", &verbatim(), Some("no name=value in it".to_owned()))),
    }
}

/// The names in the Dockerfile's own text, with the image's values; `None`
/// unless it has one for each that only this step can have set.
fn by_names(body: &str, writer: Writer, names: &Names<'_, '_>) -> Option<Pairs> {
    if writer != Writer::Source || !words::is_one_line(body) || !source::is_pairs(body) {
        return None;
    }
    let value = |word: &&str| {
        let name = source::expand(word.split_once('=')?.0, &names.lookup)?;
        let value = names.known?.finals.get(&name).filter(|_| !(names.set_later)(&name))?;
        words::is_one_line(value).then(|| (name.clone(), value.to_owned()))
    };
    source::words(body).iter().map(value).collect()
}

fn has_quotes(body: &str) -> bool {
    body.contains(['"', '\'', '\\', '$'])
}

fn owned(reading: &Reading<'_>) -> Pairs {
    reading.pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
}

fn write(keyword: &str, reading: &Reading<'_>) -> String {
    let mut text = keyword.to_owned();
    for (name, value) in &reading.pairs {
        text.push(' ');
        text.push_str(&pair(name, value));
    }
    text
}

/// `name=value` with what quotes it needs.
pub(super) fn pair(name: &str, value: &str) -> String {
    format!("{}={}", words::name(name), words::value(value))
}

fn legible(draft: Draft, reading: &Reading<'_>) -> Draft {
    let broken = reading.pairs.iter().any(|(n, v)| !words::is_one_line(n) || !words::is_one_line(v));
    if !broken {
        return draft;
    }
    let text = words::visible(&draft.text);
    Draft { text, ..draft }.at_best(Fidelity::Partial, "a line break or control character in a value cannot be written")
}

/// ARG. Its values are in no config, but a later RUN lists them.
pub(super) fn arg(body: &str, writer: Writer, state: &mut State<'_>) -> Draft {
    let body = body.trim_end();
    let words: Vec<&str> = body.split(' ').filter(|w| !w.is_empty()).collect();
    let named = |word: &str| word.split('=').next().unwrap_or(word).to_owned();
    let own = writer != Writer::Docker && (writer == Writer::Source || body.contains(['"', '\'']));
    if own || words.len() < 2 {
        state.declare(source::words(body));
        let text = match body.split_once('=') {
            Some((name, value)) if !own => format!("ARG {}", pair(name, value)),
            _ => format!("ARG {body}"),
        };
        // buildah writes the names of all arguments so far, and no defaults.
        let nameless = writer == Writer::Source && !body.contains('=');
        return if nameless { Draft::partial(text, NO_DEFAULT) } else { Draft::exact(text) };
    }
    // `ARG A=b c`: one value with a space, or two arguments. RUN lists the
    // first as `A=b c` and the others by their own names.
    let single = body.split_once('=').filter(|(name, _)| !name.contains(' '));
    if let Some((name, value)) = single
        && state.argument(name) == Some(value)
    {
        state.declare([body]);
        return Draft::recovered(format!("ARG {}", pair(name, value))).with_note(BY_RUN);
    }
    let separate = words.iter().all(|word| state.argument(&named(word)).is_some())
        || single.is_none()
        || words.iter().all(|word| word.contains('='));
    if let (false, Some((name, value))) = (separate, single) {
        state.declare([body]);
        return Draft::partial(format!("ARG {}", pair(name, value)), NOT_RECORDED);
    }
    state.declare(words.iter().copied());
    let text: Vec<String> =
        words.iter().map(|word| word.split_once('=').map_or((*word).to_owned(), |(n, v)| pair(n, v))).collect();
    let text = format!("ARG {}", text.join(" "));
    let settled = words.iter().all(|word| match word.split_once('=') {
        Some((name, value)) => state.argument(name) == Some(value),
        None => state.argument(word).is_some(),
    });
    if settled { Draft::recovered(text).with_note(BY_RUN) } else { Draft::partial(text, NOT_RECORDED) }
}
