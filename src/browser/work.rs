//! What takes time, as futures: a promise that one waits for polls it, and dropping its [`Work`]
//! stops it. `spawn_local` has a queue between the two, which is as large as all of tasks.rs.

use std::cell::RefCell;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Wake, Waker};

type Task = Pin<Box<dyn Future<Output = ()>>>;

thread_local! {
    /// What is under way. Not in the wakers: those may go to other threads, as far as Rust knows.
    static TASKS: RefCell<Vec<(u32, Task)>> = const { RefCell::new(Vec::new()) };
}

/// Something under way, by its number. Dropping it stops it.
#[must_use = "dropping the work stops it"]
pub(super) struct Work(u32);

impl Work {
    /// Nothing is done before [`go_on`].
    pub(super) fn new(task: impl Future<Output = ()> + 'static) -> Self {
        static LAST: AtomicU32 = AtomicU32::new(0);
        let number = LAST.fetch_add(1, Ordering::Relaxed);
        put(number, Box::pin(task));
        Self(number)
    }

    pub(super) const fn number(&self) -> u32 {
        self.0
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        let task = take(self.0);
        drop(task);
    }
}

struct Alarm(u32);

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        go_on(self.0);
    }
}

/// Does of it what can be done now.
pub(super) fn go_on(number: u32) {
    // Not borrowed meanwhile: it may stop others, start some, or stop itself.
    let Some(mut task) = take(number) else { return };
    let waker = Waker::from(Arc::new(Alarm(number)));
    if task.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
        put(number, task);
    }
}

fn take(number: u32) -> Option<Task> {
    TASKS.with_borrow_mut(|tasks| {
        let index = tasks.iter().position(|(other, _)| *other == number)?;
        Some(tasks.swap_remove(index).1)
    })
}

fn put(number: u32, task: Task) {
    TASKS.with_borrow_mut(|tasks| tasks.push((number, task)));
}
