//! Faults built into the model on purpose, one at a time: each must be found, or the check that is
//! meant to find it is worth nothing.

use crate::checks::Promise;

/// What is made wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sabotage {
    /// The backend hands out one URL again and again, and the host takes it each time.
    OneUrlForAll,
    /// The host answers with a media object and stores nothing.
    StoresNothing,
    /// Backend and host forget the keys that they promised to know.
    ForgetsKeys,
    /// The page is told less than it was told before.
    ProgressGoesBack,
    /// The page is told 100 % when the last byte is sent.
    EarlyHundred,
    /// The queue is given a higher limit than the page set.
    OneFileMore,
    /// A cancelled file is asked about all the same.
    CancelIsIgnored,
    /// The queue goes on after it was destroyed.
    DestroyIsIgnored,
    /// Nobody is told that a run is over.
    CompleteIsLost,
    /// It is told twice.
    CompleteTwice,
    /// The connection never comes back.
    OfflineForEver,
    /// The queue is given one delay more than the page set.
    OneRetryMore,
    /// Time passes twice as fast for the queue as for the world.
    FastClock,
    /// What is to be stopped runs on.
    StopIsIgnored,
    /// An attempt is not announced.
    AnnouncementIsLost,
    /// A store takes bytes that are not those of the checksum.
    StoreTakesAnything,
    /// The backend lists no parts.
    ListIsEmpty,
    /// The backend does not say which chunks the host has.
    ReceivedIsLost,
    /// What an earlier visit has saved is lost.
    ReloadForgets,
    /// The queue is given more pieces at a time than the page set.
    OnePieceMore,
    /// Nobody gives up an upload that was cancelled.
    AbandonIsIgnored,
    /// An upload that is gone is remembered all the same.
    ForgetIsIgnored,
    /// A part that is stored is not remembered.
    PartIsNotKept,
    /// Where one thing is to be stopped, all of its file's are.
    StopStopsAll,
    /// The page is told that an upload goes on from further back than it does.
    ResumedTellsLess,
    /// The backend signs one URL for a part, whatever becomes of it.
    OneUrlForEachPart,
    /// The page is told of more bytes than have left.
    ProgressRunsAhead,
    /// The queue is given no timeouts.
    WaitsForEver,
}

impl Sabotage {
    /// Each, and the promise that it breaks.
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
        (Self::AbandonIsIgnored, Promise::NothingIsLeftOpen),
        (Self::ForgetIsIgnored, Promise::BeginsAfresh),
        (Self::PartIsNotKept, Promise::CompletionNamesAll),
        (Self::StopStopsAll, Promise::EachPieceAlone),
        (Self::ResumedTellsLess, Promise::ResumedIsTrue),
        (Self::OneUrlForEachPart, Promise::ExpiredIsReplaced),
        (Self::ProgressRunsAhead, Promise::ProgressIsTrue),
        (Self::WaitsForEver, Promise::EveryRunEnds),
    ];
}
