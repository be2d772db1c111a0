//! A server for a test, and a client that sends what it is told to, well-formed or not.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use crate::support::program;

/// A server that ends with its value.
pub struct Serving {
    child: Child,
    /// Host and port.
    pub host: String,
    /// What it prints after its address.
    lines: Arc<Mutex<Vec<String>>>,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    head: String,
    pub body: Vec<u8>,
    /// Whether all of it arrived.
    pub is_whole: bool,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    /// All values of a header as one; empty if there is none.
    pub fn header(&self, name: &str) -> String {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .filter(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .collect::<Vec<_>>()
            .join(", ")
    }

    pub fn media(&self) -> String {
        self.header("content-type").split(';').next().unwrap().to_owned()
    }
}

impl Serving {
    /// A server with these arguments, at a port of its own.
    pub fn start(arguments: &[&str]) -> Self {
        let mut command = program();
        command.args(["serve", "--bind", "127.0.0.1:0"]).args(arguments);
        Self::of(command)
    }

    pub fn of(mut command: Command) -> Self {
        command.env_remove("CIVIGRAPH_TOKEN").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Self::spawned(command.spawn().unwrap())
    }

    pub fn spawned(mut child: Child) -> Self {
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut address = String::new();
        output.read_line(&mut address).unwrap();
        let lines = Arc::new(Mutex::new(Vec::new()));
        let errors = BufReader::new(child.stderr.take().unwrap());
        let (of_output, of_errors) = (Arc::clone(&lines), Arc::clone(&lines));
        let keep = |lines: &Mutex<Vec<String>>, line: String| lines.lock().unwrap().push(line);
        thread::spawn(move || output.lines().map_while(Result::ok).for_each(|line| keep(&of_output, line)));
        thread::spawn(move || errors.lines().map_while(Result::ok).for_each(|line| keep(&of_errors, line)));
        let host = address.trim().strip_prefix("http://").and_then(|rest| rest.strip_suffix('/'));
        let host = host.unwrap_or_else(|| panic!("no address: {address:?} {:?}", lines.lock())).to_owned();
        Self { child, host, lines }
    }

    /// The server with the default pack, which tests share.
    pub fn shared() -> Arc<Self> {
        static SHARED: Mutex<Weak<Serving>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let server = Arc::new(Self::start(&["--workers", "4"]));
            *shared = Arc::downgrade(&server);
            server
        })
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.host).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream
    }

    /// Sends bytes, and reads what comes until the server closes the connection.
    pub fn raw(&self, bytes: &[u8]) -> Answer {
        let mut stream = self.connect();
        // The server may close before it has read everything.
        let _ = stream.write_all(bytes);
        let mut all = Vec::new();
        let _ = stream.read_to_end(&mut all);
        answer(&all)
    }

    /// A request with these headers, as lines, and this body.
    pub fn send(&self, method: &str, path: &str, headers: &[&str], body: &[u8]) -> Answer {
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.host);
        for header in headers {
            request.push_str(header);
            request.push_str("\r\n");
        }
        if !body.is_empty() {
            request.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        request.push_str("\r\n");
        self.raw(&[request.as_bytes(), body].concat())
    }

    pub fn get(&self, path: &str, accept: &str) -> Answer {
        let accept = format!("Accept: {accept}");
        let headers: &[&str] = if accept.ends_with(": ") { &[] } else { &[&accept] };
        self.send("GET", path, headers, b"")
    }

    /// The answer to a query by GET.
    pub fn query(&self, query: &str, accept: &str) -> Answer {
        self.get(&format!("/sparql?query={}", escaped(query)), accept)
    }

    /// Waits until something is so.
    pub fn until(&self, what: &str, mut is_so: impl FnMut() -> bool) {
        for _ in 0..600 {
            if is_so() {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("{what}: {:?}", self.lines.lock().unwrap());
    }

    pub fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }

    /// The value of a metric.
    pub fn metric(&self, name: &str) -> u64 {
        let text = self.get("/metrics", "").text();
        let line = text.lines().find_map(|line| line.strip_prefix(&format!("civigraph_{name} ")));
        line.unwrap_or_else(|| panic!("{name} is not in\n{text}")).parse().unwrap()
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The processes of its workers.
    pub fn workers(&self) -> Vec<u32> {
        let own = self.id();
        let all = std::fs::read_dir("/proc").unwrap().flatten();
        let ids = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        let is_own = |id: &u32| {
            let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
            let after_name = stat.rsplit(')').next().unwrap_or_default();
            let mut fields = after_name.split_whitespace();
            let is_gone = fields.next() == Some("Z");
            !is_gone && fields.next() == Some(&own.to_string())
        };
        ids.filter(is_own).collect()
    }

    /// Sends it a signal by its name.
    pub fn signal(&self, name: &str) {
        signal(self.id(), name);
    }

    /// The exit code, when it has ended.
    pub fn wait(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

/// Sends a process a signal by its name.
pub fn signal(id: u32, name: &str) {
    let sent = Command::new("kill").args([format!("-{name}"), id.to_string()]).status().unwrap();
    assert!(sent.success(), "kill -{name} {id}");
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn answer(bytes: &[u8]) -> Answer {
    let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Answer { status: 0, head: String::new(), body: bytes.to_vec(), is_whole: false };
    };
    let head = String::from_utf8_lossy(&bytes[..at]).into_owned();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let rest = &bytes[at + 4..];
    let mut answer = Answer { status, head, body: rest.to_vec(), is_whole: true };
    if answer.header("transfer-encoding") == "chunked" {
        (answer.body, answer.is_whole) = without_chunks(rest);
    } else if let Ok(length) = answer.header("content-length").parse::<usize>() {
        answer.is_whole = rest.len() == length;
    }
    answer
}

/// The body in chunks, and whether the last one is there.
fn without_chunks(mut rest: &[u8]) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    loop {
        let Some(end) = rest.windows(2).position(|two| two == b"\r\n") else { return (body, false) };
        let length = std::str::from_utf8(&rest[..end]).unwrap();
        let length = usize::from_str_radix(length, 16).unwrap();
        rest = &rest[end + 2..];
        if length == 0 {
            return (body, true);
        }
        if rest.len() < length + 2 {
            body.extend_from_slice(rest);
            return (body, false);
        }
        body.extend_from_slice(&rest[..length]);
        rest = &rest[length + 2..];
    }
}

/// A text as the value of a parameter.
pub fn escaped(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}

/// A snapshot of Turtle in a folder.
pub fn snapshot(turtle: &str, folder: &Path) {
    let file = folder.join("data.ttl");
    std::fs::write(&file, turtle).unwrap();
    let store = folder.join("store");
    let mut command = program();
    command.args(["build", "--replace", "--data"]).arg(&file).arg("--store").arg(&store);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
