//! A queue in a page: asks the core what to do, does it, and tells the core what came of it.
//!
//! Ownership: while a file is on its way, [`Uploads`] keeps itself alive, and everything that the
//! browser was handed holds it weakly. When nothing is under way any more, it lives as long as its
//! user holds it, and its requests, timers and closures are gone.
//!
//! Order: whatever calls into the page or the browser does so with nothing borrowed, because both
//! may call back at once.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use wasm_bindgen::prelude::*;
use web_sys::Blob;

use super::checksum;
use super::listener::Listener;
use super::objects::{self, Happened, Page, Record};
use super::options::{self, Options};
use super::source::Source;
use super::tasks::{self, Teller};
use crate::queue::{Ended, FileId, Output, Queue};
use crate::transfer::{Action, Event, FileInfo, Settings, Ticket, UploadError, essence};

/// Files on their way.
pub(crate) struct Uploads {
    queue: RefCell<Queue<JsValue, Rc<Source>>>,
    options: Options,
    settings: Rc<Settings>,
    page: Page,
    /// Whether outputs are being worked off further down the stack.
    is_working: Cell<bool>,
    listener: RefCell<Option<Listener>>,
    itself: Weak<Self>,
    alive: RefCell<Option<Rc<Self>>>,
}

impl Uploads {
    /// An empty queue that tells `page` what happens.
    pub(super) fn new(options: Options, page: Page) -> Rc<Self> {
        let settings = options.for_queue();
        let uploads = Rc::new_cyclic(|itself: &Weak<Self>| Self {
            settings: Rc::clone(&settings.transfer),
            queue: RefCell::new(Queue::new(settings)),
            options,
            page,
            is_working: Cell::new(false),
            listener: RefCell::default(),
            itself: itself.clone(),
            alive: RefCell::default(),
        });
        uploads.listen();
        uploads
    }

    fn listen(&self) {
        let uploads = self.itself.clone();
        let callback = move |happened: Happened| {
            let Some(uploads) = uploads.upgrade() else { return };
            if happened.kind() == "abort" {
                uploads.abort();
            } else {
                uploads.change(Queue::handle_timeout);
            }
        };
        let listener = Listener::new(callback, |callback| {
            objects::listen_to_page(callback, self.options.signal().as_ref())
        });
        self.listener.replace(Some(listener));
    }

    /// Adds a file, which may have ended already; answers its number in the queue.
    ///
    /// # Errors
    ///
    /// A restriction that it does not meet, as an `UploadError`.
    pub(super) fn add(&self, file: &Blob, state: &str) -> Result<FileId, JsValue> {
        let info = Rc::new(FileInfo {
            name: options::file_name(&self.options, file),
            size: file.size() as u64,
            mime: essence(&file.type_()).unwrap_or_default(),
        });
        let record = Record::new(&self.options, file, &info.name, &info.mime);
        let source = Rc::new(Source::new(file.clone(), Rc::clone(&info), record));
        let now = self.look_around();
        let added = {
            let mut queue = self.queue.borrow_mut();
            let ended = match state {
                "done" => Some(Ended::Done),
                "failed" => Some(Ended::Failed),
                "cancelled" => Some(Ended::Cancelled),
                _ => None,
            };
            match ended {
                Some(ended) => Ok(queue.restore(info, source, ended)),
                None => queue.add(info, source, now),
            }
        };
        self.work();
        added.map_err(|error| error_object(&error, None))
    }

    /// Does what the page wants done with one file or, where the number is 0, with all of them.
    ///
    /// # Errors
    ///
    /// A restriction that the files do not meet, as an `UploadError`.
    pub(crate) fn command(&self, command: &str, id: FileId) -> Result<(), JsValue> {
        if command == "destroy" {
            self.destroy();
            return Ok(());
        }
        let now = self.look_around();
        let one = (id != 0).then_some(id);
        let mut started = Ok(());
        {
            let mut queue = self.queue.borrow_mut();
            match command {
                "start" => started = queue.start(now),
                "pause" => queue.pause(one, now),
                "resume" => queue.resume(one, now),
                "retry" => started = queue.retry(one, now),
                "cancel" => queue.cancel(one, now),
                "remove" => queue.remove(id, now),
                _ => {}
            }
        }
        self.work();
        started.map_err(|error| error_object(&error, None))
    }

    /// Ends everything. Nothing follows.
    fn destroy(&self) {
        self.end(false);
    }

    fn end(&self, is_given_up: bool) {
        let sources = self.queue.borrow_mut().destroy();
        let listener = self.listener.take();
        drop(listener);
        for source in sources {
            source.stop(None);
            if is_given_up {
                source.record.abandon(None);
            }
        }
        self.alive.take();
    }

    fn abort(&self) {
        let _alive = self.itself.upgrade();
        let reason = self.options.signal().map(|signal| signal.reason());
        self.end(true);
        self.page.tell("abort", 0, &reason.unwrap_or_default());
    }

    /// How far the whole is.
    pub(crate) fn total(&self) -> JsValue {
        let total = self.queue.borrow().total();
        objects::progress(&total)
    }

    /// Tells the queue something, and does what it wants done.
    fn change(&self, tell: impl FnOnce(&mut Queue<JsValue, Rc<Source>>, f64)) {
        let now = self.look_around();
        tell(&mut self.queue.borrow_mut(), now);
        self.work();
    }

