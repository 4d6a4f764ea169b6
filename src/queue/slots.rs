//! A list of numbered items, from which any item can be removed cheaply.
//!
//! Removing an item leaves a gap, and gaps are closed once they are more than half of the list. So on
//! average, removing an item takes as long in a list of 10,000 as in a list of 10, and the list is never
//! longer than twice the number of its items.

/// Numbered items, ordered by their numbers.
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
    /// Adds an item. Its number must be larger than all numbers before it.
    pub fn push(&mut self, number: u32, thing: T) {
        self.slots.push((number, Some(thing)));
    }

    /// Returns the item with this number.
    pub fn get(&self, number: u32) -> Option<&T> {
        self.slots[self.index(number)?].1.as_ref()
    }

    /// Returns the item with this number, to be changed.
    pub fn get_mut(&mut self, number: u32) -> Option<&mut T> {
        let index = self.index(number)?;
        self.slots[index].1.as_mut()
    }

    /// Removes the item with this number, and returns it.
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

    /// Removes all items, and returns them.
    pub fn drain(&mut self) -> impl Iterator<Item = T> {
        self.gaps = 0;
        self.slots.drain(..).filter_map(|(_, thing)| thing)
    }

    /// Returns all items, with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        self.from(0)
    }

    /// Returns the items from this number on, with their numbers.
    pub fn from(&self, number: u32) -> impl Iterator<Item = (u32, &T)> {
        let start = self.slots.partition_point(|(other, _)| *other < number);
        let slots = self.slots[start..].iter();
        slots.filter_map(|(number, thing)| Some((*number, thing.as_ref()?)))
    }

    /// Returns the number of items.
    pub fn len(&self) -> usize {
        self.slots.len() - self.gaps
    }

    /// Returns whether the list has no items.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn index(&self, number: u32) -> Option<usize> {
        self.slots.binary_search_by_key(&number, |(other, _)| *other).ok()
    }
}
