//! How many files are in which state, and what follows from it for the whole: what the element is
//! called, which buttons it has, and whether a form may be sent.

/// The state of a file, as its `UploadFile` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Not begun, or waiting for its turn.
    Added,
    /// On its way.
    Active,
    /// Until it is resumed.
    Paused,
    /// Stored.
    Done,
    /// Not stored, and why is known.
    Failed,
    /// Not wanted any more.
    Cancelled,
}

impl State {
    /// All of them, in the order of [`Tally`]'s counts.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Added, "added"),
        (Self::Active, "active"),
        (Self::Paused, "paused"),
        (Self::Done, "done"),
        (Self::Failed, "failed"),
        (Self::Cancelled, "cancelled"),
    ];

    /// By the name that pages know it by.
    pub fn named(name: &str) -> Self {
        let found = Self::ALL.iter().find(|(_, known)| *known == name);
        found.map_or(Self::Added, |(state, _)| *state)
    }

    /// The name that pages know it by.
    pub const fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// Whether a button of a row, by its `data-field`, makes sense.
    pub fn allows(self, action: &str) -> bool {
        match action {
            "pause" => self == Self::Active,
            "resume" => self == Self::Paused,
            "retry" => matches!(self, Self::Failed | Self::Cancelled),
            "cancel" => matches!(self, Self::Active | Self::Paused),
            "remove" => !matches!(self, Self::Active | Self::Paused),
            // What is no button.
            _ => true,
        }
    }
}

/// Files by their state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally([u32; 6]);

impl Tally {
    /// Counts files.
    pub fn of(states: impl Iterator<Item = State>) -> Self {
        let mut tally = Self::default();
        for state in states {
            tally.add(state);
        }
        tally
    }

    /// One more is in this state.
    pub const fn add(&mut self, state: State) {
        self.0[state as usize] += 1;
    }

    /// One that was in this state is not any more.
    pub const fn subtract(&mut self, state: State) {
        self.0[state as usize] -= 1;
    }

    /// How many are in one state.
    pub const fn count(&self, state: State) -> u32 {
        self.0[state as usize]
    }

    /// How many there are.
    pub fn all(&self) -> u32 {
        self.0.iter().sum()
    }

    /// Those that are wanted.
    pub fn wanted(&self) -> u32 {
        self.all() - self.count(State::Cancelled)
    }

    /// Those that are under way, or stopped in the middle: what leaving the page would lose.
    pub const fn under_way(&self) -> u32 {
        self.count(State::Active) + self.count(State::Paused)
    }

    /// Those that are neither stored nor given up.
    pub const fn open(&self) -> u32 {
        self.count(State::Added) + self.under_way()
    }

    /// Whether the element is in a state that pages can style.
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

    /// Whether a button of the whole, by its `data-field`, makes sense, and for how many files.
    pub fn allows(&self, action: &str, has_begun: bool) -> u32 {
        let several = |count: u32| if self.all() > 1 { count } else { 0 };
        match action {
            // Those that wait for their turn are started already.
            "start" if has_begun && self.under_way() > 0 => 0,
            "start" => self.count(State::Added),
            "pause-all" => several(self.count(State::Active)),
            "resume-all" if self.count(State::Active) > 0 => 0,
            "resume-all" => several(self.count(State::Paused)),
            "retry-all" => several(self.count(State::Failed)),
            "cancel-all" if self.under_way() == 0 => 0,
            "cancel-all" => several(self.open()),
            "clear" if self.open() > 0 => 0,
            _ => several(self.all()),
        }
    }

    /// The words for how far all files are, and how many files they are about.
    pub fn sentence(&self) -> (&'static str, u32) {
        match (self.count(State::Failed), self.count(State::Done)) {
            _ if self.open() > 0 => ("total", self.wanted()),
            (0, 0) => ("", 0),
            (0, done) => ("total-done", done),
            (failed, _) => ("total-failed", failed),
        }
    }

    /// Why a form should not be sent, as the name of a validity flag and of its words, and how many
    /// files are the reason. Nothing where it may be. `holds`: it waits for uploads by itself.
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
