//! Making elements and finding them.

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlElement, Node};

use super::shell::Field;

/// Appends what `html` says to `parent`. Not by `innerHTML`, which pages with trusted types refuse.
///
/// It understands what the files beside this one are written in: elements with quoted attributes,
/// each one closed, and no text.
pub(super) fn build(document: &Document, html: &str, parent: &Node) {
    let mut place = parent.clone();
    for piece in split(html, b'<') {
        let tag = split(piece, b'>').next().unwrap_or_default();
        if tag.starts_with('/') {
            let Some(parent) = place.parent_node() else { return };
            place = parent;
            continue;
        }
        let name = split(tag, b' ').next().unwrap_or_default();
        if name.len() == tag.trim_ascii().len() && piece.len() == tag.len() {
            // What stands before the first element.
            continue;
        }
        let kind = if matches!(name, "svg" | "path") { "2000/svg" } else { "1999/xhtml" };
        let namespace = ["http://www.w3.org/", kind].concat();
        let Ok(element) = document.create_element_ns(Some(&namespace), name) else { return };
        let mut quoted = split(&tag[name.len()..], b'"');
        while let (Some(name), Some(value)) = (quoted.next(), quoted.next()) {
            let name = name.trim_ascii();
            set(&element, &name[..name.len() - 1], value);
        }
        let _ = place.insert_before(&element, None);
        if name != "input" {
            place = element.into();
        }
    }
}

fn split(text: &str, at: u8) -> impl Iterator<Item = &str> {
    let pieces = text.as_bytes().split(move |byte| *byte == at);
    // What stands between ASCII is whole.
    pieces.map(|piece| str::from_utf8(piece).unwrap_or_default())
}

/// The first that a selector finds.
pub(super) fn find(parent: &Element, selector: &str) -> Option<HtmlElement> {
    parent.query_selector(selector).ok().flatten().map(JsCast::unchecked_into)
}

/// All places that have a name.
pub(super) fn fields(parent: &Element) -> Vec<Field> {
    let Ok(found) = parent.query_selector_all("[data-field]") else { return Vec::new() };
    let count = found.length();
    (0..count)
        .filter_map(|index| found.get(index))
        .map(|node| {
            let element: HtmlElement = node.unchecked_into();
            (name_of(&element), element)
        })
        .collect()
}

/// The name of a place.
pub(super) fn name_of(element: &Element) -> String {
    element.get_attribute("data-field").unwrap_or_default()
}

pub(super) fn set(element: &Element, attribute: &str, value: &str) {
    let _ = element.set_attribute(attribute, value);
}

pub(super) fn has_focus(element: &Element) -> bool {
    element.matches(":focus-within").unwrap_or_default()
}

/// Focuses the first button that is there.
pub(super) fn focus_button(parent: &Element) -> bool {
    let button = find(parent, "button:not([hidden])");
    button.inspect(|button| drop(button.focus())).is_some()
}
