//! The element's inside, as long as it is in a page: draws what the uploader's files are doing, and
//! tells the uploader what a person wants.
//!
//! Order: whatever calls the page or the uploader does so with nothing borrowed, because both may
//! call back at once.

use std::cell::{Cell, RefCell};

use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement};

use super::dom::{self, Fields};
use super::list::{Item, List, file_at};
use super::news::{News, Said};
use super::options;
use super::shell::{AnyEvent, Shell, UploadFile};
use super::tally::{State, Tally};
use crate::queue::Slots;

/// What unfinished.html says.
const LINE: &str = "[part=unfinished-item]";

/// What pages can style the element by.
const STATES: [&str; 5] = ["empty", "uploading", "paused", "done", "failed"];

/// The widget's view.
#[wasm_bindgen(skip_typescript)]
pub struct View {
    host: HtmlElement,
    shell: Shell,
    frame: HtmlElement,
    fields: Fields,
    list: List,
    unfinished_list: HtmlElement,
    /// What earlier visits have left, in the order of its lines.
    unfinished: RefCell<Array>,
    items: RefCell<Slots<Item>>,
    /// Of the items.
    tally: Cell<Tally>,
    /// Whether files were started: those that are not under way then wait for their turn.
    has_begun: Cell<bool>,
    /// Whether the attributes have changed since the uploader was made.
    is_stale: Cell<bool>,
    news: Cell<News>,
    /// Whether a form waits to be sent.
    holds: Cell<bool>,
    /// How many files the form knows as stored.
    stored: Cell<u32>,
}

#[wasm_bindgen]
impl View {
    /// Draws into `root`, `host`'s inside, which has what view.html says. `has_uploader`: there was a
    /// view before, and its uploader is still at work. Nothing where the HTML is not what it should
    /// be.
    pub fn create(
        host: HtmlElement,
        root: &Element,
        shell: Shell,
        has_uploader: bool,
    ) -> Option<Self> {
        let list = dom::find(root, "[part=list]")?;
        // To Safari, what looks like no list is none.
        dom::set(&list, "role", "list");
        let view = Self {
            fields: Fields::of(root),
            list: List(list),
            frame: dom::find(root, "[part=frame]")?,
            unfinished_list: dom::find(root, "[part=unfinished]")?,
            unfinished: RefCell::default(),
            host,
            shell,
            items: RefCell::default(),
            tally: Cell::default(),
            has_begun: Cell::default(),
            is_stale: Cell::new(!has_uploader),
            news: Cell::default(),
            holds: Cell::default(),
            stored: Cell::new(u32::MAX),
        };
        view.refresh();
        view.renew();
        Some(view)
    }

    /// What has happened: to the element, to the uploader and its files, in the page. `subject` is the
    /// event, the file, or what else it is about.
    pub fn on(&self, event: &str, subject: JsValue) {
        match event {
            "sync" => return self.sync(),
            "draw" => return self.draw(),
            "left" => return self.show_unfinished(subject.unchecked_into()),
            "click" => return self.click(&subject.unchecked_into()),
            "keydown" => return self.key(&subject.unchecked_into()),
            "submit" => return self.hold(&subject.unchecked_into()),
            "refresh" => self.refresh(),
            "changed" => {
                self.is_stale.set(true);
                // By its name or in another way, the form is to have it anew.
                self.stored.set(u32::MAX);
                self.renew();
            }
            "adds" => self.renew(),
            "complete" => self.has_begun.set(false),
            "scroll" | "resize" => {}
            event => self.told(event, subject.unchecked_into()),
        }
        self.shell.schedule();
    }
}

impl View {
    /// Looks at all files anew.
    fn refresh(&self) {
        let files = self.shell.files();
        let mut items = Slots::default();
        for index in 0..files.length() {
            let item = Item::new(files.get(index).unchecked_into());
            items.push(self.shell.enroll(&item.file), item);
        }
        self.tally.set(Tally::of(items.iter().map(|(_, item)| item.state)));
        self.items.replace(items);
    }

    fn added(&self, file: UploadFile) {
        let item = Item::new(file);
        let number = self.shell.enroll(&item.file);
        self.recount(None, Some(item.state));
        self.items.borrow_mut().push(number, item);
    }

    /// A file was in one state, and is in another.
    fn recount(&self, before: Option<State>, now: Option<State>) {
        let mut tally = self.tally.get();
        before.inspect(|state| tally.subtract(*state));
        now.inspect(|state| tally.add(*state));
        self.tally.set(tally);
    }

    /// The uploader tells something of a file.
    fn told(&self, event: &str, file: UploadFile) {
        let key = match event {
            "file-added" => return self.added(file),
            "upload-error" => "news-failed",
            "upload-success" => "news-stored",
            "file-removed" => "news-removed",
            _ => "",
        };
        if !key.is_empty() {
            self.speak(key, &file, 0);
        }
        if event == "file-removed" {
            return self.removed(&file);
        }
        self.has_begun.set(self.has_begun.get() || event == "upload-start");
        let (number, state) = (self.shell.number_of(&file), State::named(&file.state()));
        if let Some(item) = self.items.borrow_mut().get_mut(number) {
            self.recount(Some(item.state), Some(state));
            item.state = state;
        }
    }

    /// A row goes; a keyboard goes on from the next one, or from where files are chosen.
    fn removed(&self, file: &UploadFile) {
        if let Some(focused) = dom::find(&self.list.0, ":focus")
            && file_at(&focused) == Some(file.id())
            && !self.list.step(&focused, true)
            && !self.list.step(&focused, false)
        {
            dom::focus_button(&self.frame);
        }
        let number = self.shell.number_of(file);
        let gone = self.items.borrow_mut().remove(number);
        self.recount(gone.map(|item| item.state), None);
        self.renew();
    }

