//! The view of an element that is in a page. Draws the uploader's files, and passes a person's actions
//! to the uploader.
//!
//! A method that calls the page or the uploader must not hold a borrow, because both may call back
//! synchronously.
//!
//! The elements of the view throw if the page has made them. The writer and the form catch that. Any other
//! exception ends the view, and js/shell.js creates another one.

use std::cell::{Cell, RefCell};

use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement};

use super::announcer::{Announcement, Announcer};
use super::counts::{Counts, State};
use super::dom::{self, Fields};
use super::list::{Item, List, file_at};
use super::messages::{Situation, key_for};
use super::options;
use super::shell::{AnyEvent, Form, Picker, Queue, Shell, UploadFile, Writer};
use crate::queue::Slots;

/// Selects the element in unfinished.html.
const UNFINISHED_LINE: &str = "[part=unfinished-item]";

/// The custom states by which pages can style the element.
const STATES: [&str; 5] = ["empty", "uploading", "paused", "done", "failed"];

/// The view of the widget.
#[wasm_bindgen(skip_typescript)]
pub struct View {
    host: HtmlElement,
    shell: Shell,
    queue: Queue,
    picker: Picker,
    form: Form,
    writer: Writer,
    frame: HtmlElement,
    fields: Fields,
    list: List,
    unfinished_list: HtmlElement,
    /// The unfinished uploads of earlier visits, in the order of their lines.
    unfinished: RefCell<Array>,
    items: RefCell<Slots<Item>>,
    /// Counts `items` by state.
    counts: Cell<Counts>,
    /// Whether files were started. A file that was added since then is shown as queued.
    has_begun: Cell<bool>,
    /// Whether the attributes have changed since the uploader was made.
    is_stale: Cell<bool>,
    announcer: Cell<Announcer>,
    /// The live region.
    news: HtmlElement,
    /// Whether a form's submission is held back.
    holds_submit: Cell<bool>,
    /// The number of stored files in the form's value.
    stored: Cell<u32>,
}

#[wasm_bindgen]
impl View {
    /// Creates the view of `host`, which draws into `root`, the element made from view.html. Returns `None` if
    /// an element is missing there.
    pub fn create(
        host: HtmlElement,
        root: &Element,
        shell: Shell,
        queue: Queue,
        picker: Picker,
        form: Form,
        writer: Writer,
    ) -> Option<Self> {
        let find = |part| dom::find(root, part);
        let (Some(frame), Some(list), Some(unfinished_list), Some(news)) = (
            find("[part=frame]"),
            find("[part=list]"),
            find("[part=unfinished]"),
            find("[part=news]"),
        ) else {
            return None;
        };
        // Safari ignores lists without list style unless they have a role.
        dom::set(&list, "role", "list");
        let view = Self {
            // An earlier view may have left rows.
            fields: Fields::outside_rows(root),
            list: List(list),
            frame,
            unfinished_list,
            news,
            unfinished: RefCell::default(),
            is_stale: Cell::default(),
            host,
            shell,
            queue,
            picker,
            form,
            writer,
            items: RefCell::default(),
            counts: Cell::default(),
            has_begun: Cell::default(),
            announcer: Cell::default(),
            holds_submit: Cell::default(),
            stored: Cell::new(u32::MAX),
        };
        view.refresh();
        Some(view)
    }

    /// Handles an event of the page, the element, or the uploader. `subject` is the DOM event, the file, or
    /// the list that the event is about.
    pub fn on(&self, event: &str, subject: JsValue) {
        match event {
            "sync" => return self.sync(),
            "draw" => return self.draw(),
            "left" => return self.show_unfinished(subject.unchecked_into()),
            "click" => return self.click(&subject.unchecked_into()),
            "keydown" => return self.keydown(&subject.unchecked_into()),
            "submit" => return self.hold_submit(&subject.unchecked_into()),
            "refresh" => self.refresh(),
            "changed" => {
                self.is_stale.set(true);
                // The element's name may have changed, so the form's value must be set again.
                self.stored.set(u32::MAX);
                self.replace_uploader();
            }
            "adds" => self.replace_uploader(),
            "complete" => self.has_begun.set(false),
            "scroll" | "redraw" | "look" => {}
            event => self.on_file_event(event, subject.unchecked_into()),
        }
        self.shell.schedule();
    }
}

