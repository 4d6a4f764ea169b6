//! The widget's decisions, without a page.

mod announcer;
mod counts;
mod messages;
mod rows;
mod size;
