//! `/faults`: the plan is set with PUT, cleared with DELETE, and what came of it read with GET.
//! Each answers with what is left of the plan, and with counts since the last PUT or DELETE, or
//! else since the start.

use std::sync::{Arc, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::Method;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::Faults;
use super::plan::{Fault, Plan};
use crate::stand_in::StandInError;
use crate::stand_in::answer::Failure;
use crate::stand_in::records::Totals;

/// The plan, and what has happened since it was made.
pub(super) struct Script {
    plan: Plan,
    create_requests: u64,
    store_requests: u64,
    /// What was there when it was made.
    before: Totals,
}

impl Script {
    pub(super) fn new(plan: Plan, before: Totals) -> Self {
        Self { plan, create_requests: 0, store_requests: 0, before }
    }
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
    /// Counts a request, and takes what is to happen to it off the plan.
    pub(super) fn next(&self, method: &Method, path: &str) -> Option<Fault> {
        let mut script = self.script();
        let Script { plan, create_requests, store_requests, .. } = &mut *script;
        let (count, faults) = match (method, path) {
            (&Method::POST, "/uploads") => (create_requests, &mut plan.create),
            (&Method::POST, "/store/single") => (store_requests, &mut plan.store),
            _ => return None,
        };
        *count += 1;
        faults.pop_front().flatten()
    }

    async fn start(&self, plan: Plan) -> Result<Json<Value>, Failure> {
        let before = self.state.records.totals().await?;
        *self.script() = Script::new(plan, before);
        self.show().await
    }

    async fn show(&self) -> Result<Json<Value>, Failure> {
        let now = self.state.records.totals().await?;
        let script = self.script();
        Ok(Json(json!({
            "plan": serde_json::to_value(&script.plan).map_err(StandInError::from)?,
            "counts": {
                "create_requests": script.create_requests,
                "store_requests": script.store_requests,
                "urls_created": now.urls - script.before.urls,
                "files_stored": now.media - script.before.media,
            },
        })))
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
