//! A file of the page's, and what is under way for it.

use std::cell::RefCell;
use std::mem;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{AbortController, Blob};

use super::objects::Record;
use super::xhr::Upload;
use crate::transfer::{FileInfo, Ticket};

/// A file that was added.
pub(super) struct Source {
    pub(super) file: Blob,
    pub(super) info: Rc<FileInfo>,
    /// Stays with the file over all attempts.
    pub(super) record: Record,
    running: RefCell<Vec<(Ticket, Running)>>,
    thrown: RefCell<JsValue>,
}

/// What is under way. Dropping it stops it.
pub(super) enum Running {
    /// The endpoint is being asked.
    Question { _abort: AbortOnDrop },
    /// Bytes are being sent.
    Upload { _upload: Upload },
    /// The file is being read, which is noticed between two steps.
    Reading,
}

/// Tells the app's function and the browser's `fetch` that an answer is no longer wanted.
pub(super) struct AbortOnDrop(pub(super) AbortController);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Source {
    pub(super) fn new(file: Blob, info: Rc<FileInfo>, record: Record) -> Self {
        Self { file, info, record, running: RefCell::default(), thrown: RefCell::default() }
    }

    /// Something is under way from now on.
    pub(super) fn run(&self, ticket: Ticket, running: Running) {
        self.stop(Some(ticket));
        self.running.borrow_mut().push((ticket, running));
    }

    /// Whether it is still under way.
    pub(super) fn is_running(&self, ticket: Ticket) -> bool {
        self.running.borrow().iter().any(|(other, _)| *other == ticket)
    }

    /// Stops what is under way under this ticket, or all of it.
    pub(super) fn stop(&self, ticket: Option<Ticket>) {
        let stopped = match ticket {
            None => mem::take(&mut *self.running.borrow_mut()),
            Some(ticket) => {
                let is_it = |(other, _): &mut (Ticket, Running)| *other == ticket;
                self.running.borrow_mut().extract_if(.., is_it).collect()
            }
        };
        // Outside of the borrow: stopping calls into the browser, and that may call back.
        drop(stopped);
    }

    /// What the app's own code threw last: the cause of the error to come.
    pub(super) fn thrown(&self) -> JsValue {
        self.thrown.borrow().clone()
    }

    pub(super) fn set_thrown(&self, thrown: JsValue) {
        self.thrown.replace(thrown);
    }
}
