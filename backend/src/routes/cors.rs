//! Checks the origin of each request first. Adds the CORS headers with which a page of another origin,
//! if the app allows it, can send requests and read the answers (Fetch standard, "CORS protocol").

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HOST, HeaderName, HeaderValue,
    ORIGIN, VARY,
};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Refusal;
use super::head::{has_good_host, is_too_long};
use super::origin::{Origins, Page};

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The headers that every page sends. It may send others.
const REQUEST_HEADERS: [&str; 2] = ["content-type", "idempotency-key"];

/// The most headers that a page may ask for. No real page asks for more.
const MOST_HEADERS: usize = 64;

/// How long a browser may keep the answer, in seconds. Browsers keep it for two hours at most.
const MAX_AGE: HeaderValue = HeaderValue::from_static("7200");

/// Passes a request on if its origin is allowed.
pub(super) async fn check(
    State(origins): State<Arc<Origins>>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let is_too_long = [&FETCH_SITE, &ORIGIN, &HOST].iter().any(|name| is_too_long(headers, name));
    if !is_too_long && !has_good_host(headers) {
        return Refusal::bad_request("The request cannot be read.").into_response();
    }
    let host = text(headers, &HOST).or(request.uri().authority().map(|host| host.as_str()));
    let page = if is_too_long {
        Page::Foreign
    } else {
        origins.page(text(headers, &FETCH_SITE), text(headers, &ORIGIN), host)
    };
    let mut response = match page {
        Page::Foreign => {
            Refusal::forbidden("Only this app's own pages can upload.").into_response()
        }
        Page::Allowed(_) if is_preflight(&request) => preflight(headers),
        Page::Own | Page::Allowed(_) => next.run(request).await,
    };
    if let Page::Allowed(origin) = page
        && let Ok(origin) = HeaderValue::from_str(origin)
    {
        let headers = response.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
    }
    if !origins.is_empty() {
        response.headers_mut().append(VARY, HeaderValue::from_static("origin"));
    }
    response
}

/// Returns a header's value. A header that occurs twice, or is not text, counts as an unknown value.
fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    Some(first.to_str().ok().filter(|_| values.next().is_none()).unwrap_or("?"))
}

fn is_preflight(request: &Request) -> bool {
    request.method() == Method::OPTIONS
        && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

fn preflight(headers: &HeaderMap) -> Response {
    // Ignores a list that is too long.
    let is_read = !is_too_long(headers, &ACCESS_CONTROL_REQUEST_HEADERS);
    let asked = headers
        .get_all(ACCESS_CONTROL_REQUEST_HEADERS)
        .iter()
        .filter(|_| is_read)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse::<HeaderName>().ok())
        .map(|name| name.as_str().to_owned())
        // An asterisk would allow all headers.
        .filter(|name| name != "*" && !REQUEST_HEADERS.contains(&name.as_str()))
        .take(MOST_HEADERS);
    let allowed: Vec<_> = REQUEST_HEADERS.map(String::from).into_iter().chain(asked).collect();
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST, DELETE"));
    if let Ok(allowed) = HeaderValue::try_from(allowed.join(", ")) {
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, allowed);
    }
    response
}
