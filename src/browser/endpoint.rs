//! Asking the app's backend for an upload target, over HTTP or through the app's own function.
//! What the answer means is the core's business.

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortController;

use super::objects::{self, Answer, Record};
use crate::transfer::{Event, Question};

/// Tells the app's function and the browser's `fetch` that an answer is no longer wanted.
struct AbortOnDrop(AbortController);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        objects::abort(&self.0);
    }
}

/// Asks, and returns the event that the answer is. Calls `left` when the request leaves the page.
///
/// # Errors
///
/// What the app's own code threw, or the browser for a header or a URL that is none.
pub(super) async fn ask(
    record: Record,
    attempt: u32,
    question: Question,
    left: impl FnOnce(),
) -> Result<Event<JsValue>, JsValue> {
    let controller = AbortOnDrop(AbortController::new()?);
    let signal = controller.0.signal();
    let question = match question {
        Question::Target => record.ask("target", attempt, None, &signal),
        Question::Parts => record.ask("parts", 0, None, &signal),
        Question::Part { number, checksum } => {
            record.ask("part", number, checksum.as_deref(), &signal)
        }
        Question::Complete => record.ask("complete", 0, None, &signal),
    };
    // This is a request that is ready to leave, or the answer of the app's own function.
    let question: objects::Question = match JsFuture::from(question).await?.dyn_into() {
        Ok(question) => question,
        Err(returned) => return Ok(Event::EndpointReturned(returned)),
    };
    left();
    let answer: Answer = JsFuture::from(question.put()).await?.unchecked_into();
    Ok(answer.read().map_or(Event::EndpointUnreachable, Event::EndpointAnswered))
}
