//! Shows what was kept of an answer at once, before the store itself gives it.

use std::sync::PoisonError;

use flowdeck_surface::client::port::{HistoryMark, HistoryPart};
use flowdeck_surface::client::{Environment, MetricKey, Result, RunId, Session};
use futures::TryStreamExt;

use super::answers;
use super::worker::{Teller, now};
use crate::app::effect::Question;
use crate::app::message::Answer;

/// Tells what was kept of the answer, if it is all of it; answers with the question that is left for the store.
///
/// Nothing is told where there is no cache, nothing in it, or a list of which it has a part only.
pub(super) async fn tell(
    question: Question,
    session: &Session,
    environment: &Environment,
    teller: &Teller,
) -> Question {
    // A server that was lost is answered for by the cache anyhow.
    let Some(kept) = session.kept().filter(|_| !session.is_out_of_reach()) else {
        return question;
    };
    if let Question::History(run, key, None) = question {
        // What follows the points that are kept is all that the store is asked for.
        let mark = tell_history(&run, &key, kept, teller).await.unwrap_or_default();
        return Question::History(run, key, mark);
    }
    let (gathering, gathered) = teller.gathering();
    if let Err(failure) = answers::answer(question.clone(), kept, environment, &gathering).await {
        tracing::debug!(%failure, "nothing was kept of it");
        return question;
    }
    let answers = std::mem::take(&mut *gathered.lock().unwrap_or_else(PoisonError::into_inner));
    if answers.iter().all(is_whole) {
        let read_at = kept.as_of().unwrap_or_else(now);
        for answer in answers {
            teller.tell_kept(answer, read_at).await;
        }
    }
    question
}

async fn tell_history(
    run: &RunId,
    key: &MetricKey,
    kept: &Session,
    teller: &Teller,
) -> Result<Option<HistoryMark>> {
    let mut parts = kept.history_after(run, key, None);
    let mut mark = None;
    while let Some(part) = parts.try_next().await? {
        if let HistoryPart::End(end) = &part {
            mark.clone_from(end);
        }
        let read_at = kept.as_of().unwrap_or_else(now);
        teller.tell_kept(Answer::History(part), read_at).await;
    }
    Ok(mark)
}

/// Whether a list has all that the store had; of other answers there is no part.
fn is_whole(answer: &Answer) -> bool {
    match answer {
        Answer::Experiments(listing) => listing.warnings.is_empty(),
        Answer::Runs { warnings, .. } => warnings.is_empty(),
        Answer::Activities(activities) => activities.is_complete,
        _ => true,
    }
}
