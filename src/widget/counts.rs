//! Counts files by state, and derives from the counts which state the element is in, which buttons it
//! shows, and whether its form may be submitted.

/// The state of a file, as in `UploadFile.state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Not started, or waiting for its turn.
    Added,
    /// Being uploaded.
    Active,
    /// Stopped until it is resumed.
    Paused,
    /// Stored.
    Done,
    /// Ended with an error.
    Failed,
    /// Cancelled.
    Cancelled,
}

impl State {
    /// All states with their public names, in the order in which [`Counts`] stores them.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Added, "added"),
        (Self::Active, "active"),
        (Self::Paused, "paused"),
        (Self::Done, "done"),
        (Self::Failed, "failed"),
        (Self::Cancelled, "cancelled"),
    ];

    /// Returns the state with a public name, or [`Self::Added`] if the name is unknown.
    pub fn named(name: &str) -> Self {
        let found = Self::ALL.iter().find(|(_, known)| *known == name);
        found.map_or(Self::Added, |(state, _)| *state)
    }

    /// Returns the public name.
    pub const fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// Returns whether a row shows the button with the `data-field` `action`.
    pub fn allows(self, action: &str) -> bool {
        match action {
            "pause" => self == Self::Active,
            "resume" => self == Self::Paused,
            "retry" => matches!(self, Self::Failed | Self::Cancelled),
            "cancel" => matches!(self, Self::Active | Self::Paused),
            "remove" => !matches!(self, Self::Active | Self::Paused),
            // Other fields are not buttons, and always shown.
            _ => true,
        }
    }
}

/// How many files are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts([u32; 6]);

impl Counts {
    /// Counts the states.
    pub fn of(states: impl Iterator<Item = State>) -> Self {
        let mut counts = Self::default();
        for state in states {
            counts.add(state);
        }
        counts
    }

    /// Counts a file that has entered `state`.
    pub const fn add(&mut self, state: State) {
        self.0[state as usize] += 1;
    }

    /// Uncounts a file that has left `state`.
    pub const fn subtract(&mut self, state: State) {
        self.0[state as usize] -= 1;
    }

    /// Returns how many files are in `state`.
    pub const fn count(&self, state: State) -> u32 {
        self.0[state as usize]
    }

    /// Returns the number of all files.
    pub fn all(&self) -> u32 {
        self.0.iter().sum()
    }

    /// Returns the number of files that are not cancelled.
    pub fn wanted(&self) -> u32 {
        self.all() - self.count(State::Cancelled)
    }

    /// Returns the number of files that are being uploaded or paused.
    pub const fn under_way(&self) -> u32 {
        self.count(State::Active) + self.count(State::Paused)
    }

    /// Returns the number of files that have not ended: neither stored, nor failed, nor cancelled.
    pub const fn open(&self) -> u32 {
        self.count(State::Added) + self.under_way()
    }

    /// Returns whether the element is in a custom state, by which pages can style it.
    pub fn is(&self, name: &str) -> bool {
        let wanted = self.wanted();
        match name {
            "empty" => self.all() == 0,
            "uploading" => self.count(State::Active) > 0,
            "paused" => self.count(State::Paused) > 0 && self.count(State::Active) == 0,
            "failed" => self.count(State::Failed) > 0,
            _ => wanted > 0 && self.count(State::Done) == wanted,
        }
    }

    /// Returns how many files the button with the `data-field` `action` applies to. 0 hides the button.
    /// Returns `None` if no button has that name.
    pub fn allows(&self, action: &str, has_begun: bool) -> Option<u32> {
        let several = |count: u32| if self.all() > 1 { count } else { 0 };
        Some(match action {
            // The files that wait for their turn were started already.
            "start" if has_begun && self.under_way() > 0 => 0,
            "start" => self.count(State::Added),
            "pause-all" => several(self.count(State::Active)),
            "resume-all" if self.count(State::Active) > 0 => 0,
            "resume-all" => several(self.count(State::Paused)),
            "retry-all" => several(self.count(State::Failed)),
            "cancel-all" if self.under_way() == 0 => 0,
            "cancel-all" => several(self.open()),
            "clear" if self.open() > 0 => 0,
            "clear" => several(self.all()),
            _ => return None,
        })
    }

    /// Returns the key of the message about all files together, and the number of files in it.
    pub fn sentence(&self) -> (&'static str, u32) {
        match (self.count(State::Failed), self.count(State::Done)) {
            _ if self.open() > 0 => ("total", self.wanted()),
            (0, 0) => ("", 0),
            (0, done) => ("total-done", done),
            (failed, _) => ("total-failed", failed),
        }
    }

    /// Returns why the form must not be submitted: a validity flag, the key of its message, and the number
    /// of files concerned. Returns `None` if it may be submitted. Set `holds` if the form waits for uploads
    /// by itself.
    pub fn problem(
        &self,
        required: bool,
        holds: bool,
    ) -> Option<(&'static str, &'static str, u32)> {
        let stored = self.count(State::Done);
        let failed = self.count(State::Failed);
        if self.open() > 0 && !holds {
            let key = if self.under_way() > 0 { "still-uploading" } else { "not-started" };
            Some(("customError", key, self.open()))
        } else if failed > 0 {
            Some(("customError", "has-failed", failed))
        } else if required && stored + self.open() == 0 {
            Some(("valueMissing", "required", 0))
        } else {
            None
        }
    }
}
