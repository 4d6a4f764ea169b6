//! JSON as the browser parses it.

use js_sys::{Array, JSON, Reflect};
use wasm_bindgen::prelude::*;

use crate::transfer::Json;

impl Json for JsValue {
    fn parse(text: &str) -> Option<Self> {
        JSON::parse(text).ok()
    }

    fn field(&self, name: &str) -> Option<Self> {
        let value = Reflect::get(&self.object()?, &name.into()).ok()?;
        (!value.is_null() && !value.is_undefined()).then_some(value)
    }

    fn object(&self) -> Option<Self> {
        (self.is_object() && !Array::is_array(self)).then(|| self.clone())
    }

    fn text(&self) -> Option<String> {
        self.as_string()
    }
}
