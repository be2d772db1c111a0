//! The statistics of a network as a page of bars.

use super::scene::bars::{self, BarList};
use super::scene::{Pen, Words};
use super::view::words::{Captions, title_of_pack};
use super::{Chart, Options, Sheet};
use crate::error::{Error, Result};
use crate::finding::Findings;
use crate::graph::{Graph, group_digits};
use crate::network::{CountedThing, Labels, NetworkStatistics};

/// The most bars of a list.
const MOST: usize = 12;

/// A page with the lists of the statistics, each as bars; of the options, languages, title and fonts
/// count.
///
/// # Errors
///
/// Those of reading labels.
pub fn statistics_page(graph: &Graph, found: &NetworkStatistics, options: &Options) -> Result<Chart> {
    let languages = &options.languages;
    let captions = Captions::shared().map_err(Error::invalid)?;
    let say = |name: &str| captions.words(name, languages);
    let number = |n: usize| group_digits(&n.to_string());
    let names = |labels: &Labels| labels.iter().map(str::to_owned).collect::<Vec<_>>();
    let unstated = languages.iter().map(|tag| captions.word("none-stated", tag).into_owned()).collect::<Vec<_>>();
    let mut lists = Vec::new();
    let mut kinds = BarList::new(say("statistics-kinds"));
    for kind in &found.kinds {
        let labels = if kind.iri.is_some() { names(&kind.labels) } else { unstated.clone() };
        kinds.add(labels, kind.n as f64, 0.0, number(kind.n));
    }
    lists.push(kinds);
    let mut relations = BarList::new(say("statistics-relations"));
    for relation in &found.relations {
        let shown = match relation.n_planned {
            0 => number(relation.n),
            planned => format!("{} ({})", number(relation.n), number(planned)),
        };
        relations.add(names(&relation.labels), relation.n as f64, relation.n_planned as f64, shown);
    }
    lists.push(relations);
    let things = |title: &str, things: &[CountedThing], value: &dyn Fn(&CountedThing) -> (f64, String)| {
        let mut list = BarList::new(say(title));
        for thing in things {
            let (length, shown) = value(thing);
            list.add(names(&thing.labels), length, 0.0, shown);
        }
        list
    };
    lists
        .push(things("statistics-hubs", &found.hubs, &|thing| (thing.n_neighbours as f64, number(thing.n_neighbours))));
    lists.push(things("statistics-ranks", &found.ranked, &|thing| (thing.rank, format!("{:.3}", thing.rank))));
    lists.push(things("statistics-cuts", &found.cuts, &|thing| (thing.n_cut_off as f64, number(thing.n_cut_off))));
    let mut parts = BarList::new(say("statistics-parts"));
    for size in &found.parts {
        parts.add(Vec::new(), *size as f64, 0.0, number(*size));
    }
    lists.push(parts);
    lists.retain(|list| !list.is_empty());
    for list in &mut lists {
        list.cut(MOST, |n| captions.words("more", &languages[..languages.len().min(1)]).replace("{n}", &number(n)));
    }
    let share = format!("{:.1}", 100.0 * found.n_planned as f64 / found.n_relations.max(1) as f64);
    let fill = |text: String| {
        let numbers = [
            ("{things}", number(found.n_things)),
            ("{relations}", number(found.n_relations)),
            ("{planned}", number(found.n_planned)),
            ("{share}", share.clone()),
            ("{alone}", number(found.n_orphans)),
        ];
        numbers.into_iter().fold(text, |text, (name, number)| text.replace(name, &number))
    };
    let title = match &options.title {
        Some(title) => title.clone(),
        None => title_of_pack(graph, languages)?,
    };
    let words = Words {
        title,
        view: say("statistics"),
        subtitle: fill(say("statistics-sums")),
        notes: vec![say("statistics-notes")],
        foot: captions.foot(graph, languages)?,
        languages: languages.clone(),
        ..Words::default()
    };
    let characters = words.every().chain(lists.iter().flat_map(BarList::every)).flat_map(str::chars);
    let fonts = options.fonts.clone().completed(characters.collect::<Vec<_>>().into_iter());
    let mut pen = Pen::with(&fonts, std::sync::Arc::default(), languages);
    let scene = bars::draw(&lists, &words, &mut pen);
    Ok(Chart { pages: vec![Sheet { scene, size: None, fonts }], findings: Findings::new() })
}
