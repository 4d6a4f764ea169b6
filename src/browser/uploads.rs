//! A queue in a page: performs the core's actions, and delivers their outcomes to the core.
//!
//! Ownership: while a file is active, [`Uploads`] keeps itself alive, and everything that was passed to the browser
//! holds it weakly. When no file is active, it lives as long as its user holds it, and the requests, timers and
//! closures of its files are gone.
//!
//! Order: nothing may be borrowed while the page or the browser is called, because both may call back at once.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use wasm_bindgen::prelude::*;
use web_sys::Blob;

use super::listener::Listener;
use super::numbers::{self, Command, Step, Told};
use super::objects::{self, Page};
use super::options::{self, Options};
use super::source::Source;
use super::tasks::{self, Held, Memory, Report, Running, Teller};
use super::xhr::{self, Upload};
use crate::queue::{FileId, Output, Queue};
use crate::transfer::{Action, Body, Event, FileInfo, Settings, Ticket, UploadError, essence};

/// The callback of all tasks. It takes a file, a ticket, the number of a report, and two details.
type Tell = Closure<dyn Fn(u32, f64, u32, JsValue, JsValue)>;

/// The number with which `listen_to_page` reports that the signal aborted. With any other, a timeout may be due.
const ABORTED: u32 = 1;

/// A queue of files in a page.
pub(crate) struct Uploads {
    queue: RefCell<Queue<JsValue, Rc<Source>>>,
    options: Options,
    settings: Rc<Settings>,
    page: Page,
    is_traced: bool,
    tell: Tell,
    /// Whether a caller further up the stack is performing outputs.
    is_working: Cell<bool>,
    listener: RefCell<Option<Listener>>,
    itself: Weak<Self>,
    alive: RefCell<Option<Rc<Self>>>,
}

