//! The refusal of a request: a status, and a message that a person may read on the page.

use std::time::Duration;

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::service::ServiceError;
use crate::storage::StorageError;

/// A refusal, answered as `{"error":{"message":…}}`.
///
/// The page shows the message to the person who uploads, so it must not contain anything secret.
#[derive(Clone, Debug)]
pub struct Refusal {
    status: StatusCode,
    message: String,
    retry_after: Option<HeaderValue>,
}

impl Refusal {
    /// Creates a refusal with any status. A status below 400, which is not an error, becomes 403,
    /// because the page must not take a refusal for an upload target.
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        let is_error = status.is_client_error() || status.is_server_error();
        let status = if is_error { status } else { StatusCode::FORBIDDEN };
        Self { status, message: message.into(), retry_after: None }
    }

    /// 400: the request is not valid.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// 401: nobody is signed in.
    pub fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, message)
    }

    /// 403: this person may not upload this file.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    /// 413: the file is too large, or there is no space left for it.
    pub fn too_large(message: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, message)
    }

    /// Adds how long to wait before the next request (`Retry-After`, in whole seconds). If the status is
    /// temporary, such as 429 or 503, the page retries by itself.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        self.retry_after = Some(HeaderValue::from(seconds));
        self
    }

    /// 404: the upload id is unknown, altered, expired, of another app or person, or its upload was
    /// completed or aborted. The page can't tell which.
    pub(super) fn gone() -> Self {
        Self::new(StatusCode::NOT_FOUND, "There is no such upload.")
    }

    /// 500: a mistake of the app, which its log describes.
    pub(super) fn unprepared() -> Self {
        let message = "The app's backend could not prepare the upload.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, message)
    }

    pub(super) fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "Upload URLs must be requested with POST.")
    }
}

/// Returns the refusal for the page when `who` has answered with `status`.
fn refused(status: StatusCode, who: &str) -> Refusal {
    let refused = format!("{who} refused this app's request.");
    match status.as_u16() {
        // These 5xx statuses are permanent, so pages must not retry (RFC 9110, 2774, 6585).
        501 | 505 | 510 | 511 => Refusal::new(StatusCode::NOT_IMPLEMENTED, refused),
        500.. => Refusal::new(StatusCode::BAD_GATEWAY, format!("{who} is not available.")),
        _ => Refusal::new(StatusCode::BAD_GATEWAY, refused),
    }
}

/// Logs Ittybit's message for the app. The page only learns what it can act on.
impl From<ServiceError> for Refusal {
    fn from(error: ServiceError) -> Self {
        let unavailable = |status| Self::new(status, "The upload service is not available.");
        match error {
            ServiceError::Refused { status, retry_after, .. } => {
                let refusal = match status {
                    StatusCode::PAYLOAD_TOO_LARGE => {
                        Self::too_large("The upload service has no space left for this file.")
                    }
                    StatusCode::TOO_MANY_REQUESTS => {
                        Self::new(status, "The upload service is busy. Please try again later.")
                    }
                    _ => refused(status, "The upload service"),
                };
                let retry_after = retry_after.and_then(|value| HeaderValue::try_from(value).ok());
                Self { retry_after, ..refusal }
            }
            ServiceError::TimedOut => unavailable(StatusCode::GATEWAY_TIMEOUT),
            ServiceError::Unreachable(_) => unavailable(StatusCode::BAD_GATEWAY),
            ServiceError::NotAnUpload(_) | ServiceError::NotMedia(_) => {
                Self::new(StatusCode::BAD_GATEWAY, "The upload service gave an invalid answer.")
            }
            ServiceError::Unsendable(_) => Self::unprepared(),
        }
    }
}

/// Logs the details for the app, as with the service.
impl From<StorageError> for Refusal {
    fn from(error: StorageError) -> Self {
        let unavailable = |status| Self::new(status, "The file store is not available.");
        match error {
            StorageError::NoSuchUpload => Self::gone(),
            StorageError::Refused { status, code, retry_after } => {
                let is_busy = code == "SlowDown"
                    || matches!(
                        status,
                        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
                    );
                let refusal = if is_busy {
                    unavailable(StatusCode::SERVICE_UNAVAILABLE)
                } else {
                    refused(status, "The file store")
                };
                let retry_after = retry_after.and_then(|value| HeaderValue::try_from(value).ok());
                Self { retry_after, ..refusal }
            }
            StorageError::NoChecksums(_) => refused(StatusCode::NOT_IMPLEMENTED, "The file store"),
            StorageError::TimedOut => unavailable(StatusCode::GATEWAY_TIMEOUT),
            StorageError::Unreachable(_) => unavailable(StatusCode::BAD_GATEWAY),
            StorageError::NotUnderstood(_) => {
                Self::new(StatusCode::BAD_GATEWAY, "The file store gave an invalid answer.")
            }
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({ "error": { "message": self.message } });
        let mut response = (self.status, Json(body)).into_response();
        if let Some(retry_after) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, retry_after);
        }
        response
    }
}
