//! Reads servers' answers: media objects, and the messages of failures.
//!
//! Envelopes differ between versions of the service and between backends: `{meta, data, error,
//! links}` with an error that is `null`, a string or `{message}`; a bare object; `{message}`;
//! `{kind, message}`. This module reads all of them, and no other module reads any.

use super::{ErrorCode, Json, UploadError, url};

/// An HTTP answer.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// The body, as text.
    pub body: String,
    /// How long the server asks the client to wait before the next request, in ms: `Retry-After`
    /// (RFC 9110, section 10.2.3), which is in seconds or a date.
    pub retry_after: Option<f64>,
    /// The `ETag` of the part that a store has stored. `None` if the page may not read it.
    pub etag: Option<String>,
    /// The URL that answered, if the request was redirected.
    pub url: Option<String>,
}

impl Reply {
    pub(super) const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// Returns the first word for an empty body, the second for a web page, the third for anything else.
    pub(super) fn looks_like(&self, [nothing, page, other]: [&'static str; 3]) -> &'static str {
        match self.body.bytes().find(|byte| !byte.is_ascii_whitespace()) {
            None => nothing,
            Some(b'<') => page,
            Some(_) => other,
        }
    }
}

/// Reads the media object from the host's answer to an upload.
///
/// # Errors
///
/// `url-expired`, `too-large`, `rejected` or `server`, depending on the status; `bad-response` for a
/// success without a media object, or for a redirect that was not followed. The error quotes the
/// server's message with everything removed that could identify `upload_url`.
pub fn read_media<J: Json>(reply: &Reply, upload_url: &str) -> Result<J, Box<UploadError>> {
    let json = J::parse(&reply.body);
    let media = json.as_ref().filter(|_| reply.is_success()).and_then(stored_media);
    media.ok_or_else(|| {
        let words = json.as_ref().and_then(words);
        let words = words.map(|words| redact(&words, upload_url));
        if reply.is_success() && reply.url.is_some() {
            let sentence = "The host redirected the upload to an address that stores no file";
            return UploadError::answered(ErrorCode::BadResponse, sentence, reply, words);
        }
        refusal(reply, words)
    })
}

/// Reads the host's answer to a chunk. Returns the media object if the chunk completes the file.
///
/// # Errors
///
/// The same as [`read_media`].
pub(super) fn read_chunk<J: Json>(reply: &Reply, url: &str) -> Result<Option<J>, Box<UploadError>> {
    if reply.status == ACCEPTED { Ok(None) } else { read_media(reply, url).map(Some) }
}

/// Status of a chunk that is stored but does not complete the file (RFC 9110, section 15.3.3).
const ACCEPTED: u16 = 202;

/// Checks that the request was not redirected to a URL to which files must not be sent. The answer
/// of such a URL is not trusted, whatever it says.
///
/// # Errors
///
/// `bad-response` if it was.
pub(super) fn check_redirect(reply: &Reply, http_loopback: bool) -> Result<(), Box<UploadError>> {
    match &reply.url {
        Some(url) if url::check(url, http_loopback).is_err() => {
            let message = "The host redirected the upload to a URL that is not https.";
            let mut error = UploadError::boxed(ErrorCode::BadResponse, message.into());
            error.status = Some(reply.status);
            Err(error)
        }
        _ => Ok(()),
    }
}

/// Returns the `ETag` from a store's answer to a part.
///
/// # Errors
///
/// An error that depends on the status; `bad-response` if the page cannot read the `ETag`.
pub(super) fn read_part(reply: &Reply) -> Result<String, Box<UploadError>> {
    if !reply.is_success() {
        // A store's code for bytes that don't match their checksum: `BadDigest`, or in some stores
        // `InvalidDigest`.
        if reply.status != 400 || !contains(&reply.body, "Digest") {
            return Err(refusal(reply, None));
        }
        let sentence = "The bytes have changed on the way: their checksum is another";
        let code = store_code(&reply.body).map(String::from);
        let mut changed = UploadError::answered(ErrorCode::Rejected, sentence, reply, code);
        changed.retryable = true;
        return Err(changed);
    }
    let sentence =
        "The store does not show what it calls a part: its rules for CORS have to expose `ETag`";
    let blind = || UploadError::answered(ErrorCode::BadResponse, sentence, reply, None);
    reply.etag.clone().ok_or_else(blind)
}

/// Turns an unsuccessful answer of the host into an error. `words` is the host's own message. Of a
/// store's answer, the error quotes only the code: the rest may contain the key, the signature or the
/// URL.
fn refusal(reply: &Reply, words: Option<String>) -> Box<UploadError> {
    let store = store_code(&reply.body);
    let status = store.map_or(reply.status, |code| status_of(code, reply));
    let (code, sentence) = match status {
        ..=399 => return bad_response(reply, words),
        401 | 403 | 404 | 410 => {
            (ErrorCode::UrlExpired, "The upload URL has expired or was used already")
        }
        413 => (ErrorCode::TooLarge, "The file is too large for the host, or its space is used up"),
        CLOCK_IS_OFF => (
            ErrorCode::Rejected,
            "The clock of the server that signs uploads must be set: it is off",
        ),
        500.. => (ErrorCode::Server, "The host could not store the file"),
        _ => (ErrorCode::Rejected, "The host refused the file"),
    };
    let words = words.or_else(|| store.map(String::from));
    let mut error = UploadError::answered(code, sentence, reply, words);
    // A store answers 400 if it waited for bytes that never arrived.
    error.retryable |= status == 500;
    error
}

/// Stands for a store's error about a wrong clock. HTTP has no such status.
const CLOCK_IS_OFF: u16 = 499;

/// Parts of a store's code or message, each with the HTTP status that means the same.
const MEANINGS: [(&str, u16); 7] = [
    ("NoSuchUpload", 404),
    ("EntityTooLarge", 413),
    ("RequestTimeout", 500),
    ("TimeTooSkewed", CLOCK_IS_OFF),
    // As in "Request is not valid yet".
    (" yet", CLOCK_IS_OFF),
    ("xpired", 410),
    ("too old", 410),
];

/// Returns the HTTP status that means the same as a store's code. The real status is not enough: stores
/// answer 400 or 403 both for a URL that has expired, where a new URL helps, and for one that was never
/// valid, where a new one does not.
fn status_of(code: &str, reply: &Reply) -> u16 {
    let message = text_of(&reply.body, "<Message>").unwrap_or_default();
    // Some stores give no other hint that a URL has expired.
    let is_unclear = message.is_empty() && code == "AccessDenied";
    if is_unclear || !matches!(reply.status, 400..=499) {
        return reply.status;
    }
    let is_said = |(words, _): &&(&str, u16)| contains(code, words) || contains(message, words);
    MEANINGS.iter().find(is_said).map_or(400, |(_, status)| *status)
}

/// Returns the code in a store's XML. Returns `None` unless it consists of letters only, so that an
/// error never quotes a key.
fn store_code(body: &str) -> Option<&str> {
    let code = text_of(body, "<Code>")?;
    let is_word =
        matches!(code.len(), 1..=64) && code.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_word.then_some(code)
}

/// Returns the text of the first element with the tag.
fn text_of<'a>(body: &'a str, tag: &str) -> Option<&'a str> {
    let rest = body.get(find(body, tag.as_bytes())? + tag.len()..)?;
    rest.get(..find(rest, b"<")?)
}

