//! A file of the page's, and what is under way for it.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::Blob;

use super::objects::Record;
use super::work::{self, Work};
use crate::transfer::{FileInfo, Ticket};

/// A file that was added.
pub(super) struct Source {
    pub(super) file: Blob,
    pub(super) info: Rc<FileInfo>,
    /// Stays with the file over all attempts.
    pub(super) record: Record,
    running: RefCell<Vec<(Ticket, Work)>>,
    /// What the app's own code threw last, and under which ticket.
    thrown: RefCell<(Ticket, JsValue)>,
}

impl Source {
    pub(super) fn new(file: Blob, info: Rc<FileInfo>, record: Record) -> Self {
        Self { file, info, record, running: RefCell::default(), thrown: RefCell::default() }
    }

    /// Something is under way from now on.
    pub(super) fn run(&self, ticket: Ticket, task: impl Future<Output = ()> + 'static) {
        let work = Work::new(task);
        let number = work.number();
        self.running.borrow_mut().push((ticket, work));
        // After it can be stopped.
        work::go_on(number);
    }

    /// Stops what is under way under this ticket, or all of it.
    pub(super) fn stop(&self, ticket: Option<Ticket>) {
        while let Some(stopped) = self.take(ticket) {
            // Outside of the borrow: stopping calls into the browser, and that may call back.
            drop(stopped);
        }
    }

    fn take(&self, ticket: Option<Ticket>) -> Option<(Ticket, Work)> {
        let mut running = self.running.borrow_mut();
        let is_it = |(other, _): &(Ticket, Work)| ticket.is_none_or(|ticket| ticket == *other);
        let index = running.iter().position(is_it)?;
        Some(running.swap_remove(index))
    }

    /// What the app's own code threw under this ticket.
    pub(super) fn thrown(&self, ticket: Ticket) -> Option<JsValue> {
        let thrown = self.thrown.borrow();
        (thrown.0 == ticket).then(|| thrown.1.clone())
    }

    pub(super) fn set_thrown(&self, ticket: Ticket, thrown: JsValue) {
        self.thrown.replace((ticket, thrown));
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        self.record.leave(false);
    }
}
