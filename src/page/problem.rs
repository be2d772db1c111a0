//! That a request has no answer.

use maud::{DOCTYPE, Markup, html};

use super::interface::Interface;

/// That a request has no answer: its status, why, and the addresses of what may be meant.
pub fn problem(status: u16, text: &str, suggested: &[(String, String)], interface: Interface) -> Markup {
    let lang = (interface != Interface::default()).then(|| interface.tag());
    let with_lang = |address: &str| match lang {
        Some(tag) => format!("{address}{}lang={tag}", if address.contains('?') { '&' } else { '?' }),
        None => address.to_owned(),
    };
    let heading = match status {
        401 | 403 => "not-allowed",
        404 => "not-found",
        500..=599 => "not-answered",
        _ => "not-understood",
    };
    let heading = interface.word(heading);
    html! {
        (DOCTYPE)
        html lang=(interface.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (status) " " (heading) }
                link rel="icon" type="image/svg+xml" href="/favicon.svg";
                link rel="stylesheet" href="/style.css";
            }
            body {
                main #main {
                    h1 { (heading) }
                    @if !suggested.is_empty() {
                        h2 { (interface.word("did-you-mean")) }
                        ul.plain { @for (link, label) in suggested { li { a href=(with_lang(link)) { (label) } } } }
                    }
                    form.search.large role="search" action="/search" method="get" {
                        label for="text" { (interface.word("search-label")) }
                        div {
                            input #text type="search" name="text" maxlength="200" autocomplete="off";
                            @if let Some(tag) = lang { input type="hidden" name="lang" value=(tag); }
                            button type="submit" { (interface.word("search")) }
                        }
                    }
                    details open[suggested.is_empty()] {
                        summary { (interface.word("details")) " (" (status) ")" }
                        pre lang="en" { (text) }
                    }
                    p { a href=(with_lang("/")) { (interface.word("first-page")) } }
                }
            }
        }
    }
}
