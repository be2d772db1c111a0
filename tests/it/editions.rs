//! Evidence carried over to another edition of its text. The synthetic text is made by a seed; that
//! of the default pack is not part of the repository, and is changed by a seed where it is there.

use std::fs;
use std::path::Path;
use std::process::Output;

use civigraph::graph::digest;
use serde_json::Value;

use crate::evidence::{pack, yearbook};
use crate::support::{TestPack, knowledge, program, root, stderr, stdout};

fn carry(old: &Path, new: &Path, pack: &Path, arguments: &[&str]) -> Output {
    let mut command = program();
    command.arg("evidence").arg("--text").arg(old).arg(new).arg("--pack").arg(pack).args(arguments);
    let output = command.output().unwrap();
    assert!(!stderr(&output).contains("panicked"), "{}", stderr(&output));
    output
}

fn json(output: &Output) -> Value {
    serde_json::from_str(&stdout(output)).unwrap_or_else(|error| panic!("{error}: {}", stderr(output)))
}

/// Numbers by a seed.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n
    }
}

/// A change of a running text: what stands at a place, and what does afterwards.
#[derive(Debug, Clone)]
struct Change {
    at: usize,
    was: Vec<char>,
    is: Vec<char>,
    kind: &'static str,
}

/// A text without its lines; words of an alphabet on two lines are two.
fn running(text: &str) -> Vec<char> {
    let mut chars: Vec<char> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if chars.last().is_some_and(char::is_ascii) && line.starts_with(|c: char| c.is_ascii()) {
            chars.push(' ');
        }
        chars.extend(line.chars());
    }
    chars
}

/// The text in lines of this width.
fn wrapped(chars: &[char], width: usize) -> String {
    let mut text = String::new();
    let mut n = 0;
    for (at, c) in chars.iter().enumerate() {
        text.push(*c);
        n += 1;
        // A line never ends inside a word of an alphabet.
        let inside = c.is_ascii_alphanumeric() && chars.get(at + 1).is_some_and(char::is_ascii_alphanumeric);
        if n >= width && !inside {
            text.push('\n');
            n = 0;
        }
    }
    text + "\n"
}

