//! Claims, figures, beginnings and ends, with the rows that are their evidence.

use std::collections::BTreeSet;

use super::super::guess::{TableGuess, slug};
use super::super::meaning::{ClaimGuess, EventGuess, FigureGuess, FigureTime, OtherEnd};
use super::super::words::HedgeText;
use super::{MappingWriter, key, quoted, reference, source, subject, value};

/// What a beginning and an end are called, by language; `{}` is the name of the thing.
const EVENTS: &[(&str, [&str; 2])] = &[
    ("en", ["Start of {}", "End of {}"]),
    ("zh-Hant", ["{}開始", "{}結束"]),
    ("zh-Hans", ["{}开始", "{}结束"]),
    ("de", ["Beginn: {}", "Ende: {}"]),
];

impl MappingWriter<'_> {
    /// Whether rows are evidence of what they state.
    pub(super) fn has_evidence(&self, table: &TableGuess) -> bool {
        table.meaning.has_statements() && !table.key.is_empty()
    }

    fn evidence_name(table: &TableGuess) -> String {
        format!("row:{}-{}", table.name, key(table))
    }

    /// The evidence of what a row states.
    pub(super) fn evidence(&self, table: &TableGuess) -> String {
        self.row_object(table, &Self::evidence_name(table))
    }

    /// How a kind of thing, and how far a thing exists, are said of it.
    pub(super) fn kind_and_state(&mut self, table: &TableGuess) {
        if let Some(kind) = table.meaning.kind {
            self.pair("cg:type", &quoted(&format!("kind:{}~iri", reference(&table.columns[kind].name))));
        }
        let Some((at, codes)) = &table.meaning.state else { return };
        let cell = quoted(&reference(&table.columns[*at].name));
        for (value, code) in codes {
            self.line(6, "- p: cg:status");
            self.line(8, "o:");
            self.line(10, "function: idlab-fn:decide");
            self.line(10, "type: iri");
            self.line(10, "parameters:");
            self.line(12, &format!("- [idlab-fn:str, {cell}]"));
            self.line(12, &format!("- [idlab-fn:expectedStr, '{}']", value.replace('\'', "''")));
            self.line(12, &format!("- [idlab-fn:result, 'https://w3id.org/civigraph/code#{code}']"));
        }
        if codes.len() < table.columns[*at].distinct.len() {
            self.line(6, "# As it is written, since some of it says nothing about that.");
            self.property(table, *at);
        }
    }

    pub(super) fn statements(&mut self, table: &TableGuess) {
        if let Some(kind) = table.meaning.kind {
            self.comment(&format!("The kinds in `{}`.", table.columns[kind].name));
            let cell = reference(&table.columns[kind].name);
            self.head(&format!("{}-kind", table.name), &source(table), &format!("kind:{cell}"));
            self.pairs();
            self.pair("a", "skos:Concept");
            self.text_in_all("skos:prefLabel", &quoted(&cell));
        }
        for claim in &table.meaning.claims {
            self.claim(table, claim);
        }
        let named = table.meaning.figures.iter().flat_map(|figure| [figure.named_payer, figure.named_payee]);
        for at in named.flatten().filter(|_| table.class.is_empty()).collect::<BTreeSet<usize>>() {
            let column = &table.columns[at];
            let cell = reference(&column.name);
            self.comment(&format!("Those named in `{}`, who are in no table.", column.name));
            self.head(&format!("{}-{}", table.name, slug(&column.name)), &source(table), &format!("body:{cell}"));
            self.pairs();
            self.pair("a", "cg:Organisation");
            self.text_in_all("skos:prefLabel", &quoted(&cell));
        }
        for figure in &table.meaning.figures {
            self.figure(table, figure);
        }
        for event in &table.meaning.events {
            self.event(table, event);
        }
        self.successions(table);
        if self.has_evidence(table) {
            self.line(0, "");
            self.head_of_rows(&format!("{}-row", table.name), &source(table), table, &Self::evidence_name(table));
            self.pairs();
            self.pair("a", "cg:Evidence");
            self.pair("cg:inSource", &format!("source:{}~iri", table.name));
            let section = quoted(&key(table));
            if table.key_has_gaps() {
                self.line(6, "- p: cg:section");
                self.line(
                    8,
                    &format!("o: {{function: grel:string_trim, parameters: [[grel:valueParameter, {section}]]}}"),
                );
            } else {
                self.pair("cg:section", &section);
            }
            self.out.sources.push((table.name.clone(), table.reading.relative.clone()));
        }
    }

    fn claim(&mut self, table: &TableGuess, claim: &ClaimGuess) {
        let column = &table.columns[claim.column];
        let cell = reference(&column.name);
        let name = format!("{}-{}", table.name, slug(&column.name));
        let named = match claim.other {
            OtherEnd::Named(class) => {
                let prefix = if class == "cg:Person" { "person" } else { "body" };
                let thing = format!("{prefix}:{cell}");
                self.comment(&format!("Those named in `{}`, who are in no table.", column.name));
                self.head(&name, &source(table), &thing);
                self.pairs();
                self.pair("a", class);
                self.text_in_all("skos:prefLabel", &quoted(&cell));
                Some(thing)
            }
            OtherEnd::Row(_) => None,
        };
        self.comment(&format!("`{}` states {}.", column.name, claim.relation.predicate));
        let address = format!("claim:{name}-{}-{cell}", key(table));
        self.head_of_rows(&format!("{name}-claim"), &source(table), table, &address);
        self.pairs();
        self.pair("a", "cg:Claim");
        let (of_row, of_other) =
            if claim.relation.from_row { ("rdf:subject", "rdf:object") } else { ("rdf:object", "rdf:subject") };
        self.pair("rdf:predicate", &format!("{}~iri", claim.relation.predicate));
        let row = self.row_object(table, &subject(table));
        self.pair(of_row, &row);
        match (&claim.other, named) {
            (OtherEnd::Row(link), _) => self.reference_to_row(of_other, table, link),
            (_, Some(named)) => self.pair(of_other, &quoted(&format!("{named}~iri"))),
            (_, None) => {}
        }
        self.status(table, "ongoing", &["ended", "planned", "expected", "underStudy", "considered"]);
        let evidence = self.evidence(table);
        self.pair("cg:evidence", &evidence);
    }

    /// The status of a statement: that of the thing of the row if it is one of these codes, otherwise the usual one.
    fn status(&mut self, table: &TableGuess, usual: &str, codes: &[&str]) {
        let mut cases = cases(table, codes);
        cases.extend(self.has_ended(table).filter(|_| codes.contains(&"ended")).map(|condition| (condition, "ended")));
        self.choose(cases, usual);
    }

    /// The condition that the thing of a row has ended by the day of the tables, if nothing else tells.
    fn has_ended(&self, table: &TableGuess) -> Option<String> {
        let end = table.meaning.events.iter().find(|event| event.is_end && table.meaning.state.is_none())?;
        let later = is_later(table, end.column, self.names.as_of.as_deref()?);
        let cell = reference(&table.columns[end.column].name).replace('\'', "''");
        Some(format!(
            "{{function: grel:boolean_and, parameters: [[grel:param_rep_b, {{function: idlab-fn:isNotNull, parameters: \
             [[idlab-fn:str, '{cell}']]}}], [grel:param_rep_b, {{function: grel:boolean_not, parameters: \
             [[grel:bool_b, {later}]]}}]]}}"
        ))
    }

    /// The first code whose condition is true, otherwise the usual one.
    fn choose(&mut self, cases: Vec<(String, &str)>, usual: &str) {
        if cases.is_empty() {
            self.pair("cg:status", &format!("c:{usual}~iri"));
            return;
        }
        self.line(6, "- p: cg:status");
        self.line(8, "o:");
        let mut indent = 10;
        let n = cases.len();
        for (at, (condition, code)) in cases.into_iter().enumerate() {
            let begin = if at == 0 { "" } else { "- " };
            self.line(indent, &format!("{begin}function: grel:controls_if"));
            indent += begin.len();
            if at == 0 {
                self.line(indent, "type: iri");
            }
            self.line(indent, "parameters:");
            self.line(indent + 2, "- - grel:bool_b");
            self.line(indent + 4, &format!("- {condition}"));
            self.line(indent + 2, &format!("- [grel:any_true, 'https://w3id.org/civigraph/code#{code}']"));
            if at + 1 == n {
                self.line(indent + 2, &format!("- [grel:any_false, 'https://w3id.org/civigraph/code#{usual}']"));
            } else {
                self.line(indent + 2, "- - grel:any_false");
                indent += 4;
            }
        }
    }

    /// The first and the last day of things, as their properties. With the day of the tables, what has ended by then
    /// is marked, if nothing else tells.
    pub(super) fn days_of_thing(&mut self, table: &TableGuess) {
        let is_body = table.class == "cg:Organisation";
        for event in &table.meaning.events {
            let property = match (is_body, event.is_end) {
                (true, false) => "schema:foundingDate",
                (true, true) => "schema:dissolutionDate",
                (false, false) => "schema:startDate",
                (false, true) => "schema:endDate",
            };
            let column = &table.columns[event.column];
            match column.datatype() {
                Some("xsd:dateTime") => self.day(property, "xsd:date", table, event.column),
                datatype => {
                    let cell = quoted(&reference(&column.name));
                    self.pair(property, &format!("{cell}, {}", datatype.unwrap_or("xsd:date")));
                }
            }
        }
        if let Some(condition) = self.has_ended(table) {
            self.line(6, "- p: cg:status");
            self.line(8, "o: c:ended~iri");
            self.line(8, &format!("condition: {condition}"));
        }
    }

    fn event(&mut self, table: &TableGuess, event: &EventGuess) {
        let column = &table.columns[event.column];
        let Some((main, _)) = table.labels.first() else { return };
        let name = format!("{}-{}", table.name, if event.is_end { "end" } else { "start" });
        let thing = format!("event:{name}-{}", key(table));
        let is_launch = !event.is_end && table.class != "cg:Organisation";
        self.comment(&format!("When it {}: `{}`.", if event.is_end { "ended" } else { "began" }, column.name));
        self.head_of_rows(&name, &source(table), table, &thing);
        let n_rows = table.reading.rows.len();
        let may_be_empty = [event.column, *main].into_iter().filter(|at| table.columns[*at].n_filled < n_rows);
        let filled: Vec<String> = may_be_empty.map(|at| value(table, at)).collect();
        self.conditions("isNotNull", &filled);
        self.pairs();
        self.pair("a", if is_launch { "cg:Event" } else { "cg:ChangeEvent" });
        self.name_of_event(event.is_end, |language| {
            let at = table.labels.iter().find(|(_, known)| known == language).map_or(*main, |(at, _)| *at);
            value(table, at)
        });
        self.line(0, "");
        let claim = format!("claim:{name}-{}-{}", key(table), reference(&column.name));
        self.head_of_rows(&format!("{name}-claim"), &source(table), table, &claim);
        self.conditions("isNotNull", &filled);
        self.pairs();
        self.pair("a", "cg:Claim");
        let of_event = self.row_object(table, &thing);
        self.pair("rdf:subject", &of_event);
        self.pair("rdf:predicate", if is_launch { "cg:launchOf~iri" } else { "cg:changed~iri" });
        let row = self.row_object(table, &subject(table));
        self.pair("rdf:object", &row);
        let mut cases = cases(table, &["planned", "expected", "underStudy", "considered"]);
        if let Some(day) = &self.names.as_of {
            cases.insert(0, (is_later(table, event.column, day), "planned"));
        } else if event.is_end {
            // The end of what goes on is to come.
            let ongoing = self::cases(table, &["ongoing"]);
            cases.extend(ongoing.into_iter().map(|(condition, _)| (condition, "planned")));
        }
        self.choose(cases, "done");
        self.period("cg:during", table, event.column);
        let evidence = self.evidence(table);
        self.pair("cg:evidence", &evidence);
    }

    /// What a beginning or end is called, with the name of the thing by language.
    pub(super) fn name_of_event(&mut self, is_end: bool, name: impl Fn(&str) -> String) {
        for language in self.names.languages.clone() {
            let words = EVENTS.iter().find(|(known, _)| *known == language).map_or(EVENTS[0].1, |(_, words)| *words);
            let label = words[usize::from(is_end)].replace("{}", &name(&language));
            self.pair("skos:prefLabel", &format!("{}, {language}~lang", quoted(&label)));
        }
    }

    /// A day, month or year as EDTF; of a moment, its day.
    fn period(&mut self, property: &str, table: &TableGuess, at: usize) {
        let cell = quoted(&reference(&table.columns[at].name));
        if table.columns[at].datatype() != Some("xsd:dateTime") {
            self.pair(property, &format!("{cell}, edtf:EDTF"));
            return;
        }
        self.day(property, "edtf:EDTF", table, at);
    }

    /// The day of a moment.
    fn day(&mut self, property: &str, datatype: &str, table: &TableGuess, at: usize) {
        let cell = quoted(&reference(&table.columns[at].name));
        self.line(6, &format!("- p: {property}"));
        self.line(8, "o:");
        self.line(10, "function: grel:string_substring");
        self.line(10, &format!("datatype: {datatype}"));
        self.line(10, "parameters:");
        self.line(12, &format!("- [grel:valueParameter, {cell}]"));
        self.line(12, "- [grel:param_int_i_from, '0']");
        self.line(12, "- [grel:param_int_i_opt_to, '10']");
    }

    fn figure(&mut self, table: &TableGuess, figure: &FigureGuess) {
        let column = &table.columns[figure.column];
        let name = format!("{}-{}", table.name, slug(&column.name));
        let n_rows = table.reading.rows.len();
        let mut filled = Vec::new();
        let mut needs = |at: usize| {
            if table.columns[at].n_filled < n_rows {
                filled.push(reference(&table.columns[at].name));
            }
        };
        needs(figure.column);
        figure.about.iter().for_each(|link| needs(link.column));
        let what = if table.class.is_empty() { "Each row is a figure" } else { "A figure" };
        self.comment(&format!("{what}: `{}`.", column.name));
        self.head_of_rows(&name, &source(table), table, &format!("figure:{name}-{}", key(table)));
        self.conditions("isNotNull", &filled);
        self.pairs();
        self.pair("a", "cg:Figure");
        let of_body = |at: usize| quoted(&format!("body:{}~iri", reference(&table.columns[at].name)));
        match (&figure.about, figure.named_payee.filter(|_| table.class.is_empty())) {
            (Some(link), _) => self.reference_to_row("cg:about", table, link),
            (None, Some(payee)) => self.pair("cg:about", &of_body(payee)),
            (None, None) => {
                let row = self.row_object(table, &subject(table));
                self.pair("cg:about", &row);
            }
        }
        let measure = slug(&figure.measure);
        self.pair("cg:measure", &format!("measure:{measure}~iri"));
        self.out.measures.insert(measure, (figure.measure.clone(), figure.dimension()));
        self.amount(table, figure);
        let currency = match (figure.currency_column, &figure.currency) {
            (Some(at), _) => Some(quoted(&reference(&table.columns[at].name))),
            (None, currency) => currency.clone(),
        };
        if let Some(currency) = currency {
            self.pair("cg:currency", &currency);
        }
        self.bound(table, figure);
        self.pair("cg:nature", &format!("c:{}~iri", figure.kind.nature));
        // What was granted or paid is not planned, whatever becomes of the thing.
        let of_thing: &[&str] = match figure.kind.nature {
            "approval" | "payment" | "investment" => &[],
            _ => &["ended", "planned", "expected", "underStudy", "considered"],
        };
        self.status(table, figure.kind.status, of_thing);
        self.time(table, figure);
        let mut is_from_fund = false;
        for payer in &figure.payers {
            for end in self.ends(table, payer) {
                // A fund does not pay by itself: money comes through it.
                is_from_fund |= end.is_fund;
                self.refer(if end.is_fund { "cg:via" } else { "cg:payer" }, table, payer, &end);
            }
        }
        if let Some(at) = figure.named_payer {
            self.pair("cg:payer", &of_body(at));
        }
        match (&figure.payee, figure.named_payee, &figure.about) {
            (Some(payee), ..) => self.reference_to_row("cg:payee", table, payee),
            (None, Some(at), _) => self.pair("cg:payee", &of_body(at)),
            // What comes through a fund goes to what it is about.
            (None, None, Some(link)) if is_from_fund => self.reference_to_row("cg:payee", table, link),
            (None, None, None) if is_from_fund => {
                let row = self.row_object(table, &subject(table));
                self.pair("cg:payee", &row);
            }
            _ => {}
        }
        if table.class.is_empty() {
            self.rest(table, figure);
        }
        let evidence = self.evidence(table);
        self.pair("cg:evidence", &evidence);
    }

    /// What limits a number: the words in its cell, or nothing.
    fn bound(&mut self, table: &TableGuess, figure: &FigureGuess) {
        let Some(hedged) = &table.columns[figure.column].hedged else {
            self.pair("cg:bound", "c:exact~iri");
            return;
        };
        let single = |text: &str| text.replace('\'', "''");
        let cell = single(&reference(&table.columns[figure.column].name));
        let mut chosen = "'https://w3id.org/civigraph/code#exact'".to_owned();
        for (n, (hedge, code)) in hedged.hedges.iter().enumerate().rev() {
            let (function, text) = match hedge {
                HedgeText::Before(text) => ("string_startsWith", text),
                HedgeText::Behind(text) => ("string_endsWith", text),
            };
            let kind = if n == 0 { "type: iri, " } else { "" };
            chosen = format!(
                "{{function: grel:controls_if, {kind}parameters: [[grel:bool_b, {{function: grel:{function}, parameters: \
                 [[grel:valueParameter, '{cell}'], [grel:string_sub, '{}']]}}], \
                 [grel:any_true, 'https://w3id.org/civigraph/code#{code}'], [grel:any_false, {chosen}]]}}",
                single(text)
            );
        }
        self.line(6, "- p: cg:bound");
        self.line(8, &format!("o: {chosen}"));
    }

    fn amount(&mut self, table: &TableGuess, figure: &FigureGuess) {
        let column = &table.columns[figure.column];
        let cell = reference(&column.name);
        let single = |text: &str| text.replace('\'', "''");
        let replaced = |what: &str, find: &str, with: &str| {
            format!(
                "{{function: grel:string_replace, parameters: [[grel:valueParameter, {what}], \
                 [grel:p_string_find, '{find}'], [grel:p_string_replace, '{with}']]}}"
            )
        };
        // A number among words: what is around it goes, and what groups its digits.
        let bare = column.hedged.as_ref().map(|hedged| {
            let bare = replaced(&format!("'{}'", single(&cell)), "/^[^0-9]+|[^0-9]+$/", "");
            match hedged.decimal_point() {
                ',' => replaced(&replaced(&bare, "/[^0-9,]/", ""), ",", "."),
                _ => replaced(&bare, "/[^0-9.]/", ""),
            }
        });
        if let (Some(bare), 0) = (&bare, figure.zeros) {
            self.line(6, "- p: cg:value");
            self.line(8, &format!("o: {}", bare.replacen("parameters", "datatype: xsd:decimal, parameters", 1)));
            return;
        }
        if figure.zeros == 0 {
            self.pair("cg:value", &format!("{}, xsd:decimal", quoted(&cell)));
            return;
        }
        // The zeros are put behind, and the point that many digits further on: 1.5 million is 1.5000000, 1500000.0
        // and 1500000.
        let zeros = "0".repeat(figure.zeros);
        let with_zeros = match bare {
            Some(bare) => format!(
                "{{function: grel:string_concat, parameters: [[grel:valueParameter, {bare}], \
                 [grel:valueParameter2, '{zeros}']]}}"
            ),
            None => format!("'{}{zeros}'", single(&cell)),
        };
        self.line(6, "- p: cg:value");
        self.line(8, "o:");
        self.line(10, "function: grel:string_replace");
        self.line(10, "datatype: xsd:decimal");
        self.line(10, "parameters:");
        self.line(12, "- - grel:valueParameter");
        self.line(14, "- function: grel:string_replace");
        self.line(16, "parameters:");
        self.line(18, &format!("- [grel:valueParameter, {with_zeros}]"));
        self.line(18, &format!("- [grel:p_string_find, '/\\.([0-9]{{{}}})/']", figure.zeros));
        self.line(18, "- [grel:p_string_replace, '$1.']");
        self.line(12, "- [grel:p_string_find, '/\\.0*$/']");
        self.line(12, "- [grel:p_string_replace, '']");
    }

    fn time(&mut self, table: &TableGuess, figure: &FigureGuess) {
        let at = match &figure.time {
            FigureTime::Column(at) => {
                let is_day = table.columns[*at].datatype() == Some("xsd:date") && figure.kind.nature == "stock";
                if is_day {
                    let cell = quoted(&reference(&table.columns[*at].name));
                    self.pair("cg:asOf", &format!("{cell}, xsd:date"));
                } else {
                    self.period("cg:during", table, *at);
                }
                *at
            }
            FigureTime::FiscalYear(at) => {
                let cell = reference(&table.columns[*at].name);
                self.line(6, "- p: cg:during");
                self.line(8, "o:");
                self.line(10, "function: grel:string_replace");
                self.line(10, "datatype: edtf:EDTF");
                self.line(10, "parameters:");
                self.line(12, &format!("- [grel:valueParameter, '{}']", cell.replace('\'', "''")));
                self.line(12, "- [grel:p_string_find, '/^([0-9]{2})([0-9]{2})[^0-9]([0-9]{2})$/']");
                self.line(12, "- [grel:p_string_replace, '$1$2/$1$3']");
                self.text_in_all("cg:periodLabel", &quoted(&cell));
                *at
            }
            FigureTime::Words(at) => {
                let cell = quoted(&reference(&table.columns[*at].name));
                self.text_in_all("cg:periodLabel", &cell);
                *at
            }
            FigureTime::Given(years) => {
                self.pair("cg:during", &format!("{years}, edtf:EDTF"));
                return;
            }
            FigureTime::Unstated => {
                self.pair("cg:dateBasis", "c:unstated~iri");
                return;
            }
        };
        if table.columns[at].n_filled < table.reading.rows.len() {
            let cell = reference(&table.columns[at].name).replace('\'', "''");
            self.line(6, "- p: cg:dateBasis");
            self.line(8, "o: c:unstated~iri");
            self.line(8, &format!("condition: {{function: idlab-fn:isNull, parameters: [[idlab-fn:str, '{cell}']]}}"));
        }
    }

    /// What else a row says that is a figure.
    fn rest(&mut self, table: &TableGuess, figure: &FigureGuess) {
        for (at, column) in table.columns.iter().enumerate() {
            let is_other = table.meaning.figures.iter().any(|other| other.column == at);
            if figure.uses(at) || is_other || column.distinct.is_empty() {
                continue;
            }
            match table.links.iter().find(|link| link.column == at) {
                Some(link) => {
                    let property = self.own(&super::bare(&column.name), false);
                    self.reference_to_row(&property, table, link);
                }
                None if table.key == [at] => {}
                None => self.property(table, at),
            }
        }
    }
}

