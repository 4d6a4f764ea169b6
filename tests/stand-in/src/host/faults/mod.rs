//! Planned faults, so that tests in a real browser can produce each of them.
//!
//! A test sets a plan at `/faults`. From then on, each request that creates an upload URL, sends a file
//! or sends a chunk takes the next fault of its list. Resets are real: the connection is cut below the
//! HTTP server, so this module has its own listener. All of this exists only if
//! [`Settings::faults`](super::Settings::faults) is set. The wrapped handlers know nothing about it.
//! The local store uses the same kind of plans.
//!
//! If a connection that Chromium has used before is reset before any answer, Chromium repeats the
//! request by itself. A file follows its preflight on one connection, so a page only learns about the
//! second of two resets in a row.

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

/// The stand-in, and the planned faults.
struct Faults {
    state: Arc<super::State>,
    script: Mutex<Script>,
}

/// Serves `routes`, with the faults that are planned at `/faults`.
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
        // Is the outermost layer, so that pages can also read faulty answers.
        .layer(super::foreign_pages());
    let service = router.into_make_service_with_connect_info::<Line>();
    axum::serve(BreakableListener::new(listener)?, service).await
}
