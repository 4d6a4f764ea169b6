//! Asking the app's backend for an upload target, over HTTP or through the app's own function.
//! What the answer means is the core's business.

use gloo_net::http::Request;
use js_sys::{Function, JSON, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestInit};

use super::{objects, options};
use crate::transfer::{Event, Reply};

/// What is asked, once per attempt.
pub(super) struct Question {
    pub(super) endpoint: options::Endpoint,
    pub(super) headers: options::Headers,
    pub(super) credentials: web_sys::RequestCredentials,
    /// The file, as the backend is told of it.
    pub(super) file: JsValue,
    /// Stays with the file, so that the backend recognises a repeated question.
    pub(super) idempotency_key: String,
    pub(super) attempt: u32,
    /// Aborted when the answer is no longer wanted.
    pub(super) signal: AbortSignal,
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
                let context = objects::context(self.attempt, &self.idempotency_key, &self.signal);
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
        let init = RequestInit::new();
        init.set_method("POST");
        init.set_headers(&headers);
        init.set_credentials(self.credentials);
        init.set_signal(Some(&self.signal));
        init.set_body(&JSON::stringify(&self.file)?.into());
        let request = Request::from(web_sys::Request::new_with_str_and_init(url, &init)?);
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
