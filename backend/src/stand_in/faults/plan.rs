//! What is to go wrong, as a test writes it down.
//!
//! ```json
//! { "store": [{ "kind": "reset-in-body", "bytes": 1000000 }, null, { "kind": "hang" }],
//!   "create": [{ "kind": "status", "status": 503, "retry_after": "1" }] }
//! ```
//!
//! It knows the words and whether they make sense, and nothing of how a fault is brought about.

use std::collections::VecDeque;
use std::num::NonZeroU64;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::stand_in::answer::Failure;

/// One list for each kind of request, in which `null` is a request that nothing happens to.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Plan {
    /// For `POST /store/single`.
    pub(super) store: VecDeque<Option<Fault>>,
    /// For `POST /uploads`.
    pub(super) create: VecDeque<Option<Fault>>,
}

/// What happens to one request. A reset ends its connection without an answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum Fault {
    /// A reset before any of the body is read.
    ResetBeforeBody {},
    /// A reset once so many bytes of the body are read.
    ResetInBody { bytes: u64 },
    /// A reset once the body is read; nothing is stored.
    ResetAfterBody {},
    /// This answer instead of the right one; nothing is stored.
    Status(Answer),
    /// The body is read, and never answered.
    Hang {},
    /// So many bytes of the body are read, and no more. A sender notices only once its socket and
    /// this one are full: 6 MB more, in Chromium.
    HangInBody { bytes: u64 },
    /// The body is read at this pace, and all goes on as usual. The same 6 MB leave a sender at
    /// once.
    Slow { bytes_per_second: NonZeroU64 },
    /// All goes as usual, but a reset comes in the place of the answer.
    LostAfterStoring {},
    /// All goes as usual, but the answer comes so many milliseconds later.
    SlowAnswer { ms: u64 },
    /// The upload URL expires just before it is looked up.
    Expire {},
    /// All goes as usual, and the connection stays open; a reset comes as soon as another request
    /// arrives on it. Preflights do not count as such.
    CloseReused {},
}

/// An answer that is a fault.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Answer {
    status: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retry_after: Option<String>,
    #[serde(default)]
    body: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    content_type: Option<String>,
    /// Whether it comes while the body is still on its way.
    #[serde(default)]
    pub(super) early: bool,
}

impl Plan {
    pub(super) fn parse(json: &[u8]) -> Result<Self, Failure> {
        // A map first: from an array, serde would read the lists by their position.
        let plan: Self = serde_json::from_slice(json)
            .and_then(|map: Map<String, Value>| serde_json::from_value(map.into()))
            .map_err(|error| Failure::bad_request(format!("This is no plan: {error}.")))?;
        for fault in plan.store.iter().chain(&plan.create).flatten() {
            if let Fault::Status(answer) = fault {
                answer.to_response()?;
            }
        }
        if plan.create.iter().flatten().any(|fault| matches!(fault, Fault::Expire {})) {
            return Err(Failure::bad_request("`expire` is for `store`: nothing else has a URL."));
        }
        Ok(plan)
    }
}

impl Answer {
    /// The answer, where one can be made of this.
    pub(super) fn to_response(&self) -> Result<Response, Failure> {
        let status =
            StatusCode::from_u16(self.status).ok().filter(|_| (200..600).contains(&self.status));
        let mut response = self.body.clone().into_response();
        *response.status_mut() =
            status.ok_or_else(|| Failure::bad_request("`status` is a number from 200 to 599."))?;
        response.headers_mut().remove(header::CONTENT_TYPE);
        for (name, value) in
            [(header::RETRY_AFTER, &self.retry_after), (header::CONTENT_TYPE, &self.content_type)]
        {
            if let Some(value) = value {
                let value = value.parse().map_err(|_| {
                    Failure::bad_request(format!("`{name}` holds what no header can."))
                })?;
                response.headers_mut().insert(name, value);
            }
        }
        Ok(response)
    }
}
