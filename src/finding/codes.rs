//! All codes of the program's own findings: name, usual severity, meaning, and what to do about it. `civigraph explain`
//! and the tests read this table. The codes of checks are in the front matter of the checks; the code of a shape's
//! result is the SHACL parameter that is violated.

use super::Severity;
pub use super::code::{Code, Topic};

macro_rules! codes {
    ($($topic:ident { $($constant:ident $name:literal $severity:ident $summary:literal $explanation:literal)+ })+) => {
        $($(
            #[doc = concat!("`", $name, "`: ", $summary, ".")]
            pub const $constant: &str = $name;
        )+)+
        /// All codes, by topic.
        pub const ALL: &[Code] = &[$($(Code {
            name: $name,
            topic: Topic::$topic,
            severity: Severity::$severity,
            summary: $summary,
            explanation: $explanation,
        }),+),+];
    };
}

codes! {
Files {
    MISSING_FILE "missing-file" Error
        "a file that an argument or the pack names does not exist"
        "Check the path; it is relative to the current folder, or to the pack's folder if the pack names it."
    NOT_A_PACK "not-a-pack" Error
        "an argument names a file where a pack, or a table, is expected"
        "A pack is a folder with a `datapackage.json`, the tables that it lists and a mapping: `civigraph help pack` describes it. The message says what the file is, the hint which command takes it; RDF files are read with `--data FILE`."
    MISSING_FOLDER "missing-folder" Error
        "the folder of an output does not exist"
        "Create the folder first; civigraph does not create it, since the name may be a typo."
    UNREADABLE_FILE "unreadable-file" Error
        "a file exists, but cannot be read"
        "The system refuses to open it, or it is not a regular file: reading a pipe inside a pack could block forever. Check its type and permissions."
    UNWRITABLE_FILE "unwritable-file" Error
        "an output cannot be written"
        "Check the folder's permissions and the free disk space. Nothing was written: an output is written completely or not at all."
    OUTPUT_OVER_INPUT "output-over-input" Error
        "the output is one of the files that the result comes from"
        "Write to another file. An overwritten input could not be recovered."
    PATH_LEAVES_PACK "path-leaves-pack" Error
        "a pack names a file or folder outside its own folder"
        "No `..`, absolute path or link may lead out of a pack, so that a pack can be shared and cannot read your other files. Copy the file into the pack."
    NO_MEMORY "no-memory" Error
        "there is not enough memory for the stack that parsers may need"
        "Allow more memory (`ulimit -v`) or more threads (`ulimit -u`)."
    NOT_UTF8 "not-utf8" Error
        "the bytes at this place are not UTF-8"
        "Save the file as UTF-8 (in Excel: CSV UTF-8). It may currently be Big5, Windows-1252 or UTF-16. A table can stay as it is if its encoding is named: by `encoding` of the resource, or by `--encoding`."
    UNKNOWN_ENCODING "unknown-encoding" Error
        "an encoding has a name that is not known"
        "Write a label of the WHATWG Encoding Standard, such as `utf-8`, `utf-16le`, `big5`, `gbk` or `windows-1252`."
    WRONG_ENCODING "wrong-encoding" Error
        "the bytes at this place are not in the encoding that the file is said to have"
        "The encoding is given by the byte-order mark, by `encoding` in `datapackage.json`, by `encoding` of a source in the mapping or by `--encoding`. Name the right one, or save the file as UTF-8."
    JSON_SYNTAX "json-syntax" Error
        "the text is not valid JSON from this place on"
        "The message quotes what the parser expected. Usual causes are an extra comma and a missing quote."
    XML_SYNTAX "xml-syntax" Error
        "the text is not valid XML from this place on"
        "Usual causes are an unescaped `&` or `<`, and an element that is closed by another name. Entities other than `&lt;`, `&gt;`, `&amp;`, `&apos;` and `&quot;` are not expanded, so that a document cannot fill the memory or read other files."
    YAML_SYNTAX "yaml-syntax" Error
        "the text is not valid YAML from this place on"
        "Usual causes are a tab used for indentation, an unquoted text that contains `: ` or `#`, and an unclosed bracket."
    TURTLE_SYNTAX "turtle-syntax" Error
        "an ontology of the pack is not valid Turtle from this place on"
        "Usual causes are a missing full stop or semicolon before this place, and an undeclared prefix."
    RDF_SYNTAX "rdf-syntax" Error
        "from this place on, an RDF file is not valid in the format of its extension"
        "Check whether the extension matches the content: .ttl, .nt, .nq, .trig, .rdf, .jsonld."
    NO_TRIPLES "no-triples" Warning
        "an RDF file has no triples"
        "It is empty, or has prefixes and comments only. Check whether it is the file that was meant, and whether its export was complete."
    PREFIX_CLASH "prefix-clash" Warning
        "two RDF files declare the same prefix for different namespaces"
        "The files are read rightly, each with its own prefixes. Your queries have one set: that of the file that is named first. Declare the other namespace in the query, under any prefix."
    IMPORT_NOT_READ "import-not-read" Warning
        "a file imports an ontology that is not a local file"
        "civigraph does not use the network. Save the ontology next to the file and import it by its relative path."
}
Pack {
    UNUSED_PROPERTY "unused-property" Warning
        "a property of the descriptor has no effect"
        "The standard allows properties of one's own, so one that it does not define is only mentioned (severity info); if a standard one has nearly the same name, it is probably misspelt. A standard property without effect here is a warning: the message says why."
    CHANGED_FILE "changed-file" Warning
        "the size or hash of a file is not the one in the descriptor"
        "Somebody changed the file after it was described, or a program changed its line ends. Correct `bytes` and `hash` if the file is right."
    EXCEPTION "exception" Info
        "the pack silences a check or shape, or makes it milder"
        "The pack lists it under `civigraph.exceptions`, with the reason that the message quotes. Remove the entry to see the findings in full."
    PACKAGE_DESCRIPTOR "package-descriptor" Error
        "the Data Package standard or the object `civigraph` does not allow a value in `datapackage.json`"
        "The file is JSON, but this value is wrong. The message says what was expected; `civigraph help pack` describes the object `civigraph`."
    BASE_PREFIX "base-prefix" Warning
        "the prefix `base:` of the mapping is not the base in the descriptor"
        "In a pack, `base:` stands for the `base` of `datapackage.json`, so that claims, figures and names of a copied pack do not get IRIs of the pack that it was copied from. Write the same IRI in the mapping, for tools that do not know the pack, or call the prefix differently."
    UNSURE_GUESS "unsure-guess" Info
        "`init` guessed something of a table that could be otherwise"
        "Look at the column. What was guessed is in the `description` of its field in datapackage.json and in mapping.yml; correct it there."
    EXISTING_FILE "existing-file" Error
        "a file that would be written is already there"
        "`init` overwrites nothing, and `site` only what an earlier `site` has written. Name another folder, or move the file away."
    EMPTY_PACK "empty-pack" Error
        "the pack has no table or no mapping, or its tables make no triples"
        "List the tables under `resources` and name the mapping under `civigraph.mapping`. If both are present, check that the tables have rows and that the mapping reads them."
}
Tables {
    NO_TABLE "no-table" Info
        "a resource of the pack is not a table"
        "It has no tabular `format`, `mediatype` or extension, no `schema`, and no `\"type\": \"table\"`. A package may contain such files; they are neither checked nor mapped."
    EMPTY_TABLE "empty-table" Error
        "the file has no header, or a list or the tables of a new pack have no rows"
        "The first row of a table must contain the names of its columns; a chart of a list, and the guesses of `init`, also need rows."
    UNNAMED_COLUMN "unnamed-column" Error
        "a column has no name"
        "Give it a name in the header, or remove the delimiter at the end of the header."
    DUPLICATE_COLUMN "duplicate-column" Error
        "two columns have the same name"
        "Rename one of them: in a mapping the name would be ambiguous."
    UNKNOWN_COLUMN "unknown-column" Error
        "a table has a column that its schema lacks, or a schema or mapping names a column that the table lacks"
        "Compare the names character by character: case and spaces matter."
    MISSING_COLUMN "missing-column" Error
        "the schema has a field for which the table has no column"
        "Add the column, or remove the field; with `\"fieldsMatch\": \"superset\"` a schema may have more fields than the table has columns."
    COLUMN_ORDER "column-order" Error
        "the columns are in a different order from the fields of the schema"
        "Reorder them, or set `\"fieldsMatch\": \"equal\"` in the schema, which compares names only."
    WRONG_QUOTING "wrong-quoting" Error
        "a cell is quoted wrongly (RFC 4180)"
        "A quote is inside an unquoted cell, text follows a closing quote, or a quote is never closed. Inside a quoted cell, double each quote."
    WRONG_DELIMITER "wrong-delimiter" Error
        "the cells seem to be separated by another character"
        "Name the delimiter in the resource's `dialect`, such as `\"delimiter\": \";\"`."
    RAGGED_ROW "ragged-row" Error
        "a row has more or fewer cells than the header"
        "Usual causes are a delimiter inside an unquoted cell and a missing delimiter at the end of the row."
    UNSUPPORTED_FORMAT "unsupported-format" Error
        "the file is of a format that is not read as a table"
        "Tables are read from CSV, .xlsx, .ods, JSON, JSON Lines and XML, also packed by gzip, Zstandard or ZIP. Save the file in one of these."
    UNKNOWN_SHEET "unknown-sheet" Error
        "a workbook has no sheet or range with this name or number"
        "Compare the name with those of the workbook. A range is written `Sheet1!A3:F20`."
    OTHER_SHEETS "other-sheets" Info
        "a workbook has several sheets, and none is named, so the first is read"
        "Name the sheet (`sheetName` in the dialect, or after `#` in a mapping), so that it is not read by accident."
    HIDDEN_SHEET "hidden-sheet" Info
        "the sheet that is read is hidden in its workbook"
        "People who open the workbook do not see it. Check that it is the one that is meant."
    MERGED_CELLS "merged-cells" Warning
        "cells of a sheet are merged, and only the first has a value"
        "The other cells are empty for a table. Split the cells and fill in each."
    CELL_ERROR "cell-error" Error
        "a cell of a sheet has an error such as `#REF!`, or a formula without a value"
        "Correct the formula. A formula without a value was never calculated: open and save the workbook in a spreadsheet program."
    BAD_PATH "bad-path" Error
        "an iterator or a reference is not a path that is supported"
        "In JSON, paths are those of RFC 9535, such as `$.results[*]` and `details.name`. In XML, an iterator is an absolute path of elements with predicates on attributes, such as `/orgs/org[@type='board']`. `civigraph help mapping` describes both."
    NO_RECORDS "no-records" Error
        "an iterator selects nothing"
        "The path leads to nothing in this document. Compare its names with those of the document."
    EMPTY_PATH "empty-path" Warning
        "a reference leads to nothing in any record"
        "No record has a value there. Compare the name with those of the document."
    NOT_A_VALUE "not-a-value" Error
        "a reference leads to a list or an object"
        "A term is made from a text, a number or a truth value. Write `tags[*]` for all values of a list, or `details.name` for a value inside an object."
    REPEATED_MEMBER "repeated-member" Error
        "a JSON object has two members with the same name"
        "Readers of JSON differ in which of the two they take. Remove one."
}
Cells {
    WRONG_TYPE "wrong-type" Error
        "the value is not of the field's type"
        "Correct the cell, or the `type` and `format` of the field (`civigraph help tables`). `build --skip-bad-cells` leaves such cells out and lists them."
    UNKNOWN_VALUE "unknown-value" Error
        "the value is not in the field's `enum` or `categories`"
        "Correct the cell, or add the value to the list in the schema."
    WRONG_FORM "wrong-form" Error
        "the value violates the field's `pattern`, `minLength`, `maxLength` or `jsonSchema`"
        "Correct the cell. The pattern must match the complete value."
    OUT_OF_RANGE "out-of-range" Error
        "the value violates the field's `minimum`, `maximum`, `exclusiveMinimum` or `exclusiveMaximum`"
        "Correct the cell, or the range in the schema."
    MISSING_VALUE "missing-value" Error
        "the cell is empty, and the field is required or part of the primary key"
        "Fill in the cell. `missingValues` in the schema lists the texts that count as empty."
    DUPLICATE_ID "duplicate-id" Error
        "a key of the row that must be unique is that of an earlier row"
        "Give one of the rows another key, or remove it. The finding gives the line of the earlier row."
    DANGLING_KEY "dangling-key" Error
        "no row has the key that this foreign key refers to"
        "Correct the key, or add the row it refers to."
    HUGE_CELL "huge-cell" Error
        "the cell is larger than 8,000,000 bytes"
        "The usual cause is an unclosed quote, which makes the rest of the file one cell. If the cell really is that large, keep its text in a separate file."
    HUGE_TERM "huge-term" Error
        "cells make a term that is larger than 8,000,000 bytes when written as RDF"
        "Escapes count: a line break is two characters in N-Quads. Such a term could be written, but not read back."
}
Terms {
    BLANKS_IN_IRI "blanks-in-iri" Warning
        "a cell from which an IRI is made has blanks around its value, or nothing else"
        "The blanks become a part of the IRI, so that ` Ann` and `Ann` are two people. Remove them, or use `grel:string_trim` in the mapping."
    CONTROL_CHARACTER "control-character" Warning
        "a cell from which a term is made has a control character"
        "Usually it came from another program by accident. RDF/XML cannot say most of them, so that an export in it would fail."
    NO_SCHEME "no-scheme" Warning
        "a cell from which an IRI is made looks like a web address without a scheme"
        "Without `https://` it is a relative IRI and is resolved against the base of the pack. Write the complete address."
    ROW_WITHOUT_SUBJECT "row-without-subject" Warning
        "a row makes nothing, since a cell of its subject has no value"
        "Its other cells are in no triple. Fill in the cell, or give the mapping a condition that leaves out such rows."
    COMBINED_VALUES "combined-values" Warning
        "a term is made from several cells with several values each, in every combination"
        "RML combines all values of one reference with all values of another. If they belong together, as the name and the address of a parent do, give them an iterator of their own, so that each term is made from one record."
    BAD_IRI "bad-iri" Error
        "a value that must be an IRI is not one, or is relative without a `base`"
        "An IRI has a scheme, such as `https:`, and no spaces. Set `base` in the mapping for relative ones. `build --skip-bad-cells` leaves out the triples of such cells and lists the cells."
    BAD_LITERAL "bad-literal" Error
        "the value is not valid for its datatype"
        "Correct the cell, or the datatype in the mapping: `2019-13-01` is not a valid xsd:date."
    UNKNOWN_LANGUAGE_TAG "unknown-language-tag" Error
        "a language tag is not well-formed (BCP 47)"
        "Use tags such as `en`, `zh-Hant` or `de-CH`."
    UNKNOWN_TERM "unknown-term" Error
        "the term is in an ontology's namespace, but no ontology defines it"
        "It is probably misspelt; the hint names the closest term. In a query, the warning means that no loaded graph contains the term, so the pattern finds nothing. Define your own terms in an ontology of the pack."
}
Mapping {
    MAPPING "mapping" Error
        "a key, value, function, parameter, source or mapping in the mapping file is unknown or incomplete"
        "The language is YARRRML (<https://rml.io/yarrrml/spec/>), or RML (<https://w3id.org/rml/portal/>) in Turtle. `civigraph help mapping` describes the supported syntax; the functions are listed by `civigraph explain mapping`."
    ENCODED_ADDRESS "encoded-address" Warning
        "a character that an address needs is percent-encoded"
        "The cells in a template are encoded, since they are usually names: `mailto:$(mail)` of `a@b.example` is `mailto:a%40b.example`, which is no mail address, and the `/` in a DOI becomes `%2F`. Make the address by a function, whose value is taken as it is: `idlab-fn:concat` of `mailto:` and the cell, with `type: iri`. RML has the term type `rml:UnsafeIRI` for it."
    FUNCTION_ARGUMENT "function-argument" Error
        "a function of the mapping cannot be applied to a value"
        "The message says what was expected, such as a number or a date in another form. Correct the cell or the pattern, or call the function under a condition. `build --skip-bad-cells` leaves out the triples of such cells and lists the cells."
    MAPPING_MEMORY "mapping-memory" Error
        "a mapping needs more memory than `--memory`"
        "Triples that become Turtle or TriG are held in memory. Write N-Triples or N-Quads, which are not, or allow more with `--memory 20G`; the default is half of the machine's memory."
    EXPLODING_JOIN "exploding-join" Error
        "a reference to another mapping joins too many rows with each other"
        "A reference without a condition joins every row with every row, and a condition on a column with few values, such as a year or an empty key, joins many. Compare columns that together identify a row."
    WRONG_PARTS "wrong-parts" Error
        "parts of a mapping do not belong together, or one is missing or damaged"
        "`civigraph map --partition I/N` writes a part and, beside it, a manifest that says of which mapping and tables it is which part, with a count and a checksum. `map --merge` takes all parts of one mapping, each once. Make the part that the message names again."
    UNKNOWN_PREFIX "unknown-prefix" Error
        "a prefix is not declared"
        "Declare it under `prefixes` in the mapping or the descriptor, or with PREFIX in the query."
}
Queries {
    SPARQL_SYNTAX "sparql-syntax" Error
        "the text is not valid SPARQL 1.1 from this place on, or it is nested too deeply"
        "The message says what the parser expected; the hint suggests a correction."
    SPARQL_EVALUATION "sparql-evaluation" Error
        "the query could not be evaluated"
        "The message gives the evaluator's reason."
    SERVICE_REFUSED "service-refused" Error
        "the query calls another server (SERVICE)"
        "civigraph does not use the network. Download the other data, and query both together."
    QUERY_TIMEOUT "query-timeout" Error
        "the query took longer than `--timeout`"
        "Look for patterns that share no variable: every combination of their results is computed. Allow more time with `--timeout 10m` or `--timeout none`."
    QUERY_MEMORY "query-memory" Error
        "the query needs more memory than `--memory`"
        "Look for patterns that share no variable, and for `ORDER BY`, `DISTINCT`, `GROUP BY` or a path such as `?a p* ?b` over very many results: these are held in memory. Allow more with `--memory 20G`; the default is half of the machine's memory."
    LANGUAGE_COMPARISON "language-comparison" Warning
        "a comparison such as `LANG(?x) = \"zh-Hant\"` is never true"
        "Language tags are kept in lower case. Use LANGMATCHES(LANG(?x), \"zh-Hant\"), which ignores case."
    UNUSED_TERM "unused-term" Warning
        "the vocabulary has the class or property, but no triple of the data"
        "The pattern finds nothing. The hint names a term with that meaning that the data use, if any; `civigraph vocabulary TERM` describes the term."
    NOT_OF_CLASS "not-of-class" Warning
        "nothing of the class asked for has the property asked for"
        "Both occur, but never together. The hint names the path to what has the property, or the class that has it."
    UNMATCHED_VALUE "unmatched-value" Warning
        "a pattern has a value whose kind the property never has"
        "In a pattern a text matches neither the same text with a language tag nor an IRI nor a number, and a number matches only one of its own type. Write the value as the hint does, or compare in a FILTER."
    NEVER_TRUE "never-true" Warning
        "a comparison is never true, since the values are of another kind"
        "Texts, texts with a language tag, IRIs, numbers and dates of each type are never equal, greater or less than each other. Compare with a value of the same kind, or with the text of the value, `STR(?x)`."
    DATES_LEFT_OUT "dates-left-out" Warning
        "a property has dates of several types, and a comparison leaves out some of them"
        "A year (xsd:gYear), a month and a day (xsd:date) cannot be compared with each other. Compare each type on its own, or the texts: `STR(?date) < \"2015-01-01\"`."
    UNBOUND_VARIABLE "unbound-variable" Warning
        "a variable has no value where it is used"
        "No pattern binds it, or only one outside its group: SPARQL evaluates groups from the inside. A condition on it is never true, and a column of it is empty."
    EARLY_ALIAS "early-alias" Warning
        "the name of an expression is used before it has a value"
        "A name that SELECT or BIND gives is not visible in HAVING or in what comes before it (SPARQL 1.1, section 18.2.4). Write the expression itself."
    BAD_PATTERN "bad-pattern" Warning
        "a regular expression cannot be compiled, so that it matches nothing"
        "The message gives the reason. Characters such as `(`, `[`, `*` and `+` have a meaning; write a backslash before them (doubled in SPARQL), or use CONTAINS."
    UNKNOWN_QUESTION "unknown-question" Error
        "no stored question has that name"
        "`civigraph query --list` shows all; a file needs the extension .rq."
    UNKNOWN_PARAMETER "unknown-parameter" Error
        "the question has no such parameter, or the value is not of its type"
        "`civigraph query --list NAME` shows the parameters of a question with their types."
    MISSING_PARAMETER "missing-parameter" Error
        "the question needs a parameter that is not given"
        "Give it with `--param name=value`; if the question has only one parameter, `--param value` is enough."
    UNKNOWN_ENTITY "unknown-entity" Error
        "nothing in the graph has that name"
        "Entities are named by slug, prefixed name, IRI or any label, in any language of the pack."
    CIRCULAR_SUCCESSION "circular-succession" Warning
        "change events say of several things that each took the place of another, in a circle"
        "`diff` tells each step; which thing came first is not decided by it. Check which of the events has original and result the wrong way round."
    UNRELATED_EDITIONS "unrelated-editions" Warning
        "two editions that are compared have no thing in common"
        "They are compared as they are: everything is new or gone. They may be of different packs, or name the same things by different IRIs; an edition that says so by change events or former names is matched."
    AMBIGUOUS_ENTITY "ambiguous-entity" Error
        "several things have that name"
        "The hint lists them; use the prefixed name of the one you mean."
    SAME_THING "same-thing" Error
        "the two names of `path` are names of one thing"
        "A path connects two things. `civigraph show NAME` shows what one is connected with."
    NO_SUCH_RELATION "no-such-relation" Error
        "no relation between two things has that name"
        "Relations are named by prefixed name, IRI, the last part of the IRI or any label; `civigraph stats` lists those that the graph has. `--avoid` also takes kinds and things."
    BAD_SEARCH "bad-search" Error
        "a search has nothing to look for, or more than 200 characters"
        "Search for a name, a part of it, or words of a definition, in any language."
    UNKNOWN_LANGUAGE "unknown-language" Warning
        "the pack has no labels in the requested language"
        "The hint lists the languages of the pack."
    UNKNOWN_GRAPH "unknown-graph" Error
        "no named graph has that name"
        "`civigraph query 'SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }'` lists them."
    UNKNOWN_FORMAT "unknown-format" Error
        "no format has that extension, or the format cannot hold the result"
        "Choose another extension, or name the format with `--format`."
    FRONT_MATTER "front-matter" Error
        "the comments at the top of a stored query are incomplete or do not match the query"
        "Front matter is YAML in comments between two lines `# ---`. The message says what is wrong with it."
    UNKNOWN_CODE "unknown-code" Error
        "no finding has that code"
        "`civigraph explain --list` lists all codes."
    UNKNOWN_TOPIC "unknown-topic" Error
        "help has no command and no topic of that name"
        "`civigraph help` lists commands and topics."
    UNUSED_ARGUMENT "unused-argument" Error
        "an argument has no effect in combination with the others"
        "Leave it out. It is refused, not ignored, so that no filter silently does nothing."
}
Checks {
    BAD_RULE "bad-rule" Error
        "a rule is not a CONSTRUCT query, makes blank nodes, or never stops deriving triples"
        "A rule adds triples that follow from others. It must be a CONSTRUCT whose terms come from its pattern."
    BAD_CHECK "bad-check" Error
        "a check is incomplete, has the code of another check, or returns a row without a variable that its front matter uses"
        "A check is a SELECT query with front matter; `civigraph help checks` describes it."
    CHECK_TIMEOUT "check-timeout" Error
        "a check took longer than `--timeout`"
        "This says nothing about the data. Allow more time with `--timeout`, or simplify the query."
}
Shapes {
    BAD_SHAPE "bad-shape" Error
        "a shape is malformed"
        "A list, path or pattern is malformed, a value is of the wrong kind, or SHACL does not allow a query."
    RECURSIVE_SHAPE "recursive-shape" Error
        "shapes refer to each other in a cycle"
        "SHACL leaves the meaning of recursion undefined (section 3.4.3). Break the cycle."
    SHAPE_TIMEOUT "shape-timeout" Error
        "a query of a shape took longer than `--timeout`"
        "This says nothing about the data. Allow more time with `--timeout`, or simplify the query."
    NOTHING_VALIDATED "nothing-validated" Warning
        "no node was validated"
        "Nothing is known about the data. Check the targets of the shapes, and whether data and shapes use the same IRIs."
    NOT_CARRIED_OUT "not-carried-out" Warning
        "a term of SHACL has no effect here"
        "It belongs to the advanced features, to SHACL's JavaScript extensions or to a later draft, or it has no meaning where it is used."
    NO_SHAPES "no-shapes" Error
        "shapes are needed and none are given"
        "Name a file with `--shapes`, or use `--shapes ontology` for the shapes of the vocabulary."
}
Evidence {
    OTHER_EDITION "other-edition" Violation
        "the text is not that of the source: its SHA-256 differs"
        "The line numbers do not match another edition. Get the edition that the pack names; with both texts, `civigraph evidence --text OLD NEW` carries the evidence over to the new lines."
    UNWRITABLE_LINES "unwritable-lines" Error
        "the new lines of evidence cannot be put into its table"
        "The cells must be in a CSV file in UTF-8 and hold the numbers of the old lines themselves. Nothing was written."
    NOT_A_TEXT "not-a-text" Error
        "a file that should be a text is something else"
        "Evidence is compared with the plain text of a source. Take the text out of a PDF or an office document first."
    FOREIGN_TEXT "foreign-text" Violation
        "hardly anything of the source's text is found again in the other text"
        "It is probably another publication, or in another language. Nothing is carried over."
    OTHER_FORM "other-form" Info
        "the text differs from the source only in its line ends, byte-order mark or encoding"
        "No action is needed: the text was converted before it was compared."
    UNKNOWN_EDITION "unknown-edition" Warning
        "the source has no SHA-256, so its text cannot be verified"
        "Add the hash of the text to the source in the pack."
    UNKNOWN_SOURCE "unknown-source" Error
        "no source has that name, or there are several and none is named"
        "Name the source with `--source`."
    NOT_NAMED "not-named" Violation
        "the cited lines do not name what the statement is about"
        "Cite the line with the name, add the name to the pack, or give a `reason` why a name is not needed."
    NAMED_INSIDE "named-inside" Warning
        "the cited lines contain the name only as part of a longer one"
        "Check whether the longer name is that of another body."
    NEVER_NAMED "never-named" Warning
        "no line of the text names the entity"
        "Add the name that the source uses, or check whether the entity belongs in the pack."
    NAME_NOT_FOUND "name-not-found" Violation
        "the words of a name do not occur in the cited lines"
        "Correct the name or the lines."
    NUMBER_NOT_FOUND "number-not-found" Violation
        "the number of a figure does not occur in the cited lines"
        "Correct the number or the lines. Numbers are also recognised in words, in Chinese numerals, and split across lines."
    DATE_NOT_FOUND "date-not-found" Violation
        "a year, month or quarter does not occur in the cited lines"
        "Correct the date or the lines."
    HEDGE_NOT_FOUND "hedge-not-found" Warning
        "the cited lines hedge the number differently"
        "Words such as “about”, “over” and “up to” are part of a figure: record the hedge that the source uses."
    LINES_OUTSIDE_SOURCE "lines-outside-source" Violation
        "evidence cites lines that the source does not have"
        "Correct the range of lines."
    LONG_RANGE "long-range" Violation
        "evidence cites many lines without a reason"
        "Cite only the sentence, or give a `reason` why the complete passage is needed."
    UNCITED_LINE "uncited-line" Info
        "a line that is not a heading is cited by no statement"
        "Check whether the line says something that the pack should have."
}
Charts {
    UNKNOWN_VIEW "unknown-view" Error
        "no view has that name, and it is not a .rq file"
        "The hint lists the views."
    EMPTY_VIEW "empty-view" Error
        "nothing in the graph can be drawn in this view"
        "Run the view's query with `civigraph query` to see what it returns, or leave out `--kind` and `--status`."
    UNKNOWN_KIND "unknown-kind" Error
        "nothing in the view is of the requested kind"
        "The hint lists the kinds that are in the view."
    UNKNOWN_STATUS "unknown-status" Error
        "nothing in the view has the requested status"
        "The hint lists the statuses that are in the view."
    UNKNOWN_LEVEL "unknown-level" Error
        "nothing in the chart has the property whose values are to be its levels"
        "The hint lists the properties. Name one by its prefixed name, its last part or its label."
    LITERAL_IN_VIEW "literal-in-view" Warning
        "relations of a view lead to literals or blank nodes and are left out"
        "A chart draws relations between IRIs. Change the query to return IRIs."
    DATE_WITHOUT_YEAR "date-without-year" Warning
        "a date in a timeline has no year or cannot be read"
        "Dates are EDTF: `2019`, `2019-04`, `2019-04-01`, `2020-33` (a quarter), `2004/..`."
    CIRCULAR_HIERARCHY "circular-hierarchy" Warning
        "bodies are above each other in a cycle"
        "One of the relations is drawn as a label instead of a branch. `validate` reports the cycle as a violation, with the cells of all links."
    MISSING_HEAD "missing-head" Warning
        "a staff list names a head who has no row"
        "A card is drawn for the name alone, so that the others stay together. Add a row for the head, or correct the name."
    SEVERAL_HEADS "several-heads" Info
        "several rows of a staff list are under nobody"
        "Each begins a tree of its own. Name the one above them in their rows if there is one."
    SAME_NAME "same-name" Warning
        "a name in a staff list comes twice, so that it is not certain who is meant"
        "Add a column that is different for everybody, such as a staff number, and refer to heads by it."
    THEME_FILE "theme-file" Error
        "a theme file is not written as one"
        "It is YAML with the keys colours, kinds, logo, ground, card, ink, faint, line and label. Quote colours: \"#1e4e79\"."
    UNREADABLE_COLOURS "unreadable-colours" Error
        "colours of a theme file are too close to each other to be read (WCAG 2.2 AA)"
        "Use the colour of the hint, or a darker one for words and a lighter one for what is below them."
    PICTURE "picture" Warning
        "a photo or logo is missing, or no PNG or JPEG"
        "Put the picture into the folder of the pack or list, and its path there into the table."
    STALE_PAGES "stale-pages" Warning
        "files next to the chart have the names of pages that it does not have"
        "Pages of an earlier chart are removed; these do not say that they are pages of a chart of ours. Remove them if you do not need them."
    MISSING_GLYPH "missing-glyph" Error
        "no font at hand has a character"
        "In PNG, PDF and SVG with outlines it is drawn as a box: the file is written, and the exit code is 1. In other SVG and in HTML it is a warning, since the reader's system may have a font. Give one with `--font FILE`, or use those of your system with `--system-fonts`."
    PLAIN_PDF "plain-pdf" Warning
        "a PDF is not PDF/UA-1, the standard for readers who do not see it"
        "The file is complete, and screen readers may not read all of it. The message names the rules that it breaks: mostly a character that no font has (`missing-glyph`)."
    UNREADABLE_FONT "unreadable-font" Error
        "a file given as a font is none that can be drawn with and embedded"
        "TrueType and OpenType fonts with outlines can be used, alone or in collections: .ttf, .otf, .ttc. Not those compressed for the web (WOFF), those of pictures only, and those whose maker forbids to embed them."
    UNUSED_FONT "unused-font" Warning
        "a font was given, and nothing on the chart is drawn with it"
        "Fonts that are given draw only what those inside the program lack."
    SMALL_TEXT "small-text" Warning
        "text on this page is smaller than 6 pt, and the chart cannot be split further"
        "Choose a larger page, or draw a part with `--root` and `--depth`."
    GRAPHVIZ "graphviz" Error
        "the program `dot` is not installed, failed, or took too long"
        "Leave out `--engine dot`: civigraph draws without Graphviz."
}
Snapshots {
    DAMAGED_SNAPSHOT "damaged-snapshot" Error
        "the file of the snapshot breaks off, a checksum in it is wrong, or its manifest is invalid"
        "Build it again with `civigraph build`."
    UNREADABLE_SNAPSHOT "unreadable-snapshot" Error
        "the new snapshot could not be read back"
        "The old snapshot is unchanged. This is an error in civigraph; please report it."
    STALE_SNAPSHOT "stale-snapshot" Error
        "the snapshot was built by another version or vocabulary, or its pack has changed since"
        "Build it again with `civigraph build`."
    BUSY_STORE "busy-store" Error
        "another build is writing to this folder"
        "Wait for it to finish."
    OTHER_GRAPH "other-graph" Error
        "the current folder is a pack, but another graph would be used"
        "Name the graph you mean with `--pack .`, `--pack DIR` or `--store DIR`."
    FAILED_BUILD "failed-build" Error
        "the last build here failed, so the snapshot is older than the pack or belongs to another pack"
        "Correct the pack and build again, or query the older snapshot with `--store .civigraph`."
    OTHER_PACK "other-pack" Error
        "the snapshot that would be replaced belongs to another pack"
        "Add `--replace`, or write to another folder with `--store DIR`."
}
Server {
    BAD_REQUEST "bad-request" Error
        "a request breaks a rule of HTTP or of the SPARQL Protocol"
        "The message says which parameter or header is wrong. `civigraph help serve` lists the addresses and their parameters."
    NOT_ACCEPTABLE "not-acceptable" Error
        "the answer cannot be written in any format that the request accepts"
        "The hint lists the formats of such an answer. Rows and triples have formats of their own."
    UNKNOWN_MEDIA_TYPE "unknown-media-type" Error
        "the body of a request has a media type that is not read here"
        "Send a query as `application/sparql-query`, or as the parameter `query` of a form (`application/x-www-form-urlencoded`)."
    TOO_LARGE "too-large" Error
        "the address or the body of a request is too long"
        "Send a long query in the body of a POST. The message says how long it may be."
    TOO_SLOW "too-slow" Error
        "the body of a request did not come in time"
        "Send it again over a better connection."
    READ_ONLY "read-only" Error
        "a request would change the graph, which the server does not allow"
        "Change the pack and build it again; the server takes the new snapshot up by itself."
    QUERY_ROWS "query-rows" Error
        "the answer has more rows or triples than the server sends"
        "An answer is never cut short in silence. Ask for fewer with `LIMIT`; the server allows more with `--max-rows`."
    SERVER_BUSY "server-busy" Error
        "too many queries run at the same time"
        "Send the request again after the seconds that `Retry-After` names. A query that runs long gives way to those that do not: ask for less."
    NO_TOKEN "no-token" Error
        "the server asks for a token, and the request has none or another"
        "Send the header `Authorization: Bearer TOKEN`."
    UNKNOWN_ADDRESS "unknown-address" Error
        "there is nothing at the address of a request"
        "`civigraph help serve` lists the addresses. Things have the path of their IRI, or `/resource?iri=IRI`."
    WORKER_ENDED "worker-ended" Error
        "the process that worked on a request was ended by the system"
        "Send the request again. If that does not help, the query may need more memory than the machine has."
    BAD_ARGUMENTS "bad-arguments" Error
        "the arguments of a tool call are not those that the tool takes"
        "The message says which. `tools/list` has a schema of each tool's arguments; `civigraph help mcp` describes them."
    CANNOT_LISTEN "cannot-listen" Error
        "the server cannot listen at the address of `--bind`"
        "Another program may have the port: choose another, or port 0 for any that is free."
}
Engines {
    ENGINE_ADDRESS "engine-address" Error
        "the address of an engine is none, or has a password in it"
        "Write the address of its SPARQL queries, such as `http://localhost:7878/query`. A user and a password come from the environment or from a file: see `civigraph help engines`."
    ENGINE_UNREACHABLE "engine-unreachable" Error
        "an engine does not answer"
        "Check the address, whether the engine runs, and whether a firewall or a certificate is in the way; the message has the reason."
    ENGINE_TIMEOUT "engine-timeout" Error
        "an engine did not answer in time, or gave up"
        "Allow more time with `--timeout` or with `time-limit` in a profile, or ask for less. Many engines have a limit of their own."
    ENGINE_REFUSED "engine-refused" Error
        "an engine refuses a query or an update"
        "The message is the engine's own, the place is that in your query if the engine tells a line. Engines differ in what they support: `civigraph probe URL` shows it."
    ENGINE_LOGIN "engine-login" Error
        "an engine wants to know who asks, or does not allow this, or a password would go in clear text"
        "Credentials come from CIVIGRAPH_STORE_USER and CIVIGRAPH_STORE_PASSWORD, CIVIGRAPH_STORE_TOKEN, or a file: see `civigraph help engines`."
    ENGINE_BUSY "engine-busy" Error
        "an engine said several times that it has no time"
        "Try later. A profile can slow the requests down (`requests-per-second`)."
    NOT_AN_ENGINE "not-an-engine" Error
        "what answers at an address is not a SPARQL engine"
        "It is a page for people, something of another media type, or nothing (status 404). The address of queries often ends in `/sparql` or `/query`."
    OTHER_HOST "other-host" Error
        "an address leads to another host"
        "Redirects are followed only on the same host, and from http to https, so that neither a query nor a password goes to somebody else. If the new address is right, name it."
    BROKEN_ANSWER "broken-answer" Error
        "an answer of an engine breaks off, or cannot be read"
        "The connection was cut, the engine failed while it was writing, or it writes what the standard does not allow. Nothing of a cut answer is used."
    ANSWER_TOO_LARGE "answer-too-large" Error
        "an answer of an engine has more bytes than may be read"
        "Ask for less, or allow more with `largest-answer` in a profile."
    INCOMPLETE_ANSWER "incomplete-answer" Error
        "an engine sends fewer triples or rows than there are"
        "Many engines cut answers at a number of rows without a word. Set `row-cap` in a profile, so that smaller pages are asked for; `civigraph probe URL` finds the cap. If the engine is being written to, try again."
    FETCH_LIMIT "fetch-limit" Error
        "a command would fetch more triples from an engine than it may"
        "Commands other than `query` fetch what they need. Allow more with `--fetch-limit`, or use `query`, which the engine answers."
    STORE_CREDENTIALS "store-credentials" Error
        "the credentials for an engine cannot be used"
        "A file of credentials may be read by its owner only (`chmod 600`), and has for each host a user and a password, or a token: see `civigraph help engines`."
    ENGINE_PROFILE "engine-profile" Error
        "a profile of an engine, or a file of certificates, is not as it should be"
        "The keys are described in `civigraph help engines`; `civigraph probe URL -o FILE` writes a profile. Certificates of authorities are read in PEM."
    ENGINE_CONSTANTS "engine-constants" Warning
        "an engine changes the letters of a query"
        "Virtuoso 7 makes `?` of letters outside Latin-1 in the constants of a query. `civigraph probe URL` finds it out; data are not affected."
    PUBLISHED_OTHERWISE "published-otherwise" Error
        "what an engine holds after it was loaded is not what was sent"
        "The message counts it. The graphs that readers see are unchanged, unless the engine cannot replace graphs at once; run the command again to go on."
}
}

/// The code of the program that has this name.
pub fn find(name: &str) -> Option<&'static Code> {
    ALL.iter().find(|code| code.name == name)
}
