//! Tasks, which take time: asking the backend, reading a file, locking it. tasks.js performs them; this module turns
//! their reports into the core's events.

use std::ops::Range;

use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::Blob;

use super::objects::Answer;
use super::options::Options;
use super::source::Source;
use super::xhr::Upload;
use crate::queue::FileId;
use crate::transfer::checksums::Checksums;
use crate::transfer::{
    Body, Event, Json, Method, Request, Saved, Ticket, abort_retry, is_unreachable,
};

#[wasm_bindgen(module = "/src/browser/js/tasks.js")]
extern "C" {
    /// A task for a file. tasks.js says what each method reports.
    #[derive(Clone)]
    type Task;

    #[wasm_bindgen(constructor)]
    fn new(tell: &JsValue, id: u32, ticket: f64) -> Task;

    /// Ends the task. It reports nothing afterwards.
    #[wasm_bindgen(method)]
    fn end(this: &Task);

    #[wasm_bindgen(method)]
    fn ask(this: &Task, options: &Options, method: &str, url: &str, key: &str, body: Option<&str>);

    #[wasm_bindgen(method, js_name = callEndpoint)]
    fn call_endpoint(this: &Task, options: &Options, key: &str, body: Option<&str>, attempt: u32);

    #[wasm_bindgen(method)]
    fn check(this: &Task, file: &Blob, start: f64, end: f64);

    #[wasm_bindgen(method)]
    fn hash(this: &Task, file: &Blob, start: f64, end: f64, is_md5: bool);

    #[wasm_bindgen(method)]
    fn cut(this: &Task, file: &Blob, start: f64, end: f64);

    #[wasm_bindgen(method)]
    fn find(this: &Task, memory: &Memory);

    #[wasm_bindgen(method)]
    fn hold(this: &Task, key: &str);

    #[wasm_bindgen(js_name = abortUpload)]
    fn abort_upload(
        options: &Options,
        key: &str,
        is_ours: bool,
        method: Option<&str>,
        url: Option<&str>,
        wait_after: &JsValue,
    ) -> JsValue;
}

#[wasm_bindgen(module = "/src/browser/js/tasks.js")]
extern "C" {
    /// Remembers a file's upload for another visit.
    pub(super) type Memory;

    #[wasm_bindgen(constructor)]
    pub(super) fn new(options: &Options, file: &Blob, name: &str, mime: &str) -> Memory;

    #[wasm_bindgen(method)]
    fn remember(
        this: &Memory,
        key: &str,
        name: &str,
        mime: &str,
        endpoint: Option<&str>,
        upload_id: Option<&str>,
        part_size: f64,
        loaded: f64,
        is_new: bool,
    );

    #[wasm_bindgen(method)]
    pub(super) fn forget(this: &Memory);
}

/// A task that ends when it is dropped.
#[must_use = "dropping it ends it"]
pub(super) struct Ending(Task);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// A lock, which is released when it is dropped.
pub(super) type Held = Ending;

/// A task or request that runs for a file.
#[must_use = "dropping it stops it"]
pub(super) enum Running {
    Task(#[expect(dead_code, reason = "it ends when it is dropped")] Ending),
    /// Cuts out a piece of the file, which is sent afterwards.
    Cutting {
        _task: Ending,
        url: String,
        body: Body<JsValue>,
    },
    Upload(#[expect(dead_code, reason = "it ends when it is dropped")] Upload),
}

/// The callback, file and ticket that a task reports to.
pub(super) struct Teller<'a> {
    pub(super) tell: &'a JsValue,
    pub(super) id: FileId,
    pub(super) ticket: Ticket,
}

impl Teller<'_> {
    /// Creates a task, and keeps it before it begins: it may call the page, which may stop it at once.
    fn task(&self, source: &Source, keep: impl FnOnce(Ending) -> Running) -> Task {
        // As a JavaScript number, the ticket is exact for the first two million files of a queue.
        let task = Task::new(self.tell, self.id, self.ticket as f64);
        source.run(self.ticket, keep(Ending(task.clone())));
        task
    }

    /// Sends a request to the app's backend, or calls the app's function if the request has no URL.
    pub(super) fn ask(&self, source: &Source, options: &Options, attempt: u32, request: &Request) {
        let Request { method, url, key, body, .. } = request;
        let task = self.task(source, Running::Task);
        match url {
            Some(url) => task.ask(options, method.as_str(), url, key, body.as_deref()),
            None => task.call_endpoint(options, key, body.as_deref(), attempt),
        }
    }

    /// Reads a byte of the file, to check whether it is as it was picked: reading any byte of a changed file fails. In
    /// Firefox, only reading a byte that is gone fails.
    pub(super) fn check(&self, source: &Source, at: u64) {
        let end = source.info.size.min(at + 1) as f64;
        self.task(source, Running::Task).check(&source.file, at as f64, end);
    }

    /// Computes the checksum of these bytes.
    pub(super) fn hash(&self, source: &Source, range: &Range<u64>, checksums: Checksums) {
        let (start, end) = (range.start as f64, range.end as f64);
        let is_md5 = checksums == Checksums::Md5;
        self.task(source, Running::Task).hash(&source.file, start, end, is_md5);
    }

    /// Cuts a piece out of the file. It is sent to `url` afterwards.
    pub(super) fn cut(
        &self,
        source: &Source,
        range: &Range<u64>,
        url: String,
        body: Body<JsValue>,
    ) {
        let (start, end) = (range.start as f64, range.end as f64);
        let keep = |_task| Running::Cutting { _task, url, body };
        self.task(source, keep).cut(&source.file, start, end);
    }

