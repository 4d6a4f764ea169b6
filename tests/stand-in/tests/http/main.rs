//! The stand-in, the local store and the demo over real HTTP, on loopback ports that the system picks.
//! One binary, because each links for seconds.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod demo;
mod demo_parts;
mod faults;
mod faults_plan;
mod host;
mod host_limits;
mod idempotency;
mod resumable;
mod store;
mod store_faults;
