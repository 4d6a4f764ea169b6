//! Performs one fault on a request. Knows nothing about plans.

use std::future::pending;
use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Query, Request, State};
use axum::http::Uri;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, StreamExt};
use tokio::time::{Instant, sleep, sleep_until};

use super::Faults;
use super::connection::Line;
use super::control::Coming;
use super::plan::Fault;
use crate::host::answer::Failure;
use crate::host::single::{UploadKey, drain};

pub(super) async fn inject(
    State(faults): State<Arc<Faults>>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: Request,
    next: Next,
) -> Response {
    let Coming { fault, chunk_request } = faults.next(&request);
    let response = match fault {
        None => next.run(request).await,
        Some(fault) => {
            if matches!(fault, Fault::Expire {})
                && let Err(failure) = faults.expire(request.uri().clone()).await
            {
                return failure.into_response();
            }
            perform(fault, &line, request, next).await.into_response()
        }
    };
    if let Some(chunk_request) = chunk_request
        && !line.is_cut()
    {
        chunk_request.answered(response.status());
    }
    response
}

impl Faults {
    async fn expire(&self, uri: Uri) -> Result<(), Failure> {
        if let Ok(Query(UploadKey { key })) = Query::try_from_uri(&uri) {
            self.state.records.expire(key).await?;
        }
        Ok(())
    }
}

/// Performs the fault for a request. The caller must say how its URL expires.
pub(crate) async fn perform(
    fault: Fault,
    line: &Line,
    request: Request,
    next: Next,
) -> Result<Response, Failure> {
    let (parts, body) = request.into_parts();
    let request = |body| Request::from_parts(parts, body);
    Ok(match fault {
        Fault::ResetBeforeBody {} => line.cut(),
        Fault::ResetInBody { bytes } => {
            let _unread = read(body, bytes).await;
            line.cut()
        }
        Fault::ResetAfterBody {} => {
            read_all(body).await;
            line.cut()
        }
        Fault::Status(answer) => {
            if answer.early {
                drain(body.into_data_stream());
            } else {
                read_all(body).await;
            }
            answer.to_response()?
        }
        Fault::Hang {} => {
            read_all(body).await;
            pending().await
        }
        Fault::HangInBody { bytes } => {
            let _unread = read(body, bytes).await;
            pending().await
        }
        Fault::Slow { bytes_per_second } => next.run(request(paced(body, bytes_per_second))).await,
        Fault::LostAfterStoring {} => {
            next.run(request(body)).await;
            line.cut()
        }
        Fault::SlowAnswer { ms } => {
            let response = next.run(request(body)).await;
            sleep(Duration::from_millis(ms)).await;
            response
        }
        Fault::Corrupt { byte } => next.run(request(corrupted(body, byte))).await,
        Fault::Expire {} => next.run(request(body)).await,
        Fault::CloseReused {} => {
            // Reads the whole body first, so that whatever arrives later is another request.
            let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
            let response = next.run(request(body.into())).await;
            line.cut_at_next_request();
            response
        }
    })
}

/// Reads up to this many bytes of a body, and returns the rest, because dropping a body would read on.
async fn read(body: Body, bytes: u64) -> BodyDataStream {
    let mut body = body.into_data_stream();
    let mut left = bytes;
    while left > 0
        && let Some(Ok(chunk)) = body.next().await
    {
        left = left.saturating_sub(chunk.len() as u64);
    }
    body
}

pub(crate) async fn read_all(body: Body) {
    drop(read(body, u64::MAX).await);
}

/// Slows a body down to this many bytes per second.
fn paced(body: Body, bytes_per_second: NonZeroU64) -> Body {
    let start = Instant::now();
    let chunks =
        stream::unfold((body.into_data_stream(), 0_u64), move |(mut body, read)| async move {
            let due = Duration::from_secs_f64(read as f64 / bytes_per_second.get() as f64);
            sleep_until(start + due).await;
            let chunk = body.next().await?;
            let size = chunk.as_ref().map_or(0, Bytes::len) as u64;
            Some((chunk, (body, read + size)))
        });
    // A reader may poll once more after the end of a body.
    Body::from_stream(chunks.fuse())
}

/// Changes one byte of a body.
fn corrupted(body: Body, byte: u64) -> Body {
    let mut start = 0;
    Body::from_stream(body.into_data_stream().map(move |chunk| {
        let chunk = chunk?;
        let index = usize::try_from(byte.wrapping_sub(start)).unwrap_or(usize::MAX);
        start += chunk.len() as u64;
        if index >= chunk.len() {
            return Ok::<_, axum::Error>(chunk);
        }
        let mut chunk = Vec::from(chunk);
        chunk[index] ^= 1;
        Ok(Bytes::from(chunk))
    }))
}
