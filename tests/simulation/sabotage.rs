//! Faults that are built into the model on purpose, one at a time. If one of them is not found, the check
//! that should find it is worth nothing.

use crate::checks::Promise;

/// A fault of the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sabotage {
    /// The backend returns the same URL every time, and the host accepts it every time.
    OneUrlForAll,
    /// The host answers with a media object and stores nothing.
    StoresNothing,
    /// Backend and host forget the keys that they promised to remember.
    ForgetsKeys,
    /// The page gets a smaller progress than before.
    ProgressGoesBack,
    /// The page gets 100 % when the last byte is sent.
    EarlyHundred,
    /// The queue gets a higher limit than the page has set.
    OneFileMore,
    /// The endpoint is asked about a cancelled file.
    CancelIsIgnored,
    /// The queue continues after it was destroyed.
    DestroyIsIgnored,
    /// The end of a run is not reported.
    CompleteIsLost,
    /// The end of a run is reported twice.
    CompleteTwice,
    /// The connection never comes back.
    OfflineForEver,
    /// The queue gets one delay more than the page has set.
    OneRetryMore,
    /// Time passes twice as fast for the queue as for the world.
    FastClock,
    /// A stopped action continues.
    StopIsIgnored,
    /// A retry is not announced.
    AnnouncementIsLost,
    /// A store accepts bytes that don't match their checksum.
    StoreTakesAnything,
    /// The backend lists no parts.
    ListIsEmpty,
    /// The backend does not say which chunks the host has.
    ReceivedIsLost,
    /// Saved sessions are lost at a reload.
    ReloadForgets,
    /// The queue gets more parallel pieces than the page has set.
    OnePieceMore,
    /// The upload of a cancelled file is not aborted.
    AbortIsIgnored,
    /// An upload that is gone stays saved.
    ForgetIsIgnored,
    /// A stored part is not recorded.
    PartIsNotKept,
    /// Stopping one action stops all actions of its file.
    StopStopsAll,
    /// The page hears that fewer bytes are stored than there are when an upload is resumed.
    ResumedTellsLess,
    /// The backend always signs the same URL for a part.
    OneUrlForEachPart,
    /// The page gets a progress of more bytes than were sent.
    ProgressRunsAhead,
    /// The queue has no timeouts.
    WaitsForEver,
}

impl Sabotage {
    /// All sabotages, each with the promise that it breaks.
    pub const ALL: [(Self, Promise); 28] = [
        (Self::OneUrlForAll, Promise::UrlWorksOnce),
        (Self::StoresNothing, Promise::SuccessIsStored),
        (Self::ForgetsKeys, Promise::OneMediaPerKey),
        (Self::ProgressGoesBack, Promise::ProgressIsTrue),
        (Self::EarlyHundred, Promise::ProgressIsTrue),
        (Self::OneFileMore, Promise::Limit),
        (Self::CancelIsIgnored, Promise::NothingAfterTheEnd),
        (Self::DestroyIsIgnored, Promise::NothingAfterTheEnd),
        (Self::CompleteIsLost, Promise::EveryRunEnds),
        (Self::CompleteTwice, Promise::CompleteOnce),
        (Self::OfflineForEver, Promise::EveryRunEnds),
        (Self::OneRetryMore, Promise::BoundedRetries),
        (Self::FastClock, Promise::WaitsAsAnnounced),
        (Self::StopIsIgnored, Promise::OneThingAtATime),
        (Self::AnnouncementIsLost, Promise::Announced),
        (Self::StoreTakesAnything, Promise::SuccessIsStored),
        (Self::ListIsEmpty, Promise::StoredIsNotResent),
        (Self::ReceivedIsLost, Promise::StoredIsNotResent),
        (Self::ReloadForgets, Promise::StoredIsNotResent),
        (Self::OnePieceMore, Promise::PieceLimit),
        (Self::AbortIsIgnored, Promise::NothingIsLeftOpen),
        (Self::ForgetIsIgnored, Promise::BeginsAfresh),
        (Self::PartIsNotKept, Promise::CompletionNamesAll),
        (Self::StopStopsAll, Promise::EachPieceAlone),
        (Self::ResumedTellsLess, Promise::ResumedIsTrue),
        (Self::OneUrlForEachPart, Promise::ExpiredIsReplaced),
        (Self::ProgressRunsAhead, Promise::ProgressIsTrue),
        (Self::WaitsForEver, Promise::EveryRunEnds),
    ];
}
