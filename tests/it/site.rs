//! `site`: the pages as files.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

#[cfg(unix)]
use crate::serve::client::Serving;
#[cfg(unix)]
use crate::support::stdout;
use crate::support::{program, root, stderr};

/// The files of a folder, by their paths with slashes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn written(folder: &Path, more: &[&str]) -> String {
    let output = program().args(["site", "-o", folder.to_str().unwrap()]).args(more).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    stderr(&output)
}

/// The values of the links and sources of a page.
fn links(html: &str) -> Vec<String> {
    let mut links = Vec::new();
    for attribute in [" href=\"", " src=\"", " srcset=\"", " action=\""] {
        for rest in html.split(attribute).skip(1) {
            links.push(rest.split('"').next().unwrap().replace("&amp;", "&"));
        }
    }
    links
}

/// Without the escapes of addresses.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, others @ ..] = rest {
        if *first == b'%' {
            bytes.push(u8::from_str_radix(std::str::from_utf8(&others[..2]).unwrap(), 16).unwrap());
            rest = &others[2..];
        } else {
            bytes.push(*first);
            rest = others;
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// Follows all links of all pages but those of the charts, which are a program of their own.
fn all_links_lead_to_files(files: &BTreeMap<String, Vec<u8>>) {
    let mut n_links = 0;
    for (name, bytes) in files.iter().filter(|(name, _)| name.ends_with(".html") && !name.ends_with("charts.html")) {
        let html = std::str::from_utf8(bytes).unwrap();
        for link in links(html) {
            if link.starts_with("https://") || link.starts_with("http://") {
                assert!(!html.contains(&format!("src=\"{link}\"")), "{name} loads {link}");
                continue;
            }
            let (path, fragment) = link.split_once('#').unwrap_or((&link, ""));
            let path = unescaped(path.split('?').next().unwrap());
            let mut parts: Vec<&str> = name.split('/').collect();
            parts.pop();
            for part in path.split('/') {
                match part {
                    ".." => assert!(parts.pop().is_some(), "{name}: {link} leads out of the folder"),
                    part => parts.push(part),
                }
            }
            let target = if path.is_empty() { name.clone() } else { parts.join("/") };
            let Some(target_bytes) = files.get(&target) else {
                panic!("{name}: {link} leads to {target}, which is not there")
            };
            if !fragment.is_empty() {
                let id = format!("id=\"{}\"", unescaped(fragment));
                assert!(String::from_utf8_lossy(target_bytes).contains(&id), "{name}: {link} has no place in {target}");
            }
            n_links += 1;
        }
    }
    assert!(n_links > 20, "{n_links}");
}

#[test]
fn the_default_pack_becomes_a_folder_whose_links_all_lead_somewhere_and_which_is_the_same_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("site");
    let first = written(&site, &["--base", "https://example.org/hk"]);
    assert!(first.contains(" about 607 things"), "{first}");
    let all = files(&site);
    all_links_lead_to_files(&all);
    let text = |name: &str| String::from_utf8(all[name].clone()).unwrap();
    let page = text("id/hk/hkstp.html");
    assert!(page.contains("<html lang=\"en\">") && page.contains("lang=\"zh-Hant\">香港科技園公司"), "{page}");
    // No page has a script or a style of its own, and the editor is for a server alone.
    let policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'self';";
    for (name, bytes) in all.iter().filter(|(name, _)| name.ends_with(".html") && !name.ends_with("charts.html")) {
        let html = String::from_utf8_lossy(bytes);
        let head = html.split("<link").next().unwrap();
        assert!(head.contains(policy), "{name}: {head}");
    }
    let sizes = text("zh-Hant/questions/fund-sizes.html");
    assert!(sizes.contains("href=\"../../questions/fund-sizes.xlsx\""), "{sizes}");
    assert!(text("questions/fund-sizes.csv").starts_with("name,name_en,"), "{}", text("questions/fund-sizes.csv"));
    assert!(all["questions/fund-sizes.xlsx"].starts_with(b"PK"));
    assert!(!all.contains_key("questions/supporters.csv"), "it needs a parameter");
    assert!(!all.contains_key("codemirror.js") && !all.contains_key("sparql.js"));
    assert!(text("about.html").contains(" checks, "), "{}", text("about.html"));
    assert!(!text("index.html").contains("What changed"), "nobody asked for it");
    let chinese = text("zh-Hant/id/hk/hkstp.html");
    assert!(chinese.contains("<html lang=\"zh-Hant\">") && chinese.contains("<h1>香港科技園公司"), "{chinese}");
    assert!(text("id/hk/hkstp.ttl").contains("@prefix"));
    assert!(text("sitemap.xml").contains("<loc>https://example.org/hk/id/hk/hkstp.html</loc>"));
    assert!(text("charts.html").contains("<svg"));
    // A second time, nothing is written; what is somebody's own stays, and what nobody needs goes.
    fs::write(site.join("CNAME"), "example.org").unwrap();
    let second = written(&site, &["--base", "https://example.org/hk"]);
    assert!(second.contains(&format!("{} unchanged", all.len())), "{second}");
    let third = written(&site, &["--data", root().join("tests/cli/town/earlier.ttl").to_str().unwrap()]);
    assert!(third.contains(" removed"), "{third}");
    let left = files(&site);
    assert!(left.contains_key("CNAME") && !left.contains_key("id/hk/hkstp.html"));
    all_links_lead_to_files(&left);
}

