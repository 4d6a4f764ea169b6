//! One upload in a page: asks the core what to do, does it, and tells the core what came of it.
//!
//! Ownership: while something is under way, [`Running`] keeps the run alive, and everything that
//! the browser was handed holds it weakly. When nothing is under way any more, the run, its
//! listeners and its closures are gone.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, Blob};

use super::endpoint::Question;
use super::listener::Listener;
use super::objects;
use super::options::Options;
use super::xhr::Upload;
use crate::transfer::{Action, Event, FileInfo, Json, Transfer};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;

    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues)]
    fn fill_with_random(bytes: &mut [u8]);

    #[wasm_bindgen(js_name = reportError)]
    fn report_error(error: &JsValue);

    #[wasm_bindgen(thread_local_v2, js_namespace = location, js_name = protocol)]
    static PAGE_PROTOCOL: JsValue;
}

/// One file on its way to a media object.
struct Run {
    transfer: RefCell<Transfer<JsValue>>,
    file: Blob,
    info: FileInfo,
    options: Options,
    idempotency_key: String,
    resolve: Function,
    reject: Function,
    running: RefCell<Option<Running>>,
    on_abort: RefCell<Option<Listener>>,
    /// What the app's own code threw: the cause of the error to come.
    thrown: RefCell<JsValue>,
}

/// What is under way. Dropping it stops it.
struct Running {
    _guard: Guard,
    _run: Rc<Run>,
}

enum Guard {
    /// The endpoint is being asked.
    Question { _abort: AbortOnDrop },
    /// The file is being sent.
    Upload { _upload: Upload },
    /// The file is being looked at, which nothing needs to stop.
    Check,
}

/// Tells the app's function and the browser's `fetch` that an answer is no longer wanted.
struct AbortOnDrop(AbortController);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Uploads `file`. The promise is settled once: with the media object, an `UploadError`, or the
/// signal's reason.
pub(super) fn upload(file: &Blob, options: Options) -> Promise {
    let mut options = Some(options);
    Promise::new(&mut |resolve, reject| {
        if let Some(options) = options.take() {
            Run::new(file, options, resolve, reject).start();
        }
    })
}

impl Run {
    fn new(file: &Blob, options: Options, resolve: Function, reject: Function) -> Rc<Self> {
        let info = FileInfo {
            name: options
                .filename
                .clone()
                // Not by `instanceof`: a file of another window is a file.
                .or_else(|| file.field("name")?.text())
                // What a browser names it in a form.
                .unwrap_or_else(|| "blob".into()),
            size: file.size() as u64,
            mime: file.type_(),
        };
        let http_loopback = PAGE_PROTOCOL.with(|protocol| protocol == "http:");
        Rc::new(Self {
            transfer: RefCell::new(Transfer::new(
                info.clone(),
                options.field_name.clone(),
                http_loopback,
            )),
            file: file.clone(),
            info,
            options,
            idempotency_key: random_uuid(),
            resolve,
            reject,
            running: RefCell::default(),
            on_abort: RefCell::default(),
            thrown: RefCell::default(),
        })
    }

    fn start(self: Rc<Self>) {
        if let Some(signal) = &self.options.signal {
            if signal.aborted() {
                return settle(&self.reject, &signal.reason());
            }
            let run = Rc::downgrade(&self);
            *self.on_abort.borrow_mut() = Some(Listener::new(signal, "abort", move |_| {
                if let Some(run) = run.upgrade() {
                    run.abort();
                }
            }));
        }
        self.transfer.borrow_mut().start();
        self.advance();
    }

    fn abort(&self) {
        self.transfer.borrow_mut().abort();
        let reason = self.options.signal.as_ref().map(|signal| signal.reason());
        self.end(&self.reject, &reason.unwrap_or_default());
    }

    fn handle(self: &Rc<Self>, attempt: u32, event: Event<JsValue>) {
        self.transfer.borrow_mut().handle(attempt, event, now());
        self.advance();
    }

