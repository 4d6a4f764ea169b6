//! One upload request, sent by `XMLHttpRequest`, because `fetch` has no upload progress. Knows
//! nothing of attempts or answers.

use wasm_bindgen::prelude::*;
use web_sys::{Blob, FormData, XmlHttpRequest};

use super::listener::Listener;
use super::objects;
use crate::transfer::{Body, Event, FileInfo};

/// What `listen_to_request` calls bytes that were sent.
const PROGRESS: u32 = 0;
/// What it calls the last byte's being sent.
const LOAD: u32 = 1;

/// A request under way. Dropping it stops it: no event of its own follows.
#[must_use = "dropping the request stops it"]
pub(super) struct Upload {
    request: XmlHttpRequest,
    listener: Option<Listener>,
}

impl Upload {
    /// Sends `content` to `url`, and tells `notify` what happens, and whether it is the last.
    ///
    /// Only the request's own `loadend` ends it: what the browser fires on `upload` differs for
    /// empty bodies and for answers that come early.
    ///
    /// # Errors
    ///
    /// What the browser throws for a URL or a header that it does not take.
    pub(super) fn start(
        url: &str,
        body: &Body<JsValue>,
        content: &JsValue,
        notify: impl Fn(Event<JsValue>, bool) + 'static,
    ) -> Result<Self, JsValue> {
        let method = if matches!(body, Body::Form) { "POST" } else { "PUT" };
        let request = objects::open_request(method, url)?;
        let answered = request.clone();
        let callback = move |kind, sent: f64, total: f64| {
            let (event, is_last) = match kind {
                PROGRESS => (Event::BytesSent { sent: sent as u64, total: total as u64 }, false),
                LOAD => (Event::BodySent, false),
                _ => (ending(&answered), true),
            };
            notify(event, is_last);
        };
        // Before `send()`: a browser decides then whether to tell of the upload at all.
        let listener =
            Listener::new(callback, |callback| objects::listen_to_request(callback, &request));
        let started = Self { request, listener: Some(listener) };
        started.set_headers(body)?;
        match body {
            Body::Form => started.request.send_with_opt_form_data(Some(content.unchecked_ref()))?,
            Body::Chunk { .. } | Body::Part { .. } => {
                started.request.send_with_opt_blob(Some(content.unchecked_ref()))?;
            }
        }
        Ok(started)
    }

    fn set_headers(&self, body: &Body<JsValue>) -> Result<(), JsValue> {
        match body {
            Body::Chunk { content_range, .. } => {
                self.request.set_request_header("content-range", content_range)
            }
            Body::Part { headers: Some(headers), .. } => {
                objects::set_headers(&self.request, headers)
            }
            Body::Part { headers: None, .. } | Body::Form => Ok(()),
        }
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

/// Returns the form with the file in it, under the type that was checked: a browser writes the file's own.
///
/// # Errors
///
/// What the browser throws for a file that it can't put into a form.
pub(super) fn form(file: &Blob, field_name: &str, info: &FileInfo) -> Result<JsValue, JsValue> {
    let form = FormData::new()?;
    let file = objects::typed(file, &info.mime);
    form.append_with_blob_and_filename(field_name, &file, &info.name)?;
    Ok(form.into())
}

fn ending(request: &XmlHttpRequest) -> Event<JsValue> {
    objects::answer(request).read().map_or(Event::ConnectionLost, Event::Answered)
}