    /// Sees to an uploader that knows the attributes as they are, where no file would be lost by it.
    fn renew(&self) {
        if self.is_stale.get() && self.items.borrow().is_empty() && self.shell.adding() == 0 {
            self.is_stale.set(false);
            options::read(&self.host, &self.shell);
            self.shell.open();
        }
    }

    /// At the end of each task in which something has happened: what a page may ask at once.
    fn sync(&self) {
        let tally = self.tally.get();
        for state in STATES {
            self.shell.set_state(state, tally.is(state));
        }
        let stored = tally.count(State::Done);
        if self.stored.replace(stored) != stored {
            let files = Array::new();
            for (_, item) in self.items.borrow().iter() {
                if item.state == State::Done {
                    files.push(&item.file);
                }
            }
            self.shell.set_value(&files);
        }
        let problem = tally.problem(self.has("required"), self.has("hold-submit"));
        let (flag, key, count) = problem.unwrap_or_default();
        self.shell.set_validity(flag, self.one(key), count);
        if tally.open() == 0 && self.holds.take() {
            self.shell.release();
        }
    }

    /// In the next frame after something has happened.
    fn draw(&self) {
        let focused = dom::find(&self.frame, ":focus");
        let tally = self.tally.get();
        let has_begun = self.has_begun.get();
        let several = tally.all() > 1;
        let all = self.shell.all(tally.count(State::Done));
        for (name, place) in self.fields.iter() {
            let name = name.as_str();
            let mut count = 0;
            let key = match name {
                "prompt" => self.one(name),
                "choose" => self.one(if tally.all() > 0 { "add" } else { name }),
                "folder" if !self.has("folders") || !self.has("multiple") => "",
                "camera" if !self.has("capture") => "",
                "folder" | "camera" | "hint" | "refused" | "drop" => name,
                "unfinished" if self.unfinished.borrow().length() == 0 => "",
                "unfinished" => name,
                "total" if several => {
                    let (key, of) = tally.sentence();
                    count = of;
                    key
                }
                "total" => "",
                "bar" if several && tally.under_way() > 0 => "progress-all",
                "bar" => "",
                "news" => continue,
                name => {
                    count = tally.allows(name, has_begun);
                    if count > 0 { name } else { "" }
                }
            };
            self.shell.write(&place, key, &all, count);
        }
        if self.list.draw(&self.items, &self.shell, has_begun) {
            self.shell.schedule();
        }
        dom::keep_focus(&self.frame, focused);
        let mut news = self.news.get();
        let said = news.next(&tally, self.shell.percentage());
        self.news.set(news);
        match said {
            Some(Said::Start(count)) => self.speak("news-start", &all, count),
            Some(Said::Progress) => self.speak("news-progress", &all, 0),
            Some(Said::End) => {
                let (key, count) = tally.sentence();
                self.speak(key, &all, count);
            }
            None => {}
        }
    }

    fn speak(&self, key: &str, subject: &JsValue, count: u32) {
        if let Some(place) = self.fields.named("news") {
            self.shell.write(&place, key, subject, count);
        }
    }

    /// A line for each upload that an earlier visit has left.
    fn show_unfinished(&self, left: Array) {
        let list = &self.unfinished_list;
        let had_focus = dom::has_focus(list);
        while let Some(line) = dom::find(list, LINE) {
            line.remove();
        }
        for index in 0..left.length() {
            let line = self.shell.make("unfinished");
            let _ = list.insert_before(&line, None);
            for (name, place) in Fields::of(&line).iter() {
                self.shell.write(&place, &name, &left.get(index), 0);
            }
        }
        if had_focus && !dom::focus_button(list) {
            dom::focus_button(&self.frame);
        }
        self.unfinished.replace(left);
        self.shell.schedule();
    }

    /// The upload in whose line an element is.
    fn unfinished_at(&self, target: &Element) -> Option<JsValue> {
        let mut line = target.closest(LINE).ok()??;
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
            return self.shell.perform(action, Some(&id));
        }
        if let Some(left) = self.unfinished_at(&button) {
            self.shell.look_after(&left, action);
        } else if matches!(action, "choose" | "folder" | "camera") {
            self.shell.pick(action);
        } else if action == "start" {
            self.start();
        } else {
            self.shell.perform(action, None);
        }
    }

    fn start(&self) {
        // Those that wait may do so since all was paused.
        self.shell.perform("resume", None);
        self.shell.perform("start", None);
    }

    fn key(&self, event: &AnyEvent) {
        let target = event.target();
        let Some(id) = file_at(&target) else { return };
        let key = event.key();
        let key = key.as_str();
        if key == "Delete" {
            self.shell.perform("remove", Some(&id));
        } else if matches!(key, "ArrowDown" | "ArrowUp") {
            event.prevent_default();
            self.list.step(&target, key == "ArrowDown");
        }
    }

    /// A form is about to be sent. It waits for what is not stored yet.
    fn hold(&self, event: &AnyEvent) {
        if !self.has("hold-submit") || self.tally.get().open() == 0 {
            return;
        }
        self.holds.set(true);
        self.shell.hold(event);
        self.start();
    }

    fn has(&self, attribute: &str) -> bool {
        self.host.has_attribute(attribute)
    }

    /// Where only one file is taken, some words are others.
    fn one<'a>(&self, key: &'a str) -> &'a str {
        match key {
            _ if self.has("multiple") => key,
            "prompt" => "prompt-one",
            "choose" => "choose-one",
            "add" => "add-one",
            "required" => "required-one",
            key => key,
        }
    }
}