    /// Looks for earlier uploads of the file.
    pub(super) fn find(&self, source: &Source) {
        self.task(source, Running::Task).find(&source.memory);
    }

    /// Locks the upload with this key.
    pub(super) fn hold(&self, source: &Source, key: &str) {
        self.task(source, Running::Task).hold(key);
    }
}

/// Remembers the state of an upload.
pub(super) fn remember(memory: &Memory, saved: &Saved, is_new: bool, loaded: u64) {
    let Saved { key, name, mime, endpoint, upload_id, part_size } = saved;
    memory.remember(
        key,
        name,
        mime,
        endpoint.as_deref(),
        upload_id.as_deref(),
        *part_size as f64,
        loaded as f64,
        is_new,
    );
}

/// Aborts an upload. Returns a promise that resolves after the last try.
pub(super) fn abort(options: &Options, abort: &crate::transfer::Abort) -> JsValue {
    thread_local! {
        /// Serves all aborts, because an abort may outlive its queue.
        static WAIT_AFTER: Closure<dyn Fn(u32, u32) -> f64> = Closure::new(|tries, status| {
            abort_retry(tries as usize, status as u16).unwrap_or(f64::NAN)
        });
    }
    let request = abort.request.as_ref();
    if request.is_none() && abort.is_ours {
        // The backend has not begun an upload that could be aborted.
        return JsValue::UNDEFINED;
    }
    let method = request.map(|request| request.method).map(Method::as_str);
    let url = request.and_then(|request| request.url.as_deref());
    WAIT_AFTER.with(|wait_after| {
        abort_upload(options, &abort.key, abort.is_ours, method, url, wait_after.as_ref())
    })
}

/// The numbers of a task's reports, as in tasks.js.
mod what {
    pub(super) const LEFT: u32 = 0;
    pub(super) const ANSWERED: u32 = 1;
    pub(super) const RETURNED: u32 = 2;
    pub(super) const THREW: u32 = 3;
    pub(super) const CHECKED: u32 = 4;
    pub(super) const BYTES_READ: u32 = 5;
    pub(super) const HASHED: u32 = 6;
    pub(super) const UNREAD: u32 = 7;
    pub(super) const CUT: u32 = 8;
    pub(super) const FOUND: u32 = 9;
}

/// What a task has reported, for the core or for the queue's shell.
pub(super) enum Report {
    /// An event for the core, whether it is the task's last, and what the app's own code threw.
    Event { event: Event<JsValue>, is_last: bool, thrown: Option<JsValue> },
    /// A piece to send. `None` if the file can't be read.
    Cut(Option<JsValue>),
    /// A lock, or `None` if another window has it.
    Locked(Option<Held>),
}

/// Reads a task's report.
pub(super) fn read(reported: u32, value: JsValue, more: &JsValue) -> Report {
    let (event, is_last) = match reported {
        what::LEFT => (Event::RequestLeft, false),
        what::ANSWERED => {
            let answer: Answer = value.unchecked_into();
            let reply = answer.read();
            (reply.map_or(Event::EndpointUnreachable, Event::EndpointAnswered), true)
        }
        what::RETURNED => (Event::EndpointReturned(value), true),
        what::THREW => {
            let event = app_threw(&value);
            return Report::Event { event, is_last: true, thrown: Some(value) };
        }
        what::CHECKED => (Event::FileChecked { readable: true }, true),
        what::BYTES_READ => (Event::BytesRead, false),
        what::HASHED => (Event::Hashed(value.as_string().unwrap_or_default()), true),
        what::UNREAD => (unread(&value), true),
        what::CUT => return Report::Cut((!value.is_undefined()).then_some(value)),
        what::FOUND => {
            let earlier: Array = value.unchecked_into();
            let mut found = Vec::new();
            for entry in earlier.to_vec() {
                found.push(saved(&entry));
            }
            let replaced = if more.is_undefined() { None } else { Some(saved(more)) };
            (Event::Found { earlier: found, replaced }, true)
        }
        _ => {
            let held = (!value.is_undefined()).then(|| Ending(value.unchecked_into()));
            return Report::Locked(held);
        }
    };
    Report::Event { event, is_last, thrown: None }
}

/// Reads what memory.js remembers of an upload.
pub(super) fn saved(entry: &JsValue) -> Box<Saved> {
    let text = |name| entry.text_in(name);
    Box::new(Saved {
        key: text("key").unwrap_or_default(),
        name: text("name").unwrap_or_default(),
        mime: text("type").unwrap_or_default(),
        endpoint: text("endpoint"),
        upload_id: text("uploadId"),
        part_size: entry.count_in("partSize").unwrap_or_default(),
    })
}

/// Turns what the app's code threw into an event. It may have a `status`, which becomes the event's.
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

/// Returns why a file could not be read, from the name of the browser's exception, or that a file of the uploader
/// itself could not be loaded. Chromium throws `NotReadableError` for a file that has changed and for one that it may
/// not read.
fn unread(error: &JsValue) -> Event<JsValue> {
    if error.text_in("code").as_deref() == Some("not-loaded") {
        return Event::NotLoaded {
            words: error.text_in("message").unwrap_or_default(),
            retryable: error.field("retryable").is_some_and(|retryable| retryable.is_truthy()),
        };
    }
    match error.text_in("name").as_deref() {
        Some("NotReadableError") => Event::FileRefused { forbidden: false },
        Some("NotAllowedError" | "SecurityError") => Event::FileRefused { forbidden: true },
        _ => Event::FileChecked { readable: false },
    }
}
