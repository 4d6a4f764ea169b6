//! What takes time: asking the endpoint, reading a file, sending it. Each tells [`Uploads`] what came
//! of it, unless that is gone or no longer wants to know.

use std::ops::Range;
use std::rc::{Rc, Weak};

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, FormData};

use super::options::Options;
use super::source::{AbortOnDrop, Running, Source};
use super::uploads::Uploads;
use super::xhr::Upload;
use super::{endpoint, objects};
use crate::queue::FileId;
use crate::transfer::crc32c::Tables;
use crate::transfer::{Body, Event, Json, Question, Ticket};

/// Bytes that are read at a time: as much as is through in a millisecond or two.
const STEP: u64 = 1 << 20;

/// Whom to tell, and of what.
#[derive(Clone)]
pub(super) struct Teller {
    pub(super) uploads: Weak<Uploads>,
    pub(super) id: FileId,
    pub(super) ticket: Ticket,
}

impl Teller {
    fn tell(&self, event: Event<JsValue>) {
        if let Some(uploads) = self.uploads.upgrade() {
            uploads.handle(self.id, self.ticket, event);
        }
    }

    /// The last that there is to tell.
    fn end(&self, source: &Source, event: Event<JsValue>) {
        source.stop(Some(self.ticket));
        self.tell(event);
    }
}

/// Asks the app's backend, or its own function.
pub(super) fn ask(teller: Teller, source: &Rc<Source>, attempt: u32, question: &Question) {
    let controller = match AbortController::new() {
        Ok(controller) => controller,
        Err(error) => return app_threw(&teller, source, error),
    };
    let (record, signal) = (&source.record, controller.signal());
    let question = match question {
        Question::Target => record.target(attempt, &signal),
        Question::Parts => record.part(None, None, &signal),
        Question::Part { number, checksum } => record.part(Some(*number), Some(checksum), &signal),
        Question::Complete => record.completion(&signal),
    };
    source.run(teller.ticket, Running::Question { _abort: AbortOnDrop(controller) });
    let source = Rc::downgrade(source);
    spawn_local(async move {
        let answer = endpoint::ask(question).await;
        let Some(source) = source.upgrade().filter(|source| source.is_running(teller.ticket))
        else {
            return;
        };
        match answer {
            Ok(event) => teller.end(&source, event),
            Err(error) => app_threw(&teller, &source, error),
        }
    });
}

/// What an app's code throws may say with which status it failed; a `TypeError` is what `fetch`
/// throws when nobody answers.
fn app_threw(teller: &Teller, source: &Source, error: JsValue) {
    let message = error.field("message").and_then(|message| message.text());
    let event = Event::EndpointThrew {
        words: message.or_else(|| error.as_string()).unwrap_or_else(|| "its code failed".into()),
        status: error
            .field("status")
            .and_then(|status| status.as_f64())
            .map(|status| status as u16),
        unreachable: error.is_instance_of::<js_sys::TypeError>(),
    };
    source.set_thrown(error);
    teller.end(source, event);
}

/// Reads bytes of the file, a step at a time. With `tables` it is their checksum that is told;
/// without, that they can be read: reading anything of a file that is not as it was picked fails, in
/// every browser.
pub(super) fn read(
    teller: Teller,
    source: &Rc<Source>,
    range: Range<u64>,
    tables: Option<Rc<Tables>>,
) {
    source.run(teller.ticket, Running::Reading);
    let source = Rc::downgrade(source);
    spawn_local(async move {
        let (mut crc, mut at) = (0, range.start);
        let event = loop {
            let Some(reading) = source.upgrade() else { return };
            let end = range.end.min(at + STEP);
            let slice = reading.file.slice_with_f64_and_f64(at as f64, end as f64);
            drop(reading);
            let bytes = match slice {
                Ok(slice) => JsFuture::from(slice.array_buffer()).await,
                Err(error) => Err(error),
            };
            if !source.upgrade().is_some_and(|source| source.is_running(teller.ticket)) {
                return;
            }
            let Ok(bytes) = bytes else { break Event::FileChecked { readable: false } };
            if let Some(tables) = &tables {
                crc = tables.update(crc, &Uint8Array::new(&bytes).to_vec());
            }
            at = end;
            if at >= range.end {
                break tables.map_or(Event::FileChecked { readable: true }, |_| Event::Hashed(crc));
            }
        };
        if let Some(source) = source.upgrade() {
            teller.end(&source, event);
        }
    });
}

/// Sends bytes of the file to where they go.
pub(super) fn send(
    teller: Teller,
    source: &Rc<Source>,
    options: &Options,
    url: String,
    body: Body<JsValue>,
) {
    let (method, content) = match &body {
        Body::Form => ("POST", form(source, &options.field_name())),
        Body::Chunk { range, .. } | Body::Part { range, .. } => {
            ("PUT", objects::slice(&source.file, range.start as f64, range.end as f64))
        }
    };
    source.run(teller.ticket, Running::Reading);
    let source = Rc::downgrade(source);
    spawn_local(async move {
        let content = JsFuture::from(content).await;
        let Some(source) = source.upgrade().filter(|source| source.is_running(teller.ticket))
        else {
            return;
        };
        let notify = {
            let (teller, source) = (teller.clone(), Rc::downgrade(&source));
            move |event, is_last| match source.upgrade().filter(|_| is_last) {
                Some(source) => teller.end(&source, event),
                None => teller.tell(event),
            }
        };
        let started = content.and_then(|content| {
            let (headers, content_range) = match &body {
                Body::Form => (None, None),
                Body::Chunk { content_range, .. } => (None, Some(content_range.as_str())),
                Body::Part { headers, .. } => (headers.as_ref(), None),
            };
            Upload::start(method, &url, &content, headers, content_range, notify)
        });
        match started {
            Ok(upload) => source.run(teller.ticket, Running::Upload { _upload: upload }),
            Err(_) => teller.end(&source, Event::ConnectionLost),
        }
    });
}

/// The form with the file in it.
fn form(source: &Source, field_name: &str) -> Promise {
    let form = FormData::new().and_then(|form| {
        form.append_with_blob_and_filename(field_name, &source.file, &source.info.name)?;
        Ok(form)
    });
    form.map_or_else(|error| Promise::reject(&error), |form| Promise::resolve(&JsValue::from(form)))
}