/// The codes that a state of the row says, with their conditions.
fn cases(table: &TableGuess, codes: &[&str]) -> Vec<(String, &'static str)> {
    let of_row = table.meaning.state.iter().flat_map(|(at, known)| known.iter().map(move |known| (*at, known)));
    of_row
        .filter(|(_, (_, code))| codes.contains(code))
        .map(|(at, (value, code))| {
            let cell = reference(&table.columns[at].name).replace('\'', "''");
            let value = value.replace('\'', "''");
            (format!("{{function: idlab-fn:equal, parameters: [[str1, '{cell}'], [str2, '{value}']]}}"), *code)
        })
        .collect()
}

/// The condition that a day, month or year is later than a day.
fn is_later(table: &TableGuess, at: usize, day: &str) -> String {
    let digits: String = day.chars().filter(char::is_ascii_digit).collect();
    let n = match table.columns[at].datatype() {
        Some("xsd:gYear") => 4,
        Some("xsd:gYearMonth") => 6,
        _ => 8,
    };
    let after = digits[..n].parse::<u64>().map_or(0, |day| day + 1);
    let cell = reference(&table.columns[at].name).replace('\'', "''");
    format!(
        "{{function: idlab-fn:inRange, parameters: [[idlab-fn:p_test, {{function: grel:string_replace, parameters: \
         [[grel:valueParameter, {{function: grel:string_replace, parameters: [[grel:valueParameter, '{cell}'], \
         [grel:p_string_find, '-'], [grel:p_string_replace, '']]}}], [grel:p_string_find, '/[^0-9].*$/'], \
         [grel:p_string_replace, '']]}}], [idlab-fn:p_from, '{after}']]}}"
    )
}
