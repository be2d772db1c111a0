//! An error for each check, and the cell where it must be reported.

use super::Change::{self, Drop, Like, Set, Text};

/// Each check with its seeded error.
pub type Seed<'a> = (&'a str, bool, Vec<Change<'a>>, (&'a str, &'a [&'a str], &'a str));

pub fn seeds() -> Vec<Seed<'static>> {
    vec![
        (
            "missing-label",
            true,
            vec![Set("entities.csv", &["hkpc"], "label_en", "")],
            ("entities.csv", &["hkpc"], "label_en"),
        ),
        // Two rows of one entity: the slug no longer stands for one thing.
        (
            "two-labels",
            true,
            vec![Like("entities.csv", &["hkpc"], &[("label_zh", "香港生產力中心")])],
            ("entities.csv", &["hkpc", "Organisation", "council", "香港生產力促進局"], "label_zh"),
        ),
        (
            "same-label",
            true,
            vec![Set("entities.csv", &["innocentre"], "label_zh", "香港科學園")],
            ("entities.csv", &["science-park"], "label_zh"),
        ),
        (
            "former-is-present",
            false,
            vec![Set("names.csv", &["apas-former"], "text_zh", "汽車科技研發中心")],
            ("names.csv", &["apas-former"], "text_zh"),
        ),
        (
            "circular-hierarchy",
            false,
            vec![Like(
                "claims.csv",
                &["cepa-services-agreement-under-cepa"],
                &[("id", "seed"), ("subject", "cepa"), ("object", "cepa-services-agreement")],
            )],
            ("claims.csv", &["cepa-services-agreement-under-cepa"], "object"),
        ),
        (
            "two-owners",
            false,
            vec![Like("claims.csv", &["hsitp-owned-by-hkstp"], &[("id", "seed"), ("object", "cyberport")])],
            ("claims.csv", &["hsitp-owned-by-hkstp"], "object"),
        ),
        (
            "against-asymmetry",
            false,
            vec![Like("claims.csv", &["itc-supports-itb"], &[("id", "seed"), ("subject", "itb"), ("object", "itc")])],
            ("claims.csv", &["seed"], "object"),
        ),
        (
            "disjoint-classes",
            true,
            vec![Like("entities.csv", &["cyberport"], &[("class", "Facility")])],
            ("entities.csv", &["cyberport", "Organisation"], "class"),
        ),
        // The park cannot act.
        (
            "outside-domain",
            false,
            vec![
                Set("claims.csv", &["cyberport-function-knowledge"], "predicate", "manages"),
                Set("claims.csv", &["hkstp-manages-innocentre"], "subject", "science-park"),
            ],
            ("claims.csv", &["hkstp-manages-innocentre"], "subject"),
        ),
        // An organisation is not a place.
        (
            "outside-range",
            false,
            vec![Set("claims.csv", &["smart-space-in-cyberport"], "object", "cyberport")],
            ("claims.csv", &["smart-space-in-cyberport"], "object"),
        ),
        (
            "wrong-code",
            true,
            vec![Set("figures.csv", &["science-park-companies"], "bound", "stock")],
            ("figures.csv", &["science-park-companies"], "bound"),
        ),
        (
            "two-values",
            true,
            vec![Like("figures.csv", &["science-park-companies"], &[("value", "900")])],
            ("figures.csv", &["science-park-companies", "science-park", "operating-companies", "900"], "value"),
        ),
        (
            "group-size",
            false,
            vec![Drop("claims.csv", &["nami-member-rd-centres"]), Drop("evidence.csv", &["nami-member-rd-centres"])],
            ("entities.csv", &["rd-centres"], "group_size"),
        ),
        (
            "incomplete-claim",
            true,
            vec![Set("claims.csv", &["hkstp-manages-innocentre"], "status", "")],
            ("claims.csv", &["hkstp-manages-innocentre"], "status"),
        ),
        (
            "two-objects",
            false,
            vec![Set("claims.csv", &["hkstp-manages-innocentre"], "concept", "bureau")],
            ("claims.csv", &["hkstp-manages-innocentre"], "concept"),
        ),
        (
            "unknown-relation",
            true,
            vec![Set("claims.csv", &["hkstp-manages-innocentre"], "predicate", "Place")],
            ("claims.csv", &["hkstp-manages-innocentre"], "predicate"),
        ),
        (
            "dangling-reference",
            true,
            vec![Set("claims.csv", &["hkstp-manages-innocentre"], "object", "innocenter")],
            ("claims.csv", &["hkstp-manages-innocentre"], "object"),
        ),
        (
            "planned-and-done",
            false,
            vec![Like("claims.csv", &["hkstp-manages-innocentre"], &[("id", "seed"), ("status", "planned")])],
            ("claims.csv", &["seed"], "status"),
        ),
        (
            "planned-without-status",
            false,
            vec![Set("entities.csv", &["rfs"], "status", "")],
            ("entities.csv", &["rfs"], "status"),
        ),
        (
            "due-before-source",
            false,
            vec![
                Like(
                    "claims.csv",
                    &["hkstp-manages-innocentre"],
                    &[
                        ("id", "seed"),
                        ("object", "third-innohk-platform"),
                        ("status", "planned"),
                        ("due", "2018"),
                        ("due_latest", "2018-12-31"),
                    ],
                ),
                Like("evidence.csv", &["hkstp-manages-innocentre"], &[("claim", "seed")]),
            ],
            ("claims.csv", &["seed"], "due_latest"),
        ),
        (
            "open-after-end",
            false,
            vec![Set("entities.csv", &["innocentre"], "status", "ended")],
            ("claims.csv", &["hkstp-manages-innocentre"], "status"),
        ),
        (
            "plan-overdue",
            false,
            vec![
                Like("sources.csv", &["hkyb-2019-06"], &[("id", "hkyb-2030"), ("date", "2030-12-31")]),
                Like("claims.csv", &["hkstp-manages-innocentre"], &[("id", "seed"), ("source", "hkyb-2030")]),
                Like("evidence.csv", &["hkstp-manages-innocentre"], &[("claim", "seed"), ("source", "hkyb-2030")]),
            ],
            ("claims.csv", &["hksarg-launches-government-cloud"], "due_latest"),
        ),
        (
            "ends-before-start",
            false,
            vec![
                Text(
                    "mapping.yml",
                    "      - [cg:due, $(due), edtf:EDTF]\n      - [cg:dueLatest, $(due_latest), xsd:date]\n      - [cg:accordingTo",
                    "      - [cg:validTo, $(due_latest), xsd:date]\n      - [cg:accordingTo",
                ),
                Set("figures.csv", &["science-park-companies"], "valid_from", "2019-02-01"),
                Set("figures.csv", &["science-park-companies"], "due_latest", "2018-12-31"),
            ],
            ("figures.csv", &["science-park-companies"], "due_latest"),
        ),
        (
            "undeclared-language",
            false,
            vec![Text(
                "mapping.yml",
                "[skos:scopeNote, $(note_zh), zh-Hant~lang]",
                "[skos:scopeNote, $(note_zh), zh~lang]",
            )],
            ("concepts.csv", &["ict-companies"], "note_zh"),
        ),
        (
            "incomplete-figure",
            true,
            vec![Set("figures.csv", &["science-park-companies"], "nature", "")],
            ("figures.csv", &["science-park-companies"], "nature"),
        ),
        (
            "missing-value-of-figure",
            false,
            vec![Set("figures.csv", &["science-park-companies"], "value", "")],
            ("figures.csv", &["science-park-companies"], "value"),
        ),
        (
            "money-without-currency",
            false,
            vec![Set("figures.csv", &["rfs-size"], "currency", "")],
            ("figures.csv", &["rfs-size"], "currency"),
        ),
        (
            "unknown-currency",
            false,
            vec![Set("figures.csv", &["rfs-size"], "currency", "HKX")],
            ("figures.csv", &["rfs-size"], "currency"),
        ),
        // One side of the ratio is left; the figure makes the ratio, so its own row is reported.
        (
            "ratio-without-sides",
            false,
            vec![Drop("ratio_parts.csv", &["rfs-ratio-government"])],
            ("ratio_parts.csv", &["rfs-ratio-enterprises"], "id"),
        ),
        (
            "undated-figure",
            false,
            vec![Set("figures.csv", &["science-park-companies"], "as_of", "")],
            ("figures.csv", &["science-park-companies"], "as_of"),
        ),
        (
            "ceiling-as-amount",
            false,
            vec![Set("figures.csv", &["tsssu-ceiling"], "bound", "exact")],
            ("figures.csv", &["tsssu-ceiling"], "bound"),
        ),
        (
            "part-without-whole",
            false,
            vec![Set("figures.csv", &["smart-space-share"], "of_figure", "")],
            ("figures.csv", &["smart-space-share"], "of_figure"),
        ),
        (
            "change-as-part",
            false,
            vec![Set("figures.csv", &["hong-kong-start-ups-increase"], "of_figure", "hong-kong-start-ups-number")],
            ("figures.csv", &["hong-kong-start-ups-increase"], "of_figure"),
        ),
        (
            "dated-and-unstated",
            false,
            vec![Set("figures.csv", &["data-gov-hk-datasets"], "date_basis", "unstated")],
            ("figures.csv", &["data-gov-hk-datasets"], "date_basis"),
        ),
        (
            "approval-to-come",
            false,
            vec![Set("figures.csv", &["microelectronics-centre-commitment"], "nature", "approval")],
            ("figures.csv", &["microelectronics-centre-commitment"], "nature"),
        ),
        (
            "mixed-measure",
            false,
            vec![Set("figures.csv", &["wifi-hk-hotspots-increase"], "measure", "hotspots")],
            ("figures.csv", &["wifi-hk-hotspots-increase"], "measure"),
        ),
        (
            "under-a-body",
            false,
            vec![Like("claims.csv", &["postdoctoral-hub-under-itf"], &[("id", "seed"), ("object", "cyberport")])],
            ("claims.csv", &["seed"], "object"),
        ),
        (
            "without-evidence",
            false,
            vec![Drop("evidence.csv", &["hkstp-manages-innocentre"])],
            ("claims.csv", &["hkstp-manages-innocentre"], "id"),
        ),
        (
            "evidence-of-nothing",
            false,
            vec![Like(
                "evidence.csv",
                &["hkstp-manages-innocentre"],
                &[("claim", ""), ("first_line", "25"), ("last_line", "25")],
            )],
            ("evidence.csv", &["", "", "", "", "hkyb-2019-06", "香港科技園公司", "25"], "claim"),
        ),
        (
            "evidence-without-source",
            true,
            vec![Set("evidence.csv", &["hkstp-manages-innocentre"], "source", "hkyb")],
            ("evidence.csv", &["hkstp-manages-innocentre"], "source"),
        ),
        (
            "lines-outside-source",
            false,
            vec![Set("evidence.csv", &["hkstp-manages-innocentre"], "last_line", "452")],
            ("evidence.csv", &["hkstp-manages-innocentre"], "last_line"),
        ),
        (
            "long-range",
            false,
            vec![Set("evidence.csv", &["hkstp-manages-innocentre"], "last_line", "33")],
            ("evidence.csv", &["hkstp-manages-innocentre"], "last_line"),
        ),
        (
            "address-not-absolute",
            true,
            vec![Set("entities.csv", &["website-hkstp"], "url", "www.hkstp.org")],
            ("entities.csv", &["website-hkstp"], "url"),
        ),
    ]
}

/// Further errors that checks find.
pub(super) fn further_seeds() -> Vec<Seed<'static>> {
    vec![
        // The same holds if the mapping writes the relation itself.
        (
            "outside-domain",
            false,
            vec![
                Text(
                    "mapping.yml",
                    "      - [cg:groupSize, $(group_size), xsd:integer]",
                    "      - [cg:groupSize, $(group_size), xsd:integer]\n      - [cg:onBehalfOf, hk:$(charge)~iri]",
                ),
                Set("entities.csv", &["psib-advice"], "charge", "free"),
            ],
            ("entities.csv", &["psib-advice"], "charge"),
        ),
        // A row whose source differs from that of its claim makes an unknown claim.
        (
            "evidence-of-nothing",
            false,
            vec![Set("evidence.csv", &["hkstp-manages-innocentre"], "source", "hk-english-names")],
            ("evidence.csv", &["hkstp-manages-innocentre"], "claim"),
        ),
    ]
}
