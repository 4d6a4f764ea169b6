//! One upload request, sent by `XMLHttpRequest`, because `fetch` has no upload progress. Knows
//! nothing of attempts or answers.

use wasm_bindgen::prelude::*;
use web_sys::XmlHttpRequest;

use super::listener::Listener;
use super::objects::{self, Happened, Record};
use crate::transfer::Event;

/// A request under way. Dropping it stops it: no event of its own follows.
#[must_use = "dropping the request stops it"]
pub(super) struct Upload {
    request: XmlHttpRequest,
    listener: Option<Listener>,
}

impl Upload {
    /// Sends `content` to `url`, as a thing of `record`, and tells `notify` what happens, and whether
    /// it is the last.
    ///
    /// Only the request's own `loadend` ends it: what the browser fires on `upload` differs for
    /// empty bodies and for answers that come early.
    ///
    /// # Errors
    ///
    /// What the browser throws for a URL or a header that it does not take.
    pub(super) fn start(
        method: &str,
        url: &str,
        content: &JsValue,
        headers: Option<&JsValue>,
        content_range: Option<&str>,
        record: &Record,
        notify: impl Fn(Event<JsValue>, bool) + 'static,
    ) -> Result<Self, JsValue> {
        let request = objects::open_request(method, url)?;
        let answered = request.clone();
        let callback = move |happened: Happened| {
            let (event, is_last) = match happened.kind().as_str() {
                "progress" => {
                    let (sent, total) = (happened.loaded() as u64, happened.total() as u64);
                    (Event::BytesSent { sent, total }, false)
                }
                "load" => (Event::BodySent, false),
                _ => (ending(&answered), true),
            };
            notify(event, is_last);
        };
        // Before `send()`: a browser decides then whether to tell of the upload at all.
        let listener =
            Listener::new(callback, |callback| objects::listen_to_request(callback, &request));
        let started = Self { request, listener: Some(listener) };
        record.send(&started.request, content, headers, content_range)?;
        Ok(started)
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        // First: `abort()` fires events from within the call.
        self.listener = None;
        // Fails never, and does nothing to a request that has ended.
        let _ = self.request.abort();
    }
}

fn ending(request: &XmlHttpRequest) -> Event<JsValue> {
    objects::answer(request).read().map_or(Event::ConnectionLost, Event::Answered)
}
