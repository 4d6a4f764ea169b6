//! The list of files: a row for each that is seen.

use std::cell::RefCell;

use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Element, HtmlElement};

use super::dom::{self, Fields, set};
use super::rows::window;
use super::shell::{Shell, UploadFile};
use super::tally::State;
use crate::queue::Slots;
use crate::transfer::digits;

/// What a row is likely to be high, in CSS pixels, until it is measured.
const LIKELY_HEIGHT: u32 = 73;

/// Drawn at least, in CSS pixels: a list that is as high as its rows would never grow otherwise.
const LEAST_VIEW: i32 = 500;

/// As high as browsers let anything be, in CSS pixels.
const ROOM: u32 = 1 << 25;

/// Whose row it is.
const ID: &str = "data-id";

/// A file, as the widget sees it.
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
        Self { id: file.id(), file, state, height: LIKELY_HEIGHT }
    }
}

/// The list, whose rows the shell makes.
pub(super) struct List(pub HtmlElement);

impl List {
    /// Draws the rows that are seen. Answers whether one of them is not as high as it was thought.
    pub fn draw(&self, items: &RefCell<Slots<Item>>, shell: &Shell, has_begun: bool) -> bool {
        let list = &self.0;
        let (top, view) = (list.scroll_top(), list.client_height().max(LEAST_VIEW));
        // A copy: a page's own rows, and its own words, may call it, and it may change the list.
        let (seen, count, drawn) = {
            let items = items.borrow();
            let heights = items.iter().map(|(_, item)| item.height);
            let seen = window(heights, top as u32, view as u32);
            let rows = items.iter().skip(seen.rows.start).take(seen.rows.len());
            let drawn: Vec<_> = rows.map(|(number, item)| (number, item.clone())).collect();
            (seen, digits(items.len() as u64), drawn)
        };
        let leave = |name, length: u32| {
            let _ = list.style().set_property(name, &[&*digits(length.into()), "px"].concat());
        };
        leave("--before", seen.before);
        // Were it shorter than it is to be while rows come and go, it would scroll back.
        leave("--after", ROOM);
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
                    let row = shell.make("row");
                    let _ = list.insert_before(&row, place.as_deref());
                    set(&row, ID, &item.id);
                    if let Some(place) = Fields::of(&row).named("thumbnail") {
                        shell.thumbnail(&item.file, &place);
                    }
                    row
                }
            };
            set(&row, "aria-posinset", &digits((seen.rows.start + index) as u64 + 1));
            set(&row, "aria-setsize", &count);
            item.draw(&row, shell, has_begun);
        }
        // Once all are there: a list that is short for a moment forgets how far it was scrolled.
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
        leave("--after", seen.after);
        has_changed
    }

    /// Moves the focus from a button of one row to the one that is alike in the next row, or in the
    /// one before. Answers whether there was a row.
    pub fn step(&self, target: &Element, is_forwards: bool) -> bool {
        let Some(row) = row_of(target) else { return false };
        let next =
            if is_forwards { row.next_element_sibling() } else { row.previous_element_sibling() };
        next.is_some_and(|next| {
            if let Some(alike) = Fields::of(&next).named(&dom::name_of(target)) {
                let _ = alike.focus();
            }
            // What is hidden takes no focus.
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

/// The file whose row an element is in.
pub(super) fn file_at(target: &Element) -> Option<String> {
    row_of(target).map(|row| id_of(&row))
}

impl Item {
    fn draw(&self, row: &Element, shell: &Shell, has_begun: bool) {
        let state = self.state;
        let file: &JsValue = self.file.as_ref();
        set(row, "part", &["row ", state.name()].concat());
        let moves = matches!(state, State::Active | State::Paused);
        for (name, place) in Fields::of(row).iter() {
            let key = match name.as_str() {
                "thumbnail" => continue,
                "status" if state == State::Added && has_begun => "queued",
                "status" => state.name(),
                "bar" if moves => "progress",
                "bar" => "",
                name if state.allows(name) => name,
                _ => "",
            };
            shell.write(&place, key, file, 0);
        }
    }
}
