//! `/faults`: PUT sets the plan, DELETE clears it, and GET returns its state. Every answer contains the
//! rest of the plan, the counts since the last PUT or DELETE or since the start, and a record of each
//! request to the URL of a resumable upload.

use std::sync::{Arc, MutexGuard, OnceLock, PoisonError};

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::Faults;
use super::plan::{Fault, Plan};
use crate::host::StandInError;
use crate::host::answer::Failure;
use crate::host::chunk::Chunk;
use crate::host::records::Totals;

/// The plan, and what has happened since it was set.
pub(super) struct Script {
    plan: Plan,
    create_requests: u64,
    store_requests: u64,
    chunk_requests: Vec<Arc<ChunkRequest>>,
    /// The totals when the plan was set.
    before: Totals,
}

impl Script {
    pub(super) fn new(plan: Plan, before: Totals) -> Self {
        Self { plan, create_requests: 0, store_requests: 0, chunk_requests: Vec::new(), before }
    }
}

/// A request to the URL of a resumable upload, and its answer if it was sent.
pub(super) struct ChunkRequest {
    method: Method,
    content_range: Option<String>,
    status: OnceLock<StatusCode>,
}

impl ChunkRequest {
    fn new(method: &Method, headers: &HeaderMap) -> Self {
        let content_range = headers
            .get(header::CONTENT_RANGE)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        Self { method: method.clone(), content_range, status: OnceLock::new() }
    }

    pub(super) fn answered(&self, status: StatusCode) {
        self.status.get_or_init(|| status);
    }

    fn to_json(&self) -> Value {
        json!({
            "method": self.method.as_str(),
            "content_range": self.content_range,
            "status": self.status.get().map(StatusCode::as_u16),
        })
    }
}

/// The fault for a request, and the record for its answer.
#[derive(Default)]
pub(super) struct Coming {
    pub(super) fault: Option<Fault>,
    pub(super) chunk_request: Option<Arc<ChunkRequest>>,
}

pub(super) fn router(faults: Arc<Faults>) -> Router {
    let set = async |State(faults): State<Arc<Faults>>, plan: Bytes| {
        faults.start(Plan::parse(&plan)?).await
    };
    let clear = async |State(faults): State<Arc<Faults>>| faults.start(Plan::default()).await;
    let show = async |State(faults): State<Arc<Faults>>| faults.show().await;
    Router::new().route("/faults", get(show).put(set).delete(clear)).with_state(faults)
}

impl Faults {
    /// Counts a request, and takes its fault from the plan.
    pub(super) fn next(&self, request: &Request) -> Coming {
        let mut script = self.script();
        let Script { plan, create_requests, store_requests, chunk_requests, .. } = &mut *script;
        match (request.method(), request.uri().path()) {
            (&Method::POST, "/uploads") => {
                *create_requests += 1;
                Coming { fault: plan.create.take(None), chunk_request: None }
            }
            (&Method::POST, "/store/single") => {
                *store_requests += 1;
                Coming { fault: plan.store.take(None), chunk_request: None }
            }
            (method, "/store/resumable") if method != Method::OPTIONS => {
                let range = Chunk::announced(request.headers()).ok().and_then(|chunk| chunk.range);
                let chunk_request = Arc::new(ChunkRequest::new(method, request.headers()));
                chunk_requests.push(Arc::clone(&chunk_request));
                Coming { fault: plan.chunk.take(range), chunk_request: Some(chunk_request) }
            }
            _ => Coming::default(),
        }
    }

    async fn start(&self, plan: Plan) -> Result<Json<Value>, Failure> {
        let before = self.state.records.totals().await?;
        *self.script() = Script::new(plan, before);
        self.show().await
    }

    async fn show(&self) -> Result<Json<Value>, Failure> {
        let now = self.state.records.totals().await?;
        let script = self.script();
        let chunks: Vec<_> = script.chunk_requests.iter().map(|chunk| chunk.to_json()).collect();
        Ok(Json(json!({
            "plan": serde_json::to_value(&script.plan).map_err(StandInError::from)?,
            "counts": {
                "create_requests": script.create_requests,
                "store_requests": script.store_requests,
                "chunk_requests": script.chunk_requests.len(),
                "urls_created": now.urls - script.before.urls,
                "files_stored": now.media - script.before.media,
            },
            "chunks": chunks,
        })))
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
