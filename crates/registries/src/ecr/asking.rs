//! Calls: reads again after a pause where that may help, writes once.

use std::time::Duration;

use aws_sdk_ecr::error::{ProvideErrorMetadata, SdkError};
use futures::future::BoxFuture;
use tracing::instrument::WithSubscriber as _;
use tracing::subscriber::NoSubscriber;

use super::errors::Judged;
use super::{Ecr, keys};
use crate::error::{RegistryError, Trouble};
use crate::http::Intent;
use crate::http::retry::{Again, Retry};

/// What one call of the SDK comes to.
pub(super) type Called<T, E> = BoxFuture<'static, Result<T, SdkError<E>>>;

impl Ecr {
    /// Makes a call that changes nothing.
    pub(super) async fn read<T, E>(
        &self,
        call: impl Fn() -> Called<T, E> + Send + Sync,
    ) -> Result<T, RegistryError>
    where
        T: Send,
        E: ProvideErrorMetadata + std::error::Error + Send + 'static,
    {
        let mut retry = Retry::new(&self.settings, &self.pacing);
        loop {
            let failed = match self.attempt(&call, Intent::Read).await {
                Ok(answer) => {
                    self.lanes.good_answer();
                    return Ok(answer);
                }
                Err(failed) => failed,
            };
            let Some(pause) = retry.pause(self.again(&failed)) else { return Err(failed.error) };
            tracing::debug!(host = %failed.error.host, ?pause, "waiting to try again");
            if let Some(on_wait) = &self.on_wait {
                on_wait(pause);
            }
            self.pacing.sleep(pause).await;
        }
    }

    /// Makes a call that changes something: once.
    pub(super) async fn write<T, E>(
        &self,
        call: impl Fn() -> Called<T, E> + Send + Sync,
    ) -> Result<T, RegistryError>
    where
        T: Send,
        E: ProvideErrorMetadata + std::error::Error + Send + 'static,
    {
        self.attempt(&call, Intent::Write).await.map_err(|failed| failed.error)
    }

    async fn attempt<T, E>(
        &self,
        call: &(impl Fn() -> Called<T, E> + Send + Sync),
        intent: Intent,
    ) -> Result<T, Judged>
    where
        T: Send,
        E: ProvideErrorMetadata + std::error::Error + Send + 'static,
    {
        let _lane = self.lanes.enter().await;
        // Asked for first, since the SDK tells no kind of trouble with keys from another.
        if let Err(error) = Box::pin(self.keys.get()).with_subscriber(NoSubscriber::new()).await {
            return Err(Judged { error: self.error(keys::trouble_of(&error)), again: false });
        }
        // The SDK traces what it signs, and with it session tokens.
        let outcome = call().with_subscriber(NoSubscriber::new()).await;
        let error = match outcome {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        let judged = self.judge(&error, intent);
        if judged.error.trouble == Trouble::TokenExpired {
            self.keys.forget().await;
        }
        Err(judged)
    }

    /// Whether a read may be sent again. AWS throttles mostly without a word on how long.
    fn again(&self, failed: &Judged) -> Again {
        match failed.error.trouble {
            _ if !failed.again => Again::Never,
            Trouble::RateLimited(seconds) => {
                self.lanes.slow_down();
                Again::WhenAllowed(seconds.map(|seconds| Duration::from_secs(seconds.into())))
            }
            _ => Again::AfterFailure,
        }
    }
}
