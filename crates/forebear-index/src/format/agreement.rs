//! Classes of agreement as they are written.

use forebear_image::agreement::Agreement;

use super::records::Id;

/// Classes of agreement by the number that stands for each in the file.
const CLASSES: [Agreement; 6] =
    [Agreement::Exact, Agreement::Filled, Agreement::Above, Agreement::Text, Agreement::Unread, Agreement::Differs];

/// The number that stands for a class in the file.
pub(crate) fn agreement_code(agreement: Agreement) -> Id {
    Id::new((0..).zip(CLASSES).find(|(_, class)| *class == agreement).map_or(0, |(code, _)| code))
}

/// The class that a number in the file stands for.
pub(crate) fn agreement_of(code: Id) -> Agreement {
    CLASSES.get(code.get() as usize).copied().unwrap_or(Agreement::Differs)
}
