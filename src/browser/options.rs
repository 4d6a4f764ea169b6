//! The options of an upload, read once and checked before anything starts.
//!
//! A mistake in them is the developer's, so it is a `TypeError` that names the option, not an
//! `UploadError`.

use js_sys::{Function, JSON, Reflect, Symbol, TypeError};
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
    Record(JsValue),
    /// Asked for every attempt.
    Function(Function),
}

/// Options that make sense.
pub(super) struct Options {
    pub(super) endpoint: Endpoint,
    pub(super) headers: Headers,
    pub(super) credentials: RequestCredentials,
    pub(super) props: JsValue,
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
        let option = |name| options.field(name);
        Ok(Self {
            endpoint: match option("endpoint") {
                Some(endpoint) if endpoint.is_function() => {
                    Endpoint::Function(endpoint.unchecked_into())
                }
                endpoint => Endpoint::Url(
                    endpoint
                        .and_then(|endpoint| endpoint.as_string())
                        .filter(|url| !url.is_empty())
                        .ok_or_else(|| {
                            wrong(
                                "options.endpoint is the URL of your backend's route, or a function",
                            )
                        })?,
                ),
            },
            headers: match option("headers") {
                None => Headers::None,
                Some(headers) if headers.is_function() => {
                    Headers::Function(headers.unchecked_into())
                }
                Some(headers) if headers.is_object() => Headers::Record(headers),
                Some(_) => return Err(wrong("options.headers is an object, or a function")),
            },
            credentials: match option("credentials") {
                None => RequestCredentials::SameOrigin,
                Some(name) => RequestCredentials::from_js_value(&name).ok_or_else(|| {
                    wrong("options.credentials is 'same-origin', 'include' or 'omit'")
                })?,
            },
            props: match option("props") {
                Some(props) if !props.is_object() || JSON::stringify(&props).is_err() => {
                    return Err(wrong("options.props is an object that JSON can write"));
                }
                props => props.unwrap_or_default(),
            },
            field_name: string(option("fieldName"), "options.fieldName is a string")?
                .unwrap_or_else(|| "file".into()),
            filename: string(option("filename"), "options.filename is a string")?,
            signal: match option("signal") {
                Some(signal) if !signal.has_type::<AbortSignal>() => {
                    return Err(wrong("options.signal is an AbortSignal"));
                }
                signal => signal.map(JsCast::unchecked_into),
            },
            on_progress: match option("onProgress") {
                Some(callback) if !callback.is_function() => {
                    return Err(wrong("options.onProgress is a function"));
                }
                callback => callback.map(JsCast::unchecked_into),
            },
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

fn string(value: Option<JsValue>, should: &str) -> Result<Option<String>, JsValue> {
    value.map(|value| value.as_string().ok_or_else(|| wrong(should))).transpose()
}

fn wrong(should: &str) -> JsValue {
    TypeError::new(&["ittybit-uploader: ", should, "."].concat()).into()
}
