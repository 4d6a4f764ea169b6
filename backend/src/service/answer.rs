//! Reads Ittybit's answer to "create an upload URL".
//!
//! Envelopes differ between versions: `{meta, data, error, links}` with an error that is `null`, a
//! string or `{message}`; a bare object; `{message}`; `{kind, message}`. This module reads all of them.
//! `media` instead of `url` means that the file is stored already. `received` beside `url` lists the
//! ranges of a resumable upload that are stored already.

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::Value;

use super::{ApiKey, ByteRange, Created, ServiceError, UploadTarget};

/// The longest message of a server in a log, in characters. Longer ones are cut.
const LONGEST_MESSAGE: usize = 500;

pub(super) fn retry_after(headers: &HeaderMap) -> Option<String> {
    headers.get(RETRY_AFTER)?.to_str().ok().map(String::from)
}

/// Reads an upload URL, or the media object of a file that is stored already.
pub(super) fn read_created(
    status: StatusCode,
    retry_after: Option<String>,
    text: &str,
    api_key: &ApiKey,
) -> Result<Created, ServiceError> {
    let json = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')).ok();
    let message = message_for_log(json.as_ref(), api_key);
    if !status.is_success() {
        let message = message.unwrap_or_else(|| {
            status.canonical_reason().unwrap_or("without a reason").to_lowercase()
        });
        return Err(ServiceError::Refused { status, message, retry_after });
    }
    let no_upload = |reason: &str| Err(ServiceError::NotAnUpload(reason.into()));
    let Some(json) = json else {
        return no_upload("it is not JSON");
    };
    if is_failure(&json) {
        return no_upload(message.as_deref().unwrap_or("it reports an error without a reason"));
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

/// Returns a server's error message for a log: on one line, and without the key and URLs, because a URL
/// may be an upload URL or give access to a file. Cuts the message last, so that no part of a secret
/// remains.
pub(super) fn message_for_log(json: Option<&Value>, api_key: &ApiKey) -> Option<String> {
    let message = without_urls(&api_key.redact(json.and_then(message_in)?));
    let shown = message.chars().map(|char| if char.is_control() { ' ' } else { char });
    Some(shown.take(LONGEST_MESSAGE).collect())
}

/// Returns whether an answer reports an error. `null`, `false`, `0` and an empty string mean no error.
pub(super) fn is_failure(json: &Value) -> bool {
    match &json["error"] {
        Value::Null => false,
        Value::Bool(error) => *error,
        Value::Number(error) => error.as_f64() != Some(0.0),
        Value::String(error) => !error.is_empty(),
        Value::Array(errors) => !errors.is_empty(),
        Value::Object(_) => true,
    }
}

fn without_urls(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let is_of_scheme = |char: char| char.is_ascii_alphanumeric() || "+-.".contains(char);
        shown.push_str(rest[..at].trim_end_matches(is_of_scheme));
        shown.push_str("[URL]");
        let is_outside = |char: char| char.is_whitespace() || "\"<>".contains(char);
        rest = rest[at..].find(is_outside).map_or("", |end| &rest[at + end..]);
    }
    shown + rest
}

/// Returns a server's error message, from any of the fields that servers use for it.
fn message_in(json: &Value) -> Option<&str> {
    let error = &json["error"];
    let messages =
        [error, &error["message"], &json["message"]].into_iter().filter_map(Value::as_str);
    { messages }.find(|message| !message.is_empty())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

    use serde_json::json;

    use super::*;

    const KEY: &str = "sk_live_0123456789abcdef";

    fn shown(message: &str) -> String {
        let key = ApiKey::new(KEY).unwrap();
        message_for_log(Some(&json!({ "error": { "message": message } })), &key).unwrap()
    }

    #[test]
    fn shortened_messages_contain_no_secret() {
        let url = "https://you.ittybit.net/store/single?key=0123456789abcdef&x=%20'y'";
        for secret in [KEY, url] {
            for before in [0, 1, 100, 470, 490, 499, 500, 600] {
                let shown = shown(&format!("{} {secret} is wrong", "x".repeat(before)));
                assert!(!shown.contains("sk_") && !shown.contains("http"), "{shown}");
                assert!(!shown.contains("0123"), "{shown}");
                assert!(shown.len() <= LONGEST_MESSAGE, "{shown}");
            }
        }
    }

    #[test]
    fn messages_stay_readable() {
        assert_eq!(shown("no \"https://a.b/c?d\" here"), "no \"[URL]\" here");
        assert_eq!(shown("(s3+x://a) http://b, ://c"), "([URL] [URL] [URL]");
        assert_eq!(shown("a: b/c :/ /d"), "a: b/c :/ /d");
        assert_eq!(shown("one\r\ntwo\u{1b}[31m"), "one  two [31m");
    }
}