    /// Does what there is to do. Each action is taken only when the one before is done, for that
    /// may have called the page, and the page may have aborted.
    fn advance(self: &Rc<Self>) {
        while let Some(action) = self.next_action() {
            match action {
                Action::Report(progress) => {
                    if let Some(callback) = &self.options.on_progress {
                        call(callback, &objects::progress(&progress));
                    }
                }
                Action::AskEndpoint { attempt } => self.ask(attempt),
                Action::Send { attempt, url } => self.send(attempt, &url),
                Action::CheckFile { attempt } => self.check_file(attempt),
                Action::Finish(Ok(media)) => self.end(&self.resolve, &media),
                Action::Finish(Err(error)) => {
                    let error = objects::upload_error(&error, &self.thrown.borrow());
                    self.end(&self.reject, &error);
                }
            }
        }
    }

    fn next_action(&self) -> Option<Action<JsValue>> {
        self.transfer.borrow_mut().poll()
    }

    fn ask(self: &Rc<Self>, attempt: u32) {
        let controller = match AbortController::new() {
            Ok(controller) => controller,
            Err(error) => return self.app_threw(attempt, error),
        };
        let question = Question {
            endpoint: self.options.endpoint.clone(),
            headers: self.options.headers.clone(),
            credentials: self.options.credentials,
            file: objects::description(&self.info, &self.options.props),
            idempotency_key: self.idempotency_key.clone(),
            attempt,
            signal: controller.signal(),
        };
        self.run(Guard::Question { _abort: AbortOnDrop(controller) });
        let run = Rc::downgrade(self);
        spawn_local(async move {
            let answer = question.ask().await;
            if let Some(run) = run.upgrade() {
                match answer {
                    Ok(event) => run.handle(attempt, event),
                    Err(error) => run.app_threw(attempt, error),
                }
            }
        });
    }

    fn app_threw(self: &Rc<Self>, attempt: u32, error: JsValue) {
        let words = words_of(&error);
        self.thrown.replace(error);
        self.handle(attempt, Event::EndpointThrew(words));
    }

    fn send(self: &Rc<Self>, attempt: u32, url: &str) {
        let run = Rc::downgrade(self);
        let notify = move |event| {
            if let Some(run) = run.upgrade() {
                run.handle(attempt, event);
            }
        };
        let field_name = &self.options.field_name;
        match Upload::start(url, field_name, &self.file, &self.info.name, notify) {
            Ok(upload) => self.run(Guard::Upload { _upload: upload }),
            Err(_) => self.handle(attempt, Event::ConnectionLost),
        }
    }

    /// Reading anything of a file that is not as it was picked fails, in every browser.
    fn check_file(self: &Rc<Self>, attempt: u32) {
        self.run(Guard::Check);
        let first_byte = self.file.slice_with_f64_and_f64(0.0, 1.0);
        let run = Rc::downgrade(self);
        spawn_local(async move {
            let readable = match first_byte {
                Ok(byte) => JsFuture::from(byte.array_buffer()).await.is_ok(),
                Err(_) => false,
            };
            if let Some(run) = run.upgrade() {
                run.handle(attempt, Event::FileChecked { readable });
            }
        });
    }

    /// What is under way from now on; what was before is stopped.
    fn run(self: &Rc<Self>, guard: Guard) {
        let next = Running { _guard: guard, _run: Rc::clone(self) };
        let last = self.running.borrow_mut().replace(next);
        // Outside of the borrow: stopping calls into the browser, and that may call back.
        drop(last);
    }

    fn end(&self, how: &Function, value: &JsValue) {
        let running = self.running.borrow_mut().take();
        let on_abort = self.on_abort.borrow_mut().take();
        drop((running, on_abort));
        settle(how, value);
    }
}

/// Settling a promise runs none of the page's code, and cannot fail.
fn settle(how: &Function, value: &JsValue) {
    let _ = how.call1(&JsValue::UNDEFINED, value);
}

/// Calls the page. What it throws is the page's, reported as any uncaught error is, and does not
/// end an upload.
fn call(callback: &Function, argument: &JsValue) {
    if let Err(error) = callback.call1(&JsValue::UNDEFINED, argument) {
        report_error(&error);
    }
}

fn words_of(error: &JsValue) -> String {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => error.message().into(),
        None => error.as_string().unwrap_or_else(|| "its code failed".into()),
    }
}

fn random_uuid() -> String {
    let mut bytes = [0; 16];
    fill_with_random(&mut bytes);
    let uuid = uuid::Builder::from_random_bytes(bytes).into_uuid();
    uuid.hyphenated().encode_lower(&mut uuid::Uuid::encode_buffer()).into()
}
