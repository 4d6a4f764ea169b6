//! Reading JSON without knowing who parsed it.
//!
//! A browser parses JSON far faster, and in fewer bytes of code, than anything brought along, and
//! a media object has to be handed over exactly as it was received. So the core never owns a
//! document: it looks at one through this trait, which `JsValue` implements in the page and
//! `serde_json::Value` on a server.

/// A parsed JSON value.
pub trait Json: Sized {
    /// Parses a document; `None` where the text is not JSON.
    fn parse(text: &str) -> Option<Self>;

    /// A field of an object; `None` where this is no object, the field is missing, or it is `null`.
    fn field(&self, name: &str) -> Option<Self>;

    /// This value again, where it is an object. An array is none, and neither is `null`.
    fn object(&self) -> Option<Self>;

    /// The text, where this is a string.
    fn text(&self) -> Option<String>;
}

#[cfg(feature = "serde_json")]
impl Json for serde_json::Value {
    fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    fn field(&self, name: &str) -> Option<Self> {
        self.get(name).filter(|value| !value.is_null()).cloned()
    }

    fn object(&self) -> Option<Self> {
        self.is_object().then(|| self.clone())
    }

    fn text(&self) -> Option<String> {
        self.as_str().map(String::from)
    }
}
