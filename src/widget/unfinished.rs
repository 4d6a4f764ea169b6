//! What earlier visits have left unfinished: a line for each, to go on with it or to forget it.

use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Document, Element, HtmlElement};

use super::dom;
use super::shell::{Recoverable, Shell};

const ITEM: &str = include_str!("unfinished.html");

pub(super) struct Unfinished {
    pub left: Recoverable,
    pub element: Element,
}

impl Unfinished {
    /// Shows it at the end of `list`.
    pub fn show(
        document: &Document,
        list: &HtmlElement,
        left: JsValue,
        shell: &Shell,
    ) -> Option<Self> {
        dom::build(document, ITEM, list);
        let element = list.last_element_child()?;
        let left: Recoverable = left.unchecked_into();
        for (name, place) in dom::fields(&element) {
            let key = match name.as_str() {
                "status" => "unfinished-file",
                "go-on" if !left.has_handle() => "pick-again",
                "go-on-short" if !left.has_handle() => "pick-again-short",
                name => name,
            };
            shell.write(&place, key, &left, 0);
        }
        Some(Self { left, element })
    }
}
