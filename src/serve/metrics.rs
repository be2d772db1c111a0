//! What the server counts, in the text format of Prometheus.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::pool::Pool;

/// Upper bounds of the durations, in seconds.
const BOUNDS: [f64; 8] = [0.001, 0.005, 0.025, 0.1, 0.5, 2.0, 10.0, 60.0];

/// The counters.
#[derive(Debug, Default)]
pub(super) struct Metrics {
    requests: Mutex<BTreeMap<(&'static str, u16), u64>>,
    durations: Mutex<BTreeMap<&'static str, Durations>>,
    n_killed: AtomicU64,
    n_reloads: AtomicU64,
    n_refused_snapshots: AtomicU64,
    n_connections: AtomicU64,
}

#[derive(Debug, Default)]
struct Durations {
    counts: [u64; BOUNDS.len()],
    n: u64,
    sum: f64,
}

impl Metrics {
    /// Counts a request of a kind, with the status and the time of its answer.
    pub fn count(&self, kind: &'static str, status: u16, took: Duration) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        *requests.entry((kind, status)).or_default() += 1;
        drop(requests);
        let seconds = took.as_secs_f64();
        let mut durations = self.durations.lock().unwrap_or_else(PoisonError::into_inner);
        let durations = durations.entry(kind).or_default();
        for (count, bound) in durations.counts.iter_mut().zip(BOUNDS) {
            *count += u64::from(seconds <= bound);
        }
        durations.n += 1;
        durations.sum += seconds;
    }

    pub fn count_killed(&self) {
        self.n_killed.fetch_add(1, Ordering::Relaxed);
    }

    pub fn count_snapshot(&self, is_taken_up: bool) {
        let counter = if is_taken_up { &self.n_reloads } else { &self.n_refused_snapshots };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub fn count_connection(&self) {
        self.n_connections.fetch_add(1, Ordering::Relaxed);
    }

    /// All of them as text.
    pub fn text(&self, pool: &Pool) -> String {
        let mut text = String::new();
        let mut family = |name: &str, kind: &str, help: &str, lines: &[(String, String)]| {
            let _ = writeln!(text, "# HELP civigraph_{name} {help}\n# TYPE civigraph_{name} {kind}");
            for (labels, value) in lines {
                let _ = writeln!(text, "civigraph_{name}{labels} {value}");
            }
        };
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let requests: Vec<(String, String)> = requests
            .iter()
            .map(|((kind, status), n)| (format!("{{kind=\"{kind}\",status=\"{status}\"}}"), n.to_string()))
            .collect();
        family("requests_total", "counter", "Requests by kind and status.", &requests);
        let mut buckets = Vec::new();
        for (kind, durations) in self.durations.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            for (count, bound) in durations.counts.iter().zip(BOUNDS) {
                buckets.push((format!("_bucket{{kind=\"{kind}\",le=\"{bound}\"}}"), count.to_string()));
            }
            buckets.push((format!("_bucket{{kind=\"{kind}\",le=\"+Inf\"}}"), durations.n.to_string()));
            buckets.push((format!("_sum{{kind=\"{kind}\"}}"), format!("{:.6}", durations.sum)));
            buckets.push((format!("_count{{kind=\"{kind}\"}}"), durations.n.to_string()));
        }
        family("request_seconds", "histogram", "Time until an answer began.", &buckets);
        let one = |n: String| [(String::new(), n)];
        let counter = |n: &AtomicU64| one(n.load(Ordering::Relaxed).to_string());
        family("workers_killed_total", "counter", "Workers ended at a limit.", &counter(&self.n_killed));
        family("snapshots_total", "counter", "Snapshots taken up.", &counter(&self.n_reloads));
        let refused = counter(&self.n_refused_snapshots);
        family("snapshots_refused_total", "counter", "Snapshots that could not be taken up.", &refused);
        family("connections_total", "counter", "Connections accepted.", &counter(&self.n_connections));
        let [n_waiting, n_running] = pool.load();
        family("requests_waiting", "gauge", "Requests that wait for a worker.", &one(n_waiting.to_string()));
        family("requests_running", "gauge", "Requests that a worker works on.", &one(n_running.to_string()));
        family("workers_idle", "gauge", "Workers without work.", &one(pool.idle().len().to_string()));
        family("triples", "gauge", "Triples of the snapshot.", &one(pool.ready().n_triples.to_string()));
        text
    }
}
