//! A file of the page, and what runs for it.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::Blob;

use super::tasks::{Held, Memory, Running};
use crate::transfer::{FileInfo, Ticket};

/// A file that was added.
pub(super) struct Source {
    pub(super) file: Blob,
    pub(super) info: Rc<FileInfo>,
    /// Remembers its upload for another visit.
    pub(super) memory: Memory,
    running: RefCell<Vec<(Ticket, Running)>>,
    /// While it is held, no other window sends the file.
    lock: RefCell<Option<Held>>,
    /// What the app's own code threw last, and the ticket of that task.
    thrown: RefCell<(Ticket, JsValue)>,
}

impl Source {
    pub(super) fn new(file: Blob, info: Rc<FileInfo>, memory: Memory) -> Self {
        Self {
            file,
            info,
            memory,
            running: RefCell::default(),
            lock: RefCell::default(),
            thrown: RefCell::default(),
        }
    }

    /// Keeps a running task or request, so that it can be stopped.
    pub(super) fn run(&self, ticket: Ticket, running: Running) {
        self.running.borrow_mut().push((ticket, running));
    }

    /// Stops what runs under this ticket, or everything if there is none.
    pub(super) fn stop(&self, ticket: Option<Ticket>) {
        while let Some(stopped) = self.take(|other| ticket.is_none_or(|ticket| ticket == other)) {
            // Must happen outside of the borrow, because stopping calls the browser, which may call back.
            drop(stopped);
        }
    }

    /// Removes and returns what runs under a ticket that `is_it` accepts.
    pub(super) fn take(&self, is_it: impl Fn(Ticket) -> bool) -> Option<Running> {
        let mut running = self.running.borrow_mut();
        let index = running.iter().position(|(ticket, _)| is_it(*ticket))?;
        Some(running.swap_remove(index).1)
    }

    /// Stops everything that runs, and releases the lock, so that another window may send the file.
    pub(super) fn end(&self) {
        self.stop(None);
        self.set_lock(None);
    }

    pub(super) fn set_lock(&self, lock: Option<Held>) {
        let before = self.lock.replace(lock);
        drop(before);
    }

    /// Returns what the app's own code threw in the task with this ticket.
    pub(super) fn thrown(&self, ticket: Ticket) -> Option<JsValue> {
        let thrown = self.thrown.borrow();
        (thrown.0 == ticket).then(|| thrown.1.clone())
    }

    pub(super) fn set_thrown(&self, ticket: Ticket, thrown: JsValue) {
        self.thrown.replace((ticket, thrown));
    }
}
