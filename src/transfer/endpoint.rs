//! The app's own backend: what it answers when it is asked where a file should go.
//!
//! Its answer decides where a user's file is sent, so it is read strictly: a URL must be one that
//! every parser reads alike, and point to a place that a page may send a file to.

use super::answer::{stored_media, words};
use super::{ErrorCode, Json, Reply, UploadError};

/// Where a file goes.
pub(super) enum Target<J> {
    /// One `POST` to this URL, which works once.
    Simple { url: String },
    /// Nowhere: an earlier attempt stored it, and here is its media object.
    Stored { media: J },
}

/// Reads the backend's answer over HTTP.
///
/// # Errors
///
/// `endpoint` where the backend refused or failed, `too-large` for its 413, and `bad-target`.
pub(super) fn read_reply<J: Json>(
    reply: &Reply,
    http_loopback: bool,
) -> Result<Target<J>, UploadError> {
    let json = J::parse(&reply.body);
    if reply.is_success() {
        return match json {
            Some(json) => read_target(&json, http_loopback),
            None => Err(bad_target(match reply.body.trim_ascii_start() {
                "" => "it is empty",
                text if text.starts_with('<') => "it is a web page, perhaps a login",
                _ => "it is not JSON",
            })),
        };
    }
    let words = json.as_ref().and_then(words);
    Err(match reply.status {
        413 => UploadError::answered(ErrorCode::TooLarge, "The file is too large", reply, words),
        status => {
            let sentence = if status >= 500 {
                "The app's backend could not prepare the upload"
            } else {
                "The app's backend refused the upload"
            };
            UploadError::answered(ErrorCode::Endpoint, sentence, reply, words)
        }
    })
}

/// Reads an upload target: a URL, an object, or an object in an envelope.
///
/// # Errors
///
/// `bad-target`, with the part that is wrong; `endpoint` where the envelope's `error` is set.
pub(super) fn read_target<J: Json>(
    answer: &J,
    http_loopback: bool,
) -> Result<Target<J>, UploadError> {
    if let Some(url) = answer.text() {
        return simple(url, http_loopback);
    }
    if answer.field("error").is_some() {
        let reason = words(answer).unwrap_or_else(|| "it gave no reason.".into());
        return Err(UploadError::new(
            ErrorCode::Endpoint,
            ["The app's backend refused the upload: ", &reason].concat(),
        ));
    }
    let target = answer
        .field("data")
        .map_or_else(|| answer.object(), |data| data.object())
        .ok_or_else(|| bad_target("it is neither an object nor a URL"))?;
    if let Some(media) = target.field("media") {
        return stored_media(&media)
            .map(|media| Target::Stored { media })
            .ok_or_else(|| bad_target("its `media` is no media object"));
    }
    match target.field("protocol").map(|protocol| protocol.text()) {
        None => {}
        Some(Some(protocol)) if protocol == "simple" => {}
        Some(Some(_)) => {
            return Err(bad_target("its `protocol` is not one that this version speaks"));
        }
        Some(None) => return Err(bad_target("its `protocol` is not a string")),
    }
    let url = target.field("url").ok_or_else(|| bad_target("it has no `url`"))?;
    simple(url.text().ok_or_else(|| bad_target("its `url` is not a string"))?, http_loopback)
}

fn simple<J>(url: String, http_loopback: bool) -> Result<Target<J>, UploadError> {
    match check_url(&url, http_loopback) {
        Ok(()) => Ok(Target::Simple { url }),
        Err(problem) => Err(bad_target(problem)),
    }
}

fn bad_target(problem: &str) -> UploadError {
    UploadError::new(
        ErrorCode::BadTarget,
        ["The app's backend did not answer with an upload target: ", problem, "."].concat(),
    )
}

/// Whether a file may be sent to `url`: over `https:`, or, where the page itself is plain
/// `http:` as in development, to this machine.
///
/// Deliberately narrower than the URL standard, which forgives backslashes, tabs and credentials:
/// what passes here means the same to every parser.
fn check_url(url: &str, http_loopback: bool) -> Result<(), &'static str> {
    if url.bytes().any(|byte| byte <= b' ' || byte == b'\\' || byte == 0x7f) {
        return Err("its `url` has a space, a control character or a backslash in it");
    }
    let (rest, http) = match (after(url, "https://"), after(url, "http://")) {
        (Some(rest), _) => (rest, false),
        (None, Some(rest)) => (rest, true),
        (None, None) => return Err("its `url` is not an absolute https URL"),
    };
    let end = rest.bytes().position(|byte| matches!(byte, b'/' | b'?' | b'#'));
    let authority = &rest[..end.unwrap_or(rest.len())];
    if authority.is_empty() || authority.contains('@') {
        return Err("its `url` has no host, or a password in it");
    }
    if http && !(http_loopback && is_loopback(authority)) {
        return Err("its `url` is not https");
    }
    Ok(())
}

/// What follows `prefix`, in capitals or not.
fn after<'a>(url: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = url.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// `localhost`, a name below it, 127.0.0.0/8 or ::1 (RFC 6761, section 6.3; RFC 1122; RFC 4291).
fn is_loopback(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    let (name, tail) = host.split_at(host.len().saturating_sub("localhost".len()));
    host == "[::1]"
        || (tail.eq_ignore_ascii_case("localhost") && (name.is_empty() || name.ends_with('.')))
        // Four numbers are an IPv4 address to every parser, or refused.
        || (host.starts_with("127.")
            && host.bytes().filter(|&byte| byte == b'.').count() == 3
            && host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
}
