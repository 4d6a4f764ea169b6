//! The properties of a world: the page's options, and how much goes wrong.

use std::rc::Rc;

use ittybit_uploader::queue;
use ittybit_uploader::transfer;

use crate::memory::new_key;
use crate::sabotage::Sabotage;
use crate::schedule::Choices;

/// Chosen before anything happens. Frequencies are in percent, times in ms.
pub struct Plan {
    pub limit: usize,
    pub parallel_parts: usize,
    pub auto_proceed: bool,
    /// The chunk size that the page sets, in bytes, if any.
    pub chunk_size: Option<u64>,
    pub retry_delays: Vec<f64>,
    pub asks_app: bool,
    pub stall_timeout: f64,
    pub response_timeout: f64,
    /// Whether backend and host recognise the key of a stored file.
    pub idempotent: bool,
    pub faults: u32,
    /// How often a handler calls back into the queue.
    pub nested: u32,
    /// How often the browser reports something about a cancelled action.
    pub echoes: u32,
    pub late_timers: u32,
    /// How often the outcome of an action is lost, whatever the action is.
    pub losses: u32,
    /// Whether the browser always says that it is offline, and is wrong.
    pub misled: bool,
    /// How often another window holds the upload that this one wants to continue.
    pub taken: u32,
    seed: u64,
}

impl Plan {
    pub fn choose(choices: &mut Choices) -> Self {
        let delays: &[&[f64]] = &[&[500.0, 1_000.0, 3_000.0], &[], &[100.0], &[0.0, 40_000.0]];
        Self {
            limit: choices.pick(&[1, 2, 3]),
            parallel_parts: choices.pick(&[2, 1, 4]),
            auto_proceed: choices.chance(25),
            chunk_size: choices.pick(&[None, None, Some(13)]),
            retry_delays: choices.pick(delays).to_vec(),
            asks_app: choices.chance(20),
            stall_timeout: choices.pick(&[30_000.0, 600.0]),
            response_timeout: choices.pick(&[300_000.0, 900.0]),
            idempotent: choices.below(3) < 2,
            faults: choices.pick(&[0, 15, 40, 75]),
            nested: choices.pick(&[0, 0, 5]),
            echoes: choices.pick(&[0, 0, 25]),
            late_timers: choices.pick(&[0, 25]),
            losses: choices.pick(&[0, 0, 10]),
            misled: choices.chance(10),
            taken: choices.pick(&[0, 0, 20]),
            seed: u64::from(choices.below(1_000)),
        }
    }

    /// Returns the queue's settings for this plan.
    pub fn settings(&self, sabotage: Option<Sabotage>) -> queue::Settings {
        let mut retry_delays = self.retry_delays.clone();
        if sabotage == Some(Sabotage::OneRetryMore) {
            retry_delays.push(100.0);
        }
        let is_patient = sabotage == Some(Sabotage::WaitsForEver);
        let timeout = |timeout: f64| if is_patient { 0.0 } else { timeout };
        queue::Settings {
            transfer: Rc::new(transfer::Settings {
                retry_delays,
                chunk_size: self.chunk_size,
                asks_app: self.asks_app,
                stall_timeout: timeout(self.stall_timeout),
                response_timeout: timeout(self.response_timeout),
                origins: "https://app.example".into(),
                endpoint: Some("https://app.example/api/uploads".into()),
                remembers_from: 0,
                new_key,
                ..transfer::Settings::default()
            }),
            limit: self.limit + usize::from(sabotage == Some(Sabotage::OneFileMore)),
            parallel_parts: self.parallel_parts
                + usize::from(sabotage == Some(Sabotage::OnePieceMore)),
            auto_proceed: self.auto_proceed,
            seed: self.seed,
            ..queue::Settings::default()
        }
    }
}
