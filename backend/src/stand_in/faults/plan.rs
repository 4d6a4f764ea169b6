//! What is to go wrong, as a test writes it down.
//!
//! ```json
//! { "store": [{ "kind": "reset-in-body", "bytes": 1000000 }, null, { "kind": "hang" }],
//!   "create": [{ "kind": "status", "status": 503, "retry_after": "1" }],
//!   "chunk": [{ "kind": "lost-after-storing", "at": 0 },
//!             { "kind": "slow", "bytes_per_second": 4000000, "times": 1000000 }] }
//! ```
//!
//! A request takes the first entry of its list that is for it. `null` is a request that nothing
//! happens to. `times` is how many requests an entry is for, 1 where nothing is said. Chunks that
//! are sent in parallel arrive in no order, so an entry for one of them says which: the one that has
//! the byte `at`, counted from the file's start.
//!
//! It knows the words and whether they make sense, and nothing of how a fault is brought about.

use std::collections::VecDeque;
use std::num::NonZeroU64;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::service::ByteRange;
use crate::stand_in::answer::Failure;

/// One list for each kind of request.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Plan {
    /// For `POST /store/single`.
    pub(super) store: Entries,
    /// For `POST /uploads`.
    pub(super) create: Entries,
    /// For whatever is sent to `/store/resumable`.
    pub(super) chunk: Entries,
}

/// What happens to the requests of one kind.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Entries(VecDeque<Option<Entry>>);

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<u64>,
    #[serde(default = "once", skip_serializing_if = "is_once")]
    times: NonZeroU64,
    // It denies unknown fields for both.
    #[serde(flatten)]
    fault: Fault,
}

/// What happens to one request. A reset ends its connection without an answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Fault {
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
    /// Another byte arrives in the place of this one, counted from the body's start, and all goes on
    /// as usual. Where a store verifies checksums, it refuses.
    Corrupt { byte: u64 },
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
pub(crate) struct Answer {
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
    /// Takes what happens to a request off the list. `range` is what it brings of a file in chunks.
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

    /// Whether every answer on the list can be given.
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
