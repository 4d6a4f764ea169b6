//! Sends one upload request. Uses `XMLHttpRequest`, because `fetch` has no upload progress. Knows nothing of retries,
//! and does not interpret answers.

use wasm_bindgen::prelude::*;
use web_sys::{Blob, FormData, XmlHttpRequest};

use super::listener::Listener;
use super::objects;
use crate::transfer::{Body, Event, FileInfo};

/// The number with which `listen_to_request` reports bytes that were sent.
const PROGRESS: u32 = 0;
/// The number with which it reports that all bytes were sent.
const LOAD: u32 = 1;

/// A running request. Dropping it aborts it, and no event follows.
#[must_use = "dropping the request stops it"]
pub(super) struct Upload {
    request: XmlHttpRequest,
    listener: Option<Listener>,
}

impl Upload {
    /// Sends `content` to `url`. Calls `notify` with each event, and whether it is the last.
    ///
    /// Only the request's own `loadend` ends it, because browsers differ in what they dispatch on `upload` for empty
    /// bodies and for early answers.
    ///
    /// # Errors
    ///
    /// Returns what the browser throws for an invalid URL or header.
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
        // Must be created before `send()`, when a browser decides whether to report the upload's progress at all.
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
        // Must be dropped first, because `abort()` dispatches events from within the call.
        self.listener = None;
        // Never fails, and does nothing to a request that has ended.
        let _ = self.request.abort();
    }
}

/// Returns a form that contains the file with the type that was checked, because a browser would send the file's own.
///
/// # Errors
///
/// Returns what the browser throws if it can't put the file into a form.
pub(super) fn form(file: &Blob, field_name: &str, info: &FileInfo) -> Result<JsValue, JsValue> {
    let form = FormData::new()?;
    let file = objects::typed(file, &info.mime);
    form.append_with_blob_and_filename(field_name, &file, &info.name)?;
    Ok(form.into())
}

fn ending(request: &XmlHttpRequest) -> Event<JsValue> {
    objects::answer(request).read().map_or(Event::ConnectionLost, Event::Answered)
}
