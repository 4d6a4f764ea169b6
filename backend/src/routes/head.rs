//! What is looked at in a request's head, before anything is asked of the app: nobody knows yet who
//! sends it, so lengths come first.

use axum::extract::{OriginalUri, Request};
use axum::http::header::{CACHE_CONTROL, CONNECTION, HOST, HeaderName, HeaderValue};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, Version};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Refusal;

/// Bytes of a path. The longest upload id fits, and where the routes are mounted.
const LONGEST_PATH: usize = 8 * 1024;

/// Bytes. No header that is read here needs more.
const LONGEST_HEADER: usize = 4 * 1024;

/// Answers what is too long to be about an upload, and sees to what every answer has.
pub(super) async fn guard(request: Request, next: Next) -> Response {
    let path = request.extensions().get().map_or(request.uri(), |OriginalUri(uri)| uri).path();
    let is_http_1 = request.version() <= Version::HTTP_11;
    let mut response = if path.len() > LONGEST_PATH {
        Refusal::gone().into_response()
    } else {
        next.run(request).await
    };
    let is_late = response.status() == StatusCode::REQUEST_TIMEOUT;
    let headers = response.headers_mut();
    // An upload URL works once; an answer from a cache would be a used one.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if is_late && is_http_1 {
        // Else the rest of the body would be waited for.
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// The bytes of all that a header says.
pub(super) fn is_too_long(headers: &HeaderMap, name: &HeaderName) -> bool {
    let values = headers.get_all(name).iter();
    values.map(HeaderValue::len).fold(0, usize::saturating_add) > LONGEST_HEADER
}

/// A header that is there once, and is a text of a length that makes sense.
pub(super) fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next().filter(|value| value.len() <= LONGEST_HEADER)?;
    first.to_str().ok().filter(|_| values.next().is_none())
}

/// Whether a request names a server (RFC 9112, section 3.2), or comes without a name, as those of
/// HTTP/2 do.
pub(super) fn has_good_host(headers: &HeaderMap) -> bool {
    !headers.contains_key(HOST) || single(headers, &HOST).is_some_and(is_host)
}

fn is_host(text: &str) -> bool {
    let Ok(authority) = text.parse::<Authority>() else { return false };
    // A user's name is not among what follows.
    let port = text.strip_prefix(authority.host()).and_then(|rest| match rest {
        "" | ":" => Some(0),
        rest => rest.strip_prefix(':')?.parse::<u16>().ok(),
    });
    !authority.host().is_empty() && port.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_and_perhaps_a_port() {
        for host in ["a", "app.example:8443", "127.0.0.1", "[::1]:80", "under_score", "a:"] {
            assert!(is_host(host), "{host}");
        }
        for host in ["", ":", ":80", "a b", "a/b", "a?b", "a#b", "u@a", "u:p@a", "a:b", "a:99999"] {
            assert!(!is_host(host), "{host}");
        }
        for host in ["[::1", "a:80:80", "a,b c", "a\\b"] {
            assert!(!is_host(host), "{host}");
        }
    }
}
