/** One new rule for many projects. */
export const bulk = {
  title: "Add rule",
  about_one: "to {{count, number}} project", about_other: "to {{count, number}} projects",
  back: "Back to projects",
  noneTitle: "No project is selected", noneText: "Select projects in the table, then choose “Add rule…”.", openProjects: "Open projects",
  selected: "Projects", list: "Selected projects", remove: "Remove {{project}} from the selection",
  scope_one: "One rule is created in {{count, number}} project.", scope_other: "The same rule is created in each of {{count, number}} projects.",
  discard: "Discard", review: "Review change",
} as const;
