//! Colours by role. A scene names the colours of the light theme; this module
//! maps them to those of the other themes.

use std::fmt;

use super::Ground;
use super::legend::COLOURS;

/// The colours in which a chart is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light, for screens and coloured paper.
    Light,
    /// Light on dark.
    Dark,
    /// Black on white with pale backgrounds, to save ink.
    Print,
}

impl Theme {
    /// All themes.
    pub const ALL: [Self; 3] = [Self::Light, Self::Dark, Self::Print];
}

/// A colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rgb(pub [u8; 3]);

impl Rgb {
    const WHITE: Self = Self([255; 3]);
    const BLACK: Self = Self([0; 3]);

    /// The colour that CSS writes as `#` and six hex digits.
    const fn hex(number: u32) -> Self {
        let [_, red, green, blue] = number.to_be_bytes();
        Self([red, green, blue])
    }

    /// Parses a colour in that notation.
    fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        u32::from_str_radix(digits, 16).ok().map(Self::hex)
    }

    /// This colour with a share of another mixed in, from 0 to 1.
    fn mixed(self, other: Self, part: f64) -> Self {
        let mix = |own: u8, other: u8| (f64::from(own) * (1.0 - part) + f64::from(other) * part).round() as u8;
        Self(std::array::from_fn(|channel| mix(self.0[channel], other.0[channel])))
    }
}

impl fmt::Display for Rgb {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(out, "#{red:02x}{green:02x}{blue:02x}")
    }
}

/// The role of a colour. Roles of classes have the index of [`COLOURS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The page.
    Ground,
    /// A card.
    Card,
    /// A line, and the border of a label on it.
    Line,
    /// A line of a grid.
    Grid,
    /// A label on a line, and the strip of a lane.
    Pill,
    /// Names.
    Ink,
    /// Other text.
    Faint,
    /// The text of a remark on a card.
    Remark,
    /// The border of a remark.
    Chip,
    /// A remark.
    ChipGround,
    /// Text on a filled card.
    OnFill,
    /// The bar and border of a card, and its sample in the legend.
    Mark(usize),
    /// The word for the class on a card.
    Word(usize),
    /// A filled card.
    Fill(usize),
}

impl Role {
    /// The roles that do not belong to a class, each with its name in style sheets.
    pub const PLAIN: [(Self, &'static str); 11] = [
        (Self::Ground, "ground"),
        (Self::Card, "card"),
        (Self::Line, "line"),
        (Self::Grid, "grid"),
        (Self::Pill, "pill"),
        (Self::Ink, "ink"),
        (Self::Faint, "faint"),
        (Self::Remark, "remark"),
        (Self::Chip, "chip"),
        (Self::ChipGround, "chip-ground"),
        (Self::OnFill, "on-fill"),
    ];

    /// The role of text that has this colour in a scene.
    pub fn of_words(colour: &str) -> Option<Self> {
        let colour = Rgb::parse(colour)?;
        let plain = [Self::Ink, Self::Faint, Self::Remark, Self::OnFill].into_iter();
        let classes = (0..COLOURS.len()).map(Self::Word);
        plain.chain(classes).find(|role| Theme::Light.colour(*role) == colour)
    }

    /// The role of what is drawn below cards.
    pub fn of_ground(ground: Ground) -> Self {
        match ground {
            Ground::Grid => Self::Grid,
            Ground::Lane => Self::Pill,
            Ground::Span(class) => Self::Mark(class),
        }
    }

    /// Its name in style sheets.
    pub fn name(self) -> String {
        match self {
            Self::Mark(class) => format!("mark-{class}"),
            Self::Word(class) => format!("word-{class}"),
            Self::Fill(class) => format!("fill-{class}"),
            plain => Self::PLAIN.iter().find(|(role, _)| *role == plain).map_or("", |(_, name)| name).to_owned(),
        }
    }
}

impl Theme {
    /// The colour that this theme has for a role.
    pub fn colour(self, role: Role) -> Rgb {
        let class = |index: usize| Rgb::parse(COLOURS[index % COLOURS.len()]).unwrap_or(Rgb::BLACK);
        match (self, role) {
            (Self::Dark, Role::Mark(index) | Role::Word(index)) => class(index).mixed(Rgb::WHITE, 0.54),
            (Self::Print, Role::Word(_)) => Rgb::BLACK,
            (Self::Print, Role::Fill(index)) => class(index).mixed(Rgb::WHITE, 0.85),
            (_, Role::Mark(index) | Role::Word(index) | Role::Fill(index)) => class(index),
            (Self::Light, Role::Ground) => Rgb::hex(0xf8fafc),
            (Self::Light, Role::Line) => Rgb::hex(0x8290a6),
            (Self::Light, Role::Grid) => Rgb::hex(0xcbd5e1),
            (Self::Light, Role::Pill) => Rgb::hex(0xeef2f7),
            (Self::Light, Role::Ink) => Rgb::hex(0x1f2937),
            (Self::Light, Role::Faint) => Rgb::hex(0x4b5563),
            (Self::Light, Role::Remark) => Rgb::hex(0x9f1239),
            (Self::Light, Role::Chip) => Rgb::hex(0xbe123c),
            (Self::Light, Role::ChipGround) => Rgb::hex(0xfff1f2),
            (Self::Dark, Role::Ground) => Rgb::hex(0x0f172a),
            (Self::Dark, Role::Card) => Rgb::hex(0x1e293b),
            (Self::Dark, Role::Line) => Rgb::hex(0x7688a1),
            (Self::Dark, Role::Grid) => Rgb::hex(0x334155),
            (Self::Dark, Role::Pill) => Rgb::hex(0x26334a),
            (Self::Dark, Role::Ink) => Rgb::hex(0xf1f5f9),
            (Self::Dark, Role::Faint) => Rgb::hex(0xb8c4d4),
            (Self::Dark, Role::Remark) => Rgb::hex(0xfecdd3),
            (Self::Dark, Role::Chip) => Rgb::hex(0xfb7185),
            (Self::Dark, Role::ChipGround) => Rgb::hex(0x3b1d2b),
            (Self::Print, Role::Line) => Rgb::hex(0x404040),
            (Self::Print, Role::Grid) => Rgb::hex(0xb3b3b3),
            (Self::Print, Role::Pill) => Rgb::hex(0xf5f5f5),
            (Self::Print, Role::Ground | Role::ChipGround) => Rgb::WHITE,
            (Self::Print, Role::Ink | Role::Faint | Role::Remark | Role::Chip | Role::OnFill) => Rgb::BLACK,
            (Self::Light | Self::Print, Role::Card) | (Self::Light | Self::Dark, Role::OnFill) => Rgb::WHITE,
        }
    }
}

/// Where an SVG takes its colours from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// They are in the SVG.
    Fixed(Theme),
    /// The surrounding style sheet defines them by name.
    Variables,
}

