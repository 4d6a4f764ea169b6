//! `POST /uploads`: creates an upload URL for a client with the API key, or returns the media object if
//! the file of the idempotency key is stored already.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::answer::{Failure, success};
use super::records::Created;
use ittybit_uploader_backend::service::{IDEMPOTENCY_KEY, NewUpload};

/// In bytes. This request contains no file.
const MAX_BODY_SIZE: usize = 64 * 1024;

pub(super) async fn create_upload(
    State(state): State<Arc<super::State>>,
    request: Request,
) -> Result<Response, Failure> {
    state.check_key(request.headers())?;
    let idempotency_key = idempotency_key(request.headers())?;
    let body = axum::body::to_bytes(request.into_body(), MAX_BODY_SIZE).await.map_err(|_| {
        Failure::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "The properties of an upload are not that long.",
        )
    })?;
    let props = match body.as_ref() {
        b"" => NewUpload::default(),
        // Parses a map first, because serde would also read a struct's fields from an array, by position.
        body => serde_json::from_slice(body)
            .and_then(|map: Map<String, Value>| serde_json::from_value(map.into()))
            .map_err(|error| {
                Failure::bad_request(format!(
                    "The properties of the upload cannot be read: {error}."
                ))
            })?,
    };
    let kind = if props.resumable == Some(true) { "resumable" } else { "single" };
    let key = Uuid::new_v4().simple().to_string();
    let url = format!("{}/store/{kind}?key={key}", state.settings.base_url);
    let ttl = state.settings.url_ttl;
    match state.records.create_upload(key, idempotency_key, props, ttl).await? {
        Created::Url { expires_at, received } => {
            let mut data = json!({ "url": url, "expires_at": expires_at });
            if !received.is_empty() {
                data["received"] = json!(received);
            }
            Ok(success(StatusCode::OK, data))
        }
        Created::Stored(media) => Ok(success(StatusCode::OK, json!({ "media": media }))),
        Created::OtherProps => Err(Failure::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "This Idempotency-Key came with other properties before. A key belongs to one upload.",
        )),
    }
}

/// Returns the key, which must have 16 to 32 characters as at Ittybit
/// (<https://ittybit.com/api/idempotency>).
fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Failure> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else {
        return Ok(None);
    };
    match value.to_str() {
        Ok(key) if (16..=32).contains(&key.len()) => Ok(Some(key.into())),
        _ => Err(Failure::bad_request("An Idempotency-Key has 16 to 32 characters.")),
    }
}
