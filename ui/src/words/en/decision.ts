/** Who asks without having a role. */
const others = { permitted: "Anybody permitted", deploy_token: "Deploy token", cleanup_policy: "Cleanup policy" };
const aOther = { permitted: "Anybody with the permission", deploy_token: "A deploy token", cleanup_policy: "The cleanup policy" };

const gitlabRoles = { guest: "Guest", reporter: "Reporter", developer: "Developer", maintainer: "Maintainer", owner: "Owner", admin: "Administrator" };
const harborRoles = {
  guest: "Limited guest", reporter: "Guest", developer: "Developer", maintainer: "Maintainer", owner: "Project admin", admin: "System administrator",
};

/** Where there are no roles, each of the ladder's is said in the same word. */
const all = (text: string) => ({ guest: text, reporter: text, developer: text, maintainer: text, owner: text, admin: text });

/** Decisions: who, what, the outcome, and the steps that led to it. Roles have the names that the registry gives them. */
export const decision = {
  actor: {
    gitlab: { guest: "Guest", reporter: "Reporter", developer: "Developer", maintainer: "Maintainer", owner: "Owner", admin: "Admin", ...others },
    harbor: { guest: "Limited guest", reporter: "Guest", developer: "Developer", maintainer: "Maintainer", owner: "Project admin", admin: "System admin", ...others },
    none: { ...all("Anybody permitted"), ...others },
  },
  actorA: {
    gitlab: { guest: "A Guest", reporter: "A Reporter", developer: "A Developer", maintainer: "A Maintainer", owner: "An Owner", admin: "An Admin", ...aOther },
    harbor: { guest: "A limited guest", reporter: "A guest", developer: "A developer", maintainer: "A maintainer", owner: "A project admin", admin: "A system administrator", ...aOther },
    none: { ...all("Anybody with the permission"), ...aOther },
  },
  role: { gitlab: gitlabRoles, harbor: harborRoles, none: all("anybody permitted") },
  /** Where two stand in a cell. */
  roleShort: { gitlab: gitlabRoles, harbor: harborRoles, none: all("permitted") },
  roles: {
    gitlab: { guest: "Guests", reporter: "Reporters", developer: "Developers", maintainer: "Maintainers", owner: "Owners", admin: "Administrators" },
    harbor: { guest: "Limited guests", reporter: "Guests", developer: "Developers", maintainer: "Maintainers", owner: "Project admins", admin: "System administrators" },
    none: all("All who are permitted"),
  },
  bypasses: "bypasses protected rules",
  operation: {
    push: "Push", delete_tag: "Delete tag", delete_manifest: "Delete digest", delete_repository: "Delete repository",
  },
  does: {
    push: "{{who}} pushes `{{tag}}` to {{where}}",
    delete_tag: "{{who}} deletes `{{tag}}` from {{where}}",
    delete_manifest: "{{who}} deletes the digest of `{{tag}}` from {{where}}",
    delete_repository: "{{who}} deletes {{where}} with all its tags",
  },
  outcome: {
    creates: "Allowed: creates the tag",
    overwrites: "Allowed: overwrites the tag",
    deletes: "Allowed: deletes it",
    no_access: "Denied: the role has no right to do this",
    role_too_low: "Denied: the role is too low",
    tag_immutable: "Denied: the tag is immutable",
    any_digest: "Denied: a rule in the project holds back every digest",
    has_tags: "Denied: the repository has tags and a rule holds it back",
    in_index: "Denied: an index refers to the image",
    read_only: "Denied: the server takes no changes at present",
    patterns_refused: "Denied: the registry cannot use the project’s patterns",
    skipped: "Skipped: cleanup leaves the tag alone",
    not_found: "The tag does not exist",
    not_used: "Not used: this never happens",
    unknown: "Unknown: a rule could not be read with certainty",
  },
  cell: {
    creates: "Creates tag", overwrites: "Overwrites", deletes: "Deletes", no_access: "No access", role_too_low: "Role too low",
    tag_immutable: "Immutable", any_digest: "Any digest", has_tags: "Has tags", in_index: "In an index", read_only: "Read-only", patterns_refused: "Patterns refused",
    skipped: "Skipped", not_found: "No such tag", not_used: "Not used", unknown: "Unknown",
  },
  check: { role: "Role check", exists: "Does the tag exist?", immutable: "Immutable check", write: "Write" },
  result: { passed: "Passed", stopped: "Stopped here", yes: "Yes", no: "No", not_reached: "Not reached", done: "Done" },
  step: {
    role_passed_rule: "Protected rule `{{pattern}}` asks for {{needed}}. {{who}} is enough.",
    role_passed: {
      gitlab: "No protected rule holds {{who}} back.", harbor: "{{who}} is enough.", none: "Permissions are not checked here: whom they let may go on.",
    },
    role_passed_needed: "It takes {{needed}}. {{who}} is enough.",
    role_stopped_rule: "Protected rule `{{pattern}}` asks for {{needed}}.",
    role_stopped: "{{who}} has no right to do this here.",
    role_stopped_needed: "It takes {{needed}}.",
    exists_yes: "Pushed {{age}} ago with digest `{{digest}}`.",
    exists_yes_plain: "A tag of this name is there.",
    exists_no: "No tag of this name is there.",
    immutable_stopped_rule: "Immutable rule `{{pattern}}` matches. Even the same digest is refused.",
    immutable_stopped: "An immutable rule of the project holds it back.",
    immutable_passed: "No immutable rule matches.",
    write_done_creates: "The tag is created.",
    write_done_overwrites: "The tag gets the new digest.",
    write_done_deletes: "It is deleted.",
    write_done_any: "It is carried out.",
    write_stopped: "The registry refuses it.",
    write_stopped_in_index: "An image that is part of an index goes only after the index.",
    write_stopped_read_only: "The server is in read-only mode: nobody can change anything.",
    write_keeps: "The tag keeps digest `{{digest}}`.",
    not_reached: "An earlier step ended it.",
  },
  between: { yes: "yes", no: "no" },
  untaken: {
    role_no: "no: denied, role too low",
    role_yes: "yes: goes on",
    exists_no_push: "no: the push creates it",
    exists_no: "no: nothing to delete",
    exists_yes: "yes: immutable rules count",
    immutable_no_push: "no rule: overwritten",
    immutable_no: "no rule: deleted",
    immutable_yes: "a rule: denied",
  },
} as const;
