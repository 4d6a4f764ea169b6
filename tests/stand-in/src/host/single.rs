//! `POST /store/single?key=…`: receives a simple upload, and creates its media object.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::answer::{Failure, success};
use super::media::Arrived;
use super::receive::{Received, receive};
use super::records::UploadUrl;

/// How long the rest of a refused upload is read.
const DRAIN_TIME: Duration = Duration::from_secs(30);

#[derive(Deserialize)]
pub(super) struct UploadKey {
    #[serde(default)]
    pub(super) key: String,
}

pub(super) async fn store(
    State(state): State<Arc<super::State>>,
    Query(UploadKey { key }): Query<UploadKey>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let mut body = body.into_data_stream();
    match store_single(state, key, &parts.headers, &mut body).await {
        Ok(media) => success(StatusCode::CREATED, media),
        Err(failure) => {
            drain(body);
            failure.into_response()
        }
    }
}

/// `PUT /store/single`: refuses a chunk, which was sent to the wrong kind of URL.
pub(super) async fn refuse_chunk(body: Body) -> Response {
    drain(body.into_data_stream());
    wrong_method("POST", "This upload URL takes the whole file at once, in a form that is POSTed.")
}

/// Reads and discards the rest of a body after the answer. Closing a connection while the client is
/// sending resets it, and the client would lose the answer.
pub(crate) fn drain(mut body: BodyDataStream) {
    tokio::spawn(tokio::time::timeout(DRAIN_TIME, async move {
        while let Some(Ok(_)) = body.next().await {}
    }));
}

async fn store_single(
    state: Arc<super::State>,
    key: String,
    headers: &HeaderMap,
    body: &mut BodyDataStream,
) -> Result<Value, Failure> {
    let props = match state.records.look_up(key.clone()).await? {
        UploadUrl::Usable(props) => props,
        UploadUrl::Used => return Err(used()),
        UploadUrl::Expired => return Err(expired()),
        UploadUrl::Unknown => return Err(unknown()),
    };
    let received = receive(headers, body, state.files.incoming()).await?;
    let id = format!("med_{}", Uuid::new_v4().simple());
    let place = state.files.place(&id);
    let describing = Arc::clone(&state);
    let (id, received, media) = tokio::task::spawn_blocking(move || {
        let Received { path, filename, mime, size } = &received;
        let media =
            describing.media_object(&id, &Arrived { path, filename, mime, size: *size }, &props);
        (id, received, media)
    })
    .await?;
    let store = move || received.path.persist(place).map_err(|error| error.error);
    state.records.complete(key, id, media?, store).await?.ok_or_else(used)
}

fn used() -> Failure {
    Failure::new(StatusCode::GONE, "This upload URL was used already.")
}

pub(super) fn expired() -> Failure {
    Failure::new(StatusCode::GONE, "This upload URL has expired.")
}

pub(super) fn unknown() -> Failure {
    Failure::new(StatusCode::NOT_FOUND, "There is no such upload URL.")
}

pub(super) fn wrong_method(allowed: &'static str, words: &str) -> Response {
    let failure = Failure::new(StatusCode::METHOD_NOT_ALLOWED, words);
    ([(header::ALLOW, allowed)], failure).into_response()
}
