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
    pub(in crate::chart) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        u32::from_str_radix(digits, 16).ok().map(Self::hex)
    }

    /// The colour that this one of a class has on cards on dark ground. What stands out more on white stands out
    /// more there too, so that two greys stay two.
    fn on_dark(self) -> Self {
        let beyond = (contrast(self, Self::WHITE) - 4.5).max(0.0);
        self.lightened(DARK_CARD, DARK_CONTRAST + 0.3 * beyond)
    }

    /// This colour made lighter until it has this contrast with a dark ground; hue and saturation stay.
    fn lightened(self, ground: Self, least: f64) -> Self {
        let mut colour = self;
        for step in 0..=100 {
            colour = self.with_more_light(f64::from(step) / 100.0);
            if contrast(colour, ground) >= least {
                break;
            }
        }
        colour
    }

    /// This colour made darker until it has this contrast with a light ground.
    pub(in crate::chart) fn darkened(self, ground: Self, least: f64) -> Self {
        (0..=100)
            .map(|step| self.mixed(Self::BLACK, f64::from(step) / 100.0))
            .find(|colour| contrast(*colour, ground) >= least)
            .unwrap_or(Self::BLACK)
    }

    /// The same hue with its lightness (as in HSL) moved a part of the way to white.
    fn with_more_light(self, part: f64) -> Self {
        let [red, green, blue] = self.0.map(|channel| f64::from(channel) / 255.0);
        let (most, least) = (red.max(green).max(blue), red.min(green).min(blue));
        let (light, spread) = (f64::midpoint(most, least), most - least);
        let saturation = if spread < 1e-9 { 0.0 } else { spread / (1.0 - (2.0 * light - 1.0).abs()) };
        let lighter = light + (1.0 - light) * part;
        // Each channel keeps its place between the least and the most.
        let wider = saturation * (1.0 - (2.0 * lighter - 1.0).abs());
        let channel = |value: f64| {
            let place = if spread < 1e-9 { 0.5 } else { (value - least) / spread };
            ((lighter + (place - 0.5) * wider) * 255.0).round().clamp(0.0, 255.0) as u8
        };
        Self([channel(red), channel(green), channel(blue)])
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
    /// A filled card, and the sample of a class in the legend.
    Fill(usize),
    /// A card of the second level.
    Tint(usize),
    /// The region of trees and bodies apart from the main tree.
    Region,
}

impl Role {
    /// The roles that do not belong to a class, each with its name in style sheets.
    pub const PLAIN: [(Self, &'static str); 12] = [
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
        (Self::Region, "region"),
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
            Ground::Region => Self::Region,
            Ground::Span(class) => Self::Mark(class),
        }
    }

    /// What it is, for people.
    pub(in crate::chart) fn spoken(self) -> &'static str {
        match self {
            Self::Ground => "the ground",
            Self::Card => "a card",
            Self::Line => "a line",
            Self::Grid => "a grid",
            Self::Pill => "a label",
            Self::Ink => "a name",
            Self::Faint => "small text",
            Self::Remark => "a remark",
            Self::Chip => "the border of a remark",
            Self::ChipGround => "the ground of a remark",
            Self::OnFill => "text",
            Self::Mark(_) => "the border of a card",
            Self::Word(_) => "the word for a kind",
            Self::Fill(_) => "a filled card",
            Self::Tint(_) => "a tinted card",
            Self::Region => "a region",
        }
    }

    /// Its name in style sheets.
    pub fn name(self) -> String {
        match self {
            Self::Mark(class) => format!("mark-{class}"),
            Self::Word(class) => format!("word-{class}"),
            Self::Fill(class) => format!("fill-{class}"),
            Self::Tint(class) => format!("tint-{class}"),
            plain => Self::PLAIN.iter().find(|(role, _)| *role == plain).map_or("", |(_, name)| name).to_owned(),
        }
    }
}

/// The colours of a chart: those of classes, and those that a house has for other roles on light
/// ground.
#[derive(Debug, Clone, PartialEq)]
pub struct Palette {
    classes: Vec<Rgb>,
    plain: Vec<(Role, Rgb)>,
}

impl Default for Palette {
    fn default() -> Self {
        let classes = COLOURS.iter().map(|colour| Rgb::parse(colour).unwrap_or(Rgb::BLACK)).collect();
        Self { classes, plain: Vec::new() }
    }
}

