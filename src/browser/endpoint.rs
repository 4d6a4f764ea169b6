//! Asking the app's backend for an upload target, over HTTP or through the app's own function.
//! What the answer means is the core's business.

use gloo_net::http::Response;
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortController;

use super::objects::{self, Record};
use crate::transfer::{Event, Question, Reply};

#[wasm_bindgen]
extern "C" {
    /// Of the page, or of a worker.
    fn fetch(request: &web_sys::Request) -> Promise;
}

/// Tells the app's function and the browser's `fetch` that an answer is no longer wanted.
struct AbortOnDrop(AbortController);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Asks, and says what came of it.
///
/// # Errors
///
/// What the app's own code threw, or the browser for a header or a URL that is none.
pub(super) async fn ask(
    record: Record,
    attempt: u32,
    question: Question,
) -> Result<Event<JsValue>, JsValue> {
    let controller = AbortOnDrop(AbortController::new()?);
    let signal = controller.0.signal();
    let question = match question {
        Question::Target => record.ask("target", attempt, None, &signal),
        Question::Parts => record.ask("parts", 0, None, &signal),
        Question::Part { number, checksum } => record.ask("part", number, Some(&checksum), &signal),
        Question::Complete => record.ask("complete", 0, None, &signal),
    };
    // A request, or what the app's own function has answered.
    let request: web_sys::Request = match JsFuture::from(question).await?.dyn_into() {
        Ok(request) => request,
        Err(returned) => return Ok(Event::EndpointReturned(returned)),
    };
    let Ok(response) = JsFuture::from(fetch(&request)).await else {
        return Ok(Event::EndpointUnreachable);
    };
    let response = Response::from(response.unchecked_into::<web_sys::Response>());
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
