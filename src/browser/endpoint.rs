//! Asking the app's backend for an upload target, over HTTP or through the app's own function.
//! What the answer means is the core's business.

use gloo_net::http::Request;
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::objects;
use crate::transfer::{Event, Reply};

/// Asks, and says what came of it. `question` is the request that asks the backend, or what the
/// app's own function has answered.
///
/// # Errors
///
/// What the app's own code threw, or the browser for a header or a URL that is none.
pub(super) async fn ask(question: Promise) -> Result<Event<JsValue>, JsValue> {
    let request: web_sys::Request = match JsFuture::from(question).await?.dyn_into() {
        Ok(request) => request,
        Err(returned) => return Ok(Event::EndpointReturned(returned)),
    };
    let Ok(response) = Request::from(request).send().await else {
        return Ok(Event::EndpointUnreachable);
    };
    let retry_after = objects::retry_after(response.headers().get("retry-after").as_deref());
    Ok(match response.text().await {
        Ok(body) => Event::EndpointAnswered(Reply {
            status: response.status(),
            body,
            retry_after,
            etag: None,
        }),
        Err(_) => Event::EndpointUnreachable,
    })
}