impl Palette {
    /// Gives a class of this index another colour.
    pub(in crate::chart) fn set_class(&mut self, index: usize, colour: Rgb) {
        if let Some(slot) = self.classes.get_mut(index) {
            *slot = colour;
        }
    }

    /// Gives a role another colour on light ground.
    pub(in crate::chart) fn set_plain(&mut self, role: Role, colour: Rgb) {
        self.plain.push((role, colour));
    }

    /// The colour of a class, as on light ground.
    pub fn class(&self, index: usize) -> Rgb {
        self.classes.get(index).copied().unwrap_or(Rgb::BLACK)
    }

    /// The colour that a theme has for a role.
    pub fn colour(&self, theme: Theme, role: Role) -> Rgb {
        let own = self.plain.iter().rev().find(|(known, _)| theme == Theme::Light && *known == role);
        if let Some((_, colour)) = own {
            return *colour;
        }
        match (theme, role) {
            (Theme::Dark, Role::Mark(index) | Role::Word(index) | Role::Fill(index)) => self.class(index).on_dark(),
            (Theme::Dark, Role::Tint(index)) => self.class(index).on_dark().mixed(DARK_CARD, 0.9),
            (Theme::Light, Role::Tint(index)) => self.class(index).mixed(self.colour(theme, Role::Card), 0.92),
            (Theme::Print, Role::Word(_)) => Rgb::BLACK,
            (Theme::Print, Role::Fill(index)) => self.class(index).mixed(Rgb::WHITE, 0.85),
            (Theme::Print, Role::Tint(index)) => self.class(index).mixed(Rgb::WHITE, 0.94),
            (_, Role::Mark(index) | Role::Word(index) | Role::Fill(index)) => self.class(index),
            (theme, role) => theme.plain(role),
        }
    }

    /// The pairs of front and ground of which a reader would see too little in a theme, with their
    /// contrast and the least of WCAG 2.2 AA.
    pub(in crate::chart) fn unreadable(&self, theme: Theme) -> Vec<(Role, Role, f64, f64)> {
        let mut words = vec![
            (Role::Ink, Role::Ground),
            (Role::Ink, Role::Card),
            (Role::Ink, Role::Region),
            (Role::Faint, Role::Ground),
            (Role::Faint, Role::Card),
            (Role::Faint, Role::Pill),
            (Role::Faint, Role::Region),
            (Role::Remark, Role::ChipGround),
        ];
        let mut marks = vec![
            (Role::Line, Role::Ground),
            (Role::Line, Role::Region),
            (Role::Chip, Role::ChipGround),
            (Role::Chip, Role::Card),
        ];
        for class in 0..self.classes.len() {
            words.extend([
                (Role::Word(class), Role::Card),
                (Role::OnFill, Role::Fill(class)),
                (Role::Word(class), Role::Tint(class)),
                (Role::Ink, Role::Tint(class)),
                (Role::Faint, Role::Tint(class)),
            ]);
            marks.extend([Role::Card, Role::Ground, Role::Region].map(|ground| (Role::Mark(class), ground)));
        }
        let mut found = Vec::new();
        for (pairs, least) in [(words, 4.5), (marks, 3.0)] {
            for (front, ground) in pairs {
                let has = contrast(self.colour(theme, front), self.colour(theme, ground));
                if has < least {
                    found.push((front, ground, has, least));
                }
            }
        }
        found
    }
}

/// The colour of cards on dark ground.
const DARK_CARD: Rgb = Rgb::hex(0x1e293b);

/// The least contrast of colours of classes with it: words on a tinted card need some more than on a plain one.
const DARK_CONTRAST: f64 = 5.8;

