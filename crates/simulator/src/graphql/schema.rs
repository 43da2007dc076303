//! The part of the schema that is there, and since which version.

use crate::version::Version;

/// What a field gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Returns {
    Leaf,
    Object(&'static str),
    List(&'static str),
    /// A connection of that type, with so many nodes a page at most.
    Connection(&'static str, u32),
}

/// One field of a type. A required argument ends in `!`.
#[derive(Clone, Copy, Debug)]
pub(super) struct FieldDef {
    pub(super) name: &'static str,
    pub(super) returns: Returns,
    pub(super) arguments: &'static [&'static str],
    since: (u16, u16),
}

const fn leaf(name: &'static str) -> FieldDef {
    FieldDef { name, returns: Returns::Leaf, arguments: &[], since: (0, 0) }
}

const fn object(name: &'static str, of: &'static str) -> FieldDef {
    FieldDef { name, returns: Returns::Object(of), arguments: &[], since: (0, 0) }
}

const fn list(name: &'static str, of: &'static str) -> FieldDef {
    FieldDef { name, returns: Returns::List(of), arguments: &[], since: (0, 0) }
}

impl FieldDef {
    const fn with(mut self, arguments: &'static [&'static str]) -> Self {
        self.arguments = arguments;
        self
    }

    const fn since(mut self, major: u16, minor: u16) -> Self {
        self.since = (major, minor);
        self
    }
}

const fn connection(name: &'static str, of: &'static str, most: u32) -> FieldDef {
    let arguments = &["first", "after", "last", "before"];
    FieldDef { name, returns: Returns::Connection(of, most), arguments, since: (0, 0) }
}

const QUERY: &[FieldDef] = &[
    object("currentUser", "CurrentUser"),
    object("metadata", "Metadata"),
    object("queryComplexity", "QueryComplexity"),
    object("project", "Project").with(&["fullPath!"]),
    object("containerRepository", "ContainerRepositoryDetails").with(&["id!"]),
    leaf("echo").with(&["text!"]),
];

const MUTATION: &[FieldDef] = &[
    object("createContainerProtectionTagRule", "CreateContainerProtectionTagRulePayload")
        .with(&["input!"])
        .since(17, 8),
    object("updateContainerProtectionTagRule", "UpdateContainerProtectionTagRulePayload")
        .with(&["input!"])
        .since(17, 8),
    object("deleteContainerProtectionTagRule", "DeleteContainerProtectionTagRulePayload")
        .with(&["input!"])
        .since(17, 8),
    object("destroyContainerRepositoryTags", "DestroyContainerRepositoryTagsPayload").with(&["input!"]),
];

const USER: &[FieldDef] = &[leaf("id"), leaf("username"), leaf("name"), leaf("webUrl")];

const METADATA: &[FieldDef] = &[leaf("version"), leaf("revision"), leaf("enterprise")];

const COMPLEXITY: &[FieldDef] = &[leaf("score"), leaf("limit")];

const PROJECT: &[FieldDef] = &[
    leaf("id"),
    leaf("name"),
    leaf("path"),
    leaf("fullPath"),
    leaf("webUrl"),
    leaf("archived"),
    leaf("containerRegistryEnabled"),
    leaf("containerRepositoriesCount"),
    object("maxAccessLevel", "AccessLevel"),
    object("userPermissions", "ProjectPermissions"),
    connection("containerProtectionTagRules", "ContainerProtectionTagRuleConnection", 100).since(17, 8),
    connection("containerProtectionRepositoryRules", "ContainerProtectionRepositoryRuleConnection", 100)
        .since(16, 10),
    connection("containerRepositories", "ContainerRepositoryConnection", 100)
        .with(&["first", "after", "last", "before", "name", "sort"]),
];

const ACCESS_LEVEL: &[FieldDef] = &[leaf("integerValue"), leaf("stringValue")];

const PROJECT_PERMISSIONS: &[FieldDef] =
    &[leaf("readProject"), leaf("adminProject"), leaf("removeProject"), leaf("pushCode")];

