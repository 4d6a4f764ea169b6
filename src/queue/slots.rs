//! A list of things that have numbers, from which each can be taken out.
//!
//! Taking one out leaves a gap, and gaps are closed when they are more than half of the list. So to
//! take out one costs no more in a list of 10,000 than in a list of 10, on the average; and the
//! list is never more than twice as long as what is in it.

/// Things by their numbers, in order.
#[derive(Debug)]
pub struct Slots<T> {
    slots: Vec<(u32, Option<T>)>,
    gaps: usize,
}

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self { slots: Vec::new(), gaps: 0 }
    }
}

impl<T> Slots<T> {
    /// Adds a thing. Its number is larger than all before it.
    pub fn push(&mut self, number: u32, thing: T) {
        self.slots.push((number, Some(thing)));
    }

    /// The thing of this number.
    pub fn get(&self, number: u32) -> Option<&T> {
        self.slots[self.index(number)?].1.as_ref()
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, number: u32) -> Option<&mut T> {
        let index = self.index(number)?;
        self.slots[index].1.as_mut()
    }

    /// Takes a thing out.
    pub fn remove(&mut self, number: u32) -> Option<T> {
        let index = self.index(number)?;
        let thing = self.slots[index].1.take()?;
        self.gaps += 1;
        if self.gaps > self.slots.len() / 2 {
            self.slots.retain(|(_, thing)| thing.is_some());
            self.gaps = 0;
        }
        Some(thing)
    }

    /// Takes all out.
    pub fn drain(&mut self) -> impl Iterator<Item = T> {
        self.gaps = 0;
        self.slots.drain(..).filter_map(|(_, thing)| thing)
    }

    /// All, with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        self.from(0)
    }

    /// All from this number on.
    pub fn from(&self, number: u32) -> impl Iterator<Item = (u32, &T)> {
        let start = self.slots.partition_point(|(other, _)| *other < number);
        let slots = self.slots[start..].iter();
        slots.filter_map(|(number, thing)| Some((*number, thing.as_ref()?)))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.slots.len() - self.gaps
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn index(&self, number: u32) -> Option<usize> {
        self.slots.binary_search_by_key(&number, |(other, _)| *other).ok()
    }
}
