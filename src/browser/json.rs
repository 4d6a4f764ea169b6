//! Implements [`Json`] with the browser's parser.

use js_sys::{Array, JSON};
use wasm_bindgen::prelude::*;

use super::objects;
use crate::transfer::{Json, MAX_SAFE_INTEGER};

impl Json for JsValue {
    fn parse(text: &str) -> Option<Self> {
        JSON::parse(text).ok()
    }

    fn field(&self, name: &str) -> Option<Self> {
        objects::field(self, name)
    }

    fn object(&self) -> Option<Self> {
        objects::is_object(self).then(|| self.clone())
    }

    fn text(&self) -> Option<String> {
        self.as_string()
    }

    fn count(&self) -> Option<u64> {
        let number = self.as_f64()?;
        // The cast saturates, and drops a fraction.
        let count = number as u64;
        (count as f64 == number && count <= MAX_SAFE_INTEGER).then_some(count)
    }

    fn items(&self) -> Option<Vec<Self>> {
        Array::is_array(self).then(|| self.unchecked_ref::<Array>().to_vec())
    }

    fn is_truthy(&self) -> bool {
        self.is_truthy()
    }
}
