//! What the columns of lists are for, by their names in English, Chinese and German.

use super::plain;

/// What a column is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ColumnRole {
    /// What identifies a row.
    Id,
    /// The name of the thing or person.
    Name,
    /// Who or what is above, by name or identifier.
    Parent,
    /// The post of a person.
    Post,
    /// Who holds a post.
    Person,
    /// Whether a post is filled, or a thing exists.
    Status,
    /// The address of a picture.
    Photo,
    /// How many people there are.
    Headcount,
    /// The place among its neighbours.
    Order,
    /// A longer text about it.
    Description,
    /// A shorter name.
    Short,
    /// The family name of a person.
    Surname,
    /// The given name of a person.
    FirstName,
    /// Whom somebody assists, or a mark that somebody assists the one above.
    Assistant,
    /// Who else is above, as in a matrix.
    Also,
}

/// All roles that `--column` may give, with their words: the usual first.
/// The first of two that fit is the more usual name.
const WORDS: &[(ColumnRole, &str, &str)] = &[
    (
        ColumnRole::Id,
        "id",
        "id, key, code, identifier, slug, no, number, ref, reference, staff id, staff no, staff number, \
         employee id, employee no, employee number, person id, org id, uid, 編號, 编号, 代碼, 代码, 代號, 工號, 工号, \
         員工編號, 员工编号, 職員編號, 序號, 序号, nummer, kennung, kürzel, schlüssel, personalnummer, personal nr, \
         mitarbeiternummer, kennziffer, nr",
    ),
    (
        ColumnRole::Name,
        "name",
        "name, full name, fullname, display name, employee, employee name, staff name, staff member, \
         person name, title, label, office, department name, organisation name, organization name, \
         unit name, 名稱, 名称, 姓名, 名字, 全名, 員工, 员工, 員工姓名, 员工姓名, 職員姓名, 機構名稱, 机构名称, 部門名稱, 部门名称, bezeichnung, \
         mitarbeiter, mitarbeiterin, mitarbeitername, vollständiger name, programme, scheme, project, \
         facility, fund, programm, projekt, einrichtung, amt, 計劃名稱, 計划名称, 项目名称, 項目名稱, 設施名稱, 设施名称",
    ),
    (
        ColumnRole::Parent,
        "parent",
        "parent, parent id, parent name, manager, manager id, manager name, line manager, \
         line manager id, reports to, reports to id, reporting to, report to, supervisor, supervisor id, \
         supervisor name, superior, boss, manager no, manager code, manager email, manager e mail, line manager email, \
         reports to email, supervisor no, supervisor email, chef, chefin, direkte r vorgesetzte, direkter vorgesetzter, direkte vorgesetzte, \
         dienstvorgesetzter, dienstvorgesetzte, disziplinarische führungskraft, direkte führungskraft, under, part of, belongs to, parent unit, parent organisation, \
         parent organization, parent department, head id, manager number, 上級, 上级, 上司, 主管, 直屬上司, 直属上司, \
         直屬主管, 直属主管, 上級編號, 上级编号, 上級部門, 上级部门, 上級機構, 上级机构, 匯報對象, 汇报对象, 匯報, 隸屬, 隶属, 隸屬於, 隶属于, 所屬, 所属, \
         parent office, parent body, vorgesetzter, vorgesetzte, führungskraft, berichtet an, untersteht, \
         übergeordnet, übergeordnete stelle, übergeordnetes amt, gehört zu, teil von",
    ),
    (
        ColumnRole::Assistant,
        "assistant",
        "assistant to, assistant, is assistant, assists, pa to, ea to, secretary to, personal assistant to, \
         executive assistant to, assistant of, 助理, 是否助理, 協助, 协助, 助理對象, 助理对象, assistenz, assistent, \
         assistenz von, assistiert, sekretariat von",
    ),
    (
        ColumnRole::Also,
        "also",
        "also reports to, dotted line, dotted line to, dotted line manager, second manager, secondary manager, \
         functional manager, matrix manager, other manager, reports also to, 另向, 第二上司, 另一上司, 虛線上司, 虚线上司, \
         fachlicher vorgesetzter, fachliche vorgesetzte, fachvorgesetzter, zweiter vorgesetzter, berichtet auch an",
    ),
    (
        ColumnRole::Post,
        "post",
        "post, post title, job title, job, position, role, rank, designation, function, 職位, 职位, 職銜, 职衔, \
         職稱, 职称, 崗位, 岗位, 職務, 职务, position title, job role, business title, funktion, dienststellung, \
         stelle, stellenbezeichnung, berufsbezeichnung, amtsbezeichnung, rolle, dienstgrad",
    ),
    (
        ColumnRole::Person,
        "person",
        "person, holder, post holder, incumbent, occupant, filled by, 任職者, 任职者, 在任者, 人員, 人员, \
         stelleninhaber, stelleninhaberin, inhaber",
    ),
    (ColumnRole::Status, "status", "status, state, 狀況, 状况, 狀態, 状态, zustand"),
    (
        ColumnRole::Photo,
        "photo",
        "photo, picture, image, portrait, photo url, image url, 相片, 照片, 圖片, 图片, 頭像, 头像, foto, bild",
    ),
    (
        ColumnRole::Headcount,
        "headcount",
        "headcount, head count, staff, staff count, establishment, fte, people, 人數, 人数, 編制, 编制, 員額, \
         employees, number of staff, number of employees, mitarbeiterzahl, anzahl mitarbeiter, \
         beschäftigte, personal, planstellen, 員工人數, 员工人数, 職員人數",
    ),
    (
        ColumnRole::Order,
        "order",
        "order, sort, sort order, sequence, seq, display order, 次序, 排序, 順序, 顺序, reihenfolge, sortierung",
    ),
    (
        ColumnRole::Description,
        "description",
        "description, remarks, remark, notes, note, comment, about, 描述, 說明, 说明, 備註, 备注, 簡介, 简介, \
         beschreibung, bemerkung, bemerkungen, hinweis",
    ),
    (
        ColumnRole::Short,
        "short",
        "short name, abbreviation, abbr, acronym, short, alias, 簡稱, 简称, 縮寫, 缩写, abkürzung, kurzname, \
         kurzbezeichnung",
    ),
    (
        ColumnRole::Surname,
        "surname",
        "surname, last name, lastname, family name, familyname, last, 姓, 姓氏, nachname, familienname, \
         zuname",
    ),
    (
        ColumnRole::FirstName,
        "first-name",
        "first name, firstname, given name, given names, givenname, forename, forenames, first, 名, \
         vorname, rufname",
    ),
];

