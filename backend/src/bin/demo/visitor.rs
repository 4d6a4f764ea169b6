//! Who asks, in a demo without users: a cookie of the demo's own names each visitor, as a session would
//! in an app. A real app looks up who is signed in.

use axum::extract::Request;
use axum::http::header::{COOKIE, HeaderMap, HeaderValue, SET_COOKIE};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use ittybit_uploader_backend::{Refusal, Uuid};

/// The visitor's id, which every request has that reaches the routes.
#[derive(Clone)]
struct Visitor(Uuid);

/// What the cookie is called.
const NAME: &str = "visitor";

/// Finds out who asks, and gives who is new an id of their own.
pub async fn recognize(mut request: Request, next: Next) -> Response {
    let known = known(request.headers());
    let visitor = known.unwrap_or_else(Uuid::new_v4);
    request.extensions_mut().insert(Visitor(visitor));
    // A link of another site brings no strict cookie, also where there is one.
    let is_elsewhere =
        request.headers().get("sec-fetch-site").is_some_and(|site| site == "cross-site");
    let mut response = next.run(request).await;
    if known.is_none() && !is_elsewhere {
        // As long as the upload ids that are remembered, in seconds.
        let cookie = format!("{NAME}={visitor}; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict");
        if let Ok(cookie) = HeaderValue::try_from(cookie) {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
    }
    response
}

/// Whose upload it is.
pub async fn identify(request: Parts) -> Result<Option<String>, Refusal> {
    Ok(request.extensions.get().map(|Visitor(id)| id.to_string()))
}

fn known(headers: &HeaderMap) -> Option<Uuid> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|cookies| cookies.to_str().ok());
    let mut pairs =
        cookies.flat_map(|cookies| cookies.split("; ")).filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| *name == NAME)?.1.parse().ok()
}
