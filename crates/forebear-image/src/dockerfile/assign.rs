//! ENV, LABEL and ARG: `name=value`.

use std::collections::HashMap;

use super::draft::Draft;
use super::pairs::{self, Known, Reading};
use super::shape::Writer;
use super::state::State;
use super::{source, words};

const NOT_RECORDED: &str = "where one value ends and the next begins was not recorded";

/// ENV.
pub(super) fn env(body: &str, writer: Writer, state: &mut State<'_>) -> Draft {
    let split = |env: &'_ [String]| -> Vec<(String, String)> {
        env.iter().filter_map(|p| p.split_once('=')).map(|(n, v)| (n.to_owned(), v.to_owned())).collect()
    };
    let finals = state.image.map(|image| split(&image.env)).filter(|env| !env.is_empty());
    let before = split(&state.config.env);
    let (pairs, draft) = {
        let lookup = |name: &str| state.env(name);
        read("ENV", body, writer, finals.as_deref(), &before, |name| state.env_set_later(name), &lookup)
    };
    for (name, value) in &pairs {
        state.set_env(name, value);
    }
    draft
}

/// LABEL.
pub(super) fn label(body: &str, writer: Writer, state: &mut State<'_>) -> Draft {
    let split = |labels: &std::collections::BTreeMap<String, String>| -> Vec<(String, String)> {
        labels.iter().map(|(n, v)| (n.clone(), v.clone())).collect()
    };
    let finals = state.image.map(|image| split(&image.labels)).filter(|labels| !labels.is_empty());
    let before = split(&state.config.labels);
    let (pairs, draft) = {
        let lookup = |name: &str| state.env(name);
        read("LABEL", body, writer, finals.as_deref(), &before, |name| state.label_set_later(name), &lookup)
    };
    state.config.labels.extend(pairs);
    draft
}

type Pairs = Vec<(String, String)>;

fn read<'v>(
    keyword: &str,
    body: &str,
    writer: Writer,
    finals: Option<&[(String, String)]>,
    before: &[(String, String)],
    set_later: impl Fn(&str) -> bool,
    lookup: &impl Fn(&str) -> Option<&'v str>,
) -> (Pairs, Draft) {
    let body = if writer == Writer::Docker { body } else { body.trim() };
    let table = |pairs: &[(String, String)]| pairs.iter().cloned().collect::<HashMap<String, String>>();
    let (finals, before) = (finals.map(table), table(before));
    let agrees = |pairs: &Pairs| {
        finals
            .as_ref()
            .is_some_and(|finals| pairs.iter().all(|(name, value)| finals.get(name) == Some(value) || set_later(name)))
    };
    // The Dockerfile's own text, when the writer is known to keep it, or when
    // only that reading gives the image's config.
    let own = if writer == Writer::Docker || !words::is_one_line(body) { None } else { source::pairs(body, lookup) };
    let verbatim = || format!("{keyword} {body}");
    if let Some(pairs) = &own
        && writer == Writer::Source
    {
        return (pairs.clone(), Draft::exact(verbatim()));
    }
    let certain_text = pairs::guess(body).filter(|reading| reading.certain);
    if let Some(finals) = &finals {
        let borrow = |map: &'_ HashMap<String, String>| -> Vec<(String, String)> {
            map.iter().map(|(n, v)| (n.clone(), v.clone())).collect()
        };
        let (finals, before) = (borrow(finals), borrow(&before));
        let known = Known {
            finals: finals.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect(),
            before: before.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect(),
        };
        if let Some(reading) = pairs::settle(body, &known, &set_later) {
            let text = write(keyword, &reading);
            let draft = match &certain_text {
                Some(plain) if *plain == reading && !(writer == Writer::Unsure && has_quotes(body)) => {
                    Draft::exact(text)
                }
                _ if reading.certain => Draft::recovered(text),
                _ => Draft::partial(text, NOT_RECORDED),
            };
            return (owned(&reading), legible(draft, &reading));
        }
    }
    if let Some(pairs) = own {
        let docker_alike = certain_text.as_ref().is_some_and(|plain| owned(plain) == pairs);
        if docker_alike || agrees(&pairs) {
            let draft = if docker_alike { Draft::exact } else { Draft::recovered };
            return (pairs, draft(verbatim()));
        }
        if has_quotes(body) || !body.contains('=') {
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
        None => (Vec::new(), Draft::comment("UNKNOWN", &verbatim(), Some("no name=value in it".to_owned()))),
    }
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
    Draft { text, ..draft }
        .at_best(super::Fidelity::Partial, "a line break or control character in a value cannot be written")
}

/// ARG. Its values are in no config, but a later RUN lists them.
pub(super) fn arg(body: &str, writer: Writer, state: &mut State<'_>) -> Draft {
    let body = body.trim_end();
    let words: Vec<&str> = body.split(' ').filter(|w| !w.is_empty()).collect();
    let named = |word: &str| word.split('=').next().unwrap_or(word).to_owned();
    let own = writer != Writer::Docker && (writer == Writer::Source || body.contains(['"', '\'']));
    if own || words.len() < 2 {
        state.declared.extend(source::words(body).into_iter().map(str::to_owned));
        let text = match body.split_once('=') {
            Some((name, value)) if !own => format!("ARG {}", pair(name, value)),
            _ => format!("ARG {body}"),
        };
        return Draft::exact(text);
    }
    // `ARG A=b c`: one value with a space, or two arguments. RUN lists the
    // first as `A=b c` and the others by their own names.
    let single = body.split_once('=').filter(|(name, _)| !name.contains(' '));
    if let Some((name, value)) = single
        && state.argument(name) == Some(value)
    {
        state.declared.push(body.to_owned());
        return Draft::recovered(format!("ARG {}", pair(name, value)));
    }
    let separate = words.iter().all(|word| state.argument(&named(word)).is_some())
        || single.is_none()
        || words.iter().all(|word| word.contains('='));
    if let (false, Some((name, value))) = (separate, single) {
        state.declared.push(body.to_owned());
        return Draft::partial(format!("ARG {}", pair(name, value)), NOT_RECORDED);
    }
    state.declared.extend(words.iter().map(|&word| word.to_owned()));
    let text: Vec<String> =
        words.iter().map(|word| word.split_once('=').map_or((*word).to_owned(), |(n, v)| pair(n, v))).collect();
    let text = format!("ARG {}", text.join(" "));
    let settled = words.iter().all(|word| match word.split_once('=') {
        Some((name, value)) => state.argument(name) == Some(value),
        None => state.argument(word).is_some(),
    });
    if settled { Draft::recovered(text) } else { Draft::partial(text, NOT_RECORDED) }
}
