//! Asking the app's backend for an upload target, over HTTP or through the app's own function.
//! What the answer means is the core's business.

use gloo_net::http::{Headers as GlooHeaders, Request};
use js_sys::{Function, JSON, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers};

use super::options;
use crate::transfer::{Event, FileInfo, Reply};

/// What is asked, once per attempt.
pub(super) struct Question {
    pub(super) endpoint: options::Endpoint,
    pub(super) headers: options::Headers,
    pub(super) credentials: web_sys::RequestCredentials,
    /// The file, as the backend is told of it.
    pub(super) file: Object,
    /// Stays with the file, so that the backend recognises a repeated question.
    pub(super) idempotency_key: String,
    pub(super) attempt: u32,
    /// Aborted when the answer is no longer wanted.
    pub(super) signal: AbortSignal,
}

/// The file as the backend, or the app's function, is told of it.
///
/// # Errors
///
/// None in practice: setting a plain object's field does not throw.
pub(super) fn describe(file: &FileInfo, props: Option<&Object>) -> Result<Object, JsValue> {
    let object = Object::new();
    Reflect::set(&object, &"filename".into(), &file.name.as_str().into())?;
    Reflect::set(&object, &"filesize".into(), &(file.size as f64).into())?;
    Reflect::set(&object, &"type".into(), &file.mime.as_str().into())?;
    let props = props.cloned().unwrap_or_default();
    Reflect::set(&object, &"props".into(), &props)?;
    Ok(object)
}

impl Question {
    /// Asks, and says what came of it.
    ///
    /// # Errors
    ///
    /// What the app's own code threw, or the browser for a header or a URL that is none.
    pub(super) async fn ask(&self) -> Result<Event<JsValue>, JsValue> {
        match &self.endpoint {
            options::Endpoint::Function(function) => {
                let context = Object::new();
                Reflect::set(&context, &"attempt".into(), &self.attempt.into())?;
                Reflect::set(&context, &"signal".into(), &self.signal)?;
                let key = self.idempotency_key.as_str().into();
                Reflect::set(&context, &"idempotencyKey".into(), &key)?;
                let returned = function.call2(&JsValue::UNDEFINED, &self.file, &context)?;
                Ok(Event::EndpointReturned(settled(returned).await?))
            }
            options::Endpoint::Url(url) => self.post(url).await,
        }
    }

    async fn post(&self, url: &str) -> Result<Event<JsValue>, JsValue> {
        let headers = match &self.headers {
            options::Headers::None => Headers::new()?,
            options::Headers::Record(record) => headers_of(record)?,
            options::Headers::Function(function) => headers_from(function).await?,
        };
        headers.set("content-type", "application/json")?;
        headers.set("idempotency-key", &self.idempotency_key)?;
        let request = Request::post(url)
            .headers(GlooHeaders::from_raw(headers))
            .credentials(self.credentials)
            .abort_signal(Some(&self.signal))
            .body(JSON::stringify(&self.file)?)
            .map_err(thrown)?;
        let Ok(response) = request.send().await else {
            return Ok(Event::EndpointUnreachable);
        };
        Ok(match response.text().await {
            Ok(body) => Event::EndpointAnswered(Reply { status: response.status(), body }),
            Err(_) => Event::EndpointUnreachable,
        })
    }
}

async fn headers_from(function: &Function) -> Result<Headers, JsValue> {
    headers_of(&settled(function.call0(&JsValue::UNDEFINED)?).await?)
}

fn headers_of(record: &JsValue) -> Result<Headers, JsValue> {
    Headers::new_with_record_from_str_to_str(record.unchecked_ref())
}

/// A function may answer with a value or with a promise of one.
async fn settled(value: JsValue) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(&value)).await
}

fn thrown(error: gloo_net::Error) -> JsValue {
    js_sys::Error::new(&error.to_string()).into()
}
