//! What columns are usually called, in English and Chinese: how a column is known by its name.

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
}

/// All roles that `--column` may give, with their words: the usual first.
const WORDS: &[(ColumnRole, &str, &[&str])] = &[
    (
        ColumnRole::Id,
        "id",
        &[
            "id",
            "key",
            "code",
            "identifier",
            "slug",
            "no",
            "number",
            "ref",
            "reference",
            "staff id",
            "staff no",
            "staff number",
            "employee id",
            "employee no",
            "employee number",
            "person id",
            "org id",
            "uid",
            "編號",
            "编号",
            "代碼",
            "代码",
            "代號",
            "工號",
            "工号",
            "員工編號",
            "员工编号",
            "職員編號",
            "序號",
            "序号",
        ],
    ),
    (
        ColumnRole::Name,
        "name",
        &[
            "name",
            "title",
            "label",
            "full name",
            "fullname",
            "display name",
            "employee",
            "employee name",
            "staff name",
            "staff member",
            "person name",
            "office",
            "department name",
            "organisation name",
            "organization name",
            "unit name",
            "名稱",
            "名称",
            "姓名",
            "名字",
            "全名",
            "員工",
            "员工",
            "員工姓名",
            "员工姓名",
            "職員姓名",
            "機構名稱",
            "机构名称",
            "部門名稱",
            "部门名称",
        ],
    ),
    (
        ColumnRole::Parent,
        "parent",
        &[
            "parent",
            "parent id",
            "parent name",
            "manager",
            "manager id",
            "manager name",
            "line manager",
            "line manager id",
            "reports to",
            "reports to id",
            "reporting to",
            "report to",
            "supervisor",
            "supervisor id",
            "supervisor name",
            "superior",
            "boss",
            "under",
            "part of",
            "belongs to",
            "parent unit",
            "parent organisation",
            "parent organization",
            "parent department",
            "head id",
            "manager number",
            "上級",
            "上级",
            "上司",
            "主管",
            "直屬上司",
            "直属上司",
            "直屬主管",
            "直属主管",
            "上級編號",
            "上级编号",
            "上級部門",
            "上级部门",
            "上級機構",
            "上级机构",
            "匯報對象",
            "汇报对象",
            "匯報",
            "隸屬",
            "隶属",
            "隸屬於",
            "隶属于",
            "所屬",
            "所属",
        ],
    ),
    (
        ColumnRole::Post,
        "post",
        &[
            "post",
            "post title",
            "job title",
            "job",
            "position",
            "role",
            "rank",
            "designation",
            "function",
            "職位",
            "职位",
            "職銜",
            "职衔",
            "職稱",
            "职称",
            "崗位",
            "岗位",
            "職務",
            "职务",
        ],
    ),
    (
        ColumnRole::Person,
        "person",
        &[
            "person",
            "holder",
            "post holder",
            "incumbent",
            "occupant",
            "filled by",
            "任職者",
            "任职者",
            "在任者",
            "人員",
            "人员",
        ],
    ),
    (ColumnRole::Status, "status", &["status", "state", "狀況", "状况", "狀態", "状态"]),
    (
        ColumnRole::Photo,
        "photo",
        &[
            "photo",
            "picture",
            "image",
            "portrait",
            "photo url",
            "image url",
            "相片",
            "照片",
            "圖片",
            "图片",
            "頭像",
            "头像",
        ],
    ),
    (
        ColumnRole::Headcount,
        "headcount",
        &[
            "headcount",
            "head count",
            "staff",
            "staff count",
            "establishment",
            "fte",
            "people",
            "人數",
            "人数",
            "編制",
            "编制",
            "員額",
        ],
    ),
    (
        ColumnRole::Order,
        "order",
        &["order", "sort", "sort order", "sequence", "seq", "display order", "次序", "排序", "順序", "顺序"],
    ),
    (
        ColumnRole::Description,
        "description",
        &[
            "description",
            "remarks",
            "remark",
            "notes",
            "note",
            "comment",
            "about",
            "描述",
            "說明",
            "说明",
            "備註",
            "备注",
            "簡介",
            "简介",
        ],
    ),
    (
        ColumnRole::Short,
        "short",
        &["short name", "abbreviation", "abbr", "acronym", "short", "alias", "簡稱", "简称", "縮寫", "缩写"],
    ),
];

/// Words for who is above that are said of people.
const OF_PEOPLE: &[&str] = &["manager", "report", "supervisor", "superior", "boss", "上司", "主管", "匯報", "汇报"];

/// Words of columns with names that are said of people.
const NAMES_OF_PEOPLE: &[&str] =
    &["employee", "staff", "person", "full name", "fullname", "姓名", "員工", "员工", "職員", "职员"];

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
        words.iter().position(|word| *word == plain)
    }

    /// The column that most probably has this role, and another that could have it as well.
    pub fn find<'a>(self, columns: impl IntoIterator<Item = &'a str>) -> Option<(usize, Option<usize>)> {
        let ranked = columns.into_iter().enumerate();
        let mut found: Vec<(usize, usize)> =
            ranked.filter_map(|(at, column)| Some((self.rank(&plain(column))?, at))).collect();
        found.sort_unstable();
        Some((found.first()?.1, found.get(1).map(|(_, at)| *at)))
    }
}

