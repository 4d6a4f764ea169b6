//! A file of the page's, and what is under way for it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{AbortController, Blob};

use super::objects;
use super::xhr::Upload;
use crate::transfer::FileInfo;

/// A file that was added.
pub(super) struct Source {
    pub(super) file: Blob,
    pub(super) info: Rc<FileInfo>,
    /// Stays with the file over all attempts, so that the backend recognises a repeated question.
    pub(super) idempotency_key: String,
    running: RefCell<Option<Running>>,
    /// Changes whenever something begins or is stopped.
    turn: Cell<u32>,
    thrown: RefCell<JsValue>,
}

/// What is under way. Dropping it stops it.
pub(super) enum Running {
    /// The endpoint is being asked.
    Question { _abort: AbortOnDrop },
    /// The file is being sent.
    Upload { _upload: Upload },
}

/// Tells the app's function and the browser's `fetch` that an answer is no longer wanted.
pub(super) struct AbortOnDrop(pub(super) AbortController);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Source {
    pub(super) fn new(file: Blob, info: Rc<FileInfo>) -> Self {
        Self {
            file,
            info,
            idempotency_key: objects::random_uuid(),
            running: RefCell::default(),
            turn: Cell::new(0),
            thrown: RefCell::default(),
        }
    }

    /// What is under way from now on; what was before is stopped.
    pub(super) fn run(&self, running: Running) {
        self.turn.set(self.turn.get().wrapping_add(1));
        let last = self.running.borrow_mut().replace(running);
        // Outside of the borrow: stopping calls into the browser, and that may call back.
        drop(last);
    }

    /// Stops what is under way.
    pub(super) fn stop(&self) {
        self.turn.set(self.turn.get().wrapping_add(1));
        let last = self.running.borrow_mut().take();
        drop(last);
    }

    /// Tells what is under way now from what will be. A promise cannot be stopped: it may answer
    /// when the same file, in an attempt of the same number, is on its way once more.
    pub(super) const fn turn(&self) -> u32 {
        self.turn.get()
    }

    /// What the app's own code threw last: the cause of the error to come.
    pub(super) fn thrown(&self) -> JsValue {
        self.thrown.borrow().clone()
    }

    pub(super) fn set_thrown(&self, thrown: JsValue) {
        self.thrown.replace(thrown);
    }
}
