// What happened, what is kept, what to do: one entry for every code there is. The compiler refuses a
// code without words. `{{host}}`, `{{product}}` (`{{Product}}` at the start of a sentence), `{{secret}}`,
// `{{project}}`, `{{status}}`, `{{have}}`, `{{need}}`, `{{wait}}`, `{{limit}}` and `{{detail}}` are filled in, with a
// plain word where the error does not say. No sentence names a product or a kind of secret by itself.
import type { ErrorCode } from "../../ipc/bindings";

/** A code as a key: keys are split at dots. */
export type ErrorKey = Underscored<ErrorCode>;
type Underscored<C extends string> = C extends `${infer Area}.${infer Rest}` ? `${Area}_${Rest}` : C;

export interface ErrorWords {
  /** What happened, as a heading. */
  title: string;
  /** What happened in full, and what is kept. */
  text: string;
  /** What to do. */
  help: string;
}

const errors: Record<ErrorKey, ErrorWords> = {
  "address_invalid": {
    title: "This is not an address",
    text: "What was entered cannot be read as a server address. Nothing was sent.",
    help: "Enter it as you open it in a browser or push to it, with https.",
  },
  "net_unknown-host": {
    title: "No server has this name",
    text: "The name {{host}} is not known to this computer. Data read earlier stays readable.",
    help: "Check the spelling, and whether you need a VPN.",
  },
  "net_refused": {
    title: "Nothing answers at this address",
    text: "{{host}} refused the connection. Data read earlier stays readable.",
    help: "Check the port, or ask whether the server is down.",
  },
  "net_timeout": {
    title: "The server did not answer in time",
    text: "{{host}} took too long. Data read earlier stays readable.",
    help: "Try again. If it stays so, check the proxy and the network.",
  },
  "net_offline": {
    title: "Offline",
    text: "{{host}} cannot be reached from here. You can plan and simulate; changes wait until you are back.",
    help: "Check the network, then try again.",
  },
  "net_tls": {
    title: "The certificate is not trusted",
    text: "{{host}} showed a certificate this computer does not trust. The {{secret}} was not sent.",
    help: "If your company has its own certificate authority, name its file under “CA file”.",
  },
  "server_not-this-product": {
    title: "This is not the chosen kind of registry",
    text: "{{host}} answers, but not as {{product}} does. Nothing was kept.",
    help: "Check the kind of registry and the address: the one you open in a browser, or the host you push images to.",
  },
  "server_encoded-slashes": {
    title: "A proxy changes addresses on the way",
    text: "Something in front of {{host}} decodes the address of a request once, so that repositories with a slash in their name are not found although they are listed. The others were read.",
    help: "In nginx, leave $uri out of proxy_pass: it passes the decoded address on. Then sync again.",
  },
  "server_garbled": {
    title: "The answer could not be read",
    text: "{{host}} answered with something that is not complete or not as documented. What was read before is kept.",
    help: "Try again. A proxy in between may have changed the answer.",
  },
  "server_read-only": {
    title: "The server is read-only",
    text: "{{host}} takes no changes at present. Your draft is kept.",
    help: "Try again when its administrator has switched read-only mode off.",
  },
  "server_failed": {
    title: "The server failed",
    text: "{{host}} answered with status {{status}}. What was read before is kept.",
    help: "Try again in a few minutes.",
  },
  "http_rate-limit": {
    title: "{{host}} asks to slow down",
    text: "Too many requests were sent. What was read before is kept.",
    help: "Try again {{wait}}.",
  },
  "http_redirected": {
    title: "The server sends to another address",
    text: "{{host}} redirected to {{detail}}. The {{secret}} was not sent there.",
    help: "If that address is yours, enter it as the server address.",
  },
  "auth_locked": {
    title: "Nobody is let in for a while",
    text: "{{host}} holds sign-ins back because too many were sent or failed, and did not look at the {{secret}}. Data read earlier and drafts are kept.",
    help: "Try again {{wait}}.",
  },
  "auth_refused": {
    title: "The {{secret}} is not accepted",
    text: "{{host}} refused the {{secret}}. Data read earlier and drafts are kept.",
    help: "Replace the {{secret}} with one that is valid.",
  },
  "auth_expired": {
    title: "{{host}} no longer accepts the {{secret}}",
    text: "The {{secret}} for {{host}} expired. Data read earlier and drafts are kept until you sign in again.",
    help: "Create a new {{secret}} and replace the old one.",
  },
  "auth_scope": {
    title: "The {{secret}} may not do this",
    text: "The {{secret}} for {{host}} lacks the scope {{detail}}. Nothing was changed.",
    help: "Create one that has this scope, and replace the old one.",
  },
  "auth_role": {
    title: "{{Product}} refused: {{need}} needed",
    text: "You are {{have}} in {{project}}. This needs {{need}}. What was refused was not changed.",
    help: "Ask an owner of the project to make the change, or to raise your role. Drafts are kept.",
  },
  "auth_missing": {
    title: "No {{secret}} for this registry",
    text: "The {{secret}} for {{host}} is not on this computer. Data read earlier stays readable.",
    help: "Enter it, or set the environment variable before you start Tagwarden.",
  },
  "auth_denied": {
    title: "Not allowed",
    text: "{{host}} does not let this user read what was asked for. What was read before is kept.",
    help: "Ask for the right to read it, or sign in as somebody who has it.",
  },
  "auth_region": {
    title: "This is another region",
    text: "{{host}} expects requests that are signed for another region. What was read before is kept.",
    help: "Enter the region as the address, or add ?region= and its name to the address.",
  },
  "server_no-catalog": {
    title: "The registry does not list its repositories",
    text: "{{host}} has no catalog, or none for this user, so Tagwarden cannot know what is in it.",
    help: "Name the repositories to read under “Repositories” in the connection.",
  },
  "server_list-cut": {
    title: "A list is incomplete",
    text: "{{host}} did not give a list to its end. What came before is kept, and the rest is as it was read earlier.",
    help: "Sync again.",
  },
  "server_not-found": {
    title: "Not found on the server",
    text: "{{host}} does not know {{project}}, or your account may not see it. What was read before is kept.",
    help: "Sync to read the list of projects again.",
  },
  "rules_rejected": {
    title: "The server refused the rule",
    text: "{{host}} did not accept the rule. The draft is kept, nothing was changed.",
    help: "Read the server's words, change the rule and review again.",
  },
  "rules_limit": {
    title: "All {{detail}} rules are used",
    text: "{{project}} has as many rules as {{product}} allows, of all kinds together. The draft is kept.",
    help: "Delete or merge a rule first.",
  },
  "rules_duplicate": {
    title: "This pattern is already used",
    text: "{{Product}} allows a pattern once per project, and {{project}} has a rule with it. The draft is kept.",
    help: "Change the other rule, or the pattern.",
  },
  "rules_unlicensed": {
    title: "Immutable rules are not licensed",
    text: "{{host}} has no licence for immutable tag rules. The draft is kept, nothing was changed.",
    help: "Use a protected rule, or ask an administrator about the licence of {{product}}.",
  },
  "rules_unsupported": {
    title: "This registry carries no tag rules",
    text: "{{host}} is too old, or its registry runs without the metadata database. Tags stay readable.",
    help: "Ask an administrator to upgrade the registry.",
  },
  "rules_conflict": {
    title: "The rules changed while you were editing",
    text: "The rules of {{project}} are not those the draft was begun with. Your draft is kept, nothing was sent.",
    help: "Compare with the new rules and continue.",
  },
  "rules_not-visible": {
    title: "The rules are not visible",
    text: "{{host}} does not show this account the rules of {{project}}, so what a change would do is not known. Nothing was sent.",
    help: "Ask an owner of the project for {{need}}, then sync.",
  },
  "plan_gone": {
    title: "This review is no longer valid",
    text: "The plan was used already or is too old. The draft is kept, nothing was sent.",
    help: "Go back to editing and review the change again.",
  },
  "plan_not-confirmed": {
    title: "Confirmation is missing",
    text: "This plan changes tags in a way that editing cannot undo. Nothing was sent.",
    help: "Tick that you understand, then apply.",
  },
  "apply_unclear": {
    title: "It is not known whether the change was made",
    text: "{{host}} gave no complete answer after the change was sent, and may still be making it. It was not sent twice.",
    help: "It is looked up again until the registry shows it; Activity says what was found.",
  },
  "apply_not-made": {
    title: "The change was not made",
    text: "{{host}} gave no complete answer, and the rules show that the change was not made. The draft is kept.",
    help: "Review the change again.",
  },
  "pattern_syntax": {
    title: "This is not a valid pattern",
    text: "{{Product}} would refuse it. The draft is kept, nothing was sent.",
    help: "Change the pattern; the editor shows the place.",
  },
  "keychain_locked": {
    title: "Your keychain is locked",
    text: "The secrets are in it. Data read earlier stays readable.",
    help: "Unlock the keychain, then try again, or enter the {{secret}} for this session.",
  },
  "keychain_missing": {
    title: "No keychain found",
    text: "This computer runs no keychain service. Secrets are kept for this session only.",
    help: "Start a Secret Service such as GNOME Keyring or KWallet to keep them.",
  },
  "keychain_timeout": {
    title: "The keychain does not answer",
    text: "It may be waiting for you in another window. Nothing was lost.",
    help: "Answer its question, then try again.",
  },
  "keychain_failed": {
    title: "The keychain refused",
    text: "The {{secret}} could not be read or kept. Data read earlier stays readable.",
    help: "Try again, or keep the {{secret}} for this session only.",
  },
  "database_read-only": {
    title: "The database cannot be written",
    text: "The file {{detail}} is read-only. You can look at everything; nothing is kept, and no rule can be changed without its journal.",
    help: "Give yourself the right to write the file, then start Tagwarden again.",
  },
  "database_corrupt": {
    title: "The database is damaged",
    text: "{{detail}} holds bytes that Tagwarden has not written, so numbers in this window may be wrong. Registries were not touched, and no rule is changed in this state.",
    help: "Start Tagwarden again: it keeps the damaged file beside a new one and takes over your connections, settings, drafts and activity. Then sync.",
  },
  "database_set-aside": {
    title: "The database was damaged",
    text: "It is kept as {{detail}}, and a new one was begun. Registries were not touched.",
    help: "Sync to read tags and rules again.",
  },
  "database_empty": {
    title: "The database was empty",
    text: "A file without content stood in its place. It is kept as {{detail}}, and a new database was begun. Registries were not touched.",
    help: "If you have a copy of the database, close Tagwarden and put the copy in its place. Otherwise add your registries again.",
  },
  "database_locked": {
    title: "Tagwarden is already running",
    text: "Another Tagwarden has {{detail}} open. Two at once would disturb each other’s changes, so this one does nothing.",
    help: "Go on in the other window, or close it and try again.",
  },
  "database_unavailable": {
    title: "There is no place for the database",
    text: "{{detail}} cannot be made or opened. Everything works until you close Tagwarden and is forgotten then; no rule can be changed without its journal.",
    help: "Give yourself the right to write there, or move away what stands in its place. Then start Tagwarden again.",
  },
  "database_newer": {
    title: "The database is of a newer Tagwarden",
    text: "The file {{detail}} was written by a newer version and was left as it is. What you do here is forgotten when you close Tagwarden.",
    help: "Install the newer version.",
  },
  "database_disk-full": {
    title: "The disk is full",
    text: "{{detail}} could not take the last data. What it held before is whole.",
    help: "Free some space on that disk, then try again.",
  },
  "database_failed": {
    title: "The database failed",
    text: "The last data could not be read from {{detail}} or written to it. What it held before is kept, and registries were not touched by this.",
    help: "Try again. If it stays so, copy the details for a report.",
  },
  "request_too-long": {
    title: "This is too long",
    text: "At most {{limit}} characters or items are accepted here. Nothing was changed.",
    help: "Shorten it and try again.",
  },
  "request_invalid": {
    title: "This cannot be done",
    text: "A value was not accepted: {{detail}}. Nothing was changed.",
    help: "Change the value and try again.",
  },
  "job_cancelled": {
    title: "Cancelled",
    text: "You stopped it. What was read or changed before is kept.",
    help: "Start it again when you like.",
  },
  "internal": {
    title: "Something in Tagwarden went wrong",
    text: "This is a fault of Tagwarden, not yours. Drafts are kept.",
    help: "Try again. If it stays so, copy the details for a report.",
  },
};

