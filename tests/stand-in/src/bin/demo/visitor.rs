//! Identifies visitors with a cookie, because the demo has no users. A real app looks up who is signed
//! in.

use axum::extract::Request;
use axum::http::header::{COOKIE, HeaderMap, HeaderValue, SET_COOKIE};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use ittybit_uploader_backend::{Refusal, Uuid};

/// The visitor's id, an extension of every request that reaches the routes.
#[derive(Clone)]
struct Visitor(Uuid);

/// The name of the cookie.
const NAME: &str = "visitor";

/// Adds the visitor's id to a request, and sets a cookie with a new id for a new visitor.
pub async fn recognize(mut request: Request, next: Next) -> Response {
    let known = known(request.headers());
    let visitor = known.unwrap_or_else(Uuid::new_v4);
    request.extensions_mut().insert(Visitor(visitor));
    // A request from another site comes without strict cookies, even if the visitor has one.
    let is_elsewhere =
        request.headers().get("sec-fetch-site").is_some_and(|site| site == "cross-site");
    let mut response = next.run(request).await;
    if known.is_none() && !is_elsewhere {
        // Lasts as long as remembered upload ids, in seconds.
        let cookie = format!("{NAME}={visitor}; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict");
        if let Ok(cookie) = HeaderValue::try_from(cookie) {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
    }
    response
}

/// Returns the visitor as the owner of an upload.
pub async fn identify(request: Parts) -> Result<Option<String>, Refusal> {
    Ok(request.extensions.get().map(|Visitor(id)| id.to_string()))
}

fn known(headers: &HeaderMap) -> Option<Uuid> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|cookies| cookies.to_str().ok());
    let mut pairs =
        cookies.flat_map(|cookies| cookies.split("; ")).filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| *name == NAME)?.1.parse().ok()
}