/// Returns the media object, inside an envelope or bare. Returns `None` for an object without an `id`,
/// which is a message or the JSON of some other page.
pub(super) fn stored_media<J: Json>(json: &J) -> Option<J> {
    if reports_error(json) {
        return None;
    }
    let media = json.field("data").or_else(|| json.object())?;
    media.text_in("id")?;
    Some(media)
}

/// Returns whether an envelope reports an error. Some servers write `false`, 0, an empty string or an
/// empty list for "no error".
pub(super) fn reports_error<J: Json>(json: &J) -> bool {
    let is_none = |error: &J| error.items().is_some_and(|all| all.is_empty());
    json.field("error").is_some_and(|error| error.is_truthy() && !is_none(&error))
}

/// Returns the server's own message about a failure, from any of the fields that servers use for it. It
/// may contain URLs with passwords.
pub(super) fn words<J: Json>(json: &J) -> Option<String> {
    let error = json.field("error");
    error
        .as_ref()
        .and_then(J::text)
        .or_else(|| error?.text_in("message"))
        .or_else(|| json.text_in("message"))
        .or_else(|| json.text_in("detail"))
        .filter(|words| !words.is_empty())
}

fn bad_response(reply: &Reply, words: Option<String>) -> Box<UploadError> {
    no_media("The host", reply, words)
}

pub(super) fn no_media(who: &str, reply: &Reply, words: Option<String>) -> Box<UploadError> {
    let found = reply.looks_like(["nothing", "a web page", "something else"]);
    let sentence = [who, " answered ", found, " instead of a media object"].concat();
    UploadError::answered(ErrorCode::BadResponse, &sentence, reply, words)
}

/// A component of the upload URL's path or query with at least this many bytes may be the secret.
const SECRET_LENGTH: usize = 16;

/// Replaces every word that contains a URL, or a component of the upload URL that may identify it.
pub(super) fn redact(words: &str, upload_url: &str) -> String {
    let mut redacted = String::new();
    let mut rest = words;
    while !rest.is_empty() {
        let ends = |byte| matches!(byte, b' ' | b'\n' | b'"' | b'\'' | b'<' | b'>');
        let end = rest.bytes().position(ends).map_or(rest.len(), |end| end + 1);
        let (word, after) = rest.split_at(end);
        redacted.push_str(if is_secret(word, upload_url) { "[…] " } else { word });
        rest = after;
    }
    redacted
}

fn is_secret(word: &str, upload_url: &str) -> bool {
    let mut parts =
        upload_url.as_bytes().split(|byte| matches!(byte, b'/' | b'?' | b'&' | b'=' | b'#'));
    contains(word, "://")
        || parts.any(|part| part.len() >= SECRET_LENGTH && find(word, part).is_some())
}

fn contains(text: &str, part: &str) -> bool {
    find(text, part.as_bytes()).is_some()
}

/// Searches byte by byte, because `str::find` would add more to the wasm than this whole module.
fn find(text: &str, part: &[u8]) -> Option<usize> {
    text.as_bytes().windows(part.len()).position(|window| window == part)
}