#[test]
fn what_changed_since_an_earlier_edition_is_told_and_runs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let [old, new, site] = ["old.ttl", "new.ttl", "site"].map(|name| folder.path().join(name));
    let head = "@prefix cg: <https://w3id.org/civigraph/def#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix e: <http://e.example/> .
";
    let office = |name: &str, label: &str| format!("e:{name} a cg:Organisation ; skos:prefLabel \"{label}\"@en .\n");
    fs::write(&old, format!("{head}{}{}", office("a", "A"), office("b", "<script>alert(1)</script>"))).unwrap();
    fs::write(&new, format!("{head}{}{}", office("a", "<img src=x onerror=alert(1)>"), office("c", "C"))).unwrap();
    let [old, new] = [&old, &new].map(|path| path.to_str().unwrap());
    let said = written(&site, &["--data", new, "--since", old]);
    assert!(said.contains("2 triples in") || said.contains("triples in `"), "{said}");
    let all = files(&site);
    all_links_lead_to_files(&all);
    let page = |name: &str| String::from_utf8(all[name].clone()).unwrap();
    let home = page("index.html");
    for part in [
        "New <span class=\"count\">1</span>",
        "<a href=\"c.html\">C</a>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "<span>A</span> → <span>&lt;img src=x onerror=alert(1)&gt;</span>",
    ] {
        assert!(home.contains(part), "{part}: {home}");
    }
    assert!(!home.contains("<script>") && !home.contains("<img src=x"), "{home}");
    assert!(page("zh-Hant/index.html").contains("更名"));
    // The same edition: nothing has changed, and that is said.
    written(&site, &["--data", new, "--since", new]);
    assert!(String::from_utf8(files(&site)["index.html"].clone()).unwrap().contains("Both editions say the same."));
    let output = program()
        .args(["site", "-o", site.to_str().unwrap(), "--data", new, "--since", "no-such-edition"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("no-such-edition"), "{}", stderr(&output));
}

#[test]
fn a_folder_with_files_of_somebody_else_is_not_used() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("index.html"), "mine").unwrap();
    let output = program().args(["site", "-o", folder.path().to_str().unwrap()]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("error[existing-file]"), "{}", stderr(&output));
    assert_eq!(files(folder.path()).len(), 1);
}

