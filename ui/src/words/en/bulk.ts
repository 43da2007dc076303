/** One new rule for many projects. */
export const bulk = {
  title: "Add rule",
  about_one: "to {{count, number}} project", about_other: "to {{count, number}} projects",
  back: "Back to projects",
  noneTitle: "No project is selected", noneText: "Select projects in the table, then choose “Add rule…”.", openProjects: "Open projects",
  selected: "Projects", list: "Selected projects", remove: "Remove {{project}} from the selection",
  more_one: "and {{count, number}} more", more_other: "and {{count, number}} more",
  scope_one: "One rule is created in {{count, number}} project.", scope_other: "The same rule is created in each of {{count, number}} projects.",
  discard: "Discard", review: "Review change",
  different: "The projects are on servers that differ. Kinds and roles are those of {{project}}; the review says where it cannot be done.",
  noTags: "The selected projects have no tags yet.",
} as const;
