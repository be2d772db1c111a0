//! schema.org.

use super::NamedNodeRef;

/// Prefix of its terms.
pub const NAMESPACE_IRI: &str = "https://schema.org/";
/// The same without TLS, as many data still have it.
pub const WITHOUT_TLS: &str = "http://schema.org/";
terms!("https://schema.org/":
    /// A name.
    NAME = "name",
    /// The place in a list.
    POSITION = "position",
    /// The given name of a person.
    GIVEN_NAME = "givenName",
    /// The family name of a person.
    FAMILY_NAME = "familyName",
    /// First day of a body.
    FOUNDING_DATE = "foundingDate",
    /// Last day of a body.
    DISSOLUTION_DATE = "dissolutionDate",
    /// First day of anything else.
    START_DATE = "startDate",
    /// Last day of anything else.
    END_DATE = "endDate",
    /// Body → the body that it belongs to.
    PARENT_ORGANIZATION = "parentOrganization",
    /// Body → a body that belongs to it.
    SUB_ORGANIZATION = "subOrganization",
    /// A node between two things that says how one has to do with the other.
    ROLE = "Role",
    /// The same between a body and one who belongs to it.
    ORGANIZATION_ROLE = "OrganizationRole",
    /// The same between a body and one who works for it.
    EMPLOYEE_ROLE = "EmployeeRole",
    /// What a role is called.
    ROLE_NAME = "roleName",
    /// The same of a role as an employee.
    NAMED_POSITION = "namedPosition",
);
terms!("http://schema.org/":
    /// A name, as many data still have it.
    NAME_WITHOUT_TLS = "name",
    /// The given name of a person, as many data still have it.
    GIVEN_NAME_WITHOUT_TLS = "givenName",
    /// The family name of a person, as many data still have it.
    FAMILY_NAME_WITHOUT_TLS = "familyName",
    /// First day of a body, as many data still have it.
    FOUNDING_DATE_WITHOUT_TLS = "foundingDate",
    /// Last day of a body, as many data still have it.
    DISSOLUTION_DATE_WITHOUT_TLS = "dissolutionDate",
    /// First day of anything else, as many data still have it.
    START_DATE_WITHOUT_TLS = "startDate",
    /// Last day of anything else, as many data still have it.
    END_DATE_WITHOUT_TLS = "endDate",
    /// Body → the body that it belongs to, as many data still have it.
    PARENT_ORGANIZATION_WITHOUT_TLS = "parentOrganization",
    /// Body → a body that belongs to it, as many data still have it.
    SUB_ORGANIZATION_WITHOUT_TLS = "subOrganization",
    /// A node between two things, as many data still have it.
    ROLE_WITHOUT_TLS = "Role",
    /// The same of a body and one who belongs to it, as many data still have it.
    ORGANIZATION_ROLE_WITHOUT_TLS = "OrganizationRole",
    /// The same of a body and one who works for it, as many data still have it.
    EMPLOYEE_ROLE_WITHOUT_TLS = "EmployeeRole",
    /// What a role is called, as many data still have it.
    ROLE_NAME_WITHOUT_TLS = "roleName",
    /// The same of a role as an employee, as many data still have it.
    NAMED_POSITION_WITHOUT_TLS = "namedPosition",
);

/// The classes of nodes that stand between two things: the property that leads to one leads on from it.
pub const ROLES: [NamedNodeRef<'_>; 6] = [
    ROLE,
    ORGANIZATION_ROLE,
    EMPLOYEE_ROLE,
    ROLE_WITHOUT_TLS,
    ORGANIZATION_ROLE_WITHOUT_TLS,
    EMPLOYEE_ROLE_WITHOUT_TLS,
];
/// What a role is called.
pub const ROLE_NAMES: [NamedNodeRef<'_>; 4] =
    [ROLE_NAME, NAMED_POSITION, ROLE_NAME_WITHOUT_TLS, NAMED_POSITION_WITHOUT_TLS];
