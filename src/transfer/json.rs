//! Reads JSON independently of the parser.
//!
//! The browser's parser is faster than one in wasm and adds no bytes, and the page must get a media
//! object exactly as it was received. So the core reads documents through the trait [`Json`], which
//! `JsValue` implements in the page and `serde_json::Value` on a server.

/// `Number.MAX_SAFE_INTEGER`.
pub const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// A parsed JSON value.
pub trait Json: Sized {
    /// Parses a document. Returns `None` if the text is not JSON.
    fn parse(text: &str) -> Option<Self>;

    /// Returns a field of an object. Returns `None` if `self` is not an object, or the field is missing or
    /// `null`.
    fn field(&self, name: &str) -> Option<Self>;

    /// Returns `self` if it is an object. Returns `None` for an array and for `null`.
    fn object(&self) -> Option<Self>;

    /// Returns the text of a string.
    fn text(&self) -> Option<String>;

    /// Returns a number that can be a count: an integer from 0 to [`MAX_SAFE_INTEGER`].
    fn count(&self) -> Option<u64>;

    /// Returns the items of an array.
    fn items(&self) -> Option<Vec<Self>>;

    /// Returns whether the value is truthy in JavaScript: anything but `false`, `null`, 0 and an empty
    /// string.
    fn is_truthy(&self) -> bool;

    /// Returns the text of a field that is a string.
    fn text_in(&self, name: &str) -> Option<String> {
        self.field(name)?.text()
    }

    /// Returns the number in a field, under the conditions of [`Self::count`].
    fn count_in(&self, name: &str) -> Option<u64> {
        self.field(name)?.count()
    }
}

/// Appends `text` to `json` as a JSON string (RFC 8259, section 7).
pub(super) fn quote(text: &str, json: &mut String) {
    json.push('"');
    // What needs an escape is a byte of its own.
    let needs_escape = |byte: &u8| matches!(byte, 0..=0x1f | b'"' | b'\\');
    let mut rest = text;
    while let Some(index) = rest.as_bytes().iter().position(needs_escape) {
        let (plain, escaped) = rest.split_at(index);
        let (char, after) = escaped.split_at(1);
        json.push_str(plain);
        match char.as_bytes() {
            [byte @ 0..=0x1f] => {
                json.push_str("\\u00");
                push_hex(*byte, json);
            }
            _ => {
                json.push('\\');
                json.push_str(char);
            }
        }
        rest = after;
    }
    json.push_str(rest);
    json.push('"');
}

/// Appends two hexadecimal digits.
pub(super) fn push_hex(byte: u8, text: &mut String) {
    for digit in [byte >> 4, byte & 15] {
        text.push(char::from(b"0123456789ABCDEF"[usize::from(digit)]));
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
