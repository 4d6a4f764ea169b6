//! The envelope of the stand-in's answers: `{meta, data, error, links}`.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use uuid::Uuid;

use super::StandInError;

/// Creates an answer with an object.
pub(super) fn success(status: StatusCode, data: Value) -> Response {
    envelope(status, data, Value::Null)
}

/// A refusal, or an error of the stand-in itself.
#[derive(Debug)]
pub(crate) struct Failure {
    status: StatusCode,
    message: String,
}

impl Failure {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }
}

impl<E: Into<StandInError>> From<E> for Failure {
    fn from(error: E) -> Self {
        let error = error.into();
        tracing::error!(%error, "stand-in");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        envelope(self.status, Value::Null, json!({ "message": self.message }))
    }
}

fn envelope(status: StatusCode, data: Value, error: Value) -> Response {
    let request_id = format!("req_{}", Uuid::new_v4().simple());
    let body = json!({
        "meta": { "id": request_id, "status": status.as_u16(), "type": "object" },
        "data": data,
        "error": error,
        "links": {},
    });
    (status, Json(body)).into_response()
}
