//! Listening to events for as long as the listener lives.

use wasm_bindgen::prelude::*;
use web_sys::{AbortController, Event};

/// Stops listening, and lets go of the closure, when it is dropped.
#[must_use = "dropping the listener stops it"]
pub(super) struct Listener {
    listening: AbortController,
    _callback: Closure<dyn Fn(Event)>,
}

impl Listener {
    /// One callback for all events: each closure of its own would weigh as much again.
    pub(super) fn new(
        callback: impl Fn(Event) + 'static,
        listen: impl FnOnce(&JsValue) -> AbortController,
    ) -> Self {
        let callback = Closure::<dyn Fn(Event)>::new(callback);
        Self { listening: listen(callback.as_ref()), _callback: callback }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.listening.abort();
    }
}
