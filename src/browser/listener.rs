//! Listening to events for as long as the listener lives.

use wasm_bindgen::prelude::*;

use super::objects::Listening;

/// Stops listening, and frees the closure, when it is dropped. A page's library may still call the
/// closure afterwards: the glue then does nothing.
#[must_use = "dropping the listener stops it"]
pub(super) struct Listener {
    listening: Listening,
    _callback: Closure<dyn Fn(u32, f64, f64)>,
}

impl Listener {
    /// One callback for all events, which gets the number of each and two more: each closure of its own would weigh as
    /// much again.
    pub(super) fn new(
        callback: impl Fn(u32, f64, f64) + 'static,
        listen: impl FnOnce(&JsValue) -> Listening,
    ) -> Self {
        let callback = Closure::<dyn Fn(u32, f64, f64)>::new(callback);
        Self { listening: listen(callback.as_ref()), _callback: callback }
    }

    /// Calls back at `deadline` too (ms, on the clock of [`super::objects::now`]), or earlier.
    pub(super) fn wake(&self, deadline: Option<f64>) {
        self.listening.wake(deadline);
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.listening.end();
    }
}
