//! What takes time: asking the endpoint, looking at a file, sending it. Each tells [`Uploads`] what
//! came of it, unless that is gone or no longer wants to know.

use std::rc::{Rc, Weak};

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::AbortController;

use super::options::Options;
use super::source::{AbortOnDrop, Running, Source};
use super::uploads::Uploads;
use super::xhr::Upload;
use super::{endpoint, objects};
use crate::queue::FileId;
use crate::transfer::{Event, Json};

/// Asks the app's backend, or its own function, where the file goes.
pub(super) fn ask(
    uploads: &Weak<Uploads>,
    id: FileId,
    source: &Rc<Source>,
    options: &Options,
    attempt: u32,
) {
    let controller = match AbortController::new() {
        Ok(controller) => controller,
        Err(error) => return app_threw(uploads, id, source, attempt, error),
    };
    let question = objects::question(
        options,
        &source.info.name,
        source.info.size as f64,
        &source.info.mime,
        &source.idempotency_key,
        attempt,
        &controller.signal(),
    );
    source.run(Running::Question { _abort: AbortOnDrop(controller) });
    let (uploads, source, turn) = (uploads.clone(), Rc::downgrade(source), source.turn());
    spawn_local(async move {
        let answer = endpoint::ask(question).await;
        let Some(source) = source.upgrade().filter(|source| source.turn() == turn) else { return };
        match answer {
            Ok(event) => tell(&uploads, id, attempt, event),
            Err(error) => app_threw(&uploads, id, &source, attempt, error),
        }
    });
}

/// What an app's code throws may say with which status it failed; a `TypeError` is what `fetch`
/// throws when nobody answers.
fn app_threw(uploads: &Weak<Uploads>, id: FileId, source: &Source, attempt: u32, error: JsValue) {
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
    tell(uploads, id, attempt, event);
}

/// Reading anything of a file that is not as it was picked fails, in every browser.
pub(super) fn check_file(uploads: &Weak<Uploads>, id: FileId, source: &Rc<Source>, attempt: u32) {
    let first_byte = source.file.slice_with_f64_and_f64(0.0, 1.0);
    let (uploads, source, turn) = (uploads.clone(), Rc::downgrade(source), source.turn());
    spawn_local(async move {
        let readable = match first_byte {
            Ok(byte) => JsFuture::from(byte.array_buffer()).await.is_ok(),
            Err(_) => false,
        };
        if source.upgrade().is_some_and(|source| source.turn() == turn) {
            tell(&uploads, id, attempt, Event::FileChecked { readable });
        }
    });
}

/// Sends the file to its upload URL.
pub(super) fn send(
    uploads: &Weak<Uploads>,
    id: FileId,
    source: &Source,
    options: &Options,
    attempt: u32,
    url: &str,
) {
    let notify = {
        let uploads = uploads.clone();
        move |event| tell(&uploads, id, attempt, event)
    };
    match Upload::start(url, &options.field_name(), &source.file, &source.info.name, notify) {
        Ok(upload) => source.run(Running::Upload { _upload: upload }),
        Err(_) => tell(uploads, id, attempt, Event::ConnectionLost),
    }
}

fn tell(uploads: &Weak<Uploads>, id: FileId, attempt: u32, event: Event<JsValue>) {
    if let Some(uploads) = uploads.upgrade() {
        uploads.handle(id, attempt, event);
    }
}