#[test]
fn labels_run_nothing_and_names_that_differ_in_case_alone_have_files_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("hostile.ttl");
    fs::write(
        &data,
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<http://e.example/a> rdfs:label \"</script><script>alert(1)</script>\"@en ; rdfs:seeAlso <http://e.example/A>, <http://e.example/../../x>, <javascript:alert(1)> .
<http://e.example/A> rdfs:label \"\\\" onload=\\\"alert(1)\" .
<http://e.example/../../x> rdfs:label \"up\" .
<http://e.example/index> rdfs:label \"index\" .
<http://e.example/con> rdfs:label \"device\" .
<javascript:alert(1)> rdfs:label \"click\" .
",
    )
    .unwrap();
    let site = folder.path().join("site");
    written(&site, &["--data", data.to_str().unwrap()]);
    let all = files(&site);
    all_links_lead_to_files(&all);
    let lower: std::collections::BTreeSet<String> = all.keys().map(|name| name.to_lowercase()).collect();
    assert_eq!(lower.len(), all.len(), "{:?}", all.keys());
    for (name, bytes) in all.iter().filter(|(name, _)| name.ends_with(".html") && !name.ends_with("charts.html")) {
        let html = String::from_utf8_lossy(bytes);
        assert!(!html.contains("<script>"), "{name}");
        assert!(!html.contains("href=\"javascript:"), "{name}");
        // In the block of data, a quotation mark is an escaped one.
        let (before, rest) = html.split_once("<script type=\"application/ld+json\">").unwrap_or((&html, ""));
        let after = rest.split_once("</script>").map_or("", |(_, after)| after);
        assert!(!before.contains("\" onload=") && !after.contains("\" onload="), "{name}");
    }
    let index = String::from_utf8_lossy(&all["index.html"]).into_owned();
    assert!(index.contains("role=\"search\""), "the first page is its own");
    assert!(!folder.path().join("x.html").exists());
}

#[test]
fn the_cited_lines_of_a_copy_are_in_the_pages() {
    let folder = tempfile::tempdir().unwrap();
    let (data, text, site) = (folder.path().join("d.ttl"), folder.path().join("t.txt"), folder.path().join("site"));
    fs::write(&text, "Of an office\nAnn heads the office.\nIt has <b>two</b> clerks.\nThe end\n").unwrap();
    fs::write(
        &data,
        "@prefix cg: <https://w3id.org/civigraph/def#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix e: <http://e.example/> .
e:report a cg:Source ; rdfs:label \"Report\"@en ; cg:lineCount 4 ; rdfs:seeAlso <https://www.example.org/report> .
e:ann rdfs:label \"Ann\"@en . e:office a cg:Organisation ; rdfs:label \"Office\"@en .
e:claim a cg:Claim ; rdf:subject e:ann ; rdf:predicate cg:leads ; rdf:object e:office ; cg:evidence e:lines .
e:lines a cg:Evidence ; cg:inSource e:report ; cg:lineStart 2 ; cg:lineEnd 2 .
",
    )
    .unwrap();
    let [data, copy] = [&data, &text].map(|path| path.to_str().unwrap());
    written(&site, &["--data", data]);
    let page = |name: &str| String::from_utf8(files(&site)[name].clone()).unwrap();
    assert!(page("ann.html").contains("report</a> L2"), "{}", page("ann.html"));
    assert!(!page("ann.html").contains("heads the office."));
    assert!(page("about.html").contains("href=\"https://www.example.org/report\""), "{}", page("about.html"));
    written(&site, &["--data", data, "--text", copy]);
    let ann = page("ann.html");
    assert!(ann.contains(">Ann heads the office.</mark>"), "{ann}");
    assert!(
        ann.contains(">It has &lt;b&gt;two&lt;/b&gt; clerks.</span>"),
        "the line after it is shown, not marked: {ann}"
    );
    assert!(!ann.contains("The end"), "{ann}");
    let output = program().args(["site", "-o", site.to_str().unwrap(), "--text", copy]).output().unwrap();
    assert_ne!(output.status.code(), Some(0), "it is of no source of the default pack");
}

#[cfg(unix)]
#[test]
fn the_pages_work_in_a_browser() {
    let Some(installed) = std::env::var_os("CIVIGRAPH_BROWSER") else {
        eprintln!("skipped: CIVIGRAPH_BROWSER does not name a folder with playwright-core and axe-core");
        return;
    };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let site = folder.join("site");
    let earlier = root().join("tests/cli/town/earlier.ttl");
    let since = ["--since", earlier.to_str().unwrap()];
    written(&site, &since);
    let server = Serving::start(&[&["--timeout", "none"][..], &since].concat());
    let script = root().join("tests/browser/pages.cjs");
    let mut node = std::process::Command::new("node");
    node.arg(script).arg(&site).arg(format!("http://{}", server.host)).env("CIVIGRAPH_BROWSER", installed);
    let output = node.output().expect("node runs");
    println!("{}", stdout(&output));
    assert!(output.status.success(), "{}\n{}", stdout(&output), stderr(&output));
}
