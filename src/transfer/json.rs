//! Reading JSON without knowing who parsed it.
//!
//! A browser parses JSON far faster, and in fewer bytes of code, than anything brought along, and
//! a media object has to be handed over exactly as it was received. So the core never owns a
//! document: it looks at one through this trait, which `JsValue` implements in the page and
//! `serde_json::Value` on a server.

/// `Number.MAX_SAFE_INTEGER`.
pub const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

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

    /// The number, where this is one that counts bytes or things: whole, not negative, and exact in
    /// JavaScript.
    fn count(&self) -> Option<u64>;

    /// What is in it, where this is an array.
    fn items(&self) -> Option<Vec<Self>>;

    /// Whether JavaScript takes the value for true: anything but `false`, `null`, 0 and an empty string.
    fn is_truthy(&self) -> bool;

    /// The text in a field.
    fn text_in(&self, name: &str) -> Option<String> {
        self.field(name)?.text()
    }

    /// The number in a field, as [`Self::count`] has it.
    fn count_in(&self, name: &str) -> Option<u64> {
        self.field(name)?.count()
    }
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

    fn count(&self) -> Option<u64> {
        self.as_u64().filter(|count| *count <= MAX_SAFE_INTEGER)
    }

    fn items(&self) -> Option<Vec<Self>> {
        self.as_array().cloned()
    }

    fn is_truthy(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(value) => *value,
            Self::Number(number) => number.as_f64() != Some(0.0),
            Self::String(text) => !text.is_empty(),
            Self::Array(_) | Self::Object(_) => true,
        }
    }
}