/// The name of a column as it is compared: small letters, words set apart by single spaces, without a
/// language.
pub fn plain(column: &str) -> String {
    let without = without_language(column).0;
    let mut plain = String::new();
    let mut before = ' ';
    for c in without.rsplit(['.', '*']).find(|part| !part.is_empty()).unwrap_or(without).chars() {
        let is_new = before.is_lowercase() && c.is_uppercase();
        if (is_new || !c.is_alphanumeric()) && !plain.ends_with(' ') && !plain.is_empty() {
            plain.push(' ');
        }
        if c.is_alphanumeric() {
            plain.extend(c.to_lowercase());
        }
        before = c;
    }
    plain.trim_end().to_owned()
}

/// Whether the name of the column for who is above is said of people.
pub fn is_of_people(column: &str) -> bool {
    let plain = plain(column);
    OF_PEOPLE.iter().any(|word| plain.contains(word))
}

/// Whether the column has names of people.
pub fn names_people(column: &str) -> bool {
    let plain = plain(column);
    NAMES_OF_PEOPLE.iter().any(|word| plain.contains(word))
}

/// Languages as columns name them.
const LANGUAGES: &[(&str, &[&str])] = &[
    ("en", &["en", "eng", "english", "英文", "英語"]),
    (
        "zh-Hant",
        &[
            "zh-hant",
            "zh-hk",
            "zh-tw",
            "zht",
            "tc",
            "traditional chinese",
            "繁體",
            "繁中",
            "中文",
            "chinese",
            "zh",
            "chi",
        ],
    ),
    ("zh-Hans", &["zh-hans", "zh-cn", "sc", "simplified chinese", "简体", "简中"]),
    ("de", &["de", "ger", "german", "deutsch"]),
    ("fr", &["fr", "fre", "french", "français", "francais"]),
    ("es", &["es", "spa", "spanish", "español"]),
    ("it", &["it", "ita", "italian", "italiano"]),
    ("pt", &["pt", "por", "portuguese", "português"]),
    ("nl", &["nl", "dutch", "nederlands"]),
    ("cy", &["cy", "wel", "welsh", "cymraeg"]),
    ("ga", &["ga", "irish", "gaeilge"]),
    ("ja", &["ja", "jp", "japanese", "日本語"]),
    ("ko", &["ko", "kr", "korean", "한국어"]),
];

/// A name of a column without the language that it names: `name_en`, `Name (German)`, `中文名稱`.
pub fn without_language(column: &str) -> (&str, Option<&'static str>) {
    let tag = |word: &str| {
        let word = word.trim().to_lowercase().replace('_', "-");
        LANGUAGES.iter().find(|(_, words)| words.contains(&word.as_str())).map(|(tag, _)| *tag)
    };
    let trimmed = column.trim();
    if let Some((before, inside)) =
        trimmed.strip_suffix([')', '）', ']']).and_then(|open| open.rsplit_once(['(', '（', '[']))
        && let Some(tag) = tag(inside)
    {
        return (before.trim_end(), Some(tag));
    }
    for (at, c) in trimmed.char_indices() {
        if matches!(c, '_' | '-' | ' ' | ':' | '@' | '.')
            && let Some(tag) = tag(&trimmed[at + c.len_utf8()..])
            && at > 0
        {
            return (&trimmed[..at], Some(tag));
        }
    }
    for word in ["中文", "英文", "繁體", "简体"] {
        if let Some(rest) = trimmed.strip_prefix(word).filter(|rest| !rest.is_empty()) {
            return (rest, tag(word));
        }
    }
    (trimmed, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_known_by_its_name_in_english_and_chinese() {
        for (columns, role, found) in [
            (&["Employee ID", "Full Name", "Reports To"][..], ColumnRole::Id, Some(0)),
            (&["Employee ID", "Full Name", "Reports To"], ColumnRole::Name, Some(1)),
            (&["Employee ID", "Full Name", "reportsTo"], ColumnRole::Parent, Some(2)),
            (&["編號", "姓名", "職位", "上司"], ColumnRole::Parent, Some(3)),
            (&["編號", "姓名", "職位", "上司"], ColumnRole::Post, Some(2)),
            (&["parent_organisations[*].id"], ColumnRole::Id, Some(0)),
            (&["Vorgesetzter"], ColumnRole::Parent, None),
        ] {
            assert_eq!(role.find(columns.iter().copied()).map(|(at, _)| at), found, "{columns:?} {role:?}");
        }
        let title = ColumnRole::Name.find(["title", "name"]);
        assert_eq!(title, Some((1, Some(0))), "a second column that could be meant is told");
    }

    #[test]
    fn a_column_may_name_a_language() {
        for (column, rest, tag) in [
            ("name_en", "name", Some("en")),
            ("Name (German)", "Name", Some("de")),
            ("name_zh-Hant", "name", Some("zh-Hant")),
            ("name-zh_HK", "name", Some("zh-Hant")),
            ("中文名稱", "名稱", Some("zh-Hant")),
            ("garden", "garden", None),
            ("written", "written", None),
        ] {
            assert_eq!(without_language(column), (rest, tag), "{column}");
        }
    }
}