impl View {
    /// Rebuilds the items from the uploader's files.
    fn refresh(&self) {
        let files = self.queue.files();
        let mut items = Slots::default();
        for index in 0..files.length() {
            let item = Item::new(files.get(index).unchecked_into());
            items.push(self.queue.enroll(&item.file), item);
        }
        self.counts.set(Counts::of(items.iter().map(|(_, item)| item.state)));
        self.items.replace(items);
    }

    fn on_added(&self, file: UploadFile) {
        let item = Item::new(file);
        let number = self.queue.enroll(&item.file);
        self.recount(None, Some(item.state));
        self.items.borrow_mut().push(number, item);
    }

    /// Updates the counts for a file that went from one state to another.
    fn recount(&self, before: Option<State>, now: Option<State>) {
        let mut counts = self.counts.get();
        before.inspect(|state| counts.subtract(*state));
        now.inspect(|state| counts.add(*state));
        self.counts.set(counts);
    }

    /// Handles an event of the uploader about a file.
    fn on_file_event(&self, event: &str, file: UploadFile) {
        let key = match event {
            "file-added" => return self.on_added(file),
            "upload-error" => "news-failed",
            "upload-success" => "news-stored",
            "file-removed" => "news-removed",
            _ => "",
        };
        if !key.is_empty() {
            self.announce(key, &file, 0);
        }
        if event == "file-removed" {
            return self.on_removed(&file);
        }
        self.has_begun.set(self.has_begun.get() || event == "upload-start");
        let (number, state) = (self.queue.number_of(&file), State::named(&file.state()));
        if let Some(item) = self.items.borrow_mut().get_mut(number) {
            self.recount(Some(item.state), Some(state));
            item.state = state;
        }
    }

    /// Removes a file's row. If the row had the focus, focuses the next row, the previous one, or the first
    /// button.
    fn on_removed(&self, file: &UploadFile) {
        if let Some(focused) = dom::find(&self.list.0, ":focus")
            && file_at(&focused) == Some(file.id())
            && !self.list.move_focus(&focused, true)
            && !self.list.move_focus(&focused, false)
        {
            dom::focus_button(&self.frame);
        }
        let number = self.queue.number_of(file);
        let gone = self.items.borrow_mut().remove(number);
        self.recount(gone.map(|item| item.state), None);
        self.replace_uploader();
    }

    /// Creates a new uploader if the attributes have changed, unless the current one has files, which would
    /// be lost.
    fn replace_uploader(&self) {
        if self.is_stale.get() && self.items.borrow().is_empty() && self.queue.adding() == 0 {
            self.is_stale.set(false);
            options::read(&self.host, &self.queue);
            self.queue.open();
        }
    }

    /// Updates what a page's code can read: form value, validity and states. Runs at the end of a task.
    fn sync(&self) {
        let counts = self.counts.get();
        let stored = counts.count(State::Done);
        if self.stored.replace(stored) != stored {
            let files = Array::new();
            for (_, item) in self.items.borrow().iter() {
                if item.state == State::Done {
                    files.push(&item.file);
                }
            }
            self.form.set_value(&files);
        }
        for state in STATES {
            self.form.set_state(state, counts.is(state));
        }
        self.form.set_leaving(counts.under_way() > 0);
        let problem = counts.problem(self.has("required"), self.has("hold-submit"));
        let (flag, key, count) = problem.unwrap_or_default();
        self.form.set_validity(flag, key_for(key, self.has("multiple")), count);
        if counts.open() == 0 && self.holds_submit.take() {
            self.form.release();
        }
    }