    /// Lets the queue know of the connection, and answers the time.
    #[inline(never)]
    fn look_around(&self) -> f64 {
        let (now, is_online) = (objects::now(), objects::is_online());
        self.queue.borrow_mut().set_online(is_online, now);
        now
    }

    /// What happened to a file, from those who do what is to be done for it.
    pub(super) fn handle(&self, id: FileId, ticket: Ticket, event: Event<JsValue>) {
        self.change(|queue, now| queue.handle(id, ticket, event, now));
    }

    /// Something that took time is over.
    pub(super) fn end_task(&self, id: FileId, ticket: Ticket, thrown: Option<JsValue>) {
        let source = self.queue.borrow().source(id);
        if let Some(source) = source {
            source.stop(Some(ticket));
            if let Some(thrown) = thrown {
                source.set_thrown(ticket, thrown);
            }
        }
    }

    /// Does what there is to do, one thing at a time: each may change what comes next.
    #[inline(never)]
    fn work(&self) {
        if self.is_working.replace(true) {
            return;
        }
        while let Some(output) = self.next_output() {
            self.act(output);
        }
        self.is_working.set(false);
        self.rest();
    }

    fn next_output(&self) -> Option<Output<JsValue, Rc<Source>>> {
        self.queue.borrow_mut().poll()
    }

    /// Sees to it that what is under way lives on, and is looked after in time.
    fn rest(&self) {
        let (is_idle, deadline) = {
            let queue = self.queue.borrow();
            (queue.is_idle(), queue.deadline())
        };
        let itself = if is_idle { None } else { self.itself.upgrade() };
        // Dropped after the borrow, and after the last use of `self`.
        let _last = self.alive.replace(itself);
        if let Some(listener) = &*self.listener.borrow() {
            listener.wake(deadline);
        }
    }

    fn act(&self, output: Output<JsValue, Rc<Source>>) {
        let (event, id) = match output {
            Output::Action { id, action } => {
                let source = self.queue.borrow().source(id);
                if let Some(source) = source {
                    self.act_for(id, &source, action);
                }
                return;
            }
            Output::Started(id) => ("upload-start", id),
            Output::Paused(id) => ("upload-pause", id),
            Output::Cancelled(id) => ("upload-cancel", id),
            Output::Removed { id, source, upload } => {
                source.stop(None);
                source.record.abandon(upload.as_deref());
                ("file-removed", id)
            }
            Output::Complete => ("complete", 0),
        };
        self.page.tell(event, id, &JsValue::UNDEFINED);
    }

    fn act_for(&self, id: FileId, source: &Rc<Source>, action: Action<JsValue>) {
        let teller = |ticket| Teller { uploads: self.itself.clone(), id, ticket };
        let record = &source.record;
        let (event, detail) = match action {
            Action::Ask { ticket, attempt, question } => {
                return tasks::ask(teller(ticket), source, attempt, question);
            }
            Action::Check { ticket, at } => {
                let end = source.info.size.min(at + 1);
                return tasks::check(teller(ticket), source, at..end);
            }
            Action::Hash { ticket, range, checksums } => {
                return checksum::hash(teller(ticket), source, &range, checksums);
            }
            Action::Send { ticket, url, body } => {
                let field_name = self.settings.field_name.clone();
                return tasks::send(teller(ticket), source, field_name, url, body);
            }
            Action::AskApp { ticket, attempt, error } => {
                let object = error_object(&error, Some(source));
                let retry = match self.options.should_retry() {
                    Some(function) => objects::decides(&function, &object, attempt),
                    None => false,
                };
                return self.handle(id, ticket, Event::AppSaid { retry, error });
            }
            Action::Stop(ticket) => return source.stop(ticket),
            Action::KeepUpload { id, part_size } => {
                return record.keep_upload(id.as_deref(), part_size as f64);
            }
            Action::KeepPart { number, etag, checksum } => {
                return record.keep_part(number, &etag, checksum.as_deref());
            }
            Action::KeepLoaded(loaded) => return record.keep_loaded(loaded as f64),
            Action::Abandon => return record.abandon(None),
            Action::Resumed { from } => ("upload-resume", JsValue::from_f64(from as f64)),
            Action::Report(progress) => ("upload-progress", objects::progress(&progress)),
            Action::Announce { attempt, delay, error } => {
                let error = error_object(&error, Some(source));
                ("upload-retry", objects::retry(attempt, delay, &error))
            }
            Action::AnnounceStall => ("upload-stalled", JsValue::UNDEFINED),
            Action::Finish(result) => {
                source.stop(None);
                record.leave(result.is_ok());
                match result {
                    Ok(media) => ("upload-success", media),
                    Err(error) => ("upload-error", error_object(&error, Some(source))),
                }
            }
        };
        self.page.tell(event, id, &detail);
    }
}

/// An `UploadError`; its cause is what the app's own code threw in the attempt that it ends.
fn error_object(error: &UploadError, source: Option<&Rc<Source>>) -> JsValue {
    let thrown = source.zip(error.thrown).and_then(|(source, ticket)| source.thrown(ticket));
    objects::upload_error(error, &thrown.unwrap_or_default())
}