const TAG_RULE: &[FieldDef] = &[
    leaf("id"),
    leaf("tagNamePattern"),
    leaf("minimumAccessLevelForPush"),
    leaf("minimumAccessLevelForDelete"),
    leaf("immutable").since(17, 11),
];

const REPOSITORY_RULE: &[FieldDef] = &[
    leaf("id"),
    leaf("repositoryPathPattern"),
    leaf("minimumAccessLevelForPush"),
    leaf("minimumAccessLevelForDelete"),
];

const REPOSITORY: &[FieldDef] = &[
    leaf("id"),
    leaf("name"),
    leaf("path"),
    leaf("location"),
    leaf("createdAt"),
    leaf("updatedAt"),
    leaf("status"),
    leaf("tagsCount"),
    leaf("protectionRuleExists"),
    object("project", "Project"),
    object("userPermissions", "ContainerRepositoryPermissions"),
];

const REPOSITORY_DETAILS: &[FieldDef] = &[
    leaf("size"),
    leaf("lastPublishedAt"),
    connection("tags", "ContainerRepositoryTagConnection", 20).with(&[
        "first",
        "after",
        "last",
        "before",
        "name",
        "sort",
        "referrers",
        "referrerType",
    ]),
];

const REPOSITORY_PERMISSIONS: &[FieldDef] = &[leaf("destroyContainerRepository")];

const TAG: &[FieldDef] = &[
    leaf("name"),
    leaf("path"),
    leaf("location"),
    leaf("digest"),
    leaf("revision"),
    leaf("shortRevision"),
    leaf("createdAt"),
    leaf("publishedAt").since(16, 11),
    leaf("mediaType").since(17, 4),
    leaf("totalSize"),
    object("protection", "ContainerProtectionAccessLevel").since(17, 9),
    object("userPermissions", "ContainerRepositoryTagPermissions").since(17, 8),
];

const PROTECTION: &[FieldDef] = &[
    leaf("minimumAccessLevelForPush"),
    leaf("minimumAccessLevelForDelete"),
    leaf("immutable").since(17, 11),
];

const TAG_PERMISSIONS: &[FieldDef] = &[leaf("destroyContainerRepositoryTag")];

const PAGE_INFO: &[FieldDef] =
    &[leaf("hasNextPage"), leaf("hasPreviousPage"), leaf("startCursor"), leaf("endCursor")];

const TAG_RULE_PAYLOAD: &[FieldDef] = &[
    leaf("errors"),
    leaf("clientMutationId"),
    object("containerProtectionTagRule", "ContainerProtectionTagRule"),
];

const DESTROY_PAYLOAD: &[FieldDef] = &[leaf("errors"), leaf("clientMutationId"), leaf("deletedTagNames")];

macro_rules! connection_types {
    ($($name:ident, $edge:literal, $node:literal;)*) => {
        $(const $name: [&[FieldDef]; 2] = [
            &[list("nodes", $node), list("edges", $edge), object("pageInfo", "PageInfo")],
            &[leaf("cursor"), object("node", $node)],
        ];)*
    };
}

connection_types! {
    TAG_RULES, "ContainerProtectionTagRuleEdge", "ContainerProtectionTagRule";
    REPOSITORY_RULES, "ContainerProtectionRepositoryRuleEdge", "ContainerProtectionRepositoryRule";
    REPOSITORIES, "ContainerRepositoryEdge", "ContainerRepository";
    TAGS, "ContainerRepositoryTagEdge", "ContainerRepositoryTag";
}

