//! Bindings to the JavaScript beside the widget, which speaks to the platform and to the package's public API.

use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::Element;

#[wasm_bindgen]
extern "C" {
    /// An `UploadFile`, or a stored file that a form has restored.
    #[derive(Clone)]
    pub(super) type UploadFile;

    #[wasm_bindgen(method, getter)]
    pub(super) fn id(this: &UploadFile) -> String;
    #[wasm_bindgen(method, getter)]
    pub(super) fn state(this: &UploadFile) -> String;

    /// Any DOM event.
    pub(super) type AnyEvent;

    #[wasm_bindgen(method, getter)]
    pub(super) fn target(this: &AnyEvent) -> Element;
    #[wasm_bindgen(method, getter)]
    pub(super) fn key(this: &AnyEvent) -> String;
    #[wasm_bindgen(method, js_name = preventDefault)]
    pub(super) fn prevent_default(this: &AnyEvent);
}

#[wasm_bindgen(module = "/src/widget/js/shell.js")]
extern "C" {
    /// See shell.js.
    pub type Shell;

    /// Schedules `sync` for the end of the task and `draw` for the next frame.
    #[wasm_bindgen(method)]
    pub(super) fn schedule(this: &Shell);
}

#[wasm_bindgen(module = "/src/widget/js/queue.js")]
extern "C" {
    /// See queue.js.
    pub type Queue;

    /// Sets an option of the next uploader, or a restriction.
    #[wasm_bindgen(method, js_name = setOption)]
    pub(super) fn set_option(this: &Queue, name: &str, value: &JsValue, is_restriction: bool);
    /// Warns the page's developer that an attribute can't be parsed.
    #[wasm_bindgen(method)]
    pub(super) fn warn(this: &Queue, attribute: &str, value: &str);
    /// Creates an uploader with the options that were set.
    #[wasm_bindgen(method)]
    pub(super) fn open(this: &Queue);
    #[wasm_bindgen(method, getter)]
    pub(super) fn files(this: &Queue) -> Array;
    /// Gives a file a number, larger than all numbers before it.
    #[wasm_bindgen(method)]
    pub(super) fn enroll(this: &Queue, file: &UploadFile) -> u32;
    /// Returns the number that the file was last given, or 0.
    #[wasm_bindgen(method, js_name = numberOf)]
    pub(super) fn number_of(this: &Queue, file: &UploadFile) -> u32;
    /// How many calls to `add` have not finished yet.
    #[wasm_bindgen(method, getter)]
    pub(super) fn adding(this: &Queue) -> u32;
    /// Calls a method of the uploader, for one file or for all.
    #[wasm_bindgen(method)]
    pub(super) fn command(this: &Queue, name: &str, id: Option<&str>);
    /// Returns a subject for messages about all files together.
    #[wasm_bindgen(method)]
    pub(super) fn all(this: &Queue, done: u32) -> JsValue;
    /// The progress of all files together, from 0 to 100.
    #[wasm_bindgen(method, getter)]
    pub(super) fn percentage(this: &Queue) -> f64;
}

#[wasm_bindgen(module = "/src/widget/js/picker.js")]
extern "C" {
    /// See picker.js.
    pub type Picker;

    /// Opens the file picker, or the one for a `folder` or the `camera`.
    #[wasm_bindgen(method)]
    pub(super) fn pick(this: &Picker, how: &str);
    /// Resumes an unfinished upload of an earlier visit (a `Recoverable`).
    #[wasm_bindgen(method)]
    pub(super) fn resume(this: &Picker, left: &JsValue);
    /// Discards an unfinished upload of an earlier visit.
    #[wasm_bindgen(method)]
    pub(super) fn forget(this: &Picker, left: &JsValue);
}

#[wasm_bindgen(module = "/src/widget/js/form.js")]
extern "C" {
    /// See form.js.
    pub type Form;

    #[wasm_bindgen(method, js_name = setState)]
    pub(super) fn set_state(this: &Form, name: &str, is_on: bool);
    #[wasm_bindgen(method, js_name = setValue)]
    pub(super) fn set_value(this: &Form, stored: &Array);
    #[wasm_bindgen(method, js_name = setValidity)]
    pub(super) fn set_validity(this: &Form, flag: &str, key: &str, count: u32);
    /// Makes the browser ask before the person leaves the page.
    #[wasm_bindgen(method, js_name = setLeaving)]
    pub(super) fn set_leaving(this: &Form, asks: bool);
    /// Prevents a form's submission until `release` is called.
    #[wasm_bindgen(method)]
    pub(super) fn hold(this: &Form, submit: &AnyEvent);
    /// Submits the form that was held back.
    #[wasm_bindgen(method)]
    pub(super) fn release(this: &Form);
}

#[wasm_bindgen(module = "/src/widget/js/writer.js")]
extern "C" {
    /// See writer.js.
    pub type Writer;

    /// Creates an element from the HTML file with the name.
    #[wasm_bindgen(method)]
    pub(super) fn make(this: &Writer, name: &str) -> Element;
    /// Writes a message about a subject into an element, or hides the element if there is no message.
    /// For a button with an icon the message becomes its accessible name. For a progress bar it does too,
    /// and the bar shows the subject's progress.
    #[wasm_bindgen(method)]
    pub(super) fn write(this: &Writer, place: &Element, key: &str, subject: &JsValue, count: u32);
    /// Shows a file's thumbnail in an element.
    #[wasm_bindgen(method)]
    pub(super) fn thumbnail(this: &Writer, file: &UploadFile, place: &Element);
}