impl Paint {
    /// The colour for a role, as written in SVG.
    pub fn of(self, role: Role) -> String {
        match self {
            Self::Fixed(theme) => theme.colour(role).to_string(),
            Self::Variables => format!("var(--{})", role.name()),
        }
    }

    /// The colour of text that has this colour in a scene. A colour unknown to
    /// the themes stays as it is.
    pub fn of_words(self, colour: &str) -> String {
        Role::of_words(colour).map_or_else(|| colour.to_owned(), |role| self.of(role))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Contrast ratio as in WCAG 2.2.
    fn contrast(a: Rgb, b: Rgb) -> f64 {
        let luminance = |colour: Rgb| {
            let linear = colour.0.map(|channel| {
                let part = f64::from(channel) / 255.0;
                if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
            });
            0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        };
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn contrast_matches_the_standard() {
        assert!((contrast(Rgb::BLACK, Rgb::WHITE) - 21.0).abs() < 1e-9);
        assert!((contrast(Rgb::hex(0x777777), Rgb::WHITE) - 4.48).abs() < 0.01);
    }

    #[test]
    fn all_text_is_readable_and_all_marks_are_visible() {
        for theme in Theme::ALL {
            let mut words = vec![
                (Role::Ink, Role::Ground),
                (Role::Ink, Role::Card),
                (Role::Faint, Role::Ground),
                (Role::Faint, Role::Card),
                (Role::Faint, Role::Pill),
                (Role::Remark, Role::ChipGround),
            ];
            let mut marks = vec![(Role::Line, Role::Ground), (Role::Chip, Role::ChipGround), (Role::Chip, Role::Card)];
            for class in 0..COLOURS.len() {
                words.extend([(Role::Word(class), Role::Card), (Role::OnFill, Role::Fill(class))]);
                marks.extend([(Role::Mark(class), Role::Card), (Role::Mark(class), Role::Ground)]);
            }
            for (pairs, least) in [(words, 4.5), (marks, 3.0)] {
                for (front, ground) in pairs {
                    let found = contrast(theme.colour(front), theme.colour(ground));
                    assert!(found >= least, "{theme:?}: {front:?} on {ground:?} has {found:.2}");
                }
            }
        }
    }

    #[test]
    fn colours_of_a_scene_have_a_role_and_keep_their_colour_in_the_light() {
        for colour in ["#1f2937", "#4b5563", "#9f1239", "#ffffff"].into_iter().chain(COLOURS) {
            assert_eq!(Paint::Fixed(Theme::Light).of_words(colour), colour);
            assert!(Paint::Variables.of_words(colour).starts_with("var(--"), "{colour}");
        }
        assert_eq!(Paint::Variables.of_words("tomato"), "tomato");
    }

    #[test]
    fn paper_has_black_words() {
        for class in 0..COLOURS.len() {
            for role in [Role::Word(class), Role::Ink, Role::Remark, Role::OnFill] {
                assert_eq!(Theme::Print.colour(role), Rgb::BLACK);
            }
        }
    }
}
