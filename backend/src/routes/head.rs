//! Checks a request's head before the app is asked. The sender is not authorised yet, so lengths are
//! checked first.

use axum::extract::{OriginalUri, Request};
use axum::http::header::{CACHE_CONTROL, CONNECTION, HOST, HeaderName, HeaderValue};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, Version};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Refusal;

/// The longest path, in bytes. Fits the longest upload id and the path at which the routes are mounted.
const LONGEST_PATH: usize = 8 * 1024;

/// The longest header, in bytes. No header that these routes read is longer.
const LONGEST_HEADER: usize = 4 * 1024;

/// Refuses requests that are too long, and adds the headers that every answer needs.
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
    // An upload URL works once, so an answer must not come from a cache.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if is_late && is_http_1 {
        // Otherwise the server would wait for the rest of the body.
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Returns whether all values of a header together are too long.
pub(super) fn is_too_long(headers: &HeaderMap, name: &HeaderName) -> bool {
    let values = headers.get_all(name).iter();
    values.map(HeaderValue::len).fold(0, usize::saturating_add) > LONGEST_HEADER
}

/// Returns a header's value if it occurs once, is text, and is not too long.
pub(super) fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next().filter(|value| value.len() <= LONGEST_HEADER)?;
    first.to_str().ok().filter(|_| values.next().is_none())
}

/// Returns whether a request has a valid `Host` (RFC 9112, section 3.2), or none, as in HTTP/2.
pub(super) fn has_good_host(headers: &HeaderMap) -> bool {
    !headers.contains_key(HOST) || single(headers, &HOST).is_some_and(is_host)
}

fn is_host(text: &str) -> bool {
    let Ok(authority) = text.parse::<Authority>() else { return false };
    // What follows the host must be a port, or nothing. This excludes user names.
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
    fn a_host_is_a_name_with_an_optional_port() {
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
