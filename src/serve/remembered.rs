//! Short answers that are given again: the snapshot does not change, so neither do they.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use super::message::Head;

use crate::octets::hex;

/// The most bytes that all of them have together.
const MOST: usize = 64 * 1024 * 1024;

/// The longest answer that is remembered.
const LONGEST: usize = 64 * 1024;

/// What stands for a request to a snapshot; it is also its entity tag.
pub(super) type RequestKey = [u8; 16];

/// The key of a request.
pub(super) fn key(digest: &str, request: &[u8]) -> RequestKey {
    let mut hasher = Sha256::new();
    for part in [env!("CARGO_PKG_VERSION").as_bytes(), b"\0", digest.as_bytes(), b"\0", request] {
        hasher.update(part);
    }
    let mut key = RequestKey::default();
    key.copy_from_slice(&hasher.finalize()[..16]);
    key
}

/// The entity tag for a key, with its quotes.
pub(super) fn entity_tag(key: &RequestKey) -> String {
    format!("\"{}\"", hex(key))
}

/// Answers by their requests. The oldest goes first.
#[derive(Debug, Default)]
pub(super) struct Remembered(Mutex<RememberedAnswers>);

#[derive(Debug, Default)]
struct RememberedAnswers {
    answers: HashMap<RequestKey, (Head, Bytes)>,
    order: VecDeque<RequestKey>,
    n_bytes: usize,
}

impl Remembered {
    /// The answer to a request, if it is known.
    pub fn get(&self, key: &RequestKey) -> Option<(Head, Bytes)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).answers.get(key).cloned()
    }

    /// Remembers an answer, if it is short and always the same.
    pub fn put(&self, key: RequestKey, head: &Head, body: &Bytes) {
        if !head.is_stable || body.len() > LONGEST {
            return;
        }
        // The bytes may be a part of a larger buffer, which would be kept with them.
        let body = Bytes::copy_from_slice(body);
        let cost = |body: &Bytes| body.len() + 512;
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.n_bytes += cost(&body);
        match all.answers.insert(key, (head.clone(), body)) {
            Some((_, old)) => all.n_bytes -= cost(&old),
            None => all.order.push_back(key),
        }
        while all.n_bytes > MOST
            && let Some(oldest) = all.order.pop_front()
        {
            if let Some((_, body)) = all.answers.remove(&oldest) {
                all.n_bytes -= cost(&body);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_that_may_change_and_long_ones_are_not_remembered_and_the_oldest_go_first() {
        let remembered = Remembered::default();
        let stable = Head { status: 200, is_stable: true, ..Head::default() };
        let key_of = |n: usize| key("snapshot", n.to_string().as_bytes());
        remembered.put(key_of(0), &Head { is_stable: false, ..stable.clone() }, &Bytes::from_static(b"x"));
        remembered.put(key_of(0), &stable, &Bytes::from(vec![0; LONGEST + 1]));
        assert!(remembered.get(&key_of(0)).is_none());
        let n = MOST / LONGEST + 10;
        for at in 0..n {
            remembered.put(key_of(at), &stable, &Bytes::from(vec![0; LONGEST]));
        }
        assert!(remembered.get(&key_of(0)).is_none());
        assert!(remembered.get(&key_of(n - 1)).is_some());
        assert!(remembered.0.lock().unwrap().n_bytes <= MOST);
    }

    #[test]
    fn another_snapshot_or_request_has_another_tag() {
        let tags =
            [("a", "b"), ("a", "c"), ("b", "b"), ("ab", "")].map(|(digest, request)| key(digest, request.as_bytes()));
        for (index, tag) in tags.iter().enumerate() {
            assert!(!tags[..index].contains(tag));
        }
        assert_eq!(entity_tag(&[1; 16]), format!("\"{}\"", "01".repeat(16)));
    }
}
