//! OWL-Time of the W3C.

use super::NamedNodeRef;

terms!("http://www.w3.org/2006/time#":
    /// A span of time.
    INTERVAL = "Interval",
    /// Span → where it begins.
    HAS_BEGINNING = "hasBeginning",
    /// Span → where it ends.
    HAS_END = "hasEnd",
    /// Instant → day.
    IN_XSD_DATE = "inXSDDate",
    /// Instant → day and time.
    IN_XSD_DATE_TIME = "inXSDDateTime",
    /// Instant → day and time with their zone.
    IN_XSD_DATE_TIME_STAMP = "inXSDDateTimeStamp",
);
/// The dates of an instant.
pub const DATES: [NamedNodeRef<'_>; 3] = [IN_XSD_DATE, IN_XSD_DATE_TIME, IN_XSD_DATE_TIME_STAMP];
