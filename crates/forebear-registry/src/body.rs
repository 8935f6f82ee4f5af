//! Reading bodies: to their end, and no further than their cap; large ones only
//! as far as there is room for them.

use bytes::{Bytes, BytesMut};
use forebear_image::limits::LARGE;
use http::header::CONTENT_LENGTH;

use crate::error::ErrorKind;
use crate::failure::Failure;
use crate::room::{Room, room};
use crate::stats::{Counters, add};

/// Reads a body of at most `cap` bytes. A body that came in one piece is not
/// copied. One that is large has its room until the last of its bytes is dropped:
/// whoever keeps it must not wait for another.
///
/// Reading on to the end, and not only to the announced length, is what lets
/// the connection be used again.
pub(crate) async fn read(response: &mut reqwest::Response, cap: usize, counters: &Counters) -> Result<Bytes, Failure> {
    let too_large = || Failure::lasting(ErrorKind::TooLarge { limit: cap });
    let announced = announced_length(response.headers());
    if announced.is_some_and(|length| length > cap as u64) {
        return Err(too_large());
    }
    let expected = announced.and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
    let mut held = room(expected).await;
    let failed = |error: reqwest::Error| Failure::from_client(&error);
    let Some(first) = response.chunk().await.map_err(failed)? else { return Ok(Bytes::new()) };
    add(&counters.bytes_received, first.len() as u64);
    if first.len() > cap {
        return Err(too_large());
    }
    let Some(second) = response.chunk().await.map_err(failed)? else { return Ok(Room::keep(held, first)) };
    let mut whole = BytesMut::with_capacity(expected.max(first.len() + second.len()));
    whole.extend_from_slice(&first);
    let mut next = Some(second);
    while let Some(chunk) = next {
        add(&counters.bytes_received, chunk.len() as u64);
        if chunk.len() > cap - whole.len() {
            return Err(too_large());
        }
        if held.is_none() && whole.len() + chunk.len() > LARGE {
            // It did not say how long it is: it may come to its cap.
            held = room(cap).await;
        }
        whole.extend_from_slice(&chunk);
        next = response.chunk().await.map_err(failed)?;
    }
    Ok(Room::keep(held, whole.freeze()))
}

/// `Content-Length`, also where there is no body to go with it (HEAD).
pub(crate) fn announced_length(headers: &http::HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.trim().parse().ok()
}
