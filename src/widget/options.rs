//! Converts the element's attributes to options of an `Uploader`.

use js_sys::Array;
use wasm_bindgen::JsValue;
use web_sys::Element;

use super::shell::Queue;
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

/// Each attribute with its option, the kind of its value, and whether the option is a restriction. Integers
/// are parsed as sizes.
const OPTIONS: [(&str, &str, Kind, bool); 18] = [
    ("endpoint", "endpoint", Text, false),
    ("owner", "owner", Text, false),
    ("credentials", "credentials", Text, false),
    ("field-name", "fieldName", Text, false),
    ("chunk-size", "chunkSize", Size, false),
    ("parallel-parts", "parallelParts", Size, false),
    ("limit", "limit", Size, false),
    ("auto", "autoProceed", Flag, false),
    ("debug", "debug", Flag, false),
    ("retry-delays", "retryDelays", Sizes, false),
    ("stall-timeout", "stallTimeout", Size, false),
    ("response-timeout", "responseTimeout", Size, false),
    ("max-file-size", "maxFileSize", Size, true),
    ("min-file-size", "minFileSize", Size, true),
    ("max-total-file-size", "maxTotalFileSize", Size, true),
    ("max-number-of-files", "maxNumberOfFiles", Size, true),
    ("min-number-of-files", "minNumberOfFiles", Size, true),
    ("accept", "allowedFileTypes", List, true),
];

/// Sets the options of the next uploader from the attributes. Leaves out an attribute that can't be parsed,
/// with a warning for the page's developer.
pub(super) fn read(host: &Element, queue: &Queue) {
    for (attribute, option, kind, is_restriction) in &OPTIONS {
        let Some(text) = host.get_attribute(attribute) else { continue };
        let value = match kind {
            Flag => Some(JsValue::TRUE),
            Text => Some(JsValue::from_str(&text)),
            Size => size(&text),
            List | Sizes => list(&text, matches!(kind, Sizes)),
        };
        match value {
            // An element that accepts one file replaces it by the next one, which a limit would prevent.
            Some(_) if *option == "maxNumberOfFiles" && !host.has_attribute("multiple") => {}
            Some(value) => queue.set_option(option, &value, *is_restriction),
            None => queue.warn(attribute, &text),
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
