//! The HTML in a browser: `tests/browser/drive.cjs` drives it with Playwright.
//! `.ci/run` installs what it needs and sets `CIVIGRAPH_BROWSER`; elsewhere the
//! test reports that it was skipped.

use std::path::Path;
use std::process::Command;

use super::bad_input::bodies;
use crate::support::{program, root, stderr, stdout};

fn draw(folder: &Path, file: &str, more: &[&str]) {
    let path = folder.join(file);
    let output = program().args(["chart", "org", "-o", path.to_str().unwrap()]).args(more).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
}

#[test]
fn the_html_works_in_a_browser_and_the_svg_looks_like_the_png() {
    let Some(installed) = std::env::var_os("CIVIGRAPH_BROWSER") else {
        eprintln!("skipped: CIVIGRAPH_BROWSER does not name a folder with playwright-core and axe-core");
        return;
    };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser");
    std::fs::create_dir_all(&folder).unwrap();
    draw(&folder, "page.html", &["--views", "funding,timeline"]);
    draw(&folder, "org.svg", &[]);
    draw(&folder, "org.png", &["--scale", "2"]);
    let hostile = bodies("a,\"</script><img src=x onerror=alert(1)>\",,,\nb,Below,,,a\n");
    draw(&folder, "hostile.html", &["--pack", hostile.path().to_str().unwrap()]);
    let staff = folder.join("staff.csv");
    std::fs::write(&staff, "id,name,post,boss\n1,Ann Chan,Head,\n2,Bob Lee,Clerk,1\n3,Cy Ng,Driver,1\n").unwrap();
    draw(&folder, "staff.html", &[staff.to_str().unwrap()]);
    let old = bodies("a,Top,,,\nb,Second top,,,\nc,Moved,,,a\nd,Gone,,,a\ne,First name,,,b\n");
    let new = bodies("a,Top,,,\nb,Second top,,,\nc,Moved,,,b\ne,Other name,,,b\nf,New body,,,a\n");
    let packs = [&old, &new].map(|pack| pack.path().to_str().unwrap());
    draw(&folder, "since.html", &["--pack", packs[1], "--since", packs[0]]);
    let row = |at: usize| {
        let above = if at < 8 { String::new() } else { format!("b{}", (at - 8) / 6) };
        format!("b{at},部門 body {at},,,{above}\n")
    };
    let large = bodies(&(0..5_000).map(row).collect::<String>());
    draw(&folder, "large.html", &["--pack", large.path().to_str().unwrap()]);
    let script = root().join("tests/browser/drive.cjs");
    let output =
        Command::new("node").arg(script).arg(&folder).env("CIVIGRAPH_BROWSER", installed).output().expect("node runs");
    println!("{}", stdout(&output));
    assert!(output.status.success(), "{}\n{}", stdout(&output), stderr(&output));
}
