//! Room for large bodies: however many requests are under way, and to however
//! many registries, this process holds no more than this much of them.

use bytes::Bytes;
use forebear_image::limits::LARGE;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Bytes for which one permit stands.
const UNIT: usize = 1024 * 1024;
/// Room for all large bodies, in [`UNIT`]s: two of the largest configs, or eight
/// of the largest manifests.
const UNITS: u32 = 32;

static ROOM: Semaphore = Semaphore::const_new(UNITS as usize);

/// The room of one body.
pub(crate) struct Room {
    bytes: Bytes,
    _permit: SemaphorePermit<'static>,
}

/// Waits for room for a body of this many bytes, where it is a large one. Bodies
/// get theirs in the order they asked for it.
pub(crate) async fn room(bytes: usize) -> Option<SemaphorePermit<'static>> {
    if bytes <= LARGE {
        return None;
    }
    let units = u32::try_from(bytes.div_ceil(UNIT)).map_or(UNITS, |units| units.min(UNITS));
    // Nobody closes it.
    ROOM.acquire_many(units).await.ok()
}

impl Room {
    /// Bytes that give their room back when they are dropped.
    pub(crate) fn keep(permit: Option<SemaphorePermit<'static>>, bytes: Bytes) -> Bytes {
        match permit {
            Some(permit) => Bytes::from_owner(Self { bytes, _permit: permit }),
            None => bytes,
        }
    }
}

impl AsRef<[u8]> for Room {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn p404_large_bodies_have_their_room_until_they_are_dropped() {
        assert!(room(LARGE).await.is_none());
        let whole = room(usize::MAX).await;
        assert_eq!(ROOM.available_permits(), 0);
        let body = Room::keep(whole, Bytes::from_static(b"a"));
        let part = body.slice(..);
        drop(body);
        assert_eq!((ROOM.available_permits(), &*part), (0, &b"a"[..]));
        drop(part);
        assert_eq!(ROOM.available_permits(), UNITS as usize);
        let _permit = room(LARGE + 1).await;
        assert_eq!(ROOM.available_permits(), UNITS as usize - 2);
    }
}