/// The fields of a type, in up to two lists.
fn fields(of: &str) -> [&'static [FieldDef]; 2] {
    let [one, two]: [&[FieldDef]; 2] = match of {
        "Query" => [QUERY, &[]],
        "Mutation" => [MUTATION, &[]],
        "CurrentUser" => [USER, &[]],
        "Metadata" => [METADATA, &[]],
        "QueryComplexity" => [COMPLEXITY, &[]],
        "Project" => [PROJECT, &[]],
        "AccessLevel" => [ACCESS_LEVEL, &[]],
        "ProjectPermissions" => [PROJECT_PERMISSIONS, &[]],
        "ContainerProtectionTagRule" => [TAG_RULE, &[]],
        "ContainerProtectionRepositoryRule" => [REPOSITORY_RULE, &[]],
        "ContainerRepository" => [REPOSITORY, &[]],
        "ContainerRepositoryDetails" => [REPOSITORY, REPOSITORY_DETAILS],
        "ContainerRepositoryPermissions" => [REPOSITORY_PERMISSIONS, &[]],
        "ContainerRepositoryTag" => [TAG, &[]],
        "ContainerProtectionAccessLevel" => [PROTECTION, &[]],
        "ContainerRepositoryTagPermissions" => [TAG_PERMISSIONS, &[]],
        "PageInfo" => [PAGE_INFO, &[]],
        "ContainerProtectionTagRuleConnection" => [TAG_RULES[0], &[]],
        "ContainerProtectionTagRuleEdge" => [TAG_RULES[1], &[]],
        "ContainerProtectionRepositoryRuleConnection" => [REPOSITORY_RULES[0], &[]],
        "ContainerProtectionRepositoryRuleEdge" => [REPOSITORY_RULES[1], &[]],
        "ContainerRepositoryConnection" => [REPOSITORIES[0], &[]],
        "ContainerRepositoryEdge" => [REPOSITORIES[1], &[]],
        "ContainerRepositoryTagConnection" => [TAGS[0], &[]],
        "ContainerRepositoryTagEdge" => [TAGS[1], &[]],
        "CreateContainerProtectionTagRulePayload"
        | "UpdateContainerProtectionTagRulePayload"
        | "DeleteContainerProtectionTagRulePayload" => [TAG_RULE_PAYLOAD, &[]],
        "DestroyContainerRepositoryTagsPayload" => [DESTROY_PAYLOAD, &[]],
        _ => [&[], &[]],
    };
    [one, two]
}

/// The field of a type, if this version has it.
pub(super) fn field(of: &str, name: &str, version: Version) -> Option<FieldDef> {
    fields(of)
        .into_iter()
        .flatten()
        .find(|field| field.name == name)
        .filter(|field| version.at_least(field.since.0, field.since.1))
        .copied()
}

/// The input type of a mutation's `input`. GitLab: the create mutation's begins in lower case.
pub(super) fn input_type(mutation: &str) -> Option<&'static str> {
    match mutation {
        "createContainerProtectionTagRule" => Some("createContainerProtectionTagRuleInput"),
        "updateContainerProtectionTagRule" => Some("UpdateContainerProtectionTagRuleInput"),
        "deleteContainerProtectionTagRule" => Some("DeleteContainerProtectionTagRuleInput"),
        "destroyContainerRepositoryTags" => Some("DestroyContainerRepositoryTagsInput"),
        _ => None,
    }
}

/// The fields of an input type; those that must be given end in `!`.
pub(super) fn input_fields(input: &str) -> Option<&'static [&'static str]> {
    match input {
        "createContainerProtectionTagRuleInput" => Some(&[
            "projectPath!",
            "tagNamePattern!",
            "minimumAccessLevelForPush",
            "minimumAccessLevelForDelete",
            "clientMutationId",
        ]),
        "UpdateContainerProtectionTagRuleInput" => Some(&[
            "id!",
            "tagNamePattern",
            "minimumAccessLevelForPush",
            "minimumAccessLevelForDelete",
            "clientMutationId",
        ]),
        "DeleteContainerProtectionTagRuleInput" => Some(&["id!", "clientMutationId"]),
        "DestroyContainerRepositoryTagsInput" => Some(&["id!", "tagNames!", "clientMutationId"]),
        _ => None,
    }
}
