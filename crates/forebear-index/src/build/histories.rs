//! Histories: the trie of steps, and the trie of their trimmed texts.
//!
//! Laid out depth first, "P's history begins Q's" is "Q's node lies in P's
//! subtree": two comparisons.

use forebear_facts::rows::StepRecord;
use hashbrown::HashTable;
use zerocopy::IntoBytes;
use zerocopy::little_endian::I64;

use crate::error::IndexError;
use crate::format::records::{Id, StepNode};
use crate::format::{FileWriter, NONE, Section, Target, id_of};

use super::chains::Chains;
use super::column::Column;
use super::order::{Order, depth_first};
use super::patterns::Patterns;
use super::texts::Texts;

/// All histories while they come in. A step is (time, text). Its comment and
/// the mark that it made no layer are no part of it, since tools write them
/// differently for the same step: a node keeps the first. Comments are for
/// people; marks decide which layer is which step's, so that every other mark
/// is kept for the image that has it.
#[derive(Debug)]
pub(super) struct Histories {
    chains: Chains,
    steps: Column<Step>,
    patterns: Patterns,
    /// How many histories came.
    count: u32,
    /// Steps that a history marks differently than the trie does: which
    /// history, by order of arrival, and the step's position.
    pub marks: Vec<(u32, u32)>,
}

/// A node's last step, with the source's text numbers.
#[derive(Clone, Copy, Debug, Default)]
struct Step {
    text: u32,
    comment: u32,
    seconds: i64,
    /// With the flags of [`StepRecord`].
    nanos: u32,
    /// How this step and those below it are marked.
    pattern: u32,
}

impl Step {
    fn is_empty(&self) -> bool {
        self.nanos & StepRecord::EMPTY != 0
    }
}

/// Time without the mark.
fn time_of(nanos: u32) -> u32 {
    nanos & !StepRecord::EMPTY
}

impl Histories {
    pub(super) fn new() -> Self {
        let root = Step { text: NONE, comment: NONE, ..Step::default() };
        Self {
            chains: Chains::new(),
            steps: Column::from(vec![root]),
            patterns: Patterns::new(),
            count: 0,
            marks: Vec::new(),
        }
    }

    /// The node of a history, by order of arrival.
    pub(super) fn insert(&mut self, history: &[StepRecord]) -> Result<u32, IndexError> {
        let steps = &mut self.steps;
        let before = steps.next("history steps")?;
        let identity = |step: &StepRecord| {
            let time = Id::new(time_of(step.nanos.get()));
            let mut bytes = [0; 16];
            for (to, from) in
                bytes.iter_mut().zip(step.text.as_bytes().iter().chain(step.seconds.as_bytes()).chain(time.as_bytes()))
            {
                *to = *from;
            }
            bytes
        };
        let node = self.chains.insert("history steps", history.iter().map(identity), |position| {
            if let Some(step) = history.get(position) {
                steps.push(Step {
                    text: step.text.get(),
                    comment: step.comment.get(),
                    seconds: step.seconds.get(),
                    nanos: step.nanos.get(),
                    pattern: Patterns::NONE,
                });
            }
            Ok(())
        })?;
        for id in before..steps.next("history steps")? {
            let (below, own) = (steps.get(self.chains.parents.get(id)), steps.get(id));
            let pattern = self.patterns.extend(below.pattern, own.is_empty())?;
            steps.set(id, Step { pattern, ..own });
        }
        self.mark(history, node)?;
        self.count += 1;
        Ok(node)
    }

    /// Keeps where a history marks steps differently than its node does.
    fn mark(&mut self, history: &[StepRecord], node: u32) -> Result<(), IndexError> {
        let mut pattern = Patterns::NONE;
        for step in history {
            pattern = self.patterns.extend(pattern, step.is_empty())?;
        }
        if pattern == self.steps.get(node).pattern {
            return Ok(());
        }
        let first = self.marks.len();
        let mut at = node;
        let count = id_of("history steps", history.len())?;
        for (position, step) in (0..count).rev().zip(history.iter().rev()) {
            if step.is_empty() != self.steps.get(at).is_empty() {
                self.marks.push((self.count, position));
            }
            at = self.chains.parents.get(at);
        }
        self.marks.get_mut(first..).unwrap_or_default().reverse();
        Ok(())
    }

