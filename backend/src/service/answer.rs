//! Reading Ittybit's answer to "create an upload URL".
//!
//! Its versions differ: `{meta, data, error, links}` with an error that is `null`, a string or
//! `{message}`; a bare object; `{message}`; `{kind, message}`. All of them are read. So is `media`
//! in the place of `url`: the file is stored already. Beside `url`, `received` are the ranges of a
//! resumable upload that need not be sent again.

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::Value;

use super::{ApiKey, ByteRange, Created, ServiceError, UploadTarget};

/// Longer words of a server are cut: they go into logs. Characters.
const LONGEST_MESSAGE: usize = 500;

pub(super) fn retry_after(headers: &HeaderMap) -> Option<String> {
    headers.get(RETRY_AFTER)?.to_str().ok().map(String::from)
}

/// Reads where the file goes, or what it became.
pub(super) fn read_created(
    status: StatusCode,
    retry_after: Option<String>,
    text: &str,
    api_key: &ApiKey,
) -> Result<Created, ServiceError> {
    let json = serde_json::from_str::<Value>(text).ok();
    let words = shown_words(json.as_ref(), api_key);
    if !status.is_success() {
        let message = words.unwrap_or_else(|| {
            status.canonical_reason().unwrap_or("without a reason").to_lowercase()
        });
        return Err(ServiceError::Refused { status, message, retry_after });
    }
    let no_upload = |reason: &str| Err(ServiceError::NotAnUpload(reason.into()));
    let Some(json) = json else {
        return no_upload("it is not JSON");
    };
    if !json["error"].is_null() {
        return no_upload(words.as_deref().unwrap_or("it reports an error without a reason"));
    }
    let upload = if json["data"].is_null() { &json } else { &json["data"] };
    let media = &upload["media"];
    if media["id"].is_string() {
        return Ok(Created::Stored(media.clone()));
    }
    if !media.is_null() {
        return no_upload("its media is no media object");
    }
    let Some(url) = upload["url"].as_str() else {
        return no_upload("it has no url");
    };
    let Some(target) = UploadTarget::new(url) else {
        return no_upload("its url is not one that a file may be sent to");
    };
    match serde_json::from_value::<Option<Vec<ByteRange>>>(upload["received"].clone()) {
        Ok(received) => Ok(Created::Target(target.with_received(received.unwrap_or_default()))),
        Err(_) => no_upload("what it has received are no ranges of bytes"),
    }
}

/// What a server says went wrong, as it may be shown in a log.
pub(super) fn shown_words(json: Option<&Value>, api_key: &ApiKey) -> Option<String> {
    json.and_then(words)
        .map(|words| api_key.redact(&words.chars().take(LONGEST_MESSAGE).collect::<String>()))
}

/// What a server says went wrong, wherever it puts it.
fn words(json: &Value) -> Option<&str> {
    let error = &json["error"];
    [error, &error["message"], &json["message"]]
        .into_iter()
        .find_map(Value::as_str)
        .filter(|words| !words.is_empty())
}