    /// Draws what a person sees. Runs in the next frame.
    fn draw(&self) {
        let focused = dom::find(&self.frame, ":focus");
        let counts = self.counts.get();
        let has_begun = self.has_begun.get();
        let situation = Situation {
            counts,
            has_begun,
            is_multiple: self.has("multiple"),
            has_folders: self.has("folders"),
            has_camera: self.has("capture"),
            has_unfinished: self.unfinished.borrow().length() > 0,
        };
        let all = self.queue.all(counts.count(State::Done));
        for (name, place) in self.fields.iter() {
            if name != "news" {
                let (key, count) = situation.message(&name);
                self.writer.write(&place, key, &all, count);
            }
        }
        if self.list.draw(&self.items, &self.writer, has_begun) {
            self.shell.schedule();
        }
        dom::keep_focus(&self.frame, focused);
        let mut announcer = self.announcer.get();
        let announcement = announcer.next(&counts, self.queue.percentage());
        self.announcer.set(announcer);
        match announcement {
            Some(Announcement::Start(count)) => self.announce("news-start", &all, count),
            Some(Announcement::Progress) => self.announce("news-progress", &all, 0),
            Some(Announcement::End) => {
                let (key, count) = counts.sentence();
                self.announce(key, &all, count);
            }
            None => {}
        }
    }

    /// Makes screen readers say a message.
    fn announce(&self, key: &str, subject: &JsValue, count: u32) {
        self.writer.write(&self.news, key, subject, count);
    }

    /// Shows a line for each unfinished upload of an earlier visit.
    fn show_unfinished(&self, left: Array) {
        let list = &self.unfinished_list;
        let had_focus = dom::has_focus(list);
        while let Some(line) = dom::find(list, UNFINISHED_LINE) {
            line.remove();
        }
        for index in 0..left.length() {
            let line = self.writer.make("unfinished");
            let _ = list.insert_before(&line, None);
            for (name, place) in Fields::of(&line).iter() {
                self.writer.write(&place, &name, &left.get(index), 0);
            }
        }
        if had_focus && !dom::focus_button(list) {
            dom::focus_button(&self.frame);
        }
        self.unfinished.replace(left);
        self.shell.schedule();
    }

    /// Returns the unfinished upload in whose line an element is.
    fn unfinished_at(&self, target: &Element) -> Option<JsValue> {
        let mut line = target.closest(UNFINISHED_LINE).ok()??;
        let mut index = 0;
        // The first is the heading.
        while let Some(before) = line.previous_element_sibling() {
            line = before;
            index += 1;
        }
        Some(self.unfinished.borrow().get(index - 1))
    }

    fn click(&self, event: &AnyEvent) {
        let Ok(Some(button)) = event.target().closest("button") else { return };
        let action = dom::name_of(&button);
        if self.host.matches(":disabled").unwrap_or_default() {
            return;
        }
        let action = action.as_str();
        if let Some(id) = file_at(&button) {
            return self.queue.command(action, Some(&id));
        }
        if let Some(left) = self.unfinished_at(&button) {
            return if action == "forget" {
                self.picker.forget(&left);
            } else {
                self.picker.resume(&left);
            };
        }
        match action {
            "choose" | "folder" | "camera" => self.picker.pick(action),
            "start" => self.start(),
            action => self.queue.command(action, None),
        }
    }

    fn start(&self) {
        // Files may be waiting because all were paused.
        self.queue.command("resume", None);
        self.queue.command("start", None);
    }

    fn keydown(&self, event: &AnyEvent) {
        let target = event.target();
        let Some(id) = file_at(&target) else { return };
        let key = event.key();
        let key = key.as_str();
        if key == "Delete" {
            self.queue.command("remove", Some(&id));
        } else if matches!(key, "ArrowDown" | "ArrowUp") {
            event.prevent_default();
            self.list.move_focus(&target, key == "ArrowDown");
        }
    }

    /// Holds back a form's submission until all files have ended, and starts them.
    fn hold_submit(&self, event: &AnyEvent) {
        if !self.has("hold-submit") || self.counts.get().open() == 0 {
            return;
        }
        self.holds_submit.set(true);
        self.form.hold(event);
        self.start();
    }

    fn has(&self, attribute: &str) -> bool {
        self.host.has_attribute(attribute)
    }
}
