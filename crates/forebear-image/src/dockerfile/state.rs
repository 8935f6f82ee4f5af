//! The config as it evolves, step by step, and what the final one settles.

use std::collections::{HashMap, HashSet};

use crate::config::RuntimeConfig;
use crate::history::Step;

use super::context::Context;
use super::pairs::{Finals, Known};
use super::shape::Shape;
use super::{pairs, shell};

/// Everything known while the steps are walked from the parent's config
/// towards the image's.
pub(super) struct State<'a> {
    /// The config after the steps so far, but for what stands below.
    pub(super) config: RuntimeConfig,
    /// Variables after the steps so far.
    pub(super) env: HashMap<String, String>,
    /// Labels after the steps so far.
    pub(super) labels: HashMap<String, String>,
    /// Variables and labels of which it is not certain that a step set them.
    doubtful: HashSet<String>,
    /// The config after the last step, where it is known.
    pub(super) image: Option<&'a RuntimeConfig>,
    /// The config before the first step is known: the parent's, or none.
    pub(super) start_known: bool,
    /// A CMD stood above the parent: then ENTRYPOINT leaves it alone.
    pub(super) cmd_set: bool,
    /// Build arguments declared so far, with their defaults if they have one.
    pub(super) declared: HashMap<String, Option<String>>,
    /// Words, split at spaces, of the volume of the image that has most.
    pub(super) longest_volume: usize,
    /// The step being reconstructed.
    pub(super) index: usize,
    later: Later,
    final_env: Option<Finals<'a>>,
    final_labels: Option<Finals<'a>>,
}

/// For what may be written more than once, the last step that may write it.
#[derive(Default)]
struct Later {
    keywords: HashMap<&'static str, usize>,
    env: HashMap<String, usize>,
    labels: HashMap<String, usize>,
    /// Build arguments as later RUNs recorded them, `NAME=value`.
    arguments: HashMap<String, String>,
}

impl<'a> State<'a> {
    pub(super) fn new(steps: &[Step], context: Context<'a>, shell: Vec<String>) -> Self {
        let mut config = context.parent.cloned().unwrap_or_default();
        // Triggers are for the next build only; they are not inherited.
        config.on_build.clear();
        if config.shell.is_none() {
            config.shell = Some(shell);
        }
        let env = std::mem::take(&mut config.env);
        let labels = std::mem::take(&mut config.labels);
        // An image whose config holds nothing says nothing.
        let image = context.image.filter(|image| **image != RuntimeConfig::default());
        let from_start = steps.first().is_none_or(|step| step.position.is_none_or(|position| position == 0));
        Self {
            config,
            env: env.iter().filter_map(|p| p.split_once('=')).map(|(n, v)| (n.to_owned(), v.to_owned())).collect(),
            labels: labels.into_iter().collect(),
            doubtful: HashSet::new(),
            image,
            start_known: context.parent.is_some() || from_start,
            cmd_set: false,
            declared: HashMap::new(),
            longest_volume: image
                .and_then(|image| image.volumes.iter().map(|path| path.split(' ').count()).max())
                .unwrap_or(0),
            index: 0,
            later: Later::default(),
            final_env: image.and_then(|image| Finals::new(image.env.iter().filter_map(|pair| pair.split_once('=')))),
            final_labels: image.and_then(|image| {
                Finals::new(image.labels.iter().map(|(name, value)| (name.as_str(), value.as_str())))
            }),
        }
    }

    /// Looks ahead at all steps.
    pub(super) fn look_ahead(&mut self, shapes: &[Shape<'_>]) {
        for (index, shape) in shapes.iter().enumerate() {
            match shape {
                Shape::Instruction { keyword, body, .. } => {
                    self.later.keywords.insert(keyword, index);
                    let names = match *keyword {
                        "ENV" => &mut self.later.env,
                        "LABEL" => &mut self.later.labels,
                        _ => continue,
                    };
                    let first = body.split_whitespace().next().unwrap_or_default();
                    names.insert(first.split('=').next().unwrap_or(first).to_owned(), index);
                    for (_, name) in pairs::names(body) {
                        names.insert(name.trim_matches(['"', '\'']).to_owned(), index);
                    }
                }
                Shape::Run { arguments, .. } => {
                    let certain = arguments.pairs.iter().filter(|_| arguments.certain);
                    for (name, value) in certain.filter_map(|a| a.split_once('=')) {
                        self.later.arguments.insert(name.to_owned(), value.to_owned());
                    }
                }
                Shape::Generator { .. } | Shape::Unknown { .. } => {}
            }
        }
    }

    /// Whether no later step has this keyword, so that the image's config
    /// shows what this one set.
    pub(super) fn is_last(&self, keyword: &'static str) -> bool {
        self.later.keywords.get(keyword).is_none_or(|last| *last <= self.index)
    }

    /// Whether a later ENV may set the variable again.
    pub(super) fn env_set_later(&self, name: &str) -> bool {
        self.later.env.get(name).is_some_and(|last| *last > self.index)
    }

    /// Whether a later LABEL may set the label again.
    pub(super) fn label_set_later(&self, name: &str) -> bool {
        self.later.labels.get(name).is_some_and(|last| *last > self.index)
    }

    /// What a RUN recorded as the value of a build argument.
    pub(super) fn argument(&self, name: &str) -> Option<&str> {
        self.later.arguments.get(name).map(String::as_str)
    }

    /// The shell in force.
    pub(super) fn shell(&self) -> Vec<String> {
        match &self.config.shell {
            Some(shell) if !shell.is_empty() => shell.clone(),
            _ => shell::LINUX.iter().map(|&s| s.to_owned()).collect(),
        }
    }

    /// What the configs know about variables.
    pub(super) fn known_env(&self) -> Option<Known<'_, 'a>> {
        let before = self.start_known.then_some(&self.env);
        self.final_env.as_ref().map(|finals| Known { finals, before, doubtful: &self.doubtful })
    }

    /// What the configs know about labels.
    pub(super) fn known_labels(&self) -> Option<Known<'_, 'a>> {
        let before = self.start_known.then_some(&self.labels);
        self.final_labels.as_ref().map(|finals| Known { finals, before, doubtful: &self.doubtful })
    }

    /// Notes which names a step has set, or may have set.
    pub(super) fn doubt(&mut self, body: &str, pairs: &[(String, String)], certain: bool) {
        if certain {
            for (name, _) in pairs {
                self.doubtful.remove(name);
            }
        } else {
            let possible = pairs::names(body).into_iter().map(|(_, name)| name);
            self.doubtful.extend(possible.chain(pairs.iter().map(|(name, _)| name.as_str())).map(str::to_owned));
        }
    }

    /// Declares build arguments, `NAME` or `NAME=default`.
    pub(super) fn declare<'w>(&mut self, words: impl IntoIterator<Item = &'w str>) {
        for word in words {
            match word.split_once('=') {
                Some((name, default)) => _ = self.declared.insert(name.to_owned(), Some(default.to_owned())),
                // Declared again, it keeps its value.
                None => _ = self.declared.entry(word.to_owned()).or_default(),
            }
        }
    }
}
