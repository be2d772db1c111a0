//! A server that answers as a test wants, on a port of its own, until it is dropped. It can be an
//! engine: it then answers queries from a graph of ours.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Output;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use civigraph::ask::{Answer, collect};
use civigraph::export::{ResultFormat, TableStyle, write_boolean, write_rows};
use civigraph::graph::{Graph, Prefixes, n_quads_line};
use civigraph::sparql::Query;

use crate::support::program;

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    pub path: String,
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The fields of the form in the body.
    pub form: Vec<(String, String)>,
    /// How many requests came before.
    pub n_before: usize,
}

impl Asked {
    pub fn query(&self) -> &str {
        self.form.iter().find(|(name, _)| name == "query").map_or("", |(_, value)| value)
    }
}

/// What is sent back.
pub enum Reply {
    /// Status, headers and body.
    Whole(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// Bytes as they are, and the connection is closed.
    Raw(Vec<u8>),
    /// Nothing, and the connection stays open.
    Hang,
    /// A body without an end.
    Endless,
}

pub fn json(body: &str) -> Reply {
    Reply::Whole(200, vec![("Content-Type", "application/sparql-results+json".to_owned())], body.as_bytes().to_vec())
}

pub fn status(status: u16, text: &str) -> Reply {
    Reply::Whole(status, vec![("Content-Type", "text/plain".to_owned())], text.as_bytes().to_vec())
}

type Script = dyn Fn(&Asked) -> Reply + Send + Sync;

pub struct MockEngine {
    address: SocketAddr,
    stops: Arc<AtomicBool>,
    pub asked: Arc<Mutex<Vec<Asked>>>,
}

impl MockEngine {
    pub fn start(script: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (stops, asked) = (Arc::new(AtomicBool::new(false)), Arc::default());
        let server =
            Self { address: listener.local_addr().unwrap(), stops: Arc::clone(&stops), asked: Arc::clone(&asked) };
        let script: Arc<Script> = Arc::new(script);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if stops.load(Ordering::Relaxed) {
                    return;
                }
                let (script, stops, asked) = (Arc::clone(&script), Arc::clone(&stops), Arc::clone(&asked));
                thread::spawn(move || {
                    // A client that has seen enough closes the connection.
                    let _ = serve(stream.unwrap(), &script, &stops, &asked);
                });
            }
        });
        server
    }

    pub fn url(&self) -> String {
        format!("http://{}/query", self.address)
    }

    /// An engine that answers from a graph, with at most so many rows and without a word about it.
    pub fn of_graph(graph: &Graph, cap: usize) -> Self {
        let graph = graph.clone();
        Self::start(move |asked| answer(&graph, asked.query(), cap))
    }

    pub fn n_asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    /// The program with this engine as its store.
    pub fn run(&self, arguments: &[&str]) -> Output {
        program().args(arguments).args(["--store", &self.url()]).output().unwrap()
    }
}

impl Drop for MockEngine {
    fn drop(&mut self) {
        self.stops.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(stream: TcpStream, script: &Script, stops: &AtomicBool, log: &Mutex<Vec<Asked>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut stream = stream;
    loop {
        let mut first = String::new();
        if reader.read_line(&mut first)? == 0 {
            return Ok(());
        }
        let mut words = first.split_whitespace().map(str::to_owned);
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let mut headers = BTreeMap::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
        assert!(!headers.contains_key("transfer-encoding"), "a body without its length: {headers:?}");
        let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let form = form(&String::from_utf8(body).unwrap());
        let asked = {
            let mut log = log.lock().unwrap();
            let asked = Asked { method, path, headers, form, n_before: log.len() };
            log.push(asked.clone());
            asked
        };
        match script(&asked) {
            Reply::Whole(status, headers, body) => {
                let mut head = format!("HTTP/1.1 {status} Said\r\nContent-Length: {}\r\n", body.len());
                headers.iter().for_each(|(name, value)| head.push_str(&format!("{name}: {value}\r\n")));
                stream.write_all(format!("{head}\r\n").as_bytes())?;
                stream.write_all(&body)?;
            }
            Reply::Raw(bytes) => return stream.write_all(&bytes),
            Reply::Hang => {
                while !stops.load(Ordering::Relaxed) {
                    thread::yield_now();
                    thread::sleep(std::time::Duration::from_millis(20));
                }
                return Ok(());
            }
            Reply::Endless => {
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\n\r\n")?;
                while !stops.load(Ordering::Relaxed) {
                    stream.write_all(&[b' '; 65_536])?;
                }
                return Ok(());
            }
        }
    }
}

fn form(body: &str) -> Vec<(String, String)> {
    let decode = |text: &str| {
        let (mut bytes, mut rest) = (Vec::new(), text.bytes());
        while let Some(byte) = rest.next() {
            match byte {
                b'+' => bytes.push(b' '),
                b'%' => {
                    let digits = [rest.next().unwrap(), rest.next().unwrap()];
                    bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
                }
                other => bytes.push(other),
            }
        }
        String::from_utf8(bytes).unwrap()
    };
    let pairs = body.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (decode(name), decode(value))).collect()
}

/// The answer to a query, as an engine gives it whose default graph is the union of all graphs.
pub fn answer(graph: &Graph, text: &str, cap: usize) -> Reply {
    // The program must send all that its query needs.
    let query = match Query::parse("sent", text, &Prefixes::none()) {
        Ok(query) => query,
        Err(fault) => return status(400, &format!("{fault}")),
    };
    let mut body = Vec::new();
    let media_type = match collect(graph, &query) {
        Err(error) => return status(500, &error.to_string()),
        Ok(Answer::Rows(mut rows)) => {
            rows.rows.truncate(cap);
            write_rows(ResultFormat::Json, &rows, &Prefixes::none(), &TableStyle::default(), &mut body).unwrap();
            "application/sparql-results+json"
        }
        Ok(Answer::Boolean(answer)) => {
            write_boolean(ResultFormat::Json, answer, &mut body).unwrap();
            "application/sparql-results+json"
        }
        Ok(Answer::Triples(quads)) => {
            let lines: Vec<String> = quads.iter().take(cap).map(|quad| format!("{}\n", n_quads_line(quad))).collect();
            body = lines.concat().into_bytes();
            "application/n-triples"
        }
    };
    Reply::Whole(200, vec![("Content-Type", media_type.to_owned())], body)
}