    /// Writes both tries. Returns the place of each node by order of arrival.
    pub(super) fn write<W: Target>(self, texts: &Texts, out: &mut FileWriter<W>) -> Result<Column<u32>, IndexError> {
        let Self { chains, mut steps, .. } = self;
        let parents = chains.into_parents();
        for step in steps.iter_mut() {
            step.text = texts.place(step.text);
            step.comment = texts.place(step.comment);
        }
        let key = |id: u32| {
            let step = steps.get(id);
            (step.text, step.nanos & StepRecord::TIMED, step.seconds, time_of(step.nanos))
        };
        let (Order { places, sizes }, (text_nodes, text_ends)) = rayon::join(
            || depth_first(&parents, |a, b| key(a).cmp(&key(b))),
            || text_trie(&parents, |id| texts.trimmed.get(steps.get(id).text)),
        );
        out.table(Section::TextNodes, &text_ends)?;
        drop(text_ends);
        let mut arrivals = Column::of(0_u32, places.len());
        places.entries().for_each(|(id, place)| arrivals.set(*place, id));
        let mut depths = Column::of(0_u32, places.len());
        for (id, above) in parents.entries().skip(1) {
            depths.set(id, depths.get(*above) + 1);
        }
        out.gather(Section::StepNodes, places.len(), |place| {
            let id = arrivals.get(place);
            let (step, above) = (steps.get(id), parents.get(id));
            StepNode {
                parent: Id::new(if above == NONE { NONE } else { places.get(above) }),
                text: Id::new(step.text),
                comment: Id::new(step.comment),
                end: Id::new(place + sizes.get(id)),
                depth: Id::new(depths.get(id)),
                text_node: Id::new(text_nodes.get(id)),
                seconds: I64::new(step.seconds),
                nanos: Id::new(step.nanos),
            }
        })?;
        Ok(places)
    }
}

/// The trie of trimmed texts, found by walking the trie of steps, parents first.
/// Returns for each step node (by arrival) its place there, and the end of
/// each place's subtree.
fn text_trie(parents: &Column<u32>, text_of: impl Fn(u32) -> u32) -> (Column<u32>, Vec<Id>) {
    // Parent, text and node side by side: see `Prints`.
    let mut known: HashTable<[u32; 3]> = HashTable::new();
    let mut above: Column<u32> = Column::from(vec![NONE]);
    let mut text: Column<u32> = Column::from(vec![NONE]);
    let mut node_of = Column::of(0_u32, parents.len());
    let hash = |[parent, text, _]: &[u32; 3]| {
        let mixed = (u64::from(*parent) << 32 | u64::from(*text)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed ^ (mixed >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93)
    };
    for (id, parent) in parents.entries().skip(1) {
        let (parent, own) = (node_of.get(*parent), text_of(id));
        let wanted = hash(&[parent, own, 0]);
        let node = match known.find(wanted, |[above, text, _]| *above == parent && *text == own) {
            Some([_, _, node]) => *node,
            None => {
                // No more of these than of step nodes, which were counted.
                let node = u32::try_from(above.len()).unwrap_or(NONE);
                above.push(parent);
                text.push(own);
                known.insert_unique(wanted, [parent, own, node], hash);
                node
            }
        };
        node_of.set(id, node);
    }
    drop(known);
    let Order { places, sizes } = depth_first(&above, |a, b| text.get(a).cmp(&text.get(b)));
    drop((above, text));
    let mut ends = vec![Id::new(0); places.len()];
    for (node, place) in places.entries() {
        if let Some(end) = ends.get_mut(*place as usize) {
            *end = Id::new(place + sizes.get(node));
        }
    }
    node_of.iter_mut().for_each(|node| *node = places.get(*node));
    (node_of, ends)
}
