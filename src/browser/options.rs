//! The options of an upload, read once and checked before anything starts.
//!
//! A mistake in them is the developer's, so it is a `TypeError` that names the option, not an
//! `UploadError`.

use js_sys::{Function, Object, Reflect, Symbol, TypeError};
use serde::de::{Deserialize, Deserializer, Error as _};
use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, Blob, RequestCredentials};

use crate::transfer::Json;

/// Where upload URLs come from.
#[derive(Clone)]
pub(super) enum Endpoint {
    /// A URL of the app's backend.
    Url(String),
    /// A function of the app.
    Function(Function),
}

/// What is sent to the endpoint besides the file's description.
#[derive(Clone)]
pub(super) enum Headers {
    /// Nothing.
    None,
    /// The same for every attempt.
    Record(Object),
    /// Asked for every attempt.
    Function(Function),
}

/// Options that make sense.
pub(super) struct Options {
    pub(super) endpoint: Endpoint,
    pub(super) headers: Headers,
    pub(super) credentials: RequestCredentials,
    pub(super) props: Option<Object>,
    pub(super) field_name: String,
    pub(super) filename: Option<String>,
    pub(super) signal: Option<AbortSignal>,
    pub(super) on_progress: Option<Function>,
}

impl Options {
    /// Reads what the page passed as options.
    ///
    /// # Errors
    ///
    /// A `TypeError` that says which option is wrong, and what it should be.
    pub(super) fn read(options: &JsValue) -> Result<Self, JsValue> {
        if !options.is_object() {
            return Err(wrong("upload(file, options): options is an object with an `endpoint`"));
        }
        let raw: Raw = options.decode().map_err(|problem| wrong(&problem))?;
        Ok(Self {
            endpoint: if let Some(url) = raw.endpoint.as_string().filter(|url| !url.is_empty()) {
                Endpoint::Url(url)
            } else {
                Endpoint::Function(raw.endpoint.dyn_into().map_err(|_| {
                    wrong("options.endpoint is the URL of your backend's route, or a function")
                })?)
            },
            headers: if let Some(function) = raw.headers.dyn_ref::<Function>() {
                Headers::Function(function.clone())
            } else {
                match given(raw.headers, "options.headers is an object, or a function")? {
                    Some(record) => Headers::Record(record),
                    None => Headers::None,
                }
            },
            credentials: match raw.credentials.as_deref() {
                None | Some("same-origin") => RequestCredentials::SameOrigin,
                Some("include") => RequestCredentials::Include,
                Some("omit") => RequestCredentials::Omit,
                Some(_) => return Err(wrong(CREDENTIALS)),
            },
            props: given::<Object>(raw.props, "options.props is an object")?,
            field_name: raw.field_name.unwrap_or_else(|| "file".into()),
            filename: raw.filename,
            signal: given(raw.signal, "options.signal is an AbortSignal")?,
            on_progress: given(raw.on_progress, "options.onProgress is a function")?,
        })
    }
}

/// Reads what the page passed as the file: a `File` or a `Blob`, of this window or of another.
///
/// # Errors
///
/// A `TypeError` for anything else.
pub(super) fn read_file(file: JsValue) -> Result<Blob, JsValue> {
    let tag = Reflect::get(&file, &Symbol::to_string_tag()).ok().and_then(|tag| tag.as_string());
    match tag.as_deref() {
        Some("File" | "Blob") => Ok(file.unchecked_into()),
        _ => Err(wrong("upload(file, options): file is a File or a Blob")),
    }
}

/// The options as they come: what is not a string is handed through untouched.
#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    #[serde(default, with = "serde_wasm_bindgen::preserve")]
    endpoint: JsValue,
    #[serde(default, with = "serde_wasm_bindgen::preserve")]
    headers: JsValue,
    #[serde(default, deserialize_with = "credentials")]
    credentials: Option<String>,
    #[serde(default, with = "serde_wasm_bindgen::preserve")]
    props: JsValue,
    #[serde(default, deserialize_with = "field_name")]
    field_name: Option<String>,
    #[serde(default, deserialize_with = "filename")]
    filename: Option<String>,
    #[serde(default, with = "serde_wasm_bindgen::preserve")]
    signal: JsValue,
    #[serde(default, with = "serde_wasm_bindgen::preserve")]
    on_progress: JsValue,
}

fn credentials<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(value).map_err(|_| D::Error::custom(CREDENTIALS))
}

fn field_name<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(value).map_err(|_| D::Error::custom("options.fieldName is a string"))
}

fn filename<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(value).map_err(|_| D::Error::custom("options.filename is a string"))
}

const CREDENTIALS: &str = "options.credentials is 'same-origin', 'include' or 'omit'";

/// An option that may be left out.
fn given<T: JsCast>(value: JsValue, should: &str) -> Result<Option<T>, JsValue> {
    if value.is_undefined() || value.is_null() {
        return Ok(None);
    }
    value.dyn_into().map(Some).map_err(|_| wrong(should))
}

fn wrong(should: &str) -> JsValue {
    TypeError::new(&["ittybit-uploader: ", should, "."].concat()).into()
}
