//! Chooses the message that each place of the view shows. A message is named by its key, as in the modules of words.
//! A place without a message is hidden, so this also decides which buttons a person sees.

use super::counts::{Counts, State};

/// What the messages outside the rows depend on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Situation {
    /// The files by state.
    pub counts: Counts,
    /// Whether files were started since all files had ended.
    pub has_begun: bool,
    /// Whether the element accepts several files.
    pub is_multiple: bool,
    /// Whether the element accepts folders.
    pub has_folders: bool,
    /// Whether the element offers the camera.
    pub has_camera: bool,
    /// Whether earlier visits left unfinished uploads.
    pub has_unfinished: bool,
}

impl Situation {
    /// Returns the key of the message in the place with the `data-field` `place`, and the number of files in the
    /// message. The key is empty if the place is hidden.
    pub fn message<'a>(&self, place: &'a str) -> (&'a str, u32) {
        let Self { counts, .. } = self;
        let several = counts.all() > 1;
        let key = match place {
            "choose" if counts.all() > 0 => "add",
            "folder" if !self.has_folders || !self.is_multiple => "",
            "camera" if !self.has_camera => "",
            "unfinished" if !self.has_unfinished => "",
            "total" if several => return counts.sentence(),
            "bar" if several && counts.under_way() > 0 => "progress-all",
            "total" | "bar" => "",
            place => match counts.allows(place, self.has_begun) {
                Some(0) => "",
                Some(count) => return (place, count),
                None => place,
            },
        };
        (key_for(key, self.is_multiple), 0)
    }
}

/// Returns the key of the message in the place with the `data-field` `place` of a file's row. The key is empty if the
/// place is hidden. `has_begun` is as in [`Situation`].
pub fn row_message(place: &str, state: State, has_begun: bool) -> &str {
    match place {
        // A file that was added after the start waits for its turn.
        "status" if state == State::Added && has_begun => "queued",
        "status" => state.name(),
        "bar" if matches!(state, State::Active | State::Paused) => "progress",
        "bar" => "",
        place if state.allows(place) => place,
        _ => "",
    }
}

/// Returns the key of the message for an element that accepts one file, if there is such a message and
/// `is_multiple` is false. Otherwise returns `key`.
pub fn key_for(key: &str, is_multiple: bool) -> &str {
    match key {
        _ if is_multiple => key,
        "prompt" => "prompt-one",
        "choose" => "choose-one",
        "add" => "add-one",
        "required" => "required-one",
        key => key,
    }
}