/// `n` changes of all kinds, far from one another.
fn changes(chars: &[char], names: &[String], n: usize, seed: u64) -> Vec<Change> {
    const APART: usize = 50;
    let mut seeded = Seeded(seed);
    let mut found: Vec<Change> = Vec::new();
    let is_end = |c: char| c == '。';
    let at_text = |at: usize, text: &str| {
        chars[at..].iter().copied().zip(text.chars()).filter(|(a, b)| a == b).count() == text.chars().count()
    };
    for attempt in 0..200_000 {
        if found.len() == n {
            break;
        }
        let start = seeded.below(chars.len() - 200) + 50;
        // If there is no further place for one kind, the next has its turn.
        let wanted = (found.len() + attempt / 3_000) % 7;
        let rest = &chars[start..];
        let change = match wanted {
            0 | 1 => {
                let n_digits = rest.iter().take_while(|c| c.is_ascii_digit()).count();
                let (before, after) = (chars[start - 1], rest.get(n_digits).copied().unwrap_or(' '));
                let is_year = after == '年';
                let plain = |c: char| !c.is_ascii() && !"百千萬億".contains(c);
                let fits = (2..=4).contains(&n_digits) && plain(before) && plain(after) && is_year == (wanted == 1);
                let was: String = rest[..n_digits.min(4)].iter().collect();
                let is = was.parse::<u32>().map(|n| (n + 13).to_string()).unwrap_or_default();
                fits.then_some((was, is, if is_year { "date" } else { "number" }))
            }
            2 => {
                let name = names.iter().filter(|name| at_text(start, name)).max_by_key(|name| name.chars().count());
                name.map(|name| {
                    (name.clone(), format!("虛構機構{}號", ["甲", "乙", "丙", "丁", "戊"][found.len() % 5]), "name")
                })
            }
            3 => is_end(chars[start - 1])
                .then(|| (String::new(), format!("這裏加插的第{attempt}句與前後文無關，只為測試而寫。"), "added")),
            4 => {
                let length = rest.iter().position(|c| is_end(*c)).unwrap_or(0) + 1;
                let fits = is_end(chars[start - 1]) && (15..120).contains(&length);
                fits.then(|| (rest[..length].iter().collect(), String::new(), "removed"))
            }
            5 => {
                let fits = rest[0] == '約' && rest[1].is_ascii_digit();
                fits.then(|| ("約".to_owned(), "逾".to_owned(), "hedge"))
            }
            _ => {
                let wide = |c: &char| {
                    ('\u{4e00}'..'\u{9fff}').contains(c) && !"一二三四五六七八九十百千萬億零兩年月日約逾".contains(*c)
                };
                let fits = rest[..6].iter().all(wide)
                    && !(0..40).any(|back| {
                        names
                            .iter()
                            .any(|name| start >= back && at_text(start - back, name) && back < name.chars().count() + 2)
                    })
                    && !(0..6).any(|on| names.iter().any(|name| at_text(start + on, name)));
                fits.then(|| (rest[..2].iter().collect(), "囉嗦".to_owned(), "words"))
            }
        };
        let Some((was, is, kind)) = change else { continue };
        let (was, is): (Vec<char>, Vec<char>) = (was.chars().collect(), is.chars().collect());
        let free = found
            .iter()
            .all(|other| start + was.len() + APART < other.at || other.at + other.was.len() + APART < start);
        if free {
            found.push(Change { at: start, was, is, kind });
        }
    }
    found.sort_by_key(|change| change.at);
    found
}

fn changed(chars: &[char], changes: &[Change]) -> Vec<char> {
    let mut text = Vec::new();
    let mut from = 0;
    for change in changes {
        text.extend(&chars[from..change.at]);
        text.extend(&change.is);
        from = change.at + change.was.len();
    }
    text.extend(&chars[from..]);
    text
}

fn without_blanks(text: impl IntoIterator<Item = char>) -> String {
    text.into_iter().filter(|c| !c.is_whitespace() && !"《》〈〉「」『』“”‘’".contains(*c)).collect()
}

/// All of the changes are told, each once and as what it is, and nothing else.
fn all_and_only(found: &Value, changes: &[Change], seed: u64) {
    let told = found["differences"].as_array().unwrap();
    let said: Vec<String> = told.iter().map(|d| format!("{} {} → {}", d["kind"], d["was"], d["is"])).collect();
    assert_eq!(told.len(), changes.len(), "seed {seed}: {said:#?}\n{changes:#?}");
    for (difference, change) in told.iter().zip(changes) {
        let text = |name: &str| without_blanks(difference[name].as_str().unwrap().chars());
        let (was, is) = (without_blanks(change.was.iter().copied()), without_blanks(change.is.iter().copied()));
        let told = format!("seed {seed}: {change:?} is told as {difference}");
        if was.is_empty() || is.is_empty() {
            assert_eq!(text("was").chars().count(), was.chars().count(), "{told}");
            assert_eq!(text("is").chars().count(), is.chars().count(), "{told}");
        } else {
            assert!(text("was").contains(&was) && text("is").contains(&is), "{told}");
            // The whole of a name, and no more.
            assert!(text("was").chars().count() <= was.chars().count() + 30, "{told}");
        }
        // Words may be of a name that the list of names lacks.
        let may_be = change.kind == "words" && difference["kind"] == "name";
        assert!(may_be || difference["kind"] == change.kind, "{told}");
    }
}

