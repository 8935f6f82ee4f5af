//! Random small worlds, in which everything that makes the rule hard is
//! frequent: prefixes, siblings, repeated layers, lost or changed histories,
//! unread configs, copies, contradictions. A failing world is printed in the
//! notation of `world.rs`, ready to become a case.

use std::collections::BTreeSet;

use forebear_index::resolve::{self, Subject};
use forebear_index::{View, build};
use proptest::prelude::{ProptestConfig, Strategy, any, prop, prop_assert, proptest};
use proptest::test_runner::RngSeed;

use crate::find;
use crate::oracle;
use crate::world::World;

/// How one image comes about; every number is taken modulo what there is.
#[derive(Clone, Debug)]
struct Recipe {
    /// The image it starts from, counted backwards; from 10, none.
    base: u8,
    /// Drop the base's top layer first.
    cut: bool,
    /// Layers on top: which, and which blob.
    layers: Vec<(u8, u8)>,
    /// What happens to the base's history.
    history: u8,
    /// Steps on top, besides one per layer: text, time.
    steps: Vec<(u8, u8)>,
    /// Read, unread, schema 1, …
    form: u8,
    platform: u8,
    /// Names with the day of their run.
    names: Vec<(u8, u8)>,
    declares: u8,
}

fn recipe() -> impl Strategy<Value = Recipe> {
    let layers = prop::collection::vec((0..4_u8, 0..16_u8), 0..3);
    let steps = prop::collection::vec((0..6_u8, 0..4_u8), 0..3);
    let names = prop::collection::vec((0..12_u8, 1..4_u8), 0..3);
    (0..12_u8, prop::bool::weighted(0.1), layers, 0..18_u8, steps, 0..16_u8, 0..8_u8, names, 0..12_u8).prop_map(
        |(base, cut, layers, history, steps, form, platform, names, declares)| Recipe {
            base,
            cut,
            layers,
            history,
            steps,
            form,
            platform,
            names,
            declares,
        },
    )
}

const NAMES: [&str; 6] = ["alpine:3", "alpine:latest", "dude/dude:1", "ghcr.io/a/b:2", "x/yz:1", "x/yy:1"];

/// Images in the making: layers and steps in the notation.
type Made = Vec<(Vec<String>, Vec<String>)>;

impl Recipe {
    /// Layers and steps, on top of one of the images made before.
    fn make(&self, before: &Made) -> (Vec<String>, Vec<String>) {
        // Mostly a recent image: long lines of descent, and siblings.
        let base = before.len().checked_sub(1 + usize::from(self.base % 4)).filter(|_| self.base < 10);
        let (mut layers, steps) = base.and_then(|base| before.get(base)).cloned().unwrap_or_default();
        if self.cut {
            layers.pop();
        }
        let step = |(text, time): (u8, u8)| {
            let text = ["x", "y", "-x", "-y", "-x_", "z"][usize::from(text % 6)];
            let time = ["@1", "@2", "", "@1"][usize::from(time % 4)];
            format!("{text}{time}")
        };
        let mut steps = self.rewrite(steps);
        for (layer, blob) in &self.layers {
            let name = ["A", "B", "C", "E"][usize::from(layer % 4)];
            let blob = match blob {
                0 | 1 => "/zst",
                2 => "/!b",
                _ => "",
            };
            layers.push(format!("{name}{blob}"));
            steps.push(step((blob.len().try_into().unwrap_or(0), *layer)).replace('-', ""));
        }
        steps.extend(self.steps.iter().map(|given| step(*given)));
        if self.form == 5 {
            steps.clear();
        }
        (layers, steps)
    }

    fn rewrite(&self, mut steps: Vec<String>) -> Vec<String> {
        let each = |steps: Vec<String>, f: &dyn Fn(&str) -> String| steps.iter().map(|step| f(step)).collect();
        match self.history {
            0 => steps.retain(|step| !step.starts_with('-')),
            1 => return each(steps, &|step| step.replace("@1", "@3")),
            2 => return each(steps, &|step| step.split('@').next().unwrap_or_default().to_owned()),
            3 => steps.clear(),
            4 => return each(steps, &|step| step.replace("@1", "_@1")),
            5 => _ = steps.pop(),
            6 => return each(steps, &|step| step.trim_start_matches('-').to_owned()),
            7 => steps.reverse(),
            8 => return each(steps, &|step| format!("-{}", step.trim_start_matches('-'))),
            _ => {}
        }
        steps
    }

    fn words(&self) -> String {
        let platform = ["linux/arm64", "linux/arm64/v8", "no-platform"].get(usize::from(self.platform));
        let form = match self.form {
            0 | 1 => " unread",
            2 => " schema1",
            3 => " short",
            _ => "",
        };
        let declares = NAMES.get(usize::from(self.declares)).map(|name| format!(" base={name}"));
        format!("{}{form}{}", platform.unwrap_or(&"linux/amd64"), declares.unwrap_or_default())
    }

