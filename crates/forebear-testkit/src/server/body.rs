//! Bodies that end, break off, drip, stall or never end.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::Sleep;

use crate::server::recorded::Ticket;

/// Where an endless body ends after all, should a client never hang up.
const ENDLESS_LIMIT: u64 = 1 << 30;

/// How a body is sent.
pub(crate) enum Plan {
    /// At once.
    Whole(Bytes),
    /// This much, then an error, which makes hyper drop the connection.
    Break(Bytes),
    /// A byte at a time.
    Drip(Bytes, Duration),
    /// Nothing, for ever.
    Stall,
    /// Spaces, for ever.
    Endless,
}

/// A body with a plan. The request is in flight until it is dropped.
pub(crate) struct ScriptedBody {
    plan: Plan,
    sent: u64,
    sleep: Option<Pin<Box<Sleep>>>,
    ticket: Ticket,
}

impl ScriptedBody {
    pub(crate) fn new(plan: Plan, ticket: Ticket) -> Self {
        Self { plan, sent: 0, sleep: None, ticket }
    }

    /// Waits once; ready when the time is over.
    fn wait(&mut self, time: Duration, cx: &mut Context<'_>) -> Poll<()> {
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep(time)));
        let polled = sleep.as_mut().poll(cx);
        if polled.is_ready() {
            self.sleep = None;
        }
        polled
    }

    /// One byte more.
    fn drip(&mut self) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match &mut self.plan {
            Plan::Drip(bytes, _) if !bytes.is_empty() => {
                let byte = bytes.split_to(1);
                self.frame(byte)
            }
            _ => Poll::Ready(None),
        }
    }

    fn frame(&mut self, bytes: Bytes) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        self.sent += bytes.len() as u64;
        self.ticket.sent(bytes.len());
        Poll::Ready(Some(Ok(Frame::data(bytes))))
    }
}

impl Body for ScriptedBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = self.get_mut();
        match &mut this.plan {
            Plan::Whole(bytes) | Plan::Break(bytes) if !bytes.is_empty() => {
                let bytes = std::mem::take(bytes);
                this.frame(bytes)
            }
            Plan::Whole(_) => Poll::Ready(None),
            // hyper must have flushed what came before, or the client would
            // see nothing of it.
            Plan::Break(_) => {
                this.wait(Duration::from_millis(20), cx).map(|()| Some(Err(io::Error::other("scripted fault"))))
            }
            Plan::Drip(bytes, _) if bytes.is_empty() => Poll::Ready(None),
            Plan::Drip(_, interval) => {
                let interval = *interval;
                std::task::ready!(this.wait(interval, cx));
                this.drip()
            }
            Plan::Stall => Poll::Pending,
            Plan::Endless if this.sent >= ENDLESS_LIMIT => Poll::Ready(None),
            Plan::Endless => this.frame(Bytes::from_static(&[b' '; 16 * 1024])),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.plan {
            Plan::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            _ => SizeHint::default(),
        }
    }
}
