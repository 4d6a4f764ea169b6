//! Reading what servers answer: media objects, and the words they put failures in.
//!
//! Envelopes differ between versions of the service and between backends: `{meta, data, error,
//! links}` with an error that is `null`, a string or `{message}`; a bare object; `{message}`;
//! `{kind, message}`. All of them are read here, and only here.

use super::{ErrorCode, Json, UploadError, url};

/// An HTTP answer.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// The body, as text.
    pub body: String,
    /// How long the server wants to be left alone, in ms: `Retry-After` (RFC 9110, section
    /// 10.2.3), which is seconds or a date.
    pub retry_after: Option<f64>,
    /// What a store calls the part that it has taken, where it lets the page know.
    pub etag: Option<String>,
    /// The URL that answered, if the request was redirected.
    pub url: Option<String>,
}

impl Reply {
    pub(super) const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// One of these words: for a body that is empty, for a web page, and for anything else.
    pub(super) fn looks_like(&self, [nothing, page, other]: [&'static str; 3]) -> &'static str {
        match self.body.bytes().find(|byte| !byte.is_ascii_whitespace()) {
            None => nothing,
            Some(b'<') => page,
            Some(_) => other,
        }
    }
}

/// Reads the media object out of the host's answer to an upload.
///
/// # Errors
///
/// What the status says: `url-expired`, `too-large`, `rejected` or `server`; and `bad-response` for
/// a success that holds no media object, or a redirect that was not followed. The server's words are
/// passed on without what could identify `upload_url`.
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

/// Reads the host's answer to a chunk: the media object, where it completes the file.
///
/// # Errors
///
/// As [`read_media`].
pub(super) fn read_chunk<J: Json>(reply: &Reply, url: &str) -> Result<Option<J>, Box<UploadError>> {
    if reply.status == ACCEPTED { Ok(None) } else { read_media(reply, url).map(Some) }
}

/// A chunk is stored, and more are to come (RFC 9110, section 15.3.3).
const ACCEPTED: u16 = 202;

/// Checks that it is no redirect that led to a URL which gets no files: whoever answers there is not
/// believed, whatever it says.
///
/// # Errors
///
/// `bad-response`.
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

/// Reads a store's answer to a part: what it calls it.
///
/// # Errors
///
/// What the status says; also where the page cannot see the `ETag`.
pub(super) fn read_part(reply: &Reply) -> Result<String, Box<UploadError>> {
    if !reply.is_success() {
        // The store's own code for bytes that are not those of the checksum: `BadDigest`, and in
        // some stores `InvalidDigest`.
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

/// Returns the error that an answer of the host means; `words` are the host's own. Of a store's answer
/// only its code is quoted: the rest may have the key, the signature or the URL in it.
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
    // A store that waited for bytes in vain answers 400.
    error.retryable |= status == 500;
    error
}

/// Stands for a store's complaint about a clock. HTTP has no such status.
const CLOCK_IS_OFF: u16 = 499;

/// Words in a store's code or message, and the HTTP status that means the same.
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

/// Returns the HTTP status that means what a store's code says. Stores answer 400 or 403 both for a URL
/// that has expired, where a new one helps, and for one that was never right, where none does.
fn status_of(code: &str, reply: &Reply) -> u16 {
    let message = text_of(&reply.body, "<Message>").unwrap_or_default();
    // Some stores say no more than this about an expired URL.
    let is_unclear = message.is_empty() && code == "AccessDenied";
    if is_unclear || !matches!(reply.status, 400..=499) {
        return reply.status;
    }
    let is_said = |(words, _): &&(&str, u16)| contains(code, words) || contains(message, words);
    MEANINGS.iter().find(is_said).map_or(400, |(_, status)| *status)
}

/// Returns the code in a store's XML if it is a word of letters, so that no key is quoted.
fn store_code(body: &str) -> Option<&str> {
    let code = text_of(body, "<Code>")?;
    let is_word =
        matches!(code.len(), 1..=64) && code.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_word.then_some(code)
}

/// Returns the text of the first element with that tag.
fn text_of<'a>(body: &'a str, tag: &str) -> Option<&'a str> {
    let rest = body.get(find(body, tag.as_bytes())? + tag.len()..)?;
    rest.get(..find(rest, b"<")?)
}

/// The media object inside an envelope, or the bare one. One without an `id` is none: a message,
/// or some other page's JSON.
pub(super) fn stored_media<J: Json>(json: &J) -> Option<J> {
    if reports_error(json) {
        return None;
    }
    let media = json.field("data").or_else(|| json.object())?;
    media.text_in("id")?;
    Some(media)
}

/// Whether an envelope reports an error. Some servers write `false`, 0, an empty text or an empty list
/// where there is none.
pub(super) fn reports_error<J: Json>(json: &J) -> bool {
    let is_none = |error: &J| error.items().is_some_and(|all| all.is_empty());
    json.field("error").is_some_and(|error| error.is_truthy() && !is_none(&error))
}

/// Returns a server's own words about what went wrong, wherever it puts them. They may contain URLs, with
/// passwords in them.
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

/// A part of the upload URL's path or query that is at least this long may be what makes it
/// secret.
const SECRET_LENGTH: usize = 16;

/// Takes out every word that has a URL in it, or a part of the upload URL that may identify it.
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

/// `str::find` brings a searcher that is larger than all of this.
fn find(text: &str, part: &[u8]) -> Option<usize> {
    text.as_bytes().windows(part.len()).position(|window| window == part)
}
