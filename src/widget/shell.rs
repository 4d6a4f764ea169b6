//! The platform and the package's public API, as the widget uses them.

use js_sys::{Array, Object};
use wasm_bindgen::prelude::*;
use web_sys::Element;

#[wasm_bindgen]
extern "C" {
    /// An `UploadFile`, or one that a form has restored.
    pub(super) type UploadFile;

    #[wasm_bindgen(method, getter)]
    pub(super) fn id(this: &UploadFile) -> String;
    #[wasm_bindgen(method, getter)]
    pub(super) fn state(this: &UploadFile) -> String;

    /// What an earlier visit has left unfinished.
    pub(super) type Recoverable;

    #[wasm_bindgen(method, getter, js_name = hasHandle)]
    pub(super) fn has_handle(this: &Recoverable) -> bool;

    /// An event of any kind that is listened to.
    pub(super) type AnyEvent;

    #[wasm_bindgen(method, getter)]
    pub(super) fn target(this: &AnyEvent) -> Element;
    #[wasm_bindgen(method, getter)]
    pub(super) fn key(this: &AnyEvent) -> String;
    #[wasm_bindgen(method, getter)]
    pub(super) fn submitter(this: &AnyEvent) -> JsValue;
    #[wasm_bindgen(method, js_name = preventDefault)]
    pub(super) fn prevent_default(this: &AnyEvent);
    #[wasm_bindgen(method, js_name = stopImmediatePropagation)]
    pub(super) fn stop_immediate_propagation(this: &AnyEvent);
}

#[wasm_bindgen(module = "/src/widget/shell.js")]
extern "C" {
    /// See shell.js.
    pub type Shell;

    /// Makes an uploader with these options.
    #[wasm_bindgen(method)]
    pub(super) fn open(this: &Shell, options: &Object);
    #[wasm_bindgen(method, getter)]
    pub(super) fn files(this: &Shell) -> Array;
    #[wasm_bindgen(method)]
    pub(super) fn remove(this: &Shell, id: &str);
    #[wasm_bindgen(method)]
    pub(super) fn command(this: &Shell, name: &str, id: Option<&str>);
    /// Syncs and draws soon.
    #[wasm_bindgen(method)]
    pub(super) fn schedule(this: &Shell);
    #[wasm_bindgen(method, js_name = setState)]
    pub(super) fn set_state(this: &Shell, name: &str, is_on: bool);
    #[wasm_bindgen(method)]
    pub(super) fn guard(this: &Shell, guards: bool);
    #[wasm_bindgen(method, js_name = setValue)]
    pub(super) fn set_value(this: &Shell, stored: &Array);
    #[wasm_bindgen(method, js_name = setValidity)]
    pub(super) fn set_validity(this: &Shell, flag: &str, key: &str, count: u32);
    #[wasm_bindgen(method)]
    pub(super) fn submit(this: &Shell, submitter: &JsValue);
    /// Opens the platform's picker: as usual, for a `folder`, the `camera`, or for what a visit has
    /// left.
    #[wasm_bindgen(method)]
    pub(super) fn pick(this: &Shell, how: &str, left: &JsValue);
    #[wasm_bindgen(method, js_name = goOn)]
    pub(super) fn go_on(this: &Shell, left: &Recoverable);
    #[wasm_bindgen(method)]
    pub(super) fn forget(this: &Shell, left: &Recoverable);
    /// Looks for what earlier visits have left.
    #[wasm_bindgen(method)]
    pub(super) fn look(this: &Shell);
    /// All files, as a subject of sentences.
    #[wasm_bindgen(method)]
    pub(super) fn all(this: &Shell, done: u32) -> JsValue;
    /// In percent.
    #[wasm_bindgen(method, getter)]
    pub(super) fn percentage(this: &Shell) -> f64;
    /// Puts words in their place, or hides it where there are none. The words of a button that shows
    /// a picture are its name.
    #[wasm_bindgen(method)]
    pub(super) fn write(this: &Shell, place: &Element, key: &str, subject: &JsValue, count: u32);
    /// The bar of a file or of all; without one it is hidden.
    #[wasm_bindgen(method)]
    pub(super) fn bar(this: &Shell, bar: &Element, key: &str, subject: &JsValue);
    #[wasm_bindgen(method)]
    pub(super) fn thumbnail(this: &Shell, file: &UploadFile, place: &Element);
    /// The words for what an active file is doing.
    #[wasm_bindgen(method)]
    pub(super) fn phase(this: &Shell, file: &UploadFile) -> String;
    #[wasm_bindgen(method)]
    pub(super) fn warn(this: &Shell, attribute: &str, value: &str, should: &str);
}
