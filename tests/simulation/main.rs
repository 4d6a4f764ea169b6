//! Runs the real queue in simulated worlds: with a network, a host, a backend, a clock and people that all
//! behave as badly as possible. Certain promises must hold nevertheless.
//!
//! A world depends on its seed only. `SIMULATION_SCHEDULES=5000000` runs more worlds, and
//! `SIMULATION_SEED=…` runs one world and tells its story.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod bodies;
mod checks;
mod files;
mod happening;
mod memory;
mod pieces;
mod plan;
mod questions;
mod sabotage;
mod schedule;
mod servers;
mod shell;
mod tasks;
mod user;
mod wire;
mod world;

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use checks::{Broken, Promise};
use sabotage::Sabotage;
use schedule::{Choices, shrink};
use world::World;

/// The number of worlds in a run, unless the environment asks for more.
const SCHEDULES: u64 = 300_000;

/// The number of worlds within which each sabotage must be found.
const SABOTAGED: u64 = 5_000;

/// Runs a world. A panic counts as a run that never ends.
fn run(choices: Choices, sabotage: Option<Sabotage>) -> (Option<Broken>, World) {
    let mut world = World::new(choices, sabotage);
    let checked = catch_unwind(AssertUnwindSafe(|| world.run()));
    let broken = match checked {
        Ok(checked) => checked.err(),
        Err(_) => Some(Broken { promise: Promise::EveryRunEnds, words: "it panicked".into() }),
    };
    (broken, world)
}

/// Returns the first of these seeds that breaks a promise.
fn hunt(seeds: impl Iterator<Item = u64>, sabotage: Option<Sabotage>) -> Option<(u64, Broken)> {
    seeds.into_iter().find_map(|seed| {
        let (broken, _) = run(Choices::from_seed(seed), sabotage);
        broken.map(|broken| (seed, broken))
    })
}

/// Shrinks a failing world, and returns its story.
fn explain(seed: u64, broken: &Broken, sabotage: Option<Sabotage>) -> String {
    let (_, world) = run(Choices::from_seed(seed), sabotage);
    let made = shrink(world.choices.into_made(), |made| {
        let (found, world) = run(Choices::replay(made), sabotage);
        found.filter(|found| found.promise == broken.promise)?;
        Some(world.choices.into_made())
    });
    let mut world = World::new(Choices::replay(made), sabotage);
    world.story = Some(Vec::new());
    let words = catch_unwind(AssertUnwindSafe(|| world.run())).map_or_else(
        |_| "it panicked".into(),
        |checked| checked.err().map_or_else(String::new, |broken| broken.words),
    );
    let story = world.story.unwrap_or_default().join("\n");
    format!("{:?}: {words}\n\nSIMULATION_SEED={seed}, shrunk:\n{story}\n", broken.promise)
}

fn variable(name: &str) -> Option<u64> {
    env::var(name).ok()?.parse().ok()
}

#[test]
fn every_promise_holds_in_every_world() {
    if let Some(seed) = variable("SIMULATION_SEED") {
        let (broken, _) = run(Choices::from_seed(seed), None);
        let broken = broken.map(|broken| explain(seed, &broken, None));
        assert!(broken.is_none(), "{}", broken.unwrap_or_default());
        return;
    }
    let schedules = variable("SIMULATION_SCHEDULES").unwrap_or(SCHEDULES);
    let threads = thread::available_parallelism().map_or(1, |count| count.get() as u64);
    let found = thread::scope(|scope| {
        let hunters: Vec<_> = (0..threads)
            .map(|first| {
                scope.spawn(move || hunt((first..schedules).step_by(threads as usize), None))
            })
            .collect();
        hunters.into_iter().find_map(|hunter| hunter.join().expect("a hunter"))
    });
    if let Some((seed, broken)) = found {
        panic!("{}", explain(seed, &broken, None));
    }
    println!("{schedules} schedules, and every promise held");
}

#[test]
fn each_sabotage_is_found() {
    for (sabotage, promise) in Sabotage::ALL {
        let found = (0..SABOTAGED).find_map(|seed| {
            run(Choices::from_seed(seed), Some(sabotage))
                .0
                .filter(|broken| broken.promise == promise)
        });
        assert!(found.is_some(), "{sabotage:?} breaks {promise:?}, and nobody noticed");
    }
}

#[test]
fn a_failing_schedule_is_shrunk() {
    let sabotage = Some(Sabotage::StoresNothing);
    let (seed, broken) = hunt(0..SABOTAGED, sabotage).expect("it is found");
    let story = explain(seed, &broken, sabotage);
    assert!(story.lines().count() < 40, "a story for a person to read:\n{story}");
}
