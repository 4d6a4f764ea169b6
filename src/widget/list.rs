//! The list of files: a row for each that is seen.

use std::cell::RefCell;

use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Element, HtmlElement, Node};

use super::dom::{self, set};
use super::rows::window;
use super::shell::{Field, Shell, UploadFile};
use super::tally::State;
use crate::transfer::digits;

/// What a row is likely to be high, in CSS pixels, until it is measured.
const LIKELY_HEIGHT: u32 = 73;

/// Drawn at least, in CSS pixels: a list that is as high as its rows would never grow otherwise.
const LEAST_VIEW: i32 = 800;

/// A file, as the widget sees it.
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

struct Row {
    id: String,
    root: HtmlElement,
    fields: Vec<Field>,
    /// What is drawn that rarely changes.
    drawn: Option<(State, usize, usize)>,
}

pub(super) struct List {
    element: HtmlElement,
    template: Element,
    rows: RefCell<Vec<Row>>,
}

impl List {
    /// A list whose rows are copies of `template`.
    pub fn new(element: HtmlElement, template: Element) -> Self {
        // To Safari, what looks like no list is none.
        set(&element, "role", "list");
        Self { element, template, rows: RefCell::default() }
    }

    /// Draws the rows that are seen. Answers whether one of them is not as high as it was thought.
    pub fn draw(&self, items: &mut [Item], shell: &Shell, has_begun: bool) -> bool {
        let list = &self.element;
        list.set_hidden(items.is_empty());
        let view = list.client_height().max(LEAST_VIEW);
        let heights = items.iter().map(|item| item.height);
        let seen = window(heights, list.scroll_top() as u32, view as u32);
        for (name, length) in [("--before", seen.before), ("--after", seen.after)] {
            let _ = list.style().set_property(name, &[&*digits(length.into()), "px"].concat());
        }
        let count = items.len();
        let first = seen.rows.start;
        let items = &mut items[seen.rows];
        let rows = &mut *self.rows.borrow_mut();
        rows.retain(|row| {
            let stays = items.iter().any(|item| item.id == row.id);
            if !stays {
                if dom::has_focus(&row.root) {
                    let _ = list.focus();
                }
                row.root.remove();
            }
            stays
        });
        let mut has_changed = false;
        for (index, item) in items.iter_mut().enumerate() {
            if rows.get(index).is_none_or(|row| row.id != item.id) {
                let Some(row) = self.insert(item, rows.get(index), shell) else { continue };
                rows.insert(index, row);
            }
            let row = &mut rows[index];
            row.draw(item, (item.state, first + index, count), shell, has_begun);
            let height = row.root.offset_height() as u32;
            has_changed |= height != item.height;
            item.height = height;
        }
        has_changed
    }

    fn insert(&self, item: &Item, next: Option<&Row>, shell: &Shell) -> Option<Row> {
        let root = self.template.clone_node_with_deep(true).ok()?;
        let next: Option<&Node> = next.map(|row| row.root.as_ref());
        self.element.insert_before(&root, next).ok()?;
        let root: HtmlElement = root.unchecked_into();
        let fields = dom::fields(&root);
        for (name, place) in &fields {
            if name == "thumbnail" {
                shell.thumbnail(&item.file, place);
            }
        }
        Some(Row { id: item.id.clone(), root, fields, drawn: None })
    }

    /// The file whose row an element is in.
    pub fn file_at(&self, target: &Element) -> Option<String> {
        let rows = self.rows.borrow();
        rows.iter().find(|row| row.root.contains(Some(target))).map(|row| row.id.clone())
    }

    /// Moves the focus from a button of one row to the one that is alike, `step` rows further.
    /// Answers whether there was a row.
    pub fn step(&self, from: &str, step: isize, button: &str) -> bool {
        let rows = self.rows.borrow();
        let row = rows.iter().position(|row| row.id == from);
        let row = row.and_then(|index| rows.get(index.checked_add_signed(step)?));
        row.is_some_and(|row| {
            let alike = row.fields.iter().find(|(name, _)| name == button);
            match alike {
                Some((_, button)) if !button.hidden() => button.focus().is_ok(),
                _ => dom::focus_button(&row.root),
            }
        })
    }
}

impl Row {
    fn draw(&mut self, item: &Item, now: (State, usize, usize), shell: &Shell, has_begun: bool) {
        let file: &JsValue = item.file.as_ref();
        let (state, index, count) = now;
        let has_changed = self.drawn.replace(now) != Some(now);
        if has_changed {
            set(&self.root, "part", &["row ", state.name()].concat());
            set(&self.root, "aria-posinset", &digits(index as u64 + 1));
            set(&self.root, "aria-setsize", &digits(count as u64));
        }
        let had_focus = dom::has_focus(&self.root);
        for (name, place) in &self.fields {
            let key = match name.as_str() {
                "status" if state == State::Added && has_begun => "queued",
                "status" if state == State::Active => &shell.phase(&item.file),
                "status" => state.name(),
                "bar" => {
                    let moves = matches!(state, State::Active | State::Paused);
                    shell.bar(place, if moves { "progress" } else { "" }, file);
                    continue;
                }
                "thumbnail" => continue,
                name if state.allows(name) => name,
                _ => "",
            };
            shell.write(place, key, file, 0);
        }
        if had_focus && dom::find(&self.root, ":focus:not([hidden])").is_none() {
            dom::focus_button(&self.root);
        }
    }
}
