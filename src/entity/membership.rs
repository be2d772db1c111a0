//! Who belongs to a body and who holds its posts, as W3C ORG says it: by nodes of their own, which have no names.

use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNodeRef, Term};

use super::profile::{Direction, RelationLine};
use super::read::ProfileReader;
use crate::error::Result;
use crate::vocab::org;

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
                        relation: self.node(org::MEMBER_OF)?,
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

    /// Who holds a post, for the line that names it.
    pub fn holders(&self, post: NamedNodeRef<'_>) -> Result<Vec<String>> {
        let mut holders = self.nodes(post.into(), org::HELD_BY);
        for holder in self.graph.subjects(org::HOLDS, post.into()) {
            if let oxigraph::model::NamedOrBlankNode::NamedNode(holder) = holder {
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