    /// The image as its lines: itself, and at times a recompressed copy.
    fn lines(&self, at: usize, made: &(Vec<String>, Vec<String>)) -> Vec<String> {
        let (layers, steps) = made;
        let write = |layers: &[String]| if layers.is_empty() { "-".to_owned() } else { layers.join(",") };
        let short = if layers.is_empty() { self.words().replace("short", "") } else { self.words() };
        let names = self.names.iter().filter_map(|(name, day)| Some((NAMES.get(usize::from(*name))?, day)));
        let names: BTreeSet<String> = names.map(|(name, day)| format!(", {name}@{day}-{}", day + 1)).collect();
        let names = Vec::from_iter(names).concat();
        let rest = format!("({}) {short}", steps.join(" "));
        let mut lines = vec![format!("#{at}{names} = {} {rest} id={at}", write(layers))];
        // Of an image with copies, the blobs of one are looked at, which tells
        // only where configs contradict each other on one of them.
        if self.form == 4 && !layers.iter().any(|layer| layer.ends_with("/!b")) {
            let copies: Vec<String> =
                layers.iter().map(|layer| format!("{}/copy", layer.split('/').next().unwrap_or_default())).collect();
            lines.push(format!("#{at}copy = {} {rest} id={at}", write(&copies)));
        }
        lines
    }
}

/// A world and, in its notation, images from outside.
fn make(recipes: &[Recipe], outsiders: &[Recipe]) -> (String, Vec<String>) {
    let mut made: Made = Vec::new();
    let mut lines = Vec::new();
    for (at, recipe) in recipes.iter().enumerate() {
        let image = recipe.make(&made);
        lines.extend(recipe.lines(at, &image));
        made.push(image);
    }
    if recipes.len() > 1 {
        lines.push("list:1, alpine:3@4 = {#0<alpine:3> #1 attestation} base=alpine:3".to_owned());
        lines.push("list:2 = {#0<x/yz:1> #1?}".to_owned());
    }
    let outsider = |recipe: &Recipe| {
        let line = recipe.lines(99, &recipe.make(&made)).swap_remove(0);
        line.split_once(" = ").unwrap().1.replace("schema1", "no-blobs")
    };
    (lines.join("\n"), outsiders.iter().map(outsider).collect())
}

/// The same worlds in every run; `PROPTEST_CASES` and `PROPTEST_RNG_SEED` ask
/// for more and others.
fn settings(cases: u32) -> ProptestConfig {
    let given = ProptestConfig::default();
    let is_set = |name: &str| std::env::var_os(name).is_some();
    ProptestConfig {
        cases: if is_set("PROPTEST_CASES") { given.cases } else { cases },
        rng_seed: if is_set("PROPTEST_RNG_SEED") { given.rng_seed } else { RngSeed::Fixed(1) },
        // Nothing is written beside the source: a failure prints its world.
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..given
    }
}

fn check_outsider(world: &World, view: &View, query: &str) -> Result<(), String> {
    let all = oracle::images(&world.facts);
    let image = world.ask(query);
    let subject = Subject { image: &image, known: None };
    let plain = oracle::plain(&world.facts, &image);
    oracle::compare(&all, view, subject, oracle::best(&all, &plain).as_ref())?;
    if view.meta().contradicted_blobs > 0 {
        // Downwards, an outsider is looked up by what its blobs are taken for,
        // and a contradicted blob is taken for nothing.
        return Ok(());
    }
    let id_of = |at: usize| view.find_image(&all[at].identity.unwrap()).unwrap();
    let expected: BTreeSet<_> = oracle::children_of_outsider(&all, &plain).into_iter().map(id_of).collect();
    let got = BTreeSet::from_iter(resolve::children(view, subject).iter());
    if got == expected { Ok(()) } else { Err(format!("children {got:?}, not {expected:?}")) }
}

proptest! {
    #![proptest_config(settings(6_000))]

    /// Every image of every world, and images from outside: parent, all equal
    /// candidates, depth, class, children, identical ones, what is stored.
    #[test]
    fn the_rule_is_what_brute_force_finds(
        recipes in prop::collection::vec(recipe(), 1..9),
        outsiders in prop::collection::vec(recipe(), 3),
    ) {
        let (text, outsiders) = make(&recipes, &outsiders);
        let world = World::read(&text);
        let view = world.open();
        if let Err(why) = oracle::verify(&world.facts, &view) {
            prop_assert!(false, "{why}\n{text}");
        }
        for query in outsiders {
            if let Err(why) = check_outsider(&world, &view, &query) {
                prop_assert!(false, "{why}\n{text}\nasked about: {query}");
            }
        }
    }

    /// Every digest is found wherever a scan finds it.
    #[test]
    fn digests_are_found_where_they_occur(recipes in prop::collection::vec(recipe(), 1..9)) {
        let (text, _) = make(&recipes, &[]);
        if let Err(why) = find::verify(&World::read(&text).open()) {
            prop_assert!(false, "{why}\n{text}");
        }
    }

    /// The order of facts changes no byte of the file.
    #[test]
    fn the_order_of_facts_does_not_matter(
        recipes in prop::collection::vec(recipe(), 1..7),
        keys in prop::collection::vec(any::<u32>(), 64),
    ) {
        let (text, _) = make(&recipes, &[]);
        let world = World::read(&text);
        let mut shuffled = world.facts.clone();
        shuffle(&mut shuffled.configs, &keys);
        shuffle(&mut shuffled.manifests, &keys);
        shuffle(&mut shuffled.observations, &keys);
        shuffle(&mut shuffled.repositories, &keys);
        prop_assert!(build::build(&world.facts).unwrap() == build::build(&shuffled).unwrap(), "{text}");
    }
}

fn shuffle<T>(list: &mut Vec<T>, keys: &[u32]) {
    let mut keyed: Vec<(u32, T)> = keys.iter().cycle().copied().zip(list.drain(..)).collect();
    keyed.sort_by_key(|(key, _)| *key);
    list.extend(keyed.into_iter().map(|(_, element)| element));
}
