//! What the widget decides with no page around it.

mod news;
mod rows;
mod size;
mod tally;