/// Contrast ratio as in WCAG 2.2.
pub(in crate::chart) fn contrast(a: Rgb, b: Rgb) -> f64 {
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

impl Theme {
    /// The colour that this theme has for a role, without a palette of the user's own.
    pub fn colour(self, role: Role) -> Rgb {
        Palette::default().colour(self, role)
    }

    /// The colour for a role that belongs to no class.
    fn plain(self, role: Role) -> Rgb {
        match (self, role) {
            (_, Role::Mark(_) | Role::Word(_) | Role::Fill(_) | Role::Tint(_)) => Rgb::BLACK,
            (Self::Light, Role::Ground) => Rgb::hex(0xf8fafc),
            (Self::Light, Role::Region) => Rgb::hex(0xe9eff6),
            (Self::Light, Role::Line) => Rgb::hex(0x7c8aa0),
            (Self::Light, Role::Grid) => Rgb::hex(0xcbd5e1),
            (Self::Light, Role::Pill) => Rgb::hex(0xeef2f7),
            (Self::Light, Role::Ink) => Rgb::hex(0x1f2937),
            (Self::Light, Role::Faint) => Rgb::hex(0x4b5563),
            (Self::Light, Role::Remark) => Rgb::hex(0x9f1239),
            (Self::Light, Role::Chip) => Rgb::hex(0xbe123c),
            (Self::Light, Role::ChipGround) => Rgb::hex(0xfff1f2),
            (Self::Dark, Role::Ground | Role::OnFill) => Rgb::hex(0x0f172a),
            (Self::Dark, Role::Region) => Rgb::hex(0x172033),
            (Self::Dark, Role::Card) => DARK_CARD,
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
            (Self::Print, Role::Region) => Rgb::hex(0xf0f0f0),
            (Self::Print, Role::Ground | Role::ChipGround) => Rgb::WHITE,
            (Self::Print, Role::Ink | Role::Faint | Role::Remark | Role::Chip | Role::OnFill) => Rgb::BLACK,
            (Self::Light | Self::Print, Role::Card) | (Self::Light, Role::OnFill) => Rgb::WHITE,
        }
    }
}

/// Where an SVG takes its colours from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Paint<'a> {
    /// They are in the SVG.
    Fixed(Theme, &'a Palette),
    /// The surrounding style sheet defines them by name.
    Variables,
}

impl Paint<'_> {
    /// The colour for a role, as written in SVG.
    pub fn of(self, role: Role) -> String {
        match self {
            Self::Fixed(theme, palette) => palette.colour(theme, role).to_string(),
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

    #[test]
    fn contrast_matches_the_standard() {
        assert!((contrast(Rgb::BLACK, Rgb::WHITE) - 21.0).abs() < 1e-9);
        assert!((contrast(Rgb::hex(0x777777), Rgb::WHITE) - 4.48).abs() < 0.01);
    }

    #[test]
    fn all_text_is_readable_and_all_marks_are_visible() {
        for theme in Theme::ALL {
            assert_eq!(Palette::default().unreadable(theme), [], "{theme:?}");
        }
    }

    #[test]
    fn a_sample_has_the_colour_of_the_filled_card() {
        for class in 0..COLOURS.len() {
            for theme in [Theme::Light, Theme::Dark] {
                assert_eq!(theme.colour(Role::Fill(class)), theme.colour(Role::Mark(class)), "{theme:?} {class}");
            }
        }
        // Two classes differ in each theme: by lightness, or by a channel.
        for theme in [Theme::Light, Theme::Dark] {
            for (one, two) in (0..COLOURS.len()).flat_map(|two| (0..two).map(move |one| (one, two))) {
                let [a, b] = [one, two].map(|class| theme.colour(Role::Mark(class)));
                let most = a.0.iter().zip(b.0).map(|(a, b)| a.abs_diff(b)).max();
                assert!(most >= Some(17), "{theme:?}: {a} and {b}");
            }
        }
        // On dark ground colours stay apart: they are lighter, not grey.
        let Rgb([red, _, blue]) = Theme::Dark.colour(Role::Mark(0));
        assert!(blue > red + 60, "navy stays blue");
    }

    #[test]
    fn a_colour_that_is_too_light_is_told_with_one_that_is_not() {
        let mut palette = Palette::default();
        palette.set_class(0, Rgb::hex(0xffd700));
        let found = palette.unreadable(Theme::Light);
        assert!(found.iter().any(|(front, ..)| *front == Role::OnFill), "{found:?}");
        let darker = Rgb::hex(0xffd700).darkened(Rgb::WHITE, 4.5);
        assert!(contrast(darker, Rgb::WHITE) >= 4.5 && contrast(darker, Rgb::WHITE) < 4.8, "{darker}");
    }

    #[test]
    fn colours_of_a_scene_have_a_role_and_keep_their_colour_in_the_light() {
        for colour in ["#1f2937", "#4b5563", "#9f1239", "#ffffff"].into_iter().chain(COLOURS) {
            assert_eq!(Paint::Fixed(Theme::Light, &Palette::default()).of_words(colour), colour);
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
