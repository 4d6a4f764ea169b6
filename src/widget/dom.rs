//! Finds and changes elements.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, NodeList};

/// Returns the first element that matches a selector.
pub(super) fn find(parent: &Element, selector: &str) -> Option<HtmlElement> {
    parent.query_selector(selector).ok().flatten().map(JsCast::unchecked_into)
}

/// The elements with a `data-field` attribute, which names what they show.
pub(super) struct Fields(Option<NodeList>);

impl Fields {
    /// Finds the elements in `parent`.
    pub fn of(parent: &Element) -> Self {
        Self::select(parent, "[data-field]")
    }

    /// Finds the elements in `root` that are in no row of the list and in no line of an unfinished upload.
    pub fn outside_rows(root: &Element) -> Self {
        Self::select(root, "[data-field]:not([part=list] *,[part=unfinished-item] *)")
    }

    fn select(parent: &Element, selector: &str) -> Self {
        Self(parent.query_selector_all(selector).ok())
    }

    /// Returns each element with its name.
    pub fn iter(&self) -> impl Iterator<Item = (String, HtmlElement)> {
        (0..).map_while(|index| {
            let place: HtmlElement = self.0.as_ref()?.get(index)?.unchecked_into();
            Some((name_of(&place), place))
        })
    }

    /// Returns the element with the name.
    pub fn named(&self, name: &str) -> Option<HtmlElement> {
        self.iter().find(|(other, _)| other == name).map(|(_, place)| place)
    }
}

/// Returns the name in the element's `data-field` attribute.
pub(super) fn name_of(element: &Element) -> String {
    element.get_attribute("data-field").unwrap_or_default()
}

pub(super) fn set(element: &Element, attribute: &str, value: &str) {
    let _ = element.set_attribute(attribute, value);
}

pub(super) fn has_focus(element: &Element) -> bool {
    element.matches(":focus-within").unwrap_or_default()
}

/// If the button that had the focus is hidden now, focuses another button beside it, or the first one
/// of the frame.
pub(super) fn keep_focus(frame: &Element, focused: Option<HtmlElement>) {
    if let Some(gone) = focused
        && gone.has_attribute("hidden")
        && !gone.parent_element().is_some_and(|parent| focus_button(&parent))
    {
        focus_button(frame);
    }
}

/// Focuses the first visible button. Returns whether there is one.
pub(super) fn focus_button(parent: &Element) -> bool {
    let button = find(parent, "button:not([hidden])");
    button.inspect(|button| drop(button.focus())).is_some()
}
