//! Creates a media object from a file that is stored elsewhere. Ittybit fetches it from its URL.

use reqwest::Url;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::answer::{is_failure, message_for_log, retry_after};
use super::{IDEMPOTENCY_KEY, NewUpload, Service, ServiceError, TextError, read_text};

#[derive(Serialize)]
struct NewMedia<'a> {
    url: &'a str,
    #[serde(flatten)]
    upload: &'a NewUpload,
}

impl Service {
    /// Creates a media object from a file that Ittybit fetches from `url`, for example a signed URL of
    /// a store (`POST /media`, <https://ittybit.com/docs/media>). The URL must work until the file is
    /// fetched. Returns the media object exactly as received.
    ///
    /// `idempotency_key` and `upload` must be the same for every request about the same file. Ittybit
    /// documents the header for its `POST` requests in general (<https://ittybit.com/api/idempotency>).
    ///
    /// # Errors
    ///
    /// Fails if Ittybit refuses, does not answer in time ([`Timeouts::fetch`](super::Timeouts::fetch)),
    /// or its answer contains no media object. No error contains the URL.
    pub async fn create_media(
        &self,
        url: &Url,
        upload: &NewUpload,
        idempotency_key: Uuid,
    ) -> Result<Value, ServiceError> {
        let body = serde_json::to_vec(&NewMedia { url: url.as_str(), upload })
            .map_err(ServiceError::Unsendable)?;
        let response = self
            .client
            .post(format!("{}/media", self.api_url))
            .header(AUTHORIZATION, self.api_key.bearer())
            .header(CONTENT_TYPE, "application/json")
            .header(IDEMPOTENCY_KEY, idempotency_key.simple().to_string())
            .body(body)
            // Ittybit reads the file before it answers.
            .timeout(self.timeouts.fetch)
            .send()
            .await
            .map_err(ServiceError::no_answer)?;
        let status = response.status();
        let retry_after = retry_after(response.headers());
        let text = read_text(response).await.map_err(|error| match error {
            TextError::Broken(error) => ServiceError::no_answer(error),
            TextError::TooLong => ServiceError::NotMedia("it is far too long".into()),
        })?;
        let json = serde_json::from_str::<Value>(&text).ok();
        let message = message_for_log(json.as_ref(), &self.api_key);
        if !status.is_success() {
            let message = message.unwrap_or_else(|| "without a reason".into());
            return Err(ServiceError::Refused { status, message, retry_after });
        }
        let no_media = |reason: &str| Err(ServiceError::NotMedia(reason.into()));
        let Some(mut json) = json else {
            return no_media("it is not JSON");
        };
        if is_failure(&json) {
            return no_media(message.as_deref().unwrap_or("it reports an error without a reason"));
        }
        let media = if json["data"].is_null() { json } else { json["data"].take() };
        if media["id"].is_string() { Ok(media) } else { no_media("it has no id") }
    }
}
