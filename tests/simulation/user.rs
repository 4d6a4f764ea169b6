//! What people and pages do: anything, at any time.

use std::rc::Rc;

use ittybit_uploader::queue::{FileId, Queue};
use ittybit_uploader::transfer::FileInfo;

use crate::checks::{Checked, Known, Life};
use crate::files::{Facts, Key};
use crate::sabotage::Sabotage;
use crate::world::World;

impl World {
    pub fn user_acts(&mut self) -> Checked {
        if self.is_destroyed {
            return Ok(());
        }
        let what = self.choices.below(16);
        let all = self.choices.below(3) == 1;
        let id = if all { None } else { self.some_file() };
        match what {
            0 => Ok(()),
            1 => self.add_files(),
            2 => self.command("start", None),
            3 => self.command("pause", id),
            4 => self.command("resume", id),
            5 => self.command("cancel", id),
            6 => self.command("retry", id),
            7 => match id {
                Some(id) => self.command("remove", Some(id)),
                None => Ok(()),
            },
            8 | 9 => {
                self.online = false;
                self.change(|_, _| {})
            }
            10 | 11 => {
                self.online = true;
                self.change(|_, _| {})
            }
            12 => {
                let keys = id.and_then(|id| self.files.get(&id)).map(|known| known.facts.key);
                self.unreadable.extend(keys);
                Ok(())
            }
            // A reload can't come between a command and its effects.
            13 | 14 if !self.is_working => self.reload(),
            _ if self.choices.below(4) == 3 => self.destroy(),
            _ => Ok(()),
        }
    }

    fn some_file(&mut self) -> Option<FileId> {
        let count = self.files.len() as u32;
        let chosen = self.choices.below(count.max(1)) as usize;
        self.files.keys().nth(chosen).copied()
    }

    pub fn add_files(&mut self) -> Checked {
        for _ in 0..=self.choices.below(3) {
            if self.is_destroyed {
                break;
            }
            let facts = Facts::choose(self.facts.len() as Key, &mut self.choices);
            self.facts.push(facts);
            self.add(facts)?;
        }
        Ok(())
    }

    fn add(&mut self, facts: Facts) -> Checked {
        let file = FileInfo { name: "a".into(), size: facts.size, mime: String::new() };
        self.added += 1;
        // The file must be known before the call, because the queue may begin with it at once.
        let mut known = Known::new(facts);
        if self.plan.auto_proceed {
            known.life = Life::Pending;
            self.run_is_open = true;
        }
        let (mut added, expected) = (0, self.added);
        self.files.insert(expected, known);
        self.change(|queue, now| added = queue.add(Rc::new(file), facts.key, now).unwrap_or(0))?;
        assert_eq!(added, expected, "numbers are given one after the other");
        Ok(())
    }

    /// Reloads the page, or opens it again after a crash. Adds the same files again, except those that are
    /// done or cancelled.
    fn reload(&mut self) -> Checked {
        self.say(|| "reload".into());
        let files = std::mem::take(&mut self.files);
        self.queue = Queue::new(self.plan.settings(self.sabotage));
        self.running.clear();
        self.remembered.clear();
        self.page += 1;
        self.added = 0;
        self.run_is_open = false;
        self.is_held = false;
        self.recall();
        for known in files.into_values() {
            if !matches!(known.life, Life::Done | Life::Cancelled) && !self.is_destroyed {
                self.add(known.facts)?;
            }
        }
        self.command("start", None)
    }

    pub fn command(&mut self, command: &str, id: Option<FileId>) -> Checked {
        if self.is_destroyed {
            return Ok(());
        }
        self.say(|| format!("{command} {id:?}"));
        self.expect(command, id);
        self.change(|queue, now| match command {
            "start" => queue.start(now).unwrap_or(()),
            "pause" => queue.pause(id, now),
            "resume" => queue.resume(id, now),
            "cancel" => queue.cancel(id, now),
            "retry" => queue.retry(id, now).unwrap_or(()),
            _ => {
                queue.remove(id.unwrap_or(0), now);
            }
        })?;
        if command == "pause" && id.is_none() && self.is_strict() {
            self.is_held = true;
        }
        Ok(())
    }

    /// Records the effects of a command that the queue does not report.
    fn expect(&mut self, command: &str, id: Option<FileId>) {
        let turns: &[Life] = match (command, id) {
            ("start", _) => &[Life::Added],
            ("retry", None) => &[Life::Failed],
            ("retry", Some(_)) => &[Life::Failed, Life::Cancelled],
            ("resume", _) => &[Life::Paused],
            _ => &[],
        };
        let chosen = |(other, known): &(&FileId, &mut Known)| {
            id.is_none_or(|id| id == **other) && turns.contains(&known.life)
        };
        let mut some = false;
        for (_, known) in self.files.iter_mut().filter(chosen) {
            known.life = Life::Pending;
            some = true;
        }
        match command {
            "start" => self.run_is_open = true,
            "retry" => self.run_is_open |= id.is_none() || some,
            "resume" => self.is_held = false,
            // If all files are cancelled, the queue does not report each of them.
            "cancel" => {
                for (other, known) in &mut self.files {
                    let is_it = id.is_none_or(|id| id == *other);
                    if is_it && !matches!(known.life, Life::Done | Life::Failed) {
                        known.life = Life::Cancelled;
                    }
                }
            }
            _ => {}
        }
    }

    fn destroy(&mut self) -> Checked {
        self.say(|| "destroy".into());
        self.is_destroyed = true;
        if !self.is(Sabotage::DestroyIsIgnored) {
            self.queue.destroy();
            self.running.clear();
        }
        Ok(())
    }
}