/// Prose with names, numbers, hedges and dates, by a seed.
fn prose(names: &[&str], n_sentences: usize, seed: u64) -> String {
    const VERBS: [&str; 6] = ["撥款支持", "負責管理", "與各方合作推行", "檢討", "委託顧問研究", "向公眾介紹"];
    const THINGS: [&str; 8] =
        ["培訓課程", "實驗設施", "海濱步道", "社區圖書館", "節能措施", "展覽場地", "青年宿舍", "渡輪碼頭"];
    const WHY: [&str; 5] = ["以回應居民的訴求", "使資源運用得宜", "並聽取專家的意見", "藉此改善環境", "讓各區均衡發展"];
    let mut seeded = Seeded(seed);
    let mut text = String::new();
    for n in 0..n_sentences {
        let (name, verb) = (names[seeded.below(names.len())], VERBS[seeded.below(6)]);
        let (thing, why) = (THINGS[seeded.below(8)], WHY[seeded.below(5)]);
        let (amount, year) = (seeded.below(900) + 50, 1950 + seeded.below(70));
        let hedge = ["約", "", "逾"][seeded.below(3)];
        text += &match n % 3 {
            0 => format!("{name}{verb}{thing}，涉及{hedge}{amount}個單位，{why}。"),
            1 => format!("自{year}年起，{name}每年{verb}{thing}{hedge}{amount}次，{why}。"),
            _ => format!("{name}在第{n}階段{verb}{thing}，{why}，並會公布結果。"),
        };
        if n % 4 == 3 {
            text.push_str("\n\n");
        }
    }
    text
}

#[test]
fn thirty_seeded_changes_of_a_synthetic_text_are_found_and_none_invented() {
    let names = ["北區測試局測試中心", "北區測試局", "北區檢測局"];
    for seed in 1..=4 {
        let pack = pack();
        let text = wrapped(&running(&prose(&names, 400, seed)), 28);
        pack.write("book.txt", &text);
        pack.replace("sources.csv", sha_in(&pack, "sources.csv").as_str(), &digest(text.as_bytes()).unwrap());
        let chars = running(&text);
        let names: Vec<String> = names.map(str::to_owned).to_vec();
        let changes = changes(&chars, &names, 30, seed);
        assert_eq!(changes.len(), 30, "seed {seed}");
        pack.write("new.txt", wrapped(&changed(&chars, &changes), 41));
        let folder = pack.path();
        let output = carry(&folder.join("book.txt"), &folder.join("new.txt"), folder, &["--format", "json"]);
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        all_and_only(&json(&output), &changes, seed);
    }
}

fn sha_in(pack: &TestPack, file: &str) -> String {
    let text = fs::read_to_string(pack.path().join(file)).unwrap();
    text.split(',').find(|cell| cell.len() == 64).unwrap().to_owned()
}

#[test]
fn thirty_seeded_changes_of_the_default_text_are_found_and_none_invented() {
    let Some(path) = yearbook() else { return };
    let text = fs::read_to_string(&path).unwrap();
    let chars = running(&text);
    let known = civigraph::network::names(&knowledge().graph).unwrap();
    let mut names: Vec<String> =
        known.into_iter().filter(|name| name.chars().count() > 3 && !name.is_ascii()).collect();
    names.sort();
    names.dedup();
    let folder = tempfile::tempdir().unwrap();
    let new = folder.path().join("new.txt");
    for seed in 1..=4 {
        let changes = changes(&chars, &names, 30, seed);
        assert_eq!(changes.len(), 30, "seed {seed}");
        fs::write(&new, wrapped(&changed(&chars, &changes), 33)).unwrap();
        let output = carry(&path, &new, &root().join("data/hk-innovation"), &["--format", "json"]);
        all_and_only(&json(&output), &changes, seed);
    }
    // Other lines alone are no difference.
    fs::write(&new, wrapped(&chars, 50)).unwrap();
    let output = carry(&path, &new, &root().join("data/hk-innovation"), &["--format", "json"]);
    assert!(output.status.success(), "{}", stderr(&output));
    all_and_only(&json(&output), &[], 0);
}

