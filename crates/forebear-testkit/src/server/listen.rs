//! Accepts connections, and hands their requests on.

use std::io;
use std::net::TcpListener;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use http_body_util::{BodyExt as _, Collected, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::oneshot;

use crate::server::perform::perform;
use crate::server::shared::Shared;
use crate::sure::Sure as _;

/// Serves until `stopped`; returning drops every connection.
pub(crate) fn serve(listener: TcpListener, shared: &Arc<Shared>, stopped: oneshot::Receiver<()>) {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().sure("starting the registry's runtime");
    runtime.block_on(async {
        listener.set_nonblocking(true).sure("preparing the listener");
        let listener = tokio::net::TcpListener::from_std(listener).sure("preparing the listener");
        tokio::select! {
            () = accept(listener, shared) => {}
            _ = stopped => {}
        }
    });
}

async fn accept(listener: tokio::net::TcpListener, shared: &Arc<Shared>) {
    let mut connection = 0;
    loop {
        // An accept fails when a client has gone already, or when there are
        // too many open files; neither is a reason to stop.
        match listener.accept().await {
            Ok((stream, _)) => {
                drop(stream.set_nodelay(true));
                tokio::spawn(converse(stream, Arc::clone(shared), connection));
                connection += 1;
            }
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(5)).await,
        }
    }
}

async fn converse(stream: TcpStream, shared: Arc<Shared>, connection: u64) {
    let reset = Arc::new(AtomicBool::new(false));
    let io = Resettable { io: TokioIo::new(stream), reset: Arc::clone(&reset) };
    let service = service_fn(|request: http::Request<Incoming>| {
        let (shared, reset) = (Arc::clone(&shared), Arc::clone(&reset));
        async move {
            let (request, body) = request.into_parts();
            let ticket = shared.log.open(&request, connection);
            // One that breaks off or goes on for ever is as good as none.
            let body = Limited::new(body, 64 * 1024).collect().await.map(Collected::to_bytes).unwrap_or_default();
            ticket.came_with(&body);
            perform(&shared, &request, &body, ticket, &reset).await
        }
    });
    // A client that hangs up and a scripted fault both end here as errors.
    drop(hyper::server::conn::http1::Builder::new().serve_connection(io, service).await);
}

/// A connection that can be told to end with a reset.
struct Resettable {
    io: TokioIo<TcpStream>,
    reset: Arc<AtomicBool>,
}

impl Drop for Resettable {
    fn drop(&mut self) {
        if self.reset.load(Ordering::SeqCst) {
            drop(self.io.inner().set_zero_linger());
        }
    }
}

impl hyper::rt::Read for Resettable {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: hyper::rt::ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buffer)
    }
}

impl hyper::rt::Write for Resettable {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}
