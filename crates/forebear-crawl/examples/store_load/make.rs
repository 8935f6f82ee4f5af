//! The world, in the order in which a crawl meets it, and its tags once more.

use std::error::Error;
use std::io::{BufWriter, Write};

use forebear_facts::{RepositoryFacts, TagObservation};
use forebear_image::Timestamp;
use forebear_testkit::scale::{Answer, World};

use crate::document;
use crate::record::{self, Record};

const BUFFER: usize = 1 << 20;

pub(crate) fn make(seed: u64, count: u32, to: impl Write) -> Result<(), Box<dyn Error>> {
    let (world, mut to) = (World::new(seed, count), BufWriter::with_capacity(BUFFER, to));
    for answer in world.crawled() {
        let record = match answer {
            Answer::Manifest(digest, facts) => Record::Manifest(digest, document::manifest(&facts)?),
            Answer::Config(digest, facts) => Record::Config(digest, document::config(&facts)?),
        };
        record::write(&mut to, &record)?;
    }
    let (observations, repositories) = world.names();
    let last = observations.iter().map(|observation| observation.last_seen).max().ok_or("a world without tags")?;
    let night = Timestamp { seconds: last.seconds + 86_400, ..last };
    let open: Vec<TagObservation> = observations.iter().filter(|observation| !observation.ended).cloned().collect();
    let observed = |observation| Record::Observation(observation);
    observations.into_iter().map(observed).try_for_each(|record| record::write(&mut to, &record))?;
    for repository in &repositories {
        record::write(&mut to, &Record::Repository(repository.clone()))?;
    }
    record::write(&mut to, &Record::Night(night))?;
    let again = |observation| Record::Observation(TagObservation { last_seen: night, ..observation });
    open.into_iter().map(again).try_for_each(|record| record::write(&mut to, &record))?;
    let complete = |facts| Record::Repository(RepositoryFacts { complete_at: Some(night), ..facts });
    repositories.into_iter().map(complete).try_for_each(|record| record::write(&mut to, &record))?;
    Ok(to.flush()?)
}
