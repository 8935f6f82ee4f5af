//! The figures.

use std::collections::{HashMap, HashSet};

use crate::read::{Image, World};

/// Names and values.
pub(crate) fn figures(world: &World) -> Vec<(&'static str, String)> {
    let images = world.images.len();
    let each = |count: usize| format!("{:.2}", count as f64 / images as f64);
    let nodes: HashSet<u64> = world.images.iter().flat_map(|image| image.layers.iter().copied()).collect();
    let mut rows = vec![
        ("images with a config", images.to_string()),
        ("manifests that are copies of another", share(world.copies, world.manifests)),
        ("platforms of an index", spread(&world.indexes)),
        ("layers of an image", spread(&of(&world.images, |image| image.layers.len()))),
        ("steps of an image", spread(&of(&world.images, |image| image.steps.len()))),
        ("trie nodes, an image", each(nodes.len())),
        ("distinct steps, an image", each(world.steps.len())),
    ];
    rows.extend(kinship(&world.images));
    rows.extend(texts(world, each));
    rows.extend(tags(world));
    rows
}

/// Parents by layers and history, as in most images: the deepest image whose
/// layers and history are the beginning of this one's, then the one with most
/// steps. (The whole rule has more cases; here they are too few to matter.)
fn parents(images: &[Image]) -> Vec<Option<usize>> {
    let mut by_layers: HashMap<u64, Vec<usize>> = HashMap::new();
    for (at, image) in images.iter().enumerate() {
        if let Some(top) = image.layers.last() {
            by_layers.entry(*top).or_default().push(at);
        }
    }
    let begins = |below: &Image, own: &Image| {
        let count = below.steps.len();
        let shorter = below.layers.len() < own.layers.len() || count < own.steps.len();
        shorter && (count == 0 || below.steps.last() == own.steps.get(count - 1))
    };
    let steps = |at: &usize| images.get(*at).map_or(0, |image| image.steps.len());
    let parent = |own: &Image| {
        own.layers.iter().rev().find_map(|prefix| {
            let there = by_layers.get(prefix).into_iter().flatten().copied();
            there.filter(|at| images.get(*at).is_some_and(|below| begins(below, own))).max_by_key(steps)
        })
    };
    images.iter().map(parent).collect()
}

fn kinship(images: &[Image]) -> Vec<(&'static str, String)> {
    let parents = parents(images);
    let mut children = vec![0; images.len()];
    for count in parents.iter().flatten() {
        if let Some(count) = children.get_mut(*count) {
            *count += 1;
        }
    }
    let ancestors = |at: usize| {
        let next = |at: &usize| parents.get(*at).copied().flatten();
        std::iter::successors(next(&at), next).count()
    };
    let above = |of: fn(&Image) -> usize| -> Vec<usize> {
        let pairs = images.iter().zip(&parents);
        pairs.filter_map(|(own, parent)| Some(of(own) - images.get((*parent)?).map_or(0, of))).collect()
    };
    let mut stacks: HashMap<u64, usize> = HashMap::new();
    for top in images.iter().filter_map(|image| image.layers.last()) {
        *stacks.entry(*top).or_default() += 1;
    }
    let same = stacks.values().filter(|count| **count > 1).sum();
    vec![
        ("images without a parent", share(parents.iter().filter(|p| p.is_none()).count(), images.len())),
        ("ancestors of an image", spread(&(0..images.len()).map(ancestors).collect::<Vec<_>>())),
        ("layers above the parent", spread(&above(|image| image.layers.len()))),
        ("steps above the parent", spread(&above(|image| image.steps.len()))),
        ("children of an image", spread(&children)),
        ("images with children", share(children.iter().filter(|count| **count > 0).count(), images.len())),
        ("children of the tenth of them with most", share(most(&mut children), parents.iter().flatten().count())),
        ("images with the same layers as another", share(same, images.len())),
    ]
}

/// Children of the tenth of all parents that has most.
fn most(children: &mut Vec<usize>) -> usize {
    children.retain(|count| *count > 0);
    children.sort_unstable_by(|a, b| b.cmp(a));
    children.iter().take(children.len().div_ceil(10)).sum()
}

fn texts(world: &World, each: impl Fn(usize) -> String) -> Vec<(&'static str, String)> {
    let all = world.steps.values();
    let empty: usize = all.clone().filter(|step| step.empty).map(|step| step.histories).sum();
    let histories: usize = all.clone().map(|step| step.histories).sum();
    let mut times: HashMap<u32, usize> = HashMap::new();
    for step in all.clone() {
        *times.entry(step.text).or_default() += 1;
    }
    let length = |text: &u32| world.texts.get(text).copied().unwrap_or(0);
    let recurring = all.clone().filter(|step| times.get(&step.text).is_some_and(|count| *count > 1)).count();
    let texts_of = |empty| -> Vec<usize> {
        let texts: HashSet<u32> = all.clone().filter(|step| step.empty == empty).map(|step| step.text).collect();
        texts.iter().map(length).collect()
    };
    let settings: HashSet<u32> = world.images.iter().map(|image| image.settings).collect();
    vec![
        ("steps that make no layer", share(empty, histories)),
        ("distinct texts, an image", each(times.len())),
        ("distinct steps whose text is there at another time too", share(recurring, world.steps.len())),
        ("distinct steps of a text", spread(&times.values().copied().collect::<Vec<_>>())),
        ("bytes of a text that makes a layer", spread(&texts_of(false))),
        ("bytes of a text that makes none", spread(&texts_of(true))),
        ("bytes of texts, an image", each(times.keys().map(length).sum())),
        ("distinct container settings, an image", each(settings.len())),
        ("bytes of container settings", spread(&settings.iter().map(length).collect::<Vec<_>>())),
    ]
}

fn tags(world: &World) -> Vec<(&'static str, String)> {
    let all = || world.tags.values().flat_map(HashMap::values);
    let count = all().count();
    let mut named: HashMap<_, usize> = HashMap::new();
    for (manifest, _) in all().flatten().filter(|(_, ended)| !ended) {
        *named.entry(*manifest).or_default() += 1;
    }
    let moved = all().filter(|tag| tag.len() > 1).count();
    let observations: usize = all().map(Vec::len).sum();
    vec![
        ("tags of a repository", spread(&world.tags.values().map(HashMap::len).collect::<Vec<_>>())),
        ("tags that lead to one manifest", spread(&named.values().copied().collect::<Vec<_>>())),
        ("tags that moved", share(moved, count)),
        ("observations of a tag", format!("{:.2}", observations as f64 / count as f64)),
    ]
}

fn of(images: &[Image], value: impl Fn(&Image) -> usize) -> Vec<usize> {
    images.iter().map(value).collect()
}

fn share(part: usize, all: usize) -> String {
    format!("{:.1} %", 100.0 * part as f64 / all as f64)
}

/// Mean; median, ninth tenth, last hundredth, most.
fn spread(values: &[usize]) -> String {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let at = |hundredth: usize| sorted.get((sorted.len() * hundredth / 100).min(sorted.len().saturating_sub(1)));
    let mean = sorted.iter().sum::<usize>() as f64 / sorted.len() as f64;
    let [median, ninety, ninety_nine, most] = [50, 90, 99, 100].map(|share| at(share).copied().unwrap_or(0));
    format!("{mean:.2}; {median}, {ninety}, {ninety_nine}, {most}")
}
