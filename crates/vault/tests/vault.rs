//! The vault over a store that tests hold in their hands.
#![allow(missing_docs)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)] // Tests fail loudly, helpers too.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use tagwarden_vault::{
    ExposeSecret, Keep, Keychain, KeychainState, SERVICE, SecretStore, SecretString, Vault, VaultError,
};

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

fn mock() -> (Vault, Arc<keyring_core::CredentialStore>) {
    let store: Arc<keyring_core::CredentialStore> = keyring_core::mock::Store::new().unwrap();
    (Vault::new(Arc::new(Keychain::with_store(Arc::clone(&store)))), store)
}

/// Makes the next call for `name` fail.
fn fail_next(store: &Arc<keyring_core::CredentialStore>, name: &str, error: keyring_core::Error) {
    let entry = store.build(SERVICE, name, None).unwrap();
    let cred: &keyring_core::mock::Cred = entry.as_any().downcast_ref().unwrap();
    cred.set_error(error);
}

#[tokio::test]
async fn a_secret_in_the_keychain_can_be_read_replaced_and_removed() {
    let (vault, _) = mock();
    vault.put("connection/1", secret("one"), Keep::Keychain).await.unwrap();
    vault.put("connection/1", secret("two"), Keep::Keychain).await.unwrap();
    assert_eq!(vault.get("connection/1").await.unwrap().expose_secret(), "two");
    assert_eq!(vault.kept_in("connection/1"), None);
    vault.remove("connection/1").await.unwrap();
    let missing = vault.get("connection/1").await.unwrap_err();
    assert_eq!(missing, VaultError::Missing { name: "connection/1".into() });
    vault.remove("connection/1").await.unwrap();
}

#[tokio::test]
async fn a_secret_of_the_session_never_reaches_the_keychain() {
    let (vault, store) = mock();
    vault.put("connection/1", secret("one"), Keep::Session).await.unwrap();
    assert_eq!(vault.kept_in("connection/1"), Some(Keep::Session));
    assert_eq!(vault.clone().get("connection/1").await.unwrap().expose_secret(), "one");
    let entry = store.build(SERVICE, "connection/1", None).unwrap();
    assert!(matches!(entry.get_password(), Err(keyring_core::Error::NoEntry)));
    vault.remove("connection/1").await.unwrap();
    assert!(matches!(vault.get("connection/1").await, Err(VaultError::Missing { .. })));
}

#[tokio::test]
async fn a_session_copy_survives_a_keychain_that_refuses_and_goes_once_it_accepts() {
    let (vault, store) = mock();
    vault.put("connection/1", secret("one"), Keep::Session).await.unwrap();
    let locked = keyring_core::Error::NoStorageAccess(Box::new(std::io::Error::other("locked")));
    fail_next(&store, "connection/1", locked);
    let refused = vault.put("connection/1", secret("two"), Keep::Keychain).await;
    assert_eq!(refused, Err(VaultError::Locked));
    assert_eq!(vault.get("connection/1").await.unwrap().expose_secret(), "one");
    vault.put("connection/1", secret("two"), Keep::Keychain).await.unwrap();
    assert_eq!(vault.kept_in("connection/1"), None);
    assert_eq!(vault.get("connection/1").await.unwrap().expose_secret(), "two");
}

#[tokio::test]
async fn a_stale_connection_to_the_keychain_is_made_anew_unnoticed() {
    let (vault, store) = mock();
    vault.put("connection/1", secret("one"), Keep::Keychain).await.unwrap();
    let stale = keyring_core::Error::PlatformFailure(Box::new(std::io::Error::other("gone")));
    fail_next(&store, "connection/1", stale);
    assert_eq!(vault.get("connection/1").await.unwrap().expose_secret(), "one");
}

#[tokio::test]
async fn nothing_printed_shows_a_secret() {
    let (vault, store) = mock();
    vault.put("connection/1", secret("glpat-canary"), Keep::Session).await.unwrap();
    vault.put("connection/2", secret("glpat-canary"), Keep::Keychain).await.unwrap();
    let bad = keyring_core::Error::BadEncoding(b"glpat-canary".to_vec());
    fail_next(&store, "connection/2", bad);
    let got = vault.get("connection/1").await.unwrap();
    let error = vault.get("connection/2").await.unwrap_err();
    let printed = format!("{vault:?} {got:?} {error:?} {error}");
    assert!(!printed.contains("canary") && !printed.contains("103, 108"), "{printed}");
}

/// A keychain whose owner does not answer the prompt until the test says so.
#[derive(Default)]
struct Prompting {
    answered: Mutex<bool>,
    changed: Condvar,
    calls: Mutex<u32>,
}

impl Prompting {
    fn answer(&self) {
        *self.answered.lock().unwrap() = true;
        self.changed.notify_all();
    }

    fn wait(&self) {
        *self.calls.lock().unwrap() += 1;
        let answered = self.answered.lock().unwrap();
        drop(self.changed.wait_while(answered, |answered| !*answered).unwrap());
    }
}

impl SecretStore for Prompting {
    fn get(&self, _: &str) -> Result<SecretString, VaultError> {
        self.wait();
        Ok(secret("one"))
    }

    fn set(&self, _: &str, _: &SecretString) -> Result<(), VaultError> {
        self.wait();
        Ok(())
    }

    fn delete(&self, _: &str) -> Result<(), VaultError> {
        self.wait();
        Ok(())
    }

    fn probe(&self) -> KeychainState {
        self.wait();
        KeychainState::Available
    }
}

#[tokio::test]
async fn a_prompt_nobody_answers_holds_nothing_up_and_works_once_it_is_answered() {
    let store = Arc::new(Prompting::default());
    let vault = Vault::with_time_limit(store.clone(), Duration::from_millis(20));
    assert_eq!(vault.get("connection/1").await.unwrap_err(), VaultError::TimedOut);
    assert_eq!(vault.state().await, KeychainState::Locked);
    // Asking again opens no second prompt while the first is still open.
    assert_eq!(vault.get("connection/1").await.unwrap_err(), VaultError::TimedOut);
    assert_eq!(*store.calls.lock().unwrap(), 2, "one read, one probe");
    // A secret of the session is not held up by any of it.
    vault.put("connection/2", secret("two"), Keep::Session).await.unwrap();
    assert_eq!(vault.get("connection/2").await.unwrap().expose_secret(), "two");

    store.answer();
    let patient = Vault::new(store);
    assert_eq!(patient.get("connection/1").await.unwrap().expose_secret(), "one");
    assert_eq!(patient.state().await, KeychainState::Available);
}