/// The synthetic text of the evidence tests, in another edition.
fn edition(new: &str, arguments: &[&str]) -> (TestPack, Output) {
    let pack = pack();
    pack.write("new.txt", new);
    let output = carry(&pack.path().join("book.txt"), &pack.path().join("new.txt"), pack.path(), arguments);
    (pack, output)
}

/// The statements with their status and lines, such as `area differs 5-7>2-3`.
fn statements(found: &Value) -> Vec<String> {
    let lines = |lines: &Value| lines.as_array().map_or("gone".to_owned(), |pair| format!("{}-{}", pair[0], pair[1]));
    let mut all: Vec<String> = found["statements"]
        .as_array()
        .unwrap()
        .iter()
        .map(|own| {
            let name = own["statement"].as_str().unwrap().trim_start_matches("ex:");
            let range = &own["lines"][0];
            format!("{name} {} {}>{}", own["status"].as_str().unwrap(), lines(&range["old"]), lines(&range["new"]))
        })
        .collect();
    all.sort();
    all
}

#[test]
fn statements_stand_move_differ_and_go() {
    // Wrapped otherwise, in half-width forms, with numbers written in another way.
    let wrapped = "北區測試局與北區檢測局合作，二零一七年起設有測試中心，面積約1,200平方米,經費逾1.5億元。\n其後測試中心獲撥款3,000萬元，按大約1:2分擔。\n排版廢字\n";
    let (_, output) = edition(wrapped, &["--format", "json"]);
    assert!(output.status.success(), "{}{}", stderr(&output), stdout(&output));
    let expected = [
        "area moved 5-7>1-1",
        "grant moved 9-9>2-2",
        "money moved 5-7>1-1",
        "ratio moved 9-9>2-2",
        "set-up moved 1-7>1-1",
        "works moved 1-3>1-1",
    ];
    assert_eq!(statements(&json(&output)), expected);
    // One number, one hedge, one year and one name differ, each at its place.
    let changed = wrapped
        .replace("1,200", "1,300")
        .replace("逾1.5億", "約1.5億")
        .replace("二零一七", "二零一八")
        .replace("3,000萬", "三千萬");
    let (_, output) = edition(&changed, &["--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let found = json(&output);
    let told: Vec<String> = found["differences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| {
            format!("{} {}>{}", d["kind"].as_str().unwrap(), d["was"].as_str().unwrap(), d["is"].as_str().unwrap())
        })
        .collect();
    assert_eq!(told, ["date 二零一七>二零一八", "number 1 200>1,300", "hedge 逾>約"]);
    let expected = [
        "area differs 5-7>1-1",
        "grant moved 9-9>2-2",
        "money differs 5-7>1-1",
        "ratio moved 9-9>2-2",
        "set-up differs 1-7>1-1",
        "works moved 1-3>1-1",
    ];
    assert_eq!(statements(&found), expected);
    // A sentence goes, another is new; words around a number are no difference of it.
    let other = "北區測試局與北區檢測局攜手合作，二零一七年起設有測試中心，面積約1,200平方米,經費逾1.5億元。\n新的一段說明中心遷往東區的新址，並由專人管理。\n排版廢字\n";
    let (_, output) = edition(other, &["--format", "json"]);
    let found = json(&output);
    let expected = [
        "area moved 5-7>1-1",
        "grant gone 9-9>gone",
        "money moved 5-7>1-1",
        "ratio gone 9-9>gone",
        "set-up reworded 1-7>1-1",
        "works reworded 1-3>1-1",
    ];
    assert_eq!(statements(&found), expected);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn paragraphs_that_are_moved_or_new_are_no_differences_of_others() {
    let names = ["北區測試局", "北區檢測局"];
    let (intro, rest) = (prose(&names, 8, 3), prose(&names, 40, 9));
    let text = crate::evidence::TEXT;
    let pack = pack();
    let old = format!("{text}{intro}\n{rest}");
    pack.write("book.txt", &old);
    pack.replace("sources.csv", &sha_in(&pack, "sources.csv"), &digest(old.as_bytes()).unwrap());
    // The first paragraphs now stand at the end, behind a new one.
    let fresh = "東區新設的海濱公園今年落成啟用，園內有水景與劇場。";
    pack.write("new.txt", format!("{intro}\n{rest}\n{fresh}\n{text}"));
    let folder = pack.path();
    let output = carry(&folder.join("book.txt"), &folder.join("new.txt"), folder, &["--format", "json"]);
    let found = json(&output);
    let n_before = format!("{intro}\n{rest}\n{fresh}\n").lines().count() as u64;
    for statement in found["statements"].as_array().unwrap() {
        assert_eq!(statement["status"], "moved", "{statement}");
        let (old, new) = (&statement["lines"][0]["old"][0], &statement["lines"][0]["new"][0]);
        assert_eq!(new.as_u64().unwrap(), old.as_u64().unwrap() + n_before, "{statement}");
    }
    let told = found["differences"].as_array().unwrap();
    assert_eq!(told.len(), 1, "{told:#?}");
    assert_eq!((&told[0]["kind"], &told[0]["is"]), (&"added".into(), &fresh.into()));
    assert_eq!(found["newLines"], serde_json::json!([{"line": n_before, "text": fresh}]));
}

#[test]
fn the_new_lines_are_put_into_the_table_and_nothing_else_changes() {
    let pack = pack();
    // Another dialect: semicolons, quotes, CRLF, a byte-order mark.
    let table = fs::read_to_string(pack.path().join("evidence.csv")).unwrap();
    let table =
        format!("\u{feff}{}", table.replace(',', ";").replace("works;1;3", "works;\"1\";\"3\"").replace('\n', "\r\n"));
    pack.write("evidence.csv", &table);
    pack.replace(
        "datapackage.json",
        r#""path": "evidence.csv""#,
        r#""path": "evidence.csv", "dialect": {"delimiter": ";"}"#,
    );
    let new = "前言一行\n北區測試局與北區檢測局合作，二零一七年起設有測試中心，面積約1200平方米，經費逾1.5億元。\n\n其後測試中心獲撥款3,000萬元，按大約1：2分擔。\n排版廢字\n";
    pack.write("new.txt", new);
    let (old_path, new_path) = (pack.path().join("book.txt"), pack.path().join("new.txt"));
    let output = carry(&old_path, &new_path, pack.path(), &["--write", "--quiet"]);
    assert_eq!(output.status.code(), Some(1), "a line is new: {}", stderr(&output));
    let written = fs::read_to_string(pack.path().join("evidence.csv")).unwrap();
    let expected = table
        .replace("works;\"1\";\"3\"", "works;\"2\";\"2\"")
        .replace("set-up;1;7", "set-up;2;2")
        .replace(";5;7;", ";2;2;")
        .replace(";9;9;", ";4;4;");
    assert_eq!(written, expected);
    // With its new text, the pack is right again.
    pack.replace("sources.csv", &sha_in(&pack, "sources.csv"), &digest(new.as_bytes()).unwrap());
    pack.replace("sources.csv", ",11\n", ",5\n");
    let output =
        program().arg("evidence").arg("--text").arg(&new_path).arg("--pack").arg(pack.path()).output().unwrap();
    assert!(output.status.success(), "{}{}", stdout(&output), stderr(&output));
    // A cell that holds something else is not overwritten, and nothing else is.
    let pack = crate::evidence::pack();
    pack.write("new.txt", new);
    pack.replace("mapping.yml", "[cg:lineEnd, $(last), xsd:integer]", "[cg:lineEnd, 1$(last), xsd:integer]");
    let before = fs::read(pack.path().join("evidence.csv")).unwrap();
    let output = carry(&pack.path().join("book.txt"), &pack.path().join("new.txt"), pack.path(), &["--write"]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("[unwritable-lines]"), "{}", stderr(&output));
    assert_eq!(fs::read(pack.path().join("evidence.csv")).unwrap(), before);
}

#[test]
fn texts_may_be_in_either_order_and_the_sources_own_is_looked_for() {
    let pack = pack();
    let new = crate::evidence::TEXT.replace("1.5億", "1.6億");
    pack.write("new.txt", &new);
    let (old_path, new_path) = (pack.path().join("book.txt"), pack.path().join("new.txt"));
    let expected = stdout(&carry(&old_path, &new_path, pack.path(), &[]));
    assert!(expected.contains("number  1.5億 → 1.6億  ex:money"), "{expected}");
    assert_eq!(stdout(&carry(&new_path, &old_path, pack.path(), &[])), expected);
    for argument in [&["--text"][..], &[]] {
        let output =
            program().arg("evidence").args(argument).arg(&new_path).arg("--pack").arg(pack.path()).output().unwrap();
        assert_eq!(stdout(&output), expected, "{}", stderr(&output));
    }
    // The same text twice.
    let output = carry(&old_path, &old_path, pack.path(), &[]);
    assert!(output.status.success() && stdout(&output).is_empty(), "{}", stdout(&output));
    assert!(stderr(&output).contains("both are the text for which the evidence was written"), "{}", stderr(&output));
    let csv = stdout(&carry(&old_path, &new_path, pack.path(), &["--format", "csv"]));
    assert!(csv.contains("\nex:money,differs,7,7,7,7,number,1.5億,1.6億\n"), "{csv}");
}

#[test]
fn another_language_a_binary_file_and_senseless_arguments_are_refused() {
    let pack = pack();
    let old = pack.path().join("book.txt");
    let english = "The bureau runs the centre with the council, as agreed in the year before last.\n".repeat(30);
    for (name, bytes, code, words) in [
        ("english.txt", english.into_bytes(), 1, "[foreign-text]"),
        ("binary.txt", vec![0, 1, 2, 250, 251, 252, 0, 7], 2, "[not-a-text]"),
        ("nul.txt", b"text\0text".to_vec(), 2, "[not-a-text]"),
        ("book.pdf", b"%PDF-1.7\n%\xe2\xe3".to_vec(), 2, "pdftotext"),
        ("empty.txt", Vec::new(), 1, "[foreign-text]"),
    ] {
        pack.write(name, bytes);
        let output = carry(&old, &pack.path().join(name), pack.path(), &["--write"]);
        assert_eq!(output.status.code(), Some(code), "{name}: {}", stderr(&output));
        assert!(stderr(&output).contains(words), "{name}: {}", stderr(&output));
    }
    // Other encodings are read.
    let new = crate::evidence::TEXT.replace("1.5億", "1.6億");
    pack.write("big5.txt", encoding_rs::BIG5.encode(&new).0);
    let output = carry(&old, &pack.path().join("big5.txt"), pack.path(), &[]);
    assert!(stdout(&output).contains("1.5億 → 1.6億"), "{}{}", stdout(&output), stderr(&output));
    pack.write("new.txt", &new);
    for (arguments, words) in
        [(&["--format", "sarif"][..], "error[unknown-format]"), (&["--entity", "bureau"], "error[unused-argument]")]
    {
        let output = carry(&old, &pack.path().join("new.txt"), pack.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(words), "{arguments:?}: {}", stderr(&output));
    }
    for argument in [&["--write"][..], &["--format", "csv"], &["--language", "en"]] {
        let output = program()
            .arg("evidence")
            .arg("--text")
            .arg(&old)
            .arg("--pack")
            .arg(pack.path())
            .args(argument)
            .output()
            .unwrap();
        assert!(stderr(&output).contains("error[unused-argument]"), "{argument:?}: {}", stderr(&output));
    }
}
