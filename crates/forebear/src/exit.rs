//! Exit codes: what each answer means for a script.

use std::process::ExitCode;

use forebear_ask::check::{CheckAnswer, CheckVerdict};
use forebear_ask::diff::{DiffAnswer, DiffVerdict};
use forebear_ask::verify::VerifyAnswer;
use forebear_ask::{
    ChildrenAnswer, DockerfileAnswer, FindAnswer, HistoryAnswer, IndexAnswer, LayersAnswer, LineageAnswer,
    OutdatedAnswer, ParentAnswer, RepositoriesAnswer, StatsAnswer, TagsAnswer,
};

/// How `forebear` ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Found, equal, approved.
    Found = 0,
    /// No known parent, nothing found, not equal, not approved, outdated.
    NotFound = 1,
    /// No answer could be given.
    Error = 2,
    /// `check`: nothing is known to judge by.
    Unknown = 3,
    /// `export`: interrupted by a signal, as shells number it.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl Exit {
    fn found(found: bool) -> Self {
        if found { Self::Found } else { Self::NotFound }
    }
}

/// An answer, as far as an exit code can tell it.
pub(crate) trait Outcome {
    /// What it means.
    fn exit(&self) -> Exit;
}

impl Outcome for ParentAnswer {
    fn exit(&self) -> Exit {
        Exit::found(self.parent.is_some())
    }
}

impl Outcome for LineageAnswer {
    fn exit(&self) -> Exit {
        Exit::found(!self.ancestors.is_empty())
    }
}

impl Outcome for LayersAnswer {
    fn exit(&self) -> Exit {
        Exit::Found
    }
}

impl Outcome for DockerfileAnswer {
    fn exit(&self) -> Exit {
        Exit::found(self.from.is_some())
    }
}

impl Outcome for ChildrenAnswer {
    fn exit(&self) -> Exit {
        Exit::found(self.total > 0)
    }
}

impl Outcome for OutdatedAnswer {
    /// Nothing to do, or something.
    fn exit(&self) -> Exit {
        Exit::found(self.total == 0)
    }
}

impl Outcome for DiffAnswer {
    fn exit(&self) -> Exit {
        Exit::found(matches!(self.verdict, DiffVerdict::SameImage | DiffVerdict::SameBuild))
    }
}

impl Outcome for CheckAnswer {
    fn exit(&self) -> Exit {
        match self.worst() {
            CheckVerdict::Approved => Exit::Found,
            CheckVerdict::Unknown => Exit::Unknown,
            CheckVerdict::Outdated | CheckVerdict::NotApproved => Exit::NotFound,
            CheckVerdict::Error => Exit::Error,
        }
    }
}

impl Outcome for FindAnswer {
    fn exit(&self) -> Exit {
        Exit::found(!self.found.is_empty())
    }
}

impl Outcome for RepositoriesAnswer {
    fn exit(&self) -> Exit {
        Exit::found(!self.repositories.is_empty())
    }
}

impl Outcome for TagsAnswer {
    fn exit(&self) -> Exit {
        Exit::found(!self.tags.is_empty())
    }
}

impl Outcome for HistoryAnswer {
    fn exit(&self) -> Exit {
        Exit::found(!self.observations.is_empty())
    }
}

impl Outcome for VerifyAnswer {
    fn exit(&self) -> Exit {
        match (self.is_flawed(), self.is_unread()) {
            (true, _) => Exit::NotFound,
            (false, true) => Exit::Error,
            (false, false) => Exit::Found,
        }
    }
}

impl Outcome for StatsAnswer {
    fn exit(&self) -> Exit {
        Exit::Found
    }
}

impl Outcome for IndexAnswer {
    fn exit(&self) -> Exit {
        Exit::found(self.intact)
    }
}
