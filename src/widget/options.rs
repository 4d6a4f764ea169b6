//! Converts the element's attributes to options of an `Uploader`.

use js_sys::Array;
use wasm_bindgen::JsValue;
use web_sys::Element;

use super::shell::Shell;
use super::size::parse_size;

/// How to parse an attribute's value.
enum Kind {
    Text,
    Size,
    List,
    Sizes,
    Flag,
}

use Kind::{Flag, List, Size, Sizes, Text};

/// Each attribute with its option or restriction, and the kind of its value. Integers are parsed as
/// sizes.
const OPTIONS: [(&str, &str, Kind); 17] = [
    ("endpoint", "endpoint", Text),
    ("owner", "owner", Text),
    ("credentials", "credentials", Text),
    ("field-name", "fieldName", Text),
    ("chunk-size", "chunkSize", Size),
    ("parallel-parts", "parallelParts", Size),
    ("limit", "limit", Size),
    ("auto", "autoProceed", Flag),
    ("retry-delays", "retryDelays", Sizes),
    ("stall-timeout", "stallTimeout", Size),
    ("response-timeout", "responseTimeout", Size),
    ("max-file-size", "maxFileSize", Size),
    ("min-file-size", "minFileSize", Size),
    ("max-total-file-size", "maxTotalFileSize", Size),
    ("max-number-of-files", "maxNumberOfFiles", Size),
    ("min-number-of-files", "minNumberOfFiles", Size),
    ("accept", "allowedFileTypes", List),
];

/// Sets the shell's options from the attributes. Leaves out an attribute that can't be parsed, with a
/// warning for the page's developer.
pub(super) fn read(host: &Element, shell: &Shell) {
    for (attribute, option, kind) in &OPTIONS {
        let Some(text) = host.get_attribute(attribute) else { continue };
        let value = match kind {
            Flag => Some(JsValue::TRUE),
            Text => Some(JsValue::from_str(&text)),
            Size => size(&text),
            List | Sizes => list(&text, matches!(kind, Sizes)),
        };
        match value {
            Some(value) => shell.set_option(option, &value),
            None => shell.warn(attribute, &text),
        }
    }
}

fn size(text: &str) -> Option<JsValue> {
    parse_size(text).map(JsValue::from)
}

/// Splits a text at commas and spaces.
fn list(mut text: &str, is_of_sizes: bool) -> Option<JsValue> {
    let all = Array::new();
    while !text.is_empty() {
        let end = text.bytes().position(|byte| matches!(byte, b',' | b' ')).unwrap_or(text.len());
        let word = text.get(..end)?;
        if end > 0 {
            all.push(&if is_of_sizes { size(word)? } else { JsValue::from_str(word) });
        }
        text = text.get(end + 1..).unwrap_or_default();
    }
    Some(all.into())
}
