//! The plan of faults that a test sends.
//!
//! ```json
//! { "store": [{ "kind": "reset-in-body", "bytes": 1000000 }, null, { "kind": "hang" }],
//!   "create": [{ "kind": "status", "status": 503, "retry_after": "1" }],
//!   "chunk": [{ "kind": "lost-after-storing", "at": 0 },
//!             { "kind": "slow", "bytes_per_second": 4000000, "times": 1000000 }] }
//! ```
//!
//! A request takes the first matching entry of its list. `null` lets a request succeed. `times` is the
//! number of requests that an entry is for; default: 1. Parallel chunks arrive in any order, so an
//! entry can be for the chunk that contains the byte `at`, counted from the file's start.
//!
//! This module parses and checks plans. It does not know how to perform a fault.

use std::collections::VecDeque;
use std::num::NonZeroU64;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::host::answer::Failure;
use ittybit_uploader_backend::service::ByteRange;

/// A list for each kind of request.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Plan {
    /// For `POST /store/single`.
    pub(super) store: Entries,
    /// For `POST /uploads`.
    pub(super) create: Entries,
    /// For all requests to `/store/resumable`.
    pub(super) chunk: Entries,
}

/// The faults for requests of one kind.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Entries(VecDeque<Option<Entry>>);

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<u64>,
    #[serde(default = "once", skip_serializing_if = "is_once")]
    times: NonZeroU64,
    // The flattened type rejects unknown fields for both.
    #[serde(flatten)]
    fault: Fault,
}

/// The fault for one request. A reset ends its connection without an answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Fault {
    /// A reset before reading the body.
    ResetBeforeBody {},
    /// A reset after reading this many bytes of the body.
    ResetInBody { bytes: u64 },
    /// A reset after reading the body. Stores nothing.
    ResetAfterBody {},
    /// This answer instead of the right one. Stores nothing.
    Status(Answer),
    /// Reads the body, and never answers.
    Hang {},
    /// Reads this many bytes of the body, and no more. The sender notices only when its socket and this
    /// one are full, in Chromium after 6 MB more.
    HangInBody { bytes: u64 },
    /// Reads the body at this speed, then continues normally. The same 6 MB leave the sender at once.
    Slow { bytes_per_second: NonZeroU64 },
    /// Changes this byte, counted from the body's start, then continues normally. A store that verifies
    /// checksums refuses the body.
    Corrupt { byte: u64 },
    /// Continues normally, but resets the connection instead of answering.
    LostAfterStoring {},
    /// Continues normally, but answers this many milliseconds later.
    SlowAnswer { ms: u64 },
    /// Expires the upload URL just before it is looked up.
    Expire {},
    /// Continues normally and keeps the connection open, but resets it when another request arrives on
    /// it. Preflights don't count.
    CloseReused {},
}

/// A faulty answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    status: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retry_after: Option<String>,
    #[serde(default)]
    body: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    content_type: Option<String>,
    /// Whether to answer before the body has arrived.
    #[serde(default)]
    pub(super) early: bool,
}

impl Plan {
    pub(super) fn parse(json: &[u8]) -> Result<Self, Failure> {
        // Parses a map first, because serde would also read the lists from an array, by position.
        let plan: Self = serde_json::from_slice(json)
            .and_then(|map: Map<String, Value>| serde_json::from_value(map.into()))
            .map_err(|error| Failure::bad_request(format!("This is no plan: {error}.")))?;
        let Self { store, create, chunk } = &plan;
        for entries in [store, create, chunk] {
            entries.check()?;
        }
        if create.faulty().any(|entry| matches!(entry.fault, Fault::Expire {})) {
            return Err(Failure::bad_request("`expire` is not for `create`: it has no URL yet."));
        }
        if store.faulty().chain(create.faulty()).any(|entry| entry.at.is_some()) {
            return Err(Failure::bad_request("`at` is for `chunk`: nothing else is a part."));
        }
        Ok(plan)
    }
}

impl Entries {
    /// Takes the fault for a request from the list. `range` is the range of its chunk.
    pub(crate) fn take(&mut self, range: Option<ByteRange>) -> Option<Fault> {
        let index = self.0.iter().position(|entry| {
            entry.as_ref().and_then(|entry| entry.at).is_none_or(|at| {
                range.is_some_and(|range| (range.first()..=range.last()).contains(&at))
            })
        })?;
        if let Some(Some(entry)) = self.0.get_mut(index)
            && let Some(left) = NonZeroU64::new(entry.times.get() - 1)
        {
            entry.times = left;
            return Some(entry.fault.clone());
        }
        self.0.remove(index).flatten().map(|entry| entry.fault)
    }

    /// Checks that every answer in the list is valid.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        self.faulty().try_for_each(|entry| match &entry.fault {
            Fault::Status(answer) => answer.to_response().map(drop),
            _ => Ok(()),
        })
    }

    fn faulty(&self) -> impl Iterator<Item = &Entry> {
        self.0.iter().flatten()
    }
}

const fn once() -> NonZeroU64 {
    NonZeroU64::MIN
}

fn is_once(times: &NonZeroU64) -> bool {
    *times == once()
}

impl Answer {
    /// Creates the answer. Fails if it is not valid.
    pub(super) fn to_response(&self) -> Result<Response, Failure> {
        let status =
            StatusCode::from_u16(self.status).ok().filter(|_| (200..600).contains(&self.status));
        let mut response = self.body.clone().into_response();
        *response.status_mut() = status
            .ok_or_else(|| Failure::bad_request("`status` must be a number from 200 to 599."))?;
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