impl ColumnRole {
    /// The role with this name on the command line.
    pub fn named(name: &str) -> Option<Self> {
        WORDS.iter().find(|(_, known, _)| *known == name).map(|(role, ..)| *role)
    }

    /// The names of all roles on the command line.
    pub fn names() -> impl Iterator<Item = &'static str> {
        WORDS.iter().map(|(_, name, _)| *name)
    }

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        WORDS.iter().find(|(role, ..)| *role == self).map_or("", |(_, name, _)| name)
    }

    /// How well a name of a column says that it has this role: 0 is best.
    fn rank(self, plain: &str) -> Option<usize> {
        let (_, _, words) = WORDS.iter().find(|(role, ..)| *role == self)?;
        words.split(',').position(|word| word.trim() == plain)
    }

    /// Whether a column could have this role by its name.
    pub fn fits(self, column: &str) -> bool {
        self.rank(&plain(column)).is_some()
    }

    /// The column that most probably has this role, and another that could have it as well.
    pub fn find<'a>(self, columns: impl IntoIterator<Item = &'a str>) -> Option<(usize, Option<usize>)> {
        let names: Vec<&str> = columns.into_iter().collect();
        let ranked = names.iter().enumerate();
        // What is in brackets explains: `Headcount (FTE)`.
        let rank = |column: &str| {
            let before = column.strip_suffix([')', '）']).and_then(|column| column.rsplit_once(['(', '（']));
            let before = before.map(|(before, _)| plain(before));
            self.rank(&plain(column)).or_else(|| self.rank(&before?))
        };
        let mut found: Vec<(usize, usize)> = ranked.filter_map(|(at, column)| Some((rank(column)?, at))).collect();
        // A share of full time is not a number of people.
        found.retain(|(_, at)| self != Self::Headcount || !names[*at].contains('%'));
        found.sort_unstable();
        Some((found.first()?.1, found.get(1).map(|(_, at)| *at)))
    }
}
