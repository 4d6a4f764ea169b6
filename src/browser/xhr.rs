//! One upload request: a form with the file in it, sent by `XMLHttpRequest`, because `fetch` has
//! no upload progress. Knows nothing of attempts or answers.

use wasm_bindgen::prelude::*;
use web_sys::{Blob, FormData, ProgressEvent, XmlHttpRequest};

use super::listener::Listener;
use super::objects;
use crate::transfer::{Event, Reply};

/// A request under way. Dropping it stops it: no event of its own follows.
#[must_use = "dropping the request stops it"]
pub(super) struct Upload {
    request: XmlHttpRequest,
    listener: Option<Listener>,
}

impl Upload {
    /// Sends `file` to `url` and tells `notify` what happens.
    ///
    /// Only the request's own `loadend` ends it: what the browser fires on `upload` differs for
    /// empty bodies and for answers that come early.
    ///
    /// # Errors
    ///
    /// What the browser throws for a URL that it does not take.
    pub(super) fn start(
        url: &str,
        field_name: &str,
        file: &Blob,
        filename: &str,
        notify: impl Fn(Event<JsValue>) + 'static,
    ) -> Result<Self, JsValue> {
        let form = FormData::new()?;
        form.append_with_blob_and_filename(field_name, file, filename)?;
        let request = XmlHttpRequest::new()?;
        request.open("POST", url)?;
        objects::track(&request);
        let upload = request.upload()?;
        // Before `send()`: a browser decides then whether to tell of the upload at all.
        let events = vec![
            (upload.clone().into(), "progress"),
            (upload.into(), "load"),
            (request.clone().into(), "loadend"),
        ];
        let listener = Listener::new(events, {
            let request = request.clone();
            move |event| {
                notify(match event.type_().as_str() {
                    "progress" => {
                        let event = event.unchecked_ref::<ProgressEvent>();
                        Event::BytesSent {
                            sent: event.loaded() as u64,
                            total: event.total() as u64,
                        }
                    }
                    "load" => Event::BodySent,
                    _ => ending(&request),
                });
            }
        });
        let started = Self { request, listener: Some(listener) };
        started.request.send_with_opt_form_data(Some(&form))?;
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
    match (request.status(), request.response_text()) {
        (Ok(status), Ok(body)) if status != 0 => {
            let retry_after = objects::retry_after_of(request);
            Event::Answered(Reply { status, body: body.unwrap_or_default(), retry_after })
        }
        _ => Event::ConnectionLost,
    }
}
