//! Sends a request to the store, and checks that it succeeds.

use reqwest::header::RETRY_AFTER;
use reqwest::{RequestBuilder, Response};

use super::{StorageError, xml};
use crate::service::{TextError, read_text};

/// Sends a request, and reads the whole body of a successful answer.
pub(super) async fn text(request: RequestBuilder) -> Result<String, StorageError> {
    read(answer(request).await?).await
}

/// Sends a request, and returns a successful answer.
pub(super) async fn answer(request: RequestBuilder) -> Result<Response, StorageError> {
    let response = request.send().await.map_err(StorageError::no_answer)?;
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let retry_after = response.headers().get(RETRY_AFTER);
    let retry_after = retry_after.and_then(|value| value.to_str().ok()).map(String::from);
    let code = xml::read_code(&read(response).await?).unwrap_or_default();
    Err(StorageError::refused(status, code, retry_after))
}

async fn read(response: Response) -> Result<String, StorageError> {
    read_text(response).await.map_err(|error| match error {
        TextError::Broken(error) => StorageError::no_answer(error),
        TextError::TooLong => StorageError::NotUnderstood("it is far too long"),
    })
}