/** What a detail says more exactly: code and detail, in the place of the code's own text. */
const exact = {
  "address_invalid_empty": "No address was entered. Nothing was sent.",
  "address_invalid_unreadable": "What was entered cannot be read as a server address. Nothing was sent.",
  "address_invalid_scheme": "Only https addresses can be used, and http on this computer. Nothing was sent.",
  "address_invalid_credentials": "The address holds a user name or password, which would be saved in plain text. Nothing was sent.",
  "address_invalid_plain": "With http the {{secret}} could be read on its way to another computer. Nothing was sent.",
  "net_tls_issuer-unknown": "{{host}} showed a certificate of an authority this computer does not know. The {{secret}} was not sent.",
  "net_tls_expired": "The certificate of {{host}} has expired. The {{secret}} was not sent.",
  "net_tls_not-yet-valid": "The certificate of {{host}} is not valid yet. The {{secret}} was not sent; check this computer's clock.",
  "net_tls_wrong-name": "{{host}} showed a certificate for another name. The {{secret}} was not sent.",
  "net_tls_revoked": "The certificate of {{host}} was revoked. The {{secret}} was not sent.",
  "net_tls_plain": "{{host}} was asked for over http, where the {{secret}} could be read on the way. The {{secret}} was not sent.",
  "net_tls_ca-file": "The file with certificates cannot be read as PEM. Nothing was sent.",
  "net_tls_ca-file-unreadable": "The file with certificates {{host}} is not there or cannot be read. Nothing was sent.",
  "net_tls_ca-file-not-a-file": "{{host}} is not a regular file, so no certificates were read from it. Nothing was sent.",
  "net_tls_ca-file-too-large": "The file {{host}} is larger than 4 MB, so it is not read as certificates. Nothing was sent.",
  "net_tls_ca-file-slow": "The file with certificates {{host}} could not be read within 5 seconds; the drive it lies on may be gone. Nothing was sent.",
  "net_tls_no-system-certificates": "This computer has no list of trusted authorities. Nothing was sent.",
  "server_list-cut_failed": "{{host}} gave a part of a list and then failed: “{{cause}}”. That part is kept, and the rest is as it was read earlier.",
  "server_list-cut_position": "{{host}} lost its place in the middle of a list. What came before is kept, and the rest is as it was read earlier.",
  "server_list-cut_repeated": "{{host}} gives the same page of a list again and again. What came before is kept, and the rest is as it was read earlier.",
  "server_list-cut_next": "{{host}} has more of a list and does not say where in a form that can be followed. What came before is kept, and the rest is as it was read earlier.",
  "server_list-cut_short": "{{host}} says that a list has {{total}} entries and gives {{read}}. These are kept, and the rest is as it was read earlier.",
  "server_failed_not-made": "{{host}} answered with status {{status}}, and its rules show that the change was not made. The draft is kept.",
  "database_failed_busy": "Another program holds the database, and it did not let go within 5 seconds. What it held before is kept.",
  "request_too-long_id": "An identifier has {{limit}} characters at most. Nothing was changed.",
  "request_too-long_name": "A name has {{limit}} characters at most. Nothing was changed.",
  "request_too-long_address": "An address has {{limit}} characters at most. Nothing was changed.",
  "request_too-long_path": "A path has {{limit}} characters at most. Nothing was changed.",
  "request_too-long_filter": "A filter has {{limit}} characters at most.",
  "request_too-long_pattern": "A pattern has {{limit}} characters at most. Nothing was changed.",
  "request_too-long_secret": "The {{secret}} may have {{limit}} characters at most. Nothing was sent.",
  "request_too-long_list": "A list has {{limit}} entries at most. Nothing was changed.",
  "request_too-long_structure": "The rules together are larger than Tagwarden accepts at once. Nothing was changed.",
  "rules_not-visible_archived": "{{project}} is archived, and {{host}} shows its rules to nobody until it is restored. Nothing was sent.",
  "rules_not-visible_not-understood": "{{host}} holds something for {{project}} that this version of Tagwarden cannot read. Nothing was sent.",
} as const;

