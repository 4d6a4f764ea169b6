//! One upload request: a form with the file in it, sent by `XMLHttpRequest`, because `fetch` has
//! no upload progress. Knows nothing of attempts or answers.

use wasm_bindgen::prelude::*;
use web_sys::{Blob, FormData, ProgressEvent, XmlHttpRequest};

use super::listener::Listener;
use crate::transfer::{Event, Reply};

/// A request under way. Dropping it stops it: no event of its own follows.
#[must_use = "dropping the request stops it"]
pub(super) struct Upload {
    request: XmlHttpRequest,
    listeners: Vec<Listener>,
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
        notify: impl Fn(Event<JsValue>) + Clone + 'static,
    ) -> Result<Self, JsValue> {
        let form = FormData::new()?;
        form.append_with_blob_and_filename(field_name, file, filename)?;
        let request = XmlHttpRequest::new()?;
        request.open("POST", url)?;
        let upload = request.upload()?;
        let listeners = vec![
            Listener::new(&upload, "progress", {
                let notify = notify.clone();
                move |event| {
                    let event = event.unchecked_ref::<ProgressEvent>();
                    notify(Event::BytesSent {
                        sent: event.loaded() as u64,
                        total: event.total() as u64,
                    });
                }
            }),
            Listener::new(&upload, "load", {
                let notify = notify.clone();
                move |_| notify(Event::BodySent)
            }),
            Listener::new(&request, "loadend", {
                let request = request.clone();
                move |_| notify(ending(&request))
            }),
        ];
        let started = Self { request, listeners };
        started.request.send_with_opt_form_data(Some(&form))?;
        Ok(started)
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        // First: `abort()` fires events from within the call.
        self.listeners.clear();
        // Fails never, and does nothing to a request that has ended.
        let _ = self.request.abort();
    }
}

fn ending(request: &XmlHttpRequest) -> Event<JsValue> {
    match (request.status(), request.response_text()) {
        (Ok(status), Ok(body)) if status != 0 => {
            Event::Answered(Reply { status, body: body.unwrap_or_default() })
        }
        _ => Event::ConnectionLost,
    }
}
