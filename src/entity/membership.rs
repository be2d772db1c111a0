//! Who belongs to a body and who holds its posts, as W3C ORG says it: by nodes of their own, which have no names.

use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Term};

use super::profile::{Direction, RelationLine};
use super::read::ProfileReader;
use crate::error::Result;
use crate::network::is_role;
use crate::vocab::{org, schema};

impl ProfileReader<'_> {
    /// The memberships of an entity: its members, or what it is a member of, each with the role.
    pub fn memberships(&self, entity: NamedNodeRef<'_>) -> Result<Vec<RelationLine>> {
        let mut lines = Vec::new();
        for (own, other, direction) in
            [(org::ORGANIZATION, org::MEMBER, Direction::To), (org::MEMBER, org::ORGANIZATION, Direction::From)]
        {
            for membership in self.graph.subjects(own, entity.into()) {
                let mut remarks = Vec::new();
                for role in self.graph.objects(membership.as_ref(), org::ROLE) {
                    if let Term::NamedNode(role) = role {
                        remarks.push(self.node(role.as_ref())?);
                    }
                }
                remarks.sort();
                for end in self.nodes(membership.as_ref(), other) {
                    lines.push(RelationLine {
                        direction,
                        relation: self.node(org::MEMBERSHIP)?,
                        property: org::MEMBERSHIP.into_owned(),
                        is_planned: false,
                        other: self.node(end.as_ref())?,
                        other_id: self.graph.prefixes.shorten(end.as_str()),
                        remarks: remarks.clone(),
                        evidence: String::new(),
                    });
                }
            }
        }
        Ok(lines)
    }

    /// The roles of schema.org in which an entity is with others: what leads to a role leads on from it.
    pub fn roles(&self, entity: NamedNodeRef<'_>) -> Result<Vec<RelationLine>> {
        let mut lines = Vec::new();
        if !schema::ROLES.iter().any(|role| self.graph.find((*role).into()).is_some()) {
            return Ok(lines);
        }
        let from = self.graph.matching(Some(entity.into()), None, None, None).filter_map(|quad| {
            let role = match quad.object {
                Term::NamedNode(node) => NamedOrBlankNode::from(node),
                Term::BlankNode(node) => node.into(),
                _ => return None,
            };
            Some((Direction::From, quad.predicate, role))
        });
        let to = self.graph.matching(None, None, Some(entity.into()), None);
        let to = to.map(|quad| (Direction::To, quad.predicate, quad.subject));
        for (direction, property, role) in from.chain(to).filter(|(.., role)| is_role(self.graph, role.as_ref())) {
            let ends: Vec<NamedNode> = match direction {
                Direction::From => self.nodes(role.as_ref(), property.as_ref()),
                Direction::To => {
                    let subjects = self.graph.subjects(property.as_ref(), role.as_ref().into()).into_iter();
                    let named = subjects.filter_map(|subject| match subject {
                        NamedOrBlankNode::NamedNode(node) => Some(node),
                        NamedOrBlankNode::BlankNode(_) => None,
                    });
                    named.collect()
                }
            };
            let mut remarks = Vec::new();
            for name in schema::ROLE_NAMES {
                for value in self.graph.objects(role.as_ref(), name) {
                    remarks.push(self.term(&value)?);
                }
            }
            remarks.sort();
            for end in ends {
                lines.push(RelationLine {
                    direction,
                    relation: self.node(property.as_ref())?,
                    property: property.clone(),
                    is_planned: false,
                    other: self.node(end.as_ref())?,
                    other_id: self.graph.prefixes.shorten(end.as_str()),
                    remarks: remarks.clone(),
                    evidence: String::new(),
                });
            }
        }
        Ok(lines)
    }

    /// Who holds a post, for the line that names it.
    pub fn holders(&self, post: NamedNodeRef<'_>) -> Result<Vec<String>> {
        let mut holders = self.nodes(post.into(), org::HELD_BY);
        for holder in self.graph.subjects(org::HOLDS, post.into()) {
            if let NamedOrBlankNode::NamedNode(holder) = holder {
                holders.push(holder);
            }
        }
        holders.sort();
        holders.dedup();
        let label = self.node(org::HELD_BY)?;
        holders.iter().map(|holder| Ok(format!("{label}: {}", self.node(holder.as_ref())?))).collect()
    }

    fn nodes(&self, subject: NamedOrBlankNodeRef<'_>, property: NamedNodeRef<'_>) -> Vec<NamedNode> {
        let objects = self.graph.objects(subject, property).into_iter();
        let named = objects.filter_map(|object| match object {
            Term::NamedNode(node) => Some(node),
            _ => None,
        });
        named.collect()
    }
}
