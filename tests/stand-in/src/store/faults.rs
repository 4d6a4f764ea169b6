//! Performs planned faults for S3 requests, with plans like those of the stand-in's `/faults`.
//!
//! ```json
//! { "part": [{ "kind": "corrupt", "byte": 1000, "at": 3 }, { "kind": "expire" }],
//!   "complete": [{ "kind": "lost-after-storing" }] }
//! ```
//!
//! `part` is for a page's parts, and `at` is the number of a part. `create`, `list`, `complete` and
//! `abort` are for the backend's requests. PUT sets the plan, DELETE clears it, and GET returns the
//! counts since then and a record of each part that was sent.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use axum::body::Bytes;
use axum::extract::{ConnectInfo, Query, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

use super::server::foreign_pages;
use crate::host::answer::Failure;
use crate::host::faults::connection::{BreakableListener, Line};
use crate::host::faults::inject::{perform, read_all};
use crate::host::faults::plan::{Entries, Fault};
use ittybit_uploader_backend::service::ByteRange;

#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Plan {
    part: Entries,
    create: Entries,
    list: Entries,
    complete: Entries,
    abort: Entries,
}

/// The numbers of requests of each kind.
#[derive(Default, Serialize)]
struct Counts {
    part_requests: u64,
    create_requests: u64,
    list_requests: u64,
    complete_requests: u64,
    abort_requests: u64,
}

/// The plan, and what has happened since it was set.
#[derive(Default)]
struct Script {
    plan: Plan,
    counts: Counts,
    parts: Vec<Arc<PartRequest>>,
}

/// A part that was sent, and its answer if it was sent.
struct PartRequest {
    number: u64,
    status: OnceLock<StatusCode>,
}

struct Faults {
    script: Mutex<Script>,
    uploads: PathBuf,
}

/// The query parameters that distinguish S3's requests.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Words {
    uploads: Option<String>,
    upload_id: Option<String>,
    part_number: Option<u64>,
}

/// Serves the store, with the faults that are planned at `/faults`.
pub(super) async fn serve(
    listener: TcpListener,
    store: Router,
    uploads: PathBuf,
) -> io::Result<()> {
    let faults = Arc::new(Faults { script: Mutex::default(), uploads });
    let set = async |State(faults): State<Arc<Faults>>, plan: Bytes| faults.start(parse(&plan)?);
    let clear = async |State(faults): State<Arc<Faults>>| faults.start(Plan::default());
    let show = async |State(faults): State<Arc<Faults>>| faults.show();
    let control = Router::new().route("/faults", get(show).put(set).delete(clear));
    let router = store
        .layer(middleware::from_fn_with_state(Arc::clone(&faults), inject))
        .merge(control.with_state(faults))
        .layer(foreign_pages());
    let service = router.into_make_service_with_connect_info::<Line>();
    axum::serve(BreakableListener::new(listener)?, service).await
}

async fn inject(
    State(faults): State<Arc<Faults>>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: Request,
    next: Next,
) -> Response {
    let (fault, part) = faults.next(&request);
    let response = match fault {
        None => next.run(request).await,
        Some(Fault::Expire {}) => {
            read_all(request.into_body()).await;
            expired()
        }
        Some(fault) => perform(fault, &line, request, next).await.into_response(),
    };
    if let Some(part) = part
        && !line.is_cut()
    {
        part.status.get_or_init(|| response.status());
    }
    response
}

/// Returns S3's answer to an expired URL.
fn expired() -> Response {
    let body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>AccessDenied</Code>\
                <Message>Request has expired</Message></Error>";
    (StatusCode::FORBIDDEN, [(header::CONTENT_TYPE, "application/xml")], body).into_response()
}

fn parse(json: &[u8]) -> Result<Plan, Failure> {
    // Parses a map first, because serde would also read the lists from an array, by position.
    let plan: Plan = serde_json::from_slice(json)
        .and_then(|map: Map<String, Value>| serde_json::from_value(map.into()))
        .map_err(|error| Failure::bad_request(format!("This is no plan: {error}.")))?;
    let Plan { part, create, list, complete, abort } = &plan;
    [part, create, list, complete, abort].into_iter().try_for_each(Entries::check)?;
    Ok(plan)
}

impl Faults {
    /// Counts a request, and takes its fault from the plan.
    fn next(&self, request: &Request) -> (Option<Fault>, Option<Arc<PartRequest>>) {
        let Query(words) = Query::<Words>::try_from_uri(request.uri()).unwrap_or_default();
        let mut script = self.script();
        let Script { plan, counts, parts } = &mut *script;
        let in_upload = words.upload_id.is_some();
        let (count, entries) = match *request.method() {
            Method::PUT if let Some(number) = words.part_number => {
                counts.part_requests += 1;
                let part = Arc::new(PartRequest { number, status: OnceLock::new() });
                parts.push(Arc::clone(&part));
                return (plan.part.take(ByteRange::new(number, number)), Some(part));
            }
            Method::POST if words.uploads.is_some() => {
                (&mut counts.create_requests, &mut plan.create)
            }
            Method::GET if in_upload => (&mut counts.list_requests, &mut plan.list),
            Method::POST if in_upload => (&mut counts.complete_requests, &mut plan.complete),
            Method::DELETE if in_upload => (&mut counts.abort_requests, &mut plan.abort),
            _ => return (None, None),
        };
        *count += 1;
        (entries.take(None), None)
    }

    fn start(&self, plan: Plan) -> Result<Json<Value>, Failure> {
        *self.script() = Script { plan, ..Script::default() };
        self.show()
    }

    fn show(&self) -> Result<Json<Value>, Failure> {
        let open = std::fs::read_dir(&self.uploads)
            .map_err(crate::host::StandInError::from)?
            .filter_map(Result::ok)
            .filter(|entry| entry.path().is_dir())
            .count();
        let script = self.script();
        let parts = script.parts.iter().map(|part| {
            json!({ "part_number": part.number, "status": part.status.get().map(StatusCode::as_u16) })
        });
        Ok(Json(json!({
            "plan": json!(script.plan),
            "counts": json!(script.counts),
            "parts": parts.collect::<Vec<_>>(),
            "open_uploads": open,
        })))
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
