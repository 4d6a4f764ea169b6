//! Listening to events for as long as the listener lives.

use wasm_bindgen::prelude::*;
use web_sys::{Event, EventTarget};

/// Stops listening, and lets go of the closure, when it is dropped.
#[must_use = "dropping the listener stops it"]
pub(super) struct Listener {
    events: Vec<(EventTarget, &'static str)>,
    callback: Closure<dyn Fn(Event)>,
}

impl Listener {
    /// One callback for all: each closure of its own would weigh as much again.
    pub(super) fn new(
        events: Vec<(EventTarget, &'static str)>,
        callback: impl Fn(Event) + 'static,
    ) -> Self {
        let callback = Closure::<dyn Fn(Event)>::new(callback);
        for (target, event) in &events {
            // Fails only for a target that is none, which the type rules out.
            let _ =
                target.add_event_listener_with_callback(event, callback.as_ref().unchecked_ref());
        }
        Self { events, callback }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let callback = self.callback.as_ref().unchecked_ref();
        for (target, event) in &self.events {
            let _ = target.remove_event_listener_with_callback(event, callback);
        }
    }
}