impl Uploads {
    /// Creates an empty queue, which reports its events to `page`.
    pub(super) fn new(options: Options, page: Page) -> Rc<Self> {
        let settings = options.for_queue();
        let uploads = Rc::new_cyclic(|itself: &Weak<Self>| Self {
            settings: Rc::clone(&settings.transfer),
            queue: RefCell::new(Queue::new(settings)),
            options,
            is_traced: page.is_traced(),
            page,
            tell: tell(itself.clone()),
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
        let callback = move |kind, _, _| {
            let Some(uploads) = uploads.upgrade() else { return };
            if kind == ABORTED {
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

    /// Adds a file, which may have ended already, and returns its number in the queue.
    ///
    /// # Errors
    ///
    /// Returns an `UploadError` if the file does not meet a restriction.
    pub(super) fn add(&self, file: &Blob, end: u32) -> Result<FileId, JsValue> {
        let info = Rc::new(FileInfo {
            name: options::file_name(&self.options, file),
            size: file.size() as u64,
            mime: essence(&file.type_()).unwrap_or_default(),
        });
        let memory = Memory::new(&self.options, file, &info.name, &info.mime);
        let source = Rc::new(Source::new(file.clone(), Rc::clone(&info), memory));
        let now = self.look_around();
        let added = {
            let mut queue = self.queue.borrow_mut();
            match numbers::ended(end) {
                Some(ended) => Ok(queue.restore(info, source, ended)),
                None => queue.add(info, source, now),
            }
        };
        self.work();
        added.map_err(|error| error_object(&error, None))
    }

    /// Applies a command to one file, or to all files if `id` is 0.
    ///
    /// # Errors
    ///
    /// Returns an `UploadError` if the files do not meet a restriction.
    pub(crate) fn command(&self, command: Command, id: FileId) -> Result<(), JsValue> {
        let now = self.look_around();
        let one = (id != 0).then_some(id);
        let mut started = Ok(());
        {
            let mut queue = self.queue.borrow_mut();
            match command {
                Command::Start => started = queue.start(now),
                Command::Pause => queue.pause(one, now),
                Command::Resume => queue.resume(one, now),
                Command::Retry => started = queue.retry(one, now),
                Command::Cancel => queue.cancel(one, now),
                Command::Remove => queue.remove(id, now),
                Command::Destroy => {
                    drop(queue);
                    self.end(false);
                    return Ok(());
                }
            }
        }
        self.work();
        started.map_err(|error| error_object(&error, None))
    }

    /// Ends all uploads. If `is_aborted`, aborts them at the backend too, so that no other visit can resume them.
    fn end(&self, is_aborted: bool) {
        let listener = self.listener.take();
        drop(listener);
        let (aborts, sources) = {
            let mut queue = self.queue.borrow_mut();
            (if is_aborted { queue.abort_all() } else { Vec::new() }, queue.destroy())
        };
        for source in sources {
            source.end();
            if is_aborted {
                source.memory.forget();
            }
        }
        for abort in aborts {
            let promise = tasks::abort(&self.options, &abort);
            drop(promise);
        }
        self.alive.take();
    }

    fn abort(&self) {
        let _alive = self.itself.upgrade();
        let reason = self.options.signal().map(|signal| signal.reason());
        self.end(true);
        self.tell_page(Told::Abort, 0, &reason.unwrap_or_default());
    }

    /// Returns the progress of the whole queue.
    pub(crate) fn total(&self) -> JsValue {
        let total = self.queue.borrow().total();
        objects::progress(&total)
    }

    /// Calls `tell` with the queue and the time, and performs the outputs that follow.
    fn change(&self, tell: impl FnOnce(&mut Queue<JsValue, Rc<Source>>, f64)) {
        let now = self.look_around();
        tell(&mut self.queue.borrow_mut(), now);
        self.work();
    }

    /// Tells the queue whether the browser is online, and returns the time.
    #[inline(never)]
    fn look_around(&self) -> f64 {
        let (now, is_online) = (objects::now(), objects::is_online());
        self.queue.borrow_mut().set_online(is_online, now);
        now
    }

    /// Delivers an event of a file's task to the queue.
    fn handle(&self, id: FileId, ticket: Ticket, event: Event<JsValue>) {
        self.trace_event(id, &event);
        self.change(|queue, now| queue.handle(id, ticket, event, now));
    }

    /// Handles the report of a task.
    fn on_report(&self, id: FileId, ticket: Ticket, report: Report) {
        let Some(source) = self.queue.borrow().source(id) else { return };
        match report {
            Report::Event { event, is_last, thrown } => {
                if is_last {
                    source.stop(Some(ticket));
                }
                if let Some(thrown) = thrown {
                    self.trace(id, Step::Threw, &thrown, 0);
                    source.set_thrown(ticket, thrown);
                }
                self.handle(id, ticket, event);
            }
            Report::Cut(piece) => {
                if let Some(Running::Cutting { url, body, .. }) =
                    source.take(|other| other == ticket)
                {
                    self.send(id, ticket, &source, &url, &body, piece);
                }
            }
            Report::Locked(held) => self.on_lock(id, ticket, &source, held),
        }
    }

    fn on_lock(&self, id: FileId, ticket: Ticket, source: &Source, held: Option<Held>) {
        source.stop(Some(ticket));
        let is_locked = held.is_some();
        source.set_lock(held);
        self.handle(id, ticket, Event::Locked(is_locked));
    }

    /// Sends a body to the host. `content` is `None` if the file can't be read: the core then treats it as a lost
    /// connection, and finds the reason.
    fn send(
        &self,
        id: FileId,
        ticket: Ticket,
        source: &Source,
        url: &str,
        body: &Body<JsValue>,
        content: Option<JsValue>,
    ) {
        let Some(content) = content else { return self.handle(id, ticket, Event::ConnectionLost) };
        let uploads = self.itself.clone();
        let notify = move |event, is_last| {
            let Some(uploads) = uploads.upgrade() else { return };
            uploads.on_report(id, ticket, Report::Event { event, is_last, thrown: None });
        };
        let is_piece = !matches!(body, Body::Form);
        self.trace(id, Step::Sends, &JsValue::UNDEFINED, is_piece.into());
        match Upload::start(url, body, &content, notify) {
            Ok(upload) => {
                source.run(ticket, Running::Upload(upload));
                self.handle(id, ticket, Event::RequestLeft);
            }
            Err(_) => self.handle(id, ticket, Event::SendRefused),
        }
    }

    /// Reports a step of a file's upload, if the page is in debug mode.
    fn trace(&self, id: FileId, step: Step, detail: &JsValue, number: u32) {
        if self.is_traced {
            self.page.trace(id, step as u32, detail, number);
        }
    }

    fn trace_event(&self, id: FileId, event: &Event<JsValue>) {
        if !self.is_traced {
            return;
        }
        let none = JsValue::UNDEFINED;
        let (step, detail, number) = match event {
            Event::EndpointAnswered(reply) => {
                (Step::Endpoint, reply.body.as_str().into(), reply.status.into())
            }
            Event::EndpointUnreachable => (Step::Endpoint, none, 0),
            Event::EndpointReturned(answer) => (Step::Returned, answer.clone(), 0),
            Event::Answered(reply) => (Step::Host, none, reply.status.into()),
            Event::ConnectionLost => (Step::Host, none, 0),
            _ => return,
        };
        self.trace(id, step, &detail, number);
    }

    /// Performs the queue's outputs one at a time, because each may change what comes next.
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

    fn tell_page(&self, event: Told, id: FileId, detail: &JsValue) {
        self.page.tell(event as u32, id, detail);
    }

    fn next_output(&self) -> Option<Output<JsValue, Rc<Source>>> {
        self.queue.borrow_mut().poll()
    }

    /// Keeps `self` alive while a file is active, and re-arms the timer.
    fn rest(&self) {
        let (is_idle, deadline) = {
            let queue = self.queue.borrow();
            (queue.is_idle(), queue.deadline())
        };
        let itself = if is_idle { None } else { self.itself.upgrade() };
        // Must be dropped after the borrow, and after the last use of `self`.
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
            Output::Started(id) => (Told::Start, id),
            Output::Paused(id) => (Told::Pause, id),
            Output::Cancelled(id) => (Told::Cancel, id),
            Output::Removed { id, source } => {
                source.end();
                source.memory.forget();
                (Told::Removed, id)
            }
            Output::Abort(abort) => {
                let promise = tasks::abort(&self.options, &abort);
                return drop(promise);
            }
            Output::Complete => (Told::Complete, 0),
        };
        self.tell_page(event, id, &JsValue::UNDEFINED);
    }

    fn act_for(&self, id: FileId, source: &Rc<Source>, action: Action<JsValue>) {
        let teller = |ticket| Teller { tell: self.tell.as_ref(), id, ticket };
        let (event, detail) = match action {
            Action::Ask { ticket, attempt, request } => {
                let question = numbers::question(&request.question);
                self.trace(id, Step::Asks, &question.into(), attempt);
                return teller(ticket).ask(source, &self.options, attempt, &request);
            }
            Action::Find { ticket } => return teller(ticket).find(source),
            Action::Lock { ticket, key } => return teller(ticket).hold(source, &key),
            Action::Check { ticket, at } => return teller(ticket).check(source, at),
            Action::Hash { ticket, range, checksums } => {
                return teller(ticket).hash(source, &range, checksums);
            }
            Action::Send { ticket, url, body } => {
                return match &body {
                    Body::Form => {
                        let form = xhr::form(&source.file, &self.settings.field_name, &source.info);
                        self.send(id, ticket, source, &url, &body, form.ok());
                    }
                    Body::Chunk { range, .. } | Body::Part { range, .. } => {
                        let range = range.clone();
                        teller(ticket).cut(source, &range, url, body);
                    }
                };
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
            Action::Remember { saved, is_new, loaded } => {
                return tasks::remember(&source.memory, &saved, is_new, loaded);
            }
            Action::Forget => {
                source.end();
                return source.memory.forget();
            }
            // The queue has turned it into an output of its own, because it outlives its file.
            Action::Abort(_) => return,
            Action::Resumed { from } => (Told::Resume, JsValue::from_f64(from as f64)),
            Action::Report(progress) => (Told::Progress, objects::progress(&progress)),
            Action::Announce { attempt, delay, error } => {
                let error = error_object(&error, Some(source));
                (Told::Retry, objects::retry(attempt, delay, &error))
            }
            Action::AnnounceStall => (Told::Stalled, JsValue::UNDEFINED),
            Action::Finish(result) => {
                source.end();
                match result {
                    Ok(media) => (Told::Success, media),
                    Err(error) => (Told::Error, error_object(&error, Some(source))),
                }
            }
        };
        self.tell_page(event, id, &detail);
    }
}

/// Returns the callback of all tasks.
fn tell(uploads: Weak<Uploads>) -> Tell {
    Closure::new(move |id, ticket: f64, what, value, more: JsValue| {
        // Reads the report even if the queue is gone, because a lock that nobody waits for must be released.
        let report = tasks::read(what, value, &more);
        if let Some(uploads) = uploads.upgrade() {
            uploads.on_report(id, ticket as Ticket, report);
        }
    })
}

/// Creates an `UploadError`. Its cause is what the app's own code threw in the attempt that failed.
fn error_object(error: &UploadError, source: Option<&Rc<Source>>) -> JsValue {
    let thrown = source.zip(error.thrown).and_then(|(source, ticket)| source.thrown(ticket));
    objects::upload_error(error, &thrown.unwrap_or_default())
}
