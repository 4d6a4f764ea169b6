//! The list of files. Only the rows that are visible exist in the page.

use std::cell::RefCell;

use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

use super::counts::State;
use super::dom::{self, Fields, set};
use super::messages::row_message;
use super::rows::window;
use super::shell::{UploadFile, Writer};
use crate::queue::Slots;
use crate::transfer::digits;

/// The height of a row until it is measured, in CSS pixels.
const ESTIMATED_HEIGHT: u32 = 73;

/// The smallest height that is drawn, in CSS pixels. Without it, a list that is as high as its rows
/// would never grow.
const MIN_VIEW: i32 = 500;

/// The largest height that browsers allow for an element, in CSS pixels.
const MAX_HEIGHT: u32 = 1 << 25;

/// The attribute with the id of a row's file.
const ID: &str = "data-id";

/// What the widget knows about a file.
#[derive(Clone)]
pub(super) struct Item {
    pub id: String,
    pub file: UploadFile,
    pub state: State,
    height: u32,
}

impl Item {
    pub fn new(file: UploadFile) -> Self {
        let state = State::named(&file.state());
        Self { id: file.id(), file, state, height: ESTIMATED_HEIGHT }
    }
}

/// The list element. The writer creates its rows.
pub(super) struct List(pub HtmlElement);

impl List {
    /// Draws the visible rows. Returns whether one of them has another height than expected, so that the
    /// list must be drawn again.
    pub fn draw(&self, items: &RefCell<Slots<Item>>, writer: &Writer, has_begun: bool) -> bool {
        let list = &self.0;
        let (top, view) = (list.scroll_top(), list.client_height().max(MIN_VIEW));
        // Copies the items, because a page's own rows or messages may call the page's code, which may
        // change the list.
        let (seen, count, drawn) = {
            let items = items.borrow();
            let heights = items.iter().map(|(_, item)| item.height);
            let seen = window(heights, top as u32, view as u32);
            let rows = items.iter().skip(seen.rows.start).take(seen.rows.len());
            let drawn: Vec<_> = rows.map(|(number, item)| (number, item.clone())).collect();
            (seen, digits(items.len() as u64), drawn)
        };
        let set_height = |name, length: u32| {
            let _ = list.style().set_property(name, &[&*digits(length.into()), "px"].concat());
        };
        set_height("--before", seen.before);
        // While rows are added and removed, the list must not get shorter than it will be, or it would
        // scroll back.
        set_height("--after", MAX_HEIGHT);
        let mut next = list.first_element_child();
        while let Some(row) = next {
            next = row.next_element_sibling();
            let id = id_of(&row);
            if !drawn.iter().any(|(_, item)| item.id == id) {
                if dom::has_focus(&row) {
                    let _ = list.focus();
                }
                row.remove();
            }
        }
        let mut place = list.first_element_child();
        for (index, (_, item)) in drawn.iter().enumerate() {
            let row = match place {
                Some(row) if id_of(&row) == item.id => {
                    place = row.next_element_sibling();
                    row
                }
                next => {
                    place = next;
                    let row = writer.make("row");
                    let _ = list.insert_before(&row, place.as_deref());
                    set(&row, ID, &item.id);
                    if let Some(place) = Fields::of(&row).named("thumbnail") {
                        writer.thumbnail(&item.file, &place);
                    }
                    row
                }
            };
            set(&row, "aria-posinset", &digits((seen.rows.start + index) as u64 + 1));
            set(&row, "aria-setsize", &count);
            item.draw(&row, writer, has_begun);
        }
        // Measures after all rows are there, because a list that is too short for a moment loses its
        // scroll position.
        let mut has_changed = false;
        let mut place = list.first_element_child();
        for (number, item) in drawn {
            let Some(row) = place else { break };
            place = row.next_element_sibling();
            let row: &HtmlElement = row.unchecked_ref();
            let height = row.offset_height() as u32;
            has_changed |= height != item.height;
            if let Some(item) = items.borrow_mut().get_mut(number) {
                item.height = height;
            }
        }
        set_height("--after", seen.after);
        has_changed
    }

    /// Moves the focus from a button to the same button in the next or previous row. Returns whether there
    /// is such a row.
    pub fn move_focus(&self, target: &Element, is_forwards: bool) -> bool {
        let Some(row) = row_of(target) else { return false };
        let next =
            if is_forwards { row.next_element_sibling() } else { row.previous_element_sibling() };
        next.is_some_and(|next| {
            if let Some(same) = Fields::of(&next).named(&dom::name_of(target)) {
                let _ = same.focus();
            }
            // A hidden button can't be focused.
            dom::has_focus(&next) || dom::focus_button(&next)
        })
    }
}

fn row_of(target: &Element) -> Option<Element> {
    target.closest("[data-id]").ok()?
}

fn id_of(row: &Element) -> String {
    row.get_attribute(ID).unwrap_or_default()
}

/// Returns the id of the file in whose row an element is.
pub(super) fn file_at(target: &Element) -> Option<String> {
    row_of(target).map(|row| id_of(&row))
}

impl Item {
    /// Draws the file's row.
    fn draw(&self, row: &Element, writer: &Writer, has_begun: bool) {
        set(row, "part", &["row ", self.state.name()].concat());
        for (name, place) in Fields::of(row).iter() {
            if name != "thumbnail" {
                let key = row_message(&name, self.state, has_begun);
                writer.write(&place, key, self.file.as_ref(), 0);
            }
        }
    }
}
