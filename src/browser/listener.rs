//! A listener that listens to events until it is dropped.

use wasm_bindgen::prelude::*;

use super::objects::Listening;

/// Stops listening, and frees the closure, when it is dropped. If a page's library still calls the closure
/// afterwards, the glue does nothing.
#[must_use = "dropping the listener stops it"]
pub(super) struct Listener {
    listening: Listening,
    _callback: Closure<dyn Fn(u32, f64, f64)>,
}

impl Listener {
    /// Listens with one callback for all events. It gets an event's number and two details. A closure for each event
    /// would cost as many bytes again.
    pub(super) fn new(
        callback: impl Fn(u32, f64, f64) + 'static,
        listen: impl FnOnce(&JsValue) -> Listening,
    ) -> Self {
        let callback = Closure::<dyn Fn(u32, f64, f64)>::new(callback);
        Self { listening: listen(callback.as_ref()), _callback: callback }
    }

    /// Also calls back at `deadline` (ms, on the clock of [`super::objects::now`]) or earlier, if there is one.
    pub(super) fn wake(&self, deadline: Option<f64>) {
        self.listening.wake(deadline);
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.listening.end();
    }
}