/** What to do in that exact case, in the place of the code's own help. */
const exactHelp = {
  "server_list-cut_failed": "Sync again {{wait}}. If it fails at the same place, tell an administrator of the server.",
  "server_list-cut_position": "Sync again. It happens when something is deleted while the list is read.",
  "server_list-cut_repeated": "A proxy or cache in between may ignore the page that is asked for: an administrator can exclude the API from it.",
  "server_list-cut_next": "A proxy in between may rewrite addresses in the header Link: an administrator can make it leave them as they are.",
  "server_list-cut_short": "Sync again. If the numbers stay, an administrator can look at the server's log: entries exist that it cannot show.",
  "server_failed_not-made": "Review the change again. If it fails again, what the server says of it is for its administrator.",
} as const;

/** Words of their own for a code with one kind of secret: code and kind, in the place of the code's words. */
const ofSecret = {
  "auth_refused_nothing": {
    title: "Signing in is needed",
    text: "{{host}} lets nobody in who has not signed in. Data read earlier and drafts are kept.",
    help: "Choose another way to sign in.",
  },
  "auth_missing_profile": {
    title: "No keys for this registry",
    text: "The tools of this computer have no keys for this {{secret}}. Data read earlier stays readable.",
    help: "Check the name of the {{secret}}, or sign in with those tools.",
  },
  "auth_expired_profile": {
    title: "The sign-in of the {{secret}} has ended",
    text: "{{host}} no longer accepts the keys of the {{secret}}. Data read earlier and drafts are kept until you sign in again.",
    help: "Sign in again with the tools of this computer, then try again.",
  },
} as const satisfies Record<string, ErrorWords>;

export default {
  exact,
  exactHelp,
  ofSecret,
  words: errors,
  serverWords: "The server's words",
  someServer: "the registry",
  product: { gitlab: "GitLab", harbor: "Harbor", oci: "the registry", ecr: "AWS ECR" },
  someProduct: "the registry",
  someProject: "this project",
  someRole: "a lower role",
  someNeed: "a higher role",
  someDetail: "unknown",
  waitSome: "after a while",
  wait: "in {{time}}",
};
