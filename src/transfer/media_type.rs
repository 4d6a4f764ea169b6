//! Parses MIME types strictly by RFC 9110, section 8.3.1. Browsers and hosts each read a malformed type
//! in their own way, and some of them take it for HTML.

/// Returns the type and subtype of a MIME type, in lower case and without parameters: `video/webm` for
/// `video/WebM;codecs="vp9,opus"`. Returns `None` unless the whole text is one MIME type in ASCII: an
/// empty parameter, a second type after a comma and surrounding space are errors.
#[must_use]
pub fn essence(mime: &str) -> Option<String> {
    let (top, rest) = token(mime.as_bytes())?;
    let (sub, mut rest) = token(rest.strip_prefix(b"/")?)?;
    while !rest.is_empty() {
        rest = parameter(rest)?;
    }
    let essence = mime.get(..=top.len() + sub.len())?;
    Some(essence.to_ascii_lowercase())
}

/// Parses `;name=value` and returns what follows it.
fn parameter(text: &[u8]) -> Option<&[u8]> {
    let text = without_space(text).strip_prefix(b";")?;
    let (_, text) = token(without_space(text))?;
    let text = text.strip_prefix(b"=")?;
    match text.strip_prefix(b"\"") {
        Some(quoted) => after_quote(quoted),
        None => token(text).map(|(_, rest)| rest),
    }
}

/// Returns what follows the quote that ends a quoted string.
fn after_quote(text: &[u8]) -> Option<&[u8]> {
    let mut is_escaped = false;
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'"' if !is_escaped => return text.get(at + 1..),
            b'\t' | b' '..=b'~' => is_escaped = *byte == b'\\' && !is_escaped,
            _ => return None,
        }
    }
    None
}

/// Splits the text after a token of at least one character (RFC 9110, section 5.6.2).
fn token(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    let end = text.iter().position(|byte| !is_part(byte)).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

fn without_space(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|byte| !matches!(byte, b' ' | b'\t'));
    &text[end.unwrap_or(text.len())..]
}
