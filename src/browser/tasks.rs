//! What takes time: asking the endpoint, reading a file, sending it. Each tells [`Uploads`] what came
//! of it, unless it was stopped before.

use std::future;
use std::ops::Range;
use std::rc::{Rc, Weak};

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, FormData};

use super::source::Source;
use super::uploads::Uploads;
use super::xhr::Upload;
use super::{endpoint, objects};
use crate::queue::FileId;
use crate::transfer::{Body, Event, FileInfo, Json, Question, Ticket, is_unreachable};

/// Whom to tell, and of what.
#[derive(Clone)]
pub(super) struct Teller {
    pub(super) uploads: Weak<Uploads>,
    pub(super) id: FileId,
    pub(super) ticket: Ticket,
}

impl Teller {
    pub(super) fn tell(&self, event: Event<JsValue>) {
        if let Some(uploads) = self.uploads.upgrade() {
            uploads.handle(self.id, self.ticket, event);
        }
    }

    /// The last that there is to tell; the app's own code may have thrown.
    pub(super) fn end(&self, event: Event<JsValue>, thrown: Option<JsValue>) {
        if let Some(uploads) = self.uploads.upgrade() {
            uploads.end_task(self.id, self.ticket, thrown);
            uploads.handle(self.id, self.ticket, event);
        }
    }
}

/// Asks the app's backend, or its own function.
pub(super) fn ask(teller: Teller, source: &Source, attempt: u32, question: Question) {
    let record = source.record.clone();
    source.run(teller.ticket, async move {
        let left = || teller.tell(Event::RequestLeft);
        match endpoint::ask(record, attempt, question, left).await {
            Ok(event) => teller.end(event, None),
            Err(error) => teller.end(app_threw(&error), Some(error)),
        }
    });
}

/// Turns what an app's code threw into an event. It may say with which status it failed.
fn app_threw(error: &JsValue) -> Event<JsValue> {
    let words = error.text_in("message").or_else(|| error.as_string());
    let words = words.unwrap_or_else(|| "its code failed".into());
    let name = error.text_in("name").unwrap_or_default();
    Event::EndpointThrew {
        unreachable: is_unreachable(&name, &words),
        words,
        status: error
            .field("status")
            .and_then(|status| status.as_f64())
            .map(|status| status as u16),
    }
}

/// Reads a byte of the file: reading anything of a file that is not as it was picked fails. In Firefox only
/// reading what is there no more does.
pub(super) fn check(teller: Teller, source: &Source, range: Range<u64>) {
    let file = source.file.clone();
    source.run(teller.ticket, async move {
        if range.is_empty() {
            return teller.end(Event::FileChecked { readable: true }, None);
        }
        let reading = objects::bytes(&file, range.start as f64, range.end as f64);
        let event = match JsFuture::from(reading).await {
            Ok(_) => Event::FileChecked { readable: true },
            Err(error) => unread(&error),
        };
        teller.end(event, None);
    });
}

/// Says why a file could not be read, by the name of the browser's exception. Chromium throws
/// `NotReadableError` for a file that has changed and for one that it may not read.
pub(super) fn unread(error: &JsValue) -> Event<JsValue> {
    match error.text_in("name").as_deref() {
        Some("NotReadableError") => Event::FileRefused { forbidden: false },
        Some("NotAllowedError" | "SecurityError") => Event::FileRefused { forbidden: true },
        _ => Event::FileChecked { readable: false },
    }
}

/// Sends bytes of the file to where they go.
pub(super) fn send(
    teller: Teller,
    source: &Source,
    field_name: String,
    url: String,
    body: Body<JsValue>,
) {
    let (file, info) = (source.file.clone(), Rc::clone(&source.info));
    let record = source.record.clone();
    source.run(teller.ticket, async move {
        let notify = {
            let teller = teller.clone();
            move |event, is_last| if is_last { teller.end(event, None) } else { teller.tell(event) }
        };
        let (method, range, headers, content_range) = match &body {
            Body::Form => ("POST", None, None, None),
            Body::Chunk { range, content_range } => {
                ("PUT", Some(range), None, Some(content_range.as_str()))
            }
            Body::Part { range, headers } => ("PUT", Some(range), headers.as_ref(), None),
        };
        let content = match range {
            Some(range) => slice(&file, range).await,
            None => form(&file, &field_name, &info),
        };
        // Of a file that cannot be read it is found out, as after a lost connection.
        let Ok(content) = content else { return teller.end(Event::ConnectionLost, None) };
        match Upload::start(method, &url, &content, headers, content_range, &record, notify) {
            // Until it has told of its end.
            Ok(_upload) => {
                teller.tell(Event::RequestLeft);
                future::pending().await
            }
            Err(_) => teller.end(Event::SendRefused, None),
        }
    });
}

/// The form with the file in it, under the type that was checked: a browser writes the file's own.
fn form(file: &Blob, field_name: &str, info: &FileInfo) -> Result<JsValue, JsValue> {
    let form = FormData::new()?;
    let file = objects::typed(file, &info.mime);
    form.append_with_blob_and_filename(field_name, &file, &info.name)?;
    Ok(form.into())
}

async fn slice(file: &Blob, range: &Range<u64>) -> Result<JsValue, JsValue> {
    JsFuture::from(objects::slice(file, range.start as f64, range.end as f64)).await
}
