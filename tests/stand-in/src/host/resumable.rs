//! `PUT /store/resumable?key=…`: receives the chunks of a resumable upload, and creates its media object.
//!
//! Each chunk arrives in its own file, and is copied into the session's file when it is recorded. So
//! two chunks with the same bytes can't mix, even if they race, and acknowledged bytes are never
//! written again.

use std::sync::Arc;

use axum::body::{Body, BodyDataStream};
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::answer::{Failure, success};
use super::chunk::Chunk;
use super::media::Arrived;
use super::records::{Conflict, Session, SessionUrl, Stored};
use super::single::{UploadKey, drain, expired, unknown, wrong_method};

pub(super) async fn store(
    State(state): State<Arc<super::State>>,
    Query(UploadKey { key }): Query<UploadKey>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let mut body = body.into_data_stream();
    match store_chunk(state, key, &parts.headers, &mut body).await {
        Ok(Stored::Part(received)) => {
            success(StatusCode::ACCEPTED, json!({ "received": received }))
        }
        Ok(Stored::Whole(media)) => success(StatusCode::CREATED, media),
        Err(failure) => {
            drain(body);
            failure.into_response()
        }
    }
}

/// `POST /store/resumable`: refuses a form, which was sent to the wrong kind of URL.
pub(super) async fn refuse_form(body: Body) -> Response {
    drain(body.into_data_stream());
    wrong_method("PUT", "This upload URL takes chunks, each by a PUT with a Content-Range.")
}

async fn store_chunk(
    state: Arc<super::State>,
    key: String,
    headers: &HeaderMap,
    body: &mut BodyDataStream,
) -> Result<Stored, Failure> {
    let session = match state.records.look_up_session(key).await? {
        SessionUrl::Usable(session) => session,
        SessionUrl::Expired => return Err(expired()),
        SessionUrl::Unknown => return Err(unknown()),
    };
    let chunk = Chunk::announced(headers)?;
    if let Some(conflict) = state.records.conflict(&session, chunk).await? {
        return Err(conflict.into());
    }
    let received = chunk.receive(body, state.files.incoming()).await?;
    let place = state.files.place(&session.id);
    let describing = Arc::clone(&state);
    let store = {
        let place = place.clone();
        move || received.put_in(&place)
    };
    let describe = move |session: &Session| {
        // Only the bytes tell the file's type.
        let file = Arrived { path: &place, filename: "", mime: "", size: chunk.total };
        describing.media_object(&session.id, &file, &session.props)
    };
    Ok(state.records.record(session, chunk, store, describe).await??)
}

impl From<Conflict> for Failure {
    fn from(conflict: Conflict) -> Self {
        let words = match conflict {
            Conflict::Total(total) => format!("This upload is of a file of {total} bytes."),
            Conflict::Overlap(other) => format!(
                "Some of these bytes are stored already, by the chunk from {} to {}.",
                other.first(),
                other.last()
            ),
        };
        Self::new(StatusCode::CONFLICT, words)
    }
}
