//! Faults on purpose, so that a test in a real browser meets each of them for real.
//!
//! A test puts a plan to `/faults`; from then on each request that creates an upload URL, sends a
//! file or sends a chunk of one takes the next fault of its list. Resets are real ones: the
//! connection is cut below the HTTP server, which is why there is a listener here. None of this is
//! there unless [`Settings::faults`](super::Settings::faults) is set, and what is right it leaves to
//! the handlers that it wraps: it only knows how to go wrong. The local store goes wrong with the same
//! plans.
//!
//! Chromium sends a request again by itself where a connection that it has used before is reset
//! before any answer. A file follows its preflight on one connection, so of two resets in a row it
//! tells the page about the second.

pub(crate) mod connection;
mod control;
pub(crate) mod inject;
pub(crate) mod plan;

use std::io;
use std::sync::{Arc, Mutex};

use axum::{Router, middleware};
use tokio::net::TcpListener;

use connection::{BreakableListener, Line};
use control::Script;
use plan::Plan;

/// The stand-in whose requests go wrong, and what is to go wrong next.
struct Faults {
    state: Arc<super::State>,
    script: Mutex<Script>,
}

/// Serves `routes` as they are, but for the faults that are planned at `/faults`.
pub(super) async fn serve(
    listener: TcpListener,
    routes: Router,
    state: Arc<super::State>,
) -> io::Result<()> {
    let before = state.records.totals().await.map_err(io::Error::other)?;
    let script = Script::new(Plan::default(), before);
    let faults = Arc::new(Faults { state, script: Mutex::new(script) });
    let router = routes
        .layer(middleware::from_fn_with_state(Arc::clone(&faults), inject::inject))
        .merge(control::router(faults))
        // Outermost: an answer that is a fault is for a foreign page, too.
        .layer(super::foreign_pages());
    let service = router.into_make_service_with_connect_info::<Line>();
    axum::serve(BreakableListener::new(listener)?, service).await
}
