//! The platform and the package's public API, as the widget uses them.

use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::Element;

#[wasm_bindgen]
extern "C" {
    /// An `UploadFile`, or one that a form has restored.
    #[derive(Clone)]
    pub(super) type UploadFile;

    #[wasm_bindgen(method, getter)]
    pub(super) fn id(this: &UploadFile) -> String;
    #[wasm_bindgen(method, getter)]
    pub(super) fn state(this: &UploadFile) -> String;

    /// An event of any kind that is listened to.
    pub(super) type AnyEvent;

    #[wasm_bindgen(method, getter)]
    pub(super) fn target(this: &AnyEvent) -> Element;
    #[wasm_bindgen(method, getter)]
    pub(super) fn key(this: &AnyEvent) -> String;
    #[wasm_bindgen(method, js_name = preventDefault)]
    pub(super) fn prevent_default(this: &AnyEvent);
}

#[wasm_bindgen(module = "/src/widget/shell.js")]
extern "C" {
    /// See shell.js.
    pub type Shell;

    /// What the HTML of that name says.
    #[wasm_bindgen(method)]
    pub(super) fn make(this: &Shell, name: &str) -> Element;
    /// An option of the next uploader.
    #[wasm_bindgen(method, js_name = setOption)]
    pub(super) fn set_option(this: &Shell, name: &str, value: &JsValue);
    /// Tells the page's developer that an attribute makes no sense.
    #[wasm_bindgen(method)]
    pub(super) fn warn(this: &Shell, attribute: &str, value: &str);
    /// Makes an uploader with the options that were set.
    #[wasm_bindgen(method)]
    pub(super) fn open(this: &Shell);
    #[wasm_bindgen(method, getter)]
    pub(super) fn files(this: &Shell) -> Array;
    /// Gives a file a number that is larger than all before.
    #[wasm_bindgen(method)]
    pub(super) fn enroll(this: &Shell, file: &UploadFile) -> u32;
    /// The number that a file was given last, or 0.
    #[wasm_bindgen(method, js_name = numberOf)]
    pub(super) fn number_of(this: &Shell, file: &UploadFile) -> u32;
    /// Whether files are on their way into the list.
    #[wasm_bindgen(method, getter)]
    pub(super) fn adding(this: &Shell) -> u32;
    /// A method of the uploader, for a file or for all.
    #[wasm_bindgen(method)]
    pub(super) fn perform(this: &Shell, name: &str, id: Option<&str>);
    /// Syncs and draws soon.
    #[wasm_bindgen(method)]
    pub(super) fn schedule(this: &Shell);
    #[wasm_bindgen(method, js_name = setState)]
    pub(super) fn set_state(this: &Shell, name: &str, is_on: bool);
    #[wasm_bindgen(method, js_name = setValue)]
    pub(super) fn set_value(this: &Shell, stored: &Array);
    #[wasm_bindgen(method, js_name = setValidity)]
    pub(super) fn set_validity(this: &Shell, flag: &str, key: &str, count: u32);
    /// Keeps a form from being sent, until it is released.
    #[wasm_bindgen(method)]
    pub(super) fn hold(this: &Shell, submit: &AnyEvent);
    /// Sends the form that was held.
    #[wasm_bindgen(method)]
    pub(super) fn release(this: &Shell);
    /// Opens the platform's picker: as usual, for a `folder` or the `camera`.
    #[wasm_bindgen(method)]
    pub(super) fn pick(this: &Shell, how: &str);
    /// What a person wants done (`go-on`, `forget`) with what an earlier visit has left.
    #[wasm_bindgen(method, js_name = lookAfter)]
    pub(super) fn look_after(this: &Shell, left: &JsValue, action: &str);
    /// All files, as a subject of sentences.
    #[wasm_bindgen(method)]
    pub(super) fn all(this: &Shell, done: u32) -> JsValue;
    /// In percent.
    #[wasm_bindgen(method, getter)]
    pub(super) fn percentage(this: &Shell) -> f64;
    /// Puts words about a subject in their place, or hides it where there are none. The words of a
    /// button that shows a picture are its name; those of a bar are too, and it shows how far the
    /// subject is.
    #[wasm_bindgen(method)]
    pub(super) fn write(this: &Shell, place: &Element, key: &str, subject: &JsValue, count: u32);
    /// Shows what a file is, in its place.
    #[wasm_bindgen(method)]
    pub(super) fn thumbnail(this: &Shell, file: &UploadFile, place: &Element);
}
